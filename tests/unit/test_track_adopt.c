/* SPDX-License-Identifier: BSD-2-Clause */
/* test_track_adopt.c - the observer of capture files: they begin anywhere, and lack frames or a direction. */
#include "../lib/check.h"
#include "../lib/segs.h"

#include "tcp/track.h"

/* Numbers far behind the ISNs, so that each variant wraps around somewhere. */
#define DATA     "> P. 1000:1100(100) ack 5000"
#define ITS_ACK  "< . 5000:5000(0) ack 1100"
#define ITS_DATA "< P. 5000:5050(50) ack 1100"

/* --- the first segment is neither SYN nor SYN-ACK --- */

SEGS_TRACK(data_midstream_is_of_an_open_connection, {
							    "anywhere",
							    "midstream no",
							    DATA,
							    "midstream yes",
							    "= ESTABLISHED ESTABLISHED",
							    "client ESTABLISHED",
							    "server ESTABLISHED",
							    ITS_ACK,
							    ITS_DATA,
							    "> . 1100:1100(0) ack 5050",
							    "lossy no",
							    "rtt none",
							    "handshake none",
							    "duration none",
							    "close none - inconclusive",
							    "found end-unseen",
							    "client-found -",
						    })

SEGS_TRACK(an_ack_midstream_is_of_an_open_connection, {
							      "anywhere",
							      ITS_ACK,
							      "= ESTABLISHED ESTABLISHED",
							      "midstream yes",
							      "> P. 1100:1200(100) ack 5000",
							      "< . 5000:5000(0) ack 1200",
							      "found end-unseen",
							      "client-found -",
						      })

SEGS_TRACK(a_connection_is_closed_midstream, {
						     "anywhere",
						     ITS_ACK,
						     "> F. 1100:1100(0) ack 5000",
						     "= FIN_WAIT_1 ESTABLISHED",
						     "< . 5000:5000(0) ack 1101",
						     "= FIN_WAIT_2 CLOSE_WAIT",
						     "< F. 5000:5000(0) ack 1101",
						     "= FIN_WAIT_2 LAST_ACK",
						     "> . 1101:1101(0) ack 5001",
						     "= TIME_WAIT CLOSED",
						     "close fin-4 client pass",
						     "found -",
						     "client-found -",
					     })

SEGS_TRACK(a_fin_midstream_begins_the_close, {
						     "anywhere",
						     "< F. 5000:5000(0) ack 1000",
						     "= ESTABLISHED FIN_WAIT_1",
						     "> F. 1000:1000(0) ack 5001",
						     "< . 5001:5001(0) ack 1001",
						     "= CLOSED TIME_WAIT",
						     "close fin-3 server pass",
						     "client-found -",
					     })

SEGS_TRACK(the_last_ack_of_a_close_is_all_that_is_known, {
								 "anywhere",
								 "> . 1000:1000(0) ack 5000",
								 "midstream yes",
								 "close none - inconclusive",
							 })

SEGS_TRACK(a_reset_midstream_ends_both,
           {
		   "anywhere",
		   DATA,
		   "< R. 5000:5000(0) ack 1100",
		   "= CLOSED CLOSED",
		   "close rst server pass", /* its FIN may lie before */
		   "found -",
	   })

SEGS_TRACK(a_reset_with_ack_can_be_the_first, {
						      "anywhere",
						      "> R. 1000:1000(0) ack 5000",
						      "= CLOSED CLOSED",
						      "midstream yes",
						      "close rst client pass",
					      })

/* It says nothing of the other end, and nobody knows whether it counted. */
SEGS_TRACK(a_reset_without_ack_says_nothing_midstream, {
							       "anywhere",
							       "< R 5000:5000(0) : spoofed",
							       "midstream no",
							       "> P 1000:1100(100) : spoofed",
							       "> F 1000:1000(0) : spoofed",
							       "= CLOSED CLOSED",
							       "client ",
						       })

SEGS_TRACK(a_reset_midstream_ahead_shows_missing_frames, {
								 "anywhere",
								 DATA,
								 ITS_ACK,
								 "< R 5100:5100(0)",
								 "found frames-missing",
								 "= CLOSED CLOSED",
							 })

SEGS_TRACK(what_was_sent_before_is_old_midstream, {
							  "anywhere",
							  DATA,
							  ITS_ACK,
							  "> P. 900:1000(100) ack 5000 : spoofed",
							  "< . 5000:5000(0) ack 1050",
							  "< . 5000:5000(0) ack 900 : spoofed",
							  "= ESTABLISHED ESTABLISHED",
						  })

/* --- a part of the handshake is missing --- */

SEGS_TRACK(a_syn_ack_comes_first, {
					  "anywhere",
					  "< S. 0:0(0) ack 1",
					  "= SYN_SENT SYN_RCVD",
					  "midstream no",
					  "+5ms",
					  "> . 1:1(0) ack 1",
					  "= ESTABLISHED ESTABLISHED",
					  "rtt none",
					  "handshake none",
					  "> F. 1:1(0) ack 1",
					  "< . 1:1(0) ack 2",
					  "< F. 1:1(0) ack 2",
					  "> . 2:2(0) ack 2",
					  "close fin-4 client pass",
					  "found -",
				  })

/* What the SYN offered is not known, so nothing was unasked for. */
SEGS_TRACK(options_of_an_answer_without_its_syn_are_no_finding,
           {
		   "anywhere",
		   "< S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>",
		   "> . 1:1(0) ack 1 <nop,nop,TS val 0 ecr 0>",
		   "found end-unseen",
		   "client-found -",
	   })

SEGS_TRACK(a_repeated_syn_ack_without_its_syn_is_a_duplicate,
           {
		   "anywhere",
		   "< S. 0:0(0) ack 1",
		   "+1s",
		   "< S. 0:0(0) ack 1 : duplicate",
		   "lossy yes",
		   "close half-open - inconclusive",
	   })

SEGS_TRACK(a_syn_ack_is_missing, {
					 "anywhere",
					 "> S 0:0(0)",
					 "+20ms",
					 "> . 1:1(0) ack 1",
					 "= ESTABLISHED ESTABLISHED",
					 "rtt none",
					 "handshake 20ms",
					 "midstream no",
					 "< P. 1:9(8) ack 1",
					 "> F. 1:1(0) ack 9",
					 "< F. 9:9(0) ack 2",
					 "> . 2:2(0) ack 10",
					 "close fin-3 client pass",
				 })

SEGS_TRACK(a_syn_ack_and_the_third_segment_are_missing, {
								"anywhere",
								"> S 0:0(0)",
								"< P. 1:9(8) ack 1",
								"= ESTABLISHED ESTABLISHED",
								"> . 1:1(0) ack 9",
								"found end-unseen",
							})

SEGS_TRACK(a_server_that_speaks_first_opens_where_the_third_segment_is_missing,
           {
		   "anywhere",
		   "> S 0:0(0)",
		   "< S. 0:0(0) ack 1",
		   "< P. 1:9(8) ack 1",
		   "> F. 1:1(0) ack 9",
		   "< . 9:9(0) ack 2",
		   "< F. 9:9(0) ack 2",
		   "> . 2:2(0) ack 10",
		   "close fin-4 client pass",
		   "found -",
	   })

/* The server acknowledges what the SYN cannot have: it is of another connection. */
SEGS_TRACK(a_challenge_ack_is_no_answer, {
						 "anywhere",
						 "> S 0:0(0)",
						 "< . 5000:5000(0) ack 700 : spoofed",
						 "< . 5000:5000(0) ack 0 : spoofed",
						 "> . 0:0(0) ack 5000 : spoofed",
						 "= SYN_SENT CLOSED",
					 })

SEGS_TRACK(a_refusal_is_one_in_a_capture_too, {
						      "anywhere",
						      "> S 0:0(0)",
						      "+3ms",
						      "< R. @0:0(0) ack 1",
						      "= CLOSED CLOSED",
						      "rtt 3ms",
						      "close rst server pass",
					      })

SEGS_TRACK(a_whole_connection_is_judged_as_live, {
							 "anywhere",
							 "> S 0:0(0)",
							 "+10ms",
							 "< S. 0:0(0) ack 1",
							 "> . 1:1(0) ack 1",
							 "rtt 10ms",
							 "handshake 10ms",
							 "< P. 9:9(0) ack 1",
							 "> . 1:1(0) ack 100",
							 "found end-unseen frames-missing",
							 "client-found -",
							 "midstream no",
						 })

/* --- one direction only --- */

SEGS_TRACK(only_the_client_was_captured, {
						 "anywhere",
						 "> S 0:0(0)",
						 "+10ms",
						 "> . 1:1(0) ack 1",
						 "handshake 10ms",
						 "> P. 1:101(100) ack 1",
						 "> . 101:101(0) ack 4001",
						 "> F. 101:101(0) ack 9001",
						 "> . 102:102(0) ack 9002",
						 "client-found -",
						 "lossy no",
						 "= FIN_WAIT_1 ESTABLISHED",
						 "close none - inconclusive",
						 "found fin-unacked end-unseen",
					 })

SEGS_TRACK(only_the_server_was_captured, {
						 "anywhere",
						 "< S. 0:0(0) ack 1",
						 "+10ms",
						 "< . 1:1(0) ack 101",
						 "< P. 1:4001(4000) ack 101",
						 "= ESTABLISHED ESTABLISHED",
						 "< . 4001:4001(0) ack 9001",
						 "< F. 4001:4001(0) ack 9001",
						 "found fin-unacked end-unseen",
						 "client-found -",
					 })

SEGS_TRACK(one_direction_midstream, {
					    "anywhere",
					    "< P. 5000:5100(100) ack 1000",
					    "< P. 5100:5200(100) ack 7000",
					    "< R 5200:5200(0)",
					    "= CLOSED CLOSED",
					    "found -",
				    })

/* The end that was not heard is known by what acknowledges it, and joins in there. */
SEGS_TRACK(a_silent_end_joins_in_later, {
						"anywhere",
						"< P. 5000:5100(100) ack 1000",
						"< P. 5100:5200(100) ack 2000",
						"> . 3000:3000(0) ack 5200",
						"> P. 3000:3100(100) ack 5200",
						"< . 5200:5200(0) ack 3100",
						"lossy no",
						"found end-unseen",
						"client-found -",
						"< . 5200:5200(0) ack 3200",
						"found end-unseen frames-missing",
					})

/* --- frames are missing --- */

SEGS_TRACK(what_was_acknowledged_and_never_comes_is_missing,
           {
		   "anywhere",
		   DATA,
		   ITS_ACK,
		   "< . 5000:5000(0) ack 1300",
		   "found end-unseen frames-missing",
		   "> P. 1100:1200(100) ack 5000",
		   "client-found -",
	   })

SEGS_TRACK(a_later_jump_shows_that_frames_are_missing, {
							       "anywhere",
							       DATA,
							       ITS_ACK,
							       "< . 5000:5000(0) ack 1300",
							       "found end-unseen frames-missing",
							       "> P. 1300:1400(100) ack 5000",
							       "< . 5000:5000(0) ack 1400",
							       "client-found -",
						       })

SEGS_TRACK(the_same_for_what_the_client_acknowledges, {
							      "anywhere",
							      DATA,
							      ITS_ACK,
							      "> . 1100:1100(0) ack 5300",
							      "client-found -",
							      "< P. 5300:5400(100) ack 1100",
							      "client-found -",
							      "found end-unseen frames-missing",
						      })

SEGS_TRACK(a_jump_alone_is_no_finding, {
					       "anywhere",
					       DATA,
					       ITS_ACK,
					       "> P. 1300:1400(100) ack 5000",
					       "< . 5000:5000(0) ack 1400",
					       "found end-unseen",
				       })

SEGS_TRACK(a_damaged_frame_can_have_arrived, {
						     "anywhere",
						     DATA,
						     ITS_ACK,
						     "damaged client",
						     "< . 5000:5000(0) ack 1300",
						     "found end-unseen frames-missing",
						     "client-found -",
					     })

/* Where no frame can be missing, the fault is who acknowledges it. */
SEGS_TRACK(a_live_run_lacks_no_frames, {
					       "> S 0:0(0)",
					       "< S. 0:0(0) ack 1",
					       "> . 1:1(0) ack 1",
					       "< . 1:1(0) ack 300 : found",
					       "found acked-unsent end-unseen",
				       })

/* How the window is scaled was not seen, so all that can be in one is believed. */
SEGS_TRACK(any_window_is_possible_midstream, {
						     "anywhere",
						     DATA,
						     ITS_ACK,
						     "> P. 900001100:900001200(100) ack 5000",
						     "< . 5000:5000(0) ack 900001200",
						     "found end-unseen",
					     })

SEGS_TRACK(numbers_wrap_around_midstream, {
						  "anywhere",
						  "> P. @4294967200:4(100) ack @4294967290",
						  "< P. @4294967290:4(10) ack @4",
						  "> P. @4:104(100) ack @4",
						  "< F. @4:4(0) ack @104",
						  "> F. @104:104(0) ack @5",
						  "< . @5:5(0) ack @105",
						  "close fin-3 server pass",
						  "found -",
						  "client-found -",
						  "lossy no",
					  })

/* --- a live run saw every SYN --- */

SEGS_TRACK(a_live_tracker_adopts_nothing, {
						  DATA " : spoofed",
						  ITS_ACK " : spoofed",
						  "> F. 1000:1000(0) ack 5000 : spoofed",
						  "< R. 5000:5000(0) ack 1100 : spoofed",
						  "< S. 0:0(0) ack 1 : spoofed",
						  "= CLOSED CLOSED",
						  "> S 0:0(0)",
						  "> . 1:1(0) ack 1 : spoofed",
						  "< P. 1:9(8) ack 1 : spoofed",
						  "= SYN_SENT CLOSED",
						  "client SYN_SENT",
						  "server ",
						  "midstream no",
					  })

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_midstream_is_of_an_open_connection),
		cmocka_unit_test(an_ack_midstream_is_of_an_open_connection),
		cmocka_unit_test(a_connection_is_closed_midstream),
		cmocka_unit_test(a_fin_midstream_begins_the_close),
		cmocka_unit_test(the_last_ack_of_a_close_is_all_that_is_known),
		cmocka_unit_test(a_reset_midstream_ends_both),
		cmocka_unit_test(a_reset_with_ack_can_be_the_first),
		cmocka_unit_test(a_reset_without_ack_says_nothing_midstream),
		cmocka_unit_test(a_reset_midstream_ahead_shows_missing_frames),
		cmocka_unit_test(what_was_sent_before_is_old_midstream),
		cmocka_unit_test(a_syn_ack_comes_first),
		cmocka_unit_test(options_of_an_answer_without_its_syn_are_no_finding),
		cmocka_unit_test(a_repeated_syn_ack_without_its_syn_is_a_duplicate),
		cmocka_unit_test(a_syn_ack_is_missing),
		cmocka_unit_test(a_syn_ack_and_the_third_segment_are_missing),
		cmocka_unit_test(
			a_server_that_speaks_first_opens_where_the_third_segment_is_missing),
		cmocka_unit_test(a_challenge_ack_is_no_answer),
		cmocka_unit_test(a_refusal_is_one_in_a_capture_too),
		cmocka_unit_test(a_whole_connection_is_judged_as_live),
		cmocka_unit_test(only_the_client_was_captured),
		cmocka_unit_test(only_the_server_was_captured),
		cmocka_unit_test(one_direction_midstream),
		cmocka_unit_test(a_silent_end_joins_in_later),
		cmocka_unit_test(what_was_acknowledged_and_never_comes_is_missing),
		cmocka_unit_test(a_later_jump_shows_that_frames_are_missing),
		cmocka_unit_test(the_same_for_what_the_client_acknowledges),
		cmocka_unit_test(a_jump_alone_is_no_finding),
		cmocka_unit_test(a_damaged_frame_can_have_arrived),
		cmocka_unit_test(a_live_run_lacks_no_frames),
		cmocka_unit_test(any_window_is_possible_midstream),
		cmocka_unit_test(numbers_wrap_around_midstream),
		cmocka_unit_test(a_live_tracker_adopts_nothing),
	};

	return cmocka_run_group_tests_name("track_adopt", tests, NULL, NULL);
}
