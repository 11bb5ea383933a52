/* SPDX-License-Identifier: BSD-2-Clause */
/* read_view.c - a choice by kind, and the first few of an order. */
#include "cli/read_view.h"

#include <stdlib.h>
#include <string.h>

/* What is sorted is held: without --top no more than these, the first ones. */
#define TOP_DEFAULT  100000
#define SORT_DEFAULT "handshake_us"

/* --- kinds --- */

static bool is_failed(const struct connection_record *r)
{
	return strcmp(r->state, "open") != 0;
}

static bool is_closed(const struct connection_record *r)
{
	return strcmp(r->state, "closed") == 0;
}

static bool is_filtered(const struct connection_record *r)
{
	return strcmp(r->state, "filtered") == 0;
}

static bool is_reset(const struct connection_record *r)
{
	return r->reset.by != NULL;
}

static bool is_half_open(const struct connection_record *r)
{
	return strcmp(r->close.kind, "half-open") == 0;
}

static bool is_warned(const struct connection_record *r)
{
	return strcmp(r->close.verdict, "warn") == 0;
}

static bool is_broken(const struct connection_record *r)
{
	return strcmp(r->close.verdict, "fail") == 0;
}

static bool is_retransmitted(const struct connection_record *r)
{
	return r->by_client.retransmits + r->by_server.retransmits > 0;
}

static bool is_midstream(const struct connection_record *r)
{
	return strcmp(r->opened, "midstream") == 0;
}

static const struct {
	const char *name;
	bool (*is)(const struct connection_record *r);
} kinds[] = {
	{"failed", is_failed},       {"closed", is_closed},
	{"filtered", is_filtered},   {"reset", is_reset},
	{"half-open", is_half_open}, {"warn", is_warned},
	{"fail", is_broken},         {"retransmitted", is_retransmitted},
	{"midstream", is_midstream},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

bool read_view_only(const char *list, unsigned int *only)
{
	for (;; list++) {
		size_t len = strcspn(list, ","), k = 0;

		while (k < KINDS &&
		       (strlen(kinds[k].name) != len || strncmp(kinds[k].name, list, len) != 0))
			k++;
		if (k == KINDS)
			return false;
		*only |= 1U << k;
		list += len;
		if (*list == '\0')
			return true;
	}
}

static bool is_wanted(unsigned int only, const struct connection_record *r)
{
	for (size_t k = 0; k < KINDS; k++)
		if ((only & 1U << k) != 0 && kinds[k].is(r))
			return true;
	return only == 0;
}

/* --- order --- */

/* A record that waits, with lists of its own. */
struct held {
	struct connection_record r;
	struct field_value key;
	uint64_t place; /* in which it came */
	bool ascending;
	char *history; /* the flow's, which is forgotten */
	struct segment_record *frame;
};

struct read_view {
	const struct read_options *o;
	read_view_fn *show;
	void *ctx;
	const char *field; /* NULL: connections are shown as they come */
	uint32_t top, count;
	bool cut; /* some were dropped that nobody asked to leave out */
	uint64_t place;
	struct held **held; /* room for twice as many as are kept */
};

bool read_view_sorts(const char *field)
{
	struct connection_record r;
	struct field_value v;

	connection_record_init(&r);
	return field_get(&(struct record){&connection_record_type, &r}, field, &v);
}

struct read_view *read_view_new(const struct read_options *o, read_view_fn *show, void *ctx)
{
	struct read_view *v = calloc(1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->o = o;
	v->show = show;
	v->ctx = ctx;
	if (o->sort == NULL && o->top == 0)
		return v;
	v->field = o->sort != NULL ? o->sort : SORT_DEFAULT;
	v->top = o->top > 0 ? o->top : TOP_DEFAULT;
	v->held = calloc(2 * (size_t)v->top, sizeof(struct held *));
	if (v->held == NULL) {
		free(v);
		return NULL;
	}
	return v;
}

static void drop(struct held *h)
{
	for (uint32_t i = 0; h->frame != NULL && i < h->r.frames.count; i++)
		free((char *)h->frame[i].text);
	free(h->frame);
	free((void *)h->r.close.client.items);
	free((void *)h->r.close.server.items);
	free((void *)h->r.findings.items);
	free(h->history);
	free(h);
}

void read_view_free(struct read_view *v)
{
	if (v == NULL)
		return;
	for (uint32_t i = 0; i < v->count; i++)
		drop(v->held[i]);
	free(v->held);
	free(v);
}

/* -1, 0 or 1; what has no value comes last. */
static int compare(const void *a, const void *b)
{
	const struct held *x = *(const struct held *const *)a, *y = *(const struct held *const *)b;
	int order;

	if (x->key.null != y->key.null)
		return x->key.null ? 1 : -1;
	if (x->key.null)
		order = 0;
	else if (x->key.numeric)
		order = (x->key.number > y->key.number) - (x->key.number < y->key.number);
	else
		order = strcmp(x->key.text, y->key.text);
	if (order == 0)
		return x->place < y->place ? -1 : 1;
	return x->ascending ? order : -order;
}

/* Keep the first ones. */
static void cut(struct read_view *v)
{
	v->cut = v->cut || (v->o->top == 0 && v->count > v->top);
	qsort(v->held, v->count, sizeof(struct held *), compare);
	while (v->count > v->top)
		drop(v->held[--v->count]);
}

static bool copy_list(struct field_list *list, size_t size)
{
	void *copy = malloc(list->count * size + 1);

	if (copy == NULL) {
		*list = (struct field_list){NULL, 0};
		return false;
	}
	if (list->count > 0)
		memcpy(copy, list->items, list->count * size);
	list->items = copy;
	return true;
}

static void copy_frames(struct held *h)
{
	struct field_list *list = &h->r.frames;

	if (list->items == NULL || !copy_list(list, sizeof(struct segment_record)))
		return;
	h->frame = (struct segment_record *)list->items;
	for (uint32_t i = 0; i < list->count; i++) {
		h->frame[i].text = strdup(h->frame[i].text);
		if (h->frame[i].text == NULL)
			list->count = i;
	}
}

static struct held *hold(struct read_view *v, const struct connection_record *r)
{
	struct held *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->r = *r;
	h->place = v->place++;
	h->ascending = v->o->ascending;
	copy_list(&h->r.close.client, sizeof(const char *));
	copy_list(&h->r.close.server, sizeof(const char *));
	copy_list(&h->r.close.findings, sizeof(struct finding_record));
	h->r.findings = h->r.close.findings;
	h->history = r->history == NULL ? NULL : strdup(r->history);
	h->r.history = h->history;
	copy_frames(h);
	field_get(&(struct record){&connection_record_type, &h->r}, v->field, &h->key);
	return h;
}

void read_view_add(struct read_view *v, const struct connection_record *r)
{
	struct held *h;

	if (!is_wanted(v->o->only, r))
		return;
	if (v->field == NULL) {
		v->show(v->ctx, r);
		return;
	}
	h = hold(v, r);
	if (h == NULL)
		return;
	v->held[v->count++] = h;
	if (v->count == 2 * v->top)
		cut(v);
}

bool read_view_cut(const struct read_view *v)
{
	return v->cut || (v->field != NULL && v->o->top == 0 && v->count > v->top);
}

void read_view_end(struct read_view *v)
{
	if (v->field == NULL)
		return;
	cut(v);
	for (uint32_t i = 0; i < v->count; i++) {
		v->show(v->ctx, &v->held[i]->r);
		drop(v->held[i]);
	}
	v->count = 0;
}
