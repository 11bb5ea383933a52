/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * syncookie.h - what SYN cookies look like from outside: pure functions over sequence numbers and options.
 *
 * A Linux cookie (net/ipv4/syncookies.c, net/ipv6/syncookies.c, 6.12) is
 *
 *	hash0(tuple) + x + (count << 24) + ((hash1(tuple, count) + mss_index) mod 2^24)
 *
 * with x the client's ISN and count a step a minute. On one tuple and in one minute it is linear in x.
 */
#ifndef TCPSHAKE_TCP_SYNCOOKIE_H
#define TCPSHAKE_TCP_SYNCOOKIE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ns.h"

/* The options of a SYN that cookies depend on. */
struct syncookie_offer {
	uint16_t mss;  /* 0: no MSS option */
	int8_t wscale; /* -1: no window scale option */
	bool sack, ecn, timestamps;
};

struct track_end;

/* What an end's SYN offered, as the tracker saw it; without MSS and ECN, which it does not keep. */
struct syncookie_offer syncookie_offer_of(const struct track_end *e);

/* The index of this MSS in Linux's table (msstab, since 3.x): the largest entry not above it. */
int syncookie_mss_index(bool v6, uint16_t mss);

/* SACK or window scale, which a cookie without timestamps loses. */
bool syncookie_offers_options(const struct syncookie_offer *o);

/* They were offered, and the SYN-ACK has neither. */
bool syncookie_options_lost(const struct syncookie_offer *offer, const struct syncookie_offer *has);

/* What a single SYN-ACK may show for nothing: a reason to look closer, no more. */
enum syncookie_hint {
	SYNCOOKIE_HINT_NONE,
	SYNCOOKIE_HINT_WINDOW_0,     /* as of a proxy that has no server yet */
	SYNCOOKIE_HINT_OPTIONS_LOST, /* without timestamps offered */
};

enum syncookie_hint syncookie_hint(const struct syncookie_offer *offer,
                                   const struct syncookie_offer *has, uint16_t win);

/*
 * e = s2 - s1 - (x2 - x1): what is left of the difference of two ISNs of a server on one tuple after the
 * difference of the client's ISNs.
 */
int32_t syncookie_residue(uint32_t s1, uint32_t s2, uint32_t x1, uint32_t x2);

enum syncookie_relation {
	SYNCOOKIE_UNRELATED,
	SYNCOOKIE_LINEAR,  /* e is a difference of indices of any known table */
	SYNCOOKIE_SHIFTED, /* the same in DPVS's layout: 2^12 an index, and bits of other options */
	SYNCOOKIE_STEPPED, /* 0 < e < 2^25: the minute's count may have advanced by one */
};

/* What e says of two SYNs with these offers. Where they are the same, only e = 0 is linear. */
enum syncookie_relation syncookie_relate(int32_t e, const struct syncookie_offer *a,
                                         const struct syncookie_offer *b);

/* Chance that a random 32-bit number is a certain one. */
#define SYNCOOKIE_NUMBER_CHANCE (1 / 4294967296.0)

/* Chance that a random ISN gives this relation; 1 for unrelated ones. */
double syncookie_chance(enum syncookie_relation r);

/* --- an ISN that follows a clock instead (RFC 9293 3.4.1): Linux ticks once in 64 ns --- */

#define SYNCOOKIE_TICK 64 /* ns */

/*
 * Did s advance from s1 to s2 by as many ticks as may have passed, from `least` to `most` ns? `chance`
 * (may be NULL) becomes the chance that a random ISN does.
 */
bool syncookie_is_clock(uint32_t s1, uint32_t s2, ns_t least, ns_t most, double *chance);

/* --- timestamps: a Linux cookie hides the offer in the low six bits of its TSval --- */

/* Window scale (15: none), SACK and ECN as those bits, before the tuple's offset is added. */
uint8_t syncookie_ts_bits(const struct syncookie_offer *o);

#define SYNCOOKIE_TS_MASK   63
#define SYNCOOKIE_TS_CHANCE (1.0 / 64) /* that any other TSval agrees */

/* --- FreeBSD (tcp_syncache.c) and pf: the offer stands in eight bits of the ISN --- */

enum syncookie_bsd {
	SYNCOOKIE_BSD_NONE,    /* the ISN does not decode to this offer */
	SYNCOOKIE_BSD_FREEBSD, /* it does, with SACK as offered */
	SYNCOOKIE_BSD_PF,      /* it does, but for SACK, which pf never notes */
};

#define SYNCOOKIE_BSD_CHANCE (1.0 / 128) /* that a random ISN decodes to a given offer */

/* Where SACK was not offered both look alike: SYNCOOKIE_BSD_FREEBSD. */
enum syncookie_bsd syncookie_bsd_decode(uint32_t s, const struct syncookie_offer *o);

#endif
