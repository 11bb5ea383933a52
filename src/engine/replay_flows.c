/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_flows.c - which flow a segment belongs to, and how long flows are held.
 *
 * Theory of operation
 *
 * A frame is decoded down to its innermost TCP segment and goes to the flow of its key. A SYN with
 * another number begins a new flow there, as Wireshark has it. Until that SYN is answered, the flow before
 * stays beside it: what the new one cannot have received (a challenge ACK, say) is told to the old one's
 * tracker.
 *
 * A flow is told of and forgotten when it has been over, or another took its place, for two minutes of the
 * capture's time, when the table is full, and at the end. So a flood of SYNs fills the table and no more: its
 * oldest attempts make room, and are counted.
 */
#include "engine/replay_internal.h"

#include "tcp/close.h"

/* What is over stays for what comes late; a SYN, for its last retransmission (Linux: 127 s in all). */
#define LINGER_CLOSED (120 * NS_SEC)
#define LINGER_ASKED  (150 * NS_SEC)
#define EXPIRE_EVERY  NS_SEC

static void forget(struct replay *r, struct flow *f)
{
	if (r->ladders != NULL)
		ladder_drop(r->ladders, f->number);
	flows_drop(r->flows, f);
}

/* Tell of a flow, and of the one that it may have replaced, and forget both. */
void replay_finish(struct replay *r, struct flow *f)
{
	if (f->older != FLOWS_NONE) {
		struct flow *older = flows_at(r->flows, f->older);

		replay_tell(r, older);
		forget(r, older);
	}
	replay_tell(r, f);
	forget(r, f);
}

/* --- room --- */

static void expire(struct replay *r, enum flow_phase phase, ns_t linger)
{
	struct flow *f;

	while ((f = flows_oldest(r->flows, phase)) != NULL && r->now - f->last > linger)
		replay_finish(r, f);
}

/* Once a second of the capture's time: the oldest flow is far from any cache. */
void replay_expire(struct replay *r)
{
	if (r->now < r->next_expiry && r->now > r->next_expiry - 2 * EXPIRE_EVERY)
		return;
	r->next_expiry = r->now + EXPIRE_EVERY;
	expire(r, FLOW_CLOSED, LINGER_CLOSED);
	expire(r, FLOW_ASKED, LINGER_ASKED);
}

/* The table is full: what is over goes first, then what nobody answered, then what nobody completed. */
static void make_room(struct replay *r)
{
	struct flow *closed = flows_oldest(r->flows, FLOW_CLOSED),
		    *asked = flows_oldest(r->flows, FLOW_ASKED),
		    *half = flows_oldest(r->flows, FLOW_HALF),
		    *open = flows_oldest(r->flows, FLOW_OPEN);

	if (closed != NULL) {
		replay_finish(r, closed);
		return;
	}
	if (asked != NULL && asked->older == FLOWS_NONE) {
		r->counts.capture.dropped++;
		forget(r, asked);
		return;
	}
	r->counts.capture.cut_off++;
	if (asked != NULL || half != NULL)
		replay_finish(r, asked != NULL ? asked : half);
	else if (open != NULL)
		replay_finish(r, open);
}

/* --- flows --- */

static struct flow *begin(struct replay *r, const struct flow_key *key, const struct observed *o,
                          bool reused)
{
	struct flow *f;

	if (flows_full(r->flows))
		make_room(r);
	f = flows_add(r->flows, key);
	if (f == NULL)
		return NULL;
	f->stream = r->streams++;
	observe_first(f, o, reused);
	return f;
}

/* A new connection on the key of `f`. What was there before waits until this one is answered. */
static struct flow *begin_anew(struct replay *r, struct flow *f, const struct observed *o)
{
	struct flow_key key = f->key;
	uint32_t older = f->number;
	struct flow *again;

	flows_detach(r->flows, f);
	if (f->older != FLOWS_NONE) {
		older = f->older; /* that SYN came to nothing: the one before is still there */
		f->older = FLOWS_NONE;
		flows_touch(r->flows, f, FLOW_CLOSED);
	}
	again = begin(r, &key, o, true);
	if (again == NULL) {
		replay_finish(r, flows_at(r->flows, older));
		return NULL;
	}
	again->older = older;
	return again;
}

static struct flow *flow_of(struct replay *r, struct observed *o)
{
	struct flow_key key = flows_key(o->packet, &o->side);
	struct flow *f = flows_find(r->flows, &key);

	if (f == NULL)
		return begin(r, &key, o, false);
	return observe_begins_anew(f, o) ? begin_anew(r, f, o) : f;
}

static void note_syn_ack(struct replay *r, struct flow *f, const struct observed *o)
{
	struct flow *older = f->older == FLOWS_NONE ? NULL : flows_at(r->flows, f->older);

	f->hint = (uint8_t)hints_of(&r->hints, f, older, &o->packet->seg, o->stamp);
	f->older = FLOWS_NONE;
	if (older != NULL) /* is history now */
		flows_touch(r->flows, older, FLOW_CLOSED);
}

static void draw(struct replay *r, const struct flow *f, const struct observed *o)
{
	enum track_side from = observe_sender(f, o);
	const struct track_end
		*self = &f->track.end[from],
		*peer = &f->track.end[from == TRACK_CLIENT ? TRACK_SERVER : TRACK_CLIENT];
	char buf[256];
	struct text t = text_into(buf, sizeof(buf));
	bool client = f->visited[TRACK_CLIENT] != 0, server = f->visited[TRACK_SERVER] != 0;

	seg_text(&t, &o->packet->seg, self->iss, peer->iss);
	if (o->damaged)
		text_add(&t, " (wrong checksum)");
	ladder_add(
		r->ladders, f->number,
		&(struct segment_record){
			.time = o->stamp,
			.direction = from == TRACK_CLIENT ? "out" : "in",
			.text = buf,
			.client = client ? state_name(track_state(&f->track, TRACK_CLIENT)) : NULL,
			.server = server ? state_name(track_state(&f->track, TRACK_SERVER)) : NULL,
			.frame = o->frame,
		});
}

/* A SYN that came to nothing would take for its own what fits the flow before better. */
static bool is_of_older(struct replay *r, const struct flow *f, const struct observed *o)
{
	const struct flow *older;
	struct track trial;
	enum track_take take;

	if (f->older == FLOWS_NONE || track_opened(&f->track) ||
	    (o->packet->seg.flags & SEG_SYN) != 0)
		return false;
	older = flows_at(r->flows, f->older);
	trial = older->track;
	take = track_feed(&trial, observe_sender(older, o), &o->packet->seg, o->stamp, NULL, NULL);
	return take == TRACK_TAKEN || take == TRACK_DUPLICATE;
}

/* What seemed damaged has been acknowledged. */
static bool was_taken(const struct flow *f, uint16_t before)
{
	bool damaged = (f->track.shape & (SHAPE_LACKS_CLIENT | SHAPE_LACKS_SERVER)) != 0;

	return damaged && ((f->track.findings & ~before) & 1U << FIND_FRAMES_MISSING) != 0;
}

/* Whose tracker believes it? The flow before may, where the new one is not answered yet. */
static struct flow *judge(struct replay *r, struct flow *f, const struct observed *o)
{
	bool answered = track_answered(&f->track);
	uint16_t before = f->track.findings;
	enum track_take take = is_of_older(r, f, o) ? TRACK_SPOOFED : observe_segment(f, o);

	if (take == TRACK_SPOOFED && f->older != FLOWS_NONE) {
		struct flow *older = flows_at(r->flows, f->older);

		if (observe_segment(older, o) != TRACK_SPOOFED)
			return older;
	}
	if (was_taken(f, before))
		replay_distrust(r, &o->packet->dst.addr);
	if (!answered && track_answered(&f->track))
		note_syn_ack(r, f, o);
	return f;
}

/* Its place in the order by age may be a little old: to move it touches three flows. */
static void touch(struct replay *r, struct flow *f, ns_t before)
{
	enum flow_phase phase = observe_phase(f);

	if (f->phase != phase || f->last - before > EXPIRE_EVERY / 10)
		flows_touch(r->flows, f, phase);
}

void replay_segment(struct replay *r, struct observed *o)
{
	struct flow *f = flow_of(r, o), *believer = f;
	ns_t before;

	if (f == NULL) {
		r->counts.capture.dropped++;
		return;
	}
	before = f->last;
	observe_count(f, o);
	if (o->damaged)
		track_note_damaged(&f->track, observe_sender(f, o));
	else if (!o->copy)
		believer = judge(r, f, o);
	if (r->ladders != NULL && choice_fits(&r->cfg.choice, believer))
		draw(r, believer, o);
	touch(r, f, before);
}

void replay_icmp(struct replay *r, const struct packet *p)
{
	struct packet quoted = {.src = p->icmp.src, .dst = p->icmp.dst};
	uint8_t side;
	struct flow_key key = flows_key(&quoted, &side);
	struct flow *f = flows_find(r->flows, &key);

	if (f != NULL && p->icmp.meaning != ICMP_IGNORED && f->icmp == ICMP_IGNORED &&
	    track_sent(&f->track, side == f->client ? TRACK_CLIENT : TRACK_SERVER, p->icmp.seq))
		f->icmp = (uint8_t)p->icmp.meaning;
}
