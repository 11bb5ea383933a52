/* SPDX-License-Identifier: BSD-2-Clause */
/* http2_session.c - what nghttp2 calls back: frames that came or went, heads, bodies, ends of streams. */
#include <string.h>

#include "app/http2_internal.h"
#include "app/http2_tell.h"
#include "base/text.h"

#define HEAD_MAX          65536 /* by the count of RFC 9113 6.5.2 */
#define INFORMATIONAL_MAX 16
#define FRAMES_FREE       10000

static struct app_message marked(enum app_from from, enum app_mark mark)
{
	return (struct app_message){.from = from, .protocol = "HTTP/2", .mark = mark};
}

/* Only the first of each side: they say little, and there may be thousands. */
static void tell_other(struct http2 *h, const struct app_listener *l, enum app_from from,
                       const nghttp2_frame *frame)
{
	if (frame->hd.type == NGHTTP2_WINDOW_UPDATE) {
		if (h->windows_told[from])
			return;
		h->windows_told[from] = true;
	}
	http2_tell(l, from, frame);
}

/* --- limits --- */

/*
 * How many frames a peer may send: data pays for its own, a response for a few, an upload for WINDOW_UPDATEs.
 * What goes beyond is a flood: each is cheap to send, and costs us work.
 */
static uint64_t frames_allowed(const struct http2 *h)
{
	return FRAMES_FREE + 8ULL * h->begun + h->result.body_bytes + h->uploaded / 256;
}

static int on_begin_frame(nghttp2_session *session, const nghttp2_frame_hd *hd, void *ctx)
{
	struct http2 *h = ctx;

	(void)session;
	h->frames++;
	if (hd->type == NGHTTP2_HEADERS || hd->type == NGHTTP2_CONTINUATION)
		h->result.head_bytes += HTTP2_FRAME_HEADER + hd->length;
	if (hd->type == NGHTTP2_PUSH_PROMISE)
		http2_fail(h, "PUSH_PROMISE, which our SETTINGS rule out");
	else if (h->frames > frames_allowed(h))
		http2_fail(h, "a flood of %llu frames", (unsigned long long)h->frames);
	return h->status == STAGE_FAILED ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

/* --- heads and bodies of responses --- */

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
	struct http2_stream *s = http2_stream_find(ctx, frame->hd.stream_id);

	(void)session;
	if (s != NULL) {
		s->head = 0;
		s->status = s->headed ? s->status : 0;
	}
	return 0;
}

/* nghttp2 has made sure that a status has three digits, and stands before all other fields. */
static void read_status(struct http2 *h, struct http2_stream *s, const uint8_t *value, size_t len)
{
	struct app_message m = marked(APP_SERVER, APP_FIRST_BYTE);

	for (size_t i = 0; i < len; i++)
		s->status = s->status * 10 + (value[i] - '0');
	if (s->status >= 200)
		say_mark(&h->listener, &m);
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                     size_t name_len, const uint8_t *value, size_t value_len, uint8_t flags,
                     void *ctx)
{
	struct http2 *h = ctx;
	struct http2_stream *s = http2_stream_find(h, frame->hd.stream_id);

	(void)session;
	(void)flags;
	if (s == NULL)
		return 0;
	if (name_len == strlen(":status") && memcmp(name, ":status", name_len) == 0 && !s->headed)
		read_status(h, s, value, value_len);
	s->head += name_len + value_len + 32;
	if (s->head <= HEAD_MAX)
		return 0;
	http2_fail(h, "the response head is longer than %d bytes", HEAD_MAX);
	return NGHTTP2_ERR_CALLBACK_FAILURE;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data,
                   size_t len, void *ctx)
{
	struct http2 *h = ctx;
	struct http2_stream *s = http2_stream_find(h, id);

	(void)session;
	(void)flags;
	(void)data;
	if (s == NULL)
		return 0;
	s->body += len;
	h->result.body_bytes += len;
	if (h->cfg->body_max == 0 || h->result.body_bytes <= h->cfg->body_max)
		return 0;
	http2_fail(h, "more than %llu bytes of body", (unsigned long long)h->cfg->body_max);
	return NGHTTP2_ERR_CALLBACK_FAILURE;
}

static void head_came(struct http2 *h, struct http2_stream *s)
{
	struct app_message m = marked(APP_SERVER, s->status < 200 ? APP_NOTE : APP_HEAD);

	if (s->headed) {
		m.mark = APP_NOTE;
		say(&h->listener, &m, "HEADERS stream %d: trailers", s->id);
		return;
	}
	say(&h->listener, &m, "HEADERS stream %d: %d", s->id, s->status);
	if (s->status < 200) {
		if (++s->heads > INFORMATIONAL_MAX)
			http2_fail(h, "more than %d informational responses", INFORMATIONAL_MAX);
		return;
	}
	s->headed = true;
	memcpy(h->result.version, "2", sizeof("2"));
	if (h->result.status == 0 || (h->result.status < 400 && (s->id == 1 || s->status >= 400)))
		h->result.status = s->status;
}

/* RFC 9113 8.1: a response may end before its request; what is left of that is of no use. */
static void response_ended(struct http2 *h, struct http2_stream *s, bool by_data)
{
	struct app_message m = marked(APP_SERVER, APP_RESPONSE);

	say(&h->listener, &m, "%s stream %d: end, %llu bytes", by_data ? "DATA" : "HEADERS", s->id,
	    (unsigned long long)s->body);
	s->ended = true;
	h->result.responses++;
	if (h->cfg->body != NULL && s->sent < h->cfg->body_len &&
	    nghttp2_submit_rst_stream(h->session, NGHTTP2_FLAG_NONE, s->id, NGHTTP2_NO_ERROR) != 0)
		http2_fail(h, "out of memory");
}

static void goaway_came(struct http2 *h, const nghttp2_goaway *g)
{
	h->result.goaway = g->error_code + 1 != 0 ? g->error_code + 1 : g->error_code;
	h->going_away = true;
	if (h->status == STAGE_RUNNING && g->error_code != NGHTTP2_NO_ERROR)
		http2_fail(h, "GOAWAY %s", http2_error_name(g->error_code));
}

static int on_frame_came(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
	struct http2 *h = ctx;
	struct http2_stream *s = http2_stream_find(h, frame->hd.stream_id);
	bool of_stream = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;

	(void)session;
	if (of_stream && s != NULL && frame->hd.stream_id != 0) {
		if (frame->hd.type == NGHTTP2_HEADERS)
			head_came(h, s);
		if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0 && !s->ended)
			response_ended(h, s, frame->hd.type == NGHTTP2_DATA);
	} else {
		tell_other(h, &h->listener, APP_SERVER, frame);
	}
	if (frame->hd.type == NGHTTP2_GOAWAY)
		goaway_came(h, &frame->goaway);
	return h->status == STAGE_FAILED ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

/* --- the peer's mistakes --- */

static int on_fault(nghttp2_session *session, int code, const char *text, size_t len, void *ctx)
{
	struct http2 *h = ctx;
	struct text t = text_into(h->fault, sizeof(h->fault));

	(void)session;
	(void)code;
	text_add(&t, "%.*s", (int)(len < sizeof(h->fault) ? len : sizeof(h->fault)), text);
	return 0;
}

static int on_invalid(nghttp2_session *session, const nghttp2_frame *frame, int code, void *ctx)
{
	struct http2 *h = ctx;

	(void)session;
	(void)frame;
	if (h->status == STAGE_RUNNING)
		http2_fail(h, "%s", h->fault[0] != '\0' ? h->fault : nghttp2_strerror(code));
	return 0;
}

/* nghttp2 ends the session by itself where the peer breaks the protocol. */
static int before_frame_goes(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
	struct http2 *h = ctx;
	const nghttp2_goaway *g = &frame->goaway;

	(void)session;
	if (frame->hd.type != NGHTTP2_GOAWAY || g->error_code == NGHTTP2_NO_ERROR ||
	    h->status != STAGE_RUNNING)
		return 0;
	if (h->fault[0] != '\0')
		http2_fail(h, "%s", h->fault);
	else
		http2_fail(h, "%s: %.*s", http2_error_name(g->error_code),
		           (int)(g->opaque_data_len < SAY_MAX ? g->opaque_data_len : SAY_MAX),
		           g->opaque_data == NULL ? "" : (const char *)g->opaque_data);
	return 0;
}

/* --- what went, and what ended --- */

/* nghttp2 speaks of a frame when it hands it over; our listener shall hear when its last byte is out. */
static void keep(void *ctx, const struct app_message *m)
{
	struct http2 *h = ctx;
	struct text t = text_into(h->held_text, sizeof(h->held_text));

	text_add(&t, "%s", m->text);
	h->held_mark = m->mark;
	h->held = true;
}

static int on_frame_went(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
	struct http2 *h = ctx;
	bool last = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
	struct app_message m = marked(APP_CLIENT, last ? APP_REQUEST : APP_NOTE);
	const struct app_listener hold = {.message = keep, .ctx = h};

	(void)session;
	if (frame->hd.type == NGHTTP2_HEADERS)
		say(&hold, &m, "HEADERS stream %d: %s %s", frame->hd.stream_id, h->cfg->method,
		    h->cfg->path);
	else if (frame->hd.type == NGHTTP2_DATA && last)
		say(&hold, &m, "DATA stream %d: end, %llu bytes", frame->hd.stream_id,
		    (unsigned long long)h->cfg->body_len);
	else
		tell_other(h, &hold, APP_CLIENT, frame);
	return 0;
}

/*
 * RFC 9113 8.7: a refused request was not processed, and may be made again. So it is where we had opened more
 * streams at once than the peer allows, before its SETTINGS told.
 */
static bool may_ask_again(struct http2 *h, const struct http2_stream *s, uint32_t code)
{
	uint32_t allowed = nghttp2_session_get_remote_settings(
		h->session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);

	return code == NGHTTP2_REFUSED_STREAM && !s->headed && allowed > 0 && allowed < h->begun &&
	       h->refused++ < HTTP2_STREAMS_MAX;
}

/* A stream is over: by both ends' last frames, by a reset, or as the peer goes away and never took it. */
static int on_stream_close(nghttp2_session *session, int32_t id, uint32_t code, void *ctx)
{
	struct http2 *h = ctx;
	struct http2_stream *s = http2_stream_find(h, id);

	(void)session;
	if (s == NULL || id == 0)
		return 0;
	s->id = 0;
	h->open--;
	if (s->ended || (h->going_away && code == NGHTTP2_REFUSED_STREAM))
		return 0;
	h->result.streams_reset++;
	if (may_ask_again(h, s, code)) {
		h->begun--;
		return 0;
	}
	if (h->status == STAGE_RUNNING)
		http2_fail(h, "RST_STREAM %s", http2_error_name(code));
	return 0;
}

/* A request that could not be sent any more, as the peer goes away. */
static int on_frame_stayed(nghttp2_session *session, const nghttp2_frame *frame, int code,
                           void *ctx)
{
	struct http2 *h = ctx;
	struct http2_stream *s = http2_stream_find(h, frame->hd.stream_id);

	(void)session;
	if (frame->hd.type != NGHTTP2_HEADERS || frame->hd.stream_id == 0 || s == NULL)
		return 0;
	s->id = 0;
	h->open--;
	if (h->status == STAGE_RUNNING && !h->going_away)
		http2_fail(h, "%s", nghttp2_strerror(code));
	return 0;
}

static void set_callbacks(nghttp2_session_callbacks *c)
{
	nghttp2_session_callbacks_set_on_begin_frame_callback(c, on_begin_frame);
	nghttp2_session_callbacks_set_on_begin_headers_callback(c, on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(c, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(c, on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(c, on_frame_came);
	nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(c, on_invalid);
	nghttp2_session_callbacks_set_error_callback2(c, on_fault);
	nghttp2_session_callbacks_set_before_frame_send_callback(c, before_frame_goes);
	nghttp2_session_callbacks_set_on_frame_send_callback(c, on_frame_went);
	nghttp2_session_callbacks_set_on_frame_not_send_callback(c, on_frame_stayed);
	nghttp2_session_callbacks_set_on_stream_close_callback(c, on_stream_close);
}

bool http2_session_new(struct http2 *h)
{
	nghttp2_session_callbacks *callbacks = NULL;
	nghttp2_option *option = NULL;
	bool good =
		nghttp2_session_callbacks_new(&callbacks) == 0 && nghttp2_option_new(&option) == 0;

	if (good) {
		set_callbacks(callbacks);
		nghttp2_option_set_max_outbound_ack(option, 100);
		nghttp2_option_set_peer_max_concurrent_streams(option, HTTP2_STREAMS_MAX);
		/* those that are closed are of no use to us: only servers build trees of them */
		nghttp2_option_set_no_closed_streams(option, 1);
		good = nghttp2_session_client_new2(&h->session, callbacks, h, option) == 0;
	}
	nghttp2_session_callbacks_del(callbacks);
	nghttp2_option_del(option);
	return good;
}
