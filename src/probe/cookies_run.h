/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_run.h - one test on one tuple: its steps, retransmissions and resets. */
#ifndef TCPSHAKE_PROBE_COOKIES_RUN_H
#define TCPSHAKE_PROBE_COOKIES_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "probe/cookies_seen.h"
#include "probe/probe.h"

/* What all tests of an attempt share. */
struct cookies_common {
	struct profile profile; /* the SYN: order of options, window scale, SACK, TTL */
	bool v6, ecn;
	uint8_t tos;
	uint8_t syn_retries;
	ns_t rto;     /* of a first SYN while no round-trip time is known */
	ns_t timeout; /* wait after a segment's last transmission; 0: that transmission's RTO */
	ns_t rtt;     /* of the attempt's first answer, by its stamps; NS_NONE until then */
	ns_t turn_min, turn_max; /* bounds by the clock of timers, which nobody sets; NS_NONE */
	bool lossy;              /* something had to be sent again */
	uint32_t ts_base;        /* of our timestamps' clock */
	uint16_t win;            /* unlike others': some servers return what they get */
	uint32_t delta[3];       /* 0, D1, D2: both beyond any window and any clock's advance */
};

enum cookies_phase {
	PHASE_IDLE,
	PHASE_PAUSE, /* until the deadline, then send */
	PHASE_SEND,  /* a step's segment is to be sent */
	PHASE_AWAIT,
	PHASE_LISTEN,
	PHASE_OVER,
};

struct cookies_run {
	struct cookies_tuple *tuple; /* what is seen goes there */
	uint32_t x;                  /* the tuple's ISS */
	uint8_t phase;               /* enum cookies_phase */
	uint8_t step;                /* of the test's steps */
	uint8_t reset_due;           /* bit for each shot whose SYN is to be reset now */
	uint8_t reset_done;          /* and for those that were */
	uint8_t resets_left;         /* at most so many more, whatever arrives */
	bool challenged;             /* by a reset that was lost: one more try */
	bool pressed;                /* a SYN-ACK of an earlier SYN came while a later one waited */
	ns_t deadline;               /* of the phase, or NS_NEVER */
	ns_t rto;                    /* of the segment that waits */
	ns_t reset_at;               /* when the last reset was sent */
	/* Of each shot: when it was sent first and last, and when its answer came. */
	ns_t first_at[COOKIES_STEPS_MAX], sent_at[COOKIES_STEPS_MAX], heard_at[COOKIES_STEPS_MAX];
};

/* Begin test `t` on a fresh tuple with this ISS. */
void cookies_run_start(struct cookies_run *r, struct cookies_tuple *tuple, enum cookies_test t,
                       uint32_t x, ns_t now);

/* A captured segment of ours. */
void cookies_run_sent(struct cookies_run *r, const struct seg *s, ns_t stamp);

/* A segment of the peer: what became of it. */
enum track_take cookies_run_heard(struct cookies_run *r, struct cookies_common *c,
                                  const struct seg *s, ns_t stamp, ns_t now);

void cookies_run_timer(struct cookies_run *r, struct cookies_common *c, ns_t now);

/* Send no more but resets. */
void cookies_run_stop(struct cookies_run *r);

/* It cannot be reached: send nothing more at all. */
void cookies_run_forget(struct cookies_run *r);

bool cookies_run_next(struct cookies_run *r, struct cookies_common *c, struct seg *out, ns_t now);

/* A reset of what a SYN with this sequence number may have opened (RFC 9293 3.10.7.4: exact). */
void cookies_reset(const struct cookies_common *c, uint32_t syn, struct seg *out);

/*
 * An IP ID for a segment with this sequence number. Not 0, since some servers return it, and another for
 * each try, so that the capture tells them apart.
 */
uint16_t cookies_ip_id(uint32_t seq, unsigned int tries);

/* A SYN with this offer. */
void cookies_syn(const struct cookies_common *c, enum cookies_offer o, uint32_t seq, uint16_t ip_id,
                 ns_t now, struct seg *out, struct syncookie_offer *offer);

/* How long an answer may take: three round-trip times and some, or the first RTO while none is known. */
ns_t cookies_rto(const struct cookies_common *c);

/*
 * Is this so long after a segment of ours that it can answer it, rather than one before? `stamped` by
 * the capture's stamps and `passed` by the timers' clock: the first jump when the wall clock is set, the
 * other runs on while a frame waits to be read.
 */
bool cookies_is_after(const struct cookies_common *c, ns_t stamped, ns_t passed);

#endif
