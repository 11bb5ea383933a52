/* SPDX-License-Identifier: BSD-2-Clause */
/* check_record.h - the record of one check of a server's TCP. */
#ifndef TCPSHAKE_RESULT_CHECK_RECORD_H
#define TCPSHAKE_RESULT_CHECK_RECORD_H

#include "base/text.h"
#include "result/field.h"
#include "wire/addr.h"

#define CHECK_TEXT_MAX 200

struct check_record {
	ns_t time; /* stamp of the first segment */
	const char *target;
	char address[ADDR_TEXT_MAX];
	int64_t port, family, seq;
	const char *id, *title, *rfc;
	const char *precondition; /* state of the server */
	const char *verdict;
	char expected[CHECK_TEXT_MAX], got[CHECK_TEXT_MAX];
	char note[CHECK_TEXT_MAX];
	const char *state, *reason;       /* of the target, where it was not open */
	int64_t tries;                    /* connections that the verdict is of */
	int64_t source_port, remote_port; /* of the one that decided */
	const char *baseline;             /* verdict of the earlier run, or NULL */
	int8_t changed; /* the verdict is another one than then; negative: no baseline */
	int8_t gone; /* the server said that nothing is left of it; negative: nothing to ask for */
	ns_t rtt;    /* of the first connection */
	struct field_list segments; /* of struct segment_record */
};

extern const struct record_type check_record_type;

/* An empty record: nothing was observed. */
void check_record_init(struct check_record *r);

/* "pass R1 ESTABLISHED RST at RCV.NXT ends the connection", and for anything else why. */
void check_record_line(struct text *t, const struct check_record *r);

#endif
