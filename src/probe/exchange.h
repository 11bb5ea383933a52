/* SPDX-License-Identifier: BSD-2-Clause */
/* exchange.h - a connection that is used: TLS, HTTP, WebSocket on a handshake of ours, phase by phase. */
#ifndef TCPSHAKE_PROBE_EXCHANGE_H
#define TCPSHAKE_PROBE_EXCHANGE_H

#include "app/http.h"
#include "app/tls.h"
#include "probe/handshake.h"
#include "probe/probe.h"

enum exchange_protocol {
	EXCHANGE_TCP,  /* nothing but the handshake and the close */
	EXCHANGE_TLS,  /* TLS alone */
	EXCHANGE_HTTP, /* over TLS where `tls` says so */
	EXCHANGE_WS,
};

#define EXCHANGE_COOKIE_MAX 16 /* bytes of a Fast Open cookie (RFC 7413 4.1.1) */

/* What is to be spoken at one target, and what its attempts leave to the next. */
struct exchange_plan {
	enum exchange_protocol protocol;
	const char *url; /* NULL: the target is none */
	/* Of a comparison: its way, after which other one it comes, and how many responses are wanted. */
	const char *variant; /* for the record; NULL: this is none */
	const struct exchange_plan *before;
	uint32_t left;
	bool together; /* an attempt asks for all that is left */
	bool tls;
	bool http2_clear;             /* HTTP/2 without TLS, by prior knowledge (RFC 9113 3.3) */
	struct tls_config tls_config; /* but for `resume` and `early`, which are the attempt's */
	struct http_config http;

	struct tls_session *session; /* the newest; freed by exchange_plan_clear() */
	char alpn[32];               /* that it agreed on */
	uint8_t cookie[EXCHANGE_COOKIE_MAX];
	uint8_t cookie_len;
};

void exchange_plan_clear(struct exchange_plan *p);

struct exchange_config {
	struct conn_config conn;
	enum handshake_end end;
	struct tls_context *tls;                    /* NULL where no target speaks TLS */
	ns_t tls_timeout, http_timeout, ws_timeout; /* of the whole phase */
	ns_t idle;            /* wait so long for the server's FIN before we close */
	bool resume;          /* take up the TLS session of the attempt before */
	bool fastopen;        /* TCP Fast Open: ask for a cookie, then use it */
	bool messages;        /* keep them for the record */
	bool status_expected; /* --expect says which status is right */
};

/*
 * A probe for targets with a struct exchange_plan as their plan. Later attempts need what the first
 * learns where `gated`; with `alone` there is one at a time.
 */
struct probe_ops exchange_probe(bool gated, bool alone);

#endif
