/* SPDX-License-Identifier: BSD-2-Clause */
/* connection.c - names and differences. */
#include "engine/connection.h"

static void fill_end(const struct flow *f, unsigned int side, struct endpoint_record *out)
{
	struct addr a = addr_from(f->key.addr[side], f->key.family == ADDR_V4 ? 4 : 16);

	addr_format(&a, out->address);
	out->port = f->key.port[side];
}

/* Stamps of a capture may go back: then they tell nothing. */
static ns_t between(ns_t from, ns_t to)
{
	return from == NS_NONE || to == NS_NONE || to < from ? NS_NONE : to - from;
}

/* Which part took longest? */
static const char *slowest(const struct connection_record *r, ns_t lost)
{
	if (r->handshake == NS_NONE)
		return NULL;
	if (lost > r->syn_to_synack && lost > r->synack_to_ack)
		return "syn-retransmits";
	return r->syn_to_synack >= r->synack_to_ack ? "server-side" : "client-side";
}

static void fill_times(const struct flow *f, struct connection_record *r)
{
	const struct track *t = &f->track;
	ns_t answer = track_refused(t) ? NS_NONE : t->answer;

	r->time = f->first;
	r->duration = between(f->first, f->last);
	r->rtt = t->answer < t->syn_last ? NS_NONE : track_rtt(t);
	r->initial_rtt = f->completeness.initial_rtt;
	r->syn_to_synack = between(t->syn_last, answer);
	r->synack_to_ack = between(answer, t->third);
	r->handshake = between(t->syn_first, t->third);
	r->syn_retransmits = t->syn_sent > 0 ? t->syn_sent - 1 : 0;
	r->slowest = slowest(r, between(t->syn_first, t->syn_last));
}

/* A segment of no connection, and a reset was all that came back. */
static bool is_refused_midstream(const struct flow *f)
{
	const struct flow_sent *c = &f->sent[TRACK_CLIENT], *s = &f->sent[TRACK_SERVER];

	return f->opened == FLOW_MID && c->bytes + s->bytes == 0 &&
	       ((s->rst > 0 && s->segments == s->rst) || (c->rst > 0 && c->segments == c->rst));
}

static void fill_state(const struct flow *f, struct connection_record *r)
{
	const struct track *t = &f->track;
	const char *icmp = icmp_meaning_name((enum icmp_meaning)f->icmp);

	r->state = "filtered";
	r->reason = "timeout";
	if (track_answered(t)) {
		r->state = "open";
		r->reason = "syn-ack";
	} else if (track_refused(t) || is_refused_midstream(f)) {
		r->state = "closed";
		r->reason = "rst";
	} else if (track_opened(t) || f->sent[TRACK_SERVER].bytes > 0) {
		r->state = "open";
		r->reason = "ack";
	} else if (icmp != NULL) {
		r->state = "unreachable";
		r->reason = icmp;
	}
}

/* The nibbles of `visited`, the last lowest, as names in order. */
static struct field_list fill_states(const struct flow *f, enum track_side who, const char **names)
{
	uint32_t n = 0;

	for (int shift = 60; shift >= 0; shift -= 4) {
		unsigned int state = (unsigned int)(f->visited[who] >> shift) & 0xf;

		if (state != 0)
			names[n++] = state_name((enum tcp_state)(state - 1));
	}
	return (struct field_list){names, n};
}

static const char *last_of(const struct field_list *list)
{
	return list->count == 0 ? NULL : ((const char *const *)list->items)[list->count - 1];
}

static void fill_frames(const struct flow *f, struct finding_record *findings, uint32_t count)
{
	for (uint32_t n = 0; n < count; n++)
		for (int i = 0; i < FLOW_FRAMES_MAX; i++) {
			uint8_t which = f->found[i] & (uint8_t)~FLOW_OF_CLIENT;
			bool client = (f->found[i] & FLOW_OF_CLIENT) != 0;

			if (which != 0 &&
			    findings[n].id ==
			            track_finding_info((enum track_finding)(which - 1))->id &&
			    (findings[n].by == NULL || (findings[n].by[0] == 'c') == client))
				findings[n].frame = f->found_frame[i];
		}
}

static void fill_close(const struct flow *f, struct connection_record *r,
                       struct connection_lists *lists)
{
	struct close c = close_judge(&f->track);

	close_fill(&c, &r->close, lists->findings);
	r->close.client = fill_states(f, TRACK_CLIENT, lists->state[TRACK_CLIENT]);
	r->close.server = fill_states(f, TRACK_SERVER, lists->state[TRACK_SERVER]);
	fill_frames(f, lists->findings, r->close.findings.count);
	r->findings = r->close.findings;
	r->client_state = last_of(&r->close.client);
	r->server_state = last_of(&r->close.server);
}

static void fill_reset(const struct flow *f, struct reset_record *r)
{
	static const char *const whys[] = {
		[FLOW_REFUSED] = "refused",
		[FLOW_HALF_OPEN] = "half-open",
		[FLOW_ABORTED] = "aborted",
		[FLOW_AFTER_FIN] = "after-fin",
		[FLOW_AFTER_OWN_FIN] = "after-own-fin",
	};

	r->frame = FIELD_NULL;
	if (f->reset == FLOW_NO_RESET)
		return;
	r->by = (f->reset & FLOW_BY_CLIENT) != 0 ? "client" : "server";
	r->why = whys[f->reset & (uint8_t)~FLOW_BY_CLIENT];
	r->frame = f->reset_frame;
}

static struct sent_record sent_of(const struct flow_sent *s)
{
	return (struct sent_record){
		.segments = s->segments,
		.bytes = (int64_t)s->bytes,
		.retransmits = s->retransmits,
		.syn = s->syn,
		.syn_ack = s->syn_ack,
		.fin = s->fin,
		.rst = s->rst,
	};
}

static const char *hint_name(enum flow_hint h)
{
	switch (h) {
	case FLOW_HINT_WINDOW_0:
		return "window-0";
	case FLOW_HINT_OPTIONS_LOST:
		return "options-lost";
	case FLOW_HINT_LINEAR:
		return "linear";
	case FLOW_HINT_NONE:
		break;
	}
	return NULL;
}

void connection_fill(const struct flow *f, struct connection_record *r,
                     struct connection_lists *lists)
{
	static const char *const opened[] = {"syn", "syn-ack", "midstream"};

	connection_record_init(r);
	r->stream = f->stream;
	fill_end(f, f->client, &r->client);
	fill_end(f, !f->client, &r->server);
	fill_state(f, r);
	fill_times(f, r);
	r->completeness = f->completeness.bits;
	r->completeness_label = completeness_label(f->completeness.bits);
	r->conn_state = connstate_name(&f->connstate);
	r->history = f->connstate.history;
	fill_close(f, r, lists);
	fill_reset(f, &r->reset);
	r->opened = opened[f->opened];
	r->reused = f->reused;
	r->cookie_hint = hint_name((enum flow_hint)f->hint);
	r->first_frame = f->first_frame;
	r->last_frame = f->last_frame;
	r->by_client = sent_of(&f->sent[TRACK_CLIENT]);
	r->by_server = sent_of(&f->sent[TRACK_SERVER]);
	r->segments = r->by_client.segments + r->by_server.segments;
	r->bytes = r->by_client.bytes + r->by_server.bytes;
}

void connection_untime(struct connection_record *r)
{
	r->rtt = r->initial_rtt = r->syn_to_synack = r->synack_to_ack = NS_NONE;
	r->handshake = r->duration = r->close.duration = NS_NONE;
	r->slowest = NULL;
}
