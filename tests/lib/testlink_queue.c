/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All memory is mapped at the start and touched only as far as it is used, so that thousands of
 * 66 KiB slots cost little. Free slots are reused last-in first-out to stay in the cache.
 */
#include "testlink_queue.h"

#include <stdlib.h>
#include <sys/mman.h>

bool queue_init(struct queue *q, size_t slots)
{
	q->pool = mmap(NULL, slots * sizeof(*q->pool), PROT_READ | PROT_WRITE,
	               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	q->heap = calloc(slots, sizeof(struct frame *));
	q->spare = calloc(slots, sizeof(struct frame *));
	if (q->pool == MAP_FAILED || !q->heap || !q->spare)
		return false;
	for (q->spares = 0; q->spares < slots; q->spares++)
		q->spare[q->spares] = &q->pool[slots - 1 - q->spares];
	return true;
}

struct frame *queue_slot(struct queue *q)
{
	return q->spares ? q->spare[--q->spares] : NULL;
}

static bool before(const struct frame *a, const struct frame *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void swap(struct frame **a, struct frame **b)
{
	struct frame *t = *a;

	*a = *b;
	*b = t;
}

void queue_push(struct queue *q, struct frame *f, int64_t due)
{
	size_t i = q->waiting++;

	f->due = due;
	f->order = q->order++;
	q->heap[i] = f;
	for (; i > 0 && before(q->heap[i], q->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&q->heap[i], &q->heap[(i - 1) / 2]);
}

const struct frame *queue_head(const struct queue *q)
{
	return q->waiting ? q->heap[0] : NULL;
}

void queue_pop(struct queue *q)
{
	size_t i = 0, child;

	q->spare[q->spares++] = q->heap[0];
	q->heap[0] = q->heap[--q->waiting];
	while ((child = 2 * i + 1) < q->waiting) {
		if (child + 1 < q->waiting && before(q->heap[child + 1], q->heap[child]))
			child++;
		if (!before(q->heap[child], q->heap[i]))
			break;
		swap(&q->heap[i], &q->heap[child]);
		i = child;
	}
}
