/* SPDX-License-Identifier: BSD-2-Clause */
/* test_stream_send.c - what a stream sends: sizes, windows, the FIN. */
#include "sequence.h"

static const struct segs_conn linux_like = {.profile = "linux", .stream = true};
static const struct segs_conn minimal = {.profile = "minimal", .stream = true};

/* A peer with SACK and window scale, without timestamps; the RTO is 210 ms. */
#define OPENED_SACK                                                                                \
	"OPEN", "> S 0:0(0)", "+10ms", "< S. 0:0(0) ack 1 <mss 1460,sackOK,nop,wscale 7>",         \
		"> . 1:1(0) ack 1 win 8192 <>"

/* A peer with no option but its MSS. */
#define OPENED_BARE                                                                                \
	"OPEN", "> S 0:0(0)", "+10ms", "< S. 0:0(0) ack 1 <mss 1000>", "> . 1:1(0) ack 1 win 65535"

/* RFC 9293 3.7.1; PSH where the queue is empty. */
SEGS_CONN(a_long_write_is_cut_into_segments, linux_like,
          {
		  OPENED_SACK,
		  "WRITE 3000",
		  "> . 1:1461(1460) ack 1",
		  "> . 1461:2921(1460) ack 1",
		  "> P. 2921:3001(80) ack 1",
		  "< . 1:1(0) ack 3001",
		  "ACKED 3000",
		  "due never",
	  })

/* RFC 9293 3.7.1 (MUST-15); options are a part of the MSS (RFC 6691). */
SEGS_CONN(without_an_mss_segments_are_small, linux_like,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< S. 0:0(0) ack 1 <TS val 0 ecr 0>",
		  "> . 1:1(0) ack 1",
		  "WRITE 600",
		  "> . 1:525(524) ack 1",
		  "> P. 525:601(76) ack 1",
	  })

/* RFC 6928: ten segments, then two for each that is acknowledged. */
SEGS_CONN(the_first_flight_has_ten_segments, minimal,
          {
		  OPENED_BARE,
		  "WRITE 20000",
		  "> . 1:1001(1000) ack 1",
		  "> . 1001:2001(1000) ack 1",
		  "> . 2001:3001(1000) ack 1",
		  "> . 3001:4001(1000) ack 1",
		  "> . 4001:5001(1000) ack 1",
		  "> . 5001:6001(1000) ack 1",
		  "> . 6001:7001(1000) ack 1",
		  "> . 7001:8001(1000) ack 1",
		  "> . 8001:9001(1000) ack 1",
		  "> . 9001:10001(1000) ack 1",
		  "+10ms",
		  "< . 1:1(0) ack 1001",
		  "> . 10001:11001(1000) ack 1",
		  "> . 11001:12001(1000) ack 1",
	  })

/* RFC 9293 3.8.6.2.1: the window takes no whole segment, but half of its best. */
SEGS_CONN(a_small_window_is_filled, minimal,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+10ms",
		  "< S. 0:0(0) ack 1 win 600 <mss 1000>",
		  "> . 1:1(0) ack 1",
		  "WRITE 2000",
		  "> . 1:601(600) ack 1",
		  "+10ms",
		  "< . 1:1(0) ack 601 win 200",
		  "due 210ms",
		  "< . 1:1(0) ack 601 win 400",
		  "> . 601:1001(400) ack 1",
	  })

/* RFC 9293 3.8.6.1: one byte, ever more rarely; then all that waited. */
SEGS_CONN(a_closed_window_is_probed, minimal,
          {
		  OPENED_BARE,
		  "WRITE 1000",
		  "> P. 1:1001(1000) ack 1",
		  "+10ms",
		  "< . 1:1(0) ack 1001 win 0",
		  "WRITE 500",
		  "due 210ms",
		  "+210ms",
		  "> . 1001:1002(1) ack 1",
		  "< . 1:1(0) ack 1001 win 0",
		  "due 420ms",
		  "+420ms",
		  "> . 1001:1002(1) ack 1",
		  "+840ms",
		  "> . 1001:1002(1) ack 1",
		  "< . 1:1(0) ack 1001 win 1000",
		  "> P. 1001:1501(500) ack 1",
		  "< . 1:1(0) ack 1501",
		  "due never",
	  })

/* An ACK beyond the window would not be acceptable to the peer. */
SEGS_CONN(acks_stay_within_a_closed_window, minimal,
          {
		  OPENED_BARE,
		  "WRITE 1000",
		  "> P. 1:1001(1000) ack 1",
		  "+10ms",
		  "< . 1:1(0) ack 1001 win 0",
		  "WRITE 500",
		  "+210ms",
		  "> . 1001:1002(1) ack 1",
		  "< P. 1:11(10) ack 1001 win 0",
		  "> . 1001:1001(0) ack 11",
	  })

SEGS_CONN(a_window_that_stays_closed_is_given_up, minimal,
          {
		  OPENED_BARE,
		  "WRITE 1000",
		  "> P. 1:1001(1000) ack 1",
		  "+10ms",
		  "< . 1:1(0) ack 1001 win 0",
		  "WRITE 500",
		  "+210ms",
		  "> . 1001:1002(1) ack 1",
		  "+420ms",
		  "> . 1001:1002(1) ack 1",
		  "+840ms",
		  "> . 1001:1002(1) ack 1",
		  "+1680ms",
		  "> . 1001:1002(1) ack 1",
		  "+3360ms",
		  "> . 1001:1002(1) ack 1",
		  "+6720ms",
		  "> . 1001:1002(1) ack 1",
		  "+13440ms",
		  "> . 1001:1002(1) ack 1",
		  "+26880ms",
		  "> . 1001:1002(1) ack 1",
		  "+53760ms",
		  "> . 1001:1002(1) ack 1",
		  "+60s",
		  "> . 1001:1002(1) ack 1",
		  "+60s",
		  "> R 1001:1001(0)",
		  "> R 1002:1002(0)",
		  "= CLOSED",
	  })

/* RFC 9293 3.8.6: a peer should not, but may. */
SEGS_CONN(a_window_may_shrink, minimal,
          {
		  OPENED_BARE,
		  "WRITE 3000",
		  "> . 1:1001(1000) ack 1",
		  "> . 1001:2001(1000) ack 1",
		  "> P. 2001:3001(1000) ack 1",
		  "+10ms",
		  "< . 1:1(0) ack 1001 win 0",
		  "+210ms",
		  "> . 1001:1002(1) ack 1",
		  "< . 1:1(0) ack 1001 win 5000",
		  "> . 1001:2001(1000) ack 1",
		  "> P. 2001:3001(1000) ack 1",
	  })

/* RFC 7661 3: what an application does not use does not grow. */
SEGS_CONN(an_unused_window_does_not_grow, minimal,
          {
		  OPENED_BARE,
		  "WRITE 100",
		  "> P. 1:101(100) ack 1",
		  "< . 1:1(0) ack 101",
		  "WRITE 100",
		  "> P. 101:201(100) ack 1",
		  "< . 1:1(0) ack 201",
		  "WRITE 100",
		  "> P. 201:301(100) ack 1",
		  "< . 1:1(0) ack 301",
		  "WRITE 100",
		  "> P. 301:401(100) ack 1",
		  "< . 1:1(0) ack 401",
		  "WRITE 100",
		  "> P. 401:501(100) ack 1",
		  "< . 1:1(0) ack 501",
		  "WRITE 100",
		  "> P. 501:601(100) ack 1",
		  "< . 1:1(0) ack 601",
		  "WRITE 100",
		  "> P. 601:701(100) ack 1",
		  "< . 1:1(0) ack 701",
		  "WRITE 100",
		  "> P. 701:801(100) ack 1",
		  "< . 1:1(0) ack 801",
		  "WRITE 100",
		  "> P. 801:901(100) ack 1",
		  "< . 1:1(0) ack 901",
		  "WRITE 100",
		  "> P. 901:1001(100) ack 1",
		  "< . 1:1(0) ack 1001",
		  "WRITE 100",
		  "> P. 1001:1101(100) ack 1",
		  "< . 1:1(0) ack 1101",
		  "WRITE 100",
		  "> P. 1101:1201(100) ack 1",
		  "< . 1:1(0) ack 1201",
		  "WRITE 100",
		  "> P. 1201:1301(100) ack 1",
		  "< . 1:1(0) ack 1301",
		  "WRITE 100",
		  "> P. 1301:1401(100) ack 1",
		  "< . 1:1(0) ack 1401",
		  "WRITE 100",
		  "> P. 1401:1501(100) ack 1",
		  "< . 1:1(0) ack 1501",
		  "WRITE 100",
		  "> P. 1501:1601(100) ack 1",
		  "< . 1:1(0) ack 1601",
		  "WRITE 100",
		  "> P. 1601:1701(100) ack 1",
		  "< . 1:1(0) ack 1701",
		  "WRITE 100",
		  "> P. 1701:1801(100) ack 1",
		  "< . 1:1(0) ack 1801",
		  "WRITE 100",
		  "> P. 1801:1901(100) ack 1",
		  "< . 1:1(0) ack 1901",
		  "WRITE 100",
		  "> P. 1901:2001(100) ack 1",
		  "< . 1:1(0) ack 2001",
		  "WRITE 100",
		  "> P. 2001:2101(100) ack 1",
		  "< . 1:1(0) ack 2101",
		  "WRITE 100",
		  "> P. 2101:2201(100) ack 1",
		  "< . 1:1(0) ack 2201",
		  "WRITE 100",
		  "> P. 2201:2301(100) ack 1",
		  "< . 1:1(0) ack 2301",
		  "WRITE 100",
		  "> P. 2301:2401(100) ack 1",
		  "< . 1:1(0) ack 2401",
		  "WRITE 100",
		  "> P. 2401:2501(100) ack 1",
		  "< . 1:1(0) ack 2501",
		  "WRITE 100",
		  "> P. 2501:2601(100) ack 1",
		  "< . 1:1(0) ack 2601",
		  "WRITE 100",
		  "> P. 2601:2701(100) ack 1",
		  "< . 1:1(0) ack 2701",
		  "WRITE 100",
		  "> P. 2701:2801(100) ack 1",
		  "< . 1:1(0) ack 2801",
		  "WRITE 100",
		  "> P. 2801:2901(100) ack 1",
		  "< . 1:1(0) ack 2901",
		  "WRITE 100",
		  "> P. 2901:3001(100) ack 1",
		  "< . 1:1(0) ack 3001",
		  "WRITE 20000",
		  "> . 3001:4001(1000) ack 1",
		  "> . 4001:5001(1000) ack 1",
		  "> . 5001:6001(1000) ack 1",
		  "> . 6001:7001(1000) ack 1",
		  "> . 7001:8001(1000) ack 1",
		  "> . 8001:9001(1000) ack 1",
		  "> . 9001:10001(1000) ack 1",
		  "> . 10001:11001(1000) ack 1",
		  "> . 11001:12001(1000) ack 1",
		  "> . 12001:13001(1000) ack 1",
	  })

/* An ACK with blocks is one of its own: data has no space for them. */
SEGS_CONN(gaps_are_told_before_data_is_sent, linux_like,
          {
		  OPENED_SACK,
		  "WRITE 20000",
		  "> . 1:1461(1460) ack 1",
		  "> . 1461:2921(1460) ack 1",
		  "> . 2921:4381(1460) ack 1",
		  "> . 4381:5841(1460) ack 1",
		  "> . 5841:7301(1460) ack 1",
		  "> . 7301:8761(1460) ack 1",
		  "> . 8761:10221(1460) ack 1",
		  "> . 10221:11681(1460) ack 1",
		  "> . 11681:13141(1460) ack 1",
		  "> . 13141:14601(1460) ack 1",
		  "< P. 11:21(10) ack 1461",
		  "> . 14601:14601(0) ack 1 <nop,nop,sack 11:21>",
		  "> . 14601:16061(1460) ack 1 <>",
		  "> . 16061:17521(1460) ack 1 <>",
	  })

/* RFC 1191 6.4: smaller from now on, and what was too big again, without a loss. */
SEGS_CONN(a_smaller_path_makes_smaller_segments, linux_like,
          {
		  OPENED_SACK,
		  "WRITE 2920",
		  "> . 1:1461(1460) ack 1",
		  "> P. 1461:2921(1460) ack 1",
		  "ROOM 1300",
		  "> . 1:1301(1300) ack 1",
		  "> . 1301:2601(1300) ack 1",
		  "> P. 2601:2921(320) ack 1",
		  "ROOM 1400",
		  "< . 1:1(0) ack 2921",
		  "WRITE 1460",
		  "> . 2921:4221(1300) ack 1",
		  "> P. 4221:4381(160) ack 1",
	  })

/* RFC 5927 7.2. */
SEGS_CONN(an_absurdly_small_path_is_not_believed, linux_like,
          {
		  OPENED_SACK,
		  "WRITE 2920",
		  "> . 1:1461(1460) ack 1",
		  "> P. 1461:2921(1460) ack 1",
		  "ROOM 200",
	  })

/* CVE-2019-11479. */
SEGS_CONN(an_absurdly_small_mss_is_not_followed, minimal,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< S. 0:0(0) ack 1 <mss 1>",
		  "> . 1:1(0) ack 1",
		  "WRITE 50",
		  "> . 1:49(48) ack 1",
		  "> P. 49:51(2) ack 1",
	  })

/* The FIN stands behind all that was written. */
SEGS_CONN(a_close_waits_for_what_was_written, minimal,
          {
		  OPENED_BARE,
		  "PUT 12000",
		  "CLOSE",
		  "> . 1:1001(1000) ack 1",
		  "> . 1001:2001(1000) ack 1",
		  "> . 2001:3001(1000) ack 1",
		  "> . 3001:4001(1000) ack 1",
		  "> . 4001:5001(1000) ack 1",
		  "> . 5001:6001(1000) ack 1",
		  "> . 6001:7001(1000) ack 1",
		  "> . 7001:8001(1000) ack 1",
		  "> . 8001:9001(1000) ack 1",
		  "> . 9001:10001(1000) ack 1",
		  "= FIN_WAIT_1",
		  "< . 1:1(0) ack 10001",
		  "> . 10001:11001(1000) ack 1",
		  "> P. 11001:12001(1000) ack 1",
		  "> F. 12001:12001(0) ack 1",
		  "< . 1:1(0) ack 12002",
		  "= FIN_WAIT_2",
	  })

SEGS_CONN(a_fin_is_sent_into_a_closed_window, minimal,
          {
		  OPENED_BARE,
		  "WRITE 1000",
		  "> P. 1:1001(1000) ack 1",
		  "< . 1:1(0) ack 1001 win 0",
		  "CLOSE",
		  "> F. 1001:1001(0) ack 1",
		  "< . 1:1(0) ack 1002 win 0",
		  "= FIN_WAIT_2",
	  })

/* An ACK of what was never sent changes nothing (RFC 5961 5). */
SEGS_CONN(acks_of_unsent_data_are_challenged, minimal,
          {
		  OPENED_BARE,
		  "WRITE 1000",
		  "> P. 1:1001(1000) ack 1",
		  "< . 1:1(0) ack 1002",
		  "> . 1001:1001(0) ack 1",
		  "ACKED 0",
	  })

/* RFC 9293 3.10.7.4: the window is that of the newest segment. */
SEGS_CONN(an_old_segment_does_not_move_the_window, minimal,
          {
		  OPENED_BARE,
		  "WRITE 2000",
		  "> . 1:1001(1000) ack 1",
		  "> P. 1001:2001(1000) ack 1",
		  "< P. 1:11(10) ack 1001 win 0",
		  "> . 1001:1001(0) ack 11",
		  "< . 1:1(0) ack 1001 win 9000",
		  "> . 1001:1001(0) ack 11",
	  })

/* RFC 5681 4.1. */
SEGS_CONN(an_idle_connection_starts_slowly_again, minimal,
          {
		  OPENED_BARE,
		  "WRITE 10000",
		  "> . 1:1001(1000) ack 1",
		  "> . 1001:2001(1000) ack 1",
		  "> . 2001:3001(1000) ack 1",
		  "> . 3001:4001(1000) ack 1",
		  "> . 4001:5001(1000) ack 1",
		  "> . 5001:6001(1000) ack 1",
		  "> . 6001:7001(1000) ack 1",
		  "> . 7001:8001(1000) ack 1",
		  "> . 8001:9001(1000) ack 1",
		  "> P. 9001:10001(1000) ack 1",
		  "< . 1:1(0) ack 1001",
		  "< . 1:1(0) ack 2001",
		  "< . 1:1(0) ack 3001",
		  "< . 1:1(0) ack 4001",
		  "< . 1:1(0) ack 5001",
		  "< . 1:1(0) ack 6001",
		  "< . 1:1(0) ack 7001",
		  "< . 1:1(0) ack 8001",
		  "< . 1:1(0) ack 9001",
		  "< . 1:1(0) ack 10001",
		  "+10s",
		  "WRITE 20000",
		  "> . 10001:11001(1000) ack 1",
		  "> . 11001:12001(1000) ack 1",
		  "> . 12001:13001(1000) ack 1",
		  "> . 13001:14001(1000) ack 1",
		  "> . 14001:15001(1000) ack 1",
		  "> . 15001:16001(1000) ack 1",
		  "> . 16001:17001(1000) ack 1",
		  "> . 17001:18001(1000) ack 1",
		  "> . 18001:19001(1000) ack 1",
		  "> . 19001:20001(1000) ack 1",
	  })

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_write_is_cut_into_segments),
		cmocka_unit_test(without_an_mss_segments_are_small),
		cmocka_unit_test(the_first_flight_has_ten_segments),
		cmocka_unit_test(a_small_window_is_filled),
		cmocka_unit_test(a_closed_window_is_probed),
		cmocka_unit_test(acks_stay_within_a_closed_window),
		cmocka_unit_test(a_window_that_stays_closed_is_given_up),
		cmocka_unit_test(a_window_may_shrink),
		cmocka_unit_test(an_unused_window_does_not_grow),
		cmocka_unit_test(gaps_are_told_before_data_is_sent),
		cmocka_unit_test(a_smaller_path_makes_smaller_segments),
		cmocka_unit_test(an_absurdly_small_path_is_not_believed),
		cmocka_unit_test(an_absurdly_small_mss_is_not_followed),
		cmocka_unit_test(a_close_waits_for_what_was_written),
		cmocka_unit_test(a_fin_is_sent_into_a_closed_window),
		cmocka_unit_test(acks_of_unsent_data_are_challenged),
		cmocka_unit_test(an_old_segment_does_not_move_the_window),
		cmocka_unit_test(an_idle_connection_starts_slowly_again),
	};

	return cmocka_run_group_tests_name("conn stream send", tests, NULL, NULL);
}
