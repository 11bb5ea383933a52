/* SPDX-License-Identifier: BSD-2-Clause */
/* csv.c - attempts as a table (RFC 4180): a column for each declared field, nested names with dots. */
#include <string.h>

#include "base/digits.h"
#include "report/gather.h"
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

/* Would a reader stumble over it? All characters that count are low: of most texts none is. */
static bool needs_quotes(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] <= ',' &&
		    (s[i] == ',' || s[i] == '"' || s[i] == '\r' || s[i] == '\n'))
			return true;
	return false;
}

static void text_cell(struct gather *row, const char *s)
{
	size_t len, plain;

	if (s == NULL)
		return;
	len = strlen(s);
	if (!needs_quotes(s, len)) {
		gather_put(row, s, len);
		return;
	}
	gather_put(row, "\"", 1);
	while (plain = strcspn(s, "\""), s[plain] != '\0') {
		gather_put(row, s, plain + 1);
		gather_put(row, "\"", 1);
		s += plain + 1;
	}
	gather_put(row, s, plain);
	gather_put(row, "\"", 1);
}

/* Several texts in one cell, separated by spaces. */
static void texts_cell(struct gather *row, const struct field_list *list)
{
	const char *const *s = list->items;

	for (uint32_t i = 0; i < list->count; i++) {
		if (i > 0)
			gather_put(row, " ", 1);
		gather_text(row, s[i]);
	}
}

static void number_cell(struct gather *row, const struct field *f, const void *at)
{
	char *room = gather_room(row, FIELD_NUMBER_MAX);
	int64_t v;

	memcpy(&v, at, sizeof(v));
	if (v != FIELD_NULL)
		row->len += f->type == FIELD_US ? field_us_text(room, v) : digits_put(room, v);
}

static void time_cell(struct gather *row, const void *at)
{
	char *room = gather_room(row, NS_RFC3339_MAX);
	ns_t v;

	memcpy(&v, at, sizeof(v));
	if (v == NS_NONE)
		return;
	ns_rfc3339(room, v);
	row->len += strlen(room);
}

static void share_cell(struct gather *row, const void *at)
{
	char text[FIELD_NUMBER_MAX];
	double v;

	memcpy(&v, at, sizeof(v));
	if (v < 0)
		return;
	snprintf(text, sizeof(text), "%.6g", v);
	gather_text(row, text);
}

static void cell(struct gather *row, const struct field *f, const void *at)
{
	const char *s;

	switch (f->type) {
	case FIELD_TEXT:
		memcpy(&s, at, sizeof(s));
		text_cell(row, s);
		break;
	case FIELD_CHARS:
		text_cell(row, at);
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
			gather_text(row, *(const int8_t *)at > 0 ? "true" : "false");
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

/* A comma follows each, the last one too. */
static void cells(struct gather *row, const struct field *fields, const void *data)
{
	for (; fields->name != NULL; fields++) {
		const void *at = (const uint8_t *)data + fields->offset;

		if (has_fields(fields)) {
			cells(row, fields->sub, at);
			continue;
		}
		if (!has_column(fields))
			continue;
		cell(row, fields, at);
		gather_put(row, ",", 1);
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
	struct gather row;

	if (rec->type != r->options->rows)
		return;
	gather_to(&row, r->out);
	cells(&row, rec->type->fields, rec->data);
	row.len--;
	gather_put(&row, "\r\n", 2);
	gather_flush(&row);
	report_flush(r);
}

const struct report_format report_csv = {
	.name = "csv",
	.help = "a table of attempts",
	.begin = begin,
	.record = record,
};
