/* SPDX-License-Identifier: BSD-2-Clause */
/* check_rules_notation.h - how the files of rules write them; they alone include it. */
#ifndef TCPSHAKE_PROBE_CHECK_RULES_NOTATION_H
#define TCPSHAKE_PROBE_CHECK_RULES_NOTATION_H

#include <stddef.h>

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

#endif
