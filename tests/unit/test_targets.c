/* SPDX-License-Identifier: BSD-2-Clause */
/* test_targets.c - TARGET in all its forms, in words and in files, and every mistake's sentence. */
#include "../lib/check.h"

#include <unistd.h>

#include "cli/targets.h"

static struct target_words words;

static int add(struct err *e, int count, const char *const *w)
{
	targets_free(&words);
	*e = (struct err){.kind = ERR_NONE};
	return targets_add_words(&words, (char *const *)(uintptr_t)w, count, e);
}

static void check_one(const char *word, const char *host, uint16_t port)
{
	struct err e;

	if (add(&e, 1, &word) != 0)
		fail_msg("%s", e.text);
	assert_int_equal(words.count, 1);
	assert_string_equal(words.word[0].host, host);
	if (words.word[0].port != port)
		fail_msg("%s: port %u", word, words.word[0].port);
}

static void every_form_is_read(void **state)
{
	(void)state;
	check_one("example.net", "example.net", 0);
	check_one("example.net:443", "example.net", 443);
	check_one("example.net.:1", "example.net.", 1);
	check_one("192.0.2.7", "192.0.2.7", 0);
	check_one("192.0.2.7:65535", "192.0.2.7", 65535);
	check_one("2001:db8::7", "2001:db8::7", 0);
	check_one("::1", "::1", 0);
	check_one("[::1]", "::1", 0);
	check_one("[2001:db8::7]:443", "2001:db8::7", 443);
	check_one("fe80::1%eth0", "fe80::1%eth0", 0);
	check_one("[fe80::1%eth0]:22", "fe80::1%eth0", 22);
	check_one("my_host-1:080", "my_host-1", 80);
	check_one("tcp://example.net", "example.net", 0);
	check_one("tcp://example.net:443", "example.net", 443);
	check_one("tcp://example.net:443/", "example.net", 443);
	check_one("tcp://[::1]:443", "::1", 443);
	check_one("tcp://2001:db8::7", "2001:db8::7", 0);
}

static void check_all(int count, const char *const *w, const char *want)
{
	char buf[256];
	struct err e;
	int len = 0;

	if (add(&e, count, w) != 0)
		fail_msg("%s", e.text);
	buf[0] = '\0';
	for (uint32_t i = 0; i < words.count; i++)
		len += snprintf(buf + len, sizeof(buf) - (size_t)len, "%s/%u ", words.word[i].host,
		                words.word[i].port);
	assert_string_equal(buf, want);
}

#define ALL(want, ...)                                                                             \
	check_all(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *),                          \
	          (const char *[]){__VA_ARGS__}, want)

static void a_word_of_digits_is_the_port_of_the_host_before(void **state)
{
	(void)state;
	ALL("a/80 ", "a", "80");
	ALL("a/80 b/0 ", "a", "80", "b");
	ALL("a/0 b/443 ", "a", "b", "443");
	ALL("::1/443 ", "::1", "443");
	ALL("::1/443 ", "[::1]", "443");
	ALL("a/80 b/81 c/82 ", "a", "80", "b", "81", "c", "82");
	ALL("a/0 8o/0 ", "a", "8o");
}

static void check_error(enum err_kind kind, const char *want, int count, const char *const *w)
{
	struct err e;

	assert_int_equal(add(&e, count, w), -1);
	assert_string_equal(e.text, want);
	assert_int_equal(e.kind, kind);
}

#define BAD(want, ...)                                                                             \
	check_error(ERR_NAME, want, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *),        \
	            (const char *[]){__VA_ARGS__})

#define NO_HOST(word)                                                                              \
	"invalid target '" word "': a port needs a host before it (and the optional value of an "  \
	"option a '=', as in --load=32)"

static void bad_ports_are_refused(void **state)
{
	(void)state;
	BAD("invalid target 'a:0': the port must be a number from 1 to 65535", "a:0");
	BAD("invalid target 'a:65536': the port must be a number from 1 to 65535", "a:65536");
	BAD("invalid target 'a:': the port must be a number from 1 to 65535", "a:");
	BAD("invalid target 'a:http': the port must be a number from 1 to 65535", "a:http");
	BAD("invalid target 'a:-1': the port must be a number from 1 to 65535", "a:-1");
	BAD("invalid target 'a: 80': the port must be a number from 1 to 65535", "a: 80");
	BAD("invalid target '[::1]:x': the port must be a number from 1 to 65535", "[::1]:x");
	BAD("invalid target '0': the port must be a number from 1 to 65535", "a", "0");
	BAD(NO_HOST("80"), "a:22", "80");
	BAD(NO_HOST("443"), "a", "80", "443");
	BAD(NO_HOST("64"), "64", "a");
	BAD("invalid target '99999': the port must be a number from 1 to 65535", "a", "99999");
}

static void bad_hosts_are_refused(void **state)
{
	(void)state;
	BAD("invalid target '': there is no host", "");
	BAD("invalid target ':80': there is no host", ":80");
	BAD("invalid target 'tcp://': there is no host", "tcp://");
	BAD("invalid target 'tcp://:80': there is no host", "tcp://:80");
	BAD("invalid target 'a b': that is no host name or address", "a b");
	BAD("invalid target 'a/b': that is no host name or address", "a/b");
	BAD("invalid target 'me@a': that is no host name or address", "me@a");
	BAD("invalid target 'a?': that is no host name or address", "a\x01");
	BAD("invalid target 'a]': that is no host name or address", "a]");
	BAD("invalid target '*': that is no host name or address", "*");
	BAD("invalid target 'tcp://a:80/x': a tcp:// target has no path", "tcp://a:80/x");
	BAD("invalid target '10.0.0.0/8': that is no host name or address", "10.0.0.0/8");
}

static void brackets_hold_an_ipv6_address(void **state)
{
	(void)state;
	BAD("invalid target '[]': an IPv6 address must stand in the brackets", "[]");
	BAD("invalid target '[::1': an IPv6 address must stand in the brackets", "[::1");
	BAD("invalid target '[': an IPv6 address must stand in the brackets", "[");
	BAD("invalid target '[192.0.2.7]:80': an IPv6 address must stand in the brackets",
	    "[192.0.2.7]:80");
	BAD("invalid target '[a]:80': an IPv6 address must stand in the brackets", "[a]:80");
	BAD("invalid target '[::1]80': only a colon and a port may follow the bracket", "[::1]80");
	BAD("invalid target '[::1]]': only a colon and a port may follow the bracket", "[::1]]");
}

static void check_url(const char *url, enum target_scheme scheme, uint16_t port, const char *path)
{

	struct err e;

	targets_free(&words);

	assert_int_equal(targets_add_words(&words, (char *const[]){(char *)url}, 1, &e), 0);
	assert_int_equal(words.word[0].scheme, scheme);
	assert_string_equal(words.word[0].host, "a");
	assert_int_equal(words.word[0].port, port);
	if (path == NULL)
		assert_null(words.word[0].path);
	else
		assert_string_equal(words.word[0].path, path);
	targets_free(&words);
}

static void urls_have_a_scheme_and_a_path(void **state)
{
	(void)state;
	check_url("tcp://a", SCHEME_TCP, 0, NULL);
	check_url("tls://a:853", SCHEME_TLS, 853, NULL);
	check_url("http://a", SCHEME_HTTP, 0, NULL);
	check_url("HTTPS://a/", SCHEME_HTTPS, 0, NULL);
	check_url("https://a:8443/b/c?d=e&f", SCHEME_HTTPS, 8443, "/b/c?d=e&f");
	check_url("http://a?d=e", SCHEME_HTTP, 0, "/?d=e");
	check_url("http://a/b#c", SCHEME_HTTP, 0, "/b");
	check_url("http://a#c", SCHEME_HTTP, 0, NULL);
	check_url("ws://a/chat", SCHEME_WS, 0, "/chat");
	check_url("wss://a:9/x:y@z", SCHEME_WSS, 9, "/x:y@z");
}

static void urls_that_cannot_be_asked_for_are_refused(void **state)
{
	(void)state;
	BAD("invalid target 'tls://a:1/x': a tls:// target has no path", "tls://a:1/x");
	BAD("invalid target 'http://a/b c': in a path, spaces and such are written %20",
	    "http://a/b c");
	BAD("invalid target 'http://a/\xc3\xa4': in a path, spaces and such are written %20",
	    "http://a/\xc3\xa4");
	BAD("invalid target 'http://u:p@a/': user and password are not sent from a URL: use "
	    "--header "
	    "'Authorization: ...'",
	    "http://u:p@a/");
	BAD("invalid target 'https://': there is no host", "https://");
	BAD("invalid target 'https:/a': a URL has two slashes behind its scheme: https://host/",
	    "https:/a");
	BAD("invalid target 'https:///x': there is no host", "https:///x");
	BAD("invalid target 'https://a:x/': the port must be a number from 1 to 65535",
	    "https://a:x/");
}

static void unknown_schemes_are_usage_errors(void **state)
{
	static const char *const urls[] = {"httpss://example.net", "://a", "ftp://a", "htt://a"};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(urls); i++) {
		char want[128];

		snprintf(want, sizeof(want),
		         "target '%s': the scheme must be tcp, tls, http, https, ws or wss",
		         urls[i]);
		check_error(ERR_USAGE, want, 1, &urls[i]);
	}
}

static void names_have_at_most_255_bytes(void **state)
{
	char word[400];
	const char *w = word;
	struct err e;

	(void)state;
	memset(word, 'x', sizeof(word));
	word[255] = '\0';
	assert_int_equal(add(&e, 1, &w), 0);
	word[255] = 'x';
	word[256] = '\0';
	assert_int_equal(add(&e, 1, &w), -1);
	assert_true(strstr(e.text, ": the name is longer than 255 bytes") != NULL);
	word[256] = 'x';
	memcpy(word, "tcp://", 6);
	word[300] = '\0';
	assert_int_equal(add(&e, 1, &w), -1);
	assert_true(strstr(e.text, ": the name is longer than 255 bytes") != NULL);
}

static void there_may_be_thousands(void **state)
{
	static const char *w[5000];
	struct err e;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(w); i++)
		w[i] = i % 2 == 0 ? "192.0.2.7:80" : "[2001:db8::7]:80";
	assert_int_equal(add(&e, CHECK_COUNT(w), w), 0);
	assert_int_equal(words.count, 5000);
	assert_string_equal(words.word[4999].host, "2001:db8::7");
}

/* --- files --- */

static char path[64];

static int make_path(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/test_targets.XXXXXX");
	fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
	(void)state;
	targets_free(&words);
	return unlink(path);
}

static int add_file(const char *text, struct err *e)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	targets_free(&words);
	*e = (struct err){.kind = ERR_NONE};
	return targets_add_file(&words, path, e);
}

static void files_have_a_target_a_line(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(add_file("# a comment\n"
	                          "\n"
	                          "a:1\n"
	                          "  b \t 2  # why\n"
	                          "c\r\n"
	                          "\t\n"
	                          "[::1]:4#x\n"
	                          "tcp://d:5",
	                          &e),
	                 0);
	assert_int_equal(words.count, 5);
	assert_string_equal(words.word[1].host, "b");
	assert_int_equal(words.word[1].port, 2);
	assert_string_equal(words.word[2].host, "c");
	assert_int_equal(words.word[2].port, 0);
	assert_string_equal(words.word[3].host, "::1");
	assert_int_equal(words.word[3].port, 4);
	assert_int_equal(words.word[4].port, 5);
}

/* A line's port belongs to that line's host. */
static void lines_do_not_reach_into_each_other(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(add_file("a\n80\n", &e), -1);
	assert_non_null(strstr(e.text, "a port needs a host before it"));
}

static void check_file_error(const char *text, const char *want)
{
	char full[256];
	struct err e;

	assert_int_equal(add_file(text, &e), -1);
	snprintf(full, sizeof(full), "%s %s", path, want);
	assert_string_equal(e.text, full);
	assert_int_equal(e.kind, ERR_NAME);
}

static void mistakes_in_files_name_their_line(void **state)
{
	(void)state;
	check_file_error("a\n\nb:x\n",
	                 "line 3: invalid target 'b:x': the port must be a number from 1 to 65535");
	check_file_error("a 80 81\n", "line 1: '81' is one word too many");
	check_file_error("a b c\n", "line 1: 'c' is one word too many");
}

static void files_that_cannot_be_read_are_local_errors(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(targets_add_file(&words, "/no/such/file", &e), -1);
	assert_int_equal(e.kind, ERR_LOCAL);
	assert_string_equal(e.text, "opening '/no/such/file': No such file or directory");
	assert_int_equal(targets_add_file(&words, "/", &e), -1);
	assert_int_equal(e.kind, ERR_LOCAL);
	assert_string_equal(e.text, "reading '/': Is a directory");
}

static void a_long_comment_is_one_line(void **state)
{
	static char text[5000];
	struct err e;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "a:1\n#", 5);
	memcpy(text + sizeof(text) - 6, "\nb:2\n", 6);
	assert_int_equal(add_file(text, &e), 0);
	assert_int_equal(words.count, 2);
	assert_string_equal(words.word[1].host, "b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_read),
		cmocka_unit_test(a_word_of_digits_is_the_port_of_the_host_before),
		cmocka_unit_test(bad_ports_are_refused),
		cmocka_unit_test(bad_hosts_are_refused),
		cmocka_unit_test(brackets_hold_an_ipv6_address),
		cmocka_unit_test(urls_have_a_scheme_and_a_path),
		cmocka_unit_test(urls_that_cannot_be_asked_for_are_refused),
		cmocka_unit_test(unknown_schemes_are_usage_errors),
		cmocka_unit_test(names_have_at_most_255_bytes),
		cmocka_unit_test(there_may_be_thousands),
		cmocka_unit_test(files_have_a_target_a_line),
		cmocka_unit_test(lines_do_not_reach_into_each_other),
		cmocka_unit_test(mistakes_in_files_name_their_line),
		cmocka_unit_test(files_that_cannot_be_read_are_local_errors),
		cmocka_unit_test(a_long_comment_is_one_line),
	};

	return cmocka_run_group_tests_name("targets", tests, make_path, remove_path);
}
