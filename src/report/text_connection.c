/* SPDX-License-Identifier: BSD-2-Clause */
/* text_connection.c - a connection of a capture file in a line; with -v its findings and ladder. */
#include <string.h>

#include "report/text.h"

static enum text_color color_of(const struct connection_record *c)
{
	if (strcmp(c->close.verdict, "fail") == 0)
		return TEXT_RED;
	if (strcmp(c->state, "open") != 0 || strcmp(c->close.verdict, "warn") == 0)
		return TEXT_YELLOW;
	return TEXT_PLAIN;
}

static void findings(struct report *r, const struct connection_record *c)
{
	const struct finding_record *f = c->findings.items;

	for (uint32_t i = 0; i < c->findings.count; i++, f++) {
		fprintf(r->out, "    %s: %s%s%s", f->verdict, f->id,
		        f->by != NULL ? " by the " : "", f->by != NULL ? f->by : "");
		if (f->frame != FIELD_NULL)
			fprintf(r->out, ", frame %lld", (long long)f->frame);
		fprintf(r->out, ": %s [%s%s%s]\n", f->detail, f->rule,
		        f->check != NULL ? "; check " : "", f->check != NULL ? f->check : "");
	}
}

void text_connection(struct report *r, const struct connection_record *c)
{
	char buf[640];
	struct text t = text_into(buf, sizeof(buf));

	if (r->options->quiet)
		return;
	text_stamp(r, c->time);
	if (r->options->many)
		fprintf(r->out, "%s: ", c->file);
	connection_record_line(&t, c);
	fprintf(r->out, "%s%s%s\n", text_paint(r, color_of(c)), buf, text_paint(r, TEXT_PLAIN));
	if (r->options->verbose) {
		findings(r, c);
		text_ladder(r, &c->frames);
	}
	report_flush(r);
}

static void put_times(struct report *r, const char *what, const struct rtt_record *t)
{
	if (t->min == NS_NONE)
		return;
	fprintf(r->out,
	        "%s min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms, p50/p90/p95/p99 = "
	        "%.3f/%.3f/%.3f/%.3f ms\n",
	        what, (double)t->min / 1e6, (double)t->avg / 1e6, (double)t->max / 1e6,
	        (double)t->mdev / 1e6, (double)t->p50 / 1e6, (double)t->p90 / 1e6,
	        (double)t->p95 / 1e6, (double)t->p99 / 1e6);
}

static void put_nonzero(struct report *r, int64_t n, const char *what)
{
	if (n > 0)
		fprintf(r->out, ", %lld %s", (long long)n, what);
}

void text_capture(struct report *r, const struct summary_record *s)
{
	const struct capture_record *c = &s->capture;

	fprintf(r->out, "--- %s connection statistics ---\n",
	        strcmp(s->target, "-") == 0 ? "standard input" : s->target);
	fprintf(r->out,
	        "%lld frames, %lld TCP segments, %lld connection%s: %lld open, %lld closed, %lld "
	        "filtered",
	        (long long)c->frames, (long long)c->segments, (long long)s->sent,
	        s->sent == 1 ? "" : "s", (long long)s->open, (long long)s->closed,
	        (long long)s->filtered);
	put_nonzero(r, s->unreachable, "unreachable");
	put_nonzero(r, c->midstream, "midstream");
	put_nonzero(r, c->half_open, "half-open");
	put_nonzero(r, c->reset, "reset");
	put_nonzero(r, c->warned, "warn");
	put_nonzero(r, c->failed, "fail");
	put_nonzero(r, c->retransmits, "retransmits");
	put_nonzero(r, c->damaged, "damaged segments");
	put_nonzero(r, c->copies, "captured twice");
	put_nonzero(r, c->undecoded, "frames not decoded");
	put_nonzero(r, c->datagrams_lost, "incomplete datagrams");
	put_nonzero(r, c->cut_off, "cut off by --max-flows");
	put_nonzero(r, c->dropped, "dropped");
	fputc('\n', r->out);
	put_times(r, "rtt", &s->rtt);
	put_times(r, "handshake", &c->handshake);
}
