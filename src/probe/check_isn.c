/* SPDX-License-Identifier: BSD-2-Clause */
/* check_isn.c - two rates between three ISNs: of a clock they are the same. */
#include "probe/check_isn.h"

/* No known clock is faster; numbers drawn at random are, almost always. */
#define RATE_MAX 100.0

/* What jitter may do to pauses of a quarter of a second. */
#define UNLIKE_MAX 0.05

#define SAMPLES    3

static bool opens(const struct stepper *st, const struct step_reply *r)
{
	const struct step_sent *sent = &st->sent[r->sent];

	return (r->flags & (SEG_SYN | SEG_ACK | SEG_RST)) == (SEG_SYN | SEG_ACK) &&
	       (sent->flags & SEG_SYN) != 0 && r->ack == sent->seq + sent->len;
}

static uint32_t find(const struct stepper *st, uint8_t part, const struct step_reply *out[SAMPLES])
{
	uint32_t n = 0;

	for (uint8_t i = 0; i < st->reply_count && n < SAMPLES; i++) {
		const struct step_reply *r = &st->reply[i];

		if (r->part != part || !opens(st, r) || (n > 0 && out[n - 1]->ack == r->ack))
			continue;
		out[n++] = r;
	}
	return n;
}

static double rate(const struct step_reply *a, const struct step_reply *b)
{
	return (double)(b->seq - a->seq) * 1e3 / (double)(b->stamp - a->stamp);
}

bool check_isn_clock(const struct stepper *st, uint8_t part, double *per_us)
{
	const struct step_reply *r[SAMPLES];
	double one, two;

	if (find(st, part, r) < SAMPLES || r[1]->stamp <= r[0]->stamp || r[2]->stamp <= r[1]->stamp)
		return false;
	one = rate(r[0], r[1]);
	two = rate(r[1], r[2]);
	if (one > RATE_MAX || one < two * (1 - UNLIKE_MAX) || one > two * (1 + UNLIKE_MAX))
		return false;
	*per_us = rate(r[0], r[2]);
	return true;
}
