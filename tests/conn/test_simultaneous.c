/* SPDX-License-Identifier: BSD-2-Clause */
/* test_simultaneous.c - both ends open at once, or somebody pretends that the peer does. */
#include "sequence.h"

static const struct segs_conn plain = {.profile = "minimal"};
static const struct segs_conn linux_like = {.profile = "linux"};

/* RFC 9293 3.5, figure 7 (MUST-10). */
SEGS_CONN(crossing_syns_open_a_connection, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "+10ms",
		  "< S 0:0(0)",
		  "> S. 0:0(0) ack 1 <mss 1460>",
		  "= SYN_RCVD",
		  "due 990ms",
		  "+10ms",
		  "< S. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
		  "due never",
	  })

/* RFC 9293 3.10.7.4, fifth check: in SYN_RCVD an acceptable ACK is enough. */
SEGS_CONN(ack_completes_syn_rcvd, plain,
          {
		  IN_SYN_RCVD,
		  "< . 1:1(0) ack 1",
		  "= ESTABLISHED",
		  "due never",
	  })

/* As before; its data and its FIN count at once. */
SEGS_CONN(data_and_fin_complete_syn_rcvd, plain,
          {
		  IN_SYN_RCVD,
		  "< FP. 1:11(10) ack 1",
		  "> . 1:1(0) ack 12",
		  "= CLOSE_WAIT",
		  "due never",
	  })

/* As before: it lies in the window, although another segment is missing before it. */
SEGS_CONN(ack_beyond_a_gap_completes_syn_rcvd, plain,
          {
		  IN_SYN_RCVD,
		  "< P. 11:21(10) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
		  "due never",
	  })

/* RFC 9293 3.10.7.4, first check: outside the window nothing counts but an ACK is sent. */
SEGS_CONN(ack_outside_the_window_does_not_complete_syn_rcvd, plain,
          {
		  IN_SYN_RCVD,
		  "< . 70000:70000(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "= SYN_RCVD",
		  "due 990ms",
	  })

/* RFC 6298 5.5: the SYN-ACK is repeated as the SYN would be; at the end the peer is reset. */
SEGS_CONN(syn_ack_is_repeated_and_given_up, plain,
          {
		  IN_SYN_RCVD,
		  "+990ms",
		  "> S. 0:0(0) ack 1",
		  "+2s",
		  "> S. 0:0(0) ack 1",
		  "+4s",
		  "> R 1:1(0)",
		  "= CLOSED",
	  })

/* The peer's SYN again: our SYN-ACK was lost, an ACK says the same (RFC 9293 3.10.7.4). */
SEGS_CONN(repeated_syn_in_syn_rcvd_is_acknowledged, plain,
          {
		  IN_SYN_RCVD,
		  "< S 0:0(0)",
		  "> . 1:1(0) ack 1",
		  "= SYN_RCVD",
	  })

/*
 * RFC 9293 3.10.7.4, second check, but: a reset that does not acknowledge our SYN shows that the SYN
 * which led here was not the peer's. The SYN is sent again.
 */
SEGS_CONN(
	exact_reset_in_syn_rcvd_leads_back_to_syn_sent, plain,
	{
		IN_SYN_RCVD,
		"< R 0:0(0)",
		"< R 70000:70000(0)",
		"= SYN_RCVD",
		"< R 10:10(0)",
		"> . 1:1(0) ack 1",
		"= SYN_RCVD",
		"< R 1:1(0)",
		"= SYN_SENT",
		/* No timer was set back, and the SYN is answered no second time: forging gains nothing. */
		"due 990ms",
		"+500ms",
		"< S 7:7(0)",
		"= SYN_SENT",
		"+490ms",
		"> S 0:0(0)",
	})

/* RFC 9293 3.10.7.4, fifth check. */
SEGS_CONN(syn_ack_with_another_ack_does_not_complete_syn_rcvd, plain,
          {
		  IN_SYN_RCVD,
		  "< S. 0:0(0) ack 2",
		  "> . 1:1(0) ack 1",
		  "= SYN_RCVD",
	  })

/* Anybody can send a SYN. What acknowledges ours is authentic, and its sequence number counts. */
SEGS_CONN(genuine_syn_ack_follows_a_forged_syn, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< S 77777:77777(0)",
		  "> S. 0:0(0) ack 77778",
		  "= SYN_RCVD",
		  "+10ms",
		  "< S. 0:0(0) ack 1",
		  "> . 1:1(0) ack 1",
		  "= ESTABLISHED",
		  "< P. 1:11(10) ack 1",
		  "> . 1:1(0) ack 11",
		  "CLOSE",
		  "> F. 1:1(0) ack 11",
	  })

/* As before: a closed port refuses with a reset at 0 (RFC 9293 3.10.7.1). */
SEGS_CONN(genuine_refusal_follows_a_forged_syn, plain,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< S 77777:77777(0)",
		  "> S. 0:0(0) ack 77778",
		  "< R. @0:0(0) ack 0",
		  "< R. @0:0(0) ack 2",
		  "= SYN_RCVD",
		  "< R. @0:0(0) ack 1",
		  "= CLOSED",
		  "due never",
	  })

/* What a forged SYN offered was never negotiated (RFC 7323 2.2, 3.2). */
SEGS_CONN(options_of_a_forged_syn_do_not_stay, linux_like,
          {
		  "OPEN",
		  "> S 0:0(0) win 64240",
		  "< S 77777:77777(0) <mss 1460,sackOK,TS val 90000000 ecr @0,nop,wscale 14>",
		  "> S. 0:0(0) ack 77778",
		  "< S. 0:0(0) ack 1 <mss 1460>",
		  "> . 1:1(0) ack 1 win 64240 <>",
		  "= ESTABLISHED",
	  })

/* RFC 7323 3.2: a segment with an ACK echoes the peer's timestamp, a SYN-ACK too. */
SEGS_CONN(syn_ack_echoes_the_timestamp, linux_like,
          {
		  "OPEN",
		  "> S 0:0(0) <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>",
		  "+10ms",
		  "< S 0:0(0) <mss 1460,sackOK,TS val 5 ecr @0,nop,wscale 7>",
		  "> S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 10 ecr 5,nop,wscale 7>",
		  "< S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 15 ecr 10,nop,wscale 7>",
		  "> . 1:1(0) ack 1 win 501 <nop,nop,TS val 10 ecr 15>",
		  "= ESTABLISHED",
	  })

/* RFC 7323 3.2, 2.2 and RFC 2018 2: a SYN-ACK has what the SYN before it had, and no more. */
SEGS_CONN(syn_ack_goes_without_timestamps_that_were_not_offered, linux_like,
          {
		  "OPEN",
		  "> S 0:0(0)",
		  "< S 0:0(0) <mss 1460>",
		  "> S. 0:0(0) ack 1 <mss 1460>",
	  })

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crossing_syns_open_a_connection),
		cmocka_unit_test(ack_completes_syn_rcvd),
		cmocka_unit_test(data_and_fin_complete_syn_rcvd),
		cmocka_unit_test(ack_beyond_a_gap_completes_syn_rcvd),
		cmocka_unit_test(ack_outside_the_window_does_not_complete_syn_rcvd),
		cmocka_unit_test(syn_ack_is_repeated_and_given_up),
		cmocka_unit_test(repeated_syn_in_syn_rcvd_is_acknowledged),
		cmocka_unit_test(exact_reset_in_syn_rcvd_leads_back_to_syn_sent),
		cmocka_unit_test(syn_ack_with_another_ack_does_not_complete_syn_rcvd),
		cmocka_unit_test(genuine_syn_ack_follows_a_forged_syn),
		cmocka_unit_test(genuine_refusal_follows_a_forged_syn),
		cmocka_unit_test(options_of_a_forged_syn_do_not_stay),
		cmocka_unit_test(syn_ack_echoes_the_timestamp),
		cmocka_unit_test(syn_ack_goes_without_timestamps_that_were_not_offered),
	};

	return cmocka_run_group_tests_name("conn simultaneous", tests, NULL, NULL);
}
