/* SPDX-License-Identifier: BSD-2-Clause */
/* isn.c - the keyed hash behind an ISS. */
#include "tcp/isn.h"

#include "base/wr.h"

/* `use` tells apart the hashes of one attempt. */
static uint64_t hash(const struct siphash_key *key, const struct tuple *tuple, uint64_t attempt,
                     uint8_t use)
{
	uint8_t bytes[45];
	struct wr w = wr_into(bytes, sizeof(bytes));

	wr_bytes(&w, tuple->local.addr.bytes, 16);
	wr_bytes(&w, tuple->remote.addr.bytes, 16);
	wr_be16(&w, tuple->local.port);
	wr_be16(&w, tuple->remote.port);
	wr_be32(&w, (uint32_t)(attempt >> 32));
	wr_be32(&w, (uint32_t)attempt);
	wr_u8(&w, use);
	return siphash(key, bytes, wr_len(&w));
}

uint32_t isn_make(const struct siphash_key *key, const struct tuple *tuple, uint64_t attempt)
{
	return (uint32_t)hash(key, tuple, attempt, 0);
}

struct siphash_key isn_key(const struct siphash_key *key, const struct tuple *tuple,
                           uint64_t attempt)
{
	return (struct siphash_key){hash(key, tuple, attempt, 1), hash(key, tuple, attempt, 2)};
}
