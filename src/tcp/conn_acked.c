/* SPDX-License-Identifier: BSD-2-Clause */
/* conn_acked.c - what an ACK says of a stream: what arrived, what was lost, how long it took. */
#include "tcp/conn_internal.h"
#include "tcp/seq.h"
#include "tcp/stream_internal.h"

#define DUP_THRESH 3 /* RFC 5681 3.2 */

/* An echo older than this is nonsense. */
#define ECHO_MAX_MS 120000

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* --- windows --- */

void conn_stream_resend(struct conn *c)
{
	struct stream_sender *out = &c->stream->out;

	out->lost_to = out->nxt;
	out->repeated = out->una;
}

/* A probe may still be under way: it goes again, with what there is room for now. */
static void window_opened(struct conn *c)
{
	struct stream_sender *out = &c->stream->out;

	out->persist = out->probe = false;
	out->probes = 0;
	c->deadline = NS_NEVER;
	conn_stream_resend(c);
}

/*
 * RFC 9293 3.10.7.4: a segment that is older than the last that told the window does not. But where its ACK
 * is newer it does, as in Linux: the window counts from SND.UNA, and would move along with it.
 */
static void take_window(struct conn *c, const struct seg *s, uint32_t wnd)
{
	struct stream_sender *out = &c->stream->out;

	if (seq_lt(s->ack, c->snd_una))
		return;
	if (s->ack == c->snd_una &&
	    (seq_lt(s->seq, out->wl1) || (s->seq == out->wl1 && seq_lt(s->ack, out->wl2))))
		return;
	out->wnd = wnd;
	out->wl1 = s->seq;
	out->wl2 = s->ack;
}

/* --- round-trip times --- */

static void sample_by_echo(struct conn *c, const struct seg *s, ns_t now)
{
	struct tcpopts o = seg_opts(s);
	uint32_t age = conn_ts_clock(c, now) - o.tsecr;

	if (o.ts_present && o.tsecr != 0 && age < ECHO_MAX_MS)
		conn_stream_sample(c, (ns_t)age * NS_MS);
}

/* Our own watch is finer than the peer's echo, which however tells the first sending from the second. */
static void sample(struct conn *c, const struct seg *s, ns_t now)
{
	struct stream_sender *out = &c->stream->out;

	if (out->timed_at == NS_NONE) {
		if ((c->flags & TS_ON) != 0)
			sample_by_echo(c, s, now);
	} else if (out->una >= out->timed_to) {
		conn_stream_sample(c, now - out->timed_at);
		out->timed_at = NS_NONE;
	}
}

/* --- losses --- */

/* RFC 2018 3. Returns whether they say anything new. What is below SND.UNA is of duplicates (RFC 2883). */
static bool take_sack(struct conn *c, const struct seg *s)
{
	struct stream_sender *out = &c->stream->out;
	uint64_t held = ranges_held(&out->sacked, out->una, out->nxt);
	struct rd value;
	struct tcpopt_block b;

	if ((c->flags & SACK_ON) == 0 || !tcpopt_find(s->opt, s->opt_len, TCPOPT_KIND_SACK, &value))
		return false;
	while (tcpopt_next_sack(&value, &b)) {
		if (seq_lt(c->snd_una, b.from) && seq_lt(b.from, b.to) && seq_le(b.to, c->snd_nxt))
			(void)ranges_add(&out->sacked, out->una + (b.from - c->snd_una),
			                 out->una + (b.to - c->snd_una));
	}
	return ranges_held(&out->sacked, out->una, out->nxt) > held;
}

/* RFC 6675 4, IsLost(): below this, three ranges or more than two segments were SACKed. */
static uint64_t sack_shows_lost(const struct stream_sender *out)
{
	uint64_t bytes = 0;
	uint32_t ranges = 0;

	for (uint32_t i = out->sacked.count; i-- > 0;) {
		bytes += out->sacked.list[i].to - out->sacked.list[i].from;
		ranges++;
		if (ranges >= DUP_THRESH || bytes > (DUP_THRESH - 1) * (uint64_t)out->mss)
			return out->sacked.list[i].from;
	}
	return 0;
}

/* Up to a segment, which may have been several small ones, but not what lies behind the first SACKed. */
static void first_is_lost(struct stream_sender *out)
{
	struct range hole;

	if (ranges_hole(&out->sacked, out->una, least(out->una + out->mss, out->nxt), &hole))
		out->lost_to = most(out->lost_to, hole.to);
}

/* RFC 6582 3.2, step 2; RFC 6675 5, step 4. */
static void recover(struct stream_sender *out)
{
	cong_loss(&out->cong, (uint32_t)(out->nxt - out->una));
	out->mode = STREAM_RECOVER;
	out->recover = out->nxt;
	out->repeated = out->una;
	out->force = true;
	first_is_lost(out);
}

/*
 * Without SACK, duplicate ACKs can be of what the timer repeated: those count only beyond the last loss
 * (RFC 6582 4.1).
 */
static void note_losses(struct conn *c)
{
	struct stream_sender *out = &c->stream->out;
	bool sack = (c->flags & SACK_ON) != 0;
	uint64_t lost = sack ? sack_shows_lost(out) : 0;
	bool counts = sack || out->recover == 0 || out->una > out->recover;

	out->lost_to = most(out->lost_to, lost);
	if (out->mode == STREAM_OPEN && (lost > out->una || (out->dupacks >= DUP_THRESH && counts)))
		recover(out);
}

/* RFC 5681 2; with SACK, RFC 6675 2. */
static bool is_duplicate(const struct conn *c, const struct seg *s, bool same_window, bool news)
{
	const struct stream_sender *out = &c->stream->out;

	if (s->ack != c->snd_una || out->una == out->nxt)
		return false;
	if ((c->flags & SACK_ON) != 0)
		return news;
	return same_window && seg_len(s) == 0;
}

/* --- progress --- */

/* RFC 6582 3.2, step 3: an ACK of a part shows the next loss. */
static void partial(struct conn *c, uint32_t bytes)
{
	struct stream_sender *out = &c->stream->out;
	uint32_t segments = bytes / out->mss;

	first_is_lost(out);
	if ((c->flags & SACK_ON) != 0)
		return;
	out->repeated = out->una;
	out->force = true;
	out->dupacks -= segments < out->dupacks ? segments : out->dupacks;
}

/* The window grows only while it is what holds us back (RFC 7661 3). */
static void grow(struct stream_sender *out, uint32_t bytes, uint64_t flight)
{
	if (out->cong.cwnd < 2 * flight)
		cong_acked(&out->cong, bytes);
}

static void progress(struct conn *c, uint32_t bytes, uint64_t flight)
{
	struct stream_sender *out = &c->stream->out;
	bool over = out->una >= out->recover;

	switch ((enum stream_mode)out->mode) {
	case STREAM_OPEN:
	case STREAM_LOSS:
		grow(out, bytes, flight);
		break;
	case STREAM_RECOVER:
		if (over)
			out->cong.cwnd = (uint32_t)least(
				out->cong.ssthresh, most(out->nxt - out->una, out->mss) + out->mss);
		else
			partial(c, bytes);
		break;
	}
	if (over)
		out->mode = STREAM_OPEN;
	if (out->mode != STREAM_RECOVER)
		out->dupacks = 0;
}

static void advance(struct conn *c, uint32_t ack)
{
	struct stream_sender *out = &c->stream->out;

	out->una += ack - c->snd_una;
	c->snd_una = ack;
	sndq_acked(&out->q, least(out->una, out->q.written));
	ranges_cut(&out->sacked, out->una);
	out->lost_to = most(out->lost_to, out->una);
	out->repeated = most(out->repeated, out->una);
}

/* RFC 6298 5.2 and 5.3. */
static void restart_timer(struct conn *c, ns_t now)
{
	struct stream_sender *out = &c->stream->out;

	out->persist = out->probe = false;
	c->deadline = NS_NEVER;
	if (out->una < out->nxt)
		conn_arm(c, now);
	else if (out->una > out->q.written)
		conn_fin_acked(c, now);
}

void conn_stream_acked(struct conn *c, const struct seg *s, ns_t now)
{
	struct stream_sender *out = &c->stream->out;
	uint32_t wnd = (uint32_t)s->win << ((c->flags & WSCALE_ON) != 0 ? c->peer_wscale : 0);
	uint32_t bytes = s->ack - c->snd_una;
	uint64_t flight = out->nxt - out->una;
	bool same_window = wnd == out->wnd, news = take_sack(c, s);

	take_window(c, s, wnd);
	if (seq_lt(c->snd_una, s->ack)) {
		advance(c, s->ack);
		sample(c, s, now);
		progress(c, bytes, flight);
		restart_timer(c, now);
	} else if (is_duplicate(c, s, same_window, news)) {
		out->dupacks++;
	}
	if (out->persist && out->wnd > 0)
		window_opened(c);
	note_losses(c);
}
