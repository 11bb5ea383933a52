/* SPDX-License-Identifier: BSD-2-Clause */
/* close_fill.h - from the judgement of a close to its part of a record, live or of a capture file. */
#ifndef TCPSHAKE_PROBE_CLOSE_FILL_H
#define TCPSHAKE_PROBE_CLOSE_FILL_H

#include "result/probe_record.h"
#include "tcp/close.h"

#define CLOSE_FINDINGS_MAX (2 * FIND_COUNT)

/*
 * Fill all but the lists of states, which are the caller's. `findings` is the backing store of that list and
 * must live as long as the record is read; their frames are null.
 */
void close_fill(const struct close *c, struct close_record *r,
                struct finding_record findings[static CLOSE_FINDINGS_MAX]);

#endif
