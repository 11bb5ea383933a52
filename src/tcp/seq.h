/* SPDX-License-Identifier: BSD-2-Clause */
/* seq.h - sequence number arithmetic, modulo 2^32 (RFC 9293 3.4). */
#ifndef TCPSHAKE_TCP_SEQ_H
#define TCPSHAKE_TCP_SEQ_H

#include <stdbool.h>
#include <stdint.h>

/* How far `a` lies after `b`; negative when it lies before. */
static inline int32_t seq_diff(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

static inline bool seq_lt(uint32_t a, uint32_t b)
{
	return seq_diff(a, b) < 0;
}

static inline bool seq_le(uint32_t a, uint32_t b)
{
	return seq_diff(a, b) <= 0;
}

/* Less than `distance` apart. */
static inline bool seq_near(uint32_t a, uint32_t b, int32_t distance)
{
	return seq_diff(a, b) > -distance && seq_diff(a, b) < distance;
}

/* first =< x < first + len; never for len 0. */
static inline bool seq_within(uint32_t x, uint32_t first, uint32_t len)
{
	return x - first < len;
}

#endif
