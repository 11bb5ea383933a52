/* SPDX-License-Identifier: BSD-2-Clause */
/* json_write.c - a streaming writer (RFC 8259) over declared fields. */
#include "report/json_write.h"

#include <string.h>

#include "base/digits.h"

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

void json_write_string(FILE *out, const char *str)
{
	const unsigned char *s = (const unsigned char *)str;

	putc_unlocked('"', out);
	while (*s != '\0') {
		size_t plain = plain_len(s), len;

		fwrite_unlocked(s, 1, plain, out);
		s += plain;
		if (*s == '\0')
			break;
		len = utf8_len(s);
		if (len == 0) {
			fputs_unlocked("\\ufffd", out);
			s++;
			continue;
		}
		if (*s == '"' || *s == '\\')
			fprintf(out, "\\%c", *s);
		else if (*s < 0x20 || *s == 0x7f)
			fprintf(out, "\\u%04x", *s);
		else
			fwrite_unlocked(s, 1, len, out);
		s += len;
	}
	putc_unlocked('"', out);
}

static void write_fields(FILE *out, const struct field *fields, const void *data,
                         const char *comma);

static void write_text(FILE *out, const char *s)
{
	if (s == NULL || *s == '\0')
		fputs_unlocked("null", out);
	else
		json_write_string(out, s);
}

static void write_int(FILE *out, const void *at)
{
	char number[DIGITS_MAX];
	int64_t v;

	memcpy(&v, at, sizeof(v));
	if (v == FIELD_NULL) {
		fputs_unlocked("null", out);
		return;
	}
	digits_put(number, v);
	fputs_unlocked(number, out);
}

static void write_us(FILE *out, const void *at)
{
	char number[FIELD_NUMBER_MAX];
	ns_t v;

	memcpy(&v, at, sizeof(v));
	if (v == NS_NONE) {
		fputs_unlocked("null", out);
		return;
	}
	field_us_text(number, v);
	fputs_unlocked(number, out);
}

static void write_time(FILE *out, const void *at)
{
	char text[NS_RFC3339_MAX];
	ns_t v;

	memcpy(&v, at, sizeof(v));
	if (v == NS_NONE) {
		fputs_unlocked("null", out);
		return;
	}
	ns_rfc3339(text, v);
	json_write_string(out, text);
}

static void write_share(FILE *out, const void *at)
{
	double v;

	memcpy(&v, at, sizeof(v));
	if (v < 0)
		fputs_unlocked("null", out);
	else
		fprintf(out, "%.6g", v);
}

static void write_numbers(FILE *out, const struct field_list *list)
{
	const struct field_number *n = list->items;

	putc_unlocked('{', out);
	for (uint32_t i = 0; i < list->count; i++) {
		char number[FIELD_NUMBER_MAX];

		field_double_text(number, n[i].value);
		fprintf(out, "%s\"%s\":%s", i > 0 ? "," : "", n[i].name, number);
	}
	putc_unlocked('}', out);
}

static void write_texts(FILE *out, const struct field_list *list)
{
	const char *const *s = list->items;

	putc_unlocked('[', out);
	for (uint32_t i = 0; i < list->count; i++) {
		if (i > 0)
			putc_unlocked(',', out);
		write_text(out, s[i]);
	}
	putc_unlocked(']', out);
}

static void write_objects(FILE *out, const struct field *f, const struct field_list *list)
{
	const uint8_t *item = list->items;

	if (item == NULL) {
		fputs_unlocked("null", out);
		return;
	}
	putc_unlocked('[', out);
	for (uint32_t i = 0; i < list->count; i++, item += f->item_size) {
		if (i > 0)
			putc_unlocked(',', out);
		putc_unlocked('{', out);
		write_fields(out, f->sub, item, "");
		putc_unlocked('}', out);
	}
	putc_unlocked(']', out);
}

static void write_value(FILE *out, const struct field *f, const void *at)
{
	const char *s;

	switch (f->type) {
	case FIELD_TEXT:
		memcpy(&s, at, sizeof(s));
		write_text(out, s);
		break;
	case FIELD_CHARS:
		write_text(out, at);
		break;
	case FIELD_INT:
		write_int(out, at);
		break;
	case FIELD_US:
		write_us(out, at);
		break;
	case FIELD_PERCENT:
	case FIELD_FRACTION:
		write_share(out, at);
		break;
	case FIELD_BOOL:
		fputs_unlocked(*(const int8_t *)at < 0   ? "null"
		               : *(const int8_t *)at > 0 ? "true"
		                                         : "false",
		               out);
		break;
	case FIELD_TIME:
		write_time(out, at);
		break;
	case FIELD_OPTIONAL:
		if (field_is_null(f->sub, (const uint8_t *)at + f->sub->offset)) {
			fputs_unlocked("null", out);
			break;
		}
		/* fall through */
	case FIELD_OBJECT:
		putc_unlocked('{', out);
		write_fields(out, f->sub, at, "");
		putc_unlocked('}', out);
		break;
	case FIELD_TEXTS:
		write_texts(out, at);
		break;
	case FIELD_OBJECTS:
		write_objects(out, f, at);
		break;
	case FIELD_NUMBERS:
		write_numbers(out, at);
		break;
	}
}

static void write_fields(FILE *out, const struct field *fields, const void *data, const char *comma)
{
	const uint8_t *at = data;

	for (; fields->name != NULL; fields++) {
		fputs_unlocked(comma, out);
		putc_unlocked('"', out);
		fputs_unlocked(fields->name, out);
		fputs_unlocked("\":", out);
		write_value(out, fields, at + fields->offset);
		comma = ",";
	}
}

void json_write_record(FILE *out, const struct record *r)
{
	fprintf(out, "{\"schema\":\"" JSON_SCHEMA "\",\"type\":\"%s\"", r->type->name);
	write_fields(out, r->type->fields, r->data, ",");
	putc_unlocked('}', out);
}
