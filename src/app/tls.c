/* SPDX-License-Identifier: BSD-2-Clause */
/* tls.c - a TLS connection as a stage: a record in, OpenSSL turned once, records out. */
#include "app/tls_internal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "base/wr.h"

static struct tls *of(struct stage *s)
{
	return (struct tls *)s; /* the stage is its first member */
}

static const struct tls *of_const(const struct stage *s)
{
	return (const struct tls *)s;
}

/* --- turning OpenSSL --- */

/* OpenSSL did not do what it was asked to: it may just want more, or this is the end. */
static void judge(struct tls *t, int ret)
{
	switch (SSL_get_error(t->ssl, ret)) {
	case SSL_ERROR_NONE:
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return;
	case SSL_ERROR_ZERO_RETURN:
		t->ended = true;
		t->result.close_notify = true;
		if (t->status == STAGE_RUNNING)
			tls_failure_eof(t);
		return;
	default:
		tls_failure_found(t);
		return;
	}
}

/* Whatever came after the handshake is opened at once, so that its messages are told with their record. */
static void open_records(struct tls *t)
{
	uint8_t bytes[SSL3_RT_MAX_PLAIN_LENGTH];
	size_t n;
	int ret;

	while ((ret = SSL_read_ex(t->ssl, bytes, sizeof(bytes), &n)) == 1) {
		if (BIO_ctrl_pending(t->plain) + n > TLS_UNREAD_MAX ||
		    BIO_write(t->plain, bytes, (int)n) != (int)n) {
			tls_failure_set(t, "protocol-error", "the peer sends more than is read");
			return;
		}
	}
	judge(t, ret);
}

static void turn(struct tls *t)
{
	ERR_clear_error();
	if (t->status == STAGE_RUNNING) {
		int ret = SSL_do_handshake(t->ssl);

		if (ret == 1)
			t->status = STAGE_DONE;
		else
			judge(t, ret);
		tls_facts_learn(t);
	}
	if (t->status == STAGE_DONE && !t->ended)
		open_records(t);
	if (t->too_many && t->status != STAGE_FAILED)
		tls_failure_set(t, "protocol-error", "too many messages");
}

/* --- the beginning --- */

static bool offers(const char *const *alpn, const uint8_t *name, size_t len)
{
	for (; alpn != NULL && *alpn != NULL; alpn++)
		if (strlen(*alpn) == len && memcmp(*alpn, name, len) == 0)
			return true;
	return false;
}

/*
 * RFC 8446 4.2.10: 0-RTT data goes to the same name, for the same protocol. OpenSSL fails where that is
 * not so; here the data then waits for the end of the handshake.
 */
static bool early_allowed(const struct tls *t, const struct tls_config *cfg)
{
	const char *name, *now = SSL_get_servername(t->ssl, TLSEXT_NAMETYPE_host_name);
	const unsigned char *alpn;
	size_t len;

	if (cfg->early == NULL || cfg->early_len == 0 || cfg->resume == NULL ||
	    SSL_SESSION_is_resumable(cfg->resume->ssl) != 1 ||
	    SSL_SESSION_get_max_early_data(cfg->resume->ssl) < cfg->early_len)
		return false;
	name = SSL_SESSION_get0_hostname(cfg->resume->ssl);
	if (name != NULL && (now == NULL || strcmp(name, now) != 0))
		return false;
	SSL_SESSION_get0_alpn_selected(cfg->resume->ssl, &alpn, &len);
	return len == 0 || offers(cfg->alpn, alpn, len);
}

/* RFC 7301 3.1: each protocol behind its length. */
static bool set_alpn(const struct tls *t, const char *const *alpn)
{
	uint8_t bytes[256];
	struct wr w = wr_into(bytes, sizeof(bytes));

	if (alpn == NULL || *alpn == NULL)
		return true;
	for (; *alpn != NULL; alpn++) {
		wr_u8(&w, (uint8_t)strlen(*alpn));
		wr_bytes(&w, *alpn, strlen(*alpn));
	}
	return wr_ok(&w) && SSL_set_alpn_protos(t->ssl, bytes, (unsigned int)wr_len(&w)) == 0;
}

/* OpenSSL spoils a session of TLS 1.3 that was used; but a new one may not come in time for the next. */
static void resume(const struct tls *t, const SSL_SESSION *session)
{
	SSL_SESSION *copy = SSL_SESSION_dup(session);

	if (copy != NULL)
		(void)SSL_set_session(t->ssl, copy);
	SSL_SESSION_free(copy);
}

/* The first flight is made now; it goes out when output() is asked. */
static void start(struct tls *t, const struct tls_config *cfg)
{
	size_t n;

	if (!tls_facts_name(t, cfg))
		return;
	if (!set_alpn(t, cfg->alpn)) {
		tls_failure_set(t, "protocol-error", "these ALPN protocols cannot be sent");
		return;
	}
	if (cfg->resume != NULL)
		resume(t, cfg->resume->ssl);
	SSL_set_connect_state(t->ssl);
	ERR_clear_error();
	t->early_sent = early_allowed(t, cfg);
	if (t->early_sent && SSL_write_early_data(t->ssl, cfg->early, cfg->early_len, &n) != 1) {
		tls_failure_found(t);
		return;
	}
	turn(t);
}

/* False without memory. */
static bool make(struct tls *t)
{
	t->ssl = SSL_new(t->context->ssl);
	t->plain = BIO_new(BIO_s_mem());
	t->in = BIO_new(BIO_s_mem());
	t->out = BIO_new(BIO_s_mem());
	if (t->ssl == NULL || t->plain == NULL || t->in == NULL || t->out == NULL) {
		BIO_free(t->in);
		BIO_free(t->out);
		return false;
	}
	SSL_set_bio(t->ssl, t->in, t->out);
	return SSL_set_app_data(t->ssl, t) == 1;
}

/* --- the stage --- */

static void keep_first(struct tls *t, const uint8_t *bytes, size_t len)
{
	size_t n = sizeof(t->first) - t->first_len;

	n = n < len ? n : len;
	memcpy(t->first + t->first_len, bytes, n);
	t->first_len += n;
}

/* OpenSSL gets a record, or a part of one, at a time. */
static void tls_input(struct stage *s, const uint8_t *bytes, size_t len)
{
	struct tls *t = of(s);

	while (len > 0 && t->status != STAGE_FAILED && !t->ended) {
		size_t n = tls_framing_take(&t->framing, bytes, len);

		keep_first(t, bytes, n);
		t->spoke = t->spoke || t->framing.whole;
		if (t->framing.whole && t->framing.head[0] == SSL3_RT_CHANGE_CIPHER_SPEC)
			tls_messages_cipher_change(t);
		if (BIO_write(t->in, bytes, (int)n) != (int)n)
			tls_failure_set(t, "protocol-error", "out of memory");
		else
			turn(t);
		bytes += n;
		len -= n;
	}
}

static void tls_ended(struct stage *s)
{
	struct tls *t = of(s);

	t->ended = true;
	if (t->status == STAGE_RUNNING)
		tls_failure_eof(t);
}

static size_t tls_output(struct stage *s, uint8_t *out, size_t cap)
{
	struct tls *t = of(s);
	size_t room = tls_messages_room(t, cap), n = 0;

	if (room > 0)
		(void)BIO_read_ex(t->out, out, room, &n);
	t->given += n;
	tls_messages_given(t);
	return n;
}

static enum stage_status tls_status(const struct stage *s)
{
	return of_const(s)->status;
}

static const struct stage_failure *tls_failure(const struct stage *s)
{
	return &of_const(s)->failure;
}

static void tls_goodbye(struct stage *s)
{
	struct tls *t = of(s);

	if (t->status == STAGE_DONE)
		(void)SSL_shutdown(t->ssl);
	ERR_clear_error();
}

static void tls_free(struct stage *s)
{
	struct tls *t = of(s);

	/* Else OpenSSL thinks that the connection was cut, and spoils the session for those who resume it. */
	if (t->ssl != NULL && t->status == STAGE_DONE)
		SSL_set_shutdown(t->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	SSL_free(t->ssl);
	BIO_free(t->plain);
	SSL_SESSION_free(t->session.ssl);
	free(t);
}

static const struct stage_ops ops = {
	.input = tls_input,
	.eof = tls_ended,
	.output = tls_output,
	.status = tls_status,
	.failure = tls_failure,
	.goodbye = tls_goodbye,
	.free = tls_free,
};

struct tls *tls_new(struct tls_context *c, const struct tls_config *cfg,
                    const struct app_listener *l, int64_t wall)
{
	struct tls *t = (struct tls *)calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->stage.ops = &ops;
	t->context = c;
	t->listener = *l;
	t->wall = wall;
	t->result.early_data = -1;
	if (!make(t)) {
		tls_free(&t->stage);
		return NULL;
	}
	start(t, cfg);
	return t;
}

struct stage *tls_stage(struct tls *t)
{
	return &t->stage;
}

bool tls_early_sent(const struct tls *t)
{
	return t->early_sent;
}

const struct tls_result *tls_result(const struct tls *t)
{
	return &t->result;
}

/* --- after the handshake --- */

size_t tls_read(struct tls *t, uint8_t *out, size_t cap)
{
	size_t n = 0;

	if (cap > 0)
		(void)BIO_read_ex(t->plain, out, cap, &n);
	return n;
}

size_t tls_write(struct tls *t, const uint8_t *bytes, size_t len)
{
	size_t taken = 0, n;

	ERR_clear_error();
	while (t->status == STAGE_DONE && taken < len && t->made - t->given < TLS_UNSENT_MAX) {
		int ret = SSL_write_ex(t->ssl, bytes + taken, len - taken, &n);

		if (ret != 1) {
			judge(t, ret);
			break;
		}
		taken += n;
	}
	return taken;
}

bool tls_eof(const struct tls *t)
{
	return (t->ended || t->status == STAGE_FAILED) && BIO_ctrl_pending(t->plain) == 0;
}

/* --- sessions --- */

struct tls_session *tls_take_session(struct tls *t)
{
	struct tls_session *s;

	if (t->session.ssl == NULL)
		return NULL;
	s = (struct tls_session *)calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	*s = t->session;
	t->session.ssl = NULL;
	return s;
}

void tls_session_free(struct tls_session *s)
{
	if (s == NULL)
		return;
	SSL_SESSION_free(s->ssl);
	free(s);
}
