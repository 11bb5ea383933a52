/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_seen.h - what was sent on the tuples of an attempt and what answered: all that is judged. */
#ifndef TCPSHAKE_PROBE_COOKIES_SEEN_H
#define TCPSHAKE_PROBE_COOKIES_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ns.h"
#include "probe/cookies_plan.h"
#include "tcp/syncookie.h"

enum cookies_reply_kind {
	REPLY_NONE,
	REPLY_SYN_ACK, /* of this SYN */
	REPLY_ACK,     /* of an earlier SYN of the tuple (a challenge ACK), or of this ACK */
	REPLY_SAME,    /* the SYN-ACK of an earlier SYN once more, and nothing else */
	REPLY_RST,
};

struct cookies_reply {
	uint8_t kind; /* enum cookies_reply_kind */
	ns_t stamp;
	uint32_t seq, ack;
	uint16_t win, ip_id;
	uint8_t ttl;
	struct syncookie_offer has; /* options of a SYN-ACK; ecn: it has ECE */
	uint32_t tsval;
};

/* One segment of a test, and the first answer that it got. */
struct cookies_shot {
	uint8_t kind; /* enum cookies_shot_kind */
	uint32_t seq, ack;
	struct syncookie_offer offer; /* of a SYN */
	uint16_t win, ip_id;          /* as sent last */
	uint8_t tries;                /* how often it was sent */
	uint8_t captured;             /* and seen by the capture */
	uint8_t repeats;              /* SYN-ACKs that the server sent again */
	bool cut;   /* the run ended while it was waited for: silence says nothing */
	ns_t first; /* stamp of the first try; NS_NONE: not captured */
	struct cookies_reply reply;
};

/* A test on its tuple. */
struct cookies_tuple {
	uint8_t test; /* enum cookies_test */
	bool ended;
	uint8_t count; /* shots sent so far */
	struct cookies_shot shot[COOKIES_STEPS_MAX];
};

#define COOKIES_TUPLES_MAX                                                                         \
	13 /* three times the core, silence and same SYN twice, the others once */

/* How the ramp of --load went. */
enum cookies_load_end {
	LOAD_NOT_RUN,
	LOAD_COOKIES,   /* SYN-ACKs became cookies */
	LOAD_DROPPED,   /* SYNs were no longer answered */
	LOAD_REFUSED,   /* a reset answered a SYN */
	LOAD_SLOWED,    /* answers took three times as long: it was too much */
	LOAD_NO_SWITCH, /* nothing changed up to the limit */
	LOAD_INTERRUPTED,
};

struct cookies_load_seen {
	bool wanted; /* --load was given */
	enum cookies_load_end end;
	uint32_t limit;      /* as many tuples as it may use */
	uint32_t held;       /* half-open connections at the most, as far as we know */
	uint32_t at;         /* the number of the SYN at which it switched, from 1 */
	uint32_t unanswered; /* tuples that nothing answered */
	int32_t residue;     /* of the check that it was a cookie */
	bool verified;       /* that check fitted */
	bool recovered;      /* after the resets a SYN was answered as before */
	bool recovery_seen;  /* that was asked and answered */
	ns_t duration;       /* first segment to the last before it ended, by their stamps */
};

struct cookies_seen {
	bool v6;
	bool times_void;  /* stamps do not compare */
	bool interrupted; /* the run ended before the tests did */
	uint32_t count;
	struct cookies_tuple tuple[COOKIES_TUPLES_MAX];
	struct cookies_load_seen load;
};

#endif
