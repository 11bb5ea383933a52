/* SPDX-License-Identifier: BSD-2-Clause */
/* plans.c - a scheme and some options make a plan. */
#include "cli/plans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATA_MAX 60000 /* what a stream takes at once */

static const char *const alpn_any[] = {"h2", "http/1.1", NULL};
static const char *const alpn_http1[] = {"http/1.1", NULL};
static const char *const alpn_http2[] = {"h2", NULL};

static enum exchange_protocol protocol_of(enum target_scheme s)
{
	switch (s) {
	case SCHEME_TCP:
		return EXCHANGE_TCP;
	case SCHEME_TLS:
		return EXCHANGE_TLS;
	case SCHEME_HTTP:
	case SCHEME_HTTPS:
		return EXCHANGE_HTTP;
	case SCHEME_WS:
	case SCHEME_WSS:
		return EXCHANGE_WS;
	}
	return EXCHANGE_TCP;
}

bool plans_wanted(const struct options *o, const struct places *p)
{
	if (o->exchange.fastopen || o->exchange.data_on_ack)
		return !o->flags_given;
	for (uint32_t i = 0; i < p->count; i++)
		if (p->place[i].word->scheme != SCHEME_TCP)
			return !o->flags_given;
	return false;
}

const char *const *plans_alpn(bool http2)
{
	return http2 ? alpn_http2 : alpn_http1;
}

/* HTTP/1.1 upgrades to WebSocket; HTTP/2 does that differently, and rarely (RFC 8441). */
static const char *const *alpn_of(const struct options *o, enum exchange_protocol p)
{
	if (o->exchange.alpn[0] != NULL)
		return o->exchange.alpn;
	if (p == EXCHANGE_WS)
		return alpn_http1;
	if (p != EXCHANGE_HTTP)
		return NULL;
	switch (o->exchange.version) {
	case HTTP_VERSION_ANY:
		return alpn_any;
	case HTTP_VERSION_1:
		return alpn_http1;
	case HTTP_VERSION_2:
		return alpn_http2;
	}
	return NULL;
}

/* RFC 9110 4.2.1: the host, and the port where it is not the scheme's own; a zone is this host's affair. */
static void put_authority(struct place_plan *out, const struct target_word *w, uint16_t port)
{
	size_t host = strcspn(w->host, "%");
	bool v6 = strchr(w->host, ':') != NULL;
	struct text t = text_into(out->authority, sizeof(out->authority));

	text_add(&t, "%s%.*s%s", v6 ? "[" : "", (int)host, w->host, v6 ? "]" : "");
	if (port != schemes[w->scheme].port)
		text_add(&t, ":%u", port);
}

static const char *path_of(const struct options *o, const struct target_word *w)
{
	if (o->exchange.path != NULL)
		return o->exchange.path;
	return w->path != NULL ? w->path : "/";
}

static void put_http(const struct options *o, const struct target_word *w, struct place_plan *out)
{
	const struct exchange_options *x = &o->exchange;
	struct http_config *http = &out->plan.http;
	uint32_t requests = x->keepalive > 0 ? x->keepalive : x->streams;

	*http = (struct http_config){
		.scheme = schemes[w->scheme].tls ? "https" : "http",
		.authority = out->authority,
		.method = x->method != NULL ? x->method
	                  : o->data != NULL ? "POST"
	                                    : "GET",
		.path = path_of(o, w),
		.headers = x->headers,
		.body = (const uint8_t *)o->data,
		.body_len = o->data != NULL ? strlen(o->data) : 0,
		.requests = requests > 0 ? requests : 1,
		.body_max = PLANS_BODY_MAX,
	};
	memcpy(http->header, x->header, sizeof(http->header));
}

static int make_plan(const struct options *o, const struct place *place, struct place_plan *out,
                     struct err *e)
{
	const struct target_word *w = place->word;

	out->plan.protocol = protocol_of(w->scheme);
	out->plan.tls = schemes[w->scheme].tls;
	out->plan.http2_clear = !out->plan.tls && o->exchange.version == HTTP_VERSION_2;
	out->plan.tls_config = (struct tls_config){
		.server_name = w->host,
		.sni = o->exchange.sni,
		.alpn = alpn_of(o, out->plan.protocol),
	};
	put_authority(out, w, place->ground.remote.port);
	put_http(o, w, out);
	if (w->scheme == SCHEME_TCP)
		return 0;
	if (asprintf(&out->url, "%s://%s%s", schemes[w->scheme].name, out->authority,
	             schemes[w->scheme].path ? out->plan.http.path : "") < 0) {
		out->url = NULL;
		return err_set(e, ERR_LOCAL, "out of memory for targets");
	}
	out->plan.url = out->url;
	return 0;
}

static uint32_t count_urls(const struct places *p)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->count; i++)
		n += p->place[i].word->scheme != SCHEME_TCP;
	return n;
}

static bool is_tls(enum target_scheme s)
{
	return schemes[s].tls;
}

static bool is_http(enum target_scheme s)
{
	return s == SCHEME_HTTP || s == SCHEME_HTTPS;
}

static bool any_place(const struct places *p, bool (*is)(enum target_scheme))
{
	for (uint32_t i = 0; i < p->count; i++)
		if (is(p->place[i].word->scheme))
			return true;
	return false;
}

static bool wants_http(const struct options *o)
{
	const struct exchange_options *x = &o->exchange;

	return x->method != NULL || o->data != NULL || x->keepalive > 0 || x->streams > 0;
}

int plans_check(const struct options *o, const struct places *p, struct err *e)
{
	uint32_t urls = count_urls(p);

	if (urls < p->count && o->data != NULL && strlen(o->data) > DATA_MAX)
		return err_set(e, ERR_USAGE,
		               "--data '...': need at most %d bytes for a target that is no URL",
		               DATA_MAX);
	if (p->count == 0)
		return 0;
	if (urls > 0 && o->end == HANDSHAKE_HALF_OPEN)
		return err_set(e, ERR_USAGE,
		               "--half-open ends before anything can be spoken with %s://%s",
		               schemes[p->place[0].word->scheme].name, p->place[0].name);
	if (o->exchange.resume && !any_place(p, is_tls))
		return err_set(e, ERR_USAGE, "--tls-resume needs a target with TLS: https://%s",
		               p->place[0].name);
	if (wants_http(o) && urls > 0 && !any_place(p, is_http))
		return err_set(
			e, ERR_USAGE,
			"--method, --data, --keepalive and --streams need a target with HTTP: "
			"https://%s",
			p->place[0].name);
	if (urls > 0 || o->exchange.first == NULL)
		return 0;
	return err_set(
		e, ERR_USAGE,
		"--%s needs a target that is a URL: https://%s, or tls:// http:// ws:// wss://",
		o->exchange.first, p->place[0].name);
}

static bool is_about(const struct err *e, const char *file)
{
	return file != NULL && strstr(e->text, file) != NULL;
}

/* The option that brought the file which the error is about. */
static const char *option_of(const struct tls_settings *s, const struct err *e)
{
	if (is_about(e, s->ca))
		return "--ca";
	if (is_about(e, s->key))
		return "--key";
	return is_about(e, s->cert) ? "--cert" : "TLS";
}

static int open_tls(struct plans *plans, const struct options *o, struct err *e)
{
	struct tls_settings s = o->exchange.tls;

	s.keylog = getenv("SSLKEYLOGFILE");
	if (s.keylog != NULL && *s.keylog == '\0')
		s.keylog = NULL;
	if (plans->tls != NULL || tls_context_new(&plans->tls, &s, e) == 0)
		return 0;
	return err_wrap(e, "%s", option_of(&s, e));
}

int plans_make(struct plans *plans, const struct options *o, const struct places *p, struct err *e)
{
	plans->list = calloc(p->count + 1, sizeof(*plans->list));
	if (plans->list == NULL)
		return err_set(e, ERR_LOCAL, "out of memory for targets");
	plans->count = p->count;
	for (uint32_t i = 0; i < p->count; i++) {
		if (make_plan(o, &p->place[i], &plans->list[i], e) != 0)
			return -1;
		if (plans->list[i].plan.tls && open_tls(plans, o, e) != 0)
			return -1;
	}
	return 0;
}

void plans_free(struct plans *plans)
{
	for (uint32_t i = 0; i < plans->count; i++) {
		exchange_plan_clear(&plans->list[i].plan);
		free(plans->list[i].url);
	}
	free(plans->list);
	tls_context_free(plans->tls);
}
