/* SPDX-License-Identifier: BSD-2-Clause */
/* tls.h - TLS 1.2 and 1.3 by OpenSSL: records in and out on one side, plain bytes on the other. */
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
	/* To trust: a file, or a directory as of `openssl rehash`; NULL: the system's. */
	const char *ca;
	bool insecure;         /* verify, and tell, but go on whatever comes out */
	const char *min, *max; /* "1.2" or "1.3"; NULL: both */
	/* PEM files of a client certificate, or NULL; without `key`, it is in `cert`. */
	const char *cert, *key;
	const char *keylog; /* append secrets to this file (SSLKEYLOGFILE), or NULL */
};

/*
 * -1 with ERR_USAGE for a file or version that is none. Free with tls_context_free(), after its connections.
 * OpenSSL is not touched before the first call.
 */
int tls_context_new(struct tls_context **out, const struct tls_settings *s, struct err *e);
void tls_context_free(struct tls_context *c); /* NULL is allowed */

/* A session to resume, kept from a connection to be used by a later one to the same server and name. */
struct tls_session;
void tls_session_free(struct tls_session *s); /* NULL is allowed */

struct tls_config {
	const char *server_name; /* for SNI and the name check; an address: no SNI, but checked */
	const char *sni;         /* in place of server_name in SNI and check (--sni); NULL */
	const char *const *alpn; /* protocols offered, NULL-terminated; NULL: none */
	struct tls_session *resume; /* not taken over; NULL */
	/*
	 * 0-RTT data to send if the session allows it, or NULL. Unless it was accepted (early_data of the
	 * result is 1), the owner must send it again by tls_write() once the handshake is complete.
	 */
	const uint8_t *early;
	size_t early_len;
};

/* What the handshake came to. Texts are empty where not known. */
struct tls_result {
	char version[16]; /* "1.3" */
	char cipher[64];  /* as OpenSSL, curl and servers name it: "TLS_AES_256_GCM_SHA384" */
	char group[32];   /* "X25519", "secp256r1"; empty where no (EC)DHE group took part */
	char alpn[32];    /* what the server chose, maybe none of those offered */
	bool known;       /* a ServerHello was seen: what is above and `resumed` mean something */
	bool resumed;
	int8_t early_data; /* 1 accepted, 0 rejected, -1 none was sent; of a complete handshake */
	bool close_notify; /* the peer's came */
	struct {           /* a resumed session has that of its first handshake, and a chain of 0 */
		bool known;
		char subject[256], issuer[256]; /* RFC 2253 text, printable ASCII */
		int64_t days_left;              /* of the leaf, whole days, negative after expiry */
		int64_t chain;                  /* certificates sent */
		bool verified;                  /* chain, dates and name */
		char reason[128];               /* OpenSSL's words when not verified */
	} certificate;
};

/* Decrypted bytes that may wait for tls_read(): more fail the stage. */
#define TLS_UNREAD_MAX ((size_t)1024 * 1024)

/*
 * One connection, to be driven as a stage with records: input() takes the peer's bytes, output() gives ours.
 * It is STAGE_DONE once the handshake is complete; unlike other stages it goes on to take bytes then, and may
 * still become STAGE_FAILED: in TLS 1.3 a server refuses our certificate, or the lack of one, after that.
 *
 * The listener hears each handshake message, alert and ChangeCipherSpec, both ways, in order. What input()
 * told ended with that call's bytes, so hand over a record at a time (tls_record_len()). What we send is told
 * when its last byte comes out of output(), which stops there: it ended with that call's bytes too.
 *
 * Failures: "tls-alert", the peer's, by its name of RFC 8446 6; "tls-certificate" in OpenSSL's words;
 * "protocol-error". What output() then gives is our alert.
 *
 * NULL without memory. `wall` is seconds since 1970, for days_left. `cfg` need not outlive the call.
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

/*
 * After the handshake: plain bytes. Both return how many were taken or given; 0: none now. Read after each
 * input, and call output() after each write.
 */
size_t tls_read(struct tls *t, uint8_t *out, size_t cap);
size_t tls_write(struct tls *t, const uint8_t *bytes, size_t len);
/* All was read, and nothing more comes: close_notify, the stage's eof(), or a failure. */
bool tls_eof(const struct tls *t);

/* Was the configuration's 0-RTT data sent? */
bool tls_early_sent(const struct tls *t);

const struct tls_result *tls_result(const struct tls *t);

/* The newest session of this connection for later ones, or NULL; the caller's to free. */
struct tls_session *tls_take_session(struct tls *t);

/* Why the file system said no to the key log; NULL: it did not. For a warning. */
const char *tls_context_trouble(const struct tls_context *c);

#endif
