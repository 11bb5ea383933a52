/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tls_session.c - sessions resumed, and data sent before the handshake is complete (0-RTT). */
#include "test_tls_peer.h"

#define EARLY_MAX 16384

/* Certificates of its own are of no use here: the server is web. */
static SSL_CTX *server_of_version(int version)
{
	SSL_CTX *ctx = server_context(&w.web);

	SSL_CTX_set_max_proto_version(ctx, version);
	SSL_CTX_set_max_early_data(ctx, EARLY_MAX);
	return ctx;
}

/* A session as a connection to this server leaves it. */
static struct tls_session *session_from(SSL_CTX *ctx, const struct tls_config *cfg,
                                        const char *alpn)
{
	struct tls_session *s;
	struct talk t;

	talk_begin(&t, w.context, cfg, ctx);
	t.server.alpn = block_copy(alpn, strlen(alpn));
	talk_on(&t);
	assert_done(&t);
	assert_false(tls_result(t.tls)->resumed);
	s = tls_take_session(t.tls);
	assert_non_null(s);
	assert_null(tls_take_session(t.tls));
	talk_end(&t);
	return s;
}

static void check_resumed(int version, const char *ours, const char *theirs)
{
	SSL_CTX *ctx = server_of_version(version);
	struct tls_config cfg = to_web;
	const struct tls_result *r;
	struct talk t;

	cfg.resume = session_from(ctx, &to_web, "");
	talk_begin(&t, w.context, &cfg, ctx);
	talk_on(&t);
	assert_done(&t);
	r = tls_result(t.tls);
	assert_true(r->resumed);
	assert_int_equal(r->early_data, -1);
	assert_notes(&t.ours, ours);
	assert_notes(&t.theirs, theirs);
	assert_true(r->certificate.known);
	assert_true(r->certificate.verified);
	assert_string_equal(r->certificate.subject, "CN=web");
	assert_int_equal(r->certificate.days_left, 90);
	assert_int_equal(r->certificate.chain, 0);
	talk_end(&t);
	tls_session_free(cfg.resume);
	SSL_CTX_free(ctx);
}

static void a_session_of_tls_1_3_is_resumed(void **state)
{
	(void)state;
	check_resumed(
		TLS1_3_VERSION, "ClientHello, ChangeCipherSpec, Finished",
		"ServerHello, ChangeCipherSpec, EncryptedExtensions, Finished, NewSessionTicket");
}

static void a_session_of_tls_1_2_is_resumed(void **state)
{
	(void)state;
	check_resumed(TLS1_2_VERSION, "ClientHello, ChangeCipherSpec, Finished",
	              "ServerHello, ChangeCipherSpec, Finished");
}

static void a_server_that_forgot_makes_a_new_one(void **state)
{
	SSL_CTX *ctx = server_of_version(TLS1_3_VERSION),
		*other = server_of_version(TLS1_3_VERSION);
	struct tls_config cfg = to_web;
	struct talk t;

	(void)state;
	cfg.resume = session_from(ctx, &to_web, "");
	talk_begin(&t, w.context, &cfg, other);
	talk_on(&t);
	assert_done(&t);
	assert_false(tls_result(t.tls)->resumed);
	assert_int_equal(tls_result(t.tls)->certificate.chain, 1);
	talk_end(&t);
	tls_session_free(cfg.resume);
	SSL_CTX_free(ctx);
	SSL_CTX_free(other);
}

/* What was not believed the first time is not believed when resumed. */
static void a_verdict_is_kept_with_the_session(void **state)
{
	struct tls_context *lax = context_with((struct tls_settings){.insecure = true});
	struct tls_config cfg = {.server_name = "other.test"};
	SSL_CTX *ctx = server_of_version(TLS1_3_VERSION);
	struct talk t;

	(void)state;
	talk_begin(&t, lax, &cfg, ctx);
	talk_on(&t);
	assert_done(&t);
	cfg.resume = tls_take_session(t.tls);
	talk_end(&t);
	talk_begin(&t, lax, &cfg, ctx);
	talk_on(&t);
	assert_done(&t);
	assert_true(tls_result(t.tls)->resumed);
	assert_false(tls_result(t.tls)->certificate.verified);
	assert_string_equal(tls_result(t.tls)->certificate.reason, "hostname mismatch");
	talk_end(&t);
	tls_session_free(cfg.resume);
	tls_context_free(lax);
	SSL_CTX_free(ctx);
}

/* --- 0-RTT --- */

static const uint8_t request[] = "GET / HTTP/1.1\r\n\r\n";

/* What the server reads before the handshake is complete. */
static size_t read_early(struct server *s, uint8_t *out, size_t cap)
{
	size_t n, all = 0;
	int ret;

	while ((ret = SSL_read_early_data(s->ssl, out + all, cap - all, &n)) ==
	       SSL_READ_EARLY_DATA_SUCCESS)
		all += n;
	return all;
}

static void begin_early(struct talk *t, struct tls_config *cfg, SSL_CTX *ctx)
{
	cfg->early = request;
	cfg->early_len = sizeof(request);
	talk_begin(t, w.context, cfg, ctx);
}

/* Our flight, without the server's turns that would refuse the data. */
static void send_flight(struct talk *t)
{
	struct block b;

	for (b = talk_take(t); b.len > 0; b = talk_take(t)) {
		BIO_write(t->server.in, b.p, (int)b.len);
		free(b.p);
	}
	free(b.p);
}

static void early_data_is_accepted(void **state)
{
	SSL_CTX *ctx = server_of_version(TLS1_3_VERSION);
	struct tls_config cfg = to_web;
	uint8_t got[100];
	struct talk t;

	(void)state;
	cfg.resume = session_from(ctx, &to_web, "");
	begin_early(&t, &cfg, ctx);
	send_flight(&t);
	assert_int_equal(read_early(&t.server, got, sizeof(got)), sizeof(request));
	assert_memory_equal(got, request, sizeof(request));
	talk_receive(&t);
	send_flight(&t);
	assert_int_equal(read_early(&t.server, got, sizeof(got)), 0);
	talk_on(&t);
	assert_done(&t);
	assert_int_equal(tls_result(t.tls)->early_data, 1);
	assert_true(tls_result(t.tls)->resumed);
	assert_notes(&t.ours, "ClientHello, ChangeCipherSpec, EndOfEarlyData, Finished");
	talk_end(&t);
	tls_session_free(cfg.resume);
	SSL_CTX_free(ctx);
}

/* Whether the server resumes the session or not: it is for the owner to send the data again. */
static void check_rejected(SSL_CTX *ctx, struct tls_session *session, bool resumed)
{
	struct tls_config cfg = to_web;
	uint8_t got[100];
	struct talk t;

	cfg.resume = session;
	begin_early(&t, &cfg, ctx);
	talk_on(&t);
	assert_done(&t);
	assert_int_equal(tls_result(t.tls)->early_data, 0);
	assert_int_equal(tls_result(t.tls)->resumed, resumed);
	assert_notes(&t.ours, "ClientHello, ChangeCipherSpec, Finished");
	assert_int_equal(tls_write(t.tls, request, sizeof(request)), sizeof(request));
	talk_send(&t);
	assert_int_equal(SSL_read(t.server.ssl, got, sizeof(got)), sizeof(request));
	assert_memory_equal(got, request, sizeof(request));
	assert_int_equal(SSL_pending(t.server.ssl), 0);
	talk_end(&t);
}

static void early_data_is_rejected(void **state)
{
	SSL_CTX *ctx = server_of_version(TLS1_3_VERSION);
	struct tls_session *s = session_from(ctx, &to_web, "");

	(void)state;
	check_rejected(ctx, s, true); /* it does not ask for the data */
	tls_session_free(s);
	s = session_from(ctx, &to_web, "");
	SSL_CTX_set_max_early_data(ctx, 0);
	check_rejected(ctx, s, false);
	tls_session_free(s);
	SSL_CTX_free(ctx);
}

/* The server has another group in mind: its second thoughts end 0-RTT (RFC 8446 4.2.10). */
static void a_retry_rejects_early_data(void **state)
{
	SSL_CTX *ctx = server_of_version(TLS1_3_VERSION);
	struct tls_config cfg = to_web;
	struct talk t;

	(void)state;
	cfg.resume = session_from(ctx, &to_web, "");
	SSL_CTX_set1_groups_list(ctx, "P-384");
	begin_early(&t, &cfg, ctx);
	talk_on(&t);
	assert_done(&t);
	assert_true(noted(&t.theirs, "HelloRetryRequest"));
	assert_int_equal(tls_result(t.tls)->early_data, 0);
	talk_end(&t);
	tls_session_free(cfg.resume);
	SSL_CTX_free(ctx);
}

/* No early data goes, but the handshake does. */
static void check_none_sent(struct tls_config cfg, SSL_CTX *ctx, struct tls_session *session)
{
	struct talk t;

	cfg.resume = session;
	begin_early(&t, &cfg, ctx);
	talk_on(&t);
	assert_done(&t);
	assert_int_equal(tls_result(t.tls)->early_data, -1);
	talk_end(&t);
}

static void early_data_waits_where_it_is_not_allowed(void **state)
{
	static const char *const h2[] = {"h2", NULL}, *const http[] = {"http/1.1", NULL};
	const struct tls_config by_h2 = {.server_name = "web.test", .alpn = h2};
	const struct tls_config by_http = {.server_name = "web.test", .alpn = http};
	SSL_CTX *new = server_of_version(TLS1_3_VERSION), *old = server_of_version(TLS1_2_VERSION);
	struct tls_session *s;

	(void)state;
	check_none_sent(to_web, new, NULL); /* no session */
	s = session_from(old, &to_web, "");
	check_none_sent(to_web, old, s); /* TLS 1.2 */
	tls_session_free(s);
	s = session_from(new, &by_h2, "h2");
	check_none_sent(by_http, new, s); /* another protocol */
	check_none_sent(to_web, new, s);
	tls_session_free(s);
	SSL_CTX_set_max_early_data(new, 0);
	s = session_from(new, &to_web, "");
	check_none_sent(to_web, new, s); /* the server allows none */
	tls_session_free(s);
	SSL_CTX_set_max_early_data(new, sizeof(request) - 1);
	s = session_from(new, &to_web, "");
	check_none_sent(to_web, new, s); /* not so much */
	tls_session_free(s);
	SSL_CTX_free(new);
	SSL_CTX_free(old);
}

static int accept_name(SSL *ssl, int *alert, void *arg)
{
	(void)ssl;
	(void)alert;
	(void)arg;
	return SSL_TLSEXT_ERR_OK;
}

/* RFC 8446 4.2.10: the name must be that of the session. */
static void early_data_goes_to_no_other_name(void **state)
{
	const struct tls_config alias = {.server_name = "alias.test"};
	SSL_CTX *ctx = server_of_version(TLS1_3_VERSION);
	struct tls_session *s;

	(void)state;
	SSL_CTX_set_tlsext_servername_callback(ctx, accept_name);
	s = session_from(ctx, &to_web, "");
	check_none_sent(alias, ctx, s);
	tls_session_free(s);
	SSL_CTX_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_of_tls_1_3_is_resumed),
		cmocka_unit_test(a_session_of_tls_1_2_is_resumed),
		cmocka_unit_test(a_server_that_forgot_makes_a_new_one),
		cmocka_unit_test(a_verdict_is_kept_with_the_session),
		cmocka_unit_test(early_data_is_accepted),
		cmocka_unit_test(early_data_is_rejected),
		cmocka_unit_test(a_retry_rejects_early_data),
		cmocka_unit_test(early_data_waits_where_it_is_not_allowed),
		cmocka_unit_test(early_data_goes_to_no_other_name),
	};

	return cmocka_run_group_tests(tests, world_make, world_end);
}
