/* SPDX-License-Identifier: BSD-2-Clause */
/* packet.c - link, IP, tunnels with IP in them, then TCP or ICMP. */
#include "wire/packet.h"

#include <string.h>

#include "base/rd.h"
#include "wire/ip.h"
#include "wire/link.h"
#include "wire/tunnel.h"

/*
 * RFC 9293 3.1:
 *   source port, destination port, SEQ, ACK, data offset/reserved/control bits, window, checksum,
 *   urgent pointer, options up to data offset * 4, user data
 */
static enum packet_kind tcp_decode(struct rd *r, const struct ip *ip, struct packet *out)
{
	const uint8_t *start = r->p;
	size_t captured = rd_left(r);
	struct seg *s = &out->seg;
	uint16_t offset_flags;
	size_t header;
	struct rd head;

	/* Also of a part that ends soon after them. */
	out->src.port = rd_be16(r);
	out->dst.port = rd_be16(r);
	head = rd_sub(r, 16);
	if (!rd_ok(&head))
		return PACKET_DAMAGED;
	s->seq = rd_be32(&head);
	s->ack = rd_be32(&head);
	offset_flags = rd_be16(&head);
	s->flags = offset_flags & 0x0fff;
	s->win = rd_be16(&head);
	rd_skip(&head, 2);
	s->urg = rd_be16(&head);
	header = (size_t)(offset_flags >> 12) * 4;
	if (header < 20 || header > ip->payload_len)
		return PACKET_DAMAGED;
	s->bad_csum = false;
	/* A short snap length may cut options off: those before are good all the same. */
	s->opt_cut = captured < header;
	s->opt_len = (uint8_t)(s->opt_cut ? (captured - 20) & ~(size_t)3 : header - 20);
	memset(s->opt, 0, sizeof(s->opt));
	rd_copy(r, s->opt, s->opt_len);
	s->ip = ip->fields;
	s->payload_len = (uint32_t)(ip->payload_len - header);
	s->payload = captured > header ? start + header : NULL;
	s->payload_here = captured > header ? (uint32_t)(captured - header) : 0;
	out->csum = ip->fragment ? CSUM_UNKNOWN
	                         : csum_tcp(&ip->src, &ip->dst, start, captured, ip->payload_len);
	out->seg.good_csum = out->csum == CSUM_GOOD;
	return PACKET_TCP;
}

enum {
	TUNNELS_MAX = 8, /* one in the other: more than anyone has reason to */
};

/* Later parts of IPv6 may be TCP behind an extension header: only the first part could tell. */
static void note_fragment(const struct ip *ip, struct packet *out)
{
	if (ip->proto != IP_PROTO_TCP && !(ip->later_fragment && ip_is_extension(ip->proto)))
		return;
	out->frag = (struct fragment){.present = true,
	                              .more = ip->more_fragments,
	                              .offset = ip->frag_offset,
	                              .id = ip->frag_id,
	                              .len = ip->frag_len,
	                              .proto = ip->frag_proto};
}

static enum packet_kind transport(struct rd body, const struct ip *ip, struct packet *out)
{
	if (ip->later_fragment)
		return PACKET_OTHER;
	if (ip->proto == IP_PROTO_TCP)
		return tcp_decode(&body, ip, out);
	out->icmp = (struct icmp_error){.meaning = ICMP_IGNORED};
	if (ip->proto == IP_PROTO_ICMP || ip->proto == IP_PROTO_ICMPV6)
		return icmp_decode(&body, ip->proto == IP_PROTO_ICMPV6, &out->icmp) ? PACKET_ICMP
		                                                                    : PACKET_OTHER;
	return PACKET_OTHER;
}

static enum packet_kind ip_payload(struct rd body, const struct ip *ip, struct packet *out)
{
	enum packet_kind kind = transport(body, ip, out);

	out->src.addr = ip->src;
	out->dst.addr = ip->dst;
	if (ip->fragment)
		note_fragment(ip, out);
	return kind;
}

/* `len` bytes from the IP header on, as far as they were captured. */
static enum packet_kind ip_packet(struct rd *r, size_t len, struct packet *out)
{
	struct ip ip, inner;

	if (!ip_decode(r, len, &ip))
		return PACKET_DAMAGED;
	for (int tunnels = 0;; tunnels++) {
		/* What stands after the IP packet (Ethernet's padding) is no part of it. */
		size_t left = rd_left(r);
		struct rd body = rd_sub(r, left < ip.payload_len ? left : ip.payload_len);
		enum packet_kind kind = ip_payload(body, &ip, out);

		if (kind != PACKET_OTHER || tunnels == TUNNELS_MAX ||
		    !tunnel_decode(&body, &ip, &inner))
			return kind;
		ip = inner;
		*r = body;
	}
}

/* What only one kind has is set where that is decoded: to clear it for each frame would take long. */
static void begin(struct packet *out)
{
	out->kind = PACKET_OTHER;
	out->src = out->dst = (struct endpoint){.port = 0};
	out->csum = CSUM_UNKNOWN;
	out->frag = (struct fragment){.present = false};
}

void packet_decode(struct packet *out, int link_type, const uint8_t *frame, size_t caplen,
                   size_t len)
{
	struct rd r = rd_from(frame, caplen);
	struct link link = link_decode(&r, link_type);

	begin(out);
	out->ifindex = link.ifindex;
	if (!link.ip)
		return;
	if (len < caplen)
		len = caplen;
	out->kind = ip_packet(&r, len - (caplen - rd_left(&r)), out);
}
