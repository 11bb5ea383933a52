/* SPDX-License-Identifier: BSD-2-Clause */
/* test_stream_send.c - what a stream sends: sizes, windows, losses. */
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

/* RFC 6582: the third duplicate ACK; then one segment for each partial ACK. */
SEGS_CONN(a_loss_is_repaired_without_sack, minimal,
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
		  "< . 1:1(0) ack 1001",
		  "< . 1:1(0) ack 1001",
		  "< . 1:1(0) ack 1001",
		  "> . 1001:2001(1000) ack 1",
		  "< . 1:1(0) ack 1001",
		  "< . 1:1(0) ack 4001",
		  "> . 4001:5001(1000) ack 1",
		  "< . 1:1(0) ack 10001",
		  "due never",
	  })

/* RFC 3042: the first two duplicate ACKs let new segments out. */
SEGS_CONN(duplicate_acks_let_new_data_out, minimal,
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
		  "< . 1:1(0) ack 1",
		  "> . 10001:11001(1000) ack 1",
		  "< . 1:1(0) ack 1",
		  "> . 11001:12001(1000) ack 1",
		  "< . 1:1(0) ack 1",
		  "> . 1:1001(1000) ack 1",
	  })

/* RFC 6675: what SACK shows to be there is not sent again. */
SEGS_CONN(losses_are_repaired_by_sack, linux_like,
          {
		  OPENED_SACK,
		  "WRITE 7300",
		  "> . 1:1461(1460) ack 1",
		  "> . 1461:2921(1460) ack 1",
		  "> . 2921:4381(1460) ack 1",
		  "> . 4381:5841(1460) ack 1",
		  "> P. 5841:7301(1460) ack 1",
		  "< . 1:1(0) ack 1 <nop,nop,sack 1461:2921>",
		  "< . 1:1(0) ack 1 <nop,nop,sack 4381:5841 1461:2921>",
		  "< . 1:1(0) ack 1 <nop,nop,sack 4381:7301 1461:2921>",
		  "> . 1:1461(1460) ack 1",
		  "< . 1:1(0) ack 2921 <nop,nop,sack 4381:7301>",
		  "> . 2921:4381(1460) ack 1",
		  "< . 1:1(0) ack 7301",
		  "due never",
	  })

/* RFC 2018 8: after a timeout the blocks do not count. */
SEGS_CONN(the_timer_forgets_sack, linux_like,
          {
		  OPENED_SACK,
		  "WRITE 2920",
		  "> . 1:1461(1460) ack 1",
		  "> P. 1461:2921(1460) ack 1",
		  "< . 1:1(0) ack 1 <nop,nop,sack 1461:2921>",
		  "+210ms",
		  "> . 1:1461(1460) ack 1",
		  "< . 1:1(0) ack 1461",
		  "> P. 1461:2921(1460) ack 1",
	  })

SEGS_CONN(absurd_sack_blocks_are_ignored, linux_like,
          {
		  OPENED_SACK,
		  "WRITE 2920",
		  "> . 1:1461(1460) ack 1",
		  "> P. 1461:2921(1460) ack 1",
		  "< . 1:1(0) ack 1 <nop,nop,sack 2921:5000>",
		  "< . 1:1(0) ack 1 <nop,nop,sack 2000:1500>",
		  "< . 1:1(0) ack 1 <nop,nop,sack -5000:1>",
		  "< . 1:1(0) ack 1 <nop,nop,sack 1:2921>",
		  "< . 1:1(0) ack 2921",
		  "due never",
	  })

/* RFC 5681 3.1: one segment, then more with each ACK. */
SEGS_CONN(the_timer_makes_it_start_slowly, minimal,
          {
		  OPENED_BARE,
		  "WRITE 4000",
		  "> . 1:1001(1000) ack 1",
		  "> . 1001:2001(1000) ack 1",
		  "> . 2001:3001(1000) ack 1",
		  "> P. 3001:4001(1000) ack 1",
		  "+210ms",
		  "> . 1:1001(1000) ack 1",
		  "< . 1:1(0) ack 1001",
		  "> . 1001:2001(1000) ack 1",
		  "> . 2001:3001(1000) ack 1",
		  "< . 1:1(0) ack 4001",
		  "due never",
	  })

/* RFC 6298 5.5; the count of tries ends it. */
SEGS_CONN(silence_ends_it, minimal,
          {
		  OPENED_BARE,
		  "WRITE 2000",
		  "> . 1:1001(1000) ack 1",
		  "> P. 1001:2001(1000) ack 1",
		  "+210ms",
		  "> . 1:1001(1000) ack 1",
		  "+420ms",
		  "> . 1:1001(1000) ack 1",
		  "+840ms",
		  "> R 1:1(0)",
		  "> R 2001:2001(0)",
		  "= CLOSED",
		  "< . 1:1(0) ack 1001",
		  "> R 1001:1001(0)",
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

SEGS_CONN(data_and_fin_are_repeated_in_order, minimal,
          {
		  OPENED_BARE,
		  "PUT 2000",
		  "CLOSE",
		  "> . 1:1001(1000) ack 1",
		  "> P. 1001:2001(1000) ack 1",
		  "> F. 2001:2001(0) ack 1",
		  "+210ms",
		  "> . 1:1001(1000) ack 1",
		  "< . 1:1(0) ack 1001",
		  "> P. 1001:2001(1000) ack 1",
		  "> F. 2001:2001(0) ack 1",
		  "< . 1:1(0) ack 2002",
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
		cmocka_unit_test(a_loss_is_repaired_without_sack),
		cmocka_unit_test(duplicate_acks_let_new_data_out),
		cmocka_unit_test(losses_are_repaired_by_sack),
		cmocka_unit_test(the_timer_forgets_sack),
		cmocka_unit_test(absurd_sack_blocks_are_ignored),
		cmocka_unit_test(the_timer_makes_it_start_slowly),
		cmocka_unit_test(silence_ends_it),
		cmocka_unit_test(a_smaller_path_makes_smaller_segments),
		cmocka_unit_test(an_absurdly_small_path_is_not_believed),
		cmocka_unit_test(an_absurdly_small_mss_is_not_followed),
		cmocka_unit_test(a_close_waits_for_what_was_written),
		cmocka_unit_test(data_and_fin_are_repeated_in_order),
		cmocka_unit_test(a_fin_is_sent_into_a_closed_window),
		cmocka_unit_test(acks_of_unsent_data_are_challenged),
		cmocka_unit_test(an_old_segment_does_not_move_the_window),
		cmocka_unit_test(an_idle_connection_starts_slowly_again),
	};

	return cmocka_run_group_tests_name("conn stream send", tests, NULL, NULL);
}
