/* SPDX-License-Identifier: BSD-2-Clause */
/* test_options.c - the command line: every option's field, every mistake's sentence. */
#include "../lib/check.h"

#include "cli/options.h"
#include "wire/tcpopt.h"

static struct options o;

/* Parse words separated by spaces. '_' stands for a space, "''" for an empty word. */
static int parse(const char *line, struct err *e)
{
	static char words[1024];
	static char *argv[64];
	char *save = NULL;
	int argc = 0;

	snprintf(words, sizeof(words), "tcpshake %s", line);
	for (char *w = strtok_r(words, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
		for (char *c = strchr(w, '_'); c != NULL; c = strchr(c, '_'))
			*c = ' ';
		argv[argc++] = strcmp(w, "''") == 0 ? w + 2 : w;
	}
	argv[argc] = NULL;
	*e = (struct err){.kind = ERR_NONE};
	return options_parse(&o, COMMAND_PROBE, argc, argv, e);
}

static void ok(const char *line)
{
	struct err e;

	if (parse(line, &e) != 0)
		fail_msg("%s: %s", line, e.text);
}

static void the_defaults_are_those_of_the_manual(void **state)
{
	(void)state;
	ok("host");
	assert_int_equal(o.what, OPTIONS_RUN);
	assert_int_equal(o.count, 5);
	assert_int_equal(o.interval, NS_SEC);
	assert_int_equal(o.timeout, 0);
	assert_int_equal(o.deadline, 0);
	assert_int_equal(o.rto, NS_SEC);
	assert_int_equal(o.syn_retries, 2);
	assert_int_equal(ports_get(&o.ports, 0), 80);
	assert_int_equal(ports_get(&o.ports, 1), 0);
	assert_int_equal(o.family, ADDR_NONE);
	assert_int_equal(o.end, HANDSHAKE_FIN);
	assert_string_equal(o.profile.name, "linux");
	assert_int_equal(o.color, COLOR_AUTO);
	assert_int_equal(o.output_count, 0);
	assert_int_equal(o.expects.count, 0);
	assert_false(o.flags_given || o.ecn || o.quiet || o.verbose || o.numeric || o.timestamps ||
	             o.all_addresses);
	assert_int_equal(o.word_count, 1);
	assert_string_equal(o.words[0], "host");
}

/* Where the option's value must stand, by the type of the field. */
static const struct {
	const char *line;
	const void *field;
	size_t size;
	int64_t want;
} numbers[] = {
	{"-c 3", &o.count, sizeof(o.count), 3},
	{"--count 0", &o.count, sizeof(o.count), 0},
	{"--count=4294967295", &o.count, sizeof(o.count), 4294967295},
	{"-i 10ms", &o.interval, sizeof(o.interval), 10 * NS_MS},
	{"--interval 1.5", &o.interval, sizeof(o.interval), 1500 * NS_MS},
	{"-i 10us", &o.interval, sizeof(o.interval), 10 * NS_US},
	{"-W 500us", &o.timeout, sizeof(o.timeout), 500 * NS_US},
	{"--timeout 2s", &o.timeout, sizeof(o.timeout), 2 * NS_SEC},
	{"-w 1m", &o.deadline, sizeof(o.deadline), 60 * NS_SEC},
	{"--deadline 10", &o.deadline, sizeof(o.deadline), 10 * NS_SEC},
	{"-4", &o.family, sizeof(o.family), ADDR_V4},
	{"-6", &o.family, sizeof(o.family), ADDR_V6},
	{"-6 -6", &o.family, sizeof(o.family), ADDR_V6},
	{"--all-addresses", &o.all_addresses, 1, 1},
	{"--source-port 40000", &o.first_source_port, 2, 40000},
	{"--source-port 40000", &o.last_source_port, 2, 40000},
	{"--source-port 40000-40999", &o.last_source_port, 2, 40999},
	{"--ttl 1", &o.profile.ttl, 1, 1},
	{"--ttl 255", &o.profile.ttl, 1, 255},
	{"--tos 255", &o.tos, 1, 255},
	{"--mss 0", &o.profile.mss, 4, 0},
	{"--mss 65535", &o.profile.mss, 4, 65535},
	{"--mss none", &o.profile.mss_sent, 1, 0},
	{"--mss none --mss 536", &o.profile.mss_sent, 1, 1},
	{"--wscale 14", &o.profile.wscale, 1, 14},
	{"--wscale none", &o.profile.wscale_sent, 1, 0},
	{"--no-sack", &o.profile.sack, 1, 0},
	{"--no-timestamps", &o.profile.timestamps, 1, 0},
	{"--win 0", &o.profile.win, 2, 0},
	{"--win 65535", &o.profile.win, 2, 65535},
	{"--ecn", &o.ecn, 1, 1},
	{"--flags syn,ece", &o.flags, 2, SEG_SYN | SEG_ECE},
	{"--flags none", &o.flags_given, 1, 1},
	{"--flags none", &o.flags, 2, 0},
	{"--syn-retries 0", &o.syn_retries, 1, 0},
	{"--syn-retries 20", &o.syn_retries, 1, 20},
	{"--rto 200ms", &o.rto, sizeof(o.rto), 200 * NS_MS},
	{"--rto 1ms", &o.rto, sizeof(o.rto), NS_MS},
	{"--half-open", &o.end, sizeof(o.end), HANDSHAKE_HALF_OPEN},
	{"--close rst", &o.end, sizeof(o.end), HANDSHAKE_RST},
	{"--close rst --close fin", &o.end, sizeof(o.end), HANDSHAKE_FIN},
	{"--half-open --close rst", &o.end, sizeof(o.end), HANDSHAKE_HALF_OPEN},
	{"--json", &o.output_count, 4, 1},
	{"--expect rtt<1s,loss<=1%", &o.expects.count, 4, 2},
	{"--expect rtt<1s --expect mss=1", &o.expects.count, 4, 2},
	{"-q", &o.quiet, 1, 1},
	{"--quiet", &o.quiet, 1, 1},
	{"-v", &o.verbose, 1, 1},
	{"-n", &o.numeric, 1, 1},
	{"-D", &o.timestamps, 1, 1},
	{"-qvnD", &o.timestamps, 1, 1},
	{"--color always", &o.color, sizeof(o.color), COLOR_ALWAYS},
	{"--color never", &o.color, sizeof(o.color), COLOR_NEVER},
	{"--color never --color auto", &o.color, sizeof(o.color), COLOR_AUTO},
	{"--version", &o.what, sizeof(o.what), OPTIONS_SHOW_VERSION},
	{"-V", &o.what, sizeof(o.what), OPTIONS_SHOW_VERSION},
	{"--help", &o.what, sizeof(o.what), OPTIONS_SHOW_HELP},
	{"-h", &o.what, sizeof(o.what), OPTIONS_SHOW_HELP},
	{"-c3", &o.count, sizeof(o.count), 3},
	{"-c 1 -c 2", &o.count, sizeof(o.count), 2},
};

static void every_number_reaches_its_field(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(numbers); i++) {
		int64_t got = 0;

		ok(numbers[i].line);
		memcpy(&got, numbers[i].field, numbers[i].size);
		if (got != numbers[i].want)
			fail_msg("%s: %lld", numbers[i].line, (long long)got);
	}
}

static void every_text_reaches_its_field(void **state)
{
	static const struct {
		const char *line;
		const char *const *field;
		const char *want;
	} texts[] = {
		{"--targets f.txt", &o.targets_file, "f.txt"},
		{"--targets -", &o.targets_file, "-"},
		{"-I eth0", &o.ifname, "eth0"},
		{"--interface eth0", &o.ifname, "eth0"},
		{"--source 192.0.2.1", &o.source, "192.0.2.1"},
		{"--netns blue", &o.netns, "blue"},
		{"--data GET_/", &o.data, "GET /"},
		{"--write f.pcapng", &o.write_path, "f.pcapng"},
		{"-o csv:f", &o.outputs[0], "csv:f"},
		{"-o text -o json:f", &o.outputs[1], "json:f"},
		{"-o text --json", &o.outputs[1], "json"},
		{"--resolve a:1:::1", &o.resolve[0], "a:1:::1"},
		{"--resolve a:1:::1 --resolve b:2:::1", &o.resolve[1], "b:2:::1"},
		{"--profile windows", &o.profile.name, "windows"},
		{"--prof minimal", &o.profile.name,
	         "minimal"}, /* getopt takes what is unambiguous */
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(texts); i++) {
		ok(texts[i].line);
		assert_non_null(*texts[i].field);
		assert_string_equal(*texts[i].field, texts[i].want);
	}
}

static void ports_are_a_list(void **state)
{
	(void)state;
	ok("-p 22,8000-8001");
	assert_int_equal(ports_get(&o.ports, 0), 22);
	assert_int_equal(ports_get(&o.ports, 2), 8001);
	assert_int_equal(ports_get(&o.ports, 3), 0);
}

static void overrides_amend_the_profile_wherever_it_stands(void **state)
{
	static const char *const lines[] = {"--ttl 5 --win 9 --profile windows",
	                                    "--profile windows --ttl 5 --win 9"};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(lines); i++) {
		ok(lines[i]);
		assert_string_equal(o.profile.name, "windows");
		assert_int_equal(o.profile.ttl, 5);
		assert_int_equal(o.profile.win, 9);
		assert_int_equal(o.profile.wscale, 8);
	}
	ok("host"); /* and the table itself stays as it was */
	assert_int_equal(o.profile.ttl, 64);
	assert_int_equal(profile_find("windows")->ttl, 128);
}

/* The minimal profile has no place for it: it comes last. */
static void an_option_that_the_profile_lacks_is_added(void **state)
{
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));

	(void)state;
	ok("--wscale 3 --profile minimal");
	profile_put_options(&o.profile, &w, 1460, 0);
	assert_int_equal(wr_len(&w), 8);
	assert_memory_equal(bytes, "\x02\x04\x05\xb4\x03\x03\x03\x01", 8);
}

static void words_may_stand_anywhere(void **state)
{
	(void)state;
	ok("a -c 2 b 80 -q");
	assert_int_equal(o.word_count, 3);
	assert_string_equal(o.words[0], "a");
	assert_string_equal(o.words[1], "b");
	assert_string_equal(o.words[2], "80");
	assert_true(o.quiet);
	ok("-q -- -c 2");
	assert_int_equal(o.word_count, 2);
	assert_string_equal(o.words[0], "-c");
	assert_int_equal(o.count, 5);
	ok("");
	assert_int_equal(o.word_count, 0);
}

/* A second call must not see the first one's getopt state. */
static void parsing_starts_anew_each_time(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(parse("-qZ a b", &e), -1);
	ok("a -v");
	assert_true(o.verbose);
	assert_false(o.quiet);
	assert_int_equal(o.word_count, 1);
}

static const struct {
	const char *line, *want;
} mistakes[] = {
	{"-c", "-c needs a value: N"},
	{"--count", "-c needs a value: N"},
	{"--syn-retries", "--syn-retries needs a value: N"},
	{"--resolve", "--resolve needs a value: HOST:PORT:ADDR"},
	{"-Z", "unknown option '-Z': `tcpshake --help` lists them"},
	{"-qZ a", "unknown option '-Z': `tcpshake --help` lists them"},
	{"--nope", "unknown option '--nope': `tcpshake --help` lists them"},
	{"--nope=1 a", "unknown option '--nope=1': `tcpshake --help` lists them"},
	{"a --nope b", "unknown option '--nope': `tcpshake --help` lists them"},
	{"-c x", "-c 'x': need a number from 0 to 4294967295"},
	{"-c -1", "-c '-1': need a number from 0 to 4294967295"},
	{"-c 4294967296", "-c '4294967296': need a number from 0 to 4294967295"},
	{"-c ''", "-c '': need a number from 0 to 4294967295"},
	{"--count=1.5", "-c '1.5': need a number from 0 to 4294967295"},
	{"-i x", "-i 'x': need a duration such as 10ms, 2s or 1.5"},
	{"-i -1s", "-i '-1s': need a duration such as 10ms, 2s or 1.5"},
	{"-i 1_s", "-i '1 s': need a duration such as 10ms, 2s or 1.5"},
	{"-i 9us", "-i '9us': need at least 10us"},
	{"-i 0", "-i '0': need at least 10us"},
	{"-W 0", "-W '0': need more than 0"},
	{"-w 0s", "-w '0s': need more than 0"},
	{"-w 1d", "-w '1d': need a duration such as 10ms, 2s or 1.5"},
	{"--rto 500us", "--rto '500us': need 1ms to 60s"},
	{"--rto 0", "--rto '0': need 1ms to 60s"},
	{"--rto 61s", "--rto '61s': need 1ms to 60s"},
	{"-p 0", "-p '0': need ports from 1 to 65535 such as 22,80,8000-8010"},
	{"-p http", "-p 'http': need ports from 1 to 65535 such as 22,80,8000-8010"},
	{"-p 1-", "-p '1-': need ports from 1 to 65535 such as 22,80,8000-8010"},
	{"-4 -6", "-4 and -6 exclude each other"},
	{"-6 -q -4", "-4 and -6 exclude each other"},
	{"--source-port 0", "--source-port '0': need a port, or a range such as 40000-40999"},
	{"--source-port 1,2", "--source-port '1,2': need a port, or a range such as 40000-40999"},
	{"--profile beos", "--profile 'beos': need linux, windows, freebsd or minimal"},
	{"--ttl 0", "--ttl '0': need a number from 1 to 255"},
	{"--ttl 256", "--ttl '256': need a number from 1 to 255"},
	{"--tos 256", "--tos '256': need a number from 0 to 255"},
	{"--mss x", "--mss 'x': need none or 0 to 65535"},
	{"--mss 65536", "--mss '65536': need none or 0 to 65535"},
	{"--wscale 15", "--wscale '15': need none or 0 to 14"},
	{"--win 65536", "--win '65536': need a number from 0 to 65535"},
	{"--flags sin", "--flags 'sin': need names of fin syn rst psh ack urg ece cwr ae, or none"},
	{"--flags syn,",
         "--flags 'syn,': need names of fin syn rst psh ack urg ece cwr ae, or none"},
	{"--flags ''", "--flags '': need names of fin syn rst psh ack urg ece cwr ae, or none"},
	{"--syn-retries 21", "--syn-retries '21': need a number from 0 to 20"},
	{"--close gently", "--close 'gently': need fin or rst"},
	{"--color blue", "--color 'blue': need auto, always or never"},
	{"--expect rtt", "--expect 'rtt': need FIELD OP VALUE, OP one of = != < <= > >="},
	{"-o 1 -o 2 -o 3 -o 4 -o 5 -o 6 -o 7 -o 8 -o 9", "-o '9': need at most 8 outputs"},
	{"--flags syn --half-open", "--half-open and --flags exclude each other: --flags syn sends "
                                    "one SYN and resets what answers"},
	{"--flags syn --ecn", "--ecn and --flags exclude each other: name ece,cwr in --flags"},
};

static void every_mistake_has_its_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(mistakes); i++) {
		struct err e;

		if (parse(mistakes[i].line, &e) != -1)
			fail_msg("%s is parsed", mistakes[i].line);
		assert_string_equal(e.text, mistakes[i].want);
		assert_int_equal(e.kind, ERR_USAGE);
	}
}

/* Bytes beyond ASCII are no option, and the message must quote what was typed. */
static void an_option_beyond_ascii_is_quoted(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(parse("-\xc3\xa9", &e), -1);
	assert_true(strstr(e.text, "tcpshake'") == NULL);
	assert_true(strstr(e.text, "\xc3") != NULL);
}

/* It is known: the message must not say that it is not. */
static void a_value_for_an_option_without_one_is_told(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(parse("--quiet=3", &e), -1);
	assert_true(strstr(e.text, "unknown") == NULL);
	assert_true(strstr(e.text, "--quiet") != NULL);
}

static void data_fits_one_segment(void **state)
{
	char line[700] = "--flags syn --data ";
	size_t at = strlen(line);
	struct err e;

	(void)state;
	memset(line + at, 'x', 537);
	line[at + 536] = '\0';
	ok(line);
	line[at + 536] = 'x';
	line[at + 537] = '\0';
	assert_int_equal(parse(line, &e), -1);
	assert_string_equal(e.text,
	                    "--data '...': need at most 536 bytes: what every segment can carry");
}

static void at_most_64_addresses_are_given(void **state)
{
	char *argv[2 * OPTIONS_RESOLVE_MAX + 4] = {(char[]){"tcpshake"}};
	char option[] = "--resolve", value[] = "a:1:::1";
	struct err e;
	int argc = 1;

	(void)state;
	for (int i = 0; i < OPTIONS_RESOLVE_MAX; i++) {
		argv[argc++] = option;
		argv[argc++] = value;
	}
	assert_int_equal(options_parse(&o, COMMAND_PROBE, argc, argv, &e), 0);
	assert_int_equal(o.resolve_count, OPTIONS_RESOLVE_MAX);
	argv[argc++] = option;
	argv[argc++] = value;
	assert_int_equal(options_parse(&o, COMMAND_PROBE, argc, argv, &e), -1);
	assert_string_equal(e.text, "--resolve 'a:1:::1': need at most 64 of them");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_defaults_are_those_of_the_manual),
		cmocka_unit_test(every_number_reaches_its_field),
		cmocka_unit_test(every_text_reaches_its_field),
		cmocka_unit_test(ports_are_a_list),
		cmocka_unit_test(overrides_amend_the_profile_wherever_it_stands),
		cmocka_unit_test(an_option_that_the_profile_lacks_is_added),
		cmocka_unit_test(words_may_stand_anywhere),
		cmocka_unit_test(parsing_starts_anew_each_time),
		cmocka_unit_test(every_mistake_has_its_sentence),
		cmocka_unit_test(an_option_beyond_ascii_is_quoted),
		cmocka_unit_test(a_value_for_an_option_without_one_is_told),
		cmocka_unit_test(data_fits_one_segment),
		cmocka_unit_test(at_most_64_addresses_are_given),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
