/* SPDX-License-Identifier: BSD-2-Clause */
/* test_stream.c - the queues of a stream beside simple models of them, and its owner's calls. */
#include "../lib/check.h"

#include <string.h>

#include "base/rng.h"
#include "tcp/cong.h"
#include "tcp/ranges.h"
#include "tcp/rcvq.h"
#include "tcp/sndq.h"
#include "tcp/stream.h"

#define SPACE 2000

/* --- ranges --- */

static bool model[SPACE];

static void check_ranges(const struct ranges *rs)
{
	struct range hole = {0};
	uint32_t held = 0, first = 0;

	for (uint32_t i = 0; i < rs->count; i++) {
		assert_true(rs->list[i].from < rs->list[i].to);
		assert_true(i == 0 || rs->list[i - 1].to < rs->list[i].from);
	}
	for (uint32_t i = 0; i < SPACE; i++)
		held += model[i];
	assert_int_equal(ranges_held(rs, 0, SPACE), held);
	while (first < SPACE && model[first])
		first++;
	assert_int_equal(ranges_hole(rs, 0, SPACE, &hole), first < SPACE);
	if (first < SPACE)
		assert_int_equal(hole.from, first);
	while (first < SPACE && !model[first])
		first++;
	if (hole.to > 0)
		assert_int_equal(hole.to, first);
}

static void change_ranges(struct ranges *rs, struct rng *rng)
{
	uint32_t from = (uint32_t)rng_below(rng, SPACE), len = (uint32_t)rng_below(rng, 60);
	uint32_t to = from + len < SPACE ? from + len : SPACE;

	assert_true(ranges_add(rs, from, to));
	memset(model + from, 1, to - from);
	if (rng_below(rng, 10) > 0)
		return;
	ranges_cut(rs, from);
	memset(model, 0, from);
}

static void ranges_are_as_a_map_of_bytes(void **state)
{
	static struct ranges rs;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1);
	for (int turn = 0; turn < 300; turn++) {
		ranges_init(&rs);
		memset(model, 0, sizeof(model));
		for (int i = 0; i < 60; i++) {
			change_ranges(&rs, &rng);
			check_ranges(&rs);
		}
	}
}

static void a_full_list_takes_only_what_joins(void **state)
{
	static struct ranges rs;

	(void)state;
	ranges_init(&rs);
	for (uint64_t i = 0; i < RANGES_MAX; i++)
		assert_true(ranges_add(&rs, 10 * i, 10 * i + 5));
	assert_false(ranges_add(&rs, 10UL * RANGES_MAX, 10UL * RANGES_MAX + 5));
	assert_int_equal(rs.count, RANGES_MAX);
	assert_true(ranges_add(&rs, 5, 10));
	assert_int_equal(rs.count, RANGES_MAX - 1);
	assert_true(ranges_add(&rs, 10UL * RANGES_MAX, 10UL * RANGES_MAX + 5));
}

/* RFC 2018 4. */
static void the_range_that_grew_last_comes_first(void **state)
{
	static struct ranges rs;
	struct range out[3];

	(void)state;
	ranges_init(&rs);
	ranges_add(&rs, 10, 20);
	ranges_add(&rs, 50, 60);
	ranges_add(&rs, 30, 40);
	ranges_add(&rs, 70, 80);
	ranges_add(&rs, 20, 22);
	assert_int_equal(ranges_latest(&rs, out, 3), 3);
	assert_int_equal(out[0].from, 10);
	assert_int_equal(out[0].to, 22);
	assert_int_equal(out[1].from, 70);
	assert_int_equal(out[2].from, 30);
}

/* --- the receiver's queue --- */

/* The truth about byte n, and what a second, different copy of it says. */
static uint8_t truth(uint64_t n)
{
	return (uint8_t)(n * 13 + n / 239);
}

static void put(struct rcvq *q, uint64_t at, size_t len, uint8_t differs)
{
	static uint8_t bytes[70000];

	for (size_t i = 0; i < len; i++)
		bytes[i] = truth(at + i) ^ differs;
	rcvq_put(q, at, bytes, len);
}

static void check_and_consume(struct rcvq *q, size_t most)
{
	const uint8_t *at;
	size_t len;

	while (at = rcvq_peek(q, &len), len > 0 && most > 0) {
		len = len < most ? len : most;
		for (size_t i = 0; i < len; i++)
			assert_int_equal(at[i], truth(q->consumed + i));
		rcvq_consume(q, len);
		most -= len;
	}
}

/* Several times around the ring; all that is out of order has come right the first time. */
static void bytes_in_any_order_come_out_in_order(void **state)
{
	static struct rcvq q;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 2);
	rcvq_init(&q);
	while (q.consumed < 5 * STREAM_RECEIVE_MAX) {
		uint64_t ahead = rng_below(&rng, 3) == 0 ? 0 : rng_below(&rng, 90000);
		uint64_t at = q.arrived + ahead, back = rng_below(&rng, 3000);
		size_t len = (size_t)rng_below(&rng, rng_below(&rng, 4) == 0 ? 65536 : 1460);

		put(&q, rng_below(&rng, 4) == 0 && back < at ? at - back : at, len, 0);
		if (rng_below(&rng, 20) == 0)
			check_and_consume(&q, (size_t)rng_below(&rng, 200000));
		assert_true(q.arrived - q.consumed <= STREAM_RECEIVE_MAX);
		assert_true(q.ahead.count == 0 || q.ahead.list[0].from > q.arrived);
		if (q.ahead.count > 0)
			assert_true(q.ahead.list[q.ahead.count - 1].to <=
			            q.consumed + STREAM_RECEIVE_MAX);
	}
}

static void the_first_copy_counts(void **state)
{
	static struct rcvq q;

	(void)state;
	rcvq_init(&q);
	put(&q, 10, 10, 0);
	put(&q, 30, 10, 0);
	put(&q, 5, 40, 0xff); /* 20 to 29 is told only now */
	assert_int_equal(q.arrived, 0);
	rcvq_put(&q, 0, (const uint8_t[]){truth(0), truth(1), truth(2), truth(3), truth(4)}, 5);
	assert_int_equal(q.arrived, 45);
	for (uint64_t i = 0; i < 45; i++) {
		bool second = (i >= 5 && i < 10) || (i >= 20 && i < 30) || i >= 40;

		assert_int_equal(q.ring[i], truth(i) ^ (second ? 0xff : 0));
	}
}

static void what_the_ring_has_no_room_for_is_cut_off(void **state)
{
	static struct rcvq q;

	(void)state;
	rcvq_init(&q);
	for (uint64_t at = 0; at < STREAM_RECEIVE_MAX; at += 65536)
		put(&q, at, 65536, 0);
	assert_int_equal(rcvq_room(&q), 0);
	put(&q, STREAM_RECEIVE_MAX, 100, 0);
	assert_int_equal(q.arrived, STREAM_RECEIVE_MAX);
	check_and_consume(&q, 50);
	put(&q, STREAM_RECEIVE_MAX, 100, 0);
	assert_int_equal(q.arrived, STREAM_RECEIVE_MAX + 50);
	put(&q, STREAM_RECEIVE_MAX + 50, 100, 0);
	assert_int_equal(q.arrived, STREAM_RECEIVE_MAX + 50);
	check_and_consume(&q, SIZE_MAX);
	assert_int_equal(rcvq_room(&q), STREAM_RECEIVE_MAX);
}

/* A thousand islands: the list is full, the rest is dropped, and nothing is lost for good. */
static void too_many_gaps_cost_nothing_but_a_repetition(void **state)
{
	static struct rcvq q;

	(void)state;
	rcvq_init(&q);
	for (uint64_t at = 1; at < 2000; at += 2)
		put(&q, at, 1, 0);
	assert_int_equal(q.ahead.count, RANGES_MAX);
	for (uint64_t at = 0; at < 2000; at++)
		put(&q, at, 1, 0);
	assert_int_equal(q.arrived, 2000);
	check_and_consume(&q, SIZE_MAX);
}

/* --- the sender's queue --- */

static void any_stretch_of_what_was_written_lies_together(void **state)
{
	static struct sndq q;
	static uint8_t bytes[70000];
	struct rng rng;

	(void)state;
	rng_seed(&rng, 3);
	sndq_init(&q);
	while (q.acked < 5 * STREAM_SEND_MAX) {
		size_t len = (size_t)rng_below(&rng, sizeof(bytes)), room = sndq_room(&q);
		uint64_t at, end;

		for (size_t i = 0; i < len; i++)
			bytes[i] = truth(q.written + i);
		assert_int_equal(sndq_put(&q, bytes, len), len < room ? len : room);
		at = q.acked + rng_below(&rng, q.written - q.acked + 1);
		end = at + rng_below(&rng, q.written - at + 1);
		for (uint64_t i = at; i < end; i++)
			assert_int_equal(sndq_at(&q, at)[i - at], truth(i));
		sndq_acked(&q, at);
	}
}

/* --- the congestion window --- */

/* RFC 6928 2: ten segments, or fewer large ones. */
static void the_initial_window_is_ten_segments(void **state)
{
	struct cong g;

	(void)state;
	cong_init(&g, 1000);
	assert_int_equal(g.cwnd, 10000);
	cong_init(&g, 1460);
	assert_int_equal(g.cwnd, 14600);
	cong_init(&g, 8960);
	assert_int_equal(g.cwnd, 2 * 8960);
}

/* RFC 5681 3.1: doubled each round trip, then a segment more. */
static void it_grows_and_shrinks_by_the_book(void **state)
{
	struct cong g;

	(void)state;
	cong_init(&g, 1000);
	for (int i = 0; i < 10; i++)
		cong_acked(&g, 1000);
	assert_int_equal(g.cwnd, 20000);
	cong_loss(&g, 20000);
	assert_int_equal(g.cwnd, 10000);
	assert_int_equal(g.ssthresh, 10000);
	for (int i = 0; i < 10; i++)
		cong_acked(&g, 1000);
	assert_int_equal(g.cwnd, 11000);
	cong_timeout(&g, 11000, false);
	assert_int_equal(g.cwnd, 1000);
	assert_int_equal(g.ssthresh, 5500);
	cong_timeout(&g, 1000, true);
	assert_int_equal(g.ssthresh, 5500);
	cong_loss(&g, 1000);
	assert_int_equal(g.cwnd, 2000);
}

/* --- the owner's calls --- */

static void a_new_stream_is_empty(void **state)
{
	struct stream *s = stream_new();
	uint8_t cookie[STREAM_COOKIE_MAX];
	size_t len;

	(void)state;
	assert_non_null(s);
	assert_int_equal(stream_room(s), STREAM_SEND_MAX);
	assert_non_null(stream_peek(s, &len));
	assert_int_equal(len, 0);
	assert_false(stream_ended(s));
	assert_false(stream_fastopen_accepted(s));
	assert_int_equal(stream_fastopen_cookie(s, cookie), 0);
	assert_int_equal(stream_write(s, "hello", 5), 5);
	assert_int_equal(stream_written(s), 5);
	assert_int_equal(stream_room(s), STREAM_SEND_MAX - 5);
	assert_int_equal(stream_acked(s) + stream_arrived(s) + stream_consumed(s), 0);
	assert_int_equal(stream_retransmits(s), 0);
	stream_free(s);
	stream_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_as_a_map_of_bytes),
		cmocka_unit_test(a_full_list_takes_only_what_joins),
		cmocka_unit_test(the_range_that_grew_last_comes_first),
		cmocka_unit_test(bytes_in_any_order_come_out_in_order),
		cmocka_unit_test(the_first_copy_counts),
		cmocka_unit_test(what_the_ring_has_no_room_for_is_cut_off),
		cmocka_unit_test(too_many_gaps_cost_nothing_but_a_repetition),
		cmocka_unit_test(any_stretch_of_what_was_written_lies_together),
		cmocka_unit_test(the_initial_window_is_ten_segments),
		cmocka_unit_test(it_grows_and_shrinks_by_the_book),
		cmocka_unit_test(a_new_stream_is_empty),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
