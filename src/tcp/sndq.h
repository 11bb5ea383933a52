/* SPDX-License-Identifier: BSD-2-Clause */
/* sndq.h - bytes that wait to be sent or acknowledged, any stretch of which lies together. */
#ifndef TCPSHAKE_TCP_SNDQ_H
#define TCPSHAKE_TCP_SNDQ_H

#include <stddef.h>
#include <stdint.h>

#include "tcp/stream.h"

/* Offsets count from the first byte of the stream. */
struct sndq {
	uint64_t acked, written;
	uint8_t twice[2 * STREAM_SEND_MAX]; /* a ring, and the same again: no stretch is cut */
};

void sndq_init(struct sndq *q);

/* Append; how many there was room for. */
size_t sndq_put(struct sndq *q, const uint8_t *bytes, size_t len);
size_t sndq_room(const struct sndq *q);

/* All before this offset will not be asked for again. */
void sndq_acked(struct sndq *q, uint64_t upto);

/* Where the bytes from this offset lie: acked =< at. Good until they are acknowledged. */
const uint8_t *sndq_at(const struct sndq *q, uint64_t at);

#endif
