/* SPDX-License-Identifier: BSD-2-Clause */
/* cong.h - how much may be under way: slow start and congestion avoidance (RFC 5681). */
#ifndef TCPSHAKE_TCP_CONG_H
#define TCPSHAKE_TCP_CONG_H

#include <stdbool.h>
#include <stdint.h>

/* All in bytes. */
struct cong {
	uint32_t cwnd, ssthresh;
	uint32_t mss;   /* of what we send; SMSS */
	uint32_t acked; /* since cwnd last grew, in congestion avoidance */
};

/* The initial window of ten segments (RFC 6928 2). */
void cong_init(struct cong *g, uint32_t mss);

/* This much was acknowledged for the first time, and nothing was lost (RFC 5681 3.1). */
void cong_acked(struct cong *g, uint32_t bytes);

/* A loss that duplicate ACKs show, with `flight` bytes under way (RFC 5681 3.2). */
void cong_loss(struct cong *g, uint32_t flight);

/* A loss that only the timer shows. `again`: of something that was repeated before (RFC 5681 3.1). */
void cong_timeout(struct cong *g, uint32_t flight, bool again);

/* Nothing was sent for longer than the RTO (RFC 5681 4.1). */
void cong_idle(struct cong *g);

#endif
