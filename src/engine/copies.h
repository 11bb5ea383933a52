/* SPDX-License-Identifier: BSD-2-Clause */
/* copies.h - frames that a capture has twice: tagged and not, or on both sides of a bridge. */
#ifndef TCPSHAKE_ENGINE_COPIES_H
#define TCPSHAKE_ENGINE_COPIES_H

#include <stdbool.h>

#include "base/ns.h"
#include "wire/packet.h"

#define COPIES_SLOTS 256

/* The last packets, by a hash of what makes two frames the same one: 64 bits do not meet by chance. */
struct copies {
	struct {
		uint64_t what;
		ns_t stamp;
	} slot[COPIES_SLOTS];
};

/*
 * Was this packet captured before, within a millisecond? No sender repeats itself so soon; equal ACKs without
 * an IP identification are no copies, as they may be two. Remembers it otherwise.
 */
bool copies_has(struct copies *c, const struct packet *p, ns_t stamp);

#endif
