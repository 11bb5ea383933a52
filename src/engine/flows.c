/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flows.c - flows in chunks that never move, found by a keyed hash, and in three lists by age.
 *
 * Numbers of 32 bits stand for pointers. Nothing is allocated for a frame: chunks come as flows do.
 */
#include "engine/flows.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/siphash.h"

#define CHUNK_BITS  8
#define CHUNK       (1U << CHUNK_BITS)
#define BUCKETS_MIN 1024

struct list {
	uint32_t head, tail;
};

struct flows {
	struct flow **chunk;
	uint32_t *bucket;
	uint32_t buckets, count, max;
	uint32_t made, used; /* flows that there is room for, and numbers given out */
	uint32_t free;       /* first of a chain */
	struct list list[FLOW_PHASES];
	struct siphash_key key;
};

#define CACHE_LINE 64 /* bytes that come from memory at once, mostly */

static_assert(sizeof(struct flow) <= 384,
              "a flow and its part of the table take less than 400 bytes");

static void fill_none(uint32_t *at, uint32_t n)
{
	memset(at, 0xff, n * sizeof(*at));
}

struct flows *flows_new(uint32_t max)
{
	struct flows *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->chunk = calloc(max / CHUNK + 1, sizeof(struct flow *));
	t->bucket = malloc(BUCKETS_MIN * sizeof(*t->bucket));
	if (t->chunk == NULL || t->bucket == NULL) {
		flows_free(t);
		return NULL;
	}
	rng_secret(&t->key, sizeof(t->key));
	t->buckets = BUCKETS_MIN;
	t->max = max;
	flows_clear(t);
	return t;
}

void flows_free(struct flows *t)
{
	if (t == NULL)
		return;
	for (uint32_t i = 0; t->chunk != NULL && i < t->made; i += CHUNK)
		free(t->chunk[i >> CHUNK_BITS]);
	free(t->chunk);
	free(t->bucket);
	free(t);
}

/* Chunks stay, to be filled again from the first. */
void flows_clear(struct flows *t)
{
	fill_none(t->bucket, t->buckets);
	t->count = t->used = 0;
	t->free = FLOWS_NONE;
	for (int i = 0; i < FLOW_PHASES; i++)
		t->list[i] = (struct list){FLOWS_NONE, FLOWS_NONE};
}

struct flow *flows_at(struct flows *t, uint32_t number)
{
	return &t->chunk[number >> CHUNK_BITS][number & (CHUNK - 1)];
}

uint32_t flows_next(struct flows *t, uint32_t from)
{
	for (uint32_t n = from; n < t->used; n++)
		if (flows_at(t, n)->held)
			return n;
	return FLOWS_NONE;
}

uint32_t flows_count(const struct flows *t)
{
	return t->count;
}

bool flows_full(const struct flows *t)
{
	return t->count >= t->max;
}

/* --- keys --- */

struct flow_key flows_key(const struct packet *p, uint8_t *side)
{
	int order = memcmp(p->src.addr.bytes, p->dst.addr.bytes, sizeof(p->src.addr.bytes));
	bool swap = order != 0 ? order > 0 : p->src.port >= p->dst.port;
	const struct endpoint *low = swap ? &p->dst : &p->src, *high = swap ? &p->src : &p->dst;
	struct flow_key k = {.port = {low->port, high->port}, .family = p->src.addr.family};

	memcpy(k.addr[0], low->addr.bytes, sizeof(k.addr[0]));
	memcpy(k.addr[1], high->addr.bytes, sizeof(k.addr[1]));
	*side = swap;
	return k;
}

/* Of IPv4 addresses, four bytes each are all there is. */
static uint64_t hash(const struct flows *t, const struct flow_key *k)
{
	uint32_t v4[3];

	if (k->family != ADDR_V4)
		return siphash_table(&t->key, k, sizeof(*k));
	memcpy(&v4[0], k->addr[0], 4);
	memcpy(&v4[1], k->addr[1], 4);
	v4[2] = (uint32_t)k->port[0] << 16 | k->port[1];
	return siphash_table(&t->key, v4, sizeof(v4));
}

static uint32_t *bucket_of(struct flows *t, const struct flow_key *k)
{
	return &t->bucket[hash(t, k) & (t->buckets - 1)];
}

/* All of a flow will be wanted: let its lines come while its key is compared. */
static void prefetch(const struct flow *f)
{
	for (size_t i = 0; i < sizeof(*f); i += CACHE_LINE)
		__builtin_prefetch((const uint8_t *)f + i, 1);
}

struct flow *flows_find(struct flows *t, const struct flow_key *key)
{
	for (uint32_t n = *bucket_of(t, key); n != FLOWS_NONE;) {
		struct flow *f = flows_at(t, n);

		prefetch(f);
		if (memcmp(&f->key, key, sizeof(*key)) == 0)
			return f;
		n = f->chain;
	}
	return NULL;
}

static void chain(struct flows *t, struct flow *f)
{
	uint32_t *bucket = bucket_of(t, &f->key);

	f->chain = *bucket;
	*bucket = f->number;
	f->keyed = true;
}

static void unchain(struct flows *t, struct flow *f)
{
	uint32_t *at = bucket_of(t, &f->key);

	while (*at != f->number)
		at = &flows_at(t, *at)->chain;
	*at = f->chain;
	f->keyed = false;
}

/* As many buckets as flows: where memory lacks, the chains grow instead. */
static void rehash(struct flows *t)
{
	uint32_t more = t->buckets * 2;
	uint32_t *bucket = malloc(more * sizeof(*bucket));

	if (bucket == NULL)
		return;
	free(t->bucket);
	t->bucket = bucket;
	t->buckets = more;
	fill_none(bucket, more);
	for (uint32_t n = 0; n < t->used; n++)
		if (flows_at(t, n)->keyed)
			chain(t, flows_at(t, n));
}

/* --- flows --- */

static uint32_t take_number(struct flows *t)
{
	uint32_t n = t->free;

	if (n != FLOWS_NONE) {
		t->free = flows_at(t, n)->next;
		return n;
	}
	if (t->used == t->made) {
		struct flow *chunk = aligned_alloc(CACHE_LINE, CHUNK * sizeof(*chunk));

		if (chunk == NULL)
			return FLOWS_NONE;
		t->chunk[t->made >> CHUNK_BITS] = chunk;
		t->made += CHUNK;
	}
	return t->used++;
}

struct flow *flows_add(struct flows *t, const struct flow_key *key)
{
	struct flow *f;
	uint32_t n;

	if (flows_full(t))
		return NULL;
	if (t->count >= t->buckets)
		rehash(t);
	n = take_number(t);
	if (n == FLOWS_NONE)
		return NULL;
	f = flows_at(t, n);
	memset(f, 0, sizeof(*f));
	f->key = *key;
	f->number = n;
	f->older = FLOWS_NONE;
	f->phase = FLOW_PHASES;
	f->held = true;
	t->count++;
	chain(t, f);
	return f;
}

static uint32_t *link_after(struct flows *t, struct list *l, uint32_t prev)
{
	return prev == FLOWS_NONE ? &l->head : &flows_at(t, prev)->next;
}

static uint32_t *link_before(struct flows *t, struct list *l, uint32_t next)
{
	return next == FLOWS_NONE ? &l->tail : &flows_at(t, next)->prev;
}

static void unlink_flow(struct flows *t, struct flow *f)
{
	struct list *l = &t->list[f->phase];

	if (f->phase == FLOW_PHASES)
		return;
	*link_after(t, l, f->prev) = f->next;
	*link_before(t, l, f->next) = f->prev;
	f->phase = FLOW_PHASES;
}

void flows_touch(struct flows *t, struct flow *f, enum flow_phase phase)
{
	struct list *l = &t->list[phase];

	if (f->phase == phase && l->tail == f->number)
		return;
	unlink_flow(t, f);
	f->phase = (uint8_t)phase;
	f->prev = l->tail;
	f->next = FLOWS_NONE;
	*link_after(t, l, l->tail) = f->number;
	l->tail = f->number;
}

void flows_detach(struct flows *t, struct flow *f)
{
	unlink_flow(t, f);
	if (f->keyed)
		unchain(t, f);
}

void flows_drop(struct flows *t, struct flow *f)
{
	flows_detach(t, f);
	f->held = false;
	f->next = t->free;
	t->free = f->number;
	t->count--;
}

struct flow *flows_oldest(struct flows *t, enum flow_phase phase)
{
	uint32_t n = t->list[phase].head;

	return n == FLOWS_NONE ? NULL : flows_at(t, n);
}
