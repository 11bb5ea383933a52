/* SPDX-License-Identifier: BSD-2-Clause */
/* field.h - declared fields: what a record holds, so that every format can print it. */
#ifndef TCPSHAKE_RESULT_FIELD_H
#define TCPSHAKE_RESULT_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ns.h"

/* How a field is stored and shown. Each type has a value that means null: nothing was observed. */
enum field_type {
	FIELD_TEXT,     /* const char *; NULL */
	FIELD_CHARS,    /* char[]; empty */
	FIELD_INT,      /* int64_t; FIELD_NULL */
	FIELD_US,       /* ns_t, shown in microseconds with up to three decimals; NS_NONE */
	FIELD_PERCENT,  /* double; negative */
	FIELD_FRACTION, /* double from 0 to 1; negative */
	FIELD_BOOL,     /* int8_t; negative */
	FIELD_TIME,     /* ns_t of CLOCK_REALTIME, shown as RFC 3339 UTC; NS_NONE */
	FIELD_OBJECT,   /* an inline struct of `sub` fields */
	FIELD_OPTIONAL, /* as FIELD_OBJECT; null as a whole when its first field is null */
	FIELD_TEXTS,    /* struct field_list of const char * */
	FIELD_OBJECTS,  /* struct field_list of structs with `sub` fields; NULL items */
	FIELD_NUMBERS,  /* struct field_list of struct field_number, shown as an object */
};

#define FIELD_NULL INT64_MIN

struct field_list {
	const void *items; /* an array of `count`; NULL: the whole list is null */
	uint32_t count;
};

/* A number whose name is not declared: which there are depends on what was observed. */
struct field_number {
	const char *name;
	double value;
};

struct field {
	const char *name; /* as in JSON, with its unit; NULL ends a table */
	enum field_type type;
	size_t offset;           /* in the struct */
	const struct field *sub; /* of FIELD_OBJECT and FIELD_OBJECTS */
	size_t item_size;        /* of FIELD_OBJECTS */
	const char *help;        /* one line, for the manual and the schema */
};

/* One row of a table: a member of `struct record` with no fields of its own, and one that has some. */
#define FIELD(record, name, type, member, help)                                                    \
	{                                                                                          \
		name, type, offsetof(struct record, member), NULL, 0, help                         \
	}
#define FIELD_WITH(record, name, type, member, sub, item_size, help)                               \
	{                                                                                          \
		name, type, offsetof(struct record, member), sub, item_size, help                  \
	}

/* A record of a declared type. The data is the caller's and outlives the call that passes it on. */
struct record_type {
	const char *name; /* "probe", "summary" ... */
	const struct field *fields;
};

struct record {
	const struct record_type *type;
	const void *data;
};

/* A field's value, as number or text, for expectations. */
struct field_value {
	bool null;
	bool numeric;
	double number; /* in the unit of the field's name */
	const char *text;
};

/* The value at a path such as "close.kind". False when there is no such field, or it is a list. */
bool field_get(const struct record *r, const char *path, struct field_value *out);

/* Is a field with a value declared at this path? */
bool field_declared(const struct record_type *type, const char *path);

/* Is the value at `at` null? False for objects and lists. */
bool field_is_null(const struct field *f, const void *at);

/*
 * Number formats shared by all reports: microseconds with up to three decimals, no trailing zeros. Returns
 * the length.
 */
#define FIELD_NUMBER_MAX 32
size_t field_us_text(char out[static FIELD_NUMBER_MAX], ns_t t);

/* A number of any size: whole ones in full, others with nine digits. */
void field_double_text(char out[static FIELD_NUMBER_MAX], double v);

#endif
