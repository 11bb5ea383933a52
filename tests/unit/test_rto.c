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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_rto_is_three_samples),
		cmocka_unit_test(first_rto_is_at_least_a_second),
		cmocka_unit_test(a_shorter_configured_rto_lowers_the_floor),
		cmocka_unit_test(rto_is_at_most_a_minute),
		cmocka_unit_test(backoff_doubles),
		cmocka_unit_test(a_lost_syn_makes_it_three_seconds),
	};

	return cmocka_run_group_tests_name("rto", tests, NULL, NULL);
}
