/* SPDX-License-Identifier: BSD-2-Clause */
/* test_check_isn.c - tests that a clock is found behind the ISNs of one tuple, and none behind others. */
#include "../lib/check.h"

#include "probe/check_isn.h"

/* Three openings of one tuple, and their SYN-ACKs after `at` microseconds with these ISNs. */
static struct stepper opened(const uint32_t isn[3], const ns_t at[3])
{
	struct stepper st = {.sent_count = 3, .reply_count = 3};

	for (uint8_t i = 0; i < 3; i++) {
		st.sent[i] = (struct step_sent){.seq = i * 100000, .len = 1, .flags = SEG_SYN};
		st.reply[i] = (struct step_reply){.stamp = at[i] * NS_US,
		                                  .seq = isn[i],
		                                  .ack = i * 100000 + 1,
		                                  .flags = SEG_SYN | SEG_ACK,
		                                  .sent = i};
	}
	return st;
}

static void a_clock_is_found_across_the_wrap(void **state)
{
	struct stepper st =
		opened((uint32_t[]){4294000000U, 3032704U - 500000U, 10845204U - 500000U},
	               (ns_t[]){1000, 251000 - 32000, 751000 - 32000});
	double rate;

	(void)state;
	assert_true(check_isn_clock(&st, 0, &rate));
	assert_in_range((uint64_t)(rate * 100), 1540, 1640);
}

static void numbers_at_random_have_no_clock(void **state)
{
	struct stepper st =
		opened((uint32_t[]){1, 3000000000U, 2000000000U}, (ns_t[]){0, 250000, 750000});
	double rate;

	(void)state;
	assert_false(check_isn_clock(&st, 0, &rate));
}

static void two_openings_do_not_tell(void **state)
{
	struct stepper st = opened((uint32_t[]){0, 250000, 750000}, (ns_t[]){0, 1000000, 3000000});
	double rate;

	(void)state;
	assert_true(check_isn_clock(&st, 0, &rate));
	st.reply[2].ack = 7; /* of something else */
	assert_false(check_isn_clock(&st, 0, &rate));
	st.reply_count = 2;
	assert_false(check_isn_clock(&st, 0, &rate));
}

static void stamps_that_stand_still_do_not_tell(void **state)
{
	struct stepper st = opened((uint32_t[]){0, 250000, 750000}, (ns_t[]){5, 5, 5});
	double rate;

	(void)state;
	assert_false(check_isn_clock(&st, 0, &rate));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_is_found_across_the_wrap),
		cmocka_unit_test(numbers_at_random_have_no_clock),
		cmocka_unit_test(two_openings_do_not_tell),
		cmocka_unit_test(stamps_that_stand_still_do_not_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
