/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.c - one attempt.
 *
 * Theory of operation
 *
 * Each input (a frame, an ICMP error, a timer) goes to the attempt's tracker first, then to its probe;
 * then the probe's segments are sent until it has no more, and the deadline is asked for anew. When the
 * probe is done, the attempt ends as soon as the capture has seen all that was sent (what was sent is
 * not believed before), or after FLUSH without it. Its record is then given to the sink. The session
 * lives on, to acknowledge a repeated FIN or to reset a late SYN-ACK.
 *
 * A reset that the kernel refuses to send (the interface went down) is tried again for some seconds
 * before the attempt ends: nobody else would end what is open at the peer.
 */
#include "engine/session.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "net/route.h"
#include "tcp/conn.h"
#include "tcp/isn.h"

/* The capture of our own frames is immediate on any link but one whose queue is full. */
#define FLUSH (50 * NS_MS)

/* A deadline in the base/heap.h of the engine: time, position, and place in the tree. */
#define TIMER_BYTES 16

#define RETRY       (250 * NS_MS) /* of resets that could not be sent */
#define RETRY_MAX   20

static_assert(sizeof(struct conn) + sizeof(struct track) + TIMER_BYTES < 200,
              "the state of a half-open flow stays under 200 bytes");

void session_tuple(const struct session_env *env, const struct session *s, uint32_t lane,
                   struct tuple *out)
{
	out->local = (struct endpoint){.addr = s->target->spec->source, .port = s->lane[lane].port};
	out->remote = s->target->spec->remote;
	if (env->cfg->probe->remote_port != NULL)
		out->remote.port = env->cfg->probe->remote_port(env->cfg->probe_config, lane,
		                                                out->remote.port);
}

/* Has any lane an answer? */
static bool is_answered(const struct session_env *env, const struct session *s)
{
	for (uint32_t i = 0; i < env->lanes; i++)
		if (s->lane[i].reply.present)
			return true;
	return false;
}

/* --- the end of an attempt --- */

/* The neighbour by which nothing got out may not be there. */
static void note_silence(struct session_env *env, struct session *s)
{
	const struct engine_target *spec = s->target->spec;

	if (s->lane->captured == 0)
		s->lane->next_hop_silent =
			env->device->ops->silent(env->device, spec->link, &spec->next_hop);
}

static void make_answer(const struct session_env *env, const struct session *s, struct answer *out)
{
	const struct engine_target *spec = s->target->spec;
	char address[ADDR_TEXT_MAX];
	struct attempt a = {
		.lane = s->lane,
		.lanes = env->lanes,
		.target = spec->name,
		.address = route_addr_text(&spec->remote.addr, address),
		.port = spec->remote.port,
		.family = (enum addr_family)spec->remote.addr.family,
		.seq = s->seq,
		.began = s->began + env->wall_offset,
		.waited = s->waited,
		.dns = s->seq == 1 ? spec->dns : NS_NONE,
		.times_void = s->clock_steps != env->clock_steps,
	};

	env->cfg->probe->answer(s->probe, &a, out);
}

static void tell_unreset(const struct session_env *env, const struct session *s)
{
	char buf[200], remote[ENDPOINT_TEXT_MAX];
	struct text t = text_into(buf, sizeof(buf));

	endpoint_format(&s->target->spec->remote, remote);
	text_add(&t,
	         "%s seq=%llu: sending failed, %u of the connections opened there could not be "
	         "reset: the server keeps them until its own timeout",
	         remote, (unsigned long long)s->seq, s->unreset);
	env->sink->warning(env->sink->ctx, buf);
	s->target->unreset += s->unreset;
}

static void put_history(struct session_env *env, struct session *s)
{
	history_put(env->histories, s->history);
	s->history = NULL;
	for (uint32_t i = 0; i < env->lanes; i++)
		s->lane[i].history = NULL;
}

void session_release(struct session_env *env, struct session *s)
{
	if (env->cfg->probe->release != NULL)
		env->cfg->probe->release(s->probe);
}

void session_report(struct session_env *env, struct session *s)
{
	struct answer answer;

	s->unreported = false;
	if (!s->discarded) {
		make_answer(env, s, &answer);
		target_add(s->target, &answer, env->cfg->expects);
		env->sink->record(env->sink->ctx, &answer.record);
	}
	put_history(env, s);
	session_release(env, s);
}

static void end(struct session_env *env, struct session *s, ns_t now,
                char line[static ANSWER_LINE_MAX])
{
	struct answer answer;

	s->phase = SESSION_ENDED;
	s->flush = NS_NEVER;
	s->waited = now - s->began;
	s->unreported = true;
	env->running--;
	s->target->ended++;
	note_silence(env, s);
	if (s->unreset > 0)
		tell_unreset(env, s);
	if (!s->discarded) {
		make_answer(env, s, &answer);
		memcpy(line, answer.line, ANSWER_LINE_MAX);
		if (answer.linger && now + env->cfg->linger > env->linger_until)
			env->linger_until = now + env->cfg->linger;
	}
	if (!env->cfg->probe->ordered)
		session_report(env, s);
}

/* --- after every input --- */

/* A reset that was refused is sent again later, in place of the others of its session. */
static void keep_reset(struct session *s, struct lane *l, const struct seg *reset, ns_t now)
{
	if (l->unsent_count == LANE_UNSENT_MAX)
		return;
	l->unsent[l->unsent_count++] = reset->seq;
	s->unsent = *reset;
	if (s->retry != NS_NEVER)
		return;
	s->retry = now + RETRY;
	s->retries = 0;
}

/* Send those of a lane; how many are left. */
static uint32_t send_kept(struct session_env *env, struct session *s, uint32_t lane)
{
	struct lane *l = &s->lane[lane];
	struct seg reset = s->unsent;
	struct tuple t;

	session_tuple(env, s, lane, &t);
	while (l->unsent_count > 0) {
		reset.seq = l->unsent[l->unsent_count - 1];
		if (env->device->ops->send(env->device, s->target->spec->link, &t, &reset) != 0)
			return l->unsent_count;
		lane_note_sent(l, &reset);
		l->unsent_count--;
	}
	return 0;
}

static void retry(struct session_env *env, struct session *s, ns_t now)
{
	uint32_t left = 0;

	for (uint32_t i = 0; i < env->lanes; i++)
		left += send_kept(env, s, i);
	s->retry = left > 0 && ++s->retries < RETRY_MAX ? now + RETRY : NS_NEVER;
	if (s->retry == NS_NEVER)
		s->unreset = left;
}

/*
 * Hand the kernel what the probe wants sent. A full queue is a lost segment, other refusals decide; but
 * a reset has to get out.
 */
static void pump(struct session_env *env, struct session *s, ns_t now)
{
	const struct probe_ops *ops = env->cfg->probe;
	struct probe_output out;
	struct tuple t;

	while (ops->next(s->probe, &out, now)) {
		struct lane *lane = &s->lane[out.lane];
		int rc;

		session_tuple(env, s, out.lane, &t);
		rc = env->device->ops->send(env->device, s->target->spec->link, &t, &out.seg);
		if (rc == 0) {
			lane_note_sent(lane, &out.seg);
		} else if ((out.seg.flags & SEG_RST) != 0 && lane->sent > 0) {
			keep_reset(s, lane, &out.seg, now);
		} else if (rc != ENOBUFS && !lane->reply.present) {
			lane->send_error = rc;
			ops->unreachable(s->probe, out.lane);
		}
	}
}

static bool all_captured(const struct session_env *env, const struct session *s)
{
	for (uint32_t i = 0; i < env->lanes; i++)
		if (!lane_all_captured(&s->lane[i]))
			return false;
	return true;
}

static bool is_over(const struct session_env *env, const struct session *s, ns_t now)
{
	return now >= s->flush || all_captured(env, s);
}

/* True when the attempt was decided by this input. */
static bool after(struct session_env *env, struct session *s, ns_t now,
                  char line[static ANSWER_LINE_MAX])
{
	pump(env, s, now);
	if (s->phase != SESSION_RUNNING || !env->cfg->probe->done(s->probe) || s->retry != NS_NEVER)
		return false;
	if (s->flush == NS_NEVER)
		s->flush = now + FLUSH;
	if (!is_over(env, s, now))
		return false;
	end(env, s, now, line);
	return !s->discarded;
}

/* As after(), where no frame can carry the verdict. */
static void after_without_frame(struct session_env *env, struct session *s, ns_t now)
{
	char line[ANSWER_LINE_MAX];

	if (after(env, s, now, line))
		env->sink->verdict(env->sink->ctx, s->target->spec->link, line);
}

/* --- inputs --- */

/* Lanes as they are before anything was sent. */
static void clear_lanes(struct session_env *env, struct session *s)
{
	for (uint32_t i = 0; i < env->lanes; i++) {
		uint16_t port = s->lane[i].port;

		lane_init(&s->lane[i], s->history);
		s->lane[i].port = port;
		s->lane[i].tracked = env->cfg->probe->tracked;
		s->lane[i].labelled = env->lanes > 1 && !env->cfg->probe->unlabelled;
	}
}

static void start_probe(struct session_env *env, struct session *s, ns_t now)
{
	const struct engine_target *spec = s->target->spec;
	struct probe_start start = {
		.lanes = env->lanes,
		.port = spec->remote.port,
		.room = engine_room(spec),
		.v6 = spec->remote.addr.family == ADDR_V6,
		.local = spec->next_hop.family == ADDR_NONE,
		.now = now,
		.wall = now + env->wall_offset,
		.seq = s->seq,
		.state = target_state(s->target),
		.plan = spec->plan,
	};
	struct tuple t;

	session_tuple(env, s, 0, &t);
	start.iss = isn_make(&env->isn_key, &t, env->attempts * 2);
	start.iss2 = isn_make(&env->isn_key, &t, env->attempts * 2 + 1);
	start.key = isn_key(&env->isn_key, &t, env->attempts);
	env->cfg->probe->start(s->probe, env->cfg->probe_config, &start);
}

void session_start(struct session_env *env, struct session *s, ns_t now)
{
	env->attempts++;
	env->running++;
	s->history = env->histories == NULL ? NULL : history_take(env->histories);
	s->seq = ++s->target->started;
	s->began = now;
	s->flush = s->retry = NS_NEVER;
	s->unreset = 0;
	s->phase = SESSION_RUNNING;
	s->discarded = false;
	s->clock_steps = env->clock_steps;
	clear_lanes(env, s);
	start_probe(env, s, now);
	after_without_frame(env, s, now);
}

static void tell_late(const struct session_env *env, const struct session *s, ns_t since_syn)
{
	char buf[160], remote[ENDPOINT_TEXT_MAX];
	struct text t = text_into(buf, sizeof(buf));

	endpoint_format(&s->target->spec->remote, remote);
	text_add(&t, "%s seq=%llu late: an answer came ", remote, (unsigned long long)s->seq);
	probe_record_ms(&t, since_syn);
	text_add(&t, " after the first SYN, the attempt was given up before");
	env->sink->event(env->sink->ctx, buf);
}

static void inbound(struct session_env *env, struct session *s, bool corrupt,
                    struct probe_input *in)
{
	struct lane *lane = &s->lane[in->lane];
	enum track_take take;

	if (corrupt) {
		s->target->corrupt++;
		return;
	}
	in->take = lane_in(lane, in->seg, in->stamp);
	in->uncaptured = lane->pending_count;
	take = env->cfg->probe->heard(s->probe, in);
	if (take == TRACK_TAKEN && s->phase == SESSION_ENDED && !lane->reply.present)
		take = TRACK_LATE; /* an ICMP error had ended it: the tracker does not know those */
	if (take == TRACK_TAKEN)
		lane_believe(lane, in->seg, in->stamp);
	if (take == TRACK_LATE)
		tell_late(env, s, in->stamp - lane->first);
	target_count(s->target, take);
}

/* Of what has our address, only what is not really ours is worth counting. */
static void outbound_segment(struct session_env *env, struct session *s, struct probe_input *in)
{
	uint32_t before = s->lane[in->lane].captured;

	in->take = lane_out(&s->lane[in->lane], in->seg, in->stamp);
	in->uncaptured = s->lane[in->lane].pending_count;
	if (in->take == TRACK_SPOOFED)
		target_count(s->target, TRACK_SPOOFED);
	if (s->lane[in->lane].captured != before && env->cfg->probe->sent != NULL)
		env->cfg->probe->sent(s->probe, in);
}

bool session_segment(struct session_env *env, struct session *s, uint32_t lane,
                     const struct packet *p, ns_t stamp, bool outbound, ns_t now,
                     char line[static ANSWER_LINE_MAX])
{
	struct probe_input in = {.lane = lane,
	                         .seg = &p->seg,
	                         .track = &s->lane[lane].track,
	                         .stamp = stamp,
	                         .now = now};

	if (s->phase == SESSION_IDLE)
		return false;
	if (outbound)
		outbound_segment(env, s, &in);
	else
		inbound(env, s, csum_is_wrong(p->csum), &in);
	return after(env, s, now, line);
}

/* A router says how much fits. */
static void shrink(struct session_env *env, struct session *s, uint32_t lane, uint16_t mtu,
                   ns_t now)
{
	uint16_t headers = s->target->spec->remote.addr.family == ADDR_V4 ? 40 : 60;

	if (env->cfg->probe->too_big != NULL && mtu > headers)
		env->cfg->probe->too_big(s->probe, lane, (uint16_t)(mtu - headers), now);
}

bool session_icmp(struct session_env *env, struct session *s, uint32_t lane, const struct packet *p,
                  ns_t stamp, ns_t now, char line[static ANSWER_LINE_MAX])
{
	enum track_take take;

	if (s->phase == SESSION_IDLE)
		return false;
	take = lane_icmp(&s->lane[lane], &p->icmp, &p->src.addr, stamp);
	target_count(s->target, take);
	if (take == TRACK_TAKEN && s->phase == SESSION_RUNNING)
		env->cfg->probe->unreachable(s->probe, lane);
	else if (take == TRACK_IGNORED && p->icmp.mtu > 0)
		shrink(env, s, lane, p->icmp.mtu, now);
	return after(env, s, now, line);
}

void session_timer(struct session_env *env, struct session *s, ns_t now)
{
	if (s->phase == SESSION_IDLE)
		return;
	if (now >= s->retry)
		retry(env, s, now);
	env->cfg->probe->timer(s->probe, now);
	after_without_frame(env, s, now);
}

ns_t session_deadline(const struct session_env *env, const struct session *s)
{
	if (s->phase == SESSION_IDLE)
		return NS_NEVER;
	return ns_min(env->cfg->probe->deadline(s->probe), ns_min(s->flush, s->retry));
}

/*
 * Ended now, an attempt might be wrong about its target: it could still have been answered, or heard more.
 * But the first at a target says what it can.
 */
static bool says_nothing(const struct session_env *env, const struct session *s, bool deadline,
                         ns_t now)
{
	if (!is_answered(env, s))
		return now - s->began < env->cfg->first_rto && !(deadline && s->seq == 1);
	return s->seq > 1 && env->cfg->probe->unfinished != NULL &&
	       env->cfg->probe->unfinished(s->probe);
}

void session_stop(struct session_env *env, struct session *s, bool deadline, ns_t now)
{
	if (s->phase != SESSION_RUNNING)
		return;
	s->discarded = says_nothing(env, s, deadline, now);
	env->cfg->probe->stop(s->probe, now);
	after_without_frame(env, s, now);
}
