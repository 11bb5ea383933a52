/* SPDX-License-Identifier: BSD-2-Clause */
/* comparison_record.h - what it took to fetch the same resources in one way (probe --compare). */
#ifndef TCPSHAKE_RESULT_COMPARISON_RECORD_H
#define TCPSHAKE_RESULT_COMPARISON_RECORD_H

#include "base/text.h"
#include "result/field.h"

struct comparison_record {
	ns_t time; /* of the first segment */
	const char *target, *variant;
	int64_t requests;    /* answered in full */
	int64_t connections; /* of TCP, that were tried */
	int64_t handshakes;  /* and of those, the ones that were opened */
	int64_t segments;    /* captured, both ways */
	int64_t bytes;       /* of TCP's user data in them, repeated ones too */
	ns_t total;     /* first SYN to the last byte of the response, summed over connections */
	int64_t failed; /* connections on which something went wrong */
	const char *reason; /* of the first of those; NULL */
};

extern const struct record_type comparison_record_type;

/* "http/1.1        20 requests, 1 connection ...". */
void comparison_record_line(struct text *t, const struct comparison_record *r);

#endif
