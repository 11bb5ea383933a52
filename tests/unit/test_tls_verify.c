/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tls_verify.c - certificates: whom we believe, what is told of those we do not, and our own. */
#include "test_tls_peer.h"

#include <sys/stat.h>

/* What came of a handshake with a server of this identity. */
static void meet(struct talk *t, struct tls_context *c, const struct made *identity,
                 const char *name)
{
	const struct tls_config cfg = {.server_name = name};
	SSL_CTX *ctx = server_context(identity);

	talk_begin(t, c, &cfg, ctx);
	talk_on(t);
	SSL_CTX_free(ctx);
}

/*
 * Refused with this reason and alert, and what there is to know is told all the same; with `insecure` it is
 * told too, but the handshake goes on.
 */
static void check_refused(const struct made *identity, const char *name, const char *reason,
                          const char *alert)
{
	struct tls_context *lax = context_with((struct tls_settings){.insecure = true});
	struct talk t;

	meet(&t, w.context, identity, name);
	assert_failed(&t, "tls-certificate", reason);
	assert_true(noted(&t.ours, alert));
	assert_true(tls_result(t.tls)->known);
	assert_true(tls_result(t.tls)->certificate.known);
	assert_false(tls_result(t.tls)->certificate.verified);
	assert_string_equal(tls_result(t.tls)->certificate.reason, reason);
	assert_null(tls_take_session(t.tls));
	talk_end(&t);

	meet(&t, lax, identity, name);
	assert_done(&t);
	assert_true(tls_result(t.tls)->certificate.known);
	assert_false(tls_result(t.tls)->certificate.verified);
	assert_string_equal(tls_result(t.tls)->certificate.reason, reason);
	talk_end(&t);
	tls_context_free(lax);
}

static void a_good_certificate_is_verified_and_described(void **state)
{
	struct talk t;
	const struct tls_result *r;

	(void)state;
	meet(&t, w.context, &w.web, "web.test");
	assert_done(&t);
	r = tls_result(t.tls);
	assert_true(r->certificate.known);
	assert_true(r->certificate.verified);
	assert_string_equal(r->certificate.reason, "");
	assert_string_equal(r->certificate.subject, "CN=web");
	assert_string_equal(r->certificate.issuer, "CN=test ca");
	assert_int_equal(r->certificate.days_left, 90);
	assert_int_equal(r->certificate.chain, 1);
	talk_end(&t);
}

static void an_expired_certificate_is_refused(void **state)
{
	struct made old = make(&(struct wish){.name = "old",
	                                      .san = "DNS:web.test",
	                                      .issuer = &w.ca,
	                                      .from = -30L * DAY,
	                                      .until = -DAY - DAY / 2});
	struct talk t;

	(void)state;
	check_refused(&old, "web.test", "certificate has expired",
	              "Alert fatal certificate_expired");
	meet(&t, w.context, &old, "web.test");
	assert_int_equal(tls_result(t.tls)->certificate.days_left, -2);
	assert_string_equal(tls_result(t.tls)->certificate.subject, "CN=old");
	talk_end(&t);
	unmake(&old);
}

static void a_certificate_that_just_expired_has_less_than_no_day_left(void **state)
{
	struct made old = make(&(struct wish){
		.name = "old", .san = "DNS:web.test", .issuer = &w.ca, .from = -DAY, .until = -60});
	struct talk t;

	(void)state;
	meet(&t, w.context, &old, "web.test");
	assert_failed(&t, "tls-certificate", "certificate has expired");
	assert_int_equal(tls_result(t.tls)->certificate.days_left, -1);
	talk_end(&t);
	unmake(&old);
}

static void a_certificate_of_tomorrow_is_refused(void **state)
{
	struct made young = make(&(struct wish){.name = "young",
	                                        .san = "DNS:web.test",
	                                        .issuer = &w.ca,
	                                        .from = DAY,
	                                        .until = 9L * DAY});

	(void)state;
	check_refused(&young, "web.test", "certificate is not yet valid",
	              "Alert fatal bad_certificate");
	unmake(&young);
}

static void another_name_is_refused(void **state)
{
	struct talk t;

	(void)state;
	check_refused(&w.web, "other.test", "hostname mismatch", "Alert fatal bad_certificate");
	meet(&t, w.context, &w.web, "alias.test");
	assert_done(&t);
	talk_end(&t);
}

/* --sni is the name that counts, in place of the target's. */
static void the_name_in_sni_is_the_one_that_is_checked(void **state)
{
	const struct tls_config good = {.server_name = "other.test", .sni = "alias.test"};
	const struct tls_config bad = {.server_name = "web.test", .sni = "other.test"};
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &good, w.server);
	talk_on(&t);
	assert_done(&t);
	talk_end(&t);
	talk_begin(&t, w.context, &bad, w.server);
	talk_on(&t);
	assert_failed(&t, "tls-certificate", "hostname mismatch");
	talk_end(&t);
}

static void addresses_are_checked_as_addresses(void **state)
{
	struct made ip = make(&(struct wish){
		.name = "ip", .san = "IP:192.0.2.7,IP:2001:db8::7,DNS:192.0.2.9", .issuer = &w.ca});
	static const char *const good[] = {"192.0.2.7", "2001:db8::7", "2001:DB8:0::7"};
	struct talk t;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(good); i++) {
		meet(&t, w.context, &ip, good[i]);
		assert_done(&t);
		assert_true(tls_result(t.tls)->certificate.verified);
		talk_end(&t);
	}
	check_refused(&ip, "192.0.2.8", "IP address mismatch", "Alert fatal bad_certificate");
	check_refused(&ip, "192.0.2.9", "IP address mismatch", "Alert fatal bad_certificate");
	check_refused(&ip, "2001:db8::8", "IP address mismatch", "Alert fatal bad_certificate");
	check_refused(&w.web, "192.0.2.7", "IP address mismatch", "Alert fatal bad_certificate");
	unmake(&ip);
}

static void a_self_signed_certificate_is_refused(void **state)
{
	struct made self = make(&(struct wish){.name = "self", .san = "DNS:web.test"});

	(void)state;
	check_refused(&self, "web.test", "self-signed certificate", "Alert fatal unknown_ca");
	unmake(&self);
}

static void an_unknown_authority_is_refused(void **state)
{
	struct made other = make(&(struct wish){.name = "other ca", .authority = true});
	struct made foreign =
		make(&(struct wish){.name = "web", .san = "DNS:web.test", .issuer = &other});

	(void)state;
	check_refused(&foreign, "web.test", "unable to get local issuer certificate",
	              "Alert fatal unknown_ca");
	unmake(&foreign);
	unmake(&other);
}

static void a_chain_is_followed_and_counted(void **state)
{
	struct made between =
		make(&(struct wish){.name = "between", .issuer = &w.ca, .authority = true});
	struct made leaf =
		make(&(struct wish){.name = "leaf", .san = "DNS:web.test", .issuer = &between});
	SSL_CTX *ctx = server_context(&leaf);
	struct talk t;

	(void)state;
	check_refused(&leaf, "web.test", "unable to get local issuer certificate",
	              "Alert fatal unknown_ca");
	SSL_CTX_add1_chain_cert(ctx, between.cert);
	talk_begin(&t, w.context, &to_web, ctx);
	talk_on(&t);
	assert_done(&t);
	assert_int_equal(tls_result(t.tls)->certificate.chain, 2);
	assert_string_equal(tls_result(t.tls)->certificate.issuer, "CN=between");
	talk_end(&t);
	SSL_CTX_free(ctx);
	unmake(&leaf);
	unmake(&between);
}

static void names_are_printable_and_cut(void **state)
{
	char name[65], want[4 + 65];
	struct made odd = make(&(struct wish){
		.name = "a\nb\x1b[31m\xc3\xa4", .san = "DNS:web.test", .issuer = &w.ca});
	struct made many;
	struct talk t;

	(void)state;
	meet(&t, w.context, &odd, "web.test");
	assert_done(&t);
	assert_string_equal(tls_result(t.tls)->certificate.subject, "CN=a\\0Ab\\1B[31m\\C3\\A4");
	talk_end(&t);
	unmake(&odd);

	memset(name, 'n', 64);
	name[64] = '\0';
	many = make(&(struct wish){.name = name, .san = "DNS:web.test", .issuer = &w.ca});
	for (int i = 0; i < 9; i++)
		X509_NAME_add_entry_by_txt(X509_get_subject_name(many.cert), "OU", MBSTRING_ASC,
		                           (const unsigned char *)name, -1, -1, 0);
	X509_sign(many.cert, w.ca.key, EVP_sha256());
	meet(&t, w.context, &many, "web.test");
	assert_done(&t);
	snprintf(want, sizeof(want), "OU=%s", name);
	assert_int_equal(strlen(tls_result(t.tls)->certificate.subject), 255);
	assert_memory_equal(tls_result(t.tls)->certificate.subject, want, strlen(want));
	talk_end(&t);
	unmake(&many);
}

static void a_failed_check_in_tls_1_2_is_the_same(void **state)
{
	struct tls_context *c = context_with((struct tls_settings){.max = "1.2"});
	struct talk t;

	(void)state;
	meet(&t, c, &w.web, "other.test");
	assert_failed(&t, "tls-certificate", "hostname mismatch");
	assert_string_equal(tls_result(t.tls)->certificate.subject, "CN=web");
	assert_string_equal(tls_result(t.tls)->version, "1.2");
	assert_notes(&t.ours, "ClientHello, Alert fatal bad_certificate");
	talk_end(&t);
	tls_context_free(c);
}

/* --- a certificate of ours --- */

static SSL_CTX *demanding_server(int version)
{
	SSL_CTX *ctx = server_context(&w.web);

	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	assert_int_equal(SSL_CTX_load_verify_file(ctx, w.ca_path), 1);
	SSL_CTX_set_max_proto_version(ctx, version);
	return ctx;
}

/* TLS 1.3: our side of the handshake was complete before the server said no. */
static void a_server_that_demands_a_certificate_says_so(void **state)
{
	SSL_CTX *ctx = demanding_server(TLS1_3_VERSION);
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &to_web, ctx);
	talk_send(&t);
	talk_receive(&t);
	assert_done(&t);
	talk_on(&t);
	assert_failed(&t, "tls-alert", "certificate_required");
	assert_true(noted(&t.theirs, "CertificateRequest"));
	assert_true(noted(&t.theirs, "Alert fatal certificate_required"));
	assert_notes(&t.ours, "ClientHello, ChangeCipherSpec, Certificate, Finished");
	assert_true(tls_eof(t.tls));
	talk_end(&t);
	SSL_CTX_free(ctx);
}

static void in_tls_1_2_it_says_so_during_the_handshake(void **state)
{
	SSL_CTX *ctx = demanding_server(TLS1_2_VERSION);
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &to_web, ctx);
	talk_on(&t);
	assert_failed(&t, "tls-alert", "handshake_failure");
	talk_end(&t);
	SSL_CTX_free(ctx);
}

static void check_client(const struct tls_settings *s, int version, const char *alert)
{
	struct tls_context *c = context_with(*s);
	SSL_CTX *ctx = demanding_server(version);
	struct talk t;

	talk_begin(&t, c, &to_web, ctx);
	talk_on(&t);
	if (alert == NULL)
		assert_done(&t);
	else
		assert_failed(&t, "tls-alert", alert);
	assert_true(noted(&t.ours, "CertificateVerify"));
	talk_end(&t);
	tls_context_free(c);
	SSL_CTX_free(ctx);
}

static void a_certificate_of_ours_is_shown(void **state)
{
	struct made us = make(&(struct wish){.name = "us", .issuer = &w.ca});
	struct made stranger = make(&(struct wish){.name = "stranger"});
	char cert[64], key[64], both[64], strange[64];

	(void)state;
	write_pem(cert, us.cert, NULL);
	write_pem(key, NULL, us.key);
	write_pem(both, us.cert, us.key);
	write_pem(strange, stranger.cert, stranger.key);
	for (int v = TLS1_2_VERSION; v <= TLS1_3_VERSION; v++) {
		check_client(&(struct tls_settings){.cert = cert, .key = key}, v, NULL);
		check_client(&(struct tls_settings){.cert = both}, v, NULL);
		check_client(&(struct tls_settings){.cert = strange}, v, "unknown_ca");
	}
	unlink(cert);
	unlink(key);
	unlink(both);
	unlink(strange);
	unmake(&us);
	unmake(&stranger);
}

/* --- settings --- */

static void check_settings(const struct tls_settings *s, const char *want)
{
	struct tls_context *c;
	struct err e;

	assert_int_equal(tls_context_new(&c, s, &e), -1);
	assert_null(c);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(e.text, want);
}

static void settings_that_are_none_are_refused(void **state)
{
	(void)state;
	check_settings(&(struct tls_settings){.min = "1.1"}, "TLS version '1.1': need 1.2 or 1.3");
	check_settings(&(struct tls_settings){.max = ""}, "TLS version '': need 1.2 or 1.3");
	check_settings(&(struct tls_settings){.min = "1.3", .max = "1.2"},
	               "TLS 1.3 at least and 1.2 at most: there is none");
	check_settings(&(struct tls_settings){.ca = "/nowhere"},
	               "certificates to trust in '/nowhere': No such file or directory");
	check_settings(&(struct tls_settings){.ca = "/dev/null"},
	               "no certificates to trust in '/dev/null': need PEM");
	check_settings(&(struct tls_settings){.key = "/dev/null"},
	               "key '/dev/null': it needs a certificate");
	check_settings(&(struct tls_settings){.cert = "/nowhere"},
	               "certificate '/nowhere': No such file or directory");
	check_settings(&(struct tls_settings){.cert = "/dev/null"},
	               "no certificate in '/dev/null': need PEM");
	check_settings(&(struct tls_settings){.cert = "/dev/null", .key = "/nowhere"},
	               "key '/nowhere': No such file or directory");
}

/* A key with a password is none for us: nobody is asked for it. */
static void a_key_must_be_there_and_open(void **state)
{
	char cert[64], key[64], want[400];
	FILE *f;

	(void)state;
	write_pem(cert, w.web.cert, NULL);
	snprintf(want, sizeof(want), "no key of '%s' in '%s': need PEM, not encrypted", cert, cert);
	check_settings(&(struct tls_settings){.cert = cert}, want);
	write_pem(key, NULL, w.ca.key);
	snprintf(want, sizeof(want), "no key of '%s' in '%s': need PEM, not encrypted", cert, key);
	check_settings(&(struct tls_settings){.cert = cert, .key = key}, want);
	f = fopen(key, "w");
	PEM_write_PrivateKey(f, w.web.key, EVP_aes_128_cbc(), (const unsigned char *)"pw", 2, NULL,
	                     NULL);
	fclose(f);
	check_settings(&(struct tls_settings){.cert = cert, .key = key}, want);
	unlink(cert);
	unlink(key);
}

/* A directory holds certificates under the hash of their names. */
static void trust_may_be_a_directory(void **state)
{
	char dir[] = "/tmp/test_tls.XXXXXX", path[100];
	struct tls_context *c;
	struct talk t;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/%08lx.0", dir,
	         X509_NAME_hash_ex(X509_get_subject_name(w.ca.cert), NULL, NULL, NULL));
	c = context_with((struct tls_settings){.ca = dir});
	meet(&t, c, &w.web, "web.test");
	assert_failed(&t, "tls-certificate", "unable to get local issuer certificate");
	talk_end(&t);
	assert_int_equal(symlink(w.ca_path, path), 0);
	meet(&t, c, &w.web, "web.test");
	assert_done(&t);
	talk_end(&t);
	tls_context_free(c);
	unlink(path);
	rmdir(dir);
}

/* The system's store does not know our authority, but is asked. */
static void the_systems_store_is_the_default(void **state)
{
	const struct tls_settings s = {.ca = NULL};
	struct tls_context *c;
	struct err e;
	struct talk t;

	(void)state;
	assert_int_equal(tls_context_new(&c, &s, &e), 0);
	meet(&t, c, &w.web, "web.test");
	assert_failed(&t, "tls-certificate", "unable to get local issuer certificate");
	talk_end(&t);
	tls_context_free(c);
	setenv("SSL_CERT_FILE", w.ca_path, 1);
	assert_int_equal(tls_context_new(&c, &s, &e), 0);
	unsetenv("SSL_CERT_FILE");
	meet(&t, c, &w.web, "web.test");
	assert_done(&t);
	talk_end(&t);
	tls_context_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_certificate_is_verified_and_described),
		cmocka_unit_test(an_expired_certificate_is_refused),
		cmocka_unit_test(a_certificate_that_just_expired_has_less_than_no_day_left),
		cmocka_unit_test(a_certificate_of_tomorrow_is_refused),
		cmocka_unit_test(another_name_is_refused),
		cmocka_unit_test(the_name_in_sni_is_the_one_that_is_checked),
		cmocka_unit_test(addresses_are_checked_as_addresses),
		cmocka_unit_test(a_self_signed_certificate_is_refused),
		cmocka_unit_test(an_unknown_authority_is_refused),
		cmocka_unit_test(a_chain_is_followed_and_counted),
		cmocka_unit_test(names_are_printable_and_cut),
		cmocka_unit_test(a_failed_check_in_tls_1_2_is_the_same),
		cmocka_unit_test(a_server_that_demands_a_certificate_says_so),
		cmocka_unit_test(in_tls_1_2_it_says_so_during_the_handshake),
		cmocka_unit_test(a_certificate_of_ours_is_shown),
		cmocka_unit_test(settings_that_are_none_are_refused),
		cmocka_unit_test(a_key_must_be_there_and_open),
		cmocka_unit_test(trust_may_be_a_directory),
		cmocka_unit_test(the_systems_store_is_the_default),
	};

	return cmocka_run_group_tests(tests, world_make, world_end);
}
