/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conn.c - the client's state machine.
 *
 * Theory of operation
 *
 * conn_event() is the only entry: an event changes state and notes in `pending` what is to be sent;
 * segments go on to conn_input.c. conn_next(), in conn_build.c, builds what is to be sent with the
 * variables of that moment. No I/O, no clock: `now` is the caller's monotonic time. The machine follows
 * RFC 9293 3.10 with RFC 5961's tightened checks:
 *
 *      CLOSED --OPEN--> SYN_SENT --SYN,ACK--> ESTABLISHED --CLOSE--> FIN_WAIT_1 --ACK--> FIN_WAIT_2
 *                          |  \--SYN--> SYN_RCVD --ACK--^    |            | FIN              | FIN
 *                          |                                 | FIN        v                  v
 *                         RST, timeout                   CLOSE_WAIT    CLOSING --ACK--> TIME_WAIT
 *                          v                                 | CLOSE
 *                        CLOSED <---------ACK------------ LAST_ACK
 *
 * Retransmission: one timer, for SYN and FIN (RFC 6298 5.1-5.6). After the last try the
 * connection is given up and reset, so that the peer is not left with a half of it. TIME_WAIT has no
 * timer: the connection answers a repeated FIN for as long as its owner keeps it.
 *
 * Data is a stream's (tcp/stream.h): conn_stream.c says which file has which part of it. Without one,
 * in-order data is acknowledged and dropped, data out of order is answered with a duplicate ACK.
 *
 * CLOSED still answers segments that carry an ACK with the reset of RFC 9293 3.10.7.1: so a late
 * SYN-ACK or a challenge ACK after a lost reset ends at the peer, too.
 *
 * Where we differ from the RFC's letter, on purpose:
 * - SYN_SENT does not answer a SYN-ACK that acknowledges something else: it may be forged, and the
 *   peer's own recovery (a challenge ACK, which we do answer) works without.
 * - A SYN without ACK is not proof of anything (any stranger can send it): if an authentic SYN-ACK
 *   with another sequence number follows, or a reset that acknowledges our SYN, that one counts; and
 *   a reset of our answer that does not leads back to SYN_SENT, where the RFC has CLOSED.
 */
#include "tcp/conn_internal.h"

#include <assert.h>
#include <string.h>

#include "tcp/rto.h"
#include "tcp/stream_internal.h"

uint32_t conn_ms(ns_t now)
{
	return (uint32_t)(now / NS_MS);
}

ns_t conn_rto(const struct conn *c)
{
	return (ns_t)c->rto_us * NS_US;
}

void conn_set_state(struct conn *c, enum tcp_state s)
{
	c->state = (uint8_t)s;
	if (s != STATE_CLOSED && s != STATE_TIME_WAIT)
		return;
	c->deadline = NS_NEVER;
	if (c->stream != NULL)
		c->stream->in.ack_at = NS_NEVER;
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

void conn_attach(struct conn *c, struct stream *s)
{
	assert(s == NULL || (c->state == STATE_CLOSED && s->out.nxt == 0));
	c->stream = s;
	if (s != NULL && s->out.room == 0)
		s->out.room = c->mss;
}

ns_t conn_deadline(const struct conn *c)
{
	return c->stream == NULL ? c->deadline : ns_min(c->deadline, c->stream->in.ack_at);
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

bool conn_exhausted(const struct conn *c)
{
	return c->tries >= tries_allowed(c);
}

void conn_arm_again(struct conn *c, ns_t now)
{
	bool last;

	c->tries++;
	c->sent_ms = conn_ms(now);
	last = conn_exhausted(c);
	c->deadline = now + (last && c->cfg->timeout > 0 ? c->cfg->timeout : conn_rto(c));
}

void conn_arm(struct conn *c, ns_t now)
{
	c->tries = 0;
	conn_arm_again(c, now);
}

void conn_queue_rst(struct conn *c, uint32_t seq)
{
	c->rst_seq = seq;
	c->pending |= SEND_RST;
}

/*
 * Leave nothing at the peer. Its RCV.NXT is SND.UNA, or SND.NXT if it has what is in flight, and only
 * an exact reset counts (RFC 5961 3.2): send both where they differ. Who knows our SYN expects ISS+1, never
 * ISS. A peer that has some of what is in flight will acknowledge it, and get its exact reset then.
 */
static void abort_connection(struct conn *c)
{
	bool open = c->state != STATE_CLOSED && c->state != STATE_TIME_WAIT;
	uint32_t first = c->snd_una == c->iss ? c->iss + 1 : c->snd_una;

	c->pending = 0;
	conn_set_state(c, STATE_CLOSED);
	if (!open)
		return;
	conn_queue_rst(c, first);
	if (first != c->snd_nxt)
		c->pending |= SEND_RST_TOO;
}

static void retransmit(struct conn *c, ns_t now)
{
	c->rto_us = (uint32_t)(rto_backoff(conn_rto(c)) / NS_US);
	c->flags &= (uint8_t) ~(RST_ANSWERED | SYN_ANSWERED);
	switch (conn_state(c)) {
	case STATE_SYN_SENT:
		c->pending |= SEND_SYN;
		break;
	case STATE_SYN_RCVD:
		c->pending |= SEND_SYN_ACK;
		break;
	case STATE_FIN_WAIT_1:
	case STATE_CLOSING:
	case STATE_LAST_ACK:
		c->pending |= SEND_FIN;
		break;
	case STATE_ESTABLISHED:
	case STATE_CLOSE_WAIT:
	case STATE_FIN_WAIT_2:
	case STATE_TIME_WAIT:
	case STATE_CLOSED:
	case STATE_LISTEN:
		return;
	}
	conn_arm_again(c, now);
}

/* States in which a stream's timers run: all between the handshake and our FIN's ACK. */
static bool sends(const struct conn *c)
{
	return c->stream != NULL && c->state != STATE_SYN_SENT && c->state != STATE_SYN_RCVD &&
	       c->state != STATE_FIN_WAIT_2;
}

static void on_timer(struct conn *c, ns_t now)
{
	bool given_up;

	if (c->stream != NULL && now >= c->stream->in.ack_at)
		c->pending |= SEND_ACK;
	if (now < c->deadline)
		return;
	given_up = sends(c) ? !conn_stream_timer(c, now)
	                    : c->state == STATE_FIN_WAIT_2 || conn_exhausted(c);
	if (given_up)
		abort_connection(c);
	else if (sends(c))
		return;
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
	conn_arm(c, now);
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
	if (c->stream != NULL) {
		c->stream->out.closing = true; /* conn_next() sends it when its turn has come */
		return;
	}
	c->snd_nxt++;
	c->pending |= SEND_FIN;
	conn_arm(c, now);
}

void conn_event(struct conn *c, enum conn_event ev, const struct seg *seg, ns_t now)
{
	switch (ev) {
	case CONN_OPEN:
		on_open(c, now);
		break;
	case CONN_SEGMENT:
		conn_input(c, seg, now);
		break;
	case CONN_TIMER:
		on_timer(c, now);
		break;
	case CONN_SEND:
		if (c->stream != NULL)
			conn_stream_read(c);
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
