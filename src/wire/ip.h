/* SPDX-License-Identifier: BSD-2-Clause */
/* ip.h - IPv4 and IPv6 headers, with extension headers and fragments. */
#ifndef TCPSHAKE_WIRE_IP_H
#define TCPSHAKE_WIRE_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rd.h"
#include "wire/addr.h"
#include "wire/seg.h"

enum ip_proto {
	IP_PROTO_ICMP = 1,
	IP_PROTO_IPV4 = 4, /* IPv4 in IP (RFC 2003, RFC 2473) */
	IP_PROTO_TCP = 6,
	IP_PROTO_UDP = 17,
	IP_PROTO_IPV6 = 41, /* IPv6 in IP (RFC 4213, RFC 2473) */
	IP_PROTO_GRE = 47,
	IP_PROTO_ICMPV6 = 58,
};

struct ip {
	struct addr src, dst;
	uint8_t proto;        /* of what follows all headers */
	bool fragment;        /* a part of a fragmented packet */
	bool later_fragment;  /* not its first part: no transport header follows */
	uint32_t payload_len; /* bytes after the IP headers, by the length field */
	/* Of a fragment, else all 0: */
	bool more_fragments;
	uint16_t frag_offset; /* in bytes */
	uint8_t frag_proto;   /* as all fragments have it; for IPv6 maybe an extension header */
	uint32_t frag_id;     /* 16 bits of IPv4, 32 of IPv6 */
	uint32_t frag_len;    /* bytes that count for offsets: with IPv6 extensions of the whole */
	struct seg_ip fields;
};

/*
 * Read the IP header(s) from `r`, which afterwards stands at the transport header. False when the
 * bytes are no IP or are cut short within the headers. A total length of 0 (segmentation left to
 * hardware) is taken as all the bytes of the frame, `frame_len` from the IP header on.
 */
bool ip_decode(struct rd *r, size_t frame_len, struct ip *out);

/* Is `proto` an IPv6 extension header, behind which another protocol follows? */
bool ip_is_extension(uint8_t proto);

#endif
