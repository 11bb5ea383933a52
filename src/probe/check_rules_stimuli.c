/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_rules_stimuli.c - what replies to one segment mean.
 *
 * Proof of a broken rule stands first, so that nothing that is right hides it. A rule that looks at what
 * became of the connection never fits where that is unknown, but for those that say so.
 */
#include "probe/check_rules_notation.h"

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
