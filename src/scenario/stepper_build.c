/* SPDX-License-Identifier: BSD-2-Clause */
/* stepper_build.c - from a step, and the numbers as they stand, to a segment. */
#include <string.h>

#include "scenario/stepper_internal.h"

static uint32_t number(const struct stepper *st, struct step_number n)
{
	uint32_t base = 0;

	switch ((enum step_base)n.base) {
	case STEP_NONE:
		return 0;
	case STEP_ISS:
		base = st->cfg->iss;
		break;
	case STEP_SND_NXT:
		base = st->snd_nxt;
		break;
	case STEP_SND_EDGE:
		base = st->snd_nxt + st->snd_wnd;
		break;
	case STEP_RCV_NXT:
		base = st->rcv_nxt;
		break;
	case STEP_RCV_ACKED:
		base = st->rcv_acked;
		break;
	}
	return base + (uint32_t)n.add;
}

static void put_timestamps(struct stepper *st, enum step_options how, struct wr *w)
{
	if (!st->ts_on)
		return;
	if (how == STEP_OPT_PLAIN || how == STEP_OPT_NEW)
		st->tsval++;
	tcpopt_put_nop(w);
	tcpopt_put_nop(w);
	tcpopt_put_ts(w, how == STEP_OPT_OLD ? st->tsval - 500 : st->tsval, st->ts_recent);
}

static void put_syn(const struct stepper *st, struct wr *w)
{
	struct profile p = *st->cfg->profile;

	p.timestamps = p.timestamps && st->cfg->timestamps;
	profile_put_options(&p, w, st->cfg->mss, st->tsval);
}

/* `raw`, whose last option has its length byte as if nothing were to follow. */
static void put_given(const struct stepper *st, const struct step *s, struct wr *w)
{
	const uint8_t *raw = (const uint8_t *)s->raw;
	uint8_t last = 0;

	for (uint8_t i = 0; i < s->raw_len;
	     i = (uint8_t)(i + (raw[i] == TCPOPT_KIND_NOP ? 1 : raw[i + 1])))
		last = i;
	wr_bytes(w, raw, last);
	if (st->given_len == 0)
		return;
	wr_u8(w, raw[last]);
	wr_u8(w, (uint8_t)(raw[last + 1] + st->given_len));
	wr_bytes(w, raw + last + 2, (size_t)s->raw_len - last - 2);
	wr_bytes(w, st->given, st->given_len);
}

static void put_options(struct stepper *st, const struct step *s, struct seg *out)
{
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));

	switch ((enum step_options)s->options) {
	case STEP_OPT_SYN:
		put_syn(st, &w);
		break;
	case STEP_OPT_RAW:
		wr_bytes(&w, s->raw, s->raw_len);
		break;
	case STEP_OPT_GIVEN:
		put_given(st, s, &w);
		break;
	case STEP_OPT_PLAIN:
		if ((s->flags & (SEG_SYN | SEG_RST)) == 0)
			put_timestamps(st, STEP_OPT_PLAIN, &w);
		break;
	case STEP_OPT_NEW:
	case STEP_OPT_SAME:
	case STEP_OPT_OLD:
		put_timestamps(st, (enum step_options)s->options, &w);
		break;
	}
	seg_set_opts(out, &w);
}

static void put_data(const struct stepper *st, const struct step *s, struct seg *out)
{
	bool request = s->data == STEP_REQUEST;

	if (s->data == NULL)
		return;
	out->payload = (const uint8_t *)(request ? st->cfg->request : s->data);
	out->payload_len = request ? st->cfg->request_len : (uint32_t)strlen(s->data);
}

static void put_header(const struct stepper *st, struct seg *out)
{
	out->ip = (struct seg_ip){
		.ttl = st->cfg->profile->ttl,
		.tos = st->cfg->tos,
		.df = true,
		.id = (uint16_t)((st->cfg->iss >> 16) + st->last.seq + st->tsval + st->sent_count) |
	              1,
		.flow = st->cfg->iss & 0xfffff,
	};
}

/* What a client of this profile would advertise, or what a step before has set. */
static uint16_t window(struct stepper *st, const struct step *s)
{
	bool scaled = (s->flags & SEG_SYN) == 0 && st->scaled;

	if ((s->flags & SEG_RST) != 0 || s->window_0)
		return 0;
	if (s->win != 0)
		st->win = s->win;
	if (st->win != 0)
		return st->win;
	return (uint16_t)(st->cfg->profile->win >> (scaled ? st->cfg->profile->wscale : 0));
}

void stepper_build(struct stepper *st, const struct step *s, struct seg *out)
{
	*out = (struct seg){
		.seq = number(st, s->seq),
		.ack = number(st, s->ack),
		.flags = s->flags |
	                 (s->options == STEP_OPT_SYN && st->cfg->ecn ? SEG_ECE | SEG_CWR : 0),
		.win = window(st, s),
		.urg = (s->flags & SEG_URG) != 0 ? 1 : 0,
		.bad_csum = s->bad_csum,
	};
	put_options(st, s, out);
	put_data(st, s, out);
	put_header(st, out);
	out->ip.tos |= s->ecn;
}

uint32_t stepper_reset_seq(const struct stepper *st)
{
	return st->syn_ack == NS_NONE && st->peer_ack == st->cfg->iss ? st->snd_nxt : st->peer_ack;
}

uint32_t stepper_reset_ack(const struct stepper *st)
{
	return st->other ? st->other_isn + 1 : st->rcv_nxt;
}

void stepper_build_reset(const struct stepper *st, uint32_t seq, struct seg *out)
{
	*out = (struct seg){.seq = seq, .flags = SEG_RST};
	put_header(st, out);
}
