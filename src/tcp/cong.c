/* SPDX-License-Identifier: BSD-2-Clause */
/* cong.c - RFC 5681 with the initial window of RFC 6928. */
#include "tcp/cong.h"

/* More than this is never under way; so nothing overflows. */
#define CWND_MAX (1U << 30)

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t most(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t initial(const struct cong *g)
{
	return least(10 * g->mss, most(2 * g->mss, 14600));
}

void cong_init(struct cong *g, uint32_t mss)
{
	g->mss = mss;
	g->cwnd = initial(g);
	g->ssthresh = CWND_MAX;
	g->acked = 0;
}

void cong_acked(struct cong *g, uint32_t bytes)
{
	if (g->cwnd < g->ssthresh) {
		g->cwnd += least(bytes, g->mss);
	} else {
		g->acked += least(bytes, g->cwnd);
		if (g->acked >= g->cwnd) {
			g->acked -= g->cwnd;
			g->cwnd += g->mss;
		}
	}
	g->cwnd = least(g->cwnd, CWND_MAX);
}

void cong_loss(struct cong *g, uint32_t flight)
{
	g->ssthresh = most(flight / 2, 2 * g->mss);
	g->cwnd = g->ssthresh;
	g->acked = 0;
}

void cong_timeout(struct cong *g, uint32_t flight, bool again)
{
	if (!again)
		g->ssthresh = most(flight / 2, 2 * g->mss);
	g->cwnd = g->mss;
	g->acked = 0;
}

void cong_idle(struct cong *g)
{
	g->cwnd = least(g->cwnd, initial(g));
}
