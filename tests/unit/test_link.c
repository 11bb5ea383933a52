/* SPDX-License-Identifier: BSD-2-Clause */
/* test_link.c - tests that the IP header is found behind every link header, and nowhere else. */
#include "../lib/check.h"

#include "wire/link.h"

/* In each row the byte 45 or 60 after the link header stands for the IP packet. */
static const struct {
	int type;
	const char *hex;
	uint32_t ifindex;
} carry_ip[] = {
	/* 02:00:00:00:00:02 > 02:00:00:00:00:01, ethertype IPv4 (0x0800), IPv6 (0x86dd) */
	{LINK_ETHERNET, "020000000001 020000000002 0800 45", 0},
	{LINK_ETHERNET, "020000000001 020000000002 86dd 60", 0},
	/* ethertype 802.1Q (0x8100), vlan 42, p 0, ethertype IPv4 */
	{LINK_ETHERNET, "020000000001 020000000002 8100 002a 0800 45", 0},
	/* ethertype 802.1Q-QinQ (0x88a8), vlan 100, ethertype 802.1Q, vlan 42, ethertype IPv6 */
	{LINK_ETHERNET, "020000000001 020000000002 88a8 0064 8100 002a 86dd 60", 0},
	/* ethertype 802.1Q-9100 (0x9100), vlan 100, ethertype 802.1Q, vlan 42, ethertype IPv4 */
	{LINK_ETHERNET, "020000000001 020000000002 9100 0064 8100 002a 0800 45", 0},
	/* four tags, which nobody sends */
	{LINK_ETHERNET, "020000000001 020000000002 8100e001 81000002 88a80003 91000004 0800 45", 0},
	/* In 02:00:00:00:00:02 ethertype IPv4; Out, of a loopback interface, ethertype IPv6 */
	{LINK_SLL, "0000 0001 0006 0200000000020000 0800 45", 0},
	{LINK_SLL, "0004 0304 0006 0000000000000000 86dd 60", 0},
	{LINK_SLL, "0000 0001 0006 0200000000020000 8100 002a 0800 45", 0},
	/* ifindex 3 In, ifindex 16909060 Out with vlan 42 */
	{LINK_SLL2, "86dd 0000 00000003 0001 00 06 0200000000020000 60", 3},
	{LINK_SLL2, "8100 0000 01020304 0001 04 06 0200000000020000 002a 0800 45", 0x01020304},
	/* AF IPv4 (2), and AF IPv6 of Linux (10), NetBSD (24), FreeBSD (28), macOS (30) */
	{LINK_NULL, "02000000 45", 0},
	{LINK_NULL, "00000002 45", 0},
	{LINK_NULL, "0a000000 60", 0},
	{LINK_NULL, "18000000 60", 0},
	{LINK_NULL, "0000001c 60", 0},
	{LINK_NULL, "1e000000 60", 0},
	{LINK_LOOP, "00000002 45", 0},
	{LINK_LOOP, "00000018 60", 0},
	{LINK_RAW, "45", 0},
	{LINK_RAW, "60", 0},
	{LINK_IPV4, "45", 0},
	{LINK_IPV6, "60", 0},
};

static void the_ip_header_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(carry_ip); i++) {
		struct block b = block_hex(carry_ip[i].hex);
		struct rd r = rd_from(b.p, b.len);
		struct link l = link_decode(&r, carry_ip[i].type);

		if (!l.ip || rd_left(&r) != 1 || l.ifindex != carry_ip[i].ifindex)
			fail_msg("row %zu: ip %d, %zu left, ifindex %u", i, l.ip, rd_left(&r),
			         l.ifindex);
		block_free(&b);
	}
}

/* Cut anywhere in the link header, a frame carries no IP. Whole, with nothing behind, it does. */
static void link_headers_cut_at_each_byte_carry_no_ip(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(carry_ip); i++) {
		struct block b = block_hex(carry_ip[i].hex);

		for (size_t cut = 0; cut < b.len; cut++) {
			struct block part = block_prefix(&b, cut);
			struct rd r = rd_from(part.p, cut);

			assert_int_equal(link_decode(&r, carry_ip[i].type).ip, cut == b.len - 1);
			block_free(&part);
		}
		block_free(&b);
	}
}

static void other_frames_carry_no_ip(void **state)
{
	static const struct {
		int type;
		const char *hex;
	} rows[] = {
		/* ARP, IEEE 802.3 with LLC, MPLS, PPPoE, ARP in a VLAN, an unended stack of tags */
		{LINK_ETHERNET, "ffffffffffff 020000000002 0806 0001080006040001"},
		{LINK_ETHERNET, "0180c2000000 020000000002 0026 424203000000"},
		{LINK_ETHERNET, "020000000001 020000000002 8847 0001013f 45000028"},
		{LINK_ETHERNET, "020000000001 020000000002 8864 1100000100080021 45000028"},
		{LINK_ETHERNET, "020000000001 020000000002 8100 002a 0806 00010800"},
		{LINK_ETHERNET, "020000000001 020000000002 8100 002a 8100 002a 8100 002a 8100"},
		{LINK_SLL, "0000 0001 0006 0200000000020000 0806 00010800"},
		{LINK_SLL2, "0806 0000 00000003 0001 00 06 0200000000020000 00010800"},
		/* AF 7; AF IPv4 in the wrong byte order where the order is fixed */
		{LINK_NULL, "07000000 45000028"},
		{LINK_NULL, "02000001 45000028"},
		{LINK_LOOP, "02000000 45000028"},
		/* IEEE 802.11, PPP, and no link type at all */
		{105, "45000028 45000028 45000028 08004500"},
		{9, "ff030021 45000028"},
		{-1, "45000028"},
		{65536 + LINK_RAW, "45000028"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct block b = block_hex(rows[i].hex);
		struct rd r = rd_from(b.p, b.len);

		if (link_decode(&r, rows[i].type).ip)
			fail_msg("row %zu carries IP", i);
		block_free(&b);
	}
}

static void link_types_are_known_by_their_official_numbers(void **state)
{
	static const int known[] = {0, 1, 101, 108, 113, 228, 229, 276};
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(known); i++)
		assert_true(link_known(known[i]));
	for (int type = -1000; type < 1000; type++)
		count += link_known(type);
	assert_int_equal(count, CHECK_COUNT(known));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ip_header_is_found),
		cmocka_unit_test(link_headers_cut_at_each_byte_carry_no_ip),
		cmocka_unit_test(other_frames_carry_no_ip),
		cmocka_unit_test(link_types_are_known_by_their_official_numbers),
	};

	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
