/* SPDX-License-Identifier: BSD-2-Clause */
/* attempt.c - feed an attempt's frames to its tracker and keep what a record needs. */
#include "probe/attempt.h"

#include <assert.h>
#include <string.h>

#include "tcp/seq.h"

static_assert(ATTEMPT_STATES_MAX >= 8, "SYN_SENT SYN_RCVD ESTABLISHED and the longest close fit");

void attempt_init(struct attempt *a, struct history *history)
{
	memset(a, 0, sizeof(*a));
	track_init(&a->track);
	a->first = NS_NONE;
	a->history = history;
}

static void forget_pending(struct attempt *a, uint8_t n)
{
	a->pending_count = (uint8_t)(a->pending_count - n);
	memmove(a->pending, a->pending + n, a->pending_count * sizeof(a->pending[0]));
}

void attempt_note_sent(struct attempt *a, const struct seg *s)
{
	if (a->sent++ == 0)
		a->seq_first = a->seq_end = s->seq;
	/* A reset's number may be a forger's choice (RFC 9293 3.5.1): it authenticates nothing. */
	if ((s->flags & SEG_RST) == 0 && seq_lt(a->seq_end, s->seq + seg_len(s)))
		a->seq_end = s->seq + seg_len(s);
	if (a->pending_count == ATTEMPT_SENT_MAX)
		forget_pending(a, 1);
	a->pending[a->pending_count++] =
		(struct attempt_sent){.seq = s->seq, .flags = s->flags, .ip_id = s->ip.id};
}

/* Is this frame one that we sent? Those before it in the queue were missed by the capture. */
static bool take_pending(struct attempt *a, const struct seg *s)
{
	for (uint8_t i = 0; i < a->pending_count; i++) {
		const struct attempt_sent *p = &a->pending[i];

		/* IPv6 has no identification. */
		if (p->seq == s->seq && p->flags == s->flags &&
		    (s->ip.id == 0 || p->ip_id == s->ip.id)) {
			forget_pending(a, (uint8_t)(i + 1));
			return true;
		}
	}
	return false;
}

static void on_change(void *ctx, enum track_side who, enum tcp_state to)
{
	struct attempt *a = ctx;

	if (a->state_count[who] < ATTEMPT_STATES_MAX)
		a->states[who][a->state_count[who]++] = (uint8_t)to;
}

static const char *shown_state(const struct attempt *a, enum track_side who)
{
	return a->state_count[who] == 0 ? NULL : state_name(track_state(&a->track, who));
}

static void add_line(struct attempt *a, const char *line, ns_t stamp, bool out)
{
	if (a->history != NULL)
		history_add(a->history, a->first == NS_NONE ? 0 : stamp - a->first,
		            out ? "out" : "in", line, shown_state(a, TRACK_CLIENT),
		            shown_state(a, TRACK_SERVER));
}

static void add_history(struct attempt *a, const struct seg *s, ns_t stamp, bool out)
{
	const struct track_end *self = &a->track.end[out ? TRACK_CLIENT : TRACK_SERVER];
	const struct track_end *peer = &a->track.end[out ? TRACK_SERVER : TRACK_CLIENT];
	char buf[HISTORY_TEXT_MAX];
	struct text t = text_into(buf, sizeof(buf));

	if (a->history == NULL)
		return;
	seg_text(&t, s, (self->seen & SEEN_SYN) != 0 ? self->iss : s->seq,
	         (peer->seen & SEEN_SYN) != 0 ? peer->iss : 0);
	add_line(a, buf, stamp, out);
}

/*
 * A frame with our address that we did not send. A reset that the peer would believe is this host's;
 * anything else was reflected or forged.
 */
static enum track_take not_ours(struct attempt *a, const struct seg *s, ns_t stamp)
{
	enum track_take take = TRACK_SPOOFED;

	if ((s->flags & SEG_RST) == 0)
		return take;
	take = track_feed(&a->track, TRACK_CLIENT, s, stamp, on_change, a);
	if (take != TRACK_TAKEN)
		return TRACK_SPOOFED;
	track_note_host_rst(&a->track);
	add_history(a, s, stamp, true);
	return take;
}

enum track_take attempt_out(struct attempt *a, const struct seg *s, ns_t stamp)
{
	enum track_take take;

	if (!take_pending(a, s))
		return not_ours(a, s, stamp);
	a->captured++;
	if (a->first == NS_NONE)
		a->first = stamp;
	take = track_feed(&a->track, TRACK_CLIENT, s, stamp, on_change, a);
	add_history(a, s, stamp, true);
	return take == TRACK_SPOOFED ? TRACK_IGNORED : take; /* a reset of an older connection */
}

enum track_take attempt_in(struct attempt *a, const struct seg *s, ns_t stamp)
{
	enum track_take take = track_feed(&a->track, TRACK_SERVER, s, stamp, on_change, a);

	add_history(a, s, stamp, false);
	return take;
}

void attempt_believe(struct attempt *a, const struct seg *s, ns_t stamp)
{
	struct attempt_reply *r = &a->reply;

	if (r->present || (s->flags & (SEG_ACK | SEG_RST)) == 0)
		return; /* a SYN without ACK answers nothing */
	r->present = true;
	a->answered = stamp;
	r->flags = s->flags;
	r->win = s->win;
	r->ip_id = s->ip.id;
	r->ttl = s->ip.ttl;
	r->df = s->ip.df;
	r->opt_len = s->opt_len;
	memcpy(r->opt, s->opt, s->opt_len);
}

enum track_take attempt_icmp(struct attempt *a, const struct icmp_error *e, const struct addr *from,
                             ns_t stamp)
{
	char buf[HISTORY_TEXT_MAX], sender[ADDR_TEXT_MAX];
	struct text t = text_into(buf, sizeof(buf));

	text_add(&t, "icmp type %u code %u from %s", e->type, e->code, addr_format(from, sender));
	add_line(a, buf, stamp, false);
	if (a->sent == 0 || seq_lt(e->seq, a->seq_first) || seq_lt(a->seq_end, e->seq))
		return TRACK_SPOOFED;
	if (e->meaning == ICMP_IGNORED || a->reply.present || a->icmp_present)
		return TRACK_IGNORED;
	a->icmp_present = true;
	a->icmp_type = e->type;
	a->icmp_code = e->code;
	a->icmp_meaning = e->meaning;
	a->icmp_from = *from;
	return TRACK_TAKEN;
}

bool attempt_all_captured(const struct attempt *a)
{
	return a->pending_count == 0;
}
