/* SPDX-License-Identifier: BSD-2-Clause */
/* test_handshake.c - the three ways to end a handshake, and what it does besides conn's work. */
#include "../lib/check.h"
#include "../lib/segs.h"

#include "probe/handshake.h"

#define ISS  1000000U
#define PEER 5000000U

struct run {
	union {
		uint8_t bytes[256];
		void *align;
	} p;
	struct handshake_config cfg;
	ns_t now;
};

static void begin(struct run *x, enum handshake_end end)
{
	struct probe_start s = {.iss = ISS, .room = 1460, .now = NS_SEC};

	assert_true(handshake_probe.state_size(NULL) <= sizeof(x->p));
	memset(x, 0, sizeof(*x));
	x->now = s.now;
	x->cfg = (struct handshake_config){
		.conn = {.profile = *profile_find("minimal"),
	                 .syn_retries = 2,
	                 .fin_retries = 2,
	                 .rto = NS_SEC},
		.end = end,
	};
	handshake_probe.start(x->p.bytes, &x->cfg, &s);
}

static void hear(struct run *x, const char *line)
{
	struct segs_line l;
	struct probe_input in = {.seg = &l.seg, .take = TRACK_IGNORED, .now = x->now};

	segs_parse(line, &l);
	l.seg.seq += PEER;
	l.seg.ack += (l.seg.flags & SEG_ACK) != 0 ? ISS : 0;
	assert_int_equal(handshake_probe.heard(x->p.bytes, &in), TRACK_IGNORED);
}

/* Exactly these segments come out. */
static void check_sent(struct run *x, const char *const *want, size_t n)
{
	struct probe_output s;

	for (size_t i = 0; i < n; i++) {
		char buf[160];
		struct text t = text_into(buf, sizeof(buf));

		if (!handshake_probe.next(x->p.bytes, &s, x->now))
			fail_msg("nothing sent, want %s", want[i]);
		seg_text(&t, &s.seg, ISS, PEER);
		assert_string_equal(buf, want[i]);
	}
	assert_false(handshake_probe.next(x->p.bytes, &s, x->now));
}

#define SENT(x, ...)                                                                               \
	check_sent(x, (const char *const[]){__VA_ARGS__},                                          \
	           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

#define SYN "S 0:0(0) win 65535 <mss 1460>"

static bool is_done(const struct run *x)
{
	return handshake_probe.done(x->p.bytes);
}

static void fin_closes_in_order(void **state)
{
	struct run x;

	(void)state;
	begin(&x, HANDSHAKE_FIN);
	SENT(&x, SYN);
	assert_false(is_done(&x));
	assert_int_equal(handshake_probe.deadline(x.p.bytes), x.now + NS_SEC);
	hear(&x, "< S. 0:0(0) ack 1");
	SENT(&x, ". 1:1(0) ack 1 win 65535", "F. 1:1(0) ack 1 win 65535");
	assert_false(is_done(&x));
	hear(&x, "< F. 1:1(0) ack 2");
	SENT(&x, ". 2:2(0) ack 2 win 65535");
	assert_true(is_done(&x));
	assert_true(handshake_probe.deadline(x.p.bytes) == NS_NEVER);
	hear(&x, "< F. 1:1(0) ack 2"); /* our ACK was lost: it is given again */
	SENT(&x, ". 2:2(0) ack 2 win 65535");
}

static void rst_completes_the_handshake_first(void **state)
{
	struct run x;

	(void)state;
	begin(&x, HANDSHAKE_RST);
	SENT(&x, SYN);
	hear(&x, "< S. 0:0(0) ack 1");
	SENT(&x, ". 1:1(0) ack 1 win 65535", "R 1:1(0) win 0");
	assert_true(is_done(&x));
}

static void half_open_does_not(void **state)
{
	struct run x;

	(void)state;
	begin(&x, HANDSHAKE_HALF_OPEN);
	SENT(&x, SYN);
	hear(&x, "< S. 0:0(0) ack 1");
	SENT(&x, "R 1:1(0) win 0");
	assert_true(is_done(&x));
	hear(&x, "< S. 0:0(0) ack 1"); /* the reset was lost */
	SENT(&x, "R 1:1(0) win 0");
}

static void data_comes_between_handshake_and_close(void **state)
{
	static const uint8_t data[] = "ping";
	struct run x;

	(void)state;
	begin(&x, HANDSHAKE_FIN);
	x.cfg.conn.data = data;
	x.cfg.conn.data_len = 4;
	SENT(&x, SYN);
	hear(&x, "< S. 0:0(0) ack 1");
	SENT(&x, ". 1:1(0) ack 1 win 65535", "P. 1:5(4) ack 1 win 65535",
	     "F. 5:5(0) ack 1 win 65535");
	hear(&x, "< . 1:1(0) ack 6");
	hear(&x, "< F. 1:1(0) ack 6");
	SENT(&x, ". 6:6(0) ack 2 win 65535");
	assert_true(is_done(&x));
}

static void data_and_reset_leave_no_doubt(void **state)
{
	static const uint8_t data[] = "ping";
	struct run x;

	(void)state;
	begin(&x, HANDSHAKE_RST);
	x.cfg.conn.data = data;
	x.cfg.conn.data_len = 4;
	SENT(&x, SYN);
	hear(&x, "< S. 0:0(0) ack 1");
	/* The reset counts only at the peer's RCV.NXT, before or after the data: RFC 5961 3.2. */
	SENT(&x, ". 1:1(0) ack 1 win 65535", "R 1:1(0) win 0", "R 5:5(0) win 0");
	assert_true(is_done(&x));
}

static void silence_ends_with_a_reset(void **state)
{
	struct run x;

	(void)state;
	begin(&x, HANDSHAKE_FIN);
	SENT(&x, SYN);
	for (int i = 0; i < 2; i++) {
		x.now = handshake_probe.deadline(x.p.bytes);
		handshake_probe.timer(x.p.bytes, x.now);
		SENT(&x, SYN);
	}
	x.now = handshake_probe.deadline(x.p.bytes);
	assert_int_equal(x.now, 8 * NS_SEC); /* 1 + 2 + 4 s after the start */
	handshake_probe.timer(x.p.bytes, x.now);
	SENT(&x, "R 1:1(0) win 0");
	assert_true(is_done(&x));
}

static void unreachable_sends_nothing(void **state)
{
	struct run x;
	struct probe_output s;

	(void)state;
	begin(&x, HANDSHAKE_FIN);
	SENT(&x, SYN);
	handshake_probe.unreachable(x.p.bytes, 0);
	assert_true(is_done(&x));
	assert_true(handshake_probe.deadline(x.p.bytes) == NS_NEVER);
	assert_false(handshake_probe.next(x.p.bytes, &s, x.now));
}

static void stop_resets_wherever_it_stands(void **state)
{
	struct run x;

	(void)state;
	begin(&x, HANDSHAKE_FIN);
	SENT(&x, SYN);
	handshake_probe.stop(x.p.bytes, x.now);
	SENT(&x, "R 1:1(0) win 0");
	assert_true(is_done(&x));
	begin(&x, HANDSHAKE_FIN);
	SENT(&x, SYN);
	hear(&x, "< S. 0:0(0) ack 1");
	SENT(&x, ". 1:1(0) ack 1 win 65535", "F. 1:1(0) ack 1 win 65535");
	handshake_probe.stop(x.p.bytes, x.now); /* in FIN_WAIT_1 */
	SENT(&x, "R 1:1(0) win 0", "R 2:2(0) win 0");
	assert_true(is_done(&x));
}

static void a_peer_that_closes_at_once_is_answered(void **state)
{
	struct run x;

	(void)state;
	begin(&x, HANDSHAKE_FIN);
	SENT(&x, SYN);
	hear(&x, "< S. 0:0(0) ack 1");
	SENT(&x, ". 1:1(0) ack 1 win 65535", "F. 1:1(0) ack 1 win 65535");
	hear(&x, "< F. 1:1(0) ack 1"); /* the FINs crossed */
	SENT(&x, ". 2:2(0) ack 2 win 65535");
	assert_false(is_done(&x));
	hear(&x, "< . 2:2(0) ack 2");
	check_sent(&x, NULL, 0);
	assert_true(is_done(&x));
}

static void resets_end_it_in_either_phase(void **state)
{
	struct run x;

	(void)state;
	begin(&x, HANDSHAKE_FIN);
	SENT(&x, SYN);
	hear(&x, "< R. 0:0(0) ack 1");
	assert_true(is_done(&x));
	begin(&x, HANDSHAKE_FIN);
	SENT(&x, SYN);
	hear(&x, "< S. 0:0(0) ack 1");
	SENT(&x, ". 1:1(0) ack 1 win 65535", "F. 1:1(0) ack 1 win 65535");
	hear(&x, "< R 1:1(0)");
	assert_true(is_done(&x));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fin_closes_in_order),
		cmocka_unit_test(rst_completes_the_handshake_first),
		cmocka_unit_test(half_open_does_not),
		cmocka_unit_test(data_comes_between_handshake_and_close),
		cmocka_unit_test(data_and_reset_leave_no_doubt),
		cmocka_unit_test(silence_ends_with_a_reset),
		cmocka_unit_test(unreachable_sends_nothing),
		cmocka_unit_test(stop_resets_wherever_it_stands),
		cmocka_unit_test(a_peer_that_closes_at_once_is_answered),
		cmocka_unit_test(resets_end_it_in_either_phase),
	};

	return cmocka_run_group_tests_name("handshake", tests, NULL, NULL);
}
