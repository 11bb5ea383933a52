/* SPDX-License-Identifier: BSD-2-Clause */
/* replay.c - from a file's frames to segments, and what is left at its end. */
#include "engine/replay_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/link.h"

#define LADDERS_MOST   200000 /* segments kept in all: some 40 MB */
#define LADDER_EACH    2000

#define PROGRESS_EVERY 65536 /* frames */

#define TRUST_MAX      16

/* --- frames --- */

/* A hash that anybody could foresee: one sender taken for another does no harm. */
static uint32_t place_of(const struct addr *a)
{
	uint64_t w[2];

	memcpy(w, a->bytes, sizeof(w));
	return (uint32_t)((w[0] ^ w[1] << 1) * 0x9e3779b97f4a7c15U >> (64 - SENDERS_BITS));
}

void replay_distrust(struct replay *r, const struct addr *sender)
{
	r->trust[place_of(sender)] = 0;
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

/* Of a link type that cannot be read, once; how many frames say nothing to us is counted. */
static void note_undecoded(struct replay *r, int link_type, enum packet_kind kind)
{
	char text[128];
	unsigned int i = 0;

	if (kind != PACKET_DAMAGED && link_known(link_type))
		return;
	r->counts.capture.undecoded++;
	while (i < LINKS_TOLD && r->told[i] != 0 && r->told[i] != (uint32_t)link_type + 1)
		i++;
	if (link_known(link_type) || i == LINKS_TOLD || r->told[i] != 0)
		return;
	r->told[i] = (uint32_t)link_type + 1;
	snprintf(text, sizeof(text), "'%.80s': frames of link type %d cannot be read", r->reading,
	         link_type);
	if (r->sink.warning != NULL)
		r->sink.warning(r->sink.ctx, text);
}

static void on_frame(struct replay *r, const struct frame *f)
{
	struct packet p;
	ns_t stamp = f->stamp == NS_NONE ? r->now : f->stamp;
	struct observed o = {.packet = &p, .stamp = stamp, .frame = r->frame, .own = r->own};

	if (r->filter != NULL && !bpf_match(r->filter, f))
		return;
	r->now = stamp;
	r->unstamped = r->unstamped || f->stamp == NS_NONE;
	packet_decode(&p, f->link_type, f->bytes, f->caplen, f->len);
	note_undecoded(r, f->link_type, p.kind);
	if (!reassembly_feed(&r->parts, &p, stamp))
		return;
	if (p.kind == PACKET_ICMP)
		replay_icmp(r, &p);
	if (p.kind != PACKET_TCP)
		return;
	r->counts.capture.segments++;
	o.damaged = is_damaged(r, &p);
	r->counts.capture.damaged += o.damaged;
	o.copy = copies_has(&r->copies, &p, stamp);
	r->counts.capture.copies += o.copy;
	replay_segment(r, &o);
	replay_expire(r);
}

static bool wants_stop(struct replay *r, const struct savefile *s)
{
	return r->sink.progress != NULL && r->frame % PROGRESS_EVERY == 0 &&
	       r->sink.progress(r->sink.ctx, r->reading, savefile_progress(s), r->frame);
}

static enum replay_status read_frames(struct replay *r, struct savefile *s, struct err *e)
{
	struct frame f;
	enum savefile_next next = SAVEFILE_END;

	while (!wants_stop(r, s) && (next = savefile_next(s, &f)) == SAVEFILE_FRAME) {
		r->frame++;
		r->counts.capture.frames++;
		on_frame(r, &f);
	}
	if (next == SAVEFILE_DAMAGED) {
		err_set(e, ERR_LOCAL, "'%s': %s: what stands before it was read", r->reading,
		        savefile_error(s));
		return REPLAY_DAMAGED;
	}
	return REPLAY_READ;
}

static void begin_file(struct replay *r, const char *path)
{
	r->reading = path;
	if (r->cfg.join && r->file != NULL)
		return;
	r->frame = 0;
	r->file = path;
	r->streams = 0;
	r->now = 0;
	r->unstamped = false;
	memset(&r->copies, 0, sizeof(r->copies));
	memset(r->told, 0, sizeof(r->told));
	memset(r->trust, 0, sizeof(r->trust));
	hints_init(&r->hints);
	reassembly_init(&r->parts);
}

enum replay_status replay_savefile(struct replay *r, struct savefile *file, const char *name,
                                   struct err *e)
{
	enum replay_status status;

	begin_file(r, name);
	r->own = savefile_is_own(file) && r->filter == NULL;
	status = read_frames(r, file, e);
	savefile_close(file);
	return status;
}

enum replay_status replay_file(struct replay *r, const char *path, struct err *e)
{
	struct savefile *file;
	struct source *s;

	begin_file(r, path);
	if (source_open(&s, path, e) != 0)
		return REPLAY_UNREAD;
	source_stop_by(s, r->cfg.stop_fd);
	if (savefile_from(&file, s, path, e) != 0)
		return REPLAY_UNREAD;
	return replay_savefile(r, file, path, e);
}

/* --- the end --- */

static int by_stream(const void *a, const void *b, void *flows)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return flows_at(flows, x)->stream < flows_at(flows, y)->stream ? -1 : 1;
}

/* The numbers of all flows, as they began. As long as none was dropped, that is how they are numbered. */
static uint32_t collect(struct replay *r, uint32_t *out)
{
	uint32_t count = 0, last = 0;
	bool sorted = true;

	for (uint32_t n = 0; (n = flows_next(r->flows, n)) != FLOWS_NONE; n++) {
		uint32_t stream = flows_at(r->flows, n)->stream;

		sorted = sorted && stream >= last;
		last = stream;
		out[count++] = n;
	}
	if (!sorted)
		qsort_r(out, count, sizeof(*out), by_stream, r->flows);
	return count;
}

void replay_end(struct replay *r)
{
	uint32_t n = flows_count(r->flows);
	uint32_t *all = malloc((n + 1) * sizeof(*all));

	if (all == NULL) { /* unsorted, then */
		for (int phase = 0; phase < FLOW_PHASES; phase++)
			for (struct flow *f;
			     (f = flows_oldest(r->flows, (enum flow_phase)phase)) != NULL;)
				replay_finish(r, f);
		return;
	}
	n = collect(r, all);
	for (uint32_t i = 0; i < n; i++)
		replay_tell(r, flows_at(r->flows, all[i]));
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
	stats_clear(&r->rtt);
	stats_clear(&r->handshake);
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
