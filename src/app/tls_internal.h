/* SPDX-License-Identifier: BSD-2-Clause */
/* tls_internal.h - what the parts of tls.c share; of no use to others. */
#ifndef TCPSHAKE_APP_TLS_INTERNAL_H
#define TCPSHAKE_APP_TLS_INTERNAL_H

#include <openssl/ssl.h>

#include "app/tls.h"

/* Handshake messages, alerts and ChangeCipherSpec of a connection, both ways: no honest peer needs more. */
#define TLS_MESSAGES_MAX 200
/* Messages of ours that wait for output(); a flight has four. */
#define TLS_SENT_MAX 32
/* Bytes of ours that wait for output(), after which tls_write() takes no more. */
#define TLS_UNSENT_MAX ((size_t)256 * 1024)
/* The peer's first bytes, kept for the case that they are no TLS. */
#define TLS_FIRST_MAX  64

#define TLS_HEADER_LEN 5

struct tls_context {
	SSL_CTX *ssl;
	bool insecure;
	int keylog; /* a file descriptor; -1: none */
	char keylog_path[256];
	char trouble[400]; /* empty: none */
};

struct tls_session {
	SSL_SESSION *ssl;
};

/* Where records begin and end in the peer's bytes (RFC 8446 5.1). */
struct tls_framing {
	uint8_t head[TLS_HEADER_LEN];
	size_t have; /* bytes of `head` seen */
	size_t left; /* bytes of the record behind it not yet seen */
	bool whole;  /* what was taken last ended a record */
	bool broken; /* no records: no end is known any more */
};

/* Bytes of the next record, or of what is left of it; all, where they are no record. */
size_t tls_framing_take(struct tls_framing *f, const uint8_t *bytes, size_t len);

/* A message that we made, and the offset in our stream after its last byte. */
struct tls_sent {
	uint64_t end;
	enum app_mark mark;
	char text[48];
};

struct tls {
	struct stage stage;
	const struct tls_context *context;
	struct app_listener listener;
	int64_t wall;
	bool early_sent;

	SSL *ssl;
	BIO *in;    /* records of the peer; owned by ssl */
	BIO *out;   /* our records; owned by ssl */
	BIO *plain; /* what the peer's records held, not yet read */
	struct tls_framing framing;
	uint8_t first[TLS_FIRST_MAX];
	size_t first_len;
	bool spoke; /* a whole record of the peer came */

	uint64_t made;  /* length of all records made */
	uint64_t given; /* of these, what output() gave */
	struct tls_sent sent[TLS_SENT_MAX];
	uint32_t sent_first, sent_count;
	uint32_t messages; /* told or queued */
	bool too_many;

	bool hello; /* a ServerHello that is no HelloRetryRequest came */
	bool ended; /* the peer sends nothing more */
	enum stage_status status;
	struct stage_failure failure;
	struct tls_result result;
	struct tls_session session; /* the newest; NULL in it: none */
};

/* --- messages: tls_messages.c --- */

/* For SSL_CTX_set_msg_callback(); the connection is found by SSL_get_app_data(). */
void tls_messages_seen(int ours, int version, int type, const void *bytes, size_t len, SSL *ssl,
                       void *arg);
/* A whole ChangeCipherSpec came: OpenSSL is silent about those of the peer. */
void tls_messages_cipher_change(struct tls *t);
/* Up to `cap` bytes may be given before the next message of ours ends. */
size_t tls_messages_room(const struct tls *t, size_t cap);
/* Tell those of ours whose last byte was given. */
void tls_messages_given(struct tls *t);

/* A name as RFC 8446 4 and 6 write it; unknown ones by number, in `room`. */
const char *tls_handshake_name(int type, char *room, size_t cap);
const char *tls_alert_name(int alert, char *room, size_t cap);

/* --- what was agreed, and the certificate: tls_facts.c --- */

/* The name check for this connection, and SNI. False: the failure says why not. */
bool tls_facts_name(struct tls *t, const struct tls_config *cfg);
/* For SSL_CTX_set_cert_verify_callback(): notes the certificate and the verdict on it. */
int tls_facts_verify(X509_STORE_CTX *x, void *arg);
/* Fill in what is known by now. */
void tls_facts_learn(struct tls *t);

/* --- failures: tls_failure.c --- */

/* STAGE_FAILED, for the reason that OpenSSL has left behind. */
void tls_failure_found(struct tls *t);
/* STAGE_FAILED: the peer ended during the handshake. */
void tls_failure_eof(struct tls *t);
void tls_failure_set(struct tls *t, const char *reason, const char *detail);

#endif
