/* SPDX-License-Identifier: BSD-2-Clause */
/* link.h - link-layer headers: find the IP header in a frame. */
#ifndef TCPSHAKE_WIRE_LINK_H
#define TCPSHAKE_WIRE_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rd.h"

/* Link types as capture files number them (tcpdump.org/linktypes.html). */
enum link_type {
	LINK_NULL = 0,     /* BSD loopback: family in the writer's byte order */
	LINK_ETHERNET = 1, /* with any number of 802.1Q and 802.1ad tags */
	LINK_RAW = 101,    /* IPv4 or IPv6 by the version nibble */
	LINK_LOOP = 108,   /* OpenBSD loopback: family in network order */
	LINK_SLL = 113,    /* Linux cooked capture */
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_SLL2 = 276, /* Linux cooked capture v2, with the interface index */
};

struct link {
	bool ip;          /* an IP packet follows */
	uint32_t ifindex; /* of SLL2, else 0 */
};

/*
 * Read the link header from `r`, which afterwards stands at the IP header. Frames that carry no IP,
 * are cut short, or are of another link type give .ip = false.
 */
struct link link_decode(struct rd *r, int link_type);

/* Can frames of this link type be decoded? */
bool link_known(int link_type);

#endif
