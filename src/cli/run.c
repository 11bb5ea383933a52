/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run.c - a run of any probing command.
 *
 * The order of things: options and output files; then no capability is in effect until the namespace,
 * and until captures and raw sockets are opened; then all are dropped, before the first SYN.
 */
#include "cli/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/loop.h"
#include "cli/targets.h"
#include "net/netns.h"
#include "net/route.h"
#include "result/history.h"
#include "sandbox/caps.h"

struct run {
	const struct options *o;
	struct question *q;
	struct output out;
	struct loop_signals signals;
	struct target_words words;
	struct places places;
	struct ground ground;
	struct engine_target *targets;
	struct engine_config cfg;
};

/* --- privileges --- */

static int need_raw(struct err *e)
{
	char self[256] = "tcpshake";
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (caps_permitted(CAPS_NET_RAW))
		return 0;
	self[n > 0 ? n : (ssize_t)strlen(self)] = '\0';
	return err_set(
		e, ERR_LOCAL,
		"raw sockets need CAP_NET_RAW: run as root, or once: sudo setcap cap_net_raw+ep %s",
		self);
}

static int enter_netns(const char *name, struct err *e)
{
	if (!caps_permitted(CAPS_SYS_ADMIN))
		return err_set(e, ERR_LOCAL, "--netns '%s' needs CAP_SYS_ADMIN: run as root", name);
	if (caps_raise(CAPS_SYS_ADMIN, e) != 0 || netns_enter(name, e) != 0)
		return -1;
	return caps_lower(e);
}

/* CAP_NET_RAW is needed, the others are used where the process happens to have them. */
static int raise_network(struct err *e)
{
	static const enum caps_which useful[] = {CAPS_NET_ADMIN, CAPS_NET_BIND_SERVICE};

	for (size_t i = 0; i < sizeof(useful) / sizeof(useful[0]); i++)
		if (caps_permitted(useful[i]) && caps_raise(useful[i], e) != 0)
			return -1;
	return caps_raise(CAPS_NET_RAW, e);
}

/* --- targets --- */

/* What speaks TLS can be anything: no port is the usual one. */
static int check_ports(const struct run *r, struct err *e)
{
	for (uint32_t i = 0; i < r->words.count && !r->o->ports_given; i++) {
		const struct target_word *w = &r->words.word[i];

		if (w->port == 0 && w->scheme == SCHEME_TLS)
			return err_set(e, ERR_USAGE,
			               "target 'tls://%s' needs a port: tls://%s:443, or -p",
			               w->host, w->host);
	}
	return 0;
}

static int read_targets(struct run *r, struct err *e)
{
	for (uint32_t i = 0; i == 0 || i < r->q->repeat; i++)
		if (targets_add_words(&r->words, r->o->words, r->o->word_count, e) != 0)
			return -1;
	if (r->o->targets_file != NULL && targets_add_file(&r->words, r->o->targets_file, e) != 0)
		return -1;
	if (r->words.count == 0)
		return err_set(e, ERR_USAGE,
		               "no target: tcpshake %s HOST[:PORT], or `tcpshake %s --help`",
		               commands[r->o->command].name, commands[r->o->command].name);
	return check_ports(r, e);
}

static int fill_targets(struct run *r, struct ground_target *grounds, struct err *e)
{
	r->targets = calloc(r->places.count, sizeof(*r->targets));
	if (r->targets == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	for (uint32_t i = 0; i < r->places.count; i++) {
		const struct place *p = &r->places.place[i];

		r->targets[i] = (struct engine_target){
			.name = p->name,
			.remote = p->ground.remote,
			.source = p->ground.route.source,
			.mtu = p->ground.route.mtu,
			.link = grounds[i].link,
			.seen = grounds[i].seen,
			.any_link = p->ground.any_link,
			.rank = p->rank,
			.next_hop = p->ground.route.next_hop,
			.dns = p->dns,
		};
		if (r->q->plan != NULL)
			r->targets[i].plan = r->q->plan(r->q, i);
	}
	return 0;
}

/* A target that cannot be tried: told, and reported. */
static void report_failure(struct run *r, const struct place_failure *f)
{
	struct engine_sink sink = output_sink(&r->out);

	output_error(&r->out, &f->err);
	r->q->failed(&sink, f);
}

/* The header line of a target. */
static void announce(struct run *r, const struct engine_target *t)
{
	char source[ADDR_TEXT_MAX], address[ADDR_TEXT_MAX], segment[96];
	struct text s = text_into(segment, sizeof(segment));
	struct report_target rt = {
		.name = t->name,
		.address = route_addr_text(&t->remote.addr, address),
		.port = t->remote.port,
		.source = route_addr_text(&t->source, source),
		.segment = segment,
	};

	r->q->describe(r->o, t, &s);
	for (uint32_t i = 0; i < r->out.reports; i++)
		report_target(&r->out.report[i], &rt);
}

/* --- the run --- */

static uint32_t segments_wanted(const struct run *r)
{
	if (!r->o->verbose && !r->q->segments && !output_wants_segments(&r->out))
		return 0;
	return r->q->whole ? HISTORY_MAX_LONG : HISTORY_MAX;
}

static void configure(struct run *r)
{
	const struct options *o = r->o;

	r->cfg = (struct engine_config){
		.ranks = r->places.ranks,
		.probe = r->q->probe,
		.probe_config = r->q->config,
		.count = o->count * (r->q->attempts > 0 ? r->q->attempts : 1),
		.interval = o->interval,
		.deadline = o->deadline,
		.first_rto = o->rto,
		.linger = o->timeout > 0 ? o->timeout : o->rto,
		.segments = segments_wanted(r),
		.expects = &o->expects,
	};
}

/* Everything that needs a capability, and the end of all. */
static int open_ground(struct run *r, struct err *e)
{
	struct ground_config cfg = {
		.ports = engine_ports_wanted(&r->cfg),
		.first_port = r->o->first_source_port,
		.last_port = r->o->last_source_port,
		.whole_frames = r->out.file != NULL || r->q->segments || r->q->whole,
	};
	struct ground_target *grounds = calloc(r->places.count, sizeof(*grounds));
	int rc;

	if (grounds == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	for (uint32_t i = 0; i < r->places.count; i++)
		grounds[i] = r->places.place[i].ground;
	rc = raise_network(e);
	if (rc == 0)
		rc = ground_open(&r->ground, &cfg, grounds, r->places.count, e);
	if (rc == 0)
		rc = caps_drop(e);
	if (rc == 0)
		rc = fill_targets(r, grounds, e);
	free(grounds);
	return rc;
}

static int run_engine(struct run *r, struct err *e)
{
	struct engine_sink reports = output_sink(&r->out), sink = reports;
	struct engine *en;

	if (r->q->sink != NULL)
		sink = r->q->sink(r->q, &reports);
	if (r->ground.untested)
		sink.warning(sink.ctx, "the guard against resets by this host could not be tested:"
		                       " loopback is down or filtered");
	if (engine_open(&en, &r->cfg, &sink, r->targets, r->places.count, r->ground.ports,
	                r->ground.port_count, r->ground.device, e) != 0)
		return -1;
	/* Those that are tried in several ways stand there once. */
	for (uint32_t i = 0; i < r->places.count && (i == 0 || r->q->repeat < 2); i++)
		announce(r, &r->targets[i]);
	loop_run(en, r->ground.device, &r->out, &r->signals);
	engine_summaries(en, &sink, ns_realtime());
	engine_close(en);
	return 0;
}

/* From words to a run. Targets that fail are told apart from what fails for all. */
static int try_targets(struct run *r, struct err *e)
{
	if (need_raw(e) != 0 || caps_lower(e) != 0)
		return -1;
	if (r->o->netns != NULL && enter_netns(r->o->netns, e) != 0)
		return -1;
	if (places_find(&r->places, &r->words, r->o, r->signals.stop, e) != 0)
		return -1;
	r->q->wants_messages = output_wants_segments(&r->out);
	if (r->q->prepare != NULL && r->q->prepare(r->q, r->o, &r->places, e) != 0)
		return -1;
	r->out.options.many = r->places.count > 1;
	configure(r);
	if (r->places.count > 0 && open_ground(r, e) != 0)
		return -1;
	if (r->q->announce != NULL && r->places.count > 0 &&
	    r->q->announce(r->o, r->targets, r->places.count + r->places.failures, e) != 0)
		return -1;
	if (output_links(&r->out, r->ground.links, r->ground.link_count, r->ground.device, e) != 0)
		return -1;
	for (uint32_t i = 0; i < r->places.failures; i++)
		report_failure(r, &r->places.failure[i]);
	return r->places.count > 0 ? run_engine(r, e) : 0;
}

static enum exit_code run(struct run *r)
{
	struct err e = {.kind = ERR_NONE};

	if (read_targets(r, &e) != 0) {
		fprintf(stderr, "tcpshake: %s\n", e.text);
		return exit_of_err(&e);
	}
	if (output_open(&r->out, r->o, &e) != 0 || loop_signals_open(&r->signals, &e) != 0 ||
	    try_targets(r, &e) != 0)
		output_error(&r->out, &e);
	loop_signals_close(&r->signals);
	output_close(&r->out, r->ground.link_count, r->ground.device);
	ground_close(&r->ground);
	return r->out.code;
}

enum exit_code run_question(const struct options *o, struct question *q)
{
	static struct run r; /* large, and zero */
	enum exit_code code;

	r.o = o;
	r.q = q;
	code = run(&r);
	if (q->done != NULL)
		q->done(q);
	places_free(&r.places);
	targets_free(&r.words);
	free(r.targets);
	return code;
}
