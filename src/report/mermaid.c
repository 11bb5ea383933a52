/* SPDX-License-Identifier: BSD-2-Clause */
/* mermaid.c - a sequence diagram of each attempt's segments, for documents that draw Mermaid. */
#include <string.h>

#include "report/outcome.h"
#include "report/report.h"

/* Mermaid ends a message at a semicolon or a hash, and reads angle brackets as HTML. */
static void escaped(FILE *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (strchr(";#<>", *s) != NULL)
			fprintf(out, "#%d;", *s);
		else
			fputc(*s, out);
	}
}

/* A note over an end whose state the segment changed. */
static void note(FILE *out, const char *end, const char **before, const char *now)
{
	if (now == NULL || (*before != NULL && strcmp(*before, now) == 0))
		return;
	fprintf(out, "    Note over %s: %s\n", end, now);
	*before = now;
}

static void segments(FILE *out, const struct field_list *list)
{
	const struct segment_record *s = list->items;
	const char *client = NULL, *server = NULL;

	for (uint32_t i = 0; i < list->count; i++, s++) {
		bool ours = s->direction[0] == 'o';

		fprintf(out, "    %s->>%s: %+.6f ", ours ? "client" : "server",
		        ours ? "server" : "client", (double)s->time / 1e9);
		escaped(out, s->text);
		fputc('\n', out);
		note(out, "client", &client, s->client);
		note(out, "server", &server, s->server);
	}
}

static void record(struct report *r, const struct record *rec)
{
	struct outcome o;

	if (!outcome_of(rec, &o))
		return;
	fputs(r->tests++ > 0 ? "\n" : "", r->out);
	fputs("sequenceDiagram\n    title ", r->out);
	escaped(r->out, o.name);
	fprintf(r->out, ": %s\n    participant client\n    participant server\n", o.verdict);
	segments(r->out, &o.segments);
	if (o.expected != NULL && o.got != NULL && o.got[0] != '\0') {
		fputs("    Note over client,server: expected ", r->out);
		escaped(r->out, o.expected);
		fputs(", got ", r->out);
		escaped(r->out, o.got);
		fputc('\n', r->out);
	}
	report_flush(r);
}

const struct report_format report_mermaid = {
	.name = "mermaid",
	.help = "sequence diagrams",
	.segments = true,
	.record = record,
};
