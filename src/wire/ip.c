/* SPDX-License-Identifier: BSD-2-Clause */
/* ip.c - decode IP headers (RFC 791 3.1, RFC 8200 3 and 4). */
#include "wire/ip.h"

#include <string.h>

/* In place: a copy of what was just written in parts would wait for all of them. */
static void read_addr(struct rd *r, struct addr *out, size_t len)
{
	*out = (struct addr){.family = len == 4 ? ADDR_V4 : ADDR_V6};
	rd_copy(r, out->bytes, len);
}

/* What a reassembler needs, taken where the fragmented part begins. */
static void fragment_facts(struct ip *out, uint16_t offset, bool more, uint32_t id)
{
	out->frag_offset = offset;
	out->more_fragments = more;
	out->frag_id = id;
	out->frag_proto = out->proto;
	out->frag_len = out->payload_len;
}

/*
 * RFC 791 3.1:
 *   version/IHL, TOS, total length, identification, flags/fragment offset, TTL, protocol,
 *   checksum, source, destination, options up to IHL * 4
 */
static bool v4_decode(struct rd *r, size_t frame_len, struct ip *out)
{
	struct rd head = rd_sub(r, 20);
	uint32_t total;
	uint16_t frag;
	uint8_t ihl;

	if (!rd_ok(&head))
		return false;
	ihl = (uint8_t)((rd_u8(&head) & 0x0f) * 4);
	out->fields.tos = rd_u8(&head);
	total = rd_be16(&head);
	out->fields.id = rd_be16(&head);
	frag = rd_be16(&head);
	out->fields.df = (frag & 0x4000) != 0;
	out->fragment = (frag & 0x3fff) != 0;
	out->later_fragment = (frag & 0x1fff) != 0;
	out->fields.ttl = rd_u8(&head);
	out->proto = rd_u8(&head);
	rd_skip(&head, 2);
	read_addr(&head, &out->src, 4);
	read_addr(&head, &out->dst, 4);
	if (total == 0)
		total = (uint32_t)frame_len;
	if (ihl < 20 || total < ihl)
		return false;
	rd_skip(r, (size_t)(ihl - 20));
	out->payload_len = total - ihl;
	if (out->fragment)
		fragment_facts(out, (uint16_t)(frag << 3), (frag & 0x2000) != 0, out->fields.id);
	return rd_ok(r);
}

enum {
	EXT_HOP_BY_HOP = 0,
	EXT_ROUTING = 43,
	EXT_FRAGMENT = 44,
	EXT_AUTH = 51,
	EXT_DESTINATION = 60,
	EXT_MAX = 16, /* more extension headers than anyone sends */
};

bool ip_is_extension(uint8_t proto)
{
	return proto == EXT_HOP_BY_HOP || proto == EXT_ROUTING || proto == EXT_FRAGMENT ||
	       proto == EXT_AUTH || proto == EXT_DESTINATION;
}

/* Reserved, offset and flags, identification (RFC 8200 4.5). An only fragment is none (RFC 6946). */
static bool v6_fragment(struct rd *r, struct ip *out)
{
	uint16_t field;
	uint32_t id;

	rd_skip(r, 1);
	field = rd_be16(r);
	id = rd_be32(r);
	if (!rd_ok(r) || out->payload_len < 8)
		return false;
	out->payload_len -= 8;
	out->fragment = (field & 0xfff9) != 0;
	out->later_fragment = (field & 0xfff8) != 0;
	if (out->fragment)
		fragment_facts(out, field & 0xfff8, (field & 1) != 0, id);
	return true;
}

/* Skip one extension header; out->proto becomes the next one's. */
static bool v6_extension(struct rd *r, struct ip *out)
{
	uint8_t kind = out->proto;
	uint32_t len;

	out->proto = rd_u8(r);
	if (kind == EXT_FRAGMENT)
		return v6_fragment(r, out);
	len = rd_u8(r);
	len = kind == EXT_AUTH ? (len + 2) * 4 : (len + 1) * 8;
	rd_skip(r, len - 2);
	if (!rd_ok(r) || len > out->payload_len)
		return false;
	out->payload_len -= len;
	return true;
}

/*
 * RFC 8200 3:
 *   version/traffic class/flow label, payload length, next header, hop limit, source, destination
 */
static bool v6_decode(struct rd *r, size_t frame_len, struct ip *out)
{
	struct rd head = rd_sub(r, 40);
	uint32_t first;

	if (!rd_ok(&head))
		return false;
	first = rd_be32(&head);
	out->fields.tos = (uint8_t)(first >> 20);
	out->fields.flow = first & 0xfffff;
	out->payload_len = rd_be16(&head);
	out->proto = rd_u8(&head);
	out->fields.ttl = rd_u8(&head);
	read_addr(&head, &out->src, 16);
	read_addr(&head, &out->dst, 16);
	if (out->payload_len == 0 && frame_len > 40)
		out->payload_len = (uint32_t)(frame_len - 40);
	for (int i = 0; i < EXT_MAX && ip_is_extension(out->proto) && !out->later_fragment; i++)
		if (!v6_extension(r, out))
			return false;
	return true;
}

/* All but the addresses, which every header has: they are half of it. */
static void begin(struct ip *out)
{
	const size_t addresses = offsetof(struct ip, proto);

	memset((uint8_t *)out + addresses, 0, sizeof(*out) - addresses);
}

bool ip_decode(struct rd *r, size_t frame_len, struct ip *out)
{
	struct rd peek = *r;
	uint8_t version = rd_u8(&peek) >> 4;

	begin(out);
	if (version == 4)
		return v4_decode(r, frame_len, out);
	return version == 6 && v6_decode(r, frame_len, out);
}
