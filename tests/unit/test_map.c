/* SPDX-License-Identifier: BSD-2-Clause */
/* test_map.c - tests the hash table, last against a naive model with random operations. */
#include "../lib/check.h"

#include "base/map.h"
#include "base/rng.h"

/* The keys of the small tests: value v has the key keys[v]. */
static const int keys[] = {10, 11, 12, 13, 14, 15, 16, 17, 18, 19};

static bool same_key(const void *key, uint32_t value, void *ctx)
{
	(void)ctx;
	return keys[value] == *(const int *)key;
}

static uint32_t find(const struct map *m, uint64_t hash, int key)
{
	return map_find(m, hash, &key, same_key, NULL);
}

static void an_empty_map_finds_nothing(void **state)
{
	struct map *m = map_new(4);

	(void)state;
	assert_int_equal(find(m, 0, 10), MAP_NONE);
	assert_int_equal(map_count(m), 0);
	map_free(m);
}

static void what_was_put_is_found(void **state)
{
	struct map *m = map_new(4);

	(void)state;
	assert_true(map_put(m, 0x123456789abcdef0, 3));
	assert_int_equal(find(m, 0x123456789abcdef0, 13), 3);
	assert_int_equal(map_count(m), 1);
	map_free(m);
}

static void the_whole_hash_is_compared(void **state)
{
	struct map *m = map_new(4);

	(void)state;
	map_put(m, 1, 3);
	assert_int_equal(find(m, 1 | (uint64_t)1 << 63, 13), MAP_NONE);
	map_free(m);
}

static void equal_hashes_are_told_apart_by_key(void **state)
{
	struct map *m = map_new(4);

	(void)state;
	map_put(m, 7, 0);
	map_put(m, 7, 1);
	assert_int_equal(find(m, 7, 10), 0);
	assert_int_equal(find(m, 7, 11), 1);
	assert_int_equal(find(m, 7, 12), MAP_NONE);
	map_free(m);
}

static bool context_is_7(const void *key, uint32_t value, void *ctx)
{
	(void)key;
	(void)value;
	return *(int *)ctx == 7;
}

static void the_context_reaches_the_comparison(void **state)
{
	int seven = 7, eight = 8;
	struct map *m = map_new(4);

	(void)state;
	map_put(m, 1, 2);
	assert_int_equal(map_find(m, 1, NULL, context_is_7, &seven), 2);
	assert_int_equal(map_find(m, 1, NULL, context_is_7, &eight), MAP_NONE);
	map_free(m);
}

static void a_full_map_refuses_and_does_not_change(void **state)
{
	struct map *m = map_new(2);

	(void)state;
	assert_true(map_put(m, 1, 0));
	assert_true(map_put(m, 2, 1));
	assert_false(map_put(m, 3, 2));
	assert_int_equal(map_count(m), 2);
	assert_int_equal(find(m, 3, 12), MAP_NONE);
	map_free(m);
}

static void a_map_without_capacity_takes_nothing(void **state)
{
	struct map *m = map_new(0);

	(void)state;
	assert_false(map_put(m, 1, 0));
	assert_int_equal(find(m, 1, 10), MAP_NONE);
	map_free(m);
}

static void what_was_removed_is_gone(void **state)
{
	struct map *m = map_new(4);

	(void)state;
	map_put(m, 1, 0);
	map_remove(m, 1, 0);
	assert_int_equal(find(m, 1, 10), MAP_NONE);
	assert_int_equal(map_count(m), 0);
	map_free(m);
}

static void removing_what_is_not_there_changes_nothing(void **state)
{
	struct map *m = map_new(4);

	(void)state;
	map_put(m, 1, 0);
	map_remove(m, 1, 1);
	map_remove(m, 2, 0);
	assert_int_equal(map_count(m), 1);
	assert_int_equal(find(m, 1, 10), 0);
	map_free(m);
}

static void a_removal_keeps_its_neighbours_reachable(void **state)
{
	struct map *m = map_new(4);

	(void)state;
	map_put(m, 7, 0); /* the last of eight slots, so that the others wrap around */
	map_put(m, 7, 1);
	map_put(m, 0, 2);
	map_remove(m, 7, 0);
	assert_int_equal(find(m, 7, 11), 1);
	assert_int_equal(find(m, 0, 12), 2);
	map_free(m);
}

static void freeing_no_map_is_allowed(void **state)
{
	(void)state;
	map_free(NULL);
}

#define MODEL_CAP 200

/* The model: a list of entries, searched from the front. A value's key is the value itself. */
struct model {
	size_t count;
	uint64_t hash[MODEL_CAP];
	uint32_t value[MODEL_CAP];
};

static bool same_value(const void *key, uint32_t value, void *ctx)
{
	(void)ctx;
	return *(const uint32_t *)key == value;
}

/* From no collisions to nothing else; home slots near the table's end, so that clusters wrap. */
static uint64_t model_hash(uint32_t value, unsigned int mode)
{
	switch (mode) {
	case 0:
		return (uint64_t)value * 0x9e3779b97f4a7c15U;
	case 1:
		return UINT64_MAX - value % 7;
	case 2:
		return (uint64_t)(value % 3) << 32 | 511;
	default:
		return 500 + value % 40;
	}
}

static size_t model_find(const struct model *model, uint32_t value)
{
	size_t i = 0;

	while (i < model->count && model->value[i] != value)
		i++;
	return i;
}

/* One random operation on both. Do they still agree? */
static bool model_step(struct map *m, struct model *model, struct rng *rng, unsigned int mode)
{
	uint32_t value = (uint32_t)rng_below(rng, 2 * MODEL_CAP);
	uint64_t hash = model_hash(value, mode);
	size_t at = model_find(model, value);

	if (at == model->count && rng_below(rng, 2) == 0) {
		if (map_put(m, hash, value) != (at < MODEL_CAP))
			return false;
		if (at < MODEL_CAP) {
			model->hash[at] = hash;
			model->value[at] = value;
			model->count++;
		}
	} else if (rng_below(rng, 3) == 0) {
		map_remove(m, hash, value);
		if (at < model->count) {
			model->count--;
			model->hash[at] = model->hash[model->count];
			model->value[at] = model->value[model->count];
		}
	} else if (map_find(m, hash, &value, same_value, NULL) !=
	           (at < model->count ? value : MAP_NONE)) {
		return false;
	}
	return map_count(m) == model->count;
}

/* Can every entry of the model be found? */
static bool model_agrees(const struct map *m, const struct model *model)
{
	for (size_t i = 0; i < model->count; i++)
		if (map_find(m, model->hash[i], &model->value[i], same_value, NULL) !=
		    model->value[i])
			return false;
	return true;
}

static void random_operations_agree_with_a_list(void **state)
{
	uint64_t seed = check_seed();
	struct rng rng;

	(void)state;
	rng_seed(&rng, seed);
	for (unsigned int mode = 0; mode < 4; mode++) {
		struct map *m = map_new(MODEL_CAP);
		struct model model = {.count = 0};

		for (int step = 0; step < 20000; step++) {
			if (!model_step(m, &model, &rng, mode) ||
			    (step % 100 == 0 && !model_agrees(m, &model)))
				fail_msg("mode %u, step %d, CHECK_SEED=%llu", mode, step,
				         (unsigned long long)seed);
		}
		map_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_map_finds_nothing),
		cmocka_unit_test(what_was_put_is_found),
		cmocka_unit_test(the_whole_hash_is_compared),
		cmocka_unit_test(equal_hashes_are_told_apart_by_key),
		cmocka_unit_test(the_context_reaches_the_comparison),
		cmocka_unit_test(a_full_map_refuses_and_does_not_change),
		cmocka_unit_test(a_map_without_capacity_takes_nothing),
		cmocka_unit_test(what_was_removed_is_gone),
		cmocka_unit_test(removing_what_is_not_there_changes_nothing),
		cmocka_unit_test(a_removal_keeps_its_neighbours_reachable),
		cmocka_unit_test(freeing_no_map_is_allowed),
		cmocka_unit_test(random_operations_agree_with_a_list),
	};

	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
