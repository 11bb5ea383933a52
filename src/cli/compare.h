/* SPDX-License-Identifier: BSD-2-Clause */
/* compare.h - the same resources fetched in several ways: the records of each way added up (--compare). */
#ifndef TCPSHAKE_CLI_COMPARE_H
#define TCPSHAKE_CLI_COMPARE_H

#include "cli/options.h"
#include "engine/engine.h"
#include "result/comparison_record.h"

struct compare {
	struct engine_sink reports; /* where the rest goes */
	bool verbose;               /* attempts are reported, too */
	bool expectations;          /* and summaries, which say how those came out */
	uint32_t count;             /* of ways */
	enum compare_variant variant[COMPARE_VARIANTS];
	struct comparison_record sum[COMPARE_VARIANTS];
	uint32_t summed; /* summaries that came: one a way, in order */
};

void compare_init(struct compare *c, const struct options *o);

/* -1 with ERR_USAGE unless the words are one URL of http or https. */
int compare_check(const struct options *o, struct err *e);

/* A sink that adds up and reports a comparison_record where a summary would stand. */
struct engine_sink compare_sink(struct compare *c, const struct engine_sink *reports);

#endif
