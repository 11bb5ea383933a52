/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * talk.c - bytes between the stream and the stages.
 *
 * TLS is handed a record at a time, so that a message above it is known to have ended with the segment that
 * completed its record. What the stages want sent goes into the stream as far as there is room, and each
 * message of ours is told where in the stream it ends.
 */
#include "probe/talk.h"

#include <stdio.h>
#include <string.h>

#define CHUNK ((size_t)4096)

static struct app_listener listener_of(struct talk *t)
{
	return (struct app_listener){moments_message, t->moments};
}

/* --- stages --- */

static bool is_http2(const struct talk *t)
{
	return t->alpn != NULL ? strcmp(t->alpn, "h2") == 0 : t->plan->http2_clear;
}

/* For the protocol that `alpn` says. */
static struct stage *new_top(struct talk *t)
{
	struct app_listener l = listener_of(t);
	const struct http_config *http = &t->plan->http;

	if (t->plan->protocol == EXCHANGE_WS)
		return ws_new(&t->ws, &l);
	if (is_http2(t))
		return http2_new(http, &l);
	return http1_new(http, &l);
}

/* The protocol above, once it is clear which one it is. */
static void make_top(struct talk *t, const char *alpn)
{
	if (t->plan->protocol != EXCHANGE_HTTP && t->plan->protocol != EXCHANGE_WS)
		return;
	if (t->top != NULL)
		t->top->ops->free(t->top);
	t->alpn = alpn;
	t->top = new_top(t);
	if (t->top == NULL)
		talk_fail(t, "protocol-error", "out of memory");
}

/* A request that may be sent again without harm can go with the first flight (RFC 8446 8, RFC 8470). */
static bool may_be_early(const struct exchange_plan *p)
{
	return p->protocol == EXCHANGE_HTTP && p->http.body_len == 0 &&
	       (strcmp(p->http.method, "GET") == 0 || strcmp(p->http.method, "HEAD") == 0);
}

static int make_tls(struct talk *t, const struct talk_start *s)
{
	struct tls_config cfg = t->plan->tls_config;
	struct app_listener l = listener_of(t);

	if (s->resume)
		cfg.resume = t->plan->session;
	if (cfg.resume != NULL && may_be_early(t->plan)) {
		t->moments->held = true; /* TLS speaks first */
		make_top(t, t->plan->alpn);
		if (t->top != NULL)
			t->early_len = stage_output(t->top, t->early, sizeof(t->early));
		t->moments->held = false;
		cfg.early = t->early;
		cfg.early_len = t->early_len;
	}
	t->tls = tls_new(s->tls, &cfg, &l, s->wall);
	return t->tls == NULL ? -1 : 0;
}

int talk_init(struct talk *t, const struct exchange_plan *plan, const struct talk_start *s,
              struct stream *stream, struct moments *m)
{
	memset(t, 0, sizeof(*t));
	t->plan = plan;
	t->stream = stream;
	t->moments = m;
	t->ws.http = &plan->http;
	t->ws.mask = s->nonce[0];
	for (size_t i = 0; i < sizeof(t->ws.key); i++)
		t->ws.key[i] = (uint8_t)(s->nonce[i / 4 % 2] >> (i % 4 * 8)) ^ (uint8_t)(i * 37);
	if (plan->tls)
		return make_tls(t, s);
	if (plan->protocol == EXCHANGE_TCP)
		stream_write(stream, plan->http.body, plan->http.body_len);
	make_top(t, NULL);
	return t->failure.reason == NULL ? 0 : -1;
}

void talk_free(struct talk *t)
{
	if (t->top != NULL)
		t->top->ops->free(t->top);
	if (t->tls != NULL)
		tls_stage(t->tls)->ops->free(tls_stage(t->tls));
	t->top = NULL;
	t->tls = NULL;
}

void talk_fail(struct talk *t, const char *reason, const char *detail)
{
	if (t->failure.reason != NULL)
		return;
	t->failure.reason = reason;
	snprintf(t->failure.detail, sizeof(t->failure.detail), "%s", detail);
}

static void note_failure(struct talk *t, const struct stage *s)
{
	const struct stage_failure *f;

	if (s == NULL || stage_status(s) != STAGE_FAILED)
		return;
	f = s->ops->failure(s);
	talk_fail(t, f->reason != NULL ? f->reason : "protocol-error", f->detail);
}

bool talk_secure(const struct talk *t)
{
	return t->tls != NULL && stage_status(tls_stage(t->tls)) == STAGE_DONE;
}

enum stage_status talk_status(const struct talk *t)
{
	if (t->failure.reason != NULL)
		return STAGE_FAILED;
	if (t->tls != NULL && !talk_secure(t))
		return STAGE_RUNNING;
	if (t->plan->protocol == EXCHANGE_TLS || t->plan->protocol == EXCHANGE_TCP)
		return STAGE_DONE;
	return t->top == NULL ? STAGE_RUNNING : stage_status(t->top);
}

const struct http_result *talk_http(const struct talk *t)
{
	if (t->top == NULL || t->plan->protocol != EXCHANGE_HTTP)
		return NULL;
	return is_http2(t) ? http2_result(t->top) : http1_result(t->top);
}

bool talk_closes(const struct talk *t)
{
	const struct http_result *h = talk_http(t);
	bool ended = t->tls != NULL && tls_result(t->tls)->close_notify;

	return h != NULL && h->after == HTTP_CLOSE && !ended;
}

/* --- in --- */

static bool is_running(const struct stage *s)
{
	return s != NULL && stage_status(s) == STAGE_RUNNING;
}

/* 0-RTT data that the server did not take is sent again, in its place; or what could not be early, now. */
static void settle_early(struct talk *t)
{
	bool same = t->early_len > 0 && strcmp(tls_result(t->tls)->alpn, t->alpn) == 0;

	moments_release(t->moments);
	if (same && tls_result(t->tls)->early_data != 1) {
		tls_write(t->tls, t->early, t->early_len);
		if (tls_early_sent(t->tls))
			moments_again(t->moments);
	}
	t->early_len = 0;
}

/* The handshake is complete: who speaks above it? */
static void open_top(struct talk *t)
{
	const char *alpn = tls_result(t->tls)->alpn;

	settle_early(t);
	if (t->top == NULL || strcmp(t->alpn, alpn) != 0)
		make_top(t, alpn);
}

static void read_top(struct talk *t, const uint8_t *bytes, size_t len)
{
	t->moments->data = t->moments->reading;
	if (t->top != NULL)
		stage_input(t->top, bytes, len);
}

static void read_plain(struct talk *t)
{
	uint8_t bytes[CHUNK];
	size_t n;

	while ((n = tls_read(t->tls, bytes, sizeof(bytes))) > 0)
		read_top(t, bytes, n);
	if (tls_eof(t->tls) && is_running(t->top))
		t->top->ops->eof(t->top);
}

static void read_record(struct talk *t, const uint8_t *bytes, size_t len)
{
	bool was_secure = talk_secure(t);

	stage_input(tls_stage(t->tls), bytes, len);
	if (talk_secure(t) && !was_secure)
		open_top(t);
	if (talk_secure(t))
		read_plain(t);
}

static void end_of_stream(struct talk *t)
{
	t->ended = true;
	if (t->tls != NULL) {
		tls_stage(t->tls)->ops->eof(tls_stage(t->tls));
		if (talk_secure(t))
			read_plain(t);
	} else if (is_running(t->top)) {
		t->top->ops->eof(t->top);
	}
}

void talk_read(struct talk *t)
{
	const uint8_t *bytes;
	size_t len;

	while (bytes = stream_peek(t->stream, &len), len > 0) {
		if (t->tls != NULL) {
			len = tls_record_len(t->tls, bytes, len);
			read_record(t, bytes, len);
		} else {
			read_top(t, bytes, len);
		}
		stream_consume(t->stream, len);
	}
	if (stream_ended(t->stream) && !t->ended)
		end_of_stream(t);
	note_failure(t, t->tls == NULL ? NULL : tls_stage(t->tls));
	note_failure(t, t->top);
}

/* --- out --- */

static bool move(struct talk *t, struct stage *from)
{
	uint8_t bytes[CHUNK];
	size_t room = stream_room(t->stream);
	size_t n = room == 0 ? 0 : stage_output(from, bytes, room < CHUNK ? room : CHUNK);

	stream_write(t->stream, bytes, n);
	if (n > 0)
		moments_written(t->moments, stream_written(t->stream));
	return n > 0;
}

/* From the stage above into TLS, whose records wait until there is room for them. */
static bool move_up(struct talk *t)
{
	uint8_t bytes[CHUNK];
	size_t n;

	if (!talk_secure(t) || t->top == NULL || stream_room(t->stream) < 2 * CHUNK)
		return false;
	n = stage_output(t->top, bytes, sizeof(bytes));
	return n > 0 && tls_write(t->tls, bytes, n) == n;
}

/* The first flight is in the stream, 0-RTT data and all. */
static void note_early(struct talk *t)
{
	if (t->early_len == 0 || !tls_early_sent(t->tls))
		return;
	moments_release(t->moments);
	moments_written(t->moments, stream_written(t->stream));
}

void talk_write(struct talk *t)
{
	if (t->tls == NULL) {
		while (t->top != NULL && move(t, t->top))
			;
		return;
	}
	do {
		while (move(t, tls_stage(t->tls)))
			;
		note_early(t);
	} while (move_up(t));
}

void talk_part(struct talk *t)
{
	if (t->parted)
		return;
	t->parted = true;
	if (t->ended)
		return; /* who has closed its socket answers a goodbye with a reset */
	if (t->top != NULL && stage_status(t->top) == STAGE_DONE)
		t->top->ops->goodbye(t->top);
	talk_write(t);
	if (talk_secure(t))
		tls_stage(t->tls)->ops->goodbye(tls_stage(t->tls));
	talk_write(t);
}
