/* SPDX-License-Identifier: BSD-2-Clause */
/* probe_record.c - declared fields of an attempt, and its one-line form. */
#include "result/probe_record.h"

#include <string.h>

#define AT(member) offsetof(struct probe_record, member)

static const struct field segment_fields[] = {
	{"time_us", FIELD_US, offsetof(struct segment_record, time), NULL, 0,
	 "since the attempt's first segment"},
	{"direction", FIELD_TEXT, offsetof(struct segment_record, direction), NULL, 0, "out or in"},
	{"segment", FIELD_TEXT, offsetof(struct segment_record, text), NULL, 0,
	 "packetdrill notation with relative sequence numbers, or an ICMP error"},
	{"client", FIELD_TEXT, offsetof(struct segment_record, client), NULL, 0, "the client's state after it"},
	{"server", FIELD_TEXT, offsetof(struct segment_record, server), NULL, 0, "the server's state after it"},
	{.name = NULL},
};

static const struct field finding_fields[] = {
	{"id", FIELD_TEXT, offsetof(struct finding_record, id), NULL, 0, "short name"},
	{"verdict", FIELD_TEXT, offsetof(struct finding_record, verdict), NULL, 0, "warn, fail or inconclusive"},
	{"detail", FIELD_TEXT, offsetof(struct finding_record, detail), NULL, 0, "what was seen"},
	{"rule", FIELD_TEXT, offsetof(struct finding_record, rule), NULL, 0, "where the rule stands"},
	{.name = NULL},
};

static const struct field reply_fields[] = {
	{"ttl", FIELD_INT, offsetof(struct reply_record, ttl), NULL, 0, "TTL or hop limit of the answer"},
	{"window", FIELD_INT, offsetof(struct reply_record, window), NULL, 0, "its window, not scaled, bytes"},
	{"mss", FIELD_INT, offsetof(struct reply_record, mss), NULL, 0, "its MSS option, bytes"},
	{"wscale", FIELD_INT, offsetof(struct reply_record, wscale), NULL, 0, "its window scale option"},
	{"sack", FIELD_BOOL, offsetof(struct reply_record, sack), NULL, 0, "SACK permitted"},
	{"timestamps", FIELD_BOOL, offsetof(struct reply_record, timestamps), NULL, 0, "timestamps option"},
	{"ecn", FIELD_BOOL, offsetof(struct reply_record, ecn), NULL, 0, "ECN agreed to (ECE without CWR)"},
	{"df", FIELD_BOOL, offsetof(struct reply_record, df), NULL, 0, "IPv4 don't fragment"},
	{"ip_id", FIELD_INT, offsetof(struct reply_record, ip_id), NULL, 0, "IPv4 identification"},
	{.name = NULL},
};

static const struct field icmp_fields[] = {
	{"type", FIELD_INT, offsetof(struct icmp_record, type), NULL, 0, "ICMP or ICMPv6 type"},
	{"code", FIELD_INT, offsetof(struct icmp_record, code), NULL, 0, "its code"},
	{"from", FIELD_CHARS, offsetof(struct icmp_record, from), NULL, 0, "who sent it"},
	{.name = NULL},
};

static const struct field phases_fields[] = {
	{"dns_us", FIELD_US, offsetof(struct phases_record, dns), NULL, 0,
	 "name resolution, on the address's first attempt"},
	{"tcp_us", FIELD_US, offsetof(struct phases_record, tcp), NULL, 0, "first SYN to our third ACK"},
	{"tls_us", FIELD_US, offsetof(struct phases_record, tls), NULL, 0, "null: no TLS was spoken"},
	{"http_us", FIELD_US, offsetof(struct phases_record, http), NULL, 0, "null: no HTTP was spoken"},
	{"ws_us", FIELD_US, offsetof(struct phases_record, ws), NULL, 0, "null: no WebSocket was spoken"},
	{"close_us", FIELD_US, offsetof(struct phases_record, close), NULL, 0,
	 "from there to the last segment"},
	{.name = NULL},
};

static const struct field close_fields[] = {
	{"kind", FIELD_TEXT, offsetof(struct close_record, kind), NULL, 0,
	 "fin-4 fin-3 simultaneous half-closed half-open rst none"},
	{"first", FIELD_TEXT, offsetof(struct close_record, first), NULL, 0,
	 "who began to close: client, server or both"},
	{"verdict", FIELD_TEXT, offsetof(struct close_record, verdict), NULL, 0,
	 "pass, warn, fail or inconclusive"},
	{"client", FIELD_TEXTS, offsetof(struct close_record, client), NULL, 0,
	 "the client's states in order"},
	{"server", FIELD_TEXTS, offsetof(struct close_record, server), NULL, 0,
	 "the server's states in order"},
	{"close_us", FIELD_US, offsetof(struct close_record, duration), NULL, 0,
	 "our third ACK to the last segment"},
	{"findings", FIELD_OBJECTS, offsetof(struct close_record, findings), finding_fields,
	 sizeof(struct finding_record), "rules broken, evidence missing"},
	{.name = NULL},
};

static const struct field probe_fields[] = {
	{"time", FIELD_TIME, AT(time), NULL, 0, "of the first segment"},
	{"target", FIELD_TEXT, AT(target), NULL, 0, "as it was given"},
	{"address", FIELD_CHARS, AT(address), NULL, 0, "the address tried"},
	{"port", FIELD_INT, AT(port), NULL, 0, "the port tried"},
	{"family", FIELD_INT, AT(family), NULL, 0, "4 or 6"},
	{"seq", FIELD_INT, AT(seq), NULL, 0, "number of the attempt at this target, from 1"},
	{"state", FIELD_TEXT, AT(state), NULL, 0, "open, closed, filtered, unreachable or error"},
	{"reason", FIELD_TEXT, AT(reason), NULL, 0, "why"},
	{"rtt_us", FIELD_US, AT(rtt), NULL, 0, "SYN to its answer; null where it is ambiguous"},
	{"handshake_us", FIELD_US, AT(handshake), NULL, 0, "first SYN to our third ACK"},
	{"syn_sent", FIELD_INT, AT(syn_sent), NULL, 0, "SYNs, the first included"},
	{"syn_retransmits", FIELD_INT, AT(syn_retransmits), NULL, 0, "SYNs after the first"},
	{"timestamps", FIELD_TEXT, AT(timestamps), NULL, 0, "who stamped the segments: kernel"},
	{"reply", FIELD_OPTIONAL, AT(reply), reply_fields, 0, "headers of the answer"},
	{"icmp", FIELD_OPTIONAL, AT(icmp), icmp_fields, 0, "the ICMP error that decided"},
	{"phases", FIELD_OBJECT, AT(phases), phases_fields, 0, "each begins where the one before ends"},
	{"close", FIELD_OBJECT, AT(close), close_fields, 0, "how the connection ended"},
	{"segments", FIELD_OBJECTS, AT(segments), segment_fields, sizeof(struct segment_record),
	 "every segment, with -v"},
	{.name = NULL},
};

const struct record_type probe_record_type = {"probe", probe_fields};

void probe_record_ms(struct text *t, ns_t d)
{
	text_add(t, "%.3f ms", (double)d / 1e6);
}

static void add_times(struct text *t, const struct probe_record *r)
{
	bool repeated = r->syn_retransmits > 0;

	if (r->rtt != NS_NONE) {
		text_add(t, " rtt=");
		probe_record_ms(t, r->rtt);
	} else {
		text_add(t, " rtt=unknown");
	}
	if ((repeated || r->rtt == NS_NONE) && r->handshake != NS_NONE) {
		text_add(t, " handshake=");
		probe_record_ms(t, r->handshake);
	}
	if (repeated)
		text_add(t, " syns=%lld", (long long)r->syn_sent);
}

static void add_reply(struct text *t, const struct probe_record *r)
{
	text_add(t, " ttl=%lld", (long long)r->reply.ttl);
	if (r->reply_flags != NULL)
		text_add(t, " flags=%s", r->reply_flags);
	text_add(t, " win=%lld", (long long)r->reply.window);
	if (r->reply_options != NULL && r->reply_options[0] != '\0')
		text_add(t, " %s", r->reply_options);
}

static void add_silence(struct text *t, const struct probe_record *r)
{
	const char *what = r->syn_sent > 0 ? "SYN" : "segment";
	long long n = r->syn_sent > 0 ? (long long)r->syn_sent : 1;

	text_add(t, ": no answer to %lld %s%s in %.1f s", n, what, n == 1 ? "" : "s", (double)r->waited / 1e9);
}

void probe_record_line(struct text *t, const struct probe_record *r)
{
	text_add(t, "seq=%lld %s", (long long)r->seq, r->state);
	if (strcmp(r->state, "open") == 0 || strcmp(r->state, "closed") == 0) {
		add_times(t, r);
		add_reply(t, r);
	} else if (strcmp(r->reason, "timeout") == 0) {
		add_silence(t, r);
	} else {
		text_add(t, ": %s", r->reason);
		if (r->icmp.from[0] != '\0')
			text_add(t, " from %s (type %lld code %lld)", r->icmp.from, (long long)r->icmp.type,
			         (long long)r->icmp.code);
	}
	if (r->detail != NULL)
		text_add(t, " (%s)", r->detail);
	if (strcmp(r->state, "open") == 0 && r->close.kind != NULL)
		text_add(t, " close=%s %s", r->close.kind, r->close.verdict);
}
