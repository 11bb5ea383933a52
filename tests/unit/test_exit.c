/* SPDX-License-Identifier: BSD-2-Clause */
/* test_exit.c - which exit code wins, for every pair, and that of each error. */
#include "../lib/check.h"

#include "cli/exit.h"

/* interface.md: "If several apply, the first of 3, 5, 2, 1, 6, 4 wins." And any of them over 0. */
static const enum exit_code order[] = {3, 5, 2, 1, 4, 0};

static void the_first_in_the_order_wins(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(order); i++) {
		for (size_t j = 0; j < CHECK_COUNT(order); j++) {
			enum exit_code want = order[i < j ? i : j];

			assert_int_equal(exit_worse(order[i], order[j]), want);
		}
	}
}

static void each_kind_of_error_has_its_code(void **state)
{
	static const struct {
		enum err_kind kind;
		int code;
	} rows[] = {{ERR_NONE, 0}, {ERR_USAGE, 3}, {ERR_NAME, 2}, {ERR_LOCAL, 5}};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++)
		assert_int_equal(exit_of_err(&(struct err){.kind = rows[i].kind}), rows[i].code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_in_the_order_wins),
		cmocka_unit_test(each_kind_of_error_has_its_code),
	};

	return cmocka_run_group_tests_name("exit", tests, NULL, NULL);
}
