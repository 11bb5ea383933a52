/* SPDX-License-Identifier: BSD-2-Clause */
/* test_stream_hostile.c - a peer that sends anything at any time: conn stays within bounds. */
#include "../lib/check.h"

#include <string.h>

#include "base/rng.h"
#include "tcp/conn.h"
#include "tcp/stream.h"

#define RUNS  1000
#define STEPS 120

static struct {
	struct rng rng;
	struct conn_config cfg;
	struct conn conn;
	struct stream *stream;
	ns_t now;
	uint32_t iss;
	uint32_t irs;
} x;

static uint32_t below(uint32_t n)
{
	return (uint32_t)rng_below(&x.rng, n);
}

static bool chance(unsigned int percent)
{
	return below(100) < percent;
}

/* Mostly near to what makes sense. */
static uint32_t near(uint32_t what)
{
	switch (below(6)) {
	case 0:
		return what + below(3000);
	case 1:
		return what - below(3000);
	case 2:
		return what + below(2) - 1;
	case 3:
		return chance(10) ? (uint32_t)rng_next(&x.rng) : what + below(1U << 20);
	default:
		return what;
	}
}

static void put_options(struct seg *s)
{
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));
	struct tcpopt_block b[3];

	if (chance(10)) { /* anything */
		s->opt_len = (uint8_t)(4 * below(11));
		for (uint8_t i = 0; i < s->opt_len; i++)
			s->opt[i] = (uint8_t)rng_next(&x.rng);
		return;
	}
	if ((s->flags & SEG_SYN) != 0 || chance(3)) {
		tcpopt_put_mss(&w, (uint16_t)(chance(20) ? below(65536) : 1460));
		if (chance(50))
			tcpopt_put_sackok(&w);
		if (chance(50))
			tcpopt_put_wscale(&w, (uint8_t)below(chance(10) ? 256 : 15));
		if (chance(50))
			tcpopt_put_ts(&w, below(1000), x.conn.ts_last);
		if (chance(10))
			tcpopt_put_fastopen(&w, (const uint8_t *)"abcdefgh", 8);
	} else if (chance(60)) {
		tcpopt_put_ts(&w, below(1000) + (uint32_t)(x.now / NS_MS), near(x.conn.ts_last));
		for (int i = 0; i < 3; i++) {
			b[i].from = near(x.conn.snd_una);
			b[i].to = chance(80) ? b[i].from + below(5000) : near(x.conn.snd_nxt);
		}
		if (chance(50))
			tcpopt_put_sack(&w, b, below(3) + 1);
	}
	seg_set_opts(s, &w);
}

static void hostile_segment(struct seg *s)
{
	static const uint16_t flags[] = {SEG_ACK,           SEG_ACK,           SEG_ACK | SEG_PSH,
	                                 SEG_ACK | SEG_FIN, SEG_SYN | SEG_ACK, SEG_SYN,
	                                 SEG_RST,           SEG_RST | SEG_ACK, 0};
	static const uint8_t bytes[70000];
	bool early = conn_state(&x.conn) == STATE_SYN_SENT;
	uint32_t pick = below(chance(90) ? 4 : 9);

	memset(s, 0, sizeof(*s));
	s->flags = early && chance(80) ? SEG_SYN | SEG_ACK : flags[pick];
	s->seq = early ? x.irs : near(chance(70) ? x.conn.rcv_nxt : x.irs + 1);
	s->ack = chance(50) ? near(x.conn.snd_una) : near(x.conn.snd_nxt);
	s->win = (uint16_t)(chance(20) ? below(3) : below(65536));
	if (chance(60))
		s->payload_len = below(chance(10) ? 70000 : 3000);
	s->payload_here = chance(80) ? s->payload_len : below(s->payload_len + 1);
	s->payload = s->payload_here > 0 && chance(95) ? bytes : NULL;
	put_options(s);
}

/* What leaves: few at a time, nothing that was not written, nothing larger than the path. */
static void drain(void)
{
	struct seg s;
	uint32_t bytes = 0;

	for (int i = 0; conn_next(&x.conn, &s, x.now); i++) {
		bytes += s.payload_len;
		assert_true(i < 3000 && bytes <= 2 * STREAM_SEND_MAX);
		assert_true(s.payload_len <= 1460);
		assert_true(s.opt_len % 4 == 0 && s.opt_len <= TCPOPT_SPACE);
		if (s.payload_len > 0)
			assert_true(s.payload[0] == 'x' && s.payload[s.payload_len - 1] == 'x');
		if ((s.flags & SEG_RST) == 0) /* which stands where a stranger's ACK says */
			assert_true(s.seq + s.payload_len - x.iss <= stream_written(x.stream) + 2);
	}
	assert_true(stream_acked(x.stream) <= stream_written(x.stream));
	assert_true(stream_arrived(x.stream) - stream_consumed(x.stream) <= STREAM_RECEIVE_MAX);
	assert_true(conn_settled(&x.conn) || conn_state(&x.conn) != STATE_CLOSED);
}

static void call(enum conn_event ev, const struct seg *s)
{
	conn_event(&x.conn, ev, s, x.now);
	drain();
}

static void owner(void)
{
	static char bytes[3000];
	size_t len;

	memset(bytes, 'x', sizeof(bytes));
	if (chance(50))
		(void)stream_write(x.stream, bytes, below(sizeof(bytes)));
	if (chance(50) && stream_peek(x.stream, &len) != NULL)
		stream_consume(x.stream, len == 0 ? 0 : below((uint32_t)len) + 1);
	call(CONN_SEND, NULL);
	if (chance(2))
		conn_path_mtu(&x.conn, (uint16_t)below(1500), x.now);
	if (chance(3))
		call(CONN_CLOSE, NULL);
	if (chance(1))
		call(CONN_ABORT, NULL);
}

static void begin(uint64_t seed)
{
	static const char *const names[] = {"linux", "windows", "freebsd", "minimal"};

	memset(&x, 0, sizeof(x));
	rng_seed(&x.rng, seed);
	x.cfg = (struct conn_config){.profile = *profile_find(names[below(4)]),
	                             .syn_retries = 2,
	                             .fin_retries = 3,
	                             .rto = NS_SEC,
	                             .data_on_ack = chance(50)};
	x.now = (ns_t)below(1000000) * NS_SEC;
	x.iss = (uint32_t)rng_next(&x.rng);
	x.irs = (uint32_t)rng_next(&x.rng);
	x.stream = stream_new();
	conn_init(&x.conn, &x.cfg, x.iss, 1460);
	if (chance(30))
		stream_fastopen(x.stream, (const uint8_t *)"abcdefgh", chance(50) ? 8 : 0);
	conn_attach(&x.conn, x.stream);
	owner();
	if (conn_state(&x.conn) == STATE_CLOSED)
		call(CONN_OPEN, NULL);
}

static void step(void)
{
	struct seg s;
	ns_t due = conn_deadline(&x.conn);

	if (chance(15)) {
		owner();
	} else if (chance(20) && due != NS_NEVER) {
		x.now = due > x.now ? due : x.now;
		call(CONN_TIMER, NULL);
	} else {
		hostile_segment(&s);
		call(CONN_SEGMENT, &s);
	}
	x.now += below(30) * NS_MS;
}

static void nothing_that_a_peer_sends_leads_out_of_bounds(void **state)
{
	unsigned int opened = 0, arrived = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		begin(seed);
		for (int i = 0; i < STEPS; i++)
			step();
		arrived += stream_arrived(x.stream) > 0;
		opened += stream_acked(x.stream) > 0;
		stream_free(x.stream);
	}
	assert_true(opened > RUNS / 4 &&
	            arrived > RUNS / 4); /* it came so far that it means something */
}

/* Left alone, a connection ends by itself, in a time that has a bound. */
static void silence_ends_every_connection(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		int turns = 0;

		begin(seed);
		for (int i = 0; i < 20; i++)
			step();
		call(CONN_CLOSE, NULL);
		for (; conn_deadline(&x.conn) != NS_NEVER; turns++) {
			assert_true(turns < 100);
			x.now = conn_deadline(&x.conn) > x.now ? conn_deadline(&x.conn) : x.now;
			call(CONN_TIMER, NULL);
		}
		if (conn_state(&x.conn) != STATE_CLOSE_WAIT &&
		    conn_state(&x.conn) != STATE_ESTABLISHED)
			assert_true(conn_settled(&x.conn));
		stream_free(x.stream);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_that_a_peer_sends_leads_out_of_bounds),
		cmocka_unit_test(silence_ends_every_connection),
	};

	return cmocka_run_group_tests_name("stream, hostile", tests, NULL, NULL);
}
