/* SPDX-License-Identifier: BSD-2-Clause */
/* check_device.c - the fake device: a queue of frames by their virtual time, and simple peers. */
#include "check_device.h"

#include <stdlib.h>
#include <string.h>

#include "base/wr.h"
#include "wire/csum.h"

#define OWN_DELAY NS_US

/* --- the queue --- */

static bool before(const struct fake_frame *a, const struct fake_frame *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void enqueue(struct fake *f, uint32_t link, ns_t delay, const uint8_t *bytes, size_t len)
{
	struct fake_frame *slot;
	uint32_t at;

	if (f->waiting == FAKE_FRAMES_MAX || len > FAKE_BYTES_MAX)
		abort();
	slot = f->queue[f->waiting];
	slot->due = f->now + delay;
	slot->order = f->order++;
	slot->link = link;
	slot->len = (uint32_t)len;
	memcpy(slot->bytes, bytes, len);
	for (at = f->waiting++; at > 0 && before(slot, f->queue[at - 1]); at--)
		f->queue[at] = f->queue[at - 1];
	f->queue[at] = slot;
}

static struct fake_frame *dequeue(struct fake *f)
{
	struct fake_frame *first = f->queue[0];

	f->waiting--;
	memmove(&f->queue[0], &f->queue[1], f->waiting * sizeof(f->queue[0]));
	f->queue[f->waiting] = first;
	return first;
}

ns_t fake_next(const struct fake *f)
{
	return f->waiting == 0 ? NS_NEVER : f->queue[0]->due;
}

/* --- frames --- */

static void put_ip(struct wr *w, const struct addr *src, const struct addr *dst, uint8_t proto,
                   uint8_t ttl, uint16_t id, uint32_t payload)
{
	if (src->family == ADDR_V4) {
		wr_be32(w, 0x45000000 | (payload + 20));
		wr_be32(w, (uint32_t)id << 16 | 0x4000);
		wr_be32(w, (uint32_t)ttl << 24 | (uint32_t)proto << 16);
	} else {
		wr_be32(w, 0x60000000);
		wr_be32(w, payload << 16 | (uint32_t)proto << 8 | ttl);
	}
	wr_bytes(w, src->bytes, addr_len(src));
	wr_bytes(w, dst->bytes, addr_len(dst));
}

static void put_link(const struct fake *f, struct wr *w, bool v4)
{
	if (f->link_type != LINK_ETHERNET)
		return;
	wr_bytes(w, "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02", 12);
	wr_be16(w, v4 ? 0x0800 : 0x86dd);
}

static void put_tcp(struct wr *w, uint16_t sport, uint16_t dport, const struct seg *s,
                    uint16_t csum)
{
	wr_be16(w, sport);
	wr_be16(w, dport);
	wr_be32(w, s->seq);
	wr_be32(w, s->ack);
	wr_be16(w, (uint16_t)((20 + s->opt_len) << 10 | s->flags));
	wr_be16(w, s->win);
	wr_be16(w, csum);
	wr_be16(w, s->urg);
	wr_bytes(w, s->opt, s->opt_len);
	if (s->payload != NULL)
		wr_bytes(w, s->payload, s->payload_len);
	else
		wr_zeros(w, s->payload_len);
}

void fake_segment(struct fake *f, uint32_t link, ns_t delay, const struct endpoint *src,
                  const struct endpoint *dst, const struct seg *s, bool damage)
{
	uint8_t tcp[FAKE_BYTES_MAX], frame[FAKE_BYTES_MAX];
	struct wr t = wr_into(tcp, sizeof(tcp)), w = wr_into(frame, sizeof(frame));
	uint32_t len = 20U + s->opt_len + s->payload_len;
	uint16_t csum;

	put_tcp(&t, src->port, dst->port, s, 0);
	csum = (uint16_t)~csum_fold(
		csum_add(csum_pseudo(&src->addr, &dst->addr, 6, len), tcp, len));
	put_link(f, &w, src->addr.family == ADDR_V4);
	put_ip(&w, &src->addr, &dst->addr, 6, s->ip.ttl, s->ip.id, len);
	put_tcp(&w, src->port, dst->port, s, damage ? csum ^ 0x0100 : csum);
	if (!wr_ok(&t) || !wr_ok(&w))
		abort();
	enqueue(f, link, delay, frame, wr_len(&w));
}

/* Options as the peer mirrors them: MSS 1400, and what the segment had. */
static void set_options(const struct fake *f, const struct fake_sent *s, struct seg *answer)
{
	struct tcpopts o = seg_opts(&s->seg);
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));
	bool syn = (answer->flags & SEG_SYN) != 0;

	if ((answer->flags & SEG_RST) != 0)
		return;
	if (syn)
		tcpopt_put_mss(&w, 1400);
	if (syn && o.sackok)
		tcpopt_put_sackok(&w);
	if (o.ts_present)
		tcpopt_put_ts(&w, (uint32_t)(f->now / NS_MS), o.tsval);
	if (syn && o.wscale_present)
		tcpopt_put_wscale(&w, 9);
	seg_set_opts(answer, &w);
}

void fake_answer(struct fake *f, const struct fake_sent *s, ns_t delay, uint16_t flags,
                 uint32_t seq, uint32_t ack)
{
	struct seg answer = {.seq = seq,
	                     .ack = ack,
	                     .flags = flags,
	                     .win = 65160,
	                     .ip = {.ttl = 57, .df = true}};

	set_options(f, s, &answer);
	fake_segment(f, s->link, delay, &s->tuple.remote, &s->tuple.local, &answer, false);
}

void fake_icmp(struct fake *f, const struct fake_sent *s, ns_t delay, const struct addr *from,
               uint8_t type, uint8_t code, uint32_t seq)
{
	const struct endpoint *local = &s->tuple.local, *remote = &s->tuple.remote;
	bool v4 = local->addr.family == ADDR_V4;
	uint8_t frame[FAKE_BYTES_MAX];
	struct wr w = wr_into(frame, sizeof(frame));

	put_link(f, &w, v4);
	put_ip(&w, from, &local->addr, v4 ? 1 : 58, 60, 1, 8 + (v4 ? 20 : 40) + 8);
	wr_u8(&w, type);
	wr_u8(&w, code);
	wr_zeros(&w, 6);
	put_ip(&w, &local->addr, &remote->addr, 6, 1, 1, 20);
	wr_be16(&w, local->port);
	wr_be16(&w, remote->port);
	wr_be32(&w, seq);
	if (!wr_ok(&w))
		abort();
	enqueue(f, s->link, delay, frame, wr_len(&w));
}

/* --- the device --- */

static int fake_send(struct device *d, uint32_t link, const struct tuple *t, const struct seg *s)
{
	struct fake *f = (struct fake *)d;
	struct fake_sent *log;

	if (f->refuse != 0 && f->refusals > 0) {
		f->refusals -= f->refusals != UINT32_MAX;
		return f->refuse;
	}
	log = &f->sent[f->sent_count++ % FAKE_SENT_MAX];
	*log = (struct fake_sent){.when = f->now, .link = link, .tuple = *t, .seg = *s};
	if (!f->blind)
		fake_segment(f, link, OWN_DELAY, &t->local, &t->remote, s, false);
	if (f->peer != NULL)
		f->peer(f, log);
	return 0;
}

static int fake_read(struct device *d, device_frame_fn *fn, void *ctx, struct err *e)
{
	struct fake *f = (struct fake *)d;

	if (f->broken)
		return err_set(e, ERR_LOCAL, "the interface is gone");
	while (fake_next(f) <= f->now) {
		struct fake_frame copy = *dequeue(f);
		struct frame frame = {
			.bytes = copy.bytes,
			.caplen = copy.len,
			.len = copy.len,
			.stamp = copy.due + f->wall_offset,
			.link_type = f->link_type,
		};

		f->handed++;
		fn(ctx, copy.link, &frame);
	}
	return 0;
}

static int fake_fd(const struct device *d)
{
	(void)d;
	return -1;
}

static uint64_t fake_dropped(struct device *d, uint32_t link)
{
	(void)link;
	return ((const struct fake *)d)->lost;
}

static bool fake_silent(struct device *d, uint32_t link, const struct addr *next_hop)
{
	(void)link;
	return next_hop->family != ADDR_NONE && ((const struct fake *)d)->silent;
}

static void fake_close(struct device *d)
{
	(void)d;
}

static const struct device_ops fake_ops = {
	.send = fake_send,
	.read = fake_read,
	.fd = fake_fd,
	.dropped = fake_dropped,
	.silent = fake_silent,
	.close = fake_close,
};

void fake_init(struct fake *f)
{
	f->device.ops = &fake_ops;
	f->now = 1000 * NS_SEC;
	f->wall_offset = 1700000000 * NS_SEC;
	f->link_type = LINK_ETHERNET;
	f->rtt = 10 * NS_MS;
	for (uint32_t i = 0; i < FAKE_FRAMES_MAX; i++)
		f->queue[i] = &f->frame[i];
}

/* --- peers --- */

uint32_t fake_iss(const struct fake_sent *syn)
{
	return syn->seg.seq * 3 + 12345;
}

void fake_peer_open(struct fake *f, const struct fake_sent *s)
{
	if (seg_has(&s->seg, SEG_SYN, SEG_ACK | SEG_RST))
		fake_answer(f, s, f->rtt, SEG_SYN | SEG_ACK, fake_iss(s), s->seg.seq + 1);
	else if (seg_has(&s->seg, SEG_FIN | SEG_ACK, SEG_RST))
		fake_answer(f, s, f->rtt, SEG_FIN | SEG_ACK, s->seg.ack,
		            s->seg.seq + seg_len(&s->seg));
}

void fake_peer_closed(struct fake *f, const struct fake_sent *s)
{
	if (seg_has(&s->seg, SEG_SYN, SEG_ACK | SEG_RST))
		fake_answer(f, s, f->rtt, SEG_RST | SEG_ACK, 0, s->seg.seq + 1);
}
