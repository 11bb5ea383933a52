/* SPDX-License-Identifier: BSD-2-Clause */
/* test_http1.c - tests of HTTP/1.1 as bytes in and out: whole, byte by byte, and cut at every byte. */
#include "../lib/check.h"
#include "../lib/check_stage.h"

#include "app/http.h"
#include "base/version.h"

#define HEAD(path)                                                                                 \
	"GET " path " HTTP/1.1\r\nHost: h\r\nUser-Agent: tcpshake/" VERSION "\r\nAccept: */*\r\n"

/* What the server does and what must come of it. Bytes are C strings: none has a NUL. */
struct play {
	struct http_config cfg;   /* method, path and authority are filled in where NULL */
	const char *responses[5]; /* one for each request, up to NULL */
	bool eof;                 /* the end of the connection after the last */
	const char *heard;        /* the responses' part of the log; NULL: not compared */
	const char *trouble;      /* NULL: STAGE_DONE */
	struct http_result result;
};

struct bench {
	struct stage *s;
	struct stage_log log;
	char sent[8192];
	size_t sent_len;
};

static void begin(struct bench *b, struct http_config *cfg)
{
	struct app_listener l;

	memset(b, 0, sizeof(*b));
	b->log.protocol = "HTTP/1.1";
	l = stage_log_listener(&b->log);
	cfg->scheme = "http";
	cfg->authority = cfg->authority == NULL ? "h" : cfg->authority;
	cfg->method = cfg->method == NULL ? "GET" : cfg->method;
	cfg->path = cfg->path == NULL ? "/" : cfg->path;
	b->s = http1_new(cfg, &l);
	assert_non_null(b->s);
	assert_int_equal(stage_status(b->s), STAGE_RUNNING);
	assert_null(b->s->ops->failure(b->s)->reason);
}

static void drain(struct bench *b, size_t step)
{
	b->sent_len +=
		stage_drain(b->s, b->sent + b->sent_len, sizeof(b->sent) - 1 - b->sent_len, step);
	b->sent[b->sent_len] = '\0';
}

static void end(struct bench *b)
{
	b->s->ops->goodbye(b->s);
	drain(b, 0);
	b->s->ops->free(b->s);
}

static void feed(struct bench *b, const char *bytes, size_t step)
{
	stage_feed(b->s, bytes, strlen(bytes), step);
}

static void check_trouble(const struct bench *b, const char *trouble)
{
	const struct stage_failure *f = b->s->ops->failure(b->s);

	if (trouble == NULL) {
		assert_string_equal(f->detail, "");
		assert_null(f->reason);
		assert_int_equal(stage_status(b->s), STAGE_DONE);
		return;
	}
	assert_string_equal(f->detail, trouble);
	assert_string_equal(f->reason, "protocol-error");
	assert_int_equal(stage_status(b->s), STAGE_FAILED);
}

static void check_result(const struct http_result *got, const struct http_result *want)
{
	assert_int_equal(got->responses, want->responses);
	assert_int_equal(got->status, want->status);
	assert_string_equal(got->version, want->version);
	assert_int_equal(got->body_bytes, want->body_bytes);
	assert_int_equal(got->by_close, want->by_close);
	assert_int_equal(got->closed_early, want->closed_early);
	assert_int_equal(got->after, want->after);
	if (want->head_bytes != 0)
		assert_int_equal(got->head_bytes, want->head_bytes);
}

static void play_in_steps(struct play *p, size_t step)
{
	struct bench b;

	begin(&b, &p->cfg);
	drain(&b, step);
	for (size_t i = 0; p->responses[i] != NULL; i++) {
		feed(&b, p->responses[i], step);
		drain(&b, step);
	}
	if (p->eof)
		b.s->ops->eof(b.s);
	check_trouble(&b, p->trouble);
	if (p->heard != NULL)
		assert_string_equal(b.log.text, p->heard);
	if (p->trouble == NULL)
		check_result(http1_result(b.s), &p->result);
	end(&b);
}

/* The connection ends after so many bytes: there must be an outcome, and done only with a response. */
static void play_cut(struct play *p, size_t cut)
{
	struct bench b;

	begin(&b, &p->cfg);
	drain(&b, 0);
	for (size_t i = 0; p->responses[i] != NULL && cut > 0; i++) {
		size_t len = strlen(p->responses[i]);

		stage_feed(b.s, p->responses[i], cut < len ? cut : len, 0);
		drain(&b, 0);
		cut -= cut < len ? cut : len;
	}
	b.s->ops->eof(b.s);
	assert_int_not_equal(stage_status(b.s), STAGE_RUNNING);
	if (stage_status(b.s) == STAGE_DONE)
		assert_true(http1_result(b.s)->responses > 0);
	else
		assert_string_not_equal(b.s->ops->failure(b.s)->detail, "");
	end(&b);
}

static void play(struct play *p)
{
	size_t all = 0;

	play_in_steps(p, 0);
	play_in_steps(p, 1);
	play_in_steps(p, 7);
	for (size_t i = 0; p->responses[i] != NULL; i++)
		all += strlen(p->responses[i]);
	for (size_t cut = 0; cut <= all; cut++)
		play_cut(p, cut);
}

/* A test of its own for each: the braces hold a struct play. */
#define PLAY(name, ...)                                                                            \
	static void name(void **state)                                                             \
	{                                                                                          \
		struct play p = __VA_ARGS__;                                                       \
                                                                                                   \
		(void)state;                                                                       \
		play(&p);                                                                          \
	}

#define ASKED "> GET / HTTP/1.1 (request)\n"
#define OK    "< (first byte)\n< HTTP/1.1 200 OK (head)\n"

/* --- bodies --- */

PLAY(a_body_has_the_length_that_its_head_says,
     {.responses = {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"},
      .heard = ASKED OK "< end of response, 5 bytes (response)\n",
      .result = {.responses = 1,
                 .status = 200,
                 .version = "1.1",
                 .body_bytes = 5,
                 .head_bytes = 38,
                 .after = HTTP_KEPT}})

PLAY(a_body_can_be_empty,
     {.responses = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
      .heard = ASKED OK "< end of response, 0 bytes (response)\n",
      .result = {.responses = 1, .status = 200, .version = "1.1", .after = HTTP_KEPT}})

PLAY(chunks_are_added_up,
     {.responses = {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "5;x=y\r\nhello\r\n00A\r\n, worlds!!\r\n0\r\nTrailer: t\r\n\r\n"},
      .heard = ASKED OK "< end of response, 15 bytes (response)\n",
      .result = {.responses = 1,
                 .status = 200,
                 .version = "1.1",
                 .body_bytes = 15,
                 .after = HTTP_KEPT}})

PLAY(a_body_without_a_length_ends_with_the_connection,
     {.responses = {"HTTP/1.1 200 OK\r\n\r\nhello"},
      .eof = true,
      .heard = ASKED OK "< end of response, 5 bytes (response)\n",
      .result = {.responses = 1,
                 .status = 200,
                 .version = "1.1",
                 .body_bytes = 5,
                 .by_close = true,
                 .after = HTTP_CLOSE}})

PLAY(a_head_has_no_body,
     {.cfg = {.method = "HEAD"},
      .responses = {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"},
      .heard = "> HEAD / HTTP/1.1 (request)\n" OK "< end of response, 0 bytes (response)\n",
      .result = {.responses = 1, .status = 200, .version = "1.1", .after = HTTP_KEPT}})

PLAY(a_head_without_a_length_has_no_body_either,
     {.cfg = {.method = "HEAD"},
      .responses = {"HTTP/1.1 200 OK\r\n\r\n"},
      .result = {.responses = 1, .status = 200, .version = "1.1", .after = HTTP_KEPT}})

PLAY(a_204_and_a_304_have_no_body,
     {.cfg = {.requests = 3},
      .responses = {"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
                    "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
                    "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"},
      .result = {.responses = 3, .status = 204, .version = "1.1", .after = HTTP_KEPT}})

PLAY(a_bad_status_is_no_failure,
     {.responses = {"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"},
      .heard = ASKED "< (first byte)\n< HTTP/1.1 404 Not Found (head)\n"
                     "< end of response, 2 bytes (response)\n",
      .result = {.responses = 1,
                 .status = 404,
                 .version = "1.1",
                 .body_bytes = 2,
                 .after = HTTP_KEPT}})

PLAY(empty_lines_before_a_response_are_skipped,
     {.responses = {"\r\n\nHTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx"},
      .heard = ASKED
      "< (first byte)\n< HTTP/1.1 200 (head)\n< end of response, 1 bytes (response)\n",
      .result = {.responses = 1,
                 .status = 200,
                 .version = "1.1",
                 .body_bytes = 1,
                 .after = HTTP_KEPT}})

PLAY(a_reason_of_strange_bytes_is_made_harmless,
     {.responses = {"HTTP/1.1 200 \x1b[2J\xc3\xa4\t\x7f\r\nContent-Length: 0\r\n\r\n"},
      .heard = ASKED "< (first byte)\n< HTTP/1.1 200 ?[2J???? (head)\n"
                     "< end of response, 0 bytes (response)\n",
      .result = {.responses = 1, .status = 200, .version = "1.1", .after = HTTP_KEPT}})

/* --- informational responses --- */

PLAY(informational_responses_are_notes,
     {.responses = {"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
                    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"},
      .heard = ASKED "< HTTP/1.1 103 Early Hints\n< HTTP/1.1 100 Continue\n" OK
                     "< end of response, 1 bytes (response)\n",
      .result = {.responses = 1,
                 .status = 200,
                 .version = "1.1",
                 .body_bytes = 1,
                 .after = HTTP_KEPT}})

PLAY(an_upgrade_that_nobody_asked_for_is_an_error,
     {.responses =
              {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"},
      .trouble = "101 Switching Protocols, which was not asked for"})

#define CONTINUE  "HTTP/1.1 100 Continue\r\n\r\n"
#define CONTINUE4 CONTINUE CONTINUE CONTINUE CONTINUE

PLAY(sixteen_informational_responses_are_borne,
     {.cfg = {.requests = 2},
      .responses = {CONTINUE4 CONTINUE4 CONTINUE4 CONTINUE4 "HTTP/1.1 204 No Content\r\n\r\n",
                    CONTINUE4 CONTINUE4 CONTINUE4 CONTINUE4 "HTTP/1.1 204 No Content\r\n\r\n"},
      .result = {.responses = 2, .status = 204, .version = "1.1", .after = HTTP_KEPT}})

PLAY(more_informational_responses_are_not,
     {.responses = {CONTINUE4 CONTINUE4 CONTINUE4 CONTINUE4 CONTINUE},
      .trouble = "more than 16 informational responses"})

/* --- more than one request --- */

PLAY(requests_follow_one_another,
     {.cfg = {.requests = 2},
      .responses = {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx\r\n",
                    "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"},
      .heard = ASKED OK "< end of response, 1 bytes (response)\n" ASKED
                        "< (first byte)\n< HTTP/1.1 404 Not Found (head)\n"
                        "< end of response, 2 bytes (response)\n",
      .result = {.responses = 2,
                 .status = 404,
                 .version = "1.1",
                 .body_bytes = 3,
                 .after = HTTP_KEPT}})

PLAY(a_server_can_announce_the_end,
     {.cfg = {.requests = 3},
      .responses = {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
                    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: Close\r\n\r\nx"},
      .result = {.responses = 2,
                 .status = 200,
                 .version = "1.1",
                 .body_bytes = 2,
                 .after = HTTP_CLOSE}})

PLAY(http_1_0_ends_the_connection, {.cfg = {.requests = 2},
                                    .responses = {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"},
                                    .result = {.responses = 1,
                                               .status = 200,
                                               .version = "1.0",
                                               .body_bytes = 1,
                                               .after = HTTP_CLOSE}})

PLAY(http_1_0_can_keep_the_connection,
     {.cfg = {.requests = 2},
      .responses = {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nx",
                    "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"},
      .result = {.responses = 2,
                 .status = 200,
                 .version = "1.0",
                 .body_bytes = 2,
                 .after = HTTP_CLOSE}})

PLAY(a_server_can_make_an_end_without_a_word,
     {.cfg = {.requests = 3},
      .responses = {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
                    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"},
      .eof = true,
      .heard = ASKED OK "< end of response, 1 bytes (response)\n" ASKED OK
                        "< end of response, 1 bytes (response)\n" ASKED
                        "< the server closed the connection after 2 responses\n",
      .result = {.responses = 2,
                 .status = 200,
                 .version = "1.1",
                 .body_bytes = 2,
                 .closed_early = true,
                 .after = HTTP_KEPT}})

PLAY(bytes_that_no_request_asked_for_are_an_error,
     {.cfg = {.requests = 2},
      .responses = {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxy"},
      .trouble = "more bytes than the response says it has"})

/* --- faults --- */

PLAY(no_response_at_all,
     {.eof = true, .trouble = "the server closed the connection without a response"})

PLAY(no_response_after_an_informational_one,
     {.responses = {CONTINUE},
      .eof = true,
      .trouble = "the server closed the connection without a response"})

PLAY(a_head_that_is_cut, {.responses = {"HTTP/1.1 200 OK\r\nContent-"},
                          .eof = true,
                          .trouble = "the connection was closed in the response head"})

PLAY(a_body_that_is_cut, {.responses = {"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\nhello"},
                          .eof = true,
                          .trouble = "the connection was closed after 5 of 1234 bytes"})

PLAY(chunks_that_are_cut,
     {.responses = {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"},
      .eof = true,
      .trouble = "the connection was closed after 3 bytes of a chunked body"})

PLAY(a_second_response_that_is_cut,
     {.cfg = {.requests = 2},
      .responses = {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", "HTTP/1.1 2"},
      .eof = true,
      .trouble = "the connection was closed in the response head"})

PLAY(a_chunk_size_that_is_no_number,
     {.responses = {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"},
      .trouble = "invalid character in chunk size header"})

PLAY(a_length_that_is_no_number,
     {.responses = {"HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello"},
      .trouble = "invalid character in content-length header"})

PLAY(two_lengths,
     {.responses = {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
      .trouble = "unexpected content-length header"})

PLAY(a_length_beside_chunks,
     {.responses = {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"},
      .trouble = "unexpected content-length header"})

PLAY(a_status_that_is_no_number,
     {.responses = {"HTTP/1.1 2xx OK\r\n\r\n"}, .trouble = "invalid HTTP status code"})

PLAY(a_status_of_one_digit,
     {.responses = {"HTTP/1.1 7 OK\r\n\r\n"}, .trouble = "7 is no status of HTTP"})

PLAY(a_version_that_is_not_spoken_here,
     {.responses = {"HTTP/2.0 200 OK\r\n\r\n"}, .trouble = "HTTP/2.0 in place of HTTP/1.1"})

PLAY(a_body_as_long_as_allowed, {.cfg = {.requests = 2, .body_max = 10},
                                 .responses = {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                                               "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"},
                                 .result = {.responses = 2,
                                            .status = 200,
                                            .version = "1.1",
                                            .body_bytes = 10,
                                            .after = HTTP_KEPT}})

PLAY(a_body_longer_than_allowed,
     {.cfg = {.requests = 2, .body_max = 9},
      .responses = {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"},
      .trouble = "more than 9 bytes of body"})

static void what_is_no_http_is_shown(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *trouble;
	} cases[] = {
		{"SSH-2.0-OpenSSH_9.2p1\r\n", 23,
	         "this is no HTTP response: SSH-2.0-OpenSSH_9.2p1"},
		{"<html>hello", 11, "this is no HTTP response: <html>hello"},
		{"HTTP is \x1b[2J", 12,
	         "this is no HTTP response: 48 54 54 50 20 69 73 20 1b 5b 32 4a"},
		{"\x15\x03\x03\0\2\2\x28", 7,
	         "this is no HTTP response: 15 03 03 00 02 02 28 (TLS?)"},
		{"\0\0\0\4\0\0\0\0\0", 9,
	         "this is no HTTP response: 00 00 00 04 00 00 00 00 00 (HTTP/2?)"},
		{"HTTP/1.\n1 200 OK", 16, "this is no HTTP response: HTTP/1."},
		{"ICY 200 OK\r\n", 12, "this is no HTTP response: ICY 200 OK"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(cases); i++) {
		struct http_config cfg = {0};
		struct bench b;

		begin(&b, &cfg);
		drain(&b, 0);
		stage_feed(b.s, cases[i].bytes, cases[i].len, 0);
		check_trouble(&b, cases[i].trouble);
		assert_string_equal(b.log.text, ASKED);
		end(&b);
		begin(&b, &cfg);
		stage_feed(b.s, cases[i].bytes, cases[i].len, 1);
		assert_int_equal(stage_status(b.s), STAGE_FAILED);
		end(&b);
	}
}

/* --- limits --- */

static void a_head_has_a_limit(void **state)
{
	static const char line[] = "X: 23456789 23456789 23456789 2\r\n";
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	for (size_t step = 0; step < 2; step++) {
		begin(&b, &cfg);
		drain(&b, 0);
		feed(&b, "HTTP/1.1 200 OK\r\n\0", step);
		for (size_t n = 17; n + sizeof(line) - 1 <= 65536; n += sizeof(line) - 1)
			feed(&b, line, step);
		assert_int_equal(stage_status(b.s), STAGE_RUNNING);
		feed(&b, line, step);
		check_trouble(&b, "the response head is longer than 65536 bytes");
		end(&b);
	}
}

static void a_head_of_one_line_has_a_limit(void **state)
{
	struct http_config cfg = {0};
	struct bench b;
	char a[4097];

	(void)state;
	memset(a, 'a', 4096);
	a[4096] = '\0';
	for (int kind = 0; kind < 3; kind++) {
		begin(&b, &cfg);
		drain(&b, 0);
		feed(&b,
		     kind == 0   ? "HTTP/1.1 200 "
		     : kind == 1 ? "HTTP/1.1 200 OK\r\n"
		                 : "HTTP/1.1 200 OK\r\na:",
		     0);
		for (int i = 0; i < 15; i++)
			feed(&b, a, 0);
		assert_int_equal(stage_status(b.s), STAGE_RUNNING);
		feed(&b, a, 0);
		check_trouble(&b, "the response head is longer than 65536 bytes");
		end(&b);
	}
}

static void empty_lines_have_a_limit(void **state)
{
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	begin(&b, &cfg);
	for (int i = 0; i < 32768; i++)
		feed(&b, "\r\n", 0);
	assert_int_equal(stage_status(b.s), STAGE_RUNNING);
	feed(&b, "\r\n", 0);
	check_trouble(&b, "the response head is longer than 65536 bytes");
	end(&b);
}

static void chunks_cannot_be_all_framing(void **state)
{
	struct http_config cfg = {0};
	struct bench b;
	int i = 0;

	(void)state;
	begin(&b, &cfg);
	drain(&b, 0);
	feed(&b, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 0);
	/* five bytes beside each byte of data are what servers may well send */
	for (; i < 50000; i++)
		feed(&b, "1\r\nx\r\n", 0);
	assert_int_equal(stage_status(b.s), STAGE_RUNNING);
	for (i = 0; stage_status(b.s) == STAGE_RUNNING && i < 100000; i++)
		feed(&b, "1;01234567890123456789\r\nx\r\n", 0);
	assert_in_range(i, 55000, 55010);
	assert_non_null(
		strstr(b.s->ops->failure(b.s)->detail, "bytes of chunk sizes and trailers for"));
	end(&b);
}

static void trailers_have_a_limit(void **state)
{
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	begin(&b, &cfg);
	drain(&b, 0);
	feed(&b, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", 0);
	for (int i = 0; i < 10000; i++)
		feed(&b, "A: b 89\r\n", 0);
	assert_int_equal(stage_status(b.s), STAGE_FAILED);
	end(&b);
}

/* --- what is sent --- */

static void a_request_is_sent_as_it_must_be(void **state)
{
	struct http_config cfg = {.path = "/index.html?q", .authority = "[::1]:8080"};
	struct bench b;

	(void)state;
	for (size_t step = 0; step < 3; step++) {
		begin(&b, &cfg);
		drain(&b, step);
		assert_string_equal(b.sent,
		                    "GET /index.html?q HTTP/1.1\r\nHost: [::1]:8080\r\n"
		                    "User-Agent: tcpshake/" VERSION "\r\nAccept: */*\r\n\r\n");
		assert_string_equal(b.log.text, "> GET /index.html?q HTTP/1.1 (request)\n");
		end(&b);
	}
}

static void a_request_is_told_with_its_last_byte(void **state)
{
	struct http_config cfg = {.method = "POST", .body = (const uint8_t *)"abc", .body_len = 3};
	static const char whole[] = "POST / HTTP/1.1\r\nHost: h\r\nUser-Agent: tcpshake/" VERSION
				    "\r\nAccept: */*\r\nContent-Length: 3\r\n\r\nabc";
	struct bench b;
	uint8_t out[sizeof(whole)];

	(void)state;
	begin(&b, &cfg);
	assert_int_equal(stage_output(b.s, out, sizeof(whole) - 2), sizeof(whole) - 2);
	assert_string_equal(b.log.text, "");
	assert_int_equal(stage_output(b.s, out + sizeof(whole) - 2, 0), 0);
	assert_int_equal(stage_output(b.s, out + sizeof(whole) - 2, 2), 1);
	assert_memory_equal(out, whole, sizeof(whole) - 1);
	assert_string_equal(b.log.text, "> POST / HTTP/1.1 (request)\n");
	assert_int_equal(stage_output(b.s, out, sizeof(out)), 0);
	assert_string_equal(b.log.text, "> POST / HTTP/1.1 (request)\n");
	end(&b);
}

static void the_users_fields_replace_ours(void **state)
{
	struct http_config cfg = {
		.header = {"accept:text/html ", "X-A: 1", "X-A:\t2", "HOST: other", "Empty:"},
		.headers = 5,
	};
	struct bench b;

	(void)state;
	begin(&b, &cfg);
	drain(&b, 0);
	assert_string_equal(b.sent, "GET / HTTP/1.1\r\nUser-Agent: tcpshake/" VERSION
	                            "\r\naccept: text/html\r\nX-A: 1\r\nX-A: 2\r\nHOST: other\r\n"
	                            "Empty: \r\n\r\n");
	end(&b);
}

static void all_places_for_fields_can_be_used(void **state)
{
	struct http_config cfg = {.method = "PUT", .headers = HTTP_HEADERS_MAX};
	struct bench b;

	(void)state;
	for (int i = 0; i < HTTP_HEADERS_MAX; i++)
		cfg.header[i] = "X: y";
	begin(&b, &cfg);
	drain(&b, 0);
	assert_non_null(strstr(b.sent, "\r\nContent-Length: 0\r\nX: y\r\n"));
	end(&b);
}

static void the_last_request_asks_for_the_end(void **state)
{
	struct http_config cfg = {.requests = 2, .close = true};
	struct bench b;

	(void)state;
	begin(&b, &cfg);
	drain(&b, 0);
	assert_string_equal(b.sent, HEAD("/") "\r\n");
	feed(&b, "HTTP/1.1 204 No Content\r\n\r\n", 0);
	b.sent_len = 0;
	drain(&b, 0);
	assert_string_equal(b.sent, HEAD("/") "Connection: close\r\n\r\n");
	end(&b);
	cfg = (struct http_config){
		.close = true, .header = {"connection: keep-alive"}, .headers = 1};
	begin(&b, &cfg);
	drain(&b, 0);
	assert_string_equal(b.sent, HEAD("/") "connection: keep-alive\r\n\r\n");
	end(&b);
}

static void a_response_may_come_before_the_request(void **state)
{
	struct http_config cfg = {.requests = 2};
	struct bench b;
	uint8_t out[10];

	(void)state;
	for (size_t sent = 0; sent <= 10; sent += 10) {
		begin(&b, &cfg);
		assert_int_equal(stage_output(b.s, out, sent), sent);
		feed(&b, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n", 0);
		check_trouble(&b, NULL);
		assert_int_equal(http1_result(b.s)->status, 408);
		assert_int_equal(http1_result(b.s)->responses, 1);
		/* what is left of the request is not sent */
		drain(&b, 0);
		assert_int_equal(b.sent_len, 0);
		end(&b);
	}
}

static void after_the_end_nothing_changes(void **state)
{
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	begin(&b, &cfg);
	drain(&b, 0);
	feed(&b, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxGARBAGE", 0);
	check_trouble(&b, NULL);
	feed(&b, "HTTP/1.1 200 OK\r\n", 0);
	b.s->ops->eof(b.s);
	check_trouble(&b, NULL);
	assert_string_equal(b.log.text, ASKED OK "< end of response, 1 bytes (response)\n");
	end(&b);
	begin(&b, &cfg);
	feed(&b, "GARBAGE", 0);
	feed(&b, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0);
	b.s->ops->eof(b.s);
	check_trouble(&b, "this is no HTTP response: GARBAGE");
	drain(&b, 0);
	assert_int_equal(b.sent_len, 0);
	end(&b);
}

static void fields_are_judged(void **state)
{
	(void)state;
	assert_true(http_header_valid("Name: value"));
	assert_true(http_header_valid("a!#$%&'*+-.^_`|~9:\tx \xc3\xa4"));
	assert_true(http_header_valid("Name:"));
	assert_false(http_header_valid(""));
	assert_false(http_header_valid("Name"));
	assert_false(http_header_valid(": value"));
	assert_false(http_header_valid("Na me: value"));
	assert_false(http_header_valid("Name : value"));
	assert_false(http_header_valid("Name: a\r\nb: c"));
	assert_false(http_header_valid("Name: a\x7f"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_has_the_length_that_its_head_says),
		cmocka_unit_test(a_body_can_be_empty),
		cmocka_unit_test(chunks_are_added_up),
		cmocka_unit_test(a_body_without_a_length_ends_with_the_connection),
		cmocka_unit_test(a_head_has_no_body),
		cmocka_unit_test(a_head_without_a_length_has_no_body_either),
		cmocka_unit_test(a_204_and_a_304_have_no_body),
		cmocka_unit_test(a_bad_status_is_no_failure),
		cmocka_unit_test(empty_lines_before_a_response_are_skipped),
		cmocka_unit_test(a_reason_of_strange_bytes_is_made_harmless),
		cmocka_unit_test(informational_responses_are_notes),
		cmocka_unit_test(an_upgrade_that_nobody_asked_for_is_an_error),
		cmocka_unit_test(sixteen_informational_responses_are_borne),
		cmocka_unit_test(more_informational_responses_are_not),
		cmocka_unit_test(requests_follow_one_another),
		cmocka_unit_test(a_server_can_announce_the_end),
		cmocka_unit_test(http_1_0_ends_the_connection),
		cmocka_unit_test(http_1_0_can_keep_the_connection),
		cmocka_unit_test(a_server_can_make_an_end_without_a_word),
		cmocka_unit_test(bytes_that_no_request_asked_for_are_an_error),
		cmocka_unit_test(no_response_at_all),
		cmocka_unit_test(no_response_after_an_informational_one),
		cmocka_unit_test(a_head_that_is_cut),
		cmocka_unit_test(a_body_that_is_cut),
		cmocka_unit_test(chunks_that_are_cut),
		cmocka_unit_test(a_second_response_that_is_cut),
		cmocka_unit_test(a_chunk_size_that_is_no_number),
		cmocka_unit_test(a_length_that_is_no_number),
		cmocka_unit_test(two_lengths),
		cmocka_unit_test(a_length_beside_chunks),
		cmocka_unit_test(a_status_that_is_no_number),
		cmocka_unit_test(a_status_of_one_digit),
		cmocka_unit_test(a_version_that_is_not_spoken_here),
		cmocka_unit_test(a_body_as_long_as_allowed),
		cmocka_unit_test(a_body_longer_than_allowed),
		cmocka_unit_test(what_is_no_http_is_shown),
		cmocka_unit_test(a_head_has_a_limit),
		cmocka_unit_test(a_head_of_one_line_has_a_limit),
		cmocka_unit_test(empty_lines_have_a_limit),
		cmocka_unit_test(chunks_cannot_be_all_framing),
		cmocka_unit_test(trailers_have_a_limit),
		cmocka_unit_test(a_request_is_sent_as_it_must_be),
		cmocka_unit_test(a_request_is_told_with_its_last_byte),
		cmocka_unit_test(the_users_fields_replace_ours),
		cmocka_unit_test(all_places_for_fields_can_be_used),
		cmocka_unit_test(the_last_request_asks_for_the_end),
		cmocka_unit_test(a_response_may_come_before_the_request),
		cmocka_unit_test(after_the_end_nothing_changes),
		cmocka_unit_test(fields_are_judged),
	};

	return cmocka_run_group_tests_name("http1", tests, NULL, NULL);
}
