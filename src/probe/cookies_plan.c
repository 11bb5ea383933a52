/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_plan.c - the tables of tests, steps and offers. */
#include "probe/cookies_plan.h"

#include <string.h>

#include "wire/tcpopt.h"

#define COUNT(a) (uint8_t)(sizeof(a) / sizeof((a)[0]))

/* --- tests --- */

static const struct cookies_test_info infos[COOKIES_TESTS] = {
	[COOKIES_CORE] = {"core", "is there a half-open connection, and does the ISN follow ours?",
                          6, false, false},
	[COOKIES_OPTIONS] = {"options",
                             "do options come back with timestamps that are lost without?", 2,
                             false, false},
	[COOKIES_TS_BITS] = {"ts-bits", "do the low six bits of TSval repeat what was offered?", 8,
                             false, false},
	[COOKIES_ACK] = {"ack", "is an ACK far outside the window answered by an ACK or a reset?",
                         3, false, false},
	[COOKIES_SAME_SYN] = {"same-syn", "does the same SYN get the same ISN again?", 5, false,
                              false},
	[COOKIES_BSD] = {"bsd", "does the ISN decode to what was offered, as FreeBSD's and pf's?",
                         4, false, false},
	[COOKIES_TRIVIAL] = {"trivial", "is the ISN more than ours plus a constant?", 2, false,
                             false},
	[COOKIES_SILENCE] = {"silence", "is the SYN-ACK never sent again, in 3.5 s?", 4, true,
                             false},
	[COOKIES_PROVE] = {"prove", "does a bare ACK open a connection after a reset?", 8, false,
                           true},
};

const struct cookies_test_info *cookies_test_info(enum cookies_test t)
{
	return &infos[t];
}

static bool add_name(const char *name, size_t len, uint32_t *set)
{
	bool all = len == 3 && memcmp(name, "all", 3) == 0, known = all;

	for (unsigned int t = 0; t < COOKIES_TESTS; t++) {
		bool named = strlen(infos[t].name) == len && memcmp(infos[t].name, name, len) == 0;

		if (named || (all && !infos[t].slow && !infos[t].intrusive))
			*set |= COOKIES_BIT(t);
		known = known || named;
	}
	return known;
}

bool cookies_tests_parse(const char *list, uint32_t *set)
{
	for (;;) {
		size_t len = strcspn(list, ",");

		if (!add_name(list, len, set))
			return false;
		if (list[len] == '\0')
			return true;
		list += len + 1;
	}
}

/* --- steps --- */

static const struct cookies_step core[] = {
	{.kind = SHOT_SYN, .delta = 0, .offer = OFFER_BASE},
	{.kind = SHOT_SYN, .delta = 1, .offer = OFFER_BASE, .once = true, .reset = true},
	{.kind = SHOT_SYN,
         .delta = 2,
         .offer = OFFER_OTHER_MSS,
         .bare_of_proxy = true,
         .reset = true},
};

static const struct cookies_step options[] = {
	{.kind = SHOT_SYN, .offer = OFFER_TS, .reset = true},
};

/* Odd pauses: TSvals that follow a clock must not agree by the rhythm of the test. */
static const struct cookies_step ts_bits[] = {
	{.kind = SHOT_SYN, .delta = 0, .offer = OFFER_TS, .reset = true},
	{.kind = SHOT_SYN, .delta = 1, .offer = OFFER_TS_FEWER, .reset = true, .pause_ms = 37},
	{.kind = SHOT_SYN, .delta = 2, .offer = OFFER_TS_TEN, .reset = true, .pause_ms = 49},
	{.kind = SHOT_SYN, .delta = 0, .offer = OFFER_TS_NONE, .reset = true, .pause_ms = 59},
};

static const struct cookies_step far_ack[] = {
	{.kind = SHOT_SYN, .offer = OFFER_BASE},
	{.kind = SHOT_FAR_ACK, .once = true, .reset = true},
};

static const struct cookies_step same_syn[] = {
	{.kind = SHOT_SYN, .offer = OFFER_BASE, .reset = true, .surely = true},
	{.kind = SHOT_SYN, .offer = OFFER_BASE, .reset = true},
};

static const struct cookies_step bsd[] = {
	{.kind = SHOT_SYN, .delta = 0, .offer = OFFER_MSS_1200, .reset = true},
	{.kind = SHOT_SYN, .delta = 1, .offer = OFFER_NO_SACK, .reset = true},
};

static const struct cookies_step trivial[] = {
	{.kind = SHOT_SYN, .offer = OFFER_BASE, .reset = true},
};

static const struct cookies_step silence[] = {
	{.kind = SHOT_SYN, .offer = OFFER_BASE, .listen_ms = 3500, .reset = true},
};

static const struct cookies_step prove[] = {
	{.kind = SHOT_SYN, .offer = OFFER_BASE, .reset = true, .surely = true},
	{.kind = SHOT_COOKIE_ACK, .unawaited = true, .pause_ms = 50},
	{.kind = SHOT_COOKIE_ACK, .unawaited = true}, /* one of them may be lost */
	{.kind = SHOT_OLD_ACK, .reset = true},
};

const struct cookies_step *cookies_steps(enum cookies_test t, uint8_t *count)
{
	static const struct {
		const struct cookies_step *steps;
		uint8_t count;
	} plans[COOKIES_TESTS] = {
		[COOKIES_CORE] = {core, COUNT(core)},
		[COOKIES_OPTIONS] = {options, COUNT(options)},
		[COOKIES_TS_BITS] = {ts_bits, COUNT(ts_bits)},
		[COOKIES_ACK] = {far_ack, COUNT(far_ack)},
		[COOKIES_SAME_SYN] = {same_syn, COUNT(same_syn)},
		[COOKIES_BSD] = {bsd, COUNT(bsd)},
		[COOKIES_TRIVIAL] = {trivial, COUNT(trivial)},
		[COOKIES_SILENCE] = {silence, COUNT(silence)},
		[COOKIES_PROVE] = {prove, COUNT(prove)},
	};

	*count = plans[t].count;
	return plans[t].steps;
}

/* --- offers --- */

uint16_t cookies_other_mss(bool v6, uint16_t mss)
{
	uint16_t smallest = v6 ? 1220 : 536;

	if (syncookie_mss_index(v6, mss) != syncookie_mss_index(v6, smallest))
		return smallest;
	return v6 ? 1440 : 1460;
}

static void offer_timestamps(struct profile *p)
{
	p->timestamps = true;
	profile_offer(p, TCPOPT_KIND_TS);
}

static void set_mss(struct profile *p, uint16_t mss)
{
	p->mss_sent = true;
	p->mss = mss;
	profile_offer(p, TCPOPT_KIND_MSS);
}

static void set_wscale(struct profile *p, uint8_t shift)
{
	p->wscale_sent = true;
	p->wscale = shift;
	profile_offer(p, TCPOPT_KIND_WSCALE);
}

static void set_offer(struct profile *p, enum cookies_offer o, bool v6)
{
	p->timestamps = false;
	switch (o) {
	case OFFER_BASE:
		break;
	case OFFER_OTHER_MSS:
		set_mss(p, cookies_other_mss(v6, p->mss_sent ? (uint16_t)p->mss : 0));
		break;
	case OFFER_TS:
		offer_timestamps(p);
		break;
	case OFFER_BARE:
		p->mss_sent = p->wscale_sent = p->sack = false;
		break;
	case OFFER_TS_FEWER:
		offer_timestamps(p);
		set_wscale(p, 0);
		p->sack = false;
		break;
	case OFFER_TS_TEN:
		offer_timestamps(p);
		set_wscale(p, 10);
		break;
	case OFFER_TS_NONE:
		offer_timestamps(p);
		p->wscale_sent = p->sack = false;
		break;
	case OFFER_MSS_1200:
		set_mss(p, 1200);
		set_wscale(p, 2);
		break;
	case OFFER_NO_SACK:
		p->sack = false;
		break;
	}
}

/* The tests compare MSS 1460 with smaller ones, whatever the path's MTU. */
#define BASE_MSS 1460

struct profile cookies_profile(const struct profile *p, enum cookies_offer o, bool v6,
                               struct syncookie_offer *out)
{
	struct profile made = *p;

	if (made.mss == PROFILE_MSS_AUTO)
		made.mss = BASE_MSS;
	set_offer(&made, o, v6);
	*out = (struct syncookie_offer){
		.mss = made.mss_sent ? (uint16_t)made.mss : 0,
		.wscale = made.wscale_sent ? (int8_t)made.wscale : -1,
		.sack = made.sack,
		.timestamps = made.timestamps,
	};
	return made;
}
