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
	/* length 68 (IEEE 802.3), LLC with SNAP: aa aa 03, organization 0, IPv4; the same in a VLAN */
	{LINK_ETHERNET, "020000000001 020000000002 0044 aaaa03 000000 0800 45", 0},
	{LINK_ETHERNET, "020000000001 020000000002 8100 002a 0058 aaaa03 000000 86dd 60", 0},
	/* the greatest length, SNAP with a VLAN tag, ethertype IPv4 */
	{LINK_ETHERNET, "020000000001 020000000002 05dc aaaa03 000000 8100 002a 0800 45", 0},
	/* PPPoE ses 0x1, length 62: PPP IPv4 (0x0021), IPv6 (0x0057); in a VLAN, the protocol in a byte */
	{LINK_ETHERNET, "020000000001 020000000002 8864 11 00 0001 003e 0021 45", 0},
	{LINK_ETHERNET, "020000000001 020000000002 8864 11 00 0001 0052 0057 60", 0},
	{LINK_ETHERNET, "020000000001 020000000002 8100 0007 8864 11 00 0001 003d 21 45", 0},
	/* MPLS (label 100000, exp 5, [S], ttl 3), pseudowire control word, Ethernet, IPv4 */
	{LINK_ETHERNET,
         "020000000001 020000000002 8847 186a0b03 00000000 020000000003 020000000004 0800 45", 0},
	/* the same without a control word, of two labels, with a VLAN */
	{LINK_ETHERNET,
         "020000000001 020000000002 8847 186a0003 00011b40 020000000003 020000000004 8100 002a "
         "86dd 60",
         0},
	/* without a control word, to an address whose first bits are not 0 */
	{LINK_ETHERNET, "020000000001 020000000002 8848 186a0103 fe0000000003 020000000004 0800 45",
         0},
	/* transparent Ethernet bridging */
	{LINK_ETHERNET, "020000000001 020000000002 6558 020000000003 020000000004 0800 45", 0},
	/* protocol 4: LLC with SNAP; PPPoE */
	{LINK_SLL, "0000 0001 0006 0200000000020000 0004 aaaa03 000000 0800 45", 0},
	{LINK_SLL, "0000 0001 0006 0200000000020000 8864 11 00 0001 003e 0021 45", 0},
	{LINK_SLL2, "0004 0000 00000003 0001 00 06 0200000000020000 aaaa03 000000 0800 45", 3},
	/* PPP: with address and control or not, IPv4, IPv6, the protocol in a byte */
	{LINK_PPP, "ff03 0021 45", 0},
	{LINK_PPP, "0021 45", 0},
	{LINK_PPP, "ff03 57 60", 0},
	{LINK_PPP, "57 60", 0},
	{LINK_PPP_HDLC, "ff03 0021 45", 0},
	{LINK_PPP_HDLC, "21 45", 0},
	/* Cisco HDLC: unicast, broadcast; control, ethertype */
	{LINK_PPP_HDLC, "0f 00 0800 45", 0},
	{LINK_PPP_HDLC, "8f 00 86dd 60", 0},
	{LINK_C_HDLC, "0f 00 0800 45", 0},
	{LINK_C_HDLC, "8f 00 86dd 60", 0},
	{LINK_PPP_ETHER, "11 00 0001 003e 0021 45", 0},
	{LINK_PPP_ETHER, "11 00 0001 0052 0057 60", 0},
	/* frame control of FDDI (LLC, async), two addresses, LLC with SNAP */
	{LINK_FDDI, "50 020000000001 020000000002 aaaa03 000000 0800 45", 0},
	{LINK_FDDI, "54 020000000001 020000000002 aaaa03 000000 86dd 60", 0},
	/* IEEE 802.11: frame control (data, from the AP), duration, 3 addresses, sequence 256; LLC */
	{LINK_IEEE802_11,
         "0802 2c00 020000000001 02000000000a 020000000002 0010 aaaa03 000000 0800 45", 0},
	/* QoS data to the AP: and QoS control, priority 6 */
	{LINK_IEEE802_11,
         "8801 2c00 02000000000a 020000000001 020000000002 0010 0600 aaaa03 000000 86dd 60", 0},
	/* from AP to AP, again, with the fourth address; with QoS; and with HT control, too */
	{LINK_IEEE802_11,
         "080b 2c00 02000000000a 02000000000b 020000000001 0010 020000000002 aaaa03 000000 0800 "
         "45",
         0},
	{LINK_IEEE802_11,
         "8803 2c00 02000000000a 02000000000b 020000000001 0010 020000000002 0000 aaaa03 000000 "
         "0800 45",
         0},
	{LINK_IEEE802_11,
         "8883 2c00 02000000000a 02000000000b 020000000001 0010 020000000002 0000 00000000 aaaa03 "
         "000000 0800 45",
         0},
	/* radiotap: version, pad, length 8, nothing present */
	{LINK_IEEE802_11_RADIOTAP,
         "00 00 0800 00000000 0802 2c00 020000000001 02000000000a 020000000002 0010 aaaa03 000000 "
         "0800 45",
         0},
	/* length 18: TSFT (8 bytes), flags (FCS at end), rate */
	{LINK_IEEE802_11_RADIOTAP,
         "00 00 1200 07000000 8877665544332211 10 0c 0802 2c00 020000000001 02000000000a "
         "020000000002 0010 aaaa03 000000 0800 45",
         0},
	/* length 25: two words of what is present, padding, TSFT, flags (padded); QoS, padding (2) */
	{LINK_IEEE802_11_RADIOTAP,
         "00 00 1900 03000080 00000000 00000000 8877665544332211 20 8802 2c00 020000000001 "
         "02000000000a 020000000002 0010 0000 0000 aaaa03 000000 0800 45",
         0},
	/* length 9: flags (padded) without TSFT; a header of 24 bytes needs no padding */
	{LINK_IEEE802_11_RADIOTAP,
         "00 00 0900 02000000 20 0802 2c00 020000000001 02000000000a 020000000002 0010 aaaa03 "
         "000000 0800 45",
         0},
};

/* Behind MPLS only the first byte of IP itself tells what it is. */
static const struct {
	int type;
	const char *hex;
} carry_ip_by_version[] = {
	/* MPLS (label 16, exp 0, [S], ttl 63); (label 100000, exp 0, ttl 63)(label 16, exp 0, [S]) */
	{LINK_ETHERNET, "020000000001 020000000002 8847 0001013f 45"},
	{LINK_ETHERNET, "020000000001 020000000002 8847 186a003f 0001013f 60"},
	{LINK_ETHERNET, "020000000001 020000000002 8848 186a003f 0001013f 45"},
	{LINK_ETHERNET, "020000000001 020000000002 8100 002a 8847 0001013f 45"},
	{LINK_SLL2, "8847 0000 00000000 0001 00 06 0200000000020000 0001013f 45"},
	/* PPP MPLS unicast (0x0281), multicast (0x0283) */
	{LINK_PPP, "ff03 0281 0001013f 45"},
	{LINK_PPP, "0283 0001013f 60"},
	{LINK_C_HDLC, "0f 00 8847 0001013f 45"},
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

static void ip_behind_mpls_is_known_by_its_version(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(carry_ip_by_version); i++) {
		struct block b = block_hex(carry_ip_by_version[i].hex);

		for (size_t cut = 0; cut <= b.len; cut++) {
			struct block part = block_prefix(&b, cut);
			struct rd r = rd_from(part.p, cut);
			bool ip = link_decode(&r, carry_ip_by_version[i].type).ip;

			if (ip != (cut == b.len) || (ip && rd_left(&r) != 1))
				fail_msg("row %zu cut to %zu: ip %d", i, cut, ip);
			block_free(&part);
		}
		block_free(&b);
	}
}

/* Each byte of each header with each value: whatever it says, nothing is read behind the end. */
static void wrong_bytes_do_no_harm(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(carry_ip); i++) {
		struct block b = block_hex(carry_ip[i].hex);

		for (size_t at = 0; at < b.len * 256; at++) {
			struct rd r = rd_from(b.p, b.len);
			uint8_t was = b.p[at / 256];

			b.p[at / 256] = (uint8_t)at;
			if (link_decode(&r, carry_ip[i].type).ip)
				assert_true(rd_ok(&r) && rd_left(&r) < b.len + 1);
			b.p[at / 256] = was;
		}
		block_free(&b);
	}
}

static const struct {
	int type;
	const char *hex;
} carry_no_ip[] = {
	/* ARP, IEEE 802.3 with LLC of spanning tree, ARP in a VLAN, an unended stack of tags */
	{LINK_ETHERNET, "ffffffffffff 020000000002 0806 0001080006040001"},
	{LINK_ETHERNET, "0180c2000000 020000000002 0026 424203000000"},
	{LINK_ETHERNET, "020000000001 020000000002 8100 002a 0806 00010800"},
	{LINK_ETHERNET, "020000000001 020000000002 8100 002a 8100 002a 8100 002a 8100"},
	/* 802.3: SNAP of another organization, of ARP, of a length; no unnumbered information */
	{LINK_ETHERNET, "020000000001 020000000002 002f aaaa03 00000c 0800 45000028"},
	{LINK_ETHERNET, "020000000001 020000000002 002f aaaa03 000000 0806 45000028"},
	{LINK_ETHERNET, "020000000001 020000000002 002f aaaa03 000000 002f aaaa03000000080045"},
	{LINK_ETHERNET, "020000000001 020000000002 002f aaaa07 000000 0800 45000028"},
	/* neither a length nor a type (1501) */
	{LINK_ETHERNET, "020000000001 020000000002 05dd aaaa03 000000 0800 45000028"},
	/* PPPoE discovery; of another version; with a code; PPP LCP; compressed TCP/IP headers */
	{LINK_ETHERNET, "020000000001 020000000002 8863 1100000100080021 45000028"},
	{LINK_ETHERNET, "020000000001 020000000002 8864 1200000100080021 45000028"},
	{LINK_ETHERNET, "020000000001 020000000002 8864 1109000100080021 45000028"},
	{LINK_ETHERNET, "020000000001 020000000002 8864 110000010008c021 45000028"},
	{LINK_PPP, "ff03 002d 45000028"},
	{LINK_PPP, "ff03 00fd 45000028"},
	{LINK_PPP_ETHER, "11a70001 0008 0021 45000028"},
	{LINK_PPP_HDLC, "0f00 0806 00010800"},
	{LINK_C_HDLC, "8f00 8035 00000002"},
	/* MPLS without a bottom; an associated channel (1); a pseudowire of ARP */
	{LINK_ETHERNET, "020000000001 020000000002 8847 0001003f 0001003f"},
	{LINK_ETHERNET, "020000000001 020000000002 8847 0001013f 10000021 45000028"},
	{LINK_ETHERNET,
         "020000000001 020000000002 8847 0001013f 020000000003 020000000004 0806 00010800"},
	{LINK_SLL, "0000 0001 0006 0200000000020000 0806 00010800"},
	/* a length where SLL has Linux's numbers; 802.3 without LLC (1) */
	{LINK_SLL, "0000 0001 0006 0200000000020000 002f aaaa03 000000 0800 45000028"},
	{LINK_SLL, "0000 0001 0006 0200000000020000 0001 aaaa03 000000 0800 45000028"},
	{LINK_SLL2, "0806 0000 00000003 0001 00 06 0200000000020000 00010800"},
	/* AF 7; AF IPv4 in the wrong byte order where the order is fixed */
	{LINK_NULL, "07000000 45000028"},
	{LINK_NULL, "02000001 45000028"},
	{LINK_LOOP, "02000000 45000028"},
	/* FDDI: station management */
	{LINK_FDDI, "41 020000000001 020000000002 aaaa03 000000 0800 45000028"},
	/* 802.11: beacon; null data; QoS null; protected; the second fragment; an A-MSDU */
	{LINK_IEEE802_11, "8000 0000 ffffffffffff 02000000000a 02000000000a 0010 aaaa03 "
                          "000000 0800 45000028"},
	{LINK_IEEE802_11, "4802 2c00 020000000001 02000000000a 020000000002 0010 aaaa03 "
                          "000000 0800 45000028"},
	{LINK_IEEE802_11, "c802 2c00 020000000001 02000000000a 020000000002 0010 0000 aaaa03 "
                          "000000 0800 45000028"},
	{LINK_IEEE802_11, "0842 2c00 020000000001 02000000000a 020000000002 0010 aaaa03 "
                          "000000 0800 45000028"},
	{LINK_IEEE802_11, "0802 2c00 020000000001 02000000000a 020000000002 0110 aaaa03 "
                          "000000 0800 45000028"},
	{LINK_IEEE802_11, "8802 2c00 020000000001 02000000000a 020000000002 0010 8000 aaaa03 "
                          "000000 0800 45000028"},
	/* radiotap: version 1; a length below its head; a bad FCS; a length behind the end */
	{LINK_IEEE802_11_RADIOTAP,
         "01 00 0800 00000000 0802 2c00 020000000001 02000000000a 020000000002 0010 aaaa03 "
         "000000 0800 45000028"},
	{LINK_IEEE802_11_RADIOTAP,
         "00 00 0400 0802 2c00 020000000001 02000000000a 020000000002 0010 aaaa03 000000 "
         "0800 45000028"},
	{LINK_IEEE802_11_RADIOTAP,
         "00 00 0900 02000000 40 0802 2c00 020000000001 02000000000a 020000000002 0010 "
         "aaaa03 000000 0800 45000028"},
	{LINK_IEEE802_11_RADIOTAP,
         "00 00 0008 00000000 0802 2c00 020000000001 02000000000a 020000000002 0010 aaaa03 "
         "000000 0800 45000028"},
	/* IEEE 802.5, and no link type at all */
	{6, "10 40 020000000001 020000000002 aaaa03 000000 0800 45000028"},
	{-1, "45000028"},
	{65536 + LINK_RAW, "45000028"},
};

static void other_frames_carry_no_ip(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(carry_no_ip); i++) {
		struct block b = block_hex(carry_no_ip[i].hex);
		struct rd r = rd_from(b.p, b.len);

		if (link_decode(&r, carry_no_ip[i].type).ip)
			fail_msg("row %zu carries IP", i);
		block_free(&b);
	}
}

static void link_types_are_known_by_their_official_numbers(void **state)
{
	static const int known[] = {0,   1,   9,   10,  50,  51,  101, 104,
	                            105, 108, 113, 127, 228, 229, 276};
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
		cmocka_unit_test(ip_behind_mpls_is_known_by_its_version),
		cmocka_unit_test(wrong_bytes_do_no_harm),
		cmocka_unit_test(other_frames_carry_no_ip),
		cmocka_unit_test(link_types_are_known_by_their_official_numbers),
	};

	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
