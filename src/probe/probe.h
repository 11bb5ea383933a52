/* SPDX-License-Identifier: BSD-2-Clause */
/* probe.h - a question asked of a target: what a session calls, what a probe answers. */
#ifndef TCPSHAKE_PROBE_PROBE_H
#define TCPSHAKE_PROBE_PROBE_H

#include <stdbool.h>

#include "base/ns.h"
#include "probe/attempt.h"
#include "wire/seg.h"

#define PROBE_STATE_MAX 112 /* bytes that a probe may keep for one attempt */

/* What a probe is told when an attempt starts. */
struct probe_start {
	uint32_t iss;  /* keyed hash of the tuple and the attempt's number (tcp/isn.h) */
	uint32_t iss2; /* a second such number, for what else must not be guessed */
	uint16_t room; /* bytes of user data that fit into a packet on the way */
	ns_t now;
};

/*
 * `p` is the probe's state of one attempt, `cfg` its configuration. After each of the calls that may
 * cause segments, the session asks next() until it says no, and then deadline().
 */
struct probe_ops {
	const char *name;
	void (*start)(void *p, const void *cfg, const struct probe_start *s);

	/*
	 * A segment of the peer arrived; `take` is the tracker's opinion. Returns what the session is to
	 * count it as: mostly `take`.
	 */
	enum track_take (*heard)(void *p, const struct seg *s, enum track_take take, ns_t now);

	void (*unreachable)(void *p); /* an ICMP error, or this host's refusal to send, ended it */
	void (*timer)(void *p, ns_t now);
	void (*stop)(void *p, ns_t now); /* the run ends: leave nothing behind */
	bool (*next)(void *p, struct seg *out, ns_t now);
	ns_t (*deadline)(const void *p); /* when timer() is due, or NS_NEVER */
	bool (*done)(
		const void *p); /* the question is answered, as far as the probe is concerned */

	/* Amend the record made from the attempt's frames; may be NULL. */
	void (*record)(const void *p, const struct attempt *a, struct probe_record *r,
	               struct attempt_lists *lists);
};

#endif
