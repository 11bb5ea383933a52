/* SPDX-License-Identifier: BSD-2-Clause */
/* rcvq.h - bytes that arrived, in a ring: each has its place, also when those before it are missing. */
#ifndef TCPSHAKE_TCP_RCVQ_H
#define TCPSHAKE_TCP_RCVQ_H

#include <stddef.h>
#include <stdint.h>

#include "tcp/ranges.h"
#include "tcp/stream.h"

/* Offsets count from the first byte of the stream. */
struct rcvq {
	uint64_t consumed;   /* the owner has read so far */
	uint64_t arrived;    /* in order up to here */
	struct ranges ahead; /* beyond `arrived`, each after a gap */
	uint8_t ring[STREAM_RECEIVE_MAX];
};

void rcvq_init(struct rcvq *q);

/*
 * Bytes that belong at this offset. Those that are there already stay as they are, those that the ring has
 * no room for are dropped, as is a part ahead when there are too many.
 */
void rcvq_put(struct rcvq *q, uint64_t at, const uint8_t *bytes, size_t len);

/* What lies ready together, and its length. */
const uint8_t *rcvq_peek(const struct rcvq *q, size_t *len);
void rcvq_consume(struct rcvq *q, size_t len);

/* Bytes beyond `arrived` that there is room for. */
uint32_t rcvq_room(const struct rcvq *q);

#endif
