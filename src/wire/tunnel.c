/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel.c - from the payload of an IP packet to the IP packet in it. */
#include "wire/tunnel.h"

#include "wire/ethertype.h"

/* The version of the IP packet at `r`, 0 without one. */
static uint8_t version_at(const struct rd *r)
{
	struct rd peek = *r;

	return rd_u8(&peek) >> 4;
}

/* RFC 2784 2.1, RFC 2890 2, RFC 2637 4.1. */
enum {
	GRE_CHECKSUM = 0x8000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_REFUSED = 0x4c00, /* routing and what RFC 2784 2.3 has receivers discard for */
	GRE_ACK = 0x0080,     /* of version 1 */
	GRE_VERSION = 0x0007,
	GRE_V1_REFUSED = 0xcf00, /* checksum, routing, recursion */
};

/* Version 1 is PPTP's: the key is payload length and call, PPP comes with a sequence number only. */
static bool gre_v1(struct rd *r, uint16_t flags)
{
	uint16_t protocol = rd_be16(r);

	if ((flags & GRE_V1_REFUSED) != 0 || (flags & GRE_KEY) == 0 ||
	    (flags & GRE_SEQUENCE) == 0 || protocol != ETHERTYPE_PPP)
		return false;
	rd_skip(r, (flags & GRE_ACK) != 0 ? 12 : 8);
	return ethertype_walk(r, protocol);
}

/* Flags and version, protocol, then as flagged: checksum and reserved, key, sequence number. */
static bool gre(struct rd *r)
{
	uint16_t flags = rd_be16(r), protocol;

	if ((flags & GRE_VERSION) == 1)
		return gre_v1(r, flags);
	if ((flags & (GRE_VERSION | GRE_REFUSED)) != 0)
		return false;
	protocol = rd_be16(r);
	if ((flags & GRE_CHECKSUM) != 0)
		rd_skip(r, 4);
	if ((flags & GRE_KEY) != 0)
		rd_skip(r, 4);
	if ((flags & GRE_SEQUENCE) != 0)
		rd_skip(r, 4);
	return ethertype_walk(r, protocol);
}

/* Flags, of which I says that the network identifier is valid, and seven bytes (RFC 7348 5). */
static bool vxlan(struct rd *r)
{
	uint8_t flags = rd_u8(r);

	rd_skip(r, 7);
	return (flags & 0x08) != 0 && ethertype_walk(r, ETHERTYPE_ETHERNET);
}

/*
 * Version (2 bits) and length of the options in words (6), flags, protocol, network identifier and
 * reserved, options (RFC 8926 3.4). Control packets (O) are for the endpoints.
 */
static bool geneve(struct rd *r)
{
	uint8_t first = rd_u8(r), flags = rd_u8(r);
	uint16_t protocol = rd_be16(r);

	if (first >> 6 != 0 || (flags & 0x80) != 0)
		return false;
	rd_skip(r, 4 + (size_t)(first & 0x3f) * 4);
	return ethertype_walk(r, protocol);
}

/* A list of extension headers (3GPP TS 29.281 5.2.1): length in words, content, type of the next. */
static bool gtp_extensions(struct rd *r)
{
	while (rd_u8(r) != 0) {
		size_t words = rd_u8(r);

		if (words == 0)
			return false;
		rd_skip(r, words * 4 - 2);
	}
	return rd_ok(r);
}

/*
 * Version 1, protocol type 1, flags E, S, PN; message 255 (a user's packet), length, tunnel. With any
 * of the flags sequence number, N-PDU number and type of the next extension header (3GPP TS 29.281 5.1).
 */
static bool gtp_u(struct rd *r)
{
	uint8_t first = rd_u8(r), message = rd_u8(r), version;

	rd_skip(r, 6);
	if ((first & 0xf0) != 0x30 || message != 0xff)
		return false;
	if ((first & 0x07) != 0) {
		rd_skip(r, 3);
		if (!gtp_extensions(r))
			return false;
	}
	version = version_at(r);
	return version == 4 || version == 6;
}

/* Source and destination port, length, checksum (RFC 768). Tunnels are known by where they go. */
static bool udp(struct rd *r, const struct ip *outer)
{
	uint16_t to, len;

	rd_skip(r, 2);
	to = rd_be16(r);
	len = rd_be16(r);
	rd_skip(r, 2);
	if (!rd_ok(r) || len < 8 || (len > outer->payload_len && !outer->fragment))
		return false;
	switch (to) {
	case 4789:
	case 8472: /* Linux's, before the number was assigned */
		return vxlan(r);
	case 6081:
		return geneve(r);
	case 2152:
		return gtp_u(r);
	default:
		return false;
	}
}

/* Go to the inner IP header. */
static bool enter(struct rd *r, const struct ip *outer)
{
	switch (outer->proto) {
	case IP_PROTO_IPV4:
		return version_at(r) == 4;
	case IP_PROTO_IPV6:
		return version_at(r) == 6;
	case IP_PROTO_GRE:
		return gre(r);
	case IP_PROTO_UDP:
		return udp(r, outer);
	default:
		return false;
	}
}

bool tunnel_decode(struct rd *r, const struct ip *outer, struct ip *inner)
{
	size_t before = rd_left(r), passed;

	if (outer->later_fragment || !enter(r, outer) || !rd_ok(r))
		return false;
	passed = before - rd_left(r);
	return ip_decode(r, outer->payload_len - passed, inner);
}
