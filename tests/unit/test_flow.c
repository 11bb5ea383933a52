/* SPDX-License-Identifier: BSD-2-Clause */
/* test_flow.c - tuples to sessions: exact in every part, in one direction, many at a time. */
#include "../lib/check.h"

#include "engine/flow.h"

static struct endpoint endpoint(const char *address, uint16_t port)
{
	char zone[ADDR_ZONE_MAX];
	struct endpoint e = {.port = port};

	assert_true(addr_parse(address, &e.addr, zone));
	return e;
}

static struct tuple tuple(const char *local, uint16_t local_port, const char *remote,
                          uint16_t remote_port)
{
	return (struct tuple){endpoint(local, local_port), endpoint(remote, remote_port)};
}

static void an_empty_table_finds_nothing(void **state)
{
	struct flow_table *f = flow_new(4);
	struct tuple t = tuple("192.0.2.1", 40000, "192.0.2.2", 80);

	(void)state;
	assert_int_equal(flow_find(f, &t.local, &t.remote), FLOW_NONE);
	flow_free(f);
	flow_free(NULL);
}

static void a_tuple_is_found_in_its_direction_only(void **state)
{
	struct flow_table *f = flow_new(4);
	struct tuple t = tuple("192.0.2.1", 40000, "192.0.2.2", 80);

	(void)state;
	flow_add(f, 3, &t);
	assert_int_equal(flow_find(f, &t.local, &t.remote), 3);
	assert_int_equal(flow_find(f, &t.remote, &t.local), FLOW_NONE);
	flow_free(f);
}

static void every_part_of_the_tuple_counts(void **state)
{
	struct flow_table *f = flow_new(4);
	struct tuple t = tuple("192.0.2.1", 40000, "192.0.2.2", 80);
	const struct tuple others[] = {
		tuple("192.0.2.3", 40000, "192.0.2.2", 80),
		tuple("192.0.2.1", 40001, "192.0.2.2", 80),
		tuple("192.0.2.1", 40000, "192.0.2.3", 80),
		tuple("192.0.2.1", 40000, "192.0.2.2", 81),
		tuple("c000:201::", 40000, "c000:202::", 80), /* the same bytes in another family */
	};

	(void)state;
	flow_add(f, 0, &t);
	for (size_t i = 0; i < CHECK_COUNT(others); i++)
		assert_int_equal(flow_find(f, &others[i].local, &others[i].remote), FLOW_NONE);
	flow_free(f);
}

/* Captured frames carry no scope. */
static void the_scope_of_a_link_local_address_does_not_count(void **state)
{
	struct flow_table *f = flow_new(1);
	struct tuple t = tuple("fe80::1", 40000, "fe80::2", 80);

	(void)state;
	t.local.addr.scope = t.remote.addr.scope = 3;
	flow_add(f, 0, &t);
	t.local.addr.scope = t.remote.addr.scope = 0;
	assert_int_equal(flow_find(f, &t.local, &t.remote), 0);
	flow_free(f);
}

static void a_full_table_finds_each(void **state)
{
	enum { N = 20000 };
	struct flow_table *f = flow_new(N);
	struct tuple t = tuple("2001:db8::1", 0, "2001:db8::2", 0);

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		t.local.port = (uint16_t)(40000 + i % 100);
		t.remote.port = (uint16_t)(1 + i / 100);
		flow_add(f, i, &t);
	}
	for (uint32_t i = 0; i < N; i++) {
		t.local.port = (uint16_t)(40000 + i % 100);
		t.remote.port = (uint16_t)(1 + i / 100);
		assert_int_equal(flow_find(f, &t.local, &t.remote), i);
	}
	flow_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_table_finds_nothing),
		cmocka_unit_test(a_tuple_is_found_in_its_direction_only),
		cmocka_unit_test(every_part_of_the_tuple_counts),
		cmocka_unit_test(the_scope_of_a_link_local_address_does_not_count),
		cmocka_unit_test(a_full_table_finds_each),
	};

	return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
