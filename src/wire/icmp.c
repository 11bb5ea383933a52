/* SPDX-License-Identifier: BSD-2-Clause */
/* icmp.c - ICMP errors: what each type and code means, and whose segment they quote. */
#include "wire/icmp.h"

#include "wire/ip.h"

struct meaning_row {
	uint8_t type, first_code, last_code;
	enum icmp_meaning meaning;
};

/* RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1. */
static const struct meaning_row v4_rows[] = {
	{3, 0, 0, ICMP_NET_UNREACHABLE},    {3, 1, 1, ICMP_HOST_UNREACHABLE},
	{3, 2, 3, ICMP_PORT_UNREACHABLE},   /* protocol, port */
	{3, 5, 6, ICMP_NET_UNREACHABLE},    /* source route failed, network unknown */
	{3, 7, 8, ICMP_HOST_UNREACHABLE},   /* host unknown, source host isolated */
	{3, 9, 10, ICMP_ADMIN_PROHIBITED},  /* network, host */
	{3, 11, 11, ICMP_NET_UNREACHABLE},  /* for this type of service */
	{3, 12, 12, ICMP_HOST_UNREACHABLE}, /* for this type of service */
	{3, 13, 15, ICMP_ADMIN_PROHIBITED}, /* filtered, precedence */
	{11, 0, 0, ICMP_TTL_EXCEEDED},      {12, 0, 255, ICMP_PARAMETER_PROBLEM},
};

/* RFC 4443 3.1, 3.3, 3.4. */
static const struct meaning_row v6_rows[] = {
	{1, 0, 0, ICMP_NET_UNREACHABLE}, /* no route */
	{1, 1, 1, ICMP_ADMIN_PROHIBITED},
	{1, 2, 2, ICMP_NET_UNREACHABLE},  /* beyond scope of the source address */
	{1, 3, 3, ICMP_HOST_UNREACHABLE}, /* address */
	{1, 4, 4, ICMP_PORT_UNREACHABLE},
	{1, 5, 6, ICMP_ADMIN_PROHIBITED}, /* ingress/egress policy, reject route */
	{3, 0, 0, ICMP_TTL_EXCEEDED},
	{4, 0, 255, ICMP_PARAMETER_PROBLEM},
};

static enum icmp_meaning meaning(const struct meaning_row *rows, size_t n, uint8_t type,
                                 uint8_t code)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].type == type && code >= rows[i].first_code && code <= rows[i].last_code)
			return rows[i].meaning;
	return ICMP_IGNORED;
}

static bool is_error(bool v6, uint8_t type)
{
	if (v6)
		return type >= 1 && type <= 4;
	return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

/* The next hop's MTU of a "packet too big" (RFC 1191 4, RFC 4443 3.2); 0: none is told. */
static uint16_t next_hop_mtu(struct rd *r, bool v6, uint8_t type, uint8_t code)
{
	uint32_t word = rd_be32(r);

	if (v6 && type == 2)
		return word > UINT16_MAX ? UINT16_MAX : (uint16_t)word;
	return !v6 && type == 3 && code == 4 ? (uint16_t)word : 0;
}

bool icmp_decode(struct rd *r, bool v6, struct icmp_error *out)
{
	struct ip quoted;

	out->type = rd_u8(r);
	out->code = rd_u8(r);
	rd_skip(r, 2); /* checksum */
	out->mtu = next_hop_mtu(r, v6, out->type, out->code);
	if (!rd_ok(r) || !is_error(v6, out->type))
		return false;
	if (!ip_decode(r, rd_left(r), &quoted) || quoted.proto != IP_PROTO_TCP ||
	    quoted.later_fragment)
		return false;
	out->meaning =
		v6 ? meaning(v6_rows, sizeof(v6_rows) / sizeof(v6_rows[0]), out->type, out->code)
		   : meaning(v4_rows, sizeof(v4_rows) / sizeof(v4_rows[0]), out->type, out->code);
	out->src = (struct endpoint){.addr = quoted.src, .port = rd_be16(r)};
	out->dst = (struct endpoint){.addr = quoted.dst, .port = rd_be16(r)};
	out->seq = rd_be32(r);
	return rd_ok(r);
}

const char *icmp_meaning_name(enum icmp_meaning m)
{
	switch (m) {
	case ICMP_NET_UNREACHABLE:
		return "icmp-net-unreachable";
	case ICMP_HOST_UNREACHABLE:
		return "icmp-host-unreachable";
	case ICMP_PORT_UNREACHABLE:
		return "icmp-port-unreachable";
	case ICMP_ADMIN_PROHIBITED:
		return "icmp-admin-prohibited";
	case ICMP_TTL_EXCEEDED:
		return "ttl-exceeded";
	case ICMP_PARAMETER_PROBLEM:
		return "icmp-parameter-problem";
	case ICMP_IGNORED:
		break;
	}
	return NULL;
}
