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
	LINK_ETHERNET = 1, /* with VLAN tags, LLC, PPPoE and MPLS: whatever ethertype.h walks */
	LINK_PPP = 9,      /* with or without address and control field */
	LINK_FDDI = 10,
	LINK_PPP_HDLC = 50,    /* PPP or, by its address field, Cisco HDLC */
	LINK_PPP_ETHER = 51,   /* PPPoE without the Ethernet header: the session stage */
	LINK_RAW = 101,        /* IPv4 or IPv6 by the version nibble */
	LINK_C_HDLC = 104,     /* Cisco HDLC */
	LINK_IEEE802_11 = 105, /* unencrypted data frames */
	LINK_LOOP = 108,       /* OpenBSD loopback: family in network order */
	LINK_SLL = 113,        /* Linux cooked capture */
	LINK_IEEE802_11_RADIOTAP = 127,
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
