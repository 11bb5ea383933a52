/* SPDX-License-Identifier: BSD-2-Clause */
/* test_replay.c - whole captures, built in memory, to records of their connections. */
#include "../lib/check.h"
#include "../lib/segs.h"

#include <netinet/in.h>

#include "engine/replay.h"
#include "wire/csum.h"
#include "wire/link.h"

/* --- captures in memory --- */

/* The ends of a connection: 10.0.0.C or 2001:db8::C to .S, and where their numbers begin. */
struct ends {
	uint8_t client, server;
	uint16_t client_port, server_port;
	uint32_t client_iss, server_iss;
	bool v6;
};

static const struct ends first = {1, 2, 40000, 443, 1000, 5000, false};

struct capture_file {
	uint8_t bytes[1 << 18];
	size_t len;
	bool ng;
	uint8_t frame[2048];
	size_t frame_len;
	size_t ends_at[64]; /* lengths of the file behind each of the first frames */
	uint32_t frames;
};

static struct capture_file cap, cap2;

static void put(struct capture_file *c, const void *bytes, size_t len)
{
	assert_true(c->len + len <= sizeof(c->bytes));
	memcpy(c->bytes + c->len, bytes, len);
	c->len += len;
}

static void put32(struct capture_file *c, uint32_t v)
{
	put(c, &v, sizeof(v));
}

/* This host's byte order, nanoseconds. */
static void begin_pcap(struct capture_file *c)
{
	c->len = 0;
	c->frames = 0;
	c->ng = false;
	put32(c, 0xa1b23c4d);
	put32(c, 4U << 16 | 2);
	put32(c, 0);
	put32(c, 0);
	put32(c, 262144);
	put32(c, LINK_ETHERNET);
}

static void begin_pcapng(struct capture_file *c)
{
	static const uint32_t blocks[] = {
		0x0a0d0d0a, 28, 0x1a2b3c4d,    1,      UINT32_MAX,   UINT32_MAX, 28, /* a section */
		1,          32, LINK_ETHERNET, 262144, 9 | 1U << 16, 9,          0,
		32, /* nanoseconds */
	};

	c->len = 0;
	c->frames = 0;
	c->ng = true;
	put(c, blocks, sizeof(blocks));
}

static void put_frame(struct capture_file *c, ns_t stamp)
{
	static const uint8_t zeros[4];
	uint32_t len = (uint32_t)c->frame_len, pad = (0U - len) & 3;

	if (c->ng) {
		put32(c, 6);
		put32(c, 32 + len + pad);
		put32(c, 0);
		put32(c, (uint32_t)((uint64_t)stamp >> 32));
		put32(c, (uint32_t)stamp);
	} else {
		put32(c, (uint32_t)(stamp / NS_SEC));
		put32(c, (uint32_t)(stamp % NS_SEC));
	}
	put32(c, len);
	put32(c, len);
	put(c, c->frame, len);
	if (c->ng) {
		put(c, zeros, pad);
		put32(c, 32 + len + pad);
	}
	if (c->frames < CHECK_COUNT(c->ends_at))
		c->ends_at[c->frames] = c->len;
	c->frames++;
}

static void be16(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static void be32(uint8_t *at, uint32_t v)
{
	be16(at, v >> 16);
	be16(at + 2, v & 0xffff);
}

static struct addr address(const struct ends *e, bool client)
{
	uint8_t v4[4] = {10, 0, 0, client ? e->client : e->server};
	uint8_t v6[16] = {0x20, 0x01, 0x0d, 0xb8};

	v6[15] = v4[3];
	return e->v6 ? addr_from(v6, 16) : addr_from(v4, 4);
}

/* Ethernet and IP around `len` bytes of `proto`; the bytes follow. Returns where. */
static uint8_t *put_ip(struct capture_file *c, const struct ends *e, bool from_client,
                       uint8_t proto, size_t len)
{
	struct addr src = address(e, from_client), dst = address(e, !from_client);
	uint8_t *ip = c->frame + 14;
	size_t head = e->v6 ? 40 : 20;

	memset(c->frame, 0, 14 + head);
	be16(c->frame + 12, e->v6 ? 0x86dd : 0x800);
	if (e->v6) {
		ip[0] = 0x60;
		be16(ip + 4, (uint32_t)len);
		ip[6] = proto;
		ip[7] = 64;
		memcpy(ip + 8, src.bytes, 16);
		memcpy(ip + 24, dst.bytes, 16);
	} else {
		ip[0] = 0x45;
		be16(ip + 2, (uint32_t)(20 + len));
		ip[8] = 64;
		ip[9] = proto;
		memcpy(ip + 12, src.bytes, 4);
		memcpy(ip + 16, dst.bytes, 4);
		be16(ip + 10, 0xffffU & ~(uint32_t)csum_fold(csum_add(0, ip, 20)));
	}
	c->frame_len = 14 + head + len;
	return ip + head;
}

/* The segment of a line of segs.h into `tcp`; returns its length. */
static size_t build_tcp(uint8_t *tcp, const struct ends *e, const struct segs_line *l)
{
	const struct seg *s = &l->seg;
	uint32_t self = l->from_client ? e->client_iss : e->server_iss;
	uint32_t peer = l->from_client ? e->server_iss : e->client_iss;
	struct addr src = address(e, l->from_client), dst = address(e, !l->from_client);
	size_t head = 20U + s->opt_len, len = head + s->payload_len;
	bool ack = (s->flags & SEG_ACK) != 0;

	memset(tcp, 'x', len);
	be16(tcp, l->from_client ? e->client_port : e->server_port);
	be16(tcp + 2, l->from_client ? e->server_port : e->client_port);
	be32(tcp + 4, s->seq + (l->seq_absolute ? 0 : self));
	be32(tcp + 8, ack ? s->ack + (l->ack_absolute ? 0 : peer) : 0);
	be16(tcp + 12, (uint32_t)(head / 4) << 12 | s->flags);
	be16(tcp + 14, s->win);
	be32(tcp + 16, 0);
	memcpy(tcp + 20, s->opt, s->opt_len);
	be16(tcp + 16,
	     0xffffU & ~(uint32_t)csum_fold(csum_add(
			       csum_pseudo(&src, &dst, IPPROTO_TCP, (uint32_t)len), tcp, len)));
	return len;
}

/* One segment: "damaged" behind the colon spoils its checksum. */
static void add(struct capture_file *c, const struct ends *e, ns_t stamp, const char *line)
{
	static uint8_t tcp[1600];
	struct segs_line l;
	size_t len;

	segs_parse(line, &l);
	len = build_tcp(tcp, e, &l);
	if (strcmp(l.note, "damaged") == 0)
		tcp[17] ^= 0x55;
	memcpy(put_ip(c, e, l.from_client, IPPROTO_TCP, len), tcp, len);
	put_frame(c, stamp);
}

/* Lines a millisecond apart, from `from` on. */
static void add_all(struct capture_file *c, const struct ends *e, ns_t from,
                    const char *const lines[])
{
	for (int i = 0; lines[i] != NULL; i++)
		add(c, e, from + i * NS_MS, lines[i]);
}

#define ADD(c, e, from, ...) add_all(c, e, from, (const char *const[]){__VA_ARGS__, NULL})

#define OPENED               "> S 0:0(0)", "< S. 0:0(0) ack 1", "> . 1:1(0) ack 1"
#define CLOSED               "> F. 1:1(0) ack 1", "< . 1:1(0) ack 2", "< F. 1:1(0) ack 2", "> . 2:2(0) ack 2"

/* --- what is told --- */

struct told {
	struct connection_record r;
	char history[64], client_states[128], findings[256];
	int64_t frame[4]; /* of the first findings */
	uint32_t ladder;
};

static struct told *told;
static uint32_t told_count;
static struct summary_record summary;

static void join_findings(struct told *t, const struct field_list *list)
{
	const struct finding_record *f = list->items;
	struct text text = text_into(t->findings, sizeof(t->findings));

	for (uint32_t i = 0; i < list->count; i++) {
		text_add(&text, "%s%s", i > 0 ? " " : "", f[i].id);
		if (i < CHECK_COUNT(t->frame))
			t->frame[i] = f[i].frame;
	}
}

static void on_connection(void *ctx, const struct connection_record *r)
{
	struct told *t;
	struct text text;

	(void)ctx;
	told = realloc(told, (told_count + 1) * sizeof(*told));
	assert_non_null(told);
	t = &told[told_count++];
	memset(t, 0, sizeof(*t));
	t->r = *r;
	snprintf(t->history, sizeof(t->history), "%s", r->history);
	text = text_into(t->client_states, sizeof(t->client_states));
	for (uint32_t i = 0; i < r->close.client.count; i++)
		text_add(&text, "%s%s", i > 0 ? " " : "",
		         ((const char *const *)r->close.client.items)[i]);
	join_findings(t, &r->findings);
	t->ladder = r->frames.count;
}

static int forget_all(void **state)
{
	(void)state;
	free(told);
	told = NULL;
	told_count = 0;
	return 0;
}

static const struct replay_config defaults = {.max_flows = 1000};

static struct replay *open_replay(const struct replay_config *cfg)
{
	struct replay_sink sink = {.connection = on_connection};
	struct replay *r;
	struct err e;

	forget_all(NULL);
	assert_int_equal(replay_new(&r, cfg, &sink, &e), 0);
	return r;
}

/* Feed the first `len` bytes; the status of replay_savefile(), or 1 where it is no capture file. */
static int feed(struct replay *r, const void *bytes, size_t len, const char *name)
{
	struct block b = block_copy(bytes, len);
	struct savefile *file;
	struct err e;
	int status = 1;

	if (savefile_from(&file, source_memory(b.p, b.len), name, &e) == 0)
		status = replay_savefile(r, file, name, &e);
	block_free(&b);
	return status;
}

static int run_part(const struct replay_config *cfg, const struct capture_file *c, size_t len)
{
	struct replay *r = open_replay(cfg);
	int status = feed(r, c->bytes, len, "one");

	replay_end(r);
	replay_summary(r, &summary);
	replay_free(r);
	return status;
}

static void run(const struct replay_config *cfg, const struct capture_file *c)
{
	assert_int_equal(run_part(cfg, c, c->len), 0);
}

/* --- one connection --- */

static void check_ends(const struct connection_record *r)
{
	assert_string_equal(r->client.address, "10.0.0.1");
	assert_int_equal(r->client.port, 40000);
	assert_string_equal(r->server.address, "10.0.0.2");
	assert_int_equal(r->server.port, 443);
}

static void check_sent(const struct sent_record *s, int64_t segments, int64_t bytes, int64_t syn,
                       int64_t syn_ack)
{
	assert_int_equal(s->segments, segments);
	assert_int_equal(s->bytes, bytes);
	assert_int_equal(s->syn, syn);
	assert_int_equal(s->syn_ack, syn_ack);
	assert_int_equal(s->fin, 1);
	assert_int_equal(s->rst, 0);
	assert_int_equal(s->retransmits, 0);
}

static void check_times(const struct connection_record *r)
{
	assert_int_equal(r->time, 100 * NS_SEC);
	assert_int_equal(r->rtt, 10 * NS_MS);
	assert_int_equal(r->syn_to_synack, 10 * NS_MS);
	assert_int_equal(r->synack_to_ack, 3 * NS_MS);
	assert_int_equal(r->handshake, 13 * NS_MS);
	assert_int_equal(r->initial_rtt, 13 * NS_MS);
	assert_int_equal(r->duration, 1005 * NS_MS);
	assert_string_equal(r->slowest, "server-side");
}

static void add_complete(struct capture_file *c, const struct ends *e, ns_t at)
{
	add(c, e, at, "> S 0:0(0) <mss 1460>");
	add(c, e, at + 10 * NS_MS, "< S. 0:0(0) ack 1 <mss 1460>");
	add(c, e, at + 13 * NS_MS, "> . 1:1(0) ack 1");
	ADD(c, e, at + 1000 * NS_MS, "> P. 1:101(100) ack 1", "< P. 1:51(50) ack 101",
	    "> F. 101:101(0) ack 51", "< . 51:51(0) ack 102", "< F. 51:51(0) ack 102",
	    "> . 102:102(0) ack 52");
}

static void a_complete_connection_is_told_field_by_field(void **state)
{
	const struct connection_record *r;

	(void)state;
	begin_pcap(&cap);
	add_complete(&cap, &first, 100 * NS_SEC);
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	r = &told[0].r;
	assert_string_equal(r->file, "one");
	assert_int_equal(r->stream, 0);
	check_ends(r);
	check_times(r);
	check_sent(&r->by_client, 5, 100, 1, 0);
	check_sent(&r->by_server, 4, 50, 0, 1);
	assert_int_equal(r->segments, 9);
	assert_int_equal(r->bytes, 150);
	assert_int_equal(r->syn_retransmits, 0);
	assert_int_equal(r->completeness, 31);
	assert_string_equal(r->completeness_label, "Complete, WITH_DATA");
	assert_string_equal(r->conn_state, "SF");
	assert_string_equal(told[0].history, "ShADdFaf");
	assert_string_equal(r->state, "open");
	assert_string_equal(r->reason, "syn-ack");
	assert_string_equal(r->opened, "syn");
	assert_int_equal(r->reused, 0);
	assert_null(r->cookie_hint);
	assert_null(r->reset.by);
	assert_int_equal(r->first_frame, 1);
	assert_int_equal(r->last_frame, 9);
}

static void the_close_of_a_complete_connection_is_judged(void **state)
{
	const struct connection_record *r;

	(void)state;
	begin_pcapng(&cap);
	add_complete(&cap, &first, 100 * NS_SEC);
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	r = &told[0].r;
	assert_string_equal(r->close.kind, "fin-4");
	assert_string_equal(r->close.first, "client");
	assert_string_equal(r->close.verdict, "pass");
	assert_string_equal(told[0].findings, "");
	assert_string_equal(told[0].client_states,
	                    "SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT");
	assert_string_equal(r->client_state, "TIME_WAIT");
	assert_string_equal(r->server_state, "CLOSED");
	assert_int_equal(r->close.duration, 992 * NS_MS);
	assert_null(r->frames.items);
	assert_int_equal(summary.sent, 1);
	assert_int_equal(summary.open, 1);
	assert_string_equal(summary.state, "open");
	assert_int_equal(summary.capture.frames, 9);
	assert_int_equal(summary.capture.segments, 9);
	assert_int_equal(summary.rtt.p50, 10 * NS_MS);
	assert_int_equal(summary.capture.handshake.max, 13 * NS_MS);
}

static void ipv6_is_told_as_well(void **state)
{
	struct ends e = first;

	(void)state;
	e.v6 = true;
	begin_pcap(&cap);
	add_complete(&cap, &e, 100 * NS_SEC);
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].r.client.address, "2001:db8::1");
	assert_string_equal(told[0].r.close.kind, "fin-4");
	assert_int_equal(summary.capture.damaged, 0);
}

static void a_refused_syn_is_closed(void **state)
{
	const struct connection_record *r;

	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, "> S 0:0(0)", "< R. @0:0(0) ack 1");
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	r = &told[0].r;
	assert_string_equal(r->state, "closed");
	assert_string_equal(r->reason, "rst");
	assert_int_equal(r->rtt, NS_MS);
	assert_true(r->handshake == NS_NONE && r->syn_to_synack == NS_NONE);
	assert_string_equal(r->conn_state, "REJ");
	assert_int_equal(r->completeness, 1 | 4 | 32);
	assert_int_equal(r->initial_rtt, NS_MS);
	assert_string_equal(r->reset.by, "server");
	assert_string_equal(r->reset.why, "refused");
	assert_int_equal(r->reset.frame, 2);
	assert_int_equal(summary.closed, 1);
	assert_int_equal(summary.capture.reset, 0);
}

static void a_syn_without_an_answer_is_filtered(void **state)
{
	const struct connection_record *r;

	(void)state;
	begin_pcap(&cap);
	for (int i = 0; i < 3; i++)
		add(&cap, &first, (1 + i) * NS_SEC, "> S 0:0(0)");
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	r = &told[0].r;
	assert_string_equal(r->state, "filtered");
	assert_string_equal(r->reason, "timeout");
	assert_int_equal(r->syn_retransmits, 2);
	assert_int_equal(r->by_client.retransmits, 2);
	assert_string_equal(r->conn_state, "S0");
	assert_string_equal(r->close.verdict, "inconclusive");
	assert_true(r->rtt == NS_NONE && r->initial_rtt == NS_NONE);
	assert_int_equal(summary.syn_retransmits, 2);
}

static void a_reset_is_told_with_its_frame(void **state)
{
	static const struct {
		const char *line, *by, *why;
	} ends[] = {
		{"< R. 1:1(0) ack 1", "server", "aborted"},
		{"> R. 1:1(0) ack 1", "client", "aborted"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(ends); i++) {
		begin_pcap(&cap);
		ADD(&cap, &first, NS_SEC, OPENED, ends[i].line);
		run(&defaults, &cap);
		assert_string_equal(told[0].r.reset.by, ends[i].by);
		assert_string_equal(told[0].r.reset.why, ends[i].why);
		assert_int_equal(told[0].r.reset.frame, 4);
		assert_string_equal(told[0].r.close.kind, "rst");
	}
}

static void resets_have_a_reason(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED, "> F. 1:1(0) ack 1", "< R. 1:1(0) ack 2");
	run(&defaults, &cap);
	assert_string_equal(told[0].r.reset.why, "after-fin");
	assert_string_equal(told[0].findings, "rst-for-fin");
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED, "> F. 1:1(0) ack 1", "> R. 2:2(0) ack 1");
	run(&defaults, &cap);
	assert_string_equal(told[0].r.reset.why, "after-own-fin");
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, "> S 0:0(0)", "< S. 0:0(0) ack 1", "> R 1:1(0)");
	run(&defaults, &cap);
	assert_string_equal(told[0].r.reset.why, "half-open");
}

/* A server that speaks first, and whose reset comes after the third segment was lost. */
static void a_connection_with_data_is_not_half_open(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, "> S 0:0(0)", "< S. 0:0(0) ack 1", "< P. 1:9(8) ack 1",
	    "< R. 9:9(0) ack 1");
	run(&defaults, &cap);
	assert_string_equal(told[0].r.reset.why, "aborted");
}

static void findings_have_the_frame_that_shows_them(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED, "< . 1:1(0) ack 500", "> . 1:1(0) ack 1 <mss 1460>");
	run(&defaults, &cap);
	assert_string_equal(told[0].r.close.verdict, "fail");
	assert_string_equal(told[0].findings, "end-unseen frames-missing syn-option-later");
	assert_int_equal(told[0].frame[0], FIELD_NULL);
	assert_int_equal(told[0].frame[1], 4);
	assert_int_equal(told[0].frame[2], 5);
	assert_int_equal(summary.capture.failed, 1);
}

/* --- several connections on one tuple --- */

static void a_reused_tuple_is_a_new_stream(void **state)
{
	struct ends again = first;

	(void)state;
	again.client_iss = 900000;
	again.server_iss = 123;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED, CLOSED);
	ADD(&cap, &again, 20 * NS_SEC, OPENED, CLOSED);
	run(&defaults, &cap);
	assert_int_equal(told_count, 2);
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(told[i].r.stream, i);
		assert_int_equal(told[i].r.reused, i);
		assert_int_equal(told[i].r.segments, 7);
		assert_int_equal(told[i].r.completeness, 23);
		assert_string_equal(told[i].r.close.verdict, "pass");
	}
	assert_int_equal(told[1].r.first_frame, 8);
}

static void a_repeated_syn_is_no_new_stream(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, "> S 0:0(0)", OPENED, "> S 0:0(0)", CLOSED);
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	assert_int_equal(told[0].r.by_client.syn, 3);
	assert_string_equal(told[0].r.close.kind, "fin-4");
}

/* The challenge ACK of a SYN that hits an open connection is the old connection's, and so is what follows. */
static void check_stray(uint32_t stray_seq)
{
	struct ends stray = first;

	stray.client_iss = stray_seq;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED);
	add(&cap, &stray, 2 * NS_SEC, "> S 0:0(0)");
	ADD(&cap, &first, 3 * NS_SEC, "< . 1:1(0) ack 1", "> P. 1:11(10) ack 1",
	    "< . 1:1(0) ack 11", "> F. 11:11(0) ack 1", "< F. 1:1(0) ack 12", "> . 12:12(0) ack 2");
	run(&defaults, &cap);
	assert_int_equal(told_count, 2);
	assert_string_equal(told[0].r.close.kind, "fin-3");
	assert_string_equal(told[0].r.close.verdict, "pass");
	assert_string_equal(told[0].r.client_state, "TIME_WAIT");
	assert_int_equal(told[1].r.reused, 1);
	assert_string_equal(told[1].r.client_state, "SYN_SENT");
	assert_null(told[1].r.server_state);
}

static void a_stray_syn_leaves_the_connection_alone(void **state)
{
	(void)state;
	check_stray(first.client_iss + 5000);
	check_stray(first.client_iss + 0x70000000);
	check_stray(first.client_iss - 0x70000000);
}

/* The stray number lies just before what the connection goes on with. */
static void a_stray_syn_before_the_window_leaves_it_alone(void **state)
{
	(void)state;
	check_stray(first.client_iss - 500);
}

static void a_damaged_stray_syn_leaves_it_alone(void **state)
{
	struct ends stray = first;

	(void)state;
	stray.client_iss += 5000;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED);
	add(&cap, &stray, 2 * NS_SEC, "> S 0:0(0) : damaged");
	ADD(&cap, &first, 3 * NS_SEC, CLOSED);
	run(&defaults, &cap);
	assert_int_equal(told_count, 2);
	assert_string_equal(told[0].r.close.kind, "fin-4");
	assert_string_equal(told[0].r.close.verdict, "pass");
}

static void several_stray_syns_keep_the_first_connection(void **state)
{
	struct ends stray = first;

	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED);
	for (uint32_t i = 1; i <= 5; i++) {
		stray.client_iss = first.client_iss + i * 1000000;
		add(&cap, &stray, 2 * NS_SEC, "> S 0:0(0)");
	}
	ADD(&cap, &first, 3 * NS_SEC, CLOSED);
	run(&defaults, &cap);
	assert_int_equal(told_count, 6);
	for (uint32_t i = 0; i < 6; i++)
		assert_string_equal(told[i].r.close.kind, told[i].r.stream == 0 ? "fin-4" : "none");
}

/* --- unusual beginnings --- */

/* An ACK of the SYN before the server's own SYN would count from before it: then this is another stream. */
static void a_split_handshake_is_one_connection(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, "> S 0:0(0)", "< S 0:0(0)", "> S. 0:0(0) ack 1",
	    "< . 1:1(0) ack 1", CLOSED);
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	check_ends(&told[0].r);
	assert_string_equal(told[0].r.state, "open");
	assert_string_equal(told[0].r.close.kind, "fin-4");
	assert_string_equal(told[0].r.close.verdict, "pass");
}

static void a_simultaneous_open_is_one_connection(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, "> S 0:0(0)", "< S 0:0(0)", "> S. 0:0(0) ack 1",
	    "< S. 0:0(0) ack 1", "> . 1:1(0) ack 1", CLOSED);
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	check_ends(&told[0].r);
	assert_string_equal(told[0].r.close.kind, "fin-4");
	assert_int_equal(told[0].r.by_server.syn, 1);
	assert_int_equal(told[0].r.by_server.syn_ack, 1);
	assert_int_equal(told[0].r.completeness, 23);
}

static void numbers_wrap_around(void **state)
{
	struct ends e = first;

	(void)state;
	e.client_iss = 0xffffffff;
	e.server_iss = 0xffffffe0;
	begin_pcap(&cap);
	add_complete(&cap, &e, 100 * NS_SEC);
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].r.close.kind, "fin-4");
	assert_string_equal(told[0].r.close.verdict, "pass");
	assert_int_equal(told[0].r.by_client.retransmits, 0);
}

static void midstream_the_lower_port_is_the_server(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, "< P. 1000:1100(100) ack 2000", "> . 2000:2000(0) ack 1100");
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	check_ends(&told[0].r);
	assert_string_equal(told[0].r.opened, "midstream");
	assert_string_equal(told[0].r.state, "open");
	assert_string_equal(told[0].r.reason, "ack");
	assert_string_equal(told[0].history, "^dA");
	assert_int_equal(summary.capture.midstream, 1);
}

static void a_syn_ack_first_tells_the_ends_apart(void **state)
{
	struct ends e = first;

	(void)state;
	e.server_port = 50000;
	begin_pcap(&cap);
	ADD(&cap, &e, NS_SEC, "< S. 0:0(0) ack 1 <mss 1460,sackOK,nop,wscale 7>",
	    "> . 1:1(0) ack 1", CLOSED);
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	assert_int_equal(told[0].r.client.port, 40000);
	assert_string_equal(told[0].r.opened, "syn-ack");
	assert_string_equal(told[0].r.close.verdict, "pass");
	assert_true(told[0].r.rtt == NS_NONE);
}

static void one_direction_is_no_fault(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, "> S 0:0(0)", "> . 1:1(0) ack 1", "> P. 1:101(100) ack 1",
	    "> F. 101:101(0) ack 900", "> . 102:102(0) ack 901");
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].r.state, "open");
	assert_string_equal(told[0].r.close.verdict, "inconclusive");
	assert_string_equal(told[0].r.conn_state, "SH");
}

/* What one end acknowledges tells where the other's numbers are, before it is heard. */
static void a_syn_with_other_numbers_than_were_acknowledged_is_a_new_stream(void **state)
{
	static const char *const before[] = {"< P. 1:9(8) ack 1", "< S. 0:0(0) ack 1",
	                                     "< R. 0:0(0) ack 1"};
	struct ends again = first;

	(void)state;
	again.client_iss = 900000;
	for (size_t i = 0; i < CHECK_COUNT(before); i++) {
		begin_pcap(&cap);
		add(&cap, &first, NS_SEC, before[i]);
		ADD(&cap, &again, 2 * NS_SEC, OPENED, CLOSED);
		run(&defaults, &cap);
		assert_int_equal(told_count, 2);
		assert_int_equal(told[1].r.reused, 1);
		assert_string_equal(told[1].r.close.verdict, "pass");
	}
}

static void a_syn_behind_its_syn_ack_is_of_the_same_stream(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, "< S. 0:0(0) ack 1", "> S 0:0(0)", "> . 1:1(0) ack 1", CLOSED);
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].r.close.kind, "fin-4");
}

/* --- files --- */

static void two_files_are_two_captures(void **state)
{
	struct replay *r = open_replay(&defaults);

	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED);
	begin_pcapng(&cap2);
	ADD(&cap2, &first, 2 * NS_SEC, CLOSED);
	assert_int_equal(feed(r, cap.bytes, cap.len, "one"), 0);
	replay_end(r);
	replay_summary(r, &summary);
	assert_string_equal(summary.target, "one");
	assert_int_equal(summary.capture.frames, 3);
	assert_int_equal(feed(r, cap2.bytes, cap2.len, "two"), 0);
	replay_end(r);
	replay_summary(r, &summary);
	assert_string_equal(summary.target, "two");
	assert_int_equal(summary.capture.frames, 4);
	assert_int_equal(summary.sent, 1);
	replay_free(r);
	assert_int_equal(told_count, 2);
	assert_string_equal(told[1].r.file, "two");
	assert_int_equal(told[1].r.stream, 0);
	assert_int_equal(told[1].r.first_frame, 1);
	assert_string_equal(told[1].r.opened, "midstream");
}

static void joined_files_are_one_capture(void **state)
{
	struct replay_config cfg = {.max_flows = 10, .join = true};
	struct replay *r = open_replay(&cfg);

	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED);
	begin_pcapng(&cap2);
	ADD(&cap2, &first, 2 * NS_SEC, CLOSED);
	assert_int_equal(feed(r, cap.bytes, cap.len, "one"), 0);
	assert_int_equal(feed(r, cap2.bytes, cap2.len, "two"), 0);
	replay_end(r);
	replay_summary(r, &summary);
	replay_free(r);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].r.close.kind, "fin-4");
	assert_int_equal(told[0].r.segments, 7);
	assert_int_equal(told[0].r.first_frame, 1);
	assert_int_equal(told[0].r.last_frame, 7);
	assert_int_equal(summary.capture.frames, 7);
}

static void each_cut(const struct capture_file *c)
{
	for (size_t len = 0; len <= c->len; len++) {
		int status = run_part(&defaults, c, len);
		uint32_t whole = 0;
		int64_t segments = 0;

		while (whole < c->frames && c->ends_at[whole] <= len)
			whole++;
		for (uint32_t i = 0; i < told_count; i++)
			segments += told[i].r.segments;
		assert_int_equal(segments, whole);
		assert_int_equal(summary.capture.frames, whole);
		assert_true(status != 0 || whole == 0 || len == c->ends_at[whole - 1]);
		assert_true(len != c->len || status == 0);
	}
}

static void a_file_cut_anywhere_gives_its_whole_frames(void **state)
{
	struct ends v6 = first;

	(void)state;
	v6.v6 = true;
	begin_pcap(&cap);
	add_complete(&cap, &first, 100 * NS_SEC);
	each_cut(&cap);
	begin_pcapng(&cap);
	add_complete(&cap, &v6, 100 * NS_SEC);
	each_cut(&cap);
}

/* --- checksums, fragments, ICMP --- */

static void a_damaged_frame_of_a_trusted_sender_is_not_believed(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED, "< R. 1:1(0) ack 1 : damaged", CLOSED);
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].r.close.kind, "fin-4");
	assert_string_equal(told[0].history, "ShAcFaf");
	assert_null(told[0].r.reset.by);
	assert_int_equal(told[0].r.by_server.rst, 1);
	assert_int_equal(summary.capture.damaged, 1);
}

/* Where none is right the sender's hardware would have completed them. */
static void checksums_of_a_sender_without_a_right_one_mean_nothing(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, "> S 0:0(0)", "< S. 0:0(0) ack 1 : damaged", "> . 1:1(0) ack 1",
	    "< R. 1:1(0) ack 1 : damaged");
	run(&defaults, &cap);
	assert_string_equal(told[0].r.close.kind, "rst");
	assert_int_equal(summary.capture.damaged, 0);
}

/* What its receiver acknowledges had arrived: the capture was at fault. */
static void an_acknowledged_damaged_frame_is_no_finding(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED, "> P. 1:101(100) ack 1 : damaged", "< . 1:1(0) ack 101");
	run(&defaults, &cap);
	assert_string_equal(told[0].findings, "end-unseen frames-missing");
	assert_string_equal(told[0].r.close.verdict, "inconclusive");
}

/* The segment in two IP fragments; the second begins at a multiple of 8 bytes. */
static void add_fragments(struct capture_file *c, const struct ends *e, ns_t stamp,
                          const char *line, size_t at, bool both)
{
	static uint8_t tcp[1600];
	struct segs_line l;
	size_t len;

	segs_parse(line, &l);
	len = build_tcp(tcp, e, &l);
	memcpy(put_ip(c, e, l.from_client, IPPROTO_TCP, at), tcp, at);
	be16(c->frame + 14 + 6, 0x2000);
	put_frame(c, stamp);
	memcpy(put_ip(c, e, l.from_client, IPPROTO_TCP, len - at), tcp + at, len - at);
	be16(c->frame + 14 + 6, (uint32_t)at / 8);
	if (both)
		put_frame(c, stamp);
}

static void fragments_are_one_segment(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED);
	add_fragments(&cap, &first, 2 * NS_SEC, "> P. 1:1001(1000) ack 1", 520, true);
	add(&cap, &first, 3 * NS_SEC, "< . 1:1(0) ack 1001");
	run(&defaults, &cap);
	assert_int_equal(told[0].r.bytes, 1000);
	assert_int_equal(told[0].r.segments, 5);
	assert_string_equal(told[0].findings, "end-unseen");
	assert_int_equal(summary.capture.datagrams_lost, 0);
}

static void a_datagram_without_its_last_fragment_is_counted(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED);
	add_fragments(&cap, &first, 2 * NS_SEC, "> P. 1:1001(1000) ack 1", 520, false);
	run(&defaults, &cap);
	assert_int_equal(told[0].r.segments, 3);
	assert_int_equal(summary.capture.datagrams_lost, 1);
	assert_int_equal(summary.capture.frames, 4);
}

/* From a router, about the segment of this line. */
static void add_icmp(struct capture_file *c, const struct ends *e, ns_t stamp, uint8_t type,
                     uint8_t code, const char *line)
{
	uint8_t quote[20 + 60], *icmp;
	struct segs_line l;
	size_t len;

	segs_parse(line, &l);
	len = build_tcp(put_ip(c, e, l.from_client, IPPROTO_TCP, 20), e, &l);
	memcpy(quote, c->frame + 14, 20 + len);
	icmp = put_ip(c, e, false, IPPROTO_ICMP, 8 + 28);
	memset(icmp, 0, 8);
	icmp[0] = type;
	icmp[1] = code;
	memcpy(icmp + 8, quote, 28);
	be16(icmp + 2, 0xffffU & ~(uint32_t)csum_fold(csum_add(0, icmp, 36)));
	put_frame(c, stamp);
}

static void an_icmp_error_for_a_syn_tells_why(void **state)
{
	(void)state;
	begin_pcap(&cap);
	add(&cap, &first, NS_SEC, "> S 0:0(0)");
	add_icmp(&cap, &first, NS_SEC + NS_MS, 3, 1, "> S 0:0(0)");
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].r.state, "unreachable");
	assert_string_equal(told[0].r.reason, "icmp-host-unreachable");
	assert_int_equal(told[0].r.segments, 1);
	assert_int_equal(summary.unreachable, 1);
}

static void an_icmp_error_that_quotes_another_number_is_forged(void **state)
{
	(void)state;
	begin_pcap(&cap);
	add(&cap, &first, NS_SEC, "> S 0:0(0)");
	add_icmp(&cap, &first, NS_SEC + NS_MS, 3, 1, "> S 777:777(0)");
	add_icmp(&cap, &first, NS_SEC + NS_MS, 4, 0, "> S 0:0(0)"); /* source quench */
	run(&defaults, &cap);
	assert_string_equal(told[0].r.state, "filtered");
}

/* --- limits --- */

static void add_flood(struct capture_file *c, uint32_t count, ns_t at)
{
	struct ends e = first;

	e.client = 9;
	for (uint32_t i = 0; i < count; i++) {
		e.client_port = (uint16_t)(10000 + i);
		e.client_iss = i * 7919;
		add(c, &e, at + i * NS_US, "> S 0:0(0)");
	}
}

static void a_flood_of_syns_is_bounded_and_counted(void **state)
{
	(void)state;
	for (uint32_t max = 16; max <= 64; max += 16) {
		struct replay_config cfg = {.max_flows = max};
		bool seen = false;

		begin_pcap(&cap);
		ADD(&cap, &first, NS_SEC, OPENED);
		add_flood(&cap, 1000, 2 * NS_SEC);
		ADD(&cap, &first, 5 * NS_SEC, CLOSED);
		run(&cfg, &cap);
		assert_int_equal(told_count, max);
		assert_int_equal(told_count + summary.capture.dropped, 1001);
		assert_int_equal(summary.capture.cut_off, 0);
		for (uint32_t i = 0; i < told_count; i++)
			if (told[i].r.stream == 0) {
				assert_string_equal(told[i].r.close.kind, "fin-4");
				assert_int_equal(told[i].r.segments, 7);
				seen = true;
			}
		assert_true(seen);
	}
}

/* What was answered and then cut off is told of. */
static void open_connections_beyond_the_limit_are_told_early(void **state)
{
	struct replay_config cfg = {.max_flows = 4};
	struct ends e = first;

	(void)state;
	begin_pcap(&cap);
	for (uint16_t i = 0; i < 10; i++) {
		e.client_port = (uint16_t)(40000 + i);
		ADD(&cap, &e, (1 + i) * NS_SEC, OPENED);
	}
	run(&cfg, &cap);
	assert_int_equal(told_count, 10);
	for (uint32_t i = 0; i < 10; i++)
		assert_int_equal(told[i].r.stream, i);
	assert_int_equal(summary.capture.cut_off, 6);
	assert_int_equal(summary.capture.dropped, 0);
}

static void one_flow_is_enough(void **state)
{
	struct replay_config cfg = {.max_flows = 1};

	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED, CLOSED);
	add_flood(&cap, 5, 10 * NS_SEC);
	run(&cfg, &cap);
	assert_int_equal(told_count, 2);
	assert_int_equal(summary.capture.dropped, 4);
}

/* By the capture's own clock: a connection that is over waits two minutes for what is late. */
static void finished_connections_are_told_after_two_minutes(void **state)
{
	struct ends other = first;
	struct replay *r = open_replay(&defaults);

	(void)state;
	other.client = 7;
	begin_pcap(&cap);
	ADD(&cap, &first, 0, OPENED, CLOSED); /* ends at 6 ms */
	add(&cap, &other, 120 * NS_SEC, "> S 0:0(0)");
	assert_int_equal(feed(r, cap.bytes, cap.len, "one"), 0);
	assert_int_equal(told_count, 0);
	replay_free(r);

	r = open_replay(&defaults);
	add(&cap, &other, 121 * NS_SEC + 7 * NS_MS, "> S 0:0(0)");
	assert_int_equal(feed(r, cap.bytes, cap.len, "one"), 0);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].r.conn_state, "SF");
	replay_free(r);
}

static void attempts_are_told_after_two_and_a_half_minutes(void **state)
{
	struct ends other = first;
	struct replay *r = open_replay(&defaults);

	(void)state;
	other.client = 7;
	begin_pcap(&cap);
	add(&cap, &first, 0, "> S 0:0(0)");
	add(&cap, &other, 150 * NS_SEC, "> S 0:0(0)");
	add(&cap, &other, 151 * NS_SEC, "> S 0:0(0)");
	assert_int_equal(feed(r, cap.bytes, cap.len, "one"), 0);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].r.conn_state, "S0");
	replay_free(r);
}

static void an_open_connection_waits_for_ever(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED);
	ADD(&cap, &first, 1000000 * NS_SEC, CLOSED);
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].r.close.kind, "fin-4");
}

/* Stamps of several clocks: nothing breaks, and no time is negative where none can be. */
static void frames_can_go_back_in_time(void **state)
{
	(void)state;
	begin_pcap(&cap);
	add(&cap, &first, 10 * NS_SEC, "> S 0:0(0)");
	add(&cap, &first, 9 * NS_SEC, "< S. 0:0(0) ack 1");
	add(&cap, &first, 8 * NS_SEC, "> . 1:1(0) ack 1");
	ADD(&cap, &first, 7 * NS_SEC, CLOSED);
	run(&defaults, &cap);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].r.close.kind, "fin-4");
	assert_string_equal(told[0].r.state, "open");
	assert_int_equal(told[0].r.last_frame, 7);
}

/* --- what is chosen --- */

static uint32_t count_of(const char *choice)
{
	struct replay_config cfg = {.max_flows = 100, .ladders = true};
	struct err e;

	assert_int_equal(choice_parse(&cfg.choice, choice, &e), 0);
	run(&cfg, &cap);
	return told_count;
}

static void connections_are_chosen_by_stream_and_ends(void **state)
{
	struct ends other = first;

	(void)state;
	other.client = 7;
	other.server_port = 80;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED);
	ADD(&cap, &other, 2 * NS_SEC, OPENED, CLOSED);
	assert_int_equal(count_of("1"), 1);
	assert_int_equal(told[0].r.stream, 1);
	assert_int_equal(told[0].ladder, 7);
	assert_int_equal(summary.sent, 1);
	assert_int_equal(count_of("2"), 0);
	assert_int_equal(count_of("10.0.0.2"), 2);
	assert_int_equal(count_of(":80"), 1);
	assert_int_equal(count_of("10.0.0.2:443-10.0.0.1"), 1);
	assert_int_equal(told[0].ladder, 3);
	assert_int_equal(count_of("10.0.0.7-:443"), 0);
}

static void a_filter_takes_frames_away(void **state)
{
	struct replay_config cfg = {.max_flows = 100, .filter = "src host 10.0.0.1"};
	struct replay_sink sink = {.connection = on_connection};
	struct replay *r;
	struct err e;

	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OPENED);
	run(&cfg, &cap);
	assert_int_equal(told[0].r.segments, 2);
	assert_int_equal(told[0].r.last_frame, 3);
	cfg.filter = "no such thing";
	assert_int_equal(replay_new(&r, &cfg, &sink, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
}

/* --- hints of SYN cookies --- */

#define OFFER   "> S 0:0(0) <mss 1460,sackOK,nop,nop,nop,wscale 7>"
#define GRANT   "< S. 0:0(0) ack 1 <mss 1460,sackOK,nop,nop,nop,wscale 7>"
#define REFUSAL "< S. 0:0(0) ack 1 <mss 1460>"

static void check_hint(uint32_t at, const char *hint)
{
	if (hint == NULL)
		assert_null(told[at].r.cookie_hint);
	else
		assert_string_equal(told[at].r.cookie_hint, hint);
}

static void a_window_of_0_is_a_hint(void **state)
{
	(void)state;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OFFER, "< S. 0:0(0) ack 1 win 0 <mss 1460>");
	run(&defaults, &cap);
	check_hint(0, "window-0");
}

static void lost_options_are_a_hint_once_another_client_had_them(void **state)
{
	struct ends other = first, third = first, elsewhere = first;

	(void)state;
	other.client = 7;
	third.client = 8;
	elsewhere.server = 99;
	begin_pcap(&cap);
	ADD(&cap, &first, NS_SEC, OFFER, REFUSAL);
	ADD(&cap, &other, 2 * NS_SEC, OFFER, GRANT);
	ADD(&cap, &third, 3 * NS_SEC, OFFER, REFUSAL);
	ADD(&cap, &elsewhere, 4 * NS_SEC, OFFER, REFUSAL);
	run(&defaults, &cap);
	assert_int_equal(told_count, 4);
	check_hint(0, NULL);
	check_hint(1, NULL);
	check_hint(2, "options-lost");
	check_hint(3, NULL);
}

/* On one tuple, and within a minute, the server's number follows the client's. */
static void linear_numbers_on_one_tuple_are_a_hint(void **state)
{
	static const struct {
		uint32_t client, server;
		ns_t later;
		const char *hint;
	} again[] = {
		{70000, 70000, 10 * NS_SEC, "linear"},
		{70000, 12345678, 10 * NS_SEC, NULL},
		{70000, 70000, 90 * NS_SEC, NULL},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(again); i++) {
		struct ends e = first;

		begin_pcap(&cap);
		ADD(&cap, &e, NS_SEC, "> S 0:0(0) <mss 1460>", REFUSAL, "> R 1:1(0)");
		e.client_iss += again[i].client;
		e.server_iss += again[i].server;
		ADD(&cap, &e, NS_SEC + again[i].later, "> S 0:0(0) <mss 1460>", REFUSAL);
		run(&defaults, &cap);
		assert_int_equal(told_count, 2);
		check_hint(0, NULL);
		check_hint(1, again[i].hint);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_teardown(a_complete_connection_is_told_field_by_field, forget_all),
	cmocka_unit_test_teardown(the_close_of_a_complete_connection_is_judged, forget_all),
	cmocka_unit_test_teardown(ipv6_is_told_as_well, forget_all),
	cmocka_unit_test_teardown(a_refused_syn_is_closed, forget_all),
	cmocka_unit_test_teardown(a_syn_without_an_answer_is_filtered, forget_all),
	cmocka_unit_test_teardown(a_reset_is_told_with_its_frame, forget_all),
	cmocka_unit_test_teardown(resets_have_a_reason, forget_all),
	cmocka_unit_test_teardown(a_connection_with_data_is_not_half_open, forget_all),
	cmocka_unit_test_teardown(findings_have_the_frame_that_shows_them, forget_all),
	cmocka_unit_test_teardown(a_reused_tuple_is_a_new_stream, forget_all),
	cmocka_unit_test_teardown(a_repeated_syn_is_no_new_stream, forget_all),
	cmocka_unit_test_teardown(a_stray_syn_leaves_the_connection_alone, forget_all),
	cmocka_unit_test_teardown(a_stray_syn_before_the_window_leaves_it_alone, forget_all),
	cmocka_unit_test_teardown(a_damaged_stray_syn_leaves_it_alone, forget_all),
	cmocka_unit_test_teardown(several_stray_syns_keep_the_first_connection, forget_all),
	cmocka_unit_test_teardown(a_split_handshake_is_one_connection, forget_all),
	cmocka_unit_test_teardown(a_simultaneous_open_is_one_connection, forget_all),
	cmocka_unit_test_teardown(numbers_wrap_around, forget_all),
	cmocka_unit_test_teardown(midstream_the_lower_port_is_the_server, forget_all),
	cmocka_unit_test_teardown(a_syn_ack_first_tells_the_ends_apart, forget_all),
	cmocka_unit_test_teardown(one_direction_is_no_fault, forget_all),
	cmocka_unit_test_teardown(a_syn_with_other_numbers_than_were_acknowledged_is_a_new_stream,
                                  forget_all),
	cmocka_unit_test_teardown(a_syn_behind_its_syn_ack_is_of_the_same_stream, forget_all),
	cmocka_unit_test_teardown(two_files_are_two_captures, forget_all),
	cmocka_unit_test_teardown(joined_files_are_one_capture, forget_all),
	cmocka_unit_test_teardown(a_file_cut_anywhere_gives_its_whole_frames, forget_all),
	cmocka_unit_test_teardown(a_damaged_frame_of_a_trusted_sender_is_not_believed, forget_all),
	cmocka_unit_test_teardown(checksums_of_a_sender_without_a_right_one_mean_nothing,
                                  forget_all),
	cmocka_unit_test_teardown(an_acknowledged_damaged_frame_is_no_finding, forget_all),
	cmocka_unit_test_teardown(fragments_are_one_segment, forget_all),
	cmocka_unit_test_teardown(a_datagram_without_its_last_fragment_is_counted, forget_all),
	cmocka_unit_test_teardown(an_icmp_error_for_a_syn_tells_why, forget_all),
	cmocka_unit_test_teardown(an_icmp_error_that_quotes_another_number_is_forged, forget_all),
	cmocka_unit_test_teardown(a_flood_of_syns_is_bounded_and_counted, forget_all),
	cmocka_unit_test_teardown(open_connections_beyond_the_limit_are_told_early, forget_all),
	cmocka_unit_test_teardown(one_flow_is_enough, forget_all),
	cmocka_unit_test_teardown(finished_connections_are_told_after_two_minutes, forget_all),
	cmocka_unit_test_teardown(attempts_are_told_after_two_and_a_half_minutes, forget_all),
	cmocka_unit_test_teardown(an_open_connection_waits_for_ever, forget_all),
	cmocka_unit_test_teardown(frames_can_go_back_in_time, forget_all),
	cmocka_unit_test_teardown(connections_are_chosen_by_stream_and_ends, forget_all),
	cmocka_unit_test_teardown(a_filter_takes_frames_away, forget_all),
	cmocka_unit_test_teardown(a_window_of_0_is_a_hint, forget_all),
	cmocka_unit_test_teardown(lost_options_are_a_hint_once_another_client_had_them, forget_all),
	cmocka_unit_test_teardown(linear_numbers_on_one_tuple_are_a_hint, forget_all),
};

int main(void)
{
	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
