/* SPDX-License-Identifier: BSD-2-Clause */
/* tls.h - TLS 1.2 and 1.3 by OpenSSL over memory: records in and out on one side, plain bytes on the other. */
#ifndef TCPSHAKE_APP_TLS_H
#define TCPSHAKE_APP_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/message.h"
#include "app/stage.h"
#include "base/err.h"

/* What all connections of a run share: trust, versions, key log. */
struct tls_context;

struct tls_settings {
	const char *ca; /* a file or directory of certificates to trust; NULL: the system's store */
	bool insecure;  /* verify, and tell, but go on whatever comes out */
	const char *min, *max;  /* "1.2" or "1.3"; NULL: both */
	const char *cert, *key; /* PEM files of a client certificate, or NULL */
	const char *keylog;     /* append secrets to this file (SSLKEYLOGFILE), or NULL */
};

/* -1 with ERR_USAGE for a file or version that is none. Free with tls_context_free(). */
int tls_context_new(struct tls_context **out, const struct tls_settings *s, struct err *e);
void tls_context_free(struct tls_context *c); /* NULL is allowed */

/* A session to resume, kept from a connection to be used by a later one to the same server. */
struct tls_session;
void tls_session_free(struct tls_session *s); /* NULL is allowed */

struct tls_config {
	const char *server_name; /* for SNI and the name check; an address: no SNI, but checked */
	const char *sni;         /* in place of server_name in SNI and check (--sni); NULL */
	const char *const *alpn; /* protocols offered, NULL-terminated; NULL: none */
	struct tls_session *resume; /* not taken over; NULL */
	const uint8_t *early;       /* 0-RTT data to send if the session allows it, or NULL */
	size_t early_len;
};

/* What the handshake came to. Texts are empty where not known. */
struct tls_result {
	char version[16]; /* "1.3" */
	char cipher[64];  /* "TLS_AES_256_GCM_SHA384" */
	char group[32];   /* "X25519", "prime256v1" */
	char alpn[32];
	bool known; /* a ServerHello was seen: what is above and `resumed` mean something */
	bool resumed;
	int8_t early_data; /* 1 accepted, 0 rejected, -1 none was sent */
	struct {
		bool known;
		char subject[256], issuer[256]; /* RFC 2253 text */
		int64_t days_left;              /* of the leaf, whole days, negative after expiry */
		int64_t chain;                  /* certificates sent */
		bool verified;                  /* chain, dates and name */
		char reason[128];               /* OpenSSL's words when not verified */
	} certificate;
};

/*
 * One connection, to be driven as a stage with records: input() takes the peer's bytes, output() gives ours.
 * It is STAGE_DONE once the handshake is complete. The listener hears each handshake message, alert and
 * ChangeCipherSpec, both ways, in order: what input() was told of during a call ended with that call's
 * bytes, so hand over a record at a time (tls_record_len()); what we send is told when its bytes come
 * out of output(), never before. NULL without memory. `wall` is seconds since 1970, for expiry.
 */
struct tls;
struct tls *tls_new(struct tls_context *c, const struct tls_config *cfg,
                    const struct app_listener *l, int64_t wall);
struct stage *tls_stage(struct tls *t);

/*
 * How many of the first `len` bytes belong to the next record (or to what is left of it): hand over so many.
 * Bytes that cannot be a record are all of one piece.
 */
size_t tls_record_len(const struct tls *t, const uint8_t *bytes, size_t len);

/* After the handshake: plain bytes. Both return how many were taken or given; 0: none now. */
size_t tls_read(struct tls *t, uint8_t *out, size_t cap);
size_t tls_write(struct tls *t, const uint8_t *bytes, size_t len);
bool tls_eof(const struct tls *t); /* close_notify came, or stage eof(): nothing more to read */

const struct tls_result *tls_result(const struct tls *t);

/* The newest session of this connection for later ones, or NULL; the caller's to free. */
struct tls_session *tls_take_session(struct tls *t);

/* Why the file system said no to the key log; NULL: it did not. For a warning. */
const char *tls_context_trouble(const struct tls_context *c);

#endif
