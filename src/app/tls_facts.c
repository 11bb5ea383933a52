/* SPDX-License-Identifier: BSD-2-Clause */
/* tls_facts.c - what was agreed, whose certificate it was, and whether that is to be believed. */
#include "app/tls_internal.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

/* RFC 6066 3: a host name in SNI; longer ones do not exist. */
#define NAME_MAX_LEN 255

/* --- the name --- */

/* The name without what is no part of it: a final dot, and the zone of an address. */
static bool plain_name(char *out, size_t cap, const char *name)
{
	size_t len = strcspn(name, "%");

	if (len > 1 && name[len - 1] == '.')
		len--;
	if (len >= cap)
		return false;
	memcpy(out, name, len);
	out[len] = '\0';
	return true;
}

bool tls_facts_name(struct tls *t, const struct tls_config *cfg)
{
	const char *given = cfg->sni != NULL ? cfg->sni : cfg->server_name;
	X509_VERIFY_PARAM *p = SSL_get0_param(t->ssl);
	char name[NAME_MAX_LEN + 1];

	if (given == NULL || *given == '\0')
		return true;
	if (!plain_name(name, sizeof(name), given)) {
		tls_failure_set(t, "protocol-error",
		                "a name of more than 255 bytes cannot be sent");
		return false;
	}
	/* RFC 6066 3: literal addresses are not permitted in SNI. */
	if (X509_VERIFY_PARAM_set1_ip_asc(p, name) == 1)
		return true;
	ERR_clear_error();
	X509_VERIFY_PARAM_set_hostflags(p, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (X509_VERIFY_PARAM_set1_host(p, name, 0) == 1 &&
	    SSL_set_tlsext_host_name(t->ssl, name) == 1)
		return true;
	tls_failure_set(t, "protocol-error", "this name cannot be sent");
	return false;
}

/* --- the certificate --- */

/* RFC 2253: printable ASCII, whatever the name holds. */
static void name_text(const X509_NAME *name, char *out, size_t cap)
{
	BIO *b = BIO_new(BIO_s_mem());
	size_t n = 0;

	if (b != NULL && X509_NAME_print_ex(b, name, 0, XN_FLAG_RFC2253) >= 0)
		(void)BIO_read_ex(b, out, cap - 1, &n);
	out[n] = '\0';
	BIO_free(b);
}

/* Whole days from `wall` to the end of validity; rounded down, so that none are left after it. */
static int64_t days_left(const X509 *leaf, int64_t wall)
{
	ASN1_TIME *now = ASN1_TIME_set(NULL, (time_t)wall);
	int days = 0, seconds = 0;

	if (now != NULL)
		(void)ASN1_TIME_diff(&days, &seconds, now, X509_get0_notAfter(leaf));
	ASN1_TIME_free(now);
	return seconds < 0 ? (int64_t)days - 1 : days;
}

static void learn_certificate(struct tls *t, const X509 *leaf, int chain)
{
	t->result.certificate.known = true;
	name_text(X509_get_subject_name(leaf), t->result.certificate.subject,
	          sizeof(t->result.certificate.subject));
	name_text(X509_get_issuer_name(leaf), t->result.certificate.issuer,
	          sizeof(t->result.certificate.issuer));
	t->result.certificate.days_left = days_left(leaf, t->wall);
	t->result.certificate.chain = chain;
}

static void learn_verdict(struct tls *t, long verdict)
{
	t->result.certificate.verified = verdict == X509_V_OK;
	if (verdict != X509_V_OK)
		snprintf(t->result.certificate.reason, sizeof(t->result.certificate.reason), "%s",
		         X509_verify_cert_error_string(verdict));
}

int tls_facts_verify(X509_STORE_CTX *x, void *arg)
{
	SSL *ssl = (SSL *)X509_STORE_CTX_get_ex_data(x, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls *t = (struct tls *)SSL_get_app_data(ssl);
	bool good;

	(void)arg;
	learn_certificate(t, X509_STORE_CTX_get0_cert(x),
	                  sk_X509_num(X509_STORE_CTX_get0_untrusted(x)));
	good = X509_verify_cert(x) == 1;
	learn_verdict(t, good ? X509_V_OK : X509_STORE_CTX_get_error(x));
	return good || t->context->insecure ? 1 : 0;
}

/* A resumed session brings no certificate: that of the first handshake stands. */
static void learn_resumed(struct tls *t)
{
	const X509 *leaf = SSL_get0_peer_certificate(t->ssl);

	if (leaf == NULL)
		return;
	learn_certificate(t, leaf, 0);
	learn_verdict(t, SSL_get_verify_result(t->ssl));
}

/* --- what was agreed --- */

static const char *version_text(const SSL *ssl)
{
	switch (SSL_version(ssl)) {
	case TLS1_2_VERSION:
		return "1.2";
	case TLS1_3_VERSION:
		return "1.3";
	default:
		return "";
	}
}

/* OpenSSL has X9.62's name for a group of which RFC 8446 4.2.7 says secp256r1. */
static const char *group_text(SSL *ssl)
{
	int nid = (int)SSL_get_negotiated_group(ssl);
	const char *name = nid == NID_undef ? NULL : OBJ_nid2sn(nid);

	if (name == NULL)
		return "";
	return strcmp(name, "prime256v1") == 0 ? "secp256r1" : name;
}

static void learn_alpn(struct tls *t)
{
	const unsigned char *chosen;
	unsigned int len;
	size_t n = 0;

	SSL_get0_alpn_selected(t->ssl, &chosen, &len);
	for (; n < len && n + 1 < sizeof(t->result.alpn); n++)
		t->result.alpn[n] = chosen[n] >= ' ' && chosen[n] <= '~' ? (char)chosen[n] : '?';
	t->result.alpn[n] = '\0';
}

static void learn_early(struct tls *t)
{
	switch (SSL_get_early_data_status(t->ssl)) {
	case SSL_EARLY_DATA_ACCEPTED:
		t->result.early_data = 1;
		return;
	case SSL_EARLY_DATA_REJECTED:
		t->result.early_data = 0;
		return;
	default:
		t->result.early_data = -1;
		return;
	}
}

void tls_facts_learn(struct tls *t)
{
	const SSL_CIPHER *cipher = SSL_get_pending_cipher(t->ssl);
	struct tls_result *r = &t->result;

	if (cipher == NULL)
		cipher = SSL_get_current_cipher(t->ssl);
	if (!t->hello || cipher == NULL)
		return;
	r->known = true;
	r->resumed = SSL_session_reused(t->ssl) == 1;
	snprintf(r->version, sizeof(r->version), "%s", version_text(t->ssl));
	snprintf(r->cipher, sizeof(r->cipher), "%s", SSL_CIPHER_get_name(cipher));
	snprintf(r->group, sizeof(r->group), "%s", group_text(t->ssl));
	learn_alpn(t);
	if (t->status != STAGE_DONE)
		return;
	learn_early(t);
	if (r->resumed && !r->certificate.known)
		learn_resumed(t);
}
