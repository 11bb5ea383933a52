/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run.c - the virtual clock of one run.
 *
 * The client's segments are captured when they are sent, the server's when they arrive. When conn has
 * settled its owner waits a while and goes; from then on the host answers as a closed port does.
 */
#include "run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const uint8_t data[64];

static bool chance(struct run *r, unsigned int percent)
{
	return rng_below(&r->rng, 100) < percent;
}

static ns_t span(struct run *r, ns_t max)
{
	return (ns_t)rng_below(&r->rng, (uint64_t)max + 1);
}

static void fail(struct run *r, const char *rule)
{
	if (r->failure == NULL)
		r->failure = rule;
}

/* --- the ladder --- */

static void print_seg(const struct run *r, char dir, const struct seg *s, const char *fate)
{
	char buf[200];
	struct text t = text_into(buf, sizeof(buf));
	uint32_t server = r->track.end[TRACK_SERVER].iss;
	bool up = dir == '>';

	if (!r->print)
		return;
	seg_text(&t, s, up ? r->iss : server, up ? server : r->iss);
	printf("%12.6f  %c %-50s %-6s %-11s %s\n", (double)(r->now - r->start) / (double)NS_SEC,
	       dir, buf, fate, state_name(conn_state(&r->conn)), state_name(r->server.state));
}

static void print_note(const struct run *r, const char *what)
{
	if (r->print)
		printf("%12.6f  %s\n", (double)(r->now - r->start) / (double)NS_SEC, what);
}

/* --- the observer --- */

static void note_state(struct states *s, enum tcp_state to)
{
	if (s->count < RUN_STATES_MAX)
		s->list[s->count++] = to;
}

static void tracked_change(void *ctx, enum track_side who, enum tcp_state to)
{
	struct run *r = ctx;

	if (who == TRACK_SERVER)
		note_state(&r->tracked, to);
}

static void server_change(void *ctx, enum tcp_state to)
{
	struct run *r = ctx;

	note_state(&r->server_states, to);
}

static void capture(struct run *r, enum track_side from, const struct seg *s)
{
	if (r->gone)
		return;
	r->log[r->logged++] = (struct captured){.seg = *s, .stamp = r->now, .from = from};
	track_feed(&r->track, from, s, r->now, tracked_change, r);
}

/* --- sending --- */

static void put_on_wire(struct run *r, enum link_way way, const struct seg *s, uint32_t cause)
{
	static const char *const fates[] = {"lost", "", "twice"};

	if (r->link.sent == RUN_SEGMENTS_MAX) {
		fail(r, "the run sends segments without end");
		return;
	}
	r->sent_at[r->link.sent] = r->now;
	print_seg(r, way == TO_SERVER ? '>' : '<', s,
	          fates[link_send(&r->link, way, s, cause, r->now)]);
}

static bool server_sent(const struct run *r, uint32_t ack)
{
	for (size_t i = 0; i < RUN_CONNECTIONS; i++) {
		const struct sent *s = &r->server_sent[i];

		if (ack - s->iss - 1 < s->top - s->iss)
			return true;
	}
	return false;
}

/* Every sequence number lies between ISS and the FIN's end; only what the server sent is acknowledged. */
static void check_sent(struct run *r, const struct seg *s)
{
	uint32_t limit = 2 + (uint32_t)r->data_len;
	uint32_t end = s->seq - r->iss + seg_len(s);

	if (s->seq - r->iss > limit || end > limit)
		fail(r, "conn sent a sequence number outside ISS .. ISS + 2 + data");
	if ((s->flags & SEG_ACK) != 0 && !server_sent(r, s->ack))
		fail(r, "conn acknowledged what was not sent");
}

/* Losses count from the first segment of those that are repeated until the end: data, FIN, or reset. */
static void note_end(struct run *r, const struct seg *s)
{
	bool waits = r->data_sent && r->conn.snd_una == r->iss + 1;

	if (s->payload_len == 0 && (s->flags & (SEG_FIN | SEG_RST)) == 0)
		return;
	if (!r->closing && !waits)
		r->lost_at_close = r->link.lost[TO_SERVER] + r->link.lost[TO_CLIENT];
	if (s->payload_len > 0)
		r->data_sent = true;
	else
		r->closing = true;
}

static void note_state_of_conn(struct run *r)
{
	enum tcp_state s = conn_state(&r->conn);

	if (s == STATE_ESTABLISHED && !r->opened) {
		r->opened = true;
		r->send_at = ns_add(r->now, r->send_after);
		r->close_at = ns_add(r->now, r->close_after);
	}
	if (s == STATE_CLOSE_WAIT && !r->eof) {
		r->eof = true;
		r->close_at = ns_min(r->close_at, r->now + r->eof_delay);
	}
	if (conn_settled(&r->conn) && !r->settled) {
		r->settled = true;
		r->gone_at = r->now + r->linger;
		r->send_at = r->close_at = r->abort_at = NS_NEVER;
	}
}

static void client_event(struct run *r, enum conn_event ev, const struct seg *in)
{
	struct seg out;

	conn_event(&r->conn, ev, in, r->now);
	while (conn_next(&r->conn, &out, r->now)) {
		check_sent(r, &out);
		note_end(r, &out);
		capture(r, TRACK_CLIENT, &out);
		put_on_wire(r, TO_SERVER, &out, 0);
	}
	note_state_of_conn(r);
}

/* The server may have had several connections, one after the other: each has an ISS of its own. */
static void note_server_top(struct run *r, const struct seg *s)
{
	uint32_t end = s->seq + seg_len(s);
	struct sent *last = &r->server_sent[r->server_count % RUN_CONNECTIONS];

	if ((s->flags & SEG_RST) != 0)
		return;
	if ((s->flags & SEG_SYN) != 0 && (r->server_count == 0 || last->iss != s->seq)) {
		last = &r->server_sent[++r->server_count % RUN_CONNECTIONS];
		*last = (struct sent){.iss = s->seq, .top = end};
	} else if ((int32_t)(end - last->top) > 0) {
		last->top = end;
	}
}

/* `prompt`: the server speaks because a SYN reached it just now. */
static void server_flush(struct run *r, bool prompt)
{
	struct seg out;

	while (server_next(&r->server, &out)) {
		note_server_top(r, &out);
		if (r->link.sent < RUN_SEGMENTS_MAX)
			r->prompt[r->link.sent] = prompt;
		put_on_wire(r, TO_CLIENT, &out, r->server.syn);
	}
}

/* --- arrivals --- */

/* The host's answer where nobody holds the connection: RFC 9293 3.10.7.1. */
static void host_answers(struct run *r, const struct seg *in)
{
	struct seg out = {.flags = SEG_RST, .seq = in->ack};

	if ((in->flags & SEG_RST) != 0)
		return;
	if ((in->flags & SEG_ACK) == 0)
		out = (struct seg){.flags = SEG_RST | SEG_ACK, .ack = in->seq + seg_len(in)};
	put_on_wire(r, TO_SERVER, &out, 0);
}

static void arrive_at_client(struct run *r, const struct frame *f)
{
	print_seg(r, '<', &f->seg, "here");
	if (r->gone) {
		host_answers(r, &f->seg);
		return;
	}
	capture(r, TRACK_SERVER, &f->seg);
	if (!r->answer_seen && r->track.answer != NS_NONE) {
		r->answer_seen = true;
		r->answered_syn = r->sent_at[f->cause];
		r->answer_prompt = r->prompt[f->id];
	}
	client_event(r, CONN_SEGMENT, &f->seg);
}

static void arrive_at_server(struct run *r, const struct frame *f)
{
	bool syn = seg_has(&f->seg, SEG_SYN, 0);

	if (syn &&
	    r->server.state == STATE_LISTEN) /* a refusal leaves nothing that would remember it */
		r->server.syn = f->id;
	server_segment(&r->server, &f->seg, f->id, r->now);
	print_seg(r, '>', &f->seg, "there");
	server_flush(r, syn);
}

static void arrive(struct run *r)
{
	struct frame f = link_take(&r->link);

	if (f.way == TO_CLIENT)
		arrive_at_client(r, &f);
	else
		arrive_at_server(r, &f);
}

/* --- the clock --- */

static ns_t client_due(const struct run *r)
{
	ns_t due = ns_min(ns_min(r->send_at, r->close_at), ns_min(r->abort_at, r->gone_at));

	return r->gone ? NS_NEVER : ns_min(due, conn_deadline(&r->conn));
}

static void owner_goes(struct run *r)
{
	print_note(r, "the owner of the client goes");
	r->final = conn_state(&r->conn);
	r->gone = true;
}

static void client_turn(struct run *r)
{
	if (r->gone_at <= r->now) {
		owner_goes(r);
	} else if (r->abort_at <= r->now) {
		print_note(r, "ABORT");
		r->abort_at = NS_NEVER;
		r->aborted = true;
		client_event(r, CONN_ABORT, NULL);
	} else if (r->send_at <= r->now) {
		r->send_at = NS_NEVER;
		if (r->stream != NULL)
			(void)stream_write(r->stream, data, r->data_len);
		client_event(r, CONN_SEND, NULL);
	} else if (r->close_at <= r->now) {
		print_note(r, "CLOSE");
		r->close_at = NS_NEVER;
		client_event(r, CONN_CLOSE, NULL);
	} else {
		client_event(r, CONN_TIMER, NULL);
	}
}

static bool turn(struct run *r)
{
	ns_t client = client_due(r), server = server_due(&r->server), wire = link_due(&r->link);
	ns_t next = ns_min(ns_min(client, server), wire);

	if (next == NS_NEVER)
		return false;
	r->now = next;
	if (r->now - r->start > RUN_TIME_MAX)
		fail(r, "the run does not end");
	if (wire == next) {
		arrive(r);
	} else if (server == next) {
		server_timer(&r->server, r->now);
		server_flush(r, false);
	} else {
		client_turn(r);
	}
	return r->failure == NULL;
}

/* --- what a seed draws --- */

static void draw_client(struct run *r)
{
	static const char *const names[] = {"linux", "windows", "freebsd", "minimal"};

	r->conn_cfg = (struct conn_config){
		.profile = *profile_find(names[rng_below(&r->rng, 4)]),
		.syn_retries = 1 + (unsigned int)rng_below(&r->rng, 5),
		.fin_retries = 1 + (unsigned int)rng_below(&r->rng, 5),
		.rto = chance(r, 80) ? NS_SEC : 3 * NS_SEC,
		.timeout = chance(r, 50) ? 0 : 5 * NS_SEC,
	};
	r->data_len = chance(r, 50) ? (uint16_t)(1 + rng_below(&r->rng, sizeof(data))) : 0;
	r->iss = chance(r, 25) ? 0xffffffff - (uint32_t)rng_below(&r->rng, 70)
	                       : (uint32_t)rng_next(&r->rng);
	conn_init(&r->conn, &r->conn_cfg, r->iss, 1460);
	if (r->data_len > 0) {
		r->stream = stream_new();
		conn_attach(&r->conn, r->stream);
	}
}

static void draw_plan(struct run *r)
{
	r->plan = (enum plan)rng_below(&r->rng, PLAN_COUNT);
	r->send_after = chance(r, 50) ? 0 : span(r, NS_SEC);
	r->close_after = chance(r, 30) ? 0 : span(r, 3 * NS_SEC);
	if (r->plan == PLAN_WAIT)
		r->close_after = 30 * NS_SEC;
	r->eof_delay = chance(r, 50) ? 0 : span(r, NS_SEC);
	r->linger = chance(r, 50) ? 0 : span(r, 10 * NS_SEC);
	r->send_at = r->close_at = r->gone_at = NS_NEVER;
	r->abort_at = r->plan == PLAN_ABORT ? r->start + span(r, 4 * NS_SEC) : NS_NEVER;
}

static void draw_server(struct run *r)
{
	bool first = chance(r, r->plan == PLAN_WAIT ? 80 : 20);

	r->server_cfg = (struct server_config){
		.refuse = chance(r, 5),
		.timestamps = chance(r, 70),
		.wscale = chance(r, 70),
		.syn_ack_again = chance(r, 50),
		.limit_acks = chance(r, 50),
		.reset_on_eof = chance(r, 5),
		.syn_retries = 4 + (unsigned int)rng_below(&r->rng, 3),
		.retries = 4 + (unsigned int)rng_below(&r->rng, 5),
		.rto = chance(r, 60) ? NS_SEC : 200 * NS_MS,
		.data_len = chance(r, 50) ? 0 : (uint32_t)rng_below(&r->rng, 1500),
		.close_after = first ? span(r, 3 * NS_SEC) : NS_NEVER,
		.close_delay = chance(r, 50) ? 0 : span(r, 2 * NS_SEC),
		.reset_after = chance(r, 5) ? span(r, 4 * NS_SEC) : NS_NEVER,
	};
	if (chance(r, 5))
		r->server_cfg.close_delay = 300 * NS_SEC;
	server_init(&r->server, &r->server_cfg, &r->rng, server_change, r);
}

static void draw_link(struct run *r, const struct path *path)
{
	struct link_config cfg = {
		.loss = {path->loss[TO_SERVER], path->loss[TO_CLIENT]},
		.twice = path->twice,
		.late = path->late,
		.late_by = chance(r, 20) ? 3 * NS_SEC : 300 * NS_MS,
		.delay = NS_US + span(r, chance(r, 20) ? 700 * NS_MS : 100 * NS_MS),
		.jitter = path->late > 0 ? span(r, 20 * NS_MS) : 0,
	};

	link_init(&r->link, &cfg, &r->rng);
}

void run_play(struct run *r, const struct path *path, uint64_t seed, bool print)
{
	memset(r, 0, offsetof(struct run, log));
	r->logged = 0;
	r->answer_seen = false;
	r->failure = NULL;
	rng_seed(&r->rng, seed);
	r->print = print;
	r->start = r->now = (ns_t)rng_below(&r->rng, (uint64_t)8000000 * NS_SEC);
	track_init(&r->track);
	draw_client(r);
	draw_plan(r);
	draw_server(r);
	draw_link(r, path);
	client_event(r, CONN_OPEN, NULL);
	while (turn(r))
		;
	stream_free(r->stream);
}
