/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_judge.c - from facts to the next test and to the verdict. */
#include "probe/cookies_judge.h"

#include <math.h>

/* --- the next test --- */

#define CORES_MAX 3

static bool all_ended(const struct cookies_seen *seen)
{
	for (uint32_t i = 0; i < seen->count; i++)
		if (!seen->tuple[i].ended)
			return false;
	return true;
}

/* The first test of a list that may be made and was not yet. */
static enum cookies_test first_of(const struct cookies_seen *seen, uint32_t enabled,
                                  const enum cookies_test *list)
{
	for (; *list != COOKIES_TESTS; list++)
		if ((enabled & COOKIES_BIT(*list)) != 0 && !cookies_started(seen, *list))
			return *list;
	return COOKIES_TESTS;
}

/* How often this test was started. */
static uint32_t times(const struct cookies_seen *seen, enum cookies_test t)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < seen->count; i++)
		n += seen->tuple[i].test == t;
	return n;
}

/* Tests that were asked for by name; silence takes two tuples. */
static enum cookies_test next_forced(const struct cookies_seen *seen, uint32_t forced)
{
	for (unsigned int t = COOKIES_OPTIONS; t < COOKIES_TESTS; t++)
		if ((forced & COOKIES_BIT(t)) != 0 && !cookies_started(seen, t))
			return t;
	return times(seen, COOKIES_SILENCE) == 1 ? COOKIES_SILENCE : COOKIES_TESTS;
}

static bool is_clean_cookies(const struct cookies_facts *f)
{
	return (f->twice || f->cookies >= 2) && f->state == 0 && f->mixed == 0;
}

/* One round whose ISNs fit a clock may be chance, where another shows that nothing is kept. */
static bool is_state(const struct cookies_facts *f)
{
	return f->firm || f->state >= 2 || (f->state == 1 && !f->stateless);
}

static bool is_clean_state(const struct cookies_facts *f)
{
	return (f->firm || f->state >= 2) && f->cookies == 0 && f->mixed == 0;
}

/* ISNs that follow ours without a trace of the MSS may be no cookies at all. */
static bool may_be_trivial(const struct cookies_facts *f)
{
	return !f->tabled && !f->shifted;
}

/* Neither cookies nor a half-open connection as we know them. */
static bool is_exotic(const struct cookies_facts *f)
{
	return f->cookies == 0 && !is_state(f) && f->mixed == 0 &&
	       (f->stateless || f->same || (f->quiet && f->window_0));
}

/* All ISNs so far decode to their offers, as FreeBSD's or pf's do; pf keeps nothing. */
static bool may_be_bsd(const struct cookies_facts *f)
{
	return (f->stateless || f->same) && f->isns >= 2 &&
	       (f->freebsd == f->isns || (f->pf == f->isns && !f->same));
}

/* Enough of them that this is no chance. */
static bool is_bsd(const struct cookies_facts *f)
{
	return may_be_bsd(f) && f->isns >= 4;
}

/* TSvals tell where sequence numbers do not: three offers more, and each shows. */
static bool ts_bits_fit(const struct cookies_facts *f)
{
	return f->ts_pairs >= 3 && f->ts_matches == f->ts_pairs;
}

/* No half-open connection, and ISNs that tell nothing. */
static enum cookies_test next_stateless(const struct cookies_seen *seen, uint32_t enabled,
                                        const struct cookies_facts *f)
{
	static const enum cookies_test tests[] = {COOKIES_SAME_SYN, COOKIES_ACK, COOKIES_TS_BITS,
	                                          COOKIES_TESTS};
	static const enum cookies_test last[] = {COOKIES_OPTIONS, COOKIES_TESTS};
	enum cookies_test next = first_of(seen, enabled, tests);

	if (ts_bits_fit(f) || f->far_ack == HOLDS)
		return COOKIES_TESTS;
	if (f->same_isn == HOLDS && times(seen, COOKIES_SAME_SYN) < 2)
		return COOKIES_SAME_SYN; /* once may be a reset that was lost */
	if (next == COOKIES_TESTS && cookies_options_lost(&f->round[0].tuple->shot[0]))
		return first_of(seen, enabled, last);
	return next;
}

static enum cookies_test next_exotic(const struct cookies_seen *seen, uint32_t enabled,
                                     const struct cookies_facts *f)
{
	static const enum cookies_test of_bsd[] = {COOKIES_BSD, COOKIES_TESTS};
	static const enum cookies_test of_quiet[] = {COOKIES_SAME_SYN, COOKIES_TESTS};

	if (is_bsd(f))
		return COOKIES_TESTS;
	if (may_be_bsd(f) && first_of(seen, enabled, of_bsd) != COOKIES_TESTS)
		return COOKIES_BSD;
	if (times(seen, COOKIES_CORE) < 2)
		return COOKIES_CORE;
	if (f->stateless)
		return next_stateless(seen, enabled, f);
	return f->quiet ? first_of(seen, enabled, of_quiet) : COOKIES_TESTS;
}

/* ISNs follow ours: as a cookie's do, and whose? */
static enum cookies_test next_linear(const struct cookies_seen *seen, uint32_t enabled,
                                     const struct cookies_facts *f)
{
	static const enum cookies_test tests[] = {COOKIES_TRIVIAL, COOKIES_TS_BITS, COOKIES_TESTS};

	if (f->trivial == HOLDS || !may_be_trivial(f))
		return COOKIES_TESTS;
	return first_of(seen, enabled, tests);
}

enum cookies_test cookies_want(const struct cookies_seen *seen, uint32_t enabled, uint32_t forced)
{
	enum cookies_test next;
	struct cookies_facts f;

	if (seen->count == 0)
		return COOKIES_CORE;
	cookies_facts(seen, &f);
	if (!all_ended(seen) || !f.answered)
		return COOKIES_TESTS;
	next = next_forced(seen, forced);
	if (next != COOKIES_TESTS)
		return next;
	if (is_clean_cookies(&f) || (f.cookies > 0 && times(seen, COOKIES_CORE) == CORES_MAX))
		return next_linear(seen, enabled, &f);
	if (is_clean_state(&f))
		return COOKIES_TESTS;
	if (is_exotic(&f))
		return next_exotic(seen, enabled, &f);
	return times(seen, COOKIES_CORE) < CORES_MAX ? COOKIES_CORE : COOKIES_TESTS;
}

/* --- the verdict --- */

static struct cookies_judgement inconclusive(const char *reason, const char *detail)
{
	return (struct cookies_judgement){
		.verdict = VERDICT_INCONCLUSIVE, .chance = 1, .reason = reason, .detail = detail};
}

static struct cookies_judgement verdict(enum cookies_verdict v, enum cookies_implementation i,
                                        double chance)
{
	return (struct cookies_judgement){.verdict = v, .implementation = i, .chance = chance};
}

/* The chance that no round which shows cookies, or a half-open connection, is what it seems. */
static double chance_of(const struct cookies_facts *f, bool cookies)
{
	double chance = 1;

	for (uint32_t i = 0; i < f->rounds; i++) {
		const struct cookies_round *r = &f->round[i];

		if (cookies ? r->cookies || r->options_changed : r->state || r->options_changed)
			chance *= cookies ? r->cookies_chance : r->state_chance;
	}
	if (!cookies && f->far_ack == HOLDS)
		chance *= SYNCOOKIE_NUMBER_CHANCE;
	return chance;
}

static enum cookies_implementation kind_of_proxy(const struct cookies_facts *f)
{
	if (f->shifted)
		return IMPLEMENTATION_DPVS;
	switch (f->bare_mss) {
	case HOLDS:
		return IMPLEMENTATION_XDP; /* it sends an MSS to whom sent none */
	case FAILS:
		return IMPLEMENTATION_SYNPROXY;
	case NOT_KNOWN:
		break;
	}
	return IMPLEMENTATION_UNKNOWN;
}

/* Cookies, of a known format or not: window 0 is what a proxy sends that has no server yet. */
static struct cookies_judgement is_using_cookies(const struct cookies_facts *f, bool known,
                                                 double chance)
{
	if (f->window_0)
		return verdict(VERDICT_PROXY, known ? kind_of_proxy(f) : IMPLEMENTATION_UNKNOWN,
		               chance);
	if (f->shifted)
		return verdict(VERDICT_PROXY, IMPLEMENTATION_DPVS, chance);
	return verdict(VERDICT_ACTIVE, known ? IMPLEMENTATION_LINUX : IMPLEMENTATION_UNKNOWN,
	               chance);
}

/* ISNs follow ours: by more than a constant? */
static struct cookies_judgement linear(const struct cookies_facts *f)
{
	bool known = !may_be_trivial(f) || ts_bits_fit(f);

	if (!known && f->trivial == NOT_KNOWN)
		return inconclusive("trivial-unknown",
		                    "the ISN follows ours, but the MSS leaves no trace in it: "
		                    "whether it is only a constant more was not found out "
		                    "(--tests=trivial tells)");
	return is_using_cookies(f, known, chance_of(f, true));
}

static double power(double chance, uint32_t times)
{
	return pow(chance, (double)times);
}

/* FreeBSD sends such ISNs always, pf only as cookies. They differ where SACK is offered. */
static struct cookies_judgement bsd_cookies(const struct cookies_facts *f)
{
	double chance = power(SYNCOOKIE_BSD_CHANCE, f->isns);

	if (f->same)
		return verdict(VERDICT_CAPABLE, IMPLEMENTATION_FREEBSD, chance);
	if (f->freebsd_only > 0)
		return verdict(VERDICT_ACTIVE, IMPLEMENTATION_FREEBSD, chance);
	return verdict(VERDICT_ACTIVE, f->pf_only > 0 ? IMPLEMENTATION_PF : IMPLEMENTATION_UNKNOWN,
	               chance);
}

/* A path may lose one segment in five each way, and still be used: so often both resets are lost. */
#define CHANCE_RESETS_LOST (0.2 * 0.2)

/*
 * A second SYN got a SYN-ACK of its own, and the ISNs follow neither ours nor a clock: nothing is kept,
 * or the second took the place of the first. What is kept shows itself when an ACK is sent to it.
 */
static struct cookies_judgement stateless(const struct cookies_facts *f)
{
	if (f->far_ack == HOLDS)
		return verdict(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_UNKNOWN,
		               SYNCOOKIE_NUMBER_CHANCE);
	if (f->same_isn == HOLDS && f->same_isns >= 2)
		return is_using_cookies(f, false, power(CHANCE_RESETS_LOST, f->same_isns));
	if (f->proved == HOLDS)
		return is_using_cookies(f, false, CHANCE_RESETS_LOST);
	if (f->contrast == HOLDS)
		return is_using_cookies(f, false, COOKIES_OPTIONS_CHANCE);
	return inconclusive("random-isn",
	                    "each SYN gets an ISN of its own, but which rule it follows cannot be "
	                    "told: a box on the path may rewrite sequence numbers (--prove tells)");
}

/* That a segment, or its answer, is lost on such a path. */
#define CHANCE_UNANSWERED (1 - 0.8 * 0.8)

/* That a SYN-ACK which looks like a second answer is a late copy of the first. */
#define CHANCE_COPY 0.01

/* Servers that keep a half-open connection, but speak of it in another way. */
static struct cookies_judgement other_state(const struct cookies_facts *f)
{
	uint32_t same = 0;

	for (uint32_t i = 0; i < f->rounds; i++)
		same += f->round[i].second == SECOND_SAME;
	if (same >= 2)
		return verdict(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_UNKNOWN,
		               power(CHANCE_COPY, same));
	if (f->quiet && f->window_0 && f->same_isn == HOLDS)
		return verdict(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_PF,
		               power(CHANCE_UNANSWERED, f->unanswered));
	if (f->quiet)
		return inconclusive("no-second-answer",
		                    "the first SYN of a tuple is answered, no other one is");
	return inconclusive("loss", "too few of the segments were answered");
}

static bool is_load_cookies(const struct cookies_seen *seen)
{
	return seen->load.end == LOAD_COOKIES && seen->load.verified;
}

struct cookies_judgement cookies_judge(const struct cookies_seen *seen,
                                       const struct cookies_facts *f)
{
	bool state = f->state > 0 || f->far_ack == HOLDS;

	if (!f->answered)
		return inconclusive(NULL, NULL);
	if (f->trivial == HOLDS && f->cookies + f->mixed > 0)
		return inconclusive("trivial-responder",
		                    "the ISN is ours plus a constant on every tuple: this is no "
		                    "server's, a cookie's neither");
	if (f->mixed > 0 || (f->cookies > 0 && state))
		return verdict(VERDICT_INTERMITTENT,
		               f->cookies > 0 ? IMPLEMENTATION_LINUX : IMPLEMENTATION_UNKNOWN,
		               fmax(chance_of(f, true), chance_of(f, false)));
	if (f->cookies > 0)
		return linear(f);
	if (is_load_cookies(seen))
		return verdict(VERDICT_ACTIVE, IMPLEMENTATION_LINUX,
		               syncookie_chance(SYNCOOKIE_LINEAR));
	if (is_state(f))
		return verdict(VERDICT_NOT_ACTIVE_NOW,
		               f->clock ? IMPLEMENTATION_LINUX : IMPLEMENTATION_UNKNOWN,
		               chance_of(f, false));
	if (ts_bits_fit(f))
		return is_using_cookies(f, true, power(SYNCOOKIE_TS_CHANCE, f->ts_pairs));
	if (is_bsd(f))
		return bsd_cookies(f);
	if (seen->interrupted)
		return inconclusive("interrupted", "the run ended before the tests did");
	return f->stateless ? stateless(f) : other_state(f);
}

double cookies_confidence(const struct cookies_judgement *j)
{
	if (j->verdict == VERDICT_INCONCLUSIVE)
		return -1;
	return fmin(1 - j->chance, COOKIES_CONFIDENCE_MAX);
}

/* --- words --- */

const char *cookies_verdict_name(enum cookies_verdict v)
{
	switch (v) {
	case VERDICT_INCONCLUSIVE:
		break;
	case VERDICT_ACTIVE:
		return "active";
	case VERDICT_PROXY:
		return "proxy";
	case VERDICT_NOT_ACTIVE_NOW:
		return "not-active-now";
	case VERDICT_CAPABLE:
		return "capable";
	case VERDICT_INTERMITTENT:
		return "intermittent";
	}
	return "inconclusive";
}

const char *cookies_implementation_name(enum cookies_implementation i)
{
	switch (i) {
	case IMPLEMENTATION_UNKNOWN:
		break;
	case IMPLEMENTATION_LINUX:
		return "linux";
	case IMPLEMENTATION_SYNPROXY:
		return "synproxy";
	case IMPLEMENTATION_XDP:
		return "xdp";
	case IMPLEMENTATION_DPVS:
		return "dpvs";
	case IMPLEMENTATION_FREEBSD:
		return "freebsd";
	case IMPLEMENTATION_PF:
		return "pf";
	}
	return "unknown";
}
