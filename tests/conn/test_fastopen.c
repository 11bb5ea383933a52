/* SPDX-License-Identifier: BSD-2-Clause */
/* test_fastopen.c - RFC 7413: cookies, and data in the SYN; and data on the third segment. */
#include "sequence.h"

static const struct segs_conn asks = {.profile = "minimal", .stream = true, .cookie = ""};
static const struct segs_conn knows = {.profile = "minimal", .stream = true, .cookie = "abcdefgh"};
static const struct segs_conn crowded = {
	.profile = "linux", .stream = true, .cookie = "abcdefghijklmnop"};
static const struct segs_conn on_ack = {.profile = "minimal", .stream = true, .data_on_ack = true};

#define WROTE_TEN "PUT 10", "OPEN"
#define SENT_TEN  WROTE_TEN, "> S 0:10(10) <nop,nop,mss 1460,FO abcdefgh>"

/* RFC 7413 4.1.2. */
SEGS_CONN(a_cookie_is_asked_for, asks,
          {
		  WROTE_TEN,
		  "> S 0:0(0) <nop,nop,mss 1460,FO>",
		  "< S. 0:0(0) ack 1 <nop,nop,mss 1000,FO abcdefgh>",
		  "> . 1:1(0) ack 1",
		  "> P. 1:11(10) ack 1",
		  "COOKIE abcdefgh",
	  })

/* RFC 7413 4.2. */
SEGS_CONN(data_in_the_syn_is_accepted, knows,
          {
		  SENT_TEN,
		  "+10ms",
		  "< S. 0:0(0) ack 11 <mss 1000>",
		  "> . 11:11(0) ack 1",
		  "ACKED 10",
		  "due never",
		  "= ESTABLISHED",
	  })

/* RFC 7413 4.2.2: it takes the SYN alone; the data goes again, at once. */
SEGS_CONN(data_in_the_syn_is_not_accepted, knows,
          {
		  SENT_TEN,
		  "+10ms",
		  "< S. 0:0(0) ack 1 <mss 1000>",
		  "> . 1:1(0) ack 1",
		  "> P. 1:11(10) ack 1",
		  "due 210ms",
		  "< . 1:1(0) ack 11",
		  "due never",
	  })

SEGS_CONN(data_in_the_syn_is_accepted_in_part, knows,
          {
		  SENT_TEN,
		  "< S. 0:0(0) ack 5 <mss 1000>",
		  "> . 5:5(0) ack 1",
		  "> P. 5:11(6) ack 1",
	  })

/* RFC 7413 4.2.1: without what may have kept it from getting through. */
SEGS_CONN(a_repeated_syn_is_an_ordinary_one, knows,
          {
		  SENT_TEN,
		  "+1s",
		  "> S 0:0(0) <mss 1460>",
		  "< S. 0:0(0) ack 1 <mss 1000>",
		  "> . 1:1(0) ack 1",
		  "> P. 1:11(10) ack 1",
	  })

/* The first SYN got through after all. */
SEGS_CONN(a_late_answer_to_the_first_syn_counts, knows,
          {
		  SENT_TEN,
		  "+1s",
		  "> S 0:0(0) <mss 1460>",
		  "< S. 0:0(0) ack 11 <mss 1000>",
		  "> . 11:11(0) ack 1",
		  "ACKED 10",
	  })

SEGS_CONN(an_ack_beyond_the_data_is_none, knows,
          {
		  SENT_TEN,
		  "< S. 0:0(0) ack 12 <mss 1000>",
		  "= SYN_SENT",
	  })

/* RFC 7413 4.1.3: as much as fits into 536 bytes with all options. */
SEGS_CONN(the_rest_follows_the_handshake, knows,
          {
		  "PUT 1000",
		  "OPEN",
		  "> S 0:496(496)",
		  "< S. 0:0(0) ack 497 <mss 1000>",
		  "> . 497:497(0) ack 1",
		  "> P. 497:1001(504) ack 1",
	  })

SEGS_CONN(a_full_option_space_is_enough, crowded,
          {
		  "PUT 10",
		  "OPEN",
		  "> S 0:10(10) <nop,nop,mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7,FO "
		  "abcdefghijklmnop>",
	  })

/* RFC 7413 4.2: refused as ever. */
SEGS_CONN(a_reset_refuses_data_and_all, knows,
          {
		  SENT_TEN,
		  "< R. 0:0(0) ack 11",
		  "= CLOSED",
	  })

/* Who took the data expects what follows it; who did not, what follows the SYN. */
SEGS_CONN(an_abort_leaves_nothing, knows,
          {
		  SENT_TEN,
		  "ABORT",
		  "> R 1:1(0)",
		  "> R 11:11(0)",
		  "= CLOSED",
		  "< S. 0:0(0) ack 11",
		  "> R 11:11(0)",
	  })

SEGS_CONN(what_was_not_accepted_was_not_sent, knows,
          {
		  SENT_TEN,
		  "< S. 0:0(0) ack 1 win 0 <mss 1000>",
		  "> . 1:1(0) ack 1",
		  "ABORT",
		  "> R 1:1(0)",
		  "= CLOSED",
	  })

/* RFC 7413 4.1.1: four bytes to sixteen. */
SEGS_CONN(odd_cookies_are_none, asks,
          {
		  WROTE_TEN,
		  "> S 0:0(0)",
		  "< S. 0:0(0) ack 1 <FO abcdefghijklmnopq>",
		  "> . 1:1(0) ack 1",
		  "> P. 1:11(10) ack 1",
		  "COOKIE ",
	  })

SEGS_CONN(short_cookies_are_none, asks,
          {
		  WROTE_TEN,
		  "> S 0:0(0)",
		  "< S. 0:0(0) ack 1 <FO abc>",
		  "> . 1:1(0) ack 1",
		  "> P. 1:11(10) ack 1",
		  "COOKIE ",
	  })

/* RFC 9293 3.4: the segment that acknowledges the SYN may carry data. */
SEGS_CONN(the_third_segment_carries_data, on_ack,
          {
		  "PUT 10",
		  "OPEN",
		  "> S 0:0(0)",
		  "+10ms",
		  "< S. 0:0(0) ack 1 <mss 1000>",
		  "> P. 1:11(10) ack 1",
		  "due 210ms",
		  "< . 1:1(0) ack 11",
		  "due never",
	  })

SEGS_CONN(without_data_the_third_segment_is_pure, on_ack,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+10ms",
		  "< S. 0:0(0) ack 1 <mss 1000>",
		  "> . 1:1(0) ack 1",
		  "WRITE 10",
		  "> P. 1:11(10) ack 1",
	  })

SEGS_CONN(a_closed_window_leaves_the_third_segment_pure, on_ack,
          {
		  "PUT 10",
		  "OPEN",
		  "> S 0:0(0)",
		  "+10ms",
		  "< S. 0:0(0) ack 1 win 0 <mss 1000>",
		  "> . 1:1(0) ack 1",
		  "due 210ms",
	  })

/* The tracker, which judges what was captured, takes all of that for what it is. */
SEGS_TRACK(the_tracker_takes_data_in_the_syn, {
						      "> S 0:10(10) <mss 1460,FO abcdefgh>",
						      "+10ms",
						      "< S. 0:0(0) ack 11 <mss 1000>",
						      "> . 11:11(0) ack 1",
						      "= ESTABLISHED ESTABLISHED",
						      "< P. 1:21(20) ack 11",
						      "> F. 11:11(0) ack 21",
						      "< F. 21:21(0) ack 12",
						      "> . 12:12(0) ack 22",
						      "= TIME_WAIT CLOSED",
						      "close fin-3 client pass",
						      "found -",
						      "client-found -",
						      "rtt 10ms",
						      "handshake 10ms",
					      })

SEGS_TRACK(the_tracker_takes_data_that_goes_again, {
							   "> S 0:10(10) <mss 1460,FO abcdefgh>",
							   "+10ms",
							   "< S. 0:0(0) ack 1 <mss 1000>",
							   "> . 1:1(0) ack 1",
							   "> P. 1:11(10) ack 1",
							   "= ESTABLISHED ESTABLISHED",
							   "< . 1:1(0) ack 11",
							   "client-found -",
							   "rtt 10ms",
						   })

SEGS_TRACK(the_tracker_takes_data_on_the_third_segment, {
								"> S 0:0(0)",
								"+10ms",
								"< S. 0:0(0) ack 1",
								"> P. 1:11(10) ack 1",
								"= ESTABLISHED ESTABLISHED",
								"< . 1:1(0) ack 11",
								"client-found -",
								"rtt 10ms",
								"handshake 10ms",
							})

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cookie_is_asked_for),
		cmocka_unit_test(data_in_the_syn_is_accepted),
		cmocka_unit_test(data_in_the_syn_is_not_accepted),
		cmocka_unit_test(data_in_the_syn_is_accepted_in_part),
		cmocka_unit_test(a_repeated_syn_is_an_ordinary_one),
		cmocka_unit_test(a_late_answer_to_the_first_syn_counts),
		cmocka_unit_test(an_ack_beyond_the_data_is_none),
		cmocka_unit_test(the_rest_follows_the_handshake),
		cmocka_unit_test(a_full_option_space_is_enough),
		cmocka_unit_test(a_reset_refuses_data_and_all),
		cmocka_unit_test(an_abort_leaves_nothing),
		cmocka_unit_test(what_was_not_accepted_was_not_sent),
		cmocka_unit_test(odd_cookies_are_none),
		cmocka_unit_test(short_cookies_are_none),
		cmocka_unit_test(the_third_segment_carries_data),
		cmocka_unit_test(without_data_the_third_segment_is_pure),
		cmocka_unit_test(a_closed_window_leaves_the_third_segment_pure),
		cmocka_unit_test(the_tracker_takes_data_in_the_syn),
		cmocka_unit_test(the_tracker_takes_data_that_goes_again),
		cmocka_unit_test(the_tracker_takes_data_on_the_third_segment),
	};

	return cmocka_run_group_tests_name("conn fastopen", tests, NULL, NULL);
}
