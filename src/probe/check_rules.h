/* SPDX-License-Identifier: BSD-2-Clause */
/* check_rules.h - what replies mean, for checks that share their rules. */
#ifndef TCPSHAKE_PROBE_CHECK_RULES_H
#define TCPSHAKE_PROBE_CHECK_RULES_H

#include "probe/check.h"

/* In the order of check_rules_stimuli.c, check_rules_sequences.c. Each ends with a rule that always fits. */
/* clang-format off */
#define CHECK_RULES(X) \
	X(rst_exact) X(rst_data) X(rst_challenge) X(rst_outside) X(rst_before_fin) X(rst_any_ack) \
	X(rst_unanswered) X(rst_in_time_wait) X(syn_challenge) X(syn_consumed) X(syn_in_syn_rcvd) \
	X(syn_again) X(syn_outside) X(syn_ack_inside) X(syn_answered) X(syn_fin_listen) \
	X(syn_refused) X(reuse) X(reuse_boundary) X(reuse_refused) X(challenge) X(quiet) \
	X(informed) X(ack_refused) X(ack_of_nothing) X(keepalive) X(keepalive_late) X(unflagged) \
	X(unflagged_closed) X(unflagged_listen) X(acked) X(acked_or_closed) X(closed_or_acked) \
	X(after_fin) X(gap) X(fin_gap) X(not_consumed) X(fin_again) X(fin_again_late) X(survives) \
	X(any) X(close_form) X(close_acked) X(repeats) X(last_ack) X(half_close) X(abort) \
	X(unread) X(answered_fin) X(gone) X(refused_after) X(syn_after) X(time_wait_ends) \
	X(probed) X(delivered) X(held) X(no_ts) X(ts_kept) X(unasked) X(segment_size) \
	X(answered_any) X(isn) X(ecn) X(ecn_none) X(fast_open) X(fast_open_data) X(mptcp) \
	X(mptcp_join) X(mptcp_none) \
	X(full_fin) X(first_rto) X(ecn_policy) X(stamped_reset) X(split) X(sack) X(no_sack) \
	X(isn_rate) X(fast_open_good) X(mptcp_closed)
/* clang-format on */

#define CHECK_DECLARE(name) extern const struct check_rule check_rules_##name[];
CHECK_RULES(CHECK_DECLARE)
#undef CHECK_DECLARE

#endif
