/* SPDX-License-Identifier: BSD-2-Clause */
/* check_cases.h - which checks a run makes, in which states, and how they came out earlier. */
#ifndef TCPSHAKE_PROBE_CHECK_CASES_H
#define TCPSHAKE_PROBE_CHECK_CASES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "probe/check.h"

#define CHECK_CASES_MAX 256

struct check_case {
	const struct check *check;
	enum tcp_state state;
};

struct check_cases {
	uint32_t count;
	struct check_case at[CHECK_CASES_MAX];
};

/* Which kinds of checks are wanted. */
struct check_choice {
	bool conform; /* both tables */
	bool noisy, intrusive, slow;
	const char *list; /* "R1,T4:LAST_ACK", or NULL for all of those kinds */
};

/*
 * The cases of a choice, in the order of the tables; those that are named in full are taken whatever they
 * do. -1 with ERR_USAGE for a name that is none.
 */
int check_cases_choose(struct check_cases *out, const struct check_choice *choice, struct err *e);

/* Verdicts of an earlier run. */
struct check_earlier {
	char id[16], precondition[16];
	uint8_t family; /* 4 or 6 */
	uint16_t port;
	enum check_verdict verdict;
};

struct check_baseline {
	uint32_t count;
	struct check_earlier *at; /* the owner's */
};

/*
 * The verdict of a case then, at this port, or at another where the baseline does not have the port; false:
 * it was not made.
 */
bool check_baseline_find(const struct check_baseline *b, const struct check_case *c, uint8_t family,
                         uint16_t port, enum check_verdict *out);

/*
 * Is a verdict another one than before? One that misses evidence, then or now, is not: nothing is known to
 * have changed. Nor is info after pass, or pass after info: both keep the rules.
 */
bool check_changed(enum check_verdict before, enum check_verdict now);

/* The verdict of this name; CHECK_VERDICTS: there is none. */
enum check_verdict check_verdict_parse(const char *name);

#endif
