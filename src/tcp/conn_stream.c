/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conn_stream.c - a connection that carries bytes: how it begins, and what its path has room for.
 *
 * Theory of operation
 *
 * What is kept for it lies in struct stream (stream_internal.h). The rules have a file each:
 *
 *	conn_receive.c   text that arrives, the window offered, when to acknowledge
 *	conn_send.c      which segment comes next: a repetition, new bytes, a FIN
 *	conn_acked.c     what an ACK says: progress, losses, round-trip times
 *	conn_timer.c     what silence says: losses, and a closed window
 *	conn_fastopen.c  data in the SYN
 *
 * Nothing is noted for sending but a pure ACK: conn_send.c derives what is to go from the variables, each
 * time that it is asked. So there is no list of segments, and their borders may move when the MSS does.
 */
#include "tcp/conn_internal.h"
#include "tcp/stream_internal.h"

/* RFC 9293 3.7.1 (MUST-15): of a peer that does not say. */
#define MSS_DEFAULT_V4 536
#define MSS_DEFAULT_V6 1220

/* Less is not believed, as in Linux: it would make a thousand packets of a page (CVE-2019-11479). */
#define MSS_LEAST 48

/* Less room than a path has that RFC 791 allows would be absurd but for slow radio links (RFC 5927 7.2). */
#define ROOM_LEAST (296 - 40)

#define TS_BYTES   12

/* As Linux: a peer in slow start lives on our ACKs, so its first segments are acknowledged one by one. */
#define QUICK_ACKS 16

uint32_t conn_seq_at(const struct conn *c, uint64_t offset)
{
	return c->iss + 1 + (uint32_t)offset;
}

/* RFC 9293 3.7.1, RFC 6691: of what both the peer and the path take, options are a part. */
static void fit(struct conn *c)
{
	struct stream_sender *out = &c->stream->out;
	uint16_t most = out->peer_mss < out->room ? out->peer_mss : out->room;

	if (most < MSS_LEAST)
		most = MSS_LEAST;
	out->mss = (uint16_t)(most - ((c->flags & TS_ON) != 0 ? TS_BYTES : 0));
	out->cong.mss = out->mss;
}

void conn_stream_syn(struct conn *c, const struct seg *s)
{
	struct stream_sender *out = &c->stream->out;
	struct stream_receiver *in = &c->stream->in;
	struct tcpopts o = seg_opts(s);

	out->peer_mss = o.mss_present ? o.mss : out->v6 ? MSS_DEFAULT_V6 : MSS_DEFAULT_V4;
	out->wnd = s->win;
	out->wl1 = s->seq;
	out->wl2 = s->ack;
	in->edge = c->rcv_nxt + c->cfg->profile.win;
	in->last_ack = c->rcv_nxt;
	in->quick = QUICK_ACKS;
}

/* What the SYN had and the peer did not take is as if it had not been sent: it follows at once. */
void conn_stream_established(struct conn *c, uint32_t ack)
{
	struct stream *s = c->stream;

	fit(c);
	cong_init(&s->out.cong, s->out.mss);
	c->snd_nxt = ack;
	s->out.una = s->out.nxt = ack - c->iss - 1;
	sndq_acked(&s->out.q, s->out.una);
	s->first_ack = !c->cfg->data_on_ack;
}

void conn_stream_sample(struct conn *c, ns_t sample)
{
	rtt_sample(&c->stream->out.rtt, sample);
	c->rto_us = (uint32_t)(rtt_rto(&c->stream->out.rtt, ns_min(RTO_ABOVE_SRTT, c->cfg->rto)) /
	                       NS_US);
}

void conn_path_mtu(struct conn *c, uint16_t room, ns_t now)
{
	struct stream *s = c->stream;
	uint16_t before;

	if (s == NULL || room < ROOM_LEAST || room >= s->out.room)
		return;
	s->out.room = room;
	if (c->state == STATE_CLOSED || c->state == STATE_SYN_SENT || c->state == STATE_SYN_RCVD)
		return;
	before = s->out.mss;
	fit(c);
	if (s->out.mss >= before || s->out.nxt - s->out.una <= s->out.mss)
		return;
	conn_stream_resend(c); /* RFC 1191 6.4: no sign of congestion */
	conn_arm(c, now);
}
