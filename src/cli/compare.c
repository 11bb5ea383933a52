/* SPDX-License-Identifier: BSD-2-Clause */
/* compare.c - from the records of attempts to one of each way. */
#include "cli/compare.h"

#include <string.h>

#include "result/probe_record.h"
#include "result/summary_record.h"

void compare_init(struct compare *c, const struct options *o)
{
	memset(c, 0, sizeof(*c));
	c->verbose = o->verbose;
	c->expectations = o->expects.count > 0;
	c->count = o->exchange.compare_count;
	for (uint32_t i = 0; i < c->count; i++) {
		c->variant[i] = o->exchange.compare[i];
		c->sum[i] = (struct comparison_record){
			.time = NS_NONE, .variant = compare_names[c->variant[i]], .total = NS_NONE};
	}
}

int compare_check(const struct options *o, struct err *e)
{
	if (o->exchange.compare_count == 0)
		return 0;
	if (o->word_count != 1 || o->targets_file != NULL || o->all_addresses ||
	    (strncasecmp(o->words[0], "http://", 7) != 0 &&
	     strncasecmp(o->words[0], "https://", 8) != 0))
		return err_set(
			e, ERR_USAGE,
			"--compare takes one target, an http:// or https:// URL, at one address");
	if (o->count == 0)
		return err_set(e, ERR_USAGE, "--compare -c 0: need a number of requests");
	return 0;
}

static struct comparison_record *sum_of(struct compare *c, const char *variant)
{
	for (uint32_t i = 0; i < c->count; i++)
		if (c->sum[i].variant == variant)
			return &c->sum[i];
	return NULL;
}

static void add(struct comparison_record *sum, const struct probe_record *p)
{
	const struct exchange_record *x = &p->exchange;

	if (sum->time == NS_NONE)
		sum->time = p->time;
	sum->target = p->target;
	sum->connections++;
	sum->handshakes += p->handshake != NS_NONE;
	sum->segments += (int64_t)x->segments;
	sum->bytes += (int64_t)x->bytes;
	if (x->http.responses != FIELD_NULL)
		sum->requests += x->http.responses;
	if (x->total != NS_NONE)
		sum->total = (sum->total == NS_NONE ? 0 : sum->total) + x->total;
	if (strcmp(p->state, "open") != 0 || x->failed) {
		sum->failed++;
		if (sum->reason == NULL)
			sum->reason = p->reason;
	}
}

static void on_record(void *ctx, const struct record *r)
{
	struct compare *c = ctx;
	const struct probe_record *p = r->data;
	struct comparison_record *sum;

	if (r->type != &probe_record_type || (sum = sum_of(c, p->exchange.variant)) == NULL) {
		c->reports.record(c->reports.ctx, r);
		return;
	}
	add(sum, p);
	if (c->verbose)
		c->reports.record(c->reports.ctx, r);
}

/* The exit code is the summary's, the report is ours. */
static void on_summary(void *ctx, const struct record *r, const struct engine_outcome *o)
{
	struct compare *c = ctx;
	struct record ours = {.type = &comparison_record_type, .data = &c->sum[c->summed]};

	if (c->summed == c->count)
		return;
	if (c->sum[c->summed].target == NULL)
		c->sum[c->summed].target = ((const struct summary_record *)r->data)->target;
	c->summed++;
	if (!c->expectations) {
		c->reports.summary(c->reports.ctx, &ours, o);
		return;
	}
	c->reports.record(c->reports.ctx, &ours);
	c->reports.summary(c->reports.ctx, r, o); /* has what was expected */
}

static void on_event(void *ctx, const char *text)
{
	struct compare *c = ctx;

	c->reports.event(c->reports.ctx, text);
}

static void on_warning(void *ctx, const char *text)
{
	struct compare *c = ctx;

	c->reports.warning(c->reports.ctx, text);
}

static void on_frame(void *ctx, uint32_t link, const struct frame *f, bool outbound,
                     const char *verdict)
{
	struct compare *c = ctx;

	c->reports.frame(c->reports.ctx, link, f, outbound, verdict);
}

static void on_verdict(void *ctx, uint32_t link, const char *verdict)
{
	struct compare *c = ctx;

	c->reports.verdict(c->reports.ctx, link, verdict);
}

struct engine_sink compare_sink(struct compare *c, const struct engine_sink *reports)
{
	c->reports = *reports;
	return (struct engine_sink){
		.ctx = c,
		.record = on_record,
		.summary = on_summary,
		.event = on_event,
		.warning = on_warning,
		.frame = on_frame,
		.verdict = on_verdict,
	};
}
