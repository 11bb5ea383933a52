/* SPDX-License-Identifier: BSD-2-Clause */
/* test_stream_loss.c - what a stream sends again: duplicate ACKs, SACK, the timer. */
#include "sequence.h"

static const struct segs_conn linux_like = {.profile = "linux", .stream = true};
static const struct segs_conn minimal = {.profile = "minimal", .stream = true};

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

/* RFC 5681 2: in a row. */
SEGS_CONN(duplicate_acks_count_in_a_row, minimal,
          {
		  OPENED_BARE,
		  "WRITE 4000",
		  "> . 1:1001(1000) ack 1",
		  "> . 1001:2001(1000) ack 1",
		  "> . 2001:3001(1000) ack 1",
		  "> P. 3001:4001(1000) ack 1",
		  "< . 1:1(0) ack 1",
		  "< . 1:1(0) ack 1",
		  "< . 1:1(0) ack 1001",
		  "< . 1:1(0) ack 1001",
		  "< . 1:1(0) ack 1001",
		  "< . 1:1(0) ack 1001",
		  "> . 1001:2001(1000) ack 1",
	  })

/* RFC 6582 4.1: they may be of what the timer repeated. */
SEGS_CONN(duplicate_acks_after_a_timeout_do_not_count, minimal,
          {
		  OPENED_BARE,
		  "WRITE 3000",
		  "> . 1:1001(1000) ack 1",
		  "> . 1001:2001(1000) ack 1",
		  "> P. 2001:3001(1000) ack 1",
		  "+210ms",
		  "> . 1:1001(1000) ack 1",
		  "< . 1:1(0) ack 3001",
		  "WRITE 2000",
		  "> . 3001:4001(1000) ack 1",
		  "> P. 4001:5001(1000) ack 1",
		  "< . 1:1(0) ack 3001",
		  "< . 1:1(0) ack 3001",
		  "< . 1:1(0) ack 3001",
	  })

/* RFC 6298 3 (Karn): the ACK may be of either. */
SEGS_CONN(a_repeated_segment_is_not_timed, minimal,
          {
		  OPENED_BARE,
		  "WRITE 4000",
		  "> . 1:1001(1000) ack 1",
		  "> . 1001:2001(1000) ack 1",
		  "> . 2001:3001(1000) ack 1",
		  "> P. 3001:4001(1000) ack 1",
		  "+100ms",
		  "< . 1:1(0) ack 1",
		  "< . 1:1(0) ack 1",
		  "< . 1:1(0) ack 1",
		  "> . 1:1001(1000) ack 1",
		  "+100ms",
		  "< . 1:1(0) ack 4001",
		  "WRITE 100",
		  "> P. 4001:4101(100) ack 1",
		  "due 210ms",
	  })

/* RFC 7323 4.1: but its echo tells. */
SEGS_CONN(a_repeated_segment_is_timed_by_its_echo, linux_like,
          {
		  OPENED_TS,
		  "WRITE 100",
		  "> P. 1:101(100) ack 1",
		  "+210ms",
		  "> P. 1:101(100) ack 1",
		  "+10ms",
		  "< . 1:1(0) ack 101 <nop,nop,TS val 200 ecr 220>",
		  "WRITE 100",
		  "> P. 101:201(100) ack 1",
		  "due 210ms",
	  })

SEGS_CONN(an_absurd_echo_is_no_sample, linux_like,
          {
		  OPENED_TS,
		  "WRITE 100",
		  "> P. 1:101(100) ack 1",
		  "+210ms",
		  "> P. 1:101(100) ack 1",
		  "+10ms",
		  "< . 1:1(0) ack 101 <nop,nop,TS val 200 ecr -600000>",
		  "WRITE 100",
		  "> P. 101:201(100) ack 1",
		  "due 420ms",
	  })

/* RFC 6675 4: three ranges say that what is before them is lost. */
SEGS_CONN(three_ranges_show_a_loss, linux_like,
          {
		  OPENED_SACK,
		  "WRITE 100",
		  "> P. 1:101(100) ack 1",
		  "WRITE 100",
		  "> P. 101:201(100) ack 1",
		  "WRITE 100",
		  "> P. 201:301(100) ack 1",
		  "WRITE 100",
		  "> P. 301:401(100) ack 1",
		  "WRITE 100",
		  "> P. 401:501(100) ack 1",
		  "WRITE 100",
		  "> P. 501:601(100) ack 1",
		  "WRITE 100",
		  "> P. 601:701(100) ack 1",
		  "< . 1:1(0) ack 1 <nop,nop,sack 101:201 301:401>",
		  "< . 1:1(0) ack 1 <nop,nop,sack 501:601 101:201 301:401>",
		  "> . 1:101(100) ack 1",
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_loss_is_repaired_without_sack),
		cmocka_unit_test(duplicate_acks_count_in_a_row),
		cmocka_unit_test(duplicate_acks_after_a_timeout_do_not_count),
		cmocka_unit_test(a_repeated_segment_is_not_timed),
		cmocka_unit_test(a_repeated_segment_is_timed_by_its_echo),
		cmocka_unit_test(an_absurd_echo_is_no_sample),
		cmocka_unit_test(three_ranges_show_a_loss),
		cmocka_unit_test(duplicate_acks_let_new_data_out),
		cmocka_unit_test(losses_are_repaired_by_sack),
		cmocka_unit_test(the_timer_forgets_sack),
		cmocka_unit_test(absurd_sack_blocks_are_ignored),
		cmocka_unit_test(the_timer_makes_it_start_slowly),
		cmocka_unit_test(silence_ends_it),
		cmocka_unit_test(data_and_fin_are_repeated_in_order),
	};

	return cmocka_run_group_tests_name("conn stream loss", tests, NULL, NULL);
}
