/* SPDX-License-Identifier: BSD-2-Clause */
/* check_record.c - declared fields of a check, and its one-line form. */
#include "result/check_record.h"

#include <string.h>

#include "result/probe_record.h"

static const struct field check_fields[] = {
	FIELD(check_record, "time", FIELD_TIME, time, "of the first segment"),
	FIELD(check_record, "target", FIELD_TEXT, target, "as it was given"),
	FIELD(check_record, "address", FIELD_CHARS, address, "the address tried"),
	FIELD(check_record, "port", FIELD_INT, port, "the target's port"),
	FIELD(check_record, "family", FIELD_INT, family, "4 or 6"),
	FIELD(check_record, "seq", FIELD_INT, seq, "number of the check at this target, from 1"),
	FIELD(check_record, "id", FIELD_TEXT, id, "of the check: --list explains it"),
	FIELD(check_record, "title", FIELD_TEXT, title, "the rule"),
	FIELD(check_record, "rfc", FIELD_TEXT, rfc, "where it stands"),
	FIELD(check_record, "precondition", FIELD_TEXT, precondition,
              "state of the server in which it was checked"),
	FIELD(check_record, "verdict", FIELD_TEXT, verdict,
              "pass, info, warn, fail, inconclusive or skipped"),
	FIELD(check_record, "expected", FIELD_CHARS, expected, "the answer by the book"),
	FIELD(check_record, "got", FIELD_CHARS, got, "the answer that came"),
	FIELD(check_record, "note", FIELD_CHARS, note, "why, and which systems are known for it"),
	FIELD_WITH(check_record, "segments", FIELD_OBJECTS, segments, segment_record_fields,
                   sizeof(struct segment_record), "every segment"),
	/* Beyond the contract: */
	FIELD(check_record, "state", FIELD_TEXT, state,
              "of the target: open, closed, filtered, unreachable or error"),
	FIELD(check_record, "reason", FIELD_TEXT, reason, "why it is not open"),
	FIELD(check_record, "tries", FIELD_INT, tries, "connections that were tried"),
	FIELD(check_record, "source_port", FIELD_INT, source_port,
              "of the connection that decided"),
	FIELD(check_record, "remote_port", FIELD_INT, remote_port,
              "the port that they went to; a closed one for some checks"),
	FIELD(check_record, "baseline", FIELD_TEXT, baseline, "verdict in --baseline"),
	FIELD(check_record, "changed", FIELD_BOOL, changed, "is the verdict another one?"),
	FIELD(check_record, "gone", FIELD_BOOL, gone,
              "did the server confirm at the end that the connection is gone?"),
	FIELD(check_record, "rtt_us", FIELD_US, rtt, "of its first SYN, where there was one"),
	{.name = NULL},
};

const struct record_type check_record_type = {"check", check_fields};

void check_record_init(struct check_record *r)
{
	memset(r, 0, sizeof(*r));
	r->time = r->rtt = NS_NONE;
	r->port = r->family = r->seq = r->tries = r->source_port = r->remote_port = FIELD_NULL;
	r->changed = r->gone = -1;
	r->verdict = "inconclusive";
}

void check_record_line(struct text *t, const struct check_record *r)
{
	if (r->id == NULL) { /* nothing could be tried */
		text_add(t, "%s: %s", r->verdict, r->reason);
		return;
	}
	text_add(t, "%-12s %-5s %-11s %s", r->verdict, r->id, r->precondition, r->title);
	if (strcmp(r->verdict, "pass") != 0 && r->note[0] != '\0')
		text_add(t, ": %s", r->note);
	if (r->changed == 1)
		text_add(t, " (was %s)", r->baseline);
}
