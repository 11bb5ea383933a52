/* SPDX-License-Identifier: BSD-2-Clause */
/* test_ladder.c - lists of segments under one limit: what is kept, what is counted, what is freed. */
#include "../lib/check.h"

#include "result/ladder.h"

static void add(struct ladders *l, uint32_t number, ns_t stamp, const char *text)
{
	char copy[64];

	snprintf(copy, sizeof(copy), "%s", text);
	ladder_add(l, number,
	           &(struct segment_record){
			   .time = stamp, .direction = "out", .text = copy, .frame = 7});
	memset(copy, 'x', sizeof(copy));
}

static struct ladders *some(uint32_t most, uint32_t most_each)
{
	struct ladders *l = ladders_new(most, most_each);

	assert_non_null(l);
	return l;
}

static void check_list(struct ladders *l, uint32_t number, ns_t origin, uint32_t count,
                       const char *last)
{
	struct field_list list = ladder_list(l, number, origin);
	const struct segment_record *s = list.items;

	assert_int_equal(list.count, count);
	if (count > 0)
		assert_string_equal(s[count - 1].text, last);
}

static void an_unknown_list_is_empty(void **state)
{
	struct ladders *l = some(10, 10);

	(void)state;
	check_list(l, 0, 0, 0, NULL);
	check_list(l, 4000000000U, 0, 0, NULL);
	ladder_drop(l, 5);
	ladders_free(l);
	ladders_free(NULL);
}

static void segments_are_copied_with_times_since_the_origin(void **state)
{
	struct ladders *l = some(10, 10);
	const struct segment_record *s;
	struct field_list list;

	(void)state;
	add(l, 3, 1000, "S 0:0(0)");
	add(l, 3, 1500, ". 1:1(0)");
	list = ladder_list(l, 3, 1000);
	s = list.items;
	assert_int_equal(list.count, 2);
	assert_string_equal(s[0].text, "S 0:0(0)");
	assert_string_equal(s[1].text, ". 1:1(0)");
	assert_int_equal(s[0].time, 0);
	assert_int_equal(s[1].time, 500);
	assert_string_equal(s[1].direction, "out");
	assert_int_equal(s[1].frame, 7);
	ladders_free(l);
}

static void lists_do_not_mix(void **state)
{
	struct ladders *l = some(1000, 10);

	(void)state;
	add(l, 0, 0, "a");
	add(l, 900, 0, "b");
	add(l, 0, 0, "c");
	check_list(l, 0, 0, 2, "c");
	check_list(l, 900, 0, 1, "b");
	check_list(l, 899, 0, 0, NULL);
	ladder_drop(l, 0);
	check_list(l, 0, 0, 0, NULL);
	check_list(l, 900, 0, 1, "b");
	add(l, 0, 0, "again");
	check_list(l, 0, 0, 1, "again");
	ladders_free(l);
}

/* Across the places where a list grows. */
static void long_lists_keep_every_segment(void **state)
{
	for (uint32_t n = 1; n < 70; n++) {
		struct ladders *l = some(1000, 1000);
		const struct segment_record *s;
		char text[16];

		for (uint32_t i = 0; i < n; i++) {
			snprintf(text, sizeof(text), "%u", i);
			add(l, 1, i, text);
		}
		check_list(l, 1, 0, n, text);
		s = ladder_list(l, 1, 0).items;
		assert_string_equal(s[0].text, "0");
		ladders_free(l);
	}
	(void)state;
}

static void what_exceeds_the_limit_of_one_list_is_counted(void **state)
{
	for (uint32_t most = 1; most <= 40; most++) {
		struct ladders *l = some(1000, most);

		for (uint32_t i = 0; i < most + 3; i++)
			add(l, 1, i, "x");
		check_list(l, 1, 0, most + 1, "... and 3 more segments, which were not kept");
		add(l, 2, 0, "y");
		check_list(l, 2, 0, 1, "y");
		ladders_free(l);
	}
	(void)state;
}

static void all_lists_share_one_limit(void **state)
{
	struct ladders *l = some(5, 10);

	(void)state;
	for (uint32_t i = 0; i < 4; i++)
		add(l, 1, i, "x");
	add(l, 2, 0, "y");
	add(l, 2, 0, "z");
	check_list(l, 2, 0, 2, "... and 1 more segments, which were not kept");
	add(l, 3, 0, "none"); /* has no segment, so nothing to say */
	check_list(l, 3, 0, 0, NULL);
	ladder_drop(l, 1);
	add(l, 3, 0, "room");
	add(l, 3, 0, "room");
	check_list(l, 3, 0, 3, "... and 1 more segments, which were not kept");
	ladders_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_list_is_empty),
		cmocka_unit_test(segments_are_copied_with_times_since_the_origin),
		cmocka_unit_test(lists_do_not_mix),
		cmocka_unit_test(long_lists_keep_every_segment),
		cmocka_unit_test(what_exceeds_the_limit_of_one_list_is_counted),
		cmocka_unit_test(all_lists_share_one_limit),
	};

	return cmocka_run_group_tests_name("ladder", tests, NULL, NULL);
}
