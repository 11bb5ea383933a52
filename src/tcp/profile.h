/* SPDX-License-Identifier: BSD-2-Clause */
/* profile.h - what an operating system's SYN looks like. */
#ifndef TCPSHAKE_TCP_PROFILE_H
#define TCPSHAKE_TCP_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/wr.h"

#define PROFILE_OPTIONS  8 /* most options, NOPs included, that a profile has */

#define PROFILE_MSS_AUTO UINT32_MAX /* the MSS follows from the route's MTU */

struct profile {
	const char *name;
	uint8_t order[PROFILE_OPTIONS]; /* option kinds in wire order, ended by TCPOPT_KIND_EOL */
	bool sack, timestamps;          /* offered? */
	bool mss_sent, wscale_sent;
	uint32_t mss;   /* PROFILE_MSS_AUTO, or the value to advertise */
	uint8_t wscale; /* shift count, RFC 7323 2.2 */
	uint16_t win;   /* window of the SYN, bytes */
	uint8_t ttl;
};

/* The profile of this name, or NULL: "linux" (the default), "windows", "freebsd", "minimal". */
const struct profile *profile_find(const char *name);

/* The MSS to advertise where the path has room for `room` bytes of user data in a packet. */
uint16_t profile_mss(const struct profile *p, uint16_t room);

/* Offer an option that the profile's order does not have: it comes last. */
void profile_offer(struct profile *p, uint8_t kind);

/*
 * Write the SYN's options in the profile's order, without those that are switched off (the NOPs that
 * align an absent option go too). `mss` is the value to advertise, `tsval` our clock.
 */
void profile_put_options(const struct profile *p, struct wr *w, uint16_t mss, uint32_t tsval);

/* As before for a SYN-ACK, which echoes the peer's clock (RFC 7323 3.2). */
void profile_put_answer(const struct profile *p, struct wr *w, uint16_t mss, uint32_t tsval,
                        uint32_t tsecr);

#endif
