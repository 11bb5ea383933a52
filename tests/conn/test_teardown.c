/* SPDX-License-Identifier: BSD-2-Clause */
/* test_teardown.c - how conn closes: who is first, what is lost, and when it gives up. */
#include "sequence.h"

static const struct segs_conn plain = {.profile = "minimal"};
static const struct segs_conn patient = {.timeout = 30 * NS_SEC};

/* RFC 9293 3.6, figure 12: FIN, ACK, FIN, ACK. */
SEGS_CONN(client_closes_with_four_segments, plain,
          {
		  OPENED,
		  "CLOSE",
		  "> F. 1:1(0) ack 1",
		  "= FIN_WAIT_1",
		  "due 1s",
		  "+10ms",
		  "< . 1:1(0) ack 2",
		  "= FIN_WAIT_2",
		  "due 1s",
		  "+10ms",
		  "< F. 1:1(0) ack 2",
		  "> . 2:2(0) ack 2",
		  "= TIME_WAIT",
		  "due never",
		  "+1h",
	  })

/* RFC 9293 3.6: the peer's ACK and FIN in one segment. */
SEGS_CONN(client_closes_with_three_segments, plain,
          {
		  IN_FIN_WAIT_1,
		  "< F. 1:1(0) ack 2",
		  "> . 2:2(0) ack 2",
		  "= TIME_WAIT",
		  "due never",
	  })

/* RFC 9293 3.6, case 2: the peer begins. */
SEGS_CONN(server_closes_first, plain,
          {
		  OPENED,
		  "< F. 1:1(0) ack 1",
		  "> . 1:1(0) ack 2",
		  "= CLOSE_WAIT",
		  "due never",
		  "CLOSE",
		  "> F. 1:1(0) ack 2",
		  "= LAST_ACK",
		  "due 1s",
		  "< . 2:2(0) ack 2",
		  "= CLOSED",
		  "due never",
	  })

/* RFC 9293 3.6, figure 13: the FINs cross. */
SEGS_CONN(simultaneous_close, plain,
          {
		  IN_FIN_WAIT_1,
		  "< F. 1:1(0) ack 1",
		  "> . 2:2(0) ack 2",
		  "= CLOSING",
		  "due 1s",
		  "< . 2:2(0) ack 2",
		  "= TIME_WAIT",
		  "due never",
	  })

/* As before; the FIN was lost on its way to the peer, the repeated one is acknowledged. */
SEGS_CONN(simultaneous_close_with_a_lost_fin, plain,
          {
		  IN_CLOSING,
		  "+1s",
		  "> F. 1:1(0) ack 2",
		  "= CLOSING",
		  "< . 2:2(0) ack 2",
		  "= TIME_WAIT",
	  })

/* RFC 9293 3.10.7.4, eighth check: our ACK was lost; it is sent again for as long as we are asked. */
SEGS_CONN(time_wait_acknowledges_repeated_fins, plain,
          {
		  IN_TIME_WAIT,
		  "+1s",
		  "< F. 1:1(0) ack 2",
		  "> . 2:2(0) ack 2",
		  "< F. 1:1(0) ack 2",
		  "> . 2:2(0) ack 2",
		  "+1h",
		  "< F. 1:1(0) ack 2",
		  "> . 2:2(0) ack 2",
		  "= TIME_WAIT",
		  "due never",
	  })

SEGS_CONN(closing_acknowledges_repeated_fins, plain,
          {
		  IN_CLOSING,
		  "< F. 1:1(0) ack 1",
		  "> . 2:2(0) ack 2",
		  "= CLOSING",
	  })

SEGS_CONN(close_wait_acknowledges_repeated_fins, plain,
          {
		  IN_CLOSE_WAIT,
		  "< F. 1:1(0) ack 1",
		  "> . 1:1(0) ack 2",
		  "= CLOSE_WAIT",
	  })

SEGS_CONN(last_ack_acknowledges_repeated_fins, plain,
          {
		  IN_LAST_ACK,
		  "< F. 1:1(0) ack 1",
		  "> . 2:2(0) ack 2",
		  "= LAST_ACK",
		  "< F. 1:1(0) ack 2", /* the first check fails, so its ACK does not count */
		  "> . 2:2(0) ack 2",
		  "= LAST_ACK",
		  "< . 2:2(0) ack 2",
		  "= CLOSED",
	  })

/* RFC 6298 5.4 to 5.6. At the end the peer has our FIN or not: a reset for either (RFC 5961 3.2). */
SEGS_CONN(fin_is_repeated_and_given_up, plain,
          {
		  IN_FIN_WAIT_1,
		  "+0.999s",
		  "+1ms",
		  "> F. 1:1(0) ack 1",
		  "+2s",
		  "> F. 1:1(0) ack 1",
		  "due 4s",
		  "+4s",
		  "> R 1:1(0)",
		  "> R 2:2(0)",
		  "= CLOSED",
		  "due never",
	  })

SEGS_CONN(fin_in_last_ack_is_repeated_and_given_up, plain,
          {
		  IN_LAST_ACK,
		  "+1s",
		  "> F. 1:1(0) ack 2",
		  "+2s",
		  "> F. 1:1(0) ack 2",
		  "+4s",
		  "> R 1:1(0)",
		  "> R 2:2(0)",
		  "= CLOSED",
	  })

SEGS_CONN(fin_in_closing_is_repeated_and_given_up, plain,
          {
		  IN_CLOSING,
		  "+1s",
		  "> F. 1:1(0) ack 2",
		  "+2s",
		  "> F. 1:1(0) ack 2",
		  "+4s",
		  "> R 1:1(0)",
		  "> R 2:2(0)",
		  "= CLOSED",
	  })

/* A repeated FIN that arrives after all is followed by the usual end. */
SEGS_CONN(second_fin_arrives, plain,
          {
		  IN_FIN_WAIT_1,
		  "+1s",
		  "> F. 1:1(0) ack 1",
		  "< F. 1:1(0) ack 2",
		  "> . 2:2(0) ack 2",
		  "= TIME_WAIT",
	  })

/* The peer never closes its side: nothing half-closed is left behind. */
SEGS_CONN(fin_wait_2_ends_in_a_reset, patient,
          {
		  IN_FIN_WAIT_2,
		  "due 30s",
		  "+29.999s",
		  "= FIN_WAIT_2",
		  "+1ms",
		  "> R 2:2(0)",
		  "= CLOSED",
		  "due never",
	  })

/* RFC 9293 3.10.7.4, fifth check: an ACK of less than the FIN does not acknowledge it. */
SEGS_CONN(old_ack_does_not_acknowledge_the_fin, plain,
          {
		  IN_FIN_WAIT_1,
		  "< . 1:1(0) ack 1",
		  "= FIN_WAIT_1",
		  "due 1s",
	  })

/* RFC 9293 3.10.4: CLOSE again, in every state, does nothing. */
SEGS_CONN(second_close_does_nothing, plain,
          {
		  IN_FIN_WAIT_1,
		  "CLOSE",
		  "< . 1:1(0) ack 2",
		  "CLOSE",
		  "< F. 1:1(0) ack 2",
		  "> . 2:2(0) ack 2",
		  "CLOSE",
		  "= TIME_WAIT",
	  })

SEGS_CONN(close_when_closed_does_nothing, plain,
          {
		  "CLOSE",
		  "= CLOSED",
		  IN_LAST_ACK,
		  "CLOSE",
		  "= LAST_ACK",
		  "< . 2:2(0) ack 2",
		  "CLOSE",
		  "= CLOSED",
	  })

/* RFC 9293 3.10.7.4, eighth check: a FIN beyond a gap is not taken. */
SEGS_CONN(fin_out_of_order_waits_for_the_gap, plain,
          {
		  IN_FIN_WAIT_2,
		  "< F. 11:11(0) ack 2",
		  "> . 2:2(0) ack 1",
		  "= FIN_WAIT_2",
		  "< P. 1:11(10) ack 2",
		  "> . 2:2(0) ack 11",
		  "< F. 11:11(0) ack 2",
		  "> . 2:2(0) ack 12",
		  "= TIME_WAIT",
	  })

/* RFC 9293 3.10.7.4, fifth check: without ACK nothing is processed. */
SEGS_CONN(fin_without_ack_is_dropped, plain,
          {
		  OPENED,
		  "< F 1:1(0)",
		  "< FPU 1:1(0)",
		  "< - 1:1(0)",
		  "= ESTABLISHED",
		  "< F. 1:1(0) ack 1",
		  "> . 1:1(0) ack 2",
		  "= CLOSE_WAIT",
	  })

/* RFC 9293 3.10.7.4, seventh check: after its FIN the peer has nothing more to send. */
SEGS_CONN(data_after_the_fin_is_not_taken, plain,
          {
		  IN_CLOSE_WAIT,
		  "< P. 2:12(10) ack 1",
		  "> . 1:1(0) ack 2",
		  "= CLOSE_WAIT",
		  "< F. 2:2(0) ack 1",
		  "> . 1:1(0) ack 2",
		  "= CLOSE_WAIT",
	  })

/* RFC 6298 2.2 and 2.4: RTO = 3 R, at least one second. */
SEGS_CONN(rto_follows_from_the_sample, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+600ms",
		  "< S. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "CLOSE",
		  "> F. 1:1(0) ack 1",
		  "due 1.8s",
		  "+1.8s",
		  "> F. 1:1(0) ack 1",
		  "due 3.6s",
	  })

SEGS_CONN(rto_is_at_least_a_second, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+333ms",
		  "< S. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "CLOSE",
		  "> F. 1:1(0) ack 1",
		  "due 1s",
	  })

/* RFC 6298 5.7: three seconds after a repeated SYN, as its answer is no sample (Karn). */
SEGS_CONN(rto_is_3_seconds_after_a_repeated_syn, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+1s",
		  "> S 0:0(0)",
		  "+10ms",
		  "< S. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "CLOSE",
		  "> F. 1:1(0) ack 1",
		  "due 3s",
	  })

static const struct segs_conn linux_like = {.profile = "linux"};

/* RFC 7323 4.1: the echo of the last SYN's timestamp makes it a sample. */
SEGS_CONN(timestamp_of_the_repeated_syn_is_a_sample, linux_like,
          {
		  "OPEN",
		  "> S 0:0(0) <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>",
		  "+1s",
		  "> S 0:0(0) <mss 1460,sackOK,TS val 1000 ecr 0,nop,wscale 7>",
		  "+500ms",
		  "< S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 0 ecr 1000>",
		  "> . 1:1(0) ack 1",
		  "CLOSE",
		  "> F. 1:1(0) ack 1",
		  "due 1.5s",
	  })

SEGS_CONN(timestamp_of_the_first_syn_is_no_sample, linux_like,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+1s",
		  "> S 0:0(0)",
		  "+500ms",
		  "< S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 0 ecr 0>",
		  "> . 1:1(0) ack 1",
		  "CLOSE",
		  "> F. 1:1(0) ack 1",
		  "due 3s",
	  })

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(client_closes_with_four_segments),
		cmocka_unit_test(client_closes_with_three_segments),
		cmocka_unit_test(server_closes_first),
		cmocka_unit_test(simultaneous_close),
		cmocka_unit_test(simultaneous_close_with_a_lost_fin),
		cmocka_unit_test(time_wait_acknowledges_repeated_fins),
		cmocka_unit_test(closing_acknowledges_repeated_fins),
		cmocka_unit_test(close_wait_acknowledges_repeated_fins),
		cmocka_unit_test(last_ack_acknowledges_repeated_fins),
		cmocka_unit_test(fin_is_repeated_and_given_up),
		cmocka_unit_test(fin_in_last_ack_is_repeated_and_given_up),
		cmocka_unit_test(fin_in_closing_is_repeated_and_given_up),
		cmocka_unit_test(second_fin_arrives),
		cmocka_unit_test(fin_wait_2_ends_in_a_reset),
		cmocka_unit_test(old_ack_does_not_acknowledge_the_fin),
		cmocka_unit_test(second_close_does_nothing),
		cmocka_unit_test(close_when_closed_does_nothing),
		cmocka_unit_test(fin_out_of_order_waits_for_the_gap),
		cmocka_unit_test(fin_without_ack_is_dropped),
		cmocka_unit_test(data_after_the_fin_is_not_taken),
		cmocka_unit_test(rto_follows_from_the_sample),
		cmocka_unit_test(rto_is_at_least_a_second),
		cmocka_unit_test(rto_is_3_seconds_after_a_repeated_syn),
		cmocka_unit_test(timestamp_of_the_repeated_syn_is_a_sample),
		cmocka_unit_test(timestamp_of_the_first_syn_is_no_sample),
	};

	return cmocka_run_group_tests_name("conn teardown", tests, NULL, NULL);
}
