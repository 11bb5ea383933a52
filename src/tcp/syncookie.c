/* SPDX-License-Identifier: BSD-2-Clause */
/* syncookie.c - cookie formats of Linux, DPVS, FreeBSD and pf. */
#include "tcp/syncookie.h"

#include <stddef.h>

#include "tcp/track.h"

struct syncookie_offer syncookie_offer_of(const struct track_end *e)
{
	return (struct syncookie_offer){
		.wscale = (e->seen & SEEN_WSCALE) != 0 ? (int8_t)e->wscale : -1,
		.sack = (e->seen & SEEN_SACKOK) != 0,
		.timestamps = (e->seen & SEEN_TS) != 0,
	};
}

/* Index of the last entry of an ascending table that is not above `value`; 0 below all. */
static int index_in(const uint16_t *table, size_t count, uint16_t value)
{
	int index = 0;

	for (size_t i = 0; i < count; i++)
		if (table[i] <= value)
			index = (int)i;
	return index;
}

int syncookie_mss_index(bool v6, uint16_t mss)
{
	static const uint16_t v4_table[] = {536, 1300, 1440, 1460};
	static const uint16_t v6_table[] = {1220, 1420, 1440, 8940};

	return index_in(v6 ? v6_table : v4_table, 4, mss);
}

bool syncookie_offers_options(const struct syncookie_offer *o)
{
	return o->sack || o->wscale >= 0;
}

bool syncookie_options_lost(const struct syncookie_offer *offer, const struct syncookie_offer *has)
{
	return syncookie_offers_options(offer) && !(offer->sack && has->sack) &&
	       !(offer->wscale >= 0 && has->wscale >= 0);
}

enum syncookie_hint syncookie_hint(const struct syncookie_offer *offer,
                                   const struct syncookie_offer *has, uint16_t win)
{
	if (win == 0)
		return SYNCOOKIE_HINT_WINDOW_0;
	return !offer->timestamps && syncookie_options_lost(offer, has)
	               ? SYNCOOKIE_HINT_OPTIONS_LOST
	               : SYNCOOKIE_HINT_NONE;
}

int32_t syncookie_residue(uint32_t s1, uint32_t s2, uint32_t x1, uint32_t x2)
{
	return (int32_t)(s2 - s1 - (x2 - x1));
}

/* No known table (Linux 2.6 to now, DPVS) has more than ten entries. */
#define INDEX_STEP_MAX 9

static bool is_index_step(int64_t step)
{
	return step >= -INDEX_STEP_MAX && step <= INDEX_STEP_MAX;
}

/* Where DPVS has the index, and the options that it may be told to note. */
enum {
	DPVS_MSS = 12,
	DPVS_WSCALE = 16,
	DPVS_TS = 20,
	DPVS_SACK = 21,
};

/*
 * Is e an index step, with or without each of the options in which the offers differ? All stand in 24
 * bits, to which a hash is added: the sum may wrap.
 */
static bool is_shifted(int32_t e, const struct syncookie_offer *a, const struct syncookie_offer *b)
{
	int64_t wscale = (b->wscale < 0 ? 0 : b->wscale) - (a->wscale < 0 ? 0 : a->wscale);
	int64_t ts = b->timestamps - a->timestamps, sack = b->sack - a->sack;

	for (unsigned int noted = 0; noted < 8; noted++) {
		int64_t rest = e;

		rest -= (noted & 1) != 0 ? wscale * (1 << DPVS_WSCALE) : 0;
		rest -= (noted & 2) != 0 ? ts * (1 << DPVS_TS) : 0;
		rest -= (noted & 4) != 0 ? sack * (1 << DPVS_SACK) : 0;
		for (int64_t wrap = -(1 << 24); wrap <= 1 << 24; wrap += 1 << 24)
			if ((rest + wrap) % (1 << DPVS_MSS) == 0 &&
			    is_index_step((rest + wrap) / (1 << DPVS_MSS)))
				return true;
	}
	return false;
}

static bool same_offer(const struct syncookie_offer *a, const struct syncookie_offer *b)
{
	return a->mss == b->mss && a->wscale == b->wscale && a->sack == b->sack &&
	       a->ecn == b->ecn && a->timestamps == b->timestamps;
}

enum syncookie_relation syncookie_relate(int32_t e, const struct syncookie_offer *a,
                                         const struct syncookie_offer *b)
{
	if (e == 0 || (is_index_step(e) && !same_offer(a, b)))
		return SYNCOOKIE_LINEAR;
	if (!same_offer(a, b) && is_shifted(e, a, b))
		return SYNCOOKIE_SHIFTED;
	/* count << 24, and the difference of two 24-bit hashes. */
	return e > 0 && e < 1 << 25 ? SYNCOOKIE_STEPPED : SYNCOOKIE_UNRELATED;
}

double syncookie_chance(enum syncookie_relation r)
{
	switch (r) {
	case SYNCOOKIE_LINEAR:
		return (2 * INDEX_STEP_MAX + 1) * SYNCOOKIE_NUMBER_CHANCE;
	case SYNCOOKIE_SHIFTED:
		return 24 * (2 * INDEX_STEP_MAX + 1) * SYNCOOKIE_NUMBER_CHANCE;
	case SYNCOOKIE_STEPPED:
		return 1.0 / 128;
	case SYNCOOKIE_UNRELATED:
		break;
	}
	return 1;
}

bool syncookie_is_clock(uint32_t s1, uint32_t s2, ns_t least, ns_t most, double *chance)
{
	ns_t first = least > 0 ? least / SYNCOOKIE_TICK : 0;
	ns_t last = most / SYNCOOKIE_TICK + 1;
	double share = (double)(last - first + 1) * SYNCOOKIE_NUMBER_CHANCE;

	if (chance != NULL)
		*chance = share < 1 ? share : 1;
	return (ns_t)(s2 - s1) >= first && (ns_t)(s2 - s1) <= last;
}

uint8_t syncookie_ts_bits(const struct syncookie_offer *o)
{
	uint8_t wscale = o->wscale < 0 ? 15 : o->wscale > 14 ? 14 : (uint8_t)o->wscale;

	return (uint8_t)(wscale | o->sack << 4 | o->ecn << 5);
}

enum syncookie_bsd syncookie_bsd_decode(uint32_t s, const struct syncookie_offer *o)
{
	static const uint16_t mss_table[] = {216, 536, 1200, 1360, 1400, 1440, 1452, 1460};
	static const uint16_t wscale_table[] = {0, 1, 2, 4, 6, 7, 8}; /* of indices from 1 on */
	uint8_t cookie = (uint8_t)(s ^ s >> 24); /* odd_even:1 sack:1 wscale:3 mss:3, from bit 0 */
	int wscale = o->wscale < 0 ? 0 : 1 + index_in(wscale_table, 7, (uint16_t)o->wscale);

	if (cookie >> 5 != index_in(mss_table, 8, o->mss) || (cookie >> 2 & 7) != wscale)
		return SYNCOOKIE_BSD_NONE;
	if ((cookie >> 1 & 1) == o->sack)
		return SYNCOOKIE_BSD_FREEBSD;
	return o->sack ? SYNCOOKIE_BSD_PF : SYNCOOKIE_BSD_NONE;
}
