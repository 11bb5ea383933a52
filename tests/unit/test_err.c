/* SPDX-License-Identifier: BSD-2-Clause */
/* test_err.c - tests that errors keep their kind, read as sentences and never overflow. */
#include "../lib/check.h"

#include <errno.h>

#include "base/err.h"

static void setting_an_error_keeps_kind_and_text(void **state)
{
	struct err e = {.kind = ERR_NONE};

	(void)state;
	assert_int_equal(err_set(&e, ERR_USAGE, "no option %s with %d", "-x", 7), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(e.text, "no option -x with 7");
}

static void setting_again_replaces_the_error(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_USAGE, "a much longer first sentence");
	err_set(&e, ERR_NAME, "second");
	assert_int_equal(e.kind, ERR_NAME);
	assert_string_equal(e.text, "second");
}

static void system_errors_end_in_the_text_of_errno(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(err_sys(&e, ERR_LOCAL, ENOENT, "open %s", "/x"), -1);
	assert_int_equal(e.kind, ERR_LOCAL);
	assert_string_equal(e.text, "open /x: No such file or directory");
}

static void wrapping_puts_context_in_front_and_keeps_the_kind(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_NAME, "no such host");
	assert_int_equal(err_wrap(&e, "target %d", 2), -1);
	assert_int_equal(e.kind, ERR_NAME);
	assert_string_equal(e.text, "target 2: no such host");
}

static void wrapping_twice_puts_the_outermost_first(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_NAME, "c");
	err_wrap(&e, "b");
	err_wrap(&e, "a");
	assert_string_equal(e.text, "a: b: c");
}

/* A sentence that no struct err can hold. */
static const char *too_long(void)
{
	static char text[2 * sizeof(((struct err *)NULL)->text)];

	memset(text, 'x', sizeof(text) - 1);
	return text;
}

static void a_long_text_is_cut_and_ended(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_LOCAL, "%s", too_long());
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
}

static void a_long_system_error_is_cut_and_ended(void **state)
{
	struct err e;

	(void)state;
	err_sys(&e, ERR_LOCAL, EPERM, "%s", too_long());
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	assert_int_equal(e.text[sizeof(e.text) - 2], 'x');
}

static void a_long_context_pushes_the_cause_out(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_LOCAL, "cause");
	err_wrap(&e, "%s", too_long());
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	assert_int_equal(e.text[0], 'x');
}

static void a_full_text_can_be_wrapped(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_LOCAL, "%s", too_long());
	err_wrap(&e, "context");
	assert_memory_equal(e.text, "context: xxx", 12);
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(setting_an_error_keeps_kind_and_text),
		cmocka_unit_test(setting_again_replaces_the_error),
		cmocka_unit_test(system_errors_end_in_the_text_of_errno),
		cmocka_unit_test(wrapping_puts_context_in_front_and_keeps_the_kind),
		cmocka_unit_test(wrapping_twice_puts_the_outermost_first),
		cmocka_unit_test(a_long_text_is_cut_and_ended),
		cmocka_unit_test(a_long_system_error_is_cut_and_ended),
		cmocka_unit_test(a_long_context_pushes_the_cause_out),
		cmocka_unit_test(a_full_text_can_be_wrapped),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
