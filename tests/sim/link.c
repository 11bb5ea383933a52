/* SPDX-License-Identifier: BSD-2-Clause */
/* link.c - frames under way in an array; few are, so the first one due is searched for. */
#include "link.h"

#include <string.h>

void link_init(struct link *l, const struct link_config *cfg, struct rng *rng)
{
	l->cfg = *cfg;
	l->rng = rng;
	l->count = 0;
	l->sent = 0;
	l->full = false;
	memset(l->lost, 0, sizeof(l->lost));
	memset(l->overtaken, 0, sizeof(l->overtaken));
}

static bool happens(struct link *l, unsigned int in_a_thousand)
{
	return rng_below(l->rng, 1000) < in_a_thousand;
}

static ns_t up_to(struct link *l, ns_t max)
{
	return (ns_t)rng_below(l->rng, (uint64_t)max + 1);
}

static void put(struct link *l, const struct frame *f)
{
	if (l->count == LINK_FRAMES) {
		l->full = true;
		return;
	}
	l->frames[l->count] = *f;
	l->frames[l->count].due += l->cfg.delay + up_to(l, l->cfg.jitter);
	if (happens(l, l->cfg.late))
		l->frames[l->count].due += up_to(l, l->cfg.late_by);
	l->count++;
}

unsigned int link_send(struct link *l, enum link_way way, const struct seg *s, uint32_t cause,
                       ns_t now)
{
	struct frame f = {.seg = *s, .due = now, .id = l->sent++, .cause = cause, .way = way};
	bool lost = happens(l, l->cfg.loss[way]);
	bool twice = happens(l, l->cfg.twice);

	if (lost) {
		l->lost[way]++;
		return 0;
	}
	put(l, &f);
	if (twice)
		put(l, &f);
	return twice ? 2 : 1;
}

/* In the order of arrival, of equals that which was sent first. */
static bool before(const struct frame *a, const struct frame *b)
{
	return a->due != b->due ? a->due < b->due : a->id < b->id;
}

static size_t first(const struct link *l)
{
	size_t best = 0;

	for (size_t i = 1; i < l->count; i++)
		if (before(&l->frames[i], &l->frames[best]))
			best = i;
	return best;
}

ns_t link_due(const struct link *l)
{
	return l->count == 0 ? NS_NEVER : l->frames[first(l)].due;
}

struct frame link_take(struct link *l)
{
	size_t at = first(l);
	struct frame f = l->frames[at];

	l->frames[at] = l->frames[--l->count];
	for (size_t i = 0; i < l->count; i++)
		if (l->frames[i].way == f.way && l->frames[i].id < f.id)
			l->overtaken[f.way]++;
	return f;
}
