/* SPDX-License-Identifier: BSD-2-Clause */
/* test_handshake.c - the three ways to end a handshake, and what it does besides conn's work. */
#include "../lib/check.h"
#include "../lib/segs.h"

#include <stdio.h>
#include <string.h>

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

static void begin_with(struct run *x, enum handshake_end end, const char *data)
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
		.data = (const uint8_t *)data,
		.data_len = (uint16_t)strlen(data),
	};
	handshake_probe.start(x->p.bytes, &x->cfg, &s);
}

static void begin(struct run *x, enum handshake_end end)
{
	begin_with(x, end, "");
}

static void hear(struct run *x, const char *line)
{
	struct segs_line l;
	struct probe_input in = {.seg = &l.seg, .take = TRACK_IGNORED, .now = x->now};

	segs_parse(line, &l);
	l.seg.seq += PEER;
	l.seg.payload_here = l.seg.payload_len;
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
	struct run x;

	(void)state;
	begin_with(&x, HANDSHAKE_FIN, "ping");
	SENT(&x, SYN);
	hear(&x, "< S. 0:0(0) ack 1");
	SENT(&x, ". 1:1(0) ack 1 win 65535", "P. 1:5(4) ack 1 win 65535",
	     "F. 5:5(0) ack 1 win 65535");
	hear(&x, "< . 1:1(0) ack 6");
	hear(&x, "< F. 1:1(0) ack 6");
	SENT(&x, ". 6:6(0) ack 2 win 65534"); /* the FIN is in the window, too */
	assert_true(is_done(&x));
	handshake_probe.release(x.p.bytes);
}

/* Data that was not sent yet is not sent any more: the peer can expect nothing but what follows our SYN. */
static void a_reset_takes_the_place_of_data(void **state)
{
	struct run x;

	(void)state;
	begin_with(&x, HANDSHAKE_RST, "ping");
	SENT(&x, SYN);
	hear(&x, "< S. 0:0(0) ack 1");
	SENT(&x, ". 1:1(0) ack 1 win 65535", "R 1:1(0) win 0");
	assert_true(is_done(&x));
	handshake_probe.release(x.p.bytes);
}

/* Nobody reads what an echo sends back: it is thrown away, and the window stays open. */
static void answers_to_data_are_discarded(void **state)
{
	struct run x;

	(void)state;
	begin_with(&x, HANDSHAKE_FIN, "ping");
	SENT(&x, SYN);
	hear(&x, "< S. 0:0(0) ack 1");
	SENT(&x, ". 1:1(0) ack 1 win 65535", "P. 1:5(4) ack 1 win 65535",
	     "F. 5:5(0) ack 1 win 65535");
	hear(&x, "< P. 1:5(4) ack 6");
	SENT(&x, ". 6:6(0) ack 5 win 65531"); /* its edge moves by whole segments */
	for (int i = 1; i < 15; i++) {
		char line[80];

		snprintf(line, sizeof(line), "< P. %d:%d(1460) ack 6", 5 + (i - 1) * 1460,
		         5 + i * 1460);
		hear(&x, line);
		snprintf(line, sizeof(line), ". 6:6(0) ack %d win 65535", 5 + i * 1460);
		SENT(&x, line);
	}
	handshake_probe.release(x.p.bytes);
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
		cmocka_unit_test(a_reset_takes_the_place_of_data),
		cmocka_unit_test(answers_to_data_are_discarded),
		cmocka_unit_test(silence_ends_with_a_reset),
		cmocka_unit_test(unreachable_sends_nothing),
		cmocka_unit_test(stop_resets_wherever_it_stands),
		cmocka_unit_test(a_peer_that_closes_at_once_is_answered),
		cmocka_unit_test(resets_end_it_in_either_phase),
	};

	return cmocka_run_group_tests_name("handshake", tests, NULL, NULL);
}
