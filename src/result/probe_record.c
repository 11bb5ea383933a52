/* SPDX-License-Identifier: BSD-2-Clause */
/* probe_record.c - declared fields of an attempt, and its one-line form. */
#include "result/probe_record.h"

#include <string.h>

const struct field segment_record_fields[] = {
	FIELD(segment_record, "time_us", FIELD_US, time, "since the attempt's first segment"),
	FIELD(segment_record, "direction", FIELD_TEXT, direction, "out or in"),
	FIELD(segment_record, "segment", FIELD_TEXT, text,
              "packetdrill notation with relative sequence numbers, or an ICMP error"),
	FIELD(segment_record, "client", FIELD_TEXT, client, "the client's state after it"),
	FIELD(segment_record, "server", FIELD_TEXT, server, "the server's state after it"),
	FIELD(segment_record, "frame", FIELD_INT, frame, "of a capture file, from 1"),
	{.name = NULL},
};

const struct field finding_record_fields[] = {
	FIELD(finding_record, "id", FIELD_TEXT, id, "short name"),
	FIELD(finding_record, "by", FIELD_TEXT, by, "client or server, or null: nobody's"),
	FIELD(finding_record, "verdict", FIELD_TEXT, verdict, "warn, fail or inconclusive"),
	FIELD(finding_record, "detail", FIELD_TEXT, detail, "what was seen"),
	FIELD(finding_record, "rule", FIELD_TEXT, rule, "where the rule stands"),
	FIELD(finding_record, "check", FIELD_TEXT, check,
              "the check of conform that asks the same"),
	FIELD(finding_record, "frame", FIELD_INT, frame, "of a capture file, from 1"),
	{.name = NULL},
};

static const struct field reply_fields[] = {
	FIELD(reply_record, "ttl", FIELD_INT, ttl, "TTL or hop limit of the answer"),
	FIELD(reply_record, "window", FIELD_INT, window, "its window, not scaled, bytes"),
	FIELD(reply_record, "mss", FIELD_INT, mss, "its MSS option, bytes"),
	FIELD(reply_record, "wscale", FIELD_INT, wscale, "its window scale option"),
	FIELD(reply_record, "sack", FIELD_BOOL, sack, "SACK permitted"),
	FIELD(reply_record, "timestamps", FIELD_BOOL, timestamps, "timestamps option"),
	FIELD(reply_record, "ecn", FIELD_BOOL, ecn, "ECN agreed to (ECE without CWR)"),
	FIELD(reply_record, "df", FIELD_BOOL, df, "IPv4 don't fragment"),
	FIELD(reply_record, "ip_id", FIELD_INT, ip_id, "IPv4 identification"),
	{.name = NULL},
};

static const struct field icmp_fields[] = {
	FIELD(icmp_record, "type", FIELD_INT, type, "ICMP or ICMPv6 type"),
	FIELD(icmp_record, "code", FIELD_INT, code, "its code"),
	FIELD(icmp_record, "from", FIELD_CHARS, from, "who sent it"),
	{.name = NULL},
};

static const struct field phases_fields[] = {
	FIELD(phases_record, "dns_us", FIELD_US, dns,
              "name resolution, on the address's first attempt"),
	FIELD(phases_record, "tcp_us", FIELD_US, tcp, "first SYN to our third ACK"),
	FIELD(phases_record, "tls_us", FIELD_US, tls,
              "to the segment with the later Finished; null: none was reached"),
	FIELD(phases_record, "http_us", FIELD_US, http, "to the last byte of the response"),
	FIELD(phases_record, "ws_us", FIELD_US, ws, "to the end of the 101"),
	FIELD(phases_record, "close_us", FIELD_US, close, "from there to the last segment"),
	{.name = NULL},
};

const struct field close_record_fields[] = {
	FIELD(close_record, "kind", FIELD_TEXT, kind,
              "fin-4 fin-3 simultaneous half-closed half-open rst none"),
	FIELD(close_record, "first", FIELD_TEXT, first,
              "who began to close: client, server or both"),
	FIELD(close_record, "verdict", FIELD_TEXT, verdict, "pass, warn, fail or inconclusive"),
	FIELD(close_record, "client", FIELD_TEXTS, client, "the client's states in order"),
	FIELD(close_record, "server", FIELD_TEXTS, server, "the server's states in order"),
	FIELD(close_record, "close_us", FIELD_US, duration, "our third ACK to the last segment"),
	FIELD_WITH(close_record, "findings", FIELD_OBJECTS, findings, finding_record_fields,
                   sizeof(struct finding_record), "rules broken, evidence missing"),
	{.name = NULL},
};

static const struct field probe_fields[] = {
	FIELD(probe_record, "time", FIELD_TIME, time, "of the first segment"),
	FIELD(probe_record, "target", FIELD_TEXT, target, "as it was given"),
	FIELD(probe_record, "address", FIELD_CHARS, address, "the address tried"),
	FIELD(probe_record, "port", FIELD_INT, port, "the port tried"),
	FIELD(probe_record, "family", FIELD_INT, family, "4 or 6"),
	FIELD(probe_record, "seq", FIELD_INT, seq, "number of the attempt at this target, from 1"),
	FIELD(probe_record, "state", FIELD_TEXT, state,
              "open, closed, filtered, unreachable or error"),
	FIELD(probe_record, "reason", FIELD_TEXT, reason, "why"),
	FIELD(probe_record, "rtt_us", FIELD_US, rtt,
              "SYN to its answer; null where it is ambiguous"),
	FIELD(probe_record, "handshake_us", FIELD_US, handshake, "first SYN to our third ACK"),
	FIELD(probe_record, "syn_sent", FIELD_INT, syn_sent, "SYNs, the first included"),
	FIELD(probe_record, "syn_retransmits", FIELD_INT, syn_retransmits, "SYNs after the first"),
	FIELD(probe_record, "timestamps", FIELD_TEXT, timestamps,
              "who stamped the segments: kernel"),
	FIELD_WITH(probe_record, "reply", FIELD_OPTIONAL, reply, reply_fields, 0,
                   "headers of the answer"),
	FIELD_WITH(probe_record, "phases", FIELD_OBJECT, phases, phases_fields, 0,
                   "each begins where the one before ends"),
	FIELD_WITH(probe_record, "close", FIELD_OBJECT, close, close_record_fields, 0,
                   "how the connection ended"),
	FIELD_WITH(probe_record, "tls", FIELD_OPTIONAL, exchange.tls, tls_record_fields, 0,
                   "null: no TLS was spoken"),
	FIELD_WITH(probe_record, "http", FIELD_OPTIONAL, exchange.http, http_record_fields, 0,
                   "null: no HTTP response came"),
	FIELD_WITH(probe_record, "ws", FIELD_OPTIONAL, exchange.ws, ws_record_fields, 0,
                   "null: no answer to a WebSocket's upgrade came"),
	FIELD_WITH(probe_record, "segments", FIELD_OBJECTS, segments, segment_record_fields,
                   sizeof(struct segment_record), "every segment, with -v"),
	/* Beyond the contract: */
	FIELD(probe_record, "url", FIELD_TEXT, exchange.url, "of the target; null: it is none"),
	FIELD(probe_record, "fastopen", FIELD_TEXT, exchange.fastopen,
              "of --tfo: cookie (one came), no-cookie, accepted or ignored (the data in the SYN)"),
	FIELD(probe_record, "detail", FIELD_TEXT, detail, "more about the reason, for people"),
	FIELD_WITH(probe_record, "messages", FIELD_OBJECTS, exchange.messages,
                   message_record_fields, sizeof(struct message_record),
                   "of TLS, HTTP and WebSocket, with -v"),
	FIELD(probe_record, "source_port", FIELD_INT, source_port, "our port"),
	FIELD_WITH(probe_record, "icmp", FIELD_OPTIONAL, icmp, icmp_fields, 0,
                   "the ICMP error that decided"),
	FIELD(probe_record, "cookie_hint", FIELD_TEXT, cookie_hint,
              "window-0 or options-lost, as in a SYN cookie; no verdict"),
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
	if (r->cookie_hint != NULL)
		text_add(t, " cookie-hint=%s", r->cookie_hint);
}

static void add_silence(struct text *t, const struct probe_record *r)
{
	const char *what = r->syn_sent > 0 ? "SYN" : "segment";
	long long n = r->syn_sent > 0 ? (long long)r->syn_sent : 1;

	text_add(t, ": no answer to %lld %s%s in %.1f s", n, what, n == 1 ? "" : "s",
	         (double)r->waited / 1e9);
}

/* " tls=1.3 resumed alpn=h2 unverified (certificate has expired)", as far as it came. */
static void add_tls(struct text *t, const struct exchange_record *x)
{
	const struct tls_record *tls = &x->tls;

	if (tls->version[0] == '\0')
		return;
	text_add(t, " tls=%s", tls->version);
	if (tls->resumed == 1)
		text_add(t, " resumed");
	if (tls->early_data >= 0)
		text_add(t, tls->early_data == 1 ? "+0rtt" : " 0rtt-refused");
	if (tls->alpn[0] != '\0')
		text_add(t, " alpn=%s", tls->alpn);
	if (tls->certificate.verified == 0 && !x->failed)
		text_add(t, " unverified (%s)", tls->certificate.reason);
}

/* " http=200 body=1256 ttfb=12.431 ms after=fin idle=300.125 ms". */
static void add_http(struct text *t, const struct http_record *h)
{
	if (h->version[0] == '\0')
		return;
	text_add(t, " http=%lld body=%lld", (long long)h->status, (long long)h->body_bytes);
	if (h->requests > 1)
		text_add(t, " responses=%lld/%lld", (long long)h->responses,
		         (long long)h->requests);
	if (h->ttfb != NS_NONE) {
		text_add(t, " ttfb=");
		probe_record_ms(t, h->ttfb);
	}
	if (h->idle != NS_NONE) {
		text_add(t, " after=%s idle=", h->after);
		probe_record_ms(t, h->idle);
	}
	if (h->goaway != NULL && strcmp(h->goaway, "NO_ERROR") != 0)
		text_add(t, " goaway=%s", h->goaway);
}

static void add_ws(struct text *t, const struct ws_record *w)
{
	if (w->status == FIELD_NULL)
		return;
	text_add(t, " ws=%lld", (long long)w->status);
	if (w->ping_rtt != NS_NONE) {
		text_add(t, " ping=");
		probe_record_ms(t, w->ping_rtt);
	}
	if (w->close_code != FIELD_NULL && w->close_code != 1000)
		text_add(t, " close-code=%lld", (long long)w->close_code);
}

static void add_spoken(struct text *t, const struct exchange_record *x)
{
	if (x->fastopen != NULL)
		text_add(t, " tfo=%s", x->fastopen);
	if (!x->spoken)
		return;
	add_tls(t, x);
	add_http(t, &x->http);
	add_ws(t, &x->ws);
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
			text_add(t, " from %s (type %lld code %lld)", r->icmp.from,
			         (long long)r->icmp.type, (long long)r->icmp.code);
	}
	add_spoken(t, &r->exchange);
	if (r->exchange.failed)
		text_add(t, " %s", r->reason);
	if (r->detail != NULL)
		text_add(t, " (%s)", r->detail);
	if (strcmp(r->state, "open") == 0 && r->close.kind != NULL)
		text_add(t, " close=%s %s", r->close.kind, r->close.verdict);
}
