/* SPDX-License-Identifier: BSD-2-Clause */
/* hints.h - reasons to look for SYN cookies, from the SYN-ACKs of a capture file. */
#ifndef TCPSHAKE_ENGINE_HINTS_H
#define TCPSHAKE_ENGINE_HINTS_H

#include "base/siphash.h"
#include "engine/flows.h"

#define HINTS_BITS 16

/* Which servers gave options to somebody: a set that may, rarely, take one for another. */
struct hints {
	struct siphash_key key;
	uint8_t granted[(1U << HINTS_BITS) / 8];
};

void hints_init(struct hints *h);

/*
 * The server's first SYN-ACK of this flow. `older` is the connection before on the same tuple, or NULL. What
 * one SYN-ACK alone shows is no hint but its window of 0: options must be missing that others had, and an ISN
 * must follow the client's in two connections.
 */
enum flow_hint hints_of(struct hints *h, const struct flow *f, const struct flow *older,
                        const struct seg *syn_ack, ns_t stamp);

#endif
