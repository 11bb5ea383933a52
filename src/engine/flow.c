/* SPDX-License-Identifier: BSD-2-Clause */
/* flow.c - a hash of tuples under a key that nobody outside knows. */
#include "engine/flow.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/rng.h"
#include "base/siphash.h"
#include "base/wr.h"

struct flow_table {
	struct siphash_key key;
	struct map *map;
	struct tuple tuple[];
};

struct flow_table *flow_new(uint32_t capacity)
{
	struct flow_table *f = calloc(1, sizeof(*f) + capacity * sizeof(f->tuple[0]));

	if (f == NULL)
		return NULL;
	f->map = map_new(capacity);
	if (f->map == NULL) {
		free(f);
		return NULL;
	}
	rng_secret(&f->key, sizeof(f->key));
	return f;
}

void flow_free(struct flow_table *f)
{
	if (f == NULL)
		return;
	map_free(f->map);
	free(f);
}

static uint64_t hash(const struct flow_table *f, const struct endpoint *local,
                     const struct endpoint *remote)
{
	uint8_t bytes[36];
	struct wr w = wr_into(bytes, sizeof(bytes));

	wr_bytes(&w, local->addr.bytes, 16);
	wr_bytes(&w, remote->addr.bytes, 16);
	wr_be16(&w, local->port);
	wr_be16(&w, remote->port);
	return siphash(&f->key, bytes, wr_len(&w));
}

static bool same(const void *key, uint32_t value, void *ctx)
{
	const struct flow_table *f = ctx;

	return tuple_same(key, &f->tuple[value]);
}

void flow_add(struct flow_table *f, uint32_t id, const struct tuple *t)
{
	f->tuple[id] = *t;
	map_put(f->map, hash(f, &t->local, &t->remote), id);
}

uint32_t flow_find(const struct flow_table *f, const struct endpoint *local,
                   const struct endpoint *remote)
{
	struct tuple key = {.local = *local, .remote = *remote};
	uint32_t id = map_find(f->map, hash(f, local, remote), &key, same, (void *)(uintptr_t)f);

	return id == MAP_NONE ? FLOW_NONE : id;
}
