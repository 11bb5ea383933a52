/* SPDX-License-Identifier: BSD-2-Clause */
/* handshake.c - open, and once open: send, close. Everything else is conn's. */
#include "probe/handshake.h"

#include "tcp/stream.h"

struct handshake {
	struct conn conn;
	struct stream *stream; /* of the data; NULL: there is none, or no memory for it */
	const struct handshake_config *cfg;
	bool closing; /* we have asked conn to close */
};

static size_t state_size(const void *cfg)
{
	(void)cfg;
	return sizeof(struct handshake);
}

static void start(void *p, const void *cfg, const struct probe_start *s)
{
	struct handshake *h = p;

	h->cfg = cfg;
	h->closing = false;
	conn_init(&h->conn, &h->cfg->conn, s->iss, profile_mss(&h->cfg->conn.profile, s->room));
	h->stream = h->cfg->data_len > 0 ? stream_new() : NULL;
	if (h->stream != NULL) {
		stream_path(h->stream, s->room, s->v6);
		conn_attach(&h->conn, h->stream);
	}
	conn_event(&h->conn, CONN_OPEN, NULL, s->now);
}

static bool is_open(const struct handshake *h)
{
	enum tcp_state s = conn_state(&h->conn);

	return s == STATE_ESTABLISHED || s == STATE_CLOSE_WAIT;
}

/* What the peer says to our data is of no interest, but it shall not wait for room. */
static void discard(struct handshake *h, ns_t now)
{
	size_t len;

	if (h->stream == NULL || stream_arrived(h->stream) == stream_consumed(h->stream))
		return;
	while (stream_peek(h->stream, &len) != NULL && len > 0)
		stream_consume(h->stream, len);
	conn_event(&h->conn, CONN_SEND, NULL, now);
}

static enum track_take heard(void *p, const struct probe_input *in)
{
	struct handshake *h = p;

	conn_event(&h->conn, CONN_SEGMENT, in->seg, in->now); /* judges what it believes */
	discard(h, in->now);
	if (h->cfg->end == HANDSHAKE_HALF_OPEN && is_open(h))
		conn_event(&h->conn, CONN_ABORT, NULL, in->now);
	return in->take;
}

static void unreachable(void *p, uint32_t lane)
{
	struct handshake *h = p;

	(void)lane;
	conn_event(&h->conn, CONN_FORGET, NULL, 0);
}

static void timer(void *p, ns_t now)
{
	struct handshake *h = p;

	conn_event(&h->conn, CONN_TIMER, NULL, now);
}

static void stop(void *p, ns_t now)
{
	struct handshake *h = p;

	conn_event(&h->conn, CONN_ABORT, NULL, now);
}

/* Only when the third segment is out does the close begin: it is a segment of its own. */
static bool next(void *p, struct probe_output *out, ns_t now)
{
	struct handshake *h = p;

	out->lane = 0;
	if (conn_next(&h->conn, &out->seg, now))
		return true;
	if (h->closing || !is_open(h))
		return false;
	h->closing = true;
	if (h->stream != NULL)
		(void)stream_write(h->stream, h->cfg->data, h->cfg->data_len);
	conn_event(&h->conn, CONN_SEND, NULL, now);
	conn_event(&h->conn, h->cfg->end == HANDSHAKE_RST ? CONN_ABORT : CONN_CLOSE, NULL, now);
	return conn_next(&h->conn, &out->seg, now);
}

static void release(void *p)
{
	struct handshake *h = p;

	conn_attach(&h->conn, NULL);
	stream_free(h->stream);
	h->stream = NULL;
}

static void too_big(void *p, uint32_t lane, uint16_t room, ns_t now)
{
	struct handshake *h = p;

	(void)lane;
	conn_path_mtu(&h->conn, room, now);
}

static ns_t deadline(const void *p)
{
	const struct handshake *h = p;

	return conn_deadline(&h->conn);
}

static bool done(const void *p)
{
	const struct handshake *h = p;

	return conn_settled(&h->conn);
}

static void answer(const void *p, const struct attempt *a, struct answer *out)
{
	(void)p;
	answer_by_lane(out, a);
}

const struct probe_ops handshake_probe = {
	.name = "handshake",
	.tracked = true,
	.state_size = state_size,
	.start = start,
	.heard = heard,
	.unreachable = unreachable,
	.timer = timer,
	.stop = stop,
	.next = next,
	.deadline = deadline,
	.done = done,
	.answer = answer,
	.release = release,
	.too_big = too_big,
};
