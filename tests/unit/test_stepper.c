/* SPDX-License-Identifier: BSD-2-Clause */
/* test_stepper.c - steps of a connection: numbers, waits, repetitions, what is believed and kept. */
#include "../lib/check.h"

#include "scenario/stepper.h"

#define ISS 0xfffffff0U /* wraps soon */
#define IRS 5000U

static struct stepper st;
static struct stepper_config cfg;
static ns_t now;

static const struct step open_steps[] = {
	{.op = STEP_SEND,
         .flags = SEG_SYN,
         .seq = {STEP_ISS, 0},
         .options = STEP_OPT_SYN,
         .counts = true},
	{.op = STEP_UNTIL, .events = STEP_EV_SYN_ACK},
	{.op = STEP_SEND,
         .flags = SEG_ACK,
         .seq = {STEP_SND_NXT, 0},
         .ack = {STEP_RCV_NXT, 0},
         .counts = true},
	{.op = STEP_MARK},
	{.op = STEP_END},
};

static void begin(const struct step *check)
{
	const struct step *part[] = {open_steps, check};

	cfg = (struct stepper_config){.profile = profile_find("linux"),
	                              .mss = 1460,
	                              .syn_retries = 2,
	                              .rto = NS_SEC,
	                              .request = "GET",
	                              .request_len = 3,
	                              .iss = ISS,
	                              .foreign = 77};
	now = 1000 * NS_SEC;
	stepper_start(&st, &cfg, part, 2, now);
}

/* The next segment, which must be there. */
static struct seg next(void)
{
	struct seg s;

	assert_true(stepper_next(&st, &s, now));
	return s;
}

static void none(void)
{
	struct seg s;

	assert_false(stepper_next(&st, &s, now));
}

static bool hear(uint16_t flags, uint32_t seq, uint32_t ack, uint32_t payload)
{
	struct seg s = {
		.flags = flags, .seq = seq, .ack = ack, .win = 1000, .payload_len = payload};

	return stepper_heard(&st, &s, now + NS_SEC, now);
}

static void wait_for_deadline(void)
{
	now = stepper_deadline(&st);
	assert_true(now != NS_NEVER);
	stepper_timer(&st, now);
}

static void opened(const struct step *check)
{
	begin(check);
	next();
	now += 10 * NS_MS;
	assert_true(hear(SEG_SYN | SEG_ACK, IRS, ISS + 1, 0));
	next();
}

static void a_syn_is_repeated_with_backoff(void **state)
{
	static const struct step nothing[] = {{.op = STEP_END}};
	struct seg s;

	(void)state;
	begin(nothing);
	s = next();
	assert_int_equal(s.seq, ISS);
	assert_int_equal(s.flags, SEG_SYN);
	assert_true(stepper_deadline(&st) - now == NS_SEC);
	wait_for_deadline();
	assert_int_equal(next().seq, ISS);
	none();
	assert_true(stepper_deadline(&st) - now == 2 * NS_SEC);
	wait_for_deadline();
	next();
	wait_for_deadline();
	assert_int_equal(st.end, STEPPER_NO_ANSWER);
	none();
	assert_true(stepper_deadline(&st) == NS_NEVER);
}

static void numbers_follow_the_connection(void **state)
{
	static const struct step steps[] = {
		{.op = STEP_SEND,
	         .flags = SEG_ACK,
	         .seq = {STEP_SND_EDGE, -1},
	         .ack = {STEP_RCV_NXT, 1000}},
		{.op = STEP_SEND,
	         .flags = SEG_ACK,
	         .seq = {STEP_ISS, 0},
	         .ack = {STEP_RCV_ACKED, -1}},
		{.op = STEP_SEND,
	         .flags = SEG_PSH | SEG_ACK,
	         .seq = {STEP_SND_NXT, 0},
	         .ack = {STEP_RCV_NXT, 0},
	         .data = STEP_REQUEST,
	         .counts = true},
		{.op = STEP_SEND,
	         .flags = SEG_FIN | SEG_ACK,
	         .seq = {STEP_SND_NXT, 0},
	         .ack = {STEP_RCV_NXT, 0}},
		{.op = STEP_END},
	};
	struct seg s;

	(void)state;
	opened(steps);
	s = next();
	assert_int_equal(s.seq, ISS + 1 + 1000 - 1); /* the SYN-ACK's window is not scaled */
	assert_int_equal(s.ack, IRS + 1 + 1000);
	s = next();
	assert_int_equal(s.seq, ISS);
	assert_int_equal(s.ack, IRS);
	s = next();
	assert_int_equal(s.payload_len, 3);
	assert_memory_equal(s.payload, "GET", 3);
	assert_int_equal(next().seq, ISS + 4);
	assert_int_equal(st.end, STEPPER_DONE);
}

static void the_servers_data_is_acknowledged_in_order(void **state)
{
	static const struct step steps[] = {
		{.op = STEP_UNTIL,
	         .events = STEP_EV_FIN,
	         .tries = 1,
	         .ms = 3000,
	         .acks = STEP_ACK_DATA},
		{.op = STEP_END},
	};

	(void)state;
	opened(steps);
	hear(SEG_ACK, IRS + 11, ISS + 1, 5); /* behind a gap */
	assert_int_equal(next().ack, IRS + 1);
	hear(SEG_ACK, IRS + 1, ISS + 1, 10);
	assert_int_equal(next().ack, IRS + 11);
	hear(SEG_ACK | SEG_FIN, IRS + 11, ISS + 1, 5);
	assert_int_equal(st.end, STEPPER_DONE);
	assert_int_equal(st.rcv_nxt, IRS + 17);   /* with its FIN, */
	assert_int_equal(st.rcv_acked, IRS + 16); /* which is not acknowledged */
	assert_int_equal(st.reply_count, 3);
}

static void what_is_nowhere_near_is_not_believed(void **state)
{
	static const struct step steps[] = {{.op = STEP_LISTEN, .ms = 500}, {.op = STEP_END}};

	(void)state;
	opened(steps);
	assert_false(hear(SEG_ACK, IRS + 1, ISS + 50000000, 0));
	assert_false(hear(SEG_RST, IRS + 50000000, 0, 0));
	assert_false(hear(0, IRS + 1, 0, 4));
	assert_int_equal(st.reply_count, 0);
	assert_true(hear(SEG_RST, IRS + 1, 0, 0));
	assert_int_equal(st.reply_count, 1);
}

static void a_reset_on_the_way_ends_it_afterwards_it_is_an_answer(void **state)
{
	static const struct step steps[] = {{.op = STEP_LISTEN, .ms = 500}, {.op = STEP_END}};

	(void)state;
	begin(steps);
	next();
	hear(SEG_RST | SEG_ACK, 0, ISS + 1, 0);
	assert_int_equal(st.end, STEPPER_RESET);
	opened(steps);
	hear(SEG_RST, IRS + 1, 0, 0);
	assert_int_equal(st.end, STEPPER_RUNNING);
	wait_for_deadline();
	assert_int_equal(st.end, STEPPER_DONE);
}

static void listening_lasts_a_round_trip_longer(void **state)
{
	static const struct step steps[] = {{.op = STEP_LISTEN, .ms = 500}, {.op = STEP_END}};

	(void)state;
	opened(steps);
	assert_true(stepper_deadline(&st) - now == 510 * NS_MS);
}

static void repetitions_are_counted_until_their_pauses_grow(void **state)
{
	static const struct step steps[] = {
		{.op = STEP_LISTEN, .ms = 10000, .events = STEP_EV_REPEATS},
		{.op = STEP_END},
	};

	(void)state;
	opened(steps);
	hear(SEG_ACK | SEG_FIN, IRS + 1, ISS + 1, 0);
	now += 200 * NS_MS;
	hear(SEG_ACK | SEG_FIN, IRS + 1, ISS + 1, 0);
	now += 200 * NS_MS; /* the first may be a tail loss probe */
	hear(SEG_ACK | SEG_FIN, IRS + 1, ISS + 1, 0);
	assert_int_equal(st.end, STEPPER_RUNNING);
	assert_false(st.backs_off);
	now += 400 * NS_MS;
	hear(SEG_ACK | SEG_FIN, IRS + 1, ISS + 1, 0);
	assert_true(st.backs_off);
	assert_int_equal(st.end, STEPPER_DONE);
}

static void five_repetitions_without_longer_pauses_are_enough(void **state)
{
	static const struct step steps[] = {
		{.op = STEP_LISTEN, .ms = 10000, .events = STEP_EV_REPEATS},
		{.op = STEP_END},
	};

	(void)state;
	opened(steps);
	for (int i = 0; i < 6; i++, now += 300 * NS_MS)
		hear(SEG_ACK | SEG_FIN, IRS + 1, ISS + 1, 0);
	assert_false(st.backs_off);
	assert_int_equal(st.end, STEPPER_DONE);
}

static void the_state_is_the_trackers(void **state)
{
	static const struct step steps[] = {
		{.op = STEP_STATE, .state = STATE_CLOSE_WAIT},
		{.op = STEP_MARK},
		{.op = STEP_END},
	};

	(void)state;
	opened(steps);
	stepper_note_state(&st, STATE_ESTABLISHED, now);
	assert_int_equal(st.end, STEPPER_RUNNING);
	stepper_note_state(&st, STATE_CLOSE_WAIT, now);
	assert_int_equal(st.end, STEPPER_DONE);
	opened(steps);
	wait_for_deadline();
	assert_int_equal(st.end, STEPPER_STATE);
}

static void the_reset_is_where_the_server_says(void **state)
{
	static const struct step steps[] = {
		{.op = STEP_SEND,
	         .flags = SEG_PSH | SEG_ACK,
	         .seq = {STEP_SND_NXT, 0},
	         .ack = {STEP_RCV_NXT, 0},
	         .data = "zzzz"},
		{.op = STEP_LISTEN, .ms = 100},
		{.op = STEP_END},
	};
	struct seg s;

	(void)state;
	opened(steps);
	assert_int_equal(stepper_reset_seq(&st), ISS + 1);
	next();
	hear(SEG_ACK, IRS + 1, ISS + 5, 0);
	assert_int_equal(stepper_reset_seq(&st), ISS + 5);
	stepper_build_reset(&st, ISS + 5, &s);
	assert_int_equal(s.flags, SEG_RST);
	assert_int_equal(s.win, 0);
}

static void of_many_replies_the_last_is_kept(void **state)
{
	static const struct step steps[] = {{.op = STEP_LISTEN, .ms = 500}, {.op = STEP_END}};

	(void)state;
	opened(steps);
	for (int i = 0; i < 100; i++)
		hear(SEG_ACK, IRS + 1, ISS + 1, 0);
	hear(SEG_RST, IRS + 1, 0, 0);
	assert_int_equal(st.reply_count, STEPPER_REPLIES);
	assert_int_equal(st.reply[STEPPER_REPLIES - 1].flags, SEG_RST);
}

static const struct step fill_steps[] = {
	{.op = STEP_FILL, .ms = 5000}, {.op = STEP_MARK}, {.op = STEP_END}};

/* What was sent, all of it acknowledged with this window. */
static unsigned int fill(uint16_t win)
{
	unsigned int sent = 0;
	struct seg s;

	while (stepper_next(&st, &s, now))
		sent++;
	s = (struct seg){.flags = SEG_ACK, .seq = IRS + 1, .ack = st.snd_nxt, .win = win};
	stepper_heard(&st, &s, now, now);
	return sent;
}

static void a_window_that_stays_closed_is_full(void **state)
{
	(void)state;
	opened(fill_steps);
	assert_int_equal(fill(60000), 1); /* the SYN-ACK's window is 1000 */
	assert_int_equal(fill(0), 10);    /* so many at once, and no more */
	assert_int_equal(fill(600), 0);
	assert_int_equal(fill(0), 1); /* it opened again */
	wait_for_deadline();
	assert_int_equal(st.end, STEPPER_DONE);
}

static void an_application_that_reads_is_not_filled(void **state)
{
	(void)state;
	opened(fill_steps);
	while (fill(60000) > 0)
		assert_true(st.filled <= 1 << 20);
	wait_for_deadline();
	assert_int_equal(st.end, STEPPER_NOT_FULL);
	opened(fill_steps); /* nor one that is reset */
	fill(60000);
	hear(SEG_RST, IRS + 1, 0, 0);
	none();
	stepper_timer(&st, now);
	assert_int_equal(st.end, STEPPER_NOT_FULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_is_repeated_with_backoff),
		cmocka_unit_test(numbers_follow_the_connection),
		cmocka_unit_test(the_servers_data_is_acknowledged_in_order),
		cmocka_unit_test(what_is_nowhere_near_is_not_believed),
		cmocka_unit_test(a_reset_on_the_way_ends_it_afterwards_it_is_an_answer),
		cmocka_unit_test(listening_lasts_a_round_trip_longer),
		cmocka_unit_test(repetitions_are_counted_until_their_pauses_grow),
		cmocka_unit_test(five_repetitions_without_longer_pauses_are_enough),
		cmocka_unit_test(the_state_is_the_trackers),
		cmocka_unit_test(the_reset_is_where_the_server_says),
		cmocka_unit_test(of_many_replies_the_last_is_kept),
		cmocka_unit_test(a_window_that_stays_closed_is_full),
		cmocka_unit_test(an_application_that_reads_is_not_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
