/* SPDX-License-Identifier: BSD-2-Clause */
/* test_ports.c - lists of ports. */
#include "../lib/check.h"

#include "cli/ports.h"

static void check_list(const char *s, const uint16_t *want, size_t n)
{
	struct ports p;

	if (!ports_parse(&p, s))
		fail_msg("'%s' is not parsed", s);
	for (size_t i = 0; i < n; i++)
		if (ports_get(&p, (uint32_t)i) != want[i])
			fail_msg("'%s': port %zu is %u", s, i, ports_get(&p, (uint32_t)i));
	assert_int_equal(ports_get(&p, (uint32_t)n), 0);
	assert_int_equal(ports_get(&p, UINT32_MAX), 0);
}

static void lists_are_walked_in_their_order(void **state)
{
	(void)state;
	check_list("80", (const uint16_t[]){80}, 1);
	check_list("1", (const uint16_t[]){1}, 1);
	check_list("65535", (const uint16_t[]){65535}, 1);
	check_list("443,22", (const uint16_t[]){443, 22}, 2);
	check_list("22,80,8000-8002", (const uint16_t[]){22, 80, 8000, 8001, 8002}, 5);
	check_list("8000-8001,80,7-7", (const uint16_t[]){8000, 8001, 80, 7}, 4);
	check_list("80,22,80,79-81", (const uint16_t[]){80, 22, 79, 81}, 4);
	check_list("65534-65535", (const uint16_t[]){65534, 65535}, 2);
}

static void a_range_may_have_all_ports(void **state)
{
	struct ports p;

	(void)state;
	assert_true(ports_parse(&p, "1-65535"));
	for (uint32_t i = 0; i < 65535; i++)
		assert_int_equal(ports_get(&p, i), i + 1);
	assert_int_equal(ports_get(&p, 65535), 0);
}

static void what_is_no_list_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		",",
		"0",
		"65536",
		"80,",
		",80",
		"80,,81",
		"-80",
		"80-",
		"81-80",
		"80-90-100",
		"0-5",
		"65535-65536",
		" 80",
		"80 ",
		"+80",
		"http",
		"0x50",
		"80;81",
		"8 0",
		"80.5",
		"1-2,3-",
		"--",
		"-",
		"00000000000000000080",
		"99999999999999999999",
		"1,99999999999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(bad); i++) {
		struct ports p;

		if (ports_parse(&p, bad[i]))
			fail_msg("'%s' is parsed", bad[i]);
	}
}

/* "1,1,1 ..." */
static void make_list(char *out, int ranges)
{
	for (int i = 0; i < ranges; i++, out += 2)
		memcpy(out, "1,", 3);
	out[-1] = '\0';
}

static void a_list_has_at_most_64_ranges(void **state)
{
	char s[2 * PORTS_RANGES_MAX + 8];
	struct ports p;

	(void)state;
	make_list(s, PORTS_RANGES_MAX);
	assert_true(ports_parse(&p, s));
	assert_int_equal(p.ranges, PORTS_RANGES_MAX);
	make_list(s, PORTS_RANGES_MAX + 1);
	assert_false(ports_parse(&p, s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_walked_in_their_order),
		cmocka_unit_test(a_range_may_have_all_ports),
		cmocka_unit_test(what_is_no_list_is_refused),
		cmocka_unit_test(a_list_has_at_most_64_ranges),
	};

	return cmocka_run_group_tests_name("ports", tests, NULL, NULL);
}
