/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * single.c - send once, hear once, and reset what an answering SYN-ACK opened.
 *
 * No tracker knows what may answer a lone FIN, so a reply is believed here by itself: it must
 * acknowledge our sequence numbers, or be a reset at the one we acknowledged (RFC 9293 3.5.2).
 */
#include "probe/single.h"

#include <string.h>

#include "tcp/seq.h"

struct single {
	const struct single_config *cfg;
	ns_t deadline;
	uint32_t seq, ack;
	uint32_t rst_seq;
	uint16_t mss;
	bool send_due, reset_due, finished;
};

static size_t state_size(const void *cfg)
{
	(void)cfg;
	return sizeof(struct single);
}

static void start(void *p, const void *cfg, const struct probe_start *s)
{
	struct single *g = p;

	memset(g, 0, sizeof(*g));
	g->cfg = cfg;
	g->seq = s->iss;
	g->ack = s->iss2;
	g->mss = profile_mss(&g->cfg->profile, s->room);
	g->send_due = true;
	g->deadline = s->now + g->cfg->timeout;
}

static uint32_t our_end(const struct single *g)
{
	struct seg ours = {.flags = g->cfg->flags, .payload_len = g->cfg->data_len};

	return g->seq + seg_len(&ours);
}

static bool believable(const struct single *g, const struct seg *s)
{
	if ((s->flags & SEG_ACK) != 0)
		return seq_le(g->seq, s->ack) && seq_le(s->ack, our_end(g));
	return (s->flags & SEG_RST) != 0 && (g->cfg->flags & SEG_ACK) != 0 && s->seq == g->ack;
}

static enum track_take heard(void *p, const struct probe_input *in)
{
	struct single *g = p;
	const struct seg *s = in->seg;

	if (!believable(g, s))
		return TRACK_SPOOFED;
	if (seg_has(s, SEG_SYN | SEG_ACK, SEG_RST)) {
		g->rst_seq = s->ack;
		g->reset_due = true; /* each time: the one before may have been lost */
	}
	if (g->finished)
		return TRACK_DUPLICATE;
	g->finished = true;
	g->deadline = NS_NEVER;
	return TRACK_TAKEN;
}

static void finish(struct single *g)
{
	/* A SYN may have opened something whose SYN-ACK was lost. */
	if (!g->finished && seg_has(&(struct seg){.flags = g->cfg->flags}, SEG_SYN, SEG_RST)) {
		g->rst_seq = our_end(g);
		g->reset_due = true;
	}
	g->finished = true;
	g->deadline = NS_NEVER;
}

static void unreachable(void *p, uint32_t lane)
{
	struct single *g = p;

	(void)lane;
	g->finished = true;
	g->deadline = NS_NEVER;
}

static void timer(void *p, ns_t now)
{
	struct single *g = p;

	if (now >= g->deadline)
		finish(g);
}

static void stop(void *p, ns_t now)
{
	(void)now;
	finish(p);
}

static void build(const struct single *g, struct seg *out, uint16_t flags, uint32_t seq, ns_t now)
{
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));

	*out = (struct seg){
		.seq = seq,
		.ack = (flags & SEG_ACK) != 0 ? g->ack : 0,
		.flags = flags,
		.win = (flags & SEG_RST) != 0 ? 0 : g->cfg->profile.win,
		.urg = (flags & SEG_URG) != 0 ? 1 : 0,
		.ip = {.ttl = g->cfg->profile.ttl,
	               .tos = g->cfg->tos,
	               .df = true,
	               .id = (uint16_t)(g->seq >> 16 | 1),
	               .flow = g->seq & 0xfffff},
	};
	if ((flags & SEG_SYN) != 0)
		profile_put_options(&g->cfg->profile, &w, g->mss, (uint32_t)(now / NS_MS) + g->ack);
	seg_set_opts(out, &w);
}

static bool next(void *p, struct probe_output *out, ns_t now)
{
	struct single *g = p;

	out->lane = 0;
	if (g->send_due) {
		g->send_due = false;
		build(g, &out->seg, g->cfg->flags, g->seq, now);
		out->seg.payload = g->cfg->data;
		out->seg.payload_len = g->cfg->data_len;
		return true;
	}
	if (g->reset_due) {
		g->reset_due = false;
		build(g, &out->seg, SEG_RST, g->rst_seq, now);
		return true;
	}
	return false;
}

static ns_t deadline(const void *p)
{
	const struct single *g = p;

	return g->deadline;
}

static bool done(const void *p)
{
	const struct single *g = p;

	return g->finished && !g->reset_due && !g->send_due;
}

/* For a segment that is no SYN there is no connection to speak of: the tracker's view does not hold. */
static void without_connection(const struct attempt *a, struct probe_record *r)
{
	const struct lane *l = a->lane;
	bool timed = !a->times_void && l->first != NS_NONE && l->reply.present;

	r->rtt = timed ? l->answered - l->first : NS_NONE;
	r->close.kind = NULL;
}

static void answer(const void *p, const struct attempt *a, struct answer *out)
{
	const struct single *g = p;
	struct probe_record *r = &out->store.probe.record;
	struct lane_lists *lists = &out->store.probe.lists;
	struct text t = text_into(lists->flags, sizeof(lists->flags));
	struct text line = text_into(out->line, sizeof(out->line));

	answer_by_lane(out, a);
	if (a->lane->reply.present) {
		seg_flags_text(&t, a->lane->reply.flags);
		r->reply_flags = lists->flags;
	}
	if (!seg_has(&(struct seg){.flags = g->cfg->flags}, SEG_SYN, SEG_ACK | SEG_RST | SEG_FIN))
		without_connection(a, r);
	out->rtt = r->rtt;
	probe_record_line(&line, r);
}

const struct probe_ops single_probe = {
	.name = "single",
	.tracked = true,
	.state_size = state_size,
	.start = start,
	.heard = heard,
	.unreachable = unreachable,
	.timer = timer,
	.stop = stop,
	.next = next,
	.deadline = deadline,
	.done = done,
	.answer = answer,
};
