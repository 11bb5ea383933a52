/* SPDX-License-Identifier: BSD-2-Clause */
/* test_state.c - tests that every TCP state has the name of RFC 9293. */
#include "../lib/check.h"

#include "wire/state.h"

static void states_are_named_as_in_the_rfc(void **state)
{
	static const struct {
		enum tcp_state state;
		const char *name;
	} rows[] = {
		{STATE_CLOSED, "CLOSED"},           {STATE_LISTEN, "LISTEN"},
		{STATE_SYN_SENT, "SYN_SENT"},       {STATE_SYN_RCVD, "SYN_RCVD"},
		{STATE_ESTABLISHED, "ESTABLISHED"}, {STATE_FIN_WAIT_1, "FIN_WAIT_1"},
		{STATE_FIN_WAIT_2, "FIN_WAIT_2"},   {STATE_CLOSE_WAIT, "CLOSE_WAIT"},
		{STATE_CLOSING, "CLOSING"},         {STATE_LAST_ACK, "LAST_ACK"},
		{STATE_TIME_WAIT, "TIME_WAIT"},
	};

	(void)state;
	assert_int_equal(CHECK_COUNT(rows), STATE_COUNT);
	for (size_t i = 0; i < CHECK_COUNT(rows); i++)
		assert_string_equal(state_name(rows[i].state), rows[i].name);
}

static void no_two_states_share_a_name(void **state)
{
	(void)state;
	for (int a = 0; a < STATE_COUNT; a++)
		for (int b = a + 1; b < STATE_COUNT; b++)
			assert_string_not_equal(state_name((enum tcp_state)a),
			                        state_name((enum tcp_state)b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_are_named_as_in_the_rfc),
		cmocka_unit_test(no_two_states_share_a_name),
	};

	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
