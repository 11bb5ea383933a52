/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_evidence.h - facts and judgement as the fields of a record. */
#ifndef TCPSHAKE_PROBE_COOKIES_EVIDENCE_H
#define TCPSHAKE_PROBE_COOKIES_EVIDENCE_H

#include "probe/cookies_facts.h"
#include "probe/cookies_judge.h"
#include "result/cookies_record.h"

/* Add what each test showed, with its numbers. */
void cookies_evidence(const struct cookies_seen *seen, const struct cookies_facts *f,
                      struct cookies_record *r);

#endif
