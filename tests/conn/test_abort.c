/* SPDX-License-Identifier: BSD-2-Clause */
/* test_abort.c - ABORT in every state: resets at what the peer may expect next, and no others. */
#include "sequence.h"

/* RFC 9293 3.10.5 asks for SEQ=SND.NXT; RFC 5961 3.2 lets the peer believe an exact one only. */

static const struct segs_conn plain = {.profile = "minimal"};
static const struct segs_conn ten = {.stream = true};

SEGS_CONN(abort_in_closed, plain,
          {
		  "ABORT",
		  "= CLOSED",
		  "due never",
	  })

/* A half-open connection is not left at the peer, nor one that its late answer would make. */
SEGS_CONN(abort_in_syn_sent, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "ABORT",
		  "> R 1:1(0) win 0 <>",
		  "= CLOSED",
		  "due never",
		  "< S. 0:0(0) ack 1",
		  "> R 1:1(0)",
		  "+1h",
	  })

/* The peer sent a SYN that we answered: it expects ISS+1, never ISS. */
SEGS_CONN(abort_in_syn_rcvd, plain,
          {
		  IN_SYN_RCVD,
		  "ABORT",
		  "> R 1:1(0)",
		  "= CLOSED",
		  "due never",
	  })

SEGS_CONN(abort_in_established, plain,
          {
		  OPENED,
		  "ABORT",
		  "> R 1:1(0) win 0 <>",
		  "= CLOSED",
		  "due never",
	  })

SEGS_CONN(abort_with_data_under_way, ten,
          {
		  OPENED,
		  "WRITE 10",
		  "> P. 1:11(10) ack 1",
		  "ABORT",
		  "> R 1:1(0)",
		  "> R 11:11(0)",
		  "= CLOSED",
	  })

SEGS_CONN(abort_with_data_acknowledged, ten,
          {
		  OPENED,
		  "WRITE 10",
		  "> P. 1:11(10) ack 1",
		  "< . 1:1(0) ack 11",
		  "ABORT",
		  "> R 11:11(0)",
		  "= CLOSED",
	  })

SEGS_CONN(abort_in_fin_wait_1, plain,
          {
		  IN_FIN_WAIT_1,
		  "ABORT",
		  "> R 1:1(0)",
		  "> R 2:2(0)",
		  "= CLOSED",
		  "due never",
	  })

SEGS_CONN(abort_in_fin_wait_2, plain,
          {
		  IN_FIN_WAIT_2,
		  "ABORT",
		  "> R 2:2(0)",
		  "= CLOSED",
		  "due never",
	  })

SEGS_CONN(abort_in_close_wait, plain,
          {
		  IN_CLOSE_WAIT,
		  "ABORT",
		  "> R 1:1(0)",
		  "= CLOSED",
		  "due never",
	  })

SEGS_CONN(abort_in_closing, plain,
          {
		  IN_CLOSING,
		  "ABORT",
		  "> R 1:1(0)",
		  "> R 2:2(0)",
		  "= CLOSED",
		  "due never",
	  })

SEGS_CONN(abort_in_last_ack, plain,
          {
		  IN_LAST_ACK,
		  "ABORT",
		  "> R 1:1(0)",
		  "> R 2:2(0)",
		  "= CLOSED",
		  "due never",
	  })

/* Both FINs are acknowledged: there is nothing to reset. */
SEGS_CONN(abort_in_time_wait, plain,
          {
		  IN_TIME_WAIT,
		  "ABORT",
		  "= CLOSED",
		  "due never",
	  })

SEGS_CONN(abort_twice, plain,
          {
		  OPENED,
		  "ABORT",
		  "> R 1:1(0)",
		  "ABORT",
		  "= CLOSED",
	  })

/* The peer is known to be out of reach, whatever the state. */
SEGS_CONN(forget_in_fin_wait_1, plain,
          {
		  IN_FIN_WAIT_1,
		  "FORGET",
		  "= CLOSED",
		  "due never",
		  "+1h",
	  })

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(abort_in_closed),
		cmocka_unit_test(abort_in_syn_sent),
		cmocka_unit_test(abort_in_syn_rcvd),
		cmocka_unit_test(abort_in_established),
		cmocka_unit_test(abort_with_data_under_way),
		cmocka_unit_test(abort_with_data_acknowledged),
		cmocka_unit_test(abort_in_fin_wait_1),
		cmocka_unit_test(abort_in_fin_wait_2),
		cmocka_unit_test(abort_in_close_wait),
		cmocka_unit_test(abort_in_closing),
		cmocka_unit_test(abort_in_last_ack),
		cmocka_unit_test(abort_in_time_wait),
		cmocka_unit_test(abort_twice),
		cmocka_unit_test(forget_in_fin_wait_1),
	};

	return cmocka_run_group_tests_name("conn abort", tests, NULL, NULL);
}
