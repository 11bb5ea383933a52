/* SPDX-License-Identifier: BSD-2-Clause */
/* segs_peer.c - see segs_peer.h. Bytes are counted from 0 behind the SYN; so is the FIN, behind the last. */
#include "segs_peer.h"

#include <string.h>

#define NO_FIN     UINT32_MAX
#define CWND_FIRST 10
#define CWND_MAX   (256 * 1024)
#define RTO_MOST   (8 * NS_SEC)
#define COOKIE     "cookie!!"

static void broken(struct peer *p, const char *rule)
{
	if (p->failure == NULL)
		p->failure = rule;
}

const uint8_t *peer_bytes(bool client, uint32_t n)
{
	static uint8_t bytes[2][PEER_BYTES_MAX + 65536];
	static bool filled;

	for (uint32_t i = 0; !filled && i < sizeof(bytes[0]); i++) {
		bytes[0][i] = (uint8_t)(i * 31 + i / 253);
		bytes[1][i] = (uint8_t)(i * 11 + i / 241);
	}
	filled = true;
	return bytes[client] + n;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t most(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

void peer_init(struct peer *p, const struct peer_config *cfg)
{
	memset(p, 0, sizeof(*p));
	p->cfg = *cfg;
	p->fin = NO_FIN;
	p->timer = NS_NEVER;
	p->rto = cfg->rto;
	p->cwnd = CWND_FIRST * (uint32_t)cfg->client_mss;
}

/* --- receiving --- */

static uint32_t free_edge(const struct peer *p)
{
	return p->read + p->cfg.buffer;
}

static void accept_bytes(struct peer *p, const struct seg *s, uint32_t at)
{
	uint32_t end = least(at + s->payload_len, free_edge(p));

	for (uint32_t i = at; i < end; i++) {
		if (s->payload[i - at] != *peer_bytes(true, i))
			broken(p, "a byte is not what was written");
		p->came[i] = 1;
	}
	if (at > p->rcv && at < end)
		p->latest = at;
	while (p->came[p->rcv] != 0)
		p->rcv++;
}

/* A probe may be a byte beyond the window, and a FIN takes no room. */
static void judge_text(struct peer *p, const struct seg *s, uint32_t at)
{
	uint32_t end = at + s->payload_len, limit = s->payload_len == 1 ? p->edge + 1 : p->edge;

	if (s->payload_len > 0 && end > limit)
		broken(p, "data lies beyond the window");
	if (s->payload_len > 0 &&
	    s->payload_len + s->opt_len > (p->cfg.mss != 0 ? p->cfg.mss : 536U))
		broken(p, "a segment is larger than our MSS");
	if (p->fin != NO_FIN && end > p->fin)
		broken(p, "data lies behind the FIN");
	if ((s->flags & SEG_FIN) != 0 && p->fin != NO_FIN && p->fin != end)
		broken(p, "the FIN moved");
}

static void take_text(struct peer *p, const struct seg *s)
{
	uint32_t at = s->seq - p->client_iss - 1;

	if (seg_len(s) == 0 || at > PEER_BYTES_MAX - 65536)
		return;
	judge_text(p, s, at);
	accept_bytes(p, s, at);
	if ((s->flags & SEG_FIN) != 0)
		p->fin = at + s->payload_len;
	if (p->rcv == p->fin)
		p->fin_in = true;
	p->ack = true;
}

void peer_read(struct peer *p, uint32_t n)
{
	uint32_t had = p->edge - p->rcv;

	p->read += least(n, p->rcv - p->read);
	if (had < p->cfg.mss && free_edge(p) - p->rcv >= 2U * p->cfg.mss)
		p->ack = p->open && !p->fin_in;
}

/* --- what the client acknowledges --- */

static void take_sack(struct peer *p, const struct seg *s)
{
	struct rd value;
	struct tcpopt_block b;

	if (!tcpopt_find(s->opt, s->opt_len, TCPOPT_KIND_SACK, &value))
		return;
	if (!p->sack_on)
		broken(p, "SACK blocks that nobody asked for");
	while (tcpopt_next_sack(&value, &b)) {
		uint32_t from = b.from - p->cfg.iss - 1, to = b.to - p->cfg.iss - 1;

		if (from >= to || to > p->nxt) {
			broken(p, "a SACK block of what was not sent");
			return;
		}
		memset(p->sacked + from, 1, to - from);
	}
}

static void progress(struct peer *p, uint32_t ack, ns_t now)
{
	p->una = ack;
	p->resend = most(p->resend, ack);
	p->dupacks = 0;
	p->cwnd = least(p->cwnd + p->cfg.client_mss, CWND_MAX);
	p->rto = p->cfg.rto;
	p->timer = p->una < p->nxt ? now + p->rto : NS_NEVER;
}

/* The first that is missing, and what SACK shows to be missing before the last that is not. */
static void repeat(struct peer *p)
{
	p->resend = p->una;
	p->resend_to = least(p->una + p->cfg.client_mss, p->nxt);
	for (uint32_t i = p->una; i < p->nxt; i++)
		if (p->sacked[i] != 0)
			p->resend_to = i;
	p->cwnd = most(p->cwnd / 2, 2U * p->cfg.client_mss);
}

static void take_ack(struct peer *p, const struct seg *s, ns_t now)
{
	uint32_t ack = s->ack - p->cfg.iss - 1;
	uint32_t edge = ack + ((uint32_t)s->win << (p->scaling_on ? p->client_shift : 0));

	if (ack > p->nxt) {
		broken(p, "an ACK of what was not sent");
		return;
	}
	take_sack(p, s);
	if (edge > p->client_edge)
		p->dupacks = 0;
	else if (ack == p->una && p->una < p->nxt && seg_len(s) == 0 && ++p->dupacks == 3)
		repeat(p);
	p->client_edge = most(p->client_edge, edge);
	if (ack > p->una)
		progress(p, ack, now);
}

static void take_syn(struct peer *p, const struct seg *s)
{
	struct tcpopts o = seg_opts(s);
	struct rd value;

	p->syn_ack = true;
	if (p->known)
		return;
	p->known = true;
	p->client_iss = s->seq;
	p->ts_on = o.ts_present && p->cfg.ts;
	p->ts_recent = o.tsval;
	p->sack_on = o.sackok && p->cfg.sack;
	p->scaling_on = o.wscale_present && p->cfg.scaling;
	p->client_shift = o.wscale;
	p->client_edge = s->win;
	if (p->cfg.fastopen && tcpopt_find(s->opt, s->opt_len, TCPOPT_KIND_TFO, &value) &&
	    rd_left(&value) > 0 && s->payload_len > 0) {
		p->edge = s->payload_len;
		accept_bytes(p, s, 0);
	}
}

void peer_input(struct peer *p, const struct seg *s, ns_t now)
{
	struct tcpopts o = seg_opts(s);

	if ((s->flags & SEG_RST) != 0) {
		if (!peer_done(p)) /* who is closed resets what comes late */
			broken(p, "a reset");
		return;
	}
	if ((s->flags & SEG_SYN) != 0) {
		take_syn(p, s);
		return;
	}
	if (!p->known || (s->flags & SEG_ACK) == 0)
		return;
	if (!p->open)
		p->timer = NS_NEVER;
	p->open = true;
	if (p->ts_on && !o.ts_present)
		broken(p, "a segment without timestamps");
	if (p->ts_on && s->seq - p->client_iss - 1 <= p->last_ack)
		p->ts_recent = o.tsval;
	take_ack(p, s, now);
	take_text(p, s);
	if (!p->cfg.lazy)
		peer_read(p, UINT32_MAX);
}

/* --- sending --- */

/* One block: where the last one came from. */
static void put_sack(const struct peer *p, struct wr *w)
{
	struct tcpopt_block b;
	uint32_t from = p->latest, to = p->latest;

	if (!p->sack_on || p->latest <= p->rcv || p->came[p->latest] == 0)
		return;
	while (p->came[from - 1] != 0)
		from--;
	while (p->came[to] != 0)
		to++;
	b = (struct tcpopt_block){.from = p->client_iss + 1 + from, .to = p->client_iss + 1 + to};
	tcpopt_put_sack(w, &b, 1);
}

static void put_options(struct peer *p, struct seg *out, ns_t now)
{
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));
	bool syn = (out->flags & SEG_SYN) != 0;

	if (syn && p->cfg.mss != 0)
		tcpopt_put_mss(&w, p->cfg.mss);
	if (syn && p->scaling_on)
		tcpopt_put_wscale(&w, p->cfg.wscale);
	if (syn && p->sack_on)
		tcpopt_put_sackok(&w);
	if (syn && p->cfg.fastopen)
		tcpopt_put_fastopen(&w, (const uint8_t *)COOKIE, 8);
	if (p->ts_on)
		tcpopt_put_ts(&w, (uint32_t)(now / NS_MS) + 77, p->ts_recent);
	if (!syn)
		put_sack(p, &w);
	seg_set_opts(out, &w);
}

/* The right edge does not move back, nor by less than a segment. */
static uint16_t window(struct peer *p, bool syn)
{
	unsigned int shift = p->scaling_on && !syn ? p->cfg.wscale : 0;
	uint32_t edge = free_edge(p), field;

	if (edge < p->edge + least(p->cfg.mss, p->cfg.buffer / 2))
		edge = p->edge;
	edge = most(edge, most(p->edge, p->rcv));
	field = least((edge - p->rcv) >> shift, UINT16_MAX);
	p->edge = most(p->edge, p->rcv + (field << shift));
	return (uint16_t)field;
}

static void emit(struct peer *p, struct seg *out, uint16_t flags, uint32_t at, uint32_t len,
                 ns_t now)
{
	uint32_t fin = p->cfg.give;
	bool syn = (flags & SEG_SYN) != 0;

	*out = (struct seg){
		.flags = flags | SEG_ACK,
		.seq = p->cfg.iss + (syn ? 0 : 1 + at),
		.ack = p->client_iss + 1 + p->rcv + (p->fin_in ? 1 : 0),
		.win = window(p, syn),
	};
	if (!syn && len > 0 && at + len > fin) {
		out->flags |= SEG_FIN;
		len--;
	}
	if (len > 0) {
		out->payload = peer_bytes(false, at);
		out->payload_len = out->payload_here = len;
	}
	put_options(p, out, now);
	p->last_ack = p->rcv;
	p->ack = false;
	p->server_sent++;
}

static bool resend(struct peer *p, struct seg *out, ns_t now)
{
	uint32_t to;

	while (p->resend < p->resend_to && p->sacked[p->resend] != 0)
		p->resend++;
	if (p->resend >= p->resend_to)
		return false;
	to = least(p->resend + p->cfg.client_mss, p->nxt);
	for (uint32_t i = p->resend; i < to; i++)
		if (p->sacked[i] != 0)
			to = i;
	emit(p, out, SEG_PSH, p->resend, to - p->resend, now);
	p->resend = to;
	return true;
}

/* Whole segments, or all that is left, within both windows. */
static bool send_new(struct peer *p, struct seg *out, ns_t now)
{
	uint32_t end = p->cfg.give + 1,
		 room = p->client_edge > p->nxt ? p->client_edge - p->nxt : 0;
	uint32_t len = least(end - p->nxt, p->cfg.client_mss);

	if (len == 0 || p->nxt - p->una + len > p->cwnd)
		return false;
	if (p->cfg.joins)
		len = least(least(least(end - p->nxt, 8U * p->cfg.client_mss), room),
		            p->cwnd - (p->nxt - p->una));
	if (len == 0 || len > room) {
		if (p->timer == NS_NEVER)
			p->timer = now + p->rto;
		return false;
	}
	emit(p, out, 0, p->nxt, len, now);
	p->nxt += len;
	if (p->timer == NS_NEVER)
		p->timer = now + p->rto;
	return true;
}

/* A byte beyond what the client offers: it counts as sent only if it is acknowledged, so as sent. */
static bool send_probe(struct peer *p, struct seg *out, ns_t now)
{
	if (!p->probe)
		return false;
	p->probe = false;
	emit(p, out, 0, p->una, 1, now);
	p->nxt = most(p->nxt, p->una + 1);
	return true;
}

bool peer_next(struct peer *p, struct seg *out, ns_t now)
{
	if (p->syn_ack) {
		p->syn_ack = false;
		emit(p, out, SEG_SYN, 0, 0, now);
		if (!p->open)
			p->timer = now + p->rto;
		return true;
	}
	if (!p->open)
		return false;
	if (send_probe(p, out, now) || resend(p, out, now) || send_new(p, out, now))
		return true;
	if (!p->ack)
		return false;
	emit(p, out, 0, least(p->nxt, most(p->client_edge, p->una)), 0, now);
	return true;
}

ns_t peer_due(const struct peer *p)
{
	return p->timer;
}

void peer_timer(struct peer *p, ns_t now)
{
	p->timer = NS_NEVER;
	if (!p->open) {
		p->syn_ack = true;
	} else if (p->una == p->nxt) {
		p->probe = p->una <= p->cfg.give;
		p->timer = now + p->rto;
	} else {
		p->resend = p->una;
		p->resend_to = p->nxt;
		p->cwnd = 2U * p->cfg.client_mss;
		p->timer = now + p->rto;
	}
	p->rto = p->rto < RTO_MOST ? 2 * p->rto : RTO_MOST;
}

bool peer_done(const struct peer *p)
{
	return p->fin_in && p->una == p->cfg.give + 1;
}
