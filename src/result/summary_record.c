/* SPDX-License-Identifier: BSD-2-Clause */
/* summary_record.c - declared fields of a target's summary. */
#include "result/summary_record.h"

#include "result/stats.h"

static const struct field rtt_fields[] = {
	FIELD(rtt_record, "min", FIELD_US, min, "smallest"),
	FIELD(rtt_record, "avg", FIELD_US, avg, "mean"),
	FIELD(rtt_record, "max", FIELD_US, max, "largest"),
	FIELD(rtt_record, "mdev", FIELD_US, mdev, "standard deviation"),
	FIELD(rtt_record, "p50", FIELD_US, p50, "median, by nearest rank"),
	FIELD(rtt_record, "p90", FIELD_US, p90, "90th percentile"),
	FIELD(rtt_record, "p95", FIELD_US, p95, "95th percentile"),
	FIELD(rtt_record, "p99", FIELD_US, p99, "99th percentile"),
	{.name = NULL},
};

static const struct field expectation_fields[] = {
	FIELD(expectation_record, "expression", FIELD_TEXT, expression, "as given"),
	FIELD(expectation_record, "held", FIELD_BOOL, held, "did it hold?"),
	FIELD(expectation_record, "got", FIELD_CHARS, got,
              "the value, or the first that did not hold"),
	{.name = NULL},
};

static const struct field verdicts_fields[] = {
	FIELD(verdicts_record, "active", FIELD_INT, active, "looks with this verdict"),
	FIELD(verdicts_record, "proxy", FIELD_INT, proxy, "looks with this verdict"),
	FIELD(verdicts_record, "not_active_now", FIELD_INT, not_active_now,
              "looks with this verdict"),
	FIELD(verdicts_record, "capable", FIELD_INT, capable, "looks with this verdict"),
	FIELD(verdicts_record, "intermittent", FIELD_INT, intermittent, "looks with this verdict"),
	FIELD(verdicts_record, "inconclusive", FIELD_INT, inconclusive, "looks with this verdict"),
	{.name = NULL},
};

static const struct field checks_fields[] = {
	FIELD(checks_record, "pass", FIELD_INT, pass, "checks with this verdict"),
	FIELD(checks_record, "info", FIELD_INT, info, "checks with this verdict"),
	FIELD(checks_record, "warn", FIELD_INT, warn, "checks with this verdict"),
	FIELD(checks_record, "fail", FIELD_INT, fail, "checks with this verdict"),
	FIELD(checks_record, "inconclusive", FIELD_INT, inconclusive, "checks with this verdict"),
	FIELD(checks_record, "skipped", FIELD_INT, skipped, "checks with this verdict"),
	FIELD(checks_record, "changed", FIELD_INT, changed, "verdicts unlike those of --baseline"),
	{.name = NULL},
};

static const struct field capture_fields[] = {
	FIELD(capture_record, "frames", FIELD_INT, frames, "frames read"),
	FIELD(capture_record, "segments", FIELD_INT, segments, "TCP segments among them"),
	FIELD(capture_record, "midstream", FIELD_INT, midstream,
              "connections that were open before the capture began"),
	FIELD(capture_record, "half_open", FIELD_INT, half_open,
              "connections whose SYN-ACK was never acknowledged"),
	FIELD(capture_record, "reset", FIELD_INT, reset, "connections ended by a reset"),
	FIELD(capture_record, "warned", FIELD_INT, warned, "connections whose close warns"),
	FIELD(capture_record, "failed", FIELD_INT, failed,
              "connections in which a rule was broken"),
	FIELD(capture_record, "retransmits", FIELD_INT, retransmits, "segments sent again"),
	FIELD(capture_record, "damaged", FIELD_INT, damaged, "segments with a wrong checksum"),
	FIELD(capture_record, "copies", FIELD_INT, copies,
              "segments that the capture has twice within a millisecond"),
	FIELD(capture_record, "undecoded", FIELD_INT, undecoded,
              "frames cut off within their headers, or of an unknown link type"),
	FIELD(capture_record, "datagrams_lost", FIELD_INT, datagrams_lost,
              "IP datagrams of which fragments are missing"),
	FIELD(capture_record, "cut_off", FIELD_INT, cut_off,
              "connections that --max-flows ended early"),
	FIELD(capture_record, "dropped", FIELD_INT, dropped,
              "attempts without an answer that it left out, and segments without room"),
	FIELD_WITH(capture_record, "handshake_us", FIELD_OBJECT, handshake, rtt_fields, 0,
                   "first SYN to the client's ACK, microseconds"),
	{.name = NULL},
};

static const struct field summary_fields[] = {
	FIELD(summary_record, "time", FIELD_TIME, time, "when the summary was made"),
	FIELD(summary_record, "target", FIELD_TEXT, target, "as it was given"),
	FIELD(summary_record, "address", FIELD_CHARS, address, "the address tried"),
	FIELD(summary_record, "port", FIELD_INT, port, "the port tried"),
	FIELD(summary_record, "family", FIELD_INT, family, "4 or 6"),
	FIELD(summary_record, "state", FIELD_TEXT, state, "open if any attempt was"),
	FIELD(summary_record, "sent", FIELD_INT, sent, "attempts"),
	FIELD(summary_record, "open", FIELD_INT, open, "answered by a SYN-ACK"),
	FIELD(summary_record, "closed", FIELD_INT, closed, "refused by a reset"),
	FIELD(summary_record, "filtered", FIELD_INT, filtered, "not answered"),
	FIELD(summary_record, "unreachable", FIELD_INT, unreachable, "answered by an ICMP error"),
	FIELD(summary_record, "errors", FIELD_INT, errors, "not sent, or void"),
	FIELD(summary_record, "loss_percent", FIELD_PERCENT, loss_percent,
              "attempts without an answer of the target"),
	FIELD(summary_record, "syn_retransmits", FIELD_INT, syn_retransmits, "SYNs sent again"),
	FIELD(summary_record, "duplicates", FIELD_INT, duplicates,
              "answers that came more than once"),
	FIELD(summary_record, "late", FIELD_INT, late, "answers to attempts that were given up"),
	FIELD(summary_record, "spoofed", FIELD_INT, spoofed,
              "segments that do not acknowledge ours"),
	FIELD(summary_record, "corrupt", FIELD_INT, corrupt, "segments with a wrong checksum"),
	FIELD(summary_record, "unreset", FIELD_INT, unreset,
              "connections that could not be reset, since sending failed"),
	FIELD(summary_record, "capture_dropped", FIELD_INT, capture_dropped,
              "frames the capture lost"),
	FIELD(summary_record, "rtt_samples", FIELD_INT, rtt_samples,
              "attempts with an unambiguous rtt"),
	FIELD_WITH(summary_record, "rtt_us", FIELD_OBJECT, rtt, rtt_fields, 0,
                   "statistics of those, microseconds"),
	FIELD_WITH(summary_record, "expectations", FIELD_OBJECTS, expectations, expectation_fields,
                   sizeof(struct expectation_record), "each --expect term"),
	FIELD(summary_record, "verdict", FIELD_TEXT, verdict, "pass or fail"),
	/* Beyond the contract: */
	FIELD(summary_record, "failed", FIELD_INT, failed,
              "attempts on which TLS, HTTP or WebSocket failed; null: none was spoken"),
	FIELD_WITH(summary_record, "cookies", FIELD_OPTIONAL, cookies, verdicts_fields, 0,
                   "verdicts of the command cookies"),
	FIELD_WITH(summary_record, "checks", FIELD_OPTIONAL, checks, checks_fields, 0,
                   "verdicts of the commands close and conform"),
	FIELD_WITH(summary_record, "capture", FIELD_OPTIONAL, capture, capture_fields, 0,
                   "what the command read found"),
	FIELD(summary_record, "fingerprint", FIELD_CHARS, fingerprint,
              "the known system whose answers are most alike"),
	{.name = NULL},
};

const struct record_type summary_record_type = {"summary", summary_fields};

struct rtt_record rtt_record_of(struct stats *s)
{
	return (struct rtt_record){
		.min = stats_min(s),
		.avg = stats_avg(s),
		.max = stats_max(s),
		.mdev = stats_mdev(s),
		.p50 = stats_percentile(s, 50),
		.p90 = stats_percentile(s, 90),
		.p95 = stats_percentile(s, 95),
		.p99 = stats_percentile(s, 99),
	};
}
