/* SPDX-License-Identifier: BSD-2-Clause */
/* attempt_record.c - from an attempt's facts to its record. */
#include <errno.h>
#include <string.h>

#include "probe/attempt.h"

struct outcome {
	const char *state, *reason, *detail;
};

static struct outcome outcome_of_errno(int errnum)
{
	if (errnum == EPERM || errnum == EACCES)
		return (struct outcome){"error", "no-permission",
		                        "this host's firewall or policy refused to send"};
	if (errnum == EMSGSIZE)
		return (struct outcome){"error", "no-route", "the segment exceeds the path's MTU"};
	return (struct outcome){"error", "no-route", strerror(errnum)};
}

static const char *icmp_reason(enum icmp_meaning m)
{
	switch (m) {
	case ICMP_NET_UNREACHABLE:
		return "icmp-net-unreachable";
	case ICMP_HOST_UNREACHABLE:
		return "icmp-host-unreachable";
	case ICMP_PORT_UNREACHABLE:
		return "icmp-port-unreachable";
	case ICMP_ADMIN_PROHIBITED:
		return "icmp-admin-prohibited";
	case ICMP_TTL_EXCEEDED:
		return "ttl-exceeded";
	case ICMP_PARAMETER_PROBLEM:
		return "icmp-parameter-problem";
	case ICMP_IGNORED:
		break;
	}
	return "protocol-error";
}

/* This host's kernel took part in the connection: only that is worth telling. */
static bool host_reset(const struct attempt *a)
{
	return (a->track.findings & 1U << FIND_HOST_RST) != 0;
}

/* Our own segments never came by the capture: what was measured there is not about them. */
static bool capture_blind(const struct attempt *a)
{
	return a->captured == 0 && a->sent > 0;
}

static struct outcome outcome_of(const struct attempt *a)
{
	if (host_reset(a))
		return (struct outcome){"error", "host-rst",
		                        "this host's kernel reset the connection"};
	if (a->reply.present && (a->reply.flags & SEG_RST) == 0)
		return (struct outcome){"open", (a->reply.flags & SEG_SYN) != 0 ? "syn-ack" : "ack",
		                        NULL};
	if (a->reply.present)
		return (struct outcome){"closed", "rst", NULL};
	if (a->icmp_present)
		return (struct outcome){"unreachable", icmp_reason(a->icmp_meaning), NULL};
	if (a->send_error != 0)
		return outcome_of_errno(a->send_error);
	if (capture_blind(a) && a->next_hop_silent)
		return (struct outcome){"unreachable", "icmp-host-unreachable",
		                        "the next hop does not answer ARP or neighbour discovery"};
	if (capture_blind(a))
		return (struct outcome){"error", "capture-blind",
		                        "the capture saw none of our segments: does this host "
		                        "rewrite or hide them?"};
	return (struct outcome){"filtered", "timeout", NULL};
}

static void fill_reply(const struct attempt *a, struct probe_record *r, struct attempt_lists *lists)
{
	const struct attempt_reply *from = &a->reply;
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

static void fill_icmp(const struct attempt *a, struct probe_record *r)
{
	r->icmp = (struct icmp_record){FIELD_NULL, FIELD_NULL, ""};
	if (!a->icmp_present)
		return;
	r->icmp.type = a->icmp_type;
	r->icmp.code = a->icmp_code;
	addr_format(&a->icmp_from, r->icmp.from);
}

static struct field_list state_names(const struct attempt *a, enum track_side who,
                                     const char **names)
{
	for (uint8_t i = 0; i < a->state_count[who]; i++)
		names[i] = state_name((enum tcp_state)a->states[who][i]);
	return (struct field_list){names, a->state_count[who]};
}

static struct field_list finding_list(uint32_t findings, struct finding_record *out)
{
	uint32_t n = 0;

	for (unsigned int f = 0; f < FIND_COUNT; f++) {
		const struct track_finding_info *info = track_finding_info((enum track_finding)f);

		if ((findings & 1U << f) != 0)
			out[n++] =
				(struct finding_record){info->id, close_verdict_name(info->verdict),
			                                info->text, info->rule};
	}
	return (struct field_list){out, n};
}

static void fill_close(const struct attempt *a, struct probe_record *r, struct attempt_lists *lists)
{
	struct close c = close_judge(&a->track);

	if (host_reset(a))
		c.findings = 1U << FIND_HOST_RST;
	r->close = (struct close_record){
		.kind = close_kind_name(c.kind),
		.first = close_first_name(c.first),
		.verdict = close_verdict_name(c.verdict),
		.client = state_names(a, TRACK_CLIENT, lists->client),
		.server = state_names(a, TRACK_SERVER, lists->server),
		.duration = a->times_void ? NS_NONE : c.duration,
		.findings = finding_list(c.findings, lists->findings),
	};
}

static void fill_times(const struct attempt *a, struct probe_record *r)
{
	r->time = a->first;
	r->rtt = a->times_void || host_reset(a) ? NS_NONE : track_rtt(&a->track);
	r->handshake = a->times_void ? NS_NONE : track_handshake(&a->track);
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

void attempt_record(const struct attempt *a, struct probe_record *r, struct attempt_lists *lists)
{
	struct outcome o = outcome_of(a);

	r->state = o.state;
	r->reason = o.reason;
	r->detail = a->times_void ? "the wall clock was stepped: times are void" : o.detail;
	r->syn_sent = a->track.syn_sent;
	r->syn_retransmits = a->track.syn_sent > 0 ? a->track.syn_sent - 1 : 0;
	fill_reply(a, r, lists);
	fill_icmp(a, r);
	fill_close(a, r, lists);
	fill_times(a, r);
	r->segments = (struct field_list){NULL, 0};
	if (a->history != NULL)
		r->segments = (struct field_list){a->history->segment, a->history->count};
}
