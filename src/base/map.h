/* SPDX-License-Identifier: BSD-2-Clause */
/* map.h - a hash table of fixed capacity: 64-bit hash to a small number. */
#ifndef TCPSHAKE_BASE_MAP_H
#define TCPSHAKE_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The map keeps hashes and values; the caller keeps the keys and says whether a value's key is the
 * one sought. Nothing is allocated after map_new(). Open addressing, at most half full.
 */
struct map;

#define MAP_NONE UINT32_MAX /* no such entry; never a value */

/* Does `value` have the key that is being looked for? */
typedef bool map_same_fn(const void *key, uint32_t value, void *ctx);

/* A map for up to `capacity` entries, or NULL without memory. Free with map_free(). */
struct map *map_new(size_t capacity);
void map_free(struct map *m); /* NULL is allowed */

/* The value whose key is the same as `key`, or MAP_NONE. */
uint32_t map_find(const struct map *m, uint64_t hash, const void *key, map_same_fn *same,
                  void *ctx);

/* Add a value under a hash. False, and no change, when the map is full. Keys must be unique. */
bool map_put(struct map *m, uint64_t hash, uint32_t value);

/* Forget the entry with this hash and value; no effect when there is none. */
void map_remove(struct map *m, uint64_t hash, uint32_t value);

size_t map_count(const struct map *m);

#endif
