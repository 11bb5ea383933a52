/* SPDX-License-Identifier: BSD-2-Clause */
/* rcvq.c - byte number n lies at n modulo the ring's size. */
#include "tcp/rcvq.h"

#include <assert.h>
#include <string.h>

void rcvq_init(struct rcvq *q)
{
	q->consumed = q->arrived = 0;
	ranges_init(&q->ahead);
}

static size_t together(uint64_t at, uint64_t len)
{
	size_t to_end = STREAM_RECEIVE_MAX - (size_t)(at % STREAM_RECEIVE_MAX);

	return len < to_end ? (size_t)len : to_end;
}

static void store(struct rcvq *q, uint64_t at, const uint8_t *bytes, size_t len)
{
	size_t first = together(at, len);

	memcpy(q->ring + at % STREAM_RECEIVE_MAX, bytes, first);
	memcpy(q->ring, bytes + first, len - first);
}

/* In order now: what lay ready behind it joins. */
static void advance(struct rcvq *q, uint64_t to)
{
	ranges_cut(&q->ahead, to);
	if (q->ahead.count > 0 && q->ahead.list[0].from == to)
		to = q->ahead.list[0].to;
	ranges_cut(&q->ahead, to);
	q->arrived = to;
}

void rcvq_put(struct rcvq *q, uint64_t at, const uint8_t *bytes, size_t len)
{
	uint64_t from = at < q->arrived ? q->arrived : at;
	uint64_t limit = q->consumed + STREAM_RECEIVE_MAX;
	uint64_t to = at + len < limit ? at + len : limit;
	struct range hole;

	if (from >= to)
		return;
	for (uint64_t p = from; ranges_hole(&q->ahead, p, to, &hole); p = hole.to)
		store(q, hole.from, bytes + (hole.from - at), (size_t)(hole.to - hole.from));
	if (from == q->arrived)
		advance(q, to);
	else
		(void)ranges_add(&q->ahead, from, to); /* or it must come again */
}

const uint8_t *rcvq_peek(const struct rcvq *q, size_t *len)
{
	*len = together(q->consumed, q->arrived - q->consumed);
	return q->ring + q->consumed % STREAM_RECEIVE_MAX;
}

void rcvq_consume(struct rcvq *q, size_t len)
{
	assert(len <= q->arrived - q->consumed);
	q->consumed += len;
}

uint32_t rcvq_room(const struct rcvq *q)
{
	return (uint32_t)(STREAM_RECEIVE_MAX - (q->arrived - q->consumed));
}
