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
#include "tcp/conn_internal.h"

#include <assert.h>
#include <string.h>

#include "tcp/rto.h"
#include "tcp/seq.h"

uint32_t conn_ms(ns_t now)
{
	return (uint32_t)(now / NS_MS);
}

ns_t conn_rto(const struct conn *c)
{
	return (ns_t)c->rto_us * NS_US;
}

bool conn_data_unacked(const struct conn *c)
{
	return (c->flags & DATA_SENT) != 0 && seq_lt(c->snd_una, c->iss + 1 + c->cfg->data_len);
}

void conn_set_state(struct conn *c, enum tcp_state s)
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
	c->sent_ms = conn_ms(now);
	last = c->tries >= tries_allowed(c);
	c->deadline = now + (last && c->cfg->timeout > 0 ? c->cfg->timeout : conn_rto(c));
}

/* As arm(), for a segment that was not sent before. */
void conn_arm(struct conn *c, ns_t now)
{
	c->tries = 0;
	arm(c, now);
}

void conn_queue_rst(struct conn *c, uint32_t seq)
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
			conn_queue_rst(c, c->snd_una);
		conn_queue_rst(c, c->snd_nxt);
	}
	conn_set_state(c, STATE_CLOSED);
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
	case STATE_ESTABLISHED:
	case STATE_CLOSE_WAIT:
		c->pending |= SEND_DATA;
		break;
	case STATE_FIN_WAIT_1:
	case STATE_CLOSING:
	case STATE_LAST_ACK:
		c->pending |= conn_data_unacked(c) ? SEND_DATA | SEND_FIN : SEND_FIN;
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
	conn_arm(c, now);
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
	c->snd_nxt++;
	c->pending |= SEND_FIN;
	if (!conn_data_unacked(c))
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
