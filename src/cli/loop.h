/* SPDX-License-Identifier: BSD-2-Clause */
/* loop.h - turns an engine until it is done; signals end it or ask for its numbers. */
#ifndef TCPSHAKE_CLI_LOOP_H
#define TCPSHAKE_CLI_LOOP_H

#include "base/err.h"
#include "cli/output.h"
#include "engine/engine.h"

/* Signals as descriptors that become readable. They are blocked from loop_signals_open() on. */
struct loop_signals {
	int stop;   /* SIGINT, SIGTERM, SIGHUP: end the run in order */
	int status; /* SIGQUIT: print the statistics so far */
};

int loop_signals_open(struct loop_signals *s, struct err *e); /* -1 with ERR_LOCAL */
void loop_signals_close(struct loop_signals *s);

/*
 * Start the engine and turn it until it is done, or stopped by a signal. The statistics that SIGQUIT
 * asks for go to standard error. When an interface fails, this is told and the run ends in order.
 */
void loop_run(struct engine *en, struct device *device, struct output *out,
              const struct loop_signals *signals);

#endif
