/* SPDX-License-Identifier: BSD-2-Clause */
/* ethertype.c - VLAN tags, LLC, PPP, PPPoE and MPLS on the way to the IP header. */
#include "wire/ethertype.h"

enum {
	LENGTH_MAX = 1500,         /* IEEE 802.3 3.2.6: up to here the field is a length */
	LLC_SNAP = 0xaaaa,         /* both service access points */
	LLC_UNNUMBERED = 0x03,     /* unnumbered information */
	PPP_ALL_STATIONS = 0xff03, /* address and control of HDLC-like framing (RFC 1662 3.1) */
	PPPOE_SESSION = 0x1100,    /* version 1, type 1, code 0 (RFC 2516 4) */
	MPLS_BOTTOM = 0x100,       /* the S bit of a label stack entry (RFC 3032 2.1) */
	CONTROL_WORD = 4,          /* bytes of a pseudowire's control word (RFC 4385 3) */
	MAC_ADDRESSES = 12,
};

static bool is_tag(uint16_t type)
{
	return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD;
}

/* RFC 1042: DSAP, SSAP, control, organization code (3, zero: an EtherType follows), EtherType. */
uint16_t ethertype_llc(struct rd *r)
{
	uint16_t saps = rd_be16(r);
	uint32_t control_oui = rd_be32(r);
	uint16_t type = rd_be16(r);

	if (saps != LLC_SNAP || control_oui != (uint32_t)LLC_UNNUMBERED << 24)
		return ETHERTYPE_NONE;
	return type;
}

uint16_t ethertype_read(struct rd *r)
{
	uint16_t type = rd_be16(r);

	return type <= LENGTH_MAX ? ethertype_llc(r) : type;
}

/* Version and type, code, session, length (RFC 2516 4). */
static uint16_t after_pppoe(struct rd *r)
{
	bool session = rd_be16(r) == PPPOE_SESSION;

	rd_skip(r, 4);
	return session ? ETHERTYPE_PPP : ETHERTYPE_NONE;
}

/*
 * Address and control where they were not compressed away, then the protocol, whose first byte is even
 * unless it is the only one (RFC 1661 2, 6.5; RFC 1662 3.1).
 */
static uint16_t after_ppp(struct rd *r)
{
	struct rd behind = *r;
	uint16_t protocol;

	if (rd_be16(&behind) == PPP_ALL_STATIONS)
		*r = behind;
	protocol = rd_u8(r);
	if ((protocol & 1) == 0)
		protocol = (uint16_t)(protocol << 8 | rd_u8(r));
	switch (protocol) {
	case 0x0021: /* RFC 1332 */
		return ETHERTYPE_IPV4;
	case 0x0057: /* RFC 5072 */
		return ETHERTYPE_IPV6;
	case 0x0281: /* RFC 3032 4.3 */
	case 0x0283:
		return ETHERTYPE_MPLS;
	default:
		return ETHERTYPE_NONE;
	}
}

/* Is there an Ethernet header with IP or a VLAN tag behind `control` bytes? They are skipped. */
static bool is_pseudowire(struct rd *r, size_t control)
{
	struct rd peek = *r;
	uint16_t type;

	rd_skip(&peek, control + MAC_ADDRESSES);
	type = rd_be16(&peek);
	if (!ethertype_is_ip(type) && !is_tag(type))
		return false;
	rd_skip(r, control);
	return true;
}

/*
 * No label says what follows the last one. Of IP the first four bits are the version (RFC 4928 3); of a
 * control word for Ethernet the first 16 are 0 (RFC 4448 4.6). Ethernet is known by its type alone.
 */
static uint16_t after_mpls(struct rd *r)
{
	struct rd peek;
	uint16_t first;

	while (rd_ok(r) && (rd_be32(r) & MPLS_BOTTOM) == 0)
		;
	peek = *r;
	first = (uint16_t)(rd_u8(&peek) << 8);
	if (first >> 12 == 4)
		return ETHERTYPE_IPV4;
	if (first >> 12 == 6)
		return ETHERTYPE_IPV6;
	first |= rd_u8(&peek);
	if ((first == 0 && is_pseudowire(r, CONTROL_WORD)) || is_pseudowire(r, 0))
		return ETHERTYPE_ETHERNET;
	return ETHERTYPE_NONE;
}

/* Skip the header that `type` names; the type of the next one. */
static uint16_t next_type(struct rd *r, uint16_t type)
{
	switch ((enum ethertype)type) {
	case ETHERTYPE_VLAN:
	case ETHERTYPE_QINQ:
	case ETHERTYPE_QINQ_OLD:
		rd_skip(r, 2);
		return ethertype_read(r);
	case ETHERTYPE_ETHERNET:
		rd_skip(r, MAC_ADDRESSES);
		return ethertype_read(r);
	case ETHERTYPE_PPPOE:
		return after_pppoe(r);
	case ETHERTYPE_PPP:
		return after_ppp(r);
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_UPSTREAM:
		return after_mpls(r);
	case ETHERTYPE_IPV4:
	case ETHERTYPE_IPV6:
	case ETHERTYPE_NONE:
		break;
	}
	return ETHERTYPE_NONE;
}

bool ethertype_walk(struct rd *r, uint16_t type)
{
	/* Each turn reads at least one byte, or is the last. */
	while (rd_ok(r) && type != ETHERTYPE_NONE && !ethertype_is_ip(type))
		type = next_type(r, type);
	return rd_ok(r) && type != ETHERTYPE_NONE;
}
