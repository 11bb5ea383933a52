/* SPDX-License-Identifier: BSD-2-Clause */
/* comparison_record.c - declared fields of a comparison, and its row. */
#include "result/comparison_record.h"

static const struct field comparison_fields[] = {
	FIELD(comparison_record, "time", FIELD_TIME, time, "of the first segment"),
	FIELD(comparison_record, "target", FIELD_TEXT, target, "as it was given"),
	FIELD(comparison_record, "variant", FIELD_TEXT, variant, "http/1.1 http/1.1-close h2"),
	FIELD(comparison_record, "requests", FIELD_INT, requests, "answered in full"),
	FIELD(comparison_record, "connections", FIELD_INT, connections, "of TCP, that were tried"),
	FIELD(comparison_record, "handshakes", FIELD_INT, handshakes,
              "and of those, the ones that were opened"),
	FIELD(comparison_record, "segments", FIELD_INT, segments, "captured, both ways"),
	FIELD(comparison_record, "bytes", FIELD_INT, bytes,
              "of user data in them, repeated ones too"),
	FIELD(comparison_record, "total_us", FIELD_US, total,
              "first SYN to the last byte of the response, summed over the connections"),
	FIELD(comparison_record, "failed", FIELD_INT, failed,
              "connections on which something went wrong"),
	FIELD(comparison_record, "reason", FIELD_TEXT, reason, "of the first of those"),
	{.name = NULL},
};

const struct record_type comparison_record_type = {"comparison", comparison_fields};

void comparison_record_line(struct text *t, const struct comparison_record *r)
{
	text_add(t, "%-14s %8lld %11lld %10lld %8lld %10lld", r->variant, (long long)r->requests,
	         (long long)r->connections, (long long)r->handshakes, (long long)r->segments,
	         (long long)r->bytes);
	if (r->total == NS_NONE)
		text_add(t, " %12s", "-");
	else
		text_add(t, " %9.3f ms", (double)r->total / 1e6);
	if (r->failed > 0)
		text_add(t, "  %lld failed (%s)", (long long)r->failed, r->reason);
}
