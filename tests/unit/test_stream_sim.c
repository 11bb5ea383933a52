/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_stream_sim.c - a megabyte and more over bad paths, both ways, under a virtual clock.
 *
 * STREAM_SEEDS=N plays so many seeds on each path, STREAM_SEED=N that one alone, with its ladder.
 */
#include "../lib/check.h"
#include "../lib/segs_peer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/text.h"
#include "tcp/conn.h"
#include "tcp/stream.h"

#define SEEDS      25
#define FRAMES_MAX 8192
#define TIME_MAX   (1200 * NS_SEC)

struct path {
	const char *name;
	unsigned int loss, twice, late, cut; /* in a thousand; cut: captured in part */
	ns_t jitter;
	uint32_t buffer; /* of the server's receiver; 0: as the seed says */
	bool lazy;       /* both applications */
};

static const struct path paths[] = {
	{.name = "quiet"},
	{.name = "lossy", .loss = 20},
	{.name = "bad", .loss = 100, .twice = 20, .late = 20, .cut = 10, .jitter = 3 * NS_MS},
	{.name = "disorder", .twice = 50, .late = 100, .jitter = 10 * NS_MS},
	{.name = "cut", .cut = 50},
	{.name = "tiny windows", .loss = 10, .buffer = 3000, .lazy = true},
	{.name = "lazy", .loss = 5, .lazy = true},
};

struct frame {
	struct seg seg;
	ns_t due;
	uint64_t id;
	bool up;
};

static struct run {
	const struct path *path;
	struct rng rng;
	bool print, lazy;
	ns_t now, start, delay, lazy_at, room_at;
	struct conn_config cfg;
	struct conn conn;
	struct stream *stream;
	struct peer peer;
	uint32_t iss, give, read, edge, sent, data_sent;
	bool closed, edge_known;
	struct frame frames[FRAMES_MAX];
	size_t count;
	uint64_t ids;
	const char *failure;
} r;

static void broken(const char *rule)
{
	if (r.failure == NULL)
		r.failure = rule;
}

static uint32_t below(uint32_t n)
{
	return (uint32_t)rng_below(&r.rng, n);
}

static bool chance(unsigned int in_a_thousand)
{
	return below(1000) < in_a_thousand;
}

static void print(const char *dir, const struct seg *s)
{
	char buf[200];
	struct text t = text_into(buf, sizeof(buf));
	bool up = dir[0] == '>';

	if (!r.print)
		return;
	seg_text(&t, s, up ? r.iss : r.peer.cfg.iss, up ? r.peer.cfg.iss : r.iss);
	printf("%12.6f %s %s\n", (double)(r.now - r.start) / (double)NS_SEC, dir, buf);
}

/* --- the path --- */

static void put(const struct seg *s, bool up)
{
	struct frame f = {.seg = *s, .due = r.now + r.delay, .id = r.ids++, .up = up};

	if (r.path->jitter > 0)
		f.due += below((uint32_t)r.path->jitter);
	if (chance(r.path->late))
		f.due += below(100) * NS_MS;
	if (!up && s->payload_len > 0 && chance(r.path->cut))
		f.seg.payload_here = below(s->payload_len);
	if (!up && f.seg.payload_here == 0)
		f.seg.payload = NULL;
	if (r.count == FRAMES_MAX)
		broken("more frames are under way than can be");
	else
		r.frames[r.count++] = f;
}

static void send(const struct seg *s, bool up)
{
	bool lost = chance(r.path->loss);

	print(up ? lost ? ">x" : "> " : lost ? "<x" : "< ", s);
	if (!lost)
		put(s, up);
	if (!lost && chance(r.path->twice))
		put(s, up);
}

static size_t first(void)
{
	size_t best = 0;

	for (size_t i = 1; i < r.count; i++)
		if (r.frames[i].due < r.frames[best].due ||
		    (r.frames[i].due == r.frames[best].due && r.frames[i].id < r.frames[best].id))
			best = i;
	return best;
}

/* --- the client --- */

/* The right edge never moves back. */
static void check_edge(const struct seg *s)
{
	bool scaled = r.peer.scaling_on && (s->flags & SEG_SYN) == 0;
	uint32_t edge = s->ack + ((uint32_t)s->win << (scaled ? r.cfg.profile.wscale : 0));

	if ((s->flags & (SEG_ACK | SEG_RST)) != SEG_ACK)
		return;
	if (r.edge_known && (int32_t)(edge - r.edge) < ((s->flags & SEG_FIN) != 0 ? -1 : 0) &&
	    !stream_ended(r.stream))
		broken("the right edge of our window moved back");
	r.edge = edge;
	r.edge_known = true;
}

/* The bytes lie in memory that is used again: they are looked at now, and sent from elsewhere. */
static void check_out(struct seg *s)
{
	uint32_t at = s->seq - r.iss - ((s->flags & SEG_SYN) != 0 ? 0 : 1);

	check_edge(s);
	r.sent++;
	r.data_sent += s->payload_len > 0;
	if (s->payload_len == 0)
		return;
	if (at + s->payload_len > stream_written(r.stream) ||
	    memcmp(s->payload, peer_bytes(true, at), s->payload_len) != 0)
		broken("a segment has other bytes than were written");
	s->payload = peer_bytes(true, at);
}

static void client(enum conn_event ev, const struct seg *in)
{
	struct seg out;

	conn_event(&r.conn, ev, in, r.now);
	for (int i = 0; conn_next(&r.conn, &out, r.now); i++) {
		if (i > 2000) {
			broken("segments without end");
			return;
		}
		check_out(&out);
		send(&out, true);
	}
}

static void read_some(uint32_t most)
{
	const uint8_t *at;
	size_t len;

	while (at = stream_peek(r.stream, &len), len > 0 && most > 0) {
		len = len < most ? len : most;
		if (memcmp(at, peer_bytes(false, r.read), len) != 0)
			broken("a byte is not what the server sent");
		stream_consume(r.stream, len);
		r.read += (uint32_t)len;
		most -= (uint32_t)len;
	}
}

/* What an application does: read, write, and close when all is written. */
static void use(uint32_t most)
{
	uint64_t before = stream_written(r.stream), had = stream_consumed(r.stream);
	uint32_t at = (uint32_t)before;

	read_some(most);
	if (at < r.give)
		(void)stream_write(r.stream, peer_bytes(true, at), r.give - at);
	if (stream_written(r.stream) != before || stream_consumed(r.stream) != had)
		client(CONN_SEND, NULL);
	if (stream_written(r.stream) == r.give && !r.closed &&
	    conn_state(&r.conn) != STATE_SYN_SENT) {
		r.closed = true;
		client(CONN_CLOSE, NULL);
	}
}

/* --- the clock --- */

static void serve(void)
{
	struct seg out;

	for (int i = 0; peer_next(&r.peer, &out, r.now) && i < 2000; i++)
		send(&out, false);
}

static void arrive(size_t at)
{
	struct frame f = r.frames[at];

	r.frames[at] = r.frames[--r.count];
	print(f.up ? "  >" : "  <", &f.seg);
	if (f.up) {
		peer_input(&r.peer, &f.seg, r.now);
		serve();
	} else {
		client(CONN_SEGMENT, &f.seg);
		if (!r.lazy)
			use(UINT32_MAX);
	}
}

static void lazy_turn(void)
{
	r.lazy_at = r.now + 20 * NS_MS + below(200) * NS_MS;
	use(1 + below(200000));
	peer_read(&r.peer, 1 + below(20000));
	serve();
}

static bool over(void)
{
	return conn_settled(&r.conn) && stream_ended(r.stream) && peer_done(&r.peer) &&
	       r.read == r.peer.cfg.give;
}

static void turn(void)
{
	size_t at = first();
	ns_t wire = r.count > 0 ? r.frames[at].due : NS_NEVER;
	ns_t ours = conn_deadline(&r.conn), theirs = peer_due(&r.peer);
	ns_t next = ns_min(ns_min(wire, ours), ns_min(theirs, r.lazy_at));

	if (next == NS_NEVER) {
		broken("nothing more will happen");
		return;
	}
	r.now = next > r.now ? next : r.now;
	if (r.lazy_at <= r.now)
		lazy_turn();
	else if (wire <= r.now)
		arrive(at);
	else if (ours <= r.now)
		client(CONN_TIMER, NULL);
	else {
		peer_timer(&r.peer, r.now);
		serve();
	}
	if (r.now - r.start > TIME_MAX)
		broken("it takes too long");
}

/* --- what a seed draws --- */

static void draw_client(void)
{
	static const char *const names[] = {"linux", "windows", "freebsd", "minimal"};

	r.cfg = (struct conn_config){
		.profile = *profile_find(names[below(4)]),
		.syn_retries = 10,
		.fin_retries = 12,
		.rto = NS_SEC,
		.timeout = 60 * NS_SEC,
		.data_on_ack = chance(300),
	};
	r.iss = chance(500) ? (uint32_t)rng_next(&r.rng) : 0xffffffff - below(200000);
	r.give = chance(200) ? below(3000) : 200000;
	r.stream = stream_new();
	if (chance(200))
		stream_fastopen(r.stream, (const uint8_t *)"cookie!!", chance(300) ? 0 : 8);
	conn_init(&r.conn, &r.cfg, r.iss, 1460);
	conn_attach(&r.conn, r.stream);
}

static void draw_server(const struct path *path)
{
	static const uint16_t sizes[] = {1460, 1460, 1400, 536, 8960, 0};
	uint32_t big = 4000 + below(1000000);

	peer_init(&r.peer, &(struct peer_config){
				   .iss = (uint32_t)rng_next(&r.rng),
				   .give = chance(200) ? below(3000) : 1024 * 1024,
				   .buffer = path->buffer > 0 ? path->buffer : big,
				   .mss = sizes[below(6)],
				   .client_mss = 1400,
				   .wscale = (uint8_t)below(10),
				   .ts = chance(700),
				   .sack = chance(700),
				   .scaling = chance(700),
				   .fastopen = chance(500),
				   .joins = chance(400),
				   .lazy = path->lazy,
				   .rto = chance(500) ? NS_SEC : 300 * NS_MS,
			   });
}

/*
 * Of every lost segment a few more follow: those that go again for nothing, and ACKs. A window of two
 * segments takes an ACK and an update of each.
 */
static uint32_t most_segments(void)
{
	uint32_t mss = r.peer.cfg.mss == 0 ? 500 : r.peer.cfg.mss - 36;

	return 400 + 4 * (r.give / (mss > 1400 ? 1400 : mss)) + 3 * r.peer.server_sent;
}

static const char *play(const struct path *path, uint64_t seed, bool show)
{
	memset(&r, 0, sizeof(r));
	r.path = path;
	r.print = show;
	rng_seed(&r.rng, seed);
	r.start = r.now = (ns_t)below(UINT32_MAX) * NS_MS;
	r.delay = (1 + below(chance(200) ? 200 : 20)) * NS_MS;
	r.lazy = path->lazy;
	r.lazy_at = path->lazy ? r.now : NS_NEVER;
	draw_client();
	draw_server(path);
	if (chance(500))
		(void)stream_write(r.stream, peer_bytes(true, 0), r.give);
	client(CONN_OPEN, NULL);
	while (!over() && r.failure == NULL && r.peer.failure == NULL)
		turn();
	if (r.sent > most_segments())
		broken("too many segments");
	stream_free(r.stream);
	return r.failure != NULL ? r.failure : r.peer.failure;
}

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	uint64_t n;

	return text != NULL && text_u64(text, 0, UINT64_MAX, &n) ? n : otherwise;
}

static void play_path(const struct path *path)
{
	uint64_t only = number("STREAM_SEED", 0), seeds = number("STREAM_SEEDS", SEEDS);
	uint64_t sent = 0, again = 0;

	for (uint64_t seed = only > 0 ? only : 1; seed <= (only > 0 ? only : seeds); seed++) {
		const char *failure = play(path, seed, only > 0);

		if (failure != NULL)
			fail_msg("path %s, seed %" PRIu64 ": %s", path->name, seed, failure);
		sent += r.sent;
		again += r.data_sent;
	}
	print_message("%s: %" PRIu64 " segments, %" PRIu64 " with data\n", path->name, sent, again);
}

#define PATH_TEST(name, index)                                                                     \
	static void name(void **state)                                                             \
	{                                                                                          \
		(void)state;                                                                       \
		play_path(&paths[index]);                                                          \
	}

PATH_TEST(all_arrives_over_a_quiet_path, 0)
PATH_TEST(all_arrives_over_a_lossy_path, 1)
PATH_TEST(all_arrives_over_a_bad_path, 2)
PATH_TEST(all_arrives_in_disorder, 3)
PATH_TEST(all_arrives_where_frames_are_captured_in_part, 4)
PATH_TEST(all_arrives_through_tiny_windows, 5)
PATH_TEST(all_arrives_where_nobody_is_in_a_hurry, 6)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_arrives_over_a_quiet_path),
		cmocka_unit_test(all_arrives_over_a_lossy_path),
		cmocka_unit_test(all_arrives_over_a_bad_path),
		cmocka_unit_test(all_arrives_in_disorder),
		cmocka_unit_test(all_arrives_where_frames_are_captured_in_part),
		cmocka_unit_test(all_arrives_through_tiny_windows),
		cmocka_unit_test(all_arrives_where_nobody_is_in_a_hurry),
	};

	return cmocka_run_group_tests_name("stream over paths", tests, NULL, NULL);
}
