/* SPDX-License-Identifier: BSD-2-Clause */
/* test_seq.c - sequence numbers compare modulo 2^32. */
#include "../lib/check.h"

#include "tcp/seq.h"

/* Places at which the numbers wrap around, as signed or as unsigned ones. */
static const uint32_t places[] = {0,          1,          0x7ffffffe, 0x7fffffff,
                                  0x80000000, 0x80000001, 0xfffffffe, 0xffffffff};

static void differences_are_signed(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(places); i++) {
		uint32_t x = places[i];

		assert_int_equal(seq_diff(x, x), 0);
		assert_int_equal(seq_diff(x + 5, x), 5);
		assert_int_equal(seq_diff(x, x + 5), -5);
		assert_int_equal(seq_diff(x + 0x7fffffff, x), INT32_MAX);
	}
}

static void order_holds_across_the_wrap(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(places); i++) {
		uint32_t x = places[i];

		assert_true(seq_lt(x, x + 1) && !seq_lt(x + 1, x) && !seq_lt(x, x));
		assert_true(seq_le(x, x + 1) && !seq_le(x + 1, x) && seq_le(x, x));
		assert_true(seq_lt(x, x + 0x7fffffff) && !seq_lt(x + 0x7fffffff, x));
	}
}

static void a_window_holds_its_own_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(places); i++) {
		uint32_t x = places[i];

		assert_true(seq_within(x, x, 10));
		assert_true(seq_within(x + 9, x, 10));
		assert_false(seq_within(x + 10, x, 10));
		assert_false(seq_within(x - 1, x, 10));
		assert_false(seq_within(x, x, 0));
		assert_true(seq_within(x, x, 1));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differences_are_signed),
		cmocka_unit_test(order_holds_across_the_wrap),
		cmocka_unit_test(a_window_holds_its_own_length),
	};

	return cmocka_run_group_tests_name("seq", tests, NULL, NULL);
}
