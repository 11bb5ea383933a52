/* SPDX-License-Identifier: BSD-2-Clause */
/* map.c - open addressing with linear probing; a removal shifts its followers back. */
#include "base/map.h"

#include <stdlib.h>

struct slot {
	uint64_t hash;
	uint32_t value; /* MAP_NONE: free */
};

struct map {
	size_t mask; /* number of slots - 1, a power of two */
	size_t capacity;
	size_t count;
	struct slot slot[];
};

struct map *map_new(size_t capacity)
{
	size_t slots = 8;
	struct map *m;

	while (slots < capacity * 2)
		slots *= 2;
	m = malloc(sizeof(*m) + slots * sizeof(m->slot[0]));
	if (m == NULL)
		return NULL;
	*m = (struct map){.mask = slots - 1, .capacity = capacity, .count = 0};
	for (size_t i = 0; i < slots; i++)
		m->slot[i] = (struct slot){.hash = 0, .value = MAP_NONE};
	return m;
}

void map_free(struct map *m)
{
	free(m);
}

uint32_t map_find(const struct map *m, uint64_t hash, const void *key, map_same_fn *same, void *ctx)
{
	for (size_t i = hash & m->mask; m->slot[i].value != MAP_NONE; i = (i + 1) & m->mask)
		if (m->slot[i].hash == hash && same(key, m->slot[i].value, ctx))
			return m->slot[i].value;
	return MAP_NONE;
}

bool map_put(struct map *m, uint64_t hash, uint32_t value)
{
	size_t i = hash & m->mask;

	if (m->count == m->capacity)
		return false;
	while (m->slot[i].value != MAP_NONE)
		i = (i + 1) & m->mask;
	m->slot[i] = (struct slot){.hash = hash, .value = value};
	m->count++;
	return true;
}

/* Close the gap at `hole`: move back each follower that a search would no longer reach. */
static void close_gap(struct map *m, size_t hole)
{
	for (size_t i = (hole + 1) & m->mask; m->slot[i].value != MAP_NONE; i = (i + 1) & m->mask) {
		size_t home = m->slot[i].hash & m->mask;

		if (((i - home) & m->mask) >= ((i - hole) & m->mask)) {
			m->slot[hole] = m->slot[i];
			hole = i;
		}
	}
	m->slot[hole].value = MAP_NONE;
}

void map_remove(struct map *m, uint64_t hash, uint32_t value)
{
	for (size_t i = hash & m->mask; m->slot[i].value != MAP_NONE; i = (i + 1) & m->mask) {
		if (m->slot[i].hash == hash && m->slot[i].value == value) {
			close_gap(m, i);
			m->count--;
			return;
		}
	}
}

size_t map_count(const struct map *m)
{
	return m->count;
}
