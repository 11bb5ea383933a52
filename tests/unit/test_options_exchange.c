/* SPDX-License-Identifier: BSD-2-Clause */
/* test_options_exchange.c - options of URLs: every field, every mistake's sentence. */
#include "../lib/check.h"

#include "cli/options.h"

static struct options o;

static int parse(int argc, const char *const *words, struct err *e)
{
	static char *argv[32];

	argv[0] = (char *)"tcpshake";
	for (int i = 0; i < argc; i++)
		argv[i + 1] = (char *)words[i];
	argv[argc + 1] = NULL;
	*e = (struct err){.kind = ERR_NONE};
	return options_parse(&o, COMMAND_PROBE, argc + 1, argv, e);
}

static void check(const char *want, int argc, const char *const *words)
{
	struct err e;
	int rc = parse(argc, words, &e);

	if (want == NULL) {
		assert_string_equal(e.text, "");
		assert_int_equal(rc, 0);
		return;
	}
	assert_int_equal(rc, -1);
	assert_string_equal(e.text, want);
	assert_int_equal(e.kind, ERR_USAGE);
}

#define WORDS(...)                                                                                 \
	sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *), (const char *[])                   \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define OK(...)        check(NULL, WORDS(__VA_ARGS__))
#define BAD(want, ...) check(want, WORDS(__VA_ARGS__))

static void defaults(void **state)
{
	(void)state;
	OK("https://a");
	assert_null(o.exchange.first);
	assert_int_equal(o.exchange.tls_timeout, 10 * NS_SEC);
	assert_int_equal(o.exchange.http_timeout, 30 * NS_SEC);
	assert_int_equal(o.exchange.ws_timeout, 10 * NS_SEC);
	assert_int_equal(o.exchange.idle, 0);
	assert_int_equal(o.exchange.version, HTTP_VERSION_ANY);
	assert_int_equal(o.exchange.compare_count, 0);
	assert_false(o.exchange.fastopen || o.exchange.data_on_ack || o.exchange.resume);
}

static void every_option_has_its_field(void **state)
{
	(void)state;
	OK("--ca", "f", "--insecure", "--sni", "n", "--tls", "1.2", "--cert", "c", "--key", "k",
	   "--tls-resume", "--tls-timeout", "3s", "--alpn", "h2,x", "https://a");
	assert_string_equal(o.exchange.tls.ca, "f");
	assert_true(o.exchange.tls.insecure && o.exchange.resume);
	assert_string_equal(o.exchange.sni, "n");
	assert_string_equal(o.exchange.tls.min, "1.2");
	assert_string_equal(o.exchange.tls.max, "1.2");
	assert_string_equal(o.exchange.tls.cert, "c");
	assert_string_equal(o.exchange.tls.key, "k");
	assert_int_equal(o.exchange.tls_timeout, 3 * NS_SEC);
	assert_string_equal(o.exchange.alpn[0], "h2");
	assert_string_equal(o.exchange.alpn[1], "x");
	assert_null(o.exchange.alpn[2]);
	assert_string_equal(o.exchange.first, "ca");
	OK("--method", "HEAD", "--header", "A: b", "--header", "C:", "--path", "/d?e", "--idle",
	   "1s", "--http-timeout", "4s", "--ws-timeout", "5s", "--tfo", "--data-on-ack",
	   "http://a");
	assert_string_equal(o.exchange.method, "HEAD");
	assert_int_equal(o.exchange.headers, 2);
	assert_string_equal(o.exchange.header[1], "C:");
	assert_string_equal(o.exchange.path, "/d?e");
	assert_int_equal(o.exchange.idle, NS_SEC);
	assert_int_equal(o.exchange.http_timeout, 4 * NS_SEC);
	assert_int_equal(o.exchange.ws_timeout, 5 * NS_SEC);
	assert_true(o.exchange.fastopen && o.exchange.data_on_ack);
	assert_string_equal(o.exchange.first, "method");
}

static void requests_choose_the_version(void **state)
{
	(void)state;
	OK("--keepalive", "3", "https://a");
	assert_int_equal(o.exchange.version, HTTP_VERSION_1);
	OK("--streams", "4", "https://a");
	assert_int_equal(o.exchange.version, HTTP_VERSION_2);
	OK("--http1.1", "--keepalive", "2", "https://a");
	OK("--http2", "--streams", "2", "https://a");
	BAD("--http1.1 and --http2 exclude each other", "--http1.1", "--http2", "https://a");
	BAD("--streams and --http1.1 exclude each other", "--http1.1", "--streams", "2",
	    "https://a");
	BAD("--keepalive and --http2 exclude each other: use --streams", "--http2", "--keepalive",
	    "2", "https://a");
	BAD("--keepalive and --streams exclude each other: HTTP/1.1 asks one after the other, "
	    "HTTP/2 "
	    "side by side",
	    "--keepalive", "2", "--streams", "2", "https://a");
	BAD("--streams '0': need a number from 1 to 1000", "--streams", "0", "https://a");
}

static void a_comparison_has_no_pause_and_chooses_by_itself(void **state)
{
	(void)state;
	OK("--compare", "h2,http/1.1", "https://a");
	assert_int_equal(o.exchange.compare_count, 2);
	assert_int_equal(o.exchange.compare[0], COMPARE_HTTP2);
	assert_int_equal(o.exchange.compare[1], COMPARE_HTTP1);
	assert_int_equal(o.interval, 10 * NS_US);
	OK("--compare", "http/1.1-close", "-i", "2s", "https://a");
	assert_int_equal(o.interval, 2 * NS_SEC);
	BAD("--compare 'h3': need some of http/1.1,http/1.1-close,h2, each once", "--compare", "h3",
	    "https://a");
	BAD("--compare 'h2,h2': need some of http/1.1,http/1.1-close,h2, each once", "--compare",
	    "h2,h2", "https://a");
	BAD("--compare chooses versions and requests itself: no --http1.1, --http2, --keepalive or "
	    "--streams",
	    "--compare", "h2", "--http2", "https://a");
}

static void values_that_cannot_be_are_refused(void **state)
{
	(void)state;
	BAD("--tls '1.1': need 1.2 or 1.3", "--tls", "1.1", "https://a");
	BAD("--method 'get': need a method in capital letters, such as HEAD", "--method", "get",
	    "https://a");
	BAD("--header 'x': need 'Name: value'", "--header", "x", "https://a");
	BAD("--header 'a b: c': need 'Name: value'", "--header", "a b: c", "https://a");
	BAD("--header 'a: b??c: d': need 'Name: value'", "--header", "a: b\r\nc: d", "https://a");
	BAD("--header '\xc3\xa4: b': need 'Name: value'", "--header", "\xc3\xa4: b", "https://a");
	BAD("--header 'a: ?': need 'Name: value'", "--header", "a: \x7f", "https://a");
	BAD("--path 'x': need a path such as /status?a=%20", "--path", "x", "https://a");
	BAD("--path '/a b': need a path such as /status?a=%20", "--path", "/a b", "https://a");
	BAD("--alpn '': need protocols such as h2,http/1.1", "--alpn", "", "https://a");
	BAD("--tls-timeout '0': need more than 0", "--tls-timeout", "0", "https://a");
	BAD("--key 'k' needs --cert", "--key", "k", "https://a");
	BAD("--flags sends one segment: there is no connection for --tfo", "--flags", "syn",
	    "--tfo", "a");
	BAD("--flags sends one segment: there is no connection for --ca", "--flags", "syn", "--ca",
	    "f", "a");
}

static void data_may_be_a_body(void **state)
{
	static char body[100002];

	(void)state;
	memset(body, 'x', 100000);
	OK("--data", body, "https://a");
	body[537] = '\0';
	BAD("--data '...': need at most 536 bytes: what every segment can carry", "--flags", "syn",
	    "--data", body, "a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(every_option_has_its_field),
		cmocka_unit_test(requests_choose_the_version),
		cmocka_unit_test(a_comparison_has_no_pause_and_chooses_by_itself),
		cmocka_unit_test(values_that_cannot_be_are_refused),
		cmocka_unit_test(data_may_be_a_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
