/* SPDX-License-Identifier: BSD-2-Clause */
/* test_lane.c - from frames, ICMP errors and refusals to the record of an attempt. */
#include "../lib/check.h"
#include "../lib/segs.h"

#include <errno.h>

#include "probe/lane.h"

#define T0 (1700000000 * NS_SEC)

/* An attempt, its record, and the strings of that. */
struct run {
	struct lane a;
	struct probe_record r;
	struct lane_lists lists;
	bool times_void;
	ns_t stamp;
};

static void begin(struct run *x)
{
	memset(x, 0, sizeof(*x));
	lane_init(&x->a, NULL);
	x->stamp = T0;
}

static struct seg parsed(const char *line)
{
	struct segs_line l;

	segs_parse(line, &l);
	l.seg.ip = (struct seg_ip){.ttl = 57, .df = true, .id = 4242};
	return l.seg;
}

/* A segment of either end. "!" in front: it was not sent by us; "?": it was not captured. */
static void play(struct run *x, const char *line)
{
	bool sent = line[0] != '!', captured = line[0] != '?';
	struct seg s = parsed(sent && captured ? line : line + 1);

	if (line[0] == '<') {
		if (lane_in(&x->a, &s, x->stamp) == TRACK_TAKEN)
			lane_believe(&x->a, &s, x->stamp);
		return;
	}
	if (sent)
		lane_note_sent(&x->a, &s);
	if (captured)
		lane_out(&x->a, &s, x->stamp);
}

static const struct probe_record *record(struct run *x)
{
	x->r = (struct probe_record){.family = x->r.family == 0 ? 4 : x->r.family};
	lane_record(&x->a, x->times_void, &x->r, &x->lists);
	return &x->r;
}

static void check_outcome(struct run *x, const char *state, const char *reason)
{
	const struct probe_record *r = record(x);

	assert_string_equal(r->state, state);
	assert_string_equal(r->reason, reason);
}

static void check_names(const struct field_list *list, const char *want)
{
	char buf[256];
	struct text t = text_into(buf, sizeof(buf));
	const char *const *s = list->items;

	for (uint32_t i = 0; i < list->count; i++)
		text_add(&t, "%s%s", i > 0 ? " " : "", s[i]);
	assert_string_equal(buf, want);
}

#define SYN     "> S 0:0(0) win 64240 <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>"
#define SYN_ACK "< S. 0:0(0) ack 1 win 65160 <mss 1400,sackOK,TS val 9 ecr 0,nop,wscale 9>"

static void a_handshake_and_its_close(void **state)
{
	struct run x;
	const struct probe_record *r;

	(void)state;
	begin(&x);
	play(&x, SYN);
	x.stamp += 10 * NS_MS;
	play(&x, SYN_ACK);
	x.stamp += NS_MS;
	play(&x, "> . 1:1(0) ack 1 <nop,nop,TS val 11 ecr 9>");
	play(&x, "> F. 1:1(0) ack 1 <nop,nop,TS val 11 ecr 9>");
	x.stamp += 10 * NS_MS;
	play(&x, "< F. 1:1(0) ack 2 <nop,nop,TS val 20 ecr 11>");
	play(&x, "> . 2:2(0) ack 2 <nop,nop,TS val 21 ecr 20>");
	assert_true(lane_all_captured(&x.a));
	check_outcome(&x, "open", "syn-ack");
	r = &x.r;
	assert_null(r->detail);
	assert_int_equal(r->time, T0);
	assert_int_equal(r->rtt, 10 * NS_MS);
	assert_int_equal(r->handshake, 11 * NS_MS);
	assert_int_equal(r->phases.tcp, 11 * NS_MS);
	assert_int_equal(r->phases.close, 10 * NS_MS);
	assert_int_equal(r->close.duration, 10 * NS_MS);
	assert_true(r->phases.dns == NS_NONE && r->phases.tls == NS_NONE);
	assert_int_equal(r->syn_sent, 1);
	assert_int_equal(r->syn_retransmits, 0);
	assert_string_equal(r->timestamps, "kernel");
	assert_string_equal(r->close.kind, "fin-3");
	assert_string_equal(r->close.first, "client");
	assert_string_equal(r->close.verdict, "pass");
	check_names(&r->close.client, "SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT");
	check_names(&r->close.server, "SYN_RCVD ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED");
	assert_int_equal(r->close.findings.count, 0);
	assert_non_null(r->close.findings.items);
	assert_null(r->segments.items);
}

static void the_headers_of_the_answer(void **state)
{
	struct run x;
	const struct reply_record *y = &x.r.reply;

	(void)state;
	begin(&x);
	play(&x, SYN);
	play(&x, SYN_ACK);
	record(&x);
	assert_int_equal(y->ttl, 57);
	assert_int_equal(y->window, 65160);
	assert_int_equal(y->mss, 1400);
	assert_int_equal(y->wscale, 9);
	assert_int_equal(y->ip_id, 4242);
	assert_int_equal(y->sack, 1);
	assert_int_equal(y->timestamps, 1);
	assert_int_equal(y->ecn, 0);
	assert_int_equal(y->df, 1);
	assert_string_equal(x.r.reply_options, "<mss 1400,sackOK,TS,nop,wscale 9>");
	x.r.family = 6; /* there IPv4's fields are no observation */
	record(&x);
	assert_true(y->ip_id == FIELD_NULL);
	assert_int_equal(y->df, -1);
}

static void ecn_is_agreed_to_by_ece_without_cwr(void **state)
{
	static const struct {
		const char *line;
		int ecn;
	} rows[] = {
		{"< SE. 0:0(0) ack 1", 1}, {"< SEW. 0:0(0) ack 1", 0}, {"< SW. 0:0(0) ack 1", 0}};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct run x;

		begin(&x);
		play(&x, "> SEW 0:0(0)");
		play(&x, rows[i].line);
		assert_int_equal(record(&x)->reply.ecn, rows[i].ecn);
	}
}

static void no_answer_has_no_headers(void **state)
{
	struct run x;
	const struct reply_record *y = &x.r.reply;

	(void)state;
	begin(&x);
	play(&x, SYN);
	x.stamp += NS_SEC;
	play(&x, SYN);
	check_outcome(&x, "filtered", "timeout");
	assert_int_equal(x.r.syn_sent, 2);
	assert_int_equal(x.r.syn_retransmits, 1);
	assert_true(x.r.rtt == NS_NONE && x.r.handshake == NS_NONE);
	assert_true(y->ttl == FIELD_NULL && y->window == FIELD_NULL && y->mss == FIELD_NULL &&
	            y->wscale == FIELD_NULL && y->ip_id == FIELD_NULL);
	assert_true(y->sack < 0 && y->timestamps < 0 && y->ecn < 0 && y->df < 0);
	assert_true(x.r.icmp.type == FIELD_NULL && x.r.icmp.from[0] == '\0');
	assert_null(x.r.reply_options);
	assert_string_equal(x.r.close.kind, "none");
	assert_null(x.r.close.first);
	assert_string_equal(x.r.close.verdict, "inconclusive");
}

static void a_refusal_is_closed(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	play(&x, SYN);
	x.stamp += 5 * NS_MS;
	play(&x, "< R. @0:0(0) ack 1 win 0");
	check_outcome(&x, "closed", "rst");
	assert_int_equal(x.r.rtt, 5 * NS_MS);
	assert_int_equal(x.r.reply.window, 0);
	assert_string_equal(x.r.close.kind, "rst");
}

static void the_first_answer_is_the_one_remembered(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	play(&x, SYN);
	play(&x, SYN_ACK);
	play(&x, "< R 1:1(0) win 7");
	check_outcome(&x, "open", "syn-ack");
	assert_int_equal(x.r.reply.window, 65160);
}

/* A SYN without ACK, which any stranger can send, answers nothing. */
static void a_crossing_syn_is_no_answer(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	play(&x, "> S 0:0(0)");
	play(&x, "< S 0:0(0)");
	check_outcome(&x, "filtered", "timeout");
}

static void a_forged_answer_is_not_believed(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	play(&x, SYN);
	play(&x, "< S. 0:0(0) ack 2");
	play(&x, "< R. @0:0(0) ack 2");
	play(&x, "< R 0:0(0)");
	check_outcome(&x, "filtered", "timeout");
}

static struct icmp_error unreachable(enum icmp_meaning m, uint32_t seq)
{
	return (struct icmp_error){.type = 3, .code = 1, .meaning = m, .seq = seq};
}

static const struct addr router = {.family = ADDR_V4, .bytes = {203, 0, 113, 1}};

static void an_icmp_error_decides(void **state)
{
	static const struct {
		enum icmp_meaning meaning;
		const char *reason;
	} rows[] = {
		{ICMP_NET_UNREACHABLE, "icmp-net-unreachable"},
		{ICMP_HOST_UNREACHABLE, "icmp-host-unreachable"},
		{ICMP_PORT_UNREACHABLE, "icmp-port-unreachable"},
		{ICMP_ADMIN_PROHIBITED, "icmp-admin-prohibited"},
		{ICMP_TTL_EXCEEDED, "ttl-exceeded"},
		{ICMP_PARAMETER_PROBLEM, "icmp-parameter-problem"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct icmp_error e = unreachable(rows[i].meaning, 0);
		struct run x;

		begin(&x);
		play(&x, SYN);
		assert_int_equal(lane_icmp(&x.a, &e, &router, 0), TRACK_TAKEN);
		check_outcome(&x, "unreachable", rows[i].reason);
		assert_int_equal(x.r.icmp.type, 3);
		assert_int_equal(x.r.icmp.code, 1);
		assert_string_equal(x.r.icmp.from, "203.0.113.1");
	}
}

static void an_icmp_error_must_quote_what_we_sent(void **state)
{
	struct icmp_error e = unreachable(ICMP_HOST_UNREACHABLE, 0);
	struct run x;

	(void)state;
	begin(&x);
	assert_int_equal(lane_icmp(&x.a, &e, &router, 0), TRACK_SPOOFED); /* nothing was sent */
	play(&x, "> S @4294967295:4294967295(0)");
	e.seq = 4294967294U;
	assert_int_equal(lane_icmp(&x.a, &e, &router, 0), TRACK_SPOOFED);
	e.seq = 1;
	assert_int_equal(lane_icmp(&x.a, &e, &router, 0), TRACK_SPOOFED);
	check_outcome(&x, "filtered", "timeout");
	e.seq = 0; /* one past the SYN, across the wrap-around */
	assert_int_equal(lane_icmp(&x.a, &e, &router, 0), TRACK_TAKEN);
	check_outcome(&x, "unreachable", "icmp-host-unreachable");
}

static void an_icmp_error_after_an_answer_or_another_is_ignored(void **state)
{
	struct icmp_error e = unreachable(ICMP_HOST_UNREACHABLE, 0);
	struct icmp_error later = unreachable(ICMP_ADMIN_PROHIBITED, 0);
	struct icmp_error quench = unreachable(ICMP_IGNORED, 0);
	struct run x;

	(void)state;
	begin(&x);
	play(&x, SYN);
	assert_int_equal(lane_icmp(&x.a, &quench, &router, 0), TRACK_IGNORED);
	assert_int_equal(lane_icmp(&x.a, &e, &router, 0), TRACK_TAKEN);
	assert_int_equal(lane_icmp(&x.a, &later, &router, 0), TRACK_IGNORED);
	check_outcome(&x, "unreachable", "icmp-host-unreachable");
	begin(&x);
	play(&x, SYN);
	play(&x, SYN_ACK);
	assert_int_equal(lane_icmp(&x.a, &e, &router, 0), TRACK_IGNORED);
	check_outcome(&x, "open", "syn-ack");
	assert_true(x.r.icmp.type == FIELD_NULL);
}

static void refusals_of_this_host_are_errors(void **state)
{
	static const struct {
		int errnum;
		const char *reason, *detail;
	} rows[] = {
		{EPERM, "no-permission", "this host's firewall or policy refused to send"},
		{EACCES, "no-permission", "this host's firewall or policy refused to send"},
		{EMSGSIZE, "no-route", "the segment exceeds the path's MTU"},
		{ENETUNREACH, "no-route", "Network is unreachable"},
		{EHOSTUNREACH, "no-route", "No route to host"},
		{ENETDOWN, "no-route", "Network is down"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct run x;

		begin(&x);
		x.a.send_error = rows[i].errnum;
		check_outcome(&x, "error", rows[i].reason);
		assert_string_equal(x.r.detail, rows[i].detail);
		assert_int_equal(x.r.syn_sent, 0);
		assert_int_equal(x.r.syn_retransmits, 0);
		assert_true(x.r.time == NS_NONE);
	}
}

static void a_capture_that_shows_nothing_of_ours_is_an_error(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	play(&x, "?> S 0:0(0)");
	assert_false(lane_all_captured(&x.a));
	check_outcome(&x, "error", "capture-blind");
	x.a.next_hop_silent = true;
	check_outcome(&x, "unreachable", "icmp-host-unreachable");
	assert_string_equal(x.r.detail, "the next hop does not answer ARP or neighbour discovery");
}

static void a_reset_that_we_did_not_send_voids_the_result(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	play(&x, SYN);
	play(&x, SYN_ACK);
	play(&x, "!> R 1:1(0)");
	check_outcome(&x, "error", "host-rst");
	assert_int_equal(x.r.close.findings.count, 1);
	assert_string_equal(((const struct finding_record *)x.r.close.findings.items)->id,
	                    "host-rst");
}

static void our_own_resets_do_not(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	play(&x, SYN);
	play(&x, SYN_ACK);
	play(&x, "> R 1:1(0)");
	play(&x, "> R 1:1(0)");
	check_outcome(&x, "open", "syn-ack");
	play(&x, "!> R 1:1(0)");
	check_outcome(&x, "error", "host-rst");
}

/* Without a tracker: the kernel resets at the acknowledgment of what it heard last. */
static void the_hosts_reset_is_known_without_a_tracker(void **state)
{
	const struct seg syn_ack = {.flags = SEG_SYN | SEG_ACK, .ack = 1};
	struct run x;

	(void)state;
	begin(&x);
	x.a.tracked = false;
	play(&x, SYN);
	play(&x, "!> R 1:1(0)"); /* nothing was heard that it could answer */
	assert_false(x.a.host_rst);
	assert_int_equal(lane_in(&x.a, &syn_ack, T0), TRACK_IGNORED);
	lane_believe(&x.a, &syn_ack, T0);
	play(&x, "!> R 2:2(0)");
	assert_false(x.a.host_rst);
	play(&x, "!> R 1:1(0)");
	check_outcome(&x, "error", "host-rst");
}

static void void_times_are_null(void **state)
{
	struct run x;

	(void)state;
	begin(&x);
	play(&x, SYN);
	play(&x, SYN_ACK);
	play(&x, "> . 1:1(0) ack 1 <nop,nop,TS val 0 ecr 9>");
	x.times_void = true;
	check_outcome(&x, "open", "syn-ack");
	assert_true(x.r.rtt == NS_NONE && x.r.handshake == NS_NONE &&
	            x.r.close.duration == NS_NONE);
	assert_true(x.r.phases.tcp == NS_NONE && x.r.phases.close == NS_NONE);
	assert_string_equal(x.r.detail, "the wall clock was stepped: times are void");
}

static void segments_are_kept_with_relative_numbers_and_states(void **state)
{
	struct history_pool *pool = history_pool_new(1, HISTORY_MAX);
	const struct segment_record *s;
	struct run x;

	(void)state;
	begin(&x);
	x.a.history = history_take(pool);
	play(&x, "> S @4000000000:4000000000(0) win 64240 <mss 1460>");
	x.stamp += 1234567;
	play(&x, "< S. @100:100(0) ack @4000000001 win 65160 <mss 1400>");
	play(&x, "> . @4000000001:4000000001(0) ack @101 win 502");
	record(&x);
	assert_int_equal(x.r.segments.count, 3);
	s = x.r.segments.items;
	assert_string_equal(s[0].text, "S 0:0(0) win 64240 <mss 1460>");
	assert_string_equal(s[0].direction, "out");
	assert_string_equal(s[0].client, "SYN_SENT");
	assert_null(s[0].server);
	assert_int_equal(s[0].time, 0);
	assert_string_equal(s[1].text, "S. 0:0(0) ack 1 win 65160 <mss 1400>");
	assert_string_equal(s[1].direction, "in");
	assert_string_equal(s[1].server, "SYN_RCVD");
	assert_int_equal(s[1].time, 1234567);
	assert_string_equal(s[2].text, ". 1:1(0) ack 1 win 502");
	assert_string_equal(s[2].server, "ESTABLISHED");
	history_put(pool, x.a.history);
	history_pool_free(pool);
}

static void findings_come_with_their_rule(void **state)
{
	const struct finding_record *f;
	struct run x;

	(void)state;
	begin(&x);
	play(&x, "> S 0:0(0)");
	play(&x, "< S. 0:0(0) ack 1 <sackOK>");
	record(&x);
	assert_true(x.r.close.findings.count >= 1);
	f = x.r.close.findings.items;
	assert_string_equal(f->id, "option-unasked");
	assert_string_equal(f->verdict, "fail");
	assert_true(strstr(f->rule, "RFC 2018") != NULL);
	assert_string_equal(x.r.close.verdict, "fail");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handshake_and_its_close),
		cmocka_unit_test(the_headers_of_the_answer),
		cmocka_unit_test(ecn_is_agreed_to_by_ece_without_cwr),
		cmocka_unit_test(no_answer_has_no_headers),
		cmocka_unit_test(a_refusal_is_closed),
		cmocka_unit_test(the_first_answer_is_the_one_remembered),
		cmocka_unit_test(a_crossing_syn_is_no_answer),
		cmocka_unit_test(a_forged_answer_is_not_believed),
		cmocka_unit_test(an_icmp_error_decides),
		cmocka_unit_test(an_icmp_error_must_quote_what_we_sent),
		cmocka_unit_test(an_icmp_error_after_an_answer_or_another_is_ignored),
		cmocka_unit_test(refusals_of_this_host_are_errors),
		cmocka_unit_test(a_capture_that_shows_nothing_of_ours_is_an_error),
		cmocka_unit_test(a_reset_that_we_did_not_send_voids_the_result),
		cmocka_unit_test(our_own_resets_do_not),
		cmocka_unit_test(the_hosts_reset_is_known_without_a_tracker),
		cmocka_unit_test(void_times_are_null),
		cmocka_unit_test(segments_are_kept_with_relative_numbers_and_states),
		cmocka_unit_test(findings_come_with_their_rule),
	};

	return cmocka_run_group_tests_name("attempt", tests, NULL, NULL);
}
