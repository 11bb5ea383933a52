/* SPDX-License-Identifier: BSD-2-Clause */
/* exchange_record.h - what was spoken on a connection: TLS, HTTP, WebSocket, and their messages. */
#ifndef TCPSHAKE_RESULT_EXCHANGE_RECORD_H
#define TCPSHAKE_RESULT_EXCHANGE_RECORD_H

#include <stdbool.h>

#include "base/text.h"
#include "result/field.h"

struct certificate_record {
	char subject[256], issuer[256];
	int64_t days_left; /* whole days to the end of its validity, negative afterwards */
	int64_t chain;     /* certificates that the server sent */
	int8_t verified;
	char reason[128]; /* why it was not, in OpenSSL's words */
};

struct tls_record {
	char version[16];
	char cipher[64], group[32], alpn[32];
	int8_t resumed, early_data; /* early_data: accepted or rejected; null: none was sent */
	struct certificate_record certificate;
};

struct http_record {
	char version[8];
	int64_t status; /* of the first response, or of the first with 400 and more */
	ns_t ttfb; /* from the last byte of the (first) request to the first byte of the response */
	int64_t body_bytes, responses;
	int64_t requests;   /* that were to be made */
	const char *after;  /* "kept", "close", "fin": what the server does with the connection */
	ns_t idle;          /* from the last byte of the response to the server's FIN */
	const char *goaway; /* error code of the server's GOAWAY (RFC 9113 7) */
};

struct ws_record {
	int64_t status; /* of the answer to the upgrade */
	ns_t ping_rtt;
	int64_t close_code;
	char protocol[64];
};

/* One message of those protocols, or of the handshakes. */
struct message_record {
	ns_t time; /* of the segment that completed it, since the attempt's first segment */
	const char *direction; /* "out" or "in" */
	const char *protocol;
	const char *text;
};

extern const struct field message_record_fields[];

/* Empty parts are those that were not spoken. */
struct exchange_record {
	struct tls_record tls;
	struct http_record http;
	struct ws_record ws;
	struct field_list messages; /* of struct message_record; NULL without -v */
	const char *url;            /* of the target; NULL: it is none */
	const char *fastopen;       /* what became of --tfo; NULL: it was not asked for */

	/* For text, and for comparisons: */
	bool spoken;         /* more than TCP was to be spoken */
	const char *variant; /* of a comparison; NULL */
	bool failed;         /* and went wrong: probe_record.reason says how */
	ns_t total;          /* first SYN to the last byte of the response */
	uint64_t segments;   /* captured, both ways */
	uint64_t bytes;      /* of user data in them, repeated ones too */
};

/* "TLS ClientHello"; a text that names its protocol itself is not told it twice. */
void message_record_put(struct text *t, const struct message_record *m);

extern const struct field tls_record_fields[], http_record_fields[], ws_record_fields[];

/* Nothing was spoken. */
void exchange_record_init(struct exchange_record *r);

#endif
