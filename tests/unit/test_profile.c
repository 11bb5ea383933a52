/* SPDX-License-Identifier: BSD-2-Clause */
/* test_profile.c - the SYNs of four systems, whole and with options switched off. */
#include "../lib/check.h"

#include "base/text.h"
#include "tcp/profile.h"
#include "wire/tcpopt.h"

static const char *options_of(const struct profile *p)
{
	static char buf[128];
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));
	struct text t = text_into(buf, sizeof(buf));

	profile_put_options(p, &w, 1460, 77);
	assert_true(wr_ok(&w));
	assert_int_equal(wr_len(&w) % 4, 0);
	tcpopt_text(&t, bytes, wr_len(&w));
	return buf;
}

static void profiles_are_found_by_name(void **state)
{
	(void)state;
	assert_string_equal(profile_find("linux")->name, "linux");
	assert_string_equal(profile_find("minimal")->name, "minimal");
	assert_null(profile_find("Linux"));
	assert_null(profile_find(""));
	assert_null(profile_find("plan9"));
}

static void options_stand_in_the_systems_order(void **state)
{
	(void)state;
	assert_string_equal(options_of(profile_find("linux")),
	                    "<mss 1460,sackOK,TS val 77 ecr 0,nop,wscale 7>");
	assert_string_equal(options_of(profile_find("windows")),
	                    "<mss 1460,nop,wscale 8,nop,nop,sackOK>");
	assert_string_equal(options_of(profile_find("freebsd")),
	                    "<mss 1460,nop,wscale 6,sackOK,TS val 77 ecr 0>");
	assert_string_equal(options_of(profile_find("minimal")), "<mss 1460>");
}

static void windows_and_ttl_are_the_systems(void **state)
{
	(void)state;
	assert_int_equal(profile_find("linux")->win, 64240);
	assert_int_equal(profile_find("linux")->ttl, 64);
	assert_int_equal(profile_find("windows")->ttl, 128);
	assert_int_equal(profile_find("freebsd")->win, 65535);
}

static void an_absent_option_takes_its_nops_along(void **state)
{
	struct profile p = *profile_find("linux");

	(void)state;
	p.wscale_sent = false;
	assert_string_equal(options_of(&p), "<mss 1460,sackOK,TS val 77 ecr 0>");
	p = *profile_find("windows");
	p.sack = false;
	assert_string_equal(options_of(&p), "<mss 1460,nop,wscale 8>");
	p.wscale_sent = false;
	assert_string_equal(options_of(&p), "<mss 1460>");
}

static void what_is_left_over_is_padded(void **state)
{
	struct profile p = *profile_find("linux");

	(void)state;
	p.timestamps = false;
	assert_string_equal(options_of(&p), "<mss 1460,nop,nop,sackOK,nop,wscale 7>");
	p = *profile_find("linux");
	p.sack = false;
	assert_string_equal(options_of(&p), "<mss 1460,TS val 77 ecr 0,nop,wscale 7,nop,nop>");
}

static void all_options_can_be_switched_off(void **state)
{
	struct profile p = *profile_find("linux");

	(void)state;
	p.sack = p.timestamps = p.mss_sent = p.wscale_sent = false;
	assert_string_equal(options_of(&p), "");
}

/* All sixteen combinations of every profile fit, aligned, and hold exactly what is switched on. */
static void every_combination_decodes_as_asked(void **state)
{
	static const char *const names[] = {"linux", "windows", "freebsd"};

	(void)state;
	for (size_t i = 0; i < 16 * CHECK_COUNT(names); i++) {
		struct profile p = *profile_find(names[i / 16]);
		uint8_t bytes[TCPOPT_SPACE];
		struct wr w = wr_into(bytes, sizeof(bytes));
		bool has_ts = p.timestamps;
		struct tcpopts o;

		p.sack = (i & 1) != 0;
		p.timestamps = has_ts && (i & 2) != 0;
		p.mss_sent = (i & 4) != 0;
		p.wscale_sent = (i & 8) != 0;
		profile_put_options(&p, &w, 1400, 9);
		assert_true(wr_ok(&w) && wr_len(&w) % 4 == 0);
		o = tcpopt_decode(bytes, wr_len(&w));
		assert_true(!o.malformed && o.sackok == p.sack && o.ts_present == p.timestamps);
		assert_true(o.mss_present == p.mss_sent && o.wscale_present == p.wscale_sent);
		assert_true(!o.mss_present || o.mss == 1400);
		assert_true(!o.ts_present || (o.tsval == 9 && o.tsecr == 0));
	}
}

/* RFC 7323 3.2. */
static void an_answer_echoes_the_peers_clock(void **state)
{
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));
	struct tcpopts o;

	(void)state;
	profile_put_answer(profile_find("linux"), &w, 1460, 5, 6);
	o = tcpopt_decode(bytes, wr_len(&w));
	assert_true(o.ts_present && o.tsval == 5 && o.tsecr == 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_are_found_by_name),
		cmocka_unit_test(options_stand_in_the_systems_order),
		cmocka_unit_test(windows_and_ttl_are_the_systems),
		cmocka_unit_test(an_absent_option_takes_its_nops_along),
		cmocka_unit_test(what_is_left_over_is_padded),
		cmocka_unit_test(all_options_can_be_switched_off),
		cmocka_unit_test(every_combination_decodes_as_asked),
		cmocka_unit_test(an_answer_echoes_the_peers_clock),
	};

	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
