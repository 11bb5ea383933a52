/* SPDX-License-Identifier: BSD-2-Clause */
/* test_conn.c - what the sequences of tests/conn do not show: IP fields, payload, size. */
#include "../lib/check.h"

#include "tcp/conn.h"
#include "tcp/stream.h"
#include "tcp/track.h"

static struct conn_config configuration(void)
{
	return (struct conn_config){
		.profile = *profile_find("windows"),
		.tos = 0x28,
		.syn_retries = 2,
		.fin_retries = 2,
		.rto = NS_SEC,
	};
}

static void establish(struct conn *c, ns_t now)
{
	struct seg syn,
		answer = {.flags = SEG_SYN | SEG_ACK, .seq = 500, .ack = c->iss + 1, .win = 9};

	conn_event(c, CONN_OPEN, NULL, now);
	assert_true(conn_next(c, &syn, now));
	assert_false(conn_next(c, &syn, now));
	conn_event(c, CONN_SEGMENT, &answer, now);
	assert_int_equal(conn_state(c), STATE_ESTABLISHED);
}

static void a_new_connection_is_closed(void **state)
{
	struct conn_config cfg = configuration();
	struct conn c;
	struct seg s;

	(void)state;
	conn_init(&c, &cfg, 77, 1460);
	assert_int_equal(conn_state(&c), STATE_CLOSED);
	assert_true(conn_deadline(&c) == NS_NEVER);
	assert_true(conn_settled(&c));
	assert_false(conn_next(&c, &s, 0));
}

static void ip_fields_follow_from_the_configuration(void **state)
{
	struct conn_config cfg = configuration();
	struct conn c;
	struct seg s;

	(void)state;
	conn_init(&c, &cfg, 0x12345678, 1400);
	conn_event(&c, CONN_OPEN, NULL, 0);
	assert_true(conn_next(&c, &s, 0));
	assert_int_equal(s.ip.ttl, 128);
	assert_int_equal(s.ip.tos, 0x28);
	assert_true(s.ip.df);
	assert_int_equal(s.ip.flow, 0x45678);
	assert_int_equal(seg_opts(&s).mss, 1400);
	assert_int_equal(s.urg, 0);
}

/* RFC 6864 would allow any ID with DF; middleboxes that clear DF need them to differ. */
static void ip_ids_differ(void **state)
{
	struct conn_config cfg = configuration();
	struct seg a, b;
	struct conn c;

	(void)state;
	conn_init(&c, &cfg, 0xffffffff, 1400);
	conn_event(&c, CONN_OPEN, NULL, 0);
	assert_true(conn_next(&c, &a, 0));
	conn_event(&c, CONN_TIMER, NULL, NS_SEC);
	assert_true(conn_next(&c, &b, NS_SEC));
	assert_int_not_equal(a.ip.id, b.ip.id);
	assert_int_equal(a.ip.flow, b.ip.flow);
}

/* The ACK that goes before data and FIN has their sequence number, not one that lies beyond them. */
static void acks_go_before_what_waits_behind_them(void **state)
{
	struct conn_config cfg = configuration();
	struct stream *stream = stream_new();
	struct conn c;
	struct seg s;

	(void)state;
	conn_init(&c, &cfg, 77, 1460);
	conn_attach(&c, stream);
	establish(&c, 0);
	assert_int_equal(stream_write(stream, "GET", 3), 3);
	conn_event(&c, CONN_SEND, NULL, 0);
	conn_event(&c, CONN_CLOSE, NULL, 0);
	assert_true(conn_next(&c, &s, 0) && s.flags == SEG_ACK && s.seq == 78);
	assert_true(conn_next(&c, &s, 0) && s.payload_len == 3 && s.seq == 78);
	assert_int_equal(s.flags, SEG_PSH | SEG_ACK);
	assert_memory_equal(s.payload, "GET", 3);
	assert_true(conn_next(&c, &s, 0) && s.flags == (SEG_FIN | SEG_ACK) && s.seq == 81);
	assert_false(conn_next(&c, &s, 0));
	assert_int_equal(stream_write(stream, "GET", 3), 0);
	stream_free(stream);
}

static void acks_go_before_a_fin(void **state)
{
	struct conn_config cfg = configuration();
	struct conn c;
	struct seg s;

	(void)state;
	conn_init(&c, &cfg, 77, 1460);
	establish(&c, 0);
	conn_event(&c, CONN_CLOSE, NULL, 0);
	assert_true(conn_next(&c, &s, 0) && s.flags == SEG_ACK && s.seq == 78);
	assert_true(conn_next(&c, &s, 0) && s.flags == (SEG_FIN | SEG_ACK) && s.seq == 78);
	assert_false(conn_next(&c, &s, 0));
}

/* An abort takes the place of all that waited. */
static void abort_drops_what_waits(void **state)
{
	struct conn_config cfg = configuration();
	struct conn c;
	struct seg s;

	(void)state;
	conn_init(&c, &cfg, 77, 1460);
	establish(&c, 0);
	conn_event(&c, CONN_ABORT, NULL, 0);
	assert_false(conn_settled(&c));
	assert_true(conn_next(&c, &s, 0) && s.flags == SEG_RST && s.seq == 78 && s.ack == 0);
	assert_false(conn_next(&c, &s, 0));
	assert_true(conn_settled(&c));
}

/* The design allows 200 bytes for a half-open flow: conn, track and a timer's entry. */
static void a_half_open_flow_is_small(void **state)
{
	(void)state;
	assert_true(sizeof(struct conn) + sizeof(struct track) + sizeof(ns_t) <= 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_connection_is_closed),
		cmocka_unit_test(ip_fields_follow_from_the_configuration),
		cmocka_unit_test(ip_ids_differ),
		cmocka_unit_test(acks_go_before_what_waits_behind_them),
		cmocka_unit_test(acks_go_before_a_fin),
		cmocka_unit_test(abort_drops_what_waits),
		cmocka_unit_test(a_half_open_flow_is_small),
	};

	return cmocka_run_group_tests_name("conn", tests, NULL, NULL);
}
