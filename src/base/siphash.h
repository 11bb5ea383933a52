/* SPDX-License-Identifier: BSD-2-Clause */
/* siphash.h - SipHash, a keyed hash that a stranger cannot predict. */
#ifndef TCPSHAKE_BASE_SIPHASH_H
#define TCPSHAKE_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
	uint64_t k0, k1;
};

/* SipHash-2-4 of `len` bytes (Aumasson and Bernstein, 2012): what a stranger gets to see. */
uint64_t siphash(const struct siphash_key *key, const void *bytes, size_t len);

/*
 * SipHash-1-3, half the work: for places in a table, which nobody sees. No stranger can choose keys that
 * share one.
 */
uint64_t siphash_table(const struct siphash_key *key, const void *bytes, size_t len);

#endif
