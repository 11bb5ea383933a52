/* SPDX-License-Identifier: BSD-2-Clause */
/* stepper_input.c - what the server's segments say: its numbers, its facts, and the replies kept. */
#include "scenario/stepper_internal.h"

#include "tcp/seq.h"

/* Numbers of this connection lie within this distance, even those of a server that errs. */
#define NEAR 3000000

/*
 * A blind forger hits such a number once in some hundred times, and a verdict needs two connections. A
 * reset without ACK stands at what we acknowledged (RFC 9293 3.5.2).
 */
static bool is_believable(const struct stepper *st, const struct seg *s)
{
	if ((s->flags & SEG_ACK) != 0)
		return seq_near(s->ack, st->snd_nxt, NEAR) ||
		       seq_near(s->ack, st->last.seq + st->last.len, NEAR);
	if ((s->flags & SEG_RST) != 0)
		return seq_near(s->seq, st->last.ack, NEAR) || seq_near(s->seq, st->rcv_nxt, NEAR);
	return false;
}

uint16_t stepper_option(uint8_t kind)
{
	if (kind == TCPOPT_KIND_TFO)
		return 1U << 14;
	if (kind == TCPOPT_KIND_MPTCP)
		return 1U << 13;
	return kind < 13 ? (uint16_t)(1U << kind) : 0;
}

uint16_t stepper_options(const struct seg *s)
{
	uint16_t set = 0;

	for (uint32_t i = 0; i < s->opt_len && s->opt[i] != TCPOPT_KIND_EOL;) {
		set |= stepper_option(s->opt[i]);
		if (s->opt[i] == TCPOPT_KIND_NOP) {
			i++;
			continue;
		}
		if (i + 1 >= s->opt_len || s->opt[i + 1] < 2)
			break;
		i += s->opt[i + 1];
	}
	return set;
}

/* What a later segment hands back: a Fast Open cookie, or the key in MP_CAPABLE (RFC 8684 3.1). */
static void keep_given(struct stepper *st, const struct seg *s)
{
	struct rd value;

	if (tcpopt_find(s->opt, s->opt_len, TCPOPT_KIND_MPTCP, &value))
		rd_skip(&value, 2);
	else if (!tcpopt_find(s->opt, s->opt_len, TCPOPT_KIND_TFO, &value))
		return;
	while (rd_left(&value) > 0 && st->given_len < STEPPER_GIVEN)
		st->given[st->given_len++] = rd_u8(&value);
}

static void keep(struct stepper *st, const struct seg *s, ns_t stamp)
{
	if (!st->marked)
		return;
	if (st->reply_count == STEPPER_REPLIES)
		st->reply_count--; /* of many the first ones, and how it ended */
	st->reply[st->reply_count++] = (struct step_reply){
		.stamp = stamp,
		.seq = s->seq,
		.ack = s->ack,
		.rcv_nxt = st->rcv_nxt,
		.payload = s->payload_len,
		.flags = s->flags,
		.whole = s->good_csum,
		.ecn = s->ip.tos & 3,
		.opt_kinds = stepper_options(s),
		.sent = st->sent_count > 0 ? (uint8_t)(st->sent_count - 1) : 0,
		.part = st->at_part,
	};
}

/* So many without longer pauses show that there are none. */
#define REPEATS_ENOUGH 5

/* RFC 6298 5.5: each pause doubles. The first may be that of a tail loss probe (RFC 8985 7). */
static void note_repeat(struct stepper *st, ns_t stamp)
{
	ns_t pause = st->repeated != NS_NONE ? stamp - st->repeated : NS_NEVER;

	st->repeats++;
	st->repeated = stamp;
	if (pause != NS_NEVER && st->pause != NS_NEVER && pause > st->pause + st->pause / 2)
		st->backs_off = true;
	st->pause = ns_min(st->pause, pause);
	if ((st->repeats >= 2 && st->backs_off) || st->repeats == REPEATS_ENOUGH)
		st->events |= STEP_EV_REPEATS;
}

static void on_syn_ack(struct stepper *st, const struct seg *s, ns_t stamp, ns_t now)
{
	struct tcpopts o = seg_opts(s);

	if (st->syn_ack != NS_NONE && s->seq == st->irs) {
		note_repeat(st, stamp);
		st->ack_due = st->ack_due || stepper_acks(st) != STEP_ACK_NOTHING;
		return;
	}
	if (st->syn_ack != NS_NONE || s->ack != st->cfg->iss + 1 || st->snd_nxt != s->ack) {
		st->peer_ack = s->ack; /* to a SYN that was no opening of ours: to be reset there */
		st->other_isn = s->seq;
		st->other = true;
		st->events |= STEP_EV_NEW;
		if (st->turn == NS_NONE)
			st->turn = now - st->sent_at;
		return;
	}
	st->syn_ack = st->repeated = stamp;
	st->turn = now - st->sent_at;
	st->irs = s->seq;
	st->rcv_nxt = st->rcv_acked = s->seq + 1;
	st->snd_wnd = s->win;
	st->scaled =
		o.wscale_present && (st->last.opt_kinds & stepper_option(TCPOPT_KIND_WSCALE)) != 0;
	st->peer_wscale = st->scaled ? o.wscale : 0;
	st->sack_on = o.sackok && (st->last.opt_kinds & stepper_option(TCPOPT_KIND_SACKOK)) != 0;
	keep_given(st, s);
	st->ts_on = o.ts_present && st->cfg->timestamps && st->cfg->profile->timestamps;
	st->ts_recent = o.tsval;
	st->events |= STEP_EV_SYN_ACK;
}

static void on_ack(struct stepper *st, const struct seg *s, ns_t now)
{
	if (seq_lt(st->peer_ack, s->ack) || st->peer_ack == st->cfg->iss)
		st->peer_ack = s->ack;
	if (s->ack == st->snd_nxt)
		st->events |= STEP_EV_ACKED;
	st->snd_wnd = (uint32_t)s->win << ((s->flags & SEG_SYN) != 0 ? 0 : st->peer_wscale);
	stepper_note_room(st, now);
}

/* User data and FIN, where nothing before them is missing. */
static void on_sequence(struct stepper *st, const struct seg *s, ns_t stamp)
{
	uint32_t end = s->seq + s->payload_len;
	bool fin = (s->flags & SEG_FIN) != 0;

	if (!fin && s->payload_len <= 1 && s->seq == st->rcv_nxt - 1)
		note_repeat(st, stamp); /* a probe of our window, or a keep-alive */
	if (seg_len(s) == 0)
		return;
	if (s->payload_len > 0)
		st->events |= STEP_EV_DATA;
	if (fin && st->fin_seen && end + 1 == st->fin_end)
		note_repeat(st, stamp);
	if (!st->fin_seen && seq_le(s->seq, st->rcv_nxt) && seq_le(st->rcv_nxt, end)) {
		st->rcv_nxt = end + (fin ? 1 : 0);
		if (fin) {
			st->fin_seen = true;
			st->fin_end = st->rcv_nxt;
			st->fin = st->repeated = stamp;
			st->events |= STEP_EV_FIN;
		}
	}
	if (stepper_acks(st) == STEP_ACK_NOTHING)
		return;
	st->rcv_acked =
		st->fin_seen && stepper_acks(st) == STEP_ACK_DATA ? st->fin_end - 1 : st->rcv_nxt;
	st->ack_due = true;
}

bool stepper_heard(struct stepper *st, const struct seg *s, ns_t stamp, ns_t now)
{
	if (!is_believable(st, s))
		return false;
	keep(st, s, stamp);
	st->events |= STEP_EV_REPLY;
	if ((s->flags & SEG_RST) != 0) {
		st->events |= STEP_EV_RST;
		stepper_note_reset(st);
	} else if (seg_has(s, SEG_SYN | SEG_ACK, 0)) {
		on_syn_ack(st, s, stamp, now);
		on_ack(st, s, now);
	} else if (st->syn_ack != NS_NONE) {
		if (st->ts_on && seg_opts(s).ts_present)
			st->ts_recent = seg_opts(s).tsval;
		on_ack(st, s, now);
		on_sequence(st, s, stamp);
	}
	stepper_run(st, now);
	return true;
}
