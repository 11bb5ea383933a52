/* SPDX-License-Identifier: BSD-2-Clause */
/* siphash.c - SipHash as its paper gives it. */
#include "base/siphash.h"

#include <endian.h>
#include <string.h>

static uint64_t rotl(uint64_t x, unsigned int n)
{
	return x << n | x >> (64 - n);
}

struct state {
	uint64_t a, b, c, d;
};

/* As a value, unrolled by the compiler: it stays in registers. */
static inline struct state rounds(struct state v, int n)
{
	while (n-- > 0) {
		v.a += v.b;
		v.c += v.d;
		v.b = rotl(v.b, 13) ^ v.a;
		v.d = rotl(v.d, 16) ^ v.c;
		v.a = rotl(v.a, 32) + v.d;
		v.c += v.b;
		v.d = rotl(v.d, 21) ^ v.a;
		v.b = rotl(v.b, 17) ^ v.c;
		v.c = rotl(v.c, 32);
	}
	return v;
}

static uint64_t load_word(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

/* Fewer than eight bytes, little-endian. */
static uint64_t load_le(const uint8_t *p, size_t len)
{
	uint64_t v = 0;

	for (size_t i = 0; i < len; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

static inline struct state take_word(struct state v, uint64_t word, int n)
{
	v.d ^= word;
	v = rounds(v, n);
	v.a ^= word;
	return v;
}

/* SipHash-c-d: rounds for each word and at the end. */
static inline uint64_t hash(const struct siphash_key *key, const void *bytes, size_t len, int c,
                            int d)
{
	const uint8_t *p = bytes;
	struct state v = {
		key->k0 ^ 0x736f6d6570736575U,
		key->k1 ^ 0x646f72616e646f6dU,
		key->k0 ^ 0x6c7967656e657261U,
		key->k1 ^ 0x7465646279746573U,
	};
	uint64_t last = (uint64_t)len << 56;

	for (; len >= 8; p += 8, len -= 8)
		v = take_word(v, load_word(p), c);
	v = take_word(v, last | load_le(p, len), c);
	v.c ^= 0xff;
	v = rounds(v, d);
	return v.a ^ v.b ^ v.c ^ v.d;
}

uint64_t siphash(const struct siphash_key *key, const void *bytes, size_t len)
{
	return hash(key, bytes, len, 2, 4);
}

uint64_t siphash_table(const struct siphash_key *key, const void *bytes, size_t len)
{
	return hash(key, bytes, len, 1, 3);
}
