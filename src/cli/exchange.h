/* SPDX-License-Identifier: BSD-2-Clause */
/* exchange.h - the part of `probe` that is about URLs: what is spoken, and comparisons of ways to. */
#ifndef TCPSHAKE_CLI_EXCHANGE_H
#define TCPSHAKE_CLI_EXCHANGE_H

#include "cli/compare.h"
#include "cli/plans.h"
#include "cli/run.h"

struct exchange_job {
	struct exchange_config config;
	struct probe_ops probe;
	struct plans plans;
	struct compare compare;
};

/*
 * Make `q` speak what its targets' URLs say, if any does; `connection` is how connections are made. `job`
 * must outlive the run. -1 with ERR_USAGE for what cannot be compared.
 */
int exchange_question(struct question *q, struct exchange_job *job, const struct options *o,
                      const struct conn_config *connection, struct err *e);

/* Append what is spoken at this target: ", TLS, HTTP". */
void exchange_describe(const struct exchange_plan *p, struct text *out);

#endif
