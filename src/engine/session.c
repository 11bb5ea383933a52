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

static_assert(sizeof(struct conn) + sizeof(struct track) + TIMER_BYTES < 200,
              "the state of a half-open flow stays under 200 bytes");

void session_tuple(const struct session *s, struct tuple *out)
{
	out->local = (struct endpoint){.addr = s->target->spec->source, .port = s->port};
	out->remote = s->target->spec->remote;
}

/* --- the end of an attempt --- */

static void fill_record(const struct session_env *env, const struct session *s, ns_t now,
                        struct probe_record *r, struct attempt_lists *lists)
{
	const struct engine_target *spec = s->target->spec;

	memset(r, 0, sizeof(*r));
	r->target = spec->name;
	route_addr_text(&spec->remote.addr, r->address);
	r->port = spec->remote.port;
	r->family = spec->remote.addr.family;
	r->seq = (int64_t)s->seq;
	r->source_port = s->port;
	r->waited = now - s->began;
	attempt_record(&s->attempt, r, lists);
	if (s->seq == 1)
		r->phases.dns = spec->dns;
	if (env->cfg->probe->record != NULL)
		env->cfg->probe->record(s->probe.bytes, &s->attempt, r, lists);
}

/* Only a connection on which something was lost may still need us: our last ACK may be lost, too. */
static void note_linger(struct session_env *env, const struct session *s, ns_t now)
{
	const struct track *t = &s->attempt.track;

	if (track_handshake(t) != NS_NONE && track_lossy(t) &&
	    now + env->cfg->linger > env->linger_until)
		env->linger_until = now + env->cfg->linger;
}

static void end(struct session_env *env, struct session *s, ns_t now,
                char line[static SESSION_LINE_MAX])
{
	struct text t = text_into(line, SESSION_LINE_MAX);
	struct attempt_lists lists;
	struct probe_record r;

	s->phase = SESSION_ENDED;
	s->flush = NS_NEVER;
	env->running--;
	s->attempt.times_void = s->clock_steps != env->clock_steps;
	if (s->attempt.captured == 0)
		s->attempt.next_hop_silent = env->device->ops->silent(
			env->device, s->target->spec->link, &s->target->spec->next_hop);
	if (!s->discarded) {
		fill_record(env, s, now, &r, &lists);
		if (r.time == NS_NONE)
			r.time = s->began + env->wall_offset;
		target_add(s->target, &r, env->cfg->expects);
		probe_record_line(&t, &r);
		env->sink->record(env->sink->ctx, &(struct record){&probe_record_type, &r});
		note_linger(env, s, now);
	}
	history_put(env->histories, s->attempt.history);
	s->attempt.history = NULL;
}

/* --- after every input --- */

/* Hand the kernel what the probe wants sent. A full queue is a lost segment, other refusals decide. */
static void pump(struct session_env *env, struct session *s, ns_t now)
{
	const struct probe_ops *ops = env->cfg->probe;
	struct tuple t;
	struct seg seg;

	session_tuple(s, &t);
	while (ops->next(s->probe.bytes, &seg, now)) {
		int rc = env->device->ops->send(env->device, s->target->spec->link, &t, &seg);

		if (rc == 0) {
			attempt_note_sent(&s->attempt, &seg);
		} else if (rc != ENOBUFS && !s->attempt.reply.present) {
			s->attempt.send_error = rc;
			ops->unreachable(s->probe.bytes);
		}
	}
}

static bool is_over(const struct session *s, ns_t now)
{
	return attempt_all_captured(&s->attempt) || now >= s->flush;
}

/* True when the attempt was decided by this input. */
static bool after(struct session_env *env, struct session *s, ns_t now,
                  char line[static SESSION_LINE_MAX])
{
	pump(env, s, now);
	if (s->phase != SESSION_RUNNING || !env->cfg->probe->done(s->probe.bytes))
		return false;
	if (s->flush == NS_NEVER)
		s->flush = now + FLUSH;
	if (!is_over(s, now))
		return false;
	end(env, s, now, line);
	return !s->discarded;
}

/* As after(), where no frame can carry the verdict. */
static void after_without_frame(struct session_env *env, struct session *s, ns_t now)
{
	char line[SESSION_LINE_MAX];

	if (after(env, s, now, line))
		env->sink->verdict(env->sink->ctx, s->target->spec->link, line);
}

/* --- inputs --- */

void session_start(struct session_env *env, struct session *s, ns_t now)
{
	const struct engine_target *spec = s->target->spec;
	struct probe_start start = {.now = now};
	struct tuple t;

	session_tuple(s, &t);
	env->attempts++;
	env->running++;
	start.iss = isn_make(&env->isn_key, &t, env->attempts * 2);
	start.iss2 = isn_make(&env->isn_key, &t, env->attempts * 2 + 1);
	start.room = engine_room(spec);
	attempt_init(&s->attempt, env->histories == NULL ? NULL : history_take(env->histories));
	s->seq = ++s->target->started;
	s->began = now;
	s->flush = NS_NEVER;
	s->phase = SESSION_RUNNING;
	s->discarded = false;
	s->clock_steps = env->clock_steps;
	env->cfg->probe->start(s->probe.bytes, env->cfg->probe_config, &start);
	after_without_frame(env, s, now);
}

static void tell_late(const struct session_env *env, const struct session *s, ns_t stamp)
{
	char buf[160], remote[ENDPOINT_TEXT_MAX];
	struct text t = text_into(buf, sizeof(buf));

	endpoint_format(&s->target->spec->remote, remote);
	text_add(&t, "%s seq=%llu late: an answer came ", remote, (unsigned long long)s->seq);
	probe_record_ms(&t, stamp - s->attempt.first);
	text_add(&t, " after the first SYN, the attempt was given up before");
	env->sink->event(env->sink->ctx, buf);
}

static void inbound(struct session_env *env, struct session *s, const struct packet *p, ns_t stamp,
                    ns_t now)
{
	enum track_take take;

	if (p->csum == CSUM_BAD) {
		s->target->corrupt++;
		return;
	}
	take = attempt_in(&s->attempt, &p->seg, stamp);
	take = env->cfg->probe->heard(s->probe.bytes, &p->seg, take, now);
	if (take == TRACK_TAKEN && s->phase == SESSION_ENDED && !s->attempt.reply.present)
		take = TRACK_LATE; /* an ICMP error had ended it: the tracker does not know those */
	if (take == TRACK_TAKEN)
		attempt_believe(&s->attempt, &p->seg, stamp);
	if (take == TRACK_LATE)
		tell_late(env, s, stamp);
	target_count(s->target, take);
}

/* Only what is not really ours is worth counting. */
static void outbound_segment(struct session *s, const struct packet *p, ns_t stamp)
{
	if (attempt_out(&s->attempt, &p->seg, stamp) == TRACK_SPOOFED)
		target_count(s->target, TRACK_SPOOFED);
}

bool session_segment(struct session_env *env, struct session *s, const struct packet *p, ns_t stamp,
                     bool outbound, ns_t now, char line[static SESSION_LINE_MAX])
{
	if (s->phase == SESSION_IDLE)
		return false;
	if (outbound)
		outbound_segment(s, p, stamp);
	else
		inbound(env, s, p, stamp, now);
	return after(env, s, now, line);
}

bool session_icmp(struct session_env *env, struct session *s, const struct packet *p, ns_t stamp,
                  ns_t now, char line[static SESSION_LINE_MAX])
{
	enum track_take take;

	if (s->phase == SESSION_IDLE)
		return false;
	take = attempt_icmp(&s->attempt, &p->icmp, &p->src.addr, stamp);
	target_count(s->target, take);
	if (take == TRACK_TAKEN && s->phase == SESSION_RUNNING)
		env->cfg->probe->unreachable(s->probe.bytes);
	return after(env, s, now, line);
}

void session_timer(struct session_env *env, struct session *s, ns_t now)
{
	if (s->phase == SESSION_IDLE)
		return;
	env->cfg->probe->timer(s->probe.bytes, now);
	after_without_frame(env, s, now);
}

ns_t session_deadline(const struct session_env *env, const struct session *s)
{
	if (s->phase == SESSION_IDLE)
		return NS_NEVER;
	return ns_min(env->cfg->probe->deadline(s->probe.bytes), s->flush);
}

void session_stop(struct session_env *env, struct session *s, bool deadline, ns_t now)
{
	if (s->phase != SESSION_RUNNING)
		return;
	s->discarded = !s->attempt.reply.present && now - s->began < env->cfg->first_rto &&
	               !(deadline && s->seq == 1);
	env->cfg->probe->stop(s->probe.bytes, now);
	after_without_frame(env, s, now);
}
