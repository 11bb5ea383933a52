/* SPDX-License-Identifier: BSD-2-Clause */
/* test_single.c - one segment of any flags: what is sent, which answers count, what is reset. */
#include "../lib/check.h"

#include "probe/single.h"

#define ISS  1000U
#define IACK 777000U
#define T0   (5 * NS_SEC)

struct run {
	union {
		uint8_t bytes[128];
		void *align;
	} p;
	struct single_config cfg;
};

static void begin(struct run *x, uint16_t flags)
{
	struct probe_start s = {.iss = ISS, .iss2 = IACK, .room = 1400, .now = T0};

	assert_true(single_probe.state_size(NULL) <= sizeof(x->p));
	memset(x, 0, sizeof(*x));
	x->cfg = (struct single_config){
		.profile = *profile_find("minimal"), .flags = flags, .tos = 3, .timeout = NS_SEC};
	single_probe.start(x->p.bytes, &x->cfg, &s);
}

static void check_next(struct run *x, const char *want)
{
	char buf[160];
	struct text t = text_into(buf, sizeof(buf));
	struct probe_output out;
	const struct seg *s = &out.seg;

	if (!single_probe.next(x->p.bytes, &out, T0)) {
		assert_null(want);
		return;
	}
	seg_text(&t, s, ISS, IACK);
	assert_non_null(want);
	assert_string_equal(buf, want);
	assert_int_equal(s->ip.tos, 3);
	assert_int_equal(s->ip.ttl, 64);
}

static enum track_take hear(struct run *x, uint16_t flags, uint32_t seq, uint32_t ack)
{
	struct seg s = {.flags = flags, .seq = seq, .ack = ack};
	struct probe_input in = {.seg = &s, .take = TRACK_SPOOFED, .now = T0};

	return single_probe.heard(x->p.bytes, &in);
}

static bool is_done(const struct run *x)
{
	return single_probe.done(x->p.bytes);
}

static void one_segment_is_sent(void **state)
{
	static const struct {
		uint16_t flags;
		const char *want;
	} rows[] = {
		{SEG_SYN, "S 0:0(0) win 65535 <mss 1400>"},
		{SEG_SYN | SEG_ECE | SEG_CWR, "SEW 0:0(0) win 65535 <mss 1400>"},
		{SEG_FIN | SEG_PSH | SEG_URG, "FPU 0:0(0) win 65535 urg 1"},
		{SEG_ACK, ". 0:0(0) ack 0 win 65535"},
		{SEG_RST, "R 0:0(0) win 0"},
		{0, "- 0:0(0) win 65535"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct run x;

		begin(&x, rows[i].flags);
		assert_false(is_done(&x));
		check_next(&x, rows[i].want);
		check_next(&x, NULL);
		assert_int_equal(single_probe.deadline(x.p.bytes), T0 + NS_SEC);
	}
}

static void data_goes_with_it(void **state)
{
	static const uint8_t data[] = "hello";
	struct run x;

	(void)state;
	begin(&x, SEG_FIN | SEG_ACK);
	x.cfg.data = data;
	x.cfg.data_len = 5;
	check_next(&x, "F. 0:5(5) ack 0 win 65535");
	assert_int_equal(hear(&x, SEG_ACK, 1, ISS + 7), TRACK_SPOOFED);
	assert_int_equal(hear(&x, SEG_ACK, 1, ISS + 6), TRACK_TAKEN); /* data and FIN */
}

static void an_answer_must_acknowledge_what_was_sent(void **state)
{
	static const struct {
		uint16_t ours, flags;
		uint32_t seq, ack;
		enum track_take take;
	} rows[] = {
		{SEG_SYN, SEG_SYN | SEG_ACK, 5, ISS + 1, TRACK_TAKEN},
		{SEG_SYN, SEG_RST | SEG_ACK, 0, ISS + 1, TRACK_TAKEN},
		{SEG_SYN, SEG_SYN | SEG_ACK, 5, ISS + 2, TRACK_SPOOFED},
		{SEG_SYN, SEG_SYN | SEG_ACK, 5, ISS - 1, TRACK_SPOOFED},
		{SEG_SYN, SEG_SYN, 5, 0, TRACK_SPOOFED},
		{SEG_SYN, SEG_RST, 0, 0, TRACK_SPOOFED},
		/* RFC 9293 3.10.7.1: without ACK, RST acknowledges SEG.SEQ + SEG.LEN. */
		{SEG_FIN, SEG_RST | SEG_ACK, 0, ISS + 1, TRACK_TAKEN},
		{0, SEG_RST | SEG_ACK, 0, ISS, TRACK_TAKEN},
		/* With ACK, the reset stands at SEG.ACK. */
		{SEG_ACK, SEG_RST, IACK, 0, TRACK_TAKEN},
		{SEG_ACK, SEG_RST, IACK + 1, 0, TRACK_SPOOFED},
		{SEG_FIN, SEG_RST, IACK, 0, TRACK_SPOOFED},
		{SEG_ACK, SEG_FIN, IACK, 0, TRACK_SPOOFED},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct run x;

		begin(&x, rows[i].ours);
		if (hear(&x, rows[i].flags, rows[i].seq, rows[i].ack) != rows[i].take)
			fail_msg("row %zu", i);
	}
}

static void a_syn_ack_is_reset_each_time(void **state)
{
	struct run x;

	(void)state;
	begin(&x, SEG_SYN);
	check_next(&x, "S 0:0(0) win 65535 <mss 1400>");
	assert_int_equal(hear(&x, SEG_SYN | SEG_ACK, 99, ISS + 1), TRACK_TAKEN);
	assert_false(is_done(&x));
	check_next(&x, "R 1:1(0) win 0");
	assert_true(is_done(&x));
	assert_true(single_probe.deadline(x.p.bytes) == NS_NEVER);
	assert_int_equal(hear(&x, SEG_SYN | SEG_ACK, 99, ISS + 1), TRACK_DUPLICATE);
	check_next(&x, "R 1:1(0) win 0");
	check_next(&x, NULL);
}

static void a_reset_is_not_answered(void **state)
{
	struct run x;

	(void)state;
	begin(&x, SEG_SYN);
	check_next(&x, "S 0:0(0) win 65535 <mss 1400>");
	assert_int_equal(hear(&x, SEG_RST | SEG_ACK, 0, ISS + 1), TRACK_TAKEN);
	check_next(&x, NULL);
	assert_true(is_done(&x));
}

static void an_unanswered_syn_is_reset(void **state)
{
	struct run x;

	(void)state;
	begin(&x, SEG_SYN);
	check_next(&x, "S 0:0(0) win 65535 <mss 1400>");
	single_probe.timer(x.p.bytes, T0 + NS_SEC - 1);
	check_next(&x, NULL);
	assert_false(is_done(&x));
	single_probe.timer(x.p.bytes, T0 + NS_SEC);
	check_next(&x, "R 1:1(0) win 0");
	assert_true(is_done(&x));
}

static void other_unanswered_segments_opened_nothing(void **state)
{
	static const uint16_t flags[] = {SEG_FIN, SEG_ACK, SEG_RST, 0, SEG_SYN | SEG_RST};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(flags); i++) {
		struct run x;
		struct probe_output s;

		begin(&x, flags[i]);
		assert_true(single_probe.next(x.p.bytes, &s, T0));
		single_probe.timer(x.p.bytes, T0 + NS_SEC);
		check_next(&x, NULL);
		assert_true(is_done(&x));
	}
}

static void stop_resets_a_syn(void **state)
{
	struct run x;

	(void)state;
	begin(&x, SEG_SYN);
	check_next(&x, "S 0:0(0) win 65535 <mss 1400>");
	single_probe.stop(x.p.bytes, T0);
	check_next(&x, "R 1:1(0) win 0");
	assert_true(is_done(&x));
}

static void unreachable_sends_nothing_more(void **state)
{
	struct run x;

	(void)state;
	begin(&x, SEG_SYN);
	check_next(&x, "S 0:0(0) win 65535 <mss 1400>");
	single_probe.unreachable(x.p.bytes, 0);
	check_next(&x, NULL);
	assert_true(is_done(&x));
}

static const struct probe_record *answer(const struct run *x, const struct lane *l, bool times_void)
{
	static struct answer out;
	struct attempt a = {
		.lane = l, .lanes = 1, .address = "", .dns = NS_NONE, .times_void = times_void};

	single_probe.answer(x->p.bytes, &a, &out);
	assert_ptr_equal(out.record.data, &out.store.probe.record);
	assert_true(out.rtt == out.store.probe.record.rtt);
	return &out.store.probe.record;
}

/* Ours is sent and captured, and the peer's arrives 5 ms later. */
static void play(struct lane *l, uint16_t ours, uint16_t theirs)
{
	struct seg out = {.seq = ISS, .flags = ours};
	struct seg in = {.ack = ISS + 1, .flags = theirs};

	lane_init(l, NULL);
	lane_note_sent(l, &out);
	lane_out(l, &out, T0);
	lane_in(l, &in, T0 + 5 * NS_MS);
	lane_believe(l, &in, T0 + 5 * NS_MS);
}

static void the_record_has_the_answers_flags_and_time(void **state)
{
	const struct probe_record *r;
	struct lane l;
	struct run x;

	(void)state;
	begin(&x, SEG_FIN);
	play(&l, SEG_FIN, SEG_RST | SEG_ACK);
	r = answer(&x, &l, false);
	assert_string_equal(r->reply_flags, "R.");
	assert_int_equal(r->rtt, 5 * NS_MS);
	assert_null(r->close.kind); /* there was no connection */
	assert_true(answer(&x, &l, true)->rtt == NS_NONE);
	l.reply.present = false;
	assert_true(answer(&x, &l, false)->rtt == NS_NONE);
}

/* For a lone SYN the tracker knows better, after a lost one, too. */
static void the_record_of_a_syn_is_the_trackers(void **state)
{
	const struct probe_record *r;
	struct lane l;
	struct run x;

	(void)state;
	begin(&x, SEG_SYN | SEG_ECE | SEG_CWR);
	play(&l, SEG_SYN | SEG_ECE | SEG_CWR, SEG_RST | SEG_ACK);
	l.answered = T0 + 7 * NS_MS;
	r = answer(&x, &l, false);
	assert_int_equal(r->rtt, 5 * NS_MS);
	assert_string_equal(r->close.kind, "rst");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_segment_is_sent),
		cmocka_unit_test(data_goes_with_it),
		cmocka_unit_test(an_answer_must_acknowledge_what_was_sent),
		cmocka_unit_test(a_syn_ack_is_reset_each_time),
		cmocka_unit_test(a_reset_is_not_answered),
		cmocka_unit_test(an_unanswered_syn_is_reset),
		cmocka_unit_test(other_unanswered_segments_opened_nothing),
		cmocka_unit_test(stop_resets_a_syn),
		cmocka_unit_test(unreachable_sends_nothing_more),
		cmocka_unit_test(the_record_has_the_answers_flags_and_time),
		cmocka_unit_test(the_record_of_a_syn_is_the_trackers),
	};

	return cmocka_run_group_tests_name("single", tests, NULL, NULL);
}
