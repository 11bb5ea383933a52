/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cookies_load.c - at which number of half-open connections does a server change its ways?
 *
 * Theory of operation
 *
 * Each tuple gets a SYN, and what it opens is held. A listener of Linux with room for B of them answers
 * SYN number B + 2 (B + 1 before 2024) with a cookie, or drops it where cookies are switched off. A
 * cookie shows by the options it has lost; a second SYN on the same tuple proves it, as in the core: a
 * half-open connection would answer it with a challenge ACK. Where a server never sends those options,
 * every tuple is checked in that way.
 *
 * Whatever ends the ramp, each tuple is then reset at the exact sequence number. One more SYN looks
 * whether the server is as it was.
 */
#include "probe/cookies_load_internal.h"

#include <string.h>

#include "base/wr.h"

/* SYNs under way at a time; to an address of this host one by one, so that the count is exact. */
#define AWAITING_MAX 8

#define TRIES        2 /* of each SYN */
#define LOST_MAX     2 /* so many tuples at the end that nothing answers were dropped, not lost */
#define RESETS_MAX   6 /* of one tuple, whatever arrives */

/* So many resets at a time: the capture takes more, and is read a millisecond later. */
#define RESETS_BATCH 64

/* So many checks in a row without an answer: there will be none. */
#define UNCHECKED_MAX 3

/* Linux sends one challenge ACK in half a second for each connection: no sooner is a check repeated. */
#define CHALLENGE_REST (600 * NS_MS)

/* Beyond what the SYNs need. Half-open connections of Linux vanish after seven seconds and more. */
#define TIME_MAX (5 * NS_SEC)

void cookies_load_start(struct cookies_load *l, uint32_t most, bool local, bool options_tell,
                        const struct siphash_key *key, struct cookies_held *held,
                        struct cookies_load_seen *seen, ns_t now)
{
	memset(l, 0, sizeof(*l));
	memset(held, 0, (most + 1) * sizeof(*held));
	l->seen = seen;
	l->key = key;
	l->held = held;
	l->most = most;
	l->local = local;
	l->options_tell = options_tell;
	l->checks_tell = true;
	l->phase = LOAD_PHASE_RAMP;
	l->next = now;
	l->first = l->last = NS_NONE;
	l->end = now + TIME_MAX + most * (NS_SEC / COOKIES_LOAD_RATE);
	l->deadline = NS_NEVER;
	seen->end = LOAD_NO_SWITCH;
	seen->limit = most;
}

static uint32_t make_x(const struct cookies_load *l, uint32_t i)
{
	uint8_t bytes[8];
	struct wr w = wr_into(bytes, sizeof(bytes));

	wr_be32(&w, 0x6c6f6164); /* "load": not a number that others hash */
	wr_be32(&w, i);
	return (uint32_t)siphash(l->key, bytes, wr_len(&w));
}

/* --- the end of the ramp --- */

void cookies_held_reset(struct cookies_held *h)
{
	if (h->state == HELD_UNUSED || h->state == HELD_REFUSED || h->resets >= RESETS_MAX)
		return;
	h->reset_due = true;
	h->second_due = h->second;
}

void cookies_load_finish(struct cookies_load *l, enum cookies_load_end end, uint32_t at)
{
	if (l->phase != LOAD_PHASE_RAMP)
		return;
	l->phase = LOAD_PHASE_RESET;
	l->seen->end = end;
	l->seen->at = at;
	l->seen->duration = l->first != NS_NONE ? l->last - l->first : 0;
	for (uint32_t i = 0; i < l->used; i++) {
		l->seen->unanswered += l->held[i].state == HELD_LOST;
		cookies_held_reset(&l->held[i]);
	}
}

void cookies_load_stop(struct cookies_load *l)
{
	if (l->phase == LOAD_PHASE_IDLE || l->phase == LOAD_PHASE_OVER)
		return;
	cookies_load_finish(l, LOAD_INTERRUPTED, 0);
	if (l->held[l->most].state != HELD_UNUSED)
		cookies_held_reset(&l->held[l->most]);
	l->phase = LOAD_PHASE_OVER;
}

static bool has_resets(const struct cookies_load *l)
{
	for (uint32_t i = 0; i <= l->most; i++)
		if (l->held[i].reset_due || l->held[i].second_due)
			return true;
	return false;
}

bool cookies_load_over(const struct cookies_load *l)
{
	if (l->phase != LOAD_PHASE_OVER)
		return l->phase == LOAD_PHASE_IDLE;
	return !has_resets(l);
}

/* --- timers --- */

/* A tuple has its answer, or none comes: this is what it is now. */
void cookies_load_settle(struct cookies_load *l, struct cookies_held *h, enum held_state state)
{
	l->awaiting--;
	l->checking -= h->state == HELD_CHECKING;
	h->state = (uint8_t)state;
}

/* Tuples that nothing answered, after the last that something did: before it they were only lost. */
static uint32_t lost_at_the_end(const struct cookies_load *l)
{
	uint32_t lost = 0;

	for (uint32_t i = l->answered; i < l->used; i++)
		lost += l->held[i].state == HELD_LOST;
	return lost;
}

void cookies_load_unchecked(struct cookies_load *l, uint32_t i)
{
	cookies_load_settle(l, &l->held[i], HELD_OPEN);
	if (++l->unchecked < UNCHECKED_MAX)
		return;
	if (l->options_tell)
		cookies_load_finish(l, LOAD_COOKIES, i + 2 - UNCHECKED_MAX);
	l->checks_tell = false;
}

/* A SYN had no answer in time. */
static void unanswered(struct cookies_load *l, struct cookies_common *c, uint32_t i)
{
	struct cookies_held *h = &l->held[i];

	c->lossy = true;
	if (h->tries < TRIES)
		return; /* it is sent again */
	if (h->state == HELD_CHECKING) {
		cookies_load_unchecked(l, i);
		return;
	}
	cookies_load_settle(l, h, HELD_LOST);
	if (lost_at_the_end(l) == LOST_MAX)
		cookies_load_finish(l, LOAD_DROPPED, l->answered + 1);
}

void cookies_load_stamp(struct cookies_load *l, ns_t stamp)
{
	if (l->phase != LOAD_PHASE_RAMP)
		return;
	if (l->first == NS_NONE)
		l->first = stamp;
	l->last = stamp;
}

bool cookies_load_answered(const struct cookies_load *l)
{
	return l->used == l->most && l->awaiting == 0;
}

static bool is_waiting(const struct cookies_held *h)
{
	return h->state == HELD_SENT || h->state == HELD_CHECKING;
}

void cookies_load_recovered(struct cookies_load *l, bool as_before)
{
	l->seen->recovery_seen = true;
	l->seen->recovered = as_before;
	cookies_held_reset(&l->held[l->most]);
	l->phase = LOAD_PHASE_OVER;
}

static void recovery_timer(struct cookies_load *l, ns_t now)
{
	struct cookies_held *h = &l->held[l->most];

	if (now < h->due || h->tries < TRIES)
		return;
	cookies_load_recovered(l, false);
}

void cookies_load_timer(struct cookies_load *l, struct cookies_common *c, ns_t now)
{
	if (l->phase == LOAD_PHASE_RAMP) {
		for (uint32_t i = 0; i < l->used && l->phase == LOAD_PHASE_RAMP; i++)
			if (is_waiting(&l->held[i]) && now >= l->held[i].due)
				unanswered(l, c, i);
		if (now >= l->end || cookies_load_answered(l))
			cookies_load_finish(l, LOAD_NO_SWITCH, 0);
	} else if (l->phase == LOAD_PHASE_SETTLE && now >= l->deadline) {
		l->phase = LOAD_PHASE_RECOVER;
	} else if (l->phase == LOAD_PHASE_RECOVER) {
		recovery_timer(l, now);
	}
}

/* Not while what looks like a cookie is being checked: the ramp may be over. */
static bool may_begin(const struct cookies_load *l)
{
	return l->phase == LOAD_PHASE_RAMP && l->used < l->most &&
	       l->awaiting < (l->local ? 1 : AWAITING_MAX) && !(l->options_tell && l->checking > 0);
}

ns_t cookies_load_deadline(const struct cookies_load *l)
{
	ns_t when = NS_NEVER;

	if (l->batch == RESETS_BATCH && has_resets(l))
		return l->reset_next;
	if (l->phase == LOAD_PHASE_SETTLE)
		return l->deadline;
	if (l->phase == LOAD_PHASE_RECOVER)
		return l->held[l->most].due;
	if (l->phase != LOAD_PHASE_RAMP)
		return NS_NEVER;
	for (uint32_t i = 0; i < l->used; i++) {
		const struct cookies_held *h = &l->held[i];

		if (is_waiting(h))
			when = ns_min(when,
			              h->tries < TRIES && h->due < l->next ? l->next : h->due);
	}
	if (may_begin(l))
		when = ns_min(when, l->next);
	return ns_min(when, l->end);
}

/* --- segments out --- */

/* Every SYN, the first on a tuple or not, is one of those that the rate counts. */
static void send_syn(struct cookies_load *l, const struct cookies_common *c, uint32_t i,
                     struct seg *out, ns_t now)
{
	struct cookies_held *h = &l->held[i];
	bool check = h->state == HELD_CHECKING;
	uint32_t seq = h->x + (check ? c->delta[1] : 0);
	struct syncookie_offer offer;

	h->tries++;
	h->second = h->second || check;
	h->sent_at = now;
	h->due = now + cookies_rto(c) * h->tries;
	if (check && h->due < now + CHALLENGE_REST)
		h->due = now + CHALLENGE_REST;
	cookies_syn(c, check ? OFFER_OTHER_MSS : OFFER_BASE, seq, cookies_ip_id(seq, h->tries), now,
	            out, &offer);
	l->next = now + (l->local ? 0 : NS_SEC / COOKIES_LOAD_RATE);
}

static void begin(struct cookies_load *l, uint32_t i)
{
	l->held[i] = (struct cookies_held){
		.x = make_x(l, i), .state = HELD_SENT, .due = NS_NEVER, .sent = NS_NONE};
}

/* A SYN that is due: one that is sent again, a check, or the next tuple's. */
static bool next_syn(struct cookies_load *l, uint32_t *i, ns_t now)
{
	if (now < l->next)
		return false;
	for (uint32_t k = 0; k < l->used; k++) {
		const struct cookies_held *h = &l->held[k];

		if (is_waiting(h) && h->tries < TRIES && (h->tries == 0 || now >= h->due)) {
			*i = k;
			return true;
		}
	}
	if (!may_begin(l))
		return false;
	*i = l->used++;
	l->awaiting++;
	begin(l, *i);
	return true;
}

/* A full batch of resets is on its way: the capture is read before more are sent. */
static bool is_pausing(const struct cookies_load *l, ns_t now)
{
	return l->batch == RESETS_BATCH && now < l->reset_next && has_resets(l);
}

static void count_batch(struct cookies_load *l, ns_t now)
{
	if (l->batch == RESETS_BATCH)
		l->batch = 0;
	if (++l->batch == RESETS_BATCH)
		l->reset_next = now + NS_MS;
}

static bool next_reset(struct cookies_load *l, const struct cookies_common *c, uint32_t *i,
                       struct seg *out, ns_t now)
{
	for (uint32_t k = 0; k <= l->most; k++) {
		struct cookies_held *h = &l->held[k];

		*i = k;
		if (h->second_due || h->reset_due)
			count_batch(l, now);
		if (h->second_due) {
			h->second_due = false;
			cookies_reset(c, h->x + c->delta[1], out);
			return true;
		}
		if (!h->reset_due)
			continue;
		/* On a path that may lose it one more: nothing would tell us. */
		h->reset_due = !l->local && h->resets == 0;
		h->second_due = h->reset_due && h->second;
		h->resets++;
		h->reset_at = now;
		cookies_reset(c, h->x, out);
		return true;
	}
	return false;
}

static bool next_recovery(struct cookies_load *l, ns_t now)
{
	struct cookies_held *h = &l->held[l->most];

	if (l->phase != LOAD_PHASE_RECOVER)
		return false;
	if (h->state == HELD_UNUSED)
		begin(l, l->most);
	return h->tries == 0 || (h->tries < TRIES && now >= h->due);
}

bool cookies_load_next(struct cookies_load *l, const struct cookies_common *c, uint32_t *i,
                       struct seg *out, ns_t now)
{
	if (l->phase == LOAD_PHASE_IDLE || is_pausing(l, now))
		return false;
	if (next_reset(l, c, i, out, now))
		return true;
	if (l->phase == LOAD_PHASE_RESET) {
		l->phase = LOAD_PHASE_SETTLE;
		l->deadline = now + (c->turn_max == NS_NONE ? NS_SEC : c->turn_max + 30 * NS_MS);
	}
	if (next_recovery(l, now))
		*i = l->most;
	else if (l->phase != LOAD_PHASE_RAMP || !next_syn(l, i, now))
		return false;
	send_syn(l, c, *i, out, now);
	return true;
}

void cookies_load_sent(struct cookies_load *l, uint32_t i, const struct seg *s, ns_t stamp)
{
	struct cookies_held *h;

	if (l->phase == LOAD_PHASE_IDLE)
		return;
	h = &l->held[i];
	cookies_load_stamp(l, stamp);
	if (h->sent == NS_NONE && s->seq == h->x && (s->flags & SEG_SYN) != 0)
		h->sent = stamp;
}
