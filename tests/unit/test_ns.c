/* SPDX-License-Identifier: BSD-2-Clause */
/* test_ns.c - tests of deadline arithmetic, the clocks and the text form of stamps. */
#include "../lib/check.h"

#include "base/ns.h"

static void deadlines_add_up(void **state)
{
	(void)state;
	assert_int_equal(ns_add(2 * NS_SEC, 3 * NS_MS), 2003 * NS_MS);
	assert_int_equal(ns_add(5, -7), -2);
	assert_int_equal(ns_add(NS_NEVER - 1, -1), NS_NEVER - 2);
}

static void never_plus_anything_stays_never(void **state)
{
	(void)state;
	assert_int_equal(ns_add(NS_NEVER, 1), NS_NEVER);
	assert_int_equal(ns_add(NS_NEVER, -1), NS_NEVER);
	assert_int_equal(ns_add(1, NS_NEVER), NS_NEVER);
	assert_int_equal(ns_add(-1, NS_NEVER), NS_NEVER);
	assert_int_equal(ns_add(NS_NEVER, NS_NEVER), NS_NEVER);
}

static void a_sum_too_large_is_never(void **state)
{
	(void)state;
	assert_int_equal(ns_add(NS_NEVER - 1, 1), NS_NEVER);
	assert_int_equal(ns_add(NS_NEVER - 1, 2), NS_NEVER);
	assert_int_equal(ns_add(NS_NEVER / 2 + 1, NS_NEVER / 2 + 1), NS_NEVER);
	assert_int_equal(ns_add(NS_NEVER - 2, 1), NS_NEVER - 1);
}

static void the_earlier_of_two_deadlines_wins(void **state)
{
	(void)state;
	assert_int_equal(ns_min(1, 2), 1);
	assert_int_equal(ns_min(2, 1), 1);
	assert_int_equal(ns_min(NS_NEVER, 7), 7);
	assert_int_equal(ns_min(NS_NEVER, NS_NEVER), NS_NEVER);
}

static void units_are_nanoseconds(void **state)
{
	(void)state;
	assert_int_equal(NS_US * 1000, NS_MS);
	assert_int_equal(NS_MS * 1000, NS_SEC);
	assert_int_equal(NS_SEC, 1000000000);
}

static void the_monotonic_clock_never_goes_back(void **state)
{
	ns_t last = ns_monotonic();

	(void)state;
	for (int i = 0; i < 10000; i++) {
		ns_t now = ns_monotonic();

		assert_true(now >= last);
		last = now;
	}
}

static void the_clocks_are_those_they_claim(void **state)
{
	struct timespec mono, real;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_REALTIME, &real);
	assert_true(llabs(ns_monotonic() / NS_SEC - mono.tv_sec) < 60);
	assert_true(llabs(ns_realtime() / NS_SEC - real.tv_sec) < 60);
}

/* The dates are of `date -u -d @SECONDS`. */
static void stamps_print_as_rfc3339(void **state)
{
	static const struct {
		ns_t stamp;
		const char *text;
	} rows[] = {
		{0, "1970-01-01T00:00:00.000000000Z"},
		{1, "1970-01-01T00:00:00.000000001Z"},
		{1795231860123456789, "2026-11-21T03:31:00.123456789Z"},
		{1709164800 * NS_SEC, "2024-02-29T00:00:00.000000000Z"},
		{1735689599999999999, "2024-12-31T23:59:59.999999999Z"},
		{-1, "1969-12-31T23:59:59.999999999Z"},
		{-NS_SEC, "1969-12-31T23:59:59.000000000Z"},
		{NS_NEVER, "2262-04-11T23:47:16.854775807Z"},
		{NS_NONE, "1677-09-21T00:12:43.145224192Z"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		char out[NS_RFC3339_MAX];

		ns_rfc3339(out, rows[i].stamp);
		assert_string_equal(out, rows[i].text);
	}
}

static void stamps_do_not_depend_on_the_time_zone(void **state)
{
	char out[NS_RFC3339_MAX];

	(void)state;
	setenv("TZ", "Asia/Kathmandu", 1);
	tzset();
	ns_rfc3339(out, 0);
	unsetenv("TZ");
	tzset();
	assert_string_equal(out, "1970-01-01T00:00:00.000000000Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deadlines_add_up),
		cmocka_unit_test(never_plus_anything_stays_never),
		cmocka_unit_test(a_sum_too_large_is_never),
		cmocka_unit_test(the_earlier_of_two_deadlines_wins),
		cmocka_unit_test(units_are_nanoseconds),
		cmocka_unit_test(the_monotonic_clock_never_goes_back),
		cmocka_unit_test(the_clocks_are_those_they_claim),
		cmocka_unit_test(stamps_print_as_rfc3339),
		cmocka_unit_test(stamps_do_not_depend_on_the_time_zone),
	};

	return cmocka_run_group_tests_name("ns", tests, NULL, NULL);
}
