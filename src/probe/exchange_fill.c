/* SPDX-License-Identifier: BSD-2-Clause */
/* exchange_fill.c - phases from stamps, outcomes from stages. */
#include "probe/exchange_fill.h"

#include <stdio.h>
#include <string.h>

/* --- phases: each begins where the one before ends --- */

/* A phase that ends at `end`; it took no time where 0-RTT data was answered before it began. */
static ns_t phase_to(ns_t *before, ns_t end)
{
	ns_t took;

	if (end == NS_NONE || *before == NS_NONE)
		return NS_NONE;
	took = end > *before ? end - *before : 0;
	*before += took;
	return took;
}

static void fill_phases(const struct talk *t, const struct track *track, struct probe_record *r)
{
	const struct moments *m = t->moments;
	ns_t at = track->third;
	bool complete = talk_status(t) == STAGE_DONE;

	if (t->tls != NULL && talk_secure(t))
		r->phases.tls = phase_to(&at, m->finished);
	if (t->plan->protocol == EXCHANGE_HTTP && complete) {
		r->phases.http = phase_to(&at, m->response);
		r->exchange.total = at - track->syn_first;
	}
	if (t->plan->protocol == EXCHANGE_WS)
		r->phases.ws = phase_to(&at, m->upgrade);
	r->phases.close = phase_to(&at, track->last);
}

/* --- what was spoken --- */

static void fill_tls(const struct talk *t, struct tls_record *out)
{
	const struct tls_result *from = tls_result(t->tls);

	snprintf(out->version, sizeof(out->version), "%s", from->version);
	snprintf(out->cipher, sizeof(out->cipher), "%s", from->cipher);
	snprintf(out->group, sizeof(out->group), "%s", from->group);
	snprintf(out->alpn, sizeof(out->alpn), "%s", from->alpn);
	out->resumed = from->known ? (int8_t)from->resumed : -1;
	out->early_data = from->early_data;
	if (!from->certificate.known)
		return;
	snprintf(out->certificate.subject, sizeof(out->certificate.subject), "%s",
	         from->certificate.subject);
	snprintf(out->certificate.issuer, sizeof(out->certificate.issuer), "%s",
	         from->certificate.issuer);
	snprintf(out->certificate.reason, sizeof(out->certificate.reason), "%s",
	         from->certificate.reason);
	out->certificate.days_left = from->certificate.days_left;
	out->certificate.chain = from->certificate.chain;
	out->certificate.verified = (int8_t)from->certificate.verified;
}

/* HTTP/2 keeps connections, and says so when it does not (RFC 9113 6.8). */
static const char *after_name(const struct http_result *h, ns_t fin)
{
	if (fin != NS_NONE)
		return "fin";
	if (strcmp(h->version, "2") == 0)
		return h->goaway > 0 ? "close" : "kept";
	switch (h->after) {
	case HTTP_KEPT:
		return "kept";
	case HTTP_CLOSE:
		return "close";
	case HTTP_UNKNOWN:
		break;
	}
	return NULL;
}

static void fill_http(const struct talk *t, struct http_record *out)
{
	const struct http_result *h = talk_http(t);
	const struct moments *m = t->moments;

	if (h == NULL || h->status == 0)
		return;
	snprintf(out->version, sizeof(out->version), "%s", h->version);
	out->status = h->status;
	out->body_bytes = (int64_t)h->body_bytes;
	out->responses = h->responses;
	out->requests = t->plan->http.requests;
	if (m->request != NS_NONE && m->first_byte != NS_NONE)
		out->ttfb = m->first_byte - m->request;
	out->after = after_name(h, m->fin);
	if (m->fin != NS_NONE && m->response != NS_NONE)
		out->idle = m->fin - m->response;
	if (h->goaway > 0)
		out->goaway = http2_error_name(h->goaway - 1);
}

static void fill_ws(const struct talk *t, struct ws_record *out)
{
	const struct ws_result *w = ws_result(t->top);
	const struct moments *m = t->moments;

	if (w->status == 0)
		return;
	out->status = w->status;
	snprintf(out->protocol, sizeof(out->protocol), "%s", w->protocol);
	if (w->close_code != 0)
		out->close_code = w->close_code;
	if (w->pong && m->ping != NS_NONE && m->pong != NS_NONE)
		out->ping_rtt = m->pong - m->ping;
}

static void fill_failure(struct talk *t, bool status_expected, struct probe_record *r)
{
	struct exchange_record *x = &r->exchange;

	if (t->failure.reason != NULL) {
		x->failed = true;
		r->reason = t->failure.reason;
		r->detail = t->failure.detail[0] != '\0' ? t->failure.detail : NULL;
	} else if (x->http.status != FIELD_NULL && x->http.status >= 400 && !status_expected) {
		x->failed = true;
		r->reason = "http-status";
		snprintf(t->failure.detail, sizeof(t->failure.detail), "%lld",
		         (long long)x->http.status);
		r->detail = t->failure.detail;
	}
}

/* The clock jumped: no difference of stamps means anything. */
static void forget_times(struct probe_record *r)
{
	r->phases.tls = r->phases.http = r->phases.ws = r->phases.close = NS_NONE;
	r->exchange.http.ttfb = r->exchange.http.idle = r->exchange.ws.ping_rtt = NS_NONE;
	r->exchange.total = NS_NONE;
}

void exchange_fill(struct talk *t, const struct exchange_facts *f, struct probe_record *r)
{
	struct exchange_record *x = &r->exchange;
	const struct moments *m = t->moments;

	x->spoken = t->plan->protocol != EXCHANGE_TCP;
	x->variant = t->plan->variant;
	x->url = t->plan->url;
	x->fastopen = f->fastopen;
	x->segments = f->segments;
	x->bytes = f->bytes;
	if (m->log != NULL)
		x->messages = message_log_list(m->log, f->track->syn_first);
	if (strcmp(r->state, "open") != 0)
		return;
	if (x->spoken)
		fill_phases(t, f->track, r);
	if (t->tls != NULL)
		fill_tls(t, &x->tls);
	fill_http(t, &x->http);
	if (t->top != NULL && t->plan->protocol == EXCHANGE_WS)
		fill_ws(t, &x->ws);
	fill_failure(t, f->status_expected, r);
	if (f->times_void)
		forget_times(r);
}
