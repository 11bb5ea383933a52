/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cookies_run.c - the one stepper of the tests for SYN cookies.
 *
 * Theory of operation
 *
 * A tuple's SYNs differ in their sequence numbers, so a SYN-ACK says by its acknowledgment which of them
 * it answers, however late it comes. What answers a SYN with the acknowledgment of an earlier one is a
 * challenge ACK, or that SYN's SYN-ACK once more: both show a half-open connection.
 *
 * A reset may be lost. Then a SYN-ACK, or a challenge ACK, arrives for a SYN that was reset before: it is
 * reset again, and a SYN that still waits is sent again later.
 */
#include "probe/cookies_run.h"

#include <string.h>

#include "tcp/seq.h"

/* A reset has surely arrived after half a round trip, but for one that was overtaken: wait longer. */
#define SETTLE_MIN (30 * NS_MS)
#define SETTLE_MAX (80 * NS_MS)

/* What jitter and a busy peer may add to three round-trip times, and the least that is worth waiting. */
#define RTO_SLACK (100 * NS_MS)
#define RTO_MIN   (200 * NS_MS)

/* Most resets on one tuple: a peer that repeats its SYN-ACK for ever is not answered for ever. */
#define RESETS_MAX 16

#define FAR        (1U << 30) /* beyond any window */

static uint8_t bit(unsigned int shot)
{
	return (uint8_t)(1U << shot);
}

static const struct cookies_step *step_of(const struct cookies_run *r)
{
	uint8_t count;

	return &cookies_steps((enum cookies_test)r->tuple->test, &count)[r->step];
}

static struct cookies_shot *shot_of(const struct cookies_run *r)
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
			set |= bit(i);
	return set & (uint8_t)~r->reset_done;
}

static void reset_again(struct cookies_run *r, unsigned int shot)
{
	if ((r->reset_done & bit(shot)) != 0)
		r->reset_due |= bit(shot);
}

/* --- from step to step --- */

static void over(struct cookies_run *r)
{
	r->phase = PHASE_OVER;
	r->deadline = NS_NEVER;
	r->tuple->ended = true;
	r->reset_due |= unreset(r);
}

static ns_t settle(const struct cookies_common *c)
{
	ns_t half = c->rtt == NS_NONE ? SETTLE_MAX : c->rtt / 2;

	return half < SETTLE_MIN ? SETTLE_MIN : ns_min(half, SETTLE_MAX);
}

static void step_over(struct cookies_run *r, const struct cookies_common *c, ns_t now)
{
	const struct cookies_step *last = step_of(r);
	const struct cookies_shot *first = &r->tuple->shot[0];
	ns_t pause = last->reset ? settle(c) : 0;
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

static void answered(struct cookies_run *r, struct cookies_common *c, ns_t now)
{
	const struct cookies_shot *s = shot_of(r);

	if (c->rtt == NS_NONE && s->kind == SHOT_SYN && s->tries == 1 && s->first != NS_NONE)
		c->rtt = s->reply.stamp - s->first;
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
	if (r->pressed && shot_of(r)->reply.kind == REPLY_NONE)
		shot_of(r)->reply.kind = REPLY_SAME;
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
		if (shot_of(r)->tries < tries_allowed(r, c))
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
	if (r->phase != PHASE_IDLE && r->phase != PHASE_OVER)
		over(r);
}

void cookies_run_forget(struct cookies_run *r)
{
	if (r->phase == PHASE_IDLE)
		return;
	over(r);
	r->reset_due = 0;
}

/* --- segments out --- */

ns_t cookies_rto(const struct cookies_common *c)
{
	ns_t rto;

	if (c->rtt == NS_NONE)
		return c->rto;
	rto = 3 * c->rtt + RTO_SLACK;
	return rto < RTO_MIN ? RTO_MIN : rto;
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

/* Not 0, and another one for each try, so that the capture tells them apart. */
static uint16_t make_ip_id(const struct cookies_shot *s)
{
	return (uint16_t)((s->seq >> 13 ^ (uint32_t)s->tries * 0x9e37) | 1);
}

/* The acknowledgments follow the tuple's first SYN and its SYN-ACK. */
static void build_ack(const struct cookies_run *r, const struct cookies_common *c,
                      const struct cookies_shot *s, struct seg *out)
{
	*out = (struct seg){.seq = s->seq, .ack = s->ack, .flags = SEG_ACK, .win = c->win};
	out->ip = ip_header(c, r->x, make_ip_id(s));
}

static void begin_shot(const struct cookies_run *r, const struct cookies_common *c,
                       struct cookies_shot *s)
{
	const struct cookies_step *step = step_of(r);
	static const uint32_t ahead[] = {
		[SHOT_FAR_ACK] = 1 + FAR, [SHOT_COOKIE_ACK] = 1, [SHOT_KEEPALIVE] = 0};

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
	const struct cookies_shot *s = shot_of(r);
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
	struct cookies_shot *s = shot_of(r);

	if (s->tries++ == 0) {
		begin_shot(r, c, s);
		r->tuple->count = r->step + 1;
	}
	s->ip_id = make_ip_id(s);
	s->win = c->win;
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

static bool next_reset(struct cookies_run *r, const struct cookies_common *c, struct seg *out)
{
	for (unsigned int i = 0; i < r->tuple->count; i++) {
		if ((r->reset_due & bit(i)) == 0)
			continue;
		r->reset_due &= (uint8_t)~bit(i);
		if (r->resets_left == 0)
			continue;
		r->resets_left--;
		/* Where segments are lost, one more: nothing will tell us that this one was. */
		if (c->lossy && (r->reset_done & bit(i)) == 0)
			r->reset_due |= bit(i);
		r->reset_done |= bit(i);
		cookies_reset(c, r->tuple->shot[i].seq, out);
		return true;
	}
	return false;
}

bool cookies_run_next(struct cookies_run *r, struct cookies_common *c, struct seg *out, ns_t now)
{
	if (r->phase == PHASE_IDLE)
		return false;
	if (next_reset(r, c, out))
		return true;
	if (r->phase != PHASE_SEND)
		return false;
	send_step(r, c, out, now);
	return true;
}

/* --- segments in --- */

/* The last shot sent that has this sequence number and is, or is not, a SYN; or NULL. */
static struct cookies_shot *find_shot(const struct cookies_run *r, uint32_t seq, bool syn)
{
	for (unsigned int i = r->tuple->count; i > 0; i--) {
		struct cookies_shot *s = &r->tuple->shot[i - 1];

		if (s->seq == seq && (s->kind == SHOT_SYN) == syn)
			return s;
	}
	return NULL;
}

void cookies_run_sent(struct cookies_run *r, const struct seg *s, ns_t stamp)
{
	struct cookies_shot *shot;

	if (r->phase == PHASE_IDLE || (s->flags & SEG_RST) != 0)
		return;
	shot = find_shot(r, s->seq, (s->flags & SEG_SYN) != 0);
	if (shot != NULL && shot->first == NS_NONE)
		shot->first = stamp;
}

static void take_reply(struct cookies_shot *shot, enum cookies_reply_kind kind, const struct seg *s,
                       ns_t stamp)
{
	struct tcpopts o = seg_opts(s);

	shot->reply = (struct cookies_reply){
		.kind = (uint8_t)kind,
		.stamp = stamp,
		.seq = s->seq,
		.ack = s->ack,
		.win = s->win,
		.ip_id = s->ip.id,
		.ttl = s->ip.ttl,
		.has = {.mss = o.mss_present ? o.mss : 0,
	                .wscale = o.wscale_present ? (int8_t)o.wscale : -1,
	                .sack = o.sackok,
	                .timestamps = o.ts_present,
	                .ecn = (s->flags & SEG_ECE) != 0},
		.tsval = o.tsval,
	};
}

static bool awaits(const struct cookies_run *r, const struct cookies_shot *shot)
{
	return r->phase == PHASE_AWAIT && shot == shot_of(r);
}

/* So long after `since` that it can answer what was sent then, rather than what was sent before. */
static bool is_after(const struct cookies_common *c, ns_t since, ns_t stamp)
{
	return c->rtt != NS_NONE && since != NS_NONE && stamp - since > c->rtt / 4 * 3;
}

/* Later than any copy that the network made: the server sent it again. */
#define SENT_AGAIN (500 * NS_MS)

/* This SYN-ACK, or one like it, came before. */
static enum track_take heard_again(struct cookies_run *r, const struct cookies_common *c,
                                   struct cookies_shot *shot, ns_t stamp)
{
	if (stamp - shot->reply.stamp >= SENT_AGAIN && shot->repeats < UINT8_MAX)
		shot->repeats++;
	reset_again(r, (unsigned int)(shot - r->tuple->shot));
	if (r->phase == PHASE_AWAIT && shot < shot_of(r) && is_after(c, shot_of(r)->first, stamp))
		r->pressed = true;
	return TRACK_DUPLICATE;
}

/* A copy of the SYN-ACK of an earlier SYN with the same number? */
static bool is_copy(const struct cookies_run *r, const struct cookies_common *c,
                    const struct cookies_shot *shot, ns_t stamp)
{
	for (const struct cookies_shot *s = r->tuple->shot; s < shot; s++)
		if (s->seq == shot->seq)
			return c->rtt != NS_NONE && !is_after(c, shot->first, stamp);
	return false;
}

static enum track_take heard_syn_ack(struct cookies_run *r, struct cookies_common *c,
                                     const struct seg *s, ns_t stamp, ns_t now)
{
	struct cookies_shot *shot = find_shot(r, s->ack - 1, true);

	if (shot == NULL)
		return TRACK_SPOOFED;
	if (shot->reply.kind == REPLY_SYN_ACK || shot->reply.kind == REPLY_RST)
		return heard_again(r, c, shot, stamp);
	if (is_copy(r, c, shot, stamp))
		return TRACK_DUPLICATE;
	take_reply(shot, REPLY_SYN_ACK, s, stamp);
	reset_again(r, (unsigned int)(shot - r->tuple->shot));
	if (awaits(r, shot))
		answered(r, c, now);
	return TRACK_TAKEN;
}

/* The earlier SYN whose half-open connection speaks here: `seq` follows its SYN-ACK. */
static const struct cookies_shot *speaker(const struct cookies_run *r, uint32_t seq)
{
	for (unsigned int i = 0; i < r->tuple->count; i++) {
		const struct cookies_shot *s = &r->tuple->shot[i];

		if (s->kind == SHOT_SYN && s->reply.kind == REPLY_SYN_ACK &&
		    s->reply.seq + 1 == seq)
			return s;
	}
	return NULL;
}

/* The reset of that shot was lost: send it anew, then this SYN once more. */
static void try_again(struct cookies_run *r, struct cookies_common *c, unsigned int shot, ns_t now)
{
	c->lossy = true;
	reset_again(r, shot);
	if (r->challenged)
		return;
	r->challenged = true;
	r->phase = PHASE_PAUSE;
	r->deadline = now + settle(c);
}

/* What answers an ACK of ours may carry data of an application that speaks first. */
#define DATA_MAX 65536

static enum track_take heard_ack(struct cookies_run *r, struct cookies_common *c,
                                 const struct seg *s, ns_t stamp, ns_t now)
{
	struct cookies_shot *shot = shot_of(r);
	const struct cookies_shot *from = speaker(r, s->seq);

	if (r->phase != PHASE_AWAIT)
		return TRACK_IGNORED;
	if (shot->kind != SHOT_SYN) {
		if (s->ack != r->x + 1 || !seq_within(s->seq, shot->ack, DATA_MAX))
			return TRACK_SPOOFED;
		take_reply(shot, REPLY_ACK, s, stamp);
		answered(r, c, now);
		return TRACK_TAKEN;
	}
	if (from == NULL || s->ack != from->seq + 1)
		return TRACK_SPOOFED;
	take_reply(shot, REPLY_ACK, s, stamp);
	if ((r->reset_done & bit((unsigned int)(from - r->tuple->shot))) != 0)
		try_again(r, c, (unsigned int)(from - r->tuple->shot), now);
	else
		answered(r, c, now);
	return TRACK_TAKEN;
}

static enum track_take heard_rst(struct cookies_run *r, struct cookies_common *c,
                                 const struct seg *s, ns_t stamp, ns_t now)
{
	struct cookies_shot *shot = shot_of(r);
	bool exact = (s->flags & SEG_ACK) != 0 ? find_shot(r, s->ack - 1, true) != NULL
	                                       : speaker(r, s->seq) != NULL;

	if (!exact)
		return TRACK_SPOOFED;
	if (r->phase != PHASE_AWAIT)
		return TRACK_IGNORED;
	take_reply(shot, REPLY_RST, s, stamp);
	answered(r, c, now);
	return TRACK_TAKEN;
}

enum track_take cookies_run_heard(struct cookies_run *r, struct cookies_common *c,
                                  const struct seg *s, ns_t stamp, ns_t now)
{
	if (r->phase == PHASE_IDLE)
		return TRACK_SPOOFED;
	if ((s->flags & SEG_RST) != 0)
		return heard_rst(r, c, s, stamp, now);
	if (seg_has(s, SEG_SYN | SEG_ACK, 0))
		return heard_syn_ack(r, c, s, stamp, now);
	if (seg_has(s, SEG_ACK, SEG_SYN))
		return heard_ack(r, c, s, stamp, now);
	return TRACK_SPOOFED;
}
