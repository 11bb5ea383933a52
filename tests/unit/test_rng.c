/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rng.c - tests that the generator is xoshiro256**, repeatable and free of bias. */
#include "../lib/check.h"

#include "base/rng.h"

/* What the authors' xoshiro256starstar.c gives from the state 1, 2, 3, 4. */
static void the_generator_is_xoshiro256_starstar(void **state)
{
	static const uint64_t expected[] = {
		11520U,
		0U,
		1509978240U,
		1215971899390074240U,
		1216172134540287360U,
		607988272756665600U,
		16172922978634559625U,
		8476171486693032832U,
		10595114339597558777U,
		2904607092377533576U,
	};
	struct rng r = {.s = {1, 2, 3, 4}};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(expected); i++)
		assert_true(rng_next(&r) == expected[i]);
}

/* The first outputs of the authors' splitmix64.c from the seed 0. */
static void the_seed_is_spread_with_splitmix64(void **state)
{
	struct rng r;

	(void)state;
	rng_seed(&r, 0);
	assert_true(r.s[0] == 0xe220a8397b1dcdaf);
	assert_true(r.s[1] == 0x6e789e6aa1b965f4);
	assert_true(r.s[2] == 0x06c45d188009454f);
	assert_true(r.s[3] == 0xf88bb8a8724c81ec);
}

static void the_same_seed_gives_the_same_sequence(void **state)
{
	struct rng a, b;

	(void)state;
	rng_seed(&a, 77);
	rng_seed(&b, 77);
	for (int i = 0; i < 1000; i++)
		assert_true(rng_next(&a) == rng_next(&b));
}

static void neighbouring_seeds_give_other_sequences(void **state)
{
	struct rng a, b;
	int same = 0;

	(void)state;
	rng_seed(&a, 1);
	rng_seed(&b, 2);
	for (int i = 0; i < 1000; i++)
		same += rng_next(&a) == rng_next(&b);
	assert_int_equal(same, 0);
}

static void below_one_there_is_only_zero(void **state)
{
	struct rng r;

	(void)state;
	rng_seed(&r, 1);
	for (int i = 0; i < 100; i++)
		assert_int_equal(rng_below(&r, 1), 0);
}

static void results_stay_below_the_bound(void **state)
{
	static const uint64_t bounds[] = {
		2, 3, 7, 1000, 65536, 1U << 31, UINT64_MAX / 2 + 2, UINT64_MAX};
	struct rng r;

	(void)state;
	rng_seed(&r, 3);
	for (size_t i = 0; i < CHECK_COUNT(bounds); i++)
		for (int n = 0; n < 2000; n++)
			assert_true(rng_below(&r, bounds[i]) < bounds[i]);
}

/* Chi-square of 10 boxes; 9 degrees of freedom stay below 33.7 but once in 10000 seeds. */
static void results_are_uniform(void **state)
{
	unsigned int boxes[10] = {0};
	double chi2 = 0;
	struct rng r;

	(void)state;
	rng_seed(&r, 4);
	for (int i = 0; i < 100000; i++)
		boxes[rng_below(&r, 10)]++;
	for (size_t i = 0; i < 10; i++)
		chi2 += ((double)boxes[i] - 10000.0) * ((double)boxes[i] - 10000.0) / 10000.0;
	assert_true(chi2 < 33.7);
}

/* Without rejection, a bound of 3 * 2^62 would draw its lowest third half of the time. */
static void large_bounds_have_no_bias(void **state)
{
	const uint64_t third = (uint64_t)1 << 62;
	int low = 0;
	struct rng r;

	(void)state;
	rng_seed(&r, 5);
	for (int i = 0; i < 30000; i++)
		low += rng_below(&r, 3 * third) < third;
	assert_in_range(low, 9600, 10400);
}

static void secrets_fill_exactly_their_bytes(void **state)
{
	uint8_t buf[1002];
	size_t zeros = 0;

	(void)state;
	memset(buf, 0, sizeof(buf));
	rng_secret(buf + 1, 1000);
	for (size_t i = 1; i < 1001; i++)
		zeros += buf[i] == 0;
	assert_in_range(zeros, 0, 40); /* of 1000, some four are expected */
	assert_int_equal(buf[0], 0);
	assert_int_equal(buf[1001], 0);
}

static void secrets_differ(void **state)
{
	uint8_t a[16], b[16];

	(void)state;
	rng_secret(a, sizeof(a));
	rng_secret(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
}

static void a_secret_of_no_bytes_is_allowed(void **state)
{
	(void)state;
	rng_secret(NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_generator_is_xoshiro256_starstar),
		cmocka_unit_test(the_seed_is_spread_with_splitmix64),
		cmocka_unit_test(the_same_seed_gives_the_same_sequence),
		cmocka_unit_test(neighbouring_seeds_give_other_sequences),
		cmocka_unit_test(below_one_there_is_only_zero),
		cmocka_unit_test(results_stay_below_the_bound),
		cmocka_unit_test(results_are_uniform),
		cmocka_unit_test(large_bounds_have_no_bias),
		cmocka_unit_test(secrets_fill_exactly_their_bytes),
		cmocka_unit_test(secrets_differ),
		cmocka_unit_test(a_secret_of_no_bytes_is_allowed),
	};

	return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
