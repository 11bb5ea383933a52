/* SPDX-License-Identifier: BSD-2-Clause */
/* test_plans.c - what a URL and options make of a probe. */
#include "../lib/check.h"

#include "cli/plans.h"

static struct options o;
static struct plans plans;

/* The plan of one place. */
static const struct exchange_plan *plan_of(const char *url, uint16_t port)
{
	static struct target_words words;
	static struct place place;
	struct places places = {.count = 1, .place = &place};
	struct err e;

	plans_free(&plans);
	plans = (struct plans){.count = 0};
	targets_free(&words);
	assert_int_equal(targets_add_words(&words, (char *const[]){(char *)url}, 1, &e), 0);
	place = (struct place){.name = words.word[0].host,
	                       .word = &words.word[0],
	                       .ground = {.remote = {.port = port}}};
	assert_int_equal(plans_make(&plans, &o, &places, &e), 0);
	assert_int_equal(plans_wanted(&o, &places), strncmp(url, "tcp", 3) != 0);
	return &plans.list[0].plan;
}

static int reset(void **state)
{
	(void)state;
	memset(&o, 0, sizeof(o));
	return 0;
}

static void the_scheme_says_what_is_spoken(void **state)
{
	(void)state;
	assert_int_equal(plan_of("tcp://a", 80)->protocol, EXCHANGE_TCP);
	assert_int_equal(plan_of("tls://a:1", 1)->protocol, EXCHANGE_TLS);
	assert_true(plan_of("tls://a:1", 1)->tls);
	assert_int_equal(plan_of("http://a", 80)->protocol, EXCHANGE_HTTP);
	assert_false(plan_of("http://a", 80)->tls);
	assert_int_equal(plan_of("https://a", 443)->protocol, EXCHANGE_HTTP);
	assert_true(plan_of("https://a", 443)->tls);
	assert_int_equal(plan_of("wss://a", 443)->protocol, EXCHANGE_WS);
	assert_true(plan_of("wss://a", 443)->tls);
	assert_non_null(plans.tls);
	plan_of("ws://a", 80);
	assert_null(plans.tls);
}

static void the_authority_has_a_port_that_is_not_the_schemes(void **state)
{
	(void)state;
	assert_string_equal(plan_of("http://a", 80)->http.authority, "a");
	assert_string_equal(plan_of("http://a", 8080)->http.authority, "a:8080");
	assert_string_equal(plan_of("https://a", 443)->http.authority, "a");
	assert_string_equal(plan_of("https://a", 80)->http.authority, "a:80");
	assert_string_equal(plan_of("http://[::1]:81", 81)->http.authority, "[::1]:81");
	assert_string_equal(plan_of("http://[fe80::1%25]:81", 81)->http.authority, "[fe80::1]:81");
}

static void the_request_is_a_get_of_the_path(void **state)
{
	const struct exchange_plan *p = plan_of("https://a/b?c", 443);

	(void)state;
	assert_string_equal(p->http.scheme, "https");
	assert_string_equal(p->http.method, "GET");
	assert_string_equal(p->http.path, "/b?c");
	assert_int_equal(p->http.requests, 1);
	assert_null(p->http.body);
	assert_string_equal(plan_of("http://a", 80)->http.path, "/");
	o.data = "x=y";
	o.exchange.path = "/other";
	o.exchange.keepalive = 3;
	p = plan_of("https://a/b?c", 443);
	assert_string_equal(p->http.method, "POST");
	assert_string_equal(p->http.path, "/other");
	assert_int_equal(p->http.body_len, 3);
	assert_int_equal(p->http.requests, 3);
	o.exchange.method = "PUT";
	assert_string_equal(plan_of("https://a", 443)->http.method, "PUT");
}

static void alpn_offers_what_may_be_spoken(void **state)
{
	const char *const *alpn = plan_of("https://a", 443)->tls_config.alpn;

	(void)state;
	assert_string_equal(alpn[0], "h2");
	assert_string_equal(alpn[1], "http/1.1");
	assert_null(alpn[2]);
	alpn = plan_of("wss://a", 443)->tls_config.alpn;
	assert_string_equal(alpn[0], "http/1.1");
	assert_null(alpn[1]);
	assert_null(plan_of("tls://a:1", 1)->tls_config.alpn);
	o.exchange.version = HTTP_VERSION_2;
	alpn = plan_of("https://a", 443)->tls_config.alpn;
	assert_string_equal(alpn[0], "h2");
	assert_null(alpn[1]);
	assert_false(plan_of("https://a", 443)->http2_clear);
	assert_true(plan_of("http://a", 80)->http2_clear);
	o.exchange.version = HTTP_VERSION_1;
	alpn = plan_of("https://a", 443)->tls_config.alpn;
	assert_string_equal(alpn[0], "http/1.1");
	o.exchange.alpn[0] = "foo";
	assert_string_equal(plan_of("tls://a:1", 1)->tls_config.alpn[0], "foo");
}

static void a_file_that_is_none_is_told_with_its_option(void **state)
{
	struct target_word word = {.host = "a", .scheme = SCHEME_TLS};
	struct place place = {.name = "a", .word = &word};
	struct places places = {.count = 1, .place = &place};
	struct err e;

	(void)state;
	plans_free(&plans);
	plans = (struct plans){.count = 0};
	o.exchange.tls.ca = "/nowhere";
	assert_int_equal(plans_make(&plans, &o, &places, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(e.text, "--ca: certificates to trust in '/nowhere': No such file or "
	                            "directory");
}

static void options_without_a_url_are_refused(void **state)
{
	struct target_word word = {.host = "a", .scheme = SCHEME_TCP};
	struct place place = {.name = "a", .word = &word};
	struct places places = {.count = 1, .place = &place};
	static char body[60002];
	struct err e;

	(void)state;
	assert_int_equal(plans_check(&o, &places, &e), 0);
	o.exchange.first = "sni";
	assert_int_equal(plans_check(&o, &places, &e), -1);
	assert_string_equal(e.text,
	                    "--sni needs a target that is a URL: https://a, or tls:// http:// "
	                    "ws:// wss://");
	o.exchange.first = NULL;
	o.data = memset(body, 'x', sizeof(body) - 1);
	assert_int_equal(plans_check(&o, &places, &e), -1);
	assert_string_equal(e.text,
	                    "--data '...': need at most 60000 bytes for a target that is no URL");
	word.scheme = SCHEME_HTTP;
	assert_int_equal(plans_check(&o, &places, &e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_scheme_says_what_is_spoken, reset),
		cmocka_unit_test_setup(the_authority_has_a_port_that_is_not_the_schemes, reset),
		cmocka_unit_test_setup(the_request_is_a_get_of_the_path, reset),
		cmocka_unit_test_setup(alpn_offers_what_may_be_spoken, reset),
		cmocka_unit_test_setup(a_file_that_is_none_is_told_with_its_option, reset),
		cmocka_unit_test_setup(options_without_a_url_are_refused, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
