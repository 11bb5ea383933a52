/* SPDX-License-Identifier: BSD-2-Clause */
/* check_table.h - the notation of the two tables of checks, which alone include it. */
#ifndef TCPSHAKE_PROBE_CHECK_TABLE_H
#define TCPSHAKE_PROBE_CHECK_TABLE_H

#include <stddef.h>

#include "probe/check.h"
#include "probe/check_rules.h"
#include "probe/check_steps.h"

#define ORPHAN CHECK_ORPHAN
#define SYNC                                                                                       \
	(IN(ESTABLISHED) | IN(CLOSE_WAIT) | IN(LAST_ACK) | IN(FIN_WAIT_1) | IN(FIN_WAIT_2) |       \
	 IN(CLOSING))
#define AFTER_FIN (IN(CLOSE_WAIT) | IN(LAST_ACK) | IN(CLOSING)) /* it acknowledged ours */
#define READING   (IN(ESTABLISHED) | IN(FIN_WAIT_1) | IN(FIN_WAIT_2))
#define NOWHERE   0

/* id, title, rule, where it holds, where it is tried, steps, rules, what is expected, and more. */
#define CHECK(i, t, r, in, some, s, j, ...)                                                        \
	{                                                                                          \
		.id = (i), .title = (t), .rfc = (r), .states = (in), .tried = (some),              \
		.steps = check_##s, .rules = check_rules_##j, .expect = __VA_ARGS__                \
	}

#define ALONE       .no_after = true
#define TS          .timestamps = true
#define NO_WINDOW   .no_window = true
#define NOISY       .manner = CHECK_NOISY
#define INTRUSIVE   .manner = CHECK_INTRUSIVE

#define R9293       "RFC 9293 "
#define SEG_ARRIVES R9293 "3.10.7"
#define R5961       "RFC 5961 "

#endif
