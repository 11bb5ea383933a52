/* SPDX-License-Identifier: BSD-2-Clause */
/* test_text_report.c - the lines people read and scripts look for; and opening and closing outputs. */
#include "../lib/check.h"

#include <errno.h>

#include "report/report.h"
#include "result/probe_record.h"
#include "result/summary_record.h"

static const struct probe_record open_record = {
	.time = 1700000000123456789,
	.target = "example.net",
	.address = "192.0.2.7",
	.port = 443,
	.family = 4,
	.seq = 1,
	.state = "open",
	.reason = "syn-ack",
	.rtt = 12431000,
	.handshake = 12500000,
	.syn_sent = 1,
	.reply = {.ttl = 54, .window = 65535},
	.reply_options = "<mss 1400,sackOK,TS,nop,wscale 9>",
	.close = {.kind = "fin-4", .verdict = "pass"},
};

/* The example of interface.md. */
static const struct summary_record a_summary = {
	.target = "example.net",
	.address = "192.0.2.7",
	.port = 443,
	.family = 4,
	.state = "open",
	.sent = 5,
	.open = 4,
	.filtered = 1,
	.loss_percent = 20,
	.syn_retransmits = 2,
	.rtt_samples = 4,
	.rtt = {12101000, 12612000, 13402000, 412000, 12400000, 13200000, 13402000, 13402000},
};

#define OPEN_LINE                                                                                  \
	"seq=1 open rtt=12.431 ms ttl=54 win=65535 <mss 1400,sackOK,TS,nop,wscale 9> close=fin-4 " \
	"pass"

#define TIMES                                                                                      \
	"rtt min/avg/max/mdev = 12.101/12.612/13.402/0.412 ms, p50/p90/p95/p99 = "                 \
	"12.400/13.200/13.402/13.402 ms"

struct page {
	struct report_options options;
	struct report r;
	char *text;
	size_t len;
};

static void begin(struct page *p)
{
	memset(p, 0, sizeof(*p));
	p->options.rows = &probe_record_type;
	p->r = (struct report){.format = &report_text, .options = &p->options};
	p->r.out = open_memstream(&p->text, &p->len);
	assert_non_null(p->r.out);
	report_begin(&p->r, 0);
}

/* The buffer holds it already: every line is flushed. */
static void check_page(struct page *p, const char *want)
{
	if (p->len == 0)
		assert_string_equal("", want);
	else
		assert_string_equal(p->text, want);
	fclose(p->r.out);
	free(p->text);
}

static void put_probe(struct page *p, const struct probe_record *r)
{
	report_record(&p->r, &(struct record){&probe_record_type, r});
}

static void put_summary(struct page *p, const struct summary_record *s)
{
	report_record(&p->r, &(struct record){&summary_record_type, s});
}

static void check_target(const char *name, const char *address, bool numeric, const char *want)
{
	struct report_target t = {.name = name,
	                          .address = address,
	                          .port = 443,
	                          .source = "198.51.100.2",
	                          .segment = "SYN mss 1460 sackOK TS wscale 7"};
	struct page p;

	begin(&p);
	p.options.numeric = numeric;
	report_target(&p.r, &t);
	check_page(&p, want);
}

static void the_header_names_the_target(void **state)
{
	(void)state;
	check_target("example.net", "192.0.2.7", false,
	             "TCPSHAKE example.net (192.0.2.7):443 from 198.51.100.2, SYN mss 1460 sackOK "
	             "TS wscale 7\n");
	check_target("example.net", "192.0.2.7", true,
	             "TCPSHAKE 192.0.2.7:443 from 198.51.100.2, SYN mss 1460 sackOK TS wscale 7\n");
	check_target("192.0.2.7", "192.0.2.7", false,
	             "TCPSHAKE 192.0.2.7:443 from 198.51.100.2, SYN mss 1460 sackOK TS wscale 7\n");
	check_target(
		"2001:db8::7", "2001:db8::7", false,
		"TCPSHAKE [2001:db8::7]:443 from 198.51.100.2, SYN mss 1460 sackOK TS wscale 7\n");
	check_target("example.net", "2001:db8::7", false,
	             "TCPSHAKE example.net (2001:db8::7):443 from 198.51.100.2, SYN mss 1460 "
	             "sackOK TS wscale 7\n");
}

static void an_attempt_is_a_line(void **state)
{
	struct page p;

	(void)state;
	begin(&p);
	put_probe(&p, &open_record);
	check_page(&p, OPEN_LINE "\n");
}

static void many_targets_are_told_apart(void **state)
{
	struct probe_record v6 = open_record;
	struct page p;

	(void)state;
	begin(&p);
	p.options.many = true;
	put_probe(&p, &open_record);
	memcpy(v6.address, "2001:db8::7", 12);
	put_probe(&p, &v6);
	check_page(&p, "192.0.2.7:443 " OPEN_LINE "\n[2001:db8::7]:443 " OPEN_LINE "\n");
}

static void the_time_may_stand_in_front(void **state)
{
	struct probe_record timeless = open_record;
	struct page p;

	(void)state;
	begin(&p);
	p.options.timestamps = true;
	put_probe(&p, &open_record);
	p.options.many = true;
	put_probe(&p, &open_record);
	timeless.time = NS_NONE;
	put_probe(&p, &timeless);
	check_page(&p, "[1700000000.123456] " OPEN_LINE "\n"
	               "[1700000000.123456] 192.0.2.7:443 " OPEN_LINE "\n"
	               "192.0.2.7:443 " OPEN_LINE "\n");
}

static void verbose_lines_are_segments_and_findings(void **state)
{
	static const struct segment_record s[] = {
		{0, "out", "S 0:0(0) win 64240 <mss 1460>", "SYN_SENT", NULL, FIELD_NULL},
		{12431000, "in", "S. 0:0(0) ack 1 win 65535", "SYN_SENT", "SYN_RCVD", FIELD_NULL},
	};
	static const struct finding_record f = {"no-fin",       NULL, "inconclusive", "no FIN came",
	                                        "RFC 9293 3.6", "T7", FIELD_NULL};
	struct probe_record r = open_record;
	struct page p;

	(void)state;
	r.segments = (struct field_list){s, 2};
	r.close.findings = (struct field_list){&f, 1};
	begin(&p);
	p.options.verbose = true;
	put_probe(&p, &r);
	check_page(&p, "seq=1 +0.000000 > S 0:0(0) win 64240 <mss 1460>                            "
	               "    SYN_SENT / -\n"
	               "seq=1 +0.012431 < S. 0:0(0) ack 1 win 65535                                "
	               "    SYN_SENT / SYN_RCVD\n" OPEN_LINE "\n"
	               "seq=1 inconclusive: no-fin: no FIN came [RFC 9293 3.6]\n");
}

static void findings_are_not_told_unasked(void **state)
{
	static const struct finding_record f = {"no-fin",       NULL, "inconclusive", "no FIN came",
	                                        "RFC 9293 3.6", "T7", FIELD_NULL};
	struct probe_record r = open_record;
	struct page p;

	(void)state;
	r.close.findings = (struct field_list){&f, 1};
	begin(&p);
	put_probe(&p, &r);
	check_page(&p, OPEN_LINE "\n");
}

static void quiet_leaves_the_summary(void **state)
{
	struct page p;

	(void)state;
	begin(&p);
	p.options.quiet = true;
	put_probe(&p, &open_record);
	report_event(&p.r, "an event");
	put_summary(&p, &a_summary);
	check_page(&p, "--- 192.0.2.7:443 handshake statistics ---\n"
	               "5 probes, 4 open, 0 closed, 1 filtered, 20% loss, 2 SYN retransmits, 0 "
	               "duplicates\n" TIMES " (4 samples)\n");
}

static void what_was_never_tried_has_no_line(void **state)
{
	static const struct probe_record nothing = {.target = "no.such.name", .state = "error"};
	struct page p;

	(void)state;
	begin(&p);
	put_probe(&p, &nothing);
	check_page(&p, "");
}

/* Scripts look for these lines: interface.md's are to the letter. */
static void the_statistics_have_pings_shape(void **state)
{
	struct summary_record s = a_summary;
	struct page p;

	(void)state;
	s.rtt_samples = 5;
	begin(&p);
	put_summary(&p, &s);
	check_page(&p, "--- 192.0.2.7:443 handshake statistics ---\n"
	               "5 probes, 4 open, 0 closed, 1 filtered, 20% loss, 2 SYN retransmits, 0 "
	               "duplicates\n" TIMES "\n");
}

static void without_samples_there_is_no_line_of_times(void **state)
{
	struct summary_record s = {.address = "2001:db8::7",
	                           .port = 80,
	                           .sent = 3,
	                           .filtered = 3,
	                           .loss_percent = 100};
	struct page p;

	(void)state;
	begin(&p);
	put_summary(&p, &s);
	check_page(&p, "--- [2001:db8::7]:80 handshake statistics ---\n"
	               "3 probes, 0 open, 0 closed, 3 filtered, 100% loss, 0 SYN retransmits, 0 "
	               "duplicates\n");
}

static void other_counts_follow_where_there_are_some(void **state)
{
	struct summary_record s = {.address = "192.0.2.7",
	                           .port = 80,
	                           .sent = 3,
	                           .open = 1,
	                           .unreachable = 1,
	                           .errors = 1,
	                           .loss_percent = 200.0 / 3,
	                           .duplicates = 4,
	                           .late = 5,
	                           .spoofed = 6,
	                           .corrupt = 7,
	                           .capture_dropped = 8};
	struct page p;

	(void)state;
	begin(&p);
	put_summary(&p, &s);
	check_page(&p, "--- 192.0.2.7:80 handshake statistics ---\n"
	               "3 probes, 1 open, 0 closed, 0 filtered, 66.67% loss, 0 SYN retransmits, 4 "
	               "duplicates, "
	               "1 unreachable, 1 errors, 5 late, 6 spoofed, 7 corrupt, 8 frames lost by "
	               "the capture\n");
}

static void a_run_without_an_attempt_lost_nothing(void **state)
{
	struct summary_record s = {.address = "192.0.2.7", .port = 80, .loss_percent = -1};
	struct page p;

	(void)state;
	begin(&p);
	put_summary(&p, &s);
	check_page(&p, "--- 192.0.2.7:80 handshake statistics ---\n"
	               "0 probes, 0 open, 0 closed, 0 filtered, 0% loss, 0 SYN retransmits, 0 "
	               "duplicates\n");
}

static void expectations_are_told_last(void **state)
{
	static const struct expectation_record x[] = {
		{"rtt<20ms", 1, "12431us"}, {"loss<=1%", 0, "20%"}, {"mss=1400", 0, ""}};
	struct summary_record s = {.address = "192.0.2.7", .port = 80, .expectations = {x, 3}};
	struct page p;

	(void)state;
	begin(&p);
	put_summary(&p, &s);
	check_page(
		&p,
		"--- 192.0.2.7:80 handshake statistics ---\n"
		"0 probes, 0 open, 0 closed, 0 filtered, 0% loss, 0 SYN retransmits, 0 duplicates\n"
		"expect rtt<20ms: holds (12431us)\n"
		"expect loss<=1%: does not hold (20%)\n"
		"expect mss=1400: does not hold\n");
}

static void colour_only_where_it_is_asked_for(void **state)
{
	struct probe_record r = {.address = "192.0.2.7",
	                         .seq = 2,
	                         .state = "filtered",
	                         .reason = "timeout",
	                         .syn_sent = 3,
	                         .waited = 7 * NS_SEC};
	struct page p;

	(void)state;
	begin(&p);
	p.options.color = true;
	put_probe(&p, &open_record);
	put_probe(&p, &r);
	check_page(&p, "\033[32m" OPEN_LINE "\033[0m\n"
	               "\033[31mseq=2 filtered: no answer to 3 SYNs in 7.0 s\033[0m\n");
}

static void events_are_lines(void **state)
{
	struct page p;

	(void)state;
	begin(&p);
	report_event(&p.r, "192.0.2.7:443 seq=3 late: an answer came");
	check_page(&p, "192.0.2.7:443 seq=3 late: an answer came\n");
}

/* --- outputs --- */

static void outputs_are_named_by_format_and_file(void **state)
{
	static const char *const specs[] = {"text", "json", "jsonl", "csv"};
	struct report r;
	struct err e;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(specs); i++) {
		assert_int_equal(report_open(&r, specs[i], NULL, &e), 0);
		assert_string_equal(r.format->name, specs[i]);
		assert_ptr_equal(r.out, stdout);
		assert_null(r.path);
	}
	assert_int_equal(report_open(&r, "json:/dev/null", NULL, &e), 0);
	assert_string_equal(r.path, "/dev/null");
	report_begin(&r, 0);
	assert_int_equal(report_close(&r, &e), 0);
	assert_int_equal(report_close(&r, &e), 0); /* once is enough */
}

static void check_open_error(const char *spec, enum err_kind kind, const char *want)
{
	struct report r;
	struct err e;

	assert_int_equal(report_open(&r, spec, NULL, &e), -1);
	assert_int_equal(e.kind, kind);
	assert_string_equal(e.text, want);
}

static void outputs_that_cannot_be_are_refused(void **state)
{
	(void)state;
	check_open_error(
		"xml", ERR_USAGE,
		"-o 'xml': no such format: there are text, json, jsonl, csv, tap, junit, mermaid");
	check_open_error(
		"jso:f", ERR_USAGE,
		"-o 'jso': no such format: there are text, json, jsonl, csv, tap, junit, mermaid");
	check_open_error(
		"", ERR_USAGE,
		"-o '': no such format: there are text, json, jsonl, csv, tap, junit, mermaid");
	check_open_error("json:", ERR_USAGE, "-o 'json:': a file name must follow the colon");
	check_open_error("csv:/no/such/dir/f", ERR_LOCAL,
	                 "opening '/no/such/dir/f' for writing: No such file or directory");
}

static void a_full_disk_is_an_error_at_the_end(void **state)
{
	static const char *const specs[] = {"text:/dev/full", "json:/dev/full", "jsonl:/dev/full",
	                                    "csv:/dev/full"};
	static const struct report_options options = {.rows = &probe_record_type};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(specs); i++) {
		struct report r;
		struct err e;

		assert_int_equal(report_open(&r, specs[i], &options, &e), 0);
		report_begin(&r, 0);
		report_record(&r, &(struct record){&probe_record_type, &open_record});
		errno = 0; /* the error lies behind */
		assert_int_equal(report_close(&r, &e), -1);
		assert_int_equal(e.kind, ERR_LOCAL);
		assert_string_equal(e.text, "writing /dev/full: No space left on device");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_names_the_target),
		cmocka_unit_test(an_attempt_is_a_line),
		cmocka_unit_test(many_targets_are_told_apart),
		cmocka_unit_test(the_time_may_stand_in_front),
		cmocka_unit_test(verbose_lines_are_segments_and_findings),
		cmocka_unit_test(findings_are_not_told_unasked),
		cmocka_unit_test(quiet_leaves_the_summary),
		cmocka_unit_test(what_was_never_tried_has_no_line),
		cmocka_unit_test(the_statistics_have_pings_shape),
		cmocka_unit_test(without_samples_there_is_no_line_of_times),
		cmocka_unit_test(other_counts_follow_where_there_are_some),
		cmocka_unit_test(a_run_without_an_attempt_lost_nothing),
		cmocka_unit_test(expectations_are_told_last),
		cmocka_unit_test(colour_only_where_it_is_asked_for),
		cmocka_unit_test(events_are_lines),
		cmocka_unit_test(outputs_are_named_by_format_and_file),
		cmocka_unit_test(outputs_that_cannot_be_are_refused),
		cmocka_unit_test(a_full_disk_is_an_error_at_the_end),
	};

	return cmocka_run_group_tests_name("text_report", tests, NULL, NULL);
}
