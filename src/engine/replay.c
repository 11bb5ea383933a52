/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.c - from frames to flows, and from flows to records.
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
#include "engine/replay.h"

#include <stdlib.h>
#include <string.h>

#include "engine/connection.h"
#include "engine/hints.h"
#include "engine/observe.h"
#include "engine/reassembly.h"
#include "net/bpf.h"
#include "result/ladder.h"
#include "result/stats.h"

/* What is over stays for what comes late; a SYN, for its last retransmission (Linux: 127 s in all). */
#define LINGER_CLOSED  (120 * NS_SEC)
#define LINGER_ASKED   (150 * NS_SEC)
#define EXPIRE_EVERY   NS_SEC

#define LADDERS_MOST   200000 /* segments kept in all: some 40 MB */
#define LADDER_EACH    2000

#define PROGRESS_EVERY 65536 /* frames */

#define SENDERS_BITS   16
#define TRUST_MAX      16

struct replay {
	struct replay_config cfg;
	struct replay_sink sink;
	struct flows *flows;
	struct ladders *ladders; /* NULL: none are wanted */
	struct bpf *filter;      /* NULL: none */
	struct hints hints;
	struct reassembly parts;
	uint8_t trust[1U << SENDERS_BITS]; /* in a sender's checksums, by a hash of its address */
	const char *file;
	uint32_t streams, frame; /* of this file */
	ns_t now;                /* stamp of the last frame that has one */
	ns_t next_expiry;
	struct summary_record counts;
	struct stats rtt, handshake;
};

/* --- records --- */

static void count_close(struct capture_record *c, const struct connection_record *r)
{
	c->reset += r->reset.by != NULL && strcmp(r->reset.why, "refused") != 0;
	c->half_open += strcmp(r->close.kind, "half-open") == 0;
	c->warned += strcmp(r->close.verdict, "warn") == 0;
	c->failed += strcmp(r->close.verdict, "fail") == 0;
	c->retransmits += r->by_client.retransmits + r->by_server.retransmits;
	c->midstream += strcmp(r->opened, "midstream") == 0;
}

static void count(struct replay *r, const struct connection_record *c)
{
	struct summary_record *s = &r->counts;

	s->sent++;
	s->open += strcmp(c->state, "open") == 0;
	s->closed += strcmp(c->state, "closed") == 0;
	s->filtered += strcmp(c->state, "filtered") == 0;
	s->unreachable += strcmp(c->state, "unreachable") == 0;
	s->syn_retransmits += c->syn_retransmits;
	count_close(&s->capture, c);
	if (c->rtt != NS_NONE)
		stats_add(&r->rtt, c->rtt);
	if (c->handshake != NS_NONE)
		stats_add(&r->handshake, c->handshake);
}

static void tell(struct replay *r, const struct flow *f)
{
	struct connection_record rec;
	struct connection_lists lists;

	if (!choice_fits(&r->cfg.choice, f))
		return;
	connection_fill(f, &rec, &lists);
	rec.file = r->file;
	if (r->ladders != NULL)
		rec.frames = ladder_list(r->ladders, f->number, f->first);
	count(r, &rec);
	r->sink.connection(r->sink.ctx, &rec);
}

static void forget(struct replay *r, struct flow *f)
{
	if (r->ladders != NULL)
		ladder_drop(r->ladders, f->number);
	flows_drop(r->flows, f);
}

/* Tell of a flow, and of the one that it may have replaced, and forget both. */
static void finish(struct replay *r, struct flow *f)
{
	if (f->older != FLOWS_NONE) {
		struct flow *older = flows_at(r->flows, f->older);

		tell(r, older);
		forget(r, older);
	}
	tell(r, f);
	forget(r, f);
}

/* --- room --- */

static void expire(struct replay *r, enum flow_phase phase, ns_t linger)
{
	struct flow *f;

	while ((f = flows_oldest(r->flows, phase)) != NULL && r->now - f->last > linger)
		finish(r, f);
}

/* Once a second of the capture's time: the oldest flow is far from any cache. */
static void expire_all(struct replay *r)
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
		finish(r, closed);
		return;
	}
	r->counts.capture.cut_off++;
	if (asked != NULL && asked->older == FLOWS_NONE) {
		r->counts.capture.dropped++;
		forget(r, asked);
	} else if (asked != NULL || half != NULL) {
		finish(r, asked != NULL ? asked : half);
	} else if (open != NULL) {
		finish(r, open);
	}
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
		finish(r, flows_at(r->flows, older));
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

/* Whose tracker believes it? The flow before may, where the new one is not answered yet. */
static struct flow *judge(struct replay *r, struct flow *f, const struct observed *o)
{
	bool answered = track_answered(&f->track);
	enum track_take take = is_of_older(r, f, o) ? TRACK_SPOOFED : observe_segment(f, o);

	if (take == TRACK_SPOOFED && f->older != FLOWS_NONE) {
		struct flow *older = flows_at(r->flows, f->older);

		if (observe_segment(older, o) != TRACK_SPOOFED)
			return older;
	}
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

static void on_segment(struct replay *r, struct observed *o)
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
	else
		believer = judge(r, f, o);
	if (r->ladders != NULL && choice_fits(&r->cfg.choice, believer))
		draw(r, believer, o);
	touch(r, f, before);
}

static void on_icmp(struct replay *r, const struct packet *p)
{
	struct packet quoted = {.src = p->icmp.src, .dst = p->icmp.dst};
	uint8_t side;
	struct flow_key key = flows_key(&quoted, &side);
	struct flow *f = flows_find(r->flows, &key);

	if (f != NULL && p->icmp.meaning != ICMP_IGNORED && f->icmp == ICMP_IGNORED &&
	    track_sent(&f->track, side == f->client ? TRACK_CLIENT : TRACK_SERVER, p->icmp.seq))
		f->icmp = (uint8_t)p->icmp.meaning;
}

/* --- frames --- */

/* A hash that anybody could foresee: one sender taken for another does no harm. */
static uint32_t place_of(const struct addr *a)
{
	uint64_t w[2];

	memcpy(w, a->bytes, sizeof(w));
	return (uint32_t)((w[0] ^ w[1] << 1) * 0x9e3779b97f4a7c15U >> (64 - SENDERS_BITS));
}

/*
 * Was it damaged on the way? A capture at the sender has checksums that its hardware would have completed: so
 * only a wrong one of somebody who had more right ones lately counts.
 */
static bool is_damaged(struct replay *r, const struct packet *p)
{
	uint32_t at = place_of(&p->src.addr);

	if (p->csum == CSUM_GOOD || p->csum == CSUM_DEFERRED)
		r->trust[at] += r->trust[at] < TRUST_MAX;
	if (p->csum != CSUM_BAD || r->trust[at] == 0)
		return false;
	r->trust[at]--;
	return true;
}

static void on_frame(struct replay *r, const struct frame *f)
{
	struct packet p;
	ns_t stamp = f->stamp == NS_NONE ? r->now : f->stamp;
	struct observed o = {.packet = &p, .stamp = stamp, .frame = r->frame};

	if (r->filter != NULL && !bpf_match(r->filter, f))
		return;
	r->now = stamp;
	packet_decode(&p, f->link_type, f->bytes, f->caplen, f->len);
	if (!reassembly_feed(&r->parts, &p, stamp))
		return;
	if (p.kind == PACKET_ICMP)
		on_icmp(r, &p);
	if (p.kind != PACKET_TCP)
		return;
	r->counts.capture.segments++;
	o.damaged = is_damaged(r, &p);
	r->counts.capture.damaged += o.damaged;
	on_segment(r, &o);
	expire_all(r);
}

static bool wants_stop(struct replay *r, const struct savefile *s)
{
	return r->sink.progress != NULL && r->frame % PROGRESS_EVERY == 0 &&
	       r->sink.progress(r->sink.ctx, r->file, savefile_progress(s), r->frame);
}

static int read_frames(struct replay *r, struct savefile *s, struct err *e)
{
	struct frame f;
	enum savefile_next next = SAVEFILE_END;

	while (!wants_stop(r, s) && (next = savefile_next(s, &f)) == SAVEFILE_FRAME) {
		r->frame++;
		r->counts.capture.frames++;
		on_frame(r, &f);
	}
	if (next == SAVEFILE_DAMAGED)
		return err_set(e, ERR_LOCAL, "'%s': %s: what stands before it was read", r->file,
		               savefile_error(s));
	return 0;
}

static void begin_file(struct replay *r, const char *path)
{
	if (r->cfg.join && r->file != NULL)
		return;
	r->frame = 0;
	r->file = path;
	r->streams = 0;
	r->now = 0;
	memset(r->trust, 0, sizeof(r->trust));
	hints_init(&r->hints);
	reassembly_init(&r->parts);
}

int replay_savefile(struct replay *r, struct savefile *file, const char *name, struct err *e)
{
	int status;

	begin_file(r, name);
	status = read_frames(r, file, e);
	savefile_close(file);
	return status;
}

int replay_file(struct replay *r, const char *path, struct err *e)
{
	struct savefile *file;

	if (savefile_open(&file, path, e) != 0) {
		begin_file(r, path);
		return -1;
	}
	return replay_savefile(r, file, path, e);
}

/* --- the end --- */

static int by_stream(const void *a, const void *b, void *flows)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return flows_at(flows, x)->stream < flows_at(flows, y)->stream ? -1 : 1;
}

/* The numbers of all flows. */
static uint32_t collect(struct replay *r, uint32_t *out)
{
	uint32_t n = 0;

	for (int phase = 0; phase < FLOW_PHASES; phase++)
		for (struct flow *f = flows_oldest(r->flows, (enum flow_phase)phase); f != NULL;
		     f = f->next == FLOWS_NONE ? NULL : flows_at(r->flows, f->next)) {
			out[n++] = f->number;
			if (f->older != FLOWS_NONE)
				out[n++] = f->older;
		}
	return n;
}

void replay_end(struct replay *r)
{
	uint32_t n = flows_count(r->flows);
	uint32_t *all = malloc((n + 1) * sizeof(*all));

	if (all == NULL) { /* unsorted, then */
		for (int phase = 0; phase < FLOW_PHASES; phase++)
			for (struct flow *f;
			     (f = flows_oldest(r->flows, (enum flow_phase)phase)) != NULL;)
				finish(r, f);
		return;
	}
	n = collect(r, all);
	qsort_r(all, n, sizeof(*all), by_stream, r->flows);
	for (uint32_t i = 0; i < n; i++)
		tell(r, flows_at(r->flows, all[i]));
	for (uint32_t i = 0; i < n && r->ladders != NULL; i++)
		ladder_drop(r->ladders, all[i]);
	flows_clear(r->flows);
	free(all);
}

/* As of a target: open if any connection was. */
static const char *state_of(const struct summary_record *s)
{
	if (s->open > 0)
		return "open";
	if (s->closed > 0)
		return "closed";
	if (s->unreachable > 0)
		return "unreachable";
	return s->filtered > 0 ? "filtered" : NULL;
}

void replay_summary(struct replay *r, struct summary_record *s)
{
	*s = r->counts;
	s->target = r->file;
	s->state = state_of(s);
	s->port = s->family = FIELD_NULL;
	s->loss_percent =
		s->sent == 0 ? -1
			     : (double)(s->filtered + s->unreachable) * 100.0 / (double)s->sent;
	s->rtt_samples = (int64_t)r->rtt.count;
	s->rtt = rtt_record_of(&r->rtt);
	s->capture.handshake = rtt_record_of(&r->handshake);
	s->capture.datagrams_lost = (int64_t)reassembly_lost(&r->parts);
	s->cookies.active = s->checks.pass = FIELD_NULL;
	memset(&r->counts, 0, sizeof(r->counts));
	stats_fini(&r->rtt);
	stats_fini(&r->handshake);
	if (stats_init(&r->rtt, 0) != 0 || stats_init(&r->handshake, 0) != 0)
		r->file = NULL;
}

int replay_new(struct replay **out, const struct replay_config *cfg, const struct replay_sink *sink,
               struct err *e)
{
	struct replay *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	r->cfg = *cfg;
	r->sink = *sink;
	r->flows = flows_new(cfg->max_flows);
	if (cfg->ladders)
		r->ladders = ladders_new(LADDERS_MOST, LADDER_EACH);
	if (r->flows == NULL || (cfg->ladders && r->ladders == NULL) ||
	    stats_init(&r->rtt, 0) != 0 || stats_init(&r->handshake, 0) != 0) {
		replay_free(r);
		return err_set(e, ERR_LOCAL, "out of memory: --max-flows asks for %u connections",
		               cfg->max_flows);
	}
	if (cfg->filter != NULL && bpf_new(&r->filter, cfg->filter, e) != 0) {
		replay_free(r);
		return -1;
	}
	*out = r;
	return 0;
}

void replay_free(struct replay *r)
{
	if (r == NULL)
		return;
	flows_free(r->flows);
	ladders_free(r->ladders);
	bpf_free(r->filter);
	stats_fini(&r->rtt);
	stats_fini(&r->handshake);
	free(r);
}
