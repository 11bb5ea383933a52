/* SPDX-License-Identifier: BSD-2-Clause */
/* http2_request.c - requests of HTTP/2: pseudo-header fields, fields, and the body's bytes. */
#include <assert.h>
#include <string.h>
#include <strings.h>

#include "app/http2_internal.h"
#include "app/http_request.h"

/* RFC 9113 8.2.2: fields that speak of a connection have no place in HTTP/2, and Host is :authority. */
static bool is_left_out(const struct http_field *f)
{
	static const char *const names[] = {
		"Host",           "Connection",      "Keep-Alive", "Upgrade", "Transfer-Encoding",
		"HTTP2-Settings", "Proxy-Connection"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (http_field_is(f, names[i]))
			return true;
	return http_field_is(f, "TE") && (f->value_len != strlen("trailers") ||
	                                  strncasecmp(f->value, "trailers", f->value_len) != 0);
}

/* nghttp2 copies both, and makes names small. */
static nghttp2_nv pair(const char *name, size_t name_len, const char *value, size_t value_len)
{
	return (nghttp2_nv){
		.name = (uint8_t *)name,
		.namelen = name_len,
		.value = (uint8_t *)value,
		.valuelen = value_len,
		.flags = NGHTTP2_NV_FLAG_NONE,
	};
}

static nghttp2_nv pseudo(const char *name, const char *value)
{
	return pair(name, strlen(name), value, strlen(value));
}

/* The user's Host, if there is one, says the authority. */
static nghttp2_nv authority(const struct http_fields *fields)
{
	for (uint32_t i = 0; i < fields->count; i++) {
		const struct http_field *f = &fields->list[i];

		if (http_field_is(f, "Host"))
			return pair(":authority", strlen(":authority"), f->value, f->value_len);
	}
	return pseudo(":authority", "");
}

static ssize_t read_body(nghttp2_session *session, int32_t id, uint8_t *buf, size_t len,
                         uint32_t *flags, nghttp2_data_source *source, void *ctx)
{
	struct http2 *h = ctx;
	struct http2_stream *s = http2_stream_find(h, id);
	size_t left;

	(void)session;
	(void)source;
	if (s == NULL)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	left = h->cfg->body_len - s->sent;
	len = len < left ? len : left;
	if (len > 0)
		memcpy(buf, h->cfg->body + s->sent, len);
	s->sent += len;
	h->uploaded += len;
	if (s->sent == h->cfg->body_len)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)len;
}

static int32_t submit(struct http2 *h)
{
	nghttp2_nv nv[HTTP_HEADERS_MAX + 8];
	const nghttp2_data_provider body = {.read_callback = read_body};
	struct http_fields fields;
	size_t n = 0;

	http_fields_of(h->cfg, &fields);
	nv[n++] = pseudo(":method", h->cfg->method);
	nv[n++] = pseudo(":scheme", h->cfg->scheme);
	nv[n++] = authority(&fields);
	nv[n++] = pseudo(":path", h->cfg->path);
	for (uint32_t i = 0; i < fields.count; i++) {
		const struct http_field *f = &fields.list[i];

		if (!is_left_out(f))
			nv[n++] = pair(f->name, f->name_len, f->value, f->value_len);
	}
	return nghttp2_submit_request(h->session, NULL, nv, n, h->cfg->body == NULL ? NULL : &body,
	                              NULL);
}

void http2_ask(struct http2 *h)
{
	while (h->status == STAGE_RUNNING && !h->going_away && h->begun < http2_wanted(h) &&
	       h->open < HTTP2_STREAMS_MAX) {
		struct http2_stream *s = http2_stream_find(h, 0);
		int32_t id = submit(h);

		assert(s != NULL); /* as fewer are open than there are places */
		if (id < 0) {
			http2_fail(h, "%s", nghttp2_strerror(id));
			return;
		}
		*s = (struct http2_stream){.id = id};
		h->begun++;
		h->open++;
	}
}
