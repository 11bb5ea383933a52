/* SPDX-License-Identifier: BSD-2-Clause */
/* test_exchange.c - a connection that is used, segment by segment, under a clock of the test. */
#include "../lib/check.h"

#include "probe/exchange.h"
#include "tcp/profile.h"

#define PEER_ISS 5000U

/* The probe, its lane, and a server that the test plays. */
struct rig {
	struct probe_ops ops;
	struct exchange_config cfg;
	struct exchange_plan plan;
	struct lane lane;
	void *p;
	ns_t now;        /* also the stamps */
	uint32_t nxt;    /* of the server */
	uint16_t flags;  /* of our last segment */
	char said[4096]; /* data of ours, as it was sent */
	size_t len;
	struct answer answer;
};

static struct rig g;

static struct probe_input input(const struct seg *s)
{
	return (struct probe_input){.seg = s, .track = &g.lane.track, .stamp = g.now, .now = g.now};
}

/* What the probe sends is captured at once. */
static void flush(void)
{
	struct probe_output out;

	while (g.ops.next(g.p, &out, g.now)) {
		struct probe_input in = input(&out.seg);

		lane_note_sent(&g.lane, &out.seg);
		in.take = lane_out(&g.lane, &out.seg, g.now);
		g.ops.sent(g.p, &in);
		g.flags = out.seg.flags;
		assert_true(g.len + out.seg.payload_len < sizeof(g.said));
		if (out.seg.payload_len > 0)
			memcpy(g.said + g.len, out.seg.payload, out.seg.payload_len);
		g.len += out.seg.payload_len;
		g.said[g.len] = '\0';
	}
}

static void begin(void)
{
	struct probe_start s = {
		.iss = 1000, .room = 1460, .lanes = 1, .seq = 1, .plan = &g.plan, .now = g.now};

	lane_init(&g.lane, NULL);
	g.nxt = PEER_ISS;
	g.len = 0;
	g.ops.start(g.p, &g.cfg, &s);
	flush();
}

/* The server sends this, some milliseconds later. */
static void hears(int ms, uint16_t flags, uint32_t ack, const char *data)
{
	struct seg s = {.seq = g.nxt,
	                .ack = ack,
	                .flags = flags,
	                .win = 65535,
	                .payload = (const uint8_t *)data,
	                .payload_len = (uint32_t)strlen(data),
	                .payload_here = (uint32_t)strlen(data)};
	struct probe_input in;

	g.now += ms * NS_MS;
	g.nxt += seg_len(&s);
	in = input(&s);
	in.take = lane_in(&g.lane, &s, g.now);
	if (in.take == TRACK_TAKEN)
		lane_believe(&g.lane, &s, g.now);
	g.ops.heard(g.p, &in);
	flush();
}

/* As before, with everything of ours acknowledged. */
static void says(int ms, uint16_t flags, const char *data)
{
	hears(ms, flags | SEG_ACK, g.lane.track.end[TRACK_CLIENT].nxt, data);
}

static void passes(int ms)
{
	g.now += ms * NS_MS;
	g.ops.timer(g.p, g.now);
	flush();
}

static const struct probe_record *record(void)
{
	struct attempt a = {.lane = &g.lane,
	                    .lanes = 1,
	                    .target = "a",
	                    .address = "192.0.2.7",
	                    .port = 80,
	                    .family = ADDR_V4,
	                    .seq = 1,
	                    .dns = NS_NONE};

	g.ops.answer(g.p, &a, &g.answer);
	return &g.answer.store.probe.record;
}

static int set_up(void **state)
{
	(void)state;
	memset(&g, 0, sizeof(g));
	g.ops = exchange_probe(false, false);
	g.now = NS_SEC;
	g.cfg = (struct exchange_config){
		.conn = {.profile = *profile_find("linux"),
	                 .syn_retries = 2,
	                 .fin_retries = 4,
	                 .rto = NS_SEC},
		.tls_timeout = NS_SEC,
		.http_timeout = 2 * NS_SEC,
		.ws_timeout = NS_SEC,
	};
	g.cfg.conn.profile.timestamps = false;
	g.plan = (struct exchange_plan){
		.protocol = EXCHANGE_HTTP,
		.http = {.scheme = "http",
	                 .authority = "a",
	                 .method = "GET",
	                 .path = "/",
	                 .requests = 1},
	};
	g.p = calloc(1, g.ops.state_size(&g.cfg));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	g.ops.release(g.p);
	free(g.p);
	return 0;
}

static void check_ms(ns_t got, int want)
{
	assert_int_equal(got / NS_MS, want);
}

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

static void each_phase_begins_where_the_one_before_ends(void **state)
{
	const struct probe_record *r;

	(void)state;
	begin();
	says(10, SEG_SYN, "");
	assert_int_equal(strncmp(g.said, "GET / HTTP/1.1\r\n", 16), 0);
	says(15, 0, "");
	says(5, SEG_PSH, OK);
	assert_true((g.flags & SEG_FIN) != 0);
	says(30, SEG_FIN, "");
	assert_true(g.ops.done(g.p));
	r = record();
	assert_string_equal(r->reason, "syn-ack");
	assert_int_equal(r->exchange.http.status, 200);
	assert_int_equal(r->exchange.http.body_bytes, 5);
	assert_string_equal(r->exchange.http.after, "kept");
	check_ms(r->phases.tcp, 10);
	check_ms(r->phases.http, 20);
	check_ms(r->exchange.http.ttfb, 20);
	check_ms(r->phases.close, 30);
	assert_string_equal(r->close.kind, "fin-3");
	assert_false(g.answer.failed);
}

static void a_body_without_a_length_ends_with_its_last_byte(void **state)
{
	const struct probe_record *r;

	(void)state;
	begin();
	says(10, SEG_SYN, "");
	says(20, SEG_PSH, "HTTP/1.1 200 OK\r\n\r\nhello");
	says(500, SEG_FIN, "");
	says(20, 0, "");
	r = record();
	check_ms(r->phases.http, 20);
	check_ms(r->phases.close, 520);
	check_ms(r->exchange.http.idle, 500);
	assert_string_equal(r->exchange.http.after, "fin");
	assert_string_equal(r->close.first, "server");
}

static void a_response_that_does_not_come_is_a_timeout_of_its_phase(void **state)
{
	const struct probe_record *r;

	(void)state;
	begin();
	says(10, SEG_SYN, "");
	says(10, 0, "");
	assert_true(g.ops.unfinished(g.p));
	passes(1980);
	assert_int_equal(g.flags & SEG_FIN, 0);
	passes(20);
	assert_true((g.flags & SEG_FIN) != 0);
	assert_false(g.ops.unfinished(g.p));
	says(10, SEG_FIN, "");
	r = record();
	assert_string_equal(r->state, "open");
	assert_string_equal(r->reason, "timeout-http");
	assert_string_equal(r->detail, "not complete after 2 s");
	assert_int_equal(r->phases.http, NS_NONE);
	check_ms(r->phases.close, 2020);
	assert_true(g.answer.failed);
}

static void a_server_that_goes_on_sending_is_reset_in_the_end(void **state)
{
	(void)state;
	begin();
	says(10, SEG_SYN, "");
	says(10, SEG_PSH, "nonsense\r\n\r\n");
	assert_true((g.flags & SEG_FIN) != 0);
	for (int i = 0; i < 30 && !g.ops.done(g.p); i++) {
		says(100, SEG_PSH, "more");
		passes(1);
	}
	assert_true(g.ops.done(g.p));
	assert_true((g.flags & SEG_RST) != 0);
	assert_string_equal(record()->reason, "protocol-error");
}

static void a_reset_in_the_middle_is_told(void **state)
{
	(void)state;
	begin();
	says(10, SEG_SYN, "");
	says(10, SEG_PSH, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
	says(10, SEG_RST, "");
	assert_true(g.ops.done(g.p));
	assert_string_equal(record()->reason, "reset");
	assert_int_equal(record()->exchange.http.status, 200);
}

static void a_refused_connection_speaks_nothing(void **state)
{
	const struct probe_record *r;

	(void)state;
	begin();
	hears(10, SEG_RST | SEG_ACK, 1001, "");
	assert_true(g.ops.done(g.p));
	r = record();
	assert_string_equal(r->state, "closed");
	assert_string_equal(r->reason, "rst");
	assert_false(g.answer.failed);
	assert_int_equal(g.len, 0);
}

static void a_bad_status_fails_unless_it_is_expected(void **state)
{
	(void)state;
	g.plan.http.requests = 2;
	begin();
	says(10, SEG_SYN, "");
	says(10, SEG_PSH, OK);
	says(10, SEG_PSH, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
	says(10, SEG_FIN, "");
	assert_string_equal(record()->reason, "http-status");
	assert_string_equal(record()->detail, "503");
	assert_int_equal(record()->exchange.http.responses, 2);
	g.cfg.status_expected = true;
	assert_string_equal(record()->reason, "syn-ack");
}

static void a_server_that_said_it_closes_is_given_time(void **state)
{
	(void)state;
	begin();
	says(10, SEG_SYN, "");
	says(10, SEG_PSH, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(g.flags & SEG_FIN, 0);
	passes(990);
	assert_int_equal(g.flags & SEG_FIN, 0);
	passes(10);
	assert_true((g.flags & SEG_FIN) != 0);
	assert_string_equal(record()->exchange.http.after, "close");
}

/* RFC 7413: with a cookie the request goes with the SYN; and again, if it was not taken. */
static void fast_open_is_told_and_timed(void **state)
{
	static const uint8_t cookie[8] = {1, 2, 3, 4, 5, 6, 7, 8};

	(void)state;
	g.cfg.fastopen = true;
	memcpy(g.plan.cookie, cookie, sizeof(cookie));
	g.plan.cookie_len = sizeof(cookie);
	begin();
	assert_true(g.len > 0);
	hears(20, SEG_SYN | SEG_ACK, 1001, ""); /* only the SYN */
	assert_int_equal(strncmp(g.said + g.len / 2, "GET / HTTP/1.1\r\n", 16), 0);
	says(15, SEG_PSH, OK);
	says(10, SEG_FIN, "");
	assert_string_equal(record()->exchange.fastopen, "ignored");
	check_ms(record()->exchange.http.ttfb, 15);
	tear_down(state);
	set_up(state);
	g.cfg.fastopen = true;
	memcpy(g.plan.cookie, cookie, sizeof(cookie));
	g.plan.cookie_len = sizeof(cookie);
	begin();
	says(20, SEG_SYN, "");
	says(1, SEG_PSH, OK);
	says(10, SEG_FIN, "");
	assert_string_equal(record()->exchange.fastopen, "accepted");
	check_ms(record()->exchange.http.ttfb, 21);
	check_ms(record()->phases.http, 1);
}

static void data_may_go_with_the_third_segment(void **state)
{
	(void)state;
	g.cfg.conn.data_on_ack = true;
	begin();
	assert_int_equal(g.len, 0);
	says(10, SEG_SYN, "");
	assert_true(g.len > 0);
	says(10, SEG_PSH, OK);
	says(10, SEG_FIN, "");
	check_ms(record()->phases.tcp, 10);
	check_ms(record()->phases.http, 10);
}

static void after_release_the_connection_still_answers(void **state)
{
	(void)state;
	begin();
	says(10, SEG_SYN, "");
	says(10, SEG_PSH, OK);
	says(10, SEG_FIN, "");
	assert_true(g.ops.done(g.p));
	g.ops.release(g.p);
	g.flags = 0;
	g.nxt--;
	says(200, SEG_FIN, ""); /* our last ACK was lost */
	assert_int_equal(g.flags, SEG_ACK);
	passes(10000);
	assert_int_equal(g.ops.deadline(g.p), NS_NEVER);
}

/* The server's data, ahead of what is awaited: each is acknowledged at once. */
static void blind_segment(uint32_t uncaptured)
{
	struct seg s = {.seq = g.nxt + 2,
	                .ack = g.lane.track.end[TRACK_CLIENT].nxt,
	                .flags = SEG_ACK,
	                .win = 65535,
	                .payload = (const uint8_t *)"x",
	                .payload_len = 1,
	                .payload_here = 1};
	struct probe_input in = input(&s);

	in.uncaptured = uncaptured;
	g.ops.heard(g.p, &in);
}

/* What the capture never shows holds up what follows for a moment only, and resets not at all. */
static void a_blind_capture_stops_nothing(void **state)
{
	struct probe_output out;
	uint32_t sent = 0;

	(void)state;
	begin();
	says(10, SEG_SYN, "");
	for (int i = 0; i < 100; i++) {
		blind_segment(sent);
		while (g.ops.next(g.p, &out, g.now))
			sent++;
	}
	assert_in_range(sent, 20, 40);
	assert_in_range(g.ops.deadline(g.p), g.now, g.now + 100 * NS_MS);
	g.now = g.ops.deadline(g.p);
	g.ops.timer(g.p, g.now);
	g.ops.stop(g.p, g.now);
	assert_true(g.ops.next(g.p, &out, g.now));
	assert_true((out.seg.flags & SEG_RST) != 0);
	for (sent = 0; sent < LANE_SENT_MAX && g.ops.next(g.p, &out, g.now); sent++)
		blind_segment(sent);
	for (int i = 0; i < 100; i++) { /* each of which CLOSED would reset */
		blind_segment(sent);
		while (g.ops.next(g.p, &out, g.now))
			sent++;
	}
	assert_in_range(sent, 1, LANE_SENT_MAX - 1);
}

static void an_end_at_once_leaves_nothing(void **state)
{
	(void)state;
	begin();
	says(10, SEG_SYN, "");
	assert_true(g.ops.unfinished(g.p));
	g.ops.stop(g.p, g.now);
	flush();
	assert_true(g.ops.done(g.p));
	assert_true((g.flags & SEG_RST) != 0);
	assert_string_equal(record()->reason, "timeout-http");
	assert_string_equal(record()->detail, "the run ended before it was complete");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_phase_begins_where_the_one_before_ends),
		TEST(a_body_without_a_length_ends_with_its_last_byte),
		TEST(a_response_that_does_not_come_is_a_timeout_of_its_phase),
		TEST(a_server_that_goes_on_sending_is_reset_in_the_end),
		TEST(a_reset_in_the_middle_is_told),
		TEST(a_refused_connection_speaks_nothing),
		TEST(a_bad_status_fails_unless_it_is_expected),
		TEST(a_server_that_said_it_closes_is_given_time),
		TEST(fast_open_is_told_and_timed),
		TEST(data_may_go_with_the_third_segment),
		TEST(after_release_the_connection_still_answers),
		TEST(a_blind_capture_stops_nothing),
		TEST(an_end_at_once_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
