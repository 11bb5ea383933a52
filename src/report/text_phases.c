/* SPDX-License-Identifier: BSD-2-Clause */
/* text_phases.c - how long each phase of a connection took: in a line, or as a waterfall on a terminal. */
#include "report/text.h"

#define BAR_WIDTH 50 /* characters for all phases together */

struct phase {
	const char *name;
	ns_t took;
};

#define PHASES 6

/* In order; those that were not reached are NS_NONE. */
static void list_phases(const struct probe_record *p, struct phase out[static PHASES])
{
	const struct phases_record *x = &p->phases;

	out[0] = (struct phase){"dns", x->dns};
	out[1] = (struct phase){"tcp", x->tcp};
	out[2] = (struct phase){"tls", x->tls};
	out[3] = (struct phase){"http", x->http};
	out[4] = (struct phase){"ws", x->ws};
	out[5] = (struct phase){"close", x->close};
}

/* From the first SYN on: looking the name up is not part of it, and is not there in later attempts. */
static ns_t total(const struct phase *phases)
{
	ns_t all = 0;

	for (int i = 1; i < PHASES; i++)
		if (phases[i].took != NS_NONE)
			all += phases[i].took;
	return all;
}

static void line(struct report *r, const struct probe_record *p, const struct phase *phases)
{
	text_prefix(r, p->time, p->address, p->port);
	fprintf(r->out, "seq=%lld phases", (long long)p->seq);
	for (int i = 0; i < PHASES; i++)
		if (phases[i].took != NS_NONE)
			fprintf(r->out, " %s=%.3f", phases[i].name, (double)phases[i].took / 1e6);
	fprintf(r->out, " total=%.3f ms\n", (double)total(phases) / 1e6);
}

/* Characters up to this moment. */
static int column(ns_t at, ns_t all)
{
	return all == 0 ? 0 : (int)((double)at * BAR_WIDTH / (double)all + 0.5);
}

static void bar(struct report *r, const struct phase *p, ns_t begin, ns_t all)
{
	int from = column(begin, all), to = column(begin + p->took, all);

	fprintf(r->out, "  %-5s %10.3f ms  %s%*s", p->name, (double)p->took / 1e6,
	        text_paint(r, TEXT_DIM), from, "");
	fputs(to > from ? "" : "|", r->out);
	for (int i = from; i < to; i++)
		fputc('#', r->out);
	fprintf(r->out, "%s\n", text_paint(r, TEXT_PLAIN));
}

static void waterfall(struct report *r, const struct phase *phases)
{
	ns_t dns = phases[0].took == NS_NONE ? 0 : phases[0].took;
	ns_t all = total(phases) + dns, at = 0;

	for (int i = 0; i < PHASES; i++) {
		if (phases[i].took == NS_NONE)
			continue;
		bar(r, &phases[i], at, all);
		at += phases[i].took;
	}
	fprintf(r->out, "  total %10.3f ms\n", (double)(all - dns) / 1e6);
}

void text_phases(struct report *r, const struct probe_record *p)
{
	struct phase phases[PHASES];

	if (!p->exchange.spoken || p->phases.tcp == NS_NONE)
		return;
	list_phases(p, phases);
	if (r->options->terminal)
		waterfall(r, phases);
	else
		line(r, p, phases);
}
