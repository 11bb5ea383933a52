/* SPDX-License-Identifier: BSD-2-Clause */
/* lane.c - feed a lane's frames to its tracker and keep what a record needs. */
#include "probe/lane.h"

#include <assert.h>
#include <string.h>

#include "tcp/seq.h"

static_assert(LANE_STATES_MAX >= 8, "SYN_SENT SYN_RCVD ESTABLISHED and the longest close fit");

void lane_init(struct lane *l, struct history *history)
{
	memset(l, 0, sizeof(*l));
	track_init(&l->track);
	l->tracked = true;
	l->first = NS_NONE;
	l->history = history;
}

static void forget_pending(struct lane *l, uint8_t n)
{
	l->pending_count = (uint8_t)(l->pending_count - n);
	memmove(l->pending, l->pending + n, l->pending_count * sizeof(l->pending[0]));
}

void lane_note_sent(struct lane *l, const struct seg *s)
{
	if (l->sent++ == 0)
		l->seq_first = l->seq_end = s->seq;
	/* A reset's number may be a forger's choice (RFC 9293 3.5.1): it authenticates nothing. */
	if ((s->flags & SEG_RST) == 0 && seq_lt(l->seq_end, s->seq + seg_len(s)))
		l->seq_end = s->seq + seg_len(s);
	if (l->pending_count == LANE_SENT_MAX)
		forget_pending(l, 1);
	l->pending[l->pending_count++] =
		(struct lane_sent){.seq = s->seq, .flags = s->flags, .ip_id = s->ip.id};
}

/* Is this frame one that we sent? Those before it in the queue were missed by the capture. */
static bool take_pending(struct lane *l, const struct seg *s)
{
	for (uint8_t i = 0; i < l->pending_count; i++) {
		const struct lane_sent *p = &l->pending[i];

		/* IPv6 has no identification. */
		if (p->seq == s->seq && p->flags == s->flags &&
		    (s->ip.id == 0 || p->ip_id == s->ip.id)) {
			forget_pending(l, (uint8_t)(i + 1));
			return true;
		}
	}
	return false;
}

static void on_change(void *ctx, enum track_side who, enum tcp_state to)
{
	struct lane *l = ctx;

	if (l->state_count[who] < LANE_STATES_MAX)
		l->states[who][l->state_count[who]++] = (uint8_t)to;
}

static const char *shown_state(const struct lane *l, enum track_side who)
{
	return l->state_count[who] == 0 ? NULL : state_name(track_state(&l->track, who));
}

static void add_line(struct lane *l, const char *line, ns_t stamp, bool out)
{
	if (l->history != NULL)
		history_add(l->history, stamp, out ? "out" : "in", line,
		            shown_state(l, TRACK_CLIENT), shown_state(l, TRACK_SERVER));
}

/* What the sequence numbers of one end are shown relative to; `s` is its segment, or NULL. */
static uint32_t base_of(const struct lane *l, enum track_side who, const struct seg *s)
{
	const struct track_end *e = &l->track.end[who];

	if (l->tracked && (e->seen & SEEN_SYN) != 0)
		return e->iss;
	if (!l->tracked && who == TRACK_CLIENT && l->sent > 0)
		return l->seq_first;
	if (!l->tracked && who == TRACK_SERVER && l->reply.present)
		return l->reply_seq;
	return s != NULL ? s->seq : 0;
}

/* A line's text, after the port where there are several lanes. */
static struct text line_into(const struct lane *l, char buf[static HISTORY_TEXT_MAX])
{
	struct text t = text_into(buf, HISTORY_TEXT_MAX);

	if (l->labelled)
		text_add(&t, "%u: ", l->port);
	return t;
}

static void add_history(struct lane *l, const struct seg *s, ns_t stamp, bool out)
{
	char buf[HISTORY_TEXT_MAX];
	struct text t = line_into(l, buf);

	if (l->history == NULL)
		return;
	seg_text(&t, s,
	         s->seq == 0 && (s->flags & SEG_RST) != 0
	                 ? 0 /* of no connection (RFC 9293 3.10.7.1) */
	                 : base_of(l, out ? TRACK_CLIENT : TRACK_SERVER, s),
	         base_of(l, out ? TRACK_SERVER : TRACK_CLIENT, NULL));
	add_line(l, buf, stamp, out);
}

/* Would the peer believe this reset, which we did not send? */
static bool resets(struct lane *l, const struct seg *s, ns_t stamp)
{
	if ((s->flags & SEG_RST) == 0)
		return false;
	if (l->tracked)
		return track_feed(&l->track, TRACK_CLIENT, s, stamp, on_change, l) == TRACK_TAKEN;
	return l->reply.present && s->seq == l->ack_heard; /* RFC 9293 3.10.7.1: at SEG.ACK */
}

/*
 * A frame with our address that we did not send. A reset that the peer would believe is this host's;
 * anything else was reflected or forged.
 */
static enum track_take not_ours(struct lane *l, const struct seg *s, ns_t stamp)
{
	if (!resets(l, s, stamp))
		return TRACK_SPOOFED;
	l->host_rst = true;
	if (l->tracked)
		track_note_host_rst(&l->track);
	add_history(l, s, stamp, true);
	return TRACK_TAKEN;
}

enum track_take lane_out(struct lane *l, const struct seg *s, ns_t stamp)
{
	enum track_take take = TRACK_IGNORED;

	if (!take_pending(l, s))
		return not_ours(l, s, stamp);
	l->captured++;
	if (l->first == NS_NONE)
		l->first = stamp;
	if (l->history != NULL && l->history->origin == NS_NONE)
		l->history->origin = stamp;
	if (l->tracked)
		take = track_feed(&l->track, TRACK_CLIENT, s, stamp, on_change, l);
	add_history(l, s, stamp, true);
	return take == TRACK_SPOOFED ? TRACK_IGNORED : take; /* a reset of an older connection */
}

enum track_take lane_in(struct lane *l, const struct seg *s, ns_t stamp)
{
	enum track_take take = TRACK_IGNORED;

	if (l->tracked)
		take = track_feed(&l->track, TRACK_SERVER, s, stamp, on_change, l);
	else if ((s->flags & SEG_ACK) != 0)
		l->ack_heard = s->ack;
	add_history(l, s, stamp, false);
	return take;
}

void lane_believe(struct lane *l, const struct seg *s, ns_t stamp)
{
	struct lane_reply *r = &l->reply;

	if (r->present || (s->flags & (SEG_ACK | SEG_RST)) == 0)
		return; /* a SYN without ACK answers nothing */
	r->present = true;
	l->reply_seq = s->seq;
	l->answered = stamp;
	r->flags = s->flags;
	r->win = s->win;
	r->ip_id = s->ip.id;
	r->ttl = s->ip.ttl;
	r->df = s->ip.df;
	r->opt_len = s->opt_len;
	memcpy(r->opt, s->opt, s->opt_len);
}

enum track_take lane_icmp(struct lane *l, const struct icmp_error *e, const struct addr *from,
                          ns_t stamp)
{
	char buf[HISTORY_TEXT_MAX], sender[ADDR_TEXT_MAX];
	struct text t = line_into(l, buf);

	text_add(&t, "icmp type %u code %u from %s", e->type, e->code, addr_format(from, sender));
	add_line(l, buf, stamp, false);
	if (l->sent == 0 || seq_lt(e->seq, l->seq_first) || seq_lt(l->seq_end, e->seq))
		return TRACK_SPOOFED;
	if (e->meaning == ICMP_IGNORED || l->reply.present || l->icmp_present)
		return TRACK_IGNORED;
	l->icmp_present = true;
	l->icmp_type = e->type;
	l->icmp_code = e->code;
	l->icmp_meaning = e->meaning;
	l->icmp_from = *from;
	return TRACK_TAKEN;
}

bool lane_all_captured(const struct lane *l)
{
	return l->pending_count == 0;
}
