/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * track.c - the two-sided observer.
 *
 * Theory of operation
 *
 * The tracker is fed every captured segment of one connection and never acts. It believes a segment
 * only if its receiver would: it must acknowledge what the other end sent and lie in the other end's
 * window (RFC 9293 3.10.7, RFC 5961 3 and 5; track_judge.c). So a blind forger changes nothing.
 *
 * An end changes state
 * - when it sends a segment that proves the new state (SYN_SENT, SYN_RCVD, FIN_WAIT_1, LAST_ACK; an ACK
 *   of the other's SYN or FIN: ESTABLISHED, CLOSE_WAIT, CLOSING, TIME_WAIT);
 * - when the acknowledgment of its SYN or FIN, or a believable reset, passes the capture towards it.
 *   That this arrives is an assumption; a repeated segment then shows that it did not, and is counted
 *   (SEEN_REPEAT), but no state is taken back.
 *
 * States after the handshake follow from four facts an end: FIN sent, FIN acknowledged, the other's FIN
 * acknowledged, and which of the two came first. settle() is that table. How the connection ended is
 * read from the same facts in close.c.
 */
#include "tcp/track_internal.h"

#include <string.h>

#include "tcp/close.h"
#include "tcp/seq.h"

void track_find(const struct feed *f, enum track_finding what)
{
	if (f->from == TRACK_SERVER)
		f->t->findings |= (uint16_t)(1U << what);
	else
		f->t->client_findings |= (uint16_t)(1U << what);
}

void track_set_state(const struct feed *f, struct track_end *e, enum tcp_state to)
{
	if (e->state == to)
		return;
	e->state = (uint8_t)to;
	if (f->changed != NULL)
		f->changed(f->ctx, e == &f->t->end[TRACK_CLIENT] ? TRACK_CLIENT : TRACK_SERVER, to);
}

void track_init(struct track *t)
{
	memset(t, 0, sizeof(*t));
	t->syn_first = t->syn_last = t->answer = t->third = t->last = NS_NONE;
}

void track_init_anywhere(struct track *t)
{
	track_init(t);
	t->shape = SHAPE_ANYWHERE;
}

void track_note_damaged(struct track *t, enum track_side from)
{
	t->shape |= from == TRACK_CLIENT ? SHAPE_LACKS_CLIENT : SHAPE_LACKS_SERVER;
}

void track_note_host_rst(struct track *t)
{
	t->findings |= (uint16_t)(1U << FIND_HOST_RST);
}

/* --- what it changes --- */

/* What was not captured may have been anything: a client's offer of all, the widest window. */
static void assume_options(const struct feed *f)
{
	if ((f->self->seen & SEEN_WSCALE) == 0)
		f->self->wscale = 14;
	f->self->seen |= SEEN_WSCALE;
	if (f->from == TRACK_CLIENT)
		f->self->seen |= SEEN_TS | SEEN_SACKOK;
}

static void take_options(const struct feed *f)
{
	const struct tcpopts *o = &f->opts;

	f->self->seen &=
		(uint16_t) ~(SEEN_TS | SEEN_WSCALE | SEEN_SACKOK); /* of a forged SYN before */
	if (o->ts_present)
		f->self->seen |= SEEN_TS;
	if (o->wscale_present)
		f->self->seen |= SEEN_WSCALE;
	if (o->sackok)
		f->self->seen |= SEEN_SACKOK;
	f->self->wscale = o->wscale > 14 ? 14 : o->wscale;
	if (f->s->opt_cut)
		assume_options(f);
}

static void take_first_syn(const struct feed *f)
{
	f->self->iss = f->s->seq;
	f->self->nxt = f->s->seq + seg_len(f->s);
	f->self->seen |= SEEN_SYN;
	take_options(f);
}

/* Some clients leave options out, others add them, when they try again. */
static void take_repeated_syn(const struct feed *f)
{
	const struct tcpopts *o = &f->opts;

	f->self->seen |= SEEN_REPEAT;
	if ((f->t->shape & SHAPE_ANYWHERE) != 0)
		f->self->seen |= (o->ts_present ? SEEN_TS : 0) | (o->sackok ? SEEN_SACKOK : 0) |
		                 (o->wscale_present ? SEEN_WSCALE : 0);
}

static void note_client_syn(const struct feed *f)
{
	struct track *t = f->t;

	t->syn_sent++;
	if (t->syn_first == NS_NONE)
		t->syn_first = f->stamp;
	if (t->answer != NS_NONE)
		return;
	t->syn_last = f->stamp;
	t->syn_tsval = f->opts.tsval;
}

static void on_syn(const struct feed *f)
{
	if ((f->self->seen & SEEN_SYN) == 0)
		take_first_syn(f);
	else
		take_repeated_syn(f);
	if (f->from == TRACK_CLIENT)
		note_client_syn(f);
	if (f->self->state == STATE_CLOSED && (f->self->seen & SEEN_REPEAT) == 0)
		track_set_state(f, f->self, STATE_SYN_SENT);
}

/* Which SYN does this answer? Karn's question, with RFC 7323's help. */
static void note_answer(const struct feed *f)
{
	const struct tcpopts *o = &f->opts;

	f->t->answer = f->stamp;
	if (f->t->syn_sent > 1)
		f->t->shape |= SHAPE_SYN_AGAIN;
	if (f->t->syn_sent > 1 &&
	    !((f->peer->seen & SEEN_TS) != 0 && o->ts_present && o->tsecr == f->t->syn_tsval))
		f->t->shape |= SHAPE_AMBIGUOUS;
}

/* Did this end send its SYN-ACK before? */
static bool syn_ack_sent(const struct feed *f)
{
	if (f->from == TRACK_SERVER)
		return f->t->answer != NS_NONE;
	return (f->self->seen & SEEN_SYN) != 0 && f->self->state != STATE_SYN_SENT;
}

static enum track_take on_syn_ack(const struct feed *f)
{
	const struct track_end *peer = f->peer;
	uint16_t unasked;

	if (syn_ack_sent(f)) {
		f->self->seen |= SEEN_REPEAT;
		return TRACK_DUPLICATE;
	}
	if ((peer->seen & SEEN_RST) != 0)
		return TRACK_LATE;
	take_first_syn(f);
	f->self->acked = f->s->ack;
	f->self->seen |= SEEN_ACK;
	unasked = f->self->seen & (SEEN_TS | SEEN_WSCALE | SEEN_SACKOK) & (uint16_t)~peer->seen;
	if (unasked != 0 && f->from == TRACK_SERVER)
		track_find(f, FIND_OPTION_UNASKED);
	if (f->from == TRACK_SERVER)
		note_answer(f);
	track_set_state(f, f->self, STATE_SYN_RCVD);
	return TRACK_TAKEN;
}

/* The state of an end whose SYN is acknowledged, from what is known of both FINs. */
static enum tcp_state settled(const struct track *t, const struct track_end *e)
{
	const struct track_end *o =
		&t->end[e == &t->end[TRACK_CLIENT] ? TRACK_SERVER : TRACK_CLIENT];
	bool fin = (e->seen & SEEN_FIN) != 0;
	bool fin_acked = (e->seen & SEEN_FIN_ACKED) != 0;
	bool peer_fin =
		(o->seen & SEEN_FIN_ACKED) != 0; /* only this end can have acknowledged it */
	bool passive = e->state == STATE_CLOSE_WAIT || e->state == STATE_LAST_ACK;

	if (!fin)
		return peer_fin ? STATE_CLOSE_WAIT : STATE_ESTABLISHED;
	if (passive)
		return fin_acked ? STATE_CLOSED : STATE_LAST_ACK;
	if (fin_acked && peer_fin)
		return STATE_TIME_WAIT;
	if (fin_acked)
		return (t->shape & SHAPE_CROSSED) != 0 ? STATE_CLOSING : STATE_FIN_WAIT_2;
	return peer_fin ? STATE_CLOSING : STATE_FIN_WAIT_1;
}

static void settle(const struct feed *f, struct track_end *e)
{
	if (e->state == STATE_CLOSED || e->state == STATE_LISTEN || e->state == STATE_TIME_WAIT)
		return;
	track_set_state(f, e, settled(f->t, e));
}

/* Its SYN is not acknowledged, so an empty ACK of it only answers a repeated SYN (RFC 9293 3.10.7.4). */
static bool still_syn_rcvd(const struct feed *f)
{
	return f->self->state == STATE_SYN_RCVD && seg_len(f->s) == 0 &&
	       !((f->peer->seen & SEEN_ACK) != 0 && seq_lt(f->self->iss, f->peer->acked));
}

/* With Fast Open, data of a server whose SYN is not acknowledged may come first (RFC 7413 2). */
static void note_third(const struct feed *f)
{
	bool opens = f->self->state == STATE_SYN_SENT || f->self->state == STATE_SYN_RCVD;

	if (f->from == TRACK_CLIENT && f->t->third == NS_NONE &&
	    (f->t->answer != NS_NONE || (opens && !still_syn_rcvd(f))))
		f->t->third = f->stamp;
}

/* The ACK of the other end's SYN, by itself the third segment of the handshake. */
static void on_syn_acked(const struct feed *f)
{
	if (f->self->state != STATE_SYN_SENT && f->self->state != STATE_SYN_RCVD)
		return;
	if (still_syn_rcvd(f))
		return;
	f->t->shape |= SHAPE_OPENED;
	track_set_state(f, f->self, STATE_ESTABLISHED);
	if (f->peer->state == STATE_SYN_RCVD || f->peer->state == STATE_SYN_SENT)
		track_set_state(f, f->peer, STATE_ESTABLISHED);
}

/* Microseconds since the first SYN; 0 where there was none. */
static uint32_t since_syn_us(const struct feed *f)
{
	return f->t->syn_first == NS_NONE ? 0 : (uint32_t)((f->stamp - f->t->syn_first) / NS_US);
}

static void time_fin_ack(const struct feed *f)
{
	if ((f->t->shape & SHAPE_FIN_AGAIN) != 0)
		return;
	f->t->fin_us = since_syn_us(f) - f->t->fin_us;
	f->t->shape |= SHAPE_FIN_TIMED;
}

static void on_ack(const struct feed *f)
{
	if ((f->self->seen & SEEN_ACK) == 0 || seq_lt(f->self->acked, f->s->ack))
		f->self->acked = f->s->ack;
	f->self->seen |= SEEN_ACK;
	if (seq_lt(f->peer->iss, f->s->ack)) {
		note_third(f);
		on_syn_acked(f);
	}
	if ((f->peer->seen & (SEEN_FIN | SEEN_FIN_ACKED)) != SEEN_FIN ||
	    !seq_lt(f->peer->fin, f->s->ack))
		return;
	f->peer->seen |= SEEN_FIN_ACKED;
	if (f->from == TRACK_SERVER)
		time_fin_ack(f);
	if ((f->s->flags & SEG_FIN) != 0 && (f->self->seen & SEEN_FIN) == 0)
		f->t->shape |= SHAPE_MERGED; /* the ACK of that FIN came with the other FIN */
	settle(f, f->self);
	settle(f, f->peer);
}

/*
 * Frames between what it sent before and this are missing: so the other end, which acknowledged more than was
 * captured, may have been right.
 */
static void note_gap(const struct feed *f)
{
	uint16_t *against = f->from == TRACK_SERVER ? &f->t->client_findings : &f->t->findings;

	if (!seq_lt(f->self->nxt, f->s->seq) || (*against & 1U << FIND_ACKED_UNSENT) == 0)
		return;
	*against &= (uint16_t) ~(1U << FIND_ACKED_UNSENT);
	f->t->findings |= (uint16_t)(1U << FIND_FRAMES_MISSING);
}

/* Sequence numbers used by data and FIN: new, repeated, or beyond the FIN. */
static void on_sequence(const struct feed *f)
{
	uint32_t end = f->s->seq + seg_len(f->s);
	uint32_t text_end = f->s->seq + f->s->payload_len;

	if (seg_len(f->s) == 0)
		return;
	if ((f->self->seen & SEEN_FIN) != 0 && f->s->payload_len > 0 &&
	    seq_lt(f->self->fin + 1, text_end))
		track_find(f, FIND_DATA_AFTER_FIN);
	note_gap(f);
	if (seq_le(end, f->self->nxt))
		f->self->seen |= SEEN_REPEAT;
	else
		f->self->nxt = end;
}

static void on_fin(const struct feed *f)
{
	uint32_t fin = f->s->seq + f->s->payload_len;

	if ((f->self->seen & SEEN_FIN) != 0) {
		if (f->from == TRACK_CLIENT)
			f->t->shape |= SHAPE_FIN_AGAIN;
		if (f->self->fin != fin)
			track_find(f, FIND_FIN_MOVED);
		return;
	}
	f->self->fin = fin;
	f->self->seen |= SEEN_FIN;
	if (f->from == TRACK_CLIENT)
		f->t->fin_us = since_syn_us(f);
	if ((f->peer->seen & SEEN_FIN) == 0)
		f->t->shape |= f->from == TRACK_CLIENT ? SHAPE_CLIENT_FIRST : SHAPE_SERVER_FIRST;
	else if ((f->peer->seen & SEEN_FIN_ACKED) == 0)
		f->t->shape |= SHAPE_CROSSED;
	settle(f, f->self);
}

static enum track_take on_refusal(const struct feed *f)
{
	if (f->t->answer != NS_NONE)
		return TRACK_DUPLICATE;
	if ((f->peer->seen & SEEN_RST) != 0)
		return TRACK_LATE;
	if (f->from == TRACK_SERVER) {
		note_answer(f);
		if (f->s->seq != 0)
			track_find(f, FIND_REFUSAL_SEQ);
	}
	f->t->shape |= SHAPE_REFUSED;
	f->self->seen |= SEEN_RST;
	if (f->self->state == STATE_CLOSED && f->changed != NULL)
		f->changed(f->ctx, f->from, STATE_CLOSED); /* it was all along: now this is known */
	track_set_state(f, f->self, STATE_CLOSED);
	track_set_state(f, f->peer, STATE_CLOSED);
	return TRACK_TAKEN;
}

static enum track_take on_rst(const struct feed *f)
{
	bool finished = (f->self->seen & f->peer->seen & SEEN_FIN_ACKED) != 0;

	if (track_unanswered(f) || (f->t->shape & SHAPE_REFUSED) != 0)
		return on_refusal(f);
	/* It may as well answer what was sent before the other reset. */
	if ((f->peer->seen & SEEN_RST) != 0 && f->self->acked == f->peer->nxt)
		track_find(f, FIND_REPLY_TO_RST);
	f->self->seen |= finished ? SEEN_RST_LATE : SEEN_RST;
	if ((f->peer->seen & SEEN_RST) == 0 && !finished)
		f->t->shape |= f->from == TRACK_CLIENT ? SHAPE_CLIENT_RST : SHAPE_SERVER_RST;
	track_set_state(f, f->self, STATE_CLOSED);
	track_set_state(f, f->peer, STATE_CLOSED);
	return TRACK_TAKEN;
}

/* RFC 7323 3.2: once negotiated, every segment but a reset MUST carry timestamps. */
static void check_options(const struct feed *f)
{
	const struct tcpopts *o = &f->opts;

	if (f->s->opt_cut)
		return;
	if ((f->self->seen & f->peer->seen & SEEN_TS) != 0 && !o->ts_present)
		track_find(f, FIND_TS_MISSING);
	if (o->mss_present || o->wscale_present || o->sackok) /* RFC 9293 3.1 MUST-65 */
		track_find(f, FIND_SYN_OPTION_LATER);
}

static enum track_take take(const struct feed *f)
{
	if ((f->s->flags & SEG_RST) != 0)
		return on_rst(f);
	if (seg_has(f->s, SEG_SYN | SEG_ACK, 0))
		return on_syn_ack(f);
	if ((f->s->flags & SEG_SYN) != 0) {
		on_syn(f);
		return TRACK_TAKEN;
	}
	check_options(f);
	on_ack(f);
	on_sequence(f);
	if ((f->s->flags & SEG_FIN) != 0)
		on_fin(f);
	return TRACK_TAKEN;
}

enum track_take track_feed(struct track *t, enum track_side from, const struct seg *s, ns_t stamp,
                           track_change_fn *changed, void *ctx)
{
	struct feed f = {
		.t = t,
		.from = from,
		.self = &t->end[from],
		.peer = &t->end[from == TRACK_CLIENT ? TRACK_SERVER : TRACK_CLIENT],
		.s = s,
		.opts = seg_opts(s),
		.stamp = stamp,
		.changed = changed,
		.ctx = ctx,
	};
	enum track_take verdict;
	bool over;

	if ((t->shape & SHAPE_ANYWHERE) != 0)
		track_adopt(&f);
	verdict = track_judge(&f);
	if (verdict != TRACK_TAKEN)
		return verdict;
	over = track_over(t);
	verdict = take(&f);
	if (verdict == TRACK_LATE)
		return verdict;
	f.self->win = s->win;
	if (!over)
		t->last = stamp;
	return verdict;
}
