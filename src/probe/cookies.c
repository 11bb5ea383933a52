/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies.c - starts tests as their results ask for them, then the load, and answers. */
#include "probe/cookies.h"

#include <stdio.h>
#include <string.h>

#include "base/wr.h"
#include "probe/cookies_evidence.h"
#include "probe/cookies_judge.h"
#include "probe/cookies_load.h"
#include "probe/cookies_run.h"

struct cookies {
	const struct cookies_config *cfg;
	struct siphash_key key;
	uint32_t tests; /* lanes for tests; those after them are for the load */
	uint32_t load;  /* lanes of the ramp; one more is for the look at the recovery */
	bool local;
	bool stopped;     /* by the end of the run */
	bool finished;    /* nothing more is wanted, whatever arrives late */
	ns_t first, last; /* stamps of the attempt's first and last segment */
	struct cookies_common common;
	struct cookies_seen seen;
	struct cookies_run run[COOKIES_TUPLES_MAX];
	struct cookies_load ramp;
	struct cookies_held held[]; /* of the ramp */
};

/* --- lanes and numbers --- */

/* The core may be needed three times, the silence and the same SYN take two tuples. */
static uint32_t test_lanes(const struct cookies_config *cfg)
{
	uint32_t lanes = 2, set = cfg->enabled | cfg->forced | COOKIES_BIT(COOKIES_CORE);

	for (unsigned int t = 0; t < COOKIES_TESTS; t++)
		lanes += set >> t & 1;
	return lanes + (set >> COOKIES_SILENCE & 1) + (set >> COOKIES_SAME_SYN & 1);
}

static uint32_t lanes(const void *cfg)
{
	const struct cookies_config *c = cfg;

	return test_lanes(c) + (c->load > 0 ? c->load + 1 : 0);
}

static size_t state_size(const void *cfg)
{
	const struct cookies_config *c = cfg;

	return sizeof(struct cookies) + (c->load + 1) * sizeof(struct cookies_held);
}

/* A number of this attempt that nobody else knows. */
static uint32_t secret(const struct cookies *c, uint32_t which)
{
	uint8_t bytes[4];
	struct wr w = wr_into(bytes, sizeof(bytes));

	wr_be32(&w, which);
	return (uint32_t)siphash(&c->key, bytes, wr_len(&w));
}

enum secret {
	SECRET_D1,
	SECRET_D2,
	SECRET_WINDOW,
	SECRET_CLOCK,
	SECRET_LANE, /* and those after it */
};

/*
 * D1 in [2^28, 2^30), D2 in [2^30 + 2^28, 2^31 - 2^28), so that all differences are 2^28 at least: beyond
 * any window, and more than Linux's clock advances in 17 seconds.
 */
static void choose_deltas(struct cookies *c)
{
	c->common.delta[1] = (1U << 28) + secret(c, SECRET_D1) % ((1U << 30) - (1U << 28));
	c->common.delta[2] = (1U << 30) + (1U << 28) + secret(c, SECRET_D2) % (1U << 29);
}

/* Not what systems send: a server that returns our window shows it. */
static uint16_t choose_window(const struct cookies *c)
{
	if (c->cfg->own_win)
		return c->cfg->profile.win;
	return (uint16_t)(30000 + secret(c, SECRET_WINDOW) % 2000);
}

/* --- from test to test --- */

static bool load_is_wanted(const struct cookies *c)
{
	struct cookies_judgement j;
	struct cookies_facts f;

	if (c->load == 0 || c->ramp.phase != LOAD_PHASE_IDLE)
		return false;
	cookies_facts(&c->seen, &f);
	j = cookies_judge(&c->seen, &f);
	return f.answered && (j.verdict == VERDICT_NOT_ACTIVE_NOW || j.verdict == VERDICT_CAPABLE);
}

static void start_load(struct cookies *c, ns_t now)
{
	const struct cookies_shot *s = &c->seen.tuple[0].shot[0];
	bool options_tell = syncookie_offers_options(&s->offer) && !cookies_options_lost(s);

	cookies_load_start(&c->ramp, c->load, c->local, options_tell, &c->key, c->held,
	                   &c->seen.load, now);
}

static bool all_over(const struct cookies *c)
{
	for (uint32_t i = 0; i < c->seen.count; i++)
		if (c->run[i].phase != PHASE_OVER)
			return false;
	return true;
}

static enum cookies_test wanted(const struct cookies *c)
{
	if (c->stopped || c->seen.count == c->tests || c->ramp.phase != LOAD_PHASE_IDLE)
		return COOKIES_TESTS;
	return cookies_want(&c->seen, c->cfg->enabled, c->cfg->forced);
}

static void advance(struct cookies *c, ns_t now)
{
	enum cookies_test t;

	if (c->finished)
		return;
	while ((t = wanted(c)) != COOKIES_TESTS) {
		uint32_t i = c->seen.count++;

		cookies_run_start(&c->run[i], &c->seen.tuple[i], t, secret(c, SECRET_LANE + i),
		                  now);
	}
	if (!c->stopped && all_over(c) && load_is_wanted(c))
		start_load(c, now);
	c->finished = all_over(c) &&
	              (c->ramp.phase == LOAD_PHASE_IDLE || c->ramp.phase == LOAD_PHASE_OVER);
}

/* --- what a session calls --- */

/* Where there are fewer lanes than wanted, the load has fewer, then the tests. */
static void share_lanes(struct cookies *c, uint32_t have)
{
	c->tests = test_lanes(c->cfg);
	if (c->tests > have)
		c->tests = have;
	c->load = c->cfg->load;
	if (c->load + 1 > have - c->tests)
		c->load = have > c->tests ? have - c->tests - 1 : 0;
}

static void start(void *p, const void *cfg, const struct probe_start *s)
{
	struct cookies *c = p;

	memset(c, 0, sizeof(*c));
	c->cfg = cfg;
	c->key = s->key;
	c->local = s->local;
	c->first = c->last = NS_NONE;
	share_lanes(c, s->lanes);
	c->seen.v6 = s->v6;
	c->seen.load.wanted = c->cfg->load > 0;
	c->common = (struct cookies_common){
		.profile = c->cfg->profile,
		.v6 = s->v6,
		.ecn = c->cfg->ecn,
		.tos = c->cfg->tos,
		.syn_retries = c->cfg->syn_retries,
		.rto = c->cfg->rto,
		.timeout = c->cfg->timeout,
		.rtt = NS_NONE,
		.turn_min = NS_NONE,
		.turn_max = NS_NONE,
		.ts_base = secret(c, SECRET_CLOCK),
		.win = choose_window(c),
	};
	choose_deltas(c);
	advance(c, s->now);
}

static void note_stamp(struct cookies *c, ns_t stamp)
{
	if (c->first == NS_NONE)
		c->first = stamp;
	c->last = stamp;
}

static enum track_take heard(void *p, const struct probe_input *in)
{
	struct cookies *c = p;
	enum track_take take;

	if (in->lane < c->tests)
		take = cookies_run_heard(&c->run[in->lane], &c->common, in->seg, in->stamp,
		                         in->now);
	else
		take = cookies_load_heard(&c->ramp, &c->common, in->lane - c->tests, in->seg,
		                          in->stamp, in->now);
	if (take == TRACK_TAKEN)
		note_stamp(c, in->stamp);
	advance(c, in->now);
	return take;
}

static void sent(void *p, const struct probe_input *in)
{
	struct cookies *c = p;

	note_stamp(c, in->stamp);
	if (in->lane < c->tests)
		cookies_run_sent(&c->run[in->lane], in->seg, in->stamp);
	else
		cookies_load_sent(&c->ramp, in->lane - c->tests, in->seg, in->stamp);
}

static void end_all(struct cookies *c)
{
	for (uint32_t i = 0; i < c->seen.count; i++)
		cookies_run_stop(&c->run[i]);
	cookies_load_stop(&c->ramp);
}

static void stop(void *p, ns_t now)
{
	struct cookies *c = p;

	(void)now;
	if (c->stopped)
		return;
	c->stopped = true;
	c->seen.interrupted = true;
	end_all(c);
}

/* One lane cannot be reached: then none can, and what they have opened is reset in case that is wrong. */
static void unreachable(void *p, uint32_t lane)
{
	struct cookies *c = p;

	c->finished = true;
	if (lane < c->tests)
		cookies_run_forget(&c->run[lane]);
	end_all(c);
}

static void timer(void *p, ns_t now)
{
	struct cookies *c = p;

	for (uint32_t i = 0; i < c->seen.count; i++)
		cookies_run_timer(&c->run[i], &c->common, now);
	cookies_load_timer(&c->ramp, &c->common, now);
	advance(c, now);
}

static bool next(void *p, struct probe_output *out, ns_t now)
{
	struct cookies *c = p;

	for (uint32_t i = 0; i < c->seen.count; i++) {
		if (cookies_run_next(&c->run[i], &c->common, &out->seg, now)) {
			out->lane = i;
			return true;
		}
	}
	if (!cookies_load_next(&c->ramp, &c->common, &out->lane, &out->seg, now))
		return false;
	out->lane += c->tests;
	return true;
}

static ns_t deadline(const void *p)
{
	const struct cookies *c = p;
	ns_t when = cookies_load_deadline(&c->ramp);

	for (uint32_t i = 0; i < c->seen.count; i++)
		if (c->run[i].phase != PHASE_OVER)
			when = ns_min(when, c->run[i].deadline);
	return when;
}

static bool done(const void *p)
{
	const struct cookies *c = p;

	return (c->finished || c->stopped) && all_over(c) && cookies_load_over(&c->ramp);
}

/* --- the answer --- */

static int64_t retransmits(const struct cookies_seen *seen)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < seen->count; i++)
		for (uint8_t k = 0; k < seen->tuple[i].count; k++)
			n += seen->tuple[i].shot[k].captured > 1
			             ? seen->tuple[i].shot[k].captured - 1
			             : 0;
	return n;
}

/* The host's own reset on any lane spoils all of it. */
static struct lane_outcome outcome(const struct attempt *a)
{
	for (uint32_t i = 0; i < a->lanes; i++)
		if (a->lane[i].host_rst)
			return lane_outcome(&a->lane[i]);
	return lane_outcome(a->lane);
}

static void fill_attempt(const struct cookies *c, const struct attempt *a, struct cookies_record *r)
{
	r->time = c->first != NS_NONE ? c->first : a->began;
	r->target = a->target;
	snprintf(r->address, sizeof(r->address), "%s", a->address);
	r->port = a->port;
	r->family = a->family;
	r->seq = (int64_t)a->seq;
	r->rtt = a->times_void ? NS_NONE : c->common.rtt;
	if (c->first != NS_NONE && !a->times_void)
		r->duration = c->last - c->first;
	for (uint32_t i = 0; i < a->lanes; i++)
		r->segments_sent += a->lane[i].captured;
	if (a->lane->history != NULL)
		r->segments =
			(struct field_list){a->lane->history->segment, a->lane->history->count};
}

static void fill_verdict(const struct cookies *c, const struct attempt *a, struct cookies_record *r)
{
	struct lane_outcome o = outcome(a);
	struct cookies_seen seen = c->seen;
	struct cookies_judgement j;
	struct cookies_facts f;

	seen.times_void = a->times_void;
	cookies_facts(&seen, &f);
	j = cookies_judge(&seen, &f);
	if (strcmp(o.state, "error") == 0)
		j = (struct cookies_judgement){.verdict = VERDICT_INCONCLUSIVE, .chance = 1};
	r->state = o.state;
	r->reason = j.reason != NULL ? j.reason : o.reason;
	r->detail = j.detail != NULL ? j.detail : o.detail;
	r->verdict = cookies_verdict_name(j.verdict);
	r->implementation = cookies_implementation_name(j.implementation);
	r->confidence = cookies_confidence(&j);
	cookies_evidence(&seen, &f, r);
}

static void answer(const void *p, const struct attempt *a, struct answer *out)
{
	const struct cookies *c = p;
	struct cookies_record *r = &out->store.cookies;
	struct text t = text_into(out->line, sizeof(out->line));

	cookies_record_init(r);
	fill_attempt(c, a, r);
	fill_verdict(c, a, r);
	cookies_record_line(&t, r);
	out->record = (struct record){&cookies_record_type, r};
	out->state = r->state;
	out->rtt = r->rtt;
	out->syn_retransmits = retransmits(&c->seen);
	out->verdict = r->verdict;
	out->changed = -1;
	out->stacks = (struct stacks_match){.known = 0};
	out->failed = false;
	out->linger = c->common.lossy && c->common.turn_max != NS_NONE;
}

const struct probe_ops cookies_probe = {
	.name = "cookies",
	.alone = true,
	.state_size = state_size,
	.lanes = lanes,
	.start = start,
	.heard = heard,
	.sent = sent,
	.unreachable = unreachable,
	.timer = timer,
	.stop = stop,
	.next = next,
	.deadline = deadline,
	.done = done,
	.answer = answer,
};
