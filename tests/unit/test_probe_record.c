/* SPDX-License-Identifier: BSD-2-Clause */
/* test_probe_record.c - an attempt in one line, for every state and reason. */
#include "../lib/check.h"

#include "result/probe_record.h"

static const struct probe_record open_record = {
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

static void check_line(const struct probe_record *r, const char *want)
{
	char buf[512];
	struct text t = text_into(buf, sizeof(buf));

	probe_record_line(&t, r);
	assert_string_equal(buf, want);
}

/* The line of interface.md. */
static void an_open_port(void **state)
{
	(void)state;
	check_line(&open_record, "seq=1 open rtt=12.431 ms ttl=54 win=65535"
	                         " <mss 1400,sackOK,TS,nop,wscale 9> close=fin-4 pass");
}

static void an_answer_without_options(void **state)
{
	struct probe_record r = open_record;

	(void)state;
	r.reply_options = "";
	check_line(&r, "seq=1 open rtt=12.431 ms ttl=54 win=65535 close=fin-4 pass");
	r.reply_options = NULL;
	check_line(&r, "seq=1 open rtt=12.431 ms ttl=54 win=65535 close=fin-4 pass");
}

static void after_a_repeated_syn_the_handshake_is_told_too(void **state)
{
	struct probe_record r = open_record;

	(void)state;
	r.syn_sent = 2;
	r.syn_retransmits = 1;
	r.handshake = 1012500000;
	check_line(&r, "seq=1 open rtt=12.431 ms handshake=1012.500 ms syns=2 ttl=54 win=65535"
	               " <mss 1400,sackOK,TS,nop,wscale 9> close=fin-4 pass");
}

static void an_ambiguous_time_is_unknown(void **state)
{
	struct probe_record r = open_record;

	(void)state;
	r.rtt = NS_NONE;
	r.syn_sent = 3;
	r.syn_retransmits = 2;
	check_line(&r, "seq=1 open rtt=unknown handshake=12.500 ms syns=3 ttl=54 win=65535"
	               " <mss 1400,sackOK,TS,nop,wscale 9> close=fin-4 pass");
	r.syn_retransmits = 0;
	r.handshake = NS_NONE;
	r.detail = "the wall clock was stepped: times are void";
	check_line(&r, "seq=1 open rtt=unknown ttl=54 win=65535 <mss 1400,sackOK,TS,nop,wscale 9>"
	               " (the wall clock was stepped: times are void) close=fin-4 pass");
}

static void a_closed_port(void **state)
{
	struct probe_record r = open_record;

	(void)state;
	r.state = "closed";
	r.reason = "rst";
	r.seq = 77;
	r.rtt = 123;
	r.reply = (struct reply_record){.ttl = 64, .window = 0};
	r.reply_options = "";
	check_line(&r, "seq=77 closed rtt=0.000 ms ttl=64 win=0");
}

static void silence(void **state)
{
	struct probe_record r = {.seq = 2,
	                         .state = "filtered",
	                         .reason = "timeout",
	                         .syn_sent = 3,
	                         .waited = 7 * NS_SEC};

	(void)state;
	check_line(&r, "seq=2 filtered: no answer to 3 SYNs in 7.0 s");
	r.syn_sent = 1;
	r.waited = 49 * NS_MS;
	check_line(&r, "seq=2 filtered: no answer to 1 SYN in 0.0 s");
	r.syn_sent = 0; /* --flags fin */
	r.waited = NS_SEC;
	check_line(&r, "seq=2 filtered: no answer to 1 segment in 1.0 s");
}

static void an_icmp_error_and_who_sent_it(void **state)
{
	struct probe_record r = {.seq = 3,
	                         .state = "unreachable",
	                         .reason = "icmp-admin-prohibited",
	                         .icmp = {3, 13, "203.0.113.1"}};

	(void)state;
	check_line(&r,
	           "seq=3 unreachable: icmp-admin-prohibited from 203.0.113.1 (type 3 code 13)");
	r.icmp.from[0] = '\0';
	r.reason = "icmp-host-unreachable";
	r.detail = "the next hop does not answer ARP or neighbour discovery";
	check_line(&r, "seq=3 unreachable: icmp-host-unreachable"
	               " (the next hop does not answer ARP or neighbour discovery)");
}

static void trouble_of_this_host(void **state)
{
	struct probe_record r = {
		.seq = 4, .state = "error", .reason = "no-route", .detail = "Network is down"};

	(void)state;
	check_line(&r, "seq=4 error: no-route (Network is down)");
}

static void an_answer_to_a_segment_of_any_flags(void **state)
{
	struct probe_record r = open_record;

	(void)state;
	r.state = "closed";
	r.reply_flags = "R.";
	r.reply_options = "";
	r.close.kind = NULL;
	check_line(&r, "seq=1 closed rtt=12.431 ms ttl=54 flags=R. win=65535");
	r.state = "open";
	r.reply_flags = ".";
	check_line(&r, "seq=1 open rtt=12.431 ms ttl=54 flags=. win=65535");
}

static void milliseconds_have_three_decimals(void **state)
{
	static const struct {
		ns_t d;
		const char *want;
	} rows[] = {{0, "0.000 ms"},        {499, "0.000 ms"},       {501, "0.001 ms"},
	            {1000000, "1.000 ms"},  {12431499, "12.431 ms"}, {7 * NS_SEC, "7000.000 ms"},
	            {-2000000, "-2.000 ms"}};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		char buf[64];
		struct text t = text_into(buf, sizeof(buf));

		probe_record_ms(&t, rows[i].d);
		assert_string_equal(buf, rows[i].want);
	}
}

static void a_line_never_leaves_its_buffer(void **state)
{
	char buf[64];
	struct text t = text_into(buf, 20);

	(void)state;
	memset(buf + 20, '#', sizeof(buf) - 20);
	probe_record_line(&t, &open_record);
	assert_string_equal(buf, "seq=1 open rtt=12.4");
	assert_int_equal(buf[20], '#');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_open_port),
		cmocka_unit_test(an_answer_without_options),
		cmocka_unit_test(after_a_repeated_syn_the_handshake_is_told_too),
		cmocka_unit_test(an_ambiguous_time_is_unknown),
		cmocka_unit_test(a_closed_port),
		cmocka_unit_test(silence),
		cmocka_unit_test(an_icmp_error_and_who_sent_it),
		cmocka_unit_test(trouble_of_this_host),
		cmocka_unit_test(an_answer_to_a_segment_of_any_flags),
		cmocka_unit_test(milliseconds_have_three_decimals),
		cmocka_unit_test(a_line_never_leaves_its_buffer),
	};

	return cmocka_run_group_tests_name("probe_record", tests, NULL, NULL);
}
