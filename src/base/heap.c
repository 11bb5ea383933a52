/* SPDX-License-Identifier: BSD-2-Clause */
/* heap.c - a binary heap that knows where each id stands. */
#include "base/heap.h"

#include <assert.h>
#include <stdlib.h>

struct heap {
	uint32_t capacity;
	uint32_t count;
	ns_t *when;     /* by id */
	uint32_t *pos;  /* by id: index in tree, or HEAP_NONE */
	uint32_t *tree; /* ids, earliest first */
};

struct heap *heap_new(uint32_t capacity)
{
	struct heap *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->capacity = capacity;
	h->when = calloc(capacity + 1U, sizeof(*h->when));
	h->pos = calloc(capacity + 1U, sizeof(*h->pos));
	h->tree = calloc(capacity + 1U, sizeof(*h->tree));
	if (h->when == NULL || h->pos == NULL || h->tree == NULL) {
		heap_free(h);
		return NULL;
	}
	for (uint32_t i = 0; i < capacity; i++)
		h->pos[i] = HEAP_NONE;
	return h;
}

void heap_free(struct heap *h)
{
	if (h == NULL)
		return;
	free(h->when);
	free(h->pos);
	free(h->tree);
	free(h);
}

static void place(struct heap *h, uint32_t at, uint32_t id)
{
	h->tree[at] = id;
	h->pos[id] = at;
}

static void sift_up(struct heap *h, uint32_t at)
{
	uint32_t id = h->tree[at];

	while (at > 0 && h->when[id] < h->when[h->tree[(at - 1) / 2]]) {
		place(h, at, h->tree[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	place(h, at, id);
}

static void sift_down(struct heap *h, uint32_t at)
{
	uint32_t id = h->tree[at];

	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child >= h->count)
			break;
		if (child + 1 < h->count && h->when[h->tree[child + 1]] < h->when[h->tree[child]])
			child++;
		if (h->when[h->tree[child]] >= h->when[id])
			break;
		place(h, at, h->tree[child]);
		at = child;
	}
	place(h, at, id);
}

static void take_out(struct heap *h, uint32_t id)
{
	uint32_t at = h->pos[id];
	uint32_t last;

	if (at == HEAP_NONE)
		return;
	h->pos[id] = HEAP_NONE;
	last = h->tree[--h->count];
	if (last == id)
		return;
	place(h, at, last);
	sift_up(h, at);
	sift_down(h, h->pos[last]);
}

void heap_set(struct heap *h, uint32_t id, ns_t when)
{
	assert(id < h->capacity);
	if (h->pos[id] != HEAP_NONE && h->when[id] == when)
		return;
	take_out(h, id);
	h->when[id] = when;
	if (when == NS_NEVER)
		return;
	place(h, h->count++, id);
	sift_up(h, h->count - 1);
}

ns_t heap_first(const struct heap *h)
{
	return h->count == 0 ? NS_NEVER : h->when[h->tree[0]];
}

uint32_t heap_pop(struct heap *h, ns_t now)
{
	uint32_t id;

	if (h->count == 0 || h->when[h->tree[0]] > now)
		return HEAP_NONE;
	id = h->tree[0];
	take_out(h, id);
	return id;
}
