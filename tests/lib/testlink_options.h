/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of testlink: what each direction of the link does to frames. */
#ifndef TESTLINK_OPTIONS_H
#define TESTLINK_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum way { AB, BA, WAYS };

enum { DROP_NTH_MAX = 16 };

/* Chances are thresholds for a 32-bit random number: 1 << 32 is "always". */
struct impairment {
	int64_t delay; /* ns, as every duration here */
	int64_t jitter;
	int64_t reorder_delay; /* 0: not given, see options_parse() */
	int64_t loss;
	int64_t duplicate;
	int64_t reorder;
	int64_t corrupt;
	int64_t rate;  /* bits per second, 0 is unlimited */
	int64_t queue; /* frames that may wait for `rate` */
	int64_t drop_nth[DROP_NTH_MAX];
	int drops;
	bool only_tcp;
};

struct options {
	struct impairment way[WAYS];
	const char *iface[WAYS]; /* frames of way[w] come in on iface[w] */
	const char *ready;
	const char *stats;
	int64_t seed;
	bool seeded;
	bool help;
};

/* False after one line on stderr that quotes the bad argument. */
bool options_parse(struct options *o, int argc, char **argv);
void options_usage(void);

#endif
