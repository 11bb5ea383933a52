/* SPDX-License-Identifier: BSD-2-Clause */
/* test_flows.c - the table of connections: keys of both directions, its bound, three lists by age. */
#include "../lib/check.h"

#include "base/rng.h"
#include "engine/flows.h"

static struct packet packet_of(uint32_t a, uint16_t port_a, uint32_t b, uint16_t port_b)
{
	struct packet p = {.kind = PACKET_TCP};

	p.src.addr = addr_from(&a, 4);
	p.dst.addr = addr_from(&b, 4);
	p.src.port = port_a;
	p.dst.port = port_b;
	return p;
}

static struct flow_key key_of(uint32_t n)
{
	struct packet p = packet_of(1, (uint16_t)n, 2 + n / 65536, 443);
	uint8_t side;

	return flows_key(&p, &side);
}

static struct flows *table(uint32_t max)
{
	struct flows *t = flows_new(max);

	assert_non_null(t);
	return t;
}

static struct flow *add(struct flows *t, uint32_t n)
{
	struct flow_key key = key_of(n);

	return flows_add(t, &key);
}

static struct flow *find(struct flows *t, uint32_t n)
{
	struct flow_key key = key_of(n);

	return flows_find(t, &key);
}

/* Detached ones too: the replay holds them until they are told of. */
static void all_that_are_held_are_found_by_number(void **state)
{
	struct flows *t = table(1000);
	uint32_t found = 0;

	(void)state;
	assert_true(flows_next(t, 0) == FLOWS_NONE);
	for (uint32_t n = 0; n < 700; n++)
		assert_int_equal(add(t, n)->number, n);
	for (uint32_t n = 0; n < 700; n += 3)
		flows_drop(t, find(t, n));
	for (uint32_t n = 1; n < 700; n += 3)
		flows_detach(t, find(t, n));
	for (uint32_t n = 0; (n = flows_next(t, n)) != FLOWS_NONE; n++) {
		assert_int_not_equal(n % 3, 0);
		found++;
	}
	assert_int_equal(found, flows_count(t));
	flows_clear(t);
	assert_true(flows_next(t, 0) == FLOWS_NONE);
	flows_free(t);
}

static void both_directions_have_one_key(void **state)
{
	static const uint32_t ends[][4] = {
		{1, 40000, 2, 443}, {2, 443, 1, 40000}, {7, 1, 7, 2}, {7, 2, 7, 1}, {7, 7, 7, 7}};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(ends); i++) {
		const uint32_t *e = ends[i];
		struct packet there = packet_of(e[0], (uint16_t)e[1], e[2], (uint16_t)e[3]);
		struct packet back = packet_of(e[2], (uint16_t)e[3], e[0], (uint16_t)e[1]);
		uint8_t side, other;
		struct flow_key k1 = flows_key(&there, &side), k2 = flows_key(&back, &other);

		assert_memory_equal(&k1, &k2, sizeof(k1));
		assert_true(side <= 1 && other <= 1);
		assert_true(side != other || (e[0] == e[2] && e[1] == e[3]));
		assert_int_equal(k1.port[side], e[1]);
		assert_memory_equal(k1.addr[side], &e[0], 4);
	}
}

static void families_have_different_keys(void **state)
{
	uint8_t bytes[16] = {1}, other[16] = {2}, side;
	struct packet v4 = packet_of(1, 5, 2, 6), v6 = v4;
	struct flow_key a, b;

	(void)state;
	v6.src.addr = addr_from(bytes, 16);
	v6.dst.addr = addr_from(other, 16);
	a = flows_key(&v4, &side);
	b = flows_key(&v6, &side);
	assert_true(memcmp(&a, &b, sizeof(a)) != 0);
}

static void what_was_added_is_found(void **state)
{
	struct flows *t = table(10000);

	(void)state;
	assert_null(find(t, 1));
	for (uint32_t n = 0; n < 5000; n++)
		assert_non_null(add(t, n));
	assert_int_equal(flows_count(t), 5000);
	for (uint32_t n = 0; n < 5000; n++) {
		struct flow_key key = key_of(n);

		assert_non_null(find(t, n));
		assert_memory_equal(&find(t, n)->key, &key, sizeof(key));
		assert_ptr_equal(flows_at(t, find(t, n)->number), find(t, n));
	}
	assert_null(find(t, 5000));
	flows_free(t);
	flows_free(NULL);
}

static void a_full_table_takes_nothing(void **state)
{
	struct flows *t = table(300);

	(void)state;
	for (uint32_t n = 0; n < 300; n++) {
		assert_false(flows_full(t));
		assert_non_null(add(t, n));
	}
	assert_true(flows_full(t));
	assert_null(add(t, 300));
	assert_int_equal(flows_count(t), 300);
	flows_drop(t, find(t, 7));
	assert_null(find(t, 7));
	assert_non_null(add(t, 300));
	assert_non_null(find(t, 300));
	assert_null(add(t, 301));
	flows_free(t);
}

static void a_table_for_none_takes_nothing(void **state)
{
	struct flows *t = table(0);

	(void)state;
	assert_true(flows_full(t));
	assert_null(add(t, 1));
	for (int phase = 0; phase < FLOW_PHASES; phase++)
		assert_null(flows_oldest(t, (enum flow_phase)phase));
	flows_free(t);
}

/* A new one on the key of a detached one; dropping the old one leaves the new one its key. */
static void a_detached_flow_leaves_its_key_to_another(void **state)
{
	struct flows *t = table(10);
	struct flow *old = add(t, 1), *new;

	(void)state;
	flows_touch(t, old, FLOW_OPEN);
	flows_detach(t, old);
	assert_null(find(t, 1));
	assert_null(flows_oldest(t, FLOW_OPEN));
	assert_int_equal(flows_count(t), 2 - 1);
	new = add(t, 1);
	assert_ptr_equal(find(t, 1), new);
	flows_drop(t, old);
	assert_ptr_equal(find(t, 1), new);
	assert_int_equal(flows_count(t), 1);
	flows_free(t);
}

static void lists_are_in_order_of_touch(void **state)
{
	struct flows *t = table(10);
	struct flow *f[3];

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		f[i] = add(t, i);
		flows_touch(t, f[i], FLOW_OPEN);
	}
	assert_ptr_equal(flows_oldest(t, FLOW_OPEN), f[0]);
	flows_touch(t, f[0], FLOW_OPEN);
	assert_ptr_equal(flows_oldest(t, FLOW_OPEN), f[1]);
	flows_touch(t, f[0], FLOW_OPEN); /* it is the last already */
	flows_touch(t, f[2], FLOW_OPEN);
	flows_touch(t, f[1], FLOW_CLOSED);
	assert_ptr_equal(flows_oldest(t, FLOW_OPEN), f[0]);
	assert_ptr_equal(flows_oldest(t, FLOW_CLOSED), f[1]);
	assert_null(flows_oldest(t, FLOW_ASKED));
	flows_drop(t, f[0]);
	assert_ptr_equal(flows_oldest(t, FLOW_OPEN), f[2]);
	flows_drop(t, f[2]);
	assert_null(flows_oldest(t, FLOW_OPEN));
	flows_free(t);
}

/* --- against a list that is searched from end to end --- */

#define MODEL_KEYS 600

struct model {
	bool there[MODEL_KEYS];
	uint8_t phase[MODEL_KEYS];
	uint64_t touched[MODEL_KEYS], clock;
	uint32_t count;
};

static uint32_t oldest_of(const struct model *m, uint8_t phase)
{
	uint32_t found = MODEL_KEYS;

	for (uint32_t k = 0; k < MODEL_KEYS; k++)
		if (m->there[k] && m->phase[k] == phase &&
		    (found == MODEL_KEYS || m->touched[k] < m->touched[found]))
			found = k;
	return found;
}

static void step(struct flows *t, struct model *m, struct rng *rng)
{
	uint32_t k = (uint32_t)rng_below(rng, MODEL_KEYS);
	uint8_t phase = (uint8_t)rng_below(rng, FLOW_PHASES);
	struct flow *f = find(t, k);

	if (m->there[k] && rng_below(rng, 2) == 0) {
		flows_drop(t, f);
		m->there[k] = false;
		m->count--;
		return;
	}
	if (!m->there[k])
		f = add(t, k);
	if (f == NULL)
		return;
	m->count += !m->there[k];
	m->there[k] = true;
	m->phase[k] = phase;
	m->touched[k] = ++m->clock;
	flows_touch(t, f, (enum flow_phase)phase);
}

static bool agrees(struct flows *t, const struct model *m)
{
	bool good = flows_count(t) == m->count;

	for (uint8_t phase = 0; phase < FLOW_PHASES; phase++) {
		uint32_t k = oldest_of(m, phase);
		struct flow *oldest = flows_oldest(t, (enum flow_phase)phase);

		good = good && oldest == (k == MODEL_KEYS ? NULL : find(t, k));
	}
	for (uint32_t k = 0; k < MODEL_KEYS; k++)
		good = good && (find(t, k) != NULL) == m->there[k];
	return good;
}

static void random_operations_agree_with_a_list(void **state)
{
	uint64_t seed = check_seed();
	struct rng rng;

	(void)state;
	rng_seed(&rng, seed);
	for (uint32_t max = 3; max <= 600; max += 199) {
		struct flows *t = table(max);
		struct model m = {.count = 0};

		for (int i = 0; i < 5000; i++) {
			step(t, &m, &rng);
			if (m.count > max || (i % 50 == 0 && !agrees(t, &m)))
				fail_msg("max %u, step %d, CHECK_SEED=%llu", max, i,
				         (unsigned long long)seed);
		}
		flows_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_are_held_are_found_by_number),
		cmocka_unit_test(both_directions_have_one_key),
		cmocka_unit_test(families_have_different_keys),
		cmocka_unit_test(what_was_added_is_found),
		cmocka_unit_test(a_full_table_takes_nothing),
		cmocka_unit_test(a_table_for_none_takes_nothing),
		cmocka_unit_test(a_detached_flow_leaves_its_key_to_another),
		cmocka_unit_test(lists_are_in_order_of_touch),
		cmocka_unit_test(random_operations_agree_with_a_list),
	};

	return cmocka_run_group_tests_name("flows", tests, NULL, NULL);
}
