/* SPDX-License-Identifier: BSD-2-Clause */
/* run.h - what every probing command does: targets, privileges, ground, engine, reports. */
#ifndef TCPSHAKE_CLI_RUN_H
#define TCPSHAKE_CLI_RUN_H

#include "base/text.h"
#include "cli/exit.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/places.h"
#include "engine/engine.h"

/* What makes a command: the question it asks of each target. */
struct question {
	/*
	 * Choose, once the targets are known, what is below; may be NULL. -1 refuses. Its store is freed by
	 * done(), when all is over.
	 */
	int (*prepare)(struct question *q, const struct options *o, const struct places *p,
	               struct err *e);
	void (*done)(struct question *q);
	void *store;
	bool wants_messages; /* a report draws them; set before prepare() */

	const struct probe_ops *probe;
	const void *config; /* the probe's */
	uint64_t attempts;  /* for each that -c counts; 0: one */
	bool segments;      /* records have them without -v, too */
	bool whole;         /* frames are captured whole */
	uint32_t repeat;    /* each target is tried in so many ways, as if named so often; 0: one */

	/* What the probe is to do at place number `i`, besides; may be NULL. */
	void *(*plan)(struct question *q, uint32_t i);

	/* Stand between the engine and the reports; NULL: nothing does. */
	struct engine_sink (*sink)(struct question *q, const struct engine_sink *reports);

	/* What is about to be sent, for the header: "SYN mss 1460 sackOK TS wscale 7". */
	void (*describe)(const struct options *o, const struct engine_target *t, struct text *out);

	/* Give `sink` the record of a target that cannot be tried. */
	void (*failed)(const struct engine_sink *sink, const struct place_failure *f);

	/* Anything else to say, or to refuse, before the first segment; may be NULL. -1 refuses. */
	int (*announce)(const struct options *o, const struct engine_target *targets,
	                uint32_t count, struct err *e);
};

/*
 * Look the targets up, open what is needed, drop all capabilities, ask the question of every target and
 * report. Says on standard error what goes wrong, and returns the code to exit with.
 */
enum exit_code run_question(const struct options *o, struct question *q);

#endif
