/* SPDX-License-Identifier: BSD-2-Clause */
/* test_choice.c - connections chosen by number, by one end or by both. */
#include "../lib/check.h"

#include "engine/choice.h"

static struct choice parsed(const char *s)
{
	struct choice c;
	struct err e;

	memset(&c, 0xa5, sizeof(c));
	if (choice_parse(&c, s, &e) != 0)
		fail_msg("'%s' is refused", s);
	return c;
}

static struct flow flow_of(const char *a, uint16_t port_a, const char *b, uint16_t port_b)
{
	struct packet p = {.kind = PACKET_TCP};
	struct flow f = {.stream = 17};
	char zone[ADDR_ZONE_MAX];
	uint8_t side;

	assert_true(addr_parse(a, &p.src.addr, zone) && addr_parse(b, &p.dst.addr, zone));
	p.src.port = port_a;
	p.dst.port = port_b;
	f.key = flows_key(&p, &side);
	return f;
}

static bool fits(const char *choice, const struct flow *f)
{
	struct choice c = parsed(choice);

	return choice_fits(&c, f);
}

static void digits_alone_are_a_stream(void **state)
{
	struct flow f = flow_of("192.0.2.1", 40000, "192.0.2.7", 443);

	(void)state;
	assert_true(parsed("17").by_stream);
	assert_int_equal(parsed("17").stream, 17);
	assert_int_equal(parsed("0").stream, 0);
	assert_int_equal(parsed("4294967294").stream, 4294967294U);
	assert_true(fits("17", &f));
	assert_false(fits("16", &f));
}

static void without_a_choice_all_fit(void **state)
{
	struct flow f = flow_of("192.0.2.1", 40000, "192.0.2.7", 443);
	struct choice none = {.by_stream = false};

	(void)state;
	assert_true(choice_fits(&none, &f));
}

static void one_end_is_either_end(void **state)
{
	struct flow f = flow_of("192.0.2.1", 40000, "192.0.2.7", 443);

	(void)state;
	assert_true(fits("192.0.2.1", &f));
	assert_true(fits("192.0.2.7", &f));
	assert_true(fits("192.0.2.7:443", &f));
	assert_true(fits(":443", &f));
	assert_true(fits(":40000", &f));
	assert_false(fits("192.0.2.2", &f));
	assert_false(fits("192.0.2.1:443", &f));
	assert_false(fits(":80", &f));
}

static void two_ends_fit_in_either_order(void **state)
{
	struct flow f = flow_of("192.0.2.1", 40000, "192.0.2.7", 443);

	(void)state;
	assert_true(fits("192.0.2.1-192.0.2.7", &f));
	assert_true(fits("192.0.2.7-192.0.2.1", &f));
	assert_true(fits("192.0.2.7:443-192.0.2.1:40000", &f));
	assert_true(fits(":443-192.0.2.1", &f));
	assert_true(fits(":443-:40000", &f));
	assert_false(fits("192.0.2.1-192.0.2.1", &f));
	assert_false(fits("192.0.2.1:443-192.0.2.7:40000", &f));
	assert_false(fits(":443-:443", &f));
}

static void ipv6_addresses_have_brackets_before_a_port(void **state)
{
	struct flow f = flow_of("2001:db8::1", 40000, "2001:db8::7", 443);

	(void)state;
	assert_true(fits("2001:db8::7", &f));
	assert_true(fits("[2001:db8::7]", &f));
	assert_true(fits("[2001:db8::7]:443", &f));
	assert_true(fits("[2001:db8::7]:443-2001:db8::1", &f));
	assert_false(fits("[2001:db8::7]:40000", &f));
	assert_false(fits("2001:db8::443", &f));
}

/* The first four bytes of an IPv6 address are no IPv4 address. */
static void families_are_told_apart(void **state)
{
	struct flow f = flow_of("c000:0201::", 40000, "c000:0207::", 443);

	(void)state;
	assert_false(fits("192.0.2.1", &f));
	assert_true(fits("c000:201::", &f));
}

static void what_is_no_choice_is_refused_and_quoted(void **state)
{
	static const char *const bad[] = {
		"",
		"-",
		"x",
		"-5",
		"+5",
		"1x",
		"4294967295",
		"99999999999999999999",
		"192.0.2.7:",
		"192.0.2.7:0",
		"192.0.2.7:65536",
		"192.0.2.7:x",
		":",
		":0",
		"[2001:db8::7",
		"[2001:db8::7]x",
		"[2001:db8::7]:",
		"2001:db8::7]:443",
		"192.0.2.1-",
		"-192.0.2.1",
		"192.0.2.1-192.0.2.2-192.0.2.3",
		"17-18",
		"host.example",
		"1111111111111111111111111111111111111111111111111111111111111111111111111111111111"
		".1",
	};
	struct choice c;
	struct err e;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(bad); i++) {
		if (choice_parse(&c, bad[i], &e) != -1)
			fail_msg("'%s' is taken", bad[i]);
		assert_int_equal(e.kind, ERR_USAGE);
		assert_non_null(strstr(e.text, "--flow '"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_alone_are_a_stream),
		cmocka_unit_test(without_a_choice_all_fit),
		cmocka_unit_test(one_end_is_either_end),
		cmocka_unit_test(two_ends_fit_in_either_order),
		cmocka_unit_test(ipv6_addresses_have_brackets_before_a_port),
		cmocka_unit_test(families_are_told_apart),
		cmocka_unit_test(what_is_no_choice_is_refused_and_quoted),
	};

	return cmocka_run_group_tests_name("choice", tests, NULL, NULL);
}
