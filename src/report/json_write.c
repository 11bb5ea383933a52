/* SPDX-License-Identifier: BSD-2-Clause */
/* json_write.c - a streaming writer (RFC 8259) over declared fields. */
#include "report/json_write.h"

#include <string.h>

#include "base/digits.h"
#include "report/gather.h"

#define ESCAPE_MAX 8 /* "\\u001f" */

/* Length of the UTF-8 character at `s`, or 0 where there is none (RFC 3629 4). */
static size_t utf8_len(const unsigned char *s)
{
	size_t len = s[0] < 0x80                   ? 1
	             : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
	             : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
	                                           : 4;

	if (s[0] >= 0x80 && (s[0] < 0xc2 || s[0] > 0xf4))
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

/* Characters of ASCII that stand for themselves. */
static size_t plain_len(const unsigned char *s)
{
	size_t n = 0;

	while (s[n] >= 0x20 && s[n] < 0x7f && s[n] != '"' && s[n] != '\\')
		n++;
	return n;
}

/* What cannot stand in a string as it is, at `s`: an escape takes its place. Returns what it replaces. */
static size_t write_escaped(struct gather *g, const unsigned char *s)
{
	size_t len = utf8_len(s);
	char *room = gather_room(g, ESCAPE_MAX);

	if (len == 0) {
		gather_text(g, "\\ufffd");
		return 1;
	}
	if (*s == '"' || *s == '\\')
		g->len += (size_t)snprintf(room, ESCAPE_MAX, "\\%c", *s);
	else if (*s < 0x20 || *s == 0x7f)
		g->len += (size_t)snprintf(room, ESCAPE_MAX, "\\u%04x", *s);
	else
		gather_put(g, (const char *)s, len);
	return len;
}

static void write_string(struct gather *g, const char *str)
{
	const unsigned char *s = (const unsigned char *)str;

	gather_put(g, "\"", 1);
	for (;;) {
		size_t plain = plain_len(s);

		gather_put(g, (const char *)s, plain);
		s += plain;
		if (*s == '\0')
			break;
		s += write_escaped(g, s);
	}
	gather_put(g, "\"", 1);
}

void json_write_string(FILE *out, const char *s)
{
	struct gather g;

	gather_to(&g, out);
	write_string(&g, s);
	gather_flush(&g);
}

static void write_fields(struct gather *g, const struct field *fields, const void *data,
                         const char *comma);

static void write_name(struct gather *g, const char *before, const char *name)
{
	gather_text(g, before);
	gather_put(g, "\"", 1);
	gather_text(g, name);
	gather_put(g, "\":", 2);
}

static void write_null(struct gather *g)
{
	gather_put(g, "null", 4);
}

static void write_text(struct gather *g, const char *s)
{
	if (s == NULL || *s == '\0')
		write_null(g);
	else
		write_string(g, s);
}

static void write_int(struct gather *g, const void *at)
{
	int64_t v;

	memcpy(&v, at, sizeof(v));
	if (v == FIELD_NULL)
		write_null(g);
	else
		g->len += digits_put(gather_room(g, DIGITS_MAX), v);
}

static void write_us(struct gather *g, const void *at)
{
	ns_t v;

	memcpy(&v, at, sizeof(v));
	if (v == NS_NONE)
		write_null(g);
	else
		g->len += field_us_text(gather_room(g, FIELD_NUMBER_MAX), v);
}

static void write_time(struct gather *g, const void *at)
{
	char text[NS_RFC3339_MAX];
	ns_t v;

	memcpy(&v, at, sizeof(v));
	if (v == NS_NONE) {
		write_null(g);
		return;
	}
	ns_rfc3339(text, v);
	gather_put(g, "\"", 1);
	gather_text(g, text);
	gather_put(g, "\"", 1);
}

static void write_share(struct gather *g, const void *at)
{
	char text[FIELD_NUMBER_MAX];
	double v;

	memcpy(&v, at, sizeof(v));
	if (v < 0) {
		write_null(g);
		return;
	}
	snprintf(text, sizeof(text), "%.6g", v);
	gather_text(g, text);
}

static void write_numbers(struct gather *g, const struct field_list *list)
{
	const struct field_number *n = list->items;

	gather_put(g, "{", 1);
	for (uint32_t i = 0; i < list->count; i++) {
		char number[FIELD_NUMBER_MAX];

		field_double_text(number, n[i].value);
		write_name(g, i > 0 ? "," : "", n[i].name);
		gather_text(g, number);
	}
	gather_put(g, "}", 1);
}

static void write_texts(struct gather *g, const struct field_list *list)
{
	const char *const *s = list->items;

	gather_put(g, "[", 1);
	for (uint32_t i = 0; i < list->count; i++) {
		if (i > 0)
			gather_put(g, ",", 1);
		write_text(g, s[i]);
	}
	gather_put(g, "]", 1);
}

static void write_objects(struct gather *g, const struct field *f, const struct field_list *list)
{
	const uint8_t *item = list->items;

	if (item == NULL) {
		write_null(g);
		return;
	}
	gather_put(g, "[", 1);
	for (uint32_t i = 0; i < list->count; i++, item += f->item_size) {
		if (i > 0)
			gather_put(g, ",", 1);
		gather_put(g, "{", 1);
		write_fields(g, f->sub, item, "");
		gather_put(g, "}", 1);
	}
	gather_put(g, "]", 1);
}

static void write_value(struct gather *g, const struct field *f, const void *at)
{
	const char *s;

	switch (f->type) {
	case FIELD_TEXT:
		memcpy(&s, at, sizeof(s));
		write_text(g, s);
		break;
	case FIELD_CHARS:
		write_text(g, at);
		break;
	case FIELD_INT:
		write_int(g, at);
		break;
	case FIELD_US:
		write_us(g, at);
		break;
	case FIELD_PERCENT:
	case FIELD_FRACTION:
		write_share(g, at);
		break;
	case FIELD_BOOL:
		gather_text(g, *(const int8_t *)at < 0   ? "null"
		               : *(const int8_t *)at > 0 ? "true"
		                                         : "false");
		break;
	case FIELD_TIME:
		write_time(g, at);
		break;
	case FIELD_OPTIONAL:
		if (field_is_null(f->sub, (const uint8_t *)at + f->sub->offset)) {
			write_null(g);
			break;
		}
		/* fall through */
	case FIELD_OBJECT:
		gather_put(g, "{", 1);
		write_fields(g, f->sub, at, "");
		gather_put(g, "}", 1);
		break;
	case FIELD_TEXTS:
		write_texts(g, at);
		break;
	case FIELD_OBJECTS:
		write_objects(g, f, at);
		break;
	case FIELD_NUMBERS:
		write_numbers(g, at);
		break;
	}
}

static void write_fields(struct gather *g, const struct field *fields, const void *data,
                         const char *comma)
{
	const uint8_t *at = data;

	for (; fields->name != NULL; fields++) {
		write_name(g, comma, fields->name);
		write_value(g, fields, at + fields->offset);
		comma = ",";
	}
}

void json_write_record(FILE *out, const struct record *r)
{
	struct gather g;

	gather_to(&g, out);
	gather_text(&g, "{\"schema\":\"" JSON_SCHEMA "\",\"type\":\"");
	gather_text(&g, r->type->name);
	gather_put(&g, "\"", 1);
	write_fields(&g, r->type->fields, r->data, ",");
	gather_put(&g, "}", 1);
	gather_flush(&g);
}
