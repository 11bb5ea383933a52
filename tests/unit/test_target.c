/* SPDX-License-Identifier: BSD-2-Clause */
/* test_target.c - a target's counters, its state, and its outcome for the exit code. */
#include "../lib/check.h"

#include "engine/target.h"

static const struct engine_target spec = {
	.name = "example.net",
	.remote = {.addr = {.family = ADDR_V4, .bytes = {192, 0, 2, 7}}, .port = 443},
};

static struct expect_list none;

struct run {
	struct target t;
	struct summary_record s;
	struct expectation_record x[EXPECT_MAX];
	struct engine_outcome o;
};

static void begin(struct run *r)
{
	memset(r, 0, sizeof(*r));
	assert_int_equal(target_init(&r->t, &spec, 5), 0);
}

static void add(struct run *r, const char *state, ns_t rtt, int64_t retransmits,
                const struct expect_list *expects)
{
	struct probe_record p = {.state = state, .reason = "x", .rtt = rtt};
	struct answer a = {.record = {&probe_record_type, &p},
	                   .state = state,
	                   .rtt = rtt,
	                   .syn_retransmits = retransmits};

	target_add(&r->t, &a, expects);
}

static const struct summary_record *summary(struct run *r, const struct expect_list *expects,
                                            uint64_t dropped)
{
	target_summary(&r->t, expects, dropped, 1700000000 * NS_SEC, &r->s, r->x, &r->o);
	return &r->s;
}

static void attempts_are_counted_by_state(void **state)
{
	const struct summary_record *s;
	struct run r;

	(void)state;
	begin(&r);
	add(&r, "open", 10 * NS_MS, 0, &none);
	add(&r, "open", NS_NONE, 2, &none);
	add(&r, "closed", 20 * NS_MS, 1, &none);
	add(&r, "filtered", NS_NONE, 2, &none);
	add(&r, "unreachable", NS_NONE, 0, &none);
	add(&r, "error", NS_NONE, 0, &none);
	s = summary(&r, &none, 7);
	assert_string_equal(s->target, "example.net");
	assert_string_equal(s->address, "192.0.2.7");
	assert_int_equal(s->port, 443);
	assert_int_equal(s->family, 4);
	assert_true(s->time == 1700000000 * NS_SEC);
	assert_int_equal(s->sent, 6);
	assert_int_equal(s->open, 2);
	assert_int_equal(s->closed, 1);
	assert_int_equal(s->filtered, 1);
	assert_int_equal(s->unreachable, 1);
	assert_int_equal(s->errors, 1);
	assert_int_equal(s->syn_retransmits, 5);
	assert_true(s->loss_percent == 50); /* who refuses has answered */
	assert_int_equal(s->capture_dropped, 7);
	assert_int_equal(s->rtt_samples, 2);
	assert_int_equal(s->rtt.min, 10 * NS_MS);
	assert_int_equal(s->rtt.avg, 15 * NS_MS);
	assert_int_equal(s->rtt.max, 20 * NS_MS);
	assert_int_equal(s->rtt.mdev, 5 * NS_MS);
	assert_int_equal(s->rtt.p50, 10 * NS_MS);
	assert_int_equal(s->rtt.p99, 20 * NS_MS);
	target_fini(&r.t);
}

static void segments_are_counted_as_they_were_judged(void **state)
{
	struct run r;

	(void)state;
	begin(&r);
	target_count(&r.t, TRACK_TAKEN);
	target_count(&r.t, TRACK_IGNORED);
	for (int i = 0; i < 2; i++)
		target_count(&r.t, TRACK_DUPLICATE);
	for (int i = 0; i < 3; i++)
		target_count(&r.t, TRACK_LATE);
	for (int i = 0; i < 4; i++)
		target_count(&r.t, TRACK_SPOOFED);
	summary(&r, &none, 0);
	assert_int_equal(r.s.duplicates, 2);
	assert_int_equal(r.s.late, 3);
	assert_int_equal(r.s.spoofed, 4);
	assert_int_equal(r.s.corrupt, 0);
	target_fini(&r.t);
}

static void without_attempts_nothing_is_known(void **state)
{
	struct run r;

	(void)state;
	begin(&r);
	summary(&r, &none, 0);
	assert_null(r.s.state);
	assert_true(r.s.loss_percent < 0);
	assert_true(r.s.rtt.min == NS_NONE && r.s.rtt.mdev == NS_NONE && r.s.rtt.p95 == NS_NONE);
	assert_false(r.o.state_ok);
	assert_false(r.o.local);
	assert_string_equal(r.s.verdict, "fail");
	target_fini(&r.t);
}

/* As in ping, one answer is enough. */
static void the_best_attempt_gives_the_state(void **state)
{
	static const char *const order[] = {"error", "filtered", "unreachable", "closed", "open"};
	struct run r;

	(void)state;
	begin(&r);
	for (size_t i = 0; i < CHECK_COUNT(order); i++) {
		add(&r, order[i], NS_NONE, 0, &none);
		assert_string_equal(summary(&r, &none, 0)->state, order[i]);
		assert_int_equal(r.o.state_ok, i == 4);
	}
	target_fini(&r.t);
}

static void check_verdict(const char *expect, const char *state, uint64_t dropped, bool state_ok,
                          bool expectations, bool local)
{
	static struct expect_list list;
	struct err e;
	struct run r;

	memset(&list, 0, sizeof(list));
	if (expect != NULL)
		assert_int_equal(expect_parse(&list, expect, &e), 0);
	begin(&r);
	add(&r, state, 10 * NS_MS, 0, &list);
	summary(&r, &list, dropped);
	if (r.o.state_ok != state_ok || r.o.expectations != expectations || r.o.local != local)
		fail_msg("%s of %s: %d %d %d", expect, state, r.o.state_ok, r.o.expectations,
		         r.o.local);
	assert_string_equal(r.s.verdict, state_ok && expectations && !local ? "pass" : "fail");
	assert_int_equal(r.s.expectations.count, list.count);
	target_fini(&r.t);
}

static void outcomes_follow_from_state_and_expectations(void **state)
{
	(void)state;
	check_verdict(NULL, "open", 0, true, true, false);
	check_verdict(NULL, "closed", 0, false, true, false);
	check_verdict(NULL, "filtered", 0, false, true, false);
	check_verdict(NULL, "error", 0, false, true, true);
	check_verdict(NULL, "open", 1, true, true, true);
	check_verdict("rtt<20ms", "open", 0, true, true, false);
	check_verdict("rtt<5ms", "open", 0, true, false, false);
	check_verdict("rtt<5ms", "closed", 0, false, false, false);
	/* --expect state=S replaces the default: another state is 1 and S is 0. */
	check_verdict("state=closed", "closed", 0, true, true, false);
	check_verdict("state=closed", "open", 0, false, true, false);
	check_verdict("state=closed|filtered", "filtered", 0, true, true, false);
	check_verdict("state!=open", "open", 0, false, true, false);
	check_verdict("state=closed,loss<=0%", "filtered", 0, false, false, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attempts_are_counted_by_state),
		cmocka_unit_test(segments_are_counted_as_they_were_judged),
		cmocka_unit_test(without_attempts_nothing_is_known),
		cmocka_unit_test(the_best_attempt_gives_the_state),
		cmocka_unit_test(outcomes_follow_from_state_and_expectations),
	};

	return cmocka_run_group_tests_name("target", tests, NULL, NULL);
}
