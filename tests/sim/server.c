/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * server.c - the simulated server.
 *
 * It listens for ever and has one connection at a time. What arrives out of order is not kept, as RFC
 * 9293 3.10.7.4 permits. Numbers are compared by functions of its own, and nothing is shared with
 * src/tcp, so that the two cannot be wrong together.
 */
#include "server.h"

#include <string.h>

#define WINDOW  65535U
#define SEGMENT 400U

static int32_t after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

static void set_state(struct server *s, enum tcp_state to)
{
	if (s->state == to)
		return;
	s->state = to;
	s->changed(s->ctx, to);
}

/* Forget the connection; the port listens again. */
static void drop(struct server *s)
{
	s->resend_at = s->close_at = s->reset_at = s->wait_until = NS_NEVER;
	s->ack_due = false;
	set_state(s, STATE_CLOSED);
	s->state = STATE_LISTEN;
}

void server_init(struct server *s, const struct server_config *cfg, struct rng *rng,
                 server_change_fn *changed, void *ctx)
{
	memset(s, 0, sizeof(*s));
	s->cfg = cfg;
	s->rng = rng;
	s->changed = changed;
	s->ctx = ctx;
	s->state = STATE_LISTEN;
	s->resend_at = s->close_at = s->reset_at = s->wait_until = NS_NEVER;
	s->quiet_until = 0;
}

/* --- sending --- */

static void put_options(struct server *s, struct seg *out, ns_t now)
{
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));

	if ((out->flags & SEG_SYN) != 0)
		tcpopt_put_mss(&w, 1460);
	if (s->ts_on && (out->flags & SEG_RST) == 0)
		tcpopt_put_ts(&w, (uint32_t)(now / NS_MS) + s->iss * 7, s->ts_recent);
	if (s->wscale_on && (out->flags & SEG_SYN) != 0)
		tcpopt_put_wscale(&w, 0);
	seg_set_opts(out, &w);
}

static const uint8_t zeros[1500]; /* what it sends */

static struct seg *emit(struct server *s, uint16_t flags, uint32_t seq, uint32_t ack, uint32_t len)
{
	struct seg *out = &s->queue[s->queued < SERVER_QUEUE ? s->queued++ : SERVER_QUEUE - 1];

	*out = (struct seg){.flags = flags,
	                    .seq = seq,
	                    .ack = ack,
	                    .win = WINDOW,
	                    .payload_len = len,
	                    .payload = zeros,
	                    .payload_here = len};
	return out;
}

static void send_own(struct server *s, uint16_t flags, uint32_t seq, uint32_t len, ns_t now)
{
	struct seg *out = emit(s, flags | SEG_ACK, seq, s->rcv_nxt, len);

	put_options(s, out, now);
	s->ack_due = false;
}

static void send_ack(struct server *s, ns_t now)
{
	send_own(s, 0, s->snd_nxt, 0, now);
}

static uint32_t fin_seq(const struct server *s)
{
	return s->iss + 1 + s->cfg->data_len;
}

/* Data and FIN from SND.UNA on, as far as they were ever sent. */
static void send_outstanding(struct server *s, ns_t now)
{
	uint32_t seq = s->snd_una;

	while (after(fin_seq(s), seq) > 0 && after(s->snd_nxt, seq) > 0) {
		uint32_t left = fin_seq(s) - seq;
		uint32_t len = left < SEGMENT ? left : SEGMENT;

		send_own(s, SEG_PSH, seq, len, now);
		seq += len;
	}
	if (s->closed && seq == fin_seq(s) && after(s->snd_nxt, seq) > 0)
		send_own(s, SEG_FIN, seq, 0, now);
}

static void arm(struct server *s, ns_t now)
{
	s->resend_at = now + s->rto;
}

static void arm_first(struct server *s, ns_t now)
{
	s->tries = 1;
	s->rto = s->cfg->rto;
	arm(s, now);
}

static void reset_connection(struct server *s, ns_t now)
{
	send_own(s, SEG_RST, s->snd_nxt, 0, now);
	drop(s);
}

/* --- the application --- */

static void app_close(struct server *s, ns_t now)
{
	s->close_at = NS_NEVER;
	if (s->closed || (s->state != STATE_ESTABLISHED && s->state != STATE_CLOSE_WAIT))
		return;
	s->closed = true;
	set_state(s, s->state == STATE_ESTABLISHED ? STATE_FIN_WAIT_1 : STATE_LAST_ACK);
	s->snd_nxt++;
	send_own(s, SEG_FIN, fin_seq(s), 0, now);
	if (s->snd_una == fin_seq(s))
		arm_first(s, now);
}

static void app_opened(struct server *s, ns_t now)
{
	s->close_at = ns_add(now, s->cfg->close_after);
	s->reset_at = ns_add(now, s->cfg->reset_after);
	if (s->cfg->data_len == 0)
		return;
	s->snd_nxt += s->cfg->data_len;
	send_outstanding(s, now);
	arm_first(s, now);
}

static void app_eof(struct server *s, ns_t now)
{
	if (s->cfg->reset_on_eof) {
		reset_connection(s, now);
		return;
	}
	s->close_at = ns_min(s->close_at, now + s->cfg->close_delay);
	if (s->close_at <= now)
		app_close(s, now);
}

/* --- receiving --- */

static void refuse(struct server *s, const struct seg *in)
{
	if ((in->flags & SEG_RST) != 0)
		return;
	if ((in->flags & SEG_ACK) != 0)
		emit(s, SEG_RST, in->ack, 0, 0);
	else
		emit(s, SEG_RST | SEG_ACK, 0, in->seq + seg_len(in), 0);
}

/* Near the wrap often; a later connection's lies well beyond the one before (RFC 9293 3.4.1). */
static uint32_t next_iss(struct server *s)
{
	if (s->connections++ > 0)
		return s->iss + 0x10000 + (uint32_t)rng_below(s->rng, 0x10000000);
	if (rng_below(s->rng, 4) == 0)
		return 0xfffffff0 + (uint32_t)rng_below(s->rng, 16);
	return (uint32_t)rng_next(s->rng);
}

static void take_syn(struct server *s, const struct seg *in, uint32_t id, ns_t now)
{
	struct tcpopts o = seg_opts(in);

	s->syn = id;
	s->irs = in->seq;
	s->rcv_nxt = in->seq + 1;
	s->iss = next_iss(s);
	s->snd_una = s->iss;
	s->snd_nxt = s->iss + 1;
	s->ts_on = o.ts_present && s->cfg->timestamps;
	s->ts_recent = o.tsval;
	s->wscale_on = o.wscale_present && s->cfg->wscale;
	s->closed = false;
	set_state(s, STATE_SYN_RCVD);
	send_own(s, SEG_SYN, s->iss, 0, now);
	arm_first(s, now);
}

/* RFC 9293 3.10.7.2. */
static void in_listen(struct server *s, const struct seg *in, uint32_t id, ns_t now)
{
	if ((in->flags & SEG_RST) != 0)
		return;
	if (s->cfg->refuse || (in->flags & SEG_ACK) != 0)
		refuse(s, in);
	else if ((in->flags & SEG_SYN) != 0)
		take_syn(s, in, id, now);
}

static bool in_window(const struct server *s, uint32_t seq)
{
	return seq - s->rcv_nxt < WINDOW;
}

/* RFC 9293 3.10.7.4, first check. */
static bool acceptable(const struct server *s, const struct seg *in)
{
	uint32_t len = seg_len(in);

	return in_window(s, in->seq) || (len > 0 && in_window(s, in->seq + len - 1));
}

static bool too_old(const struct server *s, const struct seg *in)
{
	struct tcpopts o = seg_opts(in);

	return s->ts_on && (in->flags & SEG_RST) == 0 && o.ts_present &&
	       after(o.tsval, s->ts_recent) < 0;
}

static void challenge(struct server *s, const struct seg *in, ns_t now)
{
	if (s->cfg->limit_acks && seg_len(in) == 0) {
		if (now < s->quiet_until)
			return;
		s->quiet_until = now + 500 * NS_MS;
	}
	send_ack(s, now);
}

static void unacceptable(struct server *s, const struct seg *in, ns_t now)
{
	bool our_syn = seg_has(in, SEG_SYN, SEG_ACK) && in->seq == s->irs;

	if ((in->flags & SEG_RST) != 0)
		return;
	if (s->state == STATE_SYN_RCVD && our_syn && s->cfg->syn_ack_again)
		send_own(s, SEG_SYN, s->iss, 0, now);
	else
		challenge(s, in, now);
}

static void enter_time_wait(struct server *s, ns_t now)
{
	s->reset_at = NS_NEVER;
	s->wait_until = now + 60 * NS_SEC;
	set_state(s, STATE_TIME_WAIT);
}

static void all_acked(struct server *s, ns_t now)
{
	s->resend_at = NS_NEVER;
	if (!s->closed)
		return;
	if (s->state == STATE_FIN_WAIT_1) {
		set_state(s, STATE_FIN_WAIT_2);
	} else if (s->state == STATE_CLOSING) {
		enter_time_wait(s, now);
	} else if (s->state == STATE_LAST_ACK) {
		drop(s);
	}
}

/* RFC 9293 3.10.7.4, fifth check. False: go no further. */
static bool take_ack(struct server *s, const struct seg *in, ns_t now)
{
	bool fresh = after(in->ack, s->snd_una) > 0 && after(in->ack, s->snd_nxt) <= 0;

	if (s->state == STATE_SYN_RCVD && !fresh) {
		emit(s, SEG_RST, in->ack, 0, 0);
		return false;
	}
	if (after(in->ack, s->snd_nxt) > 0 || after(in->ack, s->snd_una - WINDOW) < 0) {
		challenge(s, in, now);
		return false;
	}
	if (!fresh)
		return true;
	s->snd_una = in->ack;
	if (s->state == STATE_SYN_RCVD) {
		s->resend_at = NS_NEVER;
		set_state(s, STATE_ESTABLISHED);
		app_opened(s, now);
	} else if (s->snd_una == s->snd_nxt) {
		all_acked(s, now);
	} else {
		arm_first(s, now);
	}
	return s->state != STATE_LISTEN;
}

static void take_fin(struct server *s, ns_t now)
{
	s->rcv_nxt++;
	if (s->state == STATE_ESTABLISHED) {
		set_state(s, STATE_CLOSE_WAIT);
		app_eof(s, now);
	} else if (s->state == STATE_FIN_WAIT_1) {
		set_state(s, STATE_CLOSING);
	} else if (s->state == STATE_FIN_WAIT_2) {
		enter_time_wait(s, now);
	}
}

static void take_text(struct server *s, const struct seg *in, ns_t now)
{
	uint32_t old = s->rcv_nxt - in->seq;
	bool open = s->state == STATE_ESTABLISHED || s->state == STATE_FIN_WAIT_1 ||
	            s->state == STATE_FIN_WAIT_2;

	if (seg_len(in) == 0)
		return;
	s->ack_due = true;
	if (!open || after(in->seq, s->rcv_nxt) > 0 || old > in->payload_len)
		return;
	s->rcv_nxt += in->payload_len - old;
	if ((in->flags & SEG_FIN) != 0)
		take_fin(s, now);
}

/* RFC 9293 3.10.7.4 with RFC 5961 3.2 and 4.2. */
static void in_connection(struct server *s, const struct seg *in, ns_t now)
{
	struct tcpopts o = seg_opts(in);

	if (too_old(s, in) || !acceptable(s, in)) {
		unacceptable(s, in, now);
	} else if ((in->flags & SEG_RST) != 0) {
		if (in->seq == s->rcv_nxt)
			drop(s);
		else
			challenge(s, in, now);
	} else if ((in->flags & SEG_SYN) != 0) {
		challenge(s, in, now);
	} else if ((in->flags & SEG_ACK) != 0 && take_ack(s, in, now)) {
		if (s->ts_on && o.ts_present && after(in->seq, s->rcv_nxt) <= 0)
			s->ts_recent = o.tsval;
		take_text(s, in, now);
	}
}

void server_segment(struct server *s, const struct seg *in, uint32_t id, ns_t now)
{
	if (s->state == STATE_LISTEN)
		in_listen(s, in, id, now);
	else
		in_connection(s, in, now);
	if (s->ack_due)
		send_ack(s, now);
}

/* --- timers --- */

ns_t server_due(const struct server *s)
{
	return ns_min(ns_min(s->resend_at, s->close_at), ns_min(s->reset_at, s->wait_until));
}

static void resend(struct server *s, ns_t now)
{
	unsigned int allowed =
		1 + (s->state == STATE_SYN_RCVD ? s->cfg->syn_retries : s->cfg->retries);

	if (s->tries >= allowed) {
		s->gave_up = true;
		drop(s);
		return;
	}
	s->tries++;
	s->rto = ns_min(2 * s->rto, 60 * NS_SEC);
	if (s->state == STATE_SYN_RCVD)
		send_own(s, SEG_SYN, s->iss, 0, now);
	else
		send_outstanding(s, now);
	arm(s, now);
}

void server_timer(struct server *s, ns_t now)
{
	if (s->reset_at <= now)
		reset_connection(s, now);
	else if (s->wait_until <= now)
		drop(s);
	else if (s->close_at <= now)
		app_close(s, now);
	else if (s->resend_at <= now)
		resend(s, now);
}

bool server_next(struct server *s, struct seg *out)
{
	if (s->queued == 0)
		return false;
	*out = s->queue[0];
	memmove(s->queue, s->queue + 1, --s->queued * sizeof(s->queue[0]));
	return true;
}

bool server_holds(const struct server *s)
{
	return s->state != STATE_LISTEN && s->state != STATE_TIME_WAIT;
}
