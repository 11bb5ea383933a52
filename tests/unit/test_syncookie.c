/* SPDX-License-Identifier: BSD-2-Clause */
/* test_syncookie.c - formats: MSS tables, residues, clocks, TSval bits, FreeBSD's and pf's byte. */
#include "../lib/check.h"

#include "base/rng.h"
#include "tcp/syncookie.h"

static const struct syncookie_offer base = {.mss = 1460, .wscale = 7, .sack = true};
static const struct syncookie_offer small = {.mss = 536, .wscale = 7, .sack = true};
static const struct syncookie_offer bare = {.mss = 0, .wscale = -1};

/* As measured on Linux 6.18 for both families. */
static void mss_has_an_index(void **state)
{
	static const struct {
		bool v6;
		uint16_t mss;
		int index;
	} rows[] = {
		{false, 0, 0},    {false, 1, 0},    {false, 216, 0},   {false, 536, 0},
		{false, 1299, 0}, {false, 1300, 1}, {false, 1439, 1},  {false, 1440, 2},
		{false, 1459, 2}, {false, 1460, 3}, {false, 65535, 3}, {true, 0, 0},
		{true, 1220, 0},  {true, 1419, 0},  {true, 1420, 1},   {true, 1439, 1},
		{true, 1440, 2},  {true, 1460, 2},  {true, 8939, 2},   {true, 8940, 3},
		{true, 65535, 3},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++)
		assert_int_equal(syncookie_mss_index(rows[i].v6, rows[i].mss), rows[i].index);
}

static void residues_are_modulo_2_32(void **state)
{
	(void)state;
	assert_int_equal(syncookie_residue(10, 30, 5, 25), 0);
	assert_int_equal(syncookie_residue(0xfffffff0, 0x10, 0xffffffff, 0x1f), 0);
	assert_int_equal(syncookie_residue(0, 0xfffffffd, 7, 7), -3);
	assert_int_equal(syncookie_residue(0, 0x80000000, 0, 0), INT32_MIN);
}

static void residues_tell_cookies_from_others(void **state)
{
	static const struct {
		int32_t e;
		enum syncookie_relation same, other;
	} rows[] = {
		{0, SYNCOOKIE_LINEAR, SYNCOOKIE_LINEAR},
		{-3, SYNCOOKIE_UNRELATED, SYNCOOKIE_LINEAR},
		{9, SYNCOOKIE_STEPPED, SYNCOOKIE_LINEAR},
		{-10, SYNCOOKIE_UNRELATED, SYNCOOKIE_UNRELATED},
		{10, SYNCOOKIE_STEPPED, SYNCOOKIE_STEPPED},
		{-5 * 4096, SYNCOOKIE_UNRELATED, SYNCOOKIE_SHIFTED},
		{-5 * 4096 + 1, SYNCOOKIE_UNRELATED, SYNCOOKIE_UNRELATED},
		{6700000, SYNCOOKIE_STEPPED, SYNCOOKIE_STEPPED},
		{(1 << 25) - 1, SYNCOOKIE_STEPPED, SYNCOOKIE_STEPPED},
		{1 << 25, SYNCOOKIE_UNRELATED, SYNCOOKIE_UNRELATED},
		{INT32_MIN, SYNCOOKIE_UNRELATED, SYNCOOKIE_UNRELATED},
		{INT32_MAX, SYNCOOKIE_UNRELATED, SYNCOOKIE_UNRELATED},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		assert_int_equal(syncookie_relate(rows[i].e, &base, &base), rows[i].same);
		assert_int_equal(syncookie_relate(rows[i].e, &base, &small), rows[i].other);
	}
}

/* Bits of SACK and window scale, which DPVS may note or not, and the wrap of all at 2^24. */
static void dpvs_shifts_what_it_notes(void **state)
{
	int32_t index = -5 * 4096, wscale = -7 * 65536, sack = -(1 << 21);

	(void)state;
	assert_int_equal(syncookie_relate(index, &base, &bare), SYNCOOKIE_SHIFTED);
	assert_int_equal(syncookie_relate(index + sack, &base, &bare), SYNCOOKIE_SHIFTED);
	assert_int_equal(syncookie_relate(index + sack + wscale, &base, &bare), SYNCOOKIE_SHIFTED);
	assert_int_equal(syncookie_relate(index + sack + (1 << 24), &base, &bare),
	                 SYNCOOKIE_SHIFTED);
	assert_int_equal(syncookie_relate(index + sack, &base, &small), SYNCOOKIE_UNRELATED);
}

static void chances_are_those_of_random_numbers(void **state)
{
	uint64_t stepped = 0, linear = 0, n = 1000000;
	struct rng r;

	(void)state;
	rng_seed(&r, 1);
	for (uint64_t i = 0; i < n; i++) {
		enum syncookie_relation got =
			syncookie_relate((int32_t)rng_next(&r), &base, &small);

		stepped += got == SYNCOOKIE_STEPPED;
		linear += got == SYNCOOKIE_LINEAR || got == SYNCOOKIE_SHIFTED;
	}
	assert_int_equal(linear, 0);
	assert_true(stepped > n / 128 * 95 / 100 && stepped < n / 128 * 105 / 100);
	assert_true(syncookie_chance(SYNCOOKIE_LINEAR) < 1e-8);
	assert_true(syncookie_chance(SYNCOOKIE_SHIFTED) < 2e-7);
	assert_true(syncookie_chance(SYNCOOKIE_STEPPED) == 1.0 / 128);
	assert_true(syncookie_chance(SYNCOOKIE_UNRELATED) == 1);
}

static void a_clock_ticks_every_64_ns(void **state)
{
	double chance;

	(void)state;
	assert_true(syncookie_is_clock(100, 100 + 15625, NS_MS, NS_MS, &chance));
	assert_true(chance < 1e-9);
	assert_true(syncookie_is_clock(0xfffffff0, 15609, NS_MS, NS_MS, NULL));
	assert_false(syncookie_is_clock(100, 100 + 15600, NS_MS, NS_MS, NULL));
	assert_true(syncookie_is_clock(100, 100 + 15600, NS_MS - 2 * NS_US, NS_MS, NULL));
	assert_true(syncookie_is_clock(100, 100, -NS_MS, NS_MS, NULL));
	assert_false(syncookie_is_clock(100, 99, -NS_MS, NS_MS, NULL));
	assert_true(syncookie_is_clock(1, 2, 0, 300 * NS_SEC, &chance)); /* all of it */
	assert_true(chance == 1);
}

static void ts_bits_are_wscale_sack_ecn(void **state)
{
	static const struct {
		struct syncookie_offer o;
		uint8_t bits;
	} rows[] = {
		{{.wscale = 0, .sack = true}, 16},
		{{.wscale = 7, .sack = true}, 23},
		{{.wscale = 3}, 3},
		{{.wscale = 15}, 14},
		{{.wscale = -1}, 15},
		{{.wscale = 9, .sack = true}, 25},
		{{.wscale = 1, .ecn = true}, 33},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++)
		assert_int_equal(syncookie_ts_bits(&rows[i].o), rows[i].bits);
}

/* cookie = low byte XOR high byte: mss:3 wscale:3 sack:1 odd:1. */
static uint32_t isn_of(uint8_t cookie, uint8_t high)
{
	return (uint32_t)high << 24 | 0x5a5a00 | (cookie ^ high);
}

static void bsd_has_the_offer_in_a_byte(void **state)
{
	const struct syncookie_offer no_sack = {.mss = 1459, .wscale = 5},
				     mss_1200 = {.mss = 1359, .wscale = 2, .sack = true};

	(void)state;
	for (unsigned int odd = 0; odd <= 1; odd++) {
		assert_int_equal(syncookie_bsd_decode(isn_of(0xfa | odd, 0x77), &base),
		                 SYNCOOKIE_BSD_FREEBSD);
		assert_int_equal(syncookie_bsd_decode(isn_of(0xf8 | odd, 0x12), &base),
		                 SYNCOOKIE_BSD_PF);
		assert_int_equal(syncookie_bsd_decode(isn_of(0x00 | odd, 0xff), &bare),
		                 SYNCOOKIE_BSD_FREEBSD);
		assert_int_equal(syncookie_bsd_decode(isn_of(0x02 | odd, 0xff), &bare),
		                 SYNCOOKIE_BSD_NONE);
		/* 1459 is 1452's index; 5 is 4's. */
		assert_int_equal(syncookie_bsd_decode(isn_of(0xd0 | odd, 1), &no_sack),
		                 SYNCOOKIE_BSD_FREEBSD);
		assert_int_equal(syncookie_bsd_decode(isn_of(0x4e | odd, 1), &mss_1200),
		                 SYNCOOKIE_BSD_FREEBSD);
		assert_int_equal(syncookie_bsd_decode(isn_of(0xfa | odd, 1), &small),
		                 SYNCOOKIE_BSD_NONE);
	}
}

static void a_random_isn_decodes_once_in_128(void **state)
{
	uint64_t one = 0, two = 0, n = 1000000;
	struct rng r;

	(void)state;
	rng_seed(&r, 2);
	for (uint64_t i = 0; i < n; i++) {
		bool a = syncookie_bsd_decode((uint32_t)rng_next(&r), &base) ==
		         SYNCOOKIE_BSD_FREEBSD;
		bool b = syncookie_bsd_decode((uint32_t)rng_next(&r), &small) ==
		         SYNCOOKIE_BSD_FREEBSD;

		one += a;
		two += a && b;
	}
	assert_true(one > 7400 && one < 8220);
	assert_true(two > 35 && two < 95);
}

static void a_hint_is_window_0_or_lost_options(void **state)
{
	const struct syncookie_offer with_ts = {
		.mss = 1460, .wscale = 7, .sack = true, .timestamps = true};
	const struct syncookie_offer mss_only = {.mss = 1460, .wscale = -1};
	const struct syncookie_offer sack_only = {.mss = 1460, .wscale = -1, .sack = true};

	(void)state;
	assert_int_equal(syncookie_hint(&base, &base, 65160), SYNCOOKIE_HINT_NONE);
	assert_int_equal(syncookie_hint(&base, &base, 0), SYNCOOKIE_HINT_WINDOW_0);
	assert_int_equal(syncookie_hint(&base, &mss_only, 65160), SYNCOOKIE_HINT_OPTIONS_LOST);
	assert_int_equal(syncookie_hint(&base, &sack_only, 65160), SYNCOOKIE_HINT_NONE);
	assert_int_equal(syncookie_hint(&with_ts, &mss_only, 65160), SYNCOOKIE_HINT_NONE);
	assert_int_equal(syncookie_hint(&mss_only, &mss_only, 65160), SYNCOOKIE_HINT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mss_has_an_index),
		cmocka_unit_test(residues_are_modulo_2_32),
		cmocka_unit_test(residues_tell_cookies_from_others),
		cmocka_unit_test(dpvs_shifts_what_it_notes),
		cmocka_unit_test(chances_are_those_of_random_numbers),
		cmocka_unit_test(a_clock_ticks_every_64_ns),
		cmocka_unit_test(ts_bits_are_wscale_sack_ecn),
		cmocka_unit_test(bsd_has_the_offer_in_a_byte),
		cmocka_unit_test(a_random_isn_decodes_once_in_128),
		cmocka_unit_test(a_hint_is_window_0_or_lost_options),
	};

	return cmocka_run_group_tests_name("syncookie", tests, NULL, NULL);
}
