/* SPDX-License-Identifier: BSD-2-Clause */
/* report.h - formats: each turns the records of a run into text on a stream. */
#ifndef TCPSHAKE_REPORT_REPORT_H
#define TCPSHAKE_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "result/field.h"

struct report_options {
	const struct record_type *rows; /* of each attempt: what a table has rows of */
	bool quiet;                     /* summaries only */
	bool verbose;                   /* segments, too */
	bool timestamps;                /* the time before each line */
	bool numeric;                   /* no names */
	bool color;
	bool terminal; /* somebody looks on: room for pictures */
	bool many;     /* several targets, or files: say which in each line */
	bool buffered; /* so many records that each need not be seen at once */
};

/* What is about to be tried; text only. */
struct report_target {
	const char *name;    /* as given */
	const char *address; /* "192.0.2.7" */
	unsigned int port;
	const char *source;
	const char *segment; /* "SYN mss 1460 sackOK TS wscale 7" */
};

struct report;

struct report_format {
	const char *name;
	const char *help;
	bool segments;                              /* it draws them, without -v, too */
	void (*begin)(struct report *r, ns_t wall); /* each may be NULL */
	void (*target)(struct report *r, const struct report_target *t);
	void (*record)(struct report *r, const struct record *record);
	void (*event)(struct report *r, const char *line);
	void (*end)(struct report *r);
};

struct report {
	const struct report_format *format;
	const struct report_options *options;
	FILE *out;
	const char *path;                    /* NULL: standard output */
	unsigned int count;                  /* of records written */
	unsigned int tests, failed, skipped; /* for formats that number them */
	void *state;                         /* of the format, from begin to end */
	int error;                           /* errno of the first write that failed, or 0 */
};

/* The formats, ended by NULL. */
extern const struct report_format *const report_formats[];

/*
 * Open an output: "FORMAT" to standard output or "FORMAT:FILE". The spec must outlive the report.
 * -1 with ERR_USAGE for an unknown format, ERR_LOCAL for a file that does not open.
 */
int report_open(struct report *r, const char *spec, const struct report_options *options,
                struct err *e);

void report_begin(struct report *r, ns_t wall);
void report_target(struct report *r, const struct report_target *t);
void report_record(struct report *r, const struct record *record);
void report_event(struct report *r, const char *line);

/* What is written is to be seen now, unless the options say otherwise. */
void report_flush(struct report *r);

/* End the document and close the stream. -1 with ERR_LOCAL when not all could be written. */
int report_close(struct report *r, struct err *e);

extern const struct report_format report_text, report_json, report_jsonl, report_csv, report_tap,
	report_junit, report_mermaid;

#endif
