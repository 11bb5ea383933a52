/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_cleanup.c - a reset, a keep-alive, and as long as the answer is no reset both again.
 *
 * The keep-alive is old (RFC 9293 3.8.4), so that it opens and acknowledges nothing. An answer to it may be
 * withheld for half a second (RFC 5961 7): the second round waits longer.
 */
#include "probe/check_cleanup.h"

#include "tcp/seq.h"

/* A server's RCV.NXT is not further from where it was believed to be. */
#define NEAR       3000000

#define ROUNDS     3
#define PAUSE      (20 * NS_MS)
#define WAIT_FIRST (200 * NS_MS)
#define WAIT_LATER (600 * NS_MS)

void cleanup_start(struct cleanup *c, uint32_t seq, uint32_t ack, ns_t turn, ns_t now)
{
	*c = (struct cleanup){
		.phase = CLEANUP_RESET,
		.seq = seq,
		.ack = ack,
		.rounds = turn == NS_NONE ? ROUNDS - 1 : 0,
		.turn = turn == NS_NONE ? 0 : turn,
		.deadline = now,
	};
}

static void finish(struct cleanup *c)
{
	c->phase = CLEANUP_DONE;
	c->deadline = NS_NEVER;
}

static void again(struct cleanup *c, ns_t now)
{
	if (++c->rounds == ROUNDS) {
		finish(c);
		return;
	}
	c->phase = CLEANUP_RESET;
	c->deadline = now;
}

void cleanup_heard(struct cleanup *c, const struct seg *s, ns_t now)
{
	bool reset = (s->flags & SEG_RST) != 0;

	if (!reset && (!seg_has(s, SEG_ACK, 0) || !seq_near(s->ack, c->seq, NEAR)))
		return; /* a forgery, or of another connection */
	if (!reset)
		c->seq = s->ack;
	if (c->phase != CLEANUP_WAIT)
		return;
	if (reset && s->seq == c->ack) { /* RFC 9293 3.5.2: at SEG.ACK */
		c->gone = true;
		finish(c);
	} else if (!reset) {
		again(c, now);
	}
}

void cleanup_timer(struct cleanup *c, ns_t now)
{
	if (now < c->deadline)
		return;
	if (c->phase == CLEANUP_PAUSE)
		c->phase = CLEANUP_ASK;
	else if (c->phase == CLEANUP_WAIT)
		again(c, now);
}

bool cleanup_next(struct cleanup *c, struct seg *out, ns_t now)
{
	if (c->phase == CLEANUP_RESET) {
		*out = (struct seg){.flags = SEG_RST, .seq = c->seq};
		c->phase = CLEANUP_PAUSE;
		c->deadline = now + PAUSE;
		return true;
	}
	if (c->phase == CLEANUP_ASK) {
		*out = (struct seg){.flags = SEG_ACK, .seq = c->seq - 1, .ack = c->ack};
		c->phase = CLEANUP_WAIT;
		c->deadline = now + c->turn + (c->rounds == 0 ? WAIT_FIRST : WAIT_LATER);
		return true;
	}
	return false;
}

bool cleanup_over(const struct cleanup *c)
{
	return c->phase == CLEANUP_IDLE || c->phase == CLEANUP_DONE;
}

ns_t cleanup_deadline(const struct cleanup *c)
{
	return cleanup_over(c) ? NS_NEVER : c->deadline;
}
