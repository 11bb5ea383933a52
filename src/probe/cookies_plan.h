/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_plan.h - the tests for SYN cookies as data: which segments each sends on a tuple of its own. */
#ifndef TCPSHAKE_PROBE_COOKIES_PLAN_H
#define TCPSHAKE_PROBE_COOKIES_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "tcp/profile.h"
#include "tcp/syncookie.h"

enum cookies_test {
	COOKIES_CORE,     /* is there state, and does the ISN follow ours? */
	COOKIES_OPTIONS,  /* do options that are lost without timestamps come back with them? */
	COOKIES_TS_BITS,  /* is the offer hidden in the low bits of TSval? */
	COOKIES_ACK,      /* is an ACK outside the window answered as for a half-open connection? */
	COOKIES_SAME_SYN, /* does the same SYN get the same ISN again? */
	COOKIES_BSD,      /* further offers, for FreeBSD's and pf's encoding */
	COOKIES_TRIVIAL,  /* is the ISN more than a constant added to ours? */
	COOKIES_SILENCE,  /* is the SYN-ACK never repeated? */
	COOKIES_PROVE,    /* is a bare ACK accepted after a reset? Opens a connection */
	COOKIES_TESTS,
};

/* What a test is, for people. */
struct cookies_test_info {
	const char *name;
	const char *help;
	uint8_t segments; /* sent where nothing is lost */
	bool slow;        /* takes seconds: only when asked for */
	bool intrusive;   /* the application sees a connection: only when asked for */
};

const struct cookies_test_info *cookies_test_info(enum cookies_test t);

/* A set of tests: bit 1 << test. */
#define COOKIES_BIT(test) (1U << (test))

/* Tests that send timestamps. */
#define COOKIES_WITH_TIMESTAMPS (COOKIES_BIT(COOKIES_OPTIONS) | COOKIES_BIT(COOKIES_TS_BITS))

/*
 * Add to `set` the tests that a list such as "core,options" names; "all" are those that are neither slow
 * nor intrusive. False when a name is unknown.
 */
bool cookies_tests_parse(const char *list, uint32_t *set);

/* What a SYN offers. */
enum cookies_offer {
	OFFER_BASE,      /* without timestamps: SACK and window scale have nowhere to hide */
	OFFER_OTHER_MSS, /* the same with another entry of Linux's MSS table */
	OFFER_TS,        /* OFFER_BASE and timestamps */
	OFFER_BARE,      /* no option at all */
	OFFER_TS_FEWER,  /* timestamps with other window scales, and without SACK */
	OFFER_TS_TEN,
	OFFER_TS_NONE,
	OFFER_MSS_1200, /* another MSS and window scale */
	OFFER_NO_SACK,
};

enum cookies_shot_kind {
	SHOT_SYN,
	SHOT_FAR_ACK,    /* the right acknowledgment, 2^30 beyond the window */
	SHOT_COOKIE_ACK, /* the third segment of the handshake */
	SHOT_OLD_ACK,    /* an old sequence number: an open connection answers with an ACK */
};

/* One segment of a test, and what comes after it. */
struct cookies_step {
	uint8_t kind;       /* enum cookies_shot_kind */
	uint8_t delta;      /* which sequence number, of a SYN: 0 is x, then x + D1, x + D2 */
	uint8_t offer;      /* enum cookies_offer, of a SYN */
	bool bare_of_proxy; /* OFFER_BARE where the first SYN-ACK had window 0: it tells proxies apart */
	bool once;          /* not sent again when nothing answers */
	bool unawaited;     /* go on at once */
	bool reset;         /* then reset what the SYNs so far may have opened */
	bool surely;        /* with two resets each: what comes next means nothing if one is lost */
	uint8_t pause_ms;   /* before it; 0 after a reset: until that has surely arrived */
	uint16_t listen_ms; /* after its answer, for more of them */
};

#define COOKIES_STEPS_MAX 4

/* The steps of a test; their number goes to `count`. */
const struct cookies_step *cookies_steps(enum cookies_test t, uint8_t *count);

/* An entry of Linux's MSS table that this MSS (0: none was sent) does not fall on: the smallest, mostly. */
uint16_t cookies_other_mss(bool v6, uint16_t mss);

/* `p` with this offer, and the offer as data. `p` is what OFFER_BASE starts from. */
struct profile cookies_profile(const struct profile *p, enum cookies_offer o, bool v6,
                               struct syncookie_offer *out);

#endif
