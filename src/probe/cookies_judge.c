/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_judge.c - from facts to the next test and to the verdict. */
#include "probe/cookies_judge.h"

#include <math.h>

/* --- the next test --- */

#define CORES_MAX 3

static uint32_t cores(const struct cookies_seen *seen)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < seen->count; i++)
		n += seen->tuple[i].test == COOKIES_CORE;
	return n;
}

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

/* Tests that were asked for by name; silence takes two tuples. */
static enum cookies_test next_forced(const struct cookies_seen *seen, uint32_t forced)
{
	uint32_t silences = 0;

	for (unsigned int t = COOKIES_OPTIONS; t < COOKIES_TESTS; t++)
		if ((forced & COOKIES_BIT(t)) != 0 && !cookies_started(seen, t))
			return t;
	for (uint32_t i = 0; i < seen->count; i++)
		silences += seen->tuple[i].test == COOKIES_SILENCE;
	return silences == 1 ? COOKIES_SILENCE : COOKIES_TESTS;
}

static bool is_clean_cookies(const struct cookies_facts *f)
{
	return (f->twice || f->cookies >= 2) && f->state == 0 && f->mixed == 0;
}

static bool is_clean_state(const struct cookies_facts *f)
{
	return (f->firm || f->state >= 2) && f->cookies == 0 && f->mixed == 0;
}

/* ISNs that follow ours without any trace of the MSS may be no cookies at all. */
static bool may_be_trivial(const struct cookies_facts *f)
{
	return f->index_seen && f->index_step == 0 && f->index_expected != 0;
}

/* Neither cookies nor a half-open connection as we know them. */
static bool is_exotic(const struct cookies_facts *f)
{
	return f->cookies == 0 && f->state == 0 && f->mixed == 0 &&
	       (f->stateless || f->same || (f->quiet && f->window_0));
}

/* All ISNs so far decode to their offers, as FreeBSD's or pf's do. */
static bool may_be_bsd(const struct cookies_facts *f)
{
	return (f->stateless || f->same) && f->isns >= 2 &&
	       (f->freebsd == f->isns || f->pf == f->isns);
}

/* Enough of them that this is no chance. */
static bool is_bsd(const struct cookies_facts *f)
{
	return may_be_bsd(f) && f->isns >= 4;
}

static enum cookies_test next_exotic(const struct cookies_seen *seen, uint32_t enabled,
                                     const struct cookies_facts *f)
{
	static const enum cookies_test of_bsd[] = {COOKIES_BSD, COOKIES_TESTS};
	static const enum cookies_test of_quiet[] = {COOKIES_SAME_SYN, COOKIES_TESTS};
	static const enum cookies_test of_stateless[] = {COOKIES_SAME_SYN, COOKIES_ACK,
	                                                 COOKIES_TS_BITS, COOKIES_TESTS};

	if (is_bsd(f))
		return COOKIES_TESTS;
	if (may_be_bsd(f) && first_of(seen, enabled, of_bsd) != COOKIES_TESTS)
		return COOKIES_BSD;
	if (cores(seen) < 2)
		return COOKIES_CORE;
	if (f->stateless)
		return first_of(seen, enabled, of_stateless);
	return f->quiet ? first_of(seen, enabled, of_quiet) : COOKIES_TESTS;
}

enum cookies_test cookies_want(const struct cookies_seen *seen, uint32_t enabled, uint32_t forced)
{
	static const enum cookies_test of_trivial[] = {COOKIES_TRIVIAL, COOKIES_TESTS};
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
	if (is_clean_cookies(&f))
		return may_be_trivial(&f) ? first_of(seen, enabled, of_trivial) : COOKIES_TESTS;
	if (is_clean_state(&f))
		return COOKIES_TESTS;
	if (is_exotic(&f))
		return next_exotic(seen, enabled, &f);
	return cores(seen) < CORES_MAX ? COOKIES_CORE : COOKIES_TESTS;
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

/* Cookies of Linux's kind: window 0 is what a proxy sends that has no server yet. */
static struct cookies_judgement linux_cookies(const struct cookies_facts *f, double chance)
{
	if (f->window_0)
		return verdict(VERDICT_PROXY, kind_of_proxy(f), chance);
	if (f->shifted)
		return verdict(VERDICT_PROXY, IMPLEMENTATION_DPVS, chance);
	return verdict(VERDICT_ACTIVE, IMPLEMENTATION_LINUX, chance);
}

static double power(double chance, uint32_t times)
{
	return pow(chance, (double)times);
}

/* FreeBSD sends such ISNs always, pf only as cookies. */
static struct cookies_judgement bsd_cookies(const struct cookies_facts *f)
{
	double chance = power(SYNCOOKIE_BSD_CHANCE, f->isns);

	if (f->pf == f->isns)
		return verdict(VERDICT_ACTIVE, IMPLEMENTATION_PF, chance);
	return verdict(f->stateless ? VERDICT_ACTIVE : VERDICT_CAPABLE, IMPLEMENTATION_FREEBSD,
	               chance);
}

#define CHANCE_EQUAL (1 / 4294967296.0) /* that two random ISNs are equal, or one is guessed */

/* The server has no half-open connection, and its ISNs follow neither ours nor a clock. */
static struct cookies_judgement stateless(const struct cookies_facts *f)
{
	enum cookies_verdict cookies = f->window_0 ? VERDICT_PROXY : VERDICT_ACTIVE;

	if (f->same_isn == HOLDS)
		return verdict(cookies, IMPLEMENTATION_UNKNOWN, CHANCE_EQUAL);
	if (f->far_ack == HOLDS)
		return verdict(VERDICT_NOT_ACTIVE_NOW, IMPLEMENTATION_UNKNOWN, CHANCE_EQUAL);
	if (f->proved == HOLDS)
		return verdict(cookies, IMPLEMENTATION_UNKNOWN, CHANCE_EQUAL);
	return inconclusive("random-isn",
	                    "each SYN gets an ISN of its own, but which rule it follows cannot be "
	                    "told: a box on the path may rewrite sequence numbers (--prove tells)");
}

/* A path may lose one segment in five each way, and still be used. */
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

/* TSvals tell where sequence numbers do not: three offers more, and each shows. */
static bool ts_bits_fit(const struct cookies_facts *f)
{
	return f->ts_pairs >= 3 && f->ts_matches == f->ts_pairs;
}

static bool is_load_cookies(const struct cookies_seen *seen)
{
	return seen->load.end == LOAD_COOKIES && seen->load.verified;
}

struct cookies_judgement cookies_judge(const struct cookies_seen *seen,
                                       const struct cookies_facts *f)
{
	bool state = f->state > 0 || (f->far_ack == HOLDS && f->cookies > 0);

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
		return linux_cookies(f, chance_of(f, true));
	if (is_load_cookies(seen))
		return verdict(VERDICT_ACTIVE, IMPLEMENTATION_LINUX,
		               syncookie_chance(SYNCOOKIE_LINEAR));
	if (f->state > 0)
		return verdict(VERDICT_NOT_ACTIVE_NOW,
		               f->clock ? IMPLEMENTATION_LINUX : IMPLEMENTATION_UNKNOWN,
		               chance_of(f, false));
	if (ts_bits_fit(f))
		return linux_cookies(f, power(SYNCOOKIE_TS_CHANCE, f->ts_pairs));
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
