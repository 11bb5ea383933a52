/* SPDX-License-Identifier: BSD-2-Clause */
/* check_stimuli.c - the checks that are one segment. */
#include "probe/check_notation.h"
#include "probe/check_steps.h"

#define HALF_SECOND                                                                                \
	{                                                                                          \
		.op = STEP_LISTEN, .ms = 600                                                       \
	}

/* A stimulus: one segment with these members of struct step. */
#define ONE(name, ...)                                                                             \
	const struct step check_##name[] = {                                                       \
		{.op = STEP_SEND, __VA_ARGS__}, HALF_SECOND, {.op = STEP_END}}

#define MSS  .options = STEP_OPT_RAW, .raw = "\2\4\5\264", .raw_len = 4
#define XMAS (SEG_FIN | SEG_PSH | SEG_URG)

const struct step check_none[] = {HALF_SECOND, {.op = STEP_END}};

ONE(rst_exact, .flags = SEG_RST, .seq = R(0));
ONE(rst_ack_exact, .flags = SEG_RST | SEG_ACK, .seq = R(0), .ack = S(0));
ONE(rst_inwin, .flags = SEG_RST, .seq = R(10));
ONE(rst_right_edge, .flags = SEG_RST, .seq = EDGE(-1));
ONE(rst_oow_right, .flags = SEG_RST, .seq = EDGE(10));
ONE(rst_oow_left, .flags = SEG_RST, .seq = R(-1));
ONE(rst_data, .flags = SEG_RST, .seq = R(0), .data = "diag");
ONE(rst_badack, .flags = SEG_RST | SEG_ACK, .seq = R(0), .ack = S(1000));
ONE(syn_exact, .flags = SEG_SYN, .seq = R(0), MSS);
ONE(syn_dup_isn, .flags = SEG_SYN, .seq = ISS, MSS);
ONE(syn_new, .flags = SEG_SYN, .seq = R(1000000), MSS);
ONE(syn_old, .flags = SEG_SYN, .seq = R(-1000000), MSS);
ONE(synack, .flags = SEG_SYN | SEG_ACK, .seq = R(0), .ack = S(0));
ONE(synfin, .flags = SEG_SYN | SEG_FIN, .seq = R(0));
ONE(synrst, .flags = SEG_SYN | SEG_RST, .seq = R(0));
ONE(syn_data, .flags = SEG_SYN, .seq = R(0), MSS, .data = "zz");
ONE(ack_dup, .flags = SEG_ACK, .seq = R(0), .ack = S(0));
ONE(ack_una, .flags = SEG_ACK, .seq = R(0), .ack = UNA(0));
ONE(ack_old1, .flags = SEG_ACK, .seq = R(0), .ack = UNA(-1));
ONE(ack_too_old, .flags = SEG_ACK, .seq = R(0), .ack = UNA(-20000000));
ONE(ack_future, .flags = SEG_ACK, .seq = R(0), .ack = S(1000));
ONE(ack_oow_right, .flags = SEG_ACK, .seq = EDGE(10), .ack = S(0));
ONE(keepalive0, .flags = SEG_ACK, .seq = R(-1), .ack = S(0));
ONE(keepalive1, .flags = SEG_ACK, .seq = R(-1), .ack = S(0), .data = "z");
ONE(data_in, .flags = SEG_PSH | SEG_ACK, .seq = R(0), .ack = S(0), .data = "zzzz");
ONE(data_ooo, .flags = SEG_PSH | SEG_ACK, .seq = R(10), .ack = S(0), .data = "zzzz");
ONE(data_oow, .flags = SEG_PSH | SEG_ACK, .seq = EDGE(10), .ack = S(0), .data = "zzzz");
ONE(data_old, .flags = SEG_PSH | SEG_ACK, .seq = R(-4), .ack = S(0), .data = "zzzz");
ONE(data_noflag, .flags = 0, .seq = R(0), .data = "zzzz");
ONE(data_future_ack, .flags = SEG_PSH | SEG_ACK, .seq = R(0), .ack = S(1000), .data = "zzzz");
ONE(data_badck, .flags = SEG_PSH | SEG_ACK, .seq = R(0), .ack = S(0), .data = "zzzz",
    .bad_csum = true);
ONE(fin_exact, .flags = SEG_FIN | SEG_ACK, .seq = R(0), .ack = S(0));
ONE(fin_noack, .flags = SEG_FIN, .seq = R(0));
ONE(fin_data, .flags = SEG_FIN | SEG_PSH | SEG_ACK, .seq = R(0), .ack = S(0), .data = "zzzz");
ONE(fin_oow, .flags = SEG_FIN | SEG_ACK, .seq = EDGE(10), .ack = S(0));
ONE(fin_ooo, .flags = SEG_FIN | SEG_ACK, .seq = R(10), .ack = S(0));
ONE(fin_badack, .flags = SEG_FIN | SEG_ACK, .seq = R(0), .ack = S(1000));
ONE(fin_old, .flags = SEG_FIN | SEG_ACK, .seq = R(-1), .ack = S(0));
ONE(finrst, .flags = SEG_FIN | SEG_RST | SEG_ACK, .seq = R(0), .ack = S(0));
ONE(xmas, .flags = XMAS, .seq = R(0));
ONE(xmas_all, .flags = XMAS | SEG_SYN | SEG_RST | SEG_ACK, .seq = R(0), .ack = S(0));
ONE(null, .flags = 0, .seq = R(0));
ONE(urg, .flags = SEG_URG | SEG_ACK, .seq = R(0), .ack = S(0), .data = "z");
ONE(opt_len0, .flags = SEG_ACK, .seq = R(0), .ack = S(0), .options = STEP_OPT_RAW,
    .raw = "\x1e\0\0\0", .raw_len = 4);
ONE(opt_unknown, .flags = SEG_PSH | SEG_ACK, .seq = R(0), .ack = S(0), .options = STEP_OPT_RAW,
    .raw = "\xfd\4\x12\x34", .raw_len = 4, .data = "zz");
ONE(rsv_bits, .flags = SEG_PSH | SEG_ACK | SEG_RESERVED, .seq = R(0), .ack = S(0), .data = "zz");
