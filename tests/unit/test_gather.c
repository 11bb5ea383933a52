/* SPDX-License-Identifier: BSD-2-Clause */
/* test_gather.c - tests that what is gathered reaches the stream whole and in order. */
#include "../lib/check.h"

#include "base/digits.h"
#include "report/gather.h"

#define ROOM sizeof(((struct gather *)NULL)->bytes)

struct written {
	struct gather g;
	char *text;
	size_t len;
};

static struct written *begin(void)
{
	static struct written w;

	gather_to(&w.g, open_memstream(&w.text, &w.len));
	return &w;
}

static void check_end(struct written *w, const char *want, size_t len)
{
	gather_flush(&w->g);
	fclose(w->g.out);
	assert_int_equal(w->len, len);
	assert_memory_equal(w->text, want, len);
	free(w->text);
}

static void parts_come_in_order(void **state)
{
	struct written *w = begin();

	(void)state;
	gather_text(&w->g, "one, ");
	gather_put(&w->g, "two...", 3);
	gather_text(&w->g, "");
	w->g.len += digits_put(gather_room(&w->g, DIGITS_MAX), 3);
	check_end(w, "one, two3", 9);
}

/* A part of each length, around the size of the room, behind some others. */
static void parts_of_any_length_are_whole(void **state)
{
	static char want[3 * ROOM];

	(void)state;
	for (size_t i = 0; i < sizeof(want); i++)
		want[i] = (char)('a' + i % 23);
	for (size_t before = ROOM - 3; before <= ROOM + 3; before++)
		for (size_t len = ROOM - 3; len <= ROOM + 3; len++) {
			struct written *w = begin();

			gather_put(&w->g, want, before);
			gather_put(&w->g, want + before, len);
			gather_put(&w->g, want + before + len, 7);
			check_end(w, want, before + len + 7);
		}
}

static void room_is_made_where_there_is_too_little(void **state)
{
	static char want[2 * ROOM];

	(void)state;
	memset(want, '7', sizeof(want));
	for (size_t need = 1; need < 40; need++) {
		struct written *w = begin();

		gather_put(&w->g, want, ROOM - 20);
		memset(gather_room(&w->g, need), '7', need);
		w->g.len += need;
		assert_true(w->g.len <= ROOM);
		check_end(w, want, ROOM - 20 + need);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_come_in_order),
		cmocka_unit_test(parts_of_any_length_are_whole),
		cmocka_unit_test(room_is_made_where_there_is_too_little),
	};

	return cmocka_run_group_tests_name("gather", tests, NULL, NULL);
}
