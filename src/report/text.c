/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - for people, in the shape of ping. */
#include <string.h>

#include "report/report.h"
#include "result/probe_record.h"
#include "result/summary_record.h"

#define RED    "\033[31m"
#define GREEN  "\033[32m"
#define YELLOW "\033[33m"
#define DIM    "\033[2m"
#define PLAIN  "\033[0m"

static const char *paint(const struct report *r, const char *color)
{
	return r->options->color ? color : "";
}

static void endpoint(FILE *out, const char *address, unsigned int port)
{
	bool v6 = strchr(address, ':') != NULL;

	fprintf(out, "%s%s%s:%u", v6 ? "[" : "", address, v6 ? "]" : "", port);
}

static void target(struct report *r, const struct report_target *t)
{
	bool named = !r->options->numeric && strcmp(t->name, t->address) != 0;

	fputs("TCPSHAKE ", r->out);
	if (named)
		fprintf(r->out, "%s (%s):%u", t->name, t->address, t->port);
	else
		endpoint(r->out, t->address, t->port);
	fprintf(r->out, " from %s, %s\n", t->source, t->segment);
	fflush(r->out);
}

static void stamp(struct report *r, ns_t time)
{
	if (r->options->timestamps && time != NS_NONE)
		fprintf(r->out, "[%lld.%06lld] ", (long long)(time / NS_SEC),
		        (long long)(time % NS_SEC / NS_US));
}

static void prefix(struct report *r, const struct probe_record *p)
{
	stamp(r, p->time);
	if (!r->options->many)
		return;
	endpoint(r->out, p->address, (unsigned int)p->port);
	fputc(' ', r->out);
}

/* "seq=1 +0.000123 > S 0:0(0) win 64240 <mss 1460>   SYN_SENT / -". */
static void segments(struct report *r, const struct probe_record *p)
{
	const struct segment_record *s = p->segments.items;

	for (uint32_t i = 0; i < p->segments.count; i++, s++) {
		prefix(r, p);
		fprintf(r->out, "%sseq=%lld %+.6f %c %-60s %s / %s%s\n", paint(r, DIM),
		        (long long)p->seq, (double)s->time / 1e9,
		        s->direction[0] == 'o' ? '>' : '<', s->text,
		        s->client == NULL ? "-" : s->client, s->server == NULL ? "-" : s->server,
		        paint(r, PLAIN));
	}
}

static void findings(struct report *r, const struct probe_record *p)
{
	const struct finding_record *f = p->close.findings.items;

	for (uint32_t i = 0; i < p->close.findings.count; i++, f++) {
		prefix(r, p);
		fprintf(r->out, "seq=%lld %s: %s: %s [%s]\n", (long long)p->seq, f->verdict, f->id,
		        f->detail, f->rule);
	}
}

static const char *color_of(const char *state)
{
	if (strcmp(state, "open") == 0)
		return GREEN;
	return strcmp(state, "closed") == 0 ? YELLOW : RED;
}

static void attempt(struct report *r, const struct probe_record *p)
{
	char buf[512];
	struct text t = text_into(buf, sizeof(buf));

	if (r->options->quiet || p->address[0] == '\0')
		return; /* without an address nothing was tried: that is a diagnostic, on stderr */
	segments(r, p);
	prefix(r, p);
	probe_record_line(&t, p);
	fprintf(r->out, "%s%s%s\n", paint(r, color_of(p->state)), buf, paint(r, PLAIN));
	if (r->options->verbose)
		findings(r, p);
	fflush(r->out);
}

static void counts(struct report *r, const struct summary_record *s)
{
	fprintf(r->out, "%lld probes, %lld open, %lld closed, %lld filtered", (long long)s->sent,
	        (long long)s->open, (long long)s->closed, (long long)s->filtered);
	fprintf(r->out, ", %.4g%% loss, %lld SYN retransmits, %lld duplicates",
	        s->loss_percent < 0 ? 0 : s->loss_percent, (long long)s->syn_retransmits,
	        (long long)s->duplicates);
	if (s->unreachable > 0)
		fprintf(r->out, ", %lld unreachable", (long long)s->unreachable);
	if (s->errors > 0)
		fprintf(r->out, ", %lld errors", (long long)s->errors);
	if (s->late > 0)
		fprintf(r->out, ", %lld late", (long long)s->late);
	if (s->spoofed > 0)
		fprintf(r->out, ", %lld spoofed", (long long)s->spoofed);
	if (s->corrupt > 0)
		fprintf(r->out, ", %lld corrupt", (long long)s->corrupt);
	if (s->capture_dropped > 0)
		fprintf(r->out, ", %lld frames lost by the capture", (long long)s->capture_dropped);
	fputc('\n', r->out);
}

static double ms(ns_t t)
{
	return (double)t / 1e6;
}

static void times(struct report *r, const struct summary_record *s)
{
	const struct rtt_record *t = &s->rtt;

	if (s->rtt_samples == 0)
		return;
	fprintf(r->out,
	        "rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms, p50/p90/p95/p99 = "
	        "%.3f/%.3f/%.3f/%.3f ms",
	        ms(t->min), ms(t->avg), ms(t->max), ms(t->mdev), ms(t->p50), ms(t->p90), ms(t->p95),
	        ms(t->p99));
	if (s->rtt_samples != s->sent)
		fprintf(r->out, " (%lld samples)", (long long)s->rtt_samples);
	fputc('\n', r->out);
}

static void expectations(struct report *r, const struct summary_record *s)
{
	const struct expectation_record *x = s->expectations.items;

	for (uint32_t i = 0; i < s->expectations.count; i++, x++)
		fprintf(r->out, "%sexpect %s: %s%s%s%s%s\n", paint(r, x->held ? GREEN : RED),
		        x->expression, x->held ? "holds" : "does not hold",
		        x->got[0] != '\0' ? " (" : "", x->got, x->got[0] != '\0' ? ")" : "",
		        paint(r, PLAIN));
}

static void summary(struct report *r, const struct summary_record *s)
{
	fputs("--- ", r->out);
	endpoint(r->out, s->address, (unsigned int)s->port);
	fputs(" handshake statistics ---\n", r->out);
	counts(r, s);
	times(r, s);
	expectations(r, s);
	fflush(r->out);
}

static void record(struct report *r, const struct record *rec)
{
	if (rec->type == &probe_record_type)
		attempt(r, rec->data);
	else if (rec->type == &summary_record_type)
		summary(r, rec->data);
}

static void event(struct report *r, const char *line)
{
	if (r->options->quiet)
		return;
	fprintf(r->out, "%s\n", line);
	fflush(r->out);
}

const struct report_format report_text = {
	.name = "text",
	.help = "lines for people (default)",
	.target = target,
	.record = record,
	.event = event,
};
