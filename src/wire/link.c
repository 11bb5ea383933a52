/* SPDX-License-Identifier: BSD-2-Clause */
/* link.c - from a frame's first byte to its IP header, per link type. */
#include "wire/link.h"

#include "wire/ethertype.h"
#include "wire/link_internal.h"

/* Most frames are Ethernet with IP right behind, so that is asked first. */
static bool ethernet(struct rd *r)
{
	struct rd addresses = *r;

	rd_skip(r, 12);
	if (ethertype_is_ip(rd_be16(r)))
		return true;
	*r = addresses;
	return ethertype_walk(r, ETHERTYPE_ETHERNET);
}

/* The protocol of a cooked frame: an EtherType or one of Linux's own numbers, of which 4 is LLC. */
static bool cooked(struct rd *r, uint16_t protocol)
{
	if (ethertype_is_ip(protocol))
		return true;
	return ethertype_walk(r, protocol == 4 ? ethertype_llc(r) : protocol);
}

/* Packet type, ARPHRD type, address length and address (8 bytes), protocol. */
static bool sll(struct rd *r)
{
	rd_skip(r, 14);
	return cooked(r, rd_be16(r));
}

/* Protocol, reserved (2), interface index, ARPHRD type, packet type, address length and address. */
static bool sll2(struct rd *r, uint32_t *ifindex)
{
	uint16_t type = rd_be16(r);

	rd_skip(r, 2);
	*ifindex = rd_be32(r);
	rd_skip(r, 12);
	return cooked(r, type);
}

/* Address, control, EtherType (RFC 1547). */
static bool cisco_hdlc(struct rd *r)
{
	rd_skip(r, 2);
	return ethertype_walk(r, rd_be16(r));
}

/* Cisco HDLC has the address 0x0f (unicast) or 0x8f (broadcast), PPP 0xff or none. */
static bool ppp_hdlc(struct rd *r)
{
	struct rd peek = *r;
	uint8_t address = rd_u8(&peek);

	if (address == 0x0f || address == 0x8f)
		return cisco_hdlc(r);
	return ethertype_walk(r, ETHERTYPE_PPP);
}

/* Frame control (0x5. for LLC frames), two addresses, LLC (RFC 1390). */
static bool fddi(struct rd *r)
{
	bool llc = (rd_u8(r) & 0xf0) == 0x50;

	rd_skip(r, 12);
	return llc && ethertype_walk(r, ethertype_llc(r));
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
	case LINK_PPP:
	case LINK_FDDI:
	case LINK_PPP_HDLC:
	case LINK_PPP_ETHER:
	case LINK_RAW:
	case LINK_C_HDLC:
	case LINK_IEEE802_11:
	case LINK_LOOP:
	case LINK_SLL:
	case LINK_IEEE802_11_RADIOTAP:
	case LINK_IPV4:
	case LINK_IPV6:
	case LINK_SLL2:
		return true;
	}
	return false;
}

static bool leads_to_ip(struct rd *r, int link_type, uint32_t *ifindex)
{
	switch ((enum link_type)link_type) {
	case LINK_ETHERNET:
		return ethernet(r);
	case LINK_NULL:
		return bsd_null(r);
	case LINK_LOOP:
		return loopback_family(rd_be32(r));
	case LINK_SLL:
		return sll(r);
	case LINK_SLL2:
		return sll2(r, ifindex);
	case LINK_RAW:
	case LINK_IPV4:
	case LINK_IPV6:
		return true;
	case LINK_PPP:
		return ethertype_walk(r, ETHERTYPE_PPP);
	case LINK_PPP_HDLC:
		return ppp_hdlc(r);
	case LINK_PPP_ETHER:
		return ethertype_walk(r, ETHERTYPE_PPPOE);
	case LINK_C_HDLC:
		return cisco_hdlc(r);
	case LINK_FDDI:
		return fddi(r);
	case LINK_IEEE802_11:
		return ethertype_walk(r, link_wlan(r));
	case LINK_IEEE802_11_RADIOTAP:
		return ethertype_walk(r, link_radiotap(r));
	}
	return false;
}

struct link link_decode(struct rd *r, int link_type)
{
	struct link l = {.ip = false, .ifindex = 0};

	l.ip = leads_to_ip(r, link_type, &l.ifindex) && rd_ok(r);
	return l;
}
