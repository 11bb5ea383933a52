/* SPDX-License-Identifier: BSD-2-Clause */
/* stats.h - statistics of a series of durations. */
#ifndef TCPSHAKE_RESULT_STATS_H
#define TCPSHAKE_RESULT_STATS_H

#include <stdint.h>

#include "base/ns.h"
#include "base/rng.h"

/* Samples kept for percentiles. Beyond it a uniform random choice of this size is kept. */
#define STATS_KEEP_MAX 10000

struct stats {
	uint64_t count;
	ns_t min, max;
	double mean, m2; /* Welford: running mean and sum of squared differences */
	uint32_t keep, kept;
	ns_t *sample;
	struct rng rng;
};

/* Room for `expected` samples (0: unknown), at most STATS_KEEP_MAX. -1 without memory. */
int stats_init(struct stats *s, uint64_t expected);
void stats_fini(struct stats *s);

/* Forget all samples. */
void stats_clear(struct stats *s);

void stats_add(struct stats *s, ns_t sample);

/* All are NS_NONE without a sample. */
ns_t stats_min(const struct stats *s);
ns_t stats_max(const struct stats *s);
ns_t stats_avg(const struct stats *s);

/* The standard deviation of the samples as a population: ping's mdev. */
ns_t stats_mdev(const struct stats *s);

/*
 * The p-th percentile (0 < p <= 100) by nearest rank: always a sample that was seen. Exact up to
 * STATS_KEEP_MAX samples. Sorts what is kept.
 */
ns_t stats_percentile(struct stats *s, double p);

#endif
