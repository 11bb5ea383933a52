/* SPDX-License-Identifier: BSD-2-Clause */
/* exchange_fill.h - from what was spoken to its part of an attempt's record. */
#ifndef TCPSHAKE_PROBE_EXCHANGE_FILL_H
#define TCPSHAKE_PROBE_EXCHANGE_FILL_H

#include "probe/answer.h"
#include "probe/talk.h"

/* What is known besides the talk. */
struct exchange_facts {
	const struct track *track;
	bool times_void;
	bool status_expected;
	const char *fastopen; /* what became of Fast Open; NULL: not asked for */
	uint64_t segments, bytes;
};

/* Fill the record's phases, reason and what was spoken. `r` has all that a handshake has. */
void exchange_fill(struct talk *t, const struct exchange_facts *f, struct probe_record *r);

#endif
