/* SPDX-License-Identifier: BSD-2-Clause */
/* expect.h - what the user expects of the results: --expect FIELD OP VALUE[|VALUE]. */
#ifndef TCPSHAKE_PROBE_EXPECT_H
#define TCPSHAKE_PROBE_EXPECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "result/field.h"
#include "result/summary_record.h"

#define EXPECT_MAX 32 /* terms in one run */

enum expect_scope {
	EXPECT_ATTEMPT, /* must hold for every attempt */
	EXPECT_SUMMARY, /* holds for the target as a whole */
};

enum expect_op {
	EXPECT_EQ,
	EXPECT_NE,
	EXPECT_LT,
	EXPECT_LE,
	EXPECT_GT,
	EXPECT_GE,
};

struct expect {
	char text[96]; /* the term as it was given */
	const struct expect_field *field;
	enum expect_op op;
	char value[64]; /* VALUE[|VALUE] */
};

struct expect_list {
	uint32_t count;
	struct expect term[EXPECT_MAX];
};

/* Add the terms of one --expect argument (joined by commas). -1 with ERR_USAGE. */
int expect_parse(struct expect_list *list, const char *arg, struct err *e);

/* Does the list have a term about this field? */
bool expect_has(const struct expect_list *list, const char *name);

/* Does the list say what state a target must have? Then state=open is not the default. */
bool expect_has_state(const struct expect_list *list);

/* A term's standing for one target. Start from zeros. */
struct expect_standing {
	bool checked, failed;
	char got[64]; /* the last value, or the first that did not hold */
};

/* Hold one attempt's record against the terms about attempts; standing[] parallels the list. */
void expect_attempt(const struct expect_list *list, struct expect_standing *standing,
                    const struct record *attempt);

/* Hold the summary against the terms about targets, and fill out[] with how every term came out. */
void expect_summary(const struct expect_list *list, struct expect_standing *standing,
                    const struct record *summary, struct expectation_record *out);

/* Is this term about targets, or about a field that records of this type have? */
bool expect_fits(const struct expect *term, const struct record_type *type);

/* Is this term about the target's state? Whether it holds decides exit code 1 instead of 4. */
bool expect_is_state(const struct expect *term);

#endif
