/* SPDX-License-Identifier: BSD-2-Clause */
/* reassembly.h - how much user data the segments of fragmented IP datagrams have. */
#ifndef TCPSHAKE_ENGINE_REASSEMBLY_H
#define TCPSHAKE_ENGINE_REASSEMBLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ns.h"
#include "wire/packet.h"

#define REASSEMBLY_DATAGRAMS 64            /* at a time; a new one evicts the oldest */
#define REASSEMBLY_RANGES    16            /* disjoint parts of one datagram */
#define REASSEMBLY_LIFE      (30 * NS_SEC) /* from a datagram's first captured part to its last */
#define REASSEMBLY_ECHO      NS_SEC /* for which copies of a complete datagram's parts are told */

enum reassembly_state {
	REASSEMBLY_FREE,
	REASSEMBLY_OPEN,    /* parts are missing */
	REASSEMBLY_DONE,    /* its segment was handed out: what still comes are copies */
	REASSEMBLY_USELESS, /* contradictory or without a TCP header; counted as lost */
};

/* Bytes of a datagram that were captured, without the last. */
struct reassembly_range {
	uint32_t from, to;
};

/* Datagrams are told apart by addresses, `id` and `proto` (RFC 791 3.2, RFC 8200 4.5). */
struct reassembly_datagram {
	uint8_t state; /* enum reassembly_state */
	uint8_t proto;
	uint8_t ranges; /* how many of `range` are in use; none touches another */
	bool has_first; /* `first` is the part with the segment's header */
	uint32_t id;
	uint32_t total; /* bytes of the whole, known from its last part; 0 before */
	struct addr src, dst;
	ns_t stamp; /* of the first part that was captured, or of completion when done */
	struct packet first;
	struct reassembly_range range[REASSEMBLY_RANGES];
};

struct reassembly {
	struct reassembly_datagram datagram[REASSEMBLY_DATAGRAMS];
	uint64_t lost; /* given up so far; ask reassembly_lost() */
};

void reassembly_init(struct reassembly *r);

/*
 * Feed every decoded packet, with its frame's stamp. True when `p` is to be used now: it was no fragment
 * of TCP and is as it was, or it completed a datagram and is the whole segment: headers of the first
 * fragment, payload_len of the whole, but no payload, an unknown checksum, and no `frag`. False: it is a
 * part, kept or useless.
 */
bool reassembly_feed(struct reassembly *r, struct packet *p, ns_t stamp);

/* How many datagrams did not yield a segment: given up, or incomplete now. Ask at the end. */
uint64_t reassembly_lost(const struct reassembly *r);

#endif
