/* SPDX-License-Identifier: BSD-2-Clause */
/* reassembly.c - adds up the lengths of fragments (RFC 791 3.2, RFC 8200 4.5); no bytes are kept. */
#include "engine/reassembly.h"

#include <string.h>

#include "wire/ip.h"

#define DATAGRAM_MAX 65535U /* what an IP packet can hold at most */

void reassembly_init(struct reassembly *r)
{
	memset(r, 0, sizeof(*r));
}

/* Behind an IPv6 extension header may be anything, until the first part is there. */
static bool is_missed(const struct reassembly_datagram *d)
{
	return d->state == REASSEMBLY_OPEN && (d->has_first || d->proto == IP_PROTO_TCP);
}

/* Its parts that still come are not to open it again, so it stays for a while. */
static void give_up(struct reassembly *r, struct reassembly_datagram *d)
{
	r->lost += is_missed(d);
	d->state = REASSEMBLY_USELESS;
}

static void release(struct reassembly *r, struct reassembly_datagram *d)
{
	r->lost += is_missed(d);
	d->state = REASSEMBLY_FREE;
}

static bool is_of(const struct reassembly_datagram *d, const struct packet *p)
{
	return d->state != REASSEMBLY_FREE && d->id == p->frag.id && d->proto == p->frag.proto &&
	       addr_same(&d->src, &p->src.addr) && addr_same(&d->dst, &p->dst.addr);
}

/* The datagram of this fragment, or NULL. Those too old are dropped on the way. */
static struct reassembly_datagram *find(struct reassembly *r, const struct packet *p, ns_t stamp)
{
	struct reassembly_datagram *found = NULL;

	for (uint32_t i = 0; i < REASSEMBLY_DATAGRAMS; i++) {
		struct reassembly_datagram *d = &r->datagram[i];
		ns_t life = d->state == REASSEMBLY_DONE ? REASSEMBLY_ECHO : REASSEMBLY_LIFE;

		if (d->state != REASSEMBLY_FREE && stamp - d->stamp > life)
			release(r, d);
		if (is_of(d, p))
			found = d;
	}
	return found;
}

/* Is `a` better to be given up than `b`? Free ones first, then what can lose nothing, then age. */
static bool is_cheaper(const struct reassembly_datagram *a, const struct reassembly_datagram *b)
{
	bool free_a = a->state == REASSEMBLY_FREE, free_b = b->state == REASSEMBLY_FREE;
	bool open_a = a->state == REASSEMBLY_OPEN, open_b = b->state == REASSEMBLY_OPEN;

	if (free_a != free_b)
		return free_a;
	if (open_a != open_b)
		return open_b;
	return a->stamp < b->stamp;
}

static struct reassembly_datagram *open_new(struct reassembly *r, const struct packet *p,
                                            ns_t stamp)
{
	struct reassembly_datagram *d = &r->datagram[0];

	for (uint32_t i = 1; i < REASSEMBLY_DATAGRAMS; i++)
		if (is_cheaper(&r->datagram[i], d))
			d = &r->datagram[i];
	release(r, d);
	d->state = REASSEMBLY_OPEN;
	d->proto = p->frag.proto;
	d->ranges = 0;
	d->has_first = false;
	d->id = p->frag.id;
	d->total = 0;
	d->src = p->src.addr;
	d->dst = p->dst.addr;
	d->stamp = stamp;
	return d;
}

/* Join a range with all that it touches. False when there are too many. */
static bool add_range(struct reassembly_datagram *d, struct reassembly_range add)
{
	uint8_t kept = 0;

	for (uint8_t i = 0; i < d->ranges; i++) {
		struct reassembly_range have = d->range[i];

		if (have.to < add.from || have.from > add.to) {
			d->range[kept++] = have;
			continue;
		}
		add.from = have.from < add.from ? have.from : add.from;
		add.to = have.to > add.to ? have.to : add.to;
	}
	d->ranges = kept;
	if (kept == REASSEMBLY_RANGES)
		return false;
	d->range[d->ranges++] = add;
	return true;
}

/* Does anything lie behind the end of the datagram, where that is known? */
static bool is_within(const struct reassembly_datagram *d)
{
	for (uint8_t i = 0; i < d->ranges; i++)
		if (d->total != 0 && d->range[i].to > d->total)
			return false;
	return true;
}

/* Its user data must wait for its length; what was captured of it will be gone by then. */
static bool keep_first(struct reassembly_datagram *d, const struct packet *p)
{
	if (p->kind != PACKET_TCP)
		return false; /* a part so small, or so cut, that it has no whole header */
	if (d->has_first)
		return true;
	d->has_first = true;
	d->first = *p;
	return true;
}

/* Add a fragment. False when it makes the datagram useless. */
static bool take(struct reassembly_datagram *d, const struct packet *p)
{
	/* Offsets are multiples of 8, so must be the lengths of all but the last: round down. */
	uint32_t len = p->frag.more ? p->frag.len & ~7U : p->frag.len;
	struct reassembly_range range = {.from = p->frag.offset};

	if (len > DATAGRAM_MAX - range.from)
		return false;
	range.to = range.from + len;
	if (!p->frag.more && d->total != 0 && d->total != range.to)
		return false;
	if (!p->frag.more)
		d->total = range.to;
	if (range.from == 0 && !keep_first(d, p))
		return false;
	return add_range(d, range) && is_within(d);
}

static bool is_complete(const struct reassembly_datagram *d)
{
	return d->has_first && d->total != 0 && d->ranges == 1 && d->range[0].from == 0 &&
	       d->range[0].to == d->total;
}

/* Bytes of the datagram before user data: IPv6 extension headers and the TCP header. */
static uint32_t header_len(const struct reassembly_datagram *d)
{
	return d->first.frag.len - d->first.seg.payload_len;
}

static void whole_segment(const struct reassembly_datagram *d, struct packet *p)
{
	*p = d->first;
	p->seg.payload_len = d->total - header_len(d);
	p->seg.payload = NULL;
	p->seg.payload_here = 0;
	p->seg.good_csum = false;
	p->csum = CSUM_UNKNOWN;
	p->frag = (struct fragment){.present = false};
}

bool reassembly_feed(struct reassembly *r, struct packet *p, ns_t stamp)
{
	struct reassembly_datagram *d;

	if (!p->frag.present)
		return true;
	d = find(r, p, stamp);
	if (d == NULL)
		d = open_new(r, p, stamp);
	if (d->state != REASSEMBLY_OPEN)
		return false;
	if (!take(d, p) || (is_complete(d) && d->total < header_len(d))) {
		give_up(r, d);
		return false;
	}
	if (!is_complete(d))
		return false;
	whole_segment(d, p);
	d->state = REASSEMBLY_DONE;
	d->stamp = stamp;
	return true;
}

uint64_t reassembly_lost(const struct reassembly *r)
{
	uint64_t lost = r->lost;

	for (uint32_t i = 0; i < REASSEMBLY_DATAGRAMS; i++)
		lost += is_missed(&r->datagram[i]);
	return lost;
}
