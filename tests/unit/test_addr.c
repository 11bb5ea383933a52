/* SPDX-License-Identifier: BSD-2-Clause */
/* test_addr.c - tests of addresses as values: comparing, classes, parsing and printing. */
#include "../lib/check.h"

#include "wire/addr.h"

/* An address from text that must parse; the zone is not asked for. */
static struct addr addr(const char *s)
{
	char zone[ADDR_ZONE_MAX];
	struct addr a;

	assert_true(addr_parse(s, &a, zone));
	return a;
}

static bool link_local(const char *s)
{
	struct addr a = addr(s);

	return addr_is_link_local(&a);
}

static bool unusable_text(const char *s)
{
	struct addr a = addr(s);

	return addr_is_unusable(&a);
}

static void four_bytes_make_an_ipv4_address(void **state)
{
	static const uint8_t bytes[16] = {192, 0, 2, 7};
	struct block b = block_copy(bytes, 4);
	struct addr a = addr_from(b.p, 4);

	(void)state;
	assert_int_equal(a.family, ADDR_V4);
	assert_memory_equal(a.bytes, bytes, 16);
	assert_int_equal(a.scope, 0);
	assert_int_equal(addr_len(&a), 4);
	block_free(&b);
}

static void sixteen_bytes_make_an_ipv6_address(void **state)
{
	static const uint8_t bytes[16] = {0x20, 1, 0x0d, 0xb8, [15] = 9};
	struct addr a = addr_from(bytes, 16);

	(void)state;
	assert_int_equal(a.family, ADDR_V6);
	assert_memory_equal(a.bytes, bytes, 16);
	assert_int_equal(addr_len(&a), 16);
}

static void no_address_has_no_bytes(void **state)
{
	struct addr none = {.family = ADDR_NONE};

	(void)state;
	assert_int_equal(addr_len(&none), 0);
}

static void addresses_are_the_same_by_family_and_bytes(void **state)
{
	struct addr a = addr("192.0.2.7"), b = addr("192.0.2.8"), c = addr("c000:0207::");

	(void)state;
	assert_true(addr_same(&a, &a));
	assert_false(addr_same(&a, &b));
	assert_memory_equal(a.bytes, c.bytes, 16);
	assert_false(addr_same(&a, &c));
}

static void the_scope_does_not_count(void **state)
{
	struct addr a = addr("fe80::1"), b = a;

	(void)state;
	b.scope = 3;
	assert_true(addr_same(&a, &b));
}

static void each_byte_of_an_address_counts(void **state)
{
	struct addr a = addr("2001:db8::1");

	(void)state;
	for (size_t i = 0; i < 16; i++) {
		struct addr b = a;

		b.bytes[i] ^= 1;
		assert_false(addr_same(&a, &b));
	}
}

static void endpoints_differ_by_port(void **state)
{
	struct endpoint a = {addr("192.0.2.7"), 80}, b = {addr("192.0.2.7"), 81};

	(void)state;
	assert_true(endpoint_same(&a, &a));
	assert_false(endpoint_same(&a, &b));
}

static void tuples_are_directed(void **state)
{
	struct endpoint x = {addr("192.0.2.7"), 80}, y = {addr("192.0.2.8"), 81};
	struct tuple a = {x, y}, b = {y, x};

	(void)state;
	assert_true(tuple_same(&a, &a));
	assert_false(tuple_same(&a, &b));
}

static void link_local_is_fe80_slash_10(void **state)
{
	static const char *const yes[] = {"fe80::1", "fe80:1::", "febf:ffff::1"};
	static const char *const no[] = {"fec0::1", "fe7f::1",     "2001:db8::1",
	                                 "::1",     "169.254.1.1", "254.128.0.0"};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(yes); i++)
		assert_true(link_local(yes[i]));
	for (size_t i = 0; i < CHECK_COUNT(no); i++)
		assert_false(link_local(no[i]));
}

static void only_one_hosts_addresses_are_usable(void **state)
{
	static const char *const unusable[] = {"0.0.0.0",         "224.0.0.1", "239.255.255.255",
	                                       "255.255.255.255", "::",        "ff02::1",
	                                       "ff00::"};
	static const char *const usable[] = {"192.0.2.7", "127.0.0.1", "223.255.255.255",
	                                     "::1",       "fe80::1",   "2001:db8::1",
	                                     "fdff::1",   "e000::1"};
	struct addr none = {.family = ADDR_NONE};

	(void)state;
	assert_true(addr_is_unusable(&none));
	for (size_t i = 0; i < CHECK_COUNT(unusable); i++)
		assert_true(unusable_text(unusable[i]));
	for (size_t i = 0; i < CHECK_COUNT(usable); i++)
		assert_false(unusable_text(usable[i]));
}

static void addresses_print_in_their_canonical_form(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"192.0.2.7", "192.0.2.7"},
		{"255.255.255.255", "255.255.255.255"},
		{"2001:db8::1", "2001:db8::1"},
		{"2001:0DB8:0:0:0:0:0:1", "2001:db8::1"},
		{"::", "::"},
		{"::1", "::1"},
		{"::ffff:192.0.2.7", "::ffff:192.0.2.7"},
		{"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		char zone[ADDR_ZONE_MAX], out[ADDR_TEXT_MAX];
		struct addr a;

		assert_true(addr_parse(rows[i].in, &a, zone));
		assert_string_equal(zone, "");
		assert_int_equal(a.scope, 0);
		assert_ptr_equal(addr_format(&a, out), out);
		assert_string_equal(out, rows[i].out);
	}
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		" ",
		"192.0.2",
		"192.0.2.7.1",
		"192.0.2.256",
		"192.0.2.7 ",
		" 192.0.2.7",
		"192.0.2.07",
		"0xc0.0.2.7",
		"3221225991",
		"192.0.2.-7",
		"192.0.2.7:80",
		"192.0.2.7%eth0",
		"host",
		"2001:db8::1::2",
		"2001:db8:::1",
		":",
		":::",
		"1:2:3:4:5:6:7",
		"12345::",
		"1:2:3:4:5:6:7:8:9",
		"[::1]",
		"::1 ",
		" ::1",
		"::g",
		"fe80::1%",
		"%eth0",
		"%",
		"fe80::1%an-interface-name",
		"fe80::1%0123456789abcdef",
		"::1/128",
		"2001:db8:2001:db8:2001:db8:2001:db8:2001:db8:2001:db8:2001:db8:2001:db8",
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct block b = block_copy(rows[i], strlen(rows[i]) + 1);
		char zone[ADDR_ZONE_MAX];
		struct addr a;

		if (addr_parse((const char *)b.p, &a, zone))
			fail_msg("\"%s\" was read as an address", rows[i]);
		block_free(&b);
	}
}

static void the_zone_is_handed_out(void **state)
{
	char zone[ADDR_ZONE_MAX];
	struct addr a;

	(void)state;
	assert_true(addr_parse("fe80::1%eth0", &a, zone));
	assert_string_equal(zone, "eth0");
	assert_true(addr_is_link_local(&a));
	assert_int_equal(a.scope, 0);
}

static void the_longest_zone_fits(void **state)
{
	char zone[ADDR_ZONE_MAX];
	struct addr a;

	(void)state;
	assert_true(addr_parse("fe80::1%0123456789abcde", &a, zone));
	assert_string_equal(zone, "0123456789abcde");
}

static void the_longest_address_parses(void **state)
{
	static const char s[] = "fe80:1111:2222:3333:4444:5555:255.255.255.255%0123456789abcde";
	char zone[ADDR_ZONE_MAX], out[ADDR_TEXT_MAX];
	struct addr a;

	(void)state;
	assert_true(addr_parse(s, &a, zone));
	assert_string_equal(addr_format(&a, out), "fe80:1111:2222:3333:4444:5555:ffff:ffff");
}

static void a_scope_prints_as_a_number(void **state)
{
	char out[ADDR_TEXT_MAX];
	struct addr a = addr("fe80::1");

	(void)state;
	a.scope = 3;
	assert_string_equal(addr_format(&a, out), "fe80::1%3");
}

static void no_address_prints_as_nothing(void **state)
{
	char out[ADDR_TEXT_MAX] = "x";
	struct addr none = {.family = ADDR_NONE};

	(void)state;
	assert_string_equal(addr_format(&none, out), "");
}

static void endpoints_print_with_their_port(void **state)
{
	struct endpoint v4 = {addr("192.0.2.7"), 443}, v6 = {addr("2001:db8::1"), 0};
	char out[ENDPOINT_TEXT_MAX];

	(void)state;
	assert_string_equal(endpoint_format(&v4, out), "192.0.2.7:443");
	assert_string_equal(endpoint_format(&v6, out), "[2001:db8::1]:0");
}

static void the_longest_texts_fit_whole(void **state)
{
	struct endpoint e = {addr("fe80:1111:2222:3333:4444:5555:6666:7777"), 65535};
	char host[ADDR_TEXT_MAX], out[ENDPOINT_TEXT_MAX];

	(void)state;
	e.addr.scope = UINT32_MAX;
	assert_string_equal(addr_format(&e.addr, host),
	                    "fe80:1111:2222:3333:4444:5555:6666:7777%4294967295");
	assert_string_equal(endpoint_format(&e, out),
	                    "[fe80:1111:2222:3333:4444:5555:6666:7777%4294967295]:65535");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_bytes_make_an_ipv4_address),
		cmocka_unit_test(sixteen_bytes_make_an_ipv6_address),
		cmocka_unit_test(no_address_has_no_bytes),
		cmocka_unit_test(addresses_are_the_same_by_family_and_bytes),
		cmocka_unit_test(the_scope_does_not_count),
		cmocka_unit_test(each_byte_of_an_address_counts),
		cmocka_unit_test(endpoints_differ_by_port),
		cmocka_unit_test(tuples_are_directed),
		cmocka_unit_test(link_local_is_fe80_slash_10),
		cmocka_unit_test(only_one_hosts_addresses_are_usable),
		cmocka_unit_test(addresses_print_in_their_canonical_form),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(the_zone_is_handed_out),
		cmocka_unit_test(the_longest_zone_fits),
		cmocka_unit_test(the_longest_address_parses),
		cmocka_unit_test(a_scope_prints_as_a_number),
		cmocka_unit_test(no_address_prints_as_nothing),
		cmocka_unit_test(endpoints_print_with_their_port),
		cmocka_unit_test(the_longest_texts_fit_whole),
	};

	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}
