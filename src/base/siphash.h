/* SPDX-License-Identifier: BSD-2-Clause */
/* siphash.h - SipHash-2-4, a keyed hash that a stranger cannot predict. */
#ifndef TCPSHAKE_BASE_SIPHASH_H
#define TCPSHAKE_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
	uint64_t k0, k1;
};

/* SipHash-2-4 of `len` bytes (Aumasson and Bernstein, 2012). */
uint64_t siphash(const struct siphash_key *key, const void *bytes, size_t len);

#endif
