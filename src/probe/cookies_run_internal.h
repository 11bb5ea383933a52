/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_run_internal.h - what the stepper shares with the crediting of answers; nobody else includes it. */
#ifndef TCPSHAKE_PROBE_COOKIES_RUN_INTERNAL_H
#define TCPSHAKE_PROBE_COOKIES_RUN_INTERNAL_H

#include "probe/cookies_run.h"

static inline uint8_t cookies_shot_bit(unsigned int shot)
{
	return (uint8_t)(1U << shot);
}

/* The shot of the step that is under way. */
struct cookies_shot *cookies_run_shot(const struct cookies_run *r);

/* It has its answer: go on. */
void cookies_run_answered(struct cookies_run *r, struct cookies_common *c, ns_t now);

/*
 * Reset this shot once more, if it was reset before. cookies_run_reset_late() does it only when the last
 * reset must have arrived by now, and what came shows that it did not.
 */
void cookies_run_reset_again(struct cookies_run *r, unsigned int shot);
void cookies_run_reset_late(struct cookies_run *r, const struct cookies_common *c,
                            unsigned int shot, ns_t now);

/* How long until a reset has surely arrived. */
ns_t cookies_settle(const struct cookies_common *c);

#endif
