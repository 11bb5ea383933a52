/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine.c - many attempts on one thread.
 *
 * Every target has a session for each source port (for each few of them, where a probe wants several
 * lanes), so the number of a lane says its tuple and its session, and the flow table is filled as
 * sessions are first used. Targets with the same address and port (two names of one host) divide the
 * ports among them. One heap holds all deadlines: those of sessions by their number, and behind them
 * those of targets, which are due when their next attempt is. Nothing is allocated after engine_open().
 */
#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/rng.h"
#include "engine/flow.h"
#include "engine/session.h"

/* Two attempts at one address and port do not share a source port within this time. */
#define PORT_REST (240 * NS_SEC)

/* Most lanes of a run; fewer ports a target serve where that is not enough. */
#define LANES_MAX 262144

/* Attempts at many targets begin this far apart, not all at once. */
#define STAGGER NS_MS

/* Timers that fire in one turn. */
#define TURN_TIMERS 64

/* The wall clock may be slewed by 500 ppm; more, and beyond this, is a step. */
#define STEP_MIN NS_MS

struct engine {
	const struct engine_config *cfg;
	struct engine_sink sink;
	struct session_env env;
	struct device *device;
	struct flow_table *flows;
	struct heap *timers;               /* sessions, then targets */
	uint32_t target_count, slot_count; /* sessions of each target */
	struct target *targets;
	struct session *sessions; /* [target][slot] */
	struct lane *lanes;       /* [target][slot][lane] */
	uint8_t *states;          /* of the probe, for each session */
	const uint16_t *ports;
	ns_t now; /* of this turn */
	ns_t end; /* of the run, by -w */
	ns_t last_now, last_wall;
	uint32_t unfinished; /* targets with attempts still to begin */
	bool stopping, ports_told;
};

static uint32_t session_count(const struct engine *en)
{
	return en->target_count * en->slot_count;
}

static uint32_t lanes_wanted(const struct engine_config *cfg)
{
	return cfg->probe->lanes == NULL ? 1 : cfg->probe->lanes(cfg->probe_config);
}

uint16_t engine_room(const struct engine_target *t)
{
	uint32_t headers = t->remote.addr.family == ADDR_V4 ? 40 : 60;
	uint32_t room = t->mtu > headers ? t->mtu - headers : 0;

	return room > UINT16_MAX ? UINT16_MAX : (uint16_t)room;
}

uint32_t engine_ports_wanted(const struct engine_config *cfg)
{
	ns_t span = cfg->deadline > 0 ? ns_min(cfg->deadline, PORT_REST) : PORT_REST;
	uint64_t n = (uint64_t)(span / cfg->interval) + 2;

	if (cfg->count > 0 && cfg->count < n)
		n = cfg->count;
	n *= cfg->ranks;
	n *= lanes_wanted(cfg);
	return n > UINT16_MAX ? UINT16_MAX : (uint32_t)n;
}

/* --- open and close --- */

/* Bytes of a probe's state, such that the next begins aligned. */
static size_t state_size(const struct engine_config *cfg)
{
	size_t align = _Alignof(max_align_t);

	return (cfg->probe->state_size(cfg->probe_config) + align - 1) / align * align;
}

static int allocate(struct engine *en, const struct engine_target *targets)
{
	uint32_t sessions = session_count(en), lanes = sessions * en->env.lanes;

	en->targets = calloc(en->target_count, sizeof(*en->targets));
	en->sessions = calloc(sessions, sizeof(*en->sessions));
	en->lanes = calloc(lanes, sizeof(*en->lanes));
	en->states = calloc(sessions, state_size(en->cfg));
	en->flows = flow_new(lanes);
	en->timers = heap_new(sessions + en->target_count);
	if (en->targets == NULL || en->sessions == NULL || en->lanes == NULL ||
	    en->states == NULL || en->flows == NULL || en->timers == NULL)
		return -1;
	if (en->cfg->segments > 0) {
		en->env.histories =
			history_pool_new(sessions < 1024 ? sessions : 1024, en->cfg->segments);
		if (en->env.histories == NULL)
			return -1;
	}
	for (uint32_t i = 0; i < en->target_count; i++)
		if (target_init(&en->targets[i], &targets[i], en->cfg->count) != 0)
			return -1;
	return 0;
}

static void place_sessions(struct engine *en)
{
	uint32_t lanes = en->env.lanes, ports = en->slot_count * lanes; /* of each rank */

	for (uint32_t i = 0; i < session_count(en); i++) {
		struct session *s = &en->sessions[i];

		s->target = &en->targets[i / en->slot_count];
		s->probe = en->states + i * state_size(en->cfg);
		s->lane = &en->lanes[(size_t)i * lanes];
		s->phase = SESSION_IDLE;
		s->flush = s->retry = NS_NEVER;
		for (uint32_t k = 0; k < lanes; k++)
			s->lane[k].port = en->ports[s->target->spec->rank * ports +
			                            i % en->slot_count * lanes + k];
	}
}

/* Divide the ports: first among targets of one address and port, then into lanes and sessions. */
static int divide_ports(struct engine *en, uint32_t port_count, struct err *e)
{
	uint32_t ports = port_count / en->cfg->ranks, lanes = lanes_wanted(en->cfg);

	if (ports == 0)
		return err_set(
			e, ERR_LOCAL,
			"%u targets share one address and port, and there are %u source ports",
			en->cfg->ranks, port_count);
	en->env.lanes = lanes < ports ? lanes : ports;
	en->slot_count = ports / en->env.lanes;
	if (en->slot_count > LANES_MAX / en->target_count / en->env.lanes)
		en->slot_count = LANES_MAX / en->target_count / en->env.lanes;
	if (en->slot_count == 0)
		en->slot_count = 1;
	return 0;
}

int engine_open(struct engine **out, const struct engine_config *cfg,
                const struct engine_sink *sink, const struct engine_target *targets,
                uint32_t target_count, const uint16_t *ports, uint32_t port_count,
                struct device *device, struct err *e)
{
	struct engine *en = calloc(1, sizeof(*en));

	if (en == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	en->cfg = cfg;
	en->sink = *sink;
	en->device = device;
	en->target_count = target_count;
	en->ports = ports;
	en->env = (struct session_env){
		.cfg = cfg, .sink = &en->sink, .device = device, .linger_until = 0};
	rng_secret(&en->env.isn_key, sizeof(en->env.isn_key));
	if (divide_ports(en, port_count, e) != 0) {
		engine_close(en);
		return -1;
	}
	if (allocate(en, targets) != 0) {
		err_set(e, ERR_LOCAL, "out of memory for %u attempts at a time", session_count(en));
		engine_close(en);
		return -1;
	}
	place_sessions(en);
	*out = en;
	return 0;
}

/* Of attempts whose record never came out. */
static void release_sessions(struct engine *en)
{
	for (uint32_t i = 0; en->sessions != NULL && i < session_count(en); i++)
		if (en->sessions[i].phase == SESSION_RUNNING || en->sessions[i].unreported)
			session_release(&en->env, &en->sessions[i]);
}

void engine_close(struct engine *en)
{
	if (en == NULL)
		return;
	for (uint32_t i = 0; en->targets != NULL && i < en->target_count; i++)
		target_fini(&en->targets[i]);
	release_sessions(en);
	free(en->targets);
	free(en->sessions);
	free(en->lanes);
	free(en->states);
	flow_free(en->flows);
	heap_free(en->timers);
	history_pool_free(en->env.histories);
	free(en);
}

/* --- beginning attempts --- */

static void set_target_timer(struct engine *en, uint32_t target, ns_t when)
{
	heap_set(en->timers, session_count(en) + target, when);
}

static bool same_address(const struct target *a, const struct target *b)
{
	return addr_same(&a->spec->remote.addr, &b->spec->remote.addr);
}

/* Is an attempt under way at this target's address? */
static bool is_busy(const struct engine *en, const struct target *t)
{
	for (uint32_t i = 0; i < en->target_count; i++)
		if (en->targets[i].started > en->targets[i].ended &&
		    same_address(&en->targets[i], t))
			return true;
	return false;
}

static enum probe_ready readiness(const struct engine *en, const struct target *t)
{
	return en->cfg->probe->ready == NULL ? PROBE_READY : en->cfg->probe->ready(t->spec->plan);
}

/* Did the attempts so far leave nothing to do for another one? */
static bool is_spent(const struct engine *en, const struct target *t)
{
	bool running = en->cfg->probe->alone && is_busy(en, t);

	return !running && readiness(en, t) == PROBE_SPENT;
}

/* Has the next attempt at this target to wait for another to end? */
static bool is_held(const struct engine *en, const struct target *t)
{
	if (en->cfg->probe->alone && is_busy(en, t))
		return true;
	if (readiness(en, t) == PROBE_WAIT)
		return true;
	return en->cfg->probe->gated && t->started > 0 && t->ended == 0;
}

/* An attempt ended: those who waited for it, or for its address, may look again. */
static void release(struct engine *en, const struct target *t)
{
	if (en->cfg->probe->alone && is_busy(en, t))
		return;
	if (en->cfg->probe->gated && t->started > 0 && t->ended == 0)
		return;
	for (uint32_t i = 0; i < en->target_count; i++) {
		if (!en->targets[i].waits || !same_address(&en->targets[i], t))
			continue;
		en->targets[i].waits = false;
		en->targets[i].next = en->now;
		set_target_timer(en, i, en->now);
	}
}

/* The records of all attempts that have ended, up to the first that has not. */
static void report_in_order(struct engine *en, uint32_t target)
{
	struct target *t = &en->targets[target];

	while (t->reported < t->started) {
		uint32_t slot = (uint32_t)(t->reported % en->slot_count);
		struct session *s = &en->sessions[target * en->slot_count + slot];

		if (!s->unreported)
			return;
		t->reported++;
		session_report(&en->env, s);
	}
}

/* After whatever a session did. */
static void set_timer(struct engine *en, uint32_t id)
{
	heap_set(en->timers, id, session_deadline(&en->env, &en->sessions[id]));
	if (en->cfg->probe->ordered)
		report_in_order(en, id / en->slot_count);
	if (en->cfg->probe->alone || en->cfg->probe->gated)
		release(en, en->sessions[id].target);
}

void engine_start(struct engine *en, ns_t now, ns_t wall)
{
	ns_t gap = ns_min(STAGGER, en->cfg->interval / en->target_count);

	en->last_now = now;
	en->last_wall = wall;
	en->end = en->cfg->deadline > 0 ? now + en->cfg->deadline : NS_NEVER;
	en->unfinished = en->target_count;
	for (uint32_t i = 0; i < en->target_count; i++) {
		en->targets[i].next = now + i * gap;
		set_target_timer(en, i, en->targets[i].next);
	}
}

/* When the port of this session may be used again; one that is in use is looked at again later. */
static ns_t rested(const struct engine *en, const struct session *s)
{
	if (s->phase == SESSION_IDLE)
		return 0;
	if ((s->phase == SESSION_RUNNING || s->unreported) && s->began + PORT_REST <= en->now)
		return en->now + NS_SEC;
	return s->began + PORT_REST;
}

static void tell_ports(struct engine *en)
{
	char buf[160];
	struct text t = text_into(buf, sizeof(buf));

	if (en->ports_told)
		return;
	en->ports_told = true;
	text_add(&t,
	         "all %u source ports were used within four minutes: attempts wait for one to be "
	         "free",
	         en->slot_count * en->env.lanes);
	en->sink.warning(en->sink.ctx, buf);
}

static void add_flows(struct engine *en, uint32_t id)
{
	struct tuple tuple;

	for (uint32_t i = 0; i < en->env.lanes; i++) {
		session_tuple(&en->env, &en->sessions[id], i, &tuple);
		flow_add(en->flows, id * en->env.lanes + i, &tuple);
	}
}

static void begin_attempt(struct engine *en, uint32_t target)
{
	struct target *t = &en->targets[target];
	uint32_t id = target * en->slot_count + (uint32_t)(t->started % en->slot_count);
	struct session *s = &en->sessions[id];

	if (is_spent(en, t)) {
		en->unfinished--;
		set_target_timer(en, target, NS_NEVER);
		return;
	}
	if (is_held(en, t)) {
		t->waits = true;
		set_target_timer(en, target, NS_NEVER);
		return;
	}
	if (rested(en, s) > en->now) {
		tell_ports(en);
		set_target_timer(en, target, rested(en, s));
		return;
	}
	if (s->phase == SESSION_IDLE)
		add_flows(en, id);
	session_start(&en->env, s, en->now);
	set_timer(en, id);
	if (en->cfg->count > 0 && t->started == en->cfg->count) {
		en->unfinished--;
		return;
	}
	t->next += en->cfg->interval;
	set_target_timer(en, target, t->next);
}

/* --- frames --- */

/* A frame may pass several interfaces (a bridge and its port): it counts on the one of its target. */
static bool is_by_link(const struct session *s, uint32_t link, bool outbound)
{
	const struct engine_target *spec = s->target->spec;

	return link == spec->seen || (!outbound && spec->any_link);
}

static void on_tcp(struct engine *en, uint32_t link, const struct frame *f, const struct packet *p)
{
	bool outbound = true;
	uint32_t flow = flow_find(en->flows, &p->src, &p->dst), id;
	char line[ANSWER_LINE_MAX];
	bool decided;

	if (flow == FLOW_NONE) {
		outbound = false;
		flow = flow_find(en->flows, &p->dst, &p->src);
	}
	id = flow / en->env.lanes;
	if (flow == FLOW_NONE || !is_by_link(&en->sessions[id], link, outbound))
		return;
	decided = session_segment(&en->env, &en->sessions[id], flow % en->env.lanes, p, f->stamp,
	                          outbound, en->now, line);
	en->sink.frame(en->sink.ctx, link, f, outbound, decided ? line : NULL);
	set_timer(en, id);
}

static void on_icmp(struct engine *en, uint32_t link, const struct frame *f, const struct packet *p)
{
	uint32_t flow = flow_find(en->flows, &p->icmp.src, &p->icmp.dst);
	uint32_t id = flow / en->env.lanes;
	char line[ANSWER_LINE_MAX];
	bool decided;

	if (flow == FLOW_NONE || !is_by_link(&en->sessions[id], link, false))
		return;
	decided = session_icmp(&en->env, &en->sessions[id], flow % en->env.lanes, p, f->stamp,
	                       en->now, line);
	en->sink.frame(en->sink.ctx, link, f, false, decided ? line : NULL);
	set_timer(en, id);
}

static void on_frame(void *ctx, uint32_t link, const struct frame *f)
{
	struct engine *en = ctx;
	struct packet p;

	packet_decode(&p, f->link_type, f->bytes, f->caplen, f->len);
	switch (p.kind) {
	case PACKET_TCP:
		on_tcp(en, link, f, &p);
		break;
	case PACKET_ICMP:
		on_icmp(en, link, f, &p);
		break;
	case PACKET_OTHER:
	case PACKET_DAMAGED:
		break;
	}
}

/* --- turns --- */

/* No more than TURN_TIMERS: what they send is answered, and the capture has to be read meanwhile. */
static void fire_timers(struct engine *en)
{
	uint32_t sessions = session_count(en);

	for (int i = 0; i < TURN_TIMERS; i++) {
		uint32_t id = heap_pop(en->timers, en->now);

		if (id == HEAP_NONE)
			return;
		if (id < sessions) {
			session_timer(&en->env, &en->sessions[id], en->now);
			set_timer(en, id);
		} else if (!en->stopping && en->now < en->end) {
			begin_attempt(en, id - sessions);
		}
	}
}

/* The two clocks advance together unless somebody set the wall clock. */
static void watch_clock(struct engine *en, ns_t wall)
{
	ns_t elapsed = en->now - en->last_now;
	ns_t drift = wall - en->last_wall - elapsed;

	if (drift < 0)
		drift = -drift;
	if (drift > STEP_MIN + elapsed / 1000) {
		en->env.clock_steps++;
		en->sink.warning(en->sink.ctx,
		                 "the wall clock was stepped: attempts under way have no times");
	}
	en->last_now = en->now;
	en->last_wall = wall;
	en->env.wall_offset = wall - en->now;
}

static void stop_all(struct engine *en, bool deadline)
{
	en->stopping = true;
	for (uint32_t i = 0; i < session_count(en); i++) {
		session_stop(&en->env, &en->sessions[i], deadline, en->now);
		set_timer(en, i);
	}
}

int engine_turn(struct engine *en, ns_t now, ns_t wall, struct err *e)
{
	en->now = now;
	watch_clock(en, wall);
	if (en->device->ops->read(en->device, on_frame, en, e) != 0)
		return -1;
	fire_timers(en);
	if (now >= en->end && !en->stopping)
		stop_all(en, true);
	return 0;
}

void engine_stop(struct engine *en, ns_t now)
{
	en->now = now;
	if (!en->stopping)
		stop_all(en, false);
}

struct engine_progress engine_progress(const struct engine *en)
{
	return (struct engine_progress){
		.ended = en->env.attempts - en->env.running,
		.planned = en->cfg->count * en->target_count,
		.running = en->env.running,
	};
}

static bool all_ended(const struct engine *en)
{
	return en->env.running == 0 && (en->stopping || en->unfinished == 0);
}

bool engine_done(const struct engine *en, ns_t now)
{
	return all_ended(en) && (en->stopping || now >= en->env.linger_until);
}

ns_t engine_deadline(const struct engine *en)
{
	ns_t when = ns_min(heap_first(en->timers), en->stopping ? NS_NEVER : en->end);

	return all_ended(en) ? ns_min(when, en->env.linger_until) : when;
}

void engine_summaries(struct engine *en, const struct engine_sink *sink, ns_t wall)
{
	for (uint32_t i = 0; i < en->target_count; i++) {
		struct target *t = &en->targets[i];
		struct expectation_record expectations[EXPECT_MAX];
		struct engine_outcome outcome;
		struct summary_record s;

		target_summary(t, en->cfg->expects,
		               en->device->ops->dropped(en->device, t->spec->link), wall, &s,
		               expectations, &outcome);
		sink->summary(sink->ctx, &(struct record){&summary_record_type, &s}, &outcome);
	}
}
