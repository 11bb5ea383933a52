/* SPDX-License-Identifier: BSD-2-Clause */
/* exchange_plan.h - what attempts at a target leave to later ones: sessions, cookies, what is wanted. */
#ifndef TCPSHAKE_PROBE_EXCHANGE_PLAN_H
#define TCPSHAKE_PROBE_EXCHANGE_PLAN_H

#include "probe/exchange.h"
#include "probe/talk.h"

/* Of a comparison: each way when the one before is through. As probe_ops.ready; `plan` may be NULL. */
enum probe_ready exchange_plan_ready(const void *plan);

/* An attempt has ended: keep what it brought. */
void exchange_plan_learn(struct exchange_plan *plan, const struct exchange_config *cfg,
                         const struct talk *t);

#endif
