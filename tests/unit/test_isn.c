/* SPDX-License-Identifier: BSD-2-Clause */
/* test_isn.c - initial sequence numbers depend on all that is secret or distinguishes. */
#include "../lib/check.h"

#include "tcp/isn.h"

static const struct siphash_key key = {.k0 = 0x0706050403020100, .k1 = 0x0f0e0d0c0b0a0908};

static struct tuple example(void)
{
	static const uint8_t local[] = {192, 0, 2, 1}, remote[] = {198, 51, 100, 7};

	return (struct tuple){
		.local = {.addr = addr_from(local, 4), .port = 40000},
		.remote = {.addr = addr_from(remote, 4), .port = 443},
	};
}

static void the_same_attempt_has_the_same_number(void **state)
{
	struct tuple t = example();

	(void)state;
	assert_int_equal(isn_make(&key, &t, 7), isn_make(&key, &t, 7));
}

/* RFC 9293 3.4.1: the secret, and the four parts of the tuple. */
static void every_part_counts(void **state)
{
	struct tuple t = example(), u;
	struct siphash_key other = {.k0 = key.k0, .k1 = key.k1 ^ 1};
	uint32_t isn = isn_make(&key, &t, 7);

	(void)state;
	assert_int_not_equal(isn_make(&other, &t, 7), isn);
	assert_int_not_equal(isn_make(&key, &t, 8), isn);
	assert_int_not_equal(isn_make(&key, &t, 7 + ((uint64_t)1 << 32)), isn);
	u = t;
	u.local.addr.bytes[3]++;
	assert_int_not_equal(isn_make(&key, &u, 7), isn);
	u = t;
	u.remote.addr.bytes[0]++;
	assert_int_not_equal(isn_make(&key, &u, 7), isn);
	u = t;
	u.local.port++;
	assert_int_not_equal(isn_make(&key, &u, 7), isn);
	u = t;
	u.remote.port++;
	assert_int_not_equal(isn_make(&key, &u, 7), isn);
}

static void the_two_ends_are_not_exchangeable(void **state)
{
	struct tuple t = example();
	struct tuple u = {.local = t.remote, .remote = t.local};

	(void)state;
	assert_int_not_equal(isn_make(&key, &t, 7), isn_make(&key, &u, 7));
}

/* The zone is this host's affair: a reply does not carry it. */
static void the_scope_does_not_count(void **state)
{
	struct tuple t = example(), u = t;

	(void)state;
	u.local.addr.scope = 3;
	assert_int_equal(isn_make(&key, &t, 7), isn_make(&key, &u, 7));
}

/* MUST-9: not computable; at the least every bit is set about half the time. */
static void all_bits_vary(void **state)
{
	struct tuple t = example();
	int ones[32] = {0};

	(void)state;
	for (uint64_t attempt = 0; attempt < 4096; attempt++)
		for (unsigned int bit = 0; bit < 32; bit++)
			ones[bit] += (int)(isn_make(&key, &t, attempt) >> bit & 1);
	for (unsigned int bit = 0; bit < 32; bit++)
		assert_in_range(ones[bit], 2048 - 256, 2048 + 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_attempt_has_the_same_number),
		cmocka_unit_test(every_part_counts),
		cmocka_unit_test(the_two_ends_are_not_exchangeable),
		cmocka_unit_test(the_scope_does_not_count),
		cmocka_unit_test(all_bits_vary),
	};

	return cmocka_run_group_tests_name("isn", tests, NULL, NULL);
}
