/* SPDX-License-Identifier: BSD-2-Clause */
/* test_history.c - the pool of segment lists, and what happens when one is full. */
#include "../lib/check.h"

#include "result/history.h"

static void a_taken_history_is_empty(void **state)
{
	struct history_pool *p = history_pool_new(1, HISTORY_MAX);
	struct history *h = history_take(p);

	(void)state;
	history_add(h, 0, "out", "S 0:0(0)", "SYN_SENT", NULL);
	h->missed = 3;
	history_put(p, h);
	h = history_take(p);
	assert_int_equal(h->count, 0);
	assert_int_equal(h->missed, 0);
	history_pool_free(p);
}

static void the_pool_gives_as_many_as_it_has(void **state)
{
	struct history_pool *p = history_pool_new(3, HISTORY_MAX);
	struct history *h[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		h[i] = history_take(p);
		assert_non_null(h[i]);
		for (int j = 0; j < i; j++)
			assert_ptr_not_equal(h[i], h[j]);
	}
	assert_null(history_take(p));
	history_put(p, h[1]);
	assert_ptr_equal(history_take(p), h[1]);
	assert_null(history_take(p));
	history_pool_free(p);
}

static void an_empty_pool_and_none_are_allowed(void **state)
{
	struct history_pool *p = history_pool_new(0, HISTORY_MAX);

	(void)state;
	assert_null(history_take(p));
	history_put(p, NULL);
	history_pool_free(p);
	history_pool_free(NULL);
}

static void segments_stand_in_order_and_their_text_is_copied(void **state)
{
	struct history_pool *p = history_pool_new(1, HISTORY_MAX);
	struct history *h = history_take(p);
	char text[16] = "S 0:0(0)";

	(void)state;
	h->origin = 100;
	history_add(h, 105, "out", text, "SYN_SENT", NULL);
	memset(text, 'x', 4);
	history_add(h, 107, "in", "S. 0:0(0) ack 1", "SYN_SENT", "SYN_RCVD");
	assert_int_equal(h->count, 2);
	assert_int_equal(h->segment[0].time, 5);
	assert_string_equal(h->segment[0].direction, "out");
	assert_string_equal(h->segment[0].text, "S 0:0(0)");
	assert_string_equal(h->segment[0].client, "SYN_SENT");
	assert_null(h->segment[0].server);
	assert_int_equal(h->segment[1].time, 7);
	assert_string_equal(h->segment[1].text, "S. 0:0(0) ack 1");
	assert_string_equal(h->segment[1].server, "SYN_RCVD");
	history_pool_free(p);
}

static void too_long_a_text_is_cut(void **state)
{
	struct history_pool *p = history_pool_new(1, HISTORY_MAX);
	struct history *h = history_take(p);
	char text[HISTORY_TEXT_MAX + 10];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	history_add(h, 0, "in", text, NULL, NULL);
	history_add(h, 0, "in", "next", NULL, NULL);
	assert_int_equal(strlen(h->segment[0].text), HISTORY_TEXT_MAX - 1);
	assert_string_equal(h->segment[1].text, "next");
	history_pool_free(p);
}

static void beyond_the_room_those_in_the_middle_are_counted(void **state)
{
	struct history_pool *p = history_pool_new(2, HISTORY_MAX);
	struct history *h = history_take(p);
	char text[16];

	(void)state;
	for (int i = 0; i < HISTORY_MAX + 5; i++) {
		snprintf(text, sizeof(text), "%d", i);
		history_add(h, i, "in", text, NULL, NULL);
	}
	assert_int_equal(h->count, HISTORY_MAX);
	assert_int_equal(h->missed, 6);
	assert_string_equal(h->segment[0].text, "0");
	assert_string_equal(h->segment[HISTORY_MAX - HISTORY_LAST - 1].text,
	                    "... and 6 more segments, which were not kept");
	for (uint32_t i = 0; i < HISTORY_LAST; i++) {
		snprintf(text, sizeof(text), "%u", HISTORY_MAX + 5 - HISTORY_LAST + i);
		assert_string_equal(h->segment[HISTORY_MAX - HISTORY_LAST + i].text, text);
	}
	history_pool_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_taken_history_is_empty),
		cmocka_unit_test(the_pool_gives_as_many_as_it_has),
		cmocka_unit_test(an_empty_pool_and_none_are_allowed),
		cmocka_unit_test(segments_stand_in_order_and_their_text_is_copied),
		cmocka_unit_test(too_long_a_text_is_cut),
		cmocka_unit_test(beyond_the_room_those_in_the_middle_are_counted),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
