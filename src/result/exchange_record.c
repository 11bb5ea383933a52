/* SPDX-License-Identifier: BSD-2-Clause */
/* exchange_record.c - declared fields of TLS, HTTP, WebSocket and their messages. */
#include "result/exchange_record.h"

#include <string.h>

static const struct field certificate_fields[] = {
	FIELD(certificate_record, "subject", FIELD_CHARS, subject, "of the server's certificate"),
	FIELD(certificate_record, "issuer", FIELD_CHARS, issuer, "who signed it"),
	FIELD(certificate_record, "days_left", FIELD_INT, days_left,
              "whole days to its end, negative when it is expired"),
	FIELD(certificate_record, "chain", FIELD_INT, chain, "certificates that the server sent"),
	FIELD(certificate_record, "verified", FIELD_BOOL, verified,
              "chain, dates and name are right"),
	FIELD(certificate_record, "reason", FIELD_CHARS, reason, "why not, in OpenSSL's words"),
	{.name = NULL},
};

const struct field tls_record_fields[] = {
	FIELD(tls_record, "version", FIELD_CHARS, version, "1.2 or 1.3"),
	FIELD(tls_record, "cipher", FIELD_CHARS, cipher, "cipher suite, by its IANA name"),
	FIELD(tls_record, "group", FIELD_CHARS, group, "of the key exchange: x25519, secp256r1"),
	FIELD(tls_record, "alpn", FIELD_CHARS, alpn, "protocol agreed on"),
	FIELD(tls_record, "resumed", FIELD_BOOL, resumed, "an earlier session was taken up"),
	FIELD(tls_record, "early_data", FIELD_BOOL, early_data,
              "0-RTT data was accepted; null: none was sent"),
	FIELD_WITH(tls_record, "certificate", FIELD_OPTIONAL, certificate, certificate_fields, 0,
                   "of the server; null: none came"),
	{.name = NULL},
};

const struct field http_record_fields[] = {
	FIELD(http_record, "version", FIELD_CHARS, version, "1.0, 1.1 or 2"),
	FIELD(http_record, "status", FIELD_INT, status,
              "of the first response, or of the first with 400 and more"),
	FIELD(http_record, "ttfb_us", FIELD_US, ttfb,
              "last byte of the first request to the first byte of the response"),
	FIELD(http_record, "body_bytes", FIELD_INT, body_bytes, "of all responses"),
	FIELD(http_record, "responses", FIELD_INT, responses, "complete ones"),
	FIELD(http_record, "requests", FIELD_INT, requests, "that were to be made"),
	FIELD(http_record, "after", FIELD_TEXT, after,
              "what the server does with the connection: kept, close (it said so) or fin (it "
              "closed it)"),
	FIELD(http_record, "idle_us", FIELD_US, idle,
              "last byte of the response to the server's FIN"),
	FIELD(http_record, "goaway", FIELD_TEXT, goaway, "error code of the server's GOAWAY"),
	{.name = NULL},
};

const struct field ws_record_fields[] = {
	FIELD(ws_record, "status", FIELD_INT, status, "of the answer to the upgrade; 101 is good"),
	FIELD(ws_record, "ping_rtt_us", FIELD_US, ping_rtt, "our Ping to its Pong"),
	FIELD(ws_record, "close_code", FIELD_INT, close_code, "of the server's Close"),
	FIELD(ws_record, "protocol", FIELD_CHARS, protocol, "subprotocol agreed on"),
	{.name = NULL},
};

const struct field message_record_fields[] = {
	FIELD(message_record, "time_us", FIELD_US, time,
              "of the segment that completed it, since the attempt's first segment"),
	FIELD(message_record, "direction", FIELD_TEXT, direction, "out or in"),
	FIELD(message_record, "protocol", FIELD_TEXT, protocol,
              "TLS, HTTP/1.1, HTTP/2 or WebSocket"),
	FIELD(message_record, "text", FIELD_TEXT, text, "ClientHello, GET / HTTP/1.1 ..."),
	{.name = NULL},
};

void message_record_put(struct text *t, const struct message_record *m)
{
	bool named = strstr(m->text, m->protocol) != NULL;

	text_add(t, "%s%s%s", named ? "" : m->protocol, named ? "" : " ", m->text);
}

void exchange_record_init(struct exchange_record *r)
{
	memset(r, 0, sizeof(*r));
	r->tls.resumed = r->tls.early_data = r->tls.certificate.verified = -1;
	r->tls.certificate.days_left = r->tls.certificate.chain = FIELD_NULL;
	r->http.status = r->http.body_bytes = r->http.responses = r->http.requests = FIELD_NULL;
	r->http.ttfb = r->http.idle = NS_NONE;
	r->ws.status = r->ws.close_code = FIELD_NULL;
	r->ws.ping_rtt = NS_NONE;
	r->total = NS_NONE;
}
