/* SPDX-License-Identifier: BSD-2-Clause */
/* isn.h - initial sequence numbers that a reply must prove to have seen. */
#ifndef TCPSHAKE_TCP_ISN_H
#define TCPSHAKE_TCP_ISN_H

#include <stdint.h>

#include "base/siphash.h"
#include "wire/addr.h"

/*
 * The ISS of attempt number `attempt` on `tuple`: a keyed hash of both, so that only who saw the SYN
 * can acknowledge it, and repeated attempts on one tuple differ (RFC 9293 3.4.1, SHLD-1, MUST-9).
 */
uint32_t isn_make(const struct siphash_key *key, const struct tuple *tuple, uint64_t attempt);

/* A key of this attempt's own, for numbers of further tuples that nobody else can know. */
struct siphash_key isn_key(const struct siphash_key *key, const struct tuple *tuple,
                           uint64_t attempt);

#endif
