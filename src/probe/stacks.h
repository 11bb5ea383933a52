/* SPDX-License-Identifier: BSD-2-Clause */
/* stacks.h - what system answers like this? From a table of what known ones answered. */
#ifndef TCPSHAKE_PROBE_STACKS_H
#define TCPSHAKE_PROBE_STACKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "probe/check_cases.h"

enum stack {
	STACK_LINUX,
	STACK_LWIP,
	STACK_GVISOR,
	STACK_SLIRP,
	STACK_PASST,
	STACKS,
};

/* Answers compared so far, for each system. */
struct stacks_tally {
	uint16_t known[STACKS], alike[STACKS];
};

/* Systems whose answer to a case is known, and those that answer so, too: bits 1 << enum stack. */
struct stacks_match {
	uint8_t known, alike;
};

/* For a case and what was seen; none is known where the table does not have the case. */
struct stacks_match stacks_compare(const struct check_case *c, uint64_t seen);

void stacks_add(struct stacks_tally *t, struct stacks_match m);

/* "Linux 6.18: 46 of 47", of the most alike; nothing where too few answers are known to say so. */
void stacks_text(struct text *out, const struct stacks_tally *t);

#endif
