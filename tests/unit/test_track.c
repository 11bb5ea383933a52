/* SPDX-License-Identifier: BSD-2-Clause */
/* test_track.c - the observer: states of both ends, times, and what no forger can change. */
#include "../lib/check.h"
#include "../lib/segs.h"

#include "tcp/track.h"

#define OPENED  "> S 0:0(0)", "+10ms", "< S. 0:0(0) ack 1", "> . 1:1(0) ack 1"

#define OFFERED "> S 0:0(0) <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>"
#define AGREED  "< S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>"
#define FIN_4   "> F. 1:1(0) ack 1", "< . 1:1(0) ack 2", "< F. 1:1(0) ack 2", "> . 2:2(0) ack 2"

/* --- the handshake --- */

SEGS_TRACK(nothing_was_seen, {
				     "= CLOSED CLOSED",
				     "client ",
				     "server ",
				     "close none - inconclusive",
				     "found -",
				     "rtt none",
				     "handshake none",
				     "duration none",
				     "lossy no",
			     })

SEGS_TRACK(handshake_as_seen_by_the_client, {
						    "> S 0:0(0)",
						    "= SYN_SENT CLOSED",
						    "+10ms",
						    "< S. 0:0(0) ack 1",
						    "= SYN_SENT SYN_RCVD",
						    "rtt 10ms",
						    "handshake none",
						    "+1ms",
						    "> . 1:1(0) ack 1",
						    "= ESTABLISHED ESTABLISHED",
						    "rtt 10ms",
						    "handshake 11ms",
						    "duration 0s",
						    "client SYN_SENT ESTABLISHED",
						    "server SYN_RCVD ESTABLISHED",
						    "lossy no",
					    })

/* RFC 9293 3.5, figure 7. */
SEGS_TRACK(simultaneous_open, {
				      "> S 0:0(0)",
				      "+5ms",
				      "< S 0:0(0)",
				      "= SYN_SENT SYN_SENT",
				      "> S. 0:0(0) ack 1",
				      "= SYN_RCVD SYN_SENT",
				      "+5ms",
				      "< S. 0:0(0) ack 1",
				      "= SYN_RCVD SYN_RCVD",
				      "> . 1:1(0) ack 1",
				      "= ESTABLISHED ESTABLISHED",
				      FIN_4,
				      "close fin-4 client pass",
				      "found -",
			      })

/* As before, where our SYN was lost and the peer's ACK of our SYN-ACK is all that comes. */
SEGS_TRACK(simultaneous_open_with_a_lost_syn, {
						      "> S 0:0(0)",
						      "< S 0:0(0)",
						      "> S. 0:0(0) ack 1",
						      "< . 1:1(0) ack 1",
						      "= ESTABLISHED ESTABLISHED",
						      "client SYN_SENT SYN_RCVD ESTABLISHED",
						      "server SYN_SENT ESTABLISHED",
					      })

/* RFC 9293 3.10.7.4: the answer to our repeated SYN says nothing about our third segment. */
SEGS_TRACK(ack_in_syn_rcvd_does_not_establish, {
						       "> S 0:0(0)",
						       "+10ms",
						       "< S. 0:0(0) ack 1",
						       "> S 0:0(0)",
						       "+10ms",
						       "< . 1:1(0) ack 1",
						       "= SYN_SENT SYN_RCVD",
						       "handshake none",
					       })

/* Data of the server proves that it is established, even if our ACK was not captured. */
SEGS_TRACK(data_of_the_server_establishes, {
						   "> S 0:0(0)",
						   "< S. 0:0(0) ack 1",
						   "< P. 1:11(10) ack 1",
						   "= ESTABLISHED ESTABLISHED",
					   })

SEGS_TRACK(refusal, {
			    "> S 0:0(0)",
			    "+10ms",
			    "< R. @0:0(0) ack 1",
			    "= CLOSED CLOSED",
			    "client SYN_SENT CLOSED",
			    "rtt 10ms",
			    "handshake none",
			    "duration none",
			    "close rst server pass",
			    "found -",
			    "+1ms",
			    "< R. @0:0(0) ack 1 : duplicate",
			    "= CLOSED CLOSED",
			    "rtt 10ms",
		    })

/* --- Karn's question: which SYN was answered? --- */

SEGS_TRACK(rtt_of_a_single_syn, {
					OFFERED,
					"+30ms",
					"< S. 0:0(0) ack 1",
					"rtt 30ms",
					"lossy no",
				})

SEGS_TRACK(rtt_after_a_repeated_syn_without_echo,
           {
		   OFFERED,
		   "+1s",
		   "> S 0:0(0) <mss 1460,sackOK,TS val 1000 ecr 0,nop,wscale 7>",
		   "+30ms",
		   "< S. 0:0(0) ack 1 <mss 1460>",
		   "rtt none",
		   "> . 1:1(0) ack 1",
		   "handshake 1.03s",
		   "lossy yes",
	   })

SEGS_TRACK(rtt_after_a_repeated_syn_with_the_echo_of_the_last,
           {
		   OFFERED,
		   "+1s",
		   "> S 0:0(0) <mss 1460,sackOK,TS val 1000 ecr 0,nop,wscale 7>",
		   "+2s",
		   "> S 0:0(0) <mss 1460,sackOK,TS val 3000 ecr 0,nop,wscale 7>",
		   "+30ms",
		   "< S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 0 ecr 3000>",
		   "rtt 30ms",
	   })

/* Linux echoes the first SYN that reached it. */
SEGS_TRACK(rtt_after_a_repeated_syn_with_the_echo_of_an_earlier_one,
           {
		   OFFERED,
		   "+1s",
		   "> S 0:0(0) <mss 1460,sackOK,TS val 1000 ecr 0,nop,wscale 7>",
		   "+2s",
		   "> S 0:0(0) <mss 1460,sackOK,TS val 3000 ecr 0,nop,wscale 7>",
		   "+30ms",
		   "< S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 0 ecr 1000>",
		   "rtt none",
	   })

SEGS_TRACK(rtt_of_an_answer_within_a_second_is_credited, {
								 "> S 0:0(0)",
								 "+999ms",
								 "< S. 0:0(0) ack 1",
								 "rtt 999ms",
							 })

/* RFC 6298 2.1: after a second it may be the server's second SYN-ACK, as the first was lost. */
SEGS_TRACK(rtt_of_an_answer_after_a_second_is_not_credited, {
								    "> S 0:0(0)",
								    "+1s",
								    "< S. 0:0(0) ack 1",
								    "rtt none",
								    "> . 1:1(0) ack 1",
								    "handshake 1s",
								    "> F. 1:1(0) ack 1",
								    "+0.5s",
								    "< F. 1:1(0) ack 2",
								    "rtt none",
							    })

/* As before; but the FIN took as long, so the path is slow. */
SEGS_TRACK(rtt_of_a_slow_path_is_credited, {
						   "> S 0:0(0)",
						   "+1.2s",
						   "< S. 0:0(0) ack 1",
						   "> . 1:1(0) ack 1",
						   "rtt none",
						   "> F. 1:1(0) ack 1",
						   "+1.1s",
						   "< F. 1:1(0) ack 2",
						   "rtt 1.2s",
					   })

/* A FIN that was sent twice says nothing about the path. */
SEGS_TRACK(rtt_of_a_slow_path_needs_a_single_fin, {
							  "> S 0:0(0)",
							  "+1.2s",
							  "< S. 0:0(0) ack 1",
							  "> . 1:1(0) ack 1",
							  "> F. 1:1(0) ack 1",
							  "+1s",
							  "> F. 1:1(0) ack 1",
							  "+0.1s",
							  "< F. 1:1(0) ack 2",
							  "rtt none",
						  })

/* A refusal is never repeated by itself. */
SEGS_TRACK(rtt_of_a_slow_refusal_is_credited, {
						      "> S 0:0(0)",
						      "+1.2s",
						      "< R. @0:0(0) ack 1",
						      "rtt 1.2s",
					      })

/* An echo of what was never offered proves nothing. */
SEGS_TRACK(rtt_after_a_repeated_syn_without_timestamps,
           {
		   "> S 0:0(0)",
		   "+1s",
		   "> S 0:0(0)",
		   "+30ms",
		   "< S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 0 ecr @0>",
		   "rtt none",
	   })

SEGS_TRACK(rtt_of_a_refusal_of_a_repeated_syn,
           {
		   OFFERED,
		   "+1s",
		   "> S 0:0(0) <mss 1460,sackOK,TS val 1000 ecr 0,nop,wscale 7>",
		   "+30ms",
		   "< R. @0:0(0) ack 1",
		   "rtt none",
		   "close rst server pass",
	   })

/* What follows the answer does not change the sample. */
SEGS_TRACK(rtt_is_that_of_the_first_answer, {
						    "> S 0:0(0)",
						    "+30ms",
						    "< S. 0:0(0) ack 1",
						    "+1s",
						    "< S. 0:0(0) ack 1 : duplicate",
						    "> S 0:0(0)",
						    "+5ms",
						    "< S. 0:0(0) ack 1 : duplicate",
						    "rtt 30ms",
						    "lossy yes",
						    "= SYN_SENT SYN_RCVD",
					    })

/* The answer comes after the client gave up: it is no answer. */
SEGS_TRACK(late_answer_changes_nothing, {
						"> S 0:0(0)",
						"+1s",
						"> R 1:1(0)",
						"= CLOSED CLOSED",
						"+1s",
						"< S. 0:0(0) ack 1 : late",
						"> R 1:1(0)",
						"rtt none",
						"handshake none",
						"client SYN_SENT CLOSED",
						"server ",
					})

SEGS_TRACK(late_refusal_changes_nothing, {
						 "> S 0:0(0)",
						 "+1s",
						 "> R 1:1(0)",
						 "+1s",
						 "< R. @0:0(0) ack 1 : late",
						 "rtt none",
						 "= CLOSED CLOSED",
					 })

/* --- the states of a close --- */

SEGS_TRACK(fin_4_of_the_client,
           {
		   OPENED,
		   "> F. 1:1(0) ack 1",
		   "= FIN_WAIT_1 ESTABLISHED",
		   "+10ms",
		   "< . 1:1(0) ack 2",
		   "= FIN_WAIT_2 CLOSE_WAIT",
		   "+5ms",
		   "< F. 1:1(0) ack 2",
		   "= FIN_WAIT_2 LAST_ACK",
		   "> . 2:2(0) ack 2",
		   "= TIME_WAIT CLOSED",
		   "client SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT",
		   "server SYN_RCVD ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED",
		   "duration 15ms",
	   })

SEGS_TRACK(fin_3_of_the_client,
           {
		   OPENED,
		   "> F. 1:1(0) ack 1",
		   "+10ms",
		   "< F. 1:1(0) ack 2",
		   "= FIN_WAIT_2 LAST_ACK",
		   "> . 2:2(0) ack 2",
		   "= TIME_WAIT CLOSED",
		   "client SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT",
		   "server SYN_RCVD ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED",
	   })

SEGS_TRACK(fin_4_of_the_server,
           {
		   OPENED,
		   "< F. 1:1(0) ack 1",
		   "= ESTABLISHED FIN_WAIT_1",
		   "> . 1:1(0) ack 2",
		   "= CLOSE_WAIT FIN_WAIT_2",
		   "> F. 1:1(0) ack 2",
		   "= LAST_ACK FIN_WAIT_2",
		   "< . 2:2(0) ack 2",
		   "= CLOSED TIME_WAIT",
		   "client SYN_SENT ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED",
		   "server SYN_RCVD ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT",
	   })

/* RFC 9293 3.6, figure 13. */
SEGS_TRACK(simultaneous_close, {
				       OPENED,
				       "> F. 1:1(0) ack 1",
				       "< F. 1:1(0) ack 1",
				       "= FIN_WAIT_1 FIN_WAIT_1",
				       "> . 2:2(0) ack 2",
				       "= CLOSING CLOSING",
				       "< . 2:2(0) ack 2",
				       "= TIME_WAIT TIME_WAIT",
				       "client SYN_SENT ESTABLISHED FIN_WAIT_1 CLOSING TIME_WAIT",
				       "server SYN_RCVD ESTABLISHED FIN_WAIT_1 CLOSING TIME_WAIT",
			       })

SEGS_TRACK(repeated_fins_are_counted_and_change_no_state,
           {
		   OPENED,
		   "> F. 1:1(0) ack 1",
		   "lossy no",
		   "> F. 1:1(0) ack 1",
		   "lossy yes",
		   "= FIN_WAIT_1 ESTABLISHED",
		   "< . 1:1(0) ack 2",
		   "< F. 1:1(0) ack 2",
		   "< F. 1:1(0) ack 2",
		   "> . 2:2(0) ack 2",
		   "< F. 1:1(0) ack 2",
		   "> . 2:2(0) ack 2",
		   "= TIME_WAIT CLOSED",
		   "client SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT",
		   "server SYN_RCVD ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED",
	   })

SEGS_TRACK(data_changes_no_state, {
					  OPENED,
					  "> P. 1:11(10) ack 1",
					  "< . 1:1(0) ack 11",
					  "< P. 1:1461(1460) ack 11",
					  "> . 11:11(0) ack 1461",
					  "= ESTABLISHED ESTABLISHED",
					  "lossy no",
					  "> P. 1:11(10) ack 1461",
					  "lossy yes",
					  "= ESTABLISHED ESTABLISHED",
				  })

/* A FIN that the other has not acknowledged yet, with data before it that is. */
SEGS_TRACK(ack_of_data_before_a_fin_is_no_ack_of_the_fin, {
								  OPENED,
								  "> P. 1:11(10) ack 1",
								  "> F. 11:11(0) ack 1",
								  "< . 1:1(0) ack 11",
								  "= FIN_WAIT_1 ESTABLISHED",
								  "< . 1:1(0) ack 12",
								  "= FIN_WAIT_2 CLOSE_WAIT",
							  })

SEGS_TRACK(data_and_fin_in_one, {
					OPENED,
					"> FP. 1:11(10) ack 1",
					"= FIN_WAIT_1 ESTABLISHED",
					"< FP. 1:21(20) ack 12",
					"= FIN_WAIT_2 LAST_ACK",
					"> . 12:12(0) ack 22",
					"= TIME_WAIT CLOSED",
				})

SEGS_TRACK(reset_of_the_client, {
					OPENED,
					"> R 1:1(0)",
					"= CLOSED CLOSED",
					"client SYN_SENT ESTABLISHED CLOSED",
					"server SYN_RCVD ESTABLISHED CLOSED",
				})

SEGS_TRACK(reset_of_the_server, {
					OPENED,
					"< P. 1:11(10) ack 1",
					"< R. 11:11(0) ack 1",
					"= CLOSED CLOSED",
				})

/* The client acknowledged ten bytes, the server had sent twenty: both resets can be exact. */
SEGS_TRACK(reset_between_what_was_acknowledged_and_sent, {
								 OPENED,
								 "< P. 1:11(10) ack 1",
								 "> . 1:1(0) ack 11",
								 "< P. 11:21(10) ack 1",
								 "< R 1:1(0) : ignored",
								 "< R 10:10(0) : ignored",
								 "= ESTABLISHED ESTABLISHED",
								 "< R 11:11(0)",
								 "= CLOSED CLOSED",
							 })

SEGS_TRACK(reset_in_time_wait, {
				       OPENED,
				       FIN_4,
				       "< R 2:2(0)",
				       "= CLOSED CLOSED",
				       "close fin-4 client pass",
				       "found -",
			       })

/* After its end nothing brings a connection back. */
SEGS_TRACK(closed_ends_stay_closed, {
					    OPENED,
					    "> R 1:1(0)",
					    "< . 1:1(0) ack 1",
					    "< P. 1:11(10) ack 1",
					    "< F. 11:11(0) ack 1",
					    "= CLOSED CLOSED",
					    "client SYN_SENT ESTABLISHED CLOSED",
					    "server SYN_RCVD ESTABLISHED CLOSED",
				    })

/* The client's SYN-ACK of a simultaneous open, once more: no state is taken back. */
SEGS_TRACK(repeated_syn_ack_of_the_client_takes_nothing_back,
           {
		   "> S 0:0(0)",
		   "< S 0:0(0)",
		   "> S. 0:0(0) ack 1",
		   "> S. 0:0(0) ack 1 : duplicate",
		   "lossy yes",
		   "< . 1:1(0) ack 1",
		   "> P. 1:11(10) ack 1",
		   "> S. 0:0(0) ack 1 : duplicate",
		   "= ESTABLISHED ESTABLISHED",
		   "client SYN_SENT SYN_RCVD ESTABLISHED",
	   })

/* --- what no receiver would believe --- */

SEGS_TRACK(forged_answers_change_nothing, {
						  "> S 0:0(0)",
						  "< S. 77:77(0) ack 0 : spoofed",
						  "< S. 77:77(0) ack 2 : spoofed",
						  "< S. 77:77(0) ack 100000 : spoofed",
						  "< R. @0:0(0) ack 0 : spoofed",
						  "< R. @0:0(0) ack 2 : spoofed",
						  "< R @0:0(0) : spoofed",
						  "< R 1:1(0) : spoofed",
						  "< . 1:1(0) ack 1 : spoofed",
						  "< P. 1:11(10) ack 1 : spoofed",
						  "< F. 1:1(0) ack 1 : spoofed",
						  "< F 1:1(0) : spoofed",
						  "< - 1:1(0) : spoofed",
						  "= SYN_SENT CLOSED",
						  "rtt none",
						  "close none - inconclusive",
					  })

SEGS_TRACK(forged_segments_before_the_syn_change_nothing, {
								  "< S. 0:0(0) ack 1 : spoofed",
								  "< R. @0:0(0) ack 1 : spoofed",
								  "< . 1:1(0) ack 1 : spoofed",
								  "= CLOSED CLOSED",
							  })

SEGS_TRACK(forged_segments_change_nothing_when_established,
           {
		   OPENED,
		   "< . 70000:70000(0) ack 1 : spoofed",
		   "< P. -10:0(10) ack 1 : spoofed",
		   "< F. 2000000000:2000000000(0) ack 1 : spoofed",
		   "< F. 1:1(0) ack 0 : spoofed",
		   "< F. 1:1(0) ack -70000 : spoofed",
		   "< F 1:1(0) : ignored",
		   "< - 1:1(0) : ignored",
		   "< S 5:5(0) : ignored",
		   "< S 2000000000:2000000000(0) : ignored",
		   "< S. 5:5(0) ack 0 : spoofed",
		   "< S. 5:5(0) ack 2 : spoofed",
		   "< R 70000:70000(0) : spoofed",
		   "< R 2000000000:2000000000(0) : spoofed",
		   "< R -1:-1(0) : spoofed",
		   "< R 0:0(0) : ignored",
		   "= ESTABLISHED ESTABLISHED",
		   FIN_4,
		   "close fin-4 client pass",
		   "found -",
	   })

SEGS_TRACK(forged_segments_change_nothing_when_closing,
           {
		   OPENED,
		   "> F. 1:1(0) ack 1",
		   "< . 70000:70000(0) ack 2 : spoofed",
		   "< F. 70000:70000(0) ack 2 : spoofed",
		   "< R 70000:70000(0) : spoofed",
		   "= FIN_WAIT_1 ESTABLISHED",
		   "< . 1:1(0) ack 2",
		   "< F. 70000:70000(0) ack 2 : spoofed",
		   "< F. 1:1(0) ack 2",
		   "> . 2:2(0) ack 2",
		   "< R 70000:70000(0) : spoofed",
		   "close fin-4 client pass",
		   "found -",
	   })

/* A SYN without ACK may be anybody's. What acknowledges ours counts, and it alone. */
SEGS_TRACK(answer_counts_after_a_forged_syn,
           {
		   "> S 0:0(0)",
		   "< S 77777:77777(0) <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 14>",
		   "> S. 0:0(0) ack 77778",
		   "+10ms",
		   "< S. 0:0(0) ack 1 <mss 1460>",
		   "rtt 10ms",
		   "> . 1:1(0) ack 1",
		   "= ESTABLISHED ESTABLISHED",
		   FIN_4,
		   "close fin-4 client pass",
		   "found -",
	   })

SEGS_TRACK(timestamps_of_a_forged_syn_are_not_demanded,
           {
		   OFFERED,
		   "< S 77777:77777(0) <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 14>",
		   "> S. 0:0(0) ack 77778",
		   "< S. 0:0(0) ack 1 <mss 1460>",
		   "> . 1:1(0) ack 1",
		   FIN_4,
		   "close fin-4 client pass",
		   "found -",
	   })

SEGS_TRACK(refusal_counts_after_a_forged_syn, {
						      "> S 0:0(0)",
						      "< S 77777:77777(0)",
						      "> S. 0:0(0) ack 77778",
						      "+10ms",
						      "< R. @0:0(0) ack 1",
						      "= CLOSED CLOSED",
						      "close rst server pass",
						      "rtt 10ms",
					      })

/* Where both windows are scaled, the window is what it says (RFC 7323 2.3). */
SEGS_TRACK(scaled_window_bounds_what_is_believed,
           {
		   OFFERED,
		   AGREED,
		   "> . 1:1(0) ack 1 win 10 <nop,nop,TS val 0 ecr 0>",
		   "< P. 1281:1291(10) ack 1 <nop,nop,TS val 0 ecr 0> : spoofed",
		   "< P. 1280:1290(10) ack 1 <nop,nop,TS val 0 ecr 0>",
	   })

SEGS_TRACK(window_is_not_scaled_by_one_side_alone, {
							   OFFERED,
							   "< S. 0:0(0) ack 1 <mss 1460>",
							   "> . 1:1(0) ack 1 win 10",
							   "< P. 11:21(10) ack 1 : spoofed",
							   "< P. 10:20(10) ack 1",
						   })

/* RFC 9293 3.10.7.4: a closed window still takes what carries nothing. */
SEGS_TRACK(closed_window_believes_acks_and_resets, {
							   OPENED,
							   "> . 1:1(0) ack 1 win 0",
							   "< . 2:2(0) ack 1 : spoofed",
							   "< . 1:1(0) ack 1",
							   "< R 1:1(0)",
							   "= CLOSED CLOSED",
						   })

/* --- questions to the tracker --- */

static struct seg segment(uint16_t flags, uint32_t seq, uint32_t ack)
{
	return (struct seg){.flags = flags, .seq = seq, .ack = ack, .win = 65535};
}

/* The eight bytes of TCP that an ICMP error quotes hold the sequence number. */
static void sent_sequence_numbers_are_known(void **state)
{
	struct seg syn = segment(SEG_SYN, 0xffffffff, 0);
	struct seg syn_ack = segment(SEG_SYN | SEG_ACK, 500, 0);
	struct track t;

	(void)state;
	track_init(&t);
	assert_false(track_sent(&t, TRACK_CLIENT, 0));
	track_feed(&t, TRACK_CLIENT, &syn, 1, NULL, NULL);
	assert_true(track_sent(&t, TRACK_CLIENT, 0xffffffff));
	assert_true(track_sent(&t, TRACK_CLIENT, 0));
	assert_false(track_sent(&t, TRACK_CLIENT, 1));
	assert_false(track_sent(&t, TRACK_CLIENT, 0xfffffffe));
	assert_false(track_sent(&t, TRACK_SERVER, 500));
	track_feed(&t, TRACK_SERVER, &syn_ack, 2, NULL, NULL);
	assert_true(track_sent(&t, TRACK_SERVER, 500));
	assert_false(track_sent(&t, TRACK_SERVER, 499));
}

static void answer_and_refusal_are_told_apart(void **state)
{
	struct seg syn = segment(SEG_SYN, 100, 0);
	struct seg syn_ack = segment(SEG_SYN | SEG_ACK, 500, 101);
	struct seg refusal = segment(SEG_RST | SEG_ACK, 0, 101);
	struct track t;

	(void)state;
	track_init(&t);
	track_feed(&t, TRACK_CLIENT, &syn, 1, NULL, NULL);
	assert_false(track_answered(&t) || track_refused(&t));
	track_feed(&t, TRACK_SERVER, &syn_ack, 2, NULL, NULL);
	assert_true(track_answered(&t) && !track_refused(&t));
	track_init(&t);
	track_feed(&t, TRACK_CLIENT, &syn, 1, NULL, NULL);
	track_feed(&t, TRACK_SERVER, &refusal, 2, NULL, NULL);
	assert_true(track_refused(&t) && !track_answered(&t));
}

static uint32_t xorshift(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

/* A forger who knows the addresses and ports and guesses the rest. */
static void blind_forger_changes_nothing(void **state)
{
	struct seg syn = segment(SEG_SYN, 0x13579bdf, 0);
	struct seg syn_ack = segment(SEG_SYN | SEG_ACK, 0x2468ace0, 0x13579be0);
	struct seg third = segment(SEG_ACK, 0x13579be0, 0x2468ace1);
	struct track t, before;
	uint32_t x = 2463534242;

	(void)state;
	track_init(&t);
	track_feed(&t, TRACK_CLIENT, &syn, 1, NULL, NULL);
	track_feed(&t, TRACK_SERVER, &syn_ack, 2, NULL, NULL);
	track_feed(&t, TRACK_CLIENT, &third, 3, NULL, NULL);
	before = t;
	for (int i = 0; i < 200000; i++) {
		struct seg s = segment((uint16_t)(xorshift(&x) & 0x3f), xorshift(&x), xorshift(&x));

		if (s.seq - 0x2468ace0 < 0x20000)
			continue; /* one in 32768 guesses the window */
		track_feed(&t, TRACK_SERVER, &s, 4, NULL, NULL);
	}
	assert_memory_equal(&t, &before, sizeof(t));
}

/* The design: what a half-open flow costs, conn, track and timer together. */
static void tracker_is_small(void **state)
{
	(void)state;
	assert_true(sizeof(struct track) <= 112);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_was_seen),
		cmocka_unit_test(handshake_as_seen_by_the_client),
		cmocka_unit_test(simultaneous_open),
		cmocka_unit_test(simultaneous_open_with_a_lost_syn),
		cmocka_unit_test(ack_in_syn_rcvd_does_not_establish),
		cmocka_unit_test(data_of_the_server_establishes),
		cmocka_unit_test(refusal),
		cmocka_unit_test(rtt_of_a_single_syn),
		cmocka_unit_test(rtt_after_a_repeated_syn_without_echo),
		cmocka_unit_test(rtt_after_a_repeated_syn_with_the_echo_of_the_last),
		cmocka_unit_test(rtt_after_a_repeated_syn_with_the_echo_of_an_earlier_one),
		cmocka_unit_test(rtt_of_an_answer_within_a_second_is_credited),
		cmocka_unit_test(rtt_of_an_answer_after_a_second_is_not_credited),
		cmocka_unit_test(rtt_of_a_slow_path_is_credited),
		cmocka_unit_test(rtt_of_a_slow_path_needs_a_single_fin),
		cmocka_unit_test(rtt_of_a_slow_refusal_is_credited),
		cmocka_unit_test(rtt_after_a_repeated_syn_without_timestamps),
		cmocka_unit_test(rtt_of_a_refusal_of_a_repeated_syn),
		cmocka_unit_test(rtt_is_that_of_the_first_answer),
		cmocka_unit_test(late_answer_changes_nothing),
		cmocka_unit_test(late_refusal_changes_nothing),
		cmocka_unit_test(fin_4_of_the_client),
		cmocka_unit_test(fin_3_of_the_client),
		cmocka_unit_test(fin_4_of_the_server),
		cmocka_unit_test(simultaneous_close),
		cmocka_unit_test(repeated_fins_are_counted_and_change_no_state),
		cmocka_unit_test(data_changes_no_state),
		cmocka_unit_test(ack_of_data_before_a_fin_is_no_ack_of_the_fin),
		cmocka_unit_test(data_and_fin_in_one),
		cmocka_unit_test(reset_of_the_client),
		cmocka_unit_test(reset_of_the_server),
		cmocka_unit_test(reset_between_what_was_acknowledged_and_sent),
		cmocka_unit_test(reset_in_time_wait),
		cmocka_unit_test(closed_ends_stay_closed),
		cmocka_unit_test(repeated_syn_ack_of_the_client_takes_nothing_back),
		cmocka_unit_test(forged_answers_change_nothing),
		cmocka_unit_test(forged_segments_before_the_syn_change_nothing),
		cmocka_unit_test(forged_segments_change_nothing_when_established),
		cmocka_unit_test(forged_segments_change_nothing_when_closing),
		cmocka_unit_test(answer_counts_after_a_forged_syn),
		cmocka_unit_test(timestamps_of_a_forged_syn_are_not_demanded),
		cmocka_unit_test(refusal_counts_after_a_forged_syn),
		cmocka_unit_test(scaled_window_bounds_what_is_believed),
		cmocka_unit_test(window_is_not_scaled_by_one_side_alone),
		cmocka_unit_test(closed_window_believes_acks_and_resets),
		cmocka_unit_test(sent_sequence_numbers_are_known),
		cmocka_unit_test(answer_and_refusal_are_told_apart),
		cmocka_unit_test(blind_forger_changes_nothing),
		cmocka_unit_test(tracker_is_small),
	};

	return cmocka_run_group_tests_name("track", tests, NULL, NULL);
}
