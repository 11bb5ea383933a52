/* SPDX-License-Identifier: BSD-2-Clause */
/* test_connstate.c - conn_state and history of Zeek: each row of its table, each rule of its letters. */
#include "../lib/check.h"
#include "../lib/segs.h"

#include "tcp/connstate.h"

static void feed(struct connstate *c, const char *line)
{
	struct segs_line l;

	segs_parse(line, &l);
	connstate_feed(c, l.from_client ? TRACK_CLIENT : TRACK_SERVER, &l.seg,
	               strcmp(l.note, "damaged") == 0);
}

static struct connstate fed(bool flipped, const char *const lines[])
{
	struct connstate c;

	memset(&c, 0xa5, sizeof(c));
	connstate_init(&c, flipped);
	for (int i = 0; lines[i] != NULL; i++)
		feed(&c, lines[i]);
	return c;
}

static void check(const char *name, const char *history, const char *const lines[])
{
	struct connstate c = fed(false, lines);

	assert_string_equal(c.history, history);
	assert_string_equal(connstate_name(&c), name);
}

#define CHECK_STATE(name, history, ...)                                                            \
	check(name, history, (const char *const[]){__VA_ARGS__, NULL})

static void check_ends(enum connstate_end o, enum connstate_end r, const char *const lines[])
{
	struct connstate c = fed(false, lines);

	assert_int_equal(c.end[TRACK_CLIENT], o);
	assert_int_equal(c.end[TRACK_SERVER], r);
}

#define CHECK_ENDS(o, r, ...)                                                                      \
	check_ends(CONNSTATE_##o, CONNSTATE_##r, (const char *const[]){__VA_ARGS__, NULL})

#define SYN     "> S 0:0(0)"
#define SYN_ACK "< S. 0:0(0) ack 1"
#define ACK     "> . 1:1(0) ack 1"
#define OPENED  SYN, SYN_ACK, ACK
#define DATA    "> P. 1:9(8) ack 1"
#define FIN     "> F. 1:1(0) ack 1"
#define ITS_FIN "< F. 1:1(0) ack 1"
#define RST     "> R. 1:1(0) ack 1"
#define ITS_RST "< R. 1:1(0) ack 1"
#define ITS_ACK "< . 1:1(0) ack 1"

/* --- conn_state, row by row --- */

static void a_syn_alone_is_s0(void **state)
{
	(void)state;
	CHECK_STATE("S0", "S", SYN);
	CHECK_STATE("S0", "S", SYN, SYN, SYN);
}

static void an_open_connection_is_s1(void **state)
{
	(void)state;
	CHECK_STATE("S1", "ShA", OPENED);
	CHECK_STATE("S1", "Sh", SYN, SYN_ACK);
	CHECK_STATE("S1", "ShAD", OPENED, DATA);
}

static void a_connection_that_both_closed_is_sf(void **state)
{
	(void)state;
	CHECK_STATE("SF", "ShAFf", OPENED, FIN, ITS_FIN);
	CHECK_STATE("SF", "ShADFaf", OPENED, DATA, FIN, ITS_ACK, ITS_FIN);
}

static void one_close_is_s2_or_s3(void **state)
{
	(void)state;
	CHECK_STATE("S2", "ShAF", OPENED, FIN);
	CHECK_STATE("S3", "ShAf", OPENED, ITS_FIN);
}

static void a_close_without_the_other_end_is_sh_or_shr(void **state)
{
	(void)state;
	CHECK_STATE("SH", "SF", SYN, FIN);
	CHECK_STATE("SH", "DaF", DATA, ITS_ACK, FIN);
	CHECK_STATE("SHR", "hf", SYN_ACK, ITS_FIN);
	CHECK_STATE("SHR", "DAf", DATA, ACK, ITS_FIN);
}

static void a_refused_syn_is_rej(void **state)
{
	(void)state;
	CHECK_STATE("REJ", "Sr", SYN, ITS_RST);
	CHECK_STATE("REJ", "Hr", "> S. 0:0(0) ack 1", ITS_RST);
	CHECK_STATE("REJ", "ShRr", SYN, SYN_ACK, RST, ITS_RST);
}

/* With user data of either end both resets are no refusal. */
static void both_resets_after_data_are_rstr(void **state)
{
	(void)state;
	CHECK_STATE("RSTR", "ShADRr", OPENED, DATA, RST, ITS_RST);
	CHECK_STATE("RSTR", "ShAdRr", OPENED, "< P. 1:9(8) ack 1", RST, ITS_RST);
}

static void a_reset_of_the_responder_is_rstr_or_rstrh(void **state)
{
	(void)state;
	CHECK_STATE("RSTR", "ShAr", OPENED, ITS_RST);
	CHECK_STATE("RSTR", "ShAFr", OPENED, FIN, ITS_RST);
	CHECK_STATE("RSTRH", "hr", SYN_ACK, ITS_RST);
	CHECK_STATE("RSTRH", "Dr", DATA, ITS_RST);
}

static void a_reset_of_the_originator_is_rsto(void **state)
{
	(void)state;
	CHECK_STATE("RSTO", "ShAR", OPENED, RST);
	CHECK_STATE("RSTO", "ShAfR", OPENED, ITS_FIN, RST);
}

/* As its regular expression has it: S first, no letter of HAFGIQ before the R. */
static void a_reset_after_nothing_but_a_syn_is_rstos0(void **state)
{
	struct connstate c = fed(true, (const char *const[]){SYN, RST, NULL});

	(void)state;
	CHECK_STATE("RSTOS0", "SR", SYN, RST);
	CHECK_STATE("RSTOS0", "SaR", SYN, ITS_ACK, RST);
	CHECK_STATE("RSTOS0", "SDR", SYN, DATA, RST);
	CHECK_STATE("OTH", "SAR", SYN, ACK, RST);
	CHECK_STATE("OTH", "R", RST);
	CHECK_STATE("OTH", "DR", DATA, RST);
	assert_string_equal(c.history, "^SR");
	assert_string_equal(connstate_name(&c), "RSTOS0");
}

static void all_else_is_oth(void **state)
{
	struct connstate c;

	(void)state;
	connstate_init(&c, false);
	assert_string_equal(connstate_name(&c), "OTH");
	CHECK_STATE("OTH", "D", DATA);
	CHECK_STATE("OTH", "Da", DATA, ITS_ACK);
	CHECK_STATE("OTH", "h", SYN_ACK);
	CHECK_STATE("OTH", "H", "> S. 0:0(0) ack 1");
}

/* --- transitions --- */

static void an_inactive_end_changes_with_its_first_segment(void **state)
{
	(void)state;
	CHECK_ENDS(SYN_SENT, INACTIVE, SYN);
	CHECK_ENDS(SYN_ACK_SENT, INACTIVE, "> S. 0:0(0) ack 1");
	CHECK_ENDS(INACTIVE, ESTABLISHED, SYN_ACK);
	CHECK_ENDS(INACTIVE, ESTABLISHED, "< S 0:0(0)");
	CHECK_ENDS(CLOSED, INACTIVE, FIN);
	CHECK_ENDS(RESET, INACTIVE, RST);
	CHECK_ENDS(PARTIAL, INACTIVE, ACK);
	CHECK_ENDS(PARTIAL, INACTIVE, DATA);
	CHECK_ENDS(INACTIVE, PARTIAL, ITS_ACK);
}

static void a_syn_of_the_responder_establishes_both(void **state)
{
	(void)state;
	CHECK_ENDS(ESTABLISHED, ESTABLISHED, SYN, SYN_ACK);
	CHECK_ENDS(ESTABLISHED, ESTABLISHED, SYN, "< S 0:0(0)");
	CHECK_ENDS(SYN_ACK_SENT, ESTABLISHED, "> S. 0:0(0) ack 1", SYN_ACK);
	CHECK_ENDS(PARTIAL, ESTABLISHED, DATA, SYN_ACK);
}

static void an_ack_to_an_established_end_establishes(void **state)
{
	(void)state;
	CHECK_ENDS(ESTABLISHED, ESTABLISHED, SYN_ACK, ACK);
	CHECK_ENDS(ESTABLISHED, ESTABLISHED, SYN_ACK, DATA);
	CHECK_ENDS(PARTIAL, ESTABLISHED, SYN_ACK, "> - 1:9(8)");
}

/* Some answer a SYN with an ACK before they answer it. */
static void a_bare_ack_of_a_syn_changes_nothing(void **state)
{
	(void)state;
	CHECK_ENDS(SYN_SENT, INACTIVE, SYN, ITS_ACK);
	CHECK_ENDS(SYN_SENT, PARTIAL, SYN, "< P. 1:9(8) ack 1");
	CHECK_ENDS(SYN_ACK_SENT, PARTIAL, "> S. 0:0(0) ack 1", ITS_ACK);
}

static void fin_and_reset_change_an_end_that_had_begun(void **state)
{
	(void)state;
	CHECK_ENDS(CLOSED, INACTIVE, SYN, FIN);
	CHECK_ENDS(RESET, INACTIVE, SYN, RST);
	CHECK_ENDS(CLOSED, INACTIVE, "> S. 0:0(0) ack 1", FIN);
	CHECK_ENDS(RESET, INACTIVE, "> S. 0:0(0) ack 1", RST);
	CHECK_ENDS(CLOSED, INACTIVE, DATA, FIN);
	CHECK_ENDS(RESET, INACTIVE, DATA, RST);
	CHECK_ENDS(CLOSED, ESTABLISHED, OPENED, FIN);
	CHECK_ENDS(RESET, ESTABLISHED, OPENED, RST);
}

static void a_reset_outweighs_a_fin_of_the_same_segment(void **state)
{
	(void)state;
	CHECK_ENDS(RESET, INACTIVE, SYN, "> FR. 1:1(0) ack 1");
	CHECK_ENDS(RESET, ESTABLISHED, OPENED, "> FR. 1:1(0) ack 1");
	CHECK_ENDS(RESET, INACTIVE, "> FR. 1:1(0) ack 1");
}

/* Zeek goes through SYN, FIN and RST in this order, and each has its effect. */
static void all_flags_of_a_first_segment_count(void **state)
{
	(void)state;
	CHECK_ENDS(ESTABLISHED, CLOSED, SYN, "< SF. 0:0(0) ack 1");
	CHECK_ENDS(ESTABLISHED, RESET, SYN, "< SR. 0:0(0) ack 1");
}

static void a_syn_after_partial_begins_again(void **state)
{
	(void)state;
	CHECK_ENDS(SYN_SENT, INACTIVE, DATA, "> S 50:50(0)");
	CHECK_ENDS(PARTIAL, INACTIVE, DATA, "> S. 50:50(0) ack 1");
	CHECK_ENDS(PARTIAL, PARTIAL, DATA, ITS_ACK, "> S 50:50(0)");
	CHECK_ENDS(ESTABLISHED, ESTABLISHED, OPENED, "> S 50:50(0)");
}

static void a_reset_after_its_own_fin_counts_while_the_other_is_open(void **state)
{
	(void)state;
	CHECK_ENDS(RESET, ESTABLISHED, OPENED, FIN, RST);
	CHECK_ENDS(CLOSED, CLOSED, OPENED, FIN, ITS_FIN, RST);
	CHECK_ENDS(CLOSED, CLOSED, OPENED, FIN, ITS_FIN, ITS_RST);
	CHECK_STATE("SF", "ShAFfR", OPENED, FIN, ITS_FIN, RST);
}

/* FIN, reset, and then the other's FIN: this was an orderly end after all. */
static void a_fin_takes_the_reset_after_a_fin_back(void **state)
{
	(void)state;
	CHECK_ENDS(CLOSED, CLOSED, OPENED, FIN, RST, ITS_FIN);
	CHECK_ENDS(CLOSED, CLOSED, OPENED, ITS_FIN, ITS_RST, FIN);
	CHECK_ENDS(RESET, CLOSED, OPENED, RST, ITS_FIN);
	CHECK_ENDS(RESET, RESET, OPENED, FIN, RST, "< FR. 1:1(0) ack 1");
	CHECK_STATE("SF", "ShAFRf", OPENED, FIN, RST, ITS_FIN);
}

static void a_reset_end_stays_reset(void **state)
{
	(void)state;
	CHECK_ENDS(RESET, ESTABLISHED, OPENED, RST, ACK, DATA, FIN, SYN);
}

/* --- history --- */

static void each_kind_has_its_letter(void **state)
{
	(void)state;
	CHECK_STATE("SF", "ShADadFf", OPENED, DATA, ITS_ACK, "< P. 1:9(8) ack 9",
	            "> F. 9:9(0) ack 9", "< F. 9:9(0) ack 10");
	CHECK_STATE("S0", "S", SYN, "> - 1:1(0)"); /* no flag, no letter */
	CHECK_STATE("S0", "SD", SYN, "> - 1:2(1)");
}

static void a_segment_has_one_letter(void **state)
{
	(void)state;
	CHECK_STATE("S2", "ShAF", OPENED, "> F. 1:9(8) ack 1");
	CHECK_STATE("S1", "Sh", SYN, "< S. 0:9(9) ack 1");
	CHECK_STATE("RSTO", "ShAR", OPENED, "> R. 1:9(8) ack 1");
}

static void flags_that_exclude_each_other_are_i_or_q(void **state)
{
	(void)state;
	CHECK_STATE("RSTO", "ShAI", OPENED, "> FR. 1:1(0) ack 1");
	CHECK_STATE("S2", "ShAQ", OPENED, "> SF 1:1(0)");
	CHECK_STATE("RSTO", "ShAQ", OPENED, "> SR 1:1(0)");
	CHECK_STATE("RSTO", "ShAI", OPENED, "> SFR 1:1(0)");
	CHECK_STATE("RSTR", "ShAq", OPENED, "< SR. 1:1(0) ack 1", "< SR. 9:9(0) ack 1");
	CHECK_STATE("RSTR", "ShAi", OPENED, "< FR. 1:1(0) ack 1", "< FR. 9:9(0) ack 1");
}

static void acks_and_data_are_told_once_an_end(void **state)
{
	(void)state;
	CHECK_STATE("S1", "ShADad", OPENED, DATA, "> . 9:9(0) ack 1", "> P. 9:12(3) ack 1", ITS_ACK,
	            "< P. 1:9(8) ack 9", "< . 9:9(0) ack 12", "< P. 9:12(3) ack 12");
}

static void syn_fin_and_reset_are_told_again_with_another_number(void **state)
{
	(void)state;
	CHECK_STATE("S0", "SS", SYN, SYN, "> S 7:7(0)", "> S 7:7(0)");
	CHECK_STATE("S1", "Shh", SYN, SYN_ACK, SYN_ACK, "< S. 7:7(0) ack 1");
	CHECK_STATE("S2", "ShAFF", OPENED, FIN, FIN, "> F. 2:2(0) ack 1");
	CHECK_STATE("RSTO", "ShARR", OPENED, RST, RST, "> R 2:2(0)");
}

/* A FIN is counted by its own number, wherever its data begins; a reset by where it begins. */
static void a_fin_is_known_by_its_end(void **state)
{
	(void)state;
	CHECK_STATE("S2", "ShADFT", OPENED, DATA, "> F. 9:9(0) ack 1", "> F. 1:9(8) ack 1");
	CHECK_STATE("RSTO", "ShADRRT", OPENED, DATA, "> R 9:9(0)", "> R 1:9(8)");
}

static void the_last_number_counts_and_no_earlier_one(void **state)
{
	(void)state;
	CHECK_STATE("RSTO", "ShARRR", OPENED, "> R 1:1(0)", "> R 2:2(0)", "> R 1:1(0)");
}

/* SYN and SYN-ACK of one end are one kind: with its number the letter was told. */
static void syn_and_syn_ack_of_one_end_are_one_kind(void **state)
{
	(void)state;
	CHECK_STATE("S1", "Ss", SYN, "< S 0:0(0)", "> S. 0:0(0) ack 1", "< S. 0:0(0) ack 1");
	CHECK_STATE("S1", "SsHh", SYN, "< S 0:0(0)", "> S. 7:7(0) ack 1", "< S. 7:7(0) ack 1");
}

static void a_damaged_segment_is_c_and_nothing_else(void **state)
{
	(void)state;
	CHECK_STATE("S1", "ShAC", OPENED, "> F. 1:1(0) ack 1 : damaged");
	CHECK_STATE("S1", "ShAc", OPENED, "< R. 1:1(0) ack 1 : damaged");
	CHECK_STATE("OTH", "C", "> S 0:0(0) win 0 : damaged");
}

static void data_that_ends_within_what_was_sent_is_t(void **state)
{
	(void)state;
	CHECK_STATE("S1", "ShADT", OPENED, DATA, DATA);
	CHECK_STATE("S1", "ShADT", OPENED, DATA, "> P. 3:5(2) ack 1");
	CHECK_STATE("S1", "ShAD", OPENED, DATA, "> P. 5:12(7) ack 1");
	CHECK_STATE("S1", "ShAD", OPENED, DATA, "> . 1:1(0) ack 1");
	CHECK_STATE("S1", "ShAdt", OPENED, "< P. 1:9(8) ack 1", "< P. 1:9(8) ack 1");
	CHECK_STATE("OTH", "DT", DATA, "> P. 1:9(8) ack 1");
	CHECK_STATE("OTH", "DT", "> P. @4294967290:4(10) ack 1", "> P. @4294967290:4(10) ack 1");
}

static void a_window_of_0_is_w(void **state)
{
	(void)state;
	CHECK_STATE("S1", "ShAaw", OPENED, "< . 1:1(0) ack 1 win 0");
	CHECK_STATE("S0", "SW", "> S 0:0(0) win 0");
}

static void a_window_of_0_is_dull_at_the_end(void **state)
{
	(void)state;
	CHECK_STATE("RSTO", "ShAR", OPENED, "> R. 1:1(0) ack 1 win 0");
	CHECK_STATE("S3", "ShAf", OPENED, ITS_FIN, "> . 1:1(0) ack 2 win 0");
	CHECK_STATE("RSTO", "ShAR", OPENED, RST, "> . 1:1(0) ack 1 win 0");
	CHECK_STATE("S2", "ShAFW", OPENED, FIN, "> . 2:2(0) ack 1 win 0");
	CHECK_STATE("RSTR", "ShArW", OPENED, ITS_RST, "> . 1:1(0) ack 1 win 0");
}

/* C, T and W at the 1st, the 10th and the 100th. */
static void what_is_counted_is_told_at_powers_of_ten(void **state)
{
	static const char *const lines[] = {"> . 1:1(0) ack 1 : damaged", "< P. 1:9(8) ack 1",
	                                    "< . 9:9(0) ack 1 win 0"};
	static const char letters[] = "CtW";

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(lines); i++) {
		struct connstate c =
			fed(false, (const char *const[]){OPENED, "< P. 1:9(8) ack 1", ACK, NULL});
		size_t begun = strlen(c.history);
		char letter = (char)(i == 2 ? 'w' : letters[i]);

		for (unsigned int n = 1; n <= 999; n++) {
			feed(&c, lines[i]);
			if (n == 1 && i == 2)
				begun++; /* its first ACK */
			assert_int_equal(strlen(c.history) - begun, 1U + (n >= 10) + (n >= 100));
			assert_int_equal(c.history[strlen(c.history) - 1], letter);
		}
	}
}

static void each_end_counts_for_itself(void **state)
{
	(void)state;
	CHECK_STATE("S1", "ShACc", OPENED, "> . 1:1(0) ack 1 : damaged",
	            "< . 1:1(0) ack 1 : damaged", "> . 1:1(0) ack 1 : damaged");
}

static void a_flipped_connection_begins_with_a_caret(void **state)
{
	struct connstate c = fed(true, (const char *const[]){SYN_ACK, ACK, NULL});

	(void)state;
	assert_string_equal(c.history, "^hA");
	assert_string_equal(connstate_name(&c), "S1");
}

static void the_history_is_bounded(void **state)
{
	struct connstate c = fed(false, (const char *const[]){OPENED, NULL});
	char line[64];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(line, sizeof(line), "> R %d:%d(0)", i, i);
		feed(&c, line);
	}
	assert_int_equal(strlen(c.history), CONNSTATE_HISTORY_MAX);
	assert_memory_equal(c.history, "ShARRRR", 7);
	assert_string_equal(connstate_name(&c), "RSTO");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_alone_is_s0),
		cmocka_unit_test(an_open_connection_is_s1),
		cmocka_unit_test(a_connection_that_both_closed_is_sf),
		cmocka_unit_test(one_close_is_s2_or_s3),
		cmocka_unit_test(a_close_without_the_other_end_is_sh_or_shr),
		cmocka_unit_test(a_refused_syn_is_rej),
		cmocka_unit_test(both_resets_after_data_are_rstr),
		cmocka_unit_test(a_reset_of_the_responder_is_rstr_or_rstrh),
		cmocka_unit_test(a_reset_of_the_originator_is_rsto),
		cmocka_unit_test(a_reset_after_nothing_but_a_syn_is_rstos0),
		cmocka_unit_test(all_else_is_oth),
		cmocka_unit_test(an_inactive_end_changes_with_its_first_segment),
		cmocka_unit_test(a_syn_of_the_responder_establishes_both),
		cmocka_unit_test(an_ack_to_an_established_end_establishes),
		cmocka_unit_test(a_bare_ack_of_a_syn_changes_nothing),
		cmocka_unit_test(fin_and_reset_change_an_end_that_had_begun),
		cmocka_unit_test(a_reset_outweighs_a_fin_of_the_same_segment),
		cmocka_unit_test(all_flags_of_a_first_segment_count),
		cmocka_unit_test(a_syn_after_partial_begins_again),
		cmocka_unit_test(a_reset_after_its_own_fin_counts_while_the_other_is_open),
		cmocka_unit_test(a_fin_takes_the_reset_after_a_fin_back),
		cmocka_unit_test(a_reset_end_stays_reset),
		cmocka_unit_test(each_kind_has_its_letter),
		cmocka_unit_test(a_segment_has_one_letter),
		cmocka_unit_test(flags_that_exclude_each_other_are_i_or_q),
		cmocka_unit_test(acks_and_data_are_told_once_an_end),
		cmocka_unit_test(syn_fin_and_reset_are_told_again_with_another_number),
		cmocka_unit_test(a_fin_is_known_by_its_end),
		cmocka_unit_test(the_last_number_counts_and_no_earlier_one),
		cmocka_unit_test(syn_and_syn_ack_of_one_end_are_one_kind),
		cmocka_unit_test(a_damaged_segment_is_c_and_nothing_else),
		cmocka_unit_test(data_that_ends_within_what_was_sent_is_t),
		cmocka_unit_test(a_window_of_0_is_w),
		cmocka_unit_test(a_window_of_0_is_dull_at_the_end),
		cmocka_unit_test(what_is_counted_is_told_at_powers_of_ten),
		cmocka_unit_test(each_end_counts_for_itself),
		cmocka_unit_test(a_flipped_connection_begins_with_a_caret),
		cmocka_unit_test(the_history_is_bounded),
	};

	return cmocka_run_group_tests_name("connstate", tests, NULL, NULL);
}
