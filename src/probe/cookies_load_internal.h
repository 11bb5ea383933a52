/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_load_internal.h - what the two files of the ramp share; nobody else includes it. */
#ifndef TCPSHAKE_PROBE_COOKIES_LOAD_INTERNAL_H
#define TCPSHAKE_PROBE_COOKIES_LOAD_INTERNAL_H

#include "probe/cookies_load.h"

enum held_state {
	HELD_UNUSED,
	HELD_SENT,     /* the SYN waits for its answer */
	HELD_OPEN,     /* half-open at the server, as far as we know */
	HELD_CHECKING, /* the second SYN waits */
	HELD_LOST,     /* nothing answered */
	HELD_REFUSED,
};

/* A tuple has its answer, or none comes: this is what it is now. */
void cookies_load_settle(struct cookies_load *l, struct cookies_held *h, enum held_state state);

/* End the ramp; no effect on one that has ended. `at`: the SYN at which it switched, from 1, or 0. */
void cookies_load_finish(struct cookies_load *l, enum cookies_load_end end, uint32_t at);

/* Nothing tells whether this tuple, whose second SYN waited, is held or was a cookie. */
void cookies_load_unchecked(struct cookies_load *l, uint32_t i);

/* The look after the resets is over. */
void cookies_load_recovered(struct cookies_load *l, bool as_before);

/* A segment of the ramp passed the capture. */
void cookies_load_stamp(struct cookies_load *l, ns_t stamp);

/* Every tuple of the ramp was used, and none waits. */
bool cookies_load_answered(const struct cookies_load *l);

/* Reset what this tuple may have opened, at most some times. */
void cookies_held_reset(struct cookies_held *h);

#endif
