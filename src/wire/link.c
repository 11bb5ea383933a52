/* SPDX-License-Identifier: BSD-2-Clause */
/* link.c - from a frame's first byte to its IP header, per link type. */
#include "wire/link.h"

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_QINQ_OLD = 0x9100,
};

static bool is_ip(uint16_t ethertype)
{
	return ethertype == ETHERTYPE_IPV4 || ethertype == ETHERTYPE_IPV6;
}

/* Skip VLAN tags: each is two bytes of tag and the next type. */
static bool after_tags(struct rd *r, uint16_t type)
{
	while (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD) {
		rd_skip(r, 2);
		type = rd_be16(r);
		if (!rd_ok(r))
			return false;
	}
	return is_ip(type);
}

static bool ethernet(struct rd *r)
{
	rd_skip(r, 12);
	return after_tags(r, rd_be16(r));
}

/* Packet type, ARPHRD type, address length and address (8 bytes), protocol. */
static bool sll(struct rd *r)
{
	rd_skip(r, 14);
	return after_tags(r, rd_be16(r));
}

/* Protocol, reserved (2), interface index, ARPHRD type, packet type, address length and address. */
static bool sll2(struct rd *r, uint32_t *ifindex)
{
	uint16_t type = rd_be16(r);

	rd_skip(r, 2);
	*ifindex = rd_be32(r);
	rd_skip(r, 12);
	return after_tags(r, type);
}

/* AF_INET is 2 everywhere; AF_INET6 differs between systems. */
static bool loopback_family(uint32_t family)
{
	return family == 2 || family == 10 || family == 24 || family == 28 || family == 30;
}

static bool bsd_null(struct rd *r)
{
	uint32_t family = rd_host32(r);

	return loopback_family(family) || loopback_family(__builtin_bswap32(family));
}

bool link_known(int link_type)
{
	switch ((enum link_type)link_type) {
	case LINK_NULL:
	case LINK_ETHERNET:
	case LINK_RAW:
	case LINK_LOOP:
	case LINK_SLL:
	case LINK_IPV4:
	case LINK_IPV6:
	case LINK_SLL2:
		return true;
	}
	return false;
}

struct link link_decode(struct rd *r, int link_type)
{
	struct link l = {.ip = false, .ifindex = 0};

	switch ((enum link_type)link_type) {
	case LINK_NULL:
		l.ip = bsd_null(r);
		break;
	case LINK_LOOP:
		l.ip = loopback_family(rd_be32(r));
		break;
	case LINK_ETHERNET:
		l.ip = ethernet(r);
		break;
	case LINK_SLL:
		l.ip = sll(r);
		break;
	case LINK_SLL2:
		l.ip = sll2(r, &l.ifindex);
		break;
	case LINK_RAW:
	case LINK_IPV4:
	case LINK_IPV6:
		l.ip = true;
		break;
	}
	l.ip = l.ip && rd_ok(r);
	return l;
}
