/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_tls_peer.h - what the tests of TLS share: certificates made on the spot, a server over memory, and a
 * conversation that notes every message with the offset at which its owner saw it end.
 */
#ifndef TCPSHAKE_TESTS_UNIT_TEST_TLS_PEER_H
#define TCPSHAKE_TESTS_UNIT_TEST_TLS_PEER_H

#include "../lib/check.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "app/tls.h"

#define DAY (24 * 60 * 60)

/* --- certificates --- */

struct made {
	X509 *cert;
	EVP_PKEY *key;
};

struct wish {
	const char *name;
	const char *san;           /* "DNS:web.test"; NULL: none */
	long from, until;          /* seconds from now; both 0: until in 90 days and a half */
	const struct made *issuer; /* NULL: itself */
	bool authority;
};

static inline void made_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *x = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert_non_null(x);
	assert_int_equal(X509_add_ext(cert, x, -1), 1);
	X509_EXTENSION_free(x);
}

static inline struct made make(const struct wish *w)
{
	static long serial;
	struct made m = {.cert = X509_new(), .key = EVP_EC_gen("P-256")};
	const struct made *issuer = w->issuer != NULL ? w->issuer : &m;
	X509_NAME *name = X509_get_subject_name(m.cert);

	assert_non_null(m.key);
	X509_set_version(m.cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(m.cert), ++serial);
	X509_gmtime_adj(X509_getm_notBefore(m.cert), w->until == 0 ? -DAY : w->from);
	X509_gmtime_adj(X509_getm_notAfter(m.cert), w->until == 0 ? 90 * DAY + DAY / 2 : w->until);
	X509_set_pubkey(m.cert, m.key);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)w->name, -1,
	                           -1, 0);
	X509_set_issuer_name(m.cert, X509_get_subject_name(issuer->cert));
	if (w->authority)
		made_extension(m.cert, NID_basic_constraints, "critical,CA:TRUE");
	if (w->san != NULL)
		made_extension(m.cert, NID_subject_alt_name, w->san);
	assert_true(X509_sign(m.cert, issuer->key, EVP_sha256()) > 0);
	return m;
}

static inline void unmake(struct made *m)
{
	X509_free(m->cert);
	EVP_PKEY_free(m->key);
}

/* A new file in /tmp with PEM of a certificate, a key, or both. */
static inline void write_pem(char path[64], X509 *cert, EVP_PKEY *key)
{
	FILE *f;

	snprintf(path, 64, "/tmp/test_tls.XXXXXX");
	f = fdopen(mkstemp(path), "w");
	assert_non_null(f);
	if (cert != NULL)
		assert_int_equal(PEM_write_X509(f, cert), 1);
	if (key != NULL)
		assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(f);
}

/* --- messages with offsets --- */

#define NOTES_MAX 1024

struct note {
	char text[64];
	enum app_mark mark;
	uint64_t end;
};

struct notes {
	struct note list[NOTES_MAX];
	size_t count;
};

static inline struct note *note_add(struct notes *n, const char *text)
{
	struct note *new = &n->list[n->count++];

	assert_true(n->count < NOTES_MAX);
	memset(new, 0, sizeof(*new));
	snprintf(new->text, sizeof(new->text), "%s", text);
	return new;
}

/* "ClientHello, Finished" */
static inline void assert_notes(const struct notes *n, const char *want)
{
	char got[4096] = "";
	size_t len = 0;

	for (size_t i = 0; i < n->count && len < sizeof(got); i++)
		len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%s", i == 0 ? "" : ", ",
		                        n->list[i].text);
	assert_string_equal(got, want);
}

static inline bool noted(const struct notes *n, const char *text)
{
	for (size_t i = 0; i < n->count; i++)
		if (strcmp(n->list[i].text, text) == 0)
			return true;
	return false;
}

/* --- the server --- */

struct server {
	SSL_CTX *ctx;
	SSL *ssl;
	BIO *in, *out;
	uint64_t made; /* bytes of its records */
	uint64_t last; /* after the last ChangeCipherSpec or what else has no end of its own */
	struct notes sent, got; /* without ChangeCipherSpec of the client's */
	struct block alpn;      /* what it chooses; no bytes: nothing */
};

static inline struct server *server_of(const SSL *ssl)
{
	return (struct server *)SSL_get_app_data(ssl);
}

/* Handshake types alone, by number: names are what is tested. */
static inline void server_note(int ours, int version, int type, const void *bytes, size_t len,
                               SSL *ssl, void *arg)
{
	struct server *s = server_of(ssl);
	const uint8_t *p = (const uint8_t *)bytes;
	char text[32];

	(void)version;
	(void)arg;
	if (type == SSL3_RT_HEADER && ours)
		s->made += 5u + ((size_t)p[3] << 8 | p[4]);
	if (type != SSL3_RT_HANDSHAKE && type != SSL3_RT_ALERT &&
	    type != SSL3_RT_CHANGE_CIPHER_SPEC)
		return;
	assert_true(len > 0);
	snprintf(text, sizeof(text), "%d/%d", type, type == SSL3_RT_ALERT ? p[1] : p[0]);
	note_add(ours ? &s->sent : &s->got, text)->end = ours ? s->made : 0;
}

static inline int server_choose(SSL *ssl, const unsigned char **out, unsigned char *len,
                                const unsigned char *in, unsigned int in_len, void *arg)
{
	const struct server *s = server_of(ssl);

	(void)in;
	(void)in_len;
	(void)arg;
	if (s->alpn.len == 0)
		return SSL_TLSEXT_ERR_NOACK;
	*out = s->alpn.p;
	*len = (unsigned char)s->alpn.len;
	return SSL_TLSEXT_ERR_OK;
}

static inline SSL_CTX *server_context(const struct made *identity)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	assert_non_null(ctx);
	SSL_CTX_use_certificate(ctx, identity->cert);
	assert_int_equal(SSL_CTX_use_PrivateKey(ctx, identity->key), 1);
	SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"test", 4);
	SSL_CTX_set_msg_callback(ctx, server_note);
	SSL_CTX_set_alpn_select_cb(ctx, server_choose, NULL);
	return ctx;
}

static inline void server_begin(struct server *s, SSL_CTX *ctx)
{
	memset(s, 0, sizeof(*s));
	s->ctx = ctx;
	s->ssl = SSL_new(ctx);
	s->in = BIO_new(BIO_s_mem());
	s->out = BIO_new(BIO_s_mem());
	SSL_set_bio(s->ssl, s->in, s->out);
	SSL_set_app_data(s->ssl, s);
	SSL_set_accept_state(s->ssl);
}

/* One turn: the handshake, or what came after it. */
static inline void server_turn(struct server *s)
{
	uint8_t byte;

	if (SSL_do_handshake(s->ssl) == 1)
		(void)SSL_peek(s->ssl, &byte, 1);
}

/* --- a conversation --- */

struct talk {
	struct tls *tls;
	struct stage *stage;
	struct server server;
	struct notes ours, theirs, all;
	uint64_t out, in; /* bytes that went and came */
	size_t piece;     /* most bytes a call of input() and output() */
};

static inline void hear(void *ctx, const struct app_message *m)
{
	struct talk *t = (struct talk *)ctx;
	struct note *n = note_add(m->from == APP_CLIENT ? &t->ours : &t->theirs, m->text);

	assert_string_equal(m->protocol, "TLS");
	n->mark = m->mark;
	note_add(&t->all, m->text)->mark = m->mark;
}

/* Those of the last call ended where it ended. */
static inline void stamp(struct notes *n, uint64_t end)
{
	for (size_t i = n->count; i > 0 && n->list[i - 1].end == 0; i--)
		n->list[i - 1].end = end;
}

/* `t` stays where it is: the connection knows it. */
static inline void talk_begin(struct talk *t, struct tls_context *c, const struct tls_config *cfg,
                              SSL_CTX *ctx)
{
	struct app_listener l = {.message = hear, .ctx = t};

	memset(t, 0, sizeof(*t));
	t->piece = 65536;
	server_begin(&t->server, ctx);
	t->tls = tls_new(c, cfg, &l, time(NULL));
	assert_non_null(t->tls);
	t->stage = tls_stage(t->tls);
}

static inline void talk_end(struct talk *t)
{
	t->stage->ops->free(t->stage);
	if (SSL_is_init_finished(t->server.ssl))
		SSL_set_shutdown(t->server.ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	SSL_free(t->server.ssl);
	free(t->server.alpn.p);
}

/* One call of output(), into a block of exactly its size. */
static inline struct block talk_take(struct talk *t)
{
	struct block b = {.p = malloc(t->piece), .len = 0};

	b.len = stage_output(t->stage, b.p, t->piece);
	t->out += b.len;
	stamp(&t->ours, t->out);
	return b;
}

/* All that we have to send goes to the server. Whether there was anything. */
static inline bool talk_send(struct talk *t)
{
	bool any = false;

	for (;;) {
		struct block b = talk_take(t);

		if (b.len > 0)
			BIO_write(t->server.in, b.p, (int)b.len);
		free(b.p);
		if (b.len == 0)
			return any;
		any = true;
		server_turn(&t->server);
	}
}

/* The peer's bytes, a record or less at a time as they are. */
static inline void talk_hand(struct talk *t, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		size_t n = tls_record_len(t->tls, bytes, len < t->piece ? len : t->piece);
		struct block b = block_copy(bytes, n);

		assert_true(n > 0 && n <= len);
		stage_input(t->stage, b.p, b.len);
		t->in += n;
		stamp(&t->theirs, t->in);
		free(b.p);
		bytes += n;
		len -= n;
	}
}

/* What the server has to send comes to us. Whether there was anything. */
static inline bool talk_receive(struct talk *t)
{
	char *bytes;
	long len = BIO_get_mem_data(t->server.out, &bytes);
	struct block b = block_copy(bytes, (size_t)len);

	BIO_reset(t->server.out);
	talk_hand(t, b.p, b.len);
	free(b.p);
	return len > 0;
}

/* Until neither has anything to say. */
static inline void talk_on(struct talk *t)
{
	bool any;

	do {
		any = talk_send(t);
		any = talk_receive(t) || any;
	} while (any);
}

static inline void assert_done(const struct talk *t)
{
	assert_string_equal(t->stage->ops->failure(t->stage)->detail, "");
	assert_int_equal(stage_status(t->stage), STAGE_DONE);
}

static inline void assert_failed(const struct talk *t, const char *reason, const char *detail)
{
	const struct stage_failure *f = t->stage->ops->failure(t->stage);

	assert_int_equal(stage_status(t->stage), STAGE_FAILED);
	assert_string_equal(f->reason, reason);
	assert_string_equal(f->detail, detail);
}

/* --- what nearly every test needs --- */

struct world {
	struct made ca, web; /* web.test and alias.test, signed by ca */
	char ca_path[64];
	struct tls_context *context; /* trusts ca */
	SSL_CTX *server;             /* is web */
};

static struct world w;

static inline struct tls_context *context_with(struct tls_settings s)
{
	struct tls_context *c;
	struct err e;

	s.ca = s.ca != NULL ? s.ca : w.ca_path;
	if (tls_context_new(&c, &s, &e) < 0)
		fail_msg("%s", e.text);
	return c;
}

static inline int world_make(void **state)
{
	(void)state;
	w.ca = make(&(struct wish){.name = "test ca", .authority = true});
	w.web = make(&(struct wish){
		.name = "web", .san = "DNS:web.test,DNS:alias.test", .issuer = &w.ca});
	write_pem(w.ca_path, w.ca.cert, NULL);
	w.context = context_with((struct tls_settings){.ca = NULL});
	w.server = server_context(&w.web);
	return 0;
}

static inline int world_end(void **state)
{
	(void)state;
	tls_context_free(w.context);
	SSL_CTX_free(w.server);
	unmake(&w.ca);
	unmake(&w.web);
	return unlink(w.ca_path);
}

static const struct tls_config to_web = {.server_name = "web.test"};

#endif
