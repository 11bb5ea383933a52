/* SPDX-License-Identifier: BSD-2-Clause */
/* copies.c - a small table of the last packets. */
#include "engine/copies.h"

#define SOON NS_MS

static uint32_t slot_of(const struct packet *p)
{
	uint32_t h = p->seg.seq ^ p->seg.ack * 31 ^ ((uint32_t)p->src.port << 16 | p->dst.port) ^
	             p->seg.flags;

	return h * 0x9e3779b1U >> 24;
}

static bool is_same(const struct copies_packet *c, const struct packet *p)
{
	return c->seq == p->seg.seq && c->ack == p->seg.ack && c->flags == p->seg.flags &&
	       c->id == p->seg.ip.id && c->payload_len == p->seg.payload_len &&
	       c->win == p->seg.win && endpoint_same(&c->src, &p->src) &&
	       endpoint_same(&c->dst, &p->dst);
}

bool copies_has(struct copies *c, const struct packet *p, ns_t stamp)
{
	struct copies_packet *slot = &c->slot[slot_of(p) % COPIES_SLOTS];

	if ((p->seg.ip.id != 0 || seg_len(&p->seg) > 0) && is_same(slot, p) &&
	    stamp - slot->stamp <= SOON && slot->stamp - stamp <= SOON)
		return true;
	*slot = (struct copies_packet){
		.src = p->src,
		.dst = p->dst,
		.seq = p->seg.seq,
		.ack = p->seg.ack,
		.payload_len = p->seg.payload_len,
		.flags = p->seg.flags,
		.id = p->seg.ip.id,
		.win = p->seg.win,
		.stamp = stamp,
	};
	return false;
}
