/* SPDX-License-Identifier: BSD-2-Clause */
/* test_json_write.c - records and strings as JSON, read back by a parser that is not ours. */
#include "../lib/check.h"

#include <jansson.h>

#include "report/json_write.h"
#include "report/report.h"
#include "result/cookies_record.h"
#include "result/probe_record.h"
#include "result/summary_record.h"

/* What a writer wrote, as text. */
struct capture {
	char *text;
	size_t len;
	FILE *out;
};

static void begin(struct capture *c)
{
	*c = (struct capture){.len = 0}; /* glibc sets it at the first flush only */
	*c = (struct capture){.len = 0}; /* the stream sets it when it is flushed */
	c->out = open_memstream(&c->text, &c->len);
	assert_non_null(c->out);
}

static const char *text_of(struct capture *c)
{
	fflush(c->out);
	return c->text;
}

static void end(struct capture *c)
{
	fclose(c->out);
	free(c->text);
}

static json_t *parsed(const char *text)
{
	json_error_t e;
	json_t *j = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);

	if (j == NULL)
		fail_msg("%s at %d of: %s", e.text, e.position, text);
	return j;
}

static void check_string(const char *s, const char *written)
{
	struct capture c;

	begin(&c);
	json_write_string(c.out, s);
	assert_string_equal(text_of(&c), written);
	json_decref(parsed(c.text));
	end(&c);
}

static void strings_are_escaped(void **state)
{
	(void)state;
	check_string("", "\"\"");
	check_string("plain", "\"plain\"");
	check_string("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
	check_string("\n\r\t\b\f\x01\x1f", "\"\\u000a\\u000d\\u0009\\u0008\\u000c\\u0001\\u001f\"");
	check_string("\x7f", "\"\\u007f\"");
	check_string("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
	             "\"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80\"");
}

/* RFC 3629 4: overlong forms, surrogates, what lies beyond U+10FFFF, and what is cut short. */
static void bytes_that_are_no_utf8_are_replaced(void **state)
{
	(void)state;
	check_string("\x80", "\"\\ufffd\"");
	check_string("a\xff"
	             "b",
	             "\"a\\ufffdb\"");
	check_string("\xc3", "\"\\ufffd\"");
	check_string("\xc3(", "\"\\ufffd(\"");
	check_string("\xe2\x82", "\"\\ufffd\\ufffd\"");
	check_string("\xf0\x9f\x98", "\"\\ufffd\\ufffd\\ufffd\"");
	check_string("\xc0\xaf", "\"\\ufffd\\ufffd\"");
	check_string("\xc1\xbf", "\"\\ufffd\\ufffd\"");
	check_string("\xe0\x9f\xbf", "\"\\ufffd\\ufffd\\ufffd\"");
	check_string("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"");
	check_string("\xf0\x8f\xbf\xbf", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
	check_string("\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
	check_string("\xf5\x80\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
	check_string("\xed\x9f\xbf\xee\x80\x80",
	             "\"\xed\x9f\xbf\xee\x80\x80\"");             /* next to the surrogates */
	check_string("\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\""); /* U+10FFFF */
}

/* Whatever the bytes: valid JSON, and valid text comes back as it was. */
static void every_two_bytes_give_valid_json(void **state)
{
	(void)state;
	for (unsigned int a = 1; a < 256; a++) {
		for (unsigned int b = 1; b < 256; b++) {
			char s[] = {(char)a, (char)b, '\0'};
			struct capture c;
			json_t *j;

			begin(&c);
			json_write_string(c.out, s);
			j = parsed(text_of(&c));
			if (a < 128 && b < 128)
				assert_string_equal(json_string_value(j), s);
			json_decref(j);
			end(&c);
		}
	}
}

static const char *const client_states[] = {"SYN_SENT", "ESTABLISHED"};

static const struct finding_record a_finding = {
	"no-fin", NULL, "inconclusive", "it said \"no\"", "RFC 9293 3.6", "T7", FIELD_NULL};

static const struct segment_record some_segments[] = {
	{0, "out", "S 0:0(0)", "SYN_SENT", NULL, FIELD_NULL},
	{1234567, "in", "S. 0:0(0) ack 1", "SYN_SENT", "SYN_RCVD", FIELD_NULL},
};

static struct probe_record full_record(void)
{
	return (struct probe_record){
		.time = 1700000000123456789,
		.target = "ex\"ample.net",
		.address = "192.0.2.7",
		.port = 443,
		.family = 4,
		.seq = 1,
		.state = "open",
		.reason = "syn-ack",
		.rtt = 12431056,
		.handshake = 12500000,
		.syn_sent = 1,
		.timestamps = "kernel",
		.reply = {54, 65535, 1400, 9, 4242, 1, 1, 0, 1},
		.icmp = {3, 1, "203.0.113.1"},
		.phases = {1, 12500000, NS_NONE, NS_NONE, NS_NONE, -1500},
		.close = {.kind = "fin-4",
	                  .first = "client",
	                  .verdict = "pass",
	                  .client = {client_states, 2},
	                  .duration = 0,
	                  .findings = {&a_finding, 1}},
		.segments = {some_segments, 2},
	};
}

static struct probe_record null_record(void)
{
	struct probe_record r = {
		.time = NS_NONE,
		.port = FIELD_NULL,
		.family = FIELD_NULL,
		.seq = FIELD_NULL,
		.rtt = NS_NONE,
		.handshake = NS_NONE,
		.syn_sent = FIELD_NULL,
		.syn_retransmits = FIELD_NULL,
		.reply = {FIELD_NULL, FIELD_NULL, FIELD_NULL, FIELD_NULL, FIELD_NULL, -1, -1, -1,
	                  -1},
		.icmp = {FIELD_NULL, FIELD_NULL, ""},
		.phases = {NS_NONE, NS_NONE, NS_NONE, NS_NONE, NS_NONE, NS_NONE},
		.close = {.duration = NS_NONE},
	};

	return r;
}

static json_t *written(const struct record_type *type, const void *data)
{
	struct capture c;
	json_t *j;

	begin(&c);
	json_write_record(c.out, &(struct record){type, data});
	assert_null(strchr(text_of(&c), '\n')); /* one line */
	j = parsed(c.text);
	end(&c);
	return j;
}

/* The member at a path such as "close.findings.0.id". */
static const json_t *at(const json_t *j, const char *path)
{
	while (*path != '\0') {
		size_t len = strcspn(path, ".");
		char name[64];

		snprintf(name, sizeof(name), "%.*s", (int)len, path);
		j = json_is_array(j) ? json_array_get(j, (size_t)(name[0] - '0'))
		                     : json_object_get(j, name);
		if (j == NULL)
			fail_msg("no %s", path);
		path += path[len] == '.' ? len + 1 : len;
	}
	return j;
}

static void check_text(const json_t *j, const char *path, const char *want)
{
	assert_true(json_is_string(at(j, path)));
	assert_string_equal(json_string_value(at(j, path)), want);
}

static void check_number(const json_t *j, const char *path, double want)
{
	if (!json_is_number(at(j, path)) || json_number_value(at(j, path)) != want)
		fail_msg("%s", path);
}

static void check_null(const json_t *j, const char *path)
{
	if (!json_is_null(at(j, path)))
		fail_msg("%s is not null", path);
}

static void a_full_record_comes_back(void **state)
{
	struct probe_record r = full_record();
	json_t *j = written(&probe_record_type, &r);

	(void)state;
	check_text(j, "schema", "tcpshake/1");
	check_text(j, "type", "probe");
	check_text(j, "time", "2023-11-14T22:13:20.123456789Z");
	check_text(j, "target", "ex\"ample.net");
	check_number(j, "port", 443);
	check_number(j, "rtt_us", 12431.056);
	check_number(j, "handshake_us", 12500);
	check_number(j, "reply.window", 65535);
	assert_true(json_is_true(at(j, "reply.sack")));
	assert_true(json_is_false(at(j, "reply.ecn")));
	check_text(j, "icmp.from", "203.0.113.1");
	check_number(j, "phases.dns_us", 0.001);
	check_number(j, "phases.close_us", -1.5);
	check_null(j, "phases.tls_us");
	check_number(j, "close.close_us", 0);
	check_text(j, "close.client.1", "ESTABLISHED");
	check_text(j, "close.findings.0.detail", "it said \"no\"");
	check_number(j, "segments.1.time_us", 1234.567);
	check_null(j, "segments.0.server");
	check_text(j, "segments.1.server", "SYN_RCVD");
	json_decref(j);
}

static void whole_microseconds_are_whole_numbers(void **state)
{
	struct probe_record r = full_record();
	json_t *j = written(&probe_record_type, &r);

	(void)state;
	assert_true(json_is_integer(at(j, "handshake_us")));
	assert_true(json_is_integer(at(j, "port")));
	json_decref(j);
}

static void what_was_not_observed_is_null(void **state)
{
	static const char *const nulls[] = {
		"time",       "target",          "address",  "port",           "family",
		"seq",        "state",           "reason",   "rtt_us",         "handshake_us",
		"syn_sent",   "syn_retransmits", "reply",    "icmp",           "phases.dns_us",
		"close.kind", "close.close_us",  "segments", "close.findings", "timestamps",
	};
	struct probe_record r = null_record();
	json_t *j = written(&probe_record_type, &r);

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(nulls); i++)
		check_null(j, nulls[i]);
	assert_int_equal(json_array_size(at(j, "close.client")), 0);
	json_decref(j);
}

/* An answer with a TTL and nothing else is an object with nulls; without a TTL, there was none. */
static void an_optional_object_is_null_by_its_first_field(void **state)
{
	struct probe_record r = null_record();
	json_t *j;

	(void)state;
	r.reply.ttl = 1;
	j = written(&probe_record_type, &r);
	check_number(j, "reply.ttl", 1);
	check_null(j, "reply.mss");
	check_null(j, "reply.df");
	check_null(j, "icmp");
	json_decref(j);
}

static void microseconds_of_any_size_are_exact(void **state)
{
	static const struct {
		ns_t ns;
		const char *written;
	} rows[] = {
		{0, "0"},
		{1, "0.001"},
		{-1, "-0.001"},
		{-1500, "-1.5"},
		{1000, "1"},
		{1010, "1.01"},
		{INT64_MAX, "9223372036854775.807"},
		{INT64_MIN + 1, "-9223372036854775.807"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct probe_record r = null_record();
		struct capture c;
		char want[64];

		r.rtt = rows[i].ns;
		snprintf(want, sizeof(want), "\"rtt_us\":%s,", rows[i].written);
		begin(&c);
		json_write_record(c.out, &(struct record){&probe_record_type, &r});
		if (strstr(text_of(&c), want) == NULL)
			fail_msg("no %s", want);
		json_decref(parsed(c.text));
		end(&c);
	}
}

static void a_summary_comes_back(void **state)
{
	static const struct expectation_record expectations[] = {{"rtt<20ms", 1, "12431us"},
	                                                         {"mss=1", 0, ""}};
	struct summary_record s = {
		.time = 0,
		.target = "192.0.2.7",
		.address = "192.0.2.7",
		.port = 443,
		.family = 4,
		.state = "open",
		.sent = 3,
		.open = 2,
		.loss_percent = 100.0 / 3,
		.rtt_samples = 2,
		.rtt = {1000, 1500, 2000, 500, 1000, 2000, 2000, 2000},
		.expectations = {expectations, 2},
		.verdict = "pass",
	};
	json_t *j = written(&summary_record_type, &s);

	(void)state;
	check_text(j, "type", "summary");
	check_text(j, "time", "1970-01-01T00:00:00.000000000Z");
	check_number(j, "loss_percent", 33.3333);
	check_number(j, "rtt_us.mdev", 0.5);
	assert_true(json_is_true(at(j, "expectations.0.held")));
	assert_true(json_is_false(at(j, "expectations.1.held")));
	check_null(j, "expectations.1.got");
	json_decref(j);
	s.loss_percent = -1;
	s.sent = 0;
	j = written(&summary_record_type, &s);
	check_null(j, "loss_percent");
	json_decref(j);
}

/* --- the two formats made of records --- */

static json_t *document(unsigned int records)
{
	struct probe_record r = full_record();
	struct capture c;
	static const struct report_options options = {.buffered = false};
	struct report rep = {.format = &report_json, .options = &options};
	json_t *j;

	begin(&c);
	rep.out = c.out;
	report_begin(&rep, 1700000000 * NS_SEC);
	for (unsigned int i = 0; i < records; i++)
		report_record(&rep, &(struct record){&probe_record_type, &r});
	report_json.end(&rep);
	j = parsed(text_of(&c));
	end(&c);
	return j;
}

static void a_document_is_valid_with_any_number_of_records(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 4; n++) {
		json_t *j = document(n);

		check_text(j, "schema", "tcpshake/1");
		check_text(j, "type", "run");
		check_text(j, "time", "2023-11-14T22:13:20.000000000Z");
		assert_int_equal(json_array_size(at(j, "records")), n);
		json_decref(j);
	}
}

static void jsonl_is_one_object_a_line(void **state)
{
	struct probe_record r = full_record();
	static const struct report_options options = {.buffered = false};
	struct report rep = {.format = &report_jsonl, .options = &options};
	struct capture c;
	char *line, *save = NULL;
	int lines = 0;

	(void)state;
	begin(&c);
	rep.out = c.out;
	report_begin(&rep, 0);
	for (int i = 0; i < 3; i++) {
		size_t before = c.len;

		report_record(&rep, &(struct record){&probe_record_type, &r});
		assert_true(c.len > before); /* flushed at once */
		assert_int_equal(c.text[c.len - 1], '\n');
	}
	for (line = strtok_r(c.text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save), lines++)
		json_decref(parsed(line));
	assert_int_equal(lines, 3);
	end(&c);
}

static void evidence_is_an_object_of_numbers(void **state)
{
	static struct cookies_record r;
	struct capture c;
	json_t *j, *detail;

	(void)state;
	cookies_record_init(&r);
	r.confidence = 0.999999;
	cookies_record_add(&r, "isn", "linear");
	cookies_record_number(&r, "e12", 0);
	cookies_record_number(&r, "s1", 4294967295.0);
	cookies_record_number(&r, "chance", 1.5e-17);
	cookies_record_add(&r, "bare-syn", "no-mss");
	begin(&c);
	json_write_record(c.out, &(struct record){&cookies_record_type, &r});
	j = parsed(text_of(&c));
	assert_true(json_number_value(json_object_get(j, "confidence")) == 0.999999);
	detail = json_object_get(json_array_get(json_object_get(j, "evidence"), 0), "detail");
	assert_true(json_integer_value(json_object_get(detail, "s1")) == 4294967295);
	assert_true(json_number_value(json_object_get(detail, "chance")) == 1.5e-17);
	detail = json_object_get(json_array_get(json_object_get(j, "evidence"), 1), "detail");
	assert_int_equal(json_object_size(detail), 0);
	assert_true(json_is_null(json_object_get(j, "segments")));
	json_decref(j);
	end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(bytes_that_are_no_utf8_are_replaced),
		cmocka_unit_test(every_two_bytes_give_valid_json),
		cmocka_unit_test(a_full_record_comes_back),
		cmocka_unit_test(whole_microseconds_are_whole_numbers),
		cmocka_unit_test(what_was_not_observed_is_null),
		cmocka_unit_test(an_optional_object_is_null_by_its_first_field),
		cmocka_unit_test(microseconds_of_any_size_are_exact),
		cmocka_unit_test(a_summary_comes_back),
		cmocka_unit_test(a_document_is_valid_with_any_number_of_records),
		cmocka_unit_test(jsonl_is_one_object_a_line),
		cmocka_unit_test(evidence_is_an_object_of_numbers),
	};

	return cmocka_run_group_tests_name("json_write", tests, NULL, NULL);
}
