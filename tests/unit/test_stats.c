/* SPDX-License-Identifier: BSD-2-Clause */
/* test_stats.c - moments against naive sums, percentiles against whole-number ranks, the reservoir. */
#include "../lib/check.h"

#include <math.h>

#include "result/stats.h"

static void open_stats(struct stats *s, uint64_t expected)
{
	assert_int_equal(stats_init(s, expected), 0);
}

static void without_a_sample_nothing_is_known(void **state)
{
	struct stats s;

	(void)state;
	open_stats(&s, 5);
	assert_true(stats_min(&s) == NS_NONE);
	assert_true(stats_max(&s) == NS_NONE);
	assert_true(stats_avg(&s) == NS_NONE);
	assert_true(stats_mdev(&s) == NS_NONE);
	assert_true(stats_percentile(&s, 50) == NS_NONE);
	stats_fini(&s);
}

static void one_sample_is_all_of_them(void **state)
{
	struct stats s;

	(void)state;
	open_stats(&s, 1);
	stats_add(&s, 12345);
	assert_int_equal(stats_min(&s), 12345);
	assert_int_equal(stats_avg(&s), 12345);
	assert_int_equal(stats_max(&s), 12345);
	assert_int_equal(stats_mdev(&s), 0);
	assert_int_equal(stats_percentile(&s, 0.001), 12345);
	assert_int_equal(stats_percentile(&s, 100), 12345);
	stats_fini(&s);
}

static void the_deviation_is_that_of_the_population(void **state)
{
	static const ns_t samples[] = {2000, 4000, 4000, 4000, 5000, 5000, 7000, 9000};
	struct stats s;

	(void)state;
	open_stats(&s, 0);
	for (size_t i = 0; i < CHECK_COUNT(samples); i++)
		stats_add(&s, samples[i]);
	assert_int_equal(stats_avg(&s), 5000);
	assert_int_equal(stats_mdev(&s), 2000);
	stats_fini(&s);
}

/* Two passes in long double. Small differences on a large base are where one pass cancels. */
static void moments_agree_with_the_naive_ones(void **state)
{
	static const ns_t bases[] = {0, 1000000, 3600 * NS_SEC};
	uint64_t seed = check_seed();
	struct rng rng;

	(void)state;
	rng_seed(&rng, seed);
	for (size_t b = 0; b < CHECK_COUNT(bases); b++) {
		enum { N = 5000 };
		static ns_t sample[N];
		long double sum = 0, squares = 0;
		struct stats s;

		open_stats(&s, N);
		for (size_t i = 0; i < N; i++) {
			sample[i] = bases[b] + (ns_t)rng_below(&rng, 100000);
			sum += sample[i];
			stats_add(&s, sample[i]);
		}
		for (size_t i = 0; i < N; i++)
			squares += (sample[i] - sum / N) * (sample[i] - sum / N);
		if (llabs(stats_avg(&s) - llroundl(sum / N)) > 1 ||
		    llabs(stats_mdev(&s) - llroundl(sqrtl(squares / N))) > 1)
			fail_msg("base %lld, CHECK_SEED=%llu", (long long)bases[b],
			         (unsigned long long)seed);
		stats_fini(&s);
	}
}

/* Samples 1 ... n: the percentile is its own rank, ceil(p n / 100), by whole numbers. */
static void percentiles_are_of_the_nearest_rank(void **state)
{
	(void)state;
	for (uint32_t n = 1; n <= 400; n++) {
		struct stats s;

		open_stats(&s, n);
		for (uint32_t i = n; i > 0; i--) /* worst order for a sort that is none */
			stats_add(&s, i);
		for (uint32_t p = 1; p <= 100; p++) {
			uint32_t rank = (p * n + 99) / 100;

			if (stats_percentile(&s, p) != rank)
				fail_msg("p%u of %u: %lld", p, n,
				         (long long)stats_percentile(&s, p));
		}
		stats_fini(&s);
	}
}

static void a_tiny_percentile_is_the_smallest_sample(void **state)
{
	struct stats s;

	(void)state;
	open_stats(&s, 10);
	for (ns_t i = 1; i <= 10; i++)
		stats_add(&s, i * 10);
	assert_int_equal(stats_percentile(&s, 0.01), 10);
	assert_int_equal(stats_percentile(&s, 99.99), 100);
	stats_fini(&s);
}

static void samples_may_follow_a_percentile(void **state)
{
	struct stats s;

	(void)state;
	open_stats(&s, 10);
	stats_add(&s, 30);
	stats_add(&s, 10);
	assert_int_equal(stats_percentile(&s, 50), 10);
	stats_add(&s, 20);
	assert_int_equal(stats_percentile(&s, 50), 20);
	assert_int_equal(stats_min(&s), 10);
	assert_int_equal(stats_max(&s), 30);
	stats_fini(&s);
}

/* 0 ... 99,999 in order: a reservoir that favours any part of the series leans to one side. */
static void beyond_the_capacity_a_fair_choice_is_kept(void **state)
{
	enum { N = 10 * STATS_KEEP_MAX };
	unsigned int tenth[10] = {0};
	struct stats s;

	(void)state;
	open_stats(&s, 0);
	for (ns_t i = 0; i < N; i++)
		stats_add(&s, i);
	assert_int_equal(s.count, N);
	assert_int_equal(s.kept, STATS_KEEP_MAX);
	assert_int_equal(stats_min(&s), 0);
	assert_int_equal(stats_max(&s), N - 1);
	assert_int_equal(stats_avg(&s), N / 2); /* 49,999.5 */
	for (uint32_t i = 0; i < s.kept; i++) {
		assert_in_range(s.sample[i], 0, N - 1);
		tenth[s.sample[i] / (N / 10)]++;
	}
	for (size_t i = 0; i < 10; i++) /* 1,000 expected, standard deviation 30 */
		assert_in_range(tenth[i], 850, 1150);
	for (int p = 10; p < 100; p += 10)
		assert_in_range(stats_percentile(&s, p), N / 100 * (p - 3), N / 100 * (p + 3));
	stats_fini(&s);
}

static void the_choice_has_no_sample_twice(void **state)
{
	enum { N = 3 * STATS_KEEP_MAX };
	static bool seen[N];
	struct stats s;

	(void)state;
	open_stats(&s, N);
	for (ns_t i = 0; i < N; i++)
		stats_add(&s, i);
	for (uint32_t i = 0; i < s.kept; i++) {
		assert_false(seen[s.sample[i]]);
		seen[s.sample[i]] = true;
	}
	stats_fini(&s);
}

static void a_small_expectation_is_a_small_reservoir(void **state)
{
	struct stats s;

	(void)state;
	open_stats(&s, 3);
	for (ns_t i = 1; i <= 100; i++)
		stats_add(&s, i);
	assert_int_equal(s.kept, 3);
	assert_int_equal(s.count, 100);
	assert_int_equal(stats_max(&s), 100);
	assert_in_range(stats_percentile(&s, 99), 1, 100);
	stats_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_sample_nothing_is_known),
		cmocka_unit_test(one_sample_is_all_of_them),
		cmocka_unit_test(the_deviation_is_that_of_the_population),
		cmocka_unit_test(moments_agree_with_the_naive_ones),
		cmocka_unit_test(percentiles_are_of_the_nearest_rank),
		cmocka_unit_test(a_tiny_percentile_is_the_smallest_sample),
		cmocka_unit_test(samples_may_follow_a_percentile),
		cmocka_unit_test(beyond_the_capacity_a_fair_choice_is_kept),
		cmocka_unit_test(the_choice_has_no_sample_twice),
		cmocka_unit_test(a_small_expectation_is_a_small_reservoir),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
