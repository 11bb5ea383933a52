/* SPDX-License-Identifier: BSD-2-Clause */
/* test_field.c - declared fields: found by path, read by type, and microseconds as text. */
#include "../lib/check.h"

#include "result/field.h"
#include "result/probe_record.h"
#include "result/cookies_record.h"
#include "result/summary_record.h"

struct inner {
	const char *word;
	int64_t number;
};

struct outer {
	const char *text;
	char chars[8];
	int64_t number;
	ns_t us, time;
	double percent;
	int8_t flag;
	struct inner inner, optional;
	struct field_list texts, objects;
};

static const struct field inner_fields[] = {
	{"word", FIELD_TEXT, offsetof(struct inner, word), NULL, 0, "a word"},
	{"number", FIELD_INT, offsetof(struct inner, number), NULL, 0, "a number"},
	{.name = NULL},
};

static const struct field outer_fields[] = {
	{"text", FIELD_TEXT, offsetof(struct outer, text), NULL, 0, ""},
	{"chars", FIELD_CHARS, offsetof(struct outer, chars), NULL, 0, ""},
	{"number", FIELD_INT, offsetof(struct outer, number), NULL, 0, ""},
	{"us", FIELD_US, offsetof(struct outer, us), NULL, 0, ""},
	{"time", FIELD_TIME, offsetof(struct outer, time), NULL, 0, ""},
	{"percent", FIELD_PERCENT, offsetof(struct outer, percent), NULL, 0, ""},
	{"flag", FIELD_BOOL, offsetof(struct outer, flag), NULL, 0, ""},
	{"inner", FIELD_OBJECT, offsetof(struct outer, inner), inner_fields, 0, ""},
	{"optional", FIELD_OPTIONAL, offsetof(struct outer, optional), inner_fields, 0, ""},
	{"texts", FIELD_TEXTS, offsetof(struct outer, texts), NULL, 0, ""},
	{"objects", FIELD_OBJECTS, offsetof(struct outer, objects), inner_fields,
         sizeof(struct inner), ""},
	{.name = NULL},
};

static const struct record_type outer_type = {"outer", outer_fields};

static const struct outer full = {
	.text = "hello",
	.chars = "chars",
	.number = -42,
	.us = 1500,
	.time = 1,
	.percent = 12.5,
	.flag = 1,
	.inner = {"inside", 7},
	.optional = {"there", 8},
};

static const struct outer nulls = {
	.number = FIELD_NULL,
	.us = NS_NONE,
	.time = NS_NONE,
	.percent = -1,
	.flag = -1,
	.inner = {NULL, FIELD_NULL},
	.optional = {NULL, FIELD_NULL},
};

static bool get(const struct outer *o, const char *path, struct field_value *v)
{
	return field_get(&(struct record){&outer_type, o}, path, v);
}

static void check_text(const char *path, const char *want)
{
	struct field_value v;

	assert_true(get(&full, path, &v));
	assert_false(v.null);
	assert_false(v.numeric);
	assert_string_equal(v.text, want);
}

static void check_number(const char *path, double want)
{
	struct field_value v;

	assert_true(get(&full, path, &v));
	assert_false(v.null);
	assert_true(v.numeric);
	assert_true(v.number == want);
}

static void values_are_read_by_their_type(void **state)
{
	(void)state;
	check_text("text", "hello");
	check_text("chars", "chars");
	check_number("number", -42);
	check_number("us", 1.5); /* in the unit of its name */
	check_number("percent", 12.5);
	check_number("flag", 1);
}

static void dots_lead_into_objects(void **state)
{
	(void)state;
	check_text("inner.word", "inside");
	check_number("inner.number", 7);
	check_text("optional.word", "there");
	check_number("optional.number", 8);
}

static void what_was_not_observed_is_null(void **state)
{
	static const char *const paths[] = {
		"text",          "chars",
		"number",        "us",
		"percent",       "flag",
		"inner.word",    "inner.number",
		"optional.word", "optional.number",
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(paths); i++) {
		struct field_value v = {.null = false};

		if (!get(&nulls, paths[i], &v) || !v.null)
			fail_msg("%s is not null", paths[i]);
	}
}

static void an_empty_text_is_null(void **state)
{
	struct outer o = full;
	struct field_value v;

	(void)state;
	o.text = "";
	assert_true(get(&o, "text", &v));
	assert_true(v.null);
}

static void there_is_no_value_at_other_paths(void **state)
{
	static const char *const paths[] = {
		"",         ".",           "none",         "tex",          "textt",
		"text.x",   "inner",       "inner.",       ".inner",       "inner.none",
		"texts",    "objects",     "time",         "inner.word.x", "Text",
		"optional", "inner..word", "objects.word", " text",
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(paths); i++) {
		struct field_value v;

		if (get(&full, paths[i], &v))
			fail_msg("there is a value at '%s'", paths[i]);
	}
}

static void nullness_is_told_without_a_path(void **state)
{
	(void)state;
	for (const struct field *f = outer_fields; f->name != NULL; f++) {
		bool scalar = f->type != FIELD_OBJECT && f->type != FIELD_OPTIONAL &&
		              f->type != FIELD_TEXTS && f->type != FIELD_OBJECTS &&
		              f->type != FIELD_TIME;

		if (field_is_null(f, (const uint8_t *)&nulls + f->offset) != scalar)
			fail_msg("null %s", f->name);
		if (field_is_null(f, (const uint8_t *)&full + f->offset))
			fail_msg("full %s", f->name);
	}
}

static void microseconds_have_up_to_three_decimals(void **state)
{
	static const struct {
		ns_t ns;
		const char *text;
	} rows[] = {
		{0, "0"},
		{1, "0.001"},
		{10, "0.01"},
		{100, "0.1"},
		{999, "0.999"},
		{1000, "1"},
		{1001, "1.001"},
		{1010, "1.01"},
		{1500, "1.5"},
		{10000, "10"},
		{100000, "100"},
		{12431000, "12431"},
		{12431056, "12431.056"},
		{-1, "-0.001"},
		{-999, "-0.999"},
		{-1000, "-1"},
		{-1001, "-1.001"},
		{-10500, "-10.5"},
		{INT64_MAX, "9223372036854775.807"},
		{INT64_MIN + 1, "-9223372036854775.807"},
		{INT64_MIN, "-9223372036854775.808"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		char text[FIELD_NUMBER_MAX];

		field_us_text(text, rows[i].ns);
		assert_string_equal(text, rows[i].text);
	}
}

static void numbers_are_whole_or_have_nine_digits(void **state)
{
	static const struct {
		double v;
		const char *text;
	} rows[] = {
		{0, "0"},
		{-3, "-3"},
		{4294967295.0, "4294967295"},
		{1.95698492e-17, "1.95698492e-17"},
		{6.82, "6.82"},
		{0.0078125, "0.0078125"},
		{1e15, "1e+15"},
		{-1e300, "-1e+300"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		char text[FIELD_NUMBER_MAX];

		field_double_text(text, rows[i].v);
		assert_string_equal(text, rows[i].text);
	}
}

static void fields_are_declared_or_not(void **state)
{
	(void)state;
	assert_true(field_declared(&probe_record_type, "rtt_us"));
	assert_true(field_declared(&probe_record_type, "close.kind"));
	assert_true(field_declared(&cookies_record_type, "verdict"));
	assert_false(field_declared(&cookies_record_type, "close.kind"));
	assert_false(field_declared(&probe_record_type, "verdict"));
	assert_false(field_declared(&probe_record_type, "close.nothing"));
	assert_false(field_declared(&probe_record_type, "rtt_us.more"));
	assert_false(field_declared(&probe_record_type, ""));
}

/* The tables that every format prints. */
static void check_table(const struct field *fields, int depth)
{
	assert_true(depth < 4);
	for (const struct field *f = fields; f->name != NULL; f++) {
		bool nested = f->type == FIELD_OBJECT || f->type == FIELD_OPTIONAL ||
		              f->type == FIELD_OBJECTS;

		assert_true(f->name[0] != '\0' && strchr(f->name, '.') == NULL);
		assert_non_null(f->help);
		assert_int_equal(f->sub != NULL, nested);
		assert_int_equal(f->item_size != 0, f->type == FIELD_OBJECTS);
		for (const struct field *g = fields; g != f; g++)
			assert_string_not_equal(f->name, g->name);
		if (nested)
			check_table(f->sub, depth + 1);
	}
}

static void declared_tables_are_well_formed(void **state)
{
	(void)state;
	check_table(probe_record_type.fields, 0);
	check_table(summary_record_type.fields, 0);
	check_table(cookies_record_type.fields, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read_by_their_type),
		cmocka_unit_test(dots_lead_into_objects),
		cmocka_unit_test(what_was_not_observed_is_null),
		cmocka_unit_test(an_empty_text_is_null),
		cmocka_unit_test(there_is_no_value_at_other_paths),
		cmocka_unit_test(nullness_is_told_without_a_path),
		cmocka_unit_test(microseconds_have_up_to_three_decimals),
		cmocka_unit_test(numbers_are_whole_or_have_nine_digits),
		cmocka_unit_test(fields_are_declared_or_not),
		cmocka_unit_test(declared_tables_are_well_formed),
	};

	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
