/* SPDX-License-Identifier: BSD-2-Clause */
/* check_cleanup.h - leaves no connection at the server: an exact reset, then the question whether it came. */
#ifndef TCPSHAKE_PROBE_CHECK_CLEANUP_H
#define TCPSHAKE_PROBE_CHECK_CLEANUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ns.h"
#include "wire/seg.h"

enum cleanup_phase {
	CLEANUP_IDLE,
	CLEANUP_RESET, /* a reset is to be sent */
	CLEANUP_PAUSE, /* it travels: what overtakes it would prove nothing */
	CLEANUP_ASK,   /* a keep-alive is to be sent */
	CLEANUP_WAIT,  /* a reset answers it if nothing is there */
	CLEANUP_DONE,
};

struct cleanup {
	uint8_t phase, rounds;
	bool gone;         /* seen to be */
	uint32_t seq, ack; /* of the reset: RCV.NXT of the server; and what it sent */
	ns_t turn, deadline;
};

/*
 * Begin: the server expects `seq` next. `turn` is a round trip; NS_NONE: nothing was ever heard, so one round
 * is enough.
 */
void cleanup_start(struct cleanup *c, uint32_t seq, uint32_t ack, ns_t turn, ns_t now);

void cleanup_heard(struct cleanup *c, const struct seg *s, ns_t now);
void cleanup_timer(struct cleanup *c, ns_t now);

/* The flags, SEQ and ACK of the next segment, if one is due. */
bool cleanup_next(struct cleanup *c, struct seg *out, ns_t now);

bool cleanup_over(const struct cleanup *c);
ns_t cleanup_deadline(const struct cleanup *c);

#endif
