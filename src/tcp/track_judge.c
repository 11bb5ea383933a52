/* SPDX-License-Identifier: BSD-2-Clause */
/* track_judge.c - is a captured segment believable? By the rules of its receiver (RFC 9293, RFC 5961). */
#include "tcp/track_internal.h"

#include "tcp/close.h"
#include "tcp/seq.h"

#define WINDOW_MAX (1U << 30) /* RFC 7323 2.3 */

static uint32_t window_of(const struct track_end *e, const struct track_end *other)
{
	bool scaled = (e->seen & SEEN_WSCALE) != 0 && (other->seen & SEEN_WSCALE) != 0;

	if (((e->seen | other->seen) & SEEN_ASSUMED) != 0)
		return WINDOW_MAX; /* how it is scaled was not seen */
	return e->win == 0 ? 1 : (uint32_t)e->win << (scaled ? e->wscale : 0);
}

/* In what the sender has sent before, or in the window of the receiver beyond it. */
static bool seq_plausible(const struct track_end *self, const struct track_end *peer, uint32_t seq)
{
	uint32_t edge = self->nxt;

	if ((peer->seen & SEEN_ACK) != 0 && seq_lt(edge, peer->acked))
		edge = peer->acked;
	edge += window_of(peer, self);
	return seq_le(self->iss, seq) && seq_lt(seq, edge);
}

/* A reset of a SYN (RFC 9293 3.10.7.3): it must acknowledge exactly that. */
static enum track_take judge_refusal(const struct track_end *peer, const struct seg *s)
{
	if ((peer->seen & SEEN_SYN) == 0 || (s->flags & SEG_ACK) == 0)
		return TRACK_SPOOFED;
	return seq_lt(peer->iss, s->ack) && seq_le(s->ack, peer->nxt) ? TRACK_TAKEN : TRACK_SPOOFED;
}

/* Nothing of the sender was authentic so far: at most a SYN without ACK, which anybody can send. */
bool track_unanswered(const struct feed *f)
{
	return (f->self->seen & SEEN_SYN) == 0 ||
	       (f->from == TRACK_SERVER && f->t->answer == NS_NONE &&
	        (f->self->seen & SEEN_ASSUMED) == 0);
}

/* A reset later on: exactly at what its receiver expects next (RFC 5961 3.2). */
static enum track_take judge_rst(const struct feed *f)
{
	uint32_t first = (f->peer->seen & SEEN_ACK) != 0 ? f->peer->acked : f->self->iss + 1;

	if (track_unanswered(f))
		return judge_refusal(f->peer, f->s);
	if (seq_le(first, f->s->seq) && seq_le(f->s->seq, f->self->nxt))
		return TRACK_TAKEN;
	if (!seq_plausible(f->self, f->peer, f->s->seq))
		return TRACK_SPOOFED;
	if (!seq_lt(f->self->nxt, f->s->seq))
		return TRACK_IGNORED;
	if ((f->t->shape & SHAPE_ANYWHERE) != 0) {
		f->t->findings |= (uint16_t)(1U << FIND_FRAMES_MISSING);
		return TRACK_TAKEN; /* what it sent before is not in the capture */
	}
	track_find(f, FIND_RST_INEXACT);
	return TRACK_IGNORED;
}

static enum track_take judge_syn(const struct feed *f)
{
	const struct seg *s = f->s;

	if ((s->flags & SEG_ACK) == 0) {
		if ((f->self->seen & SEEN_SYN) == 0 || s->seq == f->self->iss)
			return TRACK_TAKEN;
		return TRACK_IGNORED;
	}
	if ((f->peer->seen & SEEN_SYN) == 0 || !seq_lt(f->peer->iss, s->ack) ||
	    !seq_le(s->ack, f->peer->nxt))
		return TRACK_SPOOFED;
	return TRACK_TAKEN;
}

/* It acknowledges what the capture does not have, or has in a damaged frame. */
static void find_unsent(const struct feed *f)
{
	uint16_t lacks = f->from == TRACK_SERVER ? SHAPE_LACKS_CLIENT : SHAPE_LACKS_SERVER;

	if ((f->t->shape & lacks) != 0)
		f->t->findings |= (uint16_t)(1U << FIND_FRAMES_MISSING);
	else
		track_find(f, FIND_ACKED_UNSENT);
}

/*
 * Do frames of the other end lack in the capture? This end had room for what it acknowledges; or it goes on
 * where it was, and so is no stranger. Live runs have all frames, or know how many were lost.
 */
static bool shows_loss(const struct feed *f)
{
	uint32_t ahead = f->s->ack - f->peer->nxt;

	if ((f->t->shape & SHAPE_ANYWHERE) == 0 || !track_opened(f->t))
		return false;
	return ahead <= window_of(f->self, f->peer) ||
	       (f->s->seq == f->self->nxt && ahead <= WINDOW_MAX);
}

/* The capture lacks frames: what was acknowledged was sent. */
static void follow_loss(const struct feed *f)
{
	f->t->findings |= (uint16_t)(1U << FIND_FRAMES_MISSING);
	f->peer->nxt = f->s->ack;
}

/* Data, ACK and FIN of an end whose SYN is known. */
static enum track_take judge_ack(const struct feed *f)
{
	const struct seg *s = f->s;

	if ((f->self->seen & SEEN_SYN) == 0 || (f->peer->seen & SEEN_SYN) == 0)
		return TRACK_SPOOFED;
	if ((s->flags & SEG_ACK) == 0)
		return TRACK_IGNORED;
	if (!seq_plausible(f->self, f->peer, s->seq))
		return TRACK_SPOOFED;
	if (seq_le(s->ack, f->peer->iss))
		return TRACK_SPOOFED;
	if (seq_lt(f->peer->nxt, s->ack) && shows_loss(f)) {
		follow_loss(f);
		return TRACK_TAKEN;
	}
	if (seq_lt(f->peer->nxt, s->ack)) {
		/* With exactly its next sequence number it is no stranger's, and its fault. */
		if (s->seq != f->self->nxt)
			return TRACK_SPOOFED;
		find_unsent(f);
		return TRACK_IGNORED;
	}
	return TRACK_TAKEN;
}

enum track_take track_judge(const struct feed *f)
{
	if ((f->s->flags & SEG_RST) != 0)
		return judge_rst(f);
	if ((f->s->flags & SEG_SYN) != 0)
		return judge_syn(f);
	return judge_ack(f);
}
