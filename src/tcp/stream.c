/* SPDX-License-Identifier: BSD-2-Clause */
/* stream.c - the owner's calls: two queues, and no decisions. */
#include "tcp/stream_internal.h"

#include <stdlib.h>
#include <string.h>

static void init_sender(struct stream_sender *out)
{
	memset(&out->una, 0, sizeof(*out) - offsetof(struct stream_sender, una));
	sndq_init(&out->q);
	ranges_init(&out->sacked);
	out->timed_at = NS_NONE;
	out->last_at = NS_NONE;
}

static void init_receiver(struct stream_receiver *in)
{
	memset(&in->fin, 0, sizeof(*in) - offsetof(struct stream_receiver, fin));
	rcvq_init(&in->q);
	in->fin = STREAM_NO_FIN;
	in->ack_at = NS_NEVER;
}

/* The rings are not cleared: of most streams only a page or two is ever used. */
struct stream *stream_new(void)
{
	struct stream *s = malloc(sizeof(*s));

	if (s == NULL)
		return NULL;
	init_sender(&s->out);
	init_receiver(&s->in);
	memset(&s->tfo, 0, sizeof(s->tfo));
	s->first_ack = false;
	return s;
}

void stream_free(struct stream *s)
{
	free(s);
}

void stream_path(struct stream *s, uint16_t room, bool v6)
{
	s->out.room = room;
	s->out.v6 = v6;
}

void stream_fastopen(struct stream *s, const uint8_t *cookie, size_t len)
{
	s->tfo.wanted = true;
	s->tfo.len = len > STREAM_COOKIE_MAX ? 0 : (uint8_t)len;
	if (s->tfo.len > 0)
		memcpy(s->tfo.cookie, cookie, s->tfo.len);
}

bool stream_fastopen_accepted(const struct stream *s)
{
	return s->tfo.accepted;
}

size_t stream_fastopen_cookie(const struct stream *s, uint8_t out[static STREAM_COOKIE_MAX])
{
	memcpy(out, s->tfo.given, s->tfo.given_len);
	return s->tfo.given_len;
}

size_t stream_write(struct stream *s, const void *bytes, size_t len)
{
	return s->out.closing ? 0 : sndq_put(&s->out.q, bytes, len);
}

size_t stream_room(const struct stream *s)
{
	return s->out.closing ? 0 : sndq_room(&s->out.q);
}

const uint8_t *stream_peek(const struct stream *s, size_t *len)
{
	return rcvq_peek(&s->in.q, len);
}

void stream_consume(struct stream *s, size_t len)
{
	rcvq_consume(&s->in.q, len);
}

uint64_t stream_written(const struct stream *s)
{
	return s->out.q.written;
}

uint64_t stream_acked(const struct stream *s)
{
	return s->out.q.acked;
}

uint64_t stream_arrived(const struct stream *s)
{
	return s->in.q.arrived;
}

uint64_t stream_consumed(const struct stream *s)
{
	return s->in.q.consumed;
}

bool stream_ended(const struct stream *s)
{
	return s->in.ended;
}

uint64_t stream_retransmits(const struct stream *s)
{
	return s->out.retransmits;
}
