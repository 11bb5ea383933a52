/* SPDX-License-Identifier: BSD-2-Clause */
/* test_text.c - tests that only whole numbers parse, and that text never leaves its buffer. */
#include "../lib/check.h"

#include "base/text.h"

static void whole_numbers_are_read(void **state)
{
	static const struct {
		const char *s;
		uint64_t v;
	} rows[] = {
		{"0", 0},
		{"7", 7},
		{"007", 7},
		{"65535", 65535},
		{"18446744073709551615", UINT64_MAX},
		{"00000000000000000000000018446744073709551615", UINT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		uint64_t v = 1234;

		assert_true(text_u64(rows[i].s, 0, UINT64_MAX, &v));
		assert_true(v == rows[i].v);
	}
}

static void what_is_not_wholly_a_number_is_none(void **state)
{
	static const char *const rows[] = {
		"",
		" ",
		" 1",
		"1 ",
		"-1",
		"-0",
		"+1",
		"0x10",
		"1e3",
		"1.0",
		".5",
		"1,000",
		"12a",
		"a12",
		"nan",
		"\t1",
		"1\n",
		"1_000",
		"\xef\xbc\x91",
		"99999999999999999999",
		"18446744073709551616",
		"100000000000000000000000000000000000000000000000000",
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		uint64_t v = 1234;

		if (text_u64(rows[i], 0, UINT64_MAX, &v))
			fail_msg("\"%s\" was read as %llu", rows[i], (unsigned long long)v);
		assert_int_equal(v, 1234);
	}
}

static void the_bounds_belong_to_the_range(void **state)
{
	uint64_t v = 1234;

	(void)state;
	assert_true(text_u64("1", 1, 10, &v));
	assert_true(text_u64("10", 1, 10, &v));
	assert_int_equal(v, 10);
	assert_false(text_u64("0", 1, 10, &v));
	assert_false(text_u64("11", 1, 10, &v));
	assert_int_equal(v, 10);
}

static void durations_are_read_with_their_units(void **state)
{
	static const struct {
		const char *s;
		ns_t v;
	} rows[] = {
		{"10ms", 10 * NS_MS},
		{"2s", 2 * NS_SEC},
		{"500us", 500 * NS_US},
		{"100ns", 100},
		{"1m", 60 * NS_SEC},
		{"1h", 3600 * NS_SEC},
		{"1.5", 1500 * NS_MS},
		{"1.5ms", 1500 * NS_US},
		{"1.5h", 5400 * NS_SEC},
		{".5", 500 * NS_MS},
		{"0.25s", 250 * NS_MS},
		{"0", 0},
		{"0ms", 0},
		{"0.1us", 100},
		{"1.000000001", NS_SEC + 1},
		{"86400", 86400 * NS_SEC},
		{"1.6ns", 2},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		ns_t v = 1234;

		if (!text_duration(rows[i].s, &v))
			fail_msg("\"%s\" was not read", rows[i].s);
		assert_int_equal(v, rows[i].v);
	}
}

static void what_is_no_duration_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		" ",
		"ms",
		"s",
		" 1",
		"1 ",
		"5 ms",
		"10ms ",
		"10 ms",
		"-1",
		"-1ms",
		"10MS",
		"10mS",
		"10S",
		"10d",
		"10sec",
		"10msx",
		"10m5s",
		"1:30",
		"1e3",
		"1e3ms",
		"0x10",
		"nan",
		"inf",
		"infs",
		".",
		".ms",
		"1.5.5",
		"1,5",
		"1e",
		"++1",
		"-.5s",
		"1..5",
		"10\n",
		"99999999999999999999",
		"9999999999h",
		"1e400",
		"-",
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		ns_t v = 1234;

		if (text_duration(rows[i], &v))
			fail_msg("\"%s\" was read as %lld ns", rows[i], (long long)v);
		assert_int_equal(v, 1234);
	}
}

static void no_duration_reaches_never(void **state)
{
	ns_t v = 1234;

	(void)state;
	assert_false(text_duration("9223372036854775807ns", &v));
	assert_false(text_duration("9223372036.854775807", &v));
	assert_true(text_duration("4000000000000000000ns", &v));
	assert_true(ns_add(v, v) != NS_NEVER);
}

static void decimal_numbers_are_read(void **state)
{
	static const struct {
		const char *s;
		double v;
	} rows[] = {
		{"0", 0.0},  {"1", 1.0},      {"-1", -1.0},   {"+1", 1.0},      {"0.5", 0.5},
		{".5", 0.5}, {"-.25", -0.25}, {"100", 100.0}, {"0.001", 0.001}, {"00.5", 0.5},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		double v = 1234;

		if (!text_double(rows[i].s, &v))
			fail_msg("\"%s\" was not read", rows[i].s);
		assert_true(v == rows[i].v);
	}
}

/* "1e3" too: the contract is a sign, digits and a fraction, and an exponent is often a slip. */
static void what_is_no_decimal_number_is_refused(void **state)
{
	static const char *const rows[] = {
		"",      " ",     " 1",   "1 ",  "--1",   "+-1", "-",        ".",    "-.",
		"1e3",   "1E3",   "1e-3", "nan", "-nan",  "inf", "infinity", "-inf", "0x10",
		"0x1p3", "-0x10", "1.5x", "1,5", "1.5.5", "50%", "1\n",      "0b1",  "1f",
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		double v = 1234;

		if (text_double(rows[i], &v))
			fail_msg("\"%s\" was read as %g", rows[i], v);
		assert_true(v == 1234);
	}
}

static void a_number_beyond_double_is_refused(void **state)
{
	char s[400];
	double v = 1234;

	(void)state;
	memset(s, '9', sizeof(s));
	s[sizeof(s) - 1] = '\0';
	assert_false(text_double(s, &v));
	assert_true(v == 1234);
}

static void text_starts_empty(void **state)
{
	char buf[4] = "xyz";
	struct text t = text_into(buf, sizeof(buf));

	(void)state;
	assert_string_equal(buf, "");
	assert_int_equal(t.len, 0);
}

static void pieces_of_text_are_joined(void **state)
{
	char buf[32];
	struct text t = text_into(buf, sizeof(buf));

	(void)state;
	text_add(&t, "%s=%d", "a", 1);
	text_add(&t, "%s", "");
	text_add(&t, ", b");
	assert_string_equal(buf, "a=1, b");
	assert_int_equal(t.len, 6);
}

/* For each size of an exactly sized buffer: the text is a prefix of the whole, and ended. */
static void what_does_not_fit_is_cut(void **state)
{
	static const char whole[] = "one,two,three";

	(void)state;
	for (size_t cap = 1; cap <= sizeof(whole) + 2; cap++) {
		char *buf = malloc(cap);
		struct text t = text_into(buf, cap);
		size_t expected = cap - 1 < strlen(whole) ? cap - 1 : strlen(whole);

		text_add(&t, "one");
		text_add(&t, ",%s", "two");
		text_add(&t, ",%s", "three");
		assert_int_equal(strlen(buf), expected);
		assert_int_equal(t.len, expected);
		assert_memory_equal(buf, whole, expected);
		free(buf);
	}
}

static void a_full_text_stays_as_it_is(void **state)
{
	char buf[4];
	struct text t = text_into(buf, sizeof(buf));

	(void)state;
	text_add(&t, "abcdef");
	text_add(&t, "g");
	assert_string_equal(buf, "abc");
	assert_int_equal(t.len, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers_are_read),
		cmocka_unit_test(what_is_not_wholly_a_number_is_none),
		cmocka_unit_test(the_bounds_belong_to_the_range),
		cmocka_unit_test(durations_are_read_with_their_units),
		cmocka_unit_test(what_is_no_duration_is_refused),
		cmocka_unit_test(no_duration_reaches_never),
		cmocka_unit_test(decimal_numbers_are_read),
		cmocka_unit_test(what_is_no_decimal_number_is_refused),
		cmocka_unit_test(a_number_beyond_double_is_refused),
		cmocka_unit_test(text_starts_empty),
		cmocka_unit_test(pieces_of_text_are_joined),
		cmocka_unit_test(what_does_not_fit_is_cut),
		cmocka_unit_test(a_full_text_stays_as_it_is),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
