/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * connstate.h - what Zeek's conn.log calls conn_state and history, by its rules (5.0).
 *
 * As Zeek, it looks at flags and lengths: sequence numbers are compared, and never judged.
 */
#ifndef TCPSHAKE_TCP_CONNSTATE_H
#define TCPSHAKE_TCP_CONNSTATE_H

#include <stdbool.h>
#include <stdint.h>

#include "tcp/track.h"
#include "wire/seg.h"

#define CONNSTATE_HISTORY_MAX 19 /* later letters are left out */

/* Zeek's states of an endpoint. */
enum connstate_end {
	CONNSTATE_INACTIVE,
	CONNSTATE_SYN_SENT,
	CONNSTATE_SYN_ACK_SENT,
	CONNSTATE_PARTIAL,
	CONNSTATE_ESTABLISHED,
	CONNSTATE_CLOSED,
	CONNSTATE_RESET,
};

struct connstate {
	uint32_t last[2][3];   /* by end: sequence numbers of its last S or H, F, R */
	uint32_t top[2];       /* one past the highest that it sent */
	uint8_t repeats[2][3]; /* of C, T, W; stops at its maximum */
	uint8_t letters[2];    /* which it had */
	uint8_t end[2]; /* enum connstate_end, by enum track_side: the originator is the client */
	uint8_t len;
	uint8_t closed; /* bits by end: it was CLOSED before its RESET */
	bool data[2];   /* it sent user data */
	char history[CONNSTATE_HISTORY_MAX + 1];
};

/* `flipped`: the first frame was sent by the end that is taken for the server. */
void connstate_init(struct connstate *c, bool flipped);

/* The next frame. `damaged`: its checksum is wrong, so it counts as a C and nothing else. */
void connstate_feed(struct connstate *c, enum track_side from, const struct seg *s, bool damaged);

/* "SF", "S0", "REJ" ... */
const char *connstate_name(const struct connstate *c);

#endif
