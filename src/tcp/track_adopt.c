/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * track_adopt.c - ends whose SYN is not in the capture.
 *
 * A capture file begins anywhere, may hold one direction only, and may lack frames. What a segment says of
 * its sender (its SEQ) and of the other end (its ACK) stands for the SYN that was not seen. Live runs see
 * every SYN and believe less.
 */
#include "tcp/track_internal.h"

#include "tcp/close.h"
#include "tcp/seq.h"

static bool is_known(const struct track_end *e)
{
	return (e->seen & SEEN_SYN) != 0;
}

/* As if it had sent a SYN with the number before `next`. */
static void assume(struct track_end *e, uint32_t next)
{
	e->iss = next - 1;
	e->nxt = next;
	e->seen |= SEEN_SYN | SEEN_ASSUMED;
}

/* Data, ACK, FIN or reset of a connection of which nothing is known. */
static void adopt_both(const struct feed *f)
{
	assume(f->self, f->s->seq);
	assume(f->peer, f->s->ack);
	f->peer->seen |= SEEN_MUTE;
	f->t->shape |= SHAPE_MIDSTREAM;
	track_set_state(f, f->self, STATE_ESTABLISHED);
	track_set_state(f, f->peer, STATE_ESTABLISHED);
}

/* A SYN-ACK whose SYN is missing: that may have offered any option. */
static void adopt_opener(const struct feed *f)
{
	assume(f->peer, f->s->ack);
	f->peer->seen |= SEEN_MUTE | SEEN_TS | SEEN_WSCALE | SEEN_SACKOK;
	track_set_state(f, f->peer, STATE_SYN_SENT);
}

/* The SYN is there, and this is what followed the SYN-ACK that is not. */
static void adopt_answerer(const struct feed *f, struct track_end *server, uint32_t next)
{
	if (f->from == TRACK_CLIENT)
		server->seen |= SEEN_MUTE;
	assume(server, next);
	track_set_state(f, server, STATE_SYN_RCVD);
}

/* It was heard for the first time, or is acknowledged further without having been heard. */
static void follow_mute(const struct feed *f)
{
	bool beyond = (f->s->flags & SEG_RST) == 0 && seq_lt(f->peer->nxt, f->s->ack);

	if ((f->self->seen & SEEN_MUTE) != 0 && (f->s->flags & SEG_SYN) == 0) {
		f->self->seen &= (uint16_t)~SEEN_MUTE;
		if (seq_lt(f->self->nxt, f->s->seq))
			f->self->nxt = f->s->seq;
	}
	if ((f->peer->seen & SEEN_MUTE) != 0 && beyond)
		f->peer->nxt = f->s->ack;
}

void track_adopt(const struct feed *f)
{
	bool syn = (f->s->flags & SEG_SYN) != 0;
	struct track_end *server = &f->t->end[TRACK_SERVER];
	const struct track_end *client = &f->t->end[TRACK_CLIENT];

	if ((f->s->flags & SEG_ACK) == 0)
		return;
	if (!is_known(f->self) && !is_known(f->peer)) {
		if (syn)
			adopt_opener(f);
		else
			adopt_both(f);
	} else if (!syn && (f->s->flags & SEG_RST) == 0 && is_known(client) && !is_known(server)) {
		bool of_client = f->from == TRACK_CLIENT && seq_le(client->iss + 1, f->s->seq);
		bool of_server = f->from == TRACK_SERVER && seq_lt(client->iss, f->s->ack) &&
		                 seq_le(f->s->ack, client->nxt);

		if (of_client || of_server)
			adopt_answerer(f, server, of_client ? f->s->ack : f->s->seq);
	}
	follow_mute(f);
}
