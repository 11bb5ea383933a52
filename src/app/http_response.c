/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http_response.c - the door to libhttp-parser.
 *
 * The parser calls back; here it is paused at each callback that matters, so that whoever reads gets one
 * event after the other. The limits are ours: the parser has one for the heads of the whole program.
 */
#include "app/http_response.h"

#include <http_parser.h>
#include <stdlib.h>
#include <string.h>

#include "app/say.h"
#include "base/text.h"

#define FIRST_MAX      SAY_MAX /* bytes kept to show what is no response */
#define FRAMING_FREE   65536   /* bytes of chunks and trailers that are no data, ... */
#define FRAMING_FACTOR 16      /* ... and how many more for each byte of data */

enum phase {
	PHASE_HEAD,
	PHASE_BODY,
	PHASE_END, /* complete, and not told yet */
	PHASE_OVER,
	PHASE_BROKEN,
};

struct http_response {
	http_parser parser;
	enum phase phase;
	bool no_body;           /* a response to HEAD */
	bool begun;             /* it is known whether this is an informational one */
	bool head_done, ended;  /* the parser said so */
	bool chunked, in_value; /* in_value: of the field that is being read */
	uint32_t informational;
	uint64_t body_max, length, framing;
	size_t head_len;
	uint8_t first[FIRST_MAX];
	char reason[64], name[64], value[512];
	http_field_fn *field;
	void *ctx;
	struct http_response_info info;
	struct stage_failure failure;
};

static enum http_event broken(struct http_response *r)
{
	r->phase = PHASE_BROKEN;
	return RESPONSE_BROKEN;
}

/* --- what the parser calls --- */

/* Append a piece to text that may be cut; a NUL in it ends it. */
static void append(char *s, size_t cap, const char *piece, size_t len)
{
	size_t have = strlen(s);

	len = len < cap - 1 - have ? len : cap - 1 - have;
	memcpy(s + have, piece, len);
	s[have + len] = '\0';
}

static void field_ends(struct http_response *r)
{
	if (r->in_value && !r->head_done && r->field != NULL)
		r->field(r->ctx, r->name, r->value);
	if (r->in_value)
		r->name[0] = r->value[0] = '\0';
	r->in_value = false;
}

static int on_status(http_parser *p, const char *at, size_t len)
{
	struct http_response *r = p->data;

	append(r->reason, sizeof(r->reason), at, len);
	return 0;
}

static int on_field(http_parser *p, const char *at, size_t len)
{
	struct http_response *r = p->data;

	field_ends(r);
	append(r->name, sizeof(r->name), at, len);
	return 0;
}

static int on_value(http_parser *p, const char *at, size_t len)
{
	struct http_response *r = p->data;

	r->in_value = true;
	append(r->value, sizeof(r->value), at, len);
	return 0;
}

/* RFC 9110 6.4.1: those that have no body, whatever their fields say. */
static bool has_no_body(const struct http_response *r)
{
	return r->no_body || r->info.status / 100 == 1 || r->info.status == 204 ||
	       r->info.status == 304;
}

static void read_line(struct http_response *r)
{
	struct text line = text_into(r->info.line, sizeof(r->info.line));
	struct text version = text_into(r->info.version, sizeof(r->info.version));

	text_add(&version, "%d.%d", r->parser.http_major, r->parser.http_minor);
	text_add(&line, "HTTP/%s %d", r->info.version, r->info.status);
	if (r->reason[0] != '\0')
		text_add(&line, " %s", r->reason);
}

static int on_head(http_parser *p)
{
	struct http_response *r = p->data;

	field_ends(r);
	r->head_done = true;
	r->info.status = (int)p->status_code;
	r->chunked = (p->flags & F_CHUNKED) != 0;
	r->length = p->content_length;
	read_line(r);
	if (p->http_major != 1) {
		say_failure(&r->failure, "protocol-error", "HTTP/%s in place of HTTP/1.1",
		            r->info.version);
		return -1;
	}
	if (r->info.status < 100) {
		say_failure(&r->failure, "protocol-error", "%d is no status of HTTP",
		            r->info.status);
		return -1;
	}
	http_parser_pause(p, 1);
	return has_no_body(r) ? 1 : 0;
}

static int on_body(http_parser *p, const char *at, size_t len)
{
	struct http_response *r = p->data;

	(void)at;
	r->info.body += len;
	r->info.all_bodies += len;
	if (r->body_max == 0 || r->info.all_bodies <= r->body_max)
		return 0;
	say_failure(&r->failure, "protocol-error", "more than %llu bytes of body",
	            (unsigned long long)r->body_max);
	return -1;
}

static int on_end(http_parser *p)
{
	struct http_response *r = p->data;

	r->ended = true;
	http_parser_pause(p, 1);
	return 0;
}

static const http_parser_settings settings = {
	.on_status = on_status,
	.on_header_field = on_field,
	.on_header_value = on_value,
	.on_headers_complete = on_head,
	.on_body = on_body,
	.on_message_complete = on_end,
};

/* --- reading --- */

struct http_response *http_response_new(uint64_t body_max, http_field_fn *field, void *ctx)
{
	struct http_response *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->body_max = body_max;
	r->field = field;
	r->ctx = ctx;
	r->phase = PHASE_OVER;
	return r;
}

void http_response_free(struct http_response *r)
{
	free(r);
}

static void expect_head(struct http_response *r)
{
	http_parser_init(&r->parser, HTTP_RESPONSE);
	r->parser.data = r;
	r->phase = PHASE_HEAD;
	r->begun = r->head_done = r->ended = r->in_value = false;
	r->head_len = 0;
	r->reason[0] = r->name[0] = r->value[0] = '\0';
	r->info.body = 0;
	r->info.by_close = false;
}

void http_response_expect(struct http_response *r, const char *method)
{
	r->no_body = strcmp(method, "HEAD") == 0;
	r->informational = 0;
	r->framing = 0;
	expect_head(r);
}

/* Say why the parser stopped, unless a callback did. `rest` are the bytes that it has not read. */
static enum http_event parser_failed(struct http_response *r, struct rd rest)
{
	size_t have = r->head_len < FIRST_MAX ? r->head_len : FIRST_MAX;
	char shown[SAY_MAX + 1];
	size_t more = rd_left(&rest) < FIRST_MAX - have ? rd_left(&rest) : FIRST_MAX - have;

	if (r->failure.reason != NULL)
		return broken(r);
	if (r->begun) {
		say_failure(&r->failure, "protocol-error", "%s",
		            http_errno_description(HTTP_PARSER_ERRNO(&r->parser)));
		return broken(r);
	}
	rd_copy(&rest, r->first + have, more);
	say_bytes(shown, sizeof(shown), r->first, have + more);
	say_failure(&r->failure, "protocol-error", "this is no HTTP response: %s", shown);
	return broken(r);
}

/* Feed the parser. False when it finds a fault. */
static bool parse(struct http_response *r, struct rd *in, size_t len)
{
	const char *bytes = (const char *)in->p;
	size_t read = http_parser_execute(&r->parser, &settings, bytes, len);
	enum http_errno e = HTTP_PARSER_ERRNO(&r->parser);

	if (e != HPE_OK && e != HPE_PAUSED)
		return false;
	rd_skip(in, read);
	if (e == HPE_PAUSED)
		http_parser_pause(&r->parser, 0);
	return true;
}

/* As parse(), for bytes of a head: they are counted, and the first ones kept. */
static bool parse_head(struct http_response *r, struct rd *in, size_t len)
{
	const uint8_t *bytes = in->p;
	size_t before = rd_left(in), n;
	bool good = parse(r, in, len);

	n = before - rd_left(in);
	for (size_t i = 0; i < n && r->head_len + i < FIRST_MAX; i++)
		r->first[r->head_len + i] = bytes[i];
	r->head_len += n;
	r->info.all_heads += n;
	return good;
}

/* The parser stops before the last byte of a head, the LF, which it needs to know what follows. */
static enum http_event head_ends(struct http_response *r, struct rd *in)
{
	if (!parse_head(r, in, 1))
		return parser_failed(r, *in);
	if (r->info.status / 100 == 1 && ++r->informational > HTTP_INFORMATIONAL_MAX) {
		say_failure(&r->failure, "protocol-error", "more than %d informational responses",
		            HTTP_INFORMATIONAL_MAX);
		return broken(r);
	}
	r->info.keeps = http_should_keep_alive(&r->parser) != 0;
	r->phase = r->ended ? PHASE_END : PHASE_BODY;
	return RESPONSE_HEAD;
}

/* How many bytes the parser may have: one by one until it is known what begins. */
static size_t head_step(const struct http_response *r, const struct rd *in)
{
	size_t left = rd_left(in), room = HTTP_HEAD_MAX - r->head_len;

	if (!r->begun)
		return 1;
	return left < room ? left : room;
}

/* Is the status, as far as it has come, that of a final response? */
static enum http_event begins(struct http_response *r)
{
	unsigned int status = r->parser.status_code;

	if (status < 2 || (status >= 10 && status < 20))
		return RESPONSE_MORE; /* it can still be either */
	r->begun = true;
	return status / 100 == 1 && status != 101 ? RESPONSE_MORE : RESPONSE_BEGINS;
}

static enum http_event read_head(struct http_response *r, struct rd *in)
{
	if (r->head_len == HTTP_HEAD_MAX) {
		say_failure(&r->failure, "protocol-error",
		            "the response head is longer than %d bytes", HTTP_HEAD_MAX);
		return broken(r);
	}
	if (!parse_head(r, in, head_step(r, in)))
		return parser_failed(r, *in);
	if (r->head_done)
		return head_ends(r, in);
	return r->begun ? RESPONSE_MORE : begins(r);
}

static enum http_event read_body(struct http_response *r, struct rd *in)
{
	size_t before = rd_left(in);
	uint64_t data = r->info.body;

	if (!parse(r, in, before))
		return parser_failed(r, *in);
	r->framing += before - rd_left(in) - (r->info.body - data);
	if (r->framing > FRAMING_FREE && r->framing / FRAMING_FACTOR > r->info.body) {
		say_failure(&r->failure, "protocol-error",
		            "%llu bytes of chunk sizes and trailers for %llu bytes of body",
		            (unsigned long long)r->framing, (unsigned long long)r->info.body);
		return broken(r);
	}
	if (r->ended)
		r->phase = PHASE_END;
	return RESPONSE_MORE;
}

/* After an informational response comes another head, but for 101. */
static enum http_event end(struct http_response *r)
{
	if (r->info.status / 100 == 1 && r->info.status != 101) {
		expect_head(r);
		return RESPONSE_MORE;
	}
	r->phase = PHASE_OVER;
	return RESPONSE_ENDS;
}

static enum http_event step(struct http_response *r, struct rd *in)
{
	switch (r->phase) {
	case PHASE_HEAD:
		return read_head(r, in);
	case PHASE_BODY:
		return read_body(r, in);
	case PHASE_END:
		return end(r);
	case PHASE_OVER:
		return RESPONSE_MORE;
	case PHASE_BROKEN:
		return RESPONSE_BROKEN;
	}
	return RESPONSE_BROKEN;
}

enum http_event http_response_next(struct http_response *r, struct rd *in)
{
	enum http_event e = RESPONSE_MORE;

	while (e == RESPONSE_MORE && r->phase != PHASE_OVER &&
	       (rd_left(in) > 0 || r->phase == PHASE_END))
		e = step(r, in);
	return e;
}

/* --- the end of the connection --- */

static enum http_event cut_short(struct http_response *r)
{
	unsigned long long body = r->info.body, length = r->length;

	if (!r->head_done)
		say_failure(&r->failure, "protocol-error",
		            "the connection was closed in the response head");
	else if (r->chunked)
		say_failure(&r->failure, "protocol-error",
		            "the connection was closed after %llu bytes of a chunked body", body);
	else
		say_failure(&r->failure, "protocol-error",
		            "the connection was closed after %llu of %llu bytes", body, length);
	return broken(r);
}

enum http_event http_response_eof(struct http_response *r)
{
	if (r->phase == PHASE_BROKEN)
		return RESPONSE_BROKEN;
	if (r->phase == PHASE_OVER || (r->phase == PHASE_HEAD && r->head_len == 0))
		return RESPONSE_MORE;
	if (r->phase == PHASE_BODY)
		(void)http_parser_execute(&r->parser, &settings, "", 0);
	if (!r->ended)
		return cut_short(r);
	r->info.by_close = r->phase == PHASE_BODY;
	return end(r);
}

const struct http_response_info *http_response_info(const struct http_response *r)
{
	return &r->info;
}

const char *http_response_trouble(const struct http_response *r)
{
	return r->failure.detail;
}
