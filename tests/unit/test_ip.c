/* SPDX-License-Identifier: BSD-2-Clause */
/* test_ip.c - tests of IPv4 and IPv6 headers with options, extension headers and fragments. */
#include "../lib/check.h"

#include "wire/ip.h"

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 40)
 * 192.0.2.7 > 198.51.100.9
 */
#define V4_PLAIN "45020028 12344000 39064356 c0000207 c6336409"

/* IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 48, options
 * (RR 0.0.0.0,EOL)) 192.0.2.7 > 198.51.100.9
 */
#define V4_OPTIONS "47000030 00010000 4006817c c0000207 c6336409 07070400 00000000"

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header TCP (6) payload length: 40)
 * 2001:db8::7 > 2001:db8::9
 */
#define V6_PLAIN                                                                                   \
	"6b912345 0028063b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 "        \
	"00000009"

/* The same with a payload of 68 and hop-by-hop, destination options and routing headers:
 * HBH (padn) DSTOPT (padn) RT6 (len=2, type=0, segleft=0, [0]2001:db8::5)
 */
#define V6_EXTENSIONS                                                                              \
	"6b912345 0044003b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 "        \
	"00000009"                                                                                 \
	"3c000104 00000000 2b01010c 00000000 00000000 00000000 06020000 00000000 20010db8 "        \
	"00000000"                                                                                 \
	"00000000 00000005"

/* AH(length=4(24-bytes),spi=0x00010203,seq=0x4050607,icv=0x08090a0b0c0d0e0f10111213) */
#define V6_AUTH                                                                                    \
	"6b912345 002c333b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 "        \
	"00000009"                                                                                 \
	"06040000 00010203 04050607 08090a0b 0c0d0e0f 10111213"

/* An IPv6 header with payload length and next header to be given, and nothing behind it. */
#define V6_HEAD(len, next)                                                                         \
	"60000000 " len next "40 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000"   \
	" 00000009 "

/* Decode a whole header; how many bytes are left over is returned, or -1. */
static int decode(const char *hex, size_t frame_len, struct ip *out)
{
	struct block b = block_hex(hex);
	struct rd r = rd_from(b.p, b.len);
	bool good = ip_decode(&r, frame_len, out);
	int left = (int)rd_left(&r);

	block_free(&b);
	return good ? left : -1;
}

static void an_ipv4_header_is_decoded(void **state)
{
	static const uint8_t src[16] = {192, 0, 2, 7}, dst[16] = {198, 51, 100, 9};
	struct ip ip;

	(void)state;
	assert_int_equal(decode(V4_PLAIN, 40, &ip), 0);
	assert_int_equal(ip.src.family, ADDR_V4);
	assert_int_equal(ip.dst.family, ADDR_V4);
	assert_memory_equal(ip.src.bytes, src, 16);
	assert_memory_equal(ip.dst.bytes, dst, 16);
	assert_int_equal(ip.proto, IP_PROTO_TCP);
	assert_int_equal(ip.payload_len, 20);
	assert_false(ip.fragment || ip.later_fragment);
	assert_int_equal(ip.fields.ttl, 57);
	assert_int_equal(ip.fields.tos, 2);
	assert_true(ip.fields.df);
	assert_int_equal(ip.fields.id, 0x1234);
	assert_int_equal(ip.fields.flow, 0);
}

static void an_ipv6_header_is_decoded(void **state)
{
	static const uint8_t src[16] = {0x20, 1, 0x0d, 0xb8, [15] = 7};
	static const uint8_t dst[16] = {0x20, 1, 0x0d, 0xb8, [15] = 9};
	struct ip ip;

	(void)state;
	assert_int_equal(decode(V6_PLAIN, 80, &ip), 0);
	assert_int_equal(ip.src.family, ADDR_V6);
	assert_memory_equal(ip.src.bytes, src, 16);
	assert_memory_equal(ip.dst.bytes, dst, 16);
	assert_int_equal(ip.proto, IP_PROTO_TCP);
	assert_int_equal(ip.payload_len, 40);
	assert_false(ip.fragment || ip.later_fragment);
	assert_int_equal(ip.fields.ttl, 59);
	assert_int_equal(ip.fields.tos, 0xb9);
	assert_false(ip.fields.df);
	assert_int_equal(ip.fields.id, 0);
	assert_int_equal(ip.fields.flow, 0x12345);
}

static void ipv4_options_are_skipped(void **state)
{
	struct ip ip;

	(void)state;
	assert_int_equal(decode(V4_OPTIONS "aabbcc", 48, &ip), 3);
	assert_int_equal(ip.payload_len, 20);
	assert_false(ip.fields.df);
}

static void extension_headers_are_skipped(void **state)
{
	struct ip ip;

	(void)state;
	assert_int_equal(decode(V6_EXTENSIONS "aabbcc", 108, &ip), 3);
	assert_int_equal(ip.proto, IP_PROTO_TCP);
	assert_int_equal(ip.payload_len, 20);
	assert_int_equal(decode(V6_AUTH "aabbcc", 84, &ip), 3);
	assert_int_equal(ip.proto, IP_PROTO_TCP);
	assert_int_equal(ip.payload_len, 20);
}

/* Every header length of IPv4, 20 to 60, and those that cannot be, in a packet of 60 bytes. */
static void every_ipv4_header_length_is_told(void **state)
{
	struct block b = block_hex("4002003c 12344000 39064356 c0000207 c6336409"
	                           "01010101 01010101 01010101 01010101 01010101"
	                           "01010101 01010101 01010101 01010101 01010101");

	(void)state;
	for (unsigned int ihl = 0; ihl < 16; ihl++) {
		struct rd r = rd_from(b.p, b.len);
		struct ip ip;

		b.p[0] = (uint8_t)(0x40 | ihl);
		assert_int_equal(ip_decode(&r, 60, &ip), ihl >= 5);
		if (ihl >= 5)
			assert_int_equal(ip.payload_len, 60 - ihl * 4);
	}
	block_free(&b);
}

static void other_versions_are_no_ip(void **state)
{
	(void)state;
	for (unsigned int version = 0; version < 16; version++) {
		struct block b = block_hex(V6_PLAIN);
		struct rd r = rd_from(b.p, b.len);
		struct ip ip;

		b.p[0] = (uint8_t)(version << 4 | 5);
		assert_int_equal(ip_decode(&r, 80, &ip), version == 4 || version == 6);
		block_free(&b);
	}
}

static void a_total_length_below_the_header_is_refused(void **state)
{
	struct ip ip;

	(void)state;
	assert_int_equal(decode("45000013 00010000 40060000 c0000207 c6336409", 20, &ip), -1);
	assert_int_equal(decode("45000014 00010000 40060000 c0000207 c6336409", 20, &ip), 0);
	assert_int_equal(ip.payload_len, 0);
}

static void a_total_length_of_zero_means_the_frame(void **state)
{
	struct ip ip;

	(void)state;
	assert_int_equal(decode("45020000 12344000 39064356 c0000207 c6336409", 70000, &ip), 0);
	assert_int_equal(ip.payload_len, 69980);
	assert_int_equal(decode("45020000 12344000 39064356 c0000207 c6336409", 19, &ip), -1);
}

static void a_payload_length_of_zero_means_the_frame(void **state)
{
	struct ip ip;

	(void)state;
	assert_int_equal(decode(V6_HEAD("0000", "06"), 70000, &ip), 0);
	assert_int_equal(ip.payload_len, 69960);
	assert_int_equal(decode(V6_HEAD("0000", "06"), 40, &ip), 0);
	assert_int_equal(ip.payload_len, 0);
}

static void the_length_field_rules_also_where_the_frame_is_longer(void **state)
{
	struct ip ip;

	(void)state;
	assert_int_equal(decode(V4_PLAIN, 60, &ip), 0);
	assert_int_equal(ip.payload_len, 20);
	assert_int_equal(decode(V6_PLAIN, 99, &ip), 0);
	assert_int_equal(ip.payload_len, 40);
}

static void ipv4_fragments_are_told_from_whole_packets(void **state)
{
	static const struct {
		uint16_t field;
		bool fragment, later, df;
	} rows[] = {
		{0x0000, false, false, false}, {0x4000, false, false, true},
		{0x8000, false, false, false}, /* the evil bit (RFC 3514) says nothing */
		{0x2000, true, false, false},  {0x2001, true, true, false},
		{0x0001, true, true, false},   {0x1fff, true, true, false},
		{0x6000, true, false, true},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct block b = block_hex(V4_PLAIN);
		struct rd r = rd_from(b.p, b.len);
		struct ip ip;

		b.p[6] = (uint8_t)(rows[i].field >> 8);
		b.p[7] = (uint8_t)rows[i].field;
		assert_true(ip_decode(&r, 40, &ip));
		assert_int_equal(ip.fragment, rows[i].fragment);
		assert_int_equal(ip.later_fragment, rows[i].later);
		assert_int_equal(ip.fields.df, rows[i].df);
		block_free(&b);
	}
}

static void ipv6_fragments_are_told_from_whole_packets(void **state)
{
	static const struct {
		const char *hex;
		bool fragment, later;
	} rows[] = {
		/* frag (0x0000abcd:0|20) whole ("atomic", RFC 6946), first of several, offset 24 */
		{V6_HEAD("001c", "2c") "06000000 0000abcd", false, false},
		{V6_HEAD("001c", "2c") "06000001 0000abcd", true, false},
		{V6_HEAD("001c", "2c") "06000018 0000abcd", true, true},
		{V6_HEAD("001c", "2c") "0600fff9 0000abcd", true, true},
		/* the two reserved bits, and a reserved byte where others have a length */
		{V6_HEAD("001c", "2c") "06ff0006 0000abcd", false, false},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct ip ip;

		assert_int_equal(decode(rows[i].hex, 68, &ip), 0);
		assert_int_equal(ip.fragment, rows[i].fragment);
		assert_int_equal(ip.later_fragment, rows[i].later);
		assert_int_equal(ip.proto, IP_PROTO_TCP);
		assert_int_equal(ip.payload_len, 20);
	}
}

static void fragments_have_offset_and_identification(void **state)
{
	static const struct {
		const char *hex;
		bool more;
		uint16_t offset;
		uint32_t id, len;
	} rows[] = {
		/* id 4660, offset 0, flags [+], length 60; offset 1480, flags [none]; offset 65528 */
		{"4500003c 12342000 40060000 c0000207 c6336409", true, 0, 0x1234, 40},
		{"4500003c 123400b9 40060000 c0000207 c6336409", false, 1480, 0x1234, 40},
		{"4500003c ffff3fff 40060000 c0000207 c6336409", true, 65528, 0xffff, 40},
		/* no fragment, whatever its id */
		{"4500003c 12344000 40060000 c0000207 c6336409", false, 0, 0, 0},
		/* frag (0x12345678:0|20) of more, (0x12345678:65528|20), an only one (0x12345678:0|20) */
		{V6_HEAD("001c", "2c") "06000001 12345678", true, 0, 0x12345678, 20},
		{V6_HEAD("001c", "2c") "0600fff8 12345678", false, 65528, 0x12345678, 20},
		{V6_HEAD("001c", "2c") "06000000 12345678", false, 0, 0, 0},
		/* hop-by-hop options before it do not count */
		{V6_HEAD("0024", "00") "2c000104 00000000 06000019 12345678", true, 24, 0x12345678,
	         20},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct ip ip;

		assert_int_equal(decode(rows[i].hex, 200, &ip), 0);
		assert_int_equal(ip.more_fragments, rows[i].more);
		assert_int_equal(ip.frag_offset, rows[i].offset);
		assert_int_equal(ip.frag_id, rows[i].id);
		assert_int_equal(ip.frag_len, rows[i].len);
		assert_int_equal(ip.frag_proto, rows[i].len == 0 ? 0 : IP_PROTO_TCP);
	}
}

/* Destination options behind the fragment header are part of what was fragmented. */
static void extensions_of_the_whole_count_for_fragments(void **state)
{
	struct ip ip;

	(void)state;
	assert_int_equal(
		decode(V6_HEAD("0024", "2c") "3c000001 0000abcd 06000104 00000000", 76, &ip), 0);
	assert_int_equal(ip.proto, IP_PROTO_TCP);
	assert_int_equal(ip.frag_proto, 60);
	assert_int_equal(ip.payload_len, 20);
	assert_int_equal(ip.frag_len, 28);
	assert_true(ip_is_extension(60));
	assert_false(ip_is_extension(IP_PROTO_TCP));
}

/* Behind a later fragment's header stands data, even where it says "destination options". */
static void nothing_is_skipped_in_a_later_fragment(void **state)
{
	struct ip ip;

	(void)state;
	assert_int_equal(
		decode(V6_HEAD("0018", "2c") "3c000018 0000abcd 06000000 00000000", 64, &ip), 8);
	assert_true(ip.later_fragment);
	assert_int_equal(ip.payload_len, 16);
}

static void an_extension_longer_than_the_payload_is_refused(void **state)
{
	struct ip ip;

	(void)state;
	assert_int_equal(decode(V6_HEAD("0007", "00") "06000104 00000000", 48, &ip), -1);
	assert_int_equal(decode(V6_HEAD("0008", "00") "06000104 00000000", 48, &ip), 0);
	assert_int_equal(
		decode(V6_HEAD("0008", "00") "06010104 00000000 00000000 00000000", 56, &ip), -1);
	assert_int_equal(decode(V6_HEAD("0007", "2c") "06000000 0000abcd", 48, &ip), -1);
}

/* A thousand headers of eight bytes: decoded or not, no transport header is made up. */
static void an_endless_chain_of_extensions_ends(void **state)
{
	static uint8_t bytes[40 + 8000];
	struct block head = block_hex(V6_HEAD("1f40", "3c"));
	struct rd r = rd_from(bytes, sizeof(bytes));
	struct ip ip;

	(void)state;
	memcpy(bytes, head.p, 40);
	for (size_t i = 0; i < 1000; i++)
		bytes[40 + i * 8] = i < 999 ? 60 : IP_PROTO_TCP;
	assert_true(!ip_decode(&r, sizeof(bytes), &ip) || ip.proto == 60);
	block_free(&head);
}

static void headers_cut_at_each_byte_are_refused(void **state)
{
	static const char *const rows[] = {
		V4_PLAIN,      V4_OPTIONS, V6_PLAIN,
		V6_EXTENSIONS, V6_AUTH,    V6_HEAD("001c", "2c") "06000000 0000abcd",
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct block b = block_hex(rows[i]);

		for (size_t cut = 0; cut <= b.len; cut++) {
			struct block part = block_prefix(&b, cut);
			struct rd r = rd_from(part.p, cut);
			struct ip ip;

			assert_int_equal(ip_decode(&r, 200, &ip), cut == b.len);
			block_free(&part);
		}
		block_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ipv4_header_is_decoded),
		cmocka_unit_test(an_ipv6_header_is_decoded),
		cmocka_unit_test(ipv4_options_are_skipped),
		cmocka_unit_test(extension_headers_are_skipped),
		cmocka_unit_test(every_ipv4_header_length_is_told),
		cmocka_unit_test(other_versions_are_no_ip),
		cmocka_unit_test(a_total_length_below_the_header_is_refused),
		cmocka_unit_test(a_total_length_of_zero_means_the_frame),
		cmocka_unit_test(a_payload_length_of_zero_means_the_frame),
		cmocka_unit_test(the_length_field_rules_also_where_the_frame_is_longer),
		cmocka_unit_test(ipv4_fragments_are_told_from_whole_packets),
		cmocka_unit_test(ipv6_fragments_are_told_from_whole_packets),
		cmocka_unit_test(fragments_have_offset_and_identification),
		cmocka_unit_test(extensions_of_the_whole_count_for_fragments),
		cmocka_unit_test(nothing_is_skipped_in_a_later_fragment),
		cmocka_unit_test(an_extension_longer_than_the_payload_is_refused),
		cmocka_unit_test(an_endless_chain_of_extensions_ends),
		cmocka_unit_test(headers_cut_at_each_byte_are_refused),
	};

	return cmocka_run_group_tests_name("ip", tests, NULL, NULL);
}
