/* SPDX-License-Identifier: BSD-2-Clause */
/* field.c - find a declared field by its path and read it. */
#include "result/field.h"

#include "base/digits.h"

#include <stdio.h>
#include <string.h>

static const struct field *find_name(const struct field *fields, const char *name, size_t len)
{
	for (; fields->name != NULL; fields++)
		if (strlen(fields->name) == len && strncmp(fields->name, name, len) == 0)
			return fields;
	return NULL;
}

static struct field_value number(bool null, double n)
{
	return (struct field_value){.null = null, .numeric = true, .number = n};
}

static struct field_value text(const char *s)
{
	return (struct field_value){.null = s == NULL || *s == '\0', .text = s};
}

static bool read_value(const struct field *f, const void *at, struct field_value *out)
{
	const char *s;
	int64_t i;
	double d;

	switch (f->type) {
	case FIELD_TEXT:
		memcpy(&s, at, sizeof(s));
		*out = text(s);
		return true;
	case FIELD_CHARS:
		*out = text(at);
		return true;
	case FIELD_INT:
		memcpy(&i, at, sizeof(i));
		*out = number(i == FIELD_NULL, (double)i);
		return true;
	case FIELD_US:
		memcpy(&i, at, sizeof(i));
		*out = number(i == NS_NONE, (double)i / 1e3);
		return true;
	case FIELD_PERCENT:
	case FIELD_FRACTION:
		memcpy(&d, at, sizeof(d));
		*out = number(d < 0, d);
		return true;
	case FIELD_BOOL:
		*out = number(*(const int8_t *)at < 0, *(const int8_t *)at);
		return true;
	case FIELD_TIME:
	case FIELD_OBJECT:
	case FIELD_OPTIONAL:
	case FIELD_TEXTS:
	case FIELD_OBJECTS:
	case FIELD_NUMBERS:
		break;
	}
	return false;
}

bool field_is_null(const struct field *f, const void *at)
{
	struct field_value v;

	return read_value(f, at, &v) && v.null;
}

/* The field at a path, and its offset in the record; NULL when there is none. */
static const struct field *find_path(const struct field *fields, const char *path, size_t *offset)
{
	*offset = 0;
	for (;;) {
		size_t len = strcspn(path, ".");
		const struct field *f = find_name(fields, path, len);

		if (f == NULL)
			return NULL;
		*offset += f->offset;
		if (path[len] == '\0')
			return f;
		if (f->type != FIELD_OBJECT && f->type != FIELD_OPTIONAL)
			return NULL;
		fields = f->sub;
		path += len + 1;
	}
}

bool field_get(const struct record *r, const char *path, struct field_value *out)
{
	size_t offset;
	const struct field *f = find_path(r->type->fields, path, &offset);

	return f != NULL && read_value(f, (const uint8_t *)r->data + offset, out);
}

bool field_declared(const struct record_type *type, const char *path)
{
	size_t offset;

	return find_path(type->fields, path, &offset) != NULL;
}

size_t field_us_text(char out[static FIELD_NUMBER_MAX], ns_t t)
{
	bool negative = t < 0;
	uint64_t v = negative ? -(uint64_t)t : (uint64_t)t;
	size_t len = 0;

	if (negative)
		out[len++] = '-';
	len += digits_put_padded(out + len, v / 1000, 1);
	if (v % 1000 == 0)
		return len;
	out[len++] = '.';
	len += digits_put_padded(out + len, v % 1000, 3);
	while (out[len - 1] == '0')
		out[--len] = '\0';
	return len;
}

void field_double_text(char out[static FIELD_NUMBER_MAX], double v)
{
	bool whole = v > -1e15 && v < 1e15 && v == (double)(int64_t)v;

	snprintf(out, FIELD_NUMBER_MAX, whole ? "%.0f" : "%.9g", v);
}
