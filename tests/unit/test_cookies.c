/* SPDX-License-Identifier: BSD-2-Clause */
/* test_cookies.c - every row of the decision table, by servers of each kind, over paths good and bad. */
#include "../lib/check.h"
#include "../lib/check_cookies.h"

#include "probe/cookies_judge.h"
#include "probe/cookies_plan.h"
#include "probe/cookies_run.h"

/* Large. */
static struct check_cookies c;

/* --- clean paths --- */

struct row {
	enum listener_kind kind;
	const char *verdict, *implementation;
	uint32_t segments; /* at the most */
	double confidence; /* at the least */
};

static const struct row rows[] = {
	{LISTENER_LINUX, "not-active-now", "linux", 6, 0.999999},
	{LISTENER_LINUX_COOKIES, "active", "linux", 6, 0.999999},
	{LISTENER_SYNPROXY, "proxy", "synproxy", 6, 0.999999},
	{LISTENER_XDP, "proxy", "xdp", 6, 0.999999},
	{LISTENER_DPVS, "proxy", "dpvs", 6, 0.999999},
	{LISTENER_FREEBSD, "capable", "freebsd", 10, 0.999999},
	{LISTENER_FREEBSD_ONLY, "active", "freebsd", 10, 0.999999},
	{LISTENER_PF, "active", "pf", 10, 0.999999},
	{LISTENER_PF_SYNPROXY, "not-active-now", "pf", 30, 0.99},
	{LISTENER_RANDOM_STATE, "not-active-now", "unknown", 12, 0.999999},
	{LISTENER_CACHE, "not-active-now", "unknown", 16, 0.999},
	{LISTENER_REPLACES, "not-active-now", "unknown", 34, 0.999999},
	{LISTENER_MAC, "active", "unknown", 40, 0.998},
	{LISTENER_RANDOM, "inconclusive", "unknown", 34, -1},
	{LISTENER_TRIVIAL, "inconclusive", "unknown", 8, -1},
	{LISTENER_CLOSED, "inconclusive", "unknown", 1, -1},
	{LISTENER_DEAD, "inconclusive", "unknown", 5, -1},
};

static void each_kind_has_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		for (uint64_t seed = 1; seed <= 40; seed++) {
			check_cookies_init(&c, rows[i].kind, seed % 2 == 0, seed);
			check_cookies_run(&c);
			check_verdict(&c, rows[i].verdict, rows[i].implementation);
			assert_true(c.r->confidence >= rows[i].confidence);
			assert_true(c.r->confidence <= COOKIES_CONFIDENCE_MAX);
			assert_int_equal(c.r->segments_sent, c.segments);
			if (c.segments > rows[i].segments)
				fail_msg("server %d: %u segments", rows[i].kind, c.segments);
			if (rows[i].kind == LISTENER_PF_SYNPROXY)
				continue; /* it ignores resets */
			assert_int_equal(c.server.half_open, 0);
			assert_true(c.server.most <= 1); /* never two at a time */
		}
	}
}

/* Six segments, three round trips and the time in which a reset surely arrives. */
static void the_core_is_short(void **state)
{
	static const ns_t delays[] = {10 * NS_US, 10 * NS_MS, 50 * NS_MS, 250 * NS_MS};
	static const enum listener_kind kinds[] = {LISTENER_LINUX, LISTENER_LINUX_COOKIES,
	                                           LISTENER_SYNPROXY, LISTENER_XDP, LISTENER_DPVS};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(kinds); i++) {
		for (size_t k = 0; k < CHECK_COUNT(delays); k++) {
			ns_t rtt = 2 * delays[k];

			check_cookies_init(&c, kinds[i], false, i * 10 + k);
			c.path.delay = delays[k];
			check_cookies_run(&c);
			assert_int_equal(c.segments, 6);
			assert_true(c.ended <= 3 * rtt + 100 * NS_MS);
			assert_int_equal(c.r->rtt, rtt);
			assert_int_equal(c.r->duration, c.ended);
		}
	}
}

static void the_evidence_is_numbers(void **state)
{
	(void)state;
	check_cookies_init(&c, LISTENER_LINUX_COOKIES, false, 5);
	check_cookies_run(&c);
	assert_string_equal(check_result(&c, "second-syn"), "syn-ack");
	assert_string_equal(check_result(&c, "isn"), "linear");
	assert_true(check_number(&c, "isn", "e12") == 0);
	assert_true(check_number(&c, "isn", "e13") == -3);
	assert_true(check_number(&c, "isn", "chance") < 1e-16);
	assert_true((uint32_t)(check_number(&c, "isn", "s2") - check_number(&c, "isn", "s1") -
	                       check_number(&c, "isn", "d1")) == 0);
	assert_string_equal(check_result(&c, "mss-index"), "as-table");
	assert_string_equal(check_result(&c, "options"), "lost");
	assert_string_equal(check_result(&c, "window"), "open");
	check_cookies_init(&c, LISTENER_LINUX, true, 5);
	check_cookies_run(&c);
	assert_string_equal(check_result(&c, "second-syn"), "challenge-ack");
	assert_true(check_number(&c, "second-syn", "seq_from_isn") == 1);
	assert_true(check_number(&c, "second-syn", "ack_from_iss") == 1);
	assert_string_equal(check_result(&c, "isn"), "clock");
	assert_true(check_number(&c, "isn", "ticks") >= check_number(&c, "isn", "ticks_min"));
	assert_true(check_number(&c, "isn", "ticks") <= check_number(&c, "isn", "ticks_max"));
	assert_string_equal(check_result(&c, "options"), "kept");
	assert_null(check_result(&c, "mss-index"));
}

/* --- tests on request --- */

static void tests_that_are_named_are_made(void **state)
{
	static const struct {
		enum listener_kind kind;
		const char *contrast, *ts_bits, *ack, *same;
	} wants[] = {
		{LISTENER_LINUX, "kept", "mismatch", "ack", "new-isn"},
		{LISTENER_LINUX_COOKIES, "kept", "match", "rst", "same-isn"},
		{LISTENER_SYNPROXY, "kept", "match", "silence", "same-isn"},
		{LISTENER_FREEBSD, "kept", "mismatch", "rst", "new-isn"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(wants); i++) {
		check_cookies_init(&c, wants[i].kind, false, 3 + i);
		c.cfg.forced = c.cfg.enabled;
		check_cookies_run(&c);
		assert_string_equal(check_result(&c, "options-with-timestamps"), wants[i].contrast);
		assert_string_equal(check_result(&c, "ts-bits"), wants[i].ts_bits);
		assert_string_equal(check_result(&c, "ack"), wants[i].ack);
		if (wants[i].kind != LISTENER_FREEBSD) /* its key would have changed meanwhile */
			assert_string_equal(check_result(&c, "same-syn"), wants[i].same);
		assert_string_equal(check_result(&c, "bsd"),
		                    wants[i].kind == LISTENER_FREEBSD ? "match" : "mismatch");
		assert_int_equal(c.server.half_open, 0);
		assert_true(c.server.most <= 1);
	}
}

static void only_a_proxy_sends_the_offer_itself(void **state)
{
	(void)state;
	for (int proxy = 0; proxy <= 1; proxy++) {
		check_cookies_init(&c, proxy ? LISTENER_SYNPROXY : LISTENER_LINUX_COOKIES, false,
		                   9);
		c.cfg.forced = COOKIES_BIT(COOKIES_OPTIONS) | COOKIES_BIT(COOKIES_TS_BITS);
		check_cookies_run(&c);
		assert_true(check_number(&c, "options-with-timestamps", "ts_direct") == proxy);
	}
}

static void silence_waits_for_what_is_sent_again(void **state)
{
	(void)state;
	for (int cookies = 0; cookies <= 1; cookies++) {
		check_cookies_init(&c, cookies ? LISTENER_LINUX_COOKIES : LISTENER_LINUX, false, 4);
		c.cfg.forced = COOKIES_BIT(COOKIES_SILENCE);
		c.path.duplicate = 0.5; /* copies are no repetitions */
		check_cookies_run(&c);
		assert_string_equal(check_result(&c, "silence"),
		                    cookies ? "never-repeated" : "repeated");
		assert_true(check_number(&c, "silence", "tuples") == 2);
		assert_int_equal(c.server.half_open, 0);
	}
}

static void a_proof_opens_a_connection_and_resets_it(void **state)
{
	(void)state;
	check_cookies_init(&c, LISTENER_LINUX_COOKIES, false, 4);
	c.cfg.forced = COOKIES_BIT(COOKIES_PROVE);
	check_cookies_run(&c);
	assert_string_equal(check_result(&c, "prove"), "accepted");
	assert_int_equal(c.server.connections, 1);
	assert_int_equal(c.server.half_open, 0); /* the connection counts there, too */
	check_cookies_init(&c, LISTENER_LINUX, false, 4);
	c.cfg.forced = COOKIES_BIT(COOKIES_PROVE);
	check_cookies_run(&c);
	assert_string_equal(check_result(&c, "prove"), "refused");
}

/* --- what is in the way --- */

static void a_minute_that_changes_is_no_other_verdict(void **state)
{
	static const ns_t when[] = {5 * NS_MS, 25 * NS_MS, 45 * NS_MS, 65 * NS_MS, 90 * NS_MS};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(when); i++) {
		check_cookies_init(&c, LISTENER_LINUX_COOKIES, false, i + 1);
		c.server.minute = 1000 * NS_SEC + when[i];
		check_cookies_run(&c);
		check_verdict(&c, "active", "linux");
		assert_true(c.r->confidence >= 0.999999);
		if (when[i] > 20 * NS_MS && when[i] < 80 * NS_MS)
			assert_string_equal(check_result(&c, "isn"), "linear-and-stepped");
	}
}

static void a_segment_that_is_lost_is_no_other_verdict(void **state)
{
	static const struct row kinds[] = {
		{LISTENER_LINUX, "not-active-now", "linux", 0, 0},
		{LISTENER_LINUX_COOKIES, "active", "linux", 0, 0},
		{LISTENER_SYNPROXY, "proxy", "synproxy", 0, 0},
		{LISTENER_XDP, "proxy", "xdp", 0, 0},
		{LISTENER_DPVS, "proxy", "dpvs", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(kinds); i++) {
		for (int lost = 1; lost <= 10; lost++) {
			check_cookies_init(&c, kinds[i].kind, false, (uint64_t)lost);
			c.lost_out = lost <= 6 ? 1ULL << lost : 0;
			c.lost_in = lost > 6 ? 1ULL << (lost - 6) : 0;
			check_cookies_run(&c);
			check_verdict(&c, kinds[i].verdict, kinds[i].implementation);
			assert_int_equal(c.server.half_open, 0);
		}
	}
}

/* Where ISNs tell nothing, timestamps do. */
static void a_box_that_rewrites_numbers_hides_nothing_but_them(void **state)
{
	(void)state;
	for (int strict = 0; strict <= 1; strict++) {
		for (uint64_t seed = 1; seed <= 40; seed++) {
			check_cookies_init(&c, LISTENER_LINUX_COOKIES, false, seed);
			c.server.rewrites = true;
			c.server.strict = strict;
			check_cookies_run(&c);
			if (strict)
				check_verdict(&c, "inconclusive", "unknown");
			else
				check_verdict(&c, "active", "linux");
			check_cookies_init(&c, LISTENER_LINUX, false, seed);
			c.server.rewrites = true;
			c.server.strict = strict;
			check_cookies_run(&c);
			if (strict)
				check_verdict(&c, "inconclusive", "unknown");
			else
				check_verdict(&c, "not-active-now", "unknown");
		}
	}
}

/* A copy of the first SYN-ACK, late or not, is no answer to the second SYN. */
static void a_copy_is_no_second_answer(void **state)
{
	(void)state;
	check_cookies_init(&c, LISTENER_LINUX, false, 3);
	c.path.duplicate = 1;
	c.lost_in = 1 << 3; /* after two SYN-ACKs of the SYN and its copy */
	check_cookies_run(&c);
	check_verdict(&c, "not-active-now", "linux");
	assert_string_equal(check_result(&c, "second-syn"), "silence");
}

/* What comes a round trip after the second SYN may be its answer, what comes before is not. */
static void a_first_syn_ack_again_is_an_answer_only_when_it_may_be(void **state)
{
	(void)state;
	for (int late = 0; late <= 1; late++) {
		struct cookies_common common = {.profile = *profile_find("linux"),
		                                .rto = NS_SEC,
		                                .rtt = NS_NONE,
		                                .turn_min = NS_NONE,
		                                .turn_max = NS_NONE,
		                                .delta = {0, 1U << 29, 3U << 29}};
		struct seg out, syn_ack = {.flags = SEG_SYN | SEG_ACK, .seq = 7, .ack = 1001};
		struct cookies_tuple tuple;
		struct cookies_run run;
		ns_t second = 20 * NS_MS, again = second + (late ? 19 : 2) * NS_MS;

		cookies_run_start(&run, &tuple, COOKIES_CORE, 1000, 0);
		assert_true(cookies_run_next(&run, &common, &out, 0));
		cookies_run_sent(&run, &out, 0);
		cookies_run_heard(&run, &common, &syn_ack, second, second);
		assert_true(cookies_run_next(&run, &common, &out, second));
		cookies_run_sent(&run, &out, second);
		assert_int_equal(cookies_run_heard(&run, &common, &syn_ack, again, again),
		                 TRACK_DUPLICATE);
		cookies_run_timer(&run, &common, second + NS_SEC);
		assert_int_equal(tuple.shot[1].reply.kind, late ? REPLY_SAME : REPLY_NONE);
	}
}

/* It repeats its challenge ACKs and SYN-ACKs whatever we send. */
static void a_server_deaf_to_resets_is_not_sent_them_for_ever(void **state)
{
	(void)state;
	check_cookies_init(&c, LISTENER_LINUX, false, 3);
	c.server.deaf = true;
	check_cookies_run(&c);
	assert_string_equal(c.r->verdict, "not-active-now");
	assert_true(c.syns <= 5 * 3);
	assert_true(c.segments <= 50);
}

static void a_peer_that_repeats_itself_is_not_reset_for_ever(void **state)
{
	struct cookies_common common = {.profile = *profile_find("linux"),
	                                .rto = NS_SEC,
	                                .rtt = NS_NONE,
	                                .turn_min = NS_NONE,
	                                .turn_max = NS_NONE};
	struct seg out, again = {.flags = SEG_SYN | SEG_ACK, .seq = 7, .ack = 1001};
	struct cookies_tuple tuple;
	struct cookies_run run;
	uint32_t resets = 0;

	(void)state;
	cookies_run_start(&run, &tuple, COOKIES_TRIVIAL, 1000, 0);
	assert_true(cookies_run_next(&run, &common, &out, 0));
	cookies_run_sent(&run, &out, 0);
	for (int i = 0; i < 200; i++) {
		cookies_run_heard(&run, &common, &again, i * NS_MS, i * NS_MS);
		while (cookies_run_next(&run, &common, &out, i * NS_MS)) {
			assert_int_equal(out.flags, SEG_RST);
			assert_int_equal(out.seq, 1001);
			resets++;
		}
	}
	assert_true(resets >= 1 && resets <= 16);
}

/* The answers come when all was given up: what they opened is reset, nothing is begun anew. */
static void answers_that_come_too_late_begin_nothing(void **state)
{
	(void)state;
	check_cookies_init(&c, LISTENER_LINUX, false, 3);
	c.path.delay = 10 * NS_SEC;
	check_cookies_run(&c);
	check_verdict(&c, "inconclusive", "unknown");
	assert_int_equal(c.syns, 3);
	assert_int_equal(c.server.half_open, 0);
}

/* Without SACK and window scale to lose, the kinds of proxies are still told apart. */
static void a_minimal_syn_tells_proxies_apart(void **state)
{
	(void)state;
	for (int xdp = 0; xdp <= 1; xdp++) {
		check_cookies_init(&c, xdp ? LISTENER_XDP : LISTENER_SYNPROXY, false, 3);
		c.cfg.profile = *profile_find("minimal");
		check_cookies_run(&c);
		check_verdict(&c, "proxy", xdp ? "xdp" : "synproxy");
	}
}

static void options_are_only_a_hint(void **state)
{
	(void)state;
	check_cookies_init(&c, LISTENER_LINUX, false, 2);
	c.server.dead_options = true;
	check_cookies_run(&c);
	check_verdict(&c, "not-active-now", "linux");
	assert_string_equal(check_result(&c, "options"), "lost");
}

static void a_queue_at_its_limit_is_intermittent(void **state)
{
	uint32_t intermittent = 0, clean = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 400; seed++) {
		check_cookies_init(&c, LISTENER_LINUX, seed % 2 == 0, seed);
		c.server.flap = 0.5;
		c.server.cookies = true;
		check_cookies_run(&c);
		intermittent += strcmp(c.r->verdict, "intermittent") == 0;
		clean += strcmp(c.r->verdict, "active") == 0 ||
		         strcmp(c.r->verdict, "not-active-now") == 0;
		if (strcmp(c.r->verdict, "inconclusive") == 0)
			check_verdict(&c, "intermittent", "linux");
		assert_int_equal(c.server.half_open, 0);
	}
	/* A core of two or three SYNs may see one kind only; none is told as anything else. */
	assert_int_equal(intermittent + clean, 400);
	assert_true(intermittent > 150);
}

/* A half-open connection that only an ACK shows is as sure as that ACK's numbers. */
static void intermittent_is_as_sure_as_its_evidence(void **state)
{
	uint32_t intermittent = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 400; seed++) {
		check_cookies_init(&c, LISTENER_LINUX, seed % 2 == 0, seed);
		c.server.flap = 0.5;
		c.server.cookies = true;
		c.cfg.forced = COOKIES_BIT(COOKIES_ACK);
		check_cookies_run(&c);
		if (strcmp(c.r->verdict, "intermittent") != 0)
			continue;
		intermittent++;
		assert_true(c.r->confidence > 0.9);
	}
	assert_true(intermittent > 150);
}

static void copies_and_strangers_change_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		for (int forged = 0; forged <= 1; forged++) {
			check_cookies_init(&c, rows[i].kind, false, 3 + i);
			c.path.duplicate = forged ? 0 : 1;
			c.forgers = forged;
			check_cookies_run(&c);
			/* To a copy of the SYN the one gives another ISN, the other repeats itself. */
			if (!forged &&
			    (rows[i].kind == LISTENER_REPLACES || rows[i].kind == LISTENER_CACHE))
				continue;
			check_verdict(&c, rows[i].verdict, rows[i].implementation);
		}
	}
}

/* Where SACK is not offered FreeBSD and pf decode alike; only one of them keeps anything. */
static void without_sack_freebsd_is_not_taken_for_pf(void **state)
{
	static const struct row kinds[] = {
		{LISTENER_FREEBSD, "capable", "freebsd", 0, 0},
		{LISTENER_FREEBSD_ONLY, "active", "unknown", 0, 0},
		{LISTENER_PF, "active", "unknown", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(kinds); i++) {
		for (uint64_t seed = 1; seed <= 20; seed++) {
			check_cookies_init(&c, kinds[i].kind, false, seed);
			c.cfg.profile.sack = false;
			check_cookies_run(&c);
			check_verdict(&c, kinds[i].verdict, kinds[i].implementation);
		}
	}
}

/* Whatever MSS is offered, and whatever tests are allowed. */
static void a_constant_is_no_cookie(void **state)
{
	static const struct {
		const char *tests;
		int mss; /* 0: no option */
		bool v6;
		const char *verdict, *implementation; /* of Linux's cookies */
	} ways[] = {
		{"all", 1460, false, "active", "linux"}, {"all", 536, false, "active", "linux"},
		{"all", 0, false, "active", "linux"},    {"all", 1220, true, "active", "linux"},
		{"all", 1440, true, "active", "linux"},  {"core", 1460, false, "active", "linux"},
		{"core", 536, false, "active", "linux"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(ways); i++) {
		for (int cookies = 0; cookies <= 1; cookies++) {
			check_cookies_init(&c, cookies ? LISTENER_LINUX_COOKIES : LISTENER_TRIVIAL,
			                   ways[i].v6, i);
			c.cfg.enabled = 0;
			cookies_tests_parse(ways[i].tests, &c.cfg.enabled);
			c.cfg.profile.mss = ways[i].mss;
			c.cfg.profile.mss_sent = ways[i].mss > 0;
			check_cookies_run(&c);
			if (cookies)
				check_verdict(&c, ways[i].verdict, ways[i].implementation);
			else
				check_verdict(&c, "inconclusive", "unknown");
		}
	}
}

/* Stateless, and it knows its answers again: but these are nobody's cookies that we know. */
static void a_constant_of_each_port_is_nobodys_cookie(void **state)
{
	(void)state;
	check_cookies_init(&c, LISTENER_TRIVIAL, false, 1);
	c.server.per_port = true;
	check_cookies_run(&c);
	check_verdict(&c, "active", "unknown");
	c.cfg.enabled = COOKIES_BIT(COOKIES_CORE);
	check_cookies_init(&c, LISTENER_TRIVIAL, false, 1);
	c.server.per_port = true;
	c.cfg.enabled = COOKIES_BIT(COOKIES_CORE);
	check_cookies_run(&c);
	check_verdict(&c, "inconclusive", "unknown");
	assert_string_equal(c.r->reason, "trivial-unknown");
}

/* By chance one ISN fits a clock; on long paths often. */
static void a_clock_by_chance_is_no_half_open_connection(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 1000; seed++) {
		check_cookies_init(&c, seed % 2 == 0 ? LISTENER_MAC : LISTENER_RANDOM, false, seed);
		c.path.delay = 300 * NS_MS;
		check_cookies_run(&c);
		if (seed % 2 == 0)
			check_verdict(&c, "active", "unknown");
		else
			check_verdict(&c, "inconclusive", "unknown");
	}
}

/* The proof may be lost on its way: what it may have opened is still closed, and no more opened. */
static void a_proof_that_is_lost_leaves_nothing(void **state)
{
	(void)state;
	for (int v6 = 0; v6 <= 1; v6++) {
		for (uint64_t lost = 0; lost < 1 << 5; lost++) {
			check_cookies_init(&c, LISTENER_LINUX_COOKIES, v6, 4);
			c.cfg.forced = COOKIES_BIT(COOKIES_PROVE);
			c.lost_out = lost << 10; /* its ACKs, the old one, and resets */
			check_cookies_run(&c);
			if ((lost & 7) != 0 && (lost & 4) == 0)
				assert_non_null(check_result(&c, "prove"));
			if ((lost & 3) == 3)
				assert_int_equal(c.server.connections, 0);
			if ((lost >> 3 & 3) != 3) /* both resets */
				assert_int_equal(c.server.half_open, 0);
		}
	}
}

/* The resets of a proof were lost: when the connection is heard of again it is reset again. */
static void a_proof_that_lives_on_is_reset_again(void **state)
{
	struct cookies_common common = {.profile = *profile_find("linux"),
	                                .rto = NS_SEC,
	                                .rtt = NS_NONE,
	                                .turn_min = NS_NONE,
	                                .turn_max = NS_NONE};
	struct seg out, in = {.flags = SEG_SYN | SEG_ACK, .seq = 7, .ack = 1001};
	struct cookies_tuple tuple;
	struct cookies_run run;
	ns_t now = 0;

	(void)state;
	cookies_run_start(&run, &tuple, COOKIES_PROVE, 1000, 0);
	for (int i = 0; run.phase != PHASE_OVER; i++) {
		assert_true(i < 10);
		while (cookies_run_next(&run, &common, &out, now))
			cookies_run_sent(&run, &out, now);
		now += 10 * NS_MS;
		if (run.phase == PHASE_AWAIT)
			cookies_run_heard(&run, &common, &in, now, now);
		in = (struct seg){.flags = SEG_ACK, .seq = 8, .ack = 1001};
		cookies_run_timer(&run, &common, now);
	}
	while (cookies_run_next(&run, &common, &out, now))
		;
	assert_int_equal(out.flags, SEG_RST);
	in = (struct seg){.flags = SEG_ACK | SEG_PSH, .seq = 8, .ack = 1001};
	cookies_run_heard(&run, &common, &in, now + NS_SEC, now + NS_SEC);
	assert_true(cookies_run_next(&run, &common, &out, now + NS_SEC));
	assert_true(out.flags == SEG_RST && out.seq == 1001);
}

/* First a reset, then to a copy of the SYN a SYN-ACK: that is reset, too. */
static void what_was_refused_and_opens_all_the_same_is_reset(void **state)
{
	(void)state;
	check_cookies_init(&c, LISTENER_LINUX, false, 6);
	c.server.refuses = true;
	c.path.duplicate = 1;
	check_cookies_run(&c);
	assert_int_equal(c.server.half_open, 0);
}

/* A reset for the first SYN says nothing of the second. */
static void a_reset_is_credited_to_its_syn(void **state)
{
	struct cookies_common common = {.profile = *profile_find("linux"),
	                                .rto = NS_SEC,
	                                .rtt = NS_NONE,
	                                .turn_min = NS_NONE,
	                                .turn_max = NS_NONE,
	                                .delta = {0, 1U << 29, 3U << 29}};
	struct seg out, syn_ack = {.flags = SEG_SYN | SEG_ACK, .seq = 7, .ack = 1001};
	struct seg rst = {.flags = SEG_RST | SEG_ACK, .ack = 1001};
	struct cookies_tuple tuple;
	struct cookies_run run;

	(void)state;
	cookies_run_start(&run, &tuple, COOKIES_CORE, 1000, 0);
	assert_true(cookies_run_next(&run, &common, &out, 0));
	cookies_run_sent(&run, &out, 0);
	cookies_run_heard(&run, &common, &syn_ack, NS_MS, NS_MS);
	assert_true(cookies_run_next(&run, &common, &out, NS_MS));
	cookies_run_sent(&run, &out, NS_MS);
	assert_int_equal(cookies_run_heard(&run, &common, &rst, 2 * NS_MS, 2 * NS_MS),
	                 TRACK_IGNORED);
	assert_int_equal(tuple.shot[1].reply.kind, REPLY_NONE);
	rst.ack = out.seq + 1;
	assert_int_equal(cookies_run_heard(&run, &common, &rst, 2 * NS_MS, 2 * NS_MS), TRACK_TAKEN);
	assert_int_equal(tuple.shot[1].reply.kind, REPLY_RST);
}

/* Somebody sets the clock of the stamps by an hour, either way: the timers have another. */
static void a_wall_clock_that_is_set_costs_no_time(void **state)
{
	(void)state;
	for (ns_t at = 5 * NS_MS; at < 120 * NS_MS; at += 10 * NS_MS) {
		for (int back = 0; back <= 1; back++) {
			check_cookies_init(&c, LISTENER_LINUX, false, 6);
			c.cfg.forced = COOKIES_BIT(COOKIES_SILENCE);
			c.set_at = at;
			c.set_by = (back ? -3600 : 3600) * NS_SEC;
			c.lost_in = 1 << 2;
			c.cfg.load = 4;
			check_cookies_run(&c);
			assert_true(c.ended < 20 * NS_SEC);
			assert_string_equal(c.r->verdict, "not-active-now");
			assert_string_equal(check_result(&c, "silence"), "repeated");
			assert_string_equal(check_result(&c, "load"), "no-switch");
		}
	}
}

/* Longer than the first RTO: the answer to the second SYN is waited for as long. */
static void a_long_path_is_waited_for(void **state)
{
	static const ns_t delays[] = {450 * NS_MS, 600 * NS_MS, 700 * NS_MS, 1200 * NS_MS};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(delays); i++) {
		check_cookies_init(&c, LISTENER_LINUX, false, i);
		c.path.delay = delays[i];
		check_cookies_run(&c);
		check_verdict(&c, "not-active-now", "linux");
		assert_string_equal(check_result(&c, "second-syn"), "challenge-ack");
		assert_int_equal(c.spoofed, 0);
		assert_int_equal(c.server.half_open, 0);
		check_cookies_init(&c, LISTENER_LINUX_COOKIES, false, i);
		c.path.delay = delays[i];
		check_cookies_run(&c);
		check_verdict(&c, "active", "linux");
		assert_int_equal(c.spoofed, 0);
	}
}

/* Copies of an answer arrive in one batch: one reset answers them. */
static void copies_are_not_each_reset(void **state)
{
	struct cookies_common common = {.profile = *profile_find("linux"),
	                                .rto = NS_SEC,
	                                .rtt = NS_NONE,
	                                .turn_min = NS_NONE,
	                                .turn_max = NS_NONE,
	                                .delta = {0, 1U << 29, 3U << 29}};
	struct seg out, syn_ack = {.flags = SEG_SYN | SEG_ACK, .seq = 7, .ack = 1001};
	struct cookies_tuple tuple;
	struct cookies_run run;
	uint32_t resets = 0;

	(void)state;
	cookies_run_start(&run, &tuple, COOKIES_TRIVIAL, 1000, 0);
	assert_true(cookies_run_next(&run, &common, &out, 0));
	cookies_run_sent(&run, &out, 0);
	for (int i = 0; i < 12; i++) {
		cookies_run_heard(&run, &common, &syn_ack, 10 * NS_MS, 10 * NS_MS);
		while (cookies_run_next(&run, &common, &out, 10 * NS_MS))
			resets++;
	}
	assert_int_equal(resets, 1);
}

/* Silence is evidence only of what was waited for. */
static void what_was_not_waited_for_is_no_evidence(void **state)
{
	(void)state;
	check_cookies_init(&c, LISTENER_LINUX, false, 6);
	c.cfg.forced = COOKIES_BIT(COOKIES_SILENCE);
	c.stop = 500 * NS_MS;
	check_cookies_run(&c);
	assert_null(check_result(&c, "silence"));
	check_cookies_init(&c, LISTENER_LINUX, false, 6);
	c.stop = 25 * NS_MS; /* the second SYN is under way */
	check_cookies_run(&c);
	assert_null(check_result(&c, "second-syn"));
}

/* --- bad paths --- */

/* One SYN after another takes the place of the one before. A reset that is lost makes no cookie. */
static void a_lost_reset_makes_no_cookie(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 1500; seed++) {
		check_cookies_init(&c, LISTENER_REPLACES, false, seed);
		c.server.repeats = true;
		c.path.loss = 0.05;
		check_cookies_run(&c);
		if (strcmp(c.r->verdict, "inconclusive") != 0)
			check_verdict(&c, "not-active-now", "unknown");
	}
}

struct bad_path {
	struct check_path path;
	double right; /* of all, at the least */
};

static void check_bad_path(const struct bad_path *bad, uint64_t seeds)
{
	static const struct row kinds[] = {
		{LISTENER_LINUX, "not-active-now", "linux", 0, 0},
		{LISTENER_LINUX_COOKIES, "active", "linux", 0, 0},
		{LISTENER_SYNPROXY, "proxy", "synproxy", 0, 0},
	};

	for (size_t i = 0; i < CHECK_COUNT(kinds); i++) {
		uint64_t right = 0;

		for (uint64_t seed = 1; seed <= seeds; seed++) {
			const char *v;

			check_cookies_init(&c, kinds[i].kind, seed % 2 == 0, seed);
			c.path = bad->path;
			check_cookies_run(&c);
			v = c.r->verdict;
			if (strcmp(v, kinds[i].verdict) == 0)
				right++;
			else if (strcmp(v, "inconclusive") != 0 && strcmp(v, "intermittent") != 0)
				check_verdict(&c, kinds[i].verdict, kinds[i].implementation);
			assert_int_equal(c.server.half_open, 0);
		}
		if ((double)right < bad->right * (double)seeds)
			fail_msg("server %d: %lu of %lu are right", kinds[i].kind,
			         (unsigned long)right, (unsigned long)seeds);
	}
}

static void loss_makes_no_wrong_verdict(void **state)
{
	static const struct bad_path paths[] = {
		{{20 * NS_MS, 0, 0.02, 0}, 0.97},
		{{20 * NS_MS, 5 * NS_MS, 0.02, 0}, 0.97},
		{{50 * NS_MS, 15 * NS_MS, 0.05, 0.03}, 0.95},
		{{50 * NS_MS, 45 * NS_MS, 0.1, 0.1}, 0.8},
		{{2 * NS_MS, 2 * NS_MS, 0.2, 0.2}, 0.5},
		{{400 * NS_MS, 300 * NS_MS, 0.05, 0.05}, 0.5},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(paths); i++)
		check_bad_path(&paths[i], 400);
}

/* Whenever it comes, the end leaves nothing behind. */
static void a_run_that_is_ended_resets_what_is_open(void **state)
{
	(void)state;
	for (ns_t when = 0; when < 200 * NS_MS; when += 3 * NS_MS) {
		check_cookies_init(&c, LISTENER_LINUX, false, 6);
		c.cfg.forced = c.cfg.enabled;
		c.stop = when;
		check_cookies_run(&c);
		assert_int_equal(c.server.half_open, 0);
		if (when < 25 * NS_MS)
			assert_string_equal(c.r->verdict, "inconclusive");
		if (when > 20 * NS_MS && when < 40 * NS_MS)
			assert_string_equal(c.r->reason, "interrupted");
	}
}

/* An ICMP error, or this host's refusal to send, ends it at once; nothing more is sent in vain. */
static void a_target_that_is_unreachable_ends_it(void **state)
{
	(void)state;
	check_cookies_init(&c, LISTENER_DEAD, false, 6);
	c.icmp = 15 * NS_MS;
	check_cookies_run(&c);
	assert_int_equal(c.segments, 1);
	assert_int_equal(c.ended, 15 * NS_MS);
	check_cookies_init(&c, LISTENER_LINUX, false, 6);
	c.icmp = 45 * NS_MS; /* between: whoever sent it, what is open is reset */
	check_cookies_run(&c);
	assert_int_equal(c.ended, 45 * NS_MS);
	assert_int_equal(c.server.half_open, 0);
	check_cookies_init(&c, LISTENER_LINUX, false, 6);
	c.icmp = 15 * NS_MS; /* the SYN-ACK is on its way: it is reset when it comes */
	check_cookies_run(&c);
	assert_int_equal(c.server.half_open, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_has_its_verdict),
		cmocka_unit_test(the_core_is_short),
		cmocka_unit_test(the_evidence_is_numbers),
		cmocka_unit_test(tests_that_are_named_are_made),
		cmocka_unit_test(only_a_proxy_sends_the_offer_itself),
		cmocka_unit_test(silence_waits_for_what_is_sent_again),
		cmocka_unit_test(a_proof_opens_a_connection_and_resets_it),
		cmocka_unit_test(a_minute_that_changes_is_no_other_verdict),
		cmocka_unit_test(a_segment_that_is_lost_is_no_other_verdict),
		cmocka_unit_test(a_box_that_rewrites_numbers_hides_nothing_but_them),
		cmocka_unit_test(a_copy_is_no_second_answer),
		cmocka_unit_test(a_first_syn_ack_again_is_an_answer_only_when_it_may_be),
		cmocka_unit_test(a_server_deaf_to_resets_is_not_sent_them_for_ever),
		cmocka_unit_test(a_peer_that_repeats_itself_is_not_reset_for_ever),
		cmocka_unit_test(answers_that_come_too_late_begin_nothing),
		cmocka_unit_test(a_minimal_syn_tells_proxies_apart),
		cmocka_unit_test(options_are_only_a_hint),
		cmocka_unit_test(a_queue_at_its_limit_is_intermittent),
		cmocka_unit_test(copies_and_strangers_change_nothing),
		cmocka_unit_test(intermittent_is_as_sure_as_its_evidence),
		cmocka_unit_test(without_sack_freebsd_is_not_taken_for_pf),
		cmocka_unit_test(a_constant_is_no_cookie),
		cmocka_unit_test(a_constant_of_each_port_is_nobodys_cookie),
		cmocka_unit_test(a_clock_by_chance_is_no_half_open_connection),
		cmocka_unit_test(a_proof_that_is_lost_leaves_nothing),
		cmocka_unit_test(a_proof_that_lives_on_is_reset_again),
		cmocka_unit_test(what_was_refused_and_opens_all_the_same_is_reset),
		cmocka_unit_test(a_reset_is_credited_to_its_syn),
		cmocka_unit_test(a_wall_clock_that_is_set_costs_no_time),
		cmocka_unit_test(a_long_path_is_waited_for),
		cmocka_unit_test(copies_are_not_each_reset),
		cmocka_unit_test(what_was_not_waited_for_is_no_evidence),
		cmocka_unit_test(a_lost_reset_makes_no_cookie),
		cmocka_unit_test(loss_makes_no_wrong_verdict),
		cmocka_unit_test(a_run_that_is_ended_resets_what_is_open),
		cmocka_unit_test(a_target_that_is_unreachable_ends_it),
	};

	return cmocka_run_group_tests_name("cookies", tests, NULL, NULL);
}
