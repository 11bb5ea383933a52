/* SPDX-License-Identifier: BSD-2-Clause */
/* stats.c - Welford's moments and percentiles by nearest rank. */
#include "result/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int stats_init(struct stats *s, uint64_t expected)
{
	memset(s, 0, sizeof(*s));
	s->keep = expected == 0 || expected > STATS_KEEP_MAX ? STATS_KEEP_MAX : (uint32_t)expected;
	s->sample = calloc(s->keep, sizeof(*s->sample));
	rng_seed(&s->rng, 1);
	return s->sample == NULL ? -1 : 0;
}

void stats_clear(struct stats *s)
{
	*s = (struct stats){.keep = s->keep, .sample = s->sample};
	rng_seed(&s->rng, 1);
}

void stats_fini(struct stats *s)
{
	free(s->sample);
	s->sample = NULL;
}

/* Vitter's algorithm R: each sample so far is kept with the same probability. */
static void keep(struct stats *s, ns_t sample)
{
	uint64_t at;

	if (s->kept < s->keep) {
		s->sample[s->kept++] = sample;
		return;
	}
	at = rng_below(&s->rng, s->count);
	if (at < s->keep)
		s->sample[at] = sample;
}

void stats_add(struct stats *s, ns_t sample)
{
	double delta;

	s->count++;
	if (s->count == 1 || sample < s->min)
		s->min = sample;
	if (s->count == 1 || sample > s->max)
		s->max = sample;
	delta = (double)sample - s->mean;
	s->mean += delta / (double)s->count;
	s->m2 += delta * ((double)sample - s->mean);
	keep(s, sample);
}

ns_t stats_min(const struct stats *s)
{
	return s->count == 0 ? NS_NONE : s->min;
}

ns_t stats_max(const struct stats *s)
{
	return s->count == 0 ? NS_NONE : s->max;
}

ns_t stats_avg(const struct stats *s)
{
	return s->count == 0 ? NS_NONE : (ns_t)llround(s->mean);
}

ns_t stats_mdev(const struct stats *s)
{
	return s->count == 0 ? NS_NONE : (ns_t)llround(sqrt(s->m2 / (double)s->count));
}

static int compare(const void *a, const void *b)
{
	ns_t x = *(const ns_t *)a, y = *(const ns_t *)b;

	return (x > y) - (x < y);
}

ns_t stats_percentile(struct stats *s, double p)
{
	uint32_t rank;

	if (s->kept == 0)
		return NS_NONE;
	qsort(s->sample, s->kept, sizeof(*s->sample), compare);
	rank = (uint32_t)ceil(p * s->kept / 100);
	return s->sample[rank == 0 ? 0 : rank - 1];
}
