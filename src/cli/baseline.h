/* SPDX-License-Identifier: BSD-2-Clause */
/* baseline.h - reads the verdicts of an earlier run from its JSON. */
#ifndef TCPSHAKE_CLI_BASELINE_H
#define TCPSHAKE_CLI_BASELINE_H

#include "base/err.h"
#include "probe/check_cases.h"

/*
 * Read a file of -o json or -o jsonl. `out->at` is to be freed. -1 with ERR_USAGE when the file cannot be
 * read, is no such JSON, or has no verdict of a check.
 */
int baseline_read(const char *path, struct check_baseline *out, struct err *e);

#endif
