/* SPDX-License-Identifier: BSD-2-Clause */
/* ethertype.h - what an EtherType says follows, and the way from there to the IP header. */
#ifndef TCPSHAKE_WIRE_ETHERTYPE_H
#define TCPSHAKE_WIRE_ETHERTYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rd.h"

/* The types whose headers are read; any other number may stand in a frame, too. */
enum ethertype {
	ETHERTYPE_NONE = 0, /* nothing that leads to IP */
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_ETHERNET = 0x6558, /* a whole Ethernet frame (transparent bridging) */
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_PPP = 0x880b,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_UPSTREAM = 0x8848, /* once multicast (RFC 5332) */
	ETHERTYPE_PPPOE = 0x8864,         /* the session stage; discovery has another type */
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_QINQ_OLD = 0x9100,
};

static inline bool ethertype_is_ip(uint16_t type)
{
	return type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6;
}

/*
 * Skip all headers from the one that `type` names to that of IP. True when `r` stands there; false
 * when there is no IP or a header is cut short.
 */
bool ethertype_walk(struct rd *r, uint16_t type);

/*
 * Read the field behind Ethernet's addresses: an EtherType, or up to 1500 the length of an LLC frame,
 * which is read as by ethertype_llc().
 */
uint16_t ethertype_read(struct rd *r);

/* Read an LLC header with SNAP. The EtherType of what follows, or ETHERTYPE_NONE. */
uint16_t ethertype_llc(struct rd *r);

#endif
