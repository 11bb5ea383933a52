/* SPDX-License-Identifier: BSD-2-Clause */
/* http1.c - HTTP/1.1: requests one after the other on one connection (RFC 9112 9). */
#include <stdlib.h>
#include <string.h>

#include "app/http.h"
#include "app/http_request.h"
#include "app/http_response.h"
#include "app/say.h"

struct http1 {
	struct stage stage;
	const struct http_config *cfg;
	struct app_listener listener;
	enum stage_status status;
	struct stage_failure failure;
	struct http_result result;
	struct http_response *response;
	char *head;            /* of the request that is being sent */
	size_t head_len, sent; /* sent: of head and body */
};

static struct http1 *of(struct stage *s)
{
	return (struct http1 *)s;
}

static const struct http1 *of_const(const struct stage *s)
{
	return (const struct http1 *)s;
}

static const struct app_message from_server = {.from = APP_SERVER, .protocol = "HTTP/1.1"};

static struct app_message marked(enum app_mark mark)
{
	struct app_message m = from_server;

	m.mark = mark;
	return m;
}

static void fail(struct http1 *h, const char *why)
{
	say_failure(&h->failure, "protocol-error", "%s", why);
	h->status = STAGE_FAILED;
}

/* --- requests --- */

static uint32_t wanted(const struct http1 *h)
{
	return h->cfg->requests == 0 ? 1 : h->cfg->requests;
}

static size_t request_len(const struct http1 *h)
{
	return h->head_len + (h->cfg->body == NULL ? 0 : h->cfg->body_len);
}

/* Make the next request ready for output(). False without memory. */
static bool ask(struct http1 *h)
{
	static const char *const close[] = {"Connection: close", NULL};
	bool last = h->result.responses + 1 >= wanted(h);
	bool closing = last && h->cfg->close && !http_config_has(h->cfg, "Connection");

	free(h->head);
	h->head = http_request_head(h->cfg, closing ? close : close + 1);
	if (h->head == NULL)
		return false;
	h->head_len = strlen(h->head);
	h->sent = 0;
	http_response_expect(h->response, h->cfg->method);
	return true;
}

static size_t put(struct http1 *h, uint8_t *out, size_t cap)
{
	const uint8_t *from = (const uint8_t *)h->head + h->sent;
	size_t len = h->head_len - h->sent;

	if (h->sent >= h->head_len) {
		len = request_len(h) - h->sent;
		from = len == 0 ? NULL : h->cfg->body + (h->sent - h->head_len);
	}
	len = len < cap ? len : cap;
	if (len > 0)
		memcpy(out, from, len);
	h->sent += len;
	return len;
}

static size_t output(struct stage *s, uint8_t *out, size_t cap)
{
	const struct app_message m = {
		.from = APP_CLIENT, .protocol = "HTTP/1.1", .mark = APP_REQUEST};
	struct http1 *h = of(s);
	size_t len;

	if (h->status != STAGE_RUNNING || h->sent == request_len(h))
		return 0;
	len = put(h, out, cap);
	len += put(h, out + len, cap - len);
	if (h->sent == request_len(h))
		say(&h->listener, &m, "%s %s HTTP/1.1", h->cfg->method, h->cfg->path);
	return len;
}

/* --- responses --- */

static void head_ended(struct http1 *h)
{
	const struct http_response_info *info = http_response_info(h->response);
	struct app_message m = marked(info->status < 200 ? APP_NOTE : APP_HEAD);

	say(&h->listener, &m, "%s", info->line);
	if (info->status == 101) {
		fail(h, "101 Switching Protocols, which was not asked for");
		return;
	}
	if (info->status < 200)
		return;
	if (h->result.responses == 0 || (h->result.status < 400 && info->status >= 400))
		h->result.status = info->status;
	if (h->result.responses == 0) {
		memcpy(h->result.version, info->version, sizeof(info->version));
	}
	h->result.after = info->keeps ? HTTP_KEPT : HTTP_CLOSE;
}

/* A request that was not sent to its end when its response ended cannot be followed by another. */
static void response_ended(struct http1 *h)
{
	const struct http_response_info *info = http_response_info(h->response);
	struct app_message m = marked(APP_RESPONSE);

	say(&h->listener, &m, "end of response, %llu bytes", (unsigned long long)info->body);
	h->result.responses++;
	h->result.by_close = h->result.by_close || info->by_close;
	if (h->result.responses >= wanted(h) || !info->keeps || h->sent < request_len(h))
		h->status = STAGE_DONE;
	else if (!ask(h))
		fail(h, "out of memory");
}

static void happened(struct http1 *h, enum http_event e)
{
	struct app_message first = marked(APP_FIRST_BYTE);

	switch (e) {
	case RESPONSE_MORE:
		break;
	case RESPONSE_BEGINS:
		say_mark(&h->listener, &first);
		break;
	case RESPONSE_HEAD:
		head_ended(h);
		break;
	case RESPONSE_ENDS:
		response_ended(h);
		break;
	case RESPONSE_BROKEN:
		fail(h, http_response_trouble(h->response));
		break;
	}
	h->result.body_bytes = http_response_info(h->response)->all_bodies;
	h->result.head_bytes = http_response_info(h->response)->all_heads;
}

/*
 * RFC 9112 9.2: what comes while no request is under way is no response. To the very first it may be one: a
 * server can say 408 before anything was asked. Empty lines between responses do no harm.
 */
static bool is_asked(struct http1 *h, struct rd *in)
{
	if (h->result.responses == 0 || h->sent > 0)
		return true;
	while (rd_left(in) > 0 && (*in->p == '\r' || *in->p == '\n'))
		rd_skip(in, 1);
	return rd_left(in) == 0;
}

static void input(struct stage *s, const uint8_t *bytes, size_t len)
{
	struct http1 *h = of(s);
	struct rd in = rd_from(bytes, len);
	enum http_event e = RESPONSE_MORE;

	do {
		if (h->status != STAGE_RUNNING)
			return;
		if (!is_asked(h, &in)) {
			fail(h, "more bytes than the response says it has");
			return;
		}
		e = http_response_next(h->response, &in);
		happened(h, e);
	} while (e != RESPONSE_MORE);
}

static void eof(struct stage *s)
{
	struct http1 *h = of(s);
	struct app_message note = marked(APP_NOTE);
	enum http_event e;

	if (h->status != STAGE_RUNNING)
		return;
	e = http_response_eof(h->response);
	happened(h, e);
	if (h->status != STAGE_RUNNING)
		return;
	if (h->result.responses == 0) {
		fail(h, "the server closed the connection without a response");
		return;
	}
	h->result.closed_early = true;
	h->status = STAGE_DONE;
	say(&h->listener, &note, "the server closed the connection after %u response%s",
	    h->result.responses, h->result.responses == 1 ? "" : "s");
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
	(void)s; /* HTTP/1.1 has no word for it */
}

static void destroy(struct stage *s)
{
	struct http1 *h = of(s);

	http_response_free(h->response);
	free(h->head);
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

struct stage *http1_new(const struct http_config *cfg, const struct app_listener *l)
{
	struct http1 *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->stage.ops = &ops;
	h->cfg = cfg;
	h->listener = *l;
	h->response = http_response_new(cfg->body_max, NULL, NULL);
	if (h->response == NULL || !ask(h)) {
		destroy(&h->stage);
		return NULL;
	}
	return &h->stage;
}

const struct http_result *http1_result(const struct stage *s)
{
	return &of_const(s)->result;
}
