/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_load_heard.c - what the peer's segments mean for the ramp: held, a cookie, refused, recovered. */
#include "probe/cookies_load_internal.h"

/* So much slower than before may be chance. */
#define SLOW_SLACK (50 * NS_MS)

/* A half-open connection whose queue is more than half full is forgotten by Linux after so long. */
#define HELD_SURELY (7 * NS_SEC)

static bool has_lost_options(const struct cookies_common *c, const struct seg *s)
{
	struct tcpopts o = seg_opts(s);
	struct syncookie_offer base,
		has = {.wscale = o.wscale_present ? (int8_t)o.wscale : -1, .sack = o.sackok};

	cookies_profile(&c->profile, OFFER_BASE, c->v6, &base);
	return syncookie_options_lost(&base, &has);
}

static void count_held(struct cookies_load *l, ns_t now)
{
	uint32_t held = 0;

	for (uint32_t i = 0; i < l->used; i++)
		held += (l->held[i].state == HELD_OPEN || l->held[i].state == HELD_CHECKING) &&
		        now - l->held[i].opened_at < HELD_SURELY;
	if (held > l->seen->held)
		l->seen->held = held;
}

static bool is_slow(const struct cookies_load *l, const struct cookies_common *c,
                    const struct cookies_held *h, ns_t stamp, ns_t now)
{
	return !l->local && h->tries == 1 && h->sent != NS_NONE && c->turn_max != NS_NONE &&
	       ns_min(stamp - h->sent, now - h->sent_at) > 3 * c->turn_max + SLOW_SLACK;
}

/* The first SYN-ACK of a tuple. */
static void opened(struct cookies_load *l, const struct cookies_common *c, uint32_t i,
                   const struct seg *s, ns_t stamp, ns_t now)
{
	struct cookies_held *h = &l->held[i];
	bool suspect = l->checks_tell && (!l->options_tell || has_lost_options(c, s));
	bool slow = is_slow(l, c, h, stamp, now);

	h->s = s->seq;
	h->opened_at = now;
	if (l->answered <= i)
		l->answered = i + 1;
	if (suspect) {
		h->state = HELD_CHECKING;
		h->tries = 0; /* of the second SYN; the tuple is still awaited */
		h->due = now;
		l->checking++;
	} else {
		cookies_load_settle(l, h, HELD_OPEN);
		count_held(l, now);
	}
	if (slow)
		cookies_load_finish(l, LOAD_SLOWED, i + 1);
}

/* A half-open connection spoke: the tuple is held, in spite of its options. */
static enum track_take held(struct cookies_load *l, struct cookies_held *h, ns_t now)
{
	cookies_load_settle(l, h, HELD_OPEN);
	l->options_tell = false;
	l->unchecked = 0;
	count_held(l, now);
	return TRACK_TAKEN;
}

static void checked(struct cookies_load *l, const struct cookies_common *c, uint32_t i,
                    const struct seg *s)
{
	struct cookies_held *h = &l->held[i];
	struct syncookie_offer base, small;
	enum syncookie_relation relation;

	cookies_load_settle(l, h, HELD_OPEN);
	if (l->phase != LOAD_PHASE_RAMP)
		return; /* another tuple has ended it */
	l->seen->residue = syncookie_residue(h->s, s->seq, h->x, h->x + c->delta[1]);
	cookies_profile(&c->profile, OFFER_BASE, c->v6, &base);
	cookies_profile(&c->profile, OFFER_OTHER_MSS, c->v6, &small);
	relation = syncookie_relate(l->seen->residue, &base, &small);
	l->seen->verified = relation == SYNCOOKIE_LINEAR;
	cookies_load_finish(l, LOAD_COOKIES, i + 1);
}

/* The reset before was lost, or came too early, or there was none since the SYN was refused. */
static void reset_late(const struct cookies_common *c, struct cookies_held *h, ns_t now)
{
	ns_t passed = now - h->reset_at;

	if (h->state == HELD_REFUSED)
		h->state = HELD_OPEN;
	else if (h->resets > 0 && c->turn_min != NS_NONE && !cookies_is_after(c, passed, passed))
		return;
	cookies_held_reset(h);
}

static enum track_take heard_syn_ack(struct cookies_load *l, const struct cookies_common *c,
                                     uint32_t i, const struct seg *s, ns_t stamp, ns_t now)
{
	struct cookies_held *h = &l->held[i];

	if (s->ack == h->x + c->delta[1] + 1 && h->state == HELD_CHECKING) {
		checked(l, c, i, s);
		return TRACK_TAKEN;
	}
	if (s->ack == h->x + 1 && h->state == HELD_CHECKING && h->tries > 0 &&
	    cookies_is_after(c, now - h->sent_at, now - h->sent_at))
		return held(l, h, now); /* FreeBSD and others say it that way */
	if (s->ack != h->x + 1 && !(h->second && s->ack == h->x + c->delta[1] + 1))
		return TRACK_SPOOFED;
	if (l->phase == LOAD_PHASE_RECOVER && i == l->most) {
		cookies_load_recovered(l, !l->options_tell || !has_lost_options(c, s));
		return TRACK_TAKEN;
	}
	if (l->phase == LOAD_PHASE_RAMP && (h->state == HELD_SENT || h->state == HELD_LOST)) {
		if (h->state == HELD_LOST)
			l->awaiting++;
		opened(l, c, i, s, stamp, now);
		return TRACK_TAKEN;
	}
	if (l->phase != LOAD_PHASE_RAMP)
		reset_late(c, h, now);
	return TRACK_DUPLICATE;
}

static enum track_take heard_rst(struct cookies_load *l, const struct cookies_common *c, uint32_t i,
                                 const struct seg *s)
{
	struct cookies_held *h = &l->held[i];

	if ((s->flags & SEG_ACK) != 0 && h->second && s->ack == h->x + c->delta[1] + 1) {
		if (h->state == HELD_CHECKING)
			cookies_load_unchecked(l, i);
		return TRACK_TAKEN;
	}
	if ((s->flags & SEG_ACK) == 0 || s->ack != h->x + 1)
		return TRACK_SPOOFED;
	if (h->state != HELD_SENT)
		return TRACK_IGNORED;
	if (i == l->most) {
		h->state = HELD_REFUSED;
		cookies_load_recovered(l, false);
		return TRACK_TAKEN;
	}
	cookies_load_settle(l, h, HELD_REFUSED);
	cookies_load_finish(l, LOAD_REFUSED, i + 1);
	return TRACK_TAKEN;
}

static enum track_take heard(struct cookies_load *l, const struct cookies_common *c, uint32_t i,
                             const struct seg *s, ns_t stamp, ns_t now)
{
	const struct cookies_held *h = &l->held[i];

	if (h->state == HELD_UNUSED)
		return TRACK_SPOOFED;
	if ((s->flags & SEG_RST) != 0)
		return heard_rst(l, c, i, s);
	if (seg_has(s, SEG_SYN | SEG_ACK, 0))
		return heard_syn_ack(l, c, i, s, stamp, now);
	if (!seg_has(s, SEG_ACK, SEG_SYN) || s->ack != h->x + 1 || s->seq != h->s + 1)
		return TRACK_SPOOFED;
	if (h->state != HELD_CHECKING)
		return TRACK_IGNORED;
	return held(l, &l->held[i], now);
}

enum track_take cookies_load_heard(struct cookies_load *l, const struct cookies_common *c,
                                   uint32_t i, const struct seg *s, ns_t stamp, ns_t now)
{
	enum track_take take;

	if (l->phase == LOAD_PHASE_IDLE)
		return TRACK_SPOOFED;
	cookies_load_stamp(l, stamp);
	take = heard(l, c, i, s, stamp, now);
	if (l->phase == LOAD_PHASE_RAMP && cookies_load_answered(l))
		cookies_load_finish(l, LOAD_NO_SWITCH, 0);
	return take;
}
