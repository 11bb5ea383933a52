/* SPDX-License-Identifier: BSD-2-Clause */
/* check_rules_sequences.c - what is heard in the course of a connection, and what its SYN-ACK shows. */
#include "probe/check_rules_notation.h"

/* --- the end of a connection --- */

RULES(close_form) = {
	ALL(PASS, SAW_MERGED, "in three segments: the ACK came with the FIN"),
	ALL(PASS, SAW_ACK_ALL | SAW_FIN, "in four segments"),
	SKIP(SAW_ACK_ALL,
             "the application does not close at our FIN: the connection stays half-closed"),
	INFO(SAW_ANY_RST, "the server ends it by a reset"),
	FAIL(ELSE, "our FIN has no ACK"),
};

RULES(close_acked) = {
	PASS(SAW_ACK_ALL),
	FAIL(SAW_ANY_RST, "our FIN is answered by a reset"),
	FAIL(SAW_ACK, "our FIN is not acknowledged: the ACK stands before it"),
	IF(WARN, AFTER_CONSUMED, "acknowledged only when asked again"),
	FAIL(ELSE, "our FIN has no ACK within half a second"),
};

RULES(repeats) = {
	FAIL(SAW_ANY_RST, "given up by a reset, without a second try"),
	ALL(PASS, SAW_REPEATS | SAW_BACKOFF, NULL),
	WARN(SAW_REPEATS, "sent again without growing pauses (RFC 6298 5.5)"),
	INFO(SAW_FIN_AGAIN | SAW_SYN_ACK_AGAIN, "sent again once in ten seconds"),
	FAIL(ELSE, "not sent again within ten seconds"),
};

RULES(last_ack) = {
	PASS(SAW_RST),
	WARN(SAW_RST_BOTH | SAW_RST_ACK, RST_WITH_ACK),
	FAIL(SAW_RST_ODD, "the reset is not at SEG.ACK"),
	FAIL(SAW_ANY_ACK | SAW_FIN_AGAIN, "the connection is still there after the ACK of the FIN"),
	WARN(ELSE, "silence, where a reset is due"),
};

RULES(half_close) = {
	ALL(PASS, SAW_DATA | SAW_FIN, NULL),
	INFO(SAW_ANY_RST, "the application resets a client that closes its side"),
	WARN(SAW_DATA, "its FIN did not follow the data within five seconds"),
	SKIP(ELSE, "the application sends nothing to a client that closes its side"),
};

RULES(abort) = {
	PASS(SAW_RST_BOTH),
	WARN(SAW_RST, "the reset has no ACK"),
	FAIL(SAW_RST_ACK | SAW_RST_ODD,
             "the reset is not at SND.NXT: our end would not believe it"),
	SKIP(SAW_FIN, "the application closes in order"),
	SKIP(ELSE, "the application does not close"),
};

/* Whether the application had read it, nobody outside can tell: so neither is better than the other. */
RULES(unread) = {
	INFO(SAW_ANY_RST, "refused by a reset: the sender learns of it"),
	INFO(SAW_FIN, "closed in order: the application had read it, or data is lost unnoticed"),
	SKIP(ELSE, "the application does not close"),
};

RULES(answered_fin) = {
	FAIL(SAW_ANY_RST, "a repeated FIN is answered by a reset"),
	PASS(SAW_ACK),
	WARN(ELSE, "a repeated FIN has no answer"),
};

RULES(gone) = {
	IF(PASS, AFTER_GONE, NULL),
	IF(FAIL, AFTER_KEPT | AFTER_CONSUMED,
           "the connection survives the exact reset that its ACK asked for"),
	MAYBE(ELSE, UNANSWERED),
};

RULES(refused_after) = {
	PASS(SAW_RST),
	WARN(SAW_RST_BOTH | SAW_RST_ACK, RST_WITH_ACK),
	WARN(SAW_RST_ODD, "the reset is not at SEG.ACK"),
	MAYBE(SAW_SILENCE, FILTERED),
	FAIL(ELSE, "the connection survives a reset at RCV.NXT"),
};

RULES(syn_after) = {
	FAIL(SAW_SYN_ACK_ODD, "the SYN-ACK does not acknowledge the SYN"),
	PASS(SAW_SYN_ACK),
	MAYBE(SAW_SILENCE, FILTERED),
	FAIL(ELSE, "after a reset in SYN_RCVD the server does not listen again (RFC 9293 MUST-11)"),
};

RULES(time_wait_ends) = {
	INFO(SAW_SYN_ACK, "TIME_WAIT ended; RFC 9293 asks for four minutes, nobody keeps that"),
	INFO(SAW_ANY_RST, "TIME_WAIT ended, by a reset"),
	PASS(SAW_ACK),
	INFO(ELSE, "an old SYN has no answer in TIME_WAIT: it cannot be told"),
};

/* --- windows, timestamps, options --- */

#define NO_DATA "the server had nothing to send"

RULES(probed) = {
	FAIL(SAW_BEYOND, "data is sent into a closed window"),
	ALL(PASS, SAW_REPEATS | SAW_BACKOFF, NULL),
	WARN(SAW_REPEATS, "probed without growing pauses (RFC 9293 SHLD-30)"),
	INFO(SAW_DATA, "probed once in ten seconds"),
	INFO(SAW_FIN, "its FIN is sent into a closed window"),
	SKIP(ELSE, "no probe within ten seconds: the server may have had nothing to send"),
};

RULES(delivered) = {
	FAIL(SAW_BEYOND, "data is sent into a closed window"),
	FAIL(SAW_ANY_RST, "the connection is reset while the window is closed"),
	ALL(PASS, SAW_DATA | SAW_FIN, NULL),
	SKIP(SAW_FIN, NO_DATA),
	{.any = SAW_DATA, .verdict = CHECK_PASS, .why = "the application does not close"},
	SKIP(ELSE, NO_DATA),
};

RULES(held) = {
	FAIL(SAW_BEYOND, "data is sent into a closed window"),
	INFO(SAW_FIN, "a FIN is sent into a closed window"),
	INFO(ELSE, "no FIN is sent into a closed window"),
};

RULES(no_ts) = {
	FAIL(SAW_ANY_RST, "a reset: RFC 7323 3.2 forbids to abort"),
	IF(FAIL, AFTER_GONE, "the connection is gone: RFC 7323 3.2 forbids to abort"),
	WARN(SAW_CONSUMED, "accepted, where RFC 7323 3.2 has it dropped"),
	IF(WARN, AFTER_CONSUMED, "accepted, where RFC 7323 3.2 has it dropped"),
	PASS(ELSE),
};

RULES(ts_kept) = {
	FAIL(SAW_NO_TS, "a segment has no timestamps, though they were agreed on"),
	FAIL(SAW_SYN_OPTION, "a segment that is no SYN carries an option of one"),
	PASS(SAW_ANY_ACK),
	MAYBE(ELSE, "no segment to look at"),
};

RULES(unasked) = {
	FAIL(SAW_UNASKED, "the SYN-ACK has an option that the SYN did not offer"),
	PASS(SAW_SYN_ACK),
	MAYBE(ELSE, FILTERED),
};

RULES(segment_size) = {
	FAIL(SAW_LARGE, "a segment holds more than our MSS allows"),
	MAYBE(SAW_JOINED, "segments were joined before they were captured: ethtool -K IF gro off"),
	PASS(SAW_MUCH),
	MAYBE(SAW_ANY_RST, "reset before there was data"),
	SKIP(ELSE, "the server sent too little to tell"),
};

RULES(answered_any) = {
	INFO(SAW_SYN_ACK, "accepted"),
	INFO(SAW_ANY_RST, "refused"),
	INFO(ELSE, "dropped"),
};

/* --- ISN, ECN, Fast Open, MPTCP --- */

RULES(isn) = {
	FAIL(SAW_ISN_NEAR,
             "the ISNs of different connections follow one another: they can be guessed"),
	PASS(SAW_SYN_ACK),
	MAYBE(ELSE, FILTERED),
};

RULES(isn_rate) = {
	INFO(SAW_ISN_CLOCK, "they follow a clock, as RFC 6528 has it"),
	INFO(SAW_SYN_ACK, "they follow no clock: old segments may be taken for new ones"),
	MAYBE(ELSE, FILTERED),
};

RULES(ecn) = {
	ALL(FAIL, SAW_ECE | SAW_CWR,
            "the flags of the SYN are sent back: ECN would be agreed on unasked"),
	FAIL(SAW_ECT, "the SYN-ACK is ECN-capable in its IP header (RFC 3168 6.1.1)"),
	ALL(PASS, SAW_SYN_ACK | SAW_ECE, "ECN is agreed on"),
	PASS(SAW_SYN_ACK),
	MAYBE(ELSE, FILTERED),
};

RULES(ecn_none) = {
	FAIL(SAW_ECE, "ECN is agreed on, though the SYN does not ask for it"),
	PASS(SAW_SYN_ACK),
	MAYBE(ELSE, FILTERED),
};

RULES(fast_open) = {
	FAIL(SAW_SYN_ACK_ODD, "the SYN-ACK does not acknowledge the SYN"),
	INFO(SAW_TFO, "Fast Open: a cookie is given"),
	INFO(SAW_SYN_ACK, "no Fast Open"),
	MAYBE(ELSE, FILTERED),
};

RULES(fast_open_good) = {
	ALL(INFO, SAW_TFO | SAW_ACK_ALL, "Fast Open: the data is accepted with the SYN"),
	INFO(SAW_TFO, "Fast Open: a cookie is given, but the data is not accepted with it"),
	SKIP(SAW_SYN_ACK, "no Fast Open"),
	MAYBE(ELSE, FILTERED),
};

RULES(fast_open_data) = {
	ALL(FAIL, SAW_SYN_ACK | SAW_ACK_ALL, "data with a cookie that was never given is accepted"),
	PASS(SAW_SYN_ACK),
	MAYBE(ELSE, FILTERED),
};

RULES(mptcp) = {
	INFO(SAW_MPTCP, "MPTCP is agreed on"),
	INFO(SAW_SYN_ACK, "no MPTCP"),
	MAYBE(ELSE, FILTERED),
};

RULES(mptcp_join) = {
	ALL(FAIL, SAW_SYN_ACK | SAW_MPTCP, "a connection that does not exist is joined"),
	PASS(SAW_ANY_RST | SAW_SYN_ACK),
	MAYBE(ELSE, FILTERED),
};

RULES(mptcp_closed) = {
	{.all = SAW_MPTCP, .any = SAW_ANY_RST, .verdict = CHECK_INFO, .why = "closed by a reset"},
	INFO(SAW_MPTCP, "MPTCP is agreed on, and the connection stays"),
	SKIP(SAW_SYN_ACK, "no MPTCP"),
	MAYBE(ELSE, FILTERED),
};

RULES(mptcp_none) = {
	FAIL(SAW_MPTCP, "an offer that has to be ignored is accepted"),
	PASS(SAW_SYN_ACK),
	MAYBE(ELSE, FILTERED),
};

RULES(ecn_policy) = {
	INFO(SAW_ECE, "ECN is agreed on"),
	INFO(SAW_SYN_ACK, "no ECN"),
	MAYBE(ELSE, FILTERED),
};

RULES(full_fin) = {
	INFO(SAW_CONSUMED, "the FIN is accepted, as it takes no room"),
	IF(INFO, AFTER_CONSUMED, "the FIN is accepted, as it takes no room"),
	INFO(SAW_ACK, "the FIN is not accepted before there is room"),
	WARN(SAW_ANY_RST, "a reset"),
	WARN(ELSE, "no ACK"),
};

RULES(stamped_reset) = {
	PASS(SAW_RST_TS),
	WARN(SAW_ANY_RST, "the reset has no timestamps"),
	SKIP(ELSE, "the server sends no reset"),
};

RULES(split) = {
	INFO(SAW_ANY_RST, "refused"),
	INFO(SAW_SYN_ACK_AGAIN, "the SYN-ACK again"),
	INFO(SAW_ANY_ACK, "an ACK"),
	INFO(ELSE, "no answer"),
};

RULES(sack) = {
	PASS(SAW_SACK),
	SKIP(SAW_NO_SACK, "the server does not permit SACK"),
	WARN(SAW_ACK, "the duplicate ACK does not say what arrived"),
	MAYBE(ELSE, "no duplicate ACK"),
};

RULES(no_sack) = {
	FAIL(SAW_SACK, "SACK is sent to a client that does not permit it"),
	PASS(SAW_ANY_ACK),
	MAYBE(ELSE, "no duplicate ACK"),
};

RULES(first_rto) = {
	INFO(SAW_FIN_AGAIN, "RFC 6298 2.4 asks for a second at least; Linux and gVisor wait 0.2 s"),
	SKIP(ELSE, "no FIN was sent again"),
};
