/* SPDX-License-Identifier: BSD-2-Clause */
/* test_read_view.c - which connections are shown, and in which order. */
#include "../lib/check.h"

#include "cli/read_view.h"

/* --- records that live as long as a call --- */

static char shown[4096];

static void show(void *ctx, const struct connection_record *r)
{
	size_t len = strlen(shown);

	(void)ctx;
	snprintf(shown + len, sizeof(shown) - len, "%s%lld", len > 0 ? " " : "",
	         (long long)r->stream);
}

static struct connection_record record(int64_t stream)
{
	struct connection_record r;

	connection_record_init(&r);
	r.stream = stream;
	r.state = "open";
	r.opened = "syn";
	r.history = "";
	r.conn_state = "SF";
	r.close.kind = "fin-4";
	r.close.verdict = "pass";
	return r;
}

/* Views of records whose handshake times are these, in order; a negative one: null. */
static const char *view_of(const struct read_options *o, const int times[], size_t n)
{
	struct read_view *v = read_view_new(o, show, NULL);

	assert_non_null(v);
	shown[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		struct connection_record r = record((int64_t)i);

		if (times[i] >= 0)
			r.handshake = times[i] * NS_MS;
		read_view_add(v, &r);
	}
	read_view_end(v);
	read_view_free(v);
	return shown;
}

#define VIEW(options, ...)                                                                         \
	view_of(&(options), (const int[]){__VA_ARGS__},                                            \
	        sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static void without_an_order_they_are_shown_as_they_come(void **state)
{
	struct read_options o = {.top = 0};

	(void)state;
	assert_string_equal(VIEW(o, 5, -1, 9, 1), "0 1 2 3");
}

static void numbers_are_sorted_from_the_largest(void **state)
{
	struct read_options o = {.sort = "handshake_us"};

	(void)state;
	assert_string_equal(VIEW(o, 5, 100, 9, 20), "1 3 2 0");
	o.ascending = true;
	assert_string_equal(VIEW(o, 5, 100, 9, 20), "0 2 3 1");
}

static void what_has_no_value_comes_last(void **state)
{
	struct read_options o = {.sort = "handshake_us"};

	(void)state;
	assert_string_equal(VIEW(o, -1, 5, -1, 9), "3 1 0 2");
	o.ascending = true;
	assert_string_equal(VIEW(o, -1, 5, -1, 9), "1 3 0 2");
}

static void equal_ones_stay_in_their_order(void **state)
{
	struct read_options o = {.sort = "handshake_us"};

	(void)state;
	assert_string_equal(VIEW(o, 5, 9, 5, 9, 5, 9, 5), "1 3 5 0 2 4 6");
	o.ascending = true;
	assert_string_equal(VIEW(o, 5, 9, 5, 9, 5, 9, 5), "0 2 4 6 1 3 5");
}

static void only_the_first_few_are_kept(void **state)
{
	struct read_options o = {.sort = "handshake_us", .top = 2};

	(void)state;
	assert_string_equal(VIEW(o, 5, 100, 9, 20, 1, 2, 3, 300), "7 1");
	assert_string_equal(VIEW(o, 5), "0");
	o.ascending = true;
	assert_string_equal(VIEW(o, 5, 100, -1, 20, 1, 2, 3, 300), "4 5");
	o.top = 1;
	assert_string_equal(VIEW(o, 5, 5, 5, 5, 5), "0");
}

/* What takes longest is what is looked for. */
static void a_number_alone_sorts_by_handshake(void **state)
{
	struct read_options o = {.top = 3};

	(void)state;
	assert_string_equal(VIEW(o, 5, 100, -1, 9, 20), "1 4 3");
}

static void text_is_sorted_by_its_bytes(void **state)
{
	static const char *const states[] = {"SF", "REJ", "S0", "SF", "OTH"};
	struct read_options o = {.sort = "conn_state", .ascending = true};
	struct read_view *v = read_view_new(&o, show, NULL);

	(void)state;
	shown[0] = '\0';
	for (size_t i = 0; i < CHECK_COUNT(states); i++) {
		struct connection_record r = record((int64_t)i);

		r.conn_state = states[i];
		read_view_add(v, &r);
	}
	read_view_end(v);
	assert_string_equal(shown, "4 1 2 0 3");
	read_view_end(v); /* nothing waits */
	assert_string_equal(shown, "4 1 2 0 3");
	read_view_free(v);
}

/* --- what waits has its own memory --- */

static void check_copy(void *ctx, const struct connection_record *r)
{
	const struct finding_record *f = r->findings.items;
	const struct segment_record *s = r->frames.items;

	*(bool *)ctx = true;
	assert_string_equal(r->history, "ShADadFf");
	assert_string_equal(((const char *const *)r->close.client.items)[0], "SYN_SENT");
	assert_int_equal(r->close.server.count, 0);
	assert_int_equal(r->findings.count, 1);
	assert_string_equal(f[0].id, "no-fin");
	assert_int_equal(r->frames.count, 2);
	assert_string_equal(s[1].text, "S. 0:0(0) ack 1");
}

static void a_record_that_waits_does_not_need_its_lists(void **state)
{
	struct read_options o = {.sort = "history"};
	bool called = false;
	struct read_view *v = read_view_new(&o, check_copy, &called);
	struct connection_record r = record(0);
	char history[] = "ShADadFf", text[] = "S. 0:0(0) ack 1";
	const char *states[] = {"SYN_SENT"};
	struct finding_record finding = {.id = "no-fin"};
	struct segment_record segments[2] = {{.text = "S 0:0(0)"}, {.text = text}};

	(void)state;
	r.history = history;
	r.close.client = (struct field_list){states, 1};
	r.close.findings = r.findings = (struct field_list){&finding, 1};
	r.frames = (struct field_list){segments, 2};
	read_view_add(v, &r);
	memset(history, 'x', sizeof(history) - 1);
	memset(text, 'x', sizeof(text) - 1);
	memset(segments, 0, sizeof(segments));
	memset(&finding, 0, sizeof(finding));
	states[0] = NULL;
	read_view_end(v);
	assert_true(called);
	read_view_free(v);
}

static void what_still_waits_is_freed(void **state)
{
	struct read_options o = {.sort = "handshake_us"};
	struct read_view *v = read_view_new(&o, show, NULL);
	struct segment_record segment = {.text = "S 0:0(0)"};
	struct connection_record r = record(0);

	(void)state;
	r.frames = (struct field_list){&segment, 1};
	for (int i = 0; i < 5; i++)
		read_view_add(v, &r);
	read_view_free(v);
	read_view_free(NULL);
}

/* --- kinds --- */

static struct connection_record record_of(const char *kind)
{
	struct connection_record r = record(0);

	if (strcmp(kind, "closed") == 0 || strcmp(kind, "filtered") == 0)
		r.state = kind;
	if (strcmp(kind, "failed") == 0)
		r.state = "unreachable";
	if (strcmp(kind, "reset") == 0)
		r.reset.by = "client";
	if (strcmp(kind, "half-open") == 0)
		r.close.kind = kind;
	if (strcmp(kind, "warn") == 0 || strcmp(kind, "fail") == 0)
		r.close.verdict = kind;
	if (strcmp(kind, "retransmitted") == 0)
		r.by_server.retransmits = 1;
	if (strcmp(kind, "midstream") == 0)
		r.opened = kind;
	return r;
}

/* Is a record of this kind shown when the list is asked for? */
static bool shows(const char *list, const char *kind)
{
	struct read_options o = {.top = 0};
	struct connection_record r = record_of(kind);
	struct read_view *v;

	assert_true(read_view_only(list, &o.only));
	v = read_view_new(&o, show, NULL);
	shown[0] = '\0';
	read_view_add(v, &r);
	read_view_end(v);
	read_view_free(v);
	return shown[0] != '\0';
}

static void each_kind_shows_its_own(void **state)
{
	static const char *const kinds[] = {"failed", "closed",        "filtered",
	                                    "reset",  "half-open",     "warn",
	                                    "fail",   "retransmitted", "midstream"};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(kinds); i++) {
		assert_non_null(strstr(READ_VIEW_KINDS, kinds[i]));
		assert_false(shows(kinds[i], "none of them"));
		for (size_t k = 0; k < CHECK_COUNT(kinds); k++)
			assert_int_equal(shows(kinds[i], kinds[k]),
			                 i == k || (i == 0 && (k == 1 || k == 2)));
	}
}

static void several_kinds_show_what_is_any_of_them(void **state)
{
	(void)state;
	assert_true(shows("closed,reset", "closed"));
	assert_true(shows("closed,reset", "reset"));
	assert_false(shows("closed,reset", "filtered"));
}

static void what_is_no_kind_is_refused(void **state)
{
	static const char *const bad[] = {"",        "x",       "close",         "closedx",
	                                  "closed,", ",closed", "closed,,reset", "closed reset"};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(bad); i++) {
		unsigned int only = 0;

		assert_false(read_view_only(bad[i], &only));
	}
}

static void only_fields_with_one_value_sort(void **state)
{
	(void)state;
	assert_true(read_view_sorts("handshake_us"));
	assert_true(read_view_sorts("client.port"));
	assert_true(read_view_sorts("history"));
	assert_true(read_view_sorts("close.verdict"));
	assert_false(read_view_sorts("nothing"));
	assert_false(read_view_sorts("client"));
	assert_false(read_view_sorts("findings"));
	assert_false(read_view_sorts(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_an_order_they_are_shown_as_they_come),
		cmocka_unit_test(numbers_are_sorted_from_the_largest),
		cmocka_unit_test(what_has_no_value_comes_last),
		cmocka_unit_test(equal_ones_stay_in_their_order),
		cmocka_unit_test(only_the_first_few_are_kept),
		cmocka_unit_test(a_number_alone_sorts_by_handshake),
		cmocka_unit_test(text_is_sorted_by_its_bytes),
		cmocka_unit_test(a_record_that_waits_does_not_need_its_lists),
		cmocka_unit_test(what_still_waits_is_freed),
		cmocka_unit_test(each_kind_shows_its_own),
		cmocka_unit_test(several_kinds_show_what_is_any_of_them),
		cmocka_unit_test(what_is_no_kind_is_refused),
		cmocka_unit_test(only_fields_with_one_value_sort),
	};

	return cmocka_run_group_tests_name("read_view", tests, NULL, NULL);
}
