/* SPDX-License-Identifier: BSD-2-Clause */
/* conn_receive.c - text that arrives at a stream, the window that is offered, and when to acknowledge. */
#include "tcp/conn_internal.h"
#include "tcp/seq.h"
#include "tcp/stream_internal.h"

/* RFC 9293 3.8.6.3 allows 500 ms; Linux waits 40 as long as there is no reason to wait longer. */
#define ACK_DELAY (40 * NS_MS)

/* --- the window --- */

static uint32_t offered(const struct conn *c)
{
	const struct stream_receiver *in = &c->stream->in;

	return seq_lt(c->rcv_nxt, in->edge) ? in->edge - c->rcv_nxt : 0;
}

static unsigned int scale(const struct conn *c)
{
	return (c->flags & WSCALE_ON) != 0 ? c->cfg->profile.wscale : 0;
}

/* What could be offered: room in the ring, as far as the field can say it. */
static uint32_t could_offer(const struct conn *c)
{
	uint32_t room = rcvq_room(&c->stream->in.q);
	uint32_t most = (uint32_t)UINT16_MAX << scale(c);

	return room < most ? room : most;
}

/* RFC 9293 3.8.6.2.2: the edge moves by a segment, which is less than half of the buffer, or not at all. */
static bool worth_moving(const struct conn *c, uint32_t had, uint32_t could)
{
	return could > had && could - had >= c->mss;
}

/* The right edge never moves back (RFC 9293 3.8.6, SHLD-14): what scaling cuts off is rounded up then. */
uint16_t conn_stream_window(struct conn *c)
{
	uint32_t had = offered(c), could = could_offer(c);
	unsigned int shift = scale(c);
	uint32_t field = (had + (1U << shift) - 1) >> shift;

	if (worth_moving(c, had, could) && could >> shift > field)
		field = could >> shift;
	if (field > UINT16_MAX)
		field = UINT16_MAX;
	if (field << shift > had)
		c->stream->in.edge = c->rcv_nxt + (field << shift);
	return (uint16_t)field;
}

/*
 * A window update of its own, once two segments more are free and what the peer has left is less than half of
 * it: as long as it has plenty, its next segment's ACK tells it soon enough.
 */
void conn_stream_read(struct conn *c)
{
	uint32_t had = offered(c), could = could_offer(c);

	if (c->state != STATE_ESTABLISHED && c->state != STATE_FIN_WAIT_1 &&
	    c->state != STATE_FIN_WAIT_2)
		return;
	if (had <= could / 2 && (could - had >= 2U * c->mss || had == 0) &&
	    worth_moving(c, had, could))
		c->pending |= SEND_ACK;
}

/* --- acknowledging --- */

void conn_stream_acking(struct conn *c)
{
	struct stream_receiver *in = &c->stream->in;

	c->pending &= (uint8_t)~SEND_ACK;
	c->stream->first_ack = false;
	in->ack_at = NS_NEVER;
	in->segments = 0;
	in->last_ack = c->rcv_nxt;
}

/* RFC 2018 4: the block that grew last comes first; as many as there is space for. */
void conn_stream_sack(const struct conn *c, struct wr *w)
{
	const struct rcvq *q = &c->stream->in.q;
	struct range latest[4];
	struct tcpopt_block blocks[4];
	size_t most = (TCPOPT_SPACE - wr_len(w) - 4) / 8, n;

	if ((c->flags & SACK_ON) == 0 || q->ahead.count == 0)
		return;
	n = ranges_latest(&q->ahead, latest, most < 4 ? most : 4);
	for (size_t i = 0; i < n; i++) {
		blocks[i].from = c->rcv_nxt + (uint32_t)(latest[i].from - q->arrived);
		blocks[i].to = c->rcv_nxt + (uint32_t)(latest[i].to - q->arrived);
	}
	tcpopt_put_nop(w);
	tcpopt_put_nop(w);
	tcpopt_put_sack(w, blocks, n);
}

/*
 * RFC 5681 4.2: at least every second segment, and one that shows or fills a gap, at once. `smooth`: it
 * brought what was expected, and nothing waits behind a gap.
 */
static void acknowledge(struct conn *c, uint32_t len, bool smooth, ns_t now)
{
	struct stream_receiver *in = &c->stream->in;

	in->segments += len >= 2U * c->mss ? 2 : 1;
	if (in->quick > 0)
		in->quick--;
	else if (smooth && in->segments < 2) {
		in->ack_at = ns_min(in->ack_at, now + ACK_DELAY);
		return;
	}
	c->pending |= SEND_ACK;
}

/* --- text --- */

/* RFC 9293 3.10.7.4, eighth check. What is beyond a FIN cannot be: then the FIN is none. */
static void note_fin(struct stream_receiver *in, uint64_t at)
{
	const struct ranges *ahead = &in->q.ahead;
	uint64_t top = ahead->count > 0 ? ahead->list[ahead->count - 1].to : in->q.arrived;

	if (in->fin == STREAM_NO_FIN && at >= top)
		in->fin = at;
}

/*
 * Take what was captured of a segment that begins at `at`, up to the window's edge and the peer's FIN. The
 * FIN itself counts where all of its segment was within the window.
 */
static void take_text(struct conn *c, const struct seg *s, uint64_t at)
{
	struct stream_receiver *in = &c->stream->in;
	uint64_t edge = in->q.arrived + offered(c), end = at + s->payload_len;
	uint64_t here = s->payload == NULL                 ? 0
	                : s->payload_here < s->payload_len ? s->payload_here
	                                                   : s->payload_len;

	if ((s->flags & SEG_FIN) != 0 && end <= edge)
		note_fin(in, end);
	if (in->fin < edge)
		edge = in->fin;
	if (at + here > edge)
		here = edge > at ? edge - at : 0;
	if (here > 0)
		rcvq_put(&in->q, at, s->payload, (size_t)here);
}

/* The offset of a segment's first byte; what lies before the stream begins is cut off. False: it all does. */
static bool place(const struct conn *c, struct seg *s, uint64_t *at)
{
	int64_t first = (int64_t)c->stream->in.q.arrived + seq_diff(s->seq, c->rcv_nxt);
	uint32_t before = first < 0 ? (uint32_t)-first : 0;

	if (before > s->payload_len)
		return false;
	s->payload_len -= before;
	s->payload_here -= before < s->payload_here ? before : s->payload_here;
	s->payload = s->payload_here > 0 && s->payload != NULL ? s->payload + before : NULL;
	*at = (uint64_t)(first + before);
	return true;
}

void conn_stream_text(struct conn *c, const struct seg *s, ns_t now)
{
	struct stream_receiver *in = &c->stream->in;
	uint64_t arrived = in->q.arrived, at;
	bool gap = in->q.ahead.count > 0;
	struct seg cut = *s;

	if (seg_len(s) == 0)
		return;
	if (in->ended || !place(c, &cut, &at)) { /* after its FIN nothing can follow */
		c->pending |= SEND_ACK;
		return;
	}
	take_text(c, &cut, at);
	c->rcv_nxt += (uint32_t)(in->q.arrived - arrived);
	acknowledge(c, s->payload_len, !gap && in->q.ahead.count == 0 && in->q.arrived > arrived,
	            now);
	if (c->state == STATE_FIN_WAIT_2)
		conn_await_fin(c, now);
	if (in->q.arrived == in->fin) {
		in->ended = true;
		conn_fin_arrived(c);
	}
}
