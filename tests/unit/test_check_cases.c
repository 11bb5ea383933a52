/* SPDX-License-Identifier: BSD-2-Clause */
/* test_check_cases.c - which checks a run makes; verdicts of an earlier run; leaving nothing behind. */
#include "../lib/check.h"

#include "probe/check_cases.h"
#include "probe/check_cleanup.h"
#include "probe/stacks.h"

static struct check_cases cases;

static bool has(const char *id, enum tcp_state state)
{
	for (uint32_t i = 0; i < cases.count; i++)
		if (strcmp(cases.at[i].check->id, id) == 0 && cases.at[i].state == state)
			return true;
	return false;
}

static void choose(struct check_choice choice)
{
	struct err e;

	assert_int_equal(check_cases_choose(&cases, &choice, &e), 0);
}

static void safe_ones_by_default(void **state)
{
	(void)state;
	choose((struct check_choice){.conform = false});
	assert_true(has("R1", STATE_ESTABLISHED) && has("H18", STATE_CLOSED));
	assert_false(has("S7", STATE_ESTABLISHED) || has("TW10", STATE_TIME_WAIT));
	assert_false(has("A1", STATE_ESTABLISHED) || has("H1", STATE_LISTEN));
	choose((struct check_choice){
		.conform = true, .noisy = true, .intrusive = true, .slow = true});
	assert_true(has("S7", STATE_ESTABLISHED) && has("TW10", STATE_TIME_WAIT));
	assert_true(has("A1", STATE_ESTABLISHED) && has("O2a", STATE_LISTEN));
	assert_true(cases.count < CHECK_CASES_MAX);
}

static void names_choose_states_stars_and_kinds(void **state)
{
	(void)state;
	choose((struct check_choice){.list = "s7,R1:LAST_ACK"});
	assert_int_equal(cases.count, 2);
	assert_true(has("S7", STATE_ESTABLISHED) && has("R1", STATE_LAST_ACK));
	choose((struct check_choice){.list = "TW*"});
	assert_true(has("TW1", STATE_TIME_WAIT));
	assert_false(has("TW10", STATE_TIME_WAIT) || has("T1", STATE_ESTABLISHED));
}

static void what_fits_nothing_is_refused(void **state)
{
	static const char *const bad[] = {"",    "R1,", "R",       "R1:", "R1:LISTEN",
	                                  "R99", "A1",  "R1,S1,Q", "*"};
	struct err e;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(bad); i++) {
		struct check_choice choice = {.list = bad[i]};

		assert_int_equal(check_cases_choose(&cases, &choice, &e), -1);
		assert_int_equal(e.kind, ERR_USAGE);
		assert_non_null(strstr(e.text, "--case"));
	}
}

static void a_baseline_is_of_id_state_and_family(void **state)
{
	struct check_earlier at[] = {{"R1", "LAST_ACK", 4, 80, CHECK_PASS},
	                             {"R1", "LAST_ACK", 6, 80, CHECK_WARN}};
	struct check_baseline b = {2, at};
	enum check_verdict v;

	(void)state;
	choose((struct check_choice){.list = "R1:LAST_ACK,R1:ESTABLISHED"});
	for (uint32_t i = 0; i < cases.count; i++) {
		bool known = cases.at[i].state == STATE_LAST_ACK;

		assert_true(check_baseline_find(&b, &cases.at[i], 4, 80, &v) == known);
		assert_true(check_baseline_find(&b, &cases.at[i], 6, 8080, &v) == known);
		assert_true(!known || v == CHECK_WARN);
	}
}

static void missing_evidence_is_no_change(void **state)
{
	(void)state;
	assert_true(check_changed(CHECK_PASS, CHECK_FAIL) && check_changed(CHECK_FAIL, CHECK_PASS));
	assert_true(check_changed(CHECK_PASS, CHECK_SKIPPED));
	assert_false(check_changed(CHECK_PASS, CHECK_INFO) ||
	             check_changed(CHECK_INFO, CHECK_PASS));
	assert_false(check_changed(CHECK_PASS, CHECK_PASS));
	assert_false(check_changed(CHECK_PASS, CHECK_INCONCLUSIVE));
	assert_false(check_changed(CHECK_INCONCLUSIVE, CHECK_FAIL));
	assert_int_equal(check_verdict_parse("warn"), CHECK_WARN);
	assert_int_equal(check_verdict_parse("bad"), CHECK_VERDICTS);
}

/* --- leaving nothing behind --- */

static struct cleanup k;
static ns_t now;

static struct seg next(void)
{
	struct seg s;

	assert_true(cleanup_next(&k, &s, now));
	return s;
}

static void hear(uint16_t flags, uint32_t seq, uint32_t ack)
{
	struct seg s = {.flags = flags, .seq = seq, .ack = ack};

	cleanup_heard(&k, &s, now);
}

static void wait(void)
{
	now = cleanup_deadline(&k);
	cleanup_timer(&k, now);
}

static void a_reset_is_sent_and_seen_to_have_come(void **state)
{
	struct seg s;

	(void)state;
	now = 0;
	cleanup_start(&k, 100, 200, 10 * NS_MS, now);
	s = next();
	assert_int_equal(s.flags, SEG_RST);
	assert_int_equal(s.seq, 100);
	wait();
	s = next();
	assert_int_equal(s.flags, SEG_ACK);
	assert_int_equal(s.seq, 99); /* a keep-alive: it opens nothing */
	assert_int_equal(s.ack, 200);
	hear(SEG_RST, 200, 0);
	assert_true(cleanup_over(&k) && k.gone);
	assert_true(cleanup_deadline(&k) == NS_NEVER);
}

static void a_reset_that_was_lost_is_sent_again_where_the_server_is(void **state)
{
	(void)state;
	now = 0;
	cleanup_start(&k, 100, 200, NS_MS, now);
	next();
	wait();
	next();
	hear(SEG_ACK, 200, 500000000); /* a forgery */
	hear(SEG_RST, 77, 0);
	assert_false(cleanup_over(&k));
	hear(SEG_ACK, 200, 105);
	assert_int_equal(next().seq, 105);
	wait();
	next();
	hear(SEG_RST, 200, 0);
	assert_true(cleanup_over(&k) && k.gone);
}

static void silence_ends_it_after_three_rounds(void **state)
{
	unsigned int sent = 0;
	struct seg s;

	(void)state;
	now = 0;
	cleanup_start(&k, 100, 200, NS_MS, now);
	while (!cleanup_over(&k)) {
		while (cleanup_next(&k, &s, now))
			sent++;
		wait();
	}
	assert_int_equal(sent, 6);
	assert_false(k.gone);
	assert_true(now < 3 * NS_SEC);
}

static void where_nothing_was_heard_one_round_is_enough(void **state)
{
	(void)state;
	now = 0;
	cleanup_start(&k, 100, 200, NS_NONE, now);
	next();
	wait();
	next();
	wait();
	assert_true(cleanup_over(&k));
}

/* --- what system answers so --- */

static void the_most_alike_system_is_named(void **state)
{
	struct stacks_tally t = {.known = {0}};
	char buf[96];
	struct text text = text_into(buf, sizeof(buf));

	(void)state;
	stacks_text(&text, &t);
	assert_string_equal(buf, "");
	for (int i = 0; i < 30; i++)
		stacks_add(&t, (struct stacks_match){.known = 1 << STACK_LINUX | 1 << STACK_LWIP,
		                                     .alike = (uint8_t)(1 << STACK_LINUX |
		                                                        (i < 15) << STACK_LWIP)});
	stacks_text(&text, &t);
	assert_string_equal(buf, "Linux 6.18: 30 of 30");
	text = text_into(buf, sizeof(buf));
	for (int i = 0; i < 30; i++)
		stacks_add(&t, (struct stacks_match){.known = 1 << STACK_LINUX | 1 << STACK_LWIP});
	stacks_text(&text, &t);
	assert_string_equal(buf, "no known system (most like Linux 6.18: 30 of 60)");
}

static void answers_are_compared_by_state_and_segment(void **state)
{
	struct stacks_match m;

	(void)state;
	choose((struct check_choice){.list = "S1"});
	m = stacks_compare(&cases.at[0], SAW_ACK);
	assert_true((m.alike >> STACK_LINUX & 1) == 1 && (m.alike >> STACK_SLIRP & 1) == 0);
	m = stacks_compare(&cases.at[0], SAW_RST_ACK | SAW_FIN_AGAIN);
	assert_true((m.alike >> STACK_LINUX & 1) == 0 && (m.alike >> STACK_SLIRP & 1) == 1);
	choose((struct check_choice){.list = "T4"}); /* no segment: nothing to compare */
	assert_int_equal(stacks_compare(&cases.at[0], SAW_ACK).known, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(safe_ones_by_default),
		cmocka_unit_test(names_choose_states_stars_and_kinds),
		cmocka_unit_test(what_fits_nothing_is_refused),
		cmocka_unit_test(a_baseline_is_of_id_state_and_family),
		cmocka_unit_test(missing_evidence_is_no_change),
		cmocka_unit_test(a_reset_is_sent_and_seen_to_have_come),
		cmocka_unit_test(a_reset_that_was_lost_is_sent_again_where_the_server_is),
		cmocka_unit_test(silence_ends_it_after_three_rounds),
		cmocka_unit_test(where_nothing_was_heard_one_round_is_enough),
		cmocka_unit_test(the_most_alike_system_is_named),
		cmocka_unit_test(answers_are_compared_by_state_and_segment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
