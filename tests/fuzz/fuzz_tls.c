/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_tls.c - fuzzes TLS: a peer of any bytes, or a real server whose bytes are changed on the way. */
#include "fuzz.h"

#include <openssl/ssl.h>

#include "app/tls_internal.h"
#include "base/rd.h"

/* Bits of the first byte. */
enum choice_bit {
	RAW = 1,      /* what follows is what the peer sends; else edits of what a server sends */
	OLD = 2,      /* TLS 1.2 */
	STRICT = 4,   /* verify: the server's certificate is not good */
	PIECES = 8,   /* not by records but in pieces of 7 bytes */
	UNREAD = 16,  /* nobody reads */
	GOODBYE = 32, /* say goodbye when done */
};

/* Turns of a conversation, at most. */
#define TURNS 20

/* A byte of the server's stream to change, or, by nothing, where it ends. */
struct edit {
	uint16_t at;
	uint8_t by;
};

struct run {
	struct tls *tls;
	struct stage *stage;
	uint8_t choice;
	struct rd edits;
	uint16_t at; /* in the server's stream */
	bool cut;
	unsigned int told;
	bool giving; /* output() was called: only then ours are told */
};

static struct tls_context *strict, *lax;
static SSL_CTX *server;

static void make_server(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();

	MUST(key != NULL && cert != NULL);
	X509_gmtime_adj(X509_getm_notBefore(cert), -1000);
	X509_gmtime_adj(X509_getm_notAfter(cert), 1000000);
	X509_set_pubkey(cert, key);
	MUST(X509_sign(cert, key, EVP_sha256()) > 0);
	server = SSL_CTX_new(TLS_server_method());
	MUST(SSL_CTX_use_certificate(server, cert) == 1 &&
	     SSL_CTX_use_PrivateKey(server, key) == 1);
	X509_free(cert);
	EVP_PKEY_free(key);
}

static void make_world(void)
{
	struct tls_settings s = {.insecure = false};
	struct err e;

	if (server != NULL)
		return;
	make_server();
	MUST(tls_context_new(&strict, &s, &e) == 0);
	s.insecure = true;
	MUST(tls_context_new(&lax, &s, &e) == 0);
}

static void hear(void *ctx, const struct app_message *m)
{
	struct run *r = (struct run *)ctx;

	MUST(m->text != NULL && *m->text != '\0' && ++r->told <= TLS_MESSAGES_MAX);
	for (const char *p = m->text; *p != '\0'; p++)
		MUST(*p >= ' ' && *p <= '~');
	MUST((m->from == APP_CLIENT) == r->giving);
}

static void check(struct run *r)
{
	const struct stage_failure *f = r->stage->ops->failure(r->stage);
	const struct tls_result *result = tls_result(r->tls);
	bool failed = stage_status(r->stage) == STAGE_FAILED;

	MUST(failed == (f->reason != NULL) && failed == (f->detail[0] != '\0'));
	MUST(stage_status(r->stage) != STAGE_DONE || result->known);
	MUST(!result->certificate.verified || result->certificate.reason[0] == '\0');
}

static void read_all(struct run *r)
{
	uint8_t out[1000];

	while ((r->choice & UNREAD) == 0 && tls_read(r->tls, out, sizeof(out)) > 0)
		;
}

/* The peer's bytes, which may be changed already. */
static void hand(struct run *r, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		size_t n = tls_record_len(r->tls, bytes, len);
		uint8_t *copy;

		MUST(n > 0 && n <= len);
		n = (r->choice & PIECES) != 0 && n > 7 ? 7 : n;
		copy = exact_copy(bytes, n);
		stage_input(r->stage, copy, n);
		free(copy);
		check(r);
		read_all(r);
		bytes += n;
		len -= n;
	}
}

/* All that we have to say, to `to` if that is not NULL. Whether there was anything. */
static bool take(struct run *r, BIO *to)
{
	uint8_t out[3000];
	size_t n, all = 0;

	r->giving = true;
	while ((n = stage_output(r->stage, out, sizeof(out))) > 0) {
		all += n;
		if (to != NULL)
			BIO_write(to, out, (int)n);
	}
	r->giving = false;
	MUST(r->tls->made == r->tls->given);
	return all > 0;
}

/* Apply the edits that fall into these bytes; returns how many are left of them. */
static size_t change(struct run *r, uint8_t *bytes, size_t len)
{
	struct rd edits = r->edits;

	while (rd_left(&edits) >= 3) {
		struct edit e = {.at = rd_be16(&edits), .by = rd_u8(&edits)};

		if (e.at < r->at || e.at >= r->at + len)
			continue;
		if (e.by == 0) {
			r->cut = true;
			len = (size_t)(e.at - r->at);
		} else {
			bytes[e.at - r->at] ^= e.by;
		}
	}
	r->at = (uint16_t)(r->at + len);
	return len;
}

/* What the server has to say, changed. Whether there was anything. */
static bool from_server(struct run *r, BIO *from)
{
	char *bytes;
	size_t len = (size_t)BIO_get_mem_data(from, &bytes);
	uint8_t *copy = exact_copy(bytes, len);

	BIO_reset(from);
	hand(r, copy, change(r, copy, len));
	free(copy);
	return len > 0;
}

static void talk(struct run *r)
{
	SSL *ssl = SSL_new(server);
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	uint8_t data[100] = {0};

	SSL_set_bio(ssl, in, out);
	SSL_set_accept_state(ssl);
	if ((r->choice & OLD) != 0)
		SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
	for (int i = 0; i < TURNS && !r->cut; i++) {
		bool any = take(r, in);

		if (SSL_do_handshake(ssl) == 1 && i < TURNS / 2)
			SSL_write(ssl, data, sizeof(data));
		any = from_server(r, out) || any;
		if (!any)
			break;
		(void)tls_write(r->tls, data, sizeof(data));
	}
	SSL_free(ssl);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run r = {.edits = rd_from(data, size)};
	const struct app_listener l = {.message = hear, .ctx = &r};
	const struct tls_config cfg = {.server_name = "example.net"};

	make_world();
	r.choice = rd_u8(&r.edits);
	r.tls = tls_new((r.choice & STRICT) != 0 ? strict : lax, &cfg, &l, 0);
	MUST(r.tls != NULL);
	r.stage = tls_stage(r.tls);
	if ((r.choice & RAW) != 0) {
		size_t len = rd_left(&r.edits);

		take(&r, NULL);
		hand(&r, rd_bytes(&r.edits, len), len);
	} else {
		talk(&r);
	}
	if ((r.choice & GOODBYE) != 0)
		r.stage->ops->goodbye(r.stage);
	r.stage->ops->eof(r.stage);
	take(&r, NULL);
	check(&r);
	MUST(stage_status(r.stage) != STAGE_RUNNING);
	r.stage->ops->free(r.stage);
	return 0;
}
