/* SPDX-License-Identifier: BSD-2-Clause */
/* history.c - a pool of bounded segment lists. */
#include "result/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct history_pool {
	uint32_t free_count;
	struct history *all;
	char (*text)[HISTORY_TEXT_MAX]; /* of all of them, one after the other */
	struct segment_record *segment;
	struct history *free[];
};

struct history_pool *history_pool_new(uint32_t count, uint32_t max)
{
	struct history_pool *p = malloc(sizeof(*p) + count * sizeof(p->free[0]));

	if (p == NULL)
		return NULL;
	p->all = calloc(count, sizeof(*p->all));
	p->text = calloc((size_t)count * max, sizeof(*p->text));
	p->segment = calloc((size_t)count * max, sizeof(*p->segment));
	if (p->all == NULL || p->text == NULL || p->segment == NULL) {
		history_pool_free(p);
		return NULL;
	}
	for (uint32_t i = 0; i < count; i++) {
		p->free[i] = &p->all[i];
		p->all[i].max = max;
		p->all[i].text = p->text + (size_t)i * max;
		p->all[i].segment = p->segment + (size_t)i * max;
	}
	p->free_count = count;
	return p;
}

void history_pool_free(struct history_pool *p)
{
	if (p == NULL)
		return;
	free(p->all);
	free(p->text);
	free(p->segment);
	free(p);
}

struct history *history_take(struct history_pool *p)
{
	struct history *h;

	if (p->free_count == 0)
		return NULL;
	h = p->free[--p->free_count];
	h->count = 0;
	h->missed = 0;
	h->origin = NS_NONE;
	return h;
}

void history_put(struct history_pool *p, struct history *h)
{
	if (h != NULL)
		p->free[p->free_count++] = h;
}

/* The line after the gap goes; before the first time, the gap takes the place of a line, too. */
static void make_room(struct history *h)
{
	uint32_t gap = h->max - HISTORY_LAST - 1;

	h->missed += h->missed == 0 ? 2 : 1;
	snprintf(h->text[gap], HISTORY_TEXT_MAX, "... and %u more segments, which were not kept",
	         h->missed);
	h->count--;
	for (uint32_t i = gap + 1; i < h->count; i++) {
		h->segment[i] = h->segment[i + 1];
		memcpy(h->text[i], h->text[i + 1], HISTORY_TEXT_MAX);
		h->segment[i].text = h->text[i];
	}
}

void history_add(struct history *h, ns_t stamp, const char *direction, const char *text,
                 const char *client, const char *server)
{
	ns_t time = h->origin == NS_NONE ? 0 : stamp - h->origin;
	char *copy;

	if (h->count == h->max)
		make_room(h);
	copy = h->text[h->count];
	snprintf(copy, HISTORY_TEXT_MAX, "%s", text);
	h->segment[h->count++] = (struct segment_record){.time = time,
	                                                 .direction = direction,
	                                                 .text = copy,
	                                                 .client = client,
	                                                 .server = server,
	                                                 .frame = FIELD_NULL};
}
