/* SPDX-License-Identifier: BSD-2-Clause */
/* copies.c - a small table of the last packets. */
#include "engine/copies.h"

#include <string.h>

#define SOON NS_MS

static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15U;
	return h ^ h >> 32;
}

static uint64_t mix_addr(uint64_t h, const struct addr *a)
{
	uint64_t w[2];

	memcpy(w, a->bytes, sizeof(w));
	return mix(mix(h, w[0]), w[1]);
}

static uint64_t fingerprint(const struct packet *p)
{
	const struct seg *s = &p->seg;
	uint64_t h = mix(0, (uint64_t)s->seq << 32 | s->ack);

	h = mix(h, (uint64_t)p->src.port << 48 | (uint64_t)p->dst.port << 32 |
	                   (uint32_t)s->flags << 16 | s->ip.id);
	h = mix(h, (uint64_t)s->payload_len << 16 | s->win);
	return mix_addr(mix_addr(h, &p->src.addr), &p->dst.addr);
}

bool copies_has(struct copies *c, const struct packet *p, ns_t stamp)
{
	uint64_t what = fingerprint(p);
	uint32_t i = (uint32_t)(what >> 32) % COPIES_SLOTS;
	ns_t since = stamp - c->slot[i].stamp;

	if (c->slot[i].what == what && (p->seg.ip.id != 0 || seg_len(&p->seg) > 0) &&
	    since <= SOON && since >= -SOON)
		return true;
	c->slot[i].what = what;
	c->slot[i].stamp = stamp;
	return false;
}
