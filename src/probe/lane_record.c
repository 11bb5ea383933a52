/* SPDX-License-Identifier: BSD-2-Clause */
/* lane_record.c - from a lane's facts to the record of an attempt that has only this one. */
#include <errno.h>
#include <string.h>

#include "probe/close_fill.h"
#include "probe/lane.h"
#include "tcp/syncookie.h"

static struct lane_outcome outcome_of_errno(int errnum)
{
	if (errnum == EPERM || errnum == EACCES)
		return (struct lane_outcome){"error", "no-permission",
		                             "this host's firewall or policy refused to send"};
	if (errnum == EMSGSIZE)
		return (struct lane_outcome){"error", "no-route",
		                             "the segment exceeds the path's MTU"};
	return (struct lane_outcome){"error", "no-route", strerror(errnum)};
}

/* Our own segments never came by the capture: what was measured there is not about them. */
static bool capture_blind(const struct lane *l)
{
	return l->captured == 0 && l->sent > 0;
}

struct lane_outcome lane_outcome(const struct lane *l)
{
	if (l->host_rst)
		return (struct lane_outcome){"error", "host-rst",
		                             "this host's kernel reset the connection"};
	if (l->reply.present && (l->reply.flags & SEG_RST) == 0)
		return (struct lane_outcome){
			"open", (l->reply.flags & SEG_SYN) != 0 ? "syn-ack" : "ack", NULL};
	if (l->reply.present)
		return (struct lane_outcome){"closed", "rst", NULL};
	if (l->icmp_present)
		return (struct lane_outcome){"unreachable", icmp_meaning_name(l->icmp_meaning),
		                             NULL};
	if (l->send_error != 0)
		return outcome_of_errno(l->send_error);
	if (capture_blind(l) && l->next_hop_silent)
		return (struct lane_outcome){
			"unreachable", "icmp-host-unreachable",
			"the next hop does not answer ARP or neighbour discovery"};
	if (capture_blind(l))
		return (struct lane_outcome){"error", "capture-blind",
		                             "the capture saw none of our segments: does this host "
		                             "rewrite or hide them?"};
	return (struct lane_outcome){"filtered", "timeout", NULL};
}

static void fill_reply(const struct lane *l, struct probe_record *r, struct lane_lists *lists)
{
	const struct lane_reply *from = &l->reply;
	struct tcpopts o = tcpopt_decode(from->opt, from->opt_len);
	struct text t = text_into(lists->options, sizeof(lists->options));
	bool v4 = r->family == 4;

	r->reply = (struct reply_record){FIELD_NULL, FIELD_NULL, FIELD_NULL, FIELD_NULL, FIELD_NULL,
	                                 -1,         -1,         -1,         -1};
	if (!from->present)
		return;
	r->reply = (struct reply_record){
		.ttl = from->ttl,
		.window = from->win,
		.mss = o.mss_present ? o.mss : FIELD_NULL,
		.wscale = o.wscale_present ? o.wscale : FIELD_NULL,
		.ip_id = v4 ? from->ip_id : FIELD_NULL,
		.sack = o.sackok,
		.timestamps = o.ts_present,
		.ecn = (from->flags & (SEG_SYN | SEG_ECE | SEG_CWR)) == (SEG_SYN | SEG_ECE),
		.df = v4 ? (int8_t)from->df : -1,
	};
	tcpopt_text_short(&t, from->opt, from->opt_len);
	r->reply_options = lists->options;
}

/* For nothing, as the SYN-ACK is there anyway; `tcpshake cookies` looks closer. */
static const char *cookie_hint(const struct lane *l)
{
	struct syncookie_offer offer = syncookie_offer_of(&l->track.end[TRACK_CLIENT]);
	struct syncookie_offer has = syncookie_offer_of(&l->track.end[TRACK_SERVER]);

	if (!l->reply.present || (l->reply.flags & (SEG_SYN | SEG_RST)) != SEG_SYN)
		return NULL;
	switch (syncookie_hint(&offer, &has, l->reply.win)) {
	case SYNCOOKIE_HINT_WINDOW_0:
		return "window-0";
	case SYNCOOKIE_HINT_OPTIONS_LOST:
		return "options-lost";
	case SYNCOOKIE_HINT_NONE:
		break;
	}
	return NULL;
}

static void fill_icmp(const struct lane *l, struct probe_record *r)
{
	r->icmp = (struct icmp_record){FIELD_NULL, FIELD_NULL, ""};
	if (!l->icmp_present)
		return;
	r->icmp.type = l->icmp_type;
	r->icmp.code = l->icmp_code;
	addr_format(&l->icmp_from, r->icmp.from);
}

static struct field_list state_names(const struct lane *l, enum track_side who, const char **names)
{
	for (uint8_t i = 0; i < l->state_count[who]; i++)
		names[i] = state_name((enum tcp_state)l->states[who][i]);
	return (struct field_list){names, l->state_count[who]};
}

static void fill_close(const struct lane *l, bool times_void, struct probe_record *r,
                       struct lane_lists *lists)
{
	struct close c = close_judge(&l->track);

	if (l->host_rst)
		c = (struct close){.kind = c.kind,
		                   .first = c.first,
		                   .verdict = c.verdict,
		                   .findings = 1U << FIND_HOST_RST,
		                   .duration = c.duration};
	close_fill(&c, &r->close, lists->findings);
	r->close.client = state_names(l, TRACK_CLIENT, lists->client);
	r->close.server = state_names(l, TRACK_SERVER, lists->server);
	if (times_void)
		r->close.duration = NS_NONE;
}

static void fill_times(const struct lane *l, bool times_void, struct probe_record *r)
{
	r->time = l->first;
	r->rtt = times_void || l->host_rst ? NS_NONE : track_rtt(&l->track);
	r->handshake = times_void ? NS_NONE : track_handshake(&l->track);
	r->timestamps = "kernel";
	r->phases = (struct phases_record){
		.dns = NS_NONE,
		.tcp = r->handshake,
		.tls = NS_NONE,
		.http = NS_NONE,
		.ws = NS_NONE,
		.close = r->close.duration,
	};
}

void lane_record(const struct lane *l, bool times_void, struct probe_record *r,
                 struct lane_lists *lists)
{
	struct lane_outcome o = lane_outcome(l);

	r->state = o.state;
	r->reason = o.reason;
	r->detail = times_void ? "the wall clock was stepped: times are void" : o.detail;
	r->syn_sent = l->track.syn_sent;
	r->syn_retransmits = l->track.syn_sent > 0 ? l->track.syn_sent - 1 : 0;
	fill_reply(l, r, lists);
	fill_icmp(l, r);
	r->cookie_hint = cookie_hint(l);
	fill_close(l, times_void, r, lists);
	fill_times(l, times_void, r);
	r->segments = (struct field_list){NULL, 0};
	if (l->history != NULL)
		r->segments = (struct field_list){l->history->segment, l->history->count};
}
