/* SPDX-License-Identifier: BSD-2-Clause */
/* test_websocket.c - tests of WebSocket against bytes by hand and the examples of RFC 6455. */
#include "../lib/check.h"
#include "../lib/check_stage.h"

#include "app/digest.h"
#include "app/websocket.h"
#include "base/version.h"

/* RFC 6455 1.3: the nonce and what is to come back. */
#define NONCE  "the sample nonce"
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#define SWITCH                                                                                     \
	"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"        \
	"Sec-WebSocket-Accept: " ACCEPT "\r\n\r\n"

#define ASKED    "> GET / HTTP/1.1 (request)\n"
#define SWITCHED "< (first byte)\n< HTTP/1.1 101 Switching Protocols (upgrade)\n"
#define PINGED   "> Ping (ping)\n"

struct bench {
	struct stage *s;
	struct stage_log log;
	struct http_config http;
	struct ws_config cfg;
	uint8_t sent[8192];
	size_t sent_len;
};

static void begin_with(struct bench *b, const char *header)
{
	struct app_listener l;

	memset(b, 0, sizeof(*b));
	b->log.protocol = "WebSocket";
	b->log.before = "HTTP/1.1";
	l = stage_log_listener(&b->log);
	b->http = (struct http_config){.scheme = "ws",
	                               .authority = "h",
	                               .method = "POST",
	                               .path = "/",
	                               .body = (const uint8_t *)"x"};
	b->http.headers = header != NULL;
	b->http.header[0] = header;
	b->cfg = (struct ws_config){.http = &b->http, .mask = 7};
	memcpy(b->cfg.key, NONCE, 16);
	b->s = ws_new(&b->cfg, &l);
	assert_non_null(b->s);
	assert_int_equal(stage_status(b->s), STAGE_RUNNING);
}

static void begin(struct bench *b)
{
	begin_with(b, NULL);
}

static void end(struct bench *b)
{
	b->s->ops->goodbye(b->s);
	assert_int_equal(stage_output(b->s, b->sent, 0), 0);
	b->s->ops->free(b->s);
}

/* What comes out now, in place of what came before. */
static void drain(struct bench *b, size_t step)
{
	memset(b->sent, 0, sizeof(b->sent));
	b->sent_len = stage_drain(b->s, b->sent, sizeof(b->sent) - 1, step);
}

static void feed(struct bench *b, const char *bytes, size_t step)
{
	stage_feed(b->s, bytes, strlen(bytes), step);
}

static void feed_hex(struct bench *b, const char *hex, size_t step)
{
	struct block bytes = block_hex(hex);

	stage_feed(b->s, bytes.p, bytes.len, step);
	block_free(&bytes);
}

/* The next frame that came out, unmasked: it must have this first byte and payload. */
static void check_frame(const struct bench *b, size_t *at, uint8_t first, const void *payload,
                        size_t len)
{
	const uint8_t *p = b->sent + *at, *mask = p + 2;

	assert_true(*at + 6 + len <= b->sent_len);
	assert_int_equal(p[0], first);
	assert_int_equal(p[1], 0x80 | len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(p[6 + i] ^ mask[i % 4], ((const uint8_t *)payload)[i]);
	*at += 6 + len;
}

/* Up to our ping, whose payload is handed out. */
static void open_up(struct bench *b, size_t step, uint8_t ping[8])
{
	size_t at = 0;

	begin(b);
	drain(b, step);
	feed(b, SWITCH, step);
	drain(b, step);
	assert_int_equal(b->sent_len, 14);
	for (size_t i = 0; i < 8; i++)
		ping[i] = b->sent[6 + i] ^ b->sent[2 + i % 4];
	check_frame(b, &at, 0x89, ping, 8);
	assert_int_equal(stage_status(b->s), STAGE_RUNNING);
	assert_true(ws_result(b->s)->upgraded);
}

static void feed_pong(struct bench *b, const uint8_t ping[8], size_t step)
{
	uint8_t frame[10] = {0x8a, 8};

	memcpy(frame + 2, ping, 8);
	stage_feed(b->s, frame, sizeof(frame), step);
}

static void check_trouble(const struct bench *b, const char *reason, const char *trouble)
{
	const struct stage_failure *f = b->s->ops->failure(b->s);

	assert_string_equal(f->detail, trouble);
	assert_string_equal(f->reason, reason);
	assert_int_equal(stage_status(b->s), STAGE_FAILED);
}

/* --- what is as it should be --- */

static void the_examples_of_the_rfc(void **state)
{
	static const char joined[] = "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	uint8_t sha1[DIGEST_SHA1_LEN];
	char text[DIGEST_BASE64_CAP(DIGEST_SHA1_LEN)];

	(void)state;
	digest_base64(text, (const uint8_t *)NONCE, 16);
	assert_string_equal(text, "dGhlIHNhbXBsZSBub25jZQ==");
	assert_true(digest_sha1(sha1, joined, strlen(joined)));
	assert_memory_equal(
		sha1,
		"\xb3\x7a\x4f\x2c\xc0\x62\x4f\x16\x90\xf6\x46\x06\xcf\x38\x59\x45\xb2\xbe\xc4\xea",
		20);
	digest_base64(text, sha1, sizeof(sha1));
	assert_string_equal(text, ACCEPT);
}

static void the_upgrade_is_asked_for(void **state)
{
	struct bench b;

	(void)state;
	for (size_t step = 0; step < 2; step++) {
		begin_with(&b, "Connection: close");
		drain(&b, step);
		assert_string_equal(
			(const char *)b.sent,
			"GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: tcpshake/" VERSION
			"\r\nAccept: */*\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
			"Sec-WebSocket-Version: 13\r\n\r\n");
		assert_string_equal(b.log.text, ASKED);
		end(&b);
	}
}

static void a_whole_conversation(void **state)
{
	uint8_t ping[8];
	struct bench b;

	(void)state;
	for (size_t step = 0; step < 4; step++) {
		size_t at = 0;

		open_up(&b, step, ping);
		assert_string_equal(b.log.text, ASKED SWITCHED PINGED);
		feed_pong(&b, ping, step);
		assert_true(ws_result(b.s)->pong);
		drain(&b, step);
		check_frame(&b, &at, 0x88, "\x03\xe8", 2);
		assert_int_equal(at, b.sent_len);
		assert_int_equal(stage_status(b.s), STAGE_RUNNING);
		feed_hex(&b, "8802 03e8", step);
		assert_int_equal(stage_status(b.s), STAGE_DONE);
		assert_string_equal(b.log.text, ASKED SWITCHED PINGED
		                    "< Pong (pong)\n> Close 1000\n< Close 1000\n");
		assert_int_equal(ws_result(b.s)->status, 101);
		assert_int_equal(ws_result(b.s)->close_code, 1000);
		assert_string_equal(ws_result(b.s)->protocol, "");
		/* and nothing more */
		feed_hex(&b, "8900 ffff", step);
		b.s->ops->eof(b.s);
		drain(&b, 0);
		assert_int_equal(b.sent_len, 0);
		assert_int_equal(stage_status(b.s), STAGE_DONE);
		end(&b);
	}
}

static void frames_may_come_with_the_101(void **state)
{
	static const char all[] = SWITCH "\x81\x02hi\x89\x01x";
	struct bench b;
	size_t at = 0;

	(void)state;
	begin(&b);
	drain(&b, 0);
	stage_feed(b.s, all, sizeof(all) - 1, 0);
	drain(&b, 0);
	check_frame(&b, &at, 0x8a, "x", 1);
	assert_int_equal(b.sent_len, at + 14);
	assert_string_equal(b.log.text, ASKED SWITCHED "< Ping\n> Pong\n" PINGED);
	end(&b);
}

static void frames_are_told_with_their_last_byte(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	drain(&b, 0);
	feed(&b, SWITCH, 0);
	assert_int_equal(stage_output(b.s, b.sent, 13), 13);
	assert_string_equal(b.log.text, ASKED SWITCHED);
	assert_int_equal(stage_output(b.s, b.sent, 13), 1);
	assert_string_equal(b.log.text, ASKED SWITCHED PINGED);
	end(&b);
}

static void masks_come_from_the_seed(void **state)
{
	uint8_t first[14], ping[8];
	struct bench b;

	(void)state;
	open_up(&b, 0, ping);
	memcpy(first, b.sent, sizeof(first));
	end(&b);
	open_up(&b, 0, ping);
	assert_memory_equal(b.sent, first, sizeof(first));
	/* no mask is zeros, or the next one */
	assert_memory_not_equal(b.sent + 2, "\0\0\0\0", 4);
	feed_pong(&b, ping, 0);
	drain(&b, 0);
	assert_memory_not_equal(b.sent + 2, first + 2, 4);
	end(&b);
}

static void the_servers_pings_are_answered(void **state)
{
	uint8_t ping[8];
	struct bench b;
	size_t at = 0;

	(void)state;
	open_up(&b, 0, ping);
	feed_hex(&b, "8900 8905 68656c6c6f", 0);
	drain(&b, 0);
	/* RFC 6455 5.5.3: the last one is enough */
	check_frame(&b, &at, 0x8a, "hello", 5);
	assert_int_equal(at, b.sent_len);
	/* once our Close is out nothing may follow it */
	feed_pong(&b, ping, 0);
	drain(&b, 0);
	feed_hex(&b, "8900", 0);
	drain(&b, 0);
	assert_int_equal(b.sent_len, 0);
	end(&b);
}

static void data_is_passed_over(void **state)
{
	uint8_t ping[8];
	struct bench b;

	(void)state;
	for (size_t step = 0; step < 2; step++) {
		open_up(&b, step, ping);
		/* RFC 6455 5.7: "Hello", in two parts with a ping between them, 256 bytes binary */
		feed_hex(&b, "8105 48656c6c6f 0103 48656c 8905 48656c6c6f 8002 6c6f 827e 0100",
		         step);
		for (int i = 0; i < 256; i++)
			stage_feed(b.s, "x", 1, 0);
		assert_int_equal(stage_status(b.s), STAGE_RUNNING);
		feed_pong(&b, ping, step);
		assert_true(ws_result(b.s)->pong);
		assert_string_equal(b.log.text, ASKED SWITCHED PINGED "< Ping\n< Pong (pong)\n");
		end(&b);
	}
}

static void a_pong_must_be_ours(void **state)
{
	uint8_t ping[8];
	struct bench b;

	(void)state;
	open_up(&b, 0, ping);
	feed_hex(&b, "8a00 8a08 0000000000000000 8a07 00000000000000", 0);
	assert_false(ws_result(b.s)->pong);
	drain(&b, 0);
	assert_int_equal(b.sent_len, 0);
	feed_pong(&b, ping, 0);
	assert_true(ws_result(b.s)->pong);
	feed_pong(&b, ping, 0);
	drain(&b, 0);
	assert_string_equal(b.log.text, ASKED SWITCHED PINGED
	                    "< Pong\n< Pong\n< Pong\n< Pong (pong)\n< Pong\n> Close 1000\n");
	end(&b);
}

/* --- ends --- */

static void a_server_may_close_first(void **state)
{
	static const struct {
		const char *frame, *said;
		const char *answer;
		size_t answer_len;
		int64_t code;
	} cases[] = {
		{"8802 03e9", "< Close 1001\n> Close 1001\n", "\x03\xe9", 2, 1001},
		{"8805 0fa0 627965", "< Close 4000\n> Close 4000\n", "\x0f\xa0", 2, 4000},
		{"8800", "< Close\n> Close\n", "", 0, 1005},
	};
	uint8_t ping[8];
	struct bench b;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(cases); i++) {
		size_t at = 0;
		char heard[256];

		open_up(&b, 0, ping);
		feed_hex(&b, cases[i].frame, 0);
		assert_int_equal(stage_status(b.s), STAGE_RUNNING);
		drain(&b, 0);
		check_frame(&b, &at, 0x88, cases[i].answer, cases[i].answer_len);
		assert_int_equal(at, b.sent_len);
		assert_int_equal(stage_status(b.s), STAGE_DONE);
		assert_int_equal(ws_result(b.s)->close_code, cases[i].code);
		assert_false(ws_result(b.s)->pong);
		snprintf(heard, sizeof(heard), ASKED SWITCHED PINGED "%s", cases[i].said);
		assert_string_equal(b.log.text, heard);
		end(&b);
	}
}

static void both_may_close_at_once(void **state)
{
	uint8_t ping[8];
	struct bench b;
	size_t at = 0;

	(void)state;
	/* ours is due, but not out yet */
	open_up(&b, 0, ping);
	feed_pong(&b, ping, 0);
	feed_hex(&b, "8802 03e9", 0);
	drain(&b, 0);
	check_frame(&b, &at, 0x88, "\x03\xe8", 2);
	assert_int_equal(at, b.sent_len);
	assert_int_equal(stage_status(b.s), STAGE_DONE);
	assert_int_equal(ws_result(b.s)->close_code, 1001);
	end(&b);
	/* ours is half out */
	open_up(&b, 0, ping);
	feed_pong(&b, ping, 0);
	assert_int_equal(stage_output(b.s, b.sent, 3), 3);
	feed_hex(&b, "8802 03e9", 0);
	assert_int_equal(stage_status(b.s), STAGE_RUNNING);
	drain(&b, 0);
	assert_int_equal(b.sent_len, 5);
	assert_int_equal(stage_status(b.s), STAGE_DONE);
	assert_string_equal(b.log.text,
	                    ASKED SWITCHED PINGED "< Pong (pong)\n< Close 1001\n> Close 1000\n");
	end(&b);
}

static void the_connection_may_end_in_place_of_a_close(void **state)
{
	uint8_t ping[8];
	struct bench b;

	(void)state;
	open_up(&b, 0, ping);
	feed_pong(&b, ping, 0);
	drain(&b, 0);
	b.s->ops->eof(b.s);
	assert_int_equal(stage_status(b.s), STAGE_DONE);
	assert_true(ws_result(b.s)->pong);
	assert_int_equal(ws_result(b.s)->close_code, 0);
	end(&b);
	open_up(&b, 0, ping);
	b.s->ops->eof(b.s);
	check_trouble(&b, "protocol-error", "the connection was closed before a pong");
	end(&b);
	open_up(&b, 0, ping);
	feed_pong(&b, ping, 0);
	b.s->ops->eof(b.s);
	check_trouble(&b, "protocol-error", "the connection was closed after the pong");
	end(&b);
	/* the Close came, and our answer did not go out */
	open_up(&b, 0, ping);
	feed_hex(&b, "8802 03e9", 0);
	b.s->ops->eof(b.s);
	assert_int_equal(stage_status(b.s), STAGE_DONE);
	end(&b);
}

/* The connection ends after so many bytes of the server. */
static void each_cut_has_an_outcome(void **state)
{
	static const uint8_t tail[] = {0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0x88, 2, 3, 0xe8};
	uint8_t all[sizeof(SWITCH) - 1 + sizeof(tail)], ping[8];
	struct bench b;

	(void)state;
	open_up(&b, 0, ping);
	end(&b);
	memcpy(all, SWITCH, sizeof(SWITCH) - 1);
	memcpy(all + sizeof(SWITCH) - 1, tail, sizeof(tail));
	memcpy(all + sizeof(SWITCH) - 1 + 2, ping, 8);
	for (size_t cut = 0; cut <= sizeof(all); cut++) {
		size_t upgrade = cut < sizeof(SWITCH) - 1 ? cut : sizeof(SWITCH) - 1;

		begin(&b);
		drain(&b, 0);
		stage_feed(b.s, all, upgrade, 0);
		drain(&b, 0);
		stage_feed(b.s, all + upgrade, cut - upgrade, 1);
		drain(&b, 0);
		b.s->ops->eof(b.s);
		/* from the pong on, nothing is amiss */
		assert_int_equal(stage_status(b.s),
		                 cut < sizeof(all) - 4 ? STAGE_FAILED : STAGE_DONE);
		end(&b);
	}
}

/* --- the response to the upgrade --- */

#define HEAD101 "HTTP/1.1 101 Switching Protocols\r\n"
#define UPGRADE "Upgrade: websocket\r\n"
#define CONN    "Connection: Upgrade\r\n"
#define ACCEPTS "Sec-WebSocket-Accept: " ACCEPT "\r\n"

static void a_response_may_be_unusual(void **state)
{
	static const struct {
		const char *header, *response, *protocol;
	} cases[] = {
		{NULL,
	         HEAD101 "upgrade:WebSocket \r\nconnection: keep-alive ,UPGRADE\r\n"
	                 "sec-websocket-accept:   " ACCEPT " \t\r\n\r\n",
	         ""},
		{NULL, HEAD101 UPGRADE "Connection: keep-alive\r\n" CONN ACCEPTS "\r\n", ""},
		{NULL,
	         "HTTP/1.1 103 Early Hints\r\nUpgrade: nonsense\r\n\r\n" HEAD101 UPGRADE CONN
	                 ACCEPTS "\r\n",
	         ""},
		{"Sec-WebSocket-Protocol: chat, superchat",
	         HEAD101 UPGRADE CONN ACCEPTS "Sec-WebSocket-Protocol: superchat\r\n\r\n",
	         "superchat"},
		{"sec-websocket-extensions: permessage-deflate",
	         HEAD101 UPGRADE CONN ACCEPTS
	         "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
	         ""},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(cases); i++) {
		struct bench b;

		begin_with(&b, cases[i].header);
		drain(&b, 0);
		feed(&b, cases[i].response, i % 2);
		assert_string_equal(b.s->ops->failure(b.s)->detail, "");
		assert_true(ws_result(b.s)->upgraded);
		assert_string_equal(ws_result(b.s)->protocol, cases[i].protocol);
		end(&b);
	}
}

static void a_wrong_response_is_refused(void **state)
{
	static const struct {
		const char *header, *response, *trouble;
	} cases[] = {
		{NULL, HEAD101 CONN ACCEPTS "\r\n", "no Upgrade: websocket in the response"},
		{NULL, HEAD101 "Upgrade: h2c\r\n" CONN ACCEPTS "\r\n", "an upgrade to h2c"},
		{NULL, HEAD101 UPGRADE ACCEPTS "\r\n", "no Connection: upgrade in the response"},
		{NULL, HEAD101 UPGRADE "Connection: upgraded\r\n" ACCEPTS "\r\n",
	         "no Connection: upgrade in the response"},
		{NULL, HEAD101 UPGRADE CONN "\r\n", "no Sec-WebSocket-Accept in the response"},
		{NULL,
	         HEAD101 UPGRADE CONN "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
	         "a wrong Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
		{NULL, HEAD101 UPGRADE CONN ACCEPTS "Sec-WebSocket-Accept: x\r\n\r\n",
	         "a wrong Sec-WebSocket-Accept: x"},
		{NULL, HEAD101 UPGRADE CONN ACCEPTS "Sec-WebSocket-Extensions: x\r\n\r\n",
	         "an extension that was not asked for: x"},
		{NULL, HEAD101 UPGRADE CONN ACCEPTS "Sec-WebSocket-Protocol: chat\r\n\r\n",
	         "a subprotocol that was not asked for: chat"},
		{"Sec-WebSocket-Protocol: chat",
	         HEAD101 UPGRADE CONN ACCEPTS "Sec-WebSocket-Protocol: Chat\r\n\r\n",
	         "a subprotocol that was not asked for: Chat"},
		{"Sec-WebSocket-Protocol: chat",
	         HEAD101 UPGRADE CONN ACCEPTS
	         "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n\r\n",
	         "more than one Sec-WebSocket-Protocol"},
		{NULL, "SSH-2.0-x\r\n", "this is no HTTP response: SSH-2.0-x"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(cases); i++) {
		struct bench b;

		begin_with(&b, cases[i].header);
		drain(&b, 0);
		feed(&b, cases[i].response, 0);
		check_trouble(&b, "protocol-error", cases[i].trouble);
		assert_false(ws_result(b.s)->upgraded);
		drain(&b, 0);
		assert_int_equal(b.sent_len, 0);
		end(&b);
	}
}

static void another_status_is_a_failure(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	drain(&b, 0);
	feed(&b, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", 1);
	check_trouble(&b, "http-status", "404 Not Found");
	assert_int_equal(ws_result(b.s)->status, 404);
	assert_string_equal(b.log.text, ASKED "< (first byte)\n< HTTP/1.1 404 Not Found (head)\n");
	end(&b);
	begin(&b);
	drain(&b, 0);
	feed(&b, "HTTP/1.1 200\r\n\r\n", 0);
	check_trouble(&b, "http-status", "200");
	end(&b);
}

static void an_upgrade_comes_after_its_request(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	assert_int_equal(stage_output(b.s, b.sent, 20), 20);
	feed(&b, SWITCH, 0);
	check_trouble(&b, "protocol-error", "an upgrade before it was asked for");
	end(&b);
}

/* --- frames that must not be --- */

static void broken_frames_are_refused(void **state)
{
	static const struct {
		const char *frames, *trouble;
	} cases[] = {
		{"8981 00000000 00", "frame 1 of the server is masked"},
		{"8a00 c100", "reserved bits in frame 2"},
		{"9900", "reserved bits in frame 1"},
		{"8300", "a frame with opcode 3"},
		{"8b00", "a frame with opcode 11"},
		{"8000", "frame 1 is out of order"},
		{"0100 8100", "frame 2 is out of order"},
		{"0100 8000 8000", "frame 3 is out of order"},
		{"0900", "the header of frame 1 is against RFC 6455 5.2"},
		{"897e 0080", "the header of frame 1 is against RFC 6455 5.2"},
		{"827e 0010", "the header of frame 1 is against RFC 6455 5.2"},
		{"8100 827f 0000000000000010", "the header of frame 2 is against RFC 6455 5.2"},
		{"827f ffffffffffffffff", "the header of frame 1 is against RFC 6455 5.2"},
		{"827f 7fffffffffffffff 00", "a frame of 9223372036854775807 bytes"},
		{"827f 0000000000100001 00", "a frame of 1048577 bytes"},
		{"8801 03", "a Close frame without a valid code"},
		{"8802 03e7", "a Close frame without a valid code"},
		{"8802 03ec", "a Close frame without a valid code"},
		{"8802 03ed", "a Close frame without a valid code"},
		{"8802 03ee", "a Close frame without a valid code"},
		{"8802 1388", "a Close frame without a valid code"},
	};
	uint8_t ping[8];
	struct bench b;

	(void)state;
	for (size_t i = 0; i < 2 * CHECK_COUNT(cases); i++) {
		open_up(&b, 0, ping);
		feed_hex(&b, cases[i / 2].frames, i % 2);
		check_trouble(&b, "protocol-error", cases[i / 2].trouble);
		feed_pong(&b, ping, 0);
		assert_false(ws_result(b.s)->pong);
		end(&b);
	}
}

static void floods_have_an_end(void **state)
{
	uint8_t ping[8];
	struct bench b;
	uint8_t *data = calloc(1, 1048576 + 10);

	(void)state;
	open_up(&b, 0, ping);
	for (int i = 0; i < 10000; i++) {
		b.log.len = 0;
		feed_hex(&b, i % 2 == 0 ? "8900" : "8100", 0);
	}
	assert_int_equal(stage_status(b.s), STAGE_RUNNING);
	feed_hex(&b, "8900", 0);
	check_trouble(&b, "protocol-error", "a flood of 10001 frames");
	end(&b);
	open_up(&b, 0, ping);
	memcpy(data, "\x82\x7f\0\0\0\0\0\x10\0\0", 10);
	for (int i = 0; i < 16; i++)
		stage_feed(b.s, data, 1048576 + 10, 0);
	assert_int_equal(stage_status(b.s), STAGE_RUNNING);
	feed_hex(&b, "8101 78", 0);
	check_trouble(&b, "protocol-error", "more than 16777216 bytes of data");
	end(&b);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_rfc),
		cmocka_unit_test(the_upgrade_is_asked_for),
		cmocka_unit_test(a_whole_conversation),
		cmocka_unit_test(frames_may_come_with_the_101),
		cmocka_unit_test(frames_are_told_with_their_last_byte),
		cmocka_unit_test(masks_come_from_the_seed),
		cmocka_unit_test(the_servers_pings_are_answered),
		cmocka_unit_test(data_is_passed_over),
		cmocka_unit_test(a_pong_must_be_ours),
		cmocka_unit_test(a_server_may_close_first),
		cmocka_unit_test(both_may_close_at_once),
		cmocka_unit_test(the_connection_may_end_in_place_of_a_close),
		cmocka_unit_test(each_cut_has_an_outcome),
		cmocka_unit_test(a_response_may_be_unusual),
		cmocka_unit_test(a_wrong_response_is_refused),
		cmocka_unit_test(another_status_is_a_failure),
		cmocka_unit_test(an_upgrade_comes_after_its_request),
		cmocka_unit_test(broken_frames_are_refused),
		cmocka_unit_test(floods_have_an_end),
	};

	return cmocka_run_group_tests_name("websocket", tests, NULL, NULL);
}
