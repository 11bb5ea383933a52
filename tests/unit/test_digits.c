/* SPDX-License-Identifier: BSD-2-Clause */
/* test_digits.c - decimal text against the C library's. */
#include "../lib/check.h"

#include <inttypes.h>

#include "base/digits.h"
#include "base/rng.h"

static void check_number(int64_t v)
{
	char expected[32];
	struct block out = block_copy(expected, DIGITS_MAX);
	size_t len = (size_t)snprintf(expected, sizeof(expected), "%" PRId64, v);

	assert_int_equal(digits_put((char *)out.p, v), len);
	assert_string_equal((char *)out.p, expected);
	block_free(&out);
}

static void numbers_are_written_as_printf_does(void **state)
{
	uint64_t seed = check_seed();
	struct rng rng;

	(void)state;
	check_number(0);
	check_number(INT64_MAX);
	check_number(INT64_MIN);
	for (uint64_t p = 1; p <= 1000000000000000000; p *= 10) {
		check_number((int64_t)p);
		check_number((int64_t)p - 1);
		check_number(-(int64_t)p);
	}
	rng_seed(&rng, seed);
	for (int i = 0; i < 10000; i++)
		check_number((int64_t)(rng_next(&rng) >> rng_below(&rng, 64)));
}

static void check_padded(uint64_t v, int width)
{
	char expected[64];
	struct block out = block_copy(expected, DIGITS_MAX);
	size_t len = (size_t)snprintf(expected, sizeof(expected), "%0*" PRIu64, width, v);

	assert_int_equal(digits_put_padded((char *)out.p, v, (size_t)width), len);
	assert_string_equal((char *)out.p, expected);
	block_free(&out);
}

static void zeros_fill_up_to_the_width(void **state)
{
	(void)state;
	for (int width = 1; width < DIGITS_MAX; width++) {
		check_padded(0, width);
		check_padded(7, width);
		check_padded(123456, width);
		check_padded(UINT64_MAX, width);
	}
}

/* The room is for DIGITS_MAX, whatever is asked for. */
static void a_width_beyond_the_room_is_cut(void **state)
{
	struct block out = block_copy((char[DIGITS_MAX]){0}, DIGITS_MAX);

	(void)state;
	assert_int_equal(digits_put_padded((char *)out.p, 5, 1000), DIGITS_MAX - 1);
	assert_int_equal(strlen((char *)out.p), DIGITS_MAX - 1);
	block_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_written_as_printf_does),
		cmocka_unit_test(zeros_fill_up_to_the_width),
		cmocka_unit_test(a_width_beyond_the_room_is_cut),
	};

	return cmocka_run_group_tests_name("digits", tests, NULL, NULL);
}
