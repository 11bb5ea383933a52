/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exchange.c - open, talk, close.
 *
 *      OPENING --handshake--> TALKING --all is said--> (WAITING for the server's FIN) --> CLOSING
 *
 * conn is the client below, with a byte stream; talk has what is spoken on it. A failure, and a phase that
 * takes too long, lead to CLOSING, too: a connection that was opened is closed like any other.
 */
#include "probe/exchange.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/exchange_fill.h"
#include "probe/exchange_plan.h"
#include "probe/talk.h"
#include "tcp/conn.h"

/* Segments that the capture has not shown yet: what is sent beyond that waits, and ACKs become one. */
#define UNCAPTURED_MAX 32
#define RESETS_MAX     4

static_assert(UNCAPTURED_MAX + RESETS_MAX < LANE_SENT_MAX, "the lane knows ours from the host's");

/* The capture of our own segments takes less; those that are still missing then were missed. */
#define CAPTURE_MAX (50 * NS_MS)

/* A server that goes on sending after our FIN, for whom nobody reads, is reset. */
#define DRAIN_MAX (2 * NS_SEC)

/* A server that said it will close is given this time to do so. */
#define CLOSE_WAIT_MAX NS_SEC

enum exchange_step {
	OPENING,
	TALKING,
	WAITING,
	CLOSING,
};

/* What an attempt takes at its start and gives back at its end. */
struct spoken {
	struct talk talk;
	struct moments moments;
	struct stream *stream;
	struct message_log *log; /* NULL: messages are not kept */
};

struct exchange {
	struct conn conn;
	const struct exchange_config *cfg;
	struct exchange_plan *plan;
	struct spoken *spoken; /* NULL: released, or there was no memory */
	enum exchange_step step;
	bool opened;      /* the handshake was complete when we last looked */
	bool secure;      /* TLS was complete when we last looked */
	bool cookie_sent; /* and data, by Fast Open */
	bool starved;     /* there was no memory */
	ns_t deadline;    /* of the phase, or of waiting */
	uint32_t uncaptured;
	ns_t captured;            /* when the last of ours was */
	uint64_t segments, bytes; /* captured, both ways */
};

static size_t state_size(const void *cfg)
{
	(void)cfg;
	return sizeof(struct exchange);
}

/* --- start and release --- */

static void free_spoken(struct spoken *s)
{
	if (s == NULL)
		return;
	talk_free(&s->talk);
	stream_free(s->stream);
	free(s->log);
	free(s);
}

static struct spoken *new_spoken(const struct exchange *h, const struct probe_start *start)
{
	struct spoken *s = calloc(1, sizeof(*s));
	struct talk_start how = {
		.tls = h->cfg->tls,
		.resume = h->cfg->resume,
		.nonce = {start->iss2, (uint32_t)start->key.k0},
		.wall = start->wall / NS_SEC,
	};

	if (s == NULL)
		return NULL;
	s->stream = stream_new();
	if (h->cfg->messages)
		s->log = calloc(1, sizeof(*s->log));
	moments_init(&s->moments, s->log);
	if (s->stream == NULL || (h->cfg->messages && s->log == NULL) ||
	    talk_init(&s->talk, h->plan, &how, s->stream, &s->moments) != 0) {
		free_spoken(s);
		return NULL;
	}
	return s;
}

/* With Fast Open and --data-on-ack the first bytes are there before the handshake is. */
static void prepare(struct exchange *h, const struct probe_start *start)
{
	struct spoken *s = h->spoken;

	stream_path(s->stream, start->room, start->v6);
	conn_attach(&h->conn, s->stream);
	h->cookie_sent = h->cfg->fastopen && h->plan->cookie_len > 0;
	if (h->cfg->fastopen)
		stream_fastopen(s->stream, h->plan->cookie, h->plan->cookie_len);
	if (h->cfg->conn.data_on_ack || h->cookie_sent)
		talk_write(&s->talk);
}

static void start(void *p, const void *cfg, const struct probe_start *s)
{
	struct exchange *h = p;

	memset(h, 0, sizeof(*h));
	h->cfg = cfg;
	h->plan = s->plan;
	h->deadline = NS_NEVER;
	if (h->plan->together)
		h->plan->http.requests = h->plan->left;
	conn_init(&h->conn, &h->cfg->conn, s->iss, profile_mss(&h->cfg->conn.profile, s->room));
	h->spoken = new_spoken(h, s);
	h->starved = h->spoken == NULL;
	if (h->starved)
		return; /* the attempt is over before it began */
	prepare(h, s);
	conn_event(&h->conn, CONN_OPEN, NULL, s->now);
}

static void release(void *p)
{
	struct exchange *h = p;

	if (h->spoken == NULL)
		return;
	exchange_plan_learn(h->plan, h->cfg, &h->spoken->talk);
	conn_attach(&h->conn, NULL);
	free_spoken(h->spoken);
	h->spoken = NULL;
	h->deadline = NS_NEVER;
}

/* --- steps --- */

static bool is_open(const struct exchange *h)
{
	enum tcp_state s = conn_state(&h->conn);

	return s == STATE_ESTABLISHED || s == STATE_CLOSE_WAIT;
}

/* The protocol that is being spoken: its time, and the reason when that is over. */
static ns_t phase_time(const struct exchange *h, const char **reason)
{
	if (h->plan->tls && !h->secure) {
		*reason = "tls-timeout";
		return h->cfg->tls_timeout;
	}
	*reason = h->plan->protocol == EXCHANGE_WS ? "timeout-ws" : "timeout-http";
	return h->plan->protocol == EXCHANGE_WS ? h->cfg->ws_timeout : h->cfg->http_timeout;
}

static void begin_phase(struct exchange *h, ns_t now)
{
	const char *ignored;

	h->deadline = ns_add(now, phase_time(h, &ignored));
}

/* Read what arrived, write what is to be said, and tell conn of both. */
static void talk(struct exchange *h, ns_t now)
{
	struct talk *t = &h->spoken->talk;

	talk_read(t);
	if (h->step != OPENING)
		talk_write(t);
	conn_event(&h->conn, CONN_SEND, NULL, now);
	if (h->step == TALKING && talk_secure(t) != h->secure) {
		h->secure = true;
		begin_phase(h, now);
	}
}

static void part(struct exchange *h, ns_t now)
{
	h->step = CLOSING;
	h->deadline = now + DRAIN_MAX;
	if (h->cfg->end != HANDSHAKE_RST) {
		talk_part(&h->spoken->talk);
		conn_event(&h->conn, CONN_SEND, NULL, now);
	}
	conn_event(&h->conn, h->cfg->end == HANDSHAKE_RST ? CONN_ABORT : CONN_CLOSE, NULL, now);
}

/* How long the server may take to close first. */
static ns_t patience(const struct exchange *h)
{
	if (talk_status(&h->spoken->talk) != STAGE_DONE || h->spoken->moments.fin != NS_NONE)
		return 0;
	if (talk_closes(&h->spoken->talk) && h->cfg->idle < CLOSE_WAIT_MAX)
		return CLOSE_WAIT_MAX;
	return h->cfg->idle;
}

static void advance(struct exchange *h, ns_t now)
{
	if (h->step == OPENING && is_open(h)) {
		h->step = TALKING;
		begin_phase(h, now);
		talk(h, now);
	}
	if (h->step == TALKING && talk_status(&h->spoken->talk) != STAGE_RUNNING) {
		h->step = WAITING;
		h->deadline = ns_add(now, patience(h));
	}
	if (h->step == WAITING && (now >= h->deadline || h->spoken->moments.fin != NS_NONE))
		part(h, now);
}

/* The connection is gone while something was still to be said. */
static void note_loss(struct exchange *h, bool reset)
{
	const char *reason;

	if (h->step != TALKING || conn_state(&h->conn) != STATE_CLOSED)
		return;
	phase_time(h, &reason);
	h->step = CLOSING;
	h->deadline = NS_NEVER;
	if (talk_status(&h->spoken->talk) == STAGE_RUNNING)
		talk_fail(&h->spoken->talk, reset ? "reset" : reason,
		          reset ? "the server reset the connection"
		                : "the server acknowledged nothing any more");
}

/* --- inputs --- */

static void count(struct exchange *h, const struct probe_input *in)
{
	h->segments++;
	h->bytes += in->seg->payload_len;
}

/* What went with the SYN and was lost, or not taken, is sent again: the request begins then. */
static void note_refused_data(struct exchange *h)
{
	struct spoken *s = h->spoken;

	if (h->opened || !is_open(h))
		return;
	h->opened = true;
	if (s->moments.request == NS_NONE || stream_fastopen_accepted(s->stream))
		return;
	moments_again(&s->moments);
	moments_written(&s->moments, stream_written(s->stream));
}

static void read_segment(struct exchange *h, const struct probe_input *in)
{
	struct moments *m = &h->spoken->moments;

	m->reading = in->stamp;
	note_refused_data(h);
	talk(h, in->now);
	if (m->fin == NS_NONE && h->step != CLOSING && stream_ended(h->spoken->stream))
		m->fin = in->stamp;
	note_loss(h, (in->seg->flags & SEG_RST) != 0);
}

static enum track_take heard(void *p, const struct probe_input *in)
{
	struct exchange *h = p;

	conn_event(&h->conn, CONN_SEGMENT, in->seg, in->now); /* judges what it believes */
	h->uncaptured = in->uncaptured;
	if (h->spoken == NULL)
		return in->take;
	count(h, in);
	if (h->cfg->end == HANDSHAKE_HALF_OPEN && is_open(h)) {
		conn_event(&h->conn, CONN_ABORT, NULL, in->now);
		h->step = CLOSING;
	}
	read_segment(h, in);
	return in->take;
}

/* One of ours was captured: messages that it completed have their time. */
static void sent(void *p, const struct probe_input *in)
{
	struct exchange *h = p;
	uint32_t first = h->conn.iss + ((in->seg->flags & SEG_SYN) != 0 ? 0 : 1);

	h->uncaptured = in->uncaptured;
	h->captured = in->now;
	if (h->spoken == NULL)
		return;
	count(h, in);
	if (in->seg->payload_len > 0)
		moments_captured(&h->spoken->moments, in->seg->seq - first + in->seg->payload_len,
		                 in->stamp);
}

static void unreachable(void *p, uint32_t lane)
{
	struct exchange *h = p;

	(void)lane;
	conn_event(&h->conn, CONN_FORGET, NULL, 0);
}

static void too_big(void *p, uint32_t lane, uint16_t room, ns_t now)
{
	struct exchange *h = p;

	(void)lane;
	conn_path_mtu(&h->conn, room, now);
}

/* Our FIN is acknowledged, and still no end of theirs; or after a failure it does not even get through. */
static void drain(struct exchange *h, ns_t now)
{
	h->deadline = now + DRAIN_MAX;
	if (conn_state(&h->conn) == STATE_FIN_WAIT_2 ||
	    talk_status(&h->spoken->talk) == STAGE_FAILED)
		conn_event(&h->conn, CONN_ABORT, NULL, now);
}

static void timer(void *p, ns_t now)
{
	struct exchange *h = p;
	const char *reason;
	char detail[48];

	conn_event(&h->conn, CONN_TIMER, NULL, now);
	if (now - h->captured > CAPTURE_MAX)
		h->uncaptured = 0;
	if (h->spoken == NULL)
		return;
	note_loss(h, false);
	if (now < h->deadline)
		return;
	if (h->step == CLOSING)
		drain(h, now);
	if (h->step != TALKING)
		return;
	snprintf(detail, sizeof(detail), "not complete after %.6g s",
	         (double)phase_time(h, &reason) / 1e9);
	talk_fail(&h->spoken->talk, reason, detail);
	part(h, now);
}

static bool unfinished(const void *p)
{
	const struct exchange *h = p;

	return h->spoken != NULL && h->step == TALKING &&
	       talk_status(&h->spoken->talk) == STAGE_RUNNING;
}

static void stop(void *p, ns_t now)
{
	struct exchange *h = p;
	const char *reason;

	phase_time(h, &reason);
	if (unfinished(h))
		talk_fail(&h->spoken->talk, reason, "the run ended before it was complete");
	h->step = CLOSING;
	h->deadline = NS_NEVER;
	conn_event(&h->conn, CONN_ABORT, NULL, now);
}

/* More would outrun the capture. Resets at the end find room, but not one for each segment of a flood. */
static bool is_behind(const struct exchange *h)
{
	bool closed = conn_state(&h->conn) == STATE_CLOSED;

	return h->uncaptured >= UNCAPTURED_MAX + (closed ? RESETS_MAX : 0);
}

static bool next(void *p, struct probe_output *out, ns_t now)
{
	struct exchange *h = p;

	out->lane = 0;
	if (is_behind(h))
		return false;
	if (!conn_next(&h->conn, &out->seg, now)) {
		if (h->spoken == NULL)
			return false;
		advance(h, now); /* only when the third segment is out: what follows is its own */
		if (!conn_next(&h->conn, &out->seg, now))
			return false;
	}
	h->uncaptured++;
	return true;
}

static ns_t deadline(const void *p)
{
	const struct exchange *h = p;

	ns_t when = conn_deadline(&h->conn);

	if (is_behind(h))
		when = ns_min(when, h->captured + CAPTURE_MAX + 1);
	return conn_settled(&h->conn) ? when : ns_min(when, h->deadline);
}

static bool done(const void *p)
{
	const struct exchange *h = p;

	return conn_settled(&h->conn);
}

/* What became of the cookie, or of the data that went with it. */
static const char *fastopen_name(const struct exchange *h)
{
	uint8_t cookie[EXCHANGE_COOKIE_MAX];

	if (!h->cfg->fastopen || h->spoken == NULL)
		return NULL;
	if (h->cookie_sent)
		return stream_fastopen_accepted(h->spoken->stream) ? "accepted" : "ignored";
	return stream_fastopen_cookie(h->spoken->stream, cookie) > 0 ? "cookie" : "no-cookie";
}

static void answer(const void *p, const struct attempt *a, struct answer *out)
{
	const struct exchange *h = p;
	struct exchange_facts facts = {
		.track = &a->lane->track,
		.times_void = a->times_void,
		.status_expected = h->cfg->status_expected,
		.fastopen = fastopen_name(h),
		.segments = h->segments,
		.bytes = h->bytes,
	};

	answer_by_lane(out, a);
	if (h->starved) {
		out->store.probe.record.state = out->state = "error";
		out->store.probe.record.reason = "no-memory";
	}
	if (h->spoken != NULL)
		exchange_fill(&h->spoken->talk, &facts, &out->store.probe.record);
	out->failed = out->store.probe.record.exchange.failed;
	answer_put_line(out);
}

struct probe_ops exchange_probe(bool gated, bool alone)
{
	return (struct probe_ops){
		.name = "exchange",
		.tracked = true,
		.alone = alone,
		.gated = gated,
		.ready = exchange_plan_ready,
		.state_size = state_size,
		.start = start,
		.heard = heard,
		.sent = sent,
		.unreachable = unreachable,
		.too_big = too_big,
		.timer = timer,
		.stop = stop,
		.unfinished = unfinished,
		.next = next,
		.deadline = deadline,
		.done = done,
		.answer = answer,
		.release = release,
	};
}
