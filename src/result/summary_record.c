/* SPDX-License-Identifier: BSD-2-Clause */
/* summary_record.c - declared fields of a target's summary. */
#include "result/summary_record.h"

#define AT(member)  offsetof(struct summary_record, member)
#define RTT(member) offsetof(struct rtt_record, member)

static const struct field rtt_fields[] = {
	{"min", FIELD_US, RTT(min), NULL, 0, "smallest"},
	{"avg", FIELD_US, RTT(avg), NULL, 0, "mean"},
	{"max", FIELD_US, RTT(max), NULL, 0, "largest"},
	{"mdev", FIELD_US, RTT(mdev), NULL, 0, "standard deviation"},
	{"p50", FIELD_US, RTT(p50), NULL, 0, "median, by nearest rank"},
	{"p90", FIELD_US, RTT(p90), NULL, 0, "90th percentile"},
	{"p95", FIELD_US, RTT(p95), NULL, 0, "95th percentile"},
	{"p99", FIELD_US, RTT(p99), NULL, 0, "99th percentile"},
	{.name = NULL},
};

static const struct field expectation_fields[] = {
	{"expression", FIELD_TEXT, offsetof(struct expectation_record, expression), NULL, 0, "as given"},
	{"held", FIELD_BOOL, offsetof(struct expectation_record, held), NULL, 0, "did it hold?"},
	{"got", FIELD_CHARS, offsetof(struct expectation_record, got), NULL, 0,
	 "the value, or the first that did not hold"},
	{.name = NULL},
};

static const struct field summary_fields[] = {
	{"time", FIELD_TIME, AT(time), NULL, 0, "when the summary was made"},
	{"target", FIELD_TEXT, AT(target), NULL, 0, "as it was given"},
	{"address", FIELD_CHARS, AT(address), NULL, 0, "the address tried"},
	{"port", FIELD_INT, AT(port), NULL, 0, "the port tried"},
	{"family", FIELD_INT, AT(family), NULL, 0, "4 or 6"},
	{"state", FIELD_TEXT, AT(state), NULL, 0, "open if any attempt was"},
	{"sent", FIELD_INT, AT(sent), NULL, 0, "attempts"},
	{"open", FIELD_INT, AT(open), NULL, 0, "answered by a SYN-ACK"},
	{"closed", FIELD_INT, AT(closed), NULL, 0, "refused by a reset"},
	{"filtered", FIELD_INT, AT(filtered), NULL, 0, "not answered"},
	{"unreachable", FIELD_INT, AT(unreachable), NULL, 0, "answered by an ICMP error"},
	{"errors", FIELD_INT, AT(errors), NULL, 0, "not sent, or void"},
	{"loss_percent", FIELD_PERCENT, AT(loss_percent), NULL, 0, "attempts without an answer of the target"},
	{"syn_retransmits", FIELD_INT, AT(syn_retransmits), NULL, 0, "SYNs sent again"},
	{"duplicates", FIELD_INT, AT(duplicates), NULL, 0, "answers that came more than once"},
	{"late", FIELD_INT, AT(late), NULL, 0, "answers to attempts that were given up"},
	{"spoofed", FIELD_INT, AT(spoofed), NULL, 0, "segments that do not acknowledge ours"},
	{"corrupt", FIELD_INT, AT(corrupt), NULL, 0, "segments with a wrong checksum"},
	{"capture_dropped", FIELD_INT, AT(capture_dropped), NULL, 0, "frames the capture lost"},
	{"rtt_samples", FIELD_INT, AT(rtt_samples), NULL, 0, "attempts with an unambiguous rtt"},
	{"rtt_us", FIELD_OBJECT, AT(rtt), rtt_fields, 0, "statistics of those, microseconds"},
	{"expectations", FIELD_OBJECTS, AT(expectations), expectation_fields,
	 sizeof(struct expectation_record), "each --expect term"},
	{"verdict", FIELD_TEXT, AT(verdict), NULL, 0, "pass or fail"},
	{.name = NULL},
};

const struct record_type summary_record_type = {"summary", summary_fields};
