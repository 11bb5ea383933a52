/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * completeness.h - what Wireshark calls tcp.completeness and tcp.analysis.initial_rtt, by its rules (4.0).
 *
 * Both look at flags only: they count what receivers would not believe, too. The tracker does not.
 */
#ifndef TCPSHAKE_TCP_COMPLETENESS_H
#define TCPSHAKE_TCP_COMPLETENESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ns.h"
#include "wire/seg.h"

enum completeness_bit {
	COMPLETENESS_SYN = 1,
	COMPLETENESS_SYN_ACK = 2,
	COMPLETENESS_ACK = 4,
	COMPLETENESS_DATA = 8,
	COMPLETENESS_FIN = 16,
	COMPLETENESS_RST = 32,
};

struct completeness {
	ns_t syn;         /* stamp of the last SYN without ACK, or NS_NONE */
	ns_t initial_rtt; /* from there to the first ACK without SYN, of either end; NS_NONE: not seen */
	uint8_t bits; /* of enum completeness_bit */
	uint8_t first; /* bits of a first frame that was no SYN: they count once a second one follows */
	bool begun;
};

/* `reused`: the conversation begins with this SYN on a tuple that another one had. */
void completeness_init(struct completeness *c, bool reused);

/* The next frame of the conversation, whoever sent it. */
void completeness_feed(struct completeness *c, const struct seg *s, ns_t stamp);

/* "Complete, WITH_DATA" and its like. */
const char *completeness_label(uint8_t bits);

#endif
