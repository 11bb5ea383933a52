/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_run.c - the one stepper of the tests for SYN cookies: what is sent when, again, and reset. */
#include "probe/cookies_run_internal.h"

#include <string.h>

/* A reset has surely arrived after half a round trip, but for one that was overtaken: wait longer. */
#define SETTLE_MIN (30 * NS_MS)
#define SETTLE_MAX (80 * NS_MS)

/* What jitter and a busy peer may add to three round-trip times, and the least that is worth waiting. */
#define RTO_SLACK (100 * NS_MS)
#define RTO_MIN   (200 * NS_MS)

/* Most resets on one tuple: a peer that repeats its SYN-ACK for ever is not answered for ever. */
#define RESETS_MAX 16

#define FAR        (1U << 30) /* beyond any window */
#define OLD        777        /* before it, and no difference of indices in a cookie */

static const struct cookies_step *step_at(const struct cookies_run *r, unsigned int step)
{
	uint8_t count;

	return &cookies_steps((enum cookies_test)r->tuple->test, &count)[step];
}

static const struct cookies_step *step_of(const struct cookies_run *r)
{
	return step_at(r, r->step);
}

struct cookies_shot *cookies_run_shot(const struct cookies_run *r)
{
	return &r->tuple->shot[r->step];
}

void cookies_run_start(struct cookies_run *r, struct cookies_tuple *tuple, enum cookies_test t,
                       uint32_t x, ns_t now)
{
	memset(r, 0, sizeof(*r));
	memset(tuple, 0, sizeof(*tuple));
	tuple->test = (uint8_t)t;
	r->tuple = tuple;
	r->x = x;
	r->phase = PHASE_SEND;
	r->resets_left = RESETS_MAX;
	r->deadline = now;
}

/* --- resets --- */

/* SYNs that may have opened something, and were not reset. */
static uint8_t unreset(const struct cookies_run *r)
{
	uint8_t set = 0;

	for (unsigned int i = 0; i < r->tuple->count; i++)
		if (r->tuple->shot[i].kind == SHOT_SYN && r->tuple->shot[i].reply.kind != REPLY_RST)
			set |= cookies_shot_bit(i);
	return set & (uint8_t)~r->reset_done;
}

void cookies_run_reset_again(struct cookies_run *r, unsigned int shot)
{
	if ((r->reset_done & cookies_shot_bit(shot)) != 0)
		r->reset_due |= cookies_shot_bit(shot);
}

void cookies_run_reset_late(struct cookies_run *r, const struct cookies_common *c,
                            unsigned int shot, ns_t now)
{
	ns_t passed = now - r->reset_at;

	if (c->turn_min == NS_NONE || cookies_is_after(c, passed, passed))
		cookies_run_reset_again(r, shot);
}

/* --- from step to step --- */

static void over(struct cookies_run *r)
{
	r->phase = PHASE_OVER;
	r->deadline = NS_NEVER;
	r->tuple->ended = true;
	r->reset_due |= unreset(r);
}

ns_t cookies_settle(const struct cookies_common *c)
{
	ns_t half = c->turn_max == NS_NONE ? SETTLE_MAX : c->turn_max / 2;

	return half < SETTLE_MIN ? SETTLE_MIN : ns_min(half, SETTLE_MAX);
}

static void step_over(struct cookies_run *r, const struct cookies_common *c, ns_t now)
{
	const struct cookies_step *last = step_of(r);
	const struct cookies_shot *first = &r->tuple->shot[0];
	ns_t pause = last->reset ? cookies_settle(c) : 0;
	uint8_t count;

	if (last->reset)
		r->reset_due |= unreset(r);
	cookies_steps((enum cookies_test)r->tuple->test, &count);
	if (first->reply.kind != REPLY_SYN_ACK || r->step + 1 == count) {
		over(r);
		return;
	}
	r->step++;
	r->pressed = r->challenged = false;
	if (step_of(r)->pause_ms > 0)
		pause = step_of(r)->pause_ms * NS_MS;
	r->phase = pause > 0 ? PHASE_PAUSE : PHASE_SEND;
	r->deadline = now + pause;
}

/* A SYN that was sent again may have had its answer from any try: that bounds the round trip only. */
static void note_turn(const struct cookies_run *r, struct cookies_common *c,
                      const struct cookies_shot *s, ns_t now)
{
	if (c->turn_max != NS_NONE && s->tries > 1)
		return;
	if (c->turn_max == NS_NONE || now - r->first_at[r->step] < c->turn_max) {
		c->turn_min = now - r->sent_at[r->step];
		c->turn_max = now - r->first_at[r->step];
	}
	if (c->rtt == NS_NONE && s->tries == 1 && s->first != NS_NONE)
		c->rtt = s->reply.stamp - s->first;
}

void cookies_run_answered(struct cookies_run *r, struct cookies_common *c, ns_t now)
{
	const struct cookies_shot *s = cookies_run_shot(r);

	if (s->kind == SHOT_SYN)
		note_turn(r, c, s, now);
	if (step_of(r)->listen_ms > 0 && s->reply.kind == REPLY_SYN_ACK) {
		r->phase = PHASE_LISTEN;
		r->deadline = now + step_of(r)->listen_ms * NS_MS;
		return;
	}
	step_over(r, c, now);
}

/* Nothing came for this step. */
static void give_up(struct cookies_run *r, const struct cookies_common *c, ns_t now)
{
	if (r->pressed && cookies_run_shot(r)->reply.kind == REPLY_NONE)
		cookies_run_shot(r)->reply.kind = REPLY_SAME;
	step_over(r, c, now);
}

static unsigned int tries_allowed(const struct cookies_run *r, const struct cookies_common *c)
{
	return (step_of(r)->once ? 1 : c->syn_retries + 1U) + r->challenged;
}

void cookies_run_timer(struct cookies_run *r, struct cookies_common *c, ns_t now)
{
	if (now < r->deadline)
		return;
	switch ((enum cookies_phase)r->phase) {
	case PHASE_PAUSE:
		r->phase = PHASE_SEND;
		break;
	case PHASE_AWAIT:
		c->lossy = c->lossy || !r->pressed;
		if (cookies_run_shot(r)->tries < tries_allowed(r, c))
			r->phase = PHASE_SEND;
		else
			give_up(r, c, now);
		break;
	case PHASE_LISTEN:
		step_over(r, c, now);
		break;
	case PHASE_IDLE:
	case PHASE_SEND:
	case PHASE_OVER:
		break;
	}
}

void cookies_run_stop(struct cookies_run *r)
{
	if (r->phase == PHASE_IDLE || r->phase == PHASE_OVER)
		return;
	if (r->phase == PHASE_AWAIT || r->phase == PHASE_LISTEN)
		cookies_run_shot(r)->cut = true;
	over(r);
}

void cookies_run_forget(struct cookies_run *r)
{
	if (r->phase == PHASE_IDLE)
		return;
	over(r);
	r->reset_done |= r->reset_due; /* those that open something all the same are reset then */
	r->reset_due = 0;
}

/* --- segments out --- */

ns_t cookies_rto(const struct cookies_common *c)
{
	ns_t rto;

	if (c->turn_max == NS_NONE)
		return c->rto;
	rto = 3 * c->turn_max + RTO_SLACK;
	return rto < RTO_MIN ? RTO_MIN : rto;
}

bool cookies_is_after(const struct cookies_common *c, ns_t stamped, ns_t passed)
{
	return c->turn_min != NS_NONE && ns_min(stamped, passed) > c->turn_min / 4 * 3;
}

uint16_t cookies_ip_id(uint32_t seq, unsigned int tries)
{
	return (uint16_t)((seq >> 13 ^ tries * 0x9e37U) | 1);
}

static struct seg_ip ip_header(const struct cookies_common *c, uint32_t seq, uint16_t id)
{
	return (struct seg_ip){.ttl = c->profile.ttl,
	                       .tos = c->tos,
	                       .df = true,
	                       .id = c->v6 ? 0 : id,
	                       .flow = c->v6 ? seq & 0xfffff : 0};
}

void cookies_reset(const struct cookies_common *c, uint32_t syn, struct seg *out)
{
	*out = (struct seg){.seq = syn + 1, .flags = SEG_RST};
	out->ip = ip_header(c, syn, (uint16_t)(syn >> 16 | 1));
}

void cookies_syn(const struct cookies_common *c, enum cookies_offer o, uint32_t seq, uint16_t ip_id,
                 ns_t now, struct seg *out, struct syncookie_offer *offer)
{
	struct profile p = cookies_profile(&c->profile, o, c->v6, offer);
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));

	offer->ecn = c->ecn;
	*out = (struct seg){.seq = seq, .flags = SEG_SYN, .win = c->win};
	if (c->ecn)
		out->flags |= SEG_ECE | SEG_CWR;
	out->ip = ip_header(c, seq, ip_id);
	profile_put_options(&p, &w, (uint16_t)p.mss, c->ts_base + (uint32_t)(now / NS_MS));
	seg_set_opts(out, &w);
}

/* The acknowledgments follow the tuple's first SYN and its SYN-ACK. */
static void build_ack(const struct cookies_run *r, const struct cookies_common *c,
                      const struct cookies_shot *s, struct seg *out)
{
	*out = (struct seg){.seq = s->seq, .ack = s->ack, .flags = SEG_ACK, .win = c->win};
	out->ip = ip_header(c, r->x, cookies_ip_id(s->seq, s->tries));
}

static void begin_shot(const struct cookies_run *r, const struct cookies_common *c,
                       struct cookies_shot *s)
{
	const struct cookies_step *step = step_of(r);
	static const uint32_t ahead[] = {[SHOT_FAR_ACK] = 1 + FAR,
	                                 [SHOT_COOKIE_ACK] = 1,
	                                 [SHOT_OLD_ACK] = 1 - (uint32_t)OLD};

	s->kind = step->kind;
	s->first = NS_NONE;
	s->reply.stamp = NS_NONE;
	if (step->kind == SHOT_SYN) {
		s->seq = r->x + c->delta[step->delta];
		return;
	}
	s->seq = r->x + ahead[step->kind];
	s->ack = r->tuple->shot[0].reply.seq + 1;
}

static void await(struct cookies_run *r, const struct cookies_common *c, ns_t now)
{
	const struct cookies_shot *s = cookies_run_shot(r);
	bool last = s->tries == tries_allowed(r, c);

	r->rto = s->tries == 1 ? cookies_rto(c) : 2 * r->rto;
	r->phase = PHASE_AWAIT;
	r->deadline = now + (last && c->timeout > 0 ? c->timeout : r->rto);
}

static enum cookies_offer offer_of(const struct cookies_run *r)
{
	const struct cookies_step *step = step_of(r);

	if (step->bare_of_proxy && r->tuple->shot[0].reply.win == 0)
		return OFFER_BARE;
	return (enum cookies_offer)step->offer;
}

static void send_step(struct cookies_run *r, struct cookies_common *c, struct seg *out, ns_t now)
{
	const struct cookies_step *step = step_of(r);
	struct cookies_shot *s = cookies_run_shot(r);

	if (s->tries++ == 0) {
		begin_shot(r, c, s);
		r->first_at[r->step] = now;
		r->tuple->count = r->step + 1;
	}
	s->ip_id = cookies_ip_id(s->seq, s->tries);
	s->win = c->win;
	r->sent_at[r->step] = now;
	if (step->kind == SHOT_SYN)
		cookies_syn(c, offer_of(r), s->seq, s->ip_id, now, out, &s->offer);
	else
		build_ack(r, c, s, out);
	if (step->kind == SHOT_COOKIE_ACK)
		r->reset_done = 0; /* it may open what was reset */
	if (step->unawaited)
		step_over(r, c, now);
	else
		await(r, c, now);
}

static bool next_reset(struct cookies_run *r, const struct cookies_common *c, struct seg *out,
                       ns_t now)
{
	for (unsigned int i = 0; i < r->tuple->count; i++) {
		bool first = (r->reset_done & cookies_shot_bit(i)) == 0;

		if ((r->reset_due & cookies_shot_bit(i)) == 0)
			continue;
		r->reset_due &= (uint8_t)~cookies_shot_bit(i);
		if (r->resets_left == 0)
			continue;
		r->resets_left--;
		/* Where segments are lost, one more: nothing will tell us that this one was. */
		if (first && (c->lossy || step_at(r, i)->surely))
			r->reset_due |= cookies_shot_bit(i);
		r->reset_done |= cookies_shot_bit(i);
		r->reset_at = now;
		cookies_reset(c, r->tuple->shot[i].seq, out);
		return true;
	}
	return false;
}

bool cookies_run_next(struct cookies_run *r, struct cookies_common *c, struct seg *out, ns_t now)
{
	if (r->phase == PHASE_IDLE)
		return false;
	if (next_reset(r, c, out, now))
		return true;
	if (r->phase != PHASE_SEND)
		return false;
	send_step(r, c, out, now);
	return true;
}
