/* SPDX-License-Identifier: BSD-2-Clause */
/* csv.c - attempts as a table (RFC 4180): a column for each declared field, nested names with dots. */
#include <string.h>

#include "base/digits.h"
#include "report/report.h"

static bool has_column(const struct field *f)
{
	return f->type != FIELD_OBJECTS && f->type != FIELD_NUMBERS;
}

static bool has_fields(const struct field *f)
{
	return f->type == FIELD_OBJECT || f->type == FIELD_OPTIONAL;
}

/* The columns in order, nested names with dots; lists of objects have none. */
static void names(FILE *out, const struct field *fields, const char *prefix, bool *first)
{
	for (; fields->name != NULL; fields++) {
		char path[96];

		snprintf(path, sizeof(path), "%s%s%s", prefix, fields->name,
		         has_fields(fields) ? "." : "");
		if (has_fields(fields)) {
			names(out, fields->sub, path, first);
			continue;
		}
		if (!has_column(fields))
			continue;
		fprintf(out, "%s%s", *first ? "" : ",", path);
		*first = false;
	}
}

/* Quoted where a reader would stumble over it. */
static void quoted(FILE *out, const char *s)
{
	if (s == NULL)
		return;
	if (strpbrk(s, ",\"\r\n") == NULL) {
		fputs_unlocked(s, out);
		return;
	}
	fputc('"', out);
	for (; *s != '\0'; s++) {
		if (*s == '"')
			fputc('"', out);
		fputc(*s, out);
	}
	fputc('"', out);
}

/* Several texts in one cell, separated by spaces. */
static void texts_cell(FILE *out, const struct field_list *list)
{
	const char *const *s = list->items;

	for (uint32_t i = 0; i < list->count; i++) {
		if (i > 0)
			putc_unlocked(' ', out);
		fputs_unlocked(s[i], out);
	}
}

static void number_cell(FILE *out, const struct field *f, const void *at)
{
	char number[FIELD_NUMBER_MAX];
	int64_t v;

	memcpy(&v, at, sizeof(v));
	if (v == FIELD_NULL)
		return;
	if (f->type == FIELD_US)
		field_us_text(number, v);
	else
		digits_put(number, v);
	fputs_unlocked(number, out);
}

static void time_cell(FILE *out, const void *at)
{
	char text[NS_RFC3339_MAX];
	ns_t v;

	memcpy(&v, at, sizeof(v));
	if (v == NS_NONE)
		return;
	ns_rfc3339(text, v);
	fputs(text, out);
}

static void share_cell(FILE *out, const void *at)
{
	double v;

	memcpy(&v, at, sizeof(v));
	if (v >= 0)
		fprintf(out, "%.6g", v);
}

static void cell(FILE *out, const struct field *f, const void *at)
{
	const char *s;

	switch (f->type) {
	case FIELD_TEXT:
		memcpy(&s, at, sizeof(s));
		quoted(out, s);
		break;
	case FIELD_CHARS:
		quoted(out, at);
		break;
	case FIELD_INT:
	case FIELD_US:
		number_cell(out, f, at);
		break;
	case FIELD_PERCENT:
	case FIELD_FRACTION:
		share_cell(out, at);
		break;
	case FIELD_BOOL:
		if (*(const int8_t *)at >= 0)
			fputs(*(const int8_t *)at > 0 ? "true" : "false", out);
		break;
	case FIELD_TIME:
		time_cell(out, at);
		break;
	case FIELD_TEXTS:
		texts_cell(out, at);
		break;
	case FIELD_OBJECT:
	case FIELD_OPTIONAL:
	case FIELD_OBJECTS:
	case FIELD_NUMBERS:
		break;
	}
}

static void cells(FILE *out, const struct field *fields, const void *data, bool *first)
{
	for (; fields->name != NULL; fields++) {
		const void *at = (const uint8_t *)data + fields->offset;

		if (has_fields(fields)) {
			cells(out, fields->sub, at, first);
			continue;
		}
		if (!has_column(fields))
			continue;
		if (!*first)
			putc_unlocked(',', out);
		*first = false;
		cell(out, fields, at);
	}
}

static void begin(struct report *r, ns_t wall)
{
	bool first = true;

	(void)wall;
	names(r->out, r->options->rows->fields, "", &first);
	fputs("\r\n", r->out);
	report_flush(r);
}

/* One table has one kind of rows: the attempts, or connections. */
static void record(struct report *r, const struct record *rec)
{
	bool first = true;

	if (rec->type != r->options->rows)
		return;
	cells(r->out, rec->type->fields, rec->data, &first);
	fputs("\r\n", r->out);
	report_flush(r);
}

const struct report_format report_csv = {
	.name = "csv",
	.help = "a table of attempts",
	.begin = begin,
	.record = record,
};
