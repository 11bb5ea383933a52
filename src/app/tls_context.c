/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tls_context.c - what all connections share: trust, versions, a client's certificate, the key log. OpenSSL
 * starts when the first of these is made: those who need no TLS do not wait for it.
 */
#include "app/tls_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>

#include "base/text.h"

/* --- the key log --- */

static void trouble(struct tls_context *c, int errnum)
{
	snprintf(c->trouble, sizeof(c->trouble), "no secrets are logged to '%s': %s",
	         c->keylog_path, strerror(errnum));
}

/* A line is one write(), so that processes can share a file; what failed once is not tried again. */
static void log_secret(const SSL *ssl, const char *line)
{
	struct tls_context *c = (struct tls_context *)SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	char buf[1024];
	struct text t = text_into(buf, sizeof(buf));
	ssize_t n;

	if (c->keylog < 0)
		return;
	text_add(&t, "%s\n", line);
	n = write(c->keylog, buf, t.len);
	if (n == (ssize_t)t.len)
		return;
	trouble(c, n < 0 ? errno : ENOSPC);
	close(c->keylog);
	c->keylog = -1;
}

static void open_keylog(struct tls_context *c, const char *path)
{
	snprintf(c->keylog_path, sizeof(c->keylog_path), "%s", path);
	c->keylog = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (c->keylog < 0)
		trouble(c, errno);
	else
		SSL_CTX_set_keylog_callback(c->ssl, log_secret);
}

/* --- settings --- */

static int set_trust(const struct tls_context *c, const char *ca, struct err *e)
{
	struct stat st;
	int good;

	if (ca == NULL) {
		(void)SSL_CTX_set_default_verify_paths(c->ssl);
		return 0;
	}
	if (stat(ca, &st) != 0 || access(ca, R_OK) != 0)
		return err_sys(e, ERR_USAGE, errno, "certificates to trust in '%s'", ca);
	if (S_ISDIR(st.st_mode))
		good = SSL_CTX_load_verify_dir(c->ssl, ca);
	else
		good = SSL_CTX_load_verify_file(c->ssl, ca);
	if (good != 1)
		return err_set(e, ERR_USAGE, "no certificates to trust in '%s': need PEM", ca);
	return 0;
}

static int version_of(const char *text, int if_null, int *out, struct err *e)
{
	if (text == NULL)
		*out = if_null;
	else if (strcmp(text, "1.2") == 0)
		*out = TLS1_2_VERSION;
	else if (strcmp(text, "1.3") == 0)
		*out = TLS1_3_VERSION;
	else
		return err_set(e, ERR_USAGE, "TLS version '%s': need 1.2 or 1.3", text);
	return 0;
}

static int set_versions(const struct tls_context *c, const struct tls_settings *s, struct err *e)
{
	int min, max;

	if (version_of(s->min, TLS1_2_VERSION, &min, e) < 0 ||
	    version_of(s->max, TLS1_3_VERSION, &max, e) < 0)
		return -1;
	if (min > max)
		return err_set(e, ERR_USAGE, "TLS %s at least and %s at most: there is none",
		               s->min, s->max);
	(void)SSL_CTX_set_min_proto_version(c->ssl, min);
	(void)SSL_CTX_set_max_proto_version(c->ssl, max);
	return 0;
}

/* OpenSSL would ask for the password of an encrypted key on the terminal. */
static int no_password(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

/* Without a key of its own, the certificate's file holds it. */
static int set_certificate(const struct tls_context *c, const struct tls_settings *s, struct err *e)
{
	const char *key = s->key != NULL ? s->key : s->cert;

	if (s->cert == NULL && s->key != NULL)
		return err_set(e, ERR_USAGE, "key '%s': it needs a certificate", s->key);
	if (s->cert == NULL)
		return 0;
	if (access(s->cert, R_OK) != 0)
		return err_sys(e, ERR_USAGE, errno, "certificate '%s'", s->cert);
	if (access(key, R_OK) != 0)
		return err_sys(e, ERR_USAGE, errno, "key '%s'", key);
	SSL_CTX_set_default_passwd_cb(c->ssl, no_password);
	if (SSL_CTX_use_certificate_chain_file(c->ssl, s->cert) != 1)
		return err_set(e, ERR_USAGE, "no certificate in '%s': need PEM", s->cert);
	if (SSL_CTX_use_PrivateKey_file(c->ssl, key, SSL_FILETYPE_PEM) == 1 &&
	    SSL_CTX_check_private_key(c->ssl) == 1)
		return 0;
	return err_set(e, ERR_USAGE, "no key of '%s' in '%s': need PEM, not encrypted", s->cert,
	               key);
}

/* The connection keeps the newest session; the reference is ours. */
static int keep_session(SSL *ssl, SSL_SESSION *session)
{
	struct tls *t = (struct tls *)SSL_get_app_data(ssl);

	SSL_SESSION_free(t->session.ssl);
	t->session.ssl = session;
	return 1;
}

static void set_calls(struct tls_context *c)
{
	SSL_CTX_set_app_data(c->ssl, c);
	SSL_CTX_set_msg_callback(c->ssl, tls_messages_seen);
	SSL_CTX_set_verify(c->ssl, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(c->ssl, tls_facts_verify, NULL);
	SSL_CTX_set_session_cache_mode(c->ssl, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(c->ssl, keep_session);
	SSL_CTX_set_options(c->ssl, SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_mode(c->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE |
	                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
	                                 SSL_MODE_RELEASE_BUFFERS);
}

int tls_context_new(struct tls_context **out, const struct tls_settings *s, struct err *e)
{
	struct tls_context *c = (struct tls_context *)calloc(1, sizeof(*c));

	*out = NULL;
	if (c == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	c->keylog = -1;
	c->insecure = s->insecure;
	c->ssl = SSL_CTX_new(TLS_client_method());
	if (c->ssl == NULL) {
		free(c);
		return err_set(e, ERR_LOCAL, "OpenSSL does not start: see its openssl.cnf");
	}
	set_calls(c);
	if (set_trust(c, s->ca, e) < 0 || set_versions(c, s, e) < 0 ||
	    set_certificate(c, s, e) < 0) {
		tls_context_free(c);
		ERR_clear_error();
		return -1;
	}
	if (s->keylog != NULL)
		open_keylog(c, s->keylog);
	*out = c;
	return 0;
}

void tls_context_free(struct tls_context *c)
{
	if (c == NULL)
		return;
	SSL_CTX_free(c->ssl);
	if (c->keylog >= 0)
		close(c->keylog);
	free(c);
}

const char *tls_context_trouble(const struct tls_context *c)
{
	return c->trouble[0] != '\0' ? c->trouble : NULL;
}
