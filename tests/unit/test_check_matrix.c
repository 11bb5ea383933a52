/* SPDX-License-Identifier: BSD-2-Clause */
/* test_check_matrix.c - the table of checks against what real stacks answered, where the records are. */
#include "../lib/check.h"

#include "check_matrix.h"

#define SHARED "../shared/pcaps/_probe_matrix/"

/* Verdicts of the table, and the ids that fail or warn, each once. */
struct tally {
	unsigned int rows, unknown, count[CHECK_VERDICTS];
	char failed[2048], warned[2048];
};

static void add_id(char *list, size_t room, const char *id)
{
	char entry[40];
	size_t len = strlen(list);

	snprintf(entry, sizeof(entry), " %s ", id);
	if (strstr(list, entry) == NULL && len + strlen(entry) < room)
		snprintf(list + len, room - len, "%s", len == 0 ? entry : entry + 1);
}

static void judge_row(const struct matrix_row *row, void *ctx)
{
	struct tally *t = ctx;
	const struct check *c = matrix_check(row);
	const char *why;
	enum check_verdict v;

	t->rows++;
	if (matrix_steps(row->segment) == NULL)
		return; /* of timestamps: tests/netns has them */
	if (c == NULL) {
		t->unknown++;
		print_message("no check for %s in %s\n", row->segment, row->state);
		return;
	}
	v = check_judge(c, matrix_seen(row), matrix_after(row), &why);
	t->count[v]++;
	if (v == CHECK_FAIL || (v == CHECK_WARN && getenv("VERBOSE") != NULL))
		print_message("%s %s %s %s: %s -> %s: %s\n", check_verdict_name(v), c->id,
		              row->state, row->segment, row->replies, row->after, why);
	if (v == CHECK_FAIL)
		add_id(t->failed, sizeof(t->failed), c->id);
	if (v == CHECK_WARN)
		add_id(t->warned, sizeof(t->warned), c->id);
}

static struct tally judge_table(const char *name)
{
	struct tally t = {.rows = 0};
	char path[256];

	snprintf(path, sizeof(path), "%s%s", SHARED, name);
	if (!matrix_read(path, judge_row, &t)) {
		print_message("%s is not here: skipped\n", path);
		skip();
	}
	assert_int_equal(t.unknown, 0);
	assert_true(t.rows >= 517);
	return t;
}

static bool has(const char *list, const char *id)
{
	char entry[40];

	snprintf(entry, sizeof(entry), " %s ", id);
	return strstr(list, entry) != NULL;
}

static void linux_fails_nothing(void **state)
{
	struct tally t = judge_table("linux618.pcap.matrix.tsv");

	(void)state;
	assert_string_equal(t.failed, "");
	assert_int_equal(t.rows, 517);
}

static void linux_with_timestamps_fails_nothing(void **state)
{
	struct tally t = judge_table("linux618_timestamps.matrix.tsv");

	(void)state;
	assert_string_equal(t.failed, "");
	assert_true(t.count[CHECK_PASS] > 400);
}

static void libslirp_fails_what_is_known(void **state)
{
	struct tally t = judge_table("slirp4netns120.pcap.matrix.tsv");

	(void)state;
	assert_true(has(t.failed, "H12") && has(t.failed, "H20") && has(t.failed, "T19"));
	assert_true(has(t.warned, "S1"));
}

static void lwip_fails_what_is_known(void **state)
{
	struct tally t = judge_table("lwip213.pcap.matrix.tsv");

	(void)state;
	assert_true(has(t.failed, "A9") && has(t.failed, "T18") && has(t.failed, "T17"));
	assert_true(has(t.warned, "H11"));
}

/* Each list of rules ends with one that always fits, and each check is tried where its rules hold. */
static void the_table_is_sound(void **state)
{
	(void)state;
	for (const struct check *c = NULL; (c = checks_next(c)) != NULL;) {
		const struct check_rule *r = c->rules;

		while (r->all != 0 || r->any != 0 || r->after != 0)
			r++;
		assert_int_equal(c->tried & ~c->states, 0);
		assert_true(c->states != 0 && c->title != NULL && c->rfc != NULL && c->expect != 0);
		for (const struct check *d = NULL; (d = checks_next(d)) != c;)
			assert_string_not_equal(c->id, d->id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linux_fails_nothing),
		cmocka_unit_test(linux_with_timestamps_fails_nothing),
		cmocka_unit_test(libslirp_fails_what_is_known),
		cmocka_unit_test(lwip_fails_what_is_known),
		cmocka_unit_test(the_table_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
