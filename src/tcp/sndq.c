/* SPDX-License-Identifier: BSD-2-Clause */
/* sndq.c - byte number n lies at n modulo the ring's size, and as far behind its end. */
#include "tcp/sndq.h"

#include <assert.h>
#include <string.h>

void sndq_init(struct sndq *q)
{
	q->acked = q->written = 0;
}

size_t sndq_room(const struct sndq *q)
{
	return STREAM_SEND_MAX - (size_t)(q->written - q->acked);
}

/* A stretch that does not reach beyond the ring's end. */
static void store(struct sndq *q, const uint8_t *bytes, size_t len)
{
	uint8_t *to = q->twice + q->written % STREAM_SEND_MAX;

	memcpy(to, bytes, len);
	memcpy(to + STREAM_SEND_MAX, bytes, len);
	q->written += len;
}

size_t sndq_put(struct sndq *q, const uint8_t *bytes, size_t len)
{
	size_t take = len < sndq_room(q) ? len : sndq_room(q);
	size_t first = STREAM_SEND_MAX - (size_t)(q->written % STREAM_SEND_MAX);

	if (first > take)
		first = take;
	if (first > 0)
		store(q, bytes, first);
	if (take > first)
		store(q, bytes + first, take - first);
	return take;
}

void sndq_acked(struct sndq *q, uint64_t upto)
{
	assert(upto <= q->written);
	if (upto > q->acked)
		q->acked = upto;
}

const uint8_t *sndq_at(const struct sndq *q, uint64_t at)
{
	assert(at >= q->acked && at <= q->written);
	return q->twice + at % STREAM_SEND_MAX;
}
