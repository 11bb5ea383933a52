/* SPDX-License-Identifier: BSD-2-Clause */
/* track_facts.c - what the tracker has seen, for those who ask. */
#include "tcp/close.h"
#include "tcp/seq.h"
#include "tcp/track.h"

enum tcp_state track_state(const struct track *t, enum track_side who)
{
	return (enum tcp_state)t->end[who].state;
}

bool track_sent(const struct track *t, enum track_side who, uint32_t seq)
{
	const struct track_end *e = &t->end[who];

	return (e->seen & SEEN_SYN) != 0 && seq_le(e->iss, seq) && seq_le(seq, e->nxt);
}

bool track_answered(const struct track *t)
{
	return t->answer != NS_NONE && (t->shape & SHAPE_REFUSED) == 0;
}

bool track_opened(const struct track *t)
{
	return (t->shape & (SHAPE_OPENED | SHAPE_MIDSTREAM)) != 0;
}

bool track_midstream(const struct track *t)
{
	return (t->shape & SHAPE_MIDSTREAM) != 0;
}

bool track_refused(const struct track *t)
{
	return (t->shape & SHAPE_REFUSED) != 0;
}

/* RFC 6298 2.1: a server sends its SYN-ACK again after a second or more. */
#define SYN_ACK_RTO NS_SEC

/* No segment was lost that we know of, and the FIN's acknowledgment took as long, within a tenth. */
static bool path_is_slow(const struct track *t, ns_t rtt)
{
	ns_t fin = (ns_t)t->fin_us * NS_US;

	return (t->shape & (SHAPE_FIN_TIMED | SHAPE_SYN_AGAIN)) == SHAPE_FIN_TIMED &&
	       fin > rtt - rtt / 10 && fin < rtt + rtt / 10;
}

ns_t track_rtt(const struct track *t)
{
	ns_t rtt;

	if (t->answer == NS_NONE || t->syn_last == NS_NONE || (t->shape & SHAPE_AMBIGUOUS) != 0)
		return NS_NONE;
	rtt = t->answer - t->syn_last;
	return rtt >= SYN_ACK_RTO && !track_refused(t) && !path_is_slow(t, rtt) ? NS_NONE : rtt;
}

ns_t track_handshake(const struct track *t)
{
	return t->third == NS_NONE || t->syn_first == NS_NONE ? NS_NONE : t->third - t->syn_first;
}

bool track_lossy(const struct track *t)
{
	return ((t->end[TRACK_CLIENT].seen | t->end[TRACK_SERVER].seen) & SEEN_REPEAT) != 0;
}

bool track_over(const struct track *t)
{
	const struct track_end *c = &t->end[TRACK_CLIENT], *s = &t->end[TRACK_SERVER];

	if ((t->shape & SHAPE_REFUSED) != 0 || ((c->seen | s->seen) & SEEN_RST) != 0)
		return c->state == STATE_CLOSED && s->state == STATE_CLOSED;
	return (c->seen & s->seen & SEEN_FIN_ACKED) != 0;
}
