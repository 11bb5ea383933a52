/* SPDX-License-Identifier: BSD-2-Clause */
/* text_check.c - a check in a line; where it failed, what was expected, what came, and the ladder. */
#include <string.h>

#include "report/text.h"

static enum text_color color_of(const char *verdict)
{
	if (strcmp(verdict, "pass") == 0)
		return TEXT_GREEN;
	if (strcmp(verdict, "fail") == 0)
		return TEXT_RED;
	return strcmp(verdict, "warn") == 0 ? TEXT_YELLOW : TEXT_PLAIN;
}

static void ladder(struct report *r, const struct check_record *c)
{
	const struct segment_record *s = c->segments.items;

	for (uint32_t i = 0; i < c->segments.count; i++) {
		if (i > 0 && s[i].direction[0] == 'o' && strncmp(s[i].text, "S 0:0", 5) == 0)
			fputs("    once more:\n", r->out);
		text_ladder(r, &(struct field_list){&s[i], 1});
	}
}

static void details(struct report *r, const struct check_record *c)
{
	if (c->got[0] != '\0')
		fprintf(r->out, "    expected: %s; got: %s [%s]\n", c->expected, c->got, c->rfc);
	ladder(r, c);
	if (c->gone == 0)
		fputs("    the reset at the end is not confirmed: the connection may be left\n",
		      r->out);
}

void text_check(struct report *r, const struct check_record *c)
{
	bool failed = strcmp(c->verdict, "fail") == 0 || c->changed == 1;
	char buf[640];
	struct text t = text_into(buf, sizeof(buf));

	if (r->options->quiet || c->address[0] == '\0')
		return;
	text_prefix(r, c->time, c->address, c->port);
	check_record_line(&t, c);
	fprintf(r->out, "%s%s%s\n", text_paint(r, color_of(c->verdict)), buf,
	        text_paint(r, TEXT_PLAIN));
	if (failed || r->options->verbose)
		details(r, c);
	report_flush(r);
}

void text_check_counts(struct report *r, const struct summary_record *s)
{
	const struct checks_record *c = &s->checks;
	int64_t all = c->pass + c->info + c->warn + c->fail + c->inconclusive + c->skipped;

	if (c->pass == FIELD_NULL) {
		fputs("no checks\n", r->out);
		return;
	}
	fprintf(r->out,
	        "%lld check%s: %lld pass, %lld info, %lld warn, %lld fail, %lld inconclusive, %lld "
	        "skipped",
	        (long long)all, all == 1 ? "" : "s", (long long)c->pass, (long long)c->info,
	        (long long)c->warn, (long long)c->fail, (long long)c->inconclusive,
	        (long long)c->skipped);
	if (c->changed != FIELD_NULL)
		fprintf(r->out, "; %lld changed", (long long)c->changed);
	if (s->capture_dropped > 0)
		fprintf(r->out, "; %lld frames lost by the capture", (long long)s->capture_dropped);
	fputc('\n', r->out);
	if (s->fingerprint[0] != '\0')
		fprintf(r->out, "answers like %s\n", s->fingerprint);
}
