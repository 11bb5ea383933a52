/* SPDX-License-Identifier: BSD-2-Clause */
/* test_open.c - how conn opens a connection: SYN, its options, its repetition, and every answer. */
#include "sequence.h"

static const struct segs_conn plain = {.profile = "minimal"};
static const struct segs_conn linux_like = {.profile = "linux"};
static const struct segs_conn windows_like = {.profile = "windows"};
static const struct segs_conn freebsd_like = {.profile = "freebsd"};
static const struct segs_conn with_ecn = {.profile = "linux", .ecn = true};
static const struct segs_conn three_seconds_after_the_last = {.timeout = 3 * NS_SEC};
static const struct segs_conn five_retries = {.syn_retries = 5};
static const struct segs_conn quick = {.rto = 100 * NS_MS};
static const struct segs_conn slow = {.rto = 40 * NS_SEC};

static const struct profile nothing_offered = {
	.order = {TCPOPT_KIND_MSS, TCPOPT_KIND_SACKOK, TCPOPT_KIND_TS, TCPOPT_KIND_NOP,
                  TCPOPT_KIND_WSCALE},
	.win = 1000,
	.wscale = 7,
};
static const struct profile scale_alone = {
	.order = {TCPOPT_KIND_MSS, TCPOPT_KIND_SACKOK, TCPOPT_KIND_TS, TCPOPT_KIND_NOP,
                  TCPOPT_KIND_WSCALE},
	.wscale_sent = true,
	.win = 1000,
	.wscale = 3,
};
static const struct segs_conn without_options = {.own = &nothing_offered};
static const struct segs_conn with_scale_alone = {.own = &scale_alone};

/* RFC 9293 3.5, figure 6. */
SEGS_CONN(three_segments_open_a_connection, plain,
          {
		  "= CLOSED",
		  "due never",
		  "OPEN",
		  "> S 0:0(0) win 65535 <mss 1460>",
		  "= SYN_SENT",
		  "due 1s",
		  "+30ms",
		  "< S. 0:0(0) ack 1 win 65535 <mss 1460>",
		  "> . 1:1(0) ack 1 win 65535 <>",
		  "= ESTABLISHED",
		  "due never",
		  "+1h",
	  })

/* RFC 9293 3.10.7.3, second check: RST with an acceptable ACK. */
SEGS_CONN(rst_ack_refuses, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+30ms",
		  "< R. @0:0(0) ack 1",
		  "= CLOSED",
		  "due never",
		  "+1h",
	  })

/* RFC 9293 3.10.7.3, second check: a RST without ACK may be anybody's. */
SEGS_CONN(rst_without_ack_is_ignored_in_syn_sent, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< R 1:1(0)",
		  "< R @0:0(0)",
		  "= SYN_SENT",
		  "+10ms",
		  "< S. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
	  })

/* RFC 9293 3.10.7.3, first check: RST with an ACK of something else is dropped. */
SEGS_CONN(rst_with_another_ack_is_ignored_in_syn_sent, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< R. @0:0(0) ack 0",
		  "< R. @0:0(0) ack 2",
		  "< R. @0:0(0) ack -5",
		  "= SYN_SENT",
	  })

/* RFC 9293 3.10.7.3, first check, and 3.5.1, figure 9: a half-open connection at the peer is reset. */
SEGS_CONN(ack_of_an_old_connection_is_reset, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+10ms",
		  "< . 300:300(0) ack 100",
		  "> R 100:100(0) win 0 <>",
		  "= SYN_SENT",
		  "due 0.99s",
		  "+990ms",
		  "> S 0:0(0)",
		  "+10ms",
		  "< S. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
	  })

/* One reset for each SYN: forged segments shall not make us a source of many. */
SEGS_CONN(unacceptable_ack_is_answered_once_for_each_syn, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< . 300:300(0) ack 100",
		  "> R 100:100(0)",
		  "< . 300:300(0) ack 200",
		  "< . 300:300(0) ack 100",
		  "+1s",
		  "> S 0:0(0)",
		  "< . 300:300(0) ack 100",
		  "> R 100:100(0)",
		  "< . 300:300(0) ack 100",
	  })

/* ISS itself is not acceptable: SEG.ACK =< ISS (RFC 9293 3.10.7.3). */
SEGS_CONN(ack_of_iss_is_unacceptable, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< . 300:300(0) ack 0",
		  "> R 0:0(0)",
		  "= SYN_SENT",
	  })

/* On purpose unlike RFC 9293 3.10.7.3: a SYN-ACK with another ACK may be forged. See conn.c. */
SEGS_CONN(syn_ack_with_another_ack_is_not_answered, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< S. 7:7(0) ack 0",
		  "< S. 7:7(0) ack 2",
		  "< S. 7:7(0) ack 100",
		  "= SYN_SENT",
		  "+10ms",
		  "< S. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
	  })

/* RFC 9293 3.10.7.3, fifth check: neither SYN nor RST. */
SEGS_CONN(ack_without_syn_does_not_open, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< . 1:1(0) ack 1",
		  "< P. 1:11(10) ack 1",
		  "< F. 1:1(0) ack 1",
		  "< F 1:1(0)",
		  "< - 1:1(0)",
		  "= SYN_SENT",
		  "due 1s",
	  })

/* RFC 6298 5.5 and 5.6: the RTO doubles; then nothing is left at the peer (RFC 9293 3.10.5). */
SEGS_CONN(syn_is_repeated_after_1_and_3_and_given_up_after_7_seconds, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+0.999999s",
		  "+1us",
		  "> S 0:0(0)",
		  "due 2s",
		  "+1.999999s",
		  "+1us",
		  "> S 0:0(0)",
		  "due 4s",
		  "+3.999999s",
		  "= SYN_SENT",
		  "+1us",
		  "> R 1:1(0) win 0 <>",
		  "= CLOSED",
		  "due never",
		  "+1h",
	  })

/* A timer that is not due does nothing. */
SEGS_CONN(early_timer_does_nothing, plain,
          {
		  "TIMER",
		  "= CLOSED",
		  "OPEN",
		  "> S 0:0(0)",
		  "TIMER",
		  "+0.999999999s",
		  "TIMER",
		  "= SYN_SENT",
		  "+1ns",
		  "> S 0:0(0)",
	  })

/* "timeout" is the wait after the last transmission; those before keep their RTO. */
SEGS_CONN(timeout_counts_from_the_last_syn, three_seconds_after_the_last,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "due 1s",
		  "+1s",
		  "> S 0:0(0)",
		  "due 2s",
		  "+2s",
		  "> S 0:0(0)",
		  "due 3s",
		  "+3s",
		  "> R 1:1(0)",
		  "= CLOSED",
	  })

SEGS_CONN(syn_retries_are_counted, five_retries,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+1s",
		  "> S 0:0(0)",
		  "+2s",
		  "> S 0:0(0)",
		  "+4s",
		  "> S 0:0(0)",
		  "+8s",
		  "> S 0:0(0)",
		  "+16s",
		  "> S 0:0(0)",
		  "+32s",
		  "> R 1:1(0)",
		  "= CLOSED",
	  })

/* RFC 6298 2.5 and 5.5: the maximum is 60 s. */
SEGS_CONN(rto_is_at_most_a_minute, slow,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+40s",
		  "> S 0:0(0)",
		  "+60s",
		  "> S 0:0(0)",
		  "+60s",
		  "> R 1:1(0)",
	  })

SEGS_CONN(rto_of_the_first_syn_is_configured, quick,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+100ms",
		  "> S 0:0(0)",
		  "+200ms",
		  "> S 0:0(0)",
		  "+400ms",
		  "> R 1:1(0)",
	  })

/* As captured from Linux 6.x. */
SEGS_CONN(linux_syn, linux_like,
          {
		  "OPEN",
		  "> S 0:0(0) win 64240 <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>",
	  })

SEGS_CONN(windows_syn, windows_like,
          {
		  "OPEN",
		  "> S 0:0(0) win 64240 <mss 1460,nop,wscale 8,nop,nop,sackOK>",
	  })

SEGS_CONN(freebsd_syn, freebsd_like,
          {
		  "OPEN",
		  "> S 0:0(0) win 65535 <mss 1460,nop,wscale 6,sackOK,TS val 0 ecr 0>",
	  })

SEGS_CONN(options_that_are_switched_off_are_absent, without_options,
          {
		  "OPEN",
		  "> S 0:0(0) win 1000 <>",
	  })

SEGS_CONN(option_keeps_its_padding_alone, with_scale_alone,
          {
		  "OPEN",
		  "> S 0:0(0) win 1000 <nop,wscale 3>",
	  })

/* RFC 7323 3.2 and 4.1: the clock; each SYN has a value of its own, so that an echo tells which. */
SEGS_CONN(every_syn_has_its_own_timestamp, linux_like,
          {
		  "OPEN",
		  "> S 0:0(0) <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>",
		  "+1s",
		  "> S 0:0(0) <mss 1460,sackOK,TS val 1000 ecr 0,nop,wscale 7>",
		  "+2s",
		  "> S 0:0(0) <mss 1460,sackOK,TS val 3000 ecr 0,nop,wscale 7>",
	  })

/* RFC 3168 6.1.1: an ECN-setup SYN has ECE and CWR; the ACK has neither. */
SEGS_CONN(ecn_setup_syn, with_ecn,
          {
		  "OPEN",
		  "> SEW 0:0(0)",
		  "+1s",
		  "> SEW 0:0(0)",
		  "< SE. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
	  })

/* RFC 7323 2.2: the window of a SYN is never scaled, those after it are if both sides offered it. */
SEGS_CONN(window_is_scaled_after_the_syn, linux_like,
          {
		  "OPEN",
		  "> S 0:0(0) win 64240",
		  "< S. 0:0(0) ack 1 <mss 1460,nop,wscale 2>",
		  "> . 1:1(0) ack 1 win 501 <>",
	  })

SEGS_CONN(window_is_not_scaled_where_the_peer_does_not_scale, linux_like,
          {
		  "OPEN",
		  "> S 0:0(0) win 64240",
		  "< S. 0:0(0) ack 1 <mss 1460>",
		  "> . 1:1(0) ack 1 win 64240 <>",
	  })

/* RFC 7323 3.2: an option that was not offered is not taken up. */
SEGS_CONN(unasked_options_are_not_used, plain,
          {
		  "OPEN",
		  "> S 0:0(0) win 65535 <mss 1460>",
		  "< S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>",
		  "> . 1:1(0) ack 1 win 65535 <>",
		  "CLOSE",
		  "> F. 1:1(0) ack 1 win 65535 <>",
	  })

/* RFC 7323 3.2: once negotiated, every segment but a reset carries timestamps. */
SEGS_CONN(timestamps_follow_once_negotiated, linux_like,
          {
		  OPENED_TS,
		  "+40ms",
		  "CLOSE",
		  "> F. 1:1(0) ack 1 <nop,nop,TS val 50 ecr 0>",
		  "+10ms",
		  "< . 1:1(0) ack 2 <nop,nop,TS val 55 ecr 50>",
		  "< F. 1:1(0) ack 2 <nop,nop,TS val 57 ecr 50>",
		  "> . 2:2(0) ack 2 <nop,nop,TS val 60 ecr 57>",
		  "= TIME_WAIT",
	  })

/* A second SYN-ACK: our ACK was lost. SEG.SEQ is old, so an ACK answers it (RFC 9293 3.10.7.4). */
SEGS_CONN(repeated_syn_ack_is_acknowledged_again, plain,
          {
		  OPENED,
		  "< S. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "< S. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
	  })

/* The SYN-ACK after the second SYN opens as well as that after the first. */
SEGS_CONN(answer_to_a_repeated_syn_opens, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+1s",
		  "> S 0:0(0)",
		  "+10ms",
		  "< S. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
		  "due never",
	  })

/* Data with the SYN-ACK is not taken; the peer will send it again (RFC 9293 3.10.7.3, MAY queue). */
SEGS_CONN(data_on_the_syn_ack_is_left_for_later, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< S. 0:10(10) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 11",
	  })

/* RFC 9293 3.10.4: CLOSE in SYN-SENT deletes the TCB; the peer may have a half of it. */
SEGS_CONN(close_in_syn_sent_resets, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "CLOSE",
		  "> R 1:1(0)",
		  "= CLOSED",
	  })

/* Where the network says that the peer cannot be reached there is nobody to reset. */
SEGS_CONN(forget_sends_nothing, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "FORGET",
		  "= CLOSED",
		  "due never",
		  "+1h",
	  })

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_segments_open_a_connection),
		cmocka_unit_test(rst_ack_refuses),
		cmocka_unit_test(rst_without_ack_is_ignored_in_syn_sent),
		cmocka_unit_test(rst_with_another_ack_is_ignored_in_syn_sent),
		cmocka_unit_test(ack_of_an_old_connection_is_reset),
		cmocka_unit_test(unacceptable_ack_is_answered_once_for_each_syn),
		cmocka_unit_test(ack_of_iss_is_unacceptable),
		cmocka_unit_test(syn_ack_with_another_ack_is_not_answered),
		cmocka_unit_test(ack_without_syn_does_not_open),
		cmocka_unit_test(syn_is_repeated_after_1_and_3_and_given_up_after_7_seconds),
		cmocka_unit_test(early_timer_does_nothing),
		cmocka_unit_test(timeout_counts_from_the_last_syn),
		cmocka_unit_test(syn_retries_are_counted),
		cmocka_unit_test(rto_is_at_most_a_minute),
		cmocka_unit_test(rto_of_the_first_syn_is_configured),
		cmocka_unit_test(linux_syn),
		cmocka_unit_test(windows_syn),
		cmocka_unit_test(freebsd_syn),
		cmocka_unit_test(options_that_are_switched_off_are_absent),
		cmocka_unit_test(option_keeps_its_padding_alone),
		cmocka_unit_test(every_syn_has_its_own_timestamp),
		cmocka_unit_test(ecn_setup_syn),
		cmocka_unit_test(window_is_scaled_after_the_syn),
		cmocka_unit_test(window_is_not_scaled_where_the_peer_does_not_scale),
		cmocka_unit_test(unasked_options_are_not_used),
		cmocka_unit_test(timestamps_follow_once_negotiated),
		cmocka_unit_test(repeated_syn_ack_is_acknowledged_again),
		cmocka_unit_test(answer_to_a_repeated_syn_opens),
		cmocka_unit_test(data_on_the_syn_ack_is_left_for_later),
		cmocka_unit_test(close_in_syn_sent_resets),
		cmocka_unit_test(forget_sends_nothing),
	};

	return cmocka_run_group_tests_name("conn open", tests, NULL, NULL);
}
