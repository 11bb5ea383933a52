/* SPDX-License-Identifier: BSD-2-Clause */
/* csv.c - attempts as a table (RFC 4180): a column for each declared field, nested names with dots. */
#include <assert.h>
#include <string.h>

#include "report/report.h"

typedef void cell_fn(FILE *out, const struct field *f, const char *path, const void *at);

/* Visit the columns in order; lists of objects have none. Without data, for the header. */
static void each_column(FILE *out, const struct field *fields, const char *prefix, const void *data,
                        cell_fn *cell, bool *first)
{
	for (; fields->name != NULL; fields++) {
		const void *at = data == NULL ? NULL : (const uint8_t *)data + fields->offset;
		char path[96];

		snprintf(path, sizeof(path), "%s%s", prefix, fields->name);
		if (fields->type == FIELD_OBJECT || fields->type == FIELD_OPTIONAL) {
			strncat(path, ".", sizeof(path) - strlen(path) - 1);
			each_column(out, fields->sub, path, at, cell, first);
			continue;
		}
		if (fields->type == FIELD_OBJECTS || fields->type == FIELD_NUMBERS)
			continue;
		if (!*first)
			fputc(',', out);
		*first = false;
		cell(out, fields, path, at);
	}
}

static void name_cell(FILE *out, const struct field *f, const char *path, const void *at)
{
	(void)f;
	(void)at;
	fputs(path, out);
}

/* Quoted where a reader would stumble over it. */
static void quoted(FILE *out, const char *s)
{
	if (s == NULL)
		return;
	if (strpbrk(s, ",\"\r\n") == NULL) {
		fputs(s, out);
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

	for (uint32_t i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i > 0 ? " " : "", s[i]);
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
		snprintf(number, sizeof(number), "%lld", (long long)v);
	fputs(number, out);
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

static void value_cell(FILE *out, const struct field *f, const char *path, const void *at)
{
	const char *s;

	(void)path;
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

static void row(struct report *r, const struct field *fields, const void *data, cell_fn *cell)
{
	bool first = true;

	assert(data != NULL || cell == name_cell);
	each_column(r->out, fields, "", data, cell, &first);
	fputs("\r\n", r->out);
	report_flush(r);
}

static void begin(struct report *r, ns_t wall)
{
	(void)wall;
	row(r, r->options->rows->fields, NULL, name_cell);
}

/* One table has one kind of rows: the attempts. */
static void record(struct report *r, const struct record *rec)
{
	if (rec->type == r->options->rows)
		row(r, rec->type->fields, rec->data, value_cell);
}

const struct report_format report_csv = {
	.name = "csv",
	.help = "a table of attempts",
	.begin = begin,
	.record = record,
};
