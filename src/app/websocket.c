/* SPDX-License-Identifier: BSD-2-Clause */
/* websocket.c - RFC 6455 as a stage: upgrade, ping and pong, and the closing handshake. */
#include "app/websocket.h"

#include <stdlib.h>
#include <string.h>

#include "app/http_request.h"
#include "app/http_response.h"
#include "app/say.h"
#include "app/websocket_frame.h"
#include "app/websocket_upgrade.h"
#include "base/rng.h"
#include "base/wr.h"

#define PING_LEN    8
#define CLOSE_NONE  1005 /* RFC 6455 7.1.5: no code was given */
#define CLOSE_PLAIN 1000

struct websocket {
	struct stage stage;
	const struct ws_config *cfg;
	struct app_listener listener;
	enum stage_status status;
	struct stage_failure failure;
	struct ws_result result;
	struct ws_upgrade upgrade;
	struct http_response *response;
	struct ws_frames *frames;
	/* What is being sent: the request, or one of our frames. */
	char *request;
	uint8_t frame[WS_FRAME_MAX];
	enum ws_kind frame_kind; /* WS_NONE: it is the request */
	size_t len, sent;
	/* Our frames that are due; of pings to be answered the last one is enough (RFC 6455 5.5.3). */
	bool ping_due, pong_due, close_due, close_sent, close_came;
	struct ws_control ping, pong, close, got;
};

static struct websocket *of(struct stage *s)
{
	return (struct websocket *)s;
}

static const struct websocket *of_const(const struct stage *s)
{
	return (const struct websocket *)s;
}

static struct app_message by(enum app_from from, enum app_mark mark)
{
	return (struct app_message){.from = from, .protocol = "WebSocket", .mark = mark};
}

/* Until the upgrade it is HTTP. */
static struct app_message by_http(enum app_from from, enum app_mark mark)
{
	return (struct app_message){.from = from, .protocol = "HTTP/1.1", .mark = mark};
}

static void fail(struct websocket *w, const char *reason, const char *why)
{
	say_failure(&w->failure, reason, "%s", why);
	w->status = STAGE_FAILED;
}

/* RFC 6455 5.5.1: two bytes of code, and text that is of no use here. */
static int64_t close_code(const struct ws_control *c)
{
	struct rd r = rd_from(c->payload, c->len);

	return c->len == 0 ? CLOSE_NONE : rd_be16(&r);
}

static void say_close(struct websocket *w, enum app_from from, const struct ws_control *c)
{
	struct app_message m = by(from, APP_NOTE);

	if (c->len == 0)
		say(&w->listener, &m, "Close");
	else
		say(&w->listener, &m, "Close %lld", (long long)close_code(c));
}

/* --- out --- */

/* The last byte of what was being sent is out. */
static void went(struct websocket *w)
{
	struct app_message request = by_http(APP_CLIENT, APP_REQUEST);
	struct app_message ping = by(APP_CLIENT, APP_PING), pong = by(APP_CLIENT, APP_NOTE);

	switch (w->frame_kind) {
	case WS_NONE:
		say(&w->listener, &request, "GET %s HTTP/1.1", w->cfg->http->path);
		break;
	case WS_PING:
		say(&w->listener, &ping, "Ping");
		break;
	case WS_PONG:
		say(&w->listener, &pong, "Pong");
		break;
	case WS_CLOSE:
		say_close(w, APP_CLIENT, &w->close);
		w->close_sent = true;
		if (w->close_came)
			w->status = STAGE_DONE;
		break;
	case WS_DATA:
	case WS_BROKEN:
		break;
	}
}

static void load(struct websocket *w, enum ws_kind kind, const struct ws_control *c)
{
	w->frame_kind = kind;
	w->sent = 0;
	w->len = ws_frames_put(w->frames, kind, c, w->frame);
	if (w->len == 0)
		fail(w, "protocol-error", "out of memory");
}

/* The next of our frames, if one is due. After a Close nothing may be sent (RFC 6455 5.5.1). */
static void load_next(struct websocket *w)
{
	if (w->pong_due) {
		w->pong_due = false;
		load(w, WS_PONG, &w->pong);
	} else if (w->ping_due) {
		w->ping_due = false;
		load(w, WS_PING, &w->ping);
	} else if (w->close_due) {
		w->close_due = false;
		load(w, WS_CLOSE, &w->close);
	}
}

static size_t output(struct stage *s, uint8_t *out, size_t cap)
{
	struct websocket *w = of(s);
	size_t all = 0;

	while (w->status == STAGE_RUNNING && all < cap) {
		const uint8_t *from = w->frame;
		size_t n;

		if (w->sent == w->len)
			load_next(w);
		if (w->frame_kind == WS_NONE)
			from = (const uint8_t *)w->request;
		n = w->len - w->sent < cap - all ? w->len - w->sent : cap - all;
		if (n == 0)
			break;
		memcpy(out + all, from + w->sent, n);
		w->sent += n;
		all += n;
		if (w->sent == w->len)
			went(w);
	}
	return all;
}

/* --- the upgrade --- */

/* It is a WebSocket from here on: ask for a sign of life. */
static void upgraded(struct websocket *w)
{
	w->result.upgraded = true;
	memcpy(w->result.protocol, w->upgrade.protocol, sizeof(w->result.protocol));
	w->ping_due = true;
}

static void final_head(struct websocket *w, const struct http_response_info *info)
{
	bool switches = info->status == 101;
	const char *wrong = switches ? ws_upgrade_wrong(&w->upgrade) : NULL;
	struct app_message m =
		by_http(APP_SERVER, switches && wrong == NULL ? APP_UPGRADE : APP_HEAD);

	w->result.status = info->status;
	say(&w->listener, &m, "%s", info->line);
	if (!switches)
		fail(w, "http-status", strchr(info->line, ' ') + 1);
	else if (wrong != NULL)
		fail(w, "protocol-error", wrong);
	else if (w->sent < w->len)
		fail(w, "protocol-error", "an upgrade before it was asked for");
	else
		upgraded(w);
}

static void head_came(struct websocket *w)
{
	const struct http_response_info *info = http_response_info(w->response);
	struct app_message note = by_http(APP_SERVER, APP_NOTE);

	if (info->status == 101 || info->status >= 200) {
		final_head(w, info);
		return;
	}
	say(&w->listener, &note, "%s", info->line);
	ws_upgrade_forget(&w->upgrade);
}

static void read_response(struct websocket *w, struct rd *in)
{
	struct app_message first = by_http(APP_SERVER, APP_FIRST_BYTE);

	while (w->status == STAGE_RUNNING && !w->result.upgraded) {
		switch (http_response_next(w->response, in)) {
		case RESPONSE_MORE:
		case RESPONSE_ENDS:
			return;
		case RESPONSE_BEGINS:
			say_mark(&w->listener, &first);
			break;
		case RESPONSE_HEAD:
			head_came(w);
			break;
		case RESPONSE_BROKEN:
			fail(w, "protocol-error", http_response_trouble(w->response));
			break;
		}
	}
}

/* --- frames --- */

static void pong_came(struct websocket *w)
{
	bool ours = !w->result.pong && !w->ping_due && w->got.len == w->ping.len &&
	            memcmp(w->got.payload, w->ping.payload, w->ping.len) == 0;
	struct app_message m = by(APP_SERVER, ours ? APP_PONG : APP_NOTE);

	say(&w->listener, &m, "Pong");
	if (!ours)
		return;
	w->result.pong = true;
	w->close_due = true;
}

static void ping_came(struct websocket *w)
{
	struct app_message m = by(APP_SERVER, APP_NOTE);

	say(&w->listener, &m, "Ping");
	w->pong = w->got;
	w->pong_due = !w->close_sent;
}

/* RFC 6455 7.4: codes that may stand in a Close. */
static bool is_code(int64_t code)
{
	return (code >= 1000 && code <= 1014 && code != 1004 && code != CLOSE_NONE &&
	        code != 1006) ||
	       (code >= 3000 && code <= 4999);
}

/* Answer it, unless ours was first or is on its way. */
static void close_came(struct websocket *w)
{
	bool ours = w->close_sent || (w->frame_kind == WS_CLOSE && w->sent < w->len);
	int64_t code = close_code(&w->got);

	if (w->got.len == 1 || (w->got.len > 1 && !is_code(code))) {
		fail(w, "protocol-error", "a Close frame without a valid code");
		return;
	}
	say_close(w, APP_SERVER, &w->got);
	w->result.close_code = code;
	w->close_came = true;
	w->ping_due = w->pong_due = false;
	if (w->close_sent)
		w->status = STAGE_DONE;
	if (ours)
		return;
	if (!w->close_due) {
		w->close = w->got;
		w->close.len = w->got.len < 2 ? w->got.len : 2;
	}
	w->close_due = true;
}

static void read_frames(struct websocket *w, struct rd *in)
{
	while (w->status == STAGE_RUNNING && !w->close_came) {
		switch (ws_frames_next(w->frames, in, &w->got)) {
		case WS_NONE:
			return;
		case WS_DATA:
			break;
		case WS_PING:
			ping_came(w);
			break;
		case WS_PONG:
			pong_came(w);
			break;
		case WS_CLOSE:
			close_came(w);
			break;
		case WS_BROKEN:
			fail(w, "protocol-error", ws_frames_trouble(w->frames));
			break;
		}
	}
}

static void input(struct stage *s, const uint8_t *bytes, size_t len)
{
	struct websocket *w = of(s);
	struct rd in = rd_from(bytes, len);

	read_response(w, &in);
	if (w->result.upgraded)
		read_frames(w, &in);
}

static void eof_in_upgrade(struct websocket *w)
{
	if (http_response_eof(w->response) == RESPONSE_BROKEN)
		fail(w, "protocol-error", http_response_trouble(w->response));
	else
		fail(w, "protocol-error", "the server closed the connection without a response");
}

/* Many servers end the connection in place of a Close of their own: that is told, and no failure. */
static void eof(struct stage *s)
{
	struct websocket *w = of(s);

	if (w->status != STAGE_RUNNING)
		return;
	if (!w->result.upgraded)
		eof_in_upgrade(w);
	else if (w->close_sent || w->close_came)
		w->status = STAGE_DONE;
	else
		fail(w, "protocol-error",
		     w->result.pong ? "the connection was closed after the pong"
		                    : "the connection was closed before a pong");
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
	(void)s; /* the closing handshake was part of it all */
}

static void destroy(struct stage *s)
{
	struct websocket *w = of(s);

	http_response_free(w->response);
	ws_frames_free(w->frames);
	free(w->request);
	free(w);
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

/* What the ping says, and our Close. */
static void prepare(struct websocket *w)
{
	struct wr ping = wr_into(w->ping.payload, PING_LEN);
	struct wr close = wr_into(w->close.payload, 2);
	struct rng r;

	rng_seed(&r, ~(uint64_t)w->cfg->mask);
	wr_be32(&ping, (uint32_t)rng_next(&r));
	wr_be32(&ping, (uint32_t)rng_next(&r));
	w->ping.len = PING_LEN;
	wr_be16(&close, CLOSE_PLAIN);
	w->close.len = 2;
}

static bool build(struct websocket *w)
{
	bool extended = http_config_has(w->cfg->http, "Sec-WebSocket-Extensions");

	if (!ws_upgrade_init(&w->upgrade, w->cfg))
		return false;
	w->request = ws_upgrade_request(&w->upgrade);
	w->response = http_response_new(0, ws_upgrade_field, &w->upgrade);
	w->frames = ws_frames_new(w->cfg->mask, extended);
	if (w->request == NULL || w->response == NULL || w->frames == NULL)
		return false;
	http_response_expect(w->response, "GET");
	w->len = strlen(w->request);
	return true;
}

struct stage *ws_new(const struct ws_config *cfg, const struct app_listener *l)
{
	struct websocket *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->stage.ops = &ops;
	w->cfg = cfg;
	w->listener = *l;
	prepare(w);
	if (!build(w)) {
		destroy(&w->stage);
		return NULL;
	}
	return &w->stage;
}

const struct ws_result *ws_result(const struct stage *s)
{
	return &of_const(s)->result;
}
