/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_rules.c - what replies mean, for checks that share their rules.
 *
 * Proof of a broken rule stands first, so that nothing that is right hides it. A rule that looks at what
 * became of the connection never fits where that is unknown, but for those that say so.
 */
#include "probe/check_rules.h"

#define RULES(name) const struct check_rule check_rules_##name[]

/* clang-format off */
#define FAIL(bits, text)  {.any = (bits), .verdict = CHECK_FAIL, .why = (text)}
#define WARN(bits, text)  {.any = (bits), .verdict = CHECK_WARN, .why = (text)}
#define INFO(bits, text)  {.any = (bits), .verdict = CHECK_INFO, .why = (text)}
#define PASS(bits)        {.any = (bits), .verdict = CHECK_PASS}
#define MAYBE(bits, text) {.any = (bits), .verdict = CHECK_INCONCLUSIVE, .why = (text)}
#define SKIP(bits, text)  {.any = (bits), .verdict = CHECK_SKIPPED, .why = (text)}
#define IF(how, fate, text) {.after = (fate), .verdict = CHECK_##how, .why = (text)}
#define ALL(how, bits, text) {.all = (bits), .verdict = CHECK_##how, .why = (text)}
/* clang-format on */

#define ELSE         0

#define RST_ANSWERED "a reset is answered by a reset, which RFC 9293 3.10.7.1 forbids"
#define FILTERED     "silence: a filter may have dropped it"
#define UNANSWERED   "no answer before or after: a filter may stand between"
#define CONSUMED     "what had to be dropped was acknowledged"
#define OLD_RESET    "the connection is reset, as RFC 793 had it (RFC 5961 asks for a challenge ACK)"
#define NO_CHALLENGE "no challenge ACK"
#define RST_WITH_ACK "the reset carries an ACK, which RFC 9293 3.10.7 does not foresee"

/* --- RST --- */

RULES(rst_exact) = {
	FAIL(SAW_ANY_RST, RST_ANSWERED),
	IF(FAIL, AFTER_KEPT | AFTER_CONSUMED, "the connection survives a reset at RCV.NXT"),
	WARN(SAW_ANY_ACK, "the reset is answered"),
	IF(INCONCLUSIVE, AFTER_UNKNOWN, UNANSWERED),
	PASS(ELSE),
};

RULES(rst_data) = {
	FAIL(SAW_ANY_RST, RST_ANSWERED),
	FAIL(SAW_CONSUMED, "the data of a reset is acknowledged"),
	IF(FAIL, AFTER_KEPT | AFTER_CONSUMED, "the connection survives a reset at RCV.NXT"),
	WARN(SAW_ANY_ACK, "the reset is answered"),
	IF(INCONCLUSIVE, AFTER_UNKNOWN, UNANSWERED),
	PASS(ELSE),
};

RULES(rst_challenge) = {
	WARN(SAW_ANY_RST, RST_ANSWERED), IF(WARN, AFTER_GONE, OLD_RESET),    PASS(SAW_ACK),
	WARN(SAW_SILENCE, NO_CHALLENGE), WARN(ELSE, "an unexpected answer"),
};

RULES(rst_outside) = {
	FAIL(SAW_ANY_RST, RST_ANSWERED),
	IF(FAIL, AFTER_GONE, "a reset outside of the window ended the connection"),
	PASS(SAW_SILENCE),
	INFO(ELSE, "answered by an ACK, where RFC 9293 3.10.7.4 asks for silence"),
};

RULES(rst_before_fin) = {
	FAIL(SAW_ANY_RST, RST_ANSWERED),
	IF(INFO, AFTER_GONE, "accepted at the number of our FIN, as Linux does"),
	PASS(SAW_SILENCE),
	INFO(ELSE, "answered by an ACK, where RFC 9293 3.10.7.4 asks for silence"),
};

RULES(rst_any_ack) = {
	FAIL(SAW_ANY_RST, RST_ANSWERED),
	IF(INFO, AFTER_KEPT | AFTER_CONSUMED,
           "ignored, as its ACK is wrong; RFC 9293 looks at SEQ only"),
	INFO(SAW_ANY_ACK, "answered by an ACK"),
	IF(INCONCLUSIVE, AFTER_UNKNOWN, UNANSWERED),
	PASS(ELSE),
};

RULES(rst_unanswered) = {
	FAIL(SAW_ANY_RST, RST_ANSWERED),
	FAIL(SAW_SYN_ACK | SAW_SYN_ACK_ODD, "a SYN with RST opens a connection"),
	FAIL(SAW_ANY_ACK, "a reset without a connection is answered"),
	PASS(ELSE),
};

RULES(rst_in_time_wait) = {
	FAIL(SAW_ANY_RST, RST_ANSWERED),
	IF(PASS, AFTER_GONE, "TIME_WAIT ended (RFC 9293)"),
	IF(PASS, AFTER_KEPT, "TIME_WAIT goes on (RFC 1337)"),
	PASS(SAW_SILENCE),
	INFO(ELSE, "answered by an ACK"),
};

/* --- SYN --- */

RULES(syn_challenge) = {
	FAIL(SAW_SYN_ACK, "a SYN inside of a connection opened another one"),
	WARN(SAW_ANY_RST, OLD_RESET),
	IF(WARN, AFTER_GONE, OLD_RESET),
	PASS(SAW_ACK),
	WARN(SAW_SILENCE, NO_CHALLENGE),
	WARN(ELSE, "an unexpected answer"),
};

RULES(syn_consumed) = {
	FAIL(SAW_CONSUMED, CONSUMED),
	FAIL(SAW_SYN_ACK, "a SYN inside of a connection opened another one"),
	IF(FAIL, AFTER_CONSUMED, CONSUMED),
	WARN(SAW_ANY_RST, OLD_RESET),
	PASS(SAW_ACK),
	WARN(SAW_SILENCE, NO_CHALLENGE),
	WARN(ELSE, "an unexpected answer"),
};

RULES(syn_in_syn_rcvd) = {
	FAIL(SAW_CONSUMED, CONSUMED), WARN(SAW_SYN_ACK, "answered as a new SYN"),
	PASS(ELSE), /* RFC 9293: back to LISTEN; RFC 793: a reset; RFC 5961: a challenge ACK */
};

RULES(syn_again) = {
	FAIL(SAW_ANY_RST, "a repeated SYN is answered by a reset"),
	PASS(SAW_SYN_ACK_AGAIN | SAW_ACK),
	WARN(SAW_SILENCE, "a repeated SYN has no answer: a lost SYN-ACK costs a timeout"),
	FAIL(ELSE, "the SYN-ACK has other numbers than the first"),
};

RULES(syn_outside) = {
	PASS(SAW_ACK),
	WARN(ELSE, NO_CHALLENGE),
};

RULES(syn_ack_inside) = {
	FAIL(SAW_SYN_ACK, "a SYN-ACK inside of a connection opened another one"),
	WARN(SAW_ANY_RST, OLD_RESET),
	PASS(SAW_ACK),
	WARN(SAW_SILENCE, NO_CHALLENGE),
	WARN(ELSE, "an unexpected answer"),
};

RULES(syn_answered) = {
	FAIL(SAW_SYN_ACK_ODD, "the SYN-ACK does not acknowledge the SYN"),
	PASS(SAW_SYN_ACK),
	MAYBE(SAW_ANY_RST, "refused: the queue may be full"),
	MAYBE(SAW_SILENCE, FILTERED),
	FAIL(ELSE, "a SYN is answered by something that is no SYN-ACK"),
};

RULES(syn_fin_listen) = {
	WARN(SAW_ANY_RST, "a reset: RFC 9293 3.10.7.2 accepts it, others drop it"),
	PASS(SAW_SYN_ACK | SAW_SILENCE),
	WARN(ELSE, "an unexpected answer"),
};

RULES(syn_refused) = {
	MAYBE(SAW_SYN_ACK, "the port is open"),
	PASS(SAW_RST_ACK),
	FAIL(SAW_RST, "a reset without ACK, which no client in SYN_SENT accepts"),
	FAIL(SAW_RST_BOTH | SAW_RST_ODD, "the reset does not acknowledge all of the SYN"),
	MAYBE(SAW_SILENCE, FILTERED),
	FAIL(ELSE, "a closed port answers with something that is no reset"),
};

RULES(reuse) = {
	FAIL(SAW_ISN_LOW, "the new ISN is not above the old connection's numbers (RFC 9293 MAY-2)"),
	PASS(SAW_SYN_ACK),
	WARN(SAW_ANY_RST | SAW_ANY_ACK | SAW_SILENCE, "not accepted, where RFC 6191 has it"),
	WARN(ELSE, "an unexpected answer"),
};

RULES(reuse_boundary) = {
	FAIL(SAW_ISN_LOW, "the new ISN is not above the old connection's numbers (RFC 9293 MAY-2)"),
	PASS(SAW_SYN_ACK),
	INFO(SAW_ACK, "not accepted: it asks for more than the next number"),
	INFO(SAW_SILENCE, "not accepted: it asks for more than the next number"),
	WARN(ELSE, "a reset"),
};

RULES(reuse_refused) = {
	WARN(SAW_SYN_ACK, "accepted, where RFC 6191 has it dropped"),
	WARN(SAW_ANY_RST, "a reset, where an ACK or silence is due"),
	PASS(SAW_ACK | SAW_SILENCE),
	WARN(ELSE, "an unexpected answer"),
};

/* --- ACK and data --- */

RULES(challenge) = {
	FAIL(SAW_CONSUMED, CONSUMED),
	IF(FAIL, AFTER_CONSUMED, CONSUMED),
	WARN(SAW_ANY_RST, "a reset, where an ACK is due"),
	PASS(SAW_ACK),
	WARN(SAW_SILENCE, "no ACK"),
	WARN(ELSE, "an unexpected answer"),
};

RULES(quiet) = {
	FAIL(SAW_ANY_RST, "a duplicate ACK is answered by a reset"),
	WARN(SAW_ANY_ACK, "a duplicate ACK is answered: two such ends never stop"),
	PASS(ELSE),
};

RULES(informed) = {
	WARN(SAW_ANY_RST, "an old ACK is answered by a reset"),
	INFO(SAW_ANY_ACK, "a challenge ACK (RFC 5961 5)"),
	INFO(ELSE, "ignored (RFC 9293 3.10.7.4)"),
};

RULES(ack_refused) = {
	FAIL(SAW_ANY_ACK | SAW_SYN_ACK | SAW_SYN_ACK_ODD,
             "an ACK without a connection is no reason for this"),
	PASS(SAW_RST),
	WARN(SAW_RST_BOTH | SAW_RST_ACK, RST_WITH_ACK),
	WARN(SAW_ANY_RST, "the reset is not at SEG.ACK"),
	MAYBE(ELSE, FILTERED),
};

RULES(ack_of_nothing) = {
	IF(FAIL, AFTER_CONSUMED, "a wrong ACK opened the connection"),
	FAIL(SAW_CONSUMED, "a wrong ACK opened the connection"),
	PASS(SAW_RST),
	WARN(SAW_RST_BOTH | SAW_RST_ACK, RST_WITH_ACK),
	WARN(SAW_RST_ODD, "the reset is not at SEG.ACK"),
	WARN(ELSE, "no reset"),
};

RULES(keepalive) = {
	FAIL(SAW_ANY_RST, "a keep-alive is answered by a reset"),
	PASS(SAW_ACK | SAW_SYN_ACK_AGAIN),
	{.all = SAW_FIN_AGAIN, .verdict = CHECK_PASS},
	FAIL(SAW_SILENCE, "a keep-alive has no answer: idle connections will be given up"),
	WARN(ELSE, "an unexpected answer"),
};

RULES(keepalive_late) = {
	WARN(SAW_ANY_RST, "a keep-alive is answered by a reset"),
	PASS(SAW_ACK | SAW_SYN_ACK_AGAIN),
	INFO(ELSE, "no answer"),
};

RULES(unflagged) = {
	FAIL(SAW_CONSUMED, "a segment without ACK was accepted (RFC 9293 3.10.7.4, fifth)"),
	IF(FAIL, AFTER_CONSUMED, "a segment without ACK was accepted (RFC 9293 3.10.7.4, fifth)"),
	WARN(SAW_ANY_RST, "a reset, where it is to be dropped"),
	IF(WARN, AFTER_GONE, "the connection is gone"),
	INFO(SAW_ANY_ACK, "answered by an ACK, where it is to be dropped"),
	PASS(ELSE),
};

RULES(unflagged_closed) = {
	PASS(SAW_RST_ACK),
	WARN(SAW_RST_ODD | SAW_RST_BOTH, "the reset does not acknowledge all of the segment"),
	WARN(SAW_RST, "a reset without ACK"),
	MAYBE(SAW_SILENCE, FILTERED),
	FAIL(ELSE, "a closed port answers with something that is no reset"),
};

RULES(unflagged_listen) = {
	PASS(SAW_SILENCE),
	FAIL(ELSE, "a listening port answers what it has to drop (RFC 9293 3.10.7.2, fourth)"),
};

RULES(acked) = {
	PASS(SAW_ACK_ALL),
	FAIL(SAW_ANY_RST, "a reset, where an ACK is due"),
	FAIL(SAW_ACK_PART, "not all of it is acknowledged"),
	IF(WARN, AFTER_CONSUMED, "acknowledged only when asked again"),
	IF(FAIL, AFTER_KEPT, "not acknowledged within half a second"),
	IF(WARN, AFTER_GONE, "the connection is gone without a word"),
	MAYBE(ELSE, UNANSWERED),
};

RULES(acked_or_closed) = {
	PASS(SAW_ACK_ALL),
	FAIL(SAW_ACK_PART, "not all of it is acknowledged"),
	SKIP(SAW_ANY_RST, "the application has closed its socket: it reads no more"),
	IF(WARN, AFTER_CONSUMED, "acknowledged only when asked again"),
	IF(FAIL, AFTER_KEPT, "not acknowledged within half a second"),
	IF(WARN, AFTER_GONE, "the connection is gone without a word"),
	MAYBE(ELSE, UNANSWERED),
};

RULES(closed_or_acked) = {
	PASS(SAW_ANY_RST),
	INFO(SAW_CONSUMED, "acknowledged: the application still reads, or data is lost unnoticed"),
	WARN(ELSE, "silence: the sender does not learn that its data is lost"),
};

RULES(after_fin) = {
	FAIL(SAW_CONSUMED, "data beyond our FIN is acknowledged"),
	IF(FAIL, AFTER_CONSUMED, "data beyond our FIN is acknowledged"),
	WARN(SAW_ANY_RST, "a reset, where it is to be ignored"),
	PASS(ELSE),
};

RULES(gap) = {
	FAIL(SAW_CONSUMED, "data behind a gap is acknowledged"),
	IF(FAIL, AFTER_CONSUMED, "data behind a gap is acknowledged"),
	WARN(SAW_ANY_RST, "a reset, where an ACK is due"),
	PASS(SAW_ACK),
	WARN(ELSE, "no duplicate ACK (RFC 9293 MAY-13): the sender needs a timeout"),
};

RULES(fin_gap) = {
	FAIL(SAW_CONSUMED, "a FIN behind a gap is acknowledged"),
	IF(FAIL, AFTER_CONSUMED, "a FIN behind a gap is acknowledged"),
	WARN(SAW_ANY_RST, "a reset, where an ACK is due"),
	PASS(SAW_ACK),
	WARN(ELSE, "no duplicate ACK"),
};

RULES(not_consumed) = {
	FAIL(SAW_CONSUMED, CONSUMED),
	IF(FAIL, AFTER_CONSUMED, CONSUMED),
	WARN(SAW_ANY_RST, "a reset, where an ACK or silence is due"),
	PASS(ELSE),
};

RULES(fin_again) = {
	FAIL(SAW_ANY_RST, "a repeated FIN is answered by a reset"),
	FAIL(SAW_CONSUMED | SAW_ACK_ODD, CONSUMED),
	PASS(SAW_ACK),
	FAIL(ELSE, "a repeated FIN has no answer: its sender cannot close"),
};

RULES(fin_again_late) = {
	FAIL(SAW_CONSUMED | SAW_ACK_ODD, CONSUMED),
	WARN(SAW_ANY_RST, "a repeated FIN is answered by a reset"),
	PASS(SAW_ACK),
	WARN(ELSE, "a repeated FIN has no answer"),
};

RULES(survives) = {
	PASS(SAW_ANY_RST | SAW_ANY_ACK),
	IF(PASS, AFTER_KEPT | AFTER_GONE | AFTER_CONSUMED, NULL),
	PASS(SAW_SILENCE),
	INFO(ELSE, "an unexpected answer"),
};

RULES(any) = {
	INFO(ELSE, "RFC 9293 leaves it open"),
};

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

RULES(unread) = {
	PASS(SAW_ANY_RST),
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

RULES(first_rto) = {
	INFO(SAW_FIN_AGAIN, "RFC 6298 2.4 asks for a second at least; Linux and gVisor wait 0.2 s"),
	SKIP(ELSE, "no FIN was sent again"),
};
