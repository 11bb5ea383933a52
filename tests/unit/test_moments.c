/* SPDX-License-Identifier: BSD-2-Clause */
/* test_moments.c - which segment's stamp a message gets. */
#include "../lib/check.h"

#include "probe/moments.h"

static void tell(struct moments *m, enum app_from from, enum app_mark mark, const char *text)
{
	moments_message(m, &(struct app_message){
				   .from = from, .protocol = "P", .text = text, .mark = mark});
}

static struct moments fresh(struct message_log *log)
{
	struct moments m;

	if (log != NULL)
		memset(log, 0, sizeof(*log));
	moments_init(&m, log);
	return m;
}

static void theirs_have_the_stamp_of_the_segment_that_is_read(void **state)
{
	struct message_log log;
	struct moments m = fresh(&log);

	(void)state;
	m.reading = m.data = 70;
	tell(&m, APP_SERVER, APP_FIRST_BYTE, NULL);
	m.reading = m.data = 90;
	tell(&m, APP_SERVER, APP_HEAD, "200");
	tell(&m, APP_SERVER, APP_RESPONSE, "end");
	assert_int_equal(m.first_byte, 70);
	assert_int_equal(m.response, 90);
	assert_int_equal(log.count, 2);
	assert_int_equal(message_log_list(&log, 50).count, 2);
	assert_int_equal(log.sorted[0].time, 40);
	assert_string_equal(log.sorted[1].text, "end");
}

static void a_body_ends_with_its_last_byte_and_not_with_the_fin(void **state)
{
	struct moments m = fresh(NULL);

	(void)state;
	m.data = 90;
	m.reading = 120;
	tell(&m, APP_SERVER, APP_RESPONSE, "end");
	assert_int_equal(m.response, 90);
}

static void ours_wait_for_the_capture_of_their_last_byte(void **state)
{
	struct message_log log;
	struct moments m = fresh(&log);

	(void)state;
	tell(&m, APP_CLIENT, APP_NOTE, "hello");
	moments_written(&m, 100);
	tell(&m, APP_CLIENT, APP_REQUEST, "GET");
	moments_written(&m, 180);
	moments_captured(&m, 99, 5);
	assert_int_equal(log.stamp[0], NS_NONE);
	moments_captured(&m, 100, 7);
	assert_int_equal(log.stamp[0], 7);
	assert_int_equal(m.request, NS_NONE);
	moments_captured(&m, 180, 9);
	assert_int_equal(m.request, 9);
	assert_int_equal(m.count, 0);
}

static void what_is_not_written_yet_is_not_captured(void **state)
{
	struct moments m = fresh(NULL);

	(void)state;
	tell(&m, APP_CLIENT, APP_REQUEST, "GET");
	moments_captured(&m, 1000, 7);
	assert_int_equal(m.request, NS_NONE);
}

static void the_later_finished_counts(void **state)
{
	struct moments m = fresh(NULL);

	(void)state;
	m.reading = 40;
	tell(&m, APP_SERVER, APP_FINISHED, "Finished");
	tell(&m, APP_CLIENT, APP_FINISHED, "Finished");
	moments_written(&m, 10);
	moments_captured(&m, 10, 60);
	assert_int_equal(m.finished, 60);
	m.reading = 50;
	tell(&m, APP_SERVER, APP_FINISHED, "Finished");
	assert_int_equal(m.finished, 60);
}

static void the_first_request_and_the_last_response_count(void **state)
{
	struct moments m = fresh(NULL);

	(void)state;
	for (int i = 1; i <= 3; i++) {
		tell(&m, APP_CLIENT, APP_REQUEST, "GET");
		moments_written(&m, (uint64_t)i * 10);
		moments_captured(&m, (uint64_t)i * 10, i * 100);
		m.reading = m.data = i * 100 + 50;
		tell(&m, APP_SERVER, APP_FIRST_BYTE, NULL);
		tell(&m, APP_SERVER, APP_RESPONSE, "end");
	}
	assert_int_equal(m.request, 100);
	assert_int_equal(m.first_byte, 150);
	assert_int_equal(m.response, 350);
}

/* A request made before the ClientHello goes behind it, as 0-RTT data. */
static void held_messages_end_where_they_are_released(void **state)
{
	struct message_log log;
	struct moments m = fresh(&log);

	(void)state;
	m.held = true;
	tell(&m, APP_CLIENT, APP_REQUEST, "GET");
	m.held = false;
	tell(&m, APP_CLIENT, APP_NOTE, "ClientHello");
	moments_written(&m, 300);
	moments_captured(&m, 300, 5);
	assert_int_equal(log.stamp[1], 5);
	assert_int_equal(m.request, NS_NONE);
	moments_release(&m);
	moments_written(&m, 400);
	moments_captured(&m, 400, 6);
	assert_int_equal(m.request, 6);
	moments_again(&m);
	assert_int_equal(m.request, NS_NONE);
	moments_written(&m, 500);
	moments_captured(&m, 500, 8);
	assert_int_equal(m.request, 8);
	assert_int_equal(log.count, 2);
}

static void more_than_there_is_room_for_is_left_out(void **state)
{
	struct moments m = fresh(NULL);

	(void)state;
	for (int i = 0; i < MOMENTS_PENDING_MAX + 10; i++)
		tell(&m, APP_CLIENT, APP_NOTE, "x");
	assert_int_equal(m.count, MOMENTS_PENDING_MAX);
	moments_written(&m, 1);
	moments_captured(&m, 1, 1);
	assert_int_equal(m.count, 0);
}

static void a_log_is_bounded_sorted_and_fills_gaps(void **state)
{
	struct message_log log = {.count = 0};
	uint32_t a, b, c;

	(void)state;
	a = message_log_add(&log, 30, "in", "P", "a");
	b = message_log_add(&log, NS_NONE, "out", "P", "b");
	c = message_log_add(&log, 20, "in", "P", "c");
	message_log_list(&log, 10);
	assert_string_equal(log.sorted[0].text, "c");
	assert_string_equal(log.sorted[1].text, "a");
	assert_string_equal(log.sorted[2].text, "b");
	assert_int_equal(log.sorted[2].time, 20); /* as what was told before it */
	message_log_time(&log, b, 15);
	message_log_list(&log, 10);
	assert_string_equal(log.sorted[0].text, "b");
	assert_int_equal(a + c, 2);
	for (int i = 0; i < MESSAGE_LOG_MAX; i++)
		message_log_add(&log, 40, "in", "P", "more");
	assert_int_equal(log.count, MESSAGE_LOG_MAX);
	assert_int_equal(log.missed, 3);
	assert_string_equal(log.text[MESSAGE_LOG_MAX - 1],
	                    "... and 3 more messages, which were not kept");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(theirs_have_the_stamp_of_the_segment_that_is_read),
		cmocka_unit_test(a_body_ends_with_its_last_byte_and_not_with_the_fin),
		cmocka_unit_test(ours_wait_for_the_capture_of_their_last_byte),
		cmocka_unit_test(what_is_not_written_yet_is_not_captured),
		cmocka_unit_test(the_later_finished_counts),
		cmocka_unit_test(the_first_request_and_the_last_response_count),
		cmocka_unit_test(held_messages_end_where_they_are_released),
		cmocka_unit_test(more_than_there_is_room_for_is_left_out),
		cmocka_unit_test(a_log_is_bounded_sorted_and_fills_gaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
