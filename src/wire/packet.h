/* SPDX-License-Identifier: BSD-2-Clause */
/* packet.h - a captured frame, decoded down to its TCP segment or ICMP error. */
#ifndef TCPSHAKE_WIRE_PACKET_H
#define TCPSHAKE_WIRE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/addr.h"
#include "wire/csum.h"
#include "wire/icmp.h"
#include "wire/seg.h"

enum packet_kind {
	PACKET_OTHER,   /* nothing for us: not IP, not TCP, a later fragment */
	PACKET_DAMAGED, /* cut short or contradictory within the headers we need */
	PACKET_TCP,
	PACKET_ICMP, /* an error that quotes a TCP segment */
};

/* Which part of an IP datagram with TCP a frame held; all 0 where it held the whole. */
struct fragment {
	bool present;    /* it was a part */
	bool more;       /* and not the last */
	uint16_t offset; /* in bytes; only the first, at 0, has the segment's header */
	uint32_t id;     /* the datagram's, with its addresses and `proto` */
	uint32_t len;    /* bytes of this part, including what of the first precedes user data */
	uint8_t proto;   /* as each part says; an IPv6 extension header may come before TCP */
};

/*
 * Of packets in tunnels (tunnel.h) all is that of the innermost. A first fragment is PACKET_TCP with
 * the user data of this part alone; engine/reassembly.h counts the rest.
 */
struct packet {
	enum packet_kind kind;
	uint32_t ifindex;         /* where it was seen, of SLL2; else 0 */
	struct endpoint src, dst; /* ports are 0 for ICMP */
	struct seg seg;         /* of PACKET_TCP, else not set; its payload points into the frame */
	enum csum_verdict csum; /* of PACKET_TCP */
	struct icmp_error icmp; /* of PACKET_ICMP, else not set */
	struct fragment frag;   /* of any kind */
};

/*
 * Decode the first `caplen` bytes of a frame that had `len`. May be handed any bytes, cut anywhere.
 * `out` points into `frame`.
 */
void packet_decode(struct packet *out, int link_type, const uint8_t *frame, size_t caplen,
                   size_t len);

#endif
