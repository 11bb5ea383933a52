/* SPDX-License-Identifier: BSD-2-Clause */
/* conn_build.c - the segments that a client has noted for sending, with the variables of the moment. */
#include "tcp/conn_internal.h"
#include "tcp/seq.h"

/* Our timestamp clock: milliseconds from an unguessable origin. */
uint32_t conn_ts_clock(const struct conn *c, ns_t now)
{
	return conn_ms(now) + c->iss * 2654435761U;
}

/* Every SYN has a value of its own. */
static uint32_t next_tsval(struct conn *c, bool syn, ns_t now)
{
	uint32_t val = conn_ts_clock(c, now);

	if (syn && c->ts_last != 0 && seq_le(val, c->ts_last))
		val = c->ts_last + 1;
	if (c->ts_last != 0 && seq_lt(val, c->ts_last))
		val = c->ts_last;
	c->ts_last = val;
	return val;
}

/* RFC 7323 2.2, 3.2, RFC 2018 2: a SYN-ACK offers what the peer's SYN offered, and echoes its clock. */
static void put_syn_options(struct conn *c, struct wr *w, uint16_t flags, ns_t now)
{
	struct profile p = c->cfg->profile;
	bool ack = (flags & SEG_ACK) != 0;

	if (ack) {
		p.timestamps = (c->flags & TS_ON) != 0;
		p.wscale_sent = (c->flags & WSCALE_ON) != 0;
		p.sack = (c->flags & SACK_ON) != 0;
	}
	profile_put_answer(&p, w, c->mss, next_tsval(c, true, now), ack ? c->ts_recent : 0);
	if (!ack && c->stream != NULL)
		conn_fastopen_option(c, w);
}

static void put_options(struct conn *c, struct seg *out, ns_t now)
{
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));

	if ((out->flags & SEG_SYN) != 0) {
		put_syn_options(c, &w, out->flags, now);
	} else if ((c->flags & TS_ON) != 0 && (out->flags & SEG_RST) == 0) {
		tcpopt_put_nop(&w);
		tcpopt_put_nop(&w);
		tcpopt_put_ts(&w, next_tsval(c, false, now), c->ts_recent);
	}
	if (c->stream != NULL && (out->flags & (SEG_SYN | SEG_RST)) == 0 && out->payload_len == 0)
		conn_stream_sack(c, &w);
	seg_set_opts(out, &w);
}

static uint16_t window(struct conn *c, uint16_t flags)
{
	uint16_t scaled;

	if ((flags & SEG_RST) != 0)
		return 0;
	if (c->stream != NULL && (flags & SEG_SYN) == 0)
		return conn_stream_window(c);
	if ((flags & SEG_SYN) != 0 || (c->flags & WSCALE_ON) == 0)
		return c->cfg->profile.win;
	scaled = (uint16_t)(c->cfg->profile.win >> c->cfg->profile.wscale);
	return scaled == 0 && c->cfg->profile.win > 0 ? 1 : scaled; /* small is not closed */
}

void conn_build(struct conn *c, struct seg *out, uint16_t flags, uint32_t seq, uint32_t len,
                ns_t now)
{
	*out = (struct seg){
		.seq = seq,
		.ack = (flags & SEG_ACK) != 0 ? c->rcv_nxt : 0,
		.flags = flags,
		.win = window(c, flags),
		.payload_len = len,
		.ip = {.ttl = c->cfg->profile.ttl,
	               .tos = c->cfg->tos,
	               .df = true,
	               .id = c->ip_id++,
	               .flow = c->iss & 0xfffff},
	};
	put_options(c, out, now);
	if (c->stream != NULL && (flags & SEG_ACK) != 0)
		conn_stream_acking(c);
}

static void build_syn(struct conn *c, struct seg *out, ns_t now)
{
	conn_build(c, out, SEG_SYN | (c->cfg->ecn ? SEG_ECE | SEG_CWR : 0), c->iss, 0, now);
	if (c->stream != NULL)
		conn_fastopen_put(c, out);
}

/* SND.NXT as far as it was really sent: a FIN that waits behind an ACK comes after it. */
static uint32_t ack_seq(const struct conn *c)
{
	if (c->stream != NULL)
		return conn_stream_ack_seq(c);
	return (c->pending & SEND_FIN) != 0 ? c->snd_nxt - 1 : c->snd_nxt;
}

/* A stream's data takes an ACK that waits with it. */
bool conn_next(struct conn *c, struct seg *out, ns_t now)
{
	uint8_t next = c->pending & (uint8_t)-c->pending; /* the lowest bit */

	if ((next == SEND_ACK || next == 0) && c->stream != NULL && conn_stream_next(c, out, now))
		return true;
	c->pending &= (uint8_t)~next;
	switch (next) {
	case SEND_SYN:
		build_syn(c, out, now);
		return true;
	case SEND_SYN_ACK:
		conn_build(c, out, SEG_SYN | SEG_ACK, c->iss, 0, now);
		return true;
	case SEND_ACK:
		conn_build(c, out, SEG_ACK, ack_seq(c), 0, now);
		return true;
	case SEND_FIN:
		conn_build(c, out, SEG_FIN | SEG_ACK, c->snd_nxt - 1, 0, now);
		return true;
	case SEND_RST:
		conn_build(c, out, SEG_RST, c->rst_seq, 0, now);
		return true;
	case SEND_RST_TOO:
		conn_build(c, out, SEG_RST, c->snd_nxt, 0, now);
		return true;
	default:
		return false;
	}
}
