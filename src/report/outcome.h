/* SPDX-License-Identifier: BSD-2-Clause */
/* outcome.h - a record as the test that it is for a test suite. */
#ifndef TCPSHAKE_REPORT_OUTCOME_H
#define TCPSHAKE_REPORT_OUTCOME_H

#include <stdbool.h>

#include "result/field.h"
#include "result/probe_record.h"

enum outcome_kind {
	OUTCOME_PASSED,
	OUTCOME_FAILED,
	OUTCOME_SKIPPED, /* nothing can be said: evidence is missing, or nothing was tried */
};

struct outcome {
	enum outcome_kind kind;
	char name[320];                   /* of the test: the same from run to run */
	const char *verdict;              /* the record's own word */
	const char *why;                  /* or NULL */
	char worst[160];                  /* backing store of `why`, where it is put together */
	const char *expected, *got, *rfc; /* or NULL */
	ns_t time;                        /* that it took, or NS_NONE */
	struct field_list segments;       /* of struct segment_record */
	struct field_list messages;       /* of struct message_record, for a probe that had some */
};

/* False for a record that is no test: a summary. What `out` points to is the record's. */
bool outcome_of(const struct record *r, struct outcome *out);

#endif
