/* SPDX-License-Identifier: BSD-2-Clause */
/* test_csum.c - tests of the Internet checksum and of what a captured one tells. */
#include "../lib/check.h"

#include "wire/csum.h"

/* RFC 1071 section 3 sums these to 2ddf0, which folds to ddf2. */
static const uint8_t rfc1071[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

/* 192.0.2.7.443 > 198.51.100.9.40000: Flags [P.], cksum 0xc84d (correct), seq 5001:5006,
 * ack 1001, win 502, length 5
 */
static const char odd_v4[] = "01bb9c40 00001389 000003e9 501801f6 c84d0000 68656c6c 6f";

/* 2001:db8::7.40000 > 2001:db8::9.443: Flags [S], cksum 0x7b39 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char syn_v6[] = "9c4001bb 000003e8 00000000 a002faf0 7b390000 020405b4 0402080a"
			     "075bcd15 00000000 01030307";

static const struct addr v4_a = {.family = ADDR_V4, .bytes = {192, 0, 2, 7}};
static const struct addr v4_b = {.family = ADDR_V4, .bytes = {198, 51, 100, 9}};
static const struct addr v6_a = {.family = ADDR_V6, .bytes = {0x20, 1, 0x0d, 0xb8, [15] = 7}};
static const struct addr v6_b = {.family = ADDR_V6, .bytes = {0x20, 1, 0x0d, 0xb8, [15] = 9}};

static void the_rfc_example_is_met(void **state)
{
	(void)state;
	assert_int_equal(csum_fold(csum_add(0, rfc1071, 8)), 0xddf2);
}

static void nothing_sums_to_nothing(void **state)
{
	(void)state;
	assert_int_equal(csum_add(0, NULL, 0), 0);
	assert_int_equal(csum_fold(0), 0);
}

static void an_odd_last_byte_is_the_high_one(void **state)
{
	static const uint8_t three[] = {0x12, 0x34, 0x56};
	struct block b = block_copy(three, 3);

	(void)state;
	assert_int_equal(csum_fold(csum_add(0, b.p, 3)), 0x1234 + 0x5600);
	block_free(&b);
}

static void sums_of_parts_add_up(void **state)
{
	(void)state;
	for (size_t cut = 0; cut <= 8; cut += 2) {
		uint32_t sum = csum_add(csum_add(0, rfc1071, cut), rfc1071 + cut, 8 - cut);

		assert_int_equal(csum_fold(sum), 0xddf2);
	}
}

static void folding_carries_more_than_once(void **state)
{
	(void)state;
	assert_int_equal(csum_fold(0xffff), 0xffff);
	assert_int_equal(csum_fold(0x10000), 1);
	assert_int_equal(csum_fold(0x1ffff), 1);
	assert_int_equal(csum_fold(0xffffffff), 0xffff);
	assert_int_equal(csum_fold(0xffff0001), 1);
}

static void a_sum_beyond_32_bits_is_not_lost(void **state)
{
	static uint8_t ones[65536];

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	assert_int_equal(csum_fold(csum_add(0xffffffff, ones, sizeof(ones))), 0xffff);
	assert_int_equal(csum_fold(csum_add(csum_add(0xfffffffe, ones, sizeof(ones)), ones, 2)),
	                 0xfffe);
}

/* In hexadecimal, c000 + 0207 + c633 + 6409 + 6 + 28 = 1ec71, folded ec72: what tcpdump shows as
 * incorrect in a SYN of 40 bytes that this host's kernel left to the hardware.
 */
static void the_ipv4_pseudo_header_is_summed(void **state)
{
	(void)state;
	assert_int_equal(csum_fold(csum_pseudo(&v4_a, &v4_b, 6, 40)), 0xec72);
}

static void the_ipv6_pseudo_header_is_summed(void **state)
{
	(void)state;
	assert_int_equal(csum_fold(csum_pseudo(&v6_a, &v6_b, 6, 40)), 0x5bb0);
}

static void a_length_beyond_16_bits_counts_whole(void **state)
{
	(void)state;
	assert_int_equal(csum_fold(csum_pseudo(&v6_a, &v6_b, 6, 0x10028)), 0x5bb1);
}

static void an_odd_ipv4_segment_is_good(void **state)
{
	struct block b = block_hex(odd_v4);

	(void)state;
	assert_int_equal(csum_tcp(&v4_a, &v4_b, b.p, b.len, b.len), CSUM_GOOD);
	block_free(&b);
}

static void an_ipv6_segment_is_good(void **state)
{
	struct block b = block_hex(syn_v6);

	(void)state;
	assert_int_equal(csum_tcp(&v6_a, &v6_b, b.p, b.len, b.len), CSUM_GOOD);
	block_free(&b);
}

static void other_addresses_make_it_bad(void **state)
{
	struct addr other = v4_b;
	struct block b = block_hex(odd_v4);

	(void)state;
	other.bytes[3]++;
	assert_int_equal(csum_tcp(&v4_a, &other, b.p, b.len, b.len), CSUM_BAD);
	block_free(&b);
}

static void every_flipped_bit_makes_it_bad(void **state)
{
	struct block b = block_hex(odd_v4);

	(void)state;
	for (size_t bit = 0; bit < b.len * 8; bit++) {
		b.p[bit / 8] ^= (uint8_t)(1U << (bit % 8));
		assert_int_equal(csum_tcp(&v4_a, &v4_b, b.p, b.len, b.len), CSUM_BAD);
		b.p[bit / 8] ^= (uint8_t)(1U << (bit % 8));
	}
	block_free(&b);
}

static void a_segment_cut_anywhere_is_unknown(void **state)
{
	struct block b = block_hex(odd_v4);

	(void)state;
	for (size_t cut = 0; cut < b.len; cut++) {
		struct block part = block_prefix(&b, cut);

		assert_int_equal(csum_tcp(&v4_a, &v4_b, part.p, cut, b.len), CSUM_UNKNOWN);
		block_free(&part);
	}
	block_free(&b);
}

static void bytes_behind_the_segment_do_not_count(void **state)
{
	struct block b =
		block_hex("01bb9c40 00001389 000003e9 501801f6 c84d0000 68656c6c 6faaaaaa");

	(void)state;
	assert_int_equal(csum_tcp(&v4_a, &v4_b, b.p, b.len, b.len - 3), CSUM_GOOD);
	block_free(&b);
}

static void set_field(struct block *b, uint16_t field)
{
	b->p[16] = (uint8_t)(field >> 8);
	b->p[17] = (uint8_t)field;
}

static void the_bare_pseudo_header_is_deferred(void **state)
{
	struct block b = block_hex(odd_v4);

	(void)state;
	set_field(&b, csum_fold(csum_pseudo(&v4_a, &v4_b, 6, 25)));
	assert_int_equal(csum_tcp(&v4_a, &v4_b, b.p, b.len, b.len), CSUM_DEFERRED);
	block_free(&b);
}

static void the_pseudo_header_without_length_is_deferred(void **state)
{
	struct block b = block_hex(syn_v6);

	(void)state;
	set_field(&b, csum_fold(csum_pseudo(&v6_a, &v6_b, 6, 0)));
	assert_int_equal(csum_tcp(&v6_a, &v6_b, b.p, b.len, b.len), CSUM_DEFERRED);
	block_free(&b);
}

static void a_checksum_of_zero_is_wrong_or_absent(void **state)
{
	struct block b = block_hex(odd_v4);

	(void)state;
	set_field(&b, 0);
	assert_int_equal(csum_tcp(&v4_a, &v4_b, b.p, b.len, b.len), CSUM_ABSENT);
	assert_true(csum_is_wrong(CSUM_ABSENT) && csum_is_wrong(CSUM_BAD));
	assert_false(csum_is_wrong(CSUM_GOOD) || csum_is_wrong(CSUM_DEFERRED) ||
	             csum_is_wrong(CSUM_UNKNOWN));
	block_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rfc_example_is_met),
		cmocka_unit_test(nothing_sums_to_nothing),
		cmocka_unit_test(an_odd_last_byte_is_the_high_one),
		cmocka_unit_test(sums_of_parts_add_up),
		cmocka_unit_test(folding_carries_more_than_once),
		cmocka_unit_test(a_sum_beyond_32_bits_is_not_lost),
		cmocka_unit_test(the_ipv4_pseudo_header_is_summed),
		cmocka_unit_test(the_ipv6_pseudo_header_is_summed),
		cmocka_unit_test(a_length_beyond_16_bits_counts_whole),
		cmocka_unit_test(an_odd_ipv4_segment_is_good),
		cmocka_unit_test(an_ipv6_segment_is_good),
		cmocka_unit_test(other_addresses_make_it_bad),
		cmocka_unit_test(every_flipped_bit_makes_it_bad),
		cmocka_unit_test(a_segment_cut_anywhere_is_unknown),
		cmocka_unit_test(bytes_behind_the_segment_do_not_count),
		cmocka_unit_test(the_bare_pseudo_header_is_deferred),
		cmocka_unit_test(the_pseudo_header_without_length_is_deferred),
		cmocka_unit_test(a_checksum_of_zero_is_wrong_or_absent),
	};

	return cmocka_run_group_tests_name("csum", tests, NULL, NULL);
}
