/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tls.c - handshakes and data: what is agreed, what is told, and at which byte. */
#include "test_tls_peer.h"

/* --- what is told --- */

#define OUR_1_3 "ClientHello, ChangeCipherSpec, Finished"
#define THEIR_1_3                                                                                  \
	"ServerHello, ChangeCipherSpec, EncryptedExtensions, Certificate, CertificateVerify, "     \
	"Finished, NewSessionTicket, NewSessionTicket"
#define OUR_1_2 "ClientHello, ClientKeyExchange, ChangeCipherSpec, Finished"
#define THEIR_1_2                                                                                  \
	"ServerHello, Certificate, ServerKeyExchange, ServerHelloDone, NewSessionTicket, "         \
	"ChangeCipherSpec, Finished"

static void at_most(SSL_CTX *ctx, int version)
{
	SSL_CTX_set_max_proto_version(ctx, version);
}

static void tls_1_3_is_agreed_and_told(void **state)
{
	struct talk t;
	const struct tls_result *r;

	(void)state;
	talk_begin(&t, w.context, &to_web, w.server);
	talk_on(&t);
	assert_done(&t);
	r = tls_result(t.tls);
	assert_true(r->known);
	assert_false(r->resumed);
	assert_int_equal(r->early_data, -1);
	assert_string_equal(r->version, "1.3");
	assert_string_equal(r->cipher, "TLS_AES_256_GCM_SHA384");
	assert_string_equal(r->group, "X25519");
	assert_string_equal(r->alpn, "");
	assert_notes(&t.ours, OUR_1_3);
	assert_notes(&t.theirs, THEIR_1_3);
	assert_notes(
		&t.all,
		"ClientHello, ServerHello, ChangeCipherSpec, EncryptedExtensions, Certificate, "
		"CertificateVerify, Finished, ChangeCipherSpec, Finished, NewSessionTicket, "
		"NewSessionTicket");
	talk_end(&t);
}

static void tls_1_2_is_agreed_and_told(void **state)
{
	SSL_CTX *ctx = server_context(&w.web);
	struct talk t;
	const struct tls_result *r;

	(void)state;
	at_most(ctx, TLS1_2_VERSION);
	SSL_CTX_set1_groups_list(ctx, "P-256");
	talk_begin(&t, w.context, &to_web, ctx);
	talk_on(&t);
	assert_done(&t);
	r = tls_result(t.tls);
	assert_string_equal(r->version, "1.2");
	assert_string_equal(r->cipher, "ECDHE-ECDSA-AES256-GCM-SHA384");
	assert_string_equal(r->group, "secp256r1");
	assert_notes(&t.ours, OUR_1_2);
	assert_notes(&t.theirs, THEIR_1_2);
	talk_end(&t);
	SSL_CTX_free(ctx);
}

static void a_server_of_other_groups_asks_to_try_again(void **state)
{
	SSL_CTX *ctx = server_context(&w.web);
	struct talk t;

	(void)state;
	SSL_CTX_set1_groups_list(ctx, "P-384");
	talk_begin(&t, w.context, &to_web, ctx);
	talk_on(&t);
	assert_done(&t);
	assert_string_equal(tls_result(t.tls)->group, "secp384r1");
	assert_notes(&t.ours, "ClientHello, ChangeCipherSpec, ClientHello, Finished");
	assert_notes(&t.theirs,
	             "HelloRetryRequest, ChangeCipherSpec, ServerHello, EncryptedExtensions, "
	             "Certificate, CertificateVerify, Finished, NewSessionTicket, "
	             "NewSessionTicket");
	talk_end(&t);
	SSL_CTX_free(ctx);
}

static void nothing_is_known_before_the_server_speaks(void **state)
{
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &to_web, w.server);
	assert_int_equal(t.all.count, 0);
	talk_send(&t);
	assert_notes(&t.all, "ClientHello");
	assert_int_equal(stage_status(t.stage), STAGE_RUNNING);
	assert_false(tls_result(t.tls)->known);
	assert_false(tls_result(t.tls)->certificate.known);
	assert_null(t.stage->ops->failure(t.stage)->reason);
	talk_end(&t);
}

static void finished_is_marked_both_ways(void **state)
{
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &to_web, w.server);
	talk_on(&t);
	for (size_t i = 0; i < t.all.count; i++)
		assert_int_equal(t.all.list[i].mark, strcmp(t.all.list[i].text, "Finished") == 0
		                                             ? APP_FINISHED
		                                             : APP_NOTE);
	talk_end(&t);
}

/* --- at which byte --- */

/* Give the server a call's bytes but one: it must not have the message yet. With the last, it must. */
static void check_ends_here(struct talk *t, const struct block *b)
{
	static const uint8_t change[] = {20, 3, 3, 0, 1, 1};
	const struct note *last = &t->ours.list[t->ours.count - 1];
	size_t before = t->server.got.count;

	BIO_write(t->server.in, b->p, (int)b->len - 1);
	server_turn(&t->server);
	assert_int_equal(t->server.got.count, before);
	BIO_write(t->server.in, b->p + b->len - 1, 1);
	server_turn(&t->server);
	if (strcmp(last->text, "ChangeCipherSpec") != 0) {
		assert_int_equal(t->server.got.count, before + 1);
		return;
	}
	/* OpenSSL does not tell those that came. */
	assert_int_equal(b->len, sizeof(change));
	assert_memory_equal(b->p, change, sizeof(change));
}

static void check_sent_offsets(SSL_CTX *ctx)
{
	struct talk t;

	talk_begin(&t, w.context, &to_web, ctx);
	do {
		for (;;) {
			size_t told = t.ours.count;
			struct block b = talk_take(&t);

			assert_int_equal(t.ours.count, told + (b.len > 0));
			if (b.len > 0)
				check_ends_here(&t, &b);
			free(b.p);
			if (b.len == 0)
				break;
		}
	} while (talk_receive(&t));
	assert_done(&t);
	assert_true(noted(&t.ours, "Finished"));
	talk_end(&t);
}

static void what_we_send_is_told_with_its_last_byte(void **state)
{
	SSL_CTX *ctx = server_context(&w.web);

	(void)state;
	check_sent_offsets(ctx);
	SSL_CTX_set1_groups_list(ctx, "P-384"); /* two ClientHellos */
	check_sent_offsets(ctx);
	at_most(ctx, TLS1_2_VERSION);
	check_sent_offsets(ctx);
	SSL_CTX_free(ctx);
}

/* A byte at a time, what we send is told at the same offsets. */
static void output_in_single_bytes_tells_the_same(void **state)
{
	struct talk whole, bytes;

	(void)state;
	talk_begin(&whole, w.context, &to_web, w.server);
	talk_on(&whole);
	talk_begin(&bytes, w.context, &to_web, w.server);
	bytes.piece = 1;
	talk_on(&bytes);
	assert_done(&bytes);
	assert_notes(
		&bytes.all,
		"ClientHello, ServerHello, ChangeCipherSpec, EncryptedExtensions, Certificate, "
		"CertificateVerify, Finished, ChangeCipherSpec, Finished, NewSessionTicket, "
		"NewSessionTicket");
	assert_int_equal(whole.ours.count, bytes.ours.count);
	for (size_t i = 0; i < whole.ours.count; i++)
		assert_int_equal(whole.ours.list[i].end, bytes.ours.list[i].end);
	talk_end(&whole);
	talk_end(&bytes);
}

/* The server knows where its records ended; we must have heard of each message right there. */
static void check_received_offsets(SSL_CTX *ctx, size_t piece)
{
	struct talk t;

	talk_begin(&t, w.context, &to_web, ctx);
	t.piece = piece;
	talk_on(&t);
	assert_done(&t);
	assert_int_equal(t.theirs.count, t.server.sent.count);
	for (size_t i = 0; i < t.theirs.count; i++)
		assert_int_equal(t.theirs.list[i].end, t.server.sent.list[i].end);
	assert_int_equal(t.in, t.server.made);
	talk_end(&t);
}

static void what_comes_is_told_with_its_record(void **state)
{
	SSL_CTX *ctx = server_context(&w.web);

	(void)state;
	for (size_t piece = 1; piece < 100000; piece *= 7)
		check_received_offsets(ctx, piece);
	at_most(ctx, TLS1_2_VERSION);
	for (size_t piece = 1; piece < 100000; piece *= 7)
		check_received_offsets(ctx, piece);
	SSL_CTX_free(ctx);
}

/* An owner that does not care hands over all there is. */
static void records_all_at_once_are_understood(void **state)
{
	struct talk t;
	char *bytes;
	long len;

	(void)state;
	talk_begin(&t, w.context, &to_web, w.server);
	talk_send(&t);
	len = BIO_get_mem_data(t.server.out, &bytes);
	stage_input(t.stage, (const uint8_t *)bytes, (size_t)len);
	assert_done(&t);
	assert_notes(&t.theirs, "ServerHello, ChangeCipherSpec, EncryptedExtensions, Certificate, "
	                        "CertificateVerify, Finished");
	talk_end(&t);
}

/* --- ALPN, SNI --- */

static int remember_name(SSL *ssl, int *alert, void *arg)
{
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

	(void)alert;
	snprintf((char *)arg, 64, "%s", name != NULL ? name : "none");
	return SSL_TLSEXT_ERR_OK;
}

static void check_sni(const char *server_name, const char *sni, const char *want)
{
	SSL_CTX *ctx = server_context(&w.web);
	struct tls_config cfg = {.server_name = server_name, .sni = sni};
	char got[64] = "";
	struct talk t;

	SSL_CTX_set_tlsext_servername_callback(ctx, remember_name);
	SSL_CTX_set_tlsext_servername_arg(ctx, got);
	talk_begin(&t, w.context, &cfg, ctx);
	talk_on(&t);
	assert_string_equal(got, want);
	talk_end(&t);
	SSL_CTX_free(ctx);
}

static void names_are_sent_but_no_addresses(void **state)
{
	(void)state;
	check_sni("web.test", NULL, "web.test");
	check_sni("web.test.", NULL, "web.test");
	check_sni("web.test", "alias.test", "alias.test");
	check_sni("192.0.2.7", NULL, "none");
	check_sni("2001:db8::7", NULL, "none");
	check_sni("fe80::1%eth0", NULL, "none");
	check_sni("192.0.2.7", "web.test", "web.test");
	check_sni(NULL, NULL, "none");
}

static void a_name_that_cannot_be_sent_fails_at_once(void **state)
{
	char name[300];
	struct tls_config cfg = {.server_name = name};
	struct talk t;

	(void)state;
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	talk_begin(&t, w.context, &cfg, w.server);
	assert_failed(&t, "protocol-error", "a name of more than 255 bytes cannot be sent");
	talk_on(&t);
	assert_int_equal(t.out, 0);
	talk_end(&t);
}

static void check_alpn(const char *chosen)
{
	static const char *const offered[] = {"h2", "http/1.1", NULL};
	const struct tls_config cfg = {.server_name = "web.test", .alpn = offered};
	struct talk t;

	talk_begin(&t, w.context, &cfg, w.server);
	t.server.alpn = block_copy(chosen, strlen(chosen));
	talk_on(&t);
	assert_done(&t);
	assert_string_equal(tls_result(t.tls)->alpn, chosen);
	talk_end(&t);
}

static void the_protocol_that_the_server_chooses_is_known(void **state)
{
	(void)state;
	check_alpn("h2");
	check_alpn("http/1.1");
	check_alpn("");
}

static void protocols_that_do_not_fit_fail_at_once(void **state)
{
	char name[300];
	const char *const offered[] = {"h2", name, NULL};
	const struct tls_config cfg = {.server_name = "web.test", .alpn = offered};
	struct talk t;

	(void)state;
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	talk_begin(&t, w.context, &cfg, w.server);
	assert_failed(&t, "protocol-error", "these ALPN protocols cannot be sent");
	talk_end(&t);
}

/* --- versions --- */

static void check_versions(const char *min, const char *max, int server_max, const char *want)
{
	struct tls_context *c = context_with((struct tls_settings){.min = min, .max = max});
	SSL_CTX *ctx = server_context(&w.web);
	struct talk t;

	at_most(ctx, server_max);
	talk_begin(&t, c, &to_web, ctx);
	talk_on(&t);
	if (want != NULL) {
		assert_done(&t);
		assert_string_equal(tls_result(t.tls)->version, want);
	} else {
		assert_failed(&t, "tls-alert", "protocol_version");
		assert_notes(&t.theirs, "Alert fatal protocol_version");
	}
	talk_end(&t);
	tls_context_free(c);
	SSL_CTX_free(ctx);
}

static void versions_are_those_that_were_asked_for(void **state)
{
	(void)state;
	check_versions(NULL, NULL, TLS1_3_VERSION, "1.3");
	check_versions(NULL, "1.2", TLS1_3_VERSION, "1.2");
	check_versions("1.2", "1.3", TLS1_2_VERSION, "1.2");
	check_versions("1.3", NULL, TLS1_3_VERSION, "1.3");
	check_versions("1.3", NULL, TLS1_2_VERSION, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tls_1_3_is_agreed_and_told),
		cmocka_unit_test(tls_1_2_is_agreed_and_told),
		cmocka_unit_test(a_server_of_other_groups_asks_to_try_again),
		cmocka_unit_test(nothing_is_known_before_the_server_speaks),
		cmocka_unit_test(finished_is_marked_both_ways),
		cmocka_unit_test(what_we_send_is_told_with_its_last_byte),
		cmocka_unit_test(output_in_single_bytes_tells_the_same),
		cmocka_unit_test(what_comes_is_told_with_its_record),
		cmocka_unit_test(records_all_at_once_are_understood),
		cmocka_unit_test(names_are_sent_but_no_addresses),
		cmocka_unit_test(a_name_that_cannot_be_sent_fails_at_once),
		cmocka_unit_test(the_protocol_that_the_server_chooses_is_known),
		cmocka_unit_test(protocols_that_do_not_fit_fail_at_once),
		cmocka_unit_test(versions_are_those_that_were_asked_for),
	};

	return cmocka_run_group_tests(tests, world_make, world_end);
}
