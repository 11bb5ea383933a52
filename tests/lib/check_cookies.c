/* SPDX-License-Identifier: BSD-2-Clause */
/* check_cookies.c - a session without an engine: events in order of their time. */
#include "check_cookies.h"

#include "check.h"
#include "probe/cookies_plan.h"

#define START (1000 * NS_SEC)
#define AFTER (90 * NS_SEC) /* the server may repeat itself for so long */

void check_cookies_init(struct check_cookies *c, enum listener_kind kind, bool v6, uint64_t seed)
{
	memset(c, 0, sizeof(*c));
	listener_init(&c->server, kind, v6, seed);
	c->path = (struct check_path){.delay = 10 * NS_MS};
	c->cfg = (struct cookies_config){
		.profile = *profile_find("linux"), .syn_retries = 2, .rto = NS_SEC};
	cookies_tests_parse("all", &c->cfg.enabled);
	c->stop = c->icmp = c->set_at = c->dead = NS_NEVER;
	c->seed = seed;
	rng_seed(&c->rng, seed + 77);
}

static bool happens(struct check_cookies *c, double chance)
{
	return (double)(rng_next(&c->rng) >> 11) / 9007199254740992.0 < chance;
}

/* --- the path --- */

static void put(struct check_cookies *c, ns_t due, enum check_to to, uint32_t lane,
                const struct seg *s)
{
	assert_true(c->waiting < CHECK_FRAMES);
	c->frame[c->waiting++] = (struct check_frame){due, c->order++, to, lane, *s};
}

static bool is_listed(uint64_t list, uint32_t n)
{
	return n < 64 && (list >> n & 1) != 0;
}

static void travel(struct check_cookies *c, enum check_to to, uint32_t lane, const struct seg *s)
{
	const struct check_path *p = &c->path;
	int copies = happens(c, p->loss) ? 0 : 1;

	if (copies > 0 && happens(c, p->duplicate))
		copies = 2;
	if (c->now >= c->dead)
		copies = 0;
	if (to == TO_US && is_listed(c->lost_in, ++c->replies))
		copies = 0;
	if (to == TO_SERVER && is_listed(c->lost_out, c->segments))
		copies = 0;
	for (; copies > 0; copies--) {
		ns_t jitter = p->jitter == 0 ? 0
		                             : (ns_t)rng_below(&c->rng, (uint64_t)p->jitter * 2) -
		                                       p->jitter;

		put(c, c->now + p->delay + jitter, to, lane, s);
	}
}

/* Next to a real answer: what a stranger could send who knows addresses and ports, but no numbers. */
static void forge(struct check_cookies *c, uint32_t lane, const struct seg *real)
{
	static const struct {
		uint16_t flags;
		uint32_t seq, ack; /* beside the real ones; UINT32_MAX: random */
	} kinds[] = {
		{SEG_SYN | SEG_ACK, 0, 1},
		{SEG_SYN | SEG_ACK, 0, UINT32_MAX},
		{SEG_SYN, 0, 0},
		{SEG_RST, UINT32_MAX, 0},
		{SEG_RST | SEG_ACK, 0, UINT32_MAX},
		{SEG_ACK, UINT32_MAX, 0},
		{SEG_ACK, 0, 77},
		{SEG_ACK, UINT32_MAX, UINT32_MAX},
		{0, 0, 0},
	};

	for (size_t i = 0; i < CHECK_COUNT(kinds); i++) {
		struct seg s = *real;
		uint32_t random = (uint32_t)rng_next(&c->rng);

		s.flags = kinds[i].flags;
		s.seq = kinds[i].seq == UINT32_MAX ? random : s.seq + kinds[i].seq;
		s.ack = kinds[i].ack == UINT32_MAX ? ~random : s.ack + kinds[i].ack;
		put(c, c->now + c->path.delay - NS_US, TO_US_FORGED, lane, &s);
		put(c, c->now + c->path.delay + NS_US, TO_US_FORGED, lane, &s);
	}
}

static bool take_first(struct check_cookies *c, struct check_frame *out, ns_t until)
{
	uint32_t best = UINT32_MAX;

	for (uint32_t i = 0; i < c->waiting; i++) {
		const struct check_frame *f = &c->frame[i];

		if (best == UINT32_MAX || f->due < c->frame[best].due ||
		    (f->due == c->frame[best].due && f->order < c->frame[best].order))
			best = i;
	}
	if (best == UINT32_MAX || c->frame[best].due > until)
		return false;
	*out = c->frame[best];
	c->frame[best] = c->frame[--c->waiting];
	return true;
}

/* --- what a session does --- */

static void note_syn(struct check_cookies *c)
{
	uint32_t n = 0;

	assert_true(c->syns < CHECK_COUNT(c->syn_at));
	c->syn_at[c->syns++] = c->now;
	for (uint32_t i = c->syns; i > 0 && c->now - c->syn_at[i - 1] < NS_SEC; i--)
		n++;
	if (n > c->most_syns)
		c->most_syns = n;
}

static void pump(struct check_cookies *c)
{
	struct probe_output out;
	uint32_t batch = 0;

	while (cookies_probe.next(c->probe, &out, c->now)) {
		assert_true(out.lane < c->lanes);
		c->segments++;
		if (++batch > c->most_batch)
			c->most_batch = batch;
		if ((out.seg.flags & SEG_SYN) != 0)
			note_syn(c);
		lane_note_sent(&c->lane[out.lane], &out.seg);
		put(c, c->now, TO_CAPTURE, out.lane, &out.seg);
		travel(c, TO_SERVER, out.lane, &out.seg);
	}
}

static ns_t stamp(const struct check_cookies *c)
{
	return c->now + (c->now >= c->set_at ? c->set_by : 0);
}

static void deliver_to_us(struct check_cookies *c, const struct check_frame *f)
{
	struct probe_input in = {.lane = f->lane, .seg = &f->seg, .stamp = stamp(c), .now = c->now};
	enum track_take take;

	if (f->to == TO_CAPTURE) {
		lane_out(&c->lane[f->lane], &f->seg, in.stamp);
		cookies_probe.sent(c->probe, &in);
		return;
	}
	lane_in(&c->lane[f->lane], &f->seg, in.stamp);
	take = cookies_probe.heard(c->probe, &in);
	if (f->to == TO_US_FORGED)
		assert_true(take == TRACK_SPOOFED || take == TRACK_IGNORED);
	else
		c->spoofed += take == TRACK_SPOOFED;
	if (take == TRACK_TAKEN)
		lane_believe(&c->lane[f->lane], &f->seg, in.stamp);
}

static void deliver(struct check_cookies *c, const struct check_frame *f)
{
	struct seg reply;

	c->now = f->due;
	if (f->to != TO_SERVER) {
		deliver_to_us(c, f);
	} else if (listener_hears(&c->server, f->lane, &f->seg, c->now, &reply)) {
		travel(c, TO_US, f->lane, &reply);
		if (c->forgers)
			forge(c, f->lane, &reply);
	}
	pump(c);
}

static ns_t next_repeat(const struct check_cookies *c)
{
	ns_t when = NS_NEVER;

	for (uint32_t i = 0; c->server.half_open > 0 && i < LISTENER_PORTS; i++)
		if (c->server.port[i].used)
			when = ns_min(when, c->server.port[i].again);
	return when;
}

/* The next thing that happens, at `until` at the latest. False: nothing does. */
static bool step(struct check_cookies *c, ns_t until)
{
	ns_t timer = cookies_probe.deadline(c->probe), repeat = next_repeat(c);
	ns_t due = ns_min(ns_min(timer, repeat), ns_min(ns_min(c->stop, c->icmp), until));
	struct check_frame f;
	struct seg s;
	uint32_t port;

	if (take_first(c, &f, due)) {
		deliver(c, &f);
		return true;
	}
	if (due == until)
		return false;
	c->now = c->now > due ? c->now : due;
	if (due == c->icmp) {
		c->icmp = NS_NEVER;
		cookies_probe.unreachable(c->probe, 0);
	} else if (due == c->stop) {
		c->stop = NS_NEVER;
		cookies_probe.stop(c->probe, c->now);
	} else if (due == timer) {
		cookies_probe.timer(c->probe, c->now);
	} else if (listener_repeats(&c->server, c->now, &port, &s)) {
		travel(c, TO_US, port, &s);
	}
	pump(c);
	return true;
}

static void begin(struct check_cookies *c)
{
	struct probe_start s = {.lanes = cookies_probe.lanes(&c->cfg),
	                        .room = 1460,
	                        .v6 = c->server.v6,
	                        .local = c->local,
	                        .now = START};

	s.key = (struct siphash_key){rng_next(&c->rng), rng_next(&c->rng)};
	c->now = START;
	c->lanes = s.lanes;
	c->probe = calloc(1, cookies_probe.state_size(&c->cfg));
	c->lane = calloc(c->lanes, sizeof(*c->lane));
	assert_non_null(c->probe);
	assert_non_null(c->lane);
	for (uint32_t i = 0; i < c->lanes; i++) {
		lane_init(&c->lane[i], NULL);
		c->lane[i].tracked = false;
	}
	cookies_probe.start(c->probe, &c->cfg, &s);
	pump(c);
}

static bool all_captured(const struct check_cookies *c)
{
	for (uint32_t i = 0; i < c->lanes; i++)
		if (!lane_all_captured(&c->lane[i]))
			return false;
	return true;
}

void check_cookies_run(struct check_cookies *c)
{
	struct attempt a = {.target = "server",
	                    .address = "192.0.2.7",
	                    .port = 80,
	                    .family = c->server.v6 ? ADDR_V6 : ADDR_V4,
	                    .seq = 1,
	                    .dns = NS_NONE};
	bool going = true;

	c->stop = ns_add(c->stop, START);
	c->icmp = ns_add(c->icmp, START);
	c->set_at = ns_add(c->set_at, START);
	c->dead = ns_add(c->dead, START);
	begin(c);
	a.times_void = c->set_at != NS_NEVER;
	while (going && !(cookies_probe.done(c->probe) && all_captured(c)))
		going = step(c, START + 3600 * NS_SEC);
	assert_true(cookies_probe.done(c->probe));
	c->ended = c->now - START;
	a.lane = c->lane;
	a.lanes = c->lanes;
	cookies_probe.answer(c->probe, &a, &c->answer);
	c->r = &c->answer.store.cookies;
	c->stop = c->icmp = NS_NEVER;
	for (ns_t until = c->now + AFTER; step(c, until);)
		;
	free(c->probe);
	free(c->lane);
}

/* --- what it came to --- */

void check_verdict(const struct check_cookies *c, const char *verdict, const char *implementation)
{
	const struct cookies_record *r = c->r;

	if (strcmp(r->verdict, verdict) == 0 && strcmp(r->implementation, implementation) == 0)
		return;
	for (uint32_t i = 0; i < r->evidence.count; i++)
		print_message("%s: %s\n", r->evidences[i].test, r->evidences[i].result);
	fail_msg("server %d, IPv%d, seed %lu: %s %s, not %s %s (reason %s)", c->server.kind,
	         c->server.v6 ? 6 : 4, (unsigned long)c->seed, r->verdict, r->implementation,
	         verdict, implementation, r->reason);
}

static const struct evidence_record *find(const struct check_cookies *c, const char *test)
{
	for (uint32_t i = 0; i < c->r->evidence.count; i++)
		if (strcmp(c->r->evidences[i].test, test) == 0)
			return &c->r->evidences[i];
	return NULL;
}

const char *check_result(const struct check_cookies *c, const char *test)
{
	const struct evidence_record *e = find(c, test);

	return e == NULL ? NULL : e->result;
}

double check_number(const struct check_cookies *c, const char *test, const char *name)
{
	const struct evidence_record *e = find(c, test);
	const struct field_number *n;

	if (e == NULL)
		fail_msg("no evidence of %s", test);
	n = e->detail.items;
	for (uint32_t i = 0; i < e->detail.count; i++)
		if (strcmp(n[i].name, name) == 0)
			return n[i].value;
	fail_msg("%s has no number %s", test, name);
	return 0;
}
