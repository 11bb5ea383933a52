/* SPDX-License-Identifier: BSD-2-Clause */
/* test_cookies_judge.c - verdicts and next tests over recorded replies: each row of the decision table. */
#include "../lib/check.h"

#include "base/rng.h"
#include "probe/cookies_judge.h"

#define X   1000000000U
#define S   2000000000U
#define D1  0x20000000U
#define D2  0x60000000U
#define RTT (10 * NS_MS)
#define GAP (50 * NS_MS) /* between the SYNs of a core */

/* --- replies as they are recorded --- */

static struct cookies_seen seen;

static struct cookies_tuple *add_tuple(enum cookies_test t)
{
	struct cookies_tuple *tuple = &seen.tuple[seen.count++];

	memset(tuple, 0, sizeof(*tuple));
	tuple->test = (uint8_t)t;
	tuple->ended = true;
	return tuple;
}

static struct cookies_shot *add_syn(struct cookies_tuple *t, uint32_t seq, enum cookies_offer o)
{
	struct cookies_shot *s = &t->shot[t->count];

	s->kind = SHOT_SYN;
	s->seq = seq;
	s->tries = 1;
	s->first = t->count * GAP;
	s->reply.stamp = NS_NONE;
	t->count++;
	cookies_profile(profile_find("linux"), o, seen.v6, &s->offer);
	return s;
}

static void reply(struct cookies_shot *s, enum cookies_reply_kind kind, uint32_t seq)
{
	s->reply = (struct cookies_reply){.kind = (uint8_t)kind,
	                                  .stamp = s->first + RTT,
	                                  .seq = seq,
	                                  .ack = s->seq + 1,
	                                  .win = 64240,
	                                  .has = {.mss = 1460, .wscale = 10, .sack = true}};
}

/* A SYN-ACK of a cookie, or of a proxy: no options but MSS. */
static void reply_bare(struct cookies_shot *s, uint32_t seq, uint16_t win)
{
	reply(s, REPLY_SYN_ACK, seq);
	s->reply.win = win;
	s->reply.has.wscale = -1;
	s->reply.has.sack = false;
}

/* The ISN by Linux's clock, half a round trip after the SYN. */
static uint32_t clock_isn(const struct cookies_shot *s)
{
	return S + (uint32_t)((s->first + RTT / 2) / 64);
}

static void begin(void)
{
	memset(&seen, 0, sizeof(seen));
}

static struct cookies_tuple *add_core(uint32_t x, enum cookies_offer third)
{
	struct cookies_tuple *t = add_tuple(COOKIES_CORE);

	add_syn(t, x, OFFER_BASE);
	add_syn(t, x + D1, OFFER_BASE);
	add_syn(t, x + D2, third);
	return t;
}

/* --- cores of each kind --- */

static void core_linux_cookies(uint32_t s)
{
	struct cookies_tuple *t = add_core(X, OFFER_OTHER_MSS);
	int step = seen.v6 ? -2 : -3;

	reply_bare(&t->shot[0], s, 64240);
	reply_bare(&t->shot[1], s + D1, 64240);
	reply_bare(&t->shot[2], s + D2 + (uint32_t)step, 64240);
}

static void core_proxy(uint32_t step)
{
	struct cookies_tuple *t = add_core(X, OFFER_BARE);

	reply_bare(&t->shot[0], S, 0);
	reply_bare(&t->shot[1], S + D1, 0);
	reply_bare(&t->shot[2], S + D2 + step, 0);
	t->shot[2].reply.has.mss = 0;
}

static struct cookies_tuple *core_linux_state(void)
{
	struct cookies_tuple *t = add_core(X, OFFER_OTHER_MSS);

	reply(&t->shot[0], REPLY_SYN_ACK, clock_isn(&t->shot[0]));
	reply(&t->shot[1], REPLY_ACK, t->shot[0].reply.seq + 1);
	t->shot[1].reply.ack = X + 1;
	reply(&t->shot[2], REPLY_SYN_ACK, clock_isn(&t->shot[2]));
	return t;
}

/* An ISN that decodes to its SYN's offer. */
static uint32_t bsd_isn(const struct cookies_shot *s, bool sack, uint32_t random)
{
	uint32_t s0 = random & ~0xffU;

	for (uint32_t low = 0; low < 256; low++) {
		enum syncookie_bsd kind = syncookie_bsd_decode(s0 | low, &s->offer);

		if (kind == (sack ? SYNCOOKIE_BSD_FREEBSD : SYNCOOKIE_BSD_PF) ||
		    (kind == SYNCOOKIE_BSD_FREEBSD && !s->offer.sack))
			return s0 | low;
	}
	return 0;
}

static void core_freebsd(bool stateful)
{
	struct cookies_tuple *t = add_core(X, OFFER_OTHER_MSS);

	reply(&t->shot[0], REPLY_SYN_ACK, bsd_isn(&t->shot[0], true, 0x12345678));
	if (stateful)
		reply(&t->shot[1], REPLY_SAME, t->shot[0].reply.seq);
	else
		reply(&t->shot[1], REPLY_SYN_ACK, bsd_isn(&t->shot[1], true, 0xcdef0123));
	reply(&t->shot[2], REPLY_SYN_ACK, bsd_isn(&t->shot[2], true, 0x9abc4567));
}

static void bsd_test(bool sack)
{
	struct cookies_tuple *t = add_tuple(COOKIES_BSD);

	add_syn(t, X + 5, OFFER_MSS_1200);
	add_syn(t, X + 5 + D1, OFFER_NO_SACK);
	reply(&t->shot[0], REPLY_SYN_ACK, bsd_isn(&t->shot[0], sack, 0x31415926));
	reply(&t->shot[1], REPLY_SYN_ACK, bsd_isn(&t->shot[1], sack, 0x27182818));
}

static void core_unrelated(uint32_t salt)
{
	struct cookies_tuple *t = add_core(X, OFFER_OTHER_MSS);

	reply(&t->shot[0], REPLY_SYN_ACK, 0x01234567 * salt);
	reply(&t->shot[1], REPLY_SYN_ACK, 0x89abcdef * salt);
	reply(&t->shot[2], REPLY_SYN_ACK, 0xf0e1d2c3 * salt);
}

/* --- what is decided --- */

static uint32_t all_tests(void)
{
	uint32_t set = 0;

	cookies_tests_parse("all", &set);
	return set;
}

static struct cookies_judgement judge(void)
{
	struct cookies_facts f;

	cookies_facts(&seen, &f);
	return cookies_judge(&seen, &f);
}

static void check(enum cookies_verdict v, enum cookies_implementation i, double chance)
{
	struct cookies_judgement j = judge();

	assert_string_equal(cookies_verdict_name(j.verdict), cookies_verdict_name(v));
	assert_string_equal(cookies_implementation_name(j.implementation),
	                    cookies_implementation_name(i));
	if (j.chance > chance)
		fail_msg("chance %g, not %g", j.chance, chance);
	if (v != VERDICT_INCONCLUSIVE)
		assert_true(cookies_confidence(&j) > 0 &&
		            cookies_confidence(&j) <= COOKIES_CONFIDENCE_MAX);
	else
		assert_true(cookies_confidence(&j) < 0);
}

static void wants(enum cookies_test t)
{
	assert_int_equal(cookies_want(&seen, all_tests(), 0), t);
}

static void linux_cookies(void **state)
{
	(void)state;
	for (int v6 = 0; v6 <= 1; v6++) {
		begin();
		seen.v6 = v6;
		wants(COOKIES_CORE);
		core_linux_cookies(S);
		wants(COOKIES_TESTS);
		check(VERDICT_ACTIVE, IMPLEMENTATION_LINUX, 1e-16);
	}
}

static void proxies(void **state)
{
	(void)state;
	begin();
	core_proxy((uint32_t)-3);
	wants(COOKIES_TESTS);
	check(VERDICT_PROXY, IMPLEMENTATION_SYNPROXY, 1e-16);
	seen.tuple[0].shot[2].reply.has.mss = 1460;
	check(VERDICT_PROXY, IMPLEMENTATION_XDP, 1e-16);
	begin();
	core_proxy((uint32_t)(-5 * 4096 - (1 << 21)));
	check(VERDICT_PROXY, IMPLEMENTATION_DPVS, 1e-12);
}

/* 0 < e < 2^25: one pair remains, so the core is made once more. */
static void cookies_and_a_minute(void **state)
{
	(void)state;
	begin();
	core_linux_cookies(S);
	seen.tuple[0].shot[2].reply.seq += 19300000;
	wants(COOKIES_CORE);
	check(VERDICT_INCONCLUSIVE, IMPLEMENTATION_UNKNOWN, 1); /* of the MSS nothing is seen */
	assert_string_equal(judge().reason, "trivial-unknown");
	core_linux_cookies(S + 99);
	wants(COOKIES_TESTS);
	check(VERDICT_ACTIVE, IMPLEMENTATION_LINUX, 1e-9);
	begin();
	core_linux_cookies(S);
	seen.tuple[0].shot[0].reply.seq -= 6700000;
	check(VERDICT_ACTIVE, IMPLEMENTATION_LINUX, 1e-9);
	core_linux_cookies(S + 99);
	wants(COOKIES_TESTS);
}

static void cookies_and_a_lost_second(void **state)
{
	(void)state;
	begin();
	core_linux_cookies(S);
	seen.tuple[0].shot[1].reply = (struct cookies_reply){.stamp = NS_NONE};
	check(VERDICT_ACTIVE, IMPLEMENTATION_LINUX, 1e-8);
	wants(COOKIES_CORE); /* one pair: repeat */
}

static void linux_state(void **state)
{
	(void)state;
	begin();
	core_linux_state();
	wants(COOKIES_TESTS);
	check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_LINUX, 1e-9);
	/* The second SYN reset, or nothing: the clock alone tells. */
	seen.tuple[0].shot[1].reply.kind = REPLY_RST;
	check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_LINUX, 1e-3);
	seen.tuple[0].shot[1].reply.kind = REPLY_NONE;
	check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_LINUX, 1e-3);
	wants(COOKIES_TESTS);
	/* The third lost: the challenge ACK alone tells. */
	begin();
	core_linux_state()->shot[2].reply.kind = REPLY_NONE;
	wants(COOKIES_TESTS);
	check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_UNKNOWN, 1e-9);
}

/* A clock may be seen by chance in each of three cores. */
static void the_chance_counts_the_tries(void **state)
{
	struct cookies_facts f;

	(void)state;
	begin();
	core_linux_state()->shot[1].reply.kind = REPLY_NONE;
	cookies_facts(&seen, &f);
	assert_true(cookies_judge(&seen, &f).chance > 2.9 * f.round[0].pair[PAIR_1_3].chance);
}

/* On a long path many ISNs fit a clock: one that does is no proof against SYN-ACKs that follow none. */
static void one_clock_among_others_is_no_state(void **state)
{
	struct cookies_tuple *t;

	(void)state;
	begin();
	t = core_linux_state();
	t->shot[1].reply.kind = REPLY_NONE;
	t->shot[2].reply.stamp += NS_SEC;
	check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_LINUX, 0.02);
	core_unrelated(3);
	check(VERDICT_INCONCLUSIVE, IMPLEMENTATION_UNKNOWN, 1);
}

/* By the stamps of the last tries the clock would not fit: the first count. */
static void the_clock_counts_from_first_tries(void **state)
{
	(void)state;
	begin();
	core_linux_state();
	seen.tuple[0].shot[1].reply.kind = REPLY_NONE;
	seen.tuple[0].shot[2].tries = 2;
	seen.tuple[0].shot[2].reply.stamp += 200 * NS_MS;
	check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_LINUX, 1e-2);
}

static void a_stepped_wall_clock_makes_no_clock(void **state)
{
	(void)state;
	begin();
	core_linux_state();
	seen.times_void = true;
	check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_UNKNOWN, 1e-9);
	wants(COOKIES_TESTS);
	begin();
	core_linux_state()->shot[1].reply.kind = REPLY_NONE;
	seen.times_void = true;
	check(VERDICT_INCONCLUSIVE, IMPLEMENTATION_UNKNOWN, 1);
}

static void state_with_random_isns(void **state)
{
	(void)state;
	for (int cores = 1; cores <= 2; cores++) {
		if (cores == 1)
			begin();
		core_linux_state()->shot[2].reply.seq = 77 * (uint32_t)cores;
		check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_UNKNOWN, 1e-9);
		wants(cores == 1 ? COOKIES_CORE : COOKIES_TESTS);
	}
}

static void freebsd(void **state)
{
	(void)state;
	begin();
	core_freebsd(true);
	wants(COOKIES_BSD);
	bsd_test(true);
	wants(COOKIES_TESTS);
	check(VERDICT_CAPABLE, IMPLEMENTATION_FREEBSD, 1e-8);
	begin();
	core_freebsd(false);
	wants(COOKIES_BSD);
	bsd_test(true);
	wants(COOKIES_TESTS);
	check(VERDICT_ACTIVE, IMPLEMENTATION_FREEBSD, 1e-8);
}

static void pf_cookies(void **state)
{
	struct cookies_tuple *t;

	(void)state;
	begin();
	t = add_core(X, OFFER_BARE);
	for (int i = 0; i < 3; i++)
		reply_bare(&t->shot[i], bsd_isn(&t->shot[i], false, 0x10203040U * (i + 3U)), 0);
	wants(COOKIES_BSD);
	bsd_test(false);
	wants(COOKIES_TESTS);
	check(VERDICT_ACTIVE, IMPLEMENTATION_PF, 1e-8);
}

/* pf keeps nothing: what repeats a SYN-ACK is another. */
static void a_cache_is_no_pf(void **state)
{
	struct cookies_tuple *t;

	(void)state;
	begin();
	t = add_core(X, OFFER_OTHER_MSS);
	reply(&t->shot[0], REPLY_SYN_ACK, bsd_isn(&t->shot[0], false, 0x12345678));
	reply(&t->shot[1], REPLY_SAME, t->shot[0].reply.seq);
	reply(&t->shot[2], REPLY_SYN_ACK, bsd_isn(&t->shot[2], false, 0x9abc4567));
	wants(COOKIES_CORE);
	bsd_test(false);
	check(VERDICT_INCONCLUSIVE, IMPLEMENTATION_UNKNOWN, 1);
}

static struct cookies_tuple *core_pf_synproxy(void)
{
	struct cookies_tuple *t = add_core(X, OFFER_BARE);

	reply_bare(&t->shot[0], S, 0);
	t->shot[2].tries = 3;
	return t;
}

static void pf_synproxy(void **state)
{
	struct cookies_tuple *t;

	(void)state;
	begin();
	core_pf_synproxy();
	check(VERDICT_INCONCLUSIVE, IMPLEMENTATION_UNKNOWN, 1);
	assert_string_equal(judge().reason, "no-second-answer");
	wants(COOKIES_CORE);
	core_pf_synproxy();
	wants(COOKIES_SAME_SYN);
	t = add_tuple(COOKIES_SAME_SYN);
	reply_bare(add_syn(t, X, OFFER_BASE), S, 0);
	reply_bare(add_syn(t, X, OFFER_BASE), S, 0);
	wants(COOKIES_TESTS);
	check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_PF, 1e-3);
}

static void other_caches(void **state)
{
	(void)state;
	begin();
	for (uint32_t i = 0; i < 2; i++) {
		struct cookies_tuple *t = add_core(X, OFFER_OTHER_MSS);

		reply(&t->shot[0], REPLY_SYN_ACK, 0x01010101 * (i + 2));
		reply(&t->shot[1], REPLY_SAME, 0x01010101 * (i + 2));
		reply(&t->shot[2], REPLY_SYN_ACK, 0x0badcafe * (i + 2));
		if (i == 0)
			wants(COOKIES_CORE);
	}
	check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_UNKNOWN, 1e-3);
}

static void same_syn(bool same)
{
	struct cookies_tuple *t = add_tuple(COOKIES_SAME_SYN);

	reply(add_syn(t, X, OFFER_BASE), REPLY_SYN_ACK, 4242);
	reply(add_syn(t, X, OFFER_BASE), REPLY_SYN_ACK, same ? 4242 : 555);
}

static void far_ack(enum cookies_reply_kind kind)
{
	struct cookies_tuple *t = add_tuple(COOKIES_ACK);

	reply(add_syn(t, X, OFFER_BASE), REPLY_SYN_ACK, 31337);
	t->shot[1] = (struct cookies_shot){.kind = SHOT_FAR_ACK, .seq = X + (1U << 30)};
	reply(&t->shot[1], kind, 31338);
	t->count = 2;
}

static void unknown_formats(void **state)
{
	(void)state;
	begin();
	core_unrelated(3);
	wants(COOKIES_CORE);
	core_unrelated(5);
	wants(COOKIES_SAME_SYN);
	same_syn(true);
	check(VERDICT_INCONCLUSIVE, IMPLEMENTATION_UNKNOWN, 1); /* or the reset was lost */
	wants(COOKIES_SAME_SYN);
	same_syn(true);
	wants(COOKIES_ACK);
	check(VERDICT_ACTIVE, IMPLEMENTATION_UNKNOWN, 2e-3);
	far_ack(REPLY_ACK); /* it was: a half-open connection speaks */
	wants(COOKIES_TESTS);
	check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_UNKNOWN, 1e-9);

	begin();
	core_unrelated(3);
	core_unrelated(5);
	same_syn(false);
	far_ack(REPLY_ACK);
	check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_UNKNOWN, 1e-9);

	begin();
	core_unrelated(3);
	core_unrelated(5);
	same_syn(false);
	far_ack(REPLY_RST);
	check(VERDICT_INCONCLUSIVE, IMPLEMENTATION_UNKNOWN, 1);
	assert_string_equal(judge().reason, "random-isn");
}

static void ts_bits(bool fit)
{
	static const enum cookies_offer offers[] = {OFFER_TS, OFFER_TS_FEWER, OFFER_TS_TEN,
	                                            OFFER_TS_NONE};
	struct cookies_tuple *t = add_tuple(COOKIES_TS_BITS);

	for (uint32_t i = 0; i < 4; i++) {
		struct cookies_shot *s = add_syn(t, X + i, offers[i]);

		reply(s, REPLY_SYN_ACK, 0x55aa55aa * (i + 1));
		s->reply.has.timestamps = true;
		s->reply.tsval = fit ? 17 + 64 * i + syncookie_ts_bits(&s->offer) : 17 + 37 * i;
	}
}

static void numbers_that_are_rewritten(void **state)
{
	(void)state;
	begin();
	core_unrelated(3);
	core_unrelated(5);
	same_syn(false);
	far_ack(REPLY_RST);
	wants(COOKIES_TS_BITS);
	ts_bits(true);
	wants(COOKIES_TESTS);
	check(VERDICT_ACTIVE, IMPLEMENTATION_LINUX, 4e-6);
	seen.count--;
	ts_bits(false);
	check(VERDICT_INCONCLUSIVE, IMPLEMENTATION_UNKNOWN, 1);
}

/* Numbers tell nothing, nor timestamps: but options are lost and come back with them. */
static void options_that_come_back(void **state)
{
	struct cookies_shot *s;

	(void)state;
	begin();
	core_unrelated(3);
	core_unrelated(5);
	for (uint32_t i = 0; i < 2; i++)
		for (uint32_t k = 0; k < 3; k++)
			reply_bare(&seen.tuple[i].shot[k], seen.tuple[i].shot[k].reply.seq, 64240);
	same_syn(false);
	far_ack(REPLY_RST);
	ts_bits(false);
	wants(COOKIES_OPTIONS);
	s = add_syn(add_tuple(COOKIES_OPTIONS), X, OFFER_TS);
	reply(s, REPLY_SYN_ACK, 4711);
	s->reply.has.timestamps = true;
	wants(COOKIES_TESTS);
	check(VERDICT_ACTIVE, IMPLEMENTATION_UNKNOWN, 0.005);
	s->reply.has.sack = false;
	s->reply.has.wscale = -1;
	check(VERDICT_INCONCLUSIVE, IMPLEMENTATION_UNKNOWN, 1);
}

static void trivial_responders(void **state)
{
	struct cookies_tuple *t;

	(void)state;
	begin();
	core_linux_cookies(S);
	seen.tuple[0].shot[2].reply.seq = S + D2; /* the MSS leaves no trace */
	wants(COOKIES_TRIVIAL);
	t = add_tuple(COOKIES_TRIVIAL);
	reply(add_syn(t, X + 12345, OFFER_BASE), REPLY_SYN_ACK, S + 12345);
	check(VERDICT_INCONCLUSIVE, IMPLEMENTATION_UNKNOWN, 1);
	assert_string_equal(judge().reason, "trivial-responder");
	/* A third port that differs: the second was a chance. */
	reply(add_syn(add_tuple(COOKIES_TRIVIAL), X + 7, OFFER_BASE), REPLY_SYN_ACK, 4711);
	check(VERDICT_ACTIVE, IMPLEMENTATION_UNKNOWN, 1e-8);
	seen.count--;
	t->shot[0].reply.seq =
		S + 54321; /* no table: timestamps may tell whose cookies these are */
	check(VERDICT_ACTIVE, IMPLEMENTATION_UNKNOWN, 1e-8);
	wants(COOKIES_TS_BITS);
	ts_bits(true);
	check(VERDICT_ACTIVE, IMPLEMENTATION_LINUX, 1e-8);
	/* Not asked: not known. */
	begin();
	core_linux_cookies(S);
	seen.tuple[0].shot[2].reply.seq = S + D2;
	assert_int_equal(cookies_want(&seen, 0, 0), COOKIES_TESTS);
	check(VERDICT_INCONCLUSIVE, IMPLEMENTATION_UNKNOWN, 1);
	assert_string_equal(judge().reason, "trivial-unknown");
}

static void flapping(void **state)
{
	struct cookies_tuple *t;

	(void)state;
	begin();
	t = core_linux_state();
	reply_bare(&t->shot[2], 0x77777777, 64240); /* by then the queue was full */
	wants(COOKIES_CORE);
	check(VERDICT_INTERMITTENT, IMPLEMENTATION_UNKNOWN, 0.01);
	core_linux_cookies(S);
	wants(COOKIES_CORE);
	check(VERDICT_INTERMITTENT, IMPLEMENTATION_LINUX, 0.01);
	begin();
	core_linux_cookies(S);
	core_linux_state();
	check(VERDICT_INTERMITTENT, IMPLEMENTATION_LINUX, 1e-8);
}

static void closed_and_filtered(void **state)
{
	struct cookies_tuple *t;

	(void)state;
	begin();
	t = add_tuple(COOKIES_CORE);
	add_syn(t, X, OFFER_BASE);
	wants(COOKIES_TESTS);
	check(VERDICT_INCONCLUSIVE, IMPLEMENTATION_UNKNOWN, 1);
	assert_null(judge().reason);
	reply(&t->shot[0], REPLY_RST, 0);
	wants(COOKIES_TESTS);
	check(VERDICT_INCONCLUSIVE, IMPLEMENTATION_UNKNOWN, 1);
}

static void tests_that_are_switched_off_are_not_wanted(void **state)
{
	(void)state;
	begin();
	core_unrelated(3);
	core_unrelated(5);
	assert_int_equal(cookies_want(&seen, 0, 0), COOKIES_TESTS);
	assert_int_equal(cookies_want(&seen, COOKIES_BIT(COOKIES_ACK), 0), COOKIES_ACK);
	begin();
	core_linux_cookies(S);
	assert_int_equal(cookies_want(&seen, 0, COOKIES_BIT(COOKIES_PROVE)), COOKIES_PROVE);
	assert_int_equal(cookies_want(&seen, 0, COOKIES_BIT(COOKIES_SILENCE)), COOKIES_SILENCE);
	reply(add_syn(add_tuple(COOKIES_SILENCE), X, OFFER_BASE), REPLY_SYN_ACK, S);
	assert_int_equal(cookies_want(&seen, 0, COOKIES_BIT(COOKIES_SILENCE)), COOKIES_SILENCE);
	reply(add_syn(add_tuple(COOKIES_SILENCE), X, OFFER_BASE), REPLY_SYN_ACK, S);
	assert_int_equal(cookies_want(&seen, 0, COOKIES_BIT(COOKIES_SILENCE)), COOKIES_TESTS);
}

static void load_speaks_where_idle_did_not(void **state)
{
	(void)state;
	begin();
	core_linux_state();
	seen.load = (struct cookies_load_seen){.end = LOAD_COOKIES, .at = 18, .verified = true};
	check(VERDICT_ACTIVE, IMPLEMENTATION_LINUX, 1e-8);
	seen.load.verified = false;
	check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_LINUX, 1e-8);
	seen.load.end = LOAD_DROPPED;
	check(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_LINUX, 1e-8);
}

/* A million servers with random ISNs: none of them is told to send cookies. */
static void random_isns_are_no_cookies(void **state)
{
	uint64_t wrong = 0, clock[2] = {0};
	struct rng r;

	(void)state;
	rng_seed(&r, 4711);
	for (int i = 0; i < 1000000; i++) {
		struct cookies_judgement j;
		struct cookies_tuple *t;

		begin();
		seen.v6 = i % 2;
		t = add_core((uint32_t)rng_next(&r), OFFER_OTHER_MSS);
		for (int k = 0; k < 3; k++)
			reply(&t->shot[k], REPLY_SYN_ACK, (uint32_t)rng_next(&r));
		if (i % 2 == 0)
			t->shot[1].reply.kind = REPLY_NONE;
		j = judge();
		wrong += j.verdict != VERDICT_INCONCLUSIVE && j.verdict != VERDICT_NOT_ACTIVE_NOW;
		clock[i % 2] += j.verdict == VERDICT_NOT_ACTIVE_NOW;
	}
	assert_int_equal(wrong, 0);
	/* Where the second SYN-ACK is lost: an interval of 20 ms and slack, 314,000 ticks of 2^32. */
	assert_true(clock[0] > 10 && clock[0] < 80);
	/* Where it is there, two intervals would have to fit. */
	assert_true(clock[1] <= 1);
}

/* A million normal Linux servers: the clock is never taken for a cookie. */
static void clocks_are_no_cookies(void **state)
{
	uint64_t right = 0;
	struct rng r;

	(void)state;
	rng_seed(&r, 815);
	for (int i = 0; i < 1000000; i++) {
		struct cookies_tuple *t;
		uint32_t hash = (uint32_t)rng_next(&r);

		begin();
		t = core_linux_state();
		for (int k = 0; k < 3; k += 2) {
			ns_t way = (ns_t)rng_below(&r, RTT);

			t->shot[k].reply.seq = hash + (uint32_t)((t->shot[k].first + way) / 64);
		}
		t->shot[1].reply.kind = i % 2 == 0 ? REPLY_NONE : REPLY_ACK;
		right += judge().verdict == VERDICT_NOT_ACTIVE_NOW &&
		         judge().implementation == IMPLEMENTATION_LINUX;
	}
	assert_int_equal(right, 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linux_cookies),
		cmocka_unit_test(proxies),
		cmocka_unit_test(cookies_and_a_minute),
		cmocka_unit_test(cookies_and_a_lost_second),
		cmocka_unit_test(linux_state),
		cmocka_unit_test(the_chance_counts_the_tries),
		cmocka_unit_test(one_clock_among_others_is_no_state),
		cmocka_unit_test(a_cache_is_no_pf),
		cmocka_unit_test(options_that_come_back),
		cmocka_unit_test(the_clock_counts_from_first_tries),
		cmocka_unit_test(a_stepped_wall_clock_makes_no_clock),
		cmocka_unit_test(state_with_random_isns),
		cmocka_unit_test(freebsd),
		cmocka_unit_test(pf_cookies),
		cmocka_unit_test(pf_synproxy),
		cmocka_unit_test(other_caches),
		cmocka_unit_test(unknown_formats),
		cmocka_unit_test(numbers_that_are_rewritten),
		cmocka_unit_test(trivial_responders),
		cmocka_unit_test(flapping),
		cmocka_unit_test(closed_and_filtered),
		cmocka_unit_test(tests_that_are_switched_off_are_not_wanted),
		cmocka_unit_test(load_speaks_where_idle_did_not),
		cmocka_unit_test(random_isns_are_no_cookies),
		cmocka_unit_test(clocks_are_no_cookies),
	};

	return cmocka_run_group_tests_name("cookies_judge", tests, NULL, NULL);
}
