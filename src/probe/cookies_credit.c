/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cookies_credit.c - which segment of a test does a captured one answer?
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
#include "probe/cookies_run_internal.h"

#include "tcp/seq.h"

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
	if (shot == NULL)
		return;
	shot->captured++;
	if (shot->first == NS_NONE)
		shot->first = stamp;
}

static void take_reply(struct cookies_run *r, struct cookies_shot *shot,
                       enum cookies_reply_kind kind, const struct seg *s, ns_t stamp, ns_t now)
{
	struct tcpopts o = seg_opts(s);

	r->heard_at[shot - r->tuple->shot] = now;
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
	return r->phase == PHASE_AWAIT && shot == cookies_run_shot(r);
}

/* Can what comes now answer this shot, rather than one before it? */
static bool may_answer(const struct cookies_run *r, const struct cookies_common *c,
                       const struct cookies_shot *shot, ns_t stamp, ns_t now)
{
	return shot->first != NS_NONE &&
	       cookies_is_after(c, stamp - shot->first, now - r->sent_at[shot - r->tuple->shot]);
}

/* Later than any copy that the network made: the server sent it again. */
#define SENT_AGAIN (500 * NS_MS)

/* This SYN-ACK, or one like it, came before. */
static enum track_take heard_again(struct cookies_run *r, const struct cookies_common *c,
                                   struct cookies_shot *shot, ns_t stamp, ns_t now)
{
	const struct cookies_shot *waits = cookies_run_shot(r);
	unsigned int i = (unsigned int)(shot - r->tuple->shot);

	if (ns_min(stamp - shot->reply.stamp, now - r->heard_at[i]) >= SENT_AGAIN &&
	    shot->repeats < UINT8_MAX)
		shot->repeats++;
	if (shot->reply.kind == REPLY_RST)
		r->reset_due |= cookies_shot_bit(i); /* it was refused, and is open after all */
	else
		cookies_run_reset_late(r, c, i, now);
	if (r->phase == PHASE_AWAIT && shot < waits && may_answer(r, c, waits, stamp, now))
		r->pressed = true;
	return TRACK_DUPLICATE;
}

/* A copy of the SYN-ACK of an earlier SYN with the same number? */
static bool is_copy(const struct cookies_run *r, const struct cookies_common *c,
                    const struct cookies_shot *shot, ns_t stamp, ns_t now)
{
	for (const struct cookies_shot *s = r->tuple->shot; s < shot; s++)
		if (s->seq == shot->seq)
			return c->turn_min != NS_NONE && !may_answer(r, c, shot, stamp, now);
	return false;
}

static enum track_take heard_syn_ack(struct cookies_run *r, struct cookies_common *c,
                                     const struct seg *s, ns_t stamp, ns_t now)
{
	struct cookies_shot *shot = find_shot(r, s->ack - 1, true);

	if (shot == NULL)
		return TRACK_SPOOFED;
	if (shot->reply.kind == REPLY_SYN_ACK || shot->reply.kind == REPLY_RST)
		return heard_again(r, c, shot, stamp, now);
	if (is_copy(r, c, shot, stamp, now))
		return TRACK_DUPLICATE;
	take_reply(r, shot, REPLY_SYN_ACK, s, stamp, now);
	cookies_run_reset_again(r, (unsigned int)(shot - r->tuple->shot));
	if (awaits(r, shot))
		cookies_run_answered(r, c, now);
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
	cookies_run_reset_again(r, shot);
	if (r->challenged)
		return;
	r->challenged = true;
	r->phase = PHASE_PAUSE;
	r->deadline = now + cookies_settle(c);
}

/* What answers an ACK of ours may carry data of an application that speaks first. */
#define DATA_MAX 65536

static enum track_take heard_ack(struct cookies_run *r, struct cookies_common *c,
                                 const struct seg *s, ns_t stamp, ns_t now)
{
	struct cookies_shot *shot = cookies_run_shot(r);
	const struct cookies_shot *from = speaker(r, s->seq);

	if (r->phase != PHASE_AWAIT) {
		if (r->tuple->test == COOKIES_PROVE && s->ack == r->x + 1)
			cookies_run_reset_late(r, c, 0, now); /* the connection lives */
		return TRACK_IGNORED;
	}
	if (shot->kind != SHOT_SYN) {
		if (s->ack != r->x + 1 || !seq_within(s->seq, shot->ack, DATA_MAX))
			return TRACK_SPOOFED;
		take_reply(r, shot, REPLY_ACK, s, stamp, now);
		cookies_run_answered(r, c, now);
		return TRACK_TAKEN;
	}
	if (from == NULL || s->ack != from->seq + 1)
		return TRACK_SPOOFED;
	take_reply(r, shot, REPLY_ACK, s, stamp, now);
	if ((r->reset_done & cookies_shot_bit((unsigned int)(from - r->tuple->shot))) != 0)
		try_again(r, c, (unsigned int)(from - r->tuple->shot), now);
	else
		cookies_run_answered(r, c, now);
	return TRACK_TAKEN;
}

/* Resets are exact: they acknowledge our SYN, or begin where our ACK says, or a half-open connection. */
static enum track_take heard_rst(struct cookies_run *r, struct cookies_common *c,
                                 const struct seg *s, ns_t stamp, ns_t now)
{
	struct cookies_shot *shot = cookies_run_shot(r);
	const struct cookies_shot *of = shot;

	if ((s->flags & SEG_ACK) != 0)
		of = find_shot(r, shot->kind == SHOT_SYN ? s->ack - 1 : s->ack,
		               shot->kind == SHOT_SYN);
	if (((s->flags & SEG_ACK) == 0 || shot->kind != SHOT_SYN) && speaker(r, s->seq) == NULL)
		return TRACK_SPOOFED;
	if (of == NULL)
		return TRACK_SPOOFED;
	if (r->phase != PHASE_AWAIT || of != shot)
		return TRACK_IGNORED;
	take_reply(r, shot, REPLY_RST, s, stamp, now);
	cookies_run_answered(r, c, now);
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
