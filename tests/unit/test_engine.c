/* SPDX-License-Identifier: BSD-2-Clause */
/* test_engine.c - whole runs over a fake device with virtual clocks: schedule, credit, ends, limits. */
#include "../lib/check.h"

#include <errno.h>

#include "../lib/check_device.h"
#include "engine/engine.h"
#include "result/history.h"
#include "probe/handshake.h"
#include "probe/single.h"
#include "result/summary_record.h"

/* --- a count of allocations, for the claim that a run makes none --- */

static unsigned long allocations;

#ifdef __SANITIZE_ADDRESS__
int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void *, size_t),
                                              void (*free_hook)(const volatile void *));

static void on_malloc(const volatile void *p, size_t len)
{
	(void)p;
	(void)len;
	allocations++;
}

static void on_free(const volatile void *p)
{
	(void)p;
}

static void count_allocations(void)
{
	__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}
#else
void *__libc_malloc(size_t len);
void *__libc_calloc(size_t count, size_t len);
void *__libc_realloc(void *p, size_t len);

__attribute__((visibility("default"))) void *malloc(size_t len)
{
	allocations++;
	return __libc_malloc(len);
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t len)
{
	allocations++;
	return __libc_calloc(count, len);
}

__attribute__((visibility("default"))) void *realloc(void *p, size_t len)
{
	allocations++;
	return __libc_realloc(p, len);
}

static void count_allocations(void)
{
}
#endif

/* --- a run and what came of it --- */

#define RECORDS_MAX 2048
#define LINES_MAX   64
#define STAMPS_MAX  512
#define PORTS_MAX   1100
#define TURNS_MAX   200000

struct line {
	ns_t stamp; /* of the frame; NS_NONE: without one */
	char text[512];
};

static struct lab {
	struct fake f;
	struct engine *en;
	struct engine_config cfg;
	struct handshake_config handshake;
	struct single_config single;
	struct expect_list expects;
	struct engine_target target[4];
	uint32_t targets;
	uint16_t ports[PORTS_MAX];
	uint32_t port_count;
	ns_t start;
	ns_t late; /* every turn comes this much after it was due */
	int turns;
	uint32_t records, warnings, events, verdicts, frames, summaries;
	struct probe_record record[RECORDS_MAX]; /* its lists are void */
	uint32_t segments[RECORDS_MAX];          /* how many each had */
	struct line verdict[LINES_MAX];
	char warning[LINES_MAX][200], event[LINES_MAX][200];
	ns_t stamp[STAMPS_MAX];
	bool outbound[STAMPS_MAX];
	struct summary_record summary[4];
	struct engine_outcome outcome[4];
} lab;

static void on_record(void *ctx, const struct record *r)
{
	uint32_t n = lab.records++ % RECORDS_MAX;

	(void)ctx;
	assert_ptr_equal(r->type, &probe_record_type);
	lab.record[n] = *(const struct probe_record *)r->data;
	lab.segments[n] = lab.record[n].segments.count;
}

static void on_summary(void *ctx, const struct record *r, const struct engine_outcome *o)
{
	(void)ctx;
	assert_ptr_equal(r->type, &summary_record_type);
	lab.summary[lab.summaries] = *(const struct summary_record *)r->data;
	lab.outcome[lab.summaries++] = *o;
}

static void on_event(void *ctx, const char *text)
{
	(void)ctx;
	snprintf(lab.event[lab.events++ % LINES_MAX], 200, "%s", text);
}

static void on_warning(void *ctx, const char *text)
{
	(void)ctx;
	snprintf(lab.warning[lab.warnings++ % LINES_MAX], 200, "%s", text);
}

static void add_verdict(ns_t stamp, const char *text)
{
	struct line *l = &lab.verdict[lab.verdicts++ % LINES_MAX];

	l->stamp = stamp;
	snprintf(l->text, sizeof(l->text), "%s", text);
}

static void on_frame(void *ctx, uint32_t link, const struct frame *f, bool outbound,
                     const char *verdict)
{
	(void)ctx;
	(void)link;
	lab.stamp[lab.frames % STAMPS_MAX] = f->stamp;
	lab.outbound[lab.frames++ % STAMPS_MAX] = outbound;
	if (verdict != NULL)
		add_verdict(f->stamp, verdict);
}

static void on_verdict(void *ctx, uint32_t link, const char *verdict)
{
	(void)ctx;
	(void)link;
	add_verdict(NS_NONE, verdict);
}

static const struct engine_sink sink = {
	.record = on_record,
	.summary = on_summary,
	.event = on_event,
	.warning = on_warning,
	.frame = on_frame,
	.verdict = on_verdict,
};

static struct addr address(const char *s)
{
	char zone[ADDR_ZONE_MAX];
	struct addr a;

	assert_true(addr_parse(s, &a, zone));
	return a;
}

static void add_target(const char *name, const char *remote, uint16_t port, const char *source)
{
	lab.target[lab.targets++] = (struct engine_target){
		.name = name,
		.remote = {address(remote), port},
		.source = address(source),
		.mtu = 1500,
		.next_hop = address("198.51.100.1"),
		.dns = NS_NONE,
	};
}

/* One target, five attempts a second apart, an open port 10 ms away. Tests change what they are about. */
static void begin(void)
{
	memset(&lab, 0, sizeof(lab));
	fake_init(&lab.f);
	lab.f.peer = fake_peer_open;
	lab.handshake = (struct handshake_config){
		.conn = {.profile = *profile_find("linux"),
	                 .syn_retries = 2,
	                 .fin_retries = 4,
	                 .rto = NS_SEC},
	};
	lab.cfg = (struct engine_config){
		.probe = &handshake_probe,
		.probe_config = &lab.handshake,
		.ranks = 1,
		.count = 5,
		.interval = NS_SEC,
		.first_rto = NS_SEC,
		.linger = 5 * NS_SEC,
		.expects = &lab.expects,
	};
	add_target("example.net", "192.0.2.7", 443, "198.51.100.2");
	lab.port_count = 32;
	for (uint32_t i = 0; i < PORTS_MAX; i++)
		lab.ports[i] = (uint16_t)(40000 + i);
}

static void start(void)
{
	struct err e;

	if (engine_open(&lab.en, &lab.cfg, &sink, lab.target, lab.targets, lab.ports,
	                lab.port_count, &lab.f.device, &e) != 0)
		fail_msg("%s", e.text);
	lab.start = lab.f.now;
	engine_start(lab.en, lab.f.now, lab.f.now + lab.f.wall_offset);
}

/* Go on until this time after the start, or until the run is over. */
static void run_until(ns_t after)
{
	ns_t end = ns_add(lab.start, after);
	struct err e;

	while (!engine_done(lab.en, lab.f.now)) {
		ns_t when = ns_min(engine_deadline(lab.en), fake_next(&lab.f));

		if (when == NS_NEVER)
			fail_msg("the run is not over, and nothing will happen");
		if (++lab.turns > TURNS_MAX)
			fail_msg("too many turns, at %.6f s",
			         (double)(lab.f.now - lab.start) / 1e9);
		if (when > end) {
			lab.f.now = end;
			return;
		}
		if (when + lab.late > lab.f.now)
			lab.f.now = when + lab.late;
		if (engine_turn(lab.en, lab.f.now, lab.f.now + lab.f.wall_offset, &e) != 0)
			fail_msg("%s", e.text);
	}
}

static void finish(void)
{
	run_until(NS_NEVER);
	engine_summaries(lab.en, &sink, lab.f.now + lab.f.wall_offset);
	engine_close(lab.en);
	lab.en = NULL;
}

static void run(void)
{
	start();
	finish();
}

static ns_t elapsed(void)
{
	return lab.f.now - lab.start;
}

/* The n-th segment sent that has these flags and no others of SYN, ACK, FIN, RST; NULL: there is none. */
static const struct fake_sent *sent(uint16_t flags, uint32_t n)
{
	const uint16_t all = SEG_SYN | SEG_ACK | SEG_FIN | SEG_RST;

	for (uint64_t i = 0; i < lab.f.sent_count; i++)
		if ((lab.f.sent[i].seg.flags & all) == flags && n-- == 0)
			return &lab.f.sent[i];
	return NULL;
}

static uint32_t sent_total(uint16_t flags)
{
	uint32_t n = 0;

	while (sent(flags, n) != NULL)
		n++;
	return n;
}

static void check_record(uint32_t n, const char *state, const char *reason)
{
	assert_true(n < lab.records);
	if (strcmp(lab.record[n].state, state) != 0 || strcmp(lab.record[n].reason, reason) != 0)
		fail_msg("record %u: %s %s", n, lab.record[n].state, lab.record[n].reason);
}

/* --- the schedule --- */

static void attempts_begin_an_interval_apart(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 20;
	lab.cfg.interval = 100 * NS_MS;
	run();
	assert_int_equal(sent_total(SEG_SYN), 20);
	for (uint32_t i = 0; i < 20; i++)
		assert_int_equal(sent(SEG_SYN, i)->when - lab.start, i * 100 * NS_MS);
	assert_int_equal(lab.records, 20);
	assert_int_equal(lab.summary[0].sent, 20);
	assert_int_equal(lab.summary[0].open, 20);
	assert_string_equal(lab.summary[0].verdict, "pass");
}

/* Whatever the interval, and whichever ports of the address are tried. */
static void attempts_that_are_made_alone_do_not_overlap(void **state)
{
	static struct probe_ops alone;

	(void)state;
	begin();
	alone = handshake_probe;
	alone.alone = true;
	lab.cfg.probe = &alone;
	lab.cfg.count = 10;
	lab.cfg.interval = NS_MS;
	add_target("example.net", "192.0.2.7", 444, "198.51.100.2");
	add_target("elsewhere", "192.0.2.8", 443, "198.51.100.2");
	run();
	assert_int_equal(lab.records, 30);
	for (uint32_t i = 1, last = 0; i < sent_total(SEG_SYN); i++) {
		if (sent(SEG_SYN, i)->tuple.remote.addr.bytes[3] != 7)
			continue;
		/* Two round trips each: SYN and SYN-ACK, FIN and FIN. */
		assert_true(sent(SEG_SYN, i)->when - sent(SEG_SYN, last)->when >= 20 * NS_MS ||
		            last == 0);
		last = i;
	}
	assert_in_range(elapsed(), 20 * 20 * NS_MS, 21 * 20 * NS_MS);
}

static void lateness_does_not_add_up(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 30;
	lab.cfg.interval = 100 * NS_MS;
	lab.late = 3 * NS_MS;
	run();
	for (uint32_t i = 0; i < 30; i++)
		assert_in_range(sent(SEG_SYN, i)->when - lab.start - i * 100 * NS_MS, 0, 7 * NS_MS);
}

static void every_attempt_has_its_own_port_and_number(void **state)
{
	(void)state;
	begin();
	run();
	for (uint32_t i = 0; i < 5; i++) {
		const struct fake_sent *s = sent(SEG_SYN, i);

		for (uint32_t j = 0; j < i; j++) {
			assert_int_not_equal(s->tuple.local.port,
			                     sent(SEG_SYN, j)->tuple.local.port);
			assert_int_not_equal(s->seg.seq, sent(SEG_SYN, j)->seg.seq);
		}
		assert_int_equal(lab.record[i].seq, i + 1);
	}
}

static void attempts_overlap(void **state)
{
	(void)state;
	begin();
	lab.f.rtt = 350 * NS_MS;
	lab.cfg.interval = 100 * NS_MS;
	run();
	assert_int_equal(lab.records, 5);
	for (uint32_t i = 0; i < 5; i++) {
		check_record(i, "open", "syn-ack");
		assert_int_equal(lab.record[i].seq, i + 1);
		assert_int_equal(lab.record[i].rtt,
		                 350 * NS_MS - NS_US); /* ours is seen 1 us later */
		assert_string_equal(lab.record[i].close.kind, "fin-3");
	}
	assert_int_equal(sent(SEG_SYN, 4)->when - lab.start, 400 * NS_MS);
}

static void many_targets_do_not_begin_at_once(void **state)
{
	(void)state;
	begin();
	add_target("b", "192.0.2.8", 443, "198.51.100.2");
	add_target("c", "192.0.2.9", 443, "198.51.100.2");
	lab.cfg.count = 1;
	run();
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(sent(SEG_SYN, i)->when - lab.start, i * NS_MS);
	assert_int_equal(lab.summaries, 3);
	assert_string_equal(lab.summary[2].target, "c");
	assert_int_equal(lab.summary[2].open, 1);
}

static void without_a_count_it_goes_on_until_the_deadline(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 0;
	lab.cfg.deadline = 3500 * NS_MS;
	run();
	assert_int_equal(lab.summary[0].open, 4);
	assert_int_equal(lab.summary[0].sent, 4);
	assert_in_range(elapsed(), 3500 * NS_MS, 3560 * NS_MS);
}

/* An attempt that begins when the run is over can only fail. */
static void no_attempt_begins_at_the_deadline(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 0;
	lab.cfg.deadline = 3 * NS_SEC;
	run();
	assert_int_equal(lab.summary[0].sent, 3);
	assert_int_equal(lab.summary[0].filtered, 0);
	assert_int_equal(sent_total(SEG_SYN), 3);
}

static void the_deadline_ends_what_is_under_way(void **state)
{
	(void)state;
	begin();
	lab.f.peer = NULL;
	lab.cfg.count = 1;
	lab.cfg.deadline = 2 * NS_SEC;
	run();
	check_record(0, "filtered", "timeout");
	assert_int_equal(lab.record[0].syn_sent, 2);
	assert_int_equal(sent_total(SEG_RST), 1);
	assert_int_equal(sent(SEG_RST, 0)->seg.seq, sent(SEG_SYN, 0)->seg.seq + 1);
	assert_in_range(elapsed(), 2 * NS_SEC, 2060 * NS_MS);
}

/* --- states --- */

static void an_open_port_is_closed_in_order(void **state)
{
	const struct probe_record *r = &lab.record[0];

	(void)state;
	begin();
	lab.cfg.count = 1;
	lab.target[0].dns = 5 * NS_MS;
	run();
	check_record(0, "open", "syn-ack");
	assert_string_equal(r->target, "example.net");
	assert_string_equal(r->address, "192.0.2.7");
	assert_int_equal(r->port, 443);
	assert_int_equal(r->rtt, 10 * NS_MS - NS_US);
	assert_int_equal(r->handshake, 10 * NS_MS);
	assert_int_equal(r->phases.dns, 5 * NS_MS);
	assert_true(r->time == lab.start + NS_US + lab.f.wall_offset);
	assert_int_equal(r->reply.ttl, 57);
	assert_int_equal(r->reply.mss, 1400);
	assert_string_equal(r->close.verdict, "pass");
	assert_int_equal(sent_total(SEG_RST), 0);
	assert_int_equal(lab.verdicts, 1);
	assert_string_equal(lab.verdict[0].text,
	                    "seq=1 open rtt=9.999 ms ttl=57 win=65160"
	                    " <nop,mss 1400,sackOK,TS,wscale 9> close=fin-3 pass");
}

static void only_the_first_attempt_has_the_time_of_dns(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 2;
	lab.target[0].dns = 5 * NS_MS;
	run();
	assert_int_equal(lab.record[0].phases.dns, 5 * NS_MS);
	assert_true(lab.record[1].phases.dns == NS_NONE);
}

static void a_closed_port(void **state)
{
	(void)state;
	begin();
	lab.f.peer = fake_peer_closed;
	lab.cfg.count = 1;
	run();
	check_record(0, "closed", "rst");
	assert_int_equal(lab.record[0].rtt, 10 * NS_MS - NS_US);
	assert_int_equal(lab.f.sent_count, 1); /* a reset is not answered */
	assert_int_equal(elapsed(), 10 * NS_MS);
	assert_false(lab.outcome[0].state_ok);
	assert_false(lab.outcome[0].local);
}

static void a_silent_port(void **state)
{
	static const ns_t when[] = {0, NS_SEC, 3 * NS_SEC};

	(void)state;
	begin();
	lab.f.peer = NULL;
	lab.cfg.count = 1;
	run();
	check_record(0, "filtered", "timeout");
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(sent(SEG_SYN, i)->when - lab.start, when[i]);
	assert_string_equal(lab.verdict[0].text, "seq=1 filtered: no answer to 3 SYNs in 7.0 s");
	assert_int_equal(sent_total(SEG_RST), 1);
	assert_int_equal(lab.f.sent_count, 4);
	assert_in_range(elapsed(), 7 * NS_SEC, 7 * NS_SEC + 50 * NS_MS);
}

static const struct addr router = {.family = ADDR_V4, .bytes = {203, 0, 113, 1}};

static void peer_icmp(struct fake *f, const struct fake_sent *s)
{
	if ((s->seg.flags & SEG_SYN) != 0)
		fake_icmp(f, s, f->rtt, &router, 3, 13, s->seg.seq);
}

static void an_icmp_error_decides_at_once(void **state)
{
	(void)state;
	begin();
	lab.f.peer = peer_icmp;
	lab.cfg.count = 1;
	run();
	check_record(0, "unreachable", "icmp-admin-prohibited");
	assert_string_equal(lab.record[0].icmp.from, "203.0.113.1");
	assert_int_equal(lab.f.sent_count, 1);
	assert_int_equal(elapsed(), 10 * NS_MS);
	assert_string_equal(
		lab.verdict[0].text,
		"seq=1 unreachable: icmp-admin-prohibited from 203.0.113.1 (type 3 code 13)");
	assert_true(lab.verdict[0].stamp == lab.f.now + lab.f.wall_offset);
}

static void peer_icmp6(struct fake *f, const struct fake_sent *s)
{
	struct addr from = address("2001:db8::1");

	if ((s->seg.flags & SEG_SYN) != 0)
		fake_icmp(f, s, f->rtt, &from, 1, 4, s->seg.seq);
}

static void ipv6_and_frames_without_a_link_header(void **state)
{
	(void)state;
	for (int raw = 0; raw < 2; raw++) {
		begin();
		lab.targets = 0;
		add_target("v6", "2001:db8::7", 443, "2001:db8::2");
		lab.f.link_type = raw ? LINK_RAW : LINK_ETHERNET;
		lab.cfg.count = 1;
		run();
		check_record(0, "open", "syn-ack");
		assert_int_equal(lab.record[0].family, 6);
		assert_true(lab.record[0].reply.ip_id == FIELD_NULL);
	}
	lab.targets = 0;
	begin();
	lab.targets = 0;
	add_target("v6", "2001:db8::7", 443, "2001:db8::2");
	lab.f.peer = peer_icmp6;
	lab.cfg.count = 1;
	run();
	check_record(0, "unreachable", "icmp-port-unreachable");
}

static void the_mss_follows_from_the_mtu(void **state)
{
	static const struct {
		uint32_t mtu, given;
		uint16_t want;
	} rows[] = {{1500, 0, 1460},
	            {65536, 0, 65496},
	            {70000, 0, 65535},
	            {40, 0, 0},
	            {1500, 536, 536}};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		begin();
		lab.target[0].mtu = rows[i].mtu;
		if (rows[i].given != 0)
			lab.handshake.conn.profile.mss = rows[i].given;
		lab.cfg.count = 1;
		run();
		assert_int_equal(seg_opts(&sent(SEG_SYN, 0)->seg).mss, rows[i].want);
	}
}

static void refusals_of_this_host_end_an_attempt(void **state)
{
	static const struct {
		int errnum;
		const char *reason;
	} rows[] = {{EPERM, "no-permission"}, {ENETUNREACH, "no-route"}, {EMSGSIZE, "no-route"}};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		begin();
		lab.cfg.count = 2;
		lab.f.refuse = rows[i].errnum;
		lab.f.refusals = UINT32_MAX;
		run();
		assert_int_equal(lab.records, 2);
		check_record(1, "error", rows[i].reason);
		assert_true(lab.record[0].time == lab.start + lab.f.wall_offset);
		assert_int_equal(lab.verdicts, 2); /* by no frame */
		assert_true(lab.verdict[0].stamp == NS_NONE);
		assert_true(lab.outcome[0].local);
		assert_int_equal(elapsed(), NS_SEC);
	}
}

static void a_full_queue_is_a_lost_segment(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 1;
	lab.f.refuse = ENOBUFS;
	lab.f.refusals = 1;
	run();
	check_record(0, "open", "syn-ack");
	assert_int_equal(sent(SEG_SYN, 0)->when - lab.start, NS_SEC);
	assert_int_equal(lab.record[0].rtt, 10 * NS_MS - NS_US);
}

/* Nobody else would end what is half-open at the server. */
static void a_reset_that_is_refused_is_sent_again(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 1;
	lab.handshake.end = HANDSHAKE_HALF_OPEN;
	start();
	run_until(5 * NS_MS);
	lab.f.refuse = ENETDOWN;
	lab.f.refusals = 4;
	finish();
	check_record(0, "open", "syn-ack");
	assert_int_equal(sent_total(SEG_RST), 1);
	assert_int_equal(sent(SEG_RST, 0)->when - lab.start, 1010 * NS_MS);
	assert_int_equal(sent(SEG_RST, 0)->seg.seq, sent(SEG_SYN, 0)->seg.seq + 1);
	assert_int_equal(lab.warnings, 0);
	assert_int_equal(lab.summary[0].unreset, 0);
	assert_false(lab.outcome[0].local);
}

static void resets_that_never_get_out_are_told(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 1;
	lab.handshake.end = HANDSHAKE_HALF_OPEN;
	start();
	run_until(5 * NS_MS);
	lab.f.refuse = ENETDOWN;
	lab.f.refusals = UINT32_MAX;
	finish();
	assert_int_equal(lab.records, 1);
	assert_int_equal(sent_total(SEG_RST), 0);
	assert_in_range(elapsed(), 4 * NS_SEC, 6 * NS_SEC);
	assert_int_equal(lab.warnings, 1);
	assert_non_null(strstr(lab.warning[0], "192.0.2.7:443 seq=1: sending failed, 1 of the"));
	assert_int_equal(lab.summary[0].unreset, 1);
	assert_true(lab.outcome[0].local);
}

static void a_capture_that_shows_nothing_of_ours_is_an_error(void **state)
{
	(void)state;
	for (int answered = 0; answered < 2; answered++) {
		begin();
		lab.f.blind = true;
		lab.f.peer = answered ? fake_peer_open : NULL;
		lab.cfg.count = 1;
		run();
		check_record(0, "error", "capture-blind");
		assert_true(lab.record[0].rtt == NS_NONE);
		assert_true(lab.outcome[0].local);
		assert_true(lab.record[0].time == lab.start + lab.f.wall_offset);
	}
}

static void a_silent_next_hop_is_unreachable(void **state)
{
	(void)state;
	begin();
	lab.f.blind = lab.f.silent = true;
	lab.f.peer = NULL;
	lab.cfg.count = 1;
	run();
	check_record(0, "unreachable", "icmp-host-unreachable");
	assert_false(lab.outcome[0].local);
	/* Where frames were seen to leave, they left. */
	begin();
	lab.f.silent = true;
	lab.f.peer = NULL;
	lab.cfg.count = 1;
	run();
	check_record(0, "filtered", "timeout");
}

static void losses_of_the_capture_spoil_the_run(void **state)
{
	(void)state;
	begin();
	lab.f.lost = 3;
	run();
	assert_int_equal(lab.summary[0].capture_dropped, 3);
	assert_true(lab.outcome[0].local);
	assert_string_equal(lab.summary[0].verdict, "fail");
}

static void an_interface_that_fails_ends_the_run(void **state)
{
	struct err e;

	(void)state;
	begin();
	start();
	run_until(100 * NS_MS);
	lab.f.broken = true;
	assert_int_equal(engine_turn(lab.en, lab.f.now, lab.f.now + lab.f.wall_offset, &e), -1);
	assert_int_equal(e.kind, ERR_LOCAL);
	engine_close(lab.en);
}

/* --- whose answer is it? --- */

/* The answer to the first SYN only, and only after it was given up. */
static void peer_late(struct fake *f, const struct fake_sent *s)
{
	bool first = s->tuple.local.port == 40000;

	if (!first)
		fake_peer_open(f, s);
	else if ((s->seg.flags & SEG_SYN) != 0 && s->when == lab.start)
		fake_answer(f, s, 7500 * NS_MS, SEG_SYN | SEG_ACK, fake_iss(s), s->seg.seq + 1);
}

static void a_late_answer_is_credited_to_its_attempt(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 9;
	lab.f.peer = peer_late;
	run();
	assert_int_equal(lab.records, 9);
	assert_int_equal(lab.summary[0].late, 1);
	assert_int_equal(lab.summary[0].filtered, 1);
	assert_int_equal(lab.summary[0].open, 8);
	assert_int_equal(lab.summary[0].duplicates, 0);
	for (uint32_t i = 0; i < 9; i++)
		if (strcmp(lab.record[i].state, "open") == 0)
			assert_int_equal(lab.record[i].rtt, 10 * NS_MS - NS_US);
	assert_int_equal(lab.events, 1);
	assert_string_equal(lab.event[0],
	                    "192.0.2.7:443 seq=1 late: an answer came 7499.999 ms after the "
	                    "first SYN, the attempt was given up before");
	/* Given up with a reset, and the peer that was not there to hear it gets another. */
	assert_int_equal(sent_total(SEG_RST), 2);
	assert_int_equal(sent(SEG_RST, 1)->seg.seq, sent(SEG_SYN, 0)->seg.seq + 1);
	assert_int_equal(sent(SEG_RST, 1)->tuple.local.port, 40000);
}

static void peer_twice(struct fake *f, const struct fake_sent *s)
{
	fake_peer_open(f, s);
	if ((s->seg.flags & SEG_SYN) != 0)
		fake_answer(f, s, f->rtt + NS_MS, SEG_SYN | SEG_ACK, fake_iss(s), s->seg.seq + 1);
}

static void duplicates_are_counted_and_change_nothing(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 3;
	lab.f.peer = peer_twice;
	run();
	assert_int_equal(lab.summary[0].duplicates, 3);
	assert_int_equal(lab.summary[0].open, 3);
	assert_int_equal(lab.summary[0].rtt_samples, 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(lab.record[i].rtt, 10 * NS_MS - NS_US);
}

/* Everything a blind forger can send, before the genuine answer. */
static void peer_spoofed(struct fake *f, const struct fake_sent *s)
{
	if ((s->seg.flags & SEG_SYN) != 0) {
		fake_answer(f, s, NS_MS, SEG_SYN | SEG_ACK, 1, s->seg.seq + 2);
		fake_answer(f, s, NS_MS, SEG_SYN | SEG_ACK, 1, s->seg.seq);
		fake_answer(f, s, NS_MS, SEG_RST | SEG_ACK, 0, s->seg.seq + 77);
		fake_answer(f, s, NS_MS, SEG_RST, 4711, 0);
		fake_answer(f, s, NS_MS, SEG_ACK, 4711, s->seg.seq + 1000);
		fake_icmp(f, s, NS_MS, &router, 3, 1, s->seg.seq + 2);
	} else if ((s->seg.flags & SEG_FIN) != 0) {
		fake_answer(f, s, NS_MS, SEG_RST, s->seg.ack + 2000000000U, 0);
		fake_answer(f, s, NS_MS, SEG_FIN | SEG_ACK, s->seg.ack - 2000000000U, s->seg.seq);
	}
	fake_peer_open(f, s);
}

static void spoofed_segments_change_only_their_counter(void **state)
{
	struct probe_record honest;

	(void)state;
	begin();
	lab.cfg.count = 1;
	run();
	honest = lab.record[0];
	begin();
	lab.cfg.count = 1;
	lab.f.peer = peer_spoofed;
	run();
	assert_int_equal(lab.records, 1);
	check_record(0, "open", "syn-ack");
	assert_int_equal(lab.record[0].rtt, honest.rtt);
	assert_int_equal(lab.record[0].handshake, honest.handshake);
	assert_int_equal(lab.record[0].close.duration, honest.close.duration);
	assert_string_equal(lab.record[0].close.kind, honest.close.kind);
	assert_string_equal(lab.record[0].close.verdict, honest.close.verdict);
	assert_int_equal(lab.record[0].reply.window, honest.reply.window);
	assert_int_equal(lab.summary[0].spoofed, 8);
	assert_int_equal(lab.summary[0].duplicates, 0);
	assert_int_equal(lab.summary[0].late, 0);
}

static void forge(struct fake *f, const struct fake_sent *s, uint16_t flags, bool damage)
{
	struct seg x = {
		.seq = 99, .ack = s->seg.seq + 1, .flags = flags, .win = 65160, .ip = {.ttl = 57}};

	fake_segment(f, s->link, NS_MS, &s->tuple.remote, &s->tuple.local, &x, damage);
}

static void peer_damaged(struct fake *f, const struct fake_sent *s)
{
	if ((s->seg.flags & SEG_SYN) != 0) {
		forge(f, s, SEG_SYN | SEG_ACK, true);
		forge(f, s, SEG_RST | SEG_ACK, true);
	}
	fake_peer_open(f, s);
}

static void damaged_segments_are_counted_and_not_believed(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 1;
	lab.f.peer = peer_damaged;
	run();
	check_record(0, "open", "syn-ack");
	assert_int_equal(lab.record[0].rtt, 10 * NS_MS - NS_US);
	assert_int_equal(lab.summary[0].corrupt, 2);
	assert_int_equal(lab.summary[0].spoofed, 0);
}

/* The host's kernel resets what it does not know, where the guard does not hold. */
static void peer_and_host(struct fake *f, const struct fake_sent *s)
{
	struct seg rst = {.seq = s->seg.seq + 1, .flags = SEG_RST, .ip = {.ttl = 64}};

	fake_peer_open(f, s);
	if ((s->seg.flags & SEG_SYN) != 0)
		fake_segment(f, s->link, f->rtt + NS_US, &s->tuple.local, &s->tuple.remote, &rst,
		             false);
}

static void a_reset_that_we_did_not_send_voids_the_result(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 1;
	lab.f.peer = peer_and_host;
	run();
	check_record(0, "error", "host-rst");
	assert_true(lab.record[0].rtt == NS_NONE);
	assert_true(lab.outcome[0].local);
}

static void frames_of_another_link_do_not_count(void **state)
{
	(void)state;
	for (int any = 0; any < 2; any++) {
		begin();
		lab.target[0].link = lab.target[0].seen = 1;
		lab.target[0].any_link = any;
		lab.cfg.count = 1;
		lab.f.peer = NULL;
		start();
		run_until(NS_MS);
		lab.f.sent[0].link = 0; /* the answer comes by the other one */
		fake_answer(&lab.f, &lab.f.sent[0], NS_MS, SEG_RST | SEG_ACK, 0,
		            lab.f.sent[0].seg.seq + 1);
		finish();
		check_record(0, any ? "closed" : "filtered", any ? "rst" : "timeout");
		assert_int_equal(lab.summary[0].spoofed, 0);
	}
}

static void frames_of_other_flows_are_not_ours(void **state)
{
	struct seg x = {.flags = SEG_RST, .ip = {.ttl = 57}};
	struct endpoint a = {address("192.0.2.7"), 443}, b = {address("198.51.100.2"), 50000};

	(void)state;
	begin();
	lab.cfg.count = 1;
	start();
	fake_segment(&lab.f, 0, NS_MS, &a, &b, &x, false);
	b.port = 40001; /* one of our ports, not used yet */
	fake_segment(&lab.f, 0, NS_MS, &a, &b, &x, false);
	finish();
	check_record(0, "open", "syn-ack");
	assert_int_equal(lab.frames, lab.f.handed - 2);
}

/* --- the wall clock --- */

static void a_step_voids_the_times_of_attempts_under_way_only(void **state)
{
	(void)state;
	begin();
	lab.f.rtt = 500 * NS_MS;
	lab.cfg.count = 3;
	lab.cfg.interval = 2 * NS_SEC;
	start();
	run_until(2200 * NS_MS); /* in the middle of the second */
	lab.f.wall_offset += 10 * NS_SEC;
	finish();
	for (uint32_t i = 0; i < 3; i++) {
		check_record(i, "open", "syn-ack");
		if (i == 1) {
			assert_true(lab.record[i].rtt == NS_NONE);
			assert_true(lab.record[i].handshake == NS_NONE);
			assert_true(lab.record[i].close.duration == NS_NONE);
			assert_string_equal(lab.record[i].detail,
			                    "the wall clock was stepped: times are void");
		} else {
			assert_int_equal(lab.record[i].rtt, 500 * NS_MS - NS_US);
			assert_null(lab.record[i].detail);
		}
	}
	assert_int_equal(lab.warnings, 1);
	assert_string_equal(lab.warning[0],
	                    "the wall clock was stepped: attempts under way have no times");
	assert_int_equal(lab.summary[0].rtt_samples, 2);
}

static void a_step_back_is_one_too(void **state)
{
	(void)state;
	begin();
	lab.f.rtt = 500 * NS_MS;
	lab.cfg.count = 1;
	start();
	run_until(200 * NS_MS);
	lab.f.wall_offset -= 100 * NS_MS;
	finish();
	assert_true(lab.record[0].rtt == NS_NONE);
	assert_int_equal(lab.warnings, 1);
}

/* adjtime() slews by up to 500 ppm. */
static void a_slewed_clock_was_not_stepped(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 20;
	start();
	for (ns_t t = 0; t < 20 * NS_SEC; t += 100 * NS_MS) {
		run_until(t);
		lab.f.wall_offset += 50 * NS_US;
	}
	finish();
	assert_int_equal(lab.warnings, 0);
	assert_int_equal(lab.summary[0].rtt_samples, 20);
}

/* --- the end of the run --- */

static void stopping_within_the_first_rto_counts_nothing(void **state)
{
	(void)state;
	begin();
	lab.f.peer = NULL;
	start();
	run_until(500 * NS_MS);
	engine_stop(lab.en, lab.f.now);
	finish();
	assert_int_equal(lab.records, 0);
	assert_int_equal(lab.verdicts, 0);
	assert_int_equal(lab.summary[0].sent, 0);
	assert_true(lab.summary[0].loss_percent < 0);
	assert_int_equal(sent_total(SEG_SYN), 1);
	assert_int_equal(sent_total(SEG_RST), 1);
	assert_int_equal(sent(SEG_RST, 0)->seg.seq, sent(SEG_SYN, 0)->seg.seq + 1);
	assert_in_range(elapsed(), 500 * NS_MS, 550 * NS_MS);
}

static void stopping_later_counts_filtered(void **state)
{
	(void)state;
	begin();
	lab.f.peer = NULL;
	lab.cfg.count = 1;
	start();
	run_until(1500 * NS_MS);
	engine_stop(lab.en, lab.f.now);
	finish();
	assert_int_equal(lab.records, 1);
	check_record(0, "filtered", "timeout");
	assert_int_equal(lab.summary[0].filtered, 1);
}

/* SYN-ACK only: the connection stands half closed by us, the FIN unanswered. */
static void peer_accepts(struct fake *f, const struct fake_sent *s)
{
	if (seg_has(&s->seg, SEG_SYN, SEG_RST))
		fake_answer(f, s, f->rtt, SEG_SYN | SEG_ACK, fake_iss(s), s->seg.seq + 1);
}

static void stopping_resets_what_is_open_exactly(void **state)
{
	uint32_t iss;

	(void)state;
	begin();
	lab.f.peer = peer_accepts;
	lab.cfg.count = 1;
	start();
	run_until(100 * NS_MS);
	engine_stop(lab.en, lab.f.now);
	finish();
	check_record(0, "open", "syn-ack"); /* answered: it counts, however early */
	iss = sent(SEG_SYN, 0)->seg.seq;
	/* The peer's RCV.NXT is before or behind our FIN (RFC 5961 3.2). */
	assert_int_equal(sent_total(SEG_RST), 2);
	assert_int_equal(sent(SEG_RST, 0)->seg.seq, iss + 1);
	assert_int_equal(sent(SEG_RST, 1)->seg.seq, iss + 2);
	assert_int_equal(lab.record[0].rtt, 10 * NS_MS - NS_US);
}

static void stopping_twice_or_after_the_end_does_nothing(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 1;
	start();
	run_until(NS_NEVER);
	engine_stop(lab.en, lab.f.now);
	engine_stop(lab.en, lab.f.now);
	assert_true(engine_done(lab.en, lab.f.now));
	finish();
	assert_int_equal(lab.records, 1);
	assert_int_equal(sent_total(SEG_RST), 0);
}

/* The peer does not hear our last ACK and repeats its FIN. */
static void peer_repeats_fin(struct fake *f, const struct fake_sent *s)
{
	fake_peer_open(f, s);
	if (seg_has(&s->seg, SEG_FIN | SEG_ACK, 0))
		fake_answer(f, s, f->rtt + 300 * NS_MS, SEG_FIN | SEG_ACK, s->seg.ack,
		            s->seg.seq + 1);
}

static void nothing_lost_means_no_linger(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 1;
	run();
	assert_int_equal(elapsed(), 20 * NS_MS + NS_US);
}

/* The SYN-ACK comes only for the second SYN. */
static void peer_loses_one(struct fake *f, const struct fake_sent *s)
{
	if ((s->seg.flags & SEG_SYN) != 0 && s->when == lab.start)
		return;
	peer_repeats_fin(f, s);
}

static void a_lossy_path_is_lingered_on(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 1;
	lab.f.peer = peer_loses_one;
	run();
	check_record(0, "open", "syn-ack");
	assert_int_equal(lab.record[0].syn_retransmits, 1);
	/* 1 s for the second SYN, two round trips, then 5 s. The FIN that came again was acknowledged. */
	assert_in_range(elapsed(), 6020 * NS_MS, 6080 * NS_MS);
	assert_int_equal(sent(SEG_ACK, 2)->when - lab.start, 1320 * NS_MS);
	assert_int_equal(sent(SEG_ACK, 2)->seg.ack, sent(SEG_ACK, 1)->seg.ack);
	assert_int_equal(sent_total(SEG_RST), 0);
}

static void stopping_does_not_linger(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 2;
	lab.cfg.interval = 2 * NS_SEC;
	lab.f.peer = peer_loses_one;
	start();
	run_until(1500 * NS_MS);
	engine_stop(lab.en, lab.f.now);
	finish();
	assert_int_equal(lab.records, 1);
	assert_in_range(elapsed(), 1500 * NS_MS, 1550 * NS_MS);
}

/* --- ports --- */

static void a_port_rests_for_four_minutes(void **state)
{
	static const ns_t when[] = {0, 1, 240, 241, 480};

	(void)state;
	begin();
	lab.port_count = 2;
	run();
	assert_int_equal(lab.records, 5);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(sent(SEG_SYN, i)->when - lab.start, when[i] * NS_SEC);
		assert_int_equal(sent(SEG_SYN, i)->tuple.local.port, 40000 + i % 2);
	}
	assert_int_equal(lab.warnings, 1);
	assert_string_equal(lab.warning[0],
	                    "all 2 source ports were used within four minutes: attempts wait "
	                    "for one to be free");
	assert_int_not_equal(sent(SEG_SYN, 0)->seg.seq, sent(SEG_SYN, 2)->seg.seq);
}

/* An attempt that outlasts the rest of its port keeps it. */
static void a_port_is_not_taken_from_a_running_attempt(void **state)
{
	(void)state;
	begin();
	lab.port_count = 1;
	lab.cfg.count = 2;
	lab.f.peer = NULL;
	lab.handshake.conn.syn_retries = 0;
	lab.handshake.conn.timeout = 600 * NS_SEC;
	run();
	assert_int_equal(lab.records, 2);
	assert_int_equal(lab.summary[0].filtered, 2);
	assert_true(sent(SEG_SYN, 1)->when - lab.start >= 600 * NS_SEC);
}

static void enough_ports_are_asked_for(void **state)
{
	static const struct {
		uint64_t count;
		ns_t interval, deadline;
		uint32_t ranks, want;
	} rows[] = {
		{5, NS_SEC, 0, 1, 5},
		{5, NS_SEC, 0, 3, 15},
		{0, NS_SEC, 0, 1, 242},
		{1000, NS_SEC, 0, 1, 242},
		{0, NS_SEC, 10 * NS_SEC, 1, 12},
		{0, 100 * NS_MS, 3600 * NS_SEC, 1, 2402},
		{0, 10 * NS_US, 0, 1, 65535},
		{65536, 10 * NS_US, 0, 2, 65535},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct engine_config cfg = {.probe = &handshake_probe,
		                            .count = rows[i].count,
		                            .interval = rows[i].interval,
		                            .deadline = rows[i].deadline,
		                            .ranks = rows[i].ranks};

		assert_int_equal(engine_ports_wanted(&cfg), rows[i].want);
	}
}

/* Two names of one host. */
static void targets_with_one_address_never_share_a_tuple(void **state)
{
	(void)state;
	begin();
	add_target("alias.example.net", "192.0.2.7", 443, "198.51.100.2");
	lab.target[1].rank = 1;
	lab.cfg.ranks = 2;
	lab.cfg.count = 4;
	lab.cfg.interval = 100 * NS_MS;
	lab.port_count = 9;
	run();
	assert_int_equal(lab.records, 8);
	assert_int_equal(lab.summary[0].open, 4);
	assert_int_equal(lab.summary[1].open, 4);
	for (uint32_t i = 0; i < 8; i++)
		for (uint32_t j = 0; j < i; j++)
			assert_false(
				tuple_same(&sent(SEG_SYN, i)->tuple, &sent(SEG_SYN, j)->tuple));
}

static void too_few_ports_for_them_are_an_error(void **state)
{
	struct engine *en;
	struct err e;

	(void)state;
	begin();
	lab.cfg.ranks = 3;
	assert_int_equal(
		engine_open(&en, &lab.cfg, &sink, lab.target, 1, lab.ports, 2, &lab.f.device, &e),
		-1);
	assert_int_equal(e.kind, ERR_LOCAL);
	assert_string_equal(e.text,
	                    "3 targets share one address and port, and there are 2 source ports");
	engine_close(NULL);
}

/* --- what the sink is told --- */

static void every_frame_is_given_once_and_one_decides(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 3;
	lab.f.peer = peer_spoofed;
	run();
	assert_int_equal(lab.frames, lab.f.handed);
	for (uint32_t i = 1; i < lab.frames; i++)
		assert_true(lab.stamp[i] >= lab.stamp[i - 1]);
	assert_int_equal(lab.verdicts, 3);
	for (uint32_t i = 0; i < 3; i++) {
		/* The last ACK, as the capture saw it leave, 20 ms after the SYN. */
		assert_true(lab.verdict[i].stamp ==
		            lab.start + i * NS_SEC + 20 * NS_MS + NS_US + lab.f.wall_offset);
		assert_true(strncmp(lab.verdict[i].text, "seq=", 4) == 0);
		assert_int_equal(lab.verdict[i].text[4], '1' + i);
	}
}

static void directions_are_told(void **state)
{
	static const bool want[] = {true, false, true, true, false, true};

	(void)state;
	begin();
	lab.cfg.count = 1;
	run();
	assert_int_equal(lab.frames, 6);
	for (uint32_t i = 0; i < 6; i++)
		assert_int_equal(lab.outbound[i], want[i]);
}

static void segments_are_kept_on_demand(void **state)
{
	(void)state;
	begin();
	lab.cfg.segments = HISTORY_MAX;
	lab.cfg.count = 2;
	run();
	assert_int_equal(lab.segments[0], 6);
	assert_int_equal(lab.segments[1], 6);
	begin();
	run();
	assert_null(lab.record[0].segments.items);
}

static void summaries_may_be_asked_for_at_any_time(void **state)
{
	(void)state;
	begin();
	start();
	run_until(1500 * NS_MS);
	engine_summaries(lab.en, &sink, lab.f.now + lab.f.wall_offset);
	assert_int_equal(lab.summary[0].sent, 2);
	finish();
	assert_int_equal(lab.summary[1].sent, 5);
}

static void expectations_are_held_against_every_attempt(void **state)
{
	struct err e;

	(void)state;
	begin();
	assert_int_equal(expect_parse(&lab.expects, "rtt<20ms,close=fin-4", &e), 0);
	run();
	assert_true(lab.outcome[0].state_ok);
	assert_false(lab.outcome[0].expectations);
	assert_int_equal(lab.summary[0].expectations.count, 2);
	assert_string_equal(lab.summary[0].verdict, "fail");
}

/* --- other ends and other segments --- */

static void a_half_open_probe_leaves_nothing(void **state)
{
	(void)state;
	begin();
	lab.cfg.count = 1;
	lab.handshake.end = HANDSHAKE_HALF_OPEN;
	run();
	check_record(0, "open", "syn-ack");
	assert_string_equal(lab.record[0].close.kind, "half-open");
	assert_int_equal(lab.f.sent_count, 2);
	assert_int_equal(sent(SEG_RST, 0)->seg.seq, sent(SEG_SYN, 0)->seg.seq + 1);
	assert_true(lab.record[0].handshake == NS_NONE);
}

static void peer_rst(struct fake *f, const struct fake_sent *s)
{
	fake_answer(f, s, f->rtt, SEG_RST | SEG_ACK, 0, s->seg.seq + seg_len(&s->seg));
}

static void single(uint16_t flags, fake_peer_fn *peer)
{
	begin();
	lab.single = (struct single_config){
		.profile = *profile_find("linux"), .flags = flags, .timeout = NS_SEC};
	lab.cfg.probe = &single_probe;
	lab.cfg.probe_config = &lab.single;
	lab.cfg.count = 1;
	lab.f.peer = peer;
	run();
}

static void a_segment_of_any_flags_is_answered(void **state)
{
	(void)state;
	single(SEG_FIN | SEG_PSH | SEG_URG, peer_rst);
	check_record(0, "closed", "rst");
	assert_int_equal(lab.record[0].rtt, 10 * NS_MS - NS_US);
	assert_int_equal(lab.f.sent_count, 1);
	single(SEG_SYN, fake_peer_open);
	check_record(0, "open", "syn-ack");
	assert_int_equal(sent_total(SEG_RST), 1);
	assert_int_equal(sent(SEG_RST, 0)->seg.seq, sent(SEG_SYN, 0)->seg.seq + 1);
	single(SEG_FIN, NULL);
	check_record(0, "filtered", "timeout");
	assert_string_equal(lab.verdict[0].text, "seq=1 filtered: no answer to 1 segment in 1.0 s");
}

/* --- no allocation --- */

static void check_allocations(fake_peer_fn *peer, ns_t interval)
{
	unsigned long before;

	begin();
	lab.f.peer = peer;
	lab.cfg.count = 1000;
	lab.cfg.interval = interval;
	lab.cfg.segments = HISTORY_MAX;
	lab.port_count = 1000;
	start();
	before = allocations;
	assert_true(before > 0); /* the counter works */
	run_until(NS_NEVER);
	assert_int_equal(allocations - before, 0);
	assert_int_equal(lab.records, 1000);
	finish();
}

static void a_run_allocates_nothing_after_its_start(void **state)
{
	(void)state;
	count_allocations();
	check_allocations(peer_spoofed, NS_MS);
	check_allocations(NULL, 30 * NS_MS);
	check_allocations(fake_peer_closed, 10 * NS_US);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attempts_begin_an_interval_apart),
		cmocka_unit_test(attempts_that_are_made_alone_do_not_overlap),
		cmocka_unit_test(lateness_does_not_add_up),
		cmocka_unit_test(every_attempt_has_its_own_port_and_number),
		cmocka_unit_test(attempts_overlap),
		cmocka_unit_test(many_targets_do_not_begin_at_once),
		cmocka_unit_test(without_a_count_it_goes_on_until_the_deadline),
		cmocka_unit_test(no_attempt_begins_at_the_deadline),
		cmocka_unit_test(the_deadline_ends_what_is_under_way),
		cmocka_unit_test(an_open_port_is_closed_in_order),
		cmocka_unit_test(only_the_first_attempt_has_the_time_of_dns),
		cmocka_unit_test(a_closed_port),
		cmocka_unit_test(a_silent_port),
		cmocka_unit_test(an_icmp_error_decides_at_once),
		cmocka_unit_test(ipv6_and_frames_without_a_link_header),
		cmocka_unit_test(the_mss_follows_from_the_mtu),
		cmocka_unit_test(refusals_of_this_host_end_an_attempt),
		cmocka_unit_test(a_full_queue_is_a_lost_segment),
		cmocka_unit_test(a_reset_that_is_refused_is_sent_again),
		cmocka_unit_test(resets_that_never_get_out_are_told),
		cmocka_unit_test(a_capture_that_shows_nothing_of_ours_is_an_error),
		cmocka_unit_test(a_silent_next_hop_is_unreachable),
		cmocka_unit_test(losses_of_the_capture_spoil_the_run),
		cmocka_unit_test(an_interface_that_fails_ends_the_run),
		cmocka_unit_test(a_late_answer_is_credited_to_its_attempt),
		cmocka_unit_test(duplicates_are_counted_and_change_nothing),
		cmocka_unit_test(spoofed_segments_change_only_their_counter),
		cmocka_unit_test(damaged_segments_are_counted_and_not_believed),
		cmocka_unit_test(a_reset_that_we_did_not_send_voids_the_result),
		cmocka_unit_test(frames_of_another_link_do_not_count),
		cmocka_unit_test(frames_of_other_flows_are_not_ours),
		cmocka_unit_test(a_step_voids_the_times_of_attempts_under_way_only),
		cmocka_unit_test(a_step_back_is_one_too),
		cmocka_unit_test(a_slewed_clock_was_not_stepped),
		cmocka_unit_test(stopping_within_the_first_rto_counts_nothing),
		cmocka_unit_test(stopping_later_counts_filtered),
		cmocka_unit_test(stopping_resets_what_is_open_exactly),
		cmocka_unit_test(stopping_twice_or_after_the_end_does_nothing),
		cmocka_unit_test(nothing_lost_means_no_linger),
		cmocka_unit_test(a_lossy_path_is_lingered_on),
		cmocka_unit_test(stopping_does_not_linger),
		cmocka_unit_test(a_port_rests_for_four_minutes),
		cmocka_unit_test(a_port_is_not_taken_from_a_running_attempt),
		cmocka_unit_test(enough_ports_are_asked_for),
		cmocka_unit_test(targets_with_one_address_never_share_a_tuple),
		cmocka_unit_test(too_few_ports_for_them_are_an_error),
		cmocka_unit_test(every_frame_is_given_once_and_one_decides),
		cmocka_unit_test(directions_are_told),
		cmocka_unit_test(segments_are_kept_on_demand),
		cmocka_unit_test(summaries_may_be_asked_for_at_any_time),
		cmocka_unit_test(expectations_are_held_against_every_attempt),
		cmocka_unit_test(a_half_open_probe_leaves_nothing),
		cmocka_unit_test(a_segment_of_any_flags_is_answered),
		cmocka_unit_test(a_run_allocates_nothing_after_its_start),
	};

	return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
