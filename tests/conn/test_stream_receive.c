/* SPDX-License-Identifier: BSD-2-Clause */
/* test_stream_receive.c - what arrives at a stream: order, windows, acknowledgments. */
#include "sequence.h"

static const struct segs_conn linux_like = {.profile = "linux", .stream = true};
static const struct segs_conn minimal = {.profile = "minimal", .stream = true};

/* The first sixteen segments are acknowledged one by one. */
#define QUICK                                                                                      \
	"< P. 1:2(1) ack 1", "> . 1:1(0) ack 2", "< P. 2:3(1) ack 1", "> . 1:1(0) ack 3",          \
		"< P. 3:4(1) ack 1", "> . 1:1(0) ack 4", "< P. 4:5(1) ack 1", "> . 1:1(0) ack 5",  \
		"< P. 5:6(1) ack 1", "> . 1:1(0) ack 6", "< P. 6:7(1) ack 1", "> . 1:1(0) ack 7",  \
		"< P. 7:8(1) ack 1", "> . 1:1(0) ack 8", "< P. 8:9(1) ack 1", "> . 1:1(0) ack 9",  \
		"< P. 9:10(1) ack 1", "> . 1:1(0) ack 10", "< P. 10:11(1) ack 1",                  \
		"> . 1:1(0) ack 11", "< P. 11:12(1) ack 1", "> . 1:1(0) ack 12",                   \
		"< P. 12:13(1) ack 1", "> . 1:1(0) ack 13", "< P. 13:14(1) ack 1",                 \
		"> . 1:1(0) ack 14", "< P. 14:15(1) ack 1", "> . 1:1(0) ack 15",                   \
		"< P. 15:16(1) ack 1", "> . 1:1(0) ack 16", "< P. 16:17(1) ack 1",                 \
		"> . 1:1(0) ack 17"

SEGS_CONN(data_is_there_to_be_read, linux_like,
          {
		  OPENED_SACK,
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 11 win 8192",
		  "WAITING 10",
		  "READ 10",
		  "WAITING 0",
		  "ENDED no",
		  "due never",
	  })

/* As a capture shows what the kernel joined: RFC 5681 4.2 counts its segments. */
SEGS_CONN(joined_segments_are_taken, linux_like,
          {
		  OPENED_SACK,
		  QUICK,
		  "< . 17:60017(60000) ack 1",
		  "> . 1:1(0) ack 60017",
		  "READ 60016",
	  })

/* RFC 9293 3.8.6.3, RFC 5681 4.2. */
SEGS_CONN(a_lone_segment_is_acknowledged_after_a_while, linux_like,
          {
		  OPENED_SACK,
		  QUICK,
		  "< P. 17:27(10) ack 1",
		  "due 40ms",
		  "+40ms",
		  "> . 1:1(0) ack 27",
		  "due never",
	  })

/* RFC 9293 3.8.6.3: at least every second. */
SEGS_CONN(the_second_segment_is_acknowledged_at_once, linux_like,
          {
		  OPENED_SACK,
		  QUICK,
		  "< . 17:1477(1460) ack 1",
		  "+30ms",
		  "< . 1477:2937(1460) ack 1",
		  "> . 1:1(0) ack 2937",
		  "due never",
	  })

SEGS_CONN(data_takes_the_acknowledgment_along, linux_like,
          {
		  OPENED_SACK,
		  QUICK,
		  "< P. 17:27(10) ack 1",
		  "READ 26",
		  "WRITE 5",
		  "> P. 1:6(5) ack 27",
		  "< . 27:27(0) ack 6",
		  "due never",
	  })

/* RFC 5681 4.2, RFC 2018 4: at once, and the newest block first. */
SEGS_CONN(gaps_are_told, linux_like,
          {
		  OPENED_SACK,
		  QUICK,
		  "< P. 27:37(10) ack 1",
		  "> . 1:1(0) ack 17 <nop,nop,sack 27:37>",
		  "< P. 47:57(10) ack 1",
		  "> . 1:1(0) ack 17 <nop,nop,sack 47:57 27:37>",
		  "< P. 37:42(5) ack 1",
		  "> . 1:1(0) ack 17 <nop,nop,sack 27:42 47:57>",
		  "< P. 17:27(10) ack 1",
		  "> . 1:1(0) ack 42 <nop,nop,sack 47:57>",
		  "< P. 42:47(5) ack 1",
		  "> . 1:1(0) ack 57 <>",
		  "READ 56",
	  })

SEGS_CONN(gaps_are_not_told_unasked, minimal,
          {
		  OPENED_BARE,
		  "< P. 11:21(10) ack 1",
		  "> . 1:1(0) ack 1 <>",
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 21",
		  "READ 20",
	  })

/* RFC 2018 3: three blocks beside timestamps. */
SEGS_CONN(blocks_are_as_many_as_there_is_space_for, linux_like,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>",
		  "> . 1:1(0) ack 1",
		  "< P. 11:12(1) ack 1 <nop,nop,TS val 1 ecr 0>",
		  "> . 1:1(0) ack 1",
		  "< P. 21:22(1) ack 1 <nop,nop,TS val 1 ecr 0>",
		  "> . 1:1(0) ack 1",
		  "< P. 31:32(1) ack 1 <nop,nop,TS val 1 ecr 0>",
		  "> . 1:1(0) ack 1",
		  "< P. 41:42(1) ack 1 <nop,nop,TS val 1 ecr 0>",
		  "> . 1:1(0) ack 1 <nop,nop,TS val 0 ecr 0,nop,nop,sack 41:42 31:32 21:22>",
	  })

/* RFC 9293 3.10.7.4, eighth check. */
SEGS_CONN(a_fin_waits_for_what_is_before_it, linux_like,
          {
		  OPENED_SACK,
		  "< F. 11:11(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "ENDED no",
		  "= ESTABLISHED",
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 12",
		  "ENDED yes",
		  "= CLOSE_WAIT",
		  "READ 10",
	  })

SEGS_CONN(a_fin_before_data_that_came_is_none, linux_like,
          {
		  OPENED_SACK,
		  "< P. 11:21(10) ack 1",
		  "> . 1:1(0) ack 1",
		  "< F. 15:15(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 21",
		  "= ESTABLISHED",
		  "READ 20",
		  "< P. 21:31(10) ack 1",
		  "> . 1:1(0) ack 31",
	  })

SEGS_CONN(nothing_is_taken_from_behind_the_fin, linux_like,
          {
		  OPENED_SACK,
		  "< F. 11:11(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "< P. 1:21(20) ack 1",
		  "> . 1:1(0) ack 12",
		  "< P. 12:22(10) ack 1",
		  "> . 1:1(0) ack 12",
		  "READ 10",
		  "= CLOSE_WAIT",
	  })

/* What was not captured must come again. */
SEGS_CONN(what_was_not_captured_does_not_count, linux_like,
          {
		  OPENED_SACK,
		  "< P. 1:11(10) ack 1 : captured 4",
		  "> . 1:1(0) ack 5",
		  "< F. 11:21(10) ack 1 : captured 0",
		  "> . 1:1(0) ack 5",
		  "< P. 5:11(6) ack 1",
		  "> . 1:1(0) ack 11",
		  "< F. 11:21(10) ack 1",
		  "> . 1:1(0) ack 22",
		  "READ 20",
		  "ENDED yes",
	  })

/* RFC 9293 3.10.7.4: what lies before and beyond the window is cut off. */
SEGS_CONN(segments_are_trimmed_to_the_window, minimal,
          {
		  OPENED_BARE,
		  "< . -9:11(20) ack 1",
		  "> . 1:1(0) ack 11 win 65525",
		  "READ 10",
		  "< . 11:65547(65536) ack 1",
		  "> . 1:1(0) ack 65536 win 65535",
		  "READ 65525",
	  })

/* RFC 9293 3.8.6.2.2: the edge moves by whole segments. */
SEGS_CONN(the_window_moves_by_whole_segments, minimal,
          {
		  OPENED_BARE,
		  "< P. 1:1001(1000) ack 1",
		  "> . 1:1(0) ack 1001 win 64535",
		  "READ 1000",
		  "< P. 1001:1401(400) ack 1",
		  "> . 1:1(0) ack 1401 win 64135",
		  "< P. 1401:1501(100) ack 1",
		  "> . 1:1(0) ack 1501 win 65535",
	  })

/* RFC 9293 3.8.6: the ring is full, then read: the peer is told. */
SEGS_CONN(a_window_that_opens_is_told, minimal,
          {
		  OPENED_BARE,
		  "< . 1:65536(65535) ack 1",
		  "> . 1:1(0) ack 65536 win 65535",
		  "< . 65536:131071(65535) ack 1",
		  "> . 1:1(0) ack 131071 win 65535",
		  "< . 131071:196606(65535) ack 1",
		  "> . 1:1(0) ack 196606 win 65535",
		  "< . 196606:262141(65535) ack 1",
		  "> . 1:1(0) ack 262141 win 65535",
		  "< . 262141:327676(65535) ack 1",
		  "> . 1:1(0) ack 327676 win 65535",
		  "< . 327676:393211(65535) ack 1",
		  "> . 1:1(0) ack 393211 win 65535",
		  "< . 393211:458746(65535) ack 1",
		  "> . 1:1(0) ack 458746 win 65535",
		  "< . 458746:524281(65535) ack 1",
		  "> . 1:1(0) ack 524281 win 65535",
		  "< . 524281:589816(65535) ack 1",
		  "> . 1:1(0) ack 589816 win 65535",
		  "< . 589816:655351(65535) ack 1",
		  "> . 1:1(0) ack 655351 win 65535",
		  "< . 655351:720886(65535) ack 1",
		  "> . 1:1(0) ack 720886 win 65535",
		  "< . 720886:786421(65535) ack 1",
		  "> . 1:1(0) ack 786421 win 65535",
		  "< . 786421:851956(65535) ack 1",
		  "> . 1:1(0) ack 851956 win 65535",
		  "< . 851956:917491(65535) ack 1",
		  "> . 1:1(0) ack 917491 win 65535",
		  "< . 917491:983026(65535) ack 1",
		  "> . 1:1(0) ack 983026 win 65535",
		  "< . 983026:1048561(65535) ack 1",
		  "> . 1:1(0) ack 1048561 win 0",
		  "< . 1048561:1048661(100) ack 1",
		  "> . 1:1(0) ack 1048561 win 0",
		  "READ 1048560",
		  "> . 1:1(0) ack 1048561 win 65535",
		  "< . 1048561:1048661(100) ack 1",
		  "+40ms",
		  "> . 1:1(0) ack 1048661",
	  })

/* An ACK may overtake the data before it, and stand at the very edge of the window. */
SEGS_CONN(an_ack_at_the_edge_of_the_window_counts, minimal,
          {
		  OPENED_BARE,
		  "WRITE 100",
		  "> P. 1:101(100) ack 1",
		  "< . 65536:65536(0) ack 101",
		  "ACKED 100",
		  "due never",
	  })

/* RFC 9293 3.6: the peer may send until its own FIN. */
SEGS_CONN(data_after_our_fin_is_received, linux_like,
          {
		  OPENED_SACK,
		  "CLOSE",
		  "> F. 1:1(0) ack 1",
		  "< . 1:1(0) ack 2",
		  "= FIN_WAIT_2",
		  "+900ms",
		  "< P. 1:11(10) ack 2",
		  "> . 2:2(0) ack 11",
		  "due 1s",
		  "READ 10",
		  "+900ms",
		  "< FP. 11:21(10) ack 2",
		  "> . 2:2(0) ack 22",
		  "= TIME_WAIT",
		  "READ 10",
		  "ENDED yes",
	  })

/* RFC 7323 4.3: the echo is of the oldest segment that is not acknowledged yet. */
SEGS_CONN(a_delayed_ack_echoes_the_first_timestamp, linux_like,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>",
		  "> . 1:1(0) ack 1",
		  "< P. 1:2(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 2 <nop,nop,TS val 0 ecr 5>",
		  "< P. 2:3(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 3 <nop,nop,TS val 0 ecr 5>",
		  "< P. 3:4(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 4 <nop,nop,TS val 0 ecr 5>",
		  "< P. 4:5(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 5 <nop,nop,TS val 0 ecr 5>",
		  "< P. 5:6(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 6 <nop,nop,TS val 0 ecr 5>",
		  "< P. 6:7(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 7 <nop,nop,TS val 0 ecr 5>",
		  "< P. 7:8(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 8 <nop,nop,TS val 0 ecr 5>",
		  "< P. 8:9(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 9 <nop,nop,TS val 0 ecr 5>",
		  "< P. 9:10(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 10 <nop,nop,TS val 0 ecr 5>",
		  "< P. 10:11(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 11 <nop,nop,TS val 0 ecr 5>",
		  "< P. 11:12(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 12 <nop,nop,TS val 0 ecr 5>",
		  "< P. 12:13(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 13 <nop,nop,TS val 0 ecr 5>",
		  "< P. 13:14(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 14 <nop,nop,TS val 0 ecr 5>",
		  "< P. 14:15(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 15 <nop,nop,TS val 0 ecr 5>",
		  "< P. 15:16(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 16 <nop,nop,TS val 0 ecr 5>",
		  "< P. 16:17(1) ack 1 <nop,nop,TS val 5 ecr 0>",
		  "> . 1:1(0) ack 17 <nop,nop,TS val 0 ecr 5>",
		  "< P. 17:18(1) ack 1 <nop,nop,TS val 6 ecr 0>",
		  "< P. 18:19(1) ack 1 <nop,nop,TS val 7 ecr 0>",
		  "> . 1:1(0) ack 19 <nop,nop,TS val 0 ecr 6>",
	  })

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_is_there_to_be_read),
		cmocka_unit_test(joined_segments_are_taken),
		cmocka_unit_test(a_lone_segment_is_acknowledged_after_a_while),
		cmocka_unit_test(the_second_segment_is_acknowledged_at_once),
		cmocka_unit_test(data_takes_the_acknowledgment_along),
		cmocka_unit_test(gaps_are_told),
		cmocka_unit_test(gaps_are_not_told_unasked),
		cmocka_unit_test(blocks_are_as_many_as_there_is_space_for),
		cmocka_unit_test(a_fin_waits_for_what_is_before_it),
		cmocka_unit_test(a_fin_before_data_that_came_is_none),
		cmocka_unit_test(nothing_is_taken_from_behind_the_fin),
		cmocka_unit_test(what_was_not_captured_does_not_count),
		cmocka_unit_test(segments_are_trimmed_to_the_window),
		cmocka_unit_test(the_window_moves_by_whole_segments),
		cmocka_unit_test(a_window_that_opens_is_told),
		cmocka_unit_test(an_ack_at_the_edge_of_the_window_counts),
		cmocka_unit_test(data_after_our_fin_is_received),
		cmocka_unit_test(a_delayed_ack_echoes_the_first_timestamp),
	};

	return cmocka_run_group_tests_name("conn stream receive", tests, NULL, NULL);
}
