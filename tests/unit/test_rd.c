/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rd.c - tests that the reading cursor stays in its bytes and remembers a failure. */
#include "../lib/check.h"

#include "base/rd.h"

static const uint8_t eight[] = {0x01, 0x02, 0x83, 0x04, 0x85, 0x06, 0x07, 0x08};

static void numbers_are_read_in_network_order(void **state)
{
	struct rd r = rd_from(eight, 7);

	(void)state;
	assert_int_equal(rd_u8(&r), 0x01);
	assert_int_equal(rd_be16(&r), 0x0283);
	assert_int_equal(rd_be32(&r), 0x04850607);
	assert_true(rd_ok(&r));
	assert_int_equal(rd_left(&r), 0);
}

static void eight_bytes_are_one_number(void **state)
{
	struct rd r = rd_from(eight, 8);

	(void)state;
	assert_true(rd_be64(&r) == 0x0102830485060708);
	assert_true(rd_ok(&r));
	r = rd_from(eight, 7);
	assert_true(rd_be64(&r) == 0);
	assert_false(rd_ok(&r));
}

static void high_bits_do_not_spread(void **state)
{
	static const uint8_t ones[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct rd r = rd_from(ones, 7);

	(void)state;
	assert_int_equal(rd_u8(&r), 0xff);
	assert_int_equal(rd_be16(&r), 0xffff);
	assert_int_equal(rd_be32(&r), 0xffffffff);
}

static void host_order_reads_the_bytes_as_this_host_writes_them(void **state)
{
	uint32_t v = 0x11223344;
	struct rd r = rd_from(&v, sizeof(v));

	(void)state;
	assert_int_equal(rd_host32(&r), v);
	assert_int_equal(rd_left(&r), 0);
}

static void reads_past_the_end_fail_and_stay_failed(void **state)
{
	struct rd r = rd_from(eight, 3);

	(void)state;
	assert_int_equal(rd_be32(&r), 0);
	assert_false(rd_ok(&r));
	assert_int_equal(rd_u8(&r), 0);
	assert_int_equal(rd_be16(&r), 0);
	assert_false(rd_ok(&r));
}

static void a_failed_cursor_has_nothing_left(void **state)
{
	struct rd r = rd_from(eight, 8);

	(void)state;
	rd_skip(&r, 9);
	assert_int_equal(rd_left(&r), 0);
	assert_null(rd_bytes(&r, 1));
	assert_null(rd_bytes(&r, 0));
}

/* Each read of n bytes fails on n - 1 and works on n, in a block of exactly that size. */
static void every_read_needs_all_its_bytes(void **state)
{
	(void)state;
	for (size_t len = 0; len <= 8; len++) {
		struct block b = block_copy(eight, len);
		struct rd r8 = rd_from(b.p, len), r16 = r8, r32 = r8, host = r8, raw = r8,
			  skip = r8;

		rd_u8(&r8);
		rd_be16(&r16);
		rd_be32(&r32);
		rd_host32(&host);
		rd_bytes(&raw, 5);
		rd_skip(&skip, 8);
		assert_int_equal(rd_ok(&r8), len >= 1);
		assert_int_equal(rd_ok(&r16), len >= 2);
		assert_int_equal(rd_ok(&r32), len >= 4);
		assert_int_equal(rd_ok(&host), len >= 4);
		assert_int_equal(rd_ok(&raw), len >= 5);
		assert_int_equal(rd_ok(&skip), len >= 8);
		block_free(&b);
	}
}

static void bytes_are_returned_in_place(void **state)
{
	struct rd r = rd_from(eight, 8);

	(void)state;
	assert_ptr_equal(rd_bytes(&r, 3), eight);
	assert_ptr_equal(rd_bytes(&r, 5), eight + 3);
	assert_true(rd_ok(&r));
}

static void a_huge_length_does_not_wrap_around(void **state)
{
	struct rd r = rd_from(eight, 8);

	(void)state;
	rd_u8(&r);
	assert_null(rd_bytes(&r, SIZE_MAX));
	assert_false(rd_ok(&r));
}

static void a_copy_that_does_not_fit_gives_zeros(void **state)
{
	uint8_t out[4] = {9, 9, 9, 9};
	struct rd r = rd_from(eight, 3);

	(void)state;
	rd_copy(&r, out, 4);
	assert_memory_equal(out, "\0\0\0\0", 4);
	assert_false(rd_ok(&r));
}

static void a_copy_moves_the_cursor(void **state)
{
	uint8_t out[3];
	struct rd r = rd_from(eight, 8);

	(void)state;
	rd_skip(&r, 1);
	rd_copy(&r, out, 3);
	assert_memory_equal(out, eight + 1, 3);
	assert_int_equal(rd_u8(&r), 0x85);
}

static void a_part_is_bounded_and_skipped_in_the_whole(void **state)
{
	struct rd r = rd_from(eight, 8);
	struct rd part = rd_sub(&r, 2);

	(void)state;
	assert_int_equal(rd_left(&part), 2);
	assert_int_equal(rd_be16(&part), 0x0102);
	rd_u8(&part);
	assert_false(rd_ok(&part));
	assert_true(rd_ok(&r));
	assert_int_equal(rd_u8(&r), 0x83);
}

static void a_part_that_is_too_long_fails_both(void **state)
{
	struct rd r = rd_from(eight, 3);
	struct rd part = rd_sub(&r, 4);

	(void)state;
	assert_false(rd_ok(&part));
	assert_int_equal(rd_left(&part), 0);
	assert_false(rd_ok(&r));
}

static void a_part_of_a_failed_cursor_fails_even_when_empty(void **state)
{
	struct rd r = rd_from(eight, 3);
	struct rd part;

	(void)state;
	rd_skip(&r, 4);
	part = rd_sub(&r, 0);
	assert_false(rd_ok(&part));
}

static void nothing_can_be_read_from_nothing(void **state)
{
	struct rd r = rd_from(NULL, 0);
	struct rd part = rd_sub(&r, 0);

	(void)state;
	assert_true(rd_ok(&r));
	assert_true(rd_ok(&part));
	assert_int_equal(rd_left(&r), 0);
	rd_skip(&r, 0);
	rd_copy(&r, NULL, 0);
	assert_true(rd_ok(&r));
	rd_u8(&r);
	assert_false(rd_ok(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_in_network_order),
		cmocka_unit_test(eight_bytes_are_one_number),
		cmocka_unit_test(high_bits_do_not_spread),
		cmocka_unit_test(host_order_reads_the_bytes_as_this_host_writes_them),
		cmocka_unit_test(reads_past_the_end_fail_and_stay_failed),
		cmocka_unit_test(a_failed_cursor_has_nothing_left),
		cmocka_unit_test(every_read_needs_all_its_bytes),
		cmocka_unit_test(bytes_are_returned_in_place),
		cmocka_unit_test(a_huge_length_does_not_wrap_around),
		cmocka_unit_test(a_copy_that_does_not_fit_gives_zeros),
		cmocka_unit_test(a_copy_moves_the_cursor),
		cmocka_unit_test(a_part_is_bounded_and_skipped_in_the_whole),
		cmocka_unit_test(a_part_that_is_too_long_fails_both),
		cmocka_unit_test(a_part_of_a_failed_cursor_fails_even_when_empty),
		cmocka_unit_test(nothing_can_be_read_from_nothing),
	};

	return cmocka_run_group_tests_name("rd", tests, NULL, NULL);
}
