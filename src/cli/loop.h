/* SPDX-License-Identifier: BSD-2-Clause */
/* loop.h - turns an engine until it is done; signals end it or ask for its numbers. */
#ifndef TCPSHAKE_CLI_LOOP_H
#define TCPSHAKE_CLI_LOOP_H

#include "base/err.h"
#include "cli/output.h"
#include "engine/engine.h"

/*
 * Start the engine and turn it until it is done. SIGINT and SIGTERM stop it in order, SIGQUIT prints
 * the statistics so far on standard error. -1 with ERR_LOCAL when an interface failed.
 */
int loop_run(struct engine *en, struct device *device, struct output *out, struct err *e);

#endif
