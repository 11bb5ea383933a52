/* SPDX-License-Identifier: BSD-2-Clause */
/* The frames under way in one direction: a fixed pool, and a heap with the next one due on top. */
#ifndef TESTLINK_QUEUE_H
#define TESTLINK_QUEUE_H

#include "testlink_frame.h"

#include <stdbool.h>
#include <stddef.h>

struct queue {
	struct frame *pool;
	struct frame **heap;
	struct frame **spare;
	size_t waiting; /* frames in the heap */
	size_t spares;
	uint64_t order;
};

/* False, with errno set, if there is no memory. */
bool queue_init(struct queue *q, size_t slots);

/* A slot to fill, or NULL when all are under way; goes back by queue_push() or queue_pop(). */
struct frame *queue_slot(struct queue *q);

void queue_push(struct queue *q, struct frame *f, int64_t due);

/* The frame that leaves next, or NULL. */
const struct frame *queue_head(const struct queue *q);
void queue_pop(struct queue *q);

#endif
