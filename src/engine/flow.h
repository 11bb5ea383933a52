/* SPDX-License-Identifier: BSD-2-Clause */
/* flow.h - whose frame is this? Tuples to the numbers of sessions. */
#ifndef TCPSHAKE_ENGINE_FLOW_H
#define TCPSHAKE_ENGINE_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/addr.h"

/* Tuples of a stated number of sessions. One look-up a frame and direction. */
struct flow_table;

#define FLOW_NONE UINT32_MAX

struct flow_table *flow_new(uint32_t capacity); /* NULL without memory */
void flow_free(struct flow_table *f);           /* NULL is allowed */

/* Let `id`, below the capacity, stand for this tuple from now on. */
void flow_add(struct flow_table *f, uint32_t id, const struct tuple *t);

/* The session of this tuple, or FLOW_NONE. */
uint32_t flow_find(const struct flow_table *f, const struct endpoint *local,
                   const struct endpoint *remote);

#endif
