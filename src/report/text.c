/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - for people, in the shape of ping. */
#include <string.h>

#include "report/text.h"
#include "result/comparison_record.h"
#include "result/timeline.h"

const char *text_paint(const struct report *r, enum text_color color)
{
	static const char *const codes[] = {[TEXT_PLAIN] = "\033[0m",
	                                    [TEXT_RED] = "\033[31m",
	                                    [TEXT_GREEN] = "\033[32m",
	                                    [TEXT_YELLOW] = "\033[33m",
	                                    [TEXT_DIM] = "\033[2m"};

	return r->options->color ? codes[color] : "";
}

void text_endpoint(FILE *out, const char *address, unsigned int port)
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
		text_endpoint(r->out, t->address, t->port);
	fprintf(r->out, " from %s, %s\n", t->source, t->segment);
	report_flush(r);
}

void text_stamp(struct report *r, ns_t time)
{
	if (r->options->timestamps && time != NS_NONE)
		fprintf(r->out, "[%lld.%06lld] ", (long long)(time / NS_SEC),
		        (long long)(time % NS_SEC / NS_US));
}

void text_prefix(struct report *r, ns_t time, const char *address, int64_t port)
{
	text_stamp(r, time);
	if (!r->options->many)
		return;
	text_endpoint(r->out, address, (unsigned int)port);
	fputc(' ', r->out);
}

static void prefix(struct report *r, const struct probe_record *p)
{
	text_prefix(r, p->time, p->address, p->port);
}

void text_segment(struct report *r, int64_t seq, const struct segment_record *s)
{
	bool states = s->client != NULL || s->server != NULL;

	fprintf(r->out, "%sseq=%lld %+.6f %c %-60s", text_paint(r, TEXT_DIM), (long long)seq,
	        (double)s->time / 1e9, s->direction[0] == 'o' ? '>' : '<', s->text);
	if (states)
		fprintf(r->out, " %s / %s", s->client == NULL ? "-" : s->client,
		        s->server == NULL ? "-" : s->server);
	fprintf(r->out, "%s\n", text_paint(r, TEXT_PLAIN));
}

void text_message(struct report *r, int64_t seq, const struct message_record *m)
{
	char buf[256];
	struct text t = text_into(buf, sizeof(buf));

	message_record_put(&t, m);
	fprintf(r->out, "seq=%lld %+.6f %c %s\n", (long long)seq, (double)m->time / 1e9,
	        m->direction[0] == 'o' ? '>' : '<', buf);
}

static void segments(struct report *r, const struct probe_record *p)
{
	struct timeline t = {.segments = p->segments, .messages = p->exchange.messages};
	const struct segment_record *s;
	const struct message_record *m;

	while (timeline_next(&t, &s, &m)) {
		text_prefix(r, ns_add(p->time, s != NULL ? s->time : m->time), p->address, p->port);
		if (s != NULL)
			text_segment(r, p->seq, s);
		else
			text_message(r, p->seq, m);
	}
}

static void findings(struct report *r, const struct probe_record *p)
{
	const struct finding_record *f = p->close.findings.items;

	for (uint32_t i = 0; i < p->close.findings.count; i++, f++) {
		prefix(r, p);
		fprintf(r->out, "seq=%lld %s: %s%s%s: %s [%s]\n", (long long)p->seq, f->verdict,
		        f->id, f->by != NULL ? " by the " : "", f->by != NULL ? f->by : "",
		        f->detail, f->rule);
	}
}

static void certificate(struct report *r, const struct probe_record *p)
{
	const struct certificate_record *c = &p->exchange.tls.certificate;

	if (c->subject[0] == '\0')
		return;
	prefix(r, p);
	fprintf(r->out, "seq=%lld certificate of %s by %s, %lld days left, %s%s%s\n",
	        (long long)p->seq, c->subject, c->issuer, (long long)c->days_left,
	        c->verified == 1 ? "verified" : "not verified", c->reason[0] != '\0' ? ": " : "",
	        c->reason);
}

static enum text_color color_of(const char *state)
{
	if (strcmp(state, "open") == 0)
		return TEXT_GREEN;
	return strcmp(state, "closed") == 0 ? TEXT_YELLOW : TEXT_RED;
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
	fprintf(r->out, "%s%s%s\n", text_paint(r, color_of(p->state)), buf,
	        text_paint(r, TEXT_PLAIN));
	text_phases(r, p);
	if (r->options->verbose) {
		certificate(r, p);
		findings(r, p);
	}
	report_flush(r);
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
	if (s->failed > 0)
		fprintf(r->out, ", %lld failed", (long long)s->failed);
	if (s->late > 0)
		fprintf(r->out, ", %lld late", (long long)s->late);
	if (s->spoofed > 0)
		fprintf(r->out, ", %lld spoofed", (long long)s->spoofed);
	if (s->corrupt > 0)
		fprintf(r->out, ", %lld corrupt", (long long)s->corrupt);
	if (s->unreset > 0)
		fprintf(r->out, ", %lld not reset", (long long)s->unreset);
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
		fprintf(r->out, "%sexpect %s: %s%s%s%s%s\n",
		        text_paint(r, x->held ? TEXT_GREEN : TEXT_RED), x->expression,
		        x->held ? "holds" : "does not hold", x->got[0] != '\0' ? " (" : "", x->got,
		        x->got[0] != '\0' ? ")" : "", text_paint(r, TEXT_PLAIN));
}

static const char *title(const struct record_type *rows)
{
	if (rows == &check_record_type)
		return "check";
	return rows == &cookies_record_type ? "SYN cookie" : "handshake";
}

static void summary(struct report *r, const struct summary_record *s)
{
	const struct record_type *rows = r->options->rows;

	if (rows == &connection_record_type) {
		text_capture(r, s);
		expectations(r, s);
		report_flush(r);
		return;
	}
	fputs("--- ", r->out);
	text_endpoint(r->out, s->address, (unsigned int)s->port);
	fprintf(r->out, " %s statistics ---\n", title(rows));
	if (rows == &cookies_record_type)
		text_cookies_counts(r, s);
	else if (rows == &check_record_type)
		text_check_counts(r, s);
	else
		counts(r, s);
	times(r, s);
	expectations(r, s);
	report_flush(r);
}

/* Rows of a table; the first brings its head. */
static void comparison(struct report *r, const struct comparison_record *c)
{
	char buf[256];
	struct text t = text_into(buf, sizeof(buf));

	if (r->tests++ == 0)
		fprintf(r->out, "%-14s %8s %11s %10s %8s %10s %12s\n", "way", "requests",
		        "connections", "handshakes", "segments", "bytes", "time");
	comparison_record_line(&t, c);
	fprintf(r->out, "%s\n", buf);
	report_flush(r);
}

static void record(struct report *r, const struct record *rec)
{
	if (rec->type == &probe_record_type)
		attempt(r, rec->data);
	else if (rec->type == &cookies_record_type)
		text_cookies(r, rec->data);
	else if (rec->type == &check_record_type)
		text_check(r, rec->data);
	else if (rec->type == &connection_record_type)
		text_connection(r, rec->data);
	else if (rec->type == &comparison_record_type)
		comparison(r, rec->data);
	else if (rec->type == &summary_record_type)
		summary(r, rec->data);
}

static void event(struct report *r, const char *line)
{
	if (r->options->quiet)
		return;
	fprintf(r->out, "%s\n", line);
	report_flush(r);
}

const struct report_format report_text = {
	.name = "text",
	.help = "lines for people (default)",
	.target = target,
	.record = record,
	.event = event,
};
