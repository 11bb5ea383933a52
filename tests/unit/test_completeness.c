/* SPDX-License-Identifier: BSD-2-Clause */
/* test_completeness.c - bits, labels and initial RTT from flags alone, as Wireshark counts them. */
#include "../lib/check.h"
#include "../lib/segs.h"

#include "tcp/completeness.h"

/* Feed lines of segments, each a millisecond after the one before. */
static void feed_all(struct completeness *c, const char *const lines[])
{
	struct segs_line l;

	for (int i = 0; lines[i] != NULL; i++) {
		segs_parse(lines[i], &l);
		completeness_feed(c, &l.seg, NS_SEC + i * NS_MS);
	}
}

static struct completeness fed(bool reused, const char *const lines[])
{
	struct completeness c;

	memset(&c, 0xa5, sizeof(c));
	completeness_init(&c, reused);
	feed_all(&c, lines);
	return c;
}

#define FED(...)        fed(false, (const char *const[]){__VA_ARGS__, NULL})
#define FED_REUSED(...) fed(true, (const char *const[]){__VA_ARGS__, NULL})

#define SYN             "> S 0:0(0)"
#define SYN_ACK         "< S. 0:0(0) ack 1"
#define ACK             "> . 1:1(0) ack 1"

static void nothing_was_seen(void **state)
{
	struct completeness c = fed(false, (const char *const[]){NULL});

	(void)state;
	assert_int_equal(c.bits, 0);
	assert_true(c.initial_rtt == NS_NONE);
	c = fed(true, (const char *const[]){NULL});
	assert_int_equal(c.bits, COMPLETENESS_SYN);
}

static void each_step_of_a_connection_adds_its_bit(void **state)
{
	(void)state;
	assert_int_equal(FED(SYN).bits, 1);
	assert_int_equal(FED(SYN, SYN_ACK).bits, 3);
	assert_int_equal(FED(SYN, SYN_ACK, ACK).bits, 7);
	assert_int_equal(FED(SYN, SYN_ACK, ACK, "> P. 1:9(8) ack 1").bits, 15);
	assert_int_equal(FED(SYN, SYN_ACK, ACK, "> P. 1:9(8) ack 1", "< F. 1:1(0) ack 9").bits, 31);
	assert_int_equal(FED(SYN, SYN_ACK, ACK, "> P. 1:9(8) ack 1", "< R 1:1(0)").bits, 47);
	assert_int_equal(FED(SYN, SYN_ACK, ACK, "> F. 1:1(0) ack 1").bits, 23);
	assert_int_equal(FED(SYN, SYN_ACK, ACK, "> R 1:1(0)").bits, 39);
	assert_int_equal(FED(SYN, SYN_ACK, ACK, "> F. 1:1(0) ack 1", "< R 1:1(0)").bits, 55);
}

static void either_end_adds_bits(void **state)
{
	(void)state;
	assert_int_equal(FED(SYN, "> S. 7:7(0) ack 9").bits, 3);
	assert_int_equal(FED(SYN, "< . 1:1(0) ack 1").bits, 5);
	assert_int_equal(FED(SYN, "< P. 1:2(1) ack 1").bits, 9);
}

static void an_ack_with_data_is_data_alone(void **state)
{
	(void)state;
	assert_int_equal(FED(SYN, SYN_ACK, "> P. 1:9(8) ack 1").bits, 11);
}

static void a_fin_or_reset_with_ack_is_an_ack_too(void **state)
{
	(void)state;
	assert_int_equal(FED(SYN, "> F. 1:1(0) ack 1").bits, 1 | 4 | 16);
	assert_int_equal(FED(SYN, "< R. 0:0(0) ack 1").bits, 1 | 4 | 32);
	assert_int_equal(FED(SYN, "> F. 1:9(8) ack 1").bits, 1 | 8 | 16);
	assert_int_equal(FED(SYN, "< R. 0:5(5) ack 1").bits, 1 | 8 | 32);
}

static void a_fin_without_ack_does_not_count(void **state)
{
	(void)state;
	assert_int_equal(FED(SYN, SYN_ACK, "> F 1:1(0)").bits, 3);
	assert_int_equal(FED(SYN, "> - 1:9(8)").bits, 1);
}

static void a_reset_counts_whatever_it_says(void **state)
{
	(void)state;
	assert_int_equal(FED(SYN, "< R 123456:123456(0)").bits, 33);
	assert_int_equal(FED(SYN, "< SR. 5:5(0) ack 9").bits, 1 | 2 | 32);
}

/* A SYN-ACK with a FIN is both; it is no ACK. */
static void a_syn_ack_with_fin_is_both(void **state)
{
	(void)state;
	assert_int_equal(FED(SYN, "< SF. 0:0(0) ack 1").bits, 1 | 2 | 16);
}

static void a_syn_later_on_adds_nothing(void **state)
{
	(void)state;
	assert_int_equal(FED(ACK, "> S 5:5(0)").bits, 4);
	assert_int_equal(FED(SYN, "< S 0:9(9)").bits, 1);
}

static void a_single_frame_midstream_counts_nothing(void **state)
{
	(void)state;
	assert_int_equal(FED("> . 1:1(0) ack 1").bits, 0);
	assert_int_equal(FED("> P. 1:9(8) ack 1").bits, 0);
	assert_int_equal(FED("> F. 1:1(0) ack 1").bits, 0);
	assert_int_equal(FED("< R. 0:0(0) ack 1").bits, 0);
	assert_int_equal(FED("< S. 0:0(0) ack 1").bits, 0);
}

static void the_first_frame_midstream_counts_with_the_second(void **state)
{
	(void)state;
	assert_int_equal(FED("> . 1:1(0) ack 1", "< R 1:1(0)").bits, 4 | 32);
	assert_int_equal(FED("> P. 1:9(8) ack 1", "< . 1:1(0) ack 9").bits, 8 | 4);
	assert_int_equal(FED("> F. 1:1(0) ack 1", "< . 1:1(0) ack 2").bits, 16 | 4);
	assert_int_equal(FED(SYN_ACK, ACK).bits, 2 | 4);
	assert_int_equal(FED("> R 1:1(0)", "> . 1:1(0) ack 1").bits, 32 | 4);
}

static void data_in_the_first_syn_counts(void **state)
{
	(void)state;
	assert_int_equal(FED("> S 0:9(9)").bits, 9);
	assert_int_equal(FED("> S 0:9(9)", SYN_ACK).bits, 11);
}

static void data_in_another_syn_does_not_count(void **state)
{
	(void)state;
	assert_int_equal(FED(SYN, "> S 0:9(9)").bits, 1);
	assert_int_equal(FED_REUSED("> S 0:9(9)").bits, 1);
	assert_int_equal(FED(SYN, "< S. 0:9(9) ack 1").bits, 3);
}

/* The first frame of a conversation on used ports is the SYN that began it. */
static void a_reused_tuple_has_its_syn_from_the_start(void **state)
{
	(void)state;
	assert_int_equal(FED_REUSED(SYN).bits, 1);
	assert_int_equal(FED_REUSED(SYN, SYN_ACK, ACK).bits, 7);
	assert_int_equal(FED_REUSED(SYN, SYN_ACK, ACK).initial_rtt, 2 * NS_MS);
}

/* --- labels --- */

static void only_these_values_have_a_label_of_their_own(void **state)
{
	static const struct {
		uint8_t bits;
		const char *label;
	} labels[] = {
		{1, "Incomplete, SYN_SENT"},    {3, "Incomplete, CLIENT_ESTABLISHED"},
		{7, "Incomplete, ESTABLISHED"}, {15, "Incomplete, DATA"},
		{31, "Complete, WITH_DATA"},    {47, "Complete, WITH_DATA"},
		{63, "Complete, WITH_DATA"},    {23, "Complete, NO_DATA"},
		{39, "Complete, NO_DATA"},      {55, "Complete, NO_DATA"},
	};

	(void)state;
	for (uint8_t bits = 0; bits < 64; bits++) {
		const char *expected = "Incomplete";

		for (size_t i = 0; i < CHECK_COUNT(labels); i++)
			if (labels[i].bits == bits)
				expected = labels[i].label;
		assert_string_equal(completeness_label(bits), expected);
	}
}

/* --- tcp.analysis.initial_rtt --- */

static void initial_rtt_ends_with_the_first_ack(void **state)
{
	(void)state;
	assert_true(FED(SYN, SYN_ACK).initial_rtt == NS_NONE);
	assert_int_equal(FED(SYN, SYN_ACK, ACK).initial_rtt, 2 * NS_MS);
	assert_int_equal(FED(SYN, SYN_ACK, ACK, ACK).initial_rtt, 2 * NS_MS);
}

static void initial_rtt_begins_with_the_last_syn(void **state)
{
	(void)state;
	assert_int_equal(FED(SYN, SYN, SYN, SYN_ACK, ACK).initial_rtt, 2 * NS_MS);
	assert_int_equal(FED(SYN, "< S 0:0(0)", SYN_ACK, ACK).initial_rtt, 2 * NS_MS);
}

static void initial_rtt_ends_with_an_ack_of_either_end(void **state)
{
	(void)state;
	assert_int_equal(FED(SYN, "< . 1:1(0) ack 1").initial_rtt, NS_MS);
	assert_int_equal(FED(SYN, "< R. 0:0(0) ack 1").initial_rtt, NS_MS);
	assert_int_equal(FED(SYN, SYN_ACK, "< P. 1:9(8) ack 1").initial_rtt, 2 * NS_MS);
	assert_true(FED(SYN, "< R 1:1(0)").initial_rtt == NS_NONE);
}

static void initial_rtt_needs_a_syn_before_it(void **state)
{
	(void)state;
	assert_true(FED(SYN_ACK, ACK, ACK).initial_rtt == NS_NONE);
	assert_int_equal(FED(ACK, SYN, ACK).initial_rtt, NS_MS);
}

static void initial_rtt_is_taken_once(void **state)
{
	(void)state;
	assert_int_equal(FED(SYN, ACK, SYN, SYN_ACK, SYN_ACK, ACK).initial_rtt, NS_MS);
}

/* With equal stamps nothing was measured, so the next ACK is. */
static void initial_rtt_is_never_zero(void **state)
{
	struct completeness c;
	struct segs_line syn, ack;

	(void)state;
	segs_parse(SYN, &syn);
	segs_parse(ACK, &ack);
	completeness_init(&c, false);
	completeness_feed(&c, &syn.seg, NS_SEC);
	completeness_feed(&c, &ack.seg, NS_SEC);
	assert_true(c.initial_rtt == NS_NONE);
	completeness_feed(&c, &ack.seg, NS_SEC + 7);
	assert_int_equal(c.initial_rtt, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_was_seen),
		cmocka_unit_test(each_step_of_a_connection_adds_its_bit),
		cmocka_unit_test(either_end_adds_bits),
		cmocka_unit_test(an_ack_with_data_is_data_alone),
		cmocka_unit_test(a_fin_or_reset_with_ack_is_an_ack_too),
		cmocka_unit_test(a_fin_without_ack_does_not_count),
		cmocka_unit_test(a_reset_counts_whatever_it_says),
		cmocka_unit_test(a_syn_ack_with_fin_is_both),
		cmocka_unit_test(a_syn_later_on_adds_nothing),
		cmocka_unit_test(a_single_frame_midstream_counts_nothing),
		cmocka_unit_test(the_first_frame_midstream_counts_with_the_second),
		cmocka_unit_test(data_in_the_first_syn_counts),
		cmocka_unit_test(data_in_another_syn_does_not_count),
		cmocka_unit_test(a_reused_tuple_has_its_syn_from_the_start),
		cmocka_unit_test(only_these_values_have_a_label_of_their_own),
		cmocka_unit_test(initial_rtt_ends_with_the_first_ack),
		cmocka_unit_test(initial_rtt_begins_with_the_last_syn),
		cmocka_unit_test(initial_rtt_ends_with_an_ack_of_either_end),
		cmocka_unit_test(initial_rtt_needs_a_syn_before_it),
		cmocka_unit_test(initial_rtt_is_taken_once),
		cmocka_unit_test(initial_rtt_is_never_zero),
	};

	return cmocka_run_group_tests_name("completeness", tests, NULL, NULL);
}
