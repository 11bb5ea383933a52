/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tunnel.c - tests that the innermost packet is found in tunnels, and only where there is one. */
#include "../lib/check.h"

#include "wire/link.h"
#include "wire/packet.h"
#include "wire/tunnel.h"

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 60)
 * 192.0.2.7.40000 > 198.51.100.9.443: Flags [S], cksum 0xea76 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
#define SYN_V4                                                                                     \
	" 4502003c 12344000 39064342 c0000207 c6336409 9c4001bb 000003e8 00000000 a002faf0 "       \
	"ea760000 020405b4 0402080a 075bcd15 00000000 01030307"

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header TCP (6) payload length: 40)
 * 2001:db8::7.40000 > 2001:db8::9.443: the same, cksum 0x7b39 (correct)
 */
#define SYN_V6                                                                                     \
	" 6b912345 0028063b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 "       \
	"00000009 9c4001bb 000003e8 00000000 a002faf0 7b390000 020405b4 0402080a 075bcd15 "        \
	"00000000 01030307"

/* 203.0.113.1 > 203.0.113.2; length and protocol are filled in. 2001:db8:ff::1 > 2001:db8:ff::2. */
#define OUTER_V4 "45000000 00010000 40000000 cb007101 cb007102 "
#define OUTER_V6                                                                                   \
	"60000000 00000040 20010db8 00ff0000 00000000 00000001 20010db8 00ff0000 00000000 "        \
	"00000002 "

/* Addresses and type of an inner Ethernet frame. */
#define MAC "020000000003 020000000004 "

/* What stands between the outer IP header and the inner one. Lengths of UDP are filled in. */
static const struct {
	uint8_t proto;
	const char *hex;
} tunnels[] = {
	/* IPIP, 6in4 */
	{4, SYN_V4},
	{41, SYN_V6},
	/* GREv0, Flags [none], proto IPv4 (0x0800), IPv6 (0x86dd) */
	{47, "0000 0800" SYN_V4},
	{47, "0000 86dd" SYN_V6},
	/* checksum and reserved; key; sequence number; all three */
	{47, "8000 0800 1234 0000" SYN_V4},
	{47, "2000 0800 00000007" SYN_V4},
	{47, "1000 0800 00000001" SYN_V4},
	{47, "b000 86dd 1234 0000 00000007 00000001" SYN_V6},
	/* bits that RFC 2784 2.3 has receivers ignore */
	{47, "0018 0800" SYN_V4},
	/* transparent Ethernet bridging, with a VLAN; MPLS (label 16, [S]) */
	{47, "0000 6558 " MAC "0800" SYN_V4},
	{47, "2000 6558 00000007 " MAC "8100 002a 86dd" SYN_V6},
	{47, "0000 8847 0001013f" SYN_V4},
	/* GREv1, proto PPP (0x880b), payload length, call 7, seq 1; ack 2; address and control or not */
	{47, "3001 880b 0040 0007 00000001 ff03 0021" SYN_V4},
	{47, "3081 880b 003d 0007 00000001 00000002 21" SYN_V4},
	{47, "3001 880b 0052 0007 00000001 0057" SYN_V6},
	/* UDP 49152 > 4789: VXLAN, flags [I], vni 42; with a group policy; 8472, with a VLAN */
	{17, "c000 12b5 0000 0000 08 000000 00002a 00 " MAC "0800" SYN_V4},
	{17, "c000 12b5 0000 0000 88 000001 00002a 00 " MAC "86dd" SYN_V6},
	{17, "c000 2118 0000 0000 08 000000 00002a 00 " MAC "8100 002a 0800" SYN_V4},
	/* UDP > 6081: Geneve, no options, Ethernet; 8 bytes of options, critical; IPv4, IPv6 directly */
	{17, "c000 17c1 0000 0000 00 00 6558 00002a 00 " MAC "0800" SYN_V4},
	{17, "c000 17c1 0000 0000 02 40 6558 00002a 00 01028001 00000009 " MAC "86dd" SYN_V6},
	{17, "c000 17c1 0000 0000 00 00 0800 00002a 00" SYN_V4},
	{17, "c000 17c1 0000 0000 01 00 86dd 00002a 00 01020000" SYN_V6},
	/* UDP > 2152: GTP-U, message 255, length, tunnel 1 */
	{17, "0868 0868 0000 0000 30 ff 003c 00000001" SYN_V4},
	{17, "0868 0868 0000 0000 30 ff 0050 00000001" SYN_V6},
	/* flags [S]: sequence number 1; flags [E], container (0x85) of 4 bytes; two, the second of 8 */
	{17, "0868 0868 0000 0000 32 ff 0040 00000001 0001 00 00" SYN_V4},
	{17, "0868 0868 0000 0000 34 ff 0044 00000001 0000 00 85 01 0009 00" SYN_V4},
	{17, "0868 0868 0000 0000 36 ff 0060 00000001 0001 00 85 01 0009 c0 02 000000000000 "
             "00" SYN_V6},
	/* two tunnels: GRE (UDP-less) in IPv6 in GRE; IPIP in VXLAN */
	{47, "0000 86dd 60000000 0040 2f 40 20010db8 00ff0000 00000000 00000001 20010db8 00ff0000 "
             "00000000 00000002 0000 0800" SYN_V4},
	{17, "c000 12b5 0000 0000 08 000000 00002a 00 " MAC
             "0800 45000050 00010000 40040000 cb007101 cb007102" SYN_V4},
};

/* An outer packet of IPv4 or IPv6 with these bytes in it; its lengths and protocol are filled in. */
static struct block wrap(bool v6, uint8_t proto, const struct block *inner)
{
	struct block b = block_hex(v6 ? OUTER_V6 : OUTER_V4);
	size_t head = b.len, len = head + inner->len;
	size_t said = v6 ? inner->len : len;

	b.p = realloc(b.p, len);
	assert_non_null(b.p);
	b.len = len;
	if (inner->len > 0)
		memcpy(b.p + head, inner->p, inner->len);
	b.p[v6 ? 4 : 2] = (uint8_t)(said >> 8);
	b.p[v6 ? 5 : 3] = (uint8_t)said;
	b.p[v6 ? 6 : 9] = proto;
	return b;
}

static struct block wrap_hex(bool v6, uint8_t proto, const char *hex)
{
	struct block inner = block_hex(hex), b;

	if (proto == IP_PROTO_UDP && inner.len >= 8) {
		inner.p[4] = (uint8_t)(inner.len >> 8);
		inner.p[5] = (uint8_t)inner.len;
	}
	b = wrap(v6, proto, &inner);
	block_free(&inner);
	return b;
}

static struct packet decode(const struct block *b)
{
	struct packet p;

	packet_decode(&p, LINK_RAW, b->p, b->len, b->len);
	return p;
}

static void check_syn(const struct packet *p, size_t row)
{
	char src[ENDPOINT_TEXT_MAX], dst[ENDPOINT_TEXT_MAX];
	bool v6 = p->src.addr.family == ADDR_V6;

	if (p->kind != PACKET_TCP)
		fail_msg("row %zu is of kind %d", row, (int)p->kind);
	assert_string_equal(endpoint_format(&p->src, src),
	                    v6 ? "[2001:db8::7]:40000" : "192.0.2.7:40000");
	assert_string_equal(endpoint_format(&p->dst, dst),
	                    v6 ? "[2001:db8::9]:443" : "198.51.100.9:443");
	assert_int_equal(p->seg.flags, SEG_SYN);
	assert_int_equal(p->seg.seq, 1000);
	assert_int_equal(p->seg.payload_len, 0);
	assert_int_equal(p->seg.ip.ttl, v6 ? 59 : 57);
	assert_int_equal(p->csum, CSUM_GOOD);
}

static void the_innermost_segment_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(tunnels) * 2; i++) {
		struct block b = wrap_hex(i % 2 == 1, tunnels[i / 2].proto, tunnels[i / 2].hex);
		struct packet p = decode(&b);

		check_syn(&p, i / 2);
		block_free(&b);
	}
}

/*
 * The last 40 bytes are the TCP header, half of it options: without those it is a segment, in the rest it is
 * damaged; before, there is none.
 */
static void tunnels_cut_at_each_byte_carry_none_or_a_damaged_segment(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(tunnels) * 2; i++) {
		bool v6 = i % 2 == 1;
		struct block b = wrap_hex(v6, tunnels[i / 2].proto, tunnels[i / 2].hex);

		for (size_t cut = 0; cut < b.len; cut++) {
			struct block part = block_prefix(&b, cut);
			bool damaged = cut < (v6 ? 40 : 20) || cut >= b.len - 40;
			struct packet p;

			packet_decode(&p, LINK_RAW, part.p, cut, b.len);
			if (p.kind != (cut >= b.len - 20 ? PACKET_TCP
			               : damaged         ? PACKET_DAMAGED
			                                 : PACKET_OTHER))
				fail_msg("row %zu cut to %zu is of kind %d", i / 2, cut,
				         (int)p.kind);
			block_free(&part);
		}
		block_free(&b);
	}
}

/* Each byte of each tunnel with each value: whatever is found lies within the frame. */
static void wrong_bytes_do_no_harm(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(tunnels); i++) {
		struct block b = wrap_hex(false, tunnels[i].proto, tunnels[i].hex);

		for (size_t at = 0; at < b.len * 256; at++) {
			uint8_t was = b.p[at / 256];
			struct packet p;

			b.p[at / 256] = (uint8_t)at;
			p = decode(&b);
			if (p.kind == PACKET_TCP && p.seg.payload != NULL)
				assert_true(p.seg.payload > b.p && p.seg.payload < b.p + b.len);
			b.p[at / 256] = was;
		}
		block_free(&b);
	}
}

static void what_is_no_tunnel_is_left_alone(void **state)
{
	static const struct {
		uint8_t proto;
		const char *hex;
	} rows[] = {
		/* IPIP with IPv6, 6in4 with IPv4, nothing in it */
		{4, SYN_V6},
		{41, SYN_V4},
		{4, ""},
		/* an inner header length of 16, a total length below the header */
		{4, "44000014 00010000 40060000 c0000207 c6336409"},
		{4, "45000013 00010000 40060000 c0000207 c6336409"},
		/* GRE: routing, strict route, recursion, version 2; of ARP; of a length (LLC) */
		{47, "4000 0800" SYN_V4},
		{47, "0800 0800" SYN_V4},
		{47, "0400 0800" SYN_V4},
		{47, "0002 0800" SYN_V4},
		{47, "0000 0806" SYN_V4},
		{47, "0000 0040 aaaa03 000000 0800" SYN_V4},
		/* an inner packet of version 5 */
		{47, "0000 0800 55000014 00010000 40060000 c0000207 c6336409"},
		/* GREv1: no key, no sequence number (an acknowledgment alone), another protocol; LCP */
		{47, "1001 880b 00000001 0021" SYN_V4},
		{47, "2081 880b 0000 0007 00000002"},
		{47, "2001 880b 003e 0007 0021" SYN_V4},
		{47, "3001 0800 003c 0007 00000001" SYN_V4},
		{47, "b001 880b 003e 0007 00000001 0021" SYN_V4},
		{47, "3001 880b 000a 0007 00000001 ff03 c021 01010008 00000000"},
		/* VXLAN without a network identifier; from its port; of ARP */
		{17, "c000 12b5 0000 0000 00 000000 000000 00 " MAC "0800" SYN_V4},
		{17, "12b5 c000 0000 0000 08 000000 00002a 00 " MAC "0800" SYN_V4},
		{17, "c000 12b5 0000 0000 08 000000 00002a 00 " MAC "0806 00010800"},
		/* Geneve of version 1, a control packet, options behind the end */
		{17, "c000 17c1 0000 0000 40 00 0800 00002a 00" SYN_V4},
		{17, "c000 17c1 0000 0000 00 80 0800 00002a 00" SYN_V4},
		{17, "c000 17c1 0000 0000 3f 00 0800 00002a 00" SYN_V4},
		/* GTP-U: version 2, GTP', an echo; not IP; an extension header of no length */
		{17, "0868 0868 0000 0000 50 ff 003c 00000001" SYN_V4},
		{17, "0868 0868 0000 0000 20 ff 003c 00000001" SYN_V4},
		{17, "0868 0868 0000 0000 30 01 003c 00000001" SYN_V4},
		{17, "0868 0868 0000 0000 30 ff 0008 00000001 0000000000000000"},
		{17, "0868 0868 0000 0000 34 ff 0040 00000001 0000 00 85 00" SYN_V4},
		/* another port; no whole UDP header */
		{17, "c000 0035 0000 0000 08 000000 00002a 00 " MAC "0800" SYN_V4},
		{17, "c000 12b5"},
		/* ESP, and Ethernet in IP, which is not read */
		{50, "00000001 00000001" SYN_V4},
		{97, "3000 " MAC "0800" SYN_V4},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct block b = wrap_hex(false, rows[i].proto, rows[i].hex);
		struct packet p = decode(&b);

		if (p.kind != PACKET_OTHER)
			fail_msg("row %zu is of kind %d", i, (int)p.kind);
		block_free(&b);
	}
}

static void a_length_of_udp_that_cannot_be_is_refused(void **state)
{
	struct block b = wrap_hex(false, 17, "0868 0868 0000 0000 30 ff 003c 00000001" SYN_V4);

	(void)state;
	assert_int_equal(decode(&b).kind, PACKET_TCP);
	b.p[25]++;
	assert_int_equal(decode(&b).kind, PACKET_OTHER);
	b.p[25] = 7;
	assert_int_equal(decode(&b).kind, PACKET_OTHER);
	block_free(&b);
}

/* The outer packet and eight in it are read, and no more. */
static void tunnels_in_tunnels_have_a_bound(void **state)
{
	struct block b = block_hex(SYN_V4);

	(void)state;
	for (int depth = 1; depth <= 12; depth++) {
		struct block next = wrap(false, 4, &b);
		struct packet p = decode(&next);

		if (depth <= 8)
			check_syn(&p, (size_t)depth);
		else
			assert_int_equal(p.kind, PACKET_OTHER);
		block_free(&b);
		b = next;
	}
	block_free(&b);
}

/* A first fragment of the outer packet has all of a small inner one; what follows is no header. */
static void only_first_fragments_of_the_outer_packet_are_entered(void **state)
{
	struct block b = wrap_hex(false, 47, "0000 0800" SYN_V4);
	struct packet p;

	(void)state;
	b.p[6] = 0x20;
	p = decode(&b);
	check_syn(&p, 0);
	assert_false(p.frag.present);
	b.p[7] = 0x01;
	p = decode(&b);
	assert_int_equal(p.kind, PACKET_OTHER);
	assert_false(p.frag.present);
	block_free(&b);
}

/* IP (id 7, offset 16, flags [none], proto TCP (6), length 28) 192.0.2.7 > 198.51.100.9 */
static void a_fragment_in_a_tunnel_is_told(void **state)
{
	struct block b = wrap_hex(
		false, 47,
		"0000 0800 4500001c 00070002 40068e8f c0000207 c6336409 30313233 34353637");
	struct packet p = decode(&b);
	char text[ADDR_TEXT_MAX];

	(void)state;
	assert_int_equal(p.kind, PACKET_OTHER);
	assert_string_equal(addr_format(&p.src.addr, text), "192.0.2.7");
	assert_true(p.frag.present && !p.frag.more);
	assert_int_equal(p.frag.offset, 16);
	assert_int_equal(p.frag.id, 7);
	assert_int_equal(p.frag.len, 8);
	block_free(&b);
}

/* ICMP 192.0.2.7 tcp port 443 unreachable, which quotes 198.51.100.9.40000 > 192.0.2.7.443 */
static void an_icmp_error_in_a_tunnel_is_read(void **state)
{
	struct block b = wrap_hex(
		false, 4,
		"45000038 00090000 3c01187e cb007101 c6336409 0303c163 00000000 4500003c 43214000 "
		"01064a57 c6336409 c0000207 9c4001bb deadbeef");
	struct packet p = decode(&b);

	(void)state;
	assert_int_equal(p.kind, PACKET_ICMP);
	assert_int_equal(p.icmp.seq, 0xdeadbeef);
	block_free(&b);
}

/* A length of 0 within a tunnel is the rest of the outer packet, not of the frame. */
static void a_length_left_open_ends_with_the_outer_packet(void **state)
{
	struct block b = wrap_hex(false, 4,
	                          "45000000 00010000 40060000 c0000207 c6336409 01bb9c40 00001389 "
	                          "000003e9 501801f6 00000000 30313233");
	struct packet p;

	(void)state;
	packet_decode(&p, LINK_RAW, b.p, b.len, b.len + 100);
	assert_int_equal(p.kind, PACKET_TCP);
	assert_int_equal(p.seg.payload_len, 4);
	block_free(&b);
}

static void tunnel_decode_stands_behind_the_inner_header(void **state)
{
	struct block b = block_hex("2000 0800 00000007" SYN_V4);
	struct rd r = rd_from(b.p, b.len);
	struct ip outer = {.proto = IP_PROTO_GRE, .payload_len = (uint32_t)b.len}, inner;

	(void)state;
	assert_true(tunnel_decode(&r, &outer, &inner));
	assert_int_equal(rd_left(&r), 40);
	assert_int_equal(inner.proto, IP_PROTO_TCP);
	assert_int_equal(inner.payload_len, 40);
	block_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_innermost_segment_is_found),
		cmocka_unit_test(tunnels_cut_at_each_byte_carry_none_or_a_damaged_segment),
		cmocka_unit_test(wrong_bytes_do_no_harm),
		cmocka_unit_test(what_is_no_tunnel_is_left_alone),
		cmocka_unit_test(a_length_of_udp_that_cannot_be_is_refused),
		cmocka_unit_test(tunnels_in_tunnels_have_a_bound),
		cmocka_unit_test(only_first_fragments_of_the_outer_packet_are_entered),
		cmocka_unit_test(a_fragment_in_a_tunnel_is_told),
		cmocka_unit_test(an_icmp_error_in_a_tunnel_is_read),
		cmocka_unit_test(a_length_left_open_ends_with_the_outer_packet),
		cmocka_unit_test(tunnel_decode_stands_behind_the_inner_header),
	};

	return cmocka_run_group_tests_name("tunnel", tests, NULL, NULL);
}
