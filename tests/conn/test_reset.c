/* SPDX-License-Identifier: BSD-2-Clause */
/* test_reset.c - resets, SYNs and ACKs that do not belong: RFC 5961, and RFC 9293 3.10.7.1. */
#include "sequence.h"

static const struct segs_conn plain = {.profile = "minimal"};
static const struct segs_conn linux_like = {.profile = "linux"};

/* RFC 5961 3.2, 1: a reset at RCV.NXT is believed. */
SEGS_CONN(exact_reset_closes, plain,
          {
		  OPENED,
		  "< R 1:1(0)",
		  "= CLOSED",
		  "due never",
	  })

/* As before; the ACK of a RST is not looked at (RFC 9293 3.10.7.4, second check). */
SEGS_CONN(exact_reset_closes_whatever_it_acknowledges, plain,
          {
		  OPENED,
		  "< R. 1:1(0) ack 777",
		  "= CLOSED",
	  })

/* RFC 9293 SHLD-2: a reset may carry data; it is never answered. */
SEGS_CONN(exact_reset_with_data_closes, plain,
          {
		  OPENED,
		  "< R 1:11(10)",
		  "= CLOSED",
	  })

/* RFC 5961 3.2, 2: in the window, an ACK challenges it. */
SEGS_CONN(reset_in_the_window_is_challenged, plain,
          {
		  OPENED,
		  "< R 2:2(0)",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
		  "+1s",
		  "< R 65535:65535(0)",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
	  })

/* RFC 5961 3.2, 3: outside the window it is dropped without a word. */
SEGS_CONN(reset_outside_the_window_is_silently_dropped, plain,
          {
		  OPENED,
		  "< R 0:0(0)",
		  "< R 65536:65536(0)",
		  "< R -1000000:-1000000(0)",
		  "< R 2000000000:2000000000(0)",
		  "= ESTABLISHED",
	  })

SEGS_CONN(exact_reset_closes_fin_wait_1, plain,
          {
		  IN_FIN_WAIT_1,
		  "< R 1:1(0)",
		  "= CLOSED",
		  "+1h",
	  })

SEGS_CONN(exact_reset_closes_fin_wait_2, plain,
          {
		  IN_FIN_WAIT_2,
		  "< R 1:1(0)",
		  "= CLOSED",
		  "+1h",
	  })

SEGS_CONN(exact_reset_closes_close_wait, plain,
          {
		  IN_CLOSE_WAIT,
		  "< R 1:1(0)",
		  "= CLOSE_WAIT",
		  "< R 2:2(0)",
		  "= CLOSED",
	  })

SEGS_CONN(exact_reset_closes_closing, plain,
          {
		  IN_CLOSING,
		  "< R 2:2(0)",
		  "= CLOSED",
		  "+1h",
	  })

SEGS_CONN(exact_reset_closes_last_ack, plain,
          {
		  IN_LAST_ACK,
		  "< R 2:2(0)",
		  "= CLOSED",
		  "+1h",
	  })

/* RFC 9293 3.10.7.4, second check; unlike RFC 1337, which would ignore it. */
SEGS_CONN(exact_reset_closes_time_wait, plain,
          {
		  IN_TIME_WAIT,
		  "< R 2:2(0)",
		  "= CLOSED",
	  })

/* RFC 7323 5.2: PAWS is not applied to resets. */
SEGS_CONN(reset_with_an_old_timestamp_closes, linux_like,
          {
		  OPENED_TS,
		  "< R 1:1(0) <nop,nop,TS val -100000 ecr @0>",
		  "= CLOSED",
	  })

/* RFC 5961 4.2: a SYN in a synchronized state is challenged wherever it lies. */
SEGS_CONN(syn_is_challenged, plain,
          {
		  OPENED,
		  "< S 1:1(0)",
		  "> . 1:1(0) ack 1",
		  "< S 0:0(0)",
		  "> . 1:1(0) ack 1",
		  "< S 2000000000:2000000000(0)",
		  "> . 1:1(0) ack 1",
		  "< S. 1:1(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
	  })

/* As before: what it carries is not taken. */
SEGS_CONN(syn_with_data_or_fin_is_challenged, plain,
          {
		  OPENED,
		  "< S. 1:11(10) ack 1",
		  "> . 1:1(0) ack 1",
		  "< FS. 1:1(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 11",
	  })

SEGS_CONN(syn_is_challenged_while_closing, plain,
          {
		  IN_FIN_WAIT_1,
		  "< S 1:1(0)",
		  "> . 2:2(0) ack 1",
		  "= FIN_WAIT_1",
		  "< . 1:1(0) ack 2",
		  "< S 1:1(0)",
		  "> . 2:2(0) ack 1",
		  "= FIN_WAIT_2",
		  "< F. 1:1(0) ack 2",
		  "> . 2:2(0) ack 2",
		  "< S 2:2(0)",
		  "> . 2:2(0) ack 2",
		  "= TIME_WAIT",
	  })

/* S8 of the facts: a reset is a reset, with or without SYN (second check before the fourth). */
SEGS_CONN(reset_with_syn_is_a_reset, plain,
          {
		  OPENED,
		  "< SR 1:1(0)",
		  "= CLOSED",
	  })

/* RFC 5961 5.2, RFC 9293 3.10.7.4, fifth check: SEG.ACK > SND.NXT. */
SEGS_CONN(ack_of_unsent_data_is_challenged, plain,
          {
		  OPENED,
		  "< P. 1:11(10) ack 2",
		  "> . 1:1(0) ack 1",
		  "< F. 1:1(0) ack 1000",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
		  "< . 1:1(0) ack 2",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
	  })

/* RFC 5961 5.2: SEG.ACK < SND.UNA - MAX.SND.WND. */
SEGS_CONN(too_old_ack_is_challenged, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< S. 0:0(0) ack 1 win 1000",
		  "> . 1:1(0) ack 1",
		  "< P. 1:11(10) ack -999 win 1000",
		  "> . 1:1(0) ack 11",
		  "< P. 11:21(10) ack -1000 win 1000",
		  "> . 1:1(0) ack 11",
		  "= ESTABLISHED",
	  })

/* As before: MAX.SND.WND is the largest window ever offered, scaled after the SYN (RFC 7323 2.3). */
SEGS_CONN(largest_window_bounds_old_acks, linux_like,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< S. 0:0(0) ack 1 win 1000 <mss 1460,nop,wscale 3>",
		  "> . 1:1(0) ack 1",
		  "< . 1:1(0) ack 1 win 1000",
		  "< . 1:1(0) ack 1 win 10",
		  "< P. 1:11(10) ack -7999 win 10",
		  "> . 1:1(0) ack 11",
		  "< P. 11:21(10) ack -8000 win 10",
		  "> . 1:1(0) ack 11",
	  })

/* RFC 5961 7, Linux's tcp_invalid_ratelimit: empty segments get one ACK in half a second. */
SEGS_CONN(acks_to_empty_unacceptable_segments_are_limited, plain,
          {
		  OPENED,
		  "< . 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "< . 0:0(0) ack 1",
		  "< . 70000:70000(0) ack 1",
		  "< . 1:1(0) ack 5",
		  "< R 5:5(0)",
		  "+490ms",
		  "< . 0:0(0) ack 1",
		  "+20ms",
		  "< . 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "< . 0:0(0) ack 1",
	  })

/* What carries something was lost for want of that ACK, so it gets one each time. */
SEGS_CONN(acks_to_segments_with_data_are_not_limited, plain,
          {
		  OPENED,
		  "< . 0:1(1) ack 1",
		  "> . 1:1(0) ack 1",
		  "< . 0:1(1) ack 1",
		  "> . 1:1(0) ack 1",
		  "< F. -1:-1(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "< P. 70000:70010(10) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
	  })

/* RFC 9293 3.8.4: a keep-alive is an old segment, and is answered. */
SEGS_CONN(keep_alive_is_answered, plain,
          {
		  OPENED,
		  "+1h",
		  "< . 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "+75s",
		  "< . 0:1(1) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
	  })

/* RFC 9293 3.10.7.1: after giving up, a late answer is reset at SEG.ACK. */
SEGS_CONN(late_syn_ack_is_reset, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "ABORT",
		  "> R 1:1(0)",
		  "= CLOSED",
		  "+10ms",
		  "< S. 0:0(0) ack 1",
		  "> R 1:1(0) win 0 <>",
		  "< S. 0:0(0) ack 1",
		  "> R 1:1(0)",
		  "= CLOSED",
		  "due never",
	  })

/* As before: our reset was not exact, and the peer challenged it (RFC 5961 3.2). */
SEGS_CONN(late_challenge_ack_is_reset, plain,
          {
		  IN_FIN_WAIT_1,
		  "ABORT",
		  "> R 1:1(0)",
		  "> R 2:2(0)",
		  "< . 1:1(0) ack 1",
		  "> R 1:1(0)",
		  "< . 1:1(0) ack 2",
		  "> R 2:2(0)",
		  "= CLOSED",
	  })

/* What does not acknowledge us may be anybody's, and shall not make us answer. */
SEGS_CONN(forged_segments_are_unanswered_when_closed, plain,
          {
		  OPENED,
		  "ABORT",
		  "> R 1:1(0)",
		  "< S 0:0(0)",
		  "< S. 0:0(0) ack 0",
		  "< S. 0:0(0) ack 2",
		  "< . 1:1(0) ack -1",
		  "< . 1:1(0) ack 70000",
		  "< F 1:1(0)",
		  "< - 1:1(0)",
		  "= CLOSED",
	  })

/* RFC 9293 3.5.2: a reset never answers a reset. */
SEGS_CONN(reset_is_never_answered, plain,
          {
		  OPENED,
		  "ABORT",
		  "> R 1:1(0)",
		  "< R 1:1(0)",
		  "< R. 1:1(0) ack 1",
		  "< R. @0:0(0) ack 1",
		  "= CLOSED",
	  })

/* Before OPEN nothing can acknowledge us. */
SEGS_CONN(nothing_is_answered_before_open, plain,
          {
		  "< S 0:0(0)",
		  "< S. 0:0(0) ack 1",
		  "< . 1:1(0) ack 1",
		  "< . 1:1(0) ack 0",
		  "< R. @0:0(0) ack 1",
		  "= CLOSED",
	  })

/* After a normal end: the peer's FIN again, as our last ACK was lost and the peer asks too late. */
SEGS_CONN(late_fin_is_reset_when_closed, plain,
          {
		  IN_TIME_WAIT,
		  "ABORT",
		  "= CLOSED",
		  "< F. 1:1(0) ack 2",
		  "> R 2:2(0)",
	  })

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_reset_closes),
		cmocka_unit_test(exact_reset_closes_whatever_it_acknowledges),
		cmocka_unit_test(exact_reset_with_data_closes),
		cmocka_unit_test(reset_in_the_window_is_challenged),
		cmocka_unit_test(reset_outside_the_window_is_silently_dropped),
		cmocka_unit_test(exact_reset_closes_fin_wait_1),
		cmocka_unit_test(exact_reset_closes_fin_wait_2),
		cmocka_unit_test(exact_reset_closes_close_wait),
		cmocka_unit_test(exact_reset_closes_closing),
		cmocka_unit_test(exact_reset_closes_last_ack),
		cmocka_unit_test(exact_reset_closes_time_wait),
		cmocka_unit_test(reset_with_an_old_timestamp_closes),
		cmocka_unit_test(syn_is_challenged),
		cmocka_unit_test(syn_with_data_or_fin_is_challenged),
		cmocka_unit_test(syn_is_challenged_while_closing),
		cmocka_unit_test(reset_with_syn_is_a_reset),
		cmocka_unit_test(ack_of_unsent_data_is_challenged),
		cmocka_unit_test(too_old_ack_is_challenged),
		cmocka_unit_test(largest_window_bounds_old_acks),
		cmocka_unit_test(acks_to_empty_unacceptable_segments_are_limited),
		cmocka_unit_test(acks_to_segments_with_data_are_not_limited),
		cmocka_unit_test(keep_alive_is_answered),
		cmocka_unit_test(late_syn_ack_is_reset),
		cmocka_unit_test(late_challenge_ack_is_reset),
		cmocka_unit_test(forged_segments_are_unanswered_when_closed),
		cmocka_unit_test(reset_is_never_answered),
		cmocka_unit_test(nothing_is_answered_before_open),
		cmocka_unit_test(late_fin_is_reset_when_closed),
	};

	return cmocka_run_group_tests_name("conn reset", tests, NULL, NULL);
}
