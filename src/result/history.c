/* SPDX-License-Identifier: BSD-2-Clause */
/* history.c - a pool of bounded segment lists. */
#include "result/history.h"

#include <stdio.h>
#include <stdlib.h>

struct history_pool {
	uint32_t free_count;
	struct history *all;
	struct history *free[];
};

struct history_pool *history_pool_new(uint32_t count)
{
	struct history_pool *p = malloc(sizeof(*p) + count * sizeof(p->free[0]));

	if (p == NULL)
		return NULL;
	p->all = calloc(count, sizeof(*p->all));
	if (p->all == NULL) {
		free(p);
		return NULL;
	}
	for (uint32_t i = 0; i < count; i++)
		p->free[i] = &p->all[i];
	p->free_count = count;
	return p;
}

void history_pool_free(struct history_pool *p)
{
	if (p == NULL)
		return;
	free(p->all);
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

void history_add(struct history *h, ns_t stamp, const char *direction, const char *text,
                 const char *client, const char *server)
{
	ns_t time = h->origin == NS_NONE ? 0 : stamp - h->origin;
	char *copy;

	if (h->count == HISTORY_MAX) {
		h->missed++;
		snprintf(h->text[HISTORY_MAX - 1], HISTORY_TEXT_MAX,
		         "... and %u more segments, which were not kept", h->missed);
		return;
	}
	copy = h->text[h->count];
	snprintf(copy, HISTORY_TEXT_MAX, "%s", text);
	h->segment[h->count++] = (struct segment_record){.time = time,
	                                                 .direction = direction,
	                                                 .text = copy,
	                                                 .client = client,
	                                                 .server = server,
	                                                 .frame = FIELD_NULL};
}
