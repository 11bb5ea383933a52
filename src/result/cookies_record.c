/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_record.c - declared fields of a look for SYN cookies, and its one-line form. */
#include "result/cookies_record.h"

#include <assert.h>
#include <string.h>

#include "result/probe_record.h"

static const struct field evidence_fields[] = {
	FIELD(evidence_record, "test", FIELD_TEXT, test, "which test"),
	FIELD(evidence_record, "result", FIELD_TEXT, result, "what it showed"),
	FIELD(evidence_record, "detail", FIELD_NUMBERS, detail, "the numbers behind it, by name"),
	{.name = NULL},
};

static const struct field cookies_fields[] = {
	FIELD(cookies_record, "time", FIELD_TIME, time, "of the first segment"),
	FIELD(cookies_record, "target", FIELD_TEXT, target, "as it was given"),
	FIELD(cookies_record, "address", FIELD_CHARS, address, "the address tried"),
	FIELD(cookies_record, "port", FIELD_INT, port, "the port tried"),
	FIELD(cookies_record, "family", FIELD_INT, family, "4 or 6"),
	FIELD(cookies_record, "seq", FIELD_INT, seq, "number of the look at this target, from 1"),
	FIELD(cookies_record, "state", FIELD_TEXT, state,
              "open, closed, filtered, unreachable or error"),
	FIELD(cookies_record, "reason", FIELD_TEXT, reason,
              "why; of an open port: why the verdict is inconclusive"),
	FIELD(cookies_record, "verdict", FIELD_TEXT, verdict,
              "active, proxy, not-active-now, capable, intermittent or inconclusive"),
	FIELD(cookies_record, "implementation", FIELD_TEXT, implementation,
              "linux, synproxy, xdp, dpvs, freebsd, pf or unknown"),
	FIELD(cookies_record, "confidence", FIELD_FRACTION, confidence,
              "1 minus the chance that the evidence came about otherwise; null: no verdict"),
	FIELD_WITH(cookies_record, "evidence", FIELD_OBJECTS, evidence, evidence_fields,
                   sizeof(struct evidence_record), "what the tests showed"),
	FIELD(cookies_record, "segments_sent", FIELD_INT, segments_sent, "resets included"),
	FIELD(cookies_record, "duration_us", FIELD_US, duration, "first segment to the last"),
	/* Beyond the contract: */
	FIELD(cookies_record, "rtt_us", FIELD_US, rtt, "first SYN to its SYN-ACK"),
	FIELD(cookies_record, "load", FIELD_TEXT, load,
              "how --load ended: cookies, options-lost, dropped, no-answer, refused, slowed, "
              "no-switch, interrupted or not-run"),
	FIELD(cookies_record, "load_at", FIELD_INT, load_at,
              "the SYN at which it switched, from 1"),
	FIELD(cookies_record, "load_held", FIELD_INT, load_held,
              "half-open connections at the most"),
	FIELD_WITH(cookies_record, "segments", FIELD_OBJECTS, segments, segment_record_fields,
                   sizeof(struct segment_record), "every segment, with -v"),
	{.name = NULL},
};

const struct record_type cookies_record_type = {"cookies", cookies_fields};

void cookies_record_init(struct cookies_record *r)
{
	memset(r, 0, sizeof(*r));
	r->time = r->duration = r->rtt = NS_NONE;
	r->port = r->family = r->seq = r->load_at = r->load_held = FIELD_NULL;
	r->confidence = -1;
	r->verdict = "inconclusive";
	r->implementation = "unknown";
	r->evidence.items = r->evidences;
}

void cookies_record_add(struct cookies_record *r, const char *test, const char *result)
{
	uint32_t n = r->evidence.count;

	assert(n < COOKIES_EVIDENCE_MAX);
	r->evidences[n] = (struct evidence_record){test, result, {r->numbers[n], 0}};
	r->evidence.count++;
}

void cookies_record_number(struct cookies_record *r, const char *name, double value)
{
	struct field_list *list = &r->evidences[r->evidence.count - 1].detail;

	assert(list->count < COOKIES_NUMBERS_MAX);
	r->numbers[r->evidence.count - 1][list->count++] = (struct field_number){name, value};
}

static void add_reason(struct text *t, const struct cookies_record *r)
{
	if (r->reason != NULL)
		text_add(t, ": %s", r->reason);
	if (r->detail != NULL)
		text_add(t, " (%s)", r->detail);
}

void cookies_record_line(struct text *t, const struct cookies_record *r)
{
	bool open = strcmp(r->state, "open") == 0;

	text_add(t, "seq=%lld %s", (long long)r->seq, r->verdict);
	if (!open)
		text_add(t, " %s", r->state);
	if (r->confidence >= 0)
		text_add(t, " %s confidence=%.6g", r->implementation, r->confidence);
	else
		add_reason(t, r);
	if (r->rtt != NS_NONE) {
		text_add(t, " rtt=");
		probe_record_ms(t, r->rtt);
	}
	text_add(t, " segments=%lld", (long long)r->segments_sent);
	if (r->load != NULL)
		text_add(t, " load=%s", r->load);
	if (r->load_at != FIELD_NULL)
		text_add(t, " at=%lld", (long long)r->load_at);
}
