/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_facts.c - pairs of SYN-ACKs, rounds of the core, and the facts of the other tests. */
#include "probe/cookies_facts.h"

#include <string.h>

/* Our clock and the server's may differ by this much, and by a thousandth of the time. */
#define CLOCK_SLACK (50 * NS_US)

/* In less than this Linux's clock advances by less than the least difference of our ISNs (2^28). */
#define SPAN_MAX (17 * NS_SEC)

/* As often as a clock may be seen where there is none: once in each core. */
#define CLOCK_TRIES 3

/* A chance that is worth no second look. */
#define CHANCE_FIRM 1e-3

bool cookies_started(const struct cookies_seen *seen, enum cookies_test t)
{
	for (uint32_t i = 0; i < seen->count; i++)
		if (seen->tuple[i].test == t)
			return true;
	return false;
}

bool cookies_options_lost(const struct cookies_shot *s)
{
	return syncookie_options_lost(&s->offer, &s->reply.has);
}

static bool is_syn_ack(const struct cookies_shot *s)
{
	return s->kind == SHOT_SYN && s->reply.kind == REPLY_SYN_ACK;
}

/* --- pairs --- */

/* How much time may lie between the moments at which the server chose the two ISNs. */
static void time_pair(const struct cookies_seen *seen, const struct cookies_shot *a,
                      const struct cookies_shot *b, struct cookies_pair *p)
{
	ns_t slack;

	if (seen->times_void || a->first == NS_NONE || b->first == NS_NONE)
		return;
	p->least = b->first - a->reply.stamp;
	p->most = b->reply.stamp - a->first;
	slack = CLOCK_SLACK + p->most / 1000;
	p->least -= slack;
	p->most += slack;
	p->timed = true;
}

static struct cookies_pair make_pair(const struct cookies_seen *seen, const struct cookies_shot *a,
                                     const struct cookies_shot *b)
{
	struct cookies_pair p = {.chance = 1};

	if (!is_syn_ack(a) || !is_syn_ack(b))
		return p;
	time_pair(seen, a, b, &p);
	p.seen = !p.timed || p.most < SPAN_MAX;
	p.ticks = b->reply.seq - a->reply.seq;
	p.residue = syncookie_residue(a->reply.seq, b->reply.seq, a->seq, b->seq);
	p.relation = syncookie_relate(p.residue, &a->offer, &b->offer);
	p.chance = syncookie_chance(p.relation);
	if (p.relation == SYNCOOKIE_UNRELATED && p.timed)
		p.clock =
			syncookie_is_clock(a->reply.seq, b->reply.seq, p.least, p.most, &p.chance);
	if (!p.clock && p.relation == SYNCOOKIE_UNRELATED)
		p.chance = 1;
	return p;
}

static bool is_linear(const struct cookies_pair *p)
{
	return p->seen && p->relation == SYNCOOKIE_LINEAR;
}

/* So many numbers are shifted indices that a second pair has to say the same: equal offers, e = 0. */
static bool is_shifted(const struct cookies_round *r, const struct cookies_pair *p)
{
	return p->seen && p->relation == SYNCOOKIE_SHIFTED && is_linear(&r->pair[PAIR_1_2]);
}

static bool follows(const struct cookies_round *r, const struct cookies_pair *p)
{
	return is_linear(p) || is_shifted(r, p);
}

/* --- rounds --- */

static enum cookies_second second_of(const struct cookies_tuple *t)
{
	if (t->count < 2 || t->shot[1].cut)
		return SECOND_UNSENT;
	switch ((enum cookies_reply_kind)t->shot[1].reply.kind) {
	case REPLY_NONE:
		return SECOND_SILENCE;
	case REPLY_SYN_ACK:
		return SECOND_SYN_ACK;
	case REPLY_ACK:
		return SECOND_CHALLENGE;
	case REPLY_SAME:
		return SECOND_SAME;
	case REPLY_RST:
		return SECOND_RST;
	}
	return SECOND_SILENCE;
}

static bool fits(const struct cookies_round *r, enum cookies_pair_index i)
{
	return follows(r, &r->pair[i]) || (r->pair[i].seen && r->pair[i].clock);
}

/*
 * An ISN that follows a clock is no sign of a half-open connection where another SYN-ACK came between
 * that does not.
 */
static bool is_clocked(const struct cookies_round *r)
{
	if (r->second == SECOND_SYN_ACK)
		return r->pair[PAIR_1_2].clock && r->pair[PAIR_2_3].clock;
	return r->pair[PAIR_1_3].clock;
}

/* The pairs that say something of their own: two, or the outer one where the second SYN-ACK does not fit. */
static bool is_independent(const struct cookies_round *r, enum cookies_pair_index i)
{
	return i != PAIR_1_3 || !(fits(r, PAIR_1_2) || fits(r, PAIR_2_3));
}

static void judge_pairs(struct cookies_round *r)
{
	int linear = 0;

	r->cookies_chance = r->state_chance = 1;
	for (unsigned int i = 0; i < PAIRS; i++) {
		const struct cookies_pair *p = &r->pair[i];

		if (!p->seen || !is_independent(r, i))
			continue;
		linear += follows(r, p);
		*(p->clock ? &r->state_chance : &r->cookies_chance) *= p->chance;
	}
	r->cookies = linear > 0;
	r->twice = linear > 1;
	r->state = is_clocked(r);
	r->state_chance = r->state ? r->state_chance * CLOCK_TRIES : 1;
}

static bool options_differ(const struct cookies_shot *a, const struct cookies_shot *b)
{
	return is_syn_ack(a) && is_syn_ack(b) && syncookie_offers_options(&a->offer) &&
	       syncookie_offers_options(&b->offer) &&
	       cookies_options_lost(a) != cookies_options_lost(b);
}

/* Options that come and go: one of the SYN-ACKs was a cookie, and another was none. */
static void judge_options(struct cookies_round *r)
{
	const struct cookies_shot *s = r->tuple->shot;

	r->options_changed = options_differ(&s[0], &s[1]) || options_differ(&s[0], &s[2]) ||
	                     options_differ(&s[1], &s[2]);
	if (!r->options_changed)
		return;
	r->cookies_chance *= COOKIES_OPTIONS_CHANCE;
	r->state_chance *= COOKIES_OPTIONS_CHANCE;
}

/* The third SYN came after a reset: only a reset that was lost explains a challenge ACK. */
static bool is_challenged(const struct cookies_round *r)
{
	return r->second == SECOND_CHALLENGE ||
	       (r->tuple->count > 2 && r->tuple->shot[2].reply.kind == REPLY_ACK);
}

static void judge_round(const struct cookies_seen *seen, const struct cookies_tuple *t,
                        struct cookies_round *r)
{
	const struct cookies_shot *s = t->shot;
	const struct cookies_pair *last = &r->pair[PAIR_1_3];

	memset(r, 0, sizeof(*r));
	r->tuple = t;
	r->second = second_of(t);
	r->pair[PAIR_1_2] = make_pair(seen, &s[0], &s[1]);
	r->pair[PAIR_2_3] = make_pair(seen, &s[1], &s[2]);
	r->pair[PAIR_1_3] = make_pair(seen, &s[0], &s[2]);
	judge_pairs(r);
	if (is_challenged(r)) {
		r->state = true;
		r->state_chance *= SYNCOOKIE_NUMBER_CHANCE; /* of guessing what it acknowledges */
	}
	judge_options(r);
	r->quiet = t->count > 2 && !s[2].cut && r->second == SECOND_SILENCE &&
	           s[2].reply.kind == REPLY_NONE;
	r->firm = r->state && !r->cookies && !r->options_changed && r->state_chance < CHANCE_FIRM &&
	          (!last->seen || !last->timed || last->clock);
}

static void add_round(struct cookies_facts *f, const struct cookies_round *r)
{
	bool mixed = r->options_changed || (r->cookies && r->state);

	f->mixed += mixed;
	f->cookies += r->cookies && !mixed;
	f->state += r->state && !mixed;
	f->twice = f->twice || (r->twice && !mixed);
	f->firm = f->firm || r->firm;
	f->stateless = f->stateless || (r->second == SECOND_SYN_ACK && !r->cookies && !r->state);
	f->same = f->same || r->second == SECOND_SAME;
	f->quiet = f->rounds == 0 ? r->quiet : f->quiet && r->quiet;
	for (unsigned int i = 0; i < PAIRS; i++) {
		f->clock = f->clock || (r->state && r->pair[i].clock);
		f->shifted = f->shifted || is_shifted(r, &r->pair[i]);
	}
	f->round[f->rounds++] = *r;
}

/* What the ISN made of the smaller MSS, where the minute did not change meanwhile. */
static void note_index(const struct cookies_seen *seen, struct cookies_facts *f,
                       const struct cookies_round *r)
{
	const struct cookies_pair *p =
		follows(r, &r->pair[PAIR_2_3]) ? &r->pair[PAIR_2_3] : &r->pair[PAIR_1_3];
	const struct cookies_shot *s = r->tuple->shot;

	if (f->index_seen || !follows(r, p))
		return;
	f->index_seen = true;
	f->index_step = p->residue;
	f->index_expected = syncookie_mss_index(seen->v6, s[2].offer.mss) -
	                    syncookie_mss_index(seen->v6, s[0].offer.mss);
	f->tabled = f->index_expected != 0 && f->index_step == f->index_expected;
}

/* --- other tests --- */

static enum cookies_tristate tristate(bool holds)
{
	return holds ? HOLDS : FAILS;
}

static void note_ack_reply(enum cookies_tristate *out, const struct cookies_shot *s)
{
	if (s->reply.kind == REPLY_ACK || s->reply.kind == REPLY_RST)
		*out = tristate(s->reply.kind == REPLY_ACK);
}

static void note_ts_value(struct cookies_facts *f, const struct cookies_shot *s)
{
	if (!is_syn_ack(s) || !s->reply.has.timestamps)
		return;
	f->ts_direct = (f->ts_values == 0 || f->ts_direct) &&
	               (s->reply.tsval & SYNCOOKIE_TS_MASK) == syncookie_ts_bits(&s->offer);
	f->ts_values++;
}

static void note_ts_pairs(struct cookies_facts *f, const struct cookies_tuple *t)
{
	for (uint8_t i = 1; i < t->count; i++) {
		const struct cookies_shot *a = &t->shot[i - 1], *b = &t->shot[i];
		uint32_t want =
			(uint32_t)syncookie_ts_bits(&b->offer) - syncookie_ts_bits(&a->offer);

		if (!is_syn_ack(a) || !is_syn_ack(b) || !a->reply.has.timestamps ||
		    !b->reply.has.timestamps)
			continue;
		f->ts_pairs++;
		f->ts_matches +=
			((b->reply.tsval - a->reply.tsval - want) & SYNCOOKIE_TS_MASK) == 0;
	}
}

static void note_same_isn(struct cookies_facts *f, const struct cookies_shot *s)
{
	bool same = s[0].reply.seq == s[1].reply.seq;

	if (!is_syn_ack(&s[0]) || !is_syn_ack(&s[1]))
		return;
	f->same_isns += same;
	f->same_isn = tristate(same && f->same_isn != FAILS);
}

/* The cores come first. */
static void note_contrast(struct cookies_facts *f, const struct cookies_shot *s)
{
	if (!is_syn_ack(s) || !s->reply.has.timestamps || f->rounds == 0)
		return;
	f->contrast = tristate(cookies_options_lost(&f->round[0].tuple->shot[0]) &&
	                       !cookies_options_lost(s));
}

static void note_test(struct cookies_facts *f, const struct cookies_tuple *t)
{
	const struct cookies_shot *s = t->shot;

	switch ((enum cookies_test)t->test) {
	case COOKIES_TS_BITS:
		note_ts_pairs(f, t);
		break;
	case COOKIES_ACK:
		note_ack_reply(&f->far_ack, &s[1]);
		break;
	case COOKIES_SAME_SYN:
		note_same_isn(f, s);
		break;
	case COOKIES_OPTIONS:
		note_contrast(f, s);
		break;
	case COOKIES_SILENCE:
		if (is_syn_ack(&s[0]) && t->ended && !s[0].cut)
			++*(s[0].repeats > 0 ? &f->repeated : &f->silent);
		break;
	case COOKIES_PROVE:
		note_ack_reply(&f->proved, &s[3]);
		break;
	case COOKIES_CORE:
	case COOKIES_BSD:
	case COOKIES_TRIVIAL:
	case COOKIES_TESTS:
		break;
	}
}

static bool offers_anything(const struct cookies_shot *s)
{
	return syncookie_offers_options(&s->offer) || s->offer.mss != 0 || s->offer.timestamps;
}

/* Does this ISN stand for itself? The same SYN, or a SYN-ACK that is only repeated, gives nothing new. */
static bool is_new_isn(const struct cookies_tuple *t, uint8_t shot)
{
	if (!is_syn_ack(&t->shot[shot]))
		return false;
	for (uint8_t i = 0; i < shot; i++)
		if (is_syn_ack(&t->shot[i]) && t->shot[i].reply.seq == t->shot[shot].reply.seq)
			return false;
	return true;
}

/* What the SYNs of any test show. */
static void note_isns(struct cookies_facts *f, const struct cookies_tuple *t)
{
	for (uint8_t i = 0; i < t->count; i++) {
		enum syncookie_bsd kind;
		bool alike; /* FreeBSD and pf note SACK differently, where it is offered */

		note_ts_value(f, &t->shot[i]);
		if (t->ended && i > 0 && !t->shot[i].cut && t->shot[i].reply.kind == REPLY_NONE)
			f->unanswered += t->shot[i].tries;
		if (is_syn_ack(&t->shot[i]) && !offers_anything(&t->shot[i]))
			f->bare_mss = tristate(t->shot[i].reply.has.mss != 0);
		f->window_0 = f->window_0 || (is_syn_ack(&t->shot[i]) && t->shot[i].reply.win == 0);
		if (!is_new_isn(t, i))
			continue;
		kind = syncookie_bsd_decode(t->shot[i].reply.seq, &t->shot[i].offer);
		alike = !t->shot[i].offer.sack && kind == SYNCOOKIE_BSD_FREEBSD;
		f->isns++;
		f->freebsd += kind == SYNCOOKIE_BSD_FREEBSD;
		f->pf += kind == SYNCOOKIE_BSD_PF || alike;
		f->freebsd_only += kind == SYNCOOKIE_BSD_FREEBSD && !alike;
		f->pf_only += kind == SYNCOOKIE_BSD_PF;
	}
}

/* ISN minus ours, on two tuples. */
static void note_trivial(const struct cookies_seen *seen, struct cookies_facts *f)
{
	const struct cookies_shot *a = NULL;

	for (uint32_t i = 0; i < seen->count; i++) {
		const struct cookies_shot *b = &seen->tuple[i].shot[0];

		if (!is_syn_ack(b))
			continue;
		if (a == NULL) {
			a = b;
			continue;
		}
		f->trivial = tristate(a->reply.seq - a->seq == b->reply.seq - b->seq);
		if (f->trivial == FAILS)
			return;
	}
}

void cookies_facts(const struct cookies_seen *seen, struct cookies_facts *f)
{
	memset(f, 0, sizeof(*f));
	for (uint32_t i = 0; i < seen->count; i++) {
		const struct cookies_tuple *t = &seen->tuple[i];

		f->answered = f->answered || is_syn_ack(&t->shot[0]);
		note_isns(f, t);
		note_test(f, t);
		if (t->test == COOKIES_CORE && is_syn_ack(&t->shot[0]) && t->ended &&
		    f->rounds < 3) {
			struct cookies_round r;

			judge_round(seen, t, &r);
			note_index(seen, f, &r);
			add_round(f, &r);
		}
	}
	note_trivial(seen, f);
}
