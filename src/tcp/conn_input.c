/* SPDX-License-Identifier: BSD-2-Clause */
/* conn_input.c - what an arriving segment does to a client: RFC 9293 3.10.7 and RFC 5961. */
#include "tcp/conn_internal.h"
#include "tcp/rto.h"
#include "tcp/seq.h"
#include "tcp/stream_internal.h"

/* Linux's tcp_invalid_ratelimit: no war of ACKs over segments that carry nothing. */
#define QUIET_MS 500

static bool ack_acceptable(const struct conn *c, uint32_t ack)
{
	return seq_lt(c->iss, ack) && seq_le(ack, c->snd_nxt);
}

/* The RTO of what follows the SYN: from a sample if there is an unambiguous one (Karn, RFC 7323 4). */
static void set_rto(struct conn *c, const struct seg *s, ns_t now)
{
	struct tcpopts o = seg_opts(s);
	bool ours = o.ts_present && (c->flags & TS_ON) != 0 && o.tsecr == c->ts_last;
	ns_t sample = (ns_t)(conn_ms(now) - c->sent_ms) * NS_MS;
	bool clear = c->tries == 1 || ours;
	ns_t rto = clear ? rto_first(sample, c->cfg->rto) : RTO_AFTER_LOST_SYN;

	c->rto_us = (uint32_t)(rto / NS_US);
	if (c->stream != NULL && clear)
		conn_stream_sample(c, sample);
}

/* Take the peer's SYN: sequence number, window, and the options both sides have (RFC 7323 2.2, 3.2). */
static void take_syn(struct conn *c, const struct seg *s)
{
	struct tcpopts o = seg_opts(s);

	c->rcv_nxt = s->seq + 1;
	c->snd_wnd = s->win;
	/* An earlier SYN may have been forged. */
	c->flags &= (uint8_t) ~(TS_ON | WSCALE_ON | SACK_ON);
	if (o.ts_present && c->cfg->profile.timestamps) {
		c->flags |= TS_ON;
		c->ts_recent = o.tsval;
	}
	if (o.wscale_present && c->cfg->profile.wscale_sent) {
		c->flags |= WSCALE_ON;
		c->peer_wscale = o.wscale > 14 ? 14 : o.wscale;
	}
	if (o.sackok && c->cfg->profile.sack)
		c->flags |= SACK_ON;
	if (c->stream != NULL)
		conn_stream_syn(c, s);
}

static void establish(struct conn *c, uint32_t ack)
{
	c->snd_una = ack;
	c->deadline = NS_NEVER;
	c->pending = SEND_ACK;
	conn_set_state(c, STATE_ESTABLISHED);
	if (c->stream != NULL)
		conn_stream_established(c, ack);
}

/* RFC 9293 3.10.7.3. */
static void in_syn_sent(struct conn *c, const struct seg *s, ns_t now)
{
	bool ack = (s->flags & SEG_ACK) != 0;

	if (ack && !ack_acceptable(c, s->ack)) {
		if (seg_has(s, 0, SEG_RST | SEG_SYN) && (c->flags & RST_ANSWERED) == 0) {
			/* An older connection at the peer (RFC 9293 3.5.1). Once a SYN: forged
			 * segments shall not make us a source. */
			c->flags |= RST_ANSWERED;
			conn_queue_rst(c, s->ack);
		}
		return;
	}
	if ((s->flags & SEG_RST) != 0) {
		if (ack)
			conn_set_state(c, STATE_CLOSED);
		return;
	}
	if ((s->flags & SEG_SYN) == 0 || (!ack && (c->flags & SYN_ANSWERED) != 0))
		return;
	take_syn(c, s);
	if (ack) {
		set_rto(c, s, now);
		if (c->stream != NULL)
			conn_fastopen_answer(c, s, s->ack - c->iss - 1);
		establish(c, s->ack);
	} else { /* nothing authentic: the SYN's timer and count go on */
		c->flags |= SYN_ANSWERED;
		conn_set_state(c, STATE_SYN_RCVD);
		c->pending = SEND_SYN_ACK;
	}
}

/* Simultaneous open: the peer's SYN-ACK completes it, wherever its SYN stands (figure 7). */
static bool syn_ack_completes(struct conn *c, const struct seg *s, ns_t now)
{
	if (!seg_has(s, SEG_SYN | SEG_ACK, SEG_RST) || !ack_acceptable(c, s->ack))
		return false;
	take_syn(c, s);
	set_rto(c, s, now);
	establish(c, s->ack);
	return true;
}

/* A reset that acknowledges our SYN refuses it, wherever it stands: the SYN before was not the peer's. */
static bool refuses(struct conn *c, const struct seg *s)
{
	if (!seg_has(s, SEG_RST | SEG_ACK, 0) || !ack_acceptable(c, s->ack))
		return false;
	c->pending = 0;
	conn_set_state(c, STATE_CLOSED);
	return true;
}

/* The window we advertise. */
static uint32_t window(const struct conn *c)
{
	if (c->stream == NULL)
		return c->cfg->profile.win;
	return seq_lt(c->rcv_nxt, c->stream->in.edge) ? c->stream->in.edge - c->rcv_nxt : 0;
}

/*
 * RFC 9293 3.10.7.4, first check. A peer that has filled the window of a stream acknowledges from its edge.
 */
static bool seq_acceptable(const struct conn *c, const struct seg *s)
{
	uint32_t wnd = window(c);
	uint32_t len = seg_len(s);

	if (c->stream != NULL && len == 0 && s->seq == c->rcv_nxt + wnd)
		return true;

	if (wnd == 0)
		return len == 0 && s->seq == c->rcv_nxt;
	if (seq_within(s->seq, c->rcv_nxt, wnd))
		return true;
	return len > 0 && seq_within(s->seq + len - 1, c->rcv_nxt, wnd);
}

/* An ACK that says where we stand: for unacceptable segments, and RFC 5961's challenges. */
static void challenge(struct conn *c, const struct seg *s, ns_t now)
{
	uint16_t ms = (uint16_t)(conn_ms(now) | 1);

	if (seg_len(s) == 0) {
		if (c->quiet_ms != 0 && (uint16_t)(ms - c->quiet_ms) < QUIET_MS)
			return;
		c->quiet_ms = ms;
	}
	c->pending |= SEND_ACK;
}

/* RFC 5961 3.2: only a reset at exactly RCV.NXT is believed. */
static void on_rst(struct conn *c, const struct seg *s, ns_t now)
{
	if (s->seq != c->rcv_nxt) {
		challenge(c, s, now);
		return;
	}
	c->pending = 0;
	/* A listener resets our answer to a SYN that it never sent. Then that was forged: ask again. */
	conn_set_state(c, c->state == STATE_SYN_RCVD ? STATE_SYN_SENT : STATE_CLOSED);
}

void conn_await_fin(struct conn *c, ns_t now)
{
	ns_t rto = conn_rto(c), least = ns_min(NS_SEC, c->cfg->rto);

	c->deadline = now + (c->cfg->timeout > 0 ? c->cfg->timeout : rto > least ? rto : least);
}

void conn_fin_acked(struct conn *c, ns_t now)
{
	switch (conn_state(c)) {
	case STATE_FIN_WAIT_1:
		conn_set_state(c, STATE_FIN_WAIT_2);
		conn_await_fin(c, now);
		break;
	case STATE_CLOSING:
		conn_set_state(c, STATE_TIME_WAIT);
		break;
	case STATE_LAST_ACK:
		conn_set_state(c, STATE_CLOSED);
		break;
	case STATE_CLOSED:
	case STATE_LISTEN:
	case STATE_SYN_SENT:
	case STATE_SYN_RCVD:
	case STATE_ESTABLISHED:
	case STATE_FIN_WAIT_2:
	case STATE_CLOSE_WAIT:
	case STATE_TIME_WAIT:
		break;
	}
}

/* Without a stream nothing else can be under way. */
static void bare_fin_acked(struct conn *c, uint32_t ack, ns_t now)
{
	c->snd_una = ack;
	c->deadline = NS_NEVER;
	c->pending &= (uint8_t)~SEND_FIN;
	conn_fin_acked(c, now);
}

/* RFC 9293 3.10.7.4, fifth check. False: the segment is not to be processed further. */
static bool on_ack(struct conn *c, const struct seg *s, ns_t now)
{
	uint32_t wnd = (uint32_t)s->win << ((c->flags & WSCALE_ON) != 0 ? c->peer_wscale : 0);

	/* RFC 5961 5.2: SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.NXT. */
	if (seq_lt(c->snd_nxt, s->ack) || seq_lt(s->ack, c->snd_una - c->snd_wnd)) {
		challenge(c, s, now);
		return false;
	}
	if (wnd > c->snd_wnd)
		c->snd_wnd = wnd;
	if (c->state == STATE_SYN_RCVD && seq_lt(c->snd_una, s->ack)) {
		establish(c, s->ack);
		c->pending = 0; /* nothing but its text and FIN is to be acknowledged */
	}
	if (c->stream != NULL)
		conn_stream_acked(c, s, now);
	else if (seq_lt(c->snd_una, s->ack))
		bare_fin_acked(c, s->ack, now);
	return true;
}

void conn_fin_arrived(struct conn *c)
{
	c->rcv_nxt++;
	c->pending |= SEND_ACK;
	switch (conn_state(c)) {
	case STATE_SYN_RCVD:
	case STATE_ESTABLISHED:
		conn_set_state(c, STATE_CLOSE_WAIT);
		break;
	case STATE_FIN_WAIT_1:
		conn_set_state(c, STATE_CLOSING);
		break;
	case STATE_FIN_WAIT_2:
		conn_set_state(c, STATE_TIME_WAIT);
		break;
	case STATE_CLOSED:
	case STATE_LISTEN:
	case STATE_SYN_SENT:
	case STATE_CLOSE_WAIT:
	case STATE_CLOSING:
	case STATE_LAST_ACK:
	case STATE_TIME_WAIT:
		break;
	}
}

/* RFC 9293 3.10.7.4, seventh and eighth checks: without a stream, in-order data and FIN are acknowledged. */
static void on_text_and_fin(struct conn *c, const struct seg *s)
{
	uint32_t old = c->rcv_nxt - s->seq; /* bytes of this segment that we already have */

	if (seg_len(s) == 0)
		return;
	c->pending |= SEND_ACK;
	if (seq_lt(c->rcv_nxt, s->seq) || old > s->payload_len)
		return; /* a gap before it, or nothing new in it */
	if (c->state == STATE_CLOSE_WAIT || c->state == STATE_CLOSING ||
	    c->state == STATE_LAST_ACK || c->state == STATE_TIME_WAIT)
		return; /* after its FIN nothing can follow */
	c->rcv_nxt += s->payload_len - old;
	if ((s->flags & SEG_FIN) != 0)
		conn_fin_arrived(c);
}

/* RFC 7323 5.3 R1 (PAWS): is it older than what we have seen? */
static bool paws_rejects(const struct conn *c, const struct seg *s)
{
	struct tcpopts o;

	if ((c->flags & TS_ON) == 0 || (s->flags & SEG_RST) != 0)
		return false;
	o = seg_opts(s);
	return o.ts_present && seq_lt(o.tsval, c->ts_recent);
}

/*
 * RFC 7323 4.3 and 5.3 R3: remember the peer's clock. Only once the segment passed every check, or a
 * forged one could make us reject all that is genuine (CVE-2005-0356).
 */
static void take_tsval(struct conn *c, const struct seg *s)
{
	struct tcpopts o = seg_opts(s);
	uint32_t told = c->stream != NULL ? c->stream->in.last_ack : c->rcv_nxt;

	if ((c->flags & TS_ON) != 0 && o.ts_present && seq_le(s->seq, told))
		c->ts_recent = o.tsval;
}

/* RFC 9293 3.10.7.4: every state in which the peer's SYN is known. */
static void in_synchronized(struct conn *c, const struct seg *s, ns_t now)
{
	if (c->state == STATE_SYN_RCVD && (syn_ack_completes(c, s, now) || refuses(c, s)))
		return;
	if (paws_rejects(c, s) || !seq_acceptable(c, s)) {
		if ((s->flags & SEG_RST) == 0)
			challenge(c, s, now);
		return;
	}
	if ((s->flags & SEG_RST) != 0) {
		on_rst(c, s, now);
		return;
	}
	if ((s->flags & SEG_SYN) != 0) { /* RFC 5961 4.2 */
		challenge(c, s, now);
		return;
	}
	if ((s->flags & SEG_ACK) != 0 && on_ack(c, s, now)) {
		take_tsval(c, s);
		if (c->stream != NULL)
			conn_stream_text(c, s, now);
		else
			on_text_and_fin(c, s);
	}
}

/* RFC 9293 3.10.7.1, for segments that prove to have seen ours; the others may be anybody's. */
static void in_closed(struct conn *c, const struct seg *s)
{
	if (seg_has(s, SEG_ACK, SEG_RST) && ack_acceptable(c, s->ack))
		conn_queue_rst(c, s->ack);
}

void conn_input(struct conn *c, const struct seg *s, ns_t now)
{
	switch (conn_state(c)) {
	case STATE_CLOSED:
		in_closed(c, s);
		break;
	case STATE_SYN_SENT:
		in_syn_sent(c, s, now);
		break;
	case STATE_SYN_RCVD:
	case STATE_ESTABLISHED:
	case STATE_FIN_WAIT_1:
	case STATE_FIN_WAIT_2:
	case STATE_CLOSE_WAIT:
	case STATE_CLOSING:
	case STATE_LAST_ACK:
	case STATE_TIME_WAIT:
		in_synchronized(c, s, now);
		break;
	case STATE_LISTEN:
		break;
	}
}
