/* SPDX-License-Identifier: BSD-2-Clause */
/* check_listeners.c - listeners of several systems, by their published rules. */
#include "check_listeners.h"

#include <string.h>

#include "base/wr.h"
#include "tcp/seq.h"

/* --- numbers --- */

static uint64_t hash(const struct listener *s, uint32_t a, uint32_t b, uint32_t c)
{
	uint8_t bytes[12];
	struct wr w = wr_into(bytes, sizeof(bytes));

	wr_be32(&w, a);
	wr_be32(&w, b);
	wr_be32(&w, c);
	return siphash(&s->key, bytes, sizeof(bytes));
}

static uint32_t random32(struct listener *s)
{
	return (uint32_t)rng_next(&s->rng);
}

static bool happens(struct listener *s, double chance)
{
	return (double)(rng_next(&s->rng) >> 11) / 9007199254740992.0 < chance;
}

void listener_init(struct listener *s, enum listener_kind kind, bool v6, uint64_t seed)
{
	memset(s, 0, sizeof(*s));
	s->kind = kind;
	s->v6 = v6;
	rng_seed(&s->rng, seed);
	s->key = (struct siphash_key){rng_next(&s->rng), rng_next(&s->rng)};
	s->minute = NS_NEVER;
}

static unsigned int table_index(const uint16_t *table, unsigned int count, uint16_t value)
{
	unsigned int i = count - 1;

	while (i > 0 && value < table[i])
		i--;
	return i;
}

static unsigned int linux_index(const struct listener *s, uint16_t mss)
{
	static const uint16_t v4[] = {536, 1300, 1440, 1460}, v6[] = {1220, 1420, 1440, 8940};

	return table_index(s->v6 ? v6 : v4, 4, mss);
}

static uint32_t linux_cookie(const struct listener *s, uint32_t port, uint32_t x, uint32_t data,
                             ns_t now)
{
	uint32_t count = 1000 + (now >= s->minute);

	return (uint32_t)hash(s, port, 0, 0) + x + (count << 24) +
	       (((uint32_t)hash(s, port, 1, count) + data) & 0xffffff);
}

static uint32_t linux_clock(const struct listener *s, uint32_t port, ns_t now)
{
	return (uint32_t)hash(s, port, 2, 0) + (uint32_t)(now / 64);
}

/* Index of MSS and window scale, SACK, and a bit of the key, hidden by a hash of all. */
static uint32_t bsd_cookie(const struct listener *s, uint32_t port, const struct seg *in, bool sack,
                           uint16_t least_mss)
{
	static const uint16_t mss_table[] = {216, 536, 1200, 1360, 1400, 1440, 1452, 1460};
	static const uint16_t ws_table[] = {0, 1, 2, 4, 6, 7, 8};
	struct tcpopts o = seg_opts(in);
	uint16_t mss = o.mss_present && o.mss > least_mss ? o.mss : least_mss;
	uint32_t ws = o.wscale_present ? 1 + table_index(ws_table, 7, o.wscale) : 0;
	uint32_t cookie =
		1 | (sack && o.sackok) << 1 | ws << 2 | table_index(mss_table, 8, mss) << 5;
	uint32_t mac = (uint32_t)hash(s, port, in->seq, cookie);

	return (mac & ~0xffU) | (cookie ^ mac >> 24);
}

static uint32_t dpvs_cookie(const struct listener *s, uint32_t port, const struct seg *in, ns_t now)
{
	static const uint16_t table[] = {64, 256, 512, 536, 1024, 1280, 1440, 1452, 1460, 4312};
	struct tcpopts o = seg_opts(in);
	uint32_t index = table_index(table, 10, o.mss_present ? o.mss : 536);

	return linux_cookie(s, port, in->seq, index << 12 | (uint32_t)o.sackok << 21, now);
}

/* --- answers --- */

/* In a cookie the low six bits say what was offered; only a host adds an offset of the tuple. */
static uint32_t make_tsval(const struct listener *s, uint32_t port, const struct tcpopts *o,
                           bool cookie, ns_t now)
{
	uint32_t ms = (uint32_t)(now / NS_MS), ts;
	bool proxy = s->kind == LISTENER_SYNPROXY || s->kind == LISTENER_XDP;

	if (!cookie)
		return ms + (uint32_t)hash(s, port, 9, 9);
	ts = (ms & ~63U) | (o->wscale_present ? o->wscale : 15U) | (uint32_t)o->sackok << 4;
	return (ts > ms ? ts - 64 : ts) + (proxy ? 0 : (uint32_t)hash(s, port, 9, 9));
}

static void put_options(const struct listener *s, const struct seg *in, struct seg *out, bool mss,
                        bool rest, uint32_t tsval)
{
	struct tcpopts o = seg_opts(in);
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));

	if (mss)
		tcpopt_put_mss(&w, s->v6 ? 1440 : 1460);
	if (rest && !s->dead_options) {
		if (o.sackok)
			tcpopt_put_sackok(&w);
		if (o.ts_present)
			tcpopt_put_ts(&w, tsval, o.tsval);
		if (o.wscale_present)
			tcpopt_put_wscale(&w, 10);
	}
	seg_set_opts(out, &w);
}

static void syn_ack(const struct listener *s, uint32_t port, const struct seg *in, uint32_t isn,
                    uint16_t win, bool rest, bool cookie, ns_t now, struct seg *out)
{
	struct tcpopts o = seg_opts(in);

	*out = (struct seg){.seq = isn,
	                    .ack = in->seq + 1,
	                    .flags = SEG_SYN | SEG_ACK,
	                    .win = win,
	                    .ip = {.ttl = 64, .df = !s->v6}};
	put_options(s, in, out, true, rest, make_tsval(s, port, &o, cookie, now));
}

static bool answer_ack(uint32_t seq, uint32_t ack, struct seg *out)
{
	*out = (struct seg){.seq = seq, .ack = ack, .flags = SEG_ACK, .win = 64240, .ip.ttl = 64};
	return true;
}

static bool answer_rst(const struct seg *in, struct seg *out)
{
	if ((in->flags & SEG_ACK) != 0)
		*out = (struct seg){.seq = in->ack, .flags = SEG_RST, .ip.ttl = 64};
	else
		*out = (struct seg){
			.ack = in->seq + seg_len(in), .flags = SEG_RST | SEG_ACK, .ip.ttl = 64};
	return true;
}

/* --- servers that keep half-open connections --- */

static void forget(struct listener *s, struct listener_half_open *h)
{
	s->half_open -= h->used;
	h->used = false;
}

static bool keep(struct listener *s, uint32_t port, const struct seg *in, uint32_t isn,
                 uint16_t win, bool options, ns_t now, struct seg *out)
{
	struct listener_half_open *h = &s->port[port];

	s->half_open += !h->used;
	if (s->half_open > s->most)
		s->most = s->half_open;
	syn_ack(s, port, in, isn, win, options, false, now, out);
	*h = (struct listener_half_open){.used = true,
	                                 .x = in->seq,
	                                 .s = isn,
	                                 .again = now + NS_SEC,
	                                 .challenged = now - NS_SEC,
	                                 .answer = *out};
	return true;
}

/* Of a half-open connection: the second SYN, an ACK, a reset (RFC 9293 3.10.7.4, RFC 5961). */
static bool challenge(const struct listener *s, struct listener_half_open *h, ns_t now,
                      struct seg *out)
{
	if (now - h->challenged < NS_SEC / 2 && !s->deaf)
		return false;
	h->challenged = now;
	return answer_ack(h->s + 1, h->x + 1, out);
}

static bool state_hears_syn(struct listener *s, uint32_t port, const struct seg *in, ns_t now,
                            struct seg *out)
{
	struct listener_half_open *h = &s->port[port];
	bool clocked = s->kind == LISTENER_LINUX;
	bool full = clocked && ((s->backlog > 0 && s->half_open > s->backlog) ||
	                        (s->flap > 0 && !h->used && happens(s, s->flap)));

	if (h->used && in->seq == h->x) {
		*out = h->answer;
		return true;
	}
	if (h->used && seq_within(in->seq, h->x + 1, 64240)) {
		forget(s, h);
		return answer_rst(in, out);
	}
	if (h->used)
		return challenge(s, h, now, out);
	if (full && (!s->cookies || (s->once && h->answered)))
		return false;
	if (full) {
		struct tcpopts o = seg_opts(in);

		h->answered = true;
		syn_ack(s, port, in,
		        s->random ? random32(s)
		                  : linux_cookie(s, port, in->seq, linux_index(s, o.mss), now),
		        64240, o.ts_present, true, now, out);
		return true;
	}
	return keep(s, port, in, clocked ? linux_clock(s, port, now) : random32(s), 64240, true,
	            now, out);
}

static bool state_hears(struct listener *s, uint32_t port, const struct seg *in, ns_t now,
                        struct seg *out)
{
	struct listener_half_open *h = &s->port[port];

	if ((in->flags & SEG_RST) != 0) {
		if (h->used && in->seq == h->x + 1 && !s->deaf)
			forget(s, h);
		return false;
	}
	if ((in->flags & SEG_SYN) != 0)
		return state_hears_syn(s, port, in, now, out);
	if (!h->used || in->ack != h->s + 1)
		return answer_rst(in, out);
	return seq_within(in->seq, h->x + 1, 64240) ? false : challenge(s, h, now, out);
}

/* A SYN cache: any second SYN gets the first SYN-ACK, an odd ACK a reset. */
static bool cache_hears(struct listener *s, uint32_t port, const struct seg *in, ns_t now,
                        struct seg *out)
{
	struct listener_half_open *h = &s->port[port];

	if ((in->flags & SEG_RST) != 0) {
		if (h->used && in->seq == h->x + 1)
			forget(s, h);
		return false;
	}
	if ((in->flags & SEG_SYN) == 0) {
		forget(s, h);
		return answer_rst(in, out);
	}
	if (h->used) {
		*out = h->answer;
		return true;
	}
	return keep(s, port, in,
	            s->kind == LISTENER_FREEBSD ? bsd_cookie(s, port, in, true, 0) : random32(s),
	            65535, true, now, out);
}

/* pf's synproxy state: window 0, the same SYN gets the same answer, all else is dropped. */
static bool pf_synproxy_hears(struct listener *s, uint32_t port, const struct seg *in, ns_t now,
                              struct seg *out)
{
	struct listener_half_open *h = &s->port[port];

	if ((in->flags & SEG_SYN) == 0)
		return false;
	if (h->used && in->seq != h->x)
		return false;
	if (h->used) {
		*out = h->answer;
		return true;
	}
	keep(s, port, in, random32(s), 0, false, now, out);
	h->again = NS_NEVER;
	return true;
}

static bool replaces_hears(struct listener *s, uint32_t port, const struct seg *in, ns_t now,
                           struct seg *out)
{
	if ((in->flags & (SEG_SYN | SEG_RST)) != SEG_SYN)
		return state_hears(s, port, in, now, out);
	if (s->repeats && s->port[port].used && s->port[port].x == in->seq) {
		*out = s->port[port].answer;
		return true;
	}
	return keep(s, port, in, random32(s), 8192, true, now, out);
}

/* --- servers that keep nothing --- */

static uint32_t stateless_isn(struct listener *s, uint32_t port, const struct seg *in, ns_t now)
{
	struct tcpopts o = seg_opts(in);

	if (s->kind == LISTENER_DPVS)
		return dpvs_cookie(s, port, in, now);
	if (s->kind == LISTENER_FREEBSD_ONLY)
		return bsd_cookie(s, port, in, true, 0);
	if (s->kind == LISTENER_PF)
		return bsd_cookie(s, port, in, false, 512);
	if (s->kind == LISTENER_MAC)
		return (uint32_t)hash(s, port, in->seq, 3);
	if (s->kind == LISTENER_RANDOM)
		return random32(s);
	if (s->kind == LISTENER_TRIVIAL)
		return in->seq + (uint32_t)hash(s, s->per_port ? port : 0, 4, 4);
	return linux_cookie(s, port, in->seq, linux_index(s, o.mss_present ? o.mss : 0), now);
}

/* The third segment, right to the byte: this opens a connection. */
static bool accepts(struct listener *s, uint32_t port, const struct seg *in, ns_t now)
{
	struct seg syn = {.seq = in->seq - 1};

	return s->kind == LISTENER_LINUX_COOKIES &&
	       in->ack - 1 - stateless_isn(s, port, &syn, now) <= 3;
}

static bool stateless_hears_ack(struct listener *s, uint32_t port, const struct seg *in, ns_t now,
                                struct seg *out)
{
	struct listener_half_open *h = &s->port[port];

	if (h->used && in->ack == h->s + 1) /* a connection: what is old is acknowledged again */
		return in->seq != h->x + 1 && answer_ack(h->s + 1, h->x + 1, out);
	if (accepts(s, port, in, now)) {
		s->connections++;
		*h = (struct listener_half_open){
			.used = true, .x = in->seq - 1, .s = in->ack - 1, .again = NS_NEVER};
		s->half_open++;
		return false;
	}
	return s->kind == LISTENER_SYNPROXY || s->kind == LISTENER_XDP || s->kind == LISTENER_PF
	               ? false
	               : answer_rst(in, out);
}

static bool stateless_hears(struct listener *s, uint32_t port, const struct seg *in, ns_t now,
                            struct seg *out)
{
	bool proxy = s->kind == LISTENER_SYNPROXY || s->kind == LISTENER_XDP ||
	             s->kind == LISTENER_DPVS || s->kind == LISTENER_PF;
	bool loses = proxy || s->kind == LISTENER_LINUX_COOKIES;
	struct tcpopts o = seg_opts(in);

	if ((in->flags & SEG_RST) != 0) {
		if (in->seq == s->port[port].x + 1)
			forget(s, &s->port[port]);
		return false;
	}
	if ((in->flags & SEG_SYN) == 0)
		return stateless_hears_ack(s, port, in, now, out);
	syn_ack(s, port, in, stateless_isn(s, port, in, now), proxy ? 0 : 64240,
	        !loses || o.ts_present, loses, now, out);
	if (s->kind == LISTENER_SYNPROXY && in->opt_len == 0)
		out->opt_len = 0;
	if (s->kind == LISTENER_DPVS)
		out->ip.id = in->ip.id;
	if (s->kind == LISTENER_PF)
		put_options(s, in, out, true, false, 0);
	return true;
}

/* --- all of them --- */

static bool hears(struct listener *s, uint32_t port, const struct seg *in, ns_t now,
                  struct seg *out)
{
	switch (s->kind) {
	case LISTENER_LINUX:
	case LISTENER_RANDOM_STATE:
		return state_hears(s, port, in, now, out);
	case LISTENER_FREEBSD:
	case LISTENER_CACHE:
		return cache_hears(s, port, in, now, out);
	case LISTENER_PF_SYNPROXY:
		return pf_synproxy_hears(s, port, in, now, out);
	case LISTENER_REPLACES:
		return replaces_hears(s, port, in, now, out);
	case LISTENER_LINUX_COOKIES:
	case LISTENER_SYNPROXY:
	case LISTENER_XDP:
	case LISTENER_DPVS:
	case LISTENER_FREEBSD_ONLY:
	case LISTENER_PF:
	case LISTENER_MAC:
	case LISTENER_RANDOM:
	case LISTENER_TRIVIAL:
		return stateless_hears(s, port, in, now, out);
	case LISTENER_CLOSED:
		return (in->flags & SEG_RST) == 0 && answer_rst(in, out);
	case LISTENER_DEAD:
	case LISTENER_KINDS:
		break;
	}
	return false;
}

/* The box: new numbers for each connection, which ends with a reset. */
bool listener_hears(struct listener *s, uint32_t port, const struct seg *in, ns_t now,
                    struct seg *out)
{
	struct seg inner = *in;
	bool fresh = !s->box[port].used || s->box[port].closed;

	if ((in->flags & SEG_SYN) != 0 && port != 0 &&
	    (port == s->ignored[0] || port == s->ignored[1]))
		return false;
	if ((in->flags & SEG_SYN) != 0 && s->refuses && s->port[port].refused != in->seq) {
		s->port[port].refused = in->seq;
		return answer_rst(in, out);
	}
	if (!s->rewrites)
		return hears(s, port, in, now, out);
	if ((in->flags & SEG_SYN) != 0 && s->strict && !fresh)
		return false;
	if ((in->flags & SEG_SYN) != 0 && fresh) {
		s->box[port].used = true;
		s->box[port].closed = false;
		s->box[port].a = random32(s);
		s->box[port].b = random32(s);
	}
	s->box[port].closed = s->box[port].closed || (in->flags & SEG_RST) != 0;
	inner.seq += s->box[port].a;
	inner.ack -= s->box[port].b;
	if (!hears(s, port, &inner, now, out))
		return false;
	out->seq += s->box[port].b;
	out->ack -= s->box[port].a;
	return true;
}

bool listener_repeats(struct listener *s, ns_t now, uint32_t *port, struct seg *out)
{
	for (uint32_t i = 0; i < LISTENER_PORTS; i++) {
		struct listener_half_open *h = &s->port[i];

		if (!h->used || h->again > now)
			continue;
		h->again = h->repeats < 4 ? now + (NS_SEC << ++h->repeats) : NS_NEVER;
		*port = i;
		*out = h->answer;
		out->seq += s->box[i].b;
		out->ack -= s->box[i].a;
		return true;
	}
	return false;
}
