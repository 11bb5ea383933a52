/* SPDX-License-Identifier: BSD-2-Clause */
/* icmp.h - ICMP and ICMPv6 errors and the segment that they quote. */
#ifndef TCPSHAKE_WIRE_ICMP_H
#define TCPSHAKE_WIRE_ICMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rd.h"
#include "wire/addr.h"

/* What an error says about the destination, whatever the family calls it. */
enum icmp_meaning {
	ICMP_IGNORED, /* source quench, packet too big, redirects: says nothing of reachability */
	ICMP_NET_UNREACHABLE,
	ICMP_HOST_UNREACHABLE,
	ICMP_PORT_UNREACHABLE,
	ICMP_ADMIN_PROHIBITED,
	ICMP_TTL_EXCEEDED,
	ICMP_PARAMETER_PROBLEM,
};

/* "icmp-host-unreachable": the reason in a record; NULL where it says nothing of reachability. */
const char *icmp_meaning_name(enum icmp_meaning m);

struct icmp_error {
	uint8_t type, code;
	enum icmp_meaning meaning;
	uint16_t mtu;             /* of the next hop, where a packet was too big for it; else 0 */
	struct endpoint src, dst; /* of the quoted segment: src is who sent it */
	uint32_t seq; /* its sequence number: the last of the eight bytes always quoted */
};

/*
 * Read an ICMP message (`v6`: ICMPv6) from `r`. True when it is an error that quotes enough of a TCP
 * segment: its IP header and eight bytes (RFC 792; RFC 4443 2.4(c) quotes more).
 */
bool icmp_decode(struct rd *r, bool v6, struct icmp_error *out);

#endif
