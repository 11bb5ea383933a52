/* SPDX-License-Identifier: BSD-2-Clause */
/* http2.c - HTTP/2 (RFC 9113) as a stage: the preface, all requests side by side, and GOAWAY. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/http2_internal.h"
#include "base/rd.h"

/* Receive windows so great that no server waits for us. */
#define STREAM_WINDOW     (1024 * 1024)
#define CONNECTION_WINDOW (16 * 1024 * 1024)

/* Bytes of the peer that need no data to pay for them. */
#define BYTES_FREE        (1024ULL * 1024)
#define BYTES_PER_REQUEST (64ULL * 1024)

static struct http2 *of(struct stage *s)
{
	return (struct http2 *)s;
}

static const struct http2 *of_const(const struct stage *s)
{
	return (const struct http2 *)s;
}

void http2_fail(struct http2 *h, const char *fmt, ...)
{
	char text[sizeof(h->failure.detail)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say_failure(&h->failure, "protocol-error", "%s", text);
	h->status = STAGE_FAILED;
}

struct http2_stream *http2_stream_find(struct http2 *h, int32_t id)
{
	for (uint32_t i = 0; i < HTTP2_STREAMS_MAX; i++)
		if (h->stream[i].id == id)
			return &h->stream[i];
	return NULL;
}

uint32_t http2_wanted(const struct http2 *h)
{
	return h->cfg->requests == 0 ? 1 : h->cfg->requests;
}

/* Send more requests, and see whether all have their answers, or never will. */
static void settle(struct http2 *h)
{
	http2_ask(h);
	if (h->status != STAGE_RUNNING || h->open > 0 || h->pending_len > 0)
		return;
	if (h->result.responses >= http2_wanted(h) || (h->going_away && h->result.responses > 0))
		h->status = STAGE_DONE;
	else if (h->going_away)
		http2_fail(h, "GOAWAY %s", http2_error_name(h->result.goaway - 1));
}

/* --- out --- */

/* Is there anything to send? */
static bool fetch(struct http2 *h)
{
	ssize_t n;

	if (h->pending_len > 0)
		return true;
	if (h->dead)
		return false;
	n = nghttp2_session_mem_send(h->session, &h->pending);
	h->pending_len = n > 0 ? (size_t)n : 0;
	if (n < 0) {
		h->dead = true;
		if (h->status == STAGE_RUNNING)
			http2_fail(h, "%s", nghttp2_strerror((int)n));
	}
	return n > 0;
}

/* So many bytes went: tell what is complete with them. */
static void count(struct http2 *h, size_t len)
{
	struct app_message m = {.from = APP_CLIENT, .protocol = "HTTP/2", .mark = APP_NOTE};
	uint64_t before = h->put;

	h->pending += len;
	h->pending_len -= len;
	h->put += len;
	if (before < NGHTTP2_CLIENT_MAGIC_LEN && h->put >= NGHTTP2_CLIENT_MAGIC_LEN)
		say(&h->listener, &m, "client preface");
	if (h->pending_len > 0 || !h->held)
		return;
	h->held = false;
	m.mark = h->held_mark;
	say(&h->listener, &m, "%s", h->held_text);
}

static size_t output(struct stage *s, uint8_t *out, size_t cap)
{
	struct http2 *h = of(s);
	size_t len = 0;

	while (len < cap && fetch(h)) {
		size_t n = h->pending_len < cap - len ? h->pending_len : cap - len;

		memcpy(out + len, h->pending, n);
		len += n;
		count(h, n);
	}
	settle(h);
	return len;
}

/* --- in --- */

/*
 * How many bytes a peer may send: its data may be in small pieces, and heads have their own limit. Frames of
 * types that nghttp2 does not know are counted here alone.
 */
static uint64_t bytes_allowed(const struct http2 *h)
{
	return BYTES_FREE + BYTES_PER_REQUEST * h->begun + 16 * h->result.body_bytes +
	       h->uploaded / 16;
}

static void feed(struct http2 *h, const uint8_t *bytes, size_t len)
{
	ssize_t n;

	if (h->dead || len == 0)
		return;
	n = nghttp2_session_mem_recv(h->session, bytes, len);
	h->got += len;
	if (n >= 0 && (h->got <= bytes_allowed(h) || h->status == STAGE_FAILED))
		return;
	h->dead = true;
	if (h->status == STAGE_FAILED)
		return;
	if (n >= 0)
		http2_fail(h, "a flood of %llu bytes", (unsigned long long)h->got);
	else if (n == NGHTTP2_ERR_FLOODED)
		http2_fail(h, "a flood of %llu frames", (unsigned long long)h->frames);
	else
		http2_fail(h, "%s", nghttp2_strerror((int)n));
}

/* What came is no HTTP/2. */
static void is_other(struct http2 *h, struct rd rest)
{
	uint8_t bytes[SAY_MAX];
	char shown[SAY_MAX + 1];
	size_t more = sizeof(bytes) - h->first_len;

	more = rd_left(&rest) < more ? rd_left(&rest) : more;
	memcpy(bytes, h->first, h->first_len);
	rd_copy(&rest, bytes + h->first_len, more);
	h->dead = true;
	if (h->first_len >= 8 && memcmp(h->first, "HTTP/1.", 7) == 0) {
		http2_fail(h, "the server answers %.8s where HTTP/2 was spoken",
		           (const char *)h->first);
		return;
	}
	say_bytes(shown, sizeof(shown), bytes, h->first_len + more);
	http2_fail(h, "this is no HTTP/2: %s", shown);
}

/*
 * RFC 9113 3.4: the first frame of a server is SETTINGS. Its header is held back until it is there, to tell
 * what a server says that speaks something else. False: no more is to be done now.
 */
static bool read_first(struct http2 *h, struct rd *in)
{
	if (h->first_len == sizeof(h->first))
		return true;
	while (h->first_len < sizeof(h->first) && rd_left(in) > 0)
		h->first[h->first_len++] = rd_u8(in);
	if (h->first_len < sizeof(h->first))
		return false;
	if (h->first[3] != NGHTTP2_SETTINGS || (h->first[4] & NGHTTP2_FLAG_ACK) != 0) {
		is_other(h, *in);
		return false;
	}
	feed(h, h->first, sizeof(h->first));
	return true;
}

static void input(struct stage *s, const uint8_t *bytes, size_t len)
{
	struct http2 *h = of(s);
	struct rd in = rd_from(bytes, len);

	if (h->status == STAGE_FAILED || !read_first(h, &in))
		return;
	feed(h, in.p, rd_left(&in));
	settle(h);
}

static void eof(struct stage *s)
{
	struct http2 *h = of(s);

	if (h->status != STAGE_RUNNING)
		return;
	if (h->first_len < sizeof(h->first) && h->first_len > 0)
		is_other(h, rd_from(NULL, 0));
	else if (h->result.responses == 0)
		http2_fail(h, "the server closed the connection without a response");
	else
		http2_fail(h, "the connection was closed after %u of %u responses",
		           h->result.responses, http2_wanted(h));
}

/* --- the stage --- */

static enum stage_status status(const struct stage *s)
{
	return of_const(s)->status;
}

static const struct stage_failure *failure(const struct stage *s)
{
	return &of_const(s)->failure;
}

static void goodbye(struct stage *s)
{
	struct http2 *h = of(s);

	/* without memory for it there is no goodbye: the connection ends all the same */
	if (h->status == STAGE_DONE && !h->dead)
		(void)nghttp2_session_terminate_session(h->session, NGHTTP2_NO_ERROR);
}

static void destroy(struct stage *s)
{
	struct http2 *h = of(s);

	nghttp2_session_del(h->session);
	free(h);
}

static const struct stage_ops ops = {
	.input = input,
	.eof = eof,
	.output = output,
	.status = status,
	.failure = failure,
	.goodbye = goodbye,
	.free = destroy,
};

static bool open_session(struct http2 *h)
{
	static const nghttp2_settings_entry settings[] = {
		{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
		{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, STREAM_WINDOW},
	};

	if (!http2_session_new(h) ||
	    nghttp2_submit_settings(h->session, NGHTTP2_FLAG_NONE, settings,
	                            sizeof(settings) / sizeof(settings[0])) != 0 ||
	    nghttp2_session_set_local_window_size(h->session, NGHTTP2_FLAG_NONE, 0,
	                                          CONNECTION_WINDOW) != 0)
		return false;
	http2_ask(h);
	return h->status == STAGE_RUNNING;
}

struct stage *http2_new(const struct http_config *cfg, const struct app_listener *l)
{
	struct http2 *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->stage.ops = &ops;
	h->cfg = cfg;
	h->listener = *l;
	if (!open_session(h)) {
		destroy(&h->stage);
		return NULL;
	}
	return &h->stage;
}

const struct http_result *http2_result(const struct stage *s)
{
	return &of_const(s)->result;
}
