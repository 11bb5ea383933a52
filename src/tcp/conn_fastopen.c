/* SPDX-License-Identifier: BSD-2-Clause */
/* conn_fastopen.c - RFC 7413: data in the SYN, for a peer that gave us a cookie for it before. */
#include "tcp/conn_internal.h"
#include "tcp/stream_internal.h"

#include <string.h>

/* RFC 7413 4.1.3: the peer's MSS is not known yet. */
#define SYN_DATA_V4 536
#define SYN_DATA_V6 1220

#define COOKIE_MIN  4

/* Only the first SYN: what did not get through shall not keep the next from it (RFC 7413 4.2.1). */
static bool is_due(const struct conn *c)
{
	return c->stream->tfo.wanted && c->tries <= 1;
}

/* Options are part of the MSS's bytes (RFC 6691); here all of their space. */
static uint32_t data_len(const struct stream *s)
{
	uint32_t room = s->out.v6 ? SYN_DATA_V6 : SYN_DATA_V4;

	if (s->tfo.len == 0)
		return 0;
	if (s->out.room < room)
		room = s->out.room;
	room = room > TCPOPT_SPACE ? room - TCPOPT_SPACE : 0;
	return s->out.q.written < room ? (uint32_t)s->out.q.written : room;
}

/* A profile with every option has no space left for it; then there is no data either. */
static bool fits(const struct conn *c, size_t used)
{
	return used + 2 + c->stream->tfo.len <= TCPOPT_SPACE;
}

void conn_fastopen_option(const struct conn *c, struct wr *w)
{
	if (is_due(c) && fits(c, wr_len(w)))
		tcpopt_put_fastopen(w, c->stream->tfo.cookie, c->stream->tfo.len);
}

void conn_fastopen_put(struct conn *c, struct seg *syn)
{
	struct stream *s = c->stream;
	struct rd value;
	uint32_t len = data_len(s);

	if (len == 0 || !tcpopt_find(syn->opt, syn->opt_len, TCPOPT_KIND_TFO, &value))
		return;
	syn->payload = sndq_at(&s->out.q, 0);
	syn->payload_len = len;
	c->snd_nxt = c->iss + 1 + len;
}

void conn_fastopen_answer(struct conn *c, const struct seg *s, uint32_t data)
{
	struct stream_fastopen *tfo = &c->stream->tfo;
	struct rd value;
	size_t len;

	tfo->accepted = data > 0;
	if (!tcpopt_find(s->opt, s->opt_len, TCPOPT_KIND_TFO, &value))
		return;
	len = rd_left(&value);
	if (len < COOKIE_MIN || len > STREAM_COOKIE_MAX)
		return;
	tfo->given_len = (uint8_t)len;
	rd_copy(&value, tfo->given, len);
}
