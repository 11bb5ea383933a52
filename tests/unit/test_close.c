/* SPDX-License-Identifier: BSD-2-Clause */
/* test_close.c - how connections ended: every kind, every finding, every verdict. */
#include "../lib/check.h"
#include "../lib/segs.h"

#include "tcp/close.h"

#define OPENED "> S 0:0(0)", "+10ms", "< S. 0:0(0) ack 1", "> . 1:1(0) ack 1"

#define OPENED_TS                                                                                  \
	"> S 0:0(0) <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>", "+10ms",                       \
		"< S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>",                 \
		"> . 1:1(0) ack 1 <nop,nop,TS val 10 ecr 0>"

#define FIN_4 "> F. 1:1(0) ack 1", "< . 1:1(0) ack 2", "< F. 1:1(0) ack 2", "> . 2:2(0) ack 2"

/* --- kinds --- */

SEGS_TRACK(fin_4_client_first, {
				       OPENED,
				       "+1s",
				       "> F. 1:1(0) ack 1",
				       "+10ms",
				       "< . 1:1(0) ack 2",
				       "< F. 1:1(0) ack 2",
				       "> . 2:2(0) ack 2",
				       "close fin-4 client pass",
				       "found -",
				       "duration 1.01s",
			       })

SEGS_TRACK(fin_3_client_first, {
				       OPENED,
				       "> F. 1:1(0) ack 1",
				       "< F. 1:1(0) ack 2",
				       "> . 2:2(0) ack 2",
				       "close fin-3 client pass",
				       "found -",
			       })

SEGS_TRACK(fin_4_server_first, {
				       OPENED,
				       "< F. 1:1(0) ack 1",
				       "> . 1:1(0) ack 2",
				       "> F. 1:1(0) ack 2",
				       "< . 2:2(0) ack 2",
				       "close fin-4 server pass",
				       "found -",
			       })

SEGS_TRACK(fin_3_server_first, {
				       OPENED,
				       "< F. 1:1(0) ack 1",
				       "> F. 1:1(0) ack 2",
				       "< . 2:2(0) ack 2",
				       "close fin-3 server pass",
				       "found -",
			       })

SEGS_TRACK(simultaneous, {
				 OPENED,
				 "> F. 1:1(0) ack 1",
				 "< F. 1:1(0) ack 1",
				 "> . 2:2(0) ack 2",
				 "< . 2:2(0) ack 2",
				 "close simultaneous both pass",
				 "found -",
			 })

/* RFC 9293 3.6: each side closes for itself; the other's application kept it open. */
SEGS_TRACK(half_closed_by_the_client, {
					      OPENED,
					      "> F. 1:1(0) ack 1",
					      "< . 1:1(0) ack 2",
					      "close half-closed client inconclusive",
					      "found no-fin",
				      })

SEGS_TRACK(half_closed_and_then_reset_by_the_client,
           {
		   OPENED,
		   "> F. 1:1(0) ack 1",
		   "< . 1:1(0) ack 2",
		   "> R 2:2(0)",
		   "close half-closed client inconclusive",
		   "found no-fin",
		   "= CLOSED CLOSED",
	   })

SEGS_TRACK(half_closed_by_the_server, {
					      OPENED,
					      "< F. 1:1(0) ack 1",
					      "> . 1:1(0) ack 2",
					      "close half-closed server inconclusive",
					      "found no-fin",
				      })

SEGS_TRACK(half_open_and_reset_by_the_client, {
						      "> S 0:0(0)",
						      "< S. 0:0(0) ack 1",
						      "> R 1:1(0)",
						      "close half-open client pass",
						      "found -",
						      "= CLOSED CLOSED",
						      "duration none",
					      })

SEGS_TRACK(half_open_and_left, {
				       "> S 0:0(0)",
				       "< S. 0:0(0) ack 1",
				       "close half-open - inconclusive",
				       "found end-unseen",
			       })

SEGS_TRACK(half_open_and_reset_by_the_server, {
						      "> S 0:0(0)",
						      "< S. 0:0(0) ack 1",
						      "< R. 1:1(0) ack 1",
						      "close rst server warn",
						      "found server-rst",
					      })

SEGS_TRACK(reset_by_the_client, {
					OPENED,
					"> R 1:1(0)",
					"close rst client pass",
					"found -",
				})

SEGS_TRACK(reset_by_the_server, {
					OPENED,
					"< R 1:1(0)",
					"close rst server warn",
					"found server-rst",
				})

SEGS_TRACK(refused, {
			    "> S 0:0(0)",
			    "< R. @0:0(0) ack 1",
			    "close rst server pass",
			    "found -",
		    })

SEGS_TRACK(no_answer, {
			      "> S 0:0(0)",
			      "+1s",
			      "> S 0:0(0)",
			      "+2s",
			      "> R 1:1(0)",
			      "close none - inconclusive",
			      "found -",
		      })

SEGS_TRACK(no_end, {
			   OPENED,
			   "close none - inconclusive",
			   "found end-unseen",
		   })

/* A reset after both FINs were acknowledged changes nothing about how it ended. */
SEGS_TRACK(reset_after_the_end, {
					OPENED,
					FIN_4,
					"> R 2:2(0)",
					"close fin-4 client pass",
					"found -",
				})

/* --- findings, one each --- */

/* RFC 9293 3.4. */
SEGS_TRACK(server_acknowledges_what_was_never_sent, {
							    OPENED,
							    "< . 1:1(0) ack 2 : found",
							    FIN_4,
							    "close fin-4 client fail",
							    "found acked-unsent",
						    })

/* RFC 9293 3.4. */
SEGS_TRACK(server_moves_its_fin_back, {
					      OPENED,
					      "< P. 1:11(10) ack 1",
					      "> . 1:1(0) ack 11",
					      "< F. 11:11(0) ack 1",
					      "< F. 5:5(0) ack 1",
					      "> . 1:1(0) ack 12",
					      "> F. 1:1(0) ack 12",
					      "< . 12:12(0) ack 2",
					      "close fin-4 server fail",
					      "found fin-moved",
				      })

SEGS_TRACK(server_moves_its_fin_forth, {
					       OPENED,
					       "< F. 1:1(0) ack 1",
					       "> . 1:1(0) ack 2",
					       "< F. 5:5(0) ack 1",
					       "> F. 1:1(0) ack 2",
					       "< . 2:2(0) ack 2",
					       "close fin-4 server fail",
					       "found fin-moved",
				       })

/* RFC 9293 3.10.4. */
SEGS_TRACK(server_sends_data_beyond_its_fin, {
						     OPENED,
						     "< F. 1:1(0) ack 1",
						     "> . 1:1(0) ack 2",
						     "< P. 2:12(10) ack 1",
						     "> F. 1:1(0) ack 2",
						     "< . 2:2(0) ack 2",
						     "close fin-4 server fail",
						     "found data-after-fin",
					     })

/* RFC 1122 4.2.3.6: a keep-alive may carry one octet of garbage at SND.NXT-1, the FIN's own number. */
SEGS_TRACK(keep_alive_after_the_fin_is_no_data, {
							OPENED,
							"< F. 1:1(0) ack 1",
							"> . 1:1(0) ack 2",
							"< . 1:2(1) ack 1",
							"> . 1:1(0) ack 2",
							"> F. 1:1(0) ack 2",
							"< . 2:2(0) ack 2",
							"close fin-4 server pass",
							"found -",
						})

/* RFC 7323 2.2. */
SEGS_TRACK(server_scales_unasked, {
					  "> S 0:0(0) <mss 1460,sackOK,TS val 0 ecr 0>",
					  "< S. 0:0(0) ack 1 <mss 1460,nop,wscale 7>",
					  "> . 1:1(0) ack 1",
					  FIN_4,
					  "close fin-4 client fail",
					  "found option-unasked",
				  })

/* RFC 7323 3.2. */
SEGS_TRACK(server_stamps_unasked, {
					  "> S 0:0(0) <mss 1460,sackOK,nop,wscale 7>",
					  "< S. 0:0(0) ack 1 <mss 1460,TS val 0 ecr 0>",
					  "> . 1:1(0) ack 1",
					  FIN_4,
					  "close fin-4 client fail",
					  "found option-unasked",
				  })

/* RFC 2018 2. */
SEGS_TRACK(server_permits_sack_unasked, {
						"> S 0:0(0) <mss 1460>",
						"< S. 0:0(0) ack 1 <mss 1460,sackOK>",
						"> . 1:1(0) ack 1",
						FIN_4,
						"close fin-4 client fail",
						"found option-unasked",
					})

/* RFC 7323 3.2. */
SEGS_TRACK(server_omits_timestamps, {
					    OPENED_TS,
					    "> F. 1:1(0) ack 1 <nop,nop,TS val 10 ecr 0>",
					    "< . 1:1(0) ack 2",
					    "< F. 1:1(0) ack 2 <nop,nop,TS val 10 ecr 10>",
					    "> . 2:2(0) ack 2 <nop,nop,TS val 10 ecr 10>",
					    "close fin-4 client fail",
					    "found ts-missing",
				    })

/* RFC 7323 3.2: a reset need not carry them. */
SEGS_TRACK(reset_may_omit_timestamps, {
					      OPENED_TS,
					      "< R. 1:1(0) ack 1",
					      "close rst server warn",
					      "found server-rst",
				      })

/* RFC 9293 3.5.2: a reset never answers a reset. */
SEGS_TRACK(server_answers_a_reset, {
					   OPENED,
					   "> R 1:1(0)",
					   "< R. 1:1(0) ack 1",
					   "close rst client warn",
					   "found reply-to-rst",
				   })

/* RFC 9293 3.10.7.1. */
SEGS_TRACK(refusal_has_a_sequence_number, {
						  "> S 0:0(0)",
						  "< R. 5:5(0) ack 1",
						  "close rst server warn",
						  "found refusal-seq",
					  })

/* RFC 5961 3.2: a strict client would challenge it. */
SEGS_TRACK(reset_is_inexact, {
				     OPENED,
				     "< R 5:5(0) : found",
				     "= ESTABLISHED ESTABLISHED",
				     FIN_4,
				     "close fin-4 client warn",
				     "found rst-inexact",
			     })

/* RFC 9293 3.6. */
SEGS_TRACK(server_answers_our_fin_with_a_reset, {
							OPENED,
							"> F. 1:1(0) ack 1",
							"< R 1:1(0)",
							"close rst client warn",
							"found rst-for-fin",
						})

SEGS_TRACK(server_acknowledges_our_fin_and_resets, {
							   OPENED,
							   "> F. 1:1(0) ack 1",
							   "< . 1:1(0) ack 2",
							   "< R 1:1(0)",
							   "close rst client warn",
							   "found rst-for-fin",
						   })

SEGS_TRACK(fin_of_the_client_is_never_acknowledged, {
							    OPENED,
							    "> F. 1:1(0) ack 1",
							    "+1s",
							    "> F. 1:1(0) ack 1",
							    "+2s",
							    "> R 1:1(0)",
							    "> R 2:2(0)",
							    "close rst client inconclusive",
							    "found fin-unacked",
						    })

/* The capture ended before the last ACK. */
SEGS_TRACK(fin_of_the_server_is_never_acknowledged, {
							    OPENED,
							    "> F. 1:1(0) ack 1",
							    "< F. 1:1(0) ack 2",
							    "close fin-3 client inconclusive",
							    "found fin-unacked",
						    })

SEGS_TRACK(host_resets_the_connection, {
					       OPENED,
					       FIN_4,
					       "host-rst",
					       "close fin-4 client inconclusive",
					       "found host-rst",
				       })

/* --- a broken MUST outweighs missing evidence, and that outweighs a deviation --- */

SEGS_TRACK(fail_outweighs_inconclusive, {
						OPENED,
						"< . 1:1(0) ack 2 : found",
						"close none - fail",
						"found acked-unsent end-unseen",
					})

SEGS_TRACK(inconclusive_outweighs_warn, {
						OPENED,
						"< R 5:5(0) : found",
						"close none - inconclusive",
						"found rst-inexact end-unseen",
					})

/* --- names --- */

static void findings_are_explained(void **state)
{
	(void)state;
	for (unsigned int f = 0; f < FIND_COUNT; f++) {
		const struct track_finding_info *info = track_finding_info((enum track_finding)f);

		assert_true(strlen(info->id) > 0 && strlen(info->text) > 0 &&
		            strlen(info->rule) > 0);
		assert_int_not_equal(info->verdict, CLOSE_PASS);
		for (unsigned int g = 0; g < f; g++)
			assert_string_not_equal(info->id,
			                        track_finding_info((enum track_finding)g)->id);
	}
}

static void kinds_verdicts_and_firsts_have_names(void **state)
{
	(void)state;
	assert_string_equal(close_kind_name(CLOSE_NONE), "none");
	assert_string_equal(close_kind_name(CLOSE_RST), "rst");
	assert_string_equal(close_verdict_name(CLOSE_PASS), "pass");
	assert_string_equal(close_verdict_name(CLOSE_INCONCLUSIVE), "inconclusive");
	assert_null(close_first_name(CLOSE_FIRST_UNKNOWN));
	assert_string_equal(close_first_name(CLOSE_FIRST_BOTH), "both");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fin_4_client_first),
		cmocka_unit_test(fin_3_client_first),
		cmocka_unit_test(fin_4_server_first),
		cmocka_unit_test(fin_3_server_first),
		cmocka_unit_test(simultaneous),
		cmocka_unit_test(half_closed_by_the_client),
		cmocka_unit_test(half_closed_and_then_reset_by_the_client),
		cmocka_unit_test(half_closed_by_the_server),
		cmocka_unit_test(half_open_and_reset_by_the_client),
		cmocka_unit_test(half_open_and_left),
		cmocka_unit_test(half_open_and_reset_by_the_server),
		cmocka_unit_test(reset_by_the_client),
		cmocka_unit_test(reset_by_the_server),
		cmocka_unit_test(refused),
		cmocka_unit_test(no_answer),
		cmocka_unit_test(no_end),
		cmocka_unit_test(reset_after_the_end),
		cmocka_unit_test(server_acknowledges_what_was_never_sent),
		cmocka_unit_test(server_moves_its_fin_back),
		cmocka_unit_test(server_moves_its_fin_forth),
		cmocka_unit_test(server_sends_data_beyond_its_fin),
		cmocka_unit_test(keep_alive_after_the_fin_is_no_data),
		cmocka_unit_test(server_scales_unasked),
		cmocka_unit_test(server_stamps_unasked),
		cmocka_unit_test(server_permits_sack_unasked),
		cmocka_unit_test(server_omits_timestamps),
		cmocka_unit_test(reset_may_omit_timestamps),
		cmocka_unit_test(server_answers_a_reset),
		cmocka_unit_test(refusal_has_a_sequence_number),
		cmocka_unit_test(reset_is_inexact),
		cmocka_unit_test(server_answers_our_fin_with_a_reset),
		cmocka_unit_test(server_acknowledges_our_fin_and_resets),
		cmocka_unit_test(fin_of_the_client_is_never_acknowledged),
		cmocka_unit_test(fin_of_the_server_is_never_acknowledged),
		cmocka_unit_test(host_resets_the_connection),
		cmocka_unit_test(fail_outweighs_inconclusive),
		cmocka_unit_test(inconclusive_outweighs_warn),
		cmocka_unit_test(findings_are_explained),
		cmocka_unit_test(kinds_verdicts_and_firsts_have_names),
	};

	return cmocka_run_group_tests_name("close", tests, NULL, NULL);
}
