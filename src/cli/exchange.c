/* SPDX-License-Identifier: BSD-2-Clause */
/* exchange.c - when a target is a URL, the probe is another one. */
#include "cli/exchange.h"

#include <stdio.h>

#include "probe/expect.h"

static void configure(struct exchange_job *job, const struct options *o)
{
	const struct exchange_options *x = &o->exchange;
	struct exchange_config *c = &job->config;

	c->conn.data_on_ack = x->data_on_ack;
	c->end = o->end;
	c->tls = job->plans.tls;
	c->tls_timeout = x->tls_timeout;
	c->http_timeout = x->http_timeout;
	c->ws_timeout = x->ws_timeout;
	c->idle = x->idle;
	c->resume = x->resume;
	c->fastopen = x->fastopen;
	c->status_expected = expect_has(&o->expects, "http.status");
}

/* The ways of a comparison stand in the order of the places. */
static void set_variant(struct exchange_job *job, uint32_t i, uint64_t n)
{
	struct exchange_plan *p = &job->plans.list[i].plan;

	p->variant = job->compare.sum[i].variant;
	p->before = i > 0 ? &job->plans.list[i - 1].plan : NULL;
	p->left = (uint32_t)n;
	p->together = job->compare.variant[i] != COMPARE_HTTP1_CLOSE;
	p->http.close = job->compare.variant[i] == COMPARE_HTTP1_CLOSE;
	p->http2_clear = !p->tls && job->compare.variant[i] == COMPARE_HTTP2;
	p->tls_config.alpn = plans_alpn(job->compare.variant[i] == COMPARE_HTTP2);
}

static int prepare(struct question *q, const struct options *o, const struct places *p,
                   struct err *e)
{
	struct exchange_job *job = q->store;

	if (plans_check(o, p, e) != 0)
		return -1;
	if (!plans_wanted(o, p))
		return 0;
	if (plans_make(&job->plans, o, p, e) != 0)
		return -1;
	for (uint32_t i = 0; i < p->count && i < job->compare.count; i++)
		set_variant(job, i, o->count);
	configure(job, o);
	job->config.messages = o->verbose || q->wants_messages;
	job->probe =
		exchange_probe(o->exchange.resume || o->exchange.fastopen, job->compare.count > 0);
	q->probe = &job->probe;
	q->config = &job->config;
	q->whole = true;
	return 0;
}

static void *plan(struct question *q, uint32_t i)
{
	struct exchange_job *job = q->store;

	return i < job->plans.count ? &job->plans.list[i].plan : NULL;
}

static struct engine_sink sink(struct question *q, const struct engine_sink *reports)
{
	struct exchange_job *job = q->store;

	return job->compare.count > 0 ? compare_sink(&job->compare, reports) : *reports;
}

static void done(struct question *q)
{
	struct exchange_job *job = q->store;
	const char *trouble = job->plans.tls != NULL ? tls_context_trouble(job->plans.tls) : NULL;

	if (trouble != NULL)
		fprintf(stderr, "tcpshake: warning: %s\n", trouble);
	plans_free(&job->plans);
}

int exchange_question(struct question *q, struct exchange_job *job, const struct options *o,
                      const struct conn_config *connection, struct err *e)
{
	job->config.conn = *connection;
	compare_init(&job->compare, o);
	q->store = job;
	q->prepare = prepare;
	q->plan = plan;
	q->sink = sink;
	q->done = done;
	q->repeat = job->compare.count;
	return compare_check(o, e);
}

void exchange_describe(const struct exchange_plan *p, struct text *out)
{
	if (p->tls)
		text_add(out, ", TLS");
	switch (p->protocol) {
	case EXCHANGE_HTTP:
		text_add(out, ", %s %s", p->http.method, p->http.path);
		break;
	case EXCHANGE_WS:
		text_add(out, ", WebSocket %s", p->http.path);
		break;
	case EXCHANGE_TCP:
	case EXCHANGE_TLS:
		break;
	}
}
