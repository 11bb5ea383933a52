/* SPDX-License-Identifier: BSD-2-Clause */
/* conn_send.c - what a stream sends next: a probe of the window, a repetition, new bytes, the FIN. */
#include "tcp/conn_internal.h"
#include "tcp/seq.h"
#include "tcp/stream_internal.h"

/* A part of the stream that makes a segment: bytes, or the FIN. */
struct piece {
	uint64_t at;
	uint64_t len; /* 0: the FIN */
};

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static bool may_send(const struct conn *c)
{
	switch (conn_state(c)) {
	case STATE_ESTABLISHED:
	case STATE_CLOSE_WAIT:
	case STATE_FIN_WAIT_1:
	case STATE_CLOSING:
	case STATE_LAST_ACK:
		return true;
	case STATE_CLOSED:
	case STATE_LISTEN:
	case STATE_SYN_SENT:
	case STATE_SYN_RCVD:
	case STATE_FIN_WAIT_2:
	case STATE_TIME_WAIT:
		return false;
	}
	return false;
}

static uint64_t window_end(const struct stream_sender *out)
{
	return out->una + out->wnd;
}

/*
 * RFC 6675 4, SetPipe(): what is believed to be on its way. Without SACK each duplicate ACK says that one
 * more segment has left it (RFC 6582).
 */
static uint64_t pipe_of(const struct conn *c)
{
	const struct stream_sender *out = &c->stream->out;
	uint64_t repeated = most(out->repeated, out->una);
	uint64_t good = most(least(out->lost_to, out->nxt), repeated);
	uint64_t pipe = out->nxt - good - ranges_held(&out->sacked, good, out->nxt) + repeated -
	                out->una - ranges_held(&out->sacked, out->una, repeated);
	uint64_t left = (c->flags & SACK_ON) != 0 ? 0 : (uint64_t)out->dupacks * out->mss;

	return pipe > left ? pipe - left : 0;
}

static bool congested(const struct conn *c, uint64_t len)
{
	uint64_t pipe = pipe_of(c);

	return pipe > 0 && pipe + len > c->stream->out.cong.cwnd;
}

/* The first part that was lost and not repeated. It may take new bytes along, up to a full segment. */
static bool find_lost(const struct stream_sender *out, struct piece *p)
{
	uint64_t from = most(out->una, out->repeated), end = most(out->nxt, window_end(out));
	struct range hole;

	if (!ranges_hole(&out->sacked, from, least(out->lost_to, out->nxt), &hole))
		return false;
	p->at = hole.from;
	p->len = 0;
	if (ranges_hole(&out->sacked, p->at, out->q.written, &hole))
		p->len = least(least(hole.to, end) - p->at, out->mss);
	return true;
}

/*
 * New bytes within the window, without Nagle's delay: a full segment, or all that is left, or half of the
 * largest window ever (RFC 9293 3.8.6.2.1). What waits for a larger window waits for conn_timer.c.
 */
static bool find_new(const struct conn *c, struct piece *p)
{
	const struct stream_sender *out = &c->stream->out;
	uint64_t end = window_end(out), left;

	if (out->nxt >= out->q.written || out->nxt >= end)
		return false;
	left = out->q.written - out->nxt;
	p->at = out->nxt;
	p->len = least(least(left, end - out->nxt), out->mss);
	return p->len == out->mss || p->len == left || 2 * p->len >= c->snd_wnd;
}

/* A FIN takes no room at the peer: it is sent even when the window is closed, and probes it so. */
static bool find_fin(const struct stream_sender *out, struct piece *p)
{
	*p = (struct piece){.at = out->q.written};
	return out->closing && out->nxt == out->q.written;
}

/* RFC 9293 3.8.6.1: one byte at least, whatever the window. */
static void make_probe(const struct stream_sender *out, struct piece *p)
{
	p->at = out->una;
	p->len = least(most(least(out->wnd, out->mss), 1), out->q.written - out->una);
}

static bool find(struct conn *c, struct piece *p)
{
	struct stream_sender *out = &c->stream->out;

	if (out->probe && out->una < out->q.written) {
		make_probe(out, p);
		return true;
	}
	if (find_lost(out, p))
		return out->force || !congested(c, p->len);
	if (find_new(c, p))
		return !congested(c, p->len);
	return find_fin(out, p);
}

static void note_sent(struct conn *c, const struct piece *p, ns_t now)
{
	struct stream_sender *out = &c->stream->out;
	uint64_t end = p->at + (p->len > 0 ? p->len : 1);

	if (p->at < out->nxt) {
		out->retransmits++;
		out->repeated = most(out->repeated, end);
		out->timed_at = NS_NONE; /* Karn: an ACK may be of either */
	} else if (out->timed_at == NS_NONE) {
		out->timed_to = end;
		out->timed_at = now;
	}
	if (end > out->nxt) {
		out->nxt = end;
		c->snd_nxt = conn_seq_at(c, end);
	}
	out->force = out->probe = false;
	out->last_at = now;
	if (c->deadline == NS_NEVER)
		conn_arm(c, now);
}

/* PSH where it empties the queue: more may come, but nothing is there that the peer could wait for. */
static void build(struct conn *c, const struct piece *p, struct seg *out, ns_t now)
{
	const struct sndq *q = &c->stream->out.q;
	uint16_t flags = p->len == 0                    ? SEG_FIN | SEG_ACK
	                 : p->at + p->len == q->written ? SEG_PSH | SEG_ACK
	                                                : SEG_ACK;

	conn_build(c, out, flags, conn_seq_at(c, p->at), (uint32_t)p->len, now);
	if (p->len > 0)
		out->payload = sndq_at(q, p->at);
}

/* Data waits, and nothing that is under way will bring an ACK: its window is too small. */
static void watch_window(struct conn *c, ns_t now)
{
	struct stream_sender *out = &c->stream->out;

	if (c->deadline != NS_NEVER || out->una < out->nxt || out->nxt >= out->q.written)
		return;
	out->persist = true;
	out->probes = 0;
	c->deadline = now + conn_rto(c);
}

/* An ACK with SACK blocks is one of its own: they would take the space of data. */
static bool ack_goes_first(const struct conn *c)
{
	return (c->pending & SEND_ACK) != 0 &&
	       (c->stream->first_ack || c->stream->in.q.ahead.count > 0);
}

bool conn_stream_next(struct conn *c, struct seg *out, ns_t now)
{
	struct stream_sender *s = &c->stream->out;
	struct piece p;

	if (!may_send(c) || ack_goes_first(c))
		return false;
	if (s->una == s->nxt && s->last_at != NS_NONE && now - s->last_at > conn_rto(c))
		cong_idle(&s->cong);
	if (!find(c, &p)) {
		watch_window(c, now);
		return false;
	}
	build(c, &p, out, now);
	note_sent(c, &p, now);
	return true;
}

/* Not beyond the window, where it would not be acceptable, after a probe that the peer did not take. */
uint32_t conn_stream_ack_seq(const struct conn *c)
{
	const struct stream_sender *out = &c->stream->out;

	return c->snd_una + (uint32_t)least(out->nxt - out->una, out->wnd);
}
