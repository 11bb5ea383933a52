/* SPDX-License-Identifier: BSD-2-Clause */
/* test_wr.c - tests that the writing cursor stays in its buffer and remembers a failure. */
#include "../lib/check.h"

#include "base/wr.h"

static void numbers_are_written_in_network_order(void **state)
{
	uint8_t buf[7];
	struct wr w = wr_into(buf, sizeof(buf));

	(void)state;
	wr_u8(&w, 0x81);
	wr_be16(&w, 0x8283);
	wr_be32(&w, 0x84858687);
	assert_true(wr_ok(&w));
	assert_int_equal(wr_len(&w), 7);
	assert_memory_equal(buf, "\x81\x82\x83\x84\x85\x86\x87", 7);
}

static void host_order_writes_the_bytes_as_they_lie_in_memory(void **state)
{
	uint16_t v16 = 0x1122;
	uint32_t v32 = 0x33445566;
	uint8_t buf[6];
	struct wr w = wr_into(buf, sizeof(buf));

	(void)state;
	wr_host16(&w, v16);
	wr_host32(&w, v32);
	assert_memory_equal(buf, &v16, 2);
	assert_memory_equal(buf + 2, &v32, 4);
}

static void bytes_and_zeros_follow_one_another(void **state)
{
	uint8_t buf[8] = {9, 9, 9, 9, 9, 9, 9, 9};
	struct wr w = wr_into(buf, sizeof(buf));

	(void)state;
	wr_bytes(&w, "abc", 3);
	wr_zeros(&w, 2);
	wr_bytes(&w, NULL, 0);
	wr_bytes(&w, "d", 1);
	assert_int_equal(wr_len(&w), 6);
	assert_memory_equal(buf, "abc\0\0d\x09\x09", 8);
}

static void a_write_past_the_end_changes_nothing(void **state)
{
	uint8_t buf[4] = {9, 9, 9, 9};
	struct wr w = wr_into(buf, 3);

	(void)state;
	wr_bytes(&w, "abcd", 4);
	assert_false(wr_ok(&w));
	assert_int_equal(wr_len(&w), 0);
	assert_memory_equal(buf, "\x09\x09\x09\x09", 4);
}

static void a_failed_cursor_stays_failed(void **state)
{
	uint8_t buf[4] = {9, 9, 9, 9};
	struct wr w = wr_into(buf, sizeof(buf));

	(void)state;
	wr_be16(&w, 0x0102);
	wr_zeros(&w, 3);
	wr_u8(&w, 1);
	wr_u8(&w, 2);
	assert_false(wr_ok(&w));
	assert_int_equal(wr_len(&w), 2);
	assert_memory_equal(buf, "\x01\x02\x09\x09", 4);
}

static void a_huge_length_does_not_wrap_around(void **state)
{
	uint8_t buf[4];
	struct wr w = wr_into(buf, sizeof(buf));

	(void)state;
	wr_u8(&w, 1);
	wr_zeros(&w, SIZE_MAX);
	assert_false(wr_ok(&w));
	assert_int_equal(wr_len(&w), 1);
}

/* In blocks of exactly their size: each write works from its own length on, and not before. */
static void every_write_needs_all_its_room(void **state)
{
	(void)state;
	for (size_t cap = 0; cap <= 5; cap++) {
		struct block b = block_copy("12345", cap);
		struct wr w8 = wr_into(b.p, cap), w16 = w8, w32 = w8, h16 = w8, h32 = w8;

		wr_u8(&w8, 1);
		wr_be16(&w16, 1);
		wr_be32(&w32, 1);
		wr_host16(&h16, 1);
		wr_host32(&h32, 1);
		assert_int_equal(wr_ok(&w8), cap >= 1);
		assert_int_equal(wr_ok(&w16), cap >= 2);
		assert_int_equal(wr_ok(&w32), cap >= 4);
		assert_int_equal(wr_ok(&h16), cap >= 2);
		assert_int_equal(wr_ok(&h32), cap >= 4);
		block_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_written_in_network_order),
		cmocka_unit_test(host_order_writes_the_bytes_as_they_lie_in_memory),
		cmocka_unit_test(bytes_and_zeros_follow_one_another),
		cmocka_unit_test(a_write_past_the_end_changes_nothing),
		cmocka_unit_test(a_failed_cursor_stays_failed),
		cmocka_unit_test(a_huge_length_does_not_wrap_around),
		cmocka_unit_test(every_write_needs_all_its_room),
	};

	return cmocka_run_group_tests_name("wr", tests, NULL, NULL);
}
