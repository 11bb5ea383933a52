/* SPDX-License-Identifier: BSD-2-Clause */
/* ladder.c - lists that grow, under one limit. */
#include "result/ladder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ladder {
	struct segment_record *segment;
	uint32_t count, room, missed;
	char more[64]; /* says how many are missing */
};

struct ladders {
	struct ladder **at; /* by number; NULL: empty */
	uint32_t room;
	uint32_t left, most_each;
};

struct ladders *ladders_new(uint32_t most, uint32_t most_each)
{
	struct ladders *l = calloc(1, sizeof(*l));

	if (l != NULL) {
		l->left = most;
		l->most_each = most_each;
	}
	return l;
}

void ladders_free(struct ladders *l)
{
	if (l == NULL)
		return;
	for (uint32_t i = 0; i < l->room; i++)
		ladder_drop(l, i);
	free(l->at);
	free(l);
}

static struct ladder *find(const struct ladders *l, uint32_t number)
{
	return number < l->room ? l->at[number] : NULL;
}

/* The list of this number, a new one if there is none; NULL without memory. */
static struct ladder *find_or_make(struct ladders *l, uint32_t number)
{
	uint32_t room = number / 2 * 3 + 64;

	if (number >= l->room) {
		struct ladder **at = realloc(l->at, room * sizeof(struct ladder *));

		if (at == NULL)
			return NULL;
		for (uint32_t i = l->room; i < room; i++)
			at[i] = NULL;
		l->at = at;
		l->room = room;
	}
	if (l->at[number] == NULL)
		l->at[number] = calloc(1, sizeof(struct ladder));
	return l->at[number];
}

/* Room for one more, and one that says how many are missing. */
static bool has_room(struct ladders *l, struct ladder *d)
{
	uint32_t room = d->room == 0 ? 16 : d->room * 2;
	struct segment_record *grown;

	if (l->left == 0 || d->count >= l->most_each)
		return false;
	if (d->count + 1 < d->room)
		return true;
	grown = realloc(d->segment, room * sizeof(*grown));
	if (grown == NULL)
		return false;
	d->segment = grown;
	d->room = room;
	return true;
}

void ladder_add(struct ladders *l, uint32_t number, const struct segment_record *s)
{
	struct ladder *d = find_or_make(l, number);
	char *copy;

	if (d == NULL)
		return;
	copy = has_room(l, d) ? strdup(s->text) : NULL;
	if (copy == NULL) {
		d->missed++;
		return;
	}
	d->segment[d->count] = *s;
	d->segment[d->count++].text = copy;
	l->left--;
}

struct field_list ladder_list(struct ladders *l, uint32_t number, ns_t origin)
{
	struct ladder *d = find(l, number);

	if (d == NULL)
		return (struct field_list){NULL, 0};
	for (uint32_t i = 0; i < d->count; i++)
		d->segment[i].time -= origin;
	if (d->missed == 0 || d->count == 0)
		return (struct field_list){d->segment, d->count};
	snprintf(d->more, sizeof(d->more), "... and %u more segments, which were not kept",
	         d->missed);
	d->segment[d->count] = d->segment[d->count - 1];
	d->segment[d->count].text = d->more;
	return (struct field_list){d->segment, d->count + 1};
}

void ladder_drop(struct ladders *l, uint32_t number)
{
	struct ladder *d = find(l, number);

	if (d == NULL)
		return;
	for (uint32_t i = 0; i < d->count; i++)
		free((char *)d->segment[i].text);
	l->left += d->count;
	free(d->segment);
	free(d);
	l->at[number] = NULL;
}
