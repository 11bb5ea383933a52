/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conn.c - the client's state machine.
 *
 * Theory of operation
 *
 * conn_event() is the only entry: an event changes state and notes in `pending` what is to be sent;
 * conn_next() builds those segments with the variables of that moment. No I/O, no clock: `now` is the
 * caller's monotonic time. The machine follows RFC 9293 3.10 with RFC 5961's tightened checks:
 *
 *      CLOSED --OPEN--> SYN_SENT --SYN,ACK--> ESTABLISHED --CLOSE--> FIN_WAIT_1 --ACK--> FIN_WAIT_2
 *                          |  \--SYN--> SYN_RCVD --ACK--^    |            | FIN              | FIN
 *                          |                                 | FIN        v                  v
 *                         RST, timeout                   CLOSE_WAIT    CLOSING --ACK--> TIME_WAIT
 *                          v                                 | CLOSE
 *                        CLOSED <---------ACK------------ LAST_ACK
 *
 * Retransmission: one timer, for SYN, data and FIN (RFC 6298 5.1-5.6). After the last try the
 * connection is given up and reset, so that the peer is not left with a half of it. TIME_WAIT has no
 * timer: the connection answers a repeated FIN for as long as its owner keeps it.
 *
 * Receiving: in-order data is acknowledged and dropped, data out of order is answered with a duplicate
 * ACK. CLOSED still answers segments that carry an ACK with the reset of RFC 9293 3.10.7.1: so a late
 * SYN-ACK or a challenge ACK after a lost reset ends at the peer, too.
 *
 * Where we differ from the RFC's letter, on purpose:
 * - SYN_SENT does not answer a SYN-ACK that acknowledges something else: it may be forged, and the
 *   peer's own recovery (a challenge ACK, which we do answer) works without.
 * - A SYN without ACK is not proof of anything (any stranger can send it): if an authentic SYN-ACK
 *   with another sequence number follows, or a reset that acknowledges our SYN, that one counts; and
 *   a reset of our answer that does not leads back to SYN_SENT, where the RFC has CLOSED.
 */
#include "tcp/conn.h"

#include <assert.h>
#include <string.h>

#include "tcp/rto.h"
#include "tcp/seq.h"

/* Bits of conn.pending, in the order of sending. */
enum {
	SEND_SYN = 1,
	SEND_SYN_ACK = 2,
	SEND_ACK = 4,
	SEND_DATA = 8,
	SEND_FIN = 16,
	SEND_RST = 32,     /* rst_seq[0] */
	SEND_RST_TOO = 64, /* rst_seq[1] */
};

/* Bits of conn.flags. */
enum {
	TS_ON = 1,         /* both sides sent the timestamps option in their SYN */
	WSCALE_ON = 2,     /* both sides sent window scale */
	RST_ANSWERED = 4,  /* this SYN's unacceptable ACK was answered */
	SYN_ANSWERED = 32, /* so was a SYN without ACK */
	DATA_SENT = 8,
	SACK_ON = 16, /* both sides offered SACK */
};

/* Linux's tcp_invalid_ratelimit: no war of ACKs over segments that carry nothing. */
#define QUIET_MS 500

static uint32_t to_ms(ns_t now)
{
	return (uint32_t)(now / NS_MS);
}

static ns_t rto_of(const struct conn *c)
{
	return (ns_t)c->rto_us * NS_US;
}

static bool data_unacked(const struct conn *c)
{
	return (c->flags & DATA_SENT) != 0 && seq_lt(c->snd_una, c->iss + 1 + c->cfg->data_len);
}

static void conn_set_state(struct conn *c, enum tcp_state s)
{
	c->state = (uint8_t)s;
	if (s == STATE_CLOSED || s == STATE_TIME_WAIT)
		c->deadline = NS_NEVER;
}

void conn_init(struct conn *c, const struct conn_config *cfg, uint32_t iss, uint16_t mss)
{
	memset(c, 0, sizeof(*c));
	c->cfg = cfg;
	c->iss = c->snd_una = c->snd_nxt = iss;
	c->rto_us = (uint32_t)(cfg->rto / NS_US);
	c->mss = mss;
	c->ip_id = (uint16_t)(iss >> 16 | 1);
	c->deadline = NS_NEVER;
}

ns_t conn_deadline(const struct conn *c)
{
	return c->deadline;
}

enum tcp_state conn_state(const struct conn *c)
{
	return (enum tcp_state)c->state;
}

bool conn_settled(const struct conn *c)
{
	return (c->state == STATE_CLOSED || c->state == STATE_TIME_WAIT) && c->pending == 0;
}

/* --- timers --- */

static unsigned int tries_allowed(const struct conn *c)
{
	bool syn = c->state == STATE_SYN_SENT || c->state == STATE_SYN_RCVD;

	return 1 + (syn ? c->cfg->syn_retries : c->cfg->fin_retries);
}

/* A segment that must be acknowledged is about to be sent (again). */
static void arm(struct conn *c, ns_t now)
{
	bool last;

	c->tries++;
	c->sent_ms = to_ms(now);
	last = c->tries >= tries_allowed(c);
	c->deadline = now + (last && c->cfg->timeout > 0 ? c->cfg->timeout : rto_of(c));
}

/* As arm(), for a segment that was not sent before. */
static void arm_first(struct conn *c, ns_t now)
{
	c->tries = 0;
	arm(c, now);
}

static void queue_rst(struct conn *c, uint32_t seq)
{
	if ((c->pending & SEND_RST) == 0) {
		c->rst_seq[0] = seq;
		c->pending |= SEND_RST;
	} else if (c->rst_seq[0] != seq) {
		c->rst_seq[1] = seq;
		c->pending |= SEND_RST_TOO;
	}
}

/*
 * Leave nothing at the peer. Its RCV.NXT is SND.UNA, or SND.NXT if it has what is in flight, and only
 * an exact reset counts (RFC 5961 3.2): send both where they differ.
 */
static void abort_connection(struct conn *c)
{
	c->pending = 0;
	if (c->state != STATE_CLOSED && c->state != STATE_TIME_WAIT) {
		if (c->snd_una != c->iss) /* who knows our SYN expects ISS+1, never ISS */
			queue_rst(c, c->snd_una);
		queue_rst(c, c->snd_nxt);
	}
	conn_set_state(c, STATE_CLOSED);
}

static void retransmit(struct conn *c, ns_t now)
{
	c->rto_us = (uint32_t)(rto_backoff(rto_of(c)) / NS_US);
	c->flags &= (uint8_t) ~(RST_ANSWERED | SYN_ANSWERED);
	switch (conn_state(c)) {
	case STATE_SYN_SENT:
		c->pending |= SEND_SYN;
		break;
	case STATE_SYN_RCVD:
		c->pending |= SEND_SYN_ACK;
		break;
	case STATE_ESTABLISHED:
	case STATE_CLOSE_WAIT:
		c->pending |= SEND_DATA;
		break;
	case STATE_FIN_WAIT_1:
	case STATE_CLOSING:
	case STATE_LAST_ACK:
		c->pending |= data_unacked(c) ? SEND_DATA | SEND_FIN : SEND_FIN;
		break;
	case STATE_FIN_WAIT_2:
	case STATE_TIME_WAIT:
	case STATE_CLOSED:
	case STATE_LISTEN:
		return;
	}
	arm(c, now);
}

static void on_timer(struct conn *c, ns_t now)
{
	if (now < c->deadline)
		return;
	if (c->state == STATE_FIN_WAIT_2 || c->tries >= tries_allowed(c))
		abort_connection(c);
	else
		retransmit(c, now);
}

/* --- calls of the owner --- */

static void on_open(struct conn *c, ns_t now)
{
	assert(c->state == STATE_CLOSED);
	c->snd_nxt = c->iss + 1;
	conn_set_state(c, STATE_SYN_SENT);
	c->pending |= SEND_SYN;
	arm_first(c, now);
}

static void on_send(struct conn *c, ns_t now)
{
	if (c->cfg->data_len == 0 || (c->flags & DATA_SENT) != 0)
		return;
	if (c->state != STATE_ESTABLISHED && c->state != STATE_CLOSE_WAIT)
		return;
	c->snd_nxt += c->cfg->data_len;
	c->flags |= DATA_SENT;
	c->pending |= SEND_DATA;
	arm_first(c, now);
}

static void on_close(struct conn *c, ns_t now)
{
	if (c->state == STATE_SYN_SENT) {
		abort_connection(c);
		return;
	}
	if (c->state != STATE_ESTABLISHED && c->state != STATE_CLOSE_WAIT)
		return;
	conn_set_state(c, c->state == STATE_ESTABLISHED ? STATE_FIN_WAIT_1 : STATE_LAST_ACK);
	c->snd_nxt++;
	c->pending |= SEND_FIN;
	if (!data_unacked(c))
		arm_first(c, now);
}

/* --- segments --- */

static bool ack_acceptable(const struct conn *c, uint32_t ack)
{
	return seq_lt(c->iss, ack) && seq_le(ack, c->snd_nxt);
}

/* The RTO of what follows the SYN: from a sample if there is an unambiguous one (Karn, RFC 7323 4). */
static void set_rto(struct conn *c, const struct seg *s, ns_t now)
{
	struct tcpopts o = seg_opts(s);
	bool ours = o.ts_present && (c->flags & TS_ON) != 0 && o.tsecr == c->ts_last;
	ns_t rto = RTO_AFTER_LOST_SYN;

	if (c->tries == 1 || ours)
		rto = rto_first((ns_t)(to_ms(now) - c->sent_ms) * NS_MS, c->cfg->rto);
	c->rto_us = (uint32_t)(rto / NS_US);
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
}

static void establish(struct conn *c, uint32_t ack)
{
	c->snd_una = ack;
	c->deadline = NS_NEVER;
	c->pending = SEND_ACK;
	conn_set_state(c, STATE_ESTABLISHED);
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
			queue_rst(c, s->ack);
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

/* RFC 9293 3.10.7.4, first check, with the window we advertise. */
static bool seq_acceptable(const struct conn *c, const struct seg *s)
{
	uint32_t wnd = c->cfg->profile.win;
	uint32_t len = seg_len(s);

	if (wnd == 0)
		return len == 0 && s->seq == c->rcv_nxt;
	if (seq_within(s->seq, c->rcv_nxt, wnd))
		return true;
	return len > 0 && seq_within(s->seq + len - 1, c->rcv_nxt, wnd);
}

/* An ACK that says where we stand: for unacceptable segments, and RFC 5961's challenges. */
static void challenge(struct conn *c, const struct seg *s, ns_t now)
{
	uint16_t ms = (uint16_t)(to_ms(now) | 1);

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

static void fin_acked(struct conn *c, ns_t now)
{
	switch (conn_state(c)) {
	case STATE_FIN_WAIT_1:
		conn_set_state(c, STATE_FIN_WAIT_2);
		c->deadline = now + (c->cfg->timeout > 0 ? c->cfg->timeout : rto_of(c));
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
	if (seq_le(s->ack, c->snd_una))
		return true;
	if (c->state == STATE_SYN_RCVD) {
		establish(c, s->ack);
		c->pending = 0; /* nothing but its text and FIN is to be acknowledged */
		return true;
	}
	c->snd_una = s->ack;
	if (c->snd_una == c->snd_nxt) {
		c->deadline = NS_NEVER;
		c->pending &= (uint8_t) ~(SEND_DATA | SEND_FIN);
		fin_acked(c, now);
	} else if (!data_unacked(c) && (c->pending & SEND_FIN) == 0) {
		arm_first(c, now); /* the data arrived, the FIN is still out */
	}
	return true;
}

static void on_fin(struct conn *c)
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

/* RFC 9293 3.10.7.4, seventh and eighth checks: in-order data and FIN are acknowledged. */
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
		on_fin(c);
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

	if ((c->flags & TS_ON) != 0 && o.ts_present && seq_le(s->seq, c->rcv_nxt))
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
		on_text_and_fin(c, s);
	}
}

/* RFC 9293 3.10.7.1, for segments that prove to have seen ours; the others may be anybody's. */
static void in_closed(struct conn *c, const struct seg *s)
{
	if (seg_has(s, SEG_ACK, SEG_RST) && ack_acceptable(c, s->ack))
		queue_rst(c, s->ack);
}

static void on_segment(struct conn *c, const struct seg *s, ns_t now)
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

void conn_event(struct conn *c, enum conn_event ev, const struct seg *seg, ns_t now)
{
	switch (ev) {
	case CONN_OPEN:
		on_open(c, now);
		break;
	case CONN_SEGMENT:
		on_segment(c, seg, now);
		break;
	case CONN_TIMER:
		on_timer(c, now);
		break;
	case CONN_SEND:
		on_send(c, now);
		break;
	case CONN_CLOSE:
		on_close(c, now);
		break;
	case CONN_ABORT:
		abort_connection(c);
		break;
	case CONN_FORGET:
		c->pending = 0;
		conn_set_state(c, STATE_CLOSED);
		break;
	}
}

/* --- building segments --- */

/* Our timestamp clock: milliseconds from an unguessable origin; every SYN has a value of its own. */
static uint32_t next_tsval(struct conn *c, bool syn, ns_t now)
{
	uint32_t val = to_ms(now) + c->iss * 2654435761U;

	if (syn && c->ts_last != 0 && seq_le(val, c->ts_last))
		val = c->ts_last + 1;
	if (c->ts_last != 0 && seq_lt(val, c->ts_last))
		val = c->ts_last;
	c->ts_last = val;
	return val;
}

/* RFC 7323 2.2, 3.2, RFC 2018 2: a SYN-ACK offers what the peer's SYN offered, and echoes its clock. */
static void put_syn_options(struct conn *c, struct wr *w, uint16_t flags, ns_t now)
{
	struct profile p = c->cfg->profile;
	bool ack = (flags & SEG_ACK) != 0;

	if (ack) {
		p.timestamps = (c->flags & TS_ON) != 0;
		p.wscale_sent = (c->flags & WSCALE_ON) != 0;
		p.sack = (c->flags & SACK_ON) != 0;
	}
	profile_put_answer(&p, w, c->mss, next_tsval(c, true, now), ack ? c->ts_recent : 0);
}

static void put_options(struct conn *c, struct seg *out, ns_t now)
{
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));

	if ((out->flags & SEG_SYN) != 0) {
		put_syn_options(c, &w, out->flags, now);
	} else if ((c->flags & TS_ON) != 0 && (out->flags & SEG_RST) == 0) {
		tcpopt_put_nop(&w);
		tcpopt_put_nop(&w);
		tcpopt_put_ts(&w, next_tsval(c, false, now), c->ts_recent);
	}
	seg_set_opts(out, &w);
}

static uint16_t window(const struct conn *c, uint16_t flags)
{
	uint16_t scaled;

	if ((flags & SEG_RST) != 0)
		return 0;
	if ((flags & SEG_SYN) != 0 || (c->flags & WSCALE_ON) == 0)
		return c->cfg->profile.win;
	scaled = (uint16_t)(c->cfg->profile.win >> c->cfg->profile.wscale);
	return scaled == 0 && c->cfg->profile.win > 0 ? 1 : scaled; /* small is not closed */
}

static void build(struct conn *c, struct seg *out, uint16_t flags, uint32_t seq, ns_t now)
{
	*out = (struct seg){
		.seq = seq,
		.ack = (flags & SEG_ACK) != 0 ? c->rcv_nxt : 0,
		.flags = flags,
		.win = window(c, flags),
		.ip = {.ttl = c->cfg->profile.ttl,
	               .tos = c->cfg->tos,
	               .df = true,
	               .id = c->ip_id++,
	               .flow = c->iss & 0xfffff},
	};
	put_options(c, out, now);
}

static void build_data(struct conn *c, struct seg *out, ns_t now)
{
	build(c, out, SEG_PSH | SEG_ACK, c->iss + 1, now);
	out->payload = c->cfg->data;
	out->payload_len = c->cfg->data_len;
}

/* SND.NXT as far as it was really sent: data and FIN that wait behind an ACK come after it. */
static uint32_t sent_nxt(const struct conn *c)
{
	if ((c->pending & SEND_DATA) != 0)
		return c->iss + 1;
	return (c->pending & SEND_FIN) != 0 ? c->snd_nxt - 1 : c->snd_nxt;
}

bool conn_next(struct conn *c, struct seg *out, ns_t now)
{
	uint8_t next = c->pending & (uint8_t)-c->pending; /* the lowest bit */
	uint16_t ecn = c->cfg->ecn ? SEG_ECE | SEG_CWR : 0;

	c->pending &= (uint8_t)~next;
	switch (next) {
	case SEND_SYN:
		build(c, out, SEG_SYN | ecn, c->iss, now);
		return true;
	case SEND_SYN_ACK:
		build(c, out, SEG_SYN | SEG_ACK, c->iss, now);
		return true;
	case SEND_ACK:
		build(c, out, SEG_ACK, sent_nxt(c), now);
		return true;
	case SEND_DATA:
		build_data(c, out, now);
		return true;
	case SEND_FIN:
		build(c, out, SEG_FIN | SEG_ACK, c->snd_nxt - 1, now);
		return true;
	case SEND_RST:
		build(c, out, SEG_RST, c->rst_seq[0], now);
		return true;
	case SEND_RST_TOO:
		build(c, out, SEG_RST, c->rst_seq[1], now);
		return true;
	default:
		return false;
	}
}
