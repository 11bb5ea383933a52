/* SPDX-License-Identifier: BSD-2-Clause */
/* check_steps.h - the segments of the checks. `R` is the server's RCV.NXT, `S` its SND.NXT. */
#ifndef TCPSHAKE_PROBE_CHECK_STEPS_H
#define TCPSHAKE_PROBE_CHECK_STEPS_H

#include "scenario/step.h"

/* One segment, and what answers it within half a second (RFC 9293 MUST-40) and a round trip. */
/* clang-format off */
#define CHECK_STIMULI(X) \
	X(none) X(rst_exact) X(rst_ack_exact) X(rst_inwin) X(rst_right_edge) X(rst_oow_right) \
	X(rst_oow_left) X(rst_data) X(rst_badack) X(syn_exact) X(syn_dup_isn) X(syn_new) \
	X(syn_old) X(synack) X(synfin) X(synrst) X(syn_data) X(ack_dup) X(ack_una) X(ack_old1) \
	X(ack_too_old) X(ack_future) X(ack_oow_right) X(keepalive0) X(keepalive1) X(data_in) \
	X(data_ooo) X(data_oow) X(data_old) X(data_noflag) X(data_future_ack) X(data_badck) \
	X(fin_exact) X(fin_noack) X(fin_data) X(fin_oow) X(fin_ooo) X(fin_badack) X(fin_old) \
	X(finrst) X(xmas) X(xmas_all) X(null) X(urg) X(opt_len0) X(opt_unknown) X(rsv_bits)
/* clang-format on */

/* Connections that end, from ESTABLISHED or the state that is named. */
/* clang-format off */
#define CHECK_SEQUENCES(X) \
	X(close_by_us) X(close_after_request) X(close_abort) X(close_unread) X(last_ack_twice) \
	X(listen_for_repeats) X(simultaneous) X(closing_then_fin) X(challenge_then_rst) \
	X(rst_then_ack) X(rst_then_syn) X(time_wait_length) X(syn_ts_new_old) X(syn_ts_same_new) \
	X(syn_ts_same_old) X(syn_ts_old_new) X(syn_plain_new) X(syn_raw_ts_old) \
	X(window_0_request) X(window_0_opened) X(window_0_close) X(paws_data) X(paws_fin) \
	X(paws_rst) X(nots_data) X(data_plain) X(syn_bare) X(no_mss) X(mss_100) X(mss_0) \
	X(mss_twice) X(syn_unknown) X(syn_len0) X(wscale_15) X(isn) X(ecn_setup) X(ecn_ece) \
	X(ecn_accurate) X(tfo_request) X(tfo_bad) X(tfo_odd) X(mp_capable) X(mp_join) X(mp_odd) \
	X(full_rst) X(full_fin) X(ecn_ect) X(split) X(gap_without_sack) X(isn_rate) X(tfo_good) \
	X(mp_fastclose)
/* clang-format on */

#define CHECK_DECLARE(name) extern const struct step check_##name[];
CHECK_STIMULI(CHECK_DECLARE)
CHECK_SEQUENCES(CHECK_DECLARE)
#undef CHECK_DECLARE

#endif
