/* SPDX-License-Identifier: BSD-2-Clause */
/* observe.c - counters of other tools, and the tracker with the frames of its findings. */
#include "engine/observe.h"

#include "tcp/close.h"
#include "tcp/seq.h"

enum track_side observe_sender(const struct flow *f, const struct observed *o)
{
	return o->side == f->client ? TRACK_CLIENT : TRACK_SERVER;
}

/* --- the first frame --- */

/* Where neither SYN is there: services have the lower port, mostly. */
static uint8_t guess_client(const struct flow_key *k, uint8_t sender)
{
	if (k->port[0] == k->port[1])
		return sender;
	return k->port[0] < k->port[1] ? 1 : 0;
}

void observe_first(struct flow *f, const struct observed *o, bool reused)
{
	const struct seg *s = &o->packet->seg;

	if (seg_has(s, SEG_SYN, SEG_ACK)) {
		f->opened = FLOW_SYN;
		f->client = o->side;
	} else if (seg_has(s, SEG_SYN | SEG_ACK, 0)) {
		f->opened = FLOW_SYN_ACK;
		f->client = !o->side;
	} else {
		f->opened = FLOW_MID;
		f->client = guess_client(&f->key, o->side);
	}
	f->reused = reused;
	f->first = o->stamp;
	f->first_frame = o->frame;
	if (o->own)
		track_init(&f->track);
	else
		track_init_anywhere(&f->track);
	completeness_init(&f->completeness, reused);
	connstate_init(&f->connstate, o->side != f->client);
}

bool observe_begins_anew(const struct flow *f, const struct observed *o)
{
	const struct seg *s = &o->packet->seg;

	return seg_has(s, SEG_SYN, SEG_ACK) && (f->based & 1U << o->side) != 0 &&
	       f->base[o->side] != s->seq;
}

/* --- counters --- */

static void add(uint16_t *counter, bool yes)
{
	if (yes && *counter < UINT16_MAX)
		(*counter)++;
}

/* By the first segment of that end, or of the other one that acknowledges it. */
static void set_base(struct flow *f, uint8_t side, uint32_t base)
{
	if ((f->based & 1U << side) != 0)
		return;
	f->based |= (uint8_t)(1U << side);
	f->base[side] = base;
}

void observe_count(struct flow *f, const struct observed *o)
{
	const struct seg *s = &o->packet->seg;
	struct flow_sent *sent = &f->sent[observe_sender(f, o)];
	bool syn = (s->flags & SEG_SYN) != 0, ack = (s->flags & SEG_ACK) != 0;

	set_base(f, o->side, syn ? s->seq : s->seq - 1);
	if (ack)
		set_base(f, !o->side, s->ack - 1);
	sent->segments++;
	sent->bytes += s->payload_len;
	add(&sent->syn, syn && !ack);
	add(&sent->syn_ack, syn && ack);
	add(&sent->fin, (s->flags & SEG_FIN) != 0);
	add(&sent->rst, (s->flags & SEG_RST) != 0);
	completeness_feed(&f->completeness, s, o->stamp);
	connstate_feed(&f->connstate, observe_sender(f, o), s, o->damaged);
	f->last = o->stamp;
	f->last_frame = o->frame;
}

/* --- the tracker --- */

static void on_change(void *ctx, enum track_side who, enum tcp_state to)
{
	struct flow *f = ctx;

	f->visited[who] = f->visited[who] << 4 | ((uint64_t)to + 1);
}

/* Which findings are new with this frame? The first few are remembered. */
static void note_findings(struct flow *f, uint16_t before, uint16_t now, uint8_t of, uint32_t frame)
{
	uint16_t more = now & (uint16_t)~before;

	for (uint8_t i = 0; i < FLOW_FRAMES_MAX && more != 0; i++) {
		uint8_t which = (uint8_t)__builtin_ctz(more);

		if (f->found[i] != 0)
			continue;
		f->found[i] = (uint8_t)((which + 1) | of);
		f->found_frame[i] = frame;
		more &= (uint16_t)(more - 1);
	}
}

static enum flow_reset reset_of(const struct track *t, enum track_side from, bool opened)
{
	const struct track_end *self = &t->end[from],
			       *peer = &t->end[from == TRACK_CLIENT ? TRACK_SERVER : TRACK_CLIENT];

	if (track_refused(t))
		return FLOW_REFUSED;
	if (!opened)
		return FLOW_HALF_OPEN;
	if ((self->seen & SEEN_FIN) != 0)
		return FLOW_AFTER_OWN_FIN;
	return (peer->seen & SEEN_FIN) != 0 ? FLOW_AFTER_FIN : FLOW_ABORTED;
}

static void note_reset(struct flow *f, enum track_side from, bool opened, uint32_t frame)
{
	const struct track *t = &f->track;

	if (f->reset != FLOW_NO_RESET || ((t->end[from].seen & SEEN_RST) == 0 && !track_refused(t)))
		return;
	f->reset =
		(uint8_t)(reset_of(t, from, opened) | (from == TRACK_CLIENT ? FLOW_BY_CLIENT : 0));
	f->reset_frame = frame;
}

/* Of an end that is known: something that it sent before. A keep-alive repeats at most one byte. */
static bool is_repeated(const struct track_end *e, const struct seg *s)
{
	uint32_t len = seg_len(s);
	bool keep_alive = s->payload_len <= 1 && (s->flags & (SEG_SYN | SEG_FIN)) == 0 &&
	                  s->seq == e->nxt - 1;

	return len > 0 && (e->seen & SEEN_SYN) != 0 && seq_le(s->seq + len, e->nxt) && !keep_alive;
}

enum track_take observe_segment(struct flow *f, const struct observed *o)
{
	const struct seg *s = &o->packet->seg;
	enum track_side from = observe_sender(f, o);
	uint16_t before = f->track.findings, before_client = f->track.client_findings;
	bool repeated = is_repeated(&f->track.end[from], s);
	bool opened = f->opened == FLOW_MID || track_opened(&f->track);
	track_change_fn *changed = track_over(&f->track) ? NULL : on_change;
	enum track_take take = track_feed(&f->track, from, s, o->stamp, changed, f);

	/* Counted where the segment is: observe_count() may have been told of another flow. */
	add(&f->sent[from].retransmits, repeated && f->last_frame == o->frame &&
	                                        (take == TRACK_TAKEN || take == TRACK_DUPLICATE) &&
	                                        (s->flags & SEG_RST) == 0);
	note_findings(f, before, f->track.findings, 0, o->frame);
	note_findings(f, before_client, f->track.client_findings, FLOW_OF_CLIENT, o->frame);
	if ((s->flags & SEG_RST) != 0 && take == TRACK_TAKEN)
		note_reset(f, from, opened, o->frame);
	return take;
}

static bool is_over(enum tcp_state state)
{
	return state == STATE_CLOSED || state == STATE_TIME_WAIT;
}

enum flow_phase observe_phase(const struct flow *f)
{
	const struct track *t = &f->track;
	bool over = is_over(track_state(t, TRACK_CLIENT)) && is_over(track_state(t, TRACK_SERVER));

	if (over && (f->visited[TRACK_CLIENT] != 0 || f->visited[TRACK_SERVER] != 0))
		return FLOW_CLOSED;
	if (track_opened(t))
		return FLOW_OPEN;
	return f->opened == FLOW_SYN && f->sent[TRACK_SERVER].segments == 0 ? FLOW_ASKED
	                                                                    : FLOW_HALF;
}
