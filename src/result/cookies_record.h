/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_record.h - the record of one look for SYN cookies. */
#ifndef TCPSHAKE_RESULT_COOKIES_RECORD_H
#define TCPSHAKE_RESULT_COOKIES_RECORD_H

#include "base/text.h"
#include "result/field.h"
#include "wire/addr.h"

#define COOKIES_EVIDENCE_MAX 24
#define COOKIES_NUMBERS_MAX  12

/* What one test showed. */
struct evidence_record {
	const char *test;
	const char *result;
	struct field_list detail; /* the numbers, of struct field_number */
};

struct cookies_record {
	ns_t time; /* stamp of the first segment */
	const char *target;
	char address[ADDR_TEXT_MAX];
	int64_t port, family, seq;
	const char *state, *reason;
	const char *verdict, *implementation;
	double confidence;          /* negative: none */
	struct field_list evidence; /* of struct evidence_record */
	int64_t segments_sent;
	const char *load;           /* how --load ended; NULL: it was not asked for */
	int64_t load_at, load_held; /* the SYN at which it switched; held at the most */
	ns_t duration;              /* first segment to the last */
	ns_t rtt;                   /* of the first SYN */
	struct field_list segments; /* of struct segment_record; NULL without -v */

	/* For text alone: */
	const char *detail; /* more about the reason, or NULL */

	/* What the lists hold. */
	struct evidence_record evidences[COOKIES_EVIDENCE_MAX];
	struct field_number numbers[COOKIES_EVIDENCE_MAX][COOKIES_NUMBERS_MAX];
};

extern const struct record_type cookies_record_type;

/* An empty record: nothing was observed. */
void cookies_record_init(struct cookies_record *r);

/* Add evidence without numbers. There is room for what all tests together can show. */
void cookies_record_add(struct cookies_record *r, const char *test, const char *result);

/* Add a number to the evidence that was added last. The name must be a constant. */
void cookies_record_number(struct cookies_record *r, const char *name, double value);

/* "seq=1 active linux confidence=0.999999 rtt=0.041 ms segments=6", and "load=cookies at=10" if so. */
void cookies_record_line(struct text *t, const struct cookies_record *r);

#endif
