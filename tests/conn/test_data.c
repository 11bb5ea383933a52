/* SPDX-License-Identifier: BSD-2-Clause */
/* test_data.c - a short write, alone and with a FIN behind it, with every loss. */
#include "sequence.h"

static const struct segs_conn ten = {.stream = true};
static const struct segs_conn none = {.profile = "minimal"};

#define SENT OPENED, "WRITE 10", "> P. 1:11(10) ack 1", "= ESTABLISHED"

SEGS_CONN(data_is_sent_once_and_acknowledged, ten,
          {
		  SENT,
		  "due 210ms",
		  "< . 1:1(0) ack 11",
		  "due never",
		  "SEND",
		  "+1h",
		  "= ESTABLISHED",
	  })

SEGS_CONN(send_without_data_does_nothing, none,
          {
		  OPENED,
		  "SEND",
		  "due never",
	  })

/* What was written before is sent as soon as it may be, in a segment of its own. */
SEGS_CONN(data_waits_for_the_handshake, ten,
          {
		  "WRITE 10",
		  "OPEN",
		  "> S 0:0(0)",
		  "SEND",
		  "< S. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "> P. 1:11(10) ack 1",
		  "CLOSE",
		  "> F. 11:11(0) ack 1",
		  "SEND",
		  "= FIN_WAIT_1",
	  })

/* RFC 9293 3.10.2: CLOSE-WAIT still sends. */
SEGS_CONN(data_is_sent_in_close_wait, ten,
          {
		  IN_CLOSE_WAIT,
		  "WRITE 10",
		  "> P. 1:11(10) ack 2",
		  "CLOSE",
		  "> F. 11:11(0) ack 2",
		  "= LAST_ACK",
		  "< . 2:2(0) ack 11",
		  "= LAST_ACK",
		  "< . 2:2(0) ack 12",
		  "= CLOSED",
	  })

/* RFC 6298 5.4 to 5.6; then a reset for a peer that has the data and one for a peer that has not. */
SEGS_CONN(data_is_repeated_and_given_up, ten,
          {
		  SENT,
		  "+210ms",
		  "> P. 1:11(10) ack 1",
		  "+420ms",
		  "> P. 1:11(10) ack 1",
		  "+840ms",
		  "> R 1:1(0)",
		  "> R 11:11(0)",
		  "= CLOSED",
	  })

/* Data was acknowledged in part: the rest is sent again. */
SEGS_CONN(partly_acknowledged_data_is_repeated, ten,
          {
		  SENT,
		  "< . 1:1(0) ack 6",
		  "= ESTABLISHED",
		  "+210ms",
		  "> P. 6:11(5) ack 1",
		  "< . 1:1(0) ack 11",
		  "due never",
	  })

SEGS_CONN(data_and_fin, ten,
          {
		  SENT,
		  "CLOSE",
		  "> F. 11:11(0) ack 1",
		  "= FIN_WAIT_1",
		  "< . 1:1(0) ack 12",
		  "= FIN_WAIT_2",
		  "< F. 1:1(0) ack 12",
		  "> . 12:12(0) ack 2",
		  "= TIME_WAIT",
	  })

/* The data was lost: both are sent again, and the FIN counts when the gap is filled. */
SEGS_CONN(data_before_a_fin_is_lost, ten,
          {
		  SENT,
		  "CLOSE",
		  "> F. 11:11(0) ack 1",
		  "< . 1:1(0) ack 1",
		  "+210ms",
		  "> P. 1:11(10) ack 1",
		  "> F. 11:11(0) ack 1",
		  "< . 1:1(0) ack 12",
		  "= FIN_WAIT_2",
	  })

/* The FIN was lost: the ACK of the data restarts the timer for it (RFC 6298 5.3). */
SEGS_CONN(fin_behind_data_is_lost, ten,
          {
		  SENT,
		  "CLOSE",
		  "> F. 11:11(0) ack 1",
		  "+90ms",
		  "< . 1:1(0) ack 11",
		  "= FIN_WAIT_1",
		  "due 220ms", /* RFC 6298 2.3: SRTT is 20 ms then */
		  "+220ms",
		  "> F. 11:11(0) ack 1",
		  "< . 1:1(0) ack 12",
		  "= FIN_WAIT_2",
	  })

SEGS_CONN(data_and_fin_are_lost_again_and_again, ten,
          {
		  SENT,
		  "CLOSE",
		  "> F. 11:11(0) ack 1",
		  "+210ms",
		  "> P. 1:11(10) ack 1",
		  "> F. 11:11(0) ack 1",
		  "+420ms",
		  "> P. 1:11(10) ack 1",
		  "> F. 11:11(0) ack 1",
		  "+840ms",
		  "> R 1:1(0)",
		  "> R 12:12(0)",
		  "= CLOSED",
		  "< . 1:1(0) ack 11",
		  "> R 11:11(0)",
	  })

/* The peer's FIN comes while our data is under way. */
SEGS_CONN(data_is_repeated_in_close_wait, ten,
          {
		  SENT,
		  "< F. 1:1(0) ack 1",
		  "> . 11:11(0) ack 2",
		  "= CLOSE_WAIT",
		  "due 210ms",
		  "+210ms",
		  "> P. 1:11(10) ack 2",
		  "< . 2:2(0) ack 11",
		  "due never",
		  "CLOSE",
		  "> F. 11:11(0) ack 2",
		  "= LAST_ACK",
	  })

SEGS_CONN(fins_cross_behind_data, ten,
          {
		  SENT,
		  "CLOSE",
		  "> F. 11:11(0) ack 1",
		  "< F. 1:1(0) ack 1",
		  "> . 12:12(0) ack 2",
		  "= CLOSING",
		  "+210ms",
		  "> P. 1:11(10) ack 2",
		  "> F. 11:11(0) ack 2",
		  "< . 2:2(0) ack 11",
		  "= CLOSING",
		  "< . 2:2(0) ack 12",
		  "= TIME_WAIT",
	  })

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_is_sent_once_and_acknowledged),
		cmocka_unit_test(send_without_data_does_nothing),
		cmocka_unit_test(data_waits_for_the_handshake),
		cmocka_unit_test(data_is_sent_in_close_wait),
		cmocka_unit_test(data_is_repeated_and_given_up),
		cmocka_unit_test(partly_acknowledged_data_is_repeated),
		cmocka_unit_test(data_and_fin),
		cmocka_unit_test(data_before_a_fin_is_lost),
		cmocka_unit_test(fin_behind_data_is_lost),
		cmocka_unit_test(data_and_fin_are_lost_again_and_again),
		cmocka_unit_test(data_is_repeated_in_close_wait),
		cmocka_unit_test(fins_cross_behind_data),
	};

	return cmocka_run_group_tests_name("conn data", tests, NULL, NULL);
}
