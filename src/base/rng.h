/* SPDX-License-Identifier: BSD-2-Clause */
/* rng.h - random numbers: seeded from the kernel, or from a number so that a run can be repeated. */
#ifndef TCPSHAKE_BASE_RNG_H
#define TCPSHAKE_BASE_RNG_H

#include <stdint.h>

/* xoshiro256**: for ports, IP IDs and test links. Secrets come from rng_secret(). */
struct rng {
	uint64_t s[4];
};

/* The same seed gives the same sequence. */
void rng_seed(struct rng *r, uint64_t seed);

/* Fill `len` bytes from the kernel's getrandom(); aborts where the kernel has none to give. */
void rng_secret(void *out, uint64_t len);

uint64_t rng_next(struct rng *r);

/* Uniform in [0, n); n must not be 0. */
uint64_t rng_below(struct rng *r, uint64_t n);

#endif
