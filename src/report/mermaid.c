/* SPDX-License-Identifier: BSD-2-Clause */
/* mermaid.c - a sequence diagram of each attempt's segments, for documents that draw Mermaid. */
#include <string.h>

#include "report/outcome.h"
#include "report/report.h"
#include "result/timeline.h"

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

/* "client->>server: +0.000123 S 0:0(0)": segments have solid lines, the messages in them dotted ones. */
static void arrow(FILE *out, const char *direction, const char *line, ns_t time, const char *text)
{
	bool ours = direction[0] == 'o';

	fprintf(out, "    %s%s%s: %+.6f ", ours ? "client" : "server", line,
	        ours ? "server" : "client", (double)time / 1e9);
	escaped(out, text);
	fputc('\n', out);
}

static void message(FILE *out, const struct message_record *m)
{
	char buf[256];
	struct text t = text_into(buf, sizeof(buf));

	message_record_put(&t, m);
	arrow(out, m->direction, "-->>", m->time, buf);
}

static void exchange(FILE *out, struct timeline *t)
{
	const struct segment_record *s;
	const struct message_record *m;
	const char *client = NULL, *server = NULL;

	while (timeline_next(t, &s, &m)) {
		if (s == NULL) {
			message(out, m);
			continue;
		}
		arrow(out, s->direction, "->>", s->time, s->text);
		note(out, "client", &client, s->client);
		note(out, "server", &server, s->server);
	}
}

static void record(struct report *r, const struct record *rec)
{
	struct timeline t;
	struct outcome o;

	if (!outcome_of(rec, &o))
		return;
	fputs(r->tests++ > 0 ? "\n" : "", r->out);
	fputs("sequenceDiagram\n    title ", r->out);
	escaped(r->out, o.name);
	fprintf(r->out, ": %s\n    participant client\n    participant server\n", o.verdict);
	t = (struct timeline){.segments = o.segments, .messages = o.messages};
	exchange(r->out, &t);
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
