/* SPDX-License-Identifier: BSD-2-Clause */
/* tap.c - Test Anything Protocol, version 14: a test for each attempt. */
#include <string.h>

#include "report/outcome.h"
#include "report/report.h"

static void begin(struct report *r, ns_t wall)
{
	(void)wall;
	fputs("TAP version 14\n", r->out);
}

/* A description ends at a hash, and a line at its end. */
static void escaped(FILE *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '#' || *s == '\\')
			fputc('\\', out);
		fputc(*s == '\n' ? ' ' : *s, out);
	}
}

/* A YAML scalar in double quotes. */
static void yaml(FILE *out, const char *key, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	fprintf(out, "  %s: \"", key);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			fputc('\\', out);
		fputc(*value, out);
	}
	fputs("\"\n", out);
}

static void diagnostics(struct report *r, const struct outcome *o)
{
	const struct segment_record *s = o->segments.items;

	fputs("  ---\n", r->out);
	yaml(r->out, "message", o->why);
	yaml(r->out, "severity", o->verdict);
	yaml(r->out, "expected", o->expected);
	yaml(r->out, "got", o->got);
	yaml(r->out, "rfc", o->rfc);
	if (o->segments.count > 0)
		fputs("  segments: |\n", r->out);
	for (uint32_t i = 0; i < o->segments.count; i++)
		fprintf(r->out, "    %+.6f %c %s\n", (double)s[i].time / 1e9,
		        s[i].direction[0] == 'o' ? '>' : '<', s[i].text);
	fputs("  ...\n", r->out);
}

static void record(struct report *r, const struct record *rec)
{
	struct outcome o;

	if (!outcome_of(rec, &o))
		return;
	fprintf(r->out, "%s %u - ", o.kind == OUTCOME_FAILED ? "not ok" : "ok", ++r->tests);
	escaped(r->out, o.name);
	if (o.kind == OUTCOME_SKIPPED)
		fputs(" # SKIP ", r->out);
	if (o.kind == OUTCOME_SKIPPED && o.why != NULL)
		escaped(r->out, o.why);
	fputc('\n', r->out);
	if (o.kind == OUTCOME_FAILED ||
	    (o.kind == OUTCOME_PASSED && strcmp(o.verdict, "warn") == 0))
		diagnostics(r, &o);
	report_flush(r);
}

static void event(struct report *r, const char *line)
{
	fprintf(r->out, "# %s\n", line);
}

static void end(struct report *r)
{
	fprintf(r->out, "1..%u\n", r->tests);
}

const struct report_format report_tap = {
	.name = "tap",
	.help = "Test Anything Protocol 14",
	.begin = begin,
	.record = record,
	.event = event,
	.end = end,
};
