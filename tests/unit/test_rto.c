/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rto.c - the retransmission timeout of RFC 6298. */
#include "../lib/check.h"

#include "tcp/rto.h"

/* RFC 6298 2.2: SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 RTTVAR = 3 R. */
static void first_rto_is_three_samples(void **state)
{
	(void)state;
	assert_int_equal(rto_first(500 * NS_MS, NS_SEC), 1500 * NS_MS);
	assert_int_equal(rto_first(2 * NS_SEC, NS_SEC), 6 * NS_SEC);
}

/* RFC 6298 2.4. */
static void first_rto_is_at_least_a_second(void **state)
{
	(void)state;
	assert_int_equal(rto_first(0, NS_SEC), NS_SEC);
	assert_int_equal(rto_first(333 * NS_MS, NS_SEC), NS_SEC);
	assert_int_equal(rto_first(334 * NS_MS, NS_SEC), 1002 * NS_MS);
	assert_int_equal(rto_first(NS_MS, 3 * NS_SEC), NS_SEC);
}

static void a_shorter_configured_rto_lowers_the_floor(void **state)
{
	(void)state;
	assert_int_equal(rto_first(NS_MS, 100 * NS_MS), 100 * NS_MS);
	assert_int_equal(rto_first(50 * NS_MS, 100 * NS_MS), 150 * NS_MS);
}

/* RFC 6298 2.5. */
static void rto_is_at_most_a_minute(void **state)
{
	(void)state;
	assert_int_equal(rto_first(30 * NS_SEC, NS_SEC), 60 * NS_SEC);
	assert_int_equal(rto_backoff(40 * NS_SEC), 60 * NS_SEC);
	assert_int_equal(rto_backoff(60 * NS_SEC), 60 * NS_SEC);
}

/* RFC 6298 5.5. */
static void backoff_doubles(void **state)
{
	(void)state;
	assert_int_equal(rto_backoff(NS_SEC), 2 * NS_SEC);
	assert_int_equal(rto_backoff(rto_backoff(NS_SEC)), 4 * NS_SEC);
	assert_int_equal(rto_backoff(30 * NS_SEC), 60 * NS_SEC);
}

/* RFC 6298 5.7. */
static void a_lost_syn_makes_it_three_seconds(void **state)
{
	(void)state;
	assert_int_equal(RTO_AFTER_LOST_SYN, 3 * NS_SEC);
}

/* RFC 6298 2.2 and 2.3, worked out by hand: alpha 1/8, beta 1/4. */
static void samples_smooth_the_round_trip_time(void **state)
{
	struct rtt r = {0};

	(void)state;
	rtt_sample(&r, 80 * NS_MS);
	assert_int_equal(r.srtt, 80 * NS_MS);
	assert_int_equal(r.var, 40 * NS_MS);
	rtt_sample(&r, 160 * NS_MS);
	assert_int_equal(r.srtt, 90 * NS_MS);
	assert_int_equal(r.var, 50 * NS_MS);
	rtt_sample(&r, 90 * NS_MS);
	assert_int_equal(r.srtt, 90 * NS_MS);
	assert_int_equal(r.var, 37500 * NS_US);
	assert_int_equal(rtt_rto(&r, 0), 240 * NS_MS);
	assert_int_equal(rtt_rto(&r, 200 * NS_MS), 290 * NS_MS);
}

static void samples_of_a_coarse_clock_are_samples(void **state)
{
	struct rtt r = {0};

	(void)state;
	for (int i = 0; i < 100; i++)
		rtt_sample(&r, 0);
	assert_true(r.srtt > 0);
	assert_true(rtt_rto(&r, RTO_ABOVE_SRTT) >= 200 * NS_MS);
	rtt_sample(&r, 3600 * NS_SEC);
	assert_int_equal(rtt_rto(&r, RTO_ABOVE_SRTT), 60 * NS_SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_rto_is_three_samples),
		cmocka_unit_test(first_rto_is_at_least_a_second),
		cmocka_unit_test(a_shorter_configured_rto_lowers_the_floor),
		cmocka_unit_test(rto_is_at_most_a_minute),
		cmocka_unit_test(backoff_doubles),
		cmocka_unit_test(a_lost_syn_makes_it_three_seconds),
		cmocka_unit_test(samples_smooth_the_round_trip_time),
		cmocka_unit_test(samples_of_a_coarse_clock_are_samples),
	};

	return cmocka_run_group_tests_name("rto", tests, NULL, NULL);
}
