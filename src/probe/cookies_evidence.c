/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_evidence.c - one entry a test: its name, what it showed, the numbers behind it. */
#include "probe/cookies_evidence.h"

#include <math.h>
#include <stddef.h>

static double us(ns_t t)
{
	return (double)t / 1e3;
}

/* --- rounds of the core --- */

static const char *second_name(enum cookies_second s)
{
	switch (s) {
	case SECOND_SYN_ACK:
		return "syn-ack";
	case SECOND_CHALLENGE:
		return "challenge-ack";
	case SECOND_SAME:
		return "same-syn-ack";
	case SECOND_RST:
		return "rst";
	case SECOND_UNSENT:
	case SECOND_SILENCE:
		break;
	}
	return "silence";
}

static void add_second(const struct cookies_round *r, struct cookies_record *out)
{
	const struct cookies_shot *s = r->tuple->shot;

	if (r->second == SECOND_UNSENT)
		return;
	cookies_record_add(out, "second-syn", second_name(r->second));
	cookies_record_number(out, "d1", s[1].seq - s[0].seq);
	if (s[1].reply.stamp != NS_NONE && s[1].first != NS_NONE && r->second != SECOND_SILENCE)
		cookies_record_number(out, "rtt_us", us(s[1].reply.stamp - s[1].first));
	if (r->second == SECOND_CHALLENGE) {
		cookies_record_number(out, "seq_from_isn", s[1].reply.seq - s[0].reply.seq);
		cookies_record_number(out, "ack_from_iss", s[1].reply.ack - s[0].seq);
	}
}

static const char *isn_name(const struct cookies_round *r)
{
	bool stepped = false;

	for (unsigned int i = 0; i < PAIRS; i++)
		stepped = stepped || (r->pair[i].seen && r->pair[i].relation == SYNCOOKIE_STEPPED);
	if (r->cookies)
		return r->twice ? "linear" : stepped ? "linear-and-stepped" : "linear-once";
	for (unsigned int i = 0; i < PAIRS; i++)
		if (r->pair[i].seen && r->pair[i].clock)
			return "clock";
	return stepped ? "stepped" : "unrelated";
}

static void add_clock(const struct cookies_pair *p, struct cookies_record *out)
{
	cookies_record_number(out, "ticks", p->ticks);
	cookies_record_number(out, "ticks_min", floor((double)p->least / SYNCOOKIE_TICK));
	cookies_record_number(out, "ticks_max", ceil((double)p->most / SYNCOOKIE_TICK));
}

static void add_isns(const struct cookies_round *r, struct cookies_record *out)
{
	static const char *const isn[] = {"s1", "s2", "s3"}, *const delta[] = {NULL, "d1", "d2"};

	for (unsigned int i = 0; i < 3 && i < r->tuple->count; i++) {
		const struct cookies_shot *s = &r->tuple->shot[i];

		if (s->reply.kind != REPLY_SYN_ACK)
			continue;
		cookies_record_number(out, isn[i], s->reply.seq);
		if (i > 0)
			cookies_record_number(out, delta[i], s->seq - r->tuple->shot[0].seq);
	}
}

static void add_isn(const struct cookies_round *r, struct cookies_record *out)
{
	static const char *const residue[PAIRS] = {"e12", "e23", "e13"};
	const struct cookies_pair *clock = NULL;

	if (!r->pair[PAIR_1_2].seen && !r->pair[PAIR_1_3].seen)
		return;
	cookies_record_add(out, "isn", isn_name(r));
	for (unsigned int i = 0; i < PAIRS; i++) {
		if (!r->pair[i].seen)
			continue;
		cookies_record_number(out, residue[i], r->pair[i].residue);
		if (r->pair[i].clock)
			clock = &r->pair[i];
	}
	if (clock != NULL)
		add_clock(clock, out);
	else
		add_isns(r, out);
	if (r->cookies || clock != NULL)
		cookies_record_number(out, "chance",
		                      r->cookies ? r->cookies_chance : clock->chance);
}

static void add_options(const struct cookies_round *r, struct cookies_record *out)
{
	const struct cookies_shot *s = &r->tuple->shot[0];

	if (!syncookie_offers_options(&s->offer))
		return;
	cookies_record_add(out, "options",
	                   r->options_changed        ? "changed"
	                   : cookies_options_lost(s) ? "lost"
	                                             : "kept");
	cookies_record_number(out, "sack_offered", s->offer.sack);
	cookies_record_number(out, "sack", s->reply.has.sack);
	if (s->offer.wscale >= 0)
		cookies_record_number(out, "wscale_offered", s->offer.wscale);
	if (s->reply.has.wscale >= 0)
		cookies_record_number(out, "wscale", s->reply.has.wscale);
	cookies_record_number(out, "mss", s->reply.has.mss);
	if (s->offer.ecn)
		cookies_record_number(out, "ecn", s->reply.has.ecn);
}

static void add_round(const struct cookies_facts *f, uint32_t i, struct cookies_record *out)
{
	const struct cookies_round *r = &f->round[i];

	add_second(r, out);
	if (f->rounds > 1 && r->second != SECOND_UNSENT)
		cookies_record_number(out, "round", i + 1);
	add_isn(r, out);
	if (i == 0 || r->options_changed)
		add_options(r, out);
}

static void add_index(const struct cookies_facts *f, struct cookies_record *out)
{
	const struct cookies_shot *s = f->round[0].tuple->shot;

	if (!f->index_seen || f->index_expected == 0)
		return;
	cookies_record_add(out, "mss-index",
	                   f->index_step == f->index_expected ? "as-table"
	                   : f->index_step == 0               ? "none"
	                                                      : "other");
	cookies_record_number(out, "step", f->index_step);
	cookies_record_number(out, "expected", f->index_expected);
	cookies_record_number(out, "mss", s[0].offer.mss);
	cookies_record_number(out, "other_mss", s[2].offer.mss);
}

static void add_window(const struct cookies_facts *f, struct cookies_record *out)
{
	const struct cookies_shot *s = &f->round[0].tuple->shot[0];

	cookies_record_add(out, "window", f->window_0 ? "zero" : "open");
	cookies_record_number(out, "window", s->reply.win);
	cookies_record_number(out, "ttl", s->reply.ttl);
	cookies_record_number(out, "ip_id", s->reply.ip_id);
	cookies_record_number(out, "ip_id_sent", s->ip_id);
}

/* --- the other tests --- */

static const struct cookies_tuple *tuple_of(const struct cookies_seen *seen, enum cookies_test t)
{
	for (uint32_t i = 0; i < seen->count; i++)
		if (seen->tuple[i].test == t && seen->tuple[i].shot[0].reply.kind == REPLY_SYN_ACK)
			return &seen->tuple[i];
	return NULL;
}

static void add_contrast(const struct cookies_facts *f, const struct cookies_tuple *t,
                         struct cookies_record *out)
{
	const struct cookies_shot *s = &t->shot[0];

	cookies_record_add(out, "options-with-timestamps",
	                   cookies_options_lost(s) ? "lost" : "kept");
	cookies_record_number(out, "timestamps", s->reply.has.timestamps);
	cookies_record_number(out, "sack", s->reply.has.sack);
	if (s->reply.has.wscale >= 0)
		cookies_record_number(out, "wscale", s->reply.has.wscale);
	cookies_record_number(out, "ts_values", f->ts_values);
	cookies_record_number(out, "ts_direct", f->ts_direct);
}

static void add_bare(const struct cookies_facts *f, struct cookies_record *out)
{
	if (f->bare_mss == NOT_KNOWN || !f->window_0) /* of a host it says nothing */
		return;
	cookies_record_add(out, "bare-syn", f->bare_mss == HOLDS ? "mss" : "no-mss");
}

static void add_ts_bits(const struct cookies_facts *f, struct cookies_record *out)
{
	if (f->ts_pairs == 0)
		return;
	cookies_record_add(out, "ts-bits", f->ts_matches == f->ts_pairs ? "match" : "mismatch");
	cookies_record_number(out, "pairs", f->ts_pairs);
	cookies_record_number(out, "matches", f->ts_matches);
	cookies_record_number(out, "chance", pow(SYNCOOKIE_TS_CHANCE, f->ts_matches));
}

static const char *ack_reply_name(const struct cookies_shot *s)
{
	switch ((enum cookies_reply_kind)s->reply.kind) {
	case REPLY_ACK:
		return "ack";
	case REPLY_RST:
		return "rst";
	case REPLY_NONE:
	case REPLY_SYN_ACK:
	case REPLY_SAME:
		break;
	}
	return "silence";
}

static void add_ack(const struct cookies_tuple *t, struct cookies_record *out)
{
	if (t->count < 2 || t->shot[1].cut)
		return;
	cookies_record_add(out, "ack", ack_reply_name(&t->shot[1]));
	cookies_record_number(out, "beyond", t->shot[1].seq - t->shot[0].seq - 1);
}

static void add_same(const struct cookies_facts *f, const struct cookies_tuple *t,
                     struct cookies_record *out)
{
	const struct cookies_shot *s = t->shot;

	if (f->same_isn == NOT_KNOWN)
		return;
	cookies_record_add(out, "same-syn", f->same_isn == HOLDS ? "same-isn" : "new-isn");
	cookies_record_number(out, "same", f->same_isns);
	if (s[1].reply.kind == REPLY_SYN_ACK)
		cookies_record_number(out, "advance",
		                      (double)(int32_t)(s[1].reply.seq - s[0].reply.seq));
}

static void add_bsd(const struct cookies_facts *f, struct cookies_record *out)
{
	uint32_t best = f->freebsd > f->pf ? f->freebsd : f->pf;

	cookies_record_add(out, "bsd", best == f->isns ? "match" : "mismatch");
	cookies_record_number(out, "isns", f->isns);
	cookies_record_number(out, "as_freebsd", f->freebsd);
	cookies_record_number(out, "as_pf", f->pf);
	cookies_record_number(out, "chance", pow(SYNCOOKIE_BSD_CHANCE, best));
}

static const struct cookies_step *step_of(enum cookies_test t, unsigned int step)
{
	uint8_t count;

	return &cookies_steps(t, &count)[step];
}

static void add_silence(const struct cookies_facts *f, struct cookies_record *out)
{
	if (f->silent + f->repeated == 0)
		return;
	cookies_record_add(out, "silence", f->repeated > 0 ? "repeated" : "never-repeated");
	cookies_record_number(out, "tuples", f->silent + f->repeated);
	cookies_record_number(out, "repeated", f->repeated);
	cookies_record_number(out, "listened_us", 1e3 * step_of(COOKIES_SILENCE, 0)->listen_ms);
}

static void add_prove(const struct cookies_tuple *t, struct cookies_record *out)
{
	const struct cookies_shot *last = &t->shot[3];

	if (t->count < 4 || last->cut)
		return;
	cookies_record_add(out, "prove",
	                   last->reply.kind == REPLY_ACK   ? "accepted"
	                   : last->reply.kind == REPLY_RST ? "refused"
	                                                   : "silence");
	cookies_record_number(out, "after_reset_us", 1e3 * step_of(COOKIES_PROVE, 1)->pause_ms);
}

static const char *load_name(const struct cookies_seen *seen)
{
	const struct cookies_load_seen *l = &seen->load;

	switch (l->end) {
	case LOAD_COOKIES:
		return l->verified ? "cookies" : "options-lost";
	case LOAD_DROPPED:
		return l->recovery_seen && !l->recovered ? "no-answer" : "dropped";
	case LOAD_REFUSED:
		return "refused";
	case LOAD_SLOWED:
		return "slowed";
	case LOAD_INTERRUPTED:
		return "interrupted";
	case LOAD_NO_SWITCH:
		return "no-switch";
	case LOAD_NOT_RUN:
		break;
	}
	return seen->interrupted ? "interrupted" : "not-run";
}

static void add_load(const struct cookies_seen *seen, struct cookies_record *out)
{
	const struct cookies_load_seen *l = &seen->load;

	out->load = load_name(seen);
	cookies_record_add(out, "load", out->load);
	if (l->end == LOAD_NOT_RUN)
		return;
	out->load_held = l->held;
	if (l->at > 0)
		out->load_at = l->at;
	cookies_record_number(out, "limit", l->limit);
	cookies_record_number(out, "held", l->held);
	if (l->at > 0)
		cookies_record_number(out, "at", l->at);
	if (l->end == LOAD_COOKIES && l->verified)
		cookies_record_number(out, "residue", l->residue);
	if (l->recovery_seen)
		cookies_record_number(out, "recovered", l->recovered);
	cookies_record_number(out, "unanswered", l->unanswered);
	if (!seen->times_void)
		cookies_record_number(out, "duration_us", us(l->duration));
}

/* Two tuples are needed: without the second nothing is said. */
static void add_trivial(const struct cookies_seen *seen, const struct cookies_facts *f,
                        struct cookies_record *out)
{
	if (f->trivial == NOT_KNOWN || f->cookies + f->mixed == 0 ||
	    (f->trivial == FAILS && !cookies_started(seen, COOKIES_TRIVIAL)))
		return;
	cookies_record_add(out, "trivial", f->trivial == HOLDS ? "constant" : "differs");
	cookies_record_number(out, "chance", SYNCOOKIE_NUMBER_CHANCE);
}

void cookies_evidence(const struct cookies_seen *seen, const struct cookies_facts *f,
                      struct cookies_record *r)
{
	const struct cookies_tuple *t;

	for (uint32_t i = 0; i < f->rounds; i++)
		add_round(f, i, r);
	if (f->rounds > 0) {
		add_index(f, r);
		add_window(f, r);
	}
	add_bare(f, r);
	if ((t = tuple_of(seen, COOKIES_OPTIONS)) != NULL)
		add_contrast(f, t, r);
	add_ts_bits(f, r);
	if ((t = tuple_of(seen, COOKIES_ACK)) != NULL)
		add_ack(t, r);
	if ((t = tuple_of(seen, COOKIES_SAME_SYN)) != NULL)
		add_same(f, t, r);
	if (tuple_of(seen, COOKIES_BSD) != NULL)
		add_bsd(f, r);
	add_trivial(seen, f, r);
	add_silence(f, r);
	if ((t = tuple_of(seen, COOKIES_PROVE)) != NULL)
		add_prove(t, r);
	if (seen->load.wanted && f->answered)
		add_load(seen, r);
}
