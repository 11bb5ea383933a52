/* SPDX-License-Identifier: BSD-2-Clause */
/* test_heap.c - tests the deadline heap, last against a naive model with random operations. */
#include "../lib/check.h"

#include "base/heap.h"
#include "base/rng.h"

static void an_empty_heap_has_no_deadline(void **state)
{
	struct heap *h = heap_new(4);

	(void)state;
	assert_true(heap_first(h) == NS_NEVER);
	assert_int_equal(heap_pop(h, NS_NEVER), HEAP_NONE);
	heap_free(h);
}

static void deadlines_come_out_in_order(void **state)
{
	static const ns_t when[] = {50, 20, 70, 10, 60, 30, 40};
	static const uint32_t order[] = {3, 1, 5, 6, 0, 4, 2};
	struct heap *h = heap_new(7);

	(void)state;
	for (uint32_t id = 0; id < 7; id++)
		heap_set(h, id, when[id]);
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(heap_first(h), when[order[i]]);
		assert_int_equal(heap_pop(h, 100), order[i]);
	}
	assert_int_equal(heap_pop(h, 100), HEAP_NONE);
	heap_free(h);
}

static void a_deadline_is_due_from_its_own_instant_on(void **state)
{
	struct heap *h = heap_new(1);

	(void)state;
	heap_set(h, 0, 10);
	assert_int_equal(heap_pop(h, 9), HEAP_NONE);
	assert_int_equal(heap_pop(h, 10), 0);
	heap_free(h);
}

static void a_popped_id_is_out_until_it_is_set_again(void **state)
{
	struct heap *h = heap_new(1);

	(void)state;
	heap_set(h, 0, 10);
	heap_pop(h, 10);
	assert_true(heap_first(h) == NS_NEVER);
	heap_set(h, 0, 10);
	assert_int_equal(heap_first(h), 10);
	heap_free(h);
}

static void setting_again_moves_the_deadline(void **state)
{
	struct heap *h = heap_new(2);

	(void)state;
	heap_set(h, 0, 10);
	heap_set(h, 1, 20);
	heap_set(h, 0, 30);
	assert_int_equal(heap_first(h), 20);
	heap_set(h, 0, 5);
	assert_int_equal(heap_first(h), 5);
	heap_free(h);
}

static void never_removes_the_deadline(void **state)
{
	struct heap *h = heap_new(2);

	(void)state;
	heap_set(h, 0, 10);
	heap_set(h, 1, 20);
	heap_set(h, 0, NS_NEVER);
	assert_int_equal(heap_first(h), 20);
	heap_set(h, 0, NS_NEVER);
	assert_int_equal(heap_pop(h, 100), 1);
	assert_int_equal(heap_pop(h, 100), HEAP_NONE);
	heap_free(h);
}

static void ids_with_the_same_deadline_all_come_out(void **state)
{
	struct heap *h = heap_new(8);
	unsigned int seen = 0;

	(void)state;
	for (uint32_t id = 0; id < 8; id++)
		heap_set(h, id, 10);
	for (int i = 0; i < 8; i++)
		seen |= 1U << heap_pop(h, 10);
	assert_int_equal(seen, 0xff);
	heap_free(h);
}

static void deadlines_may_be_negative(void **state)
{
	struct heap *h = heap_new(2);

	(void)state;
	heap_set(h, 0, 0);
	heap_set(h, 1, -5);
	assert_int_equal(heap_pop(h, -5), 1);
	assert_int_equal(heap_pop(h, -1), HEAP_NONE);
	heap_free(h);
}

static void a_heap_of_nothing_works(void **state)
{
	struct heap *h = heap_new(0);

	(void)state;
	assert_true(heap_first(h) == NS_NEVER);
	heap_free(h);
}

static void freeing_no_heap_is_allowed(void **state)
{
	(void)state;
	heap_free(NULL);
}

#define MODEL_CAP 100

static ns_t model_first(const ns_t *model)
{
	ns_t first = NS_NEVER;

	for (size_t i = 0; i < MODEL_CAP; i++)
		first = ns_min(first, model[i]);
	return first;
}

/* One random operation on both. Do they still agree? */
static bool model_step(struct heap *h, ns_t *model, struct rng *rng)
{
	uint32_t id = (uint32_t)rng_below(rng, MODEL_CAP);
	ns_t when = (ns_t)rng_below(rng, 300);

	switch (rng_below(rng, 5)) {
	case 0:
		heap_set(h, id, NS_NEVER);
		model[id] = NS_NEVER;
		break;
	case 1:
		id = heap_pop(h, when);
		if (id == HEAP_NONE)
			return model_first(model) > when;
		if (id >= MODEL_CAP || model[id] > when || model[id] != model_first(model))
			return false;
		model[id] = NS_NEVER;
		break;
	default:
		heap_set(h, id, when);
		model[id] = when;
		break;
	}
	return heap_first(h) == model_first(model);
}

static void random_operations_agree_with_an_array(void **state)
{
	uint64_t seed = check_seed();
	struct heap *h = heap_new(MODEL_CAP);
	ns_t model[MODEL_CAP];
	struct rng rng;

	(void)state;
	rng_seed(&rng, seed);
	for (size_t i = 0; i < MODEL_CAP; i++)
		model[i] = NS_NEVER;
	for (int step = 0; step < 50000; step++)
		if (!model_step(h, model, &rng))
			fail_msg("step %d, CHECK_SEED=%llu", step, (unsigned long long)seed);
	while (model_first(model) != NS_NEVER) {
		uint32_t id = heap_pop(h, NS_NEVER - 1);

		assert_true(id < MODEL_CAP);
		assert_int_equal(model[id], model_first(model));
		model[id] = NS_NEVER;
	}
	assert_int_equal(heap_pop(h, NS_NEVER - 1), HEAP_NONE);
	heap_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_heap_has_no_deadline),
		cmocka_unit_test(deadlines_come_out_in_order),
		cmocka_unit_test(a_deadline_is_due_from_its_own_instant_on),
		cmocka_unit_test(a_popped_id_is_out_until_it_is_set_again),
		cmocka_unit_test(setting_again_moves_the_deadline),
		cmocka_unit_test(never_removes_the_deadline),
		cmocka_unit_test(ids_with_the_same_deadline_all_come_out),
		cmocka_unit_test(deadlines_may_be_negative),
		cmocka_unit_test(a_heap_of_nothing_works),
		cmocka_unit_test(freeing_no_heap_is_allowed),
		cmocka_unit_test(random_operations_agree_with_an_array),
	};

	return cmocka_run_group_tests_name("heap", tests, NULL, NULL);
}
