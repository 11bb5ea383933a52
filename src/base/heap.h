/* SPDX-License-Identifier: BSD-2-Clause */
/* heap.h - deadlines of numbered things; the earliest is found at once. */
#ifndef TCPSHAKE_BASE_HEAP_H
#define TCPSHAKE_BASE_HEAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/ns.h"

/* One deadline per id in [0, capacity). Nothing is allocated after heap_new(). */
struct heap;

#define HEAP_NONE UINT32_MAX

struct heap *heap_new(uint32_t capacity); /* NULL without memory */
void heap_free(struct heap *h);           /* NULL is allowed */

/* Set, move or (NS_NEVER) remove the deadline of `id`. O(log n). */
void heap_set(struct heap *h, uint32_t id, ns_t when);

/* The earliest deadline, or NS_NEVER. */
ns_t heap_first(const struct heap *h);

/* Remove and return an id whose deadline is not after `now`, or HEAP_NONE. */
uint32_t heap_pop(struct heap *h, ns_t now);

#endif
