/* SPDX-License-Identifier: BSD-2-Clause */
/* test_http2.c - tests of HTTP/2 against a server's session of nghttp2, and against frames made by hand. */
#include "../lib/check.h"
#include "../lib/check_stage.h"

#include <nghttp2/nghttp2.h>

#include "app/http.h"
#include "base/version.h"

#define BODY_MAX (1024 * 1024)

/* What the server does with each request. */
struct script {
	uint32_t concurrent;  /* SETTINGS_MAX_CONCURRENT_STREAMS; 0: not said */
	const char *status;   /* NULL: 200 */
	size_t body;          /* bytes of a response */
	int informational;    /* so many 103 before it */
	bool trailers, early; /* early: it answers before the request has ended */
	int32_t reset_from;   /* reset this stream and later ones, 0: none, ... */
	uint32_t reset;       /* ... with this code */
	int32_t goaway_at;    /* at this stream, GOAWAY ... */
	uint32_t goaway;      /* ... with this code; this stream is the last that it takes */
};

/* Both ends, and all that went between them. */
struct bench {
	struct stage *s;
	struct stage_log log;
	struct script script;
	nghttp2_session *server;
	char fields[4096]; /* of the last request, "name: value" lines */
	uint64_t received; /* bytes of requests' bodies */
	uint32_t goaways;
	uint8_t *to_client; /* all that the server sent */
	size_t to_client_len;
};

/* --- the server --- */

static ssize_t read_zeros(nghttp2_session *session, int32_t id, uint8_t *buf, size_t len,
                          uint32_t *flags, nghttp2_data_source *source, void *ctx)
{
	struct bench *b = ctx;
	static nghttp2_nv trailer = {(uint8_t *)"t", (uint8_t *)"1", 1, 1, NGHTTP2_NV_FLAG_NONE};
	size_t *left = source->ptr;

	len = len < *left ? len : *left;
	memset(buf, 0, len);
	*left -= len;
	if (*left > 0)
		return (ssize_t)len;
	*flags |= NGHTTP2_DATA_FLAG_EOF;
	if (b->script.trailers) {
		*flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
		nghttp2_submit_trailer(session, id, &trailer, 1);
	}
	free(left);
	return (ssize_t)len;
}

static void respond(struct bench *b, int32_t id)
{
	const char *status = b->script.status == NULL ? "200" : b->script.status;
	nghttp2_nv hint = {(uint8_t *)":status", (uint8_t *)"103", 7, 3, NGHTTP2_NV_FLAG_NONE};
	nghttp2_nv nv = {(uint8_t *)":status", (uint8_t *)status, 7, 3, NGHTTP2_NV_FLAG_NONE};
	nghttp2_data_provider data = {.read_callback = read_zeros};
	size_t *left = malloc(sizeof(*left));

	assert_non_null(left);
	*left = b->script.body;
	data.source.ptr = left;
	for (int i = 0; i < b->script.informational; i++)
		nghttp2_submit_headers(b->server, 0, id, NULL, &hint, 1, NULL);
	if (b->script.body == 0 && !b->script.trailers)
		free(left);
	assert_int_equal(
		nghttp2_submit_response(b->server, id, &nv, 1,
	                                b->script.body > 0 || b->script.trailers ? &data : NULL),
		0);
}

static void answer(struct bench *b, int32_t id)
{
	if (b->script.goaway_at != 0 && id > b->script.goaway_at)
		return;
	if (b->script.goaway_at == id)
		nghttp2_submit_goaway(b->server, 0, id, b->script.goaway, NULL, 0);
	if (b->script.reset_from != 0 && id >= b->script.reset_from)
		nghttp2_submit_rst_stream(b->server, 0, id, b->script.reset);
	else if (b->script.goaway == 0)
		respond(b, id);
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
	struct bench *b = ctx;

	(void)session;
	if (frame->hd.type == NGHTTP2_GOAWAY) {
		assert_int_equal(frame->goaway.error_code, NGHTTP2_NO_ERROR);
		b->goaways++;
	}
	if (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) {
		bool last = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;

		if (b->script.early ? frame->hd.type == NGHTTP2_HEADERS : last)
			answer(b, frame->hd.stream_id);
	}
	return 0;
}

static int on_begin(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
	struct bench *b = ctx;

	(void)session;
	(void)frame;
	b->fields[0] = '\0';
	return 0;
}

static int on_field(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                    size_t name_len, const uint8_t *value, size_t value_len, uint8_t flags,
                    void *ctx)
{
	struct bench *b = ctx;
	size_t have = strlen(b->fields);

	(void)session;
	(void)frame;
	(void)flags;
	snprintf(b->fields + have, sizeof(b->fields) - have, "%.*s: %.*s\n", (int)name_len,
	         (const char *)name, (int)value_len, (const char *)value);
	return 0;
}

static int on_chunk(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data,
                    size_t len, void *ctx)
{
	struct bench *b = ctx;

	(void)session;
	(void)flags;
	(void)id;
	(void)data;
	b->received += len;
	return 0;
}

static void begin_server(struct bench *b)
{
	nghttp2_session_callbacks *c;
	nghttp2_settings_entry limit = {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
	                                b->script.concurrent};

	assert_int_equal(nghttp2_session_callbacks_new(&c), 0);
	nghttp2_session_callbacks_set_on_frame_recv_callback(c, on_frame);
	nghttp2_session_callbacks_set_on_begin_headers_callback(c, on_begin);
	nghttp2_session_callbacks_set_on_header_callback(c, on_field);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(c, on_chunk);
	assert_int_equal(nghttp2_session_server_new(&b->server, c, b), 0);
	nghttp2_session_callbacks_del(c);
	assert_int_equal(nghttp2_submit_settings(b->server, 0, &limit, b->script.concurrent != 0),
	                 0);
}

/* --- both --- */

static void begin(struct bench *b, struct http_config *cfg, const struct script *script)
{
	struct app_listener l;

	memset(b, 0, sizeof(*b));
	b->log.protocol = "HTTP/2";
	l = stage_log_listener(&b->log);
	if (script != NULL)
		b->script = *script;
	cfg->scheme = "https";
	cfg->authority = cfg->authority == NULL ? "h" : cfg->authority;
	cfg->method = cfg->method == NULL ? "GET" : cfg->method;
	cfg->path = cfg->path == NULL ? "/" : cfg->path;
	b->to_client = malloc(64 * BODY_MAX);
	assert_non_null(b->to_client);
	b->s = http2_new(cfg, &l);
	assert_non_null(b->s);
	assert_int_equal(stage_status(b->s), STAGE_RUNNING);
	begin_server(b);
}

static void end(struct bench *b)
{
	b->s->ops->free(b->s);
	nghttp2_session_del(b->server);
	free(b->to_client);
}

/* What the client has to send goes to the server. */
static size_t client_turn(struct bench *b, size_t step)
{
	uint8_t buf[1024];
	size_t all = 0, n;

	while ((n = stage_drain(b->s, buf, sizeof(buf), step)) > 0) {
		assert_int_equal(nghttp2_session_mem_recv(b->server, buf, n), n);
		all += n;
	}
	return all;
}

static size_t server_turn(struct bench *b, size_t step)
{
	const uint8_t *data;
	size_t begun = b->to_client_len;
	ssize_t n;

	while ((n = nghttp2_session_mem_send(b->server, &data)) > 0) {
		memcpy(b->to_client + b->to_client_len, data, (size_t)n);
		b->to_client_len += (size_t)n;
	}
	assert_int_equal(n, 0);
	stage_feed(b->s, b->to_client + begun, b->to_client_len - begun, step);
	return b->to_client_len - begun;
}

static void talk(struct bench *b, size_t step)
{
	size_t moved;

	do {
		moved = client_turn(b, step);
		moved += server_turn(b, step);
	} while (moved > 0);
}

static void check_trouble(const struct bench *b, const char *trouble)
{
	const struct stage_failure *f = b->s->ops->failure(b->s);

	if (trouble == NULL) {
		assert_string_equal(f->detail, "");
		assert_int_equal(stage_status(b->s), STAGE_DONE);
		return;
	}
	assert_string_equal(f->detail, trouble);
	assert_string_equal(f->reason, "protocol-error");
	assert_int_equal(stage_status(b->s), STAGE_FAILED);
}

#define PREFACE "> client preface\n> SETTINGS\n> WINDOW_UPDATE\n"
#define ASKED   "> HEADERS stream 1: GET / (request)\n"

/* --- what is as it should be --- */

static void a_request_has_its_response(void **state)
{
	static const char heard[] = PREFACE ASKED "< SETTINGS\n< SETTINGS ACK\n"
						  "< (first byte)\n< HEADERS stream 1: 200 (head)\n"
						  "< DATA stream 1: end, 1234 bytes (response)\n"
						  "> SETTINGS ACK\n";
	const struct script script = {.body = 1234};
	struct bench b;

	(void)state;
	for (size_t step = 0; step < 3; step++) {
		struct http_config cfg = {0};
		const struct http_result *r;

		begin(&b, &cfg, &script);
		talk(&b, step);
		check_trouble(&b, NULL);
		assert_string_equal(b.log.text, heard);
		r = http2_result(b.s);
		assert_int_equal(r->responses, 1);
		assert_int_equal(r->status, 200);
		assert_string_equal(r->version, "2");
		assert_int_equal(r->body_bytes, 1234);
		assert_in_range(r->head_bytes, 10, 20);
		assert_int_equal(r->goaway, 0);
		assert_int_equal(r->streams_reset, 0);
		end(&b);
	}
}

static void the_end_is_announced(void **state)
{
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	begin(&b, &cfg, NULL);
	b.s->ops->goodbye(b.s); /* nothing to say as yet */
	talk(&b, 0);
	check_trouble(&b, NULL);
	assert_int_equal(b.goaways, 0);
	b.s->ops->goodbye(b.s);
	talk(&b, 1);
	assert_int_equal(b.goaways, 1);
	assert_non_null(strstr(b.log.text, "> GOAWAY NO_ERROR, last stream 0\n"));
	check_trouble(&b, NULL);
	end(&b);
}

/* The connection ends after so many bytes of the server. */
static void each_cut_has_an_outcome(void **state)
{
	const struct script script = {.body = 40, .informational = 1, .trailers = true};
	struct http_config cfg = {.requests = 2};
	struct bench b, again;
	uint8_t buf[1024];

	(void)state;
	begin(&b, &cfg, &script);
	talk(&b, 0);
	check_trouble(&b, NULL);
	for (size_t cut = 0; cut < b.to_client_len; cut++) {
		begin(&again, &cfg, &script);
		stage_drain(again.s, buf, sizeof(buf), 0);
		stage_feed(again.s, b.to_client, cut, 0);
		assert_int_equal(stage_status(again.s), STAGE_RUNNING);
		again.s->ops->eof(again.s);
		assert_int_equal(stage_status(again.s), STAGE_FAILED);
		assert_string_not_equal(again.s->ops->failure(again.s)->detail, "");
		end(&again);
	}
	end(&b);
}

static void requests_go_side_by_side(void **state)
{
	static const uint32_t limits[] = {0, 1, 3, 100, 1000};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(limits); i++) {
		/* before its SETTINGS a client may open as many as it likes: so the limit is said first */
		const struct script script = {.body = 10, .concurrent = limits[i]};
		struct http_config cfg = {.requests = 250};
		struct bench b;

		begin(&b, &cfg, &script);
		b.log.len = 0;
		server_turn(&b, 0);
		for (int turn = 0; turn < 600; turn++) {
			b.log.len = 0;
			client_turn(&b, 0);
			server_turn(&b, 0);
		}
		check_trouble(&b, NULL);
		assert_int_equal(http2_result(b.s)->responses, 250);
		assert_int_equal(http2_result(b.s)->body_bytes, 2500);
		end(&b);
	}
}

static void the_fields_of_a_request(void **state)
{
	struct http_config cfg = {
		.method = "POST",
		.path = "/a?b",
		.authority = "x:1",
		.header = {"Accept: text/html", "X-A: 1", "Connection: keep-alive", "Keep-Alive: 5",
	                   "TE: gzip", "te: trailers", "Upgrade: x"},
		.headers = 7,
	};
	struct bench b;

	(void)state;
	begin(&b, &cfg, NULL);
	talk(&b, 0);
	check_trouble(&b, NULL);
	assert_string_equal(b.fields,
	                    ":method: POST\n:scheme: https\n:authority: x:1\n:path: /a?b\n"
	                    "user-agent: tcpshake/" VERSION "\ncontent-length: 0\n"
	                    "accept: text/html\nx-a: 1\nte: trailers\n");
	end(&b);
	cfg = (struct http_config){.header = {"HOST: other"}, .headers = 1};
	begin(&b, &cfg, NULL);
	talk(&b, 0);
	assert_non_null(strstr(b.fields, ":authority: other\n:path"));
	assert_null(strstr(b.fields, "host"));
	end(&b);
}

static void what_we_allow_is_said(void **state)
{
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	begin(&b, &cfg, NULL);
	client_turn(&b, 0);
	assert_int_equal(
		nghttp2_session_get_remote_settings(b.server, NGHTTP2_SETTINGS_ENABLE_PUSH), 0);
	assert_int_equal(
		nghttp2_session_get_remote_settings(b.server, NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE),
		1048576);
	assert_int_equal(nghttp2_session_get_remote_window_size(b.server), 16777216);
	end(&b);
}

static void a_body_goes_with_the_request(void **state)
{
	uint8_t *body = calloc(1, BODY_MAX);
	struct http_config cfg = {
		.method = "POST", .body = body, .body_len = BODY_MAX, .requests = 2};
	struct bench b;

	(void)state;
	begin(&b, &cfg, NULL);
	talk(&b, 0);
	check_trouble(&b, NULL);
	assert_int_equal(b.received, 2 * BODY_MAX);
	assert_non_null(strstr(b.log.text, "> HEADERS stream 1: POST /\n"));
	assert_non_null(strstr(b.log.text, "> DATA stream 1: end, 1048576 bytes (request)\n"));
	assert_non_null(strstr(b.log.text, "< HEADERS stream 3: end, 0 bytes (response)\n"));
	end(&b);
	cfg.body_len = 0;
	begin(&b, &cfg, NULL);
	talk(&b, 0);
	check_trouble(&b, NULL);
	assert_non_null(strstr(b.log.text, "> DATA stream 1: end, 0 bytes (request)\n"));
	end(&b);
	free(body);
}

static void a_response_may_end_before_its_request(void **state)
{
	uint8_t *body = calloc(1, BODY_MAX);
	struct http_config cfg = {.method = "POST", .body = body, .body_len = BODY_MAX};
	const struct script script = {.early = true, .status = "413", .body = 10};
	struct bench b;

	(void)state;
	begin(&b, &cfg, &script);
	talk(&b, 0);
	check_trouble(&b, NULL);
	assert_int_equal(http2_result(b.s)->status, 413);
	assert_non_null(strstr(b.log.text, "> RST_STREAM stream 1: NO_ERROR\n"));
	assert_int_equal(http2_result(b.s)->streams_reset, 0);
	end(&b);
	free(body);
}

static void a_long_body_is_not_held_up(void **state)
{
	const struct script script = {.body = 40 * BODY_MAX};
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	begin(&b, &cfg, &script);
	talk(&b, 0);
	check_trouble(&b, NULL);
	assert_int_equal(http2_result(b.s)->body_bytes, 40 * BODY_MAX);
	/* WINDOW_UPDATEs are told once */
	assert_null(strstr(strstr(b.log.text, "WINDOW_UPDATE") + 1, "WINDOW_UPDATE"));
	end(&b);
}

static void informational_heads_and_trailers_are_notes(void **state)
{
	const struct script script = {
		.body = 3, .informational = 2, .trailers = true, .status = "404"};
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	begin(&b, &cfg, &script);
	talk(&b, 0);
	check_trouble(&b, NULL);
	assert_non_null(strstr(b.log.text,
	                       "< HEADERS stream 1: 103\n< HEADERS stream 1: 103\n< (first byte)\n"
	                       "< HEADERS stream 1: 404 (head)\n"
	                       "< HEADERS stream 1: trailers\n"
	                       "< HEADERS stream 1: end, 3 bytes (response)\n"));
	assert_int_equal(http2_result(b.s)->status, 404);
	end(&b);
}

static void a_head_has_no_body(void **state)
{
	struct http_config cfg = {.method = "HEAD"};
	struct bench b;

	(void)state;
	begin(&b, &cfg, NULL);
	talk(&b, 0);
	check_trouble(&b, NULL);
	end(&b);
}

static void a_request_is_told_with_its_last_byte(void **state)
{
	struct http_config cfg = {0};
	struct bench b;
	uint8_t buf[1024];
	size_t all, n;

	(void)state;
	begin(&b, &cfg, NULL);
	all = stage_drain(b.s, buf, sizeof(buf), 0);
	end(&b);
	begin(&b, &cfg, NULL);
	for (n = 0; n < 24; n++) {
		assert_string_equal(b.log.text, "");
		assert_int_equal(stage_output(b.s, buf, 1), 1);
	}
	assert_string_equal(b.log.text, "> client preface\n");
	for (; n < all; n++) {
		assert_null(strstr(b.log.text, ASKED));
		assert_int_equal(stage_output(b.s, buf, 1), 1);
	}
	assert_string_equal(b.log.text, PREFACE ASKED);
	assert_int_equal(stage_output(b.s, buf, 1), 0);
	end(&b);
}

/* --- what a server may do against us --- */

static void streams_can_be_reset(void **state)
{
	const struct script script = {.body = 5, .reset_from = 3, .reset = NGHTTP2_REFUSED_STREAM};
	struct http_config cfg = {.requests = 3};
	struct bench b;

	(void)state;
	begin(&b, &cfg, &script);
	talk(&b, 0);
	check_trouble(&b, "RST_STREAM REFUSED_STREAM");
	assert_true(http2_result(b.s)->streams_reset >= 1);
	assert_non_null(strstr(b.log.text, "< RST_STREAM stream 3: REFUSED_STREAM\n"));
	end(&b);
}

static void a_server_can_go_away_in_anger(void **state)
{
	const struct script script = {.goaway_at = 1, .goaway = NGHTTP2_ENHANCE_YOUR_CALM};
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	begin(&b, &cfg, &script);
	talk(&b, 0);
	check_trouble(&b, "GOAWAY ENHANCE_YOUR_CALM");
	assert_int_equal(http2_result(b.s)->goaway, NGHTTP2_ENHANCE_YOUR_CALM + 1);
	assert_non_null(strstr(b.log.text, "< GOAWAY ENHANCE_YOUR_CALM, last stream 1\n"));
	end(&b);
}

static void a_server_can_go_away_in_peace(void **state)
{
	const struct script script = {.body = 5, .goaway_at = 3};

	(void)state;
	for (uint32_t requests = 2; requests < 300; requests += 99) {
		struct http_config cfg = {.requests = requests};
		struct bench b;

		begin(&b, &cfg, &script);
		talk(&b, 0);
		check_trouble(&b, NULL);
		assert_int_equal(http2_result(b.s)->responses, 2);
		assert_int_equal(http2_result(b.s)->goaway, 1);
		assert_int_equal(http2_result(b.s)->streams_reset, 0);
		end(&b);
	}
}

#define SETTINGS_FRAME "000000 04 00 00000000"
#define STATUS_200     "000001 01 04 00000001 88" /* HEADERS, END_HEADERS, stream 1 */

/* Frames by hand, each fed with a block of its own. */
static void feed_hex(struct bench *b, const char *hex)
{
	struct block frames = block_hex(hex);

	stage_feed(b->s, frames.p, frames.len, 0);
	block_free(&frames);
}

static void drain(struct bench *b)
{
	uint8_t buf[4096];

	while (stage_drain(b->s, buf, sizeof(buf), 0) > 0)
		continue;
}

/* Feed the same frames over and over until the stage has enough. How often it took them. */
static uint32_t flood(struct bench *b, struct http_config *cfg, const char *first, const char *hex,
                      bool answered)
{
	uint32_t n = 0;

	begin(b, cfg, NULL);
	drain(b);
	feed_hex(b, SETTINGS_FRAME);
	feed_hex(b, first);
	for (; stage_status(b->s) == STAGE_RUNNING && n < 200000; n++) {
		b->log.len = 0;
		feed_hex(b, hex);
		if (answered)
			drain(b);
	}
	if (stage_status(b->s) != STAGE_FAILED)
		fail_msg("%s %s has no end", first, hex);
	return n;
}

static void floods_have_an_end(void **state)
{
	static const struct {
		const char *first, *frame;
	} floods[] = {
		{"", SETTINGS_FRAME},
		{"", "000000 04 01 00000000"},                  /* SETTINGS ACK */
		{"", "000008 06 00 00000000 0102030405060708"}, /* PING */
		{"", "000008 06 01 00000000 0102030405060708"}, /* PING ACK */
		{"", "000004 08 00 00000000 00000001"},         /* WINDOW_UPDATE */
		{"", "000004 08 00 00000001 00000001"},
		{"", "000005 02 00 00000001 0000000010"},   /* PRIORITY */
		{"", "000004 ff 00 00000000 00000001"},     /* of no known type */
		{STATUS_200, "000000 00 00 00000001"},      /* DATA without data */
		{STATUS_200, "000002 00 08 00000001 0100"}, /* DATA, all padding */
	};
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(floods); i++) {
		flood(&b, &cfg, floods[i].first, floods[i].frame, true);
		end(&b);
		flood(&b, &cfg, floods[i].first, floods[i].frame, false);
		end(&b);
	}
	flood(&b, &cfg, "", "000004 08 00 00000000 00000001", true);
	assert_string_equal(b.s->ops->failure(b.s)->detail, "a flood of 10009 frames");
	end(&b);
	/* who is not answered gives up sooner: nothing may pile up */
	assert_in_range(flood(&b, &cfg, "", "000008 06 00 00000000 0102030405060708", false), 90,
	                200);
	end(&b);
}

static void many_frames_with_data_are_no_flood(void **state)
{
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	begin(&b, &cfg, NULL);
	drain(&b);
	feed_hex(&b, SETTINGS_FRAME STATUS_200);
	for (int i = 0; i < 30000; i++) {
		feed_hex(&b, "000001 00 00 00000001 78");
		drain(&b);
	}
	assert_int_equal(stage_status(b.s), STAGE_RUNNING);
	feed_hex(&b, "000001 00 01 00000001 78");
	check_trouble(&b, NULL);
	assert_int_equal(http2_result(b.s)->body_bytes, 30001);
	end(&b);
}

static void the_status_is_that_of_the_first_stream(void **state)
{
	struct http_config cfg = {.requests = 2};
	struct bench b;

	(void)state;
	begin(&b, &cfg, NULL);
	drain(&b);
	feed_hex(&b, SETTINGS_FRAME "000001 01 05 00000003 88 000001 01 05 00000001 8d");
	check_trouble(&b, NULL);
	assert_int_equal(http2_result(b.s)->status, 404);
	end(&b);
	begin(&b, &cfg, NULL);
	drain(&b);
	feed_hex(&b, SETTINGS_FRAME "000001 01 05 00000001 8d 000001 01 05 00000003 88");
	assert_int_equal(http2_result(b.s)->status, 404);
	end(&b);
}

/* Of most mistakes it is known before our GOAWAY goes. */
static void a_fault_is_known_at_once(void **state)
{
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	begin(&b, &cfg, NULL);
	drain(&b);
	feed_hex(&b, SETTINGS_FRAME "000001 01 04 00000001 82");
	check_trouble(&b, "Invalid HTTP header field was received: frame type: 1, stream: 1, "
	                  "name: [:method], value: [GET]");
	end(&b);
}

static void a_head_has_a_limit(void **state)
{
	struct http_config cfg = {0};
	struct bench b;
	uint8_t frame[9 + 7 + 4000 + 17];
	struct block head = block_hex("000fb8 01 04 00000001 88 40 01 78 7f a1 1e");

	(void)state;
	/* a field of 4,000 bytes goes into the table, and is named again by one byte each: HPACK's bomb */
	begin(&b, &cfg, NULL);
	drain(&b);
	feed_hex(&b, SETTINGS_FRAME);
	assert_int_equal(head.len, 9 + 7);
	memcpy(frame, head.p, head.len);
	memset(frame + 16, 'a', 4000);
	memset(frame + 4016, 0xbe, 17);
	stage_feed(b.s, frame, sizeof(frame), 0);
	block_free(&head);
	check_trouble(&b, "the response head is longer than 65536 bytes");
	end(&b);
}

static void a_head_in_endless_parts_is_refused(void **state)
{
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	/* HEADERS without END_HEADERS, then CONTINUATION without end */
	assert_in_range(flood(&b, &cfg, "000001 01 00 00000001 88", "000000 09 00 00000001", true),
	                1, 100);
	end(&b);
}

static void endless_informational_responses_are_refused(void **state)
{
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	/* 103 as a literal */
	assert_int_equal(flood(&b, &cfg, "", "000005 01 04 00000001 08 03 313033", true), 17);
	check_trouble(&b, "more than 16 informational responses");
	end(&b);
}

static void a_push_is_refused(void **state)
{
	struct http_config cfg = {0};
	struct bench b;

	(void)state;
	begin(&b, &cfg, NULL);
	drain(&b);
	feed_hex(&b, SETTINGS_FRAME "000008 05 04 00000001 00000002 82868441");
	check_trouble(&b, "PUSH_PROMISE, which our SETTINGS rule out");
	end(&b);
}

static void a_body_has_the_limit_that_was_set(void **state)
{
	const struct script script = {.body = 60};
	struct http_config cfg = {.requests = 2, .body_max = 120};
	struct bench b;

	(void)state;
	begin(&b, &cfg, &script);
	talk(&b, 0);
	check_trouble(&b, NULL);
	end(&b);
	cfg.body_max = 119;
	begin(&b, &cfg, &script);
	talk(&b, 0);
	check_trouble(&b, "more than 119 bytes of body");
	end(&b);
}

/* --- what is no HTTP/2 --- */

static void check_other(const char *bytes, size_t len, bool eof, const char *trouble)
{
	struct http_config cfg = {0};
	struct bench b;

	for (size_t step = 0; step < 2; step++) {
		begin(&b, &cfg, NULL);
		drain(&b);
		stage_feed(b.s, bytes, len, step);
		if (eof)
			b.s->ops->eof(b.s);
		if (step == 0)
			check_trouble(&b, trouble);
		else
			assert_int_equal(stage_status(b.s), STAGE_FAILED);
		stage_feed(b.s, bytes, len, step);
		drain(&b);
		end(&b);
	}
}

static void other_protocols_are_told(void **state)
{
	(void)state;
	check_other("HTTP/1.1 400 Bad Request\r\n", 26, false,
	            "the server answers HTTP/1.1 where HTTP/2 was spoken");
	check_other("HTTP/1.0 505 x\r\n", 16, false,
	            "the server answers HTTP/1.0 where HTTP/2 was spoken");
	check_other("SSH-2.0-OpenSSH_9.2p1\r\n", 23, false,
	            "this is no HTTP/2: SSH-2.0-OpenSSH_9.2p1");
	check_other("\x15\x03\x03\0\2\2\x28", 7, true,
	            "this is no HTTP/2: 15 03 03 00 02 02 28 (TLS?)");
	check_other("\0\0\x08\x06\0\0\0\0\0", 9, false,
	            "this is no HTTP/2: 00 00 08 06 00 00 00 00 00");
	check_other("\0\0\0\x04\1\0\0\0\0", 9, false,
	            "this is no HTTP/2: 00 00 00 04 01 00 00 00 00 (HTTP/2?)");
	check_other("", 0, true, "the server closed the connection without a response");
}

static void broken_frames_are_refused(void **state)
{
	static const char *const frames[] = {
		"004001 00 00 00000001",                /* longer than 16,384 */
		"000000 00 00 00000000",                /* DATA on stream 0 */
		"000001 01 04 00000001 ff",             /* no HPACK */
		"000001 01 04 00000001 82",             /* :method in a response */
		"000001 01 04 00000002 88",             /* a stream that the server cannot open */
		"000001 00 00 00000001 78",             /* DATA before HEADERS */
		"000005 04 00 00000000 0000000000",     /* SETTINGS of no multiple of 6 */
		"000006 04 00 00000000 0005 00000001",  /* MAX_FRAME_SIZE of 1 */
		"000006 04 00 00000000 0004 ffffffff",  /* a window of 4 GiB */
		"000004 08 00 00000000 00000000",       /* WINDOW_UPDATE of 0 */
		"000004 08 00 00000000 7fffffff",       /* of too much */
		"000007 06 00 00000000 01020304050607", /* a PING of 7 */
		"000004 03 00 00000000 00000000",       /* RST_STREAM of stream 0 */
		"000001 01 05 00000001 88 000001 00 00 00000003 78", /* DATA before HEADERS once more */
	};
	struct http_config cfg = {.requests = 2};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(frames); i++) {
		begin(&b, &cfg, NULL);
		drain(&b);
		feed_hex(&b, SETTINGS_FRAME);
		feed_hex(&b, frames[i]);
		drain(&b);
		if (stage_status(b.s) != STAGE_FAILED)
			fail_msg("frame %zu was taken", i);
		assert_string_not_equal(b.s->ops->failure(b.s)->detail, "");
		end(&b);
	}
}

static void codes_have_names(void **state)
{
	(void)state;
	assert_string_equal(http2_error_name(0), "NO_ERROR");
	assert_string_equal(http2_error_name(0xb), "ENHANCE_YOUR_CALM");
	assert_string_equal(http2_error_name(0xd), "HTTP_1_1_REQUIRED");
	assert_non_null(http2_error_name(UINT32_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_has_its_response),
		cmocka_unit_test(the_end_is_announced),
		cmocka_unit_test(each_cut_has_an_outcome),
		cmocka_unit_test(requests_go_side_by_side),
		cmocka_unit_test(the_fields_of_a_request),
		cmocka_unit_test(what_we_allow_is_said),
		cmocka_unit_test(a_body_goes_with_the_request),
		cmocka_unit_test(a_response_may_end_before_its_request),
		cmocka_unit_test(a_long_body_is_not_held_up),
		cmocka_unit_test(informational_heads_and_trailers_are_notes),
		cmocka_unit_test(a_head_has_no_body),
		cmocka_unit_test(a_request_is_told_with_its_last_byte),
		cmocka_unit_test(streams_can_be_reset),
		cmocka_unit_test(a_server_can_go_away_in_anger),
		cmocka_unit_test(a_server_can_go_away_in_peace),
		cmocka_unit_test(floods_have_an_end),
		cmocka_unit_test(many_frames_with_data_are_no_flood),
		cmocka_unit_test(the_status_is_that_of_the_first_stream),
		cmocka_unit_test(a_fault_is_known_at_once),
		cmocka_unit_test(a_head_has_a_limit),
		cmocka_unit_test(a_head_in_endless_parts_is_refused),
		cmocka_unit_test(endless_informational_responses_are_refused),
		cmocka_unit_test(a_push_is_refused),
		cmocka_unit_test(a_body_has_the_limit_that_was_set),
		cmocka_unit_test(other_protocols_are_told),
		cmocka_unit_test(broken_frames_are_refused),
		cmocka_unit_test(codes_have_names),
	};

	return cmocka_run_group_tests_name("http2", tests, NULL, NULL);
}
