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

/* A row gathers here: a call of stdio for each of its cells would cost more than the cells. */
struct row {
	FILE *out;
	size_t len;
	char bytes[2048];
};

static void flush(struct row *row)
{
	fwrite_unlocked(row->bytes, 1, row->len, row->out);
	row->len = 0;
}

static void put(struct row *row, const char *s, size_t len)
{
	if (len > sizeof(row->bytes) - row->len)
		flush(row);
	if (len > sizeof(row->bytes)) {
		fwrite_unlocked(s, 1, len, row->out);
		return;
	}
	memcpy(row->bytes + row->len, s, len);
	row->len += len;
}

static void put_text(struct row *row, const char *s)
{
	put(row, s, strlen(s));
}

/* Quoted where a reader would stumble over it. */
static void quoted(struct row *row, const char *s)
{
	size_t len, plain;

	if (s == NULL)
		return;
	len = strlen(s);
	if (strcspn(s, ",\"\r\n") == len) {
		put(row, s, len);
		return;
	}
	put(row, "\"", 1);
	while (plain = strcspn(s, "\""), s[plain] != '\0') {
		put(row, s, plain + 1);
		put(row, "\"", 1);
		s += plain + 1;
	}
	put(row, s, plain);
	put(row, "\"", 1);
}

/* Several texts in one cell, separated by spaces. */
static void texts_cell(struct row *row, const struct field_list *list)
{
	const char *const *s = list->items;

	for (uint32_t i = 0; i < list->count; i++) {
		if (i > 0)
			put(row, " ", 1);
		put_text(row, s[i]);
	}
}

static void number_cell(struct row *row, const struct field *f, const void *at)
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
	put_text(row, number);
}

static void time_cell(struct row *row, const void *at)
{
	char text[NS_RFC3339_MAX];
	ns_t v;

	memcpy(&v, at, sizeof(v));
	if (v == NS_NONE)
		return;
	ns_rfc3339(text, v);
	put_text(row, text);
}

static void share_cell(struct row *row, const void *at)
{
	char text[FIELD_NUMBER_MAX];
	double v;

	memcpy(&v, at, sizeof(v));
	if (v < 0)
		return;
	snprintf(text, sizeof(text), "%.6g", v);
	put_text(row, text);
}

static void cell(struct row *row, const struct field *f, const void *at)
{
	const char *s;

	switch (f->type) {
	case FIELD_TEXT:
		memcpy(&s, at, sizeof(s));
		quoted(row, s);
		break;
	case FIELD_CHARS:
		quoted(row, at);
		break;
	case FIELD_INT:
	case FIELD_US:
		number_cell(row, f, at);
		break;
	case FIELD_PERCENT:
	case FIELD_FRACTION:
		share_cell(row, at);
		break;
	case FIELD_BOOL:
		if (*(const int8_t *)at >= 0)
			put_text(row, *(const int8_t *)at > 0 ? "true" : "false");
		break;
	case FIELD_TIME:
		time_cell(row, at);
		break;
	case FIELD_TEXTS:
		texts_cell(row, at);
		break;
	case FIELD_OBJECT:
	case FIELD_OPTIONAL:
	case FIELD_OBJECTS:
	case FIELD_NUMBERS:
		break;
	}
}

static void cells(struct row *row, const struct field *fields, const void *data, bool *first)
{
	for (; fields->name != NULL; fields++) {
		const void *at = (const uint8_t *)data + fields->offset;

		if (has_fields(fields)) {
			cells(row, fields->sub, at, first);
			continue;
		}
		if (!has_column(fields))
			continue;
		if (!*first)
			put(row, ",", 1);
		*first = false;
		cell(row, fields, at);
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
	struct row row;
	bool first = true;

	if (rec->type != r->options->rows)
		return;
	row.out = r->out;
	row.len = 0;
	cells(&row, rec->type->fields, rec->data, &first);
	put(&row, "\r\n", 2);
	flush(&row);
	report_flush(r);
}

const struct report_format report_csv = {
	.name = "csv",
	.help = "a table of attempts",
	.begin = begin,
	.record = record,
};
