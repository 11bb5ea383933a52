/* SPDX-License-Identifier: BSD-2-Clause */
/* target.h - one target's attempts: when the next is due, what the finished ones came to. */
#ifndef TCPSHAKE_ENGINE_TARGET_H
#define TCPSHAKE_ENGINE_TARGET_H

#include <stdint.h>

#include "engine/engine.h"
#include "probe/answer.h"
#include "result/stats.h"
#include "result/summary_record.h"

struct target {
	const struct engine_target *spec;
	uint64_t started; /* attempts begun */
	uint64_t ended;   /* and of those, the ones that are over */
	uint64_t
		reported; /* and of those, the ones whose record is out, where they come in order */
	ns_t next;        /* when the next is due */
	bool waits;       /* for an attempt at the same address to end */
	uint64_t open, closed, filtered, unreachable, errors;
	uint64_t syn_retransmits, duplicates, late, spoofed, corrupt, unreset;
	uint64_t failed;               /* attempts on which TLS, HTTP or WebSocket failed */
	bool has_verdicts, has_checks; /* an attempt had one of these */
	struct verdicts_record cookies;
	struct checks_record checks;
	struct stacks_tally stacks;
	struct stats rtt;
	struct expect_standing standing[EXPECT_MAX];
};

/* -1 without memory. */
int target_init(struct target *t, const struct engine_target *spec, uint64_t expected);
void target_fini(struct target *t);

/* Count a segment as the probe judged it. */
void target_count(struct target *t, enum track_take take);

/* As in ping, one answer is enough: "open", "closed" ...; NULL before any attempt has ended. */
const char *target_state(const struct target *t);

/* Add a finished attempt. */
void target_add(struct target *t, const struct answer *a, const struct expect_list *expects);

/* The target's summary at this moment. `out` needs room for each term of `expects`. */
void target_summary(struct target *t, const struct expect_list *expects, uint64_t capture_dropped,
                    ns_t wall, struct summary_record *s, struct expectation_record *out,
                    struct engine_outcome *outcome);

#endif
