/* SPDX-License-Identifier: BSD-2-Clause */
/* test_receive.c - data that arrives in any order, and timestamps that are too old. */
#include "sequence.h"

static const struct segs_conn plain = {.profile = "minimal"};
static const struct segs_conn linux_like = {.profile = "linux"};

static const struct profile closed_window = {
	.order = {TCPOPT_KIND_MSS},
	.mss_sent = true,
	.win = 0,
};
static const struct segs_conn without_window = {.own = &closed_window};

/* RFC 9293 3.10.7.4, seventh check. */
SEGS_CONN(data_in_order_is_acknowledged, plain,
          {
		  OPENED,
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 11",
		  "< . 11:1471(1460) ack 1",
		  "> . 1:1(0) ack 1471",
		  "= ESTABLISHED",
		  "due never",
	  })

/* RFC 5681 4.2: out of order, an immediate duplicate ACK; what lay beyond the gap must come again. */
SEGS_CONN(data_out_of_order_gets_a_duplicate_ack, plain,
          {
		  OPENED,
		  "< P. 11:21(10) ack 1",
		  "> . 1:1(0) ack 1",
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 11",
		  "< P. 11:21(10) ack 1",
		  "> . 1:1(0) ack 21",
	  })

/* RFC 9293 3.10.7.4: of a segment that is partly old, the new part counts. */
SEGS_CONN(overlapping_data_counts_once, plain,
          {
		  OPENED,
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 11",
		  "< P. 6:16(10) ack 1",
		  "> . 1:1(0) ack 16",
		  "< FP. 1:21(20) ack 1",
		  "> . 1:1(0) ack 22",
		  "= CLOSE_WAIT",
	  })

/* RFC 9293 3.10.7.4, first check: all of it is old. */
SEGS_CONN(old_data_is_acknowledged_again, plain,
          {
		  OPENED,
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 11",
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 11",
		  "< P. 3:8(5) ack 1",
		  "> . 1:1(0) ack 11",
		  "= ESTABLISHED",
	  })

/* As before: all of it lies beyond the window. */
SEGS_CONN(data_beyond_the_window_is_not_taken, plain,
          {
		  OPENED,
		  "< P. 65536:65546(10) ack 1",
		  "> . 1:1(0) ack 1",
		  "< F. 65536:65536(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
	  })

/* RFC 9293 3.10.7.4, first check, first and third row: an empty window takes nothing. */
SEGS_CONN(closed_window_takes_no_data, without_window,
          {
		  "OPEN",
		  "> S 0:0(0) win 0",
		  "< S. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1 win 0",
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 1",
		  "< . 2:2(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
		  "< R 1:1(0)",
		  "= CLOSED",
	  })

/* RFC 9293 3.10.7.4, fifth check: the ACK bit is off. */
SEGS_CONN(data_without_ack_is_dropped, plain,
          {
		  OPENED,
		  "< P 1:11(10)",
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 11",
	  })

/* RFC 9293 3.6: the peer may send until its own FIN. */
SEGS_CONN(data_after_our_fin_is_acknowledged, plain,
          {
		  IN_FIN_WAIT_1,
		  "< P. 1:11(10) ack 1",
		  "> . 2:2(0) ack 11",
		  "= FIN_WAIT_1",
		  "< P. 11:21(10) ack 2",
		  "> . 2:2(0) ack 21",
		  "= FIN_WAIT_2",
		  "< FP. 21:31(10) ack 2",
		  "> . 2:2(0) ack 32",
		  "= TIME_WAIT",
	  })

/* RFC 9293 3.10.7.4, eighth check: data and FIN in one. */
SEGS_CONN(data_with_fin_is_acknowledged_once, plain,
          {
		  OPENED,
		  "< FP. 1:11(10) ack 1",
		  "> . 1:1(0) ack 12",
		  "= CLOSE_WAIT",
	  })

/* An ACK alone is never answered, or two ends would answer each other for ever. */
SEGS_CONN(acceptable_ack_is_not_answered, plain,
          {
		  OPENED,
		  "< . 1:1(0) ack 1",
		  "< . 1:1(0) ack 0",
		  "< . 100:100(0) ack 1",
		  "= ESTABLISHED",
	  })

/* RFC 7323 5.3 R1: older than TS.Recent, so an ACK and no more. */
SEGS_CONN(paws_drops_old_segments, linux_like,
          {
		  OPENED_TS,
		  "< P. 1:11(10) ack 1 <nop,nop,TS val 100 ecr 10>",
		  "> . 1:1(0) ack 11 <nop,nop,TS val 10 ecr 100>",
		  "< P. 11:21(10) ack 1 <nop,nop,TS val 99 ecr 10>",
		  "> . 1:1(0) ack 11 <nop,nop,TS val 10 ecr 100>",
		  "< F. 11:11(0) ack 1 <nop,nop,TS val 99 ecr 10>",
		  "> . 1:1(0) ack 11",
		  "= ESTABLISHED",
		  "< P. 11:21(10) ack 1 <nop,nop,TS val 100 ecr 10>",
		  "> . 1:1(0) ack 21 <nop,nop,TS val 10 ecr 100>",
	  })

/* RFC 7323 4.3: what arrives beyond a gap does not move TS.Recent. */
SEGS_CONN(timestamp_beyond_a_gap_is_not_echoed, linux_like,
          {
		  OPENED_TS,
		  "< P. 11:21(10) ack 1 <nop,nop,TS val 50 ecr 10>",
		  "> . 1:1(0) ack 1 <nop,nop,TS val 10 ecr 0>",
		  "< P. 1:11(10) ack 1 <nop,nop,TS val 40 ecr 10>",
		  "> . 1:1(0) ack 11 <nop,nop,TS val 10 ecr 40>",
	  })

/* RFC 7323 5.3 R2, R3: what lies outside the window is no news of the peer's clock (CVE-2005-0356). */
SEGS_CONN(timestamp_of_an_old_segment_is_not_remembered, linux_like,
          {
		  OPENED_TS,
		  "< P. -1000:-990(10) ack 1 <nop,nop,TS val 100000000 ecr 10>",
		  "> . 1:1(0) ack 1 <nop,nop,TS val 10 ecr 0>",
		  "< P. 1:11(10) ack 1 <nop,nop,TS val 40 ecr 10>",
		  "> . 1:1(0) ack 11 <nop,nop,TS val 10 ecr 40>",
	  })

/* As before: what acknowledges nothing of ours was made by a stranger. */
SEGS_CONN(timestamp_of_a_forged_segment_is_not_remembered, linux_like,
          {
		  OPENED_TS,
		  "< P. 1:11(10) ack 5000 <nop,nop,TS val 100000000 ecr 10>",
		  "> . 1:1(0) ack 1 <nop,nop,TS val 10 ecr 0>",
		  "< P 1:11(10) <nop,nop,TS val 100000000 ecr @0>",
		  "< P. 1:11(10) ack 1 <nop,nop,TS val 40 ecr 10>",
		  "> . 1:1(0) ack 11 <nop,nop,TS val 10 ecr 40>",
	  })

/* RFC 7323 3.2 lets us drop it; like Linux we are not that strict. */
SEGS_CONN(segment_without_timestamps_is_taken, linux_like,
          {
		  OPENED_TS,
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 11 <nop,nop,TS val 10 ecr 0>",
	  })

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_in_order_is_acknowledged),
		cmocka_unit_test(data_out_of_order_gets_a_duplicate_ack),
		cmocka_unit_test(overlapping_data_counts_once),
		cmocka_unit_test(old_data_is_acknowledged_again),
		cmocka_unit_test(data_beyond_the_window_is_not_taken),
		cmocka_unit_test(closed_window_takes_no_data),
		cmocka_unit_test(data_without_ack_is_dropped),
		cmocka_unit_test(data_after_our_fin_is_acknowledged),
		cmocka_unit_test(data_with_fin_is_acknowledged_once),
		cmocka_unit_test(acceptable_ack_is_not_answered),
		cmocka_unit_test(paws_drops_old_segments),
		cmocka_unit_test(timestamp_beyond_a_gap_is_not_echoed),
		cmocka_unit_test(timestamp_of_an_old_segment_is_not_remembered),
		cmocka_unit_test(timestamp_of_a_forged_segment_is_not_remembered),
		cmocka_unit_test(segment_without_timestamps_is_taken),
	};

	return cmocka_run_group_tests_name("conn receive", tests, NULL, NULL);
}
