/* SPDX-License-Identifier: BSD-2-Clause */
/* summary_record.h - the record of all attempts at one target. */
#ifndef TCPSHAKE_RESULT_SUMMARY_RECORD_H
#define TCPSHAKE_RESULT_SUMMARY_RECORD_H

#include "result/field.h"
#include "wire/addr.h"

struct rtt_record {
	ns_t min, avg, max, mdev, p50, p90, p95, p99;
};

/* One --expect term and how it came out. */
struct expectation_record {
	const char *expression;
	int8_t held;
	char got[64]; /* the value, or the first that did not hold; empty: nothing was observed */
};

/* How many attempts had which verdict of `cookies`; all are FIELD_NULL for other commands. */
struct verdicts_record {
	int64_t active, proxy, not_active_now, capable, intermittent, inconclusive;
};

/* How many cases of `close` and `conform` had which verdict; all are FIELD_NULL for other commands. */
struct checks_record {
	int64_t pass, info, warn, fail, inconclusive, skipped;
	int64_t changed; /* against --baseline; FIELD_NULL: there is none */
};

/* What the command `read` found in a capture file; all are FIELD_NULL for other commands. */
struct capture_record {
	int64_t frames, segments; /* in all; of TCP */
	int64_t midstream, half_open, reset, warned, failed;
	int64_t retransmits, damaged, copies;
	int64_t undecoded; /* frames cut off within their headers, or of an unknown link type */
	int64_t datagrams_lost; /* IP datagrams of which fragments are missing */
	int64_t cut_off;        /* connections that --max-flows ended early */
	int64_t dropped; /* attempts without an answer that it left out, and segments without room */
	struct rtt_record handshake;
};

struct summary_record {
	ns_t time;
	const char *target;
	char address[ADDR_TEXT_MAX];
	int64_t port, family;
	const char *state; /* of the target: open if any attempt was */
	int64_t sent, open, closed, filtered, unreachable, errors;
	int64_t failed; /* attempts on which TLS, HTTP or WebSocket did; FIELD_NULL: nothing was spoken */
	double loss_percent;
	int64_t syn_retransmits, duplicates, late, spoofed, corrupt, unreset, capture_dropped;
	int64_t rtt_samples;
	struct rtt_record rtt;
	struct field_list expectations; /* of struct expectation_record */
	struct verdicts_record cookies;
	struct checks_record checks;
	struct capture_record capture;
	char fingerprint[96]; /* what system the replies are like; empty: not known */
	const char *verdict;  /* "pass" or "fail", as the exit code counts this target */
};

extern const struct record_type summary_record_type;

struct stats;

/* All statistics of these samples. */
struct rtt_record rtt_record_of(struct stats *s);

#endif
