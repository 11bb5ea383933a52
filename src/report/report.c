/* SPDX-License-Identifier: BSD-2-Clause */
/* report.c - the table of formats, and opening and closing of an output. */
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const struct report_format *const report_formats[] = {
	&report_text, &report_json,  &report_jsonl,   &report_csv,
	&report_tap,  &report_junit, &report_mermaid, NULL,
};

static const struct report_format *find(const char *name, size_t len)
{
	for (size_t i = 0; report_formats[i] != NULL; i++)
		if (strlen(report_formats[i]->name) == len &&
		    strncmp(report_formats[i]->name, name, len) == 0)
			return report_formats[i];
	return NULL;
}

static int unknown(const char *spec, size_t len, struct err *e)
{
	char buf[128];
	struct text t = text_into(buf, sizeof(buf));

	for (size_t i = 0; report_formats[i] != NULL; i++)
		text_add(&t, "%s%s", i > 0 ? ", " : "", report_formats[i]->name);
	return err_set(e, ERR_USAGE, "-o '%.*s': no such format: there are %s", (int)len, spec,
	               buf);
}

int report_open(struct report *r, const char *spec, const struct report_options *options,
                struct err *e)
{
	size_t len = strcspn(spec, ":");

	*r = (struct report){.format = find(spec, len), .options = options, .out = stdout};
	if (r->format == NULL)
		return unknown(spec, len, e);
	if (spec[len] == '\0')
		return 0;
	r->path = spec + len + 1;
	if (*r->path == '\0')
		return err_set(e, ERR_USAGE, "-o '%s': a file name must follow the colon", spec);
	r->out = fopen(r->path, "we");
	if (r->out == NULL)
		return err_sys(e, ERR_LOCAL, errno, "opening '%s' for writing", r->path);
	return 0;
}

/* To be called right after writing: errno does not last. */
static void note_error(struct report *r)
{
	if (r->error == 0 && ferror(r->out) != 0)
		r->error = errno;
}

void report_begin(struct report *r, ns_t wall)
{
	if (r->format->begin != NULL)
		r->format->begin(r, wall);
	note_error(r);
}

void report_target(struct report *r, const struct report_target *t)
{
	if (r->format->target != NULL)
		r->format->target(r, t);
	note_error(r);
}

void report_record(struct report *r, const struct record *record)
{
	r->format->record(r, record);
	r->count++;
	note_error(r);
}

void report_event(struct report *r, const char *line)
{
	if (r->format->event != NULL)
		r->format->event(r, line);
	note_error(r);
}

void report_flush(struct report *r)
{
	if (!r->options->buffered)
		fflush(r->out);
}

int report_close(struct report *r, struct err *e)
{
	if (r->out == NULL)
		return 0;
	if (r->format->end != NULL)
		r->format->end(r);
	fflush(r->out);
	note_error(r);
	if (r->path != NULL && fclose(r->out) != 0 && r->error == 0)
		r->error = errno;
	r->out = NULL;
	if (r->error == 0)
		return 0;
	return err_sys(e, ERR_LOCAL, r->error, "writing %s",
	               r->path != NULL ? r->path : "standard output");
}
