/* SPDX-License-Identifier: BSD-2-Clause */
/* test_cookies_load.c - the ramp of --load: what it finds, its bounds, and that it leaves nothing behind. */
#include "../lib/check.h"
#include "../lib/check_cookies.h"
#include "probe/cookies_load.h"

/* Large. */
static struct check_cookies c;

static void begin_load(enum listener_kind kind, uint32_t backlog, bool cookies, uint32_t most)
{
	check_cookies_init(&c, kind, false, backlog + most);
	c.server.backlog = backlog;
	c.server.cookies = cookies;
	c.cfg.load = most;
}

static void the_ramp_finds_the_backlog(void **state)
{
	static const uint32_t backlogs[] = {1, 2, 4, 5, 16, 64, 128};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(backlogs); i++) {
		for (int local = 0; local <= 1; local++) {
			uint32_t b = backlogs[i];

			begin_load(LISTENER_LINUX, b, true, 160);
			c.local = local;
			check_cookies_run(&c);
			check_verdict(&c, "active", "linux");
			assert_string_equal(check_result(&c, "load"), "cookies");
			assert_true(check_number(&c, "load", "at") == b + 2);
			assert_true(check_number(&c, "load", "held") == b + 1);
			assert_true(check_number(&c, "load", "recovered") == 1);
			assert_int_equal(c.server.half_open, 0);

			begin_load(LISTENER_LINUX, b, false, 160);
			c.local = local;
			check_cookies_run(&c);
			check_verdict(&c, "not-active-now", "linux");
			assert_string_equal(check_result(&c, "load"), "dropped");
			assert_true(check_number(&c, "load", "at") == b + 2);
			assert_true(check_number(&c, "load", "recovered") == 1);
			assert_int_equal(c.server.half_open, 0);
		}
	}
}

static void the_ramp_keeps_its_bounds(void **state)
{
	(void)state;
	begin_load(LISTENER_LINUX, 0, true, 160);
	check_cookies_run(&c);
	check_verdict(&c, "not-active-now", "linux");
	assert_string_equal(check_result(&c, "load"), "no-switch");
	assert_true(check_number(&c, "load", "held") == 160);
	assert_int_equal(c.server.most, 160);
	assert_true(c.most_syns <= 101);
	assert_int_equal(c.server.half_open, 0);
	begin_load(LISTENER_LINUX, 0, true, 1024);
	check_cookies_run(&c);
	assert_int_equal(c.server.most, 1024);
	assert_true(c.most_syns <= 101);
	assert_int_equal(c.server.half_open, 0);
	begin_load(LISTENER_LINUX, 0, true, 160);
	c.local = true;
	c.path.delay = 10 * NS_US;
	check_cookies_run(&c);
	assert_true(c.ended < NS_SEC);
	begin_load(LISTENER_LINUX_COOKIES, 0, true, 160); /* known without */
	check_cookies_run(&c);
	assert_string_equal(check_result(&c, "load"), "not-run");
	assert_int_equal(c.segments, 6);
}

/* Where a server never sends SACK or window scale, every tuple is checked with a second SYN. */
static void the_ramp_works_without_options(void **state)
{
	(void)state;
	begin_load(LISTENER_LINUX, 16, true, 32);
	c.server.dead_options = true;
	check_cookies_run(&c);
	check_verdict(&c, "active", "linux");
	assert_true(check_number(&c, "load", "at") == 18);
	assert_int_equal(c.server.half_open, 0);
	begin_load(LISTENER_LINUX, 0, true, 32);
	c.server.dead_options = true;
	check_cookies_run(&c);
	assert_string_equal(check_result(&c, "load"), "no-switch");
	assert_int_equal(c.server.half_open, 0);
}

/* Tuples that nothing answers are losses where later ones are answered; at the end they are the end. */
static void losses_do_not_end_the_ramp(void **state)
{
	uint32_t first;

	(void)state;
	begin_load(LISTENER_LINUX, 0, true, 12);
	first = cookies_probe.lanes(&c.cfg) - 13;
	c.server.ignored[0] = first + 3;
	c.server.ignored[1] = first + 6;
	check_cookies_run(&c);
	assert_string_equal(check_result(&c, "load"), "no-switch");
	assert_true(check_number(&c, "load", "held") == 10);
	assert_true(check_number(&c, "load", "unanswered") == 2);
	begin_load(LISTENER_LINUX, 0, true, 12);
	c.server.ignored[0] = first + 11; /* one alone may be lost */
	check_cookies_run(&c);
	assert_string_equal(check_result(&c, "load"), "no-switch");
	begin_load(LISTENER_LINUX, 0, true, 12);
	c.server.ignored[0] = first + 10;
	c.server.ignored[1] = first + 11;
	check_cookies_run(&c);
	assert_string_equal(check_result(&c, "load"), "dropped");
	assert_true(check_number(&c, "load", "at") == 11);
}

static void options_lost_under_load_are_no_proof(void **state)
{
	(void)state;
	begin_load(LISTENER_LINUX, 4, true, 32);
	c.server.random = true;
	check_cookies_run(&c);
	check_verdict(&c, "not-active-now", "linux");
	assert_string_equal(check_result(&c, "load"), "options-lost");
	assert_int_equal(c.server.half_open, 0);
}

static void a_ramp_that_is_ended_resets_what_it_holds(void **state)
{
	(void)state;
	for (ns_t when = 50 * NS_MS; when < 1000 * NS_MS; when += 13 * NS_MS) {
		begin_load(LISTENER_LINUX, when % 2 == 0 ? 32 : 0, when % 4 < 2, 64);
		c.stop = when;
		check_cookies_run(&c);
		assert_int_equal(c.server.half_open, 0);
	}
}

static void the_ramp_lives_with_loss(void **state)
{
	uint32_t found = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		begin_load(LISTENER_LINUX, 16, seed % 2 == 0, 32);
		rng_seed(&c.rng, seed);
		c.path.loss = 0.02;
		c.path.jitter = 3 * NS_MS;
		check_cookies_run(&c);
		found += strcmp(c.r->verdict, seed % 2 == 0 ? "active" : "not-active-now") == 0;
		assert_int_equal(c.server.half_open, 0);
	}
	assert_true(found >= 90);
}

/* The same under load: no count is moved by them. */
static void strangers_do_not_end_the_ramp(void **state)
{
	(void)state;
	begin_load(LISTENER_LINUX, 16, true, 32);
	c.forgers = true;
	check_cookies_run(&c);
	check_verdict(&c, "active", "linux");
	assert_true(check_number(&c, "load", "at") == 18);
}

/* Of the first ones Linux has forgotten some by then: only what is surely held is told. */
static void what_may_be_forgotten_is_not_held(void **state)
{
	(void)state;
	begin_load(LISTENER_LINUX, 0, true, 1024);
	check_cookies_run(&c);
	assert_string_equal(check_result(&c, "load"), "no-switch");
	assert_true(check_number(&c, "load", "limit") == 1024);
	assert_true(check_number(&c, "load", "held") <= 701);
	assert_true(check_number(&c, "load", "held") >= 690);
}

/* The switch is where options began to be lost, though it takes three tuples to be sure: no check helps. */
static void options_lost_without_an_answer_to_checks(void **state)
{
	(void)state;
	begin_load(LISTENER_LINUX, 8, true, 32);
	c.server.random = c.server.once = true;
	check_cookies_run(&c);
	check_verdict(&c, "not-active-now", "linux");
	assert_string_equal(check_result(&c, "load"), "options-lost");
	assert_true(check_number(&c, "load", "at") == 10);
	assert_int_equal(c.server.half_open, 0);
}

/* Where every tuple is checked, and one segment in four is lost. */
static void checks_live_with_loss(void **state)
{
	uint32_t found = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		begin_load(LISTENER_LINUX, 16, true, 32);
		rng_seed(&c.rng, seed);
		c.server.dead_options = true;
		c.path.loss = 0.25;
		check_cookies_run(&c);
		found += strcmp(c.r->load != NULL ? c.r->load : "", "cookies") == 0;
	}
	assert_true(found >= 180);
}

/* --- one tuple, step by step --- */

static struct cookies_load ramp;
static struct cookies_held tuples[9];
static struct cookies_load_seen load_seen;
static const struct siphash_key key;
static struct cookies_common common;

static void begin_ramp(uint32_t most, bool options_tell)
{
	common = (struct cookies_common){.profile = *profile_find("linux"),
	                                 .rto = NS_SEC,
	                                 .rtt = NS_MS,
	                                 .turn_min = NS_MS,
	                                 .turn_max = NS_MS,
	                                 .delta = {0, 1U << 29, 3U << 29}};
	memset(&load_seen, 0, sizeof(load_seen));
	cookies_load_start(&ramp, most, true, options_tell, &key, tuples, &load_seen, 0);
	ramp.local = false;
}

static struct seg send_next(uint32_t tuple, ns_t now)
{
	struct seg out;
	uint32_t i;

	assert_true(cookies_load_next(&ramp, &common, &i, &out, now));
	assert_int_equal(i, tuple);
	cookies_load_sent(&ramp, i, &out, now);
	return out;
}

static void answer_with(uint32_t tuple, const struct seg *syn, uint16_t flags, uint32_t seq,
                        ns_t now)
{
	struct seg in = {.flags = flags, .seq = seq, .ack = syn->seq + 1};

	assert_int_not_equal(cookies_load_heard(&ramp, &common, tuple, &in, now, now),
	                     TRACK_SPOOFED);
}

/* The first check has ended the ramp: the second, under way then, does not undo what it found. */
static void a_late_check_changes_nothing(void **state)
{
	struct seg first[2], second[2];

	(void)state;
	begin_ramp(8, false);
	for (uint32_t i = 0; i < 2; i++)
		first[i] = send_next(i, i * 10 * NS_MS);
	for (uint32_t i = 0; i < 2; i++)
		answer_with(i, &first[i], SEG_SYN | SEG_ACK, first[i].seq + 77, 11 * NS_MS);
	for (uint32_t i = 0; i < 2; i++)
		second[i] = send_next(i, (20 + i * 10) * NS_MS);
	answer_with(0, &second[0], SEG_SYN | SEG_ACK, second[0].seq + 77 - 3, 31 * NS_MS);
	assert_true(load_seen.verified && load_seen.end == LOAD_COOKIES && load_seen.at == 1);
	answer_with(1, &second[1], SEG_SYN | SEG_ACK, 4711, 31 * NS_MS);
	assert_true(load_seen.verified && load_seen.residue == -3);
}

/* What comes at once after the check is a copy; the check's own answer follows. */
static void a_copy_is_no_answer_to_a_check(void **state)
{
	struct seg first, second;

	(void)state;
	begin_ramp(8, false);
	first = send_next(0, 0);
	answer_with(0, &first, SEG_SYN | SEG_ACK, first.seq + 77, NS_MS);
	second = send_next(0, 10 * NS_MS);
	answer_with(0, &first, SEG_SYN | SEG_ACK, first.seq + 77, 10 * NS_MS + NS_MS / 10);
	answer_with(0, &second, SEG_SYN | SEG_ACK, second.seq + 77 - 3, 11 * NS_MS);
	assert_true(load_seen.verified && load_seen.end == LOAD_COOKIES);
}

/* Two checks without an answer, one that has it, two without: checks still tell. */
static void only_checks_in_a_row_are_given_up(void **state)
{
	(void)state;
	begin_ramp(8, false);
	for (uint32_t i = 0; i < 5; i++) {
		ns_t t = i * 3 * NS_SEC + 10 * NS_MS;
		struct seg first = send_next(i, t);

		answer_with(i, &first, SEG_SYN | SEG_ACK, 77, t + NS_MS);
		send_next(i, t + 10 * NS_MS);
		if (i == 2) {
			answer_with(i, &first, SEG_ACK, 78, t + 11 * NS_MS);
			continue;
		}
		cookies_load_timer(&ramp, &common, t + 700 * NS_MS);
		send_next(i, t + 700 * NS_MS);
		ramp.end = NS_NEVER;
		cookies_load_timer(&ramp, &common, t + 2900 * NS_MS);
	}
	assert_true(ramp.checks_tell);
}

/* A reset, then a SYN-ACK all the same: what it opened is reset. */
static void what_was_refused_under_load_and_opens_is_reset(void **state)
{
	struct seg syn, out;
	uint32_t i;

	(void)state;
	begin_ramp(8, true);
	syn = send_next(0, 0);
	answer_with(0, &syn, SEG_RST | SEG_ACK, 0, NS_MS);
	assert_int_equal(load_seen.end, LOAD_REFUSED);
	assert_false(cookies_load_next(&ramp, &common, &i, &out, NS_MS));
	answer_with(0, &syn, SEG_SYN | SEG_ACK, 77, 2 * NS_MS);
	out = send_next(0, 2 * NS_MS);
	assert_true(out.flags == SEG_RST && out.seq == syn.seq + 1);
}

/* Linux sends one challenge ACK in half a second: one that is lost does not end the ramp. */
static void a_lost_challenge_ack_is_no_cookie(void **state)
{
	uint32_t wrong = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		begin_load(LISTENER_LINUX, 0, true, 32);
		rng_seed(&c.rng, seed);
		c.server.dead_options = true;
		c.path.loss = 0.02;
		check_cookies_run(&c);
		wrong += strcmp(check_result(&c, "load"), "no-switch") != 0;
		assert_int_equal(c.server.half_open, 0);
	}
	assert_true(wrong <= 2);
}

/* The path dies: that is no backlog. */
static void a_path_that_dies_is_no_full_queue(void **state)
{
	(void)state;
	begin_load(LISTENER_LINUX, 0, true, 160);
	c.dead = 700 * NS_MS;
	check_cookies_run(&c);
	check_verdict(&c, "not-active-now", "linux");
	assert_string_equal(check_result(&c, "load"), "no-answer");
	assert_string_equal(c.r->load, "no-answer");
}

static void resets_leave_the_capture_time(void **state)
{
	(void)state;
	begin_load(LISTENER_LINUX, 0, true, 1024);
	c.local = true;
	c.path.delay = 10 * NS_US;
	check_cookies_run(&c);
	assert_int_equal(c.server.half_open, 0);
	assert_true(c.most_batch <= 64 + 2);
	assert_true(check_number(&c, "load", "duration_us") >= 1023 * 20);
}

/* Servers that answer any second SYN with the first SYN-ACK again say that they hold it. */
static void a_first_syn_ack_again_is_held(void **state)
{
	(void)state;
	begin_load(LISTENER_CACHE, 0, false, 32);
	c.server.dead_options = true;
	check_cookies_run(&c);
	assert_string_equal(check_result(&c, "load"), "no-switch");
	assert_true(check_number(&c, "load", "held") == 32);
	assert_true(c.ended < 4 * NS_SEC);
	assert_int_equal(c.server.half_open, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ramp_finds_the_backlog),
		cmocka_unit_test(the_ramp_keeps_its_bounds),
		cmocka_unit_test(the_ramp_works_without_options),
		cmocka_unit_test(losses_do_not_end_the_ramp),
		cmocka_unit_test(options_lost_under_load_are_no_proof),
		cmocka_unit_test(a_ramp_that_is_ended_resets_what_it_holds),
		cmocka_unit_test(the_ramp_lives_with_loss),
		cmocka_unit_test(strangers_do_not_end_the_ramp),
		cmocka_unit_test(what_may_be_forgotten_is_not_held),
		cmocka_unit_test(options_lost_without_an_answer_to_checks),
		cmocka_unit_test(checks_live_with_loss),
		cmocka_unit_test(a_late_check_changes_nothing),
		cmocka_unit_test(a_copy_is_no_answer_to_a_check),
		cmocka_unit_test(only_checks_in_a_row_are_given_up),
		cmocka_unit_test(what_was_refused_under_load_and_opens_is_reset),
		cmocka_unit_test(a_lost_challenge_ack_is_no_cookie),
		cmocka_unit_test(a_path_that_dies_is_no_full_queue),
		cmocka_unit_test(resets_leave_the_capture_time),
		cmocka_unit_test(a_first_syn_ack_again_is_held),
	};

	return cmocka_run_group_tests_name("cookies_load", tests, NULL, NULL);
}
