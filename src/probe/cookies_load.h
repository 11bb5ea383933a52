/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_load.h - half-open connections up to a limit, until cookies appear or SYNs are dropped. */
#ifndef TCPSHAKE_PROBE_COOKIES_LOAD_H
#define TCPSHAKE_PROBE_COOKIES_LOAD_H

#include "probe/cookies_run.h"
#include "probe/cookies_seen.h"

#define COOKIES_LOAD_DEFAULT 32
#define COOKIES_LOAD_POLITE  160  /* more only where it was said twice */
#define COOKIES_LOAD_MAX     1024 /* never more */

/* At most so many SYNs a second, but to an address of this host. */
#define COOKIES_LOAD_RATE 100

enum cookies_load_phase {
	LOAD_PHASE_IDLE,
	LOAD_PHASE_RAMP,
	LOAD_PHASE_RESET,
	LOAD_PHASE_SETTLE, /* until the resets have arrived */
	LOAD_PHASE_RECOVER,
	LOAD_PHASE_OVER,
};

/* One tuple of the ramp. */
struct cookies_held {
	uint32_t x, s;  /* our ISN and the server's */
	ns_t due;       /* when to send again, or to give up */
	ns_t sent;      /* stamp of the first SYN; NS_NONE: not captured */
	ns_t sent_at;   /* when the last SYN was sent */
	ns_t opened_at; /* when its first SYN-ACK came */
	ns_t reset_at;  /* when the last reset was sent */
	uint8_t state;  /* enum held_state (cookies_load_internal.h) */
	uint8_t tries;  /* of the SYN that waits */
	uint8_t resets;
	bool reset_due;
	bool second_due, second; /* the same for the check's SYN, and whether that was sent */
};

struct cookies_load {
	struct cookies_load_seen *seen;
	const struct siphash_key *key;
	uint32_t most; /* tuples of the ramp; held[most] is for the look at the recovery */
	bool local;
	bool options_tell;  /* without load SYN-ACKs have options that cookies lose */
	bool checks_tell;   /* a second SYN is answered */
	uint8_t phase;      /* enum cookies_load_phase */
	uint32_t used;      /* tuples that a SYN was sent on, the one that waits included */
	uint32_t awaiting;  /* of them, without an answer */
	uint32_t checking;  /* of those, with the second SYN under way */
	uint32_t unchecked; /* tuples in a row whose second SYN had no answer */
	uint32_t answered;  /* one past the last tuple that had an answer */
	ns_t next;          /* when the next SYN may be sent */
	ns_t end;           /* of the ramp, at the latest */
	ns_t first, last;   /* stamps of its segments */
	uint32_t batch;     /* resets since the capture had time to be read */
	ns_t reset_next;    /* when it has, after a full batch */
	ns_t deadline;      /* of a pause */
	struct cookies_held *held;
};

/*
 * Begin to ramp up to `most` tuples; `held` has room for one more. `options_tell`: see above. What is
 * found goes to `seen`.
 */
void cookies_load_start(struct cookies_load *l, uint32_t most, bool local, bool options_tell,
                        const struct siphash_key *key, struct cookies_held *held,
                        struct cookies_load_seen *seen, ns_t now);

/* As in cookies_run.h, with the number of the tuple. */
void cookies_load_sent(struct cookies_load *l, uint32_t i, const struct seg *s, ns_t stamp);
enum track_take cookies_load_heard(struct cookies_load *l, const struct cookies_common *c,
                                   uint32_t i, const struct seg *s, ns_t stamp, ns_t now);
void cookies_load_timer(struct cookies_load *l, struct cookies_common *c, ns_t now);
bool cookies_load_next(struct cookies_load *l, const struct cookies_common *c, uint32_t *i,
                       struct seg *out, ns_t now);
ns_t cookies_load_deadline(const struct cookies_load *l);

/* Reset all that is held, and send nothing else any more. */
void cookies_load_stop(struct cookies_load *l);

/* Nothing is held, and nothing waits to be sent. */
bool cookies_load_over(const struct cookies_load *l);

#endif
