/* SPDX-License-Identifier: BSD-2-Clause */
/* test_text_exchange.c - what was spoken, for people: lines, phases, messages, comparisons, diagrams. */
#include "../lib/check.h"

#include "report/report.h"
#include "result/comparison_record.h"
#include "result/probe_record.h"
#include "result/timeline.h"

static const struct segment_record segments[] = {
	{0, "out", "S 0:0(0)", "SYN_SENT", NULL, FIELD_NULL},
	{20000000, "in", "S. 0:0(0) ack 1", "SYN_SENT", "SYN_RCVD", FIELD_NULL},
	{40000000, "in", "P. 1:9(8) ack 1", "ESTABLISHED", "ESTABLISHED", FIELD_NULL},
};

static const struct message_record messages[] = {
	{20000000, "out", "TLS", "ClientHello"},
	{40000000, "in", "HTTP/1.1", "HTTP/1.1 200 OK"},
	{41000000, "in", "TLS", "late"},
};

static struct probe_record spoken(void)
{
	struct probe_record r = {
		.target = "a",
		.address = "192.0.2.7",
		.port = 443,
		.seq = 1,
		.state = "open",
		.reason = "syn-ack",
		.rtt = 20000000,
		.syn_sent = 1,
		.reply = {.ttl = 54, .window = 65535},
		.close = {.kind = "fin-4", .verdict = "pass"},
		.phases = {1000000, 20000000, 22000000, 20000000, NS_NONE, 37000000},
	};

	exchange_record_init(&r.exchange);
	r.exchange.spoken = true;
	r.exchange.http.requests = 1;
	snprintf(r.exchange.tls.version, sizeof(r.exchange.tls.version), "1.3");
	snprintf(r.exchange.tls.alpn, sizeof(r.exchange.tls.alpn), "h2");
	snprintf(r.exchange.http.version, sizeof(r.exchange.http.version), "2");
	r.exchange.http.status = 200;
	r.exchange.http.body_bytes = 6;
	r.exchange.http.responses = 1;
	r.exchange.http.ttfb = 19000000;
	return r;
}

static struct report_options options;

/* What a format makes of a record. */
static void check(const struct report_format *f, const struct record_type *type, const void *data,
                  const char *want)
{
	struct report r = {.format = f, .options = &options};
	char *text = NULL;
	size_t len = 0;

	options.rows = &probe_record_type;
	r.out = open_memstream(&text, &len);
	assert_non_null(r.out);
	report_begin(&r, 0);
	report_record(&r, &(struct record){type, data});
	fclose(r.out);
	assert_string_equal(text, want);
	free(text);
}

static int reset(void **state)
{
	(void)state;
	memset(&options, 0, sizeof(options));
	return 0;
}

#define BEGIN "seq=1 open rtt=20.000 ms ttl=54 win=65535"

static void what_was_spoken_is_in_the_line_and_the_phases_below(void **state)
{
	struct probe_record r = spoken();

	(void)state;
	check(&report_text, &probe_record_type, &r,
	      BEGIN " tls=1.3 alpn=h2 http=200 body=6 ttfb=19.000 ms close=fin-4 pass\n"
	            "seq=1 phases dns=1.000 tcp=20.000 tls=22.000 http=20.000 close=37.000 "
	            "total=99.000 ms\n");
	r.exchange.http.requests = 3;
	r.exchange.http.responses = 2;
	r.exchange.tls.resumed = r.exchange.tls.early_data = 1;
	r.phases.dns = NS_NONE;
	check(&report_text, &probe_record_type, &r,
	      BEGIN
	      " tls=1.3 resumed+0rtt alpn=h2 http=200 body=6 responses=2/3 ttfb=19.000 ms "
	      "close=fin-4 pass\n"
	      "seq=1 phases tcp=20.000 tls=22.000 http=20.000 close=37.000 total=99.000 ms\n");
}

static void a_failure_has_its_reason_and_detail(void **state)
{
	struct probe_record r = spoken();

	(void)state;
	exchange_record_init(&r.exchange);
	r.exchange.spoken = r.exchange.failed = true;
	r.reason = "tls-certificate";
	r.detail = "certificate has expired";
	r.phases = (struct phases_record){NS_NONE, 20000000, NS_NONE, NS_NONE, NS_NONE, 30000000};
	check(&report_text, &probe_record_type, &r,
	      BEGIN " tls-certificate (certificate has expired) close=fin-4 pass\n"
	            "seq=1 phases tcp=20.000 close=30.000 total=50.000 ms\n");
}

static void a_websocket_has_its_ping(void **state)
{
	struct probe_record r = spoken();

	(void)state;
	exchange_record_init(&r.exchange);
	r.exchange.spoken = true;
	r.exchange.ws.status = 101;
	r.exchange.ws.ping_rtt = 20500000;
	r.phases = (struct phases_record){NS_NONE, 20000000, NS_NONE, NS_NONE, 21000000, 60000000};
	check(&report_text, &probe_record_type, &r,
	      BEGIN " ws=101 ping=20.500 ms close=fin-4 pass\n"
	            "seq=1 phases tcp=20.000 ws=21.000 close=60.000 total=101.000 ms\n");
}

static void on_a_terminal_phases_are_a_waterfall(void **state)
{
	struct probe_record r = spoken();

	(void)state;
	options.terminal = true;
	check(&report_text, &probe_record_type, &r,
	      BEGIN " tls=1.3 alpn=h2 http=200 body=6 ttfb=19.000 ms close=fin-4 pass\n"
	            "  dns        1.000 ms  #\n"
	            "  tcp       20.000 ms   ##########\n"
	            "  tls       22.000 ms             ###########\n"
	            "  http      20.000 ms                        ##########\n"
	            "  close     37.000 ms                                  ##################\n"
	            "  total     99.000 ms\n");
}

static void messages_stand_behind_their_segments(void **state)
{
	struct probe_record r = spoken();

	(void)state;
	options.verbose = true;
	r.segments = (struct field_list){segments, CHECK_COUNT(segments)};
	r.exchange.messages = (struct field_list){messages, CHECK_COUNT(messages)};
	r.phases.tcp = NS_NONE;
	check(&report_text, &probe_record_type, &r,
	      "seq=1 +0.000000 > S 0:0(0)                                                     "
	      "SYN_SENT / -\n"
	      "seq=1 +0.020000 < S. 0:0(0) ack 1                                              "
	      "SYN_SENT / SYN_RCVD\n"
	      "seq=1 +0.020000 > TLS ClientHello\n"
	      "seq=1 +0.040000 < P. 1:9(8) ack 1                                              "
	      "ESTABLISHED / ESTABLISHED\n"
	      "seq=1 +0.040000 < HTTP/1.1 200 OK\n"
	      "seq=1 +0.041000 < TLS late\n" BEGIN
	      " tls=1.3 alpn=h2 http=200 body=6 ttfb=19.000 ms close=fin-4 pass\n");
}

static void a_diagram_has_segments_and_messages(void **state)
{
	struct probe_record r = spoken();

	(void)state;
	r.segments = (struct field_list){segments, 2};
	r.exchange.messages = (struct field_list){messages, 2};
	check(&report_mermaid, &probe_record_type, &r,
	      "sequenceDiagram\n"
	      "    title 192.0.2.7:443 seq=1 exchange: open\n"
	      "    participant client\n"
	      "    participant server\n"
	      "    client->>server: +0.000000 S 0:0(0)\n"
	      "    Note over client: SYN_SENT\n"
	      "    server->>client: +0.020000 S. 0:0(0) ack 1\n"
	      "    Note over server: SYN_RCVD\n"
	      "    client-->>server: +0.020000 TLS ClientHello\n"
	      "    server-->>client: +0.040000 HTTP/1.1 200 OK\n"
	      "    Note over client,server: expected open, got open\n");
}

static void a_test_fails_where_what_was_spoken_did(void **state)
{
	struct probe_record r = spoken();

	(void)state;
	r.exchange.failed = true;
	r.reason = "http-status";
	check(&report_tap, &probe_record_type, &r,
	      "TAP version 14\n"
	      "not ok 1 - 192.0.2.7:443 seq=1 exchange\n"
	      "  ---\n"
	      "  message: \"http-status\"\n"
	      "  severity: \"http-status\"\n"
	      "  expected: \"open\"\n"
	      "  got: \"http-status\"\n"
	      "  ...\n");
}

static void comparisons_are_rows_of_a_table(void **state)
{
	struct comparison_record c = {.variant = "http/1.1-close",
	                              .requests = 20,
	                              .connections = 20,
	                              .handshakes = 20,
	                              .segments = 240,
	                              .bytes = 12345,
	                              .total = 1234567000};

	(void)state;
	check(&report_text, &comparison_record_type, &c,
	      "way            requests connections handshakes segments      bytes         time\n"
	      "http/1.1-close       20          20         20      240      12345  1234.567 ms\n");
	c.total = NS_NONE;
	c.failed = 2;
	c.reason = "reset";
	check(&report_text, &comparison_record_type, &c,
	      "way            requests connections handshakes segments      bytes         time\n"
	      "http/1.1-close       20          20         20      240      12345            -  2 "
	      "failed (reset)\n");
}

static void a_timeline_ends(void **state)
{
	struct timeline t = {.messages = {messages, 1}};
	const struct segment_record *s;
	const struct message_record *m;

	(void)state;
	assert_true(timeline_next(&t, &s, &m));
	assert_null(s);
	assert_ptr_equal(m, messages);
	assert_false(timeline_next(&t, &s, &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_was_spoken_is_in_the_line_and_the_phases_below, reset),
		cmocka_unit_test_setup(a_failure_has_its_reason_and_detail, reset),
		cmocka_unit_test_setup(a_websocket_has_its_ping, reset),
		cmocka_unit_test_setup(on_a_terminal_phases_are_a_waterfall, reset),
		cmocka_unit_test_setup(messages_stand_behind_their_segments, reset),
		cmocka_unit_test_setup(a_diagram_has_segments_and_messages, reset),
		cmocka_unit_test_setup(a_test_fails_where_what_was_spoken_did, reset),
		cmocka_unit_test_setup(comparisons_are_rows_of_a_table, reset),
		cmocka_unit_test_setup(a_timeline_ends, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
