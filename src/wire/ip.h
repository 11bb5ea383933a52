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
	IP_PROTO_TCP = 6,
	IP_PROTO_ICMPV6 = 58,
};

struct ip {
	struct addr src, dst;
	uint8_t proto;        /* of what follows all headers */
	bool fragment;        /* a part of a fragmented packet */
	bool later_fragment;  /* not its first part: no transport header follows */
	uint32_t payload_len; /* bytes after the IP headers, by the length field */
	struct seg_ip fields;
};

/*
 * Read the IP header(s) from `r`, which afterwards stands at the transport header. False when the
 * bytes are no IP or are cut short within the headers. A total length of 0 (segmentation left to
 * hardware) is taken as all the bytes of the frame, `frame_len` from the IP header on.
 */
bool ip_decode(struct rd *r, size_t frame_len, struct ip *out);

#endif
