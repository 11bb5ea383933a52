/* SPDX-License-Identifier: BSD-2-Clause */
/* track_internal.h - what the two files of the tracker share; nobody else includes it. */
#ifndef TCPSHAKE_TCP_TRACK_INTERNAL_H
#define TCPSHAKE_TCP_TRACK_INTERNAL_H

#include "tcp/track.h"

/* What one call of track_feed() carries along. */
struct feed {
	struct track *t;
	enum track_side from;
	struct track_end *self, *peer; /* the segment's sender and receiver */
	const struct seg *s;
	struct tcpopts opts; /* of it */
	ns_t stamp;
	track_change_fn *changed;
	void *ctx;
};

/* Against the end that sent the segment. */
void track_find(const struct feed *f, enum track_finding what);

/* Before it is judged: take an end that was not seen before as this segment shows it (track_adopt.c). */
void track_adopt(const struct feed *f);
void track_set_state(const struct feed *f, struct track_end *e, enum tcp_state to);

/*
 * Would its receiver believe this segment? TRACK_TAKEN if so. Changes findings, and where the capture lacks
 * frames what the other end is known to have sent.
 */
enum track_take track_judge(const struct feed *f);

/* Nothing of the sender was authentic so far: at most a SYN without ACK, which anybody can send. */
bool track_unanswered(const struct feed *f);

#endif
