/* SPDX-License-Identifier: BSD-2-Clause */
/* syncookie.c - cookie formats of Linux, DPVS, FreeBSD and pf. */
#include "tcp/syncookie.h"

#include <stddef.h>
#include <stdlib.h>

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

int32_t syncookie_residue(uint32_t s1, uint32_t s2, uint32_t x1, uint32_t x2)
{
	return (int32_t)(s2 - s1 - (x2 - x1));
}

/* No known table (Linux 2.6 to now, DPVS) has more than ten entries. */
#define INDEX_STEP_MAX 9

/* DPVS has the index above twelve other bits. */
#define DPVS_SHIFT 12

enum syncookie_relation syncookie_relate(int32_t e)
{
	if (labs((long)e) <= INDEX_STEP_MAX)
		return SYNCOOKIE_LINEAR;
	if (e % (1 << DPVS_SHIFT) == 0 && labs((long)e >> DPVS_SHIFT) <= INDEX_STEP_MAX)
		return SYNCOOKIE_SHIFTED;
	/* count << 24, and the difference of two 24-bit hashes. */
	return e > 0 && e < 1 << 25 ? SYNCOOKIE_STEPPED : SYNCOOKIE_UNRELATED;
}

#define TWO_TO_32 4294967296.0

double syncookie_chance(enum syncookie_relation r)
{
	switch (r) {
	case SYNCOOKIE_LINEAR:
		return (2 * INDEX_STEP_MAX + 1) / TWO_TO_32;
	case SYNCOOKIE_SHIFTED:
		return 2 * INDEX_STEP_MAX / TWO_TO_32;
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
	double share = (double)(last - first + 1) / TWO_TO_32;

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
