/* SPDX-License-Identifier: BSD-2-Clause */
/* test_siphash.c - SipHash-2-4 against its authors' vectors, SipHash-1-3 against CPython's hash(). */
#include "../lib/check.h"

#include "base/siphash.h"

/* Key 00 01 .. 0f; vector n is of the message 00 01 .. n-1. Number 15 stands in the paper. */
static const struct siphash_key paper_key = {.k0 = 0x0706050403020100, .k1 = 0x0f0e0d0c0b0a0908};
static const uint64_t vectors[64] = {
	0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a, 0x85676696d7fb7e2d,
	0xcf2794e0277187b7, 0x18765564cd99a68d, 0xcbc9466e58fee3ce, 0xab0200f58b01d137,
	0x93f5f5799a932462, 0x9e0082df0ba9e4b0, 0x7a5dbbc594ddb9f3, 0xf4b32f46226bada7,
	0x751e8fbc860ee5fb, 0x14ea5627c0843d90, 0xf723ca908e7af2ee, 0xa129ca6149be45e5,
	0x3f2acc7f57c29bdb, 0x699ae9f52cbe4794, 0x4bc1b3f0968dd39c, 0xbb6dc91da77961bd,
	0xbed65cf21aa2ee98, 0xd0f2cbb02e3b67c7, 0x93536795e3a33e88, 0xa80c038ccd5ccec8,
	0xb8ad50c6f649af94, 0xbce192de8a85b8ea, 0x17d835b85bbb15f3, 0x2f2e6163076bcfad,
	0xde4daaaca71dc9a5, 0xa6a2506687956571, 0xad87a3535c49ef28, 0x32d892fad841c342,
	0x7127512f72f27cce, 0xa7f32346f95978e3, 0x12e0b01abb051238, 0x15e034d40fa197ae,
	0x314dffbe0815a3b4, 0x027990f029623981, 0xcadcd4e59ef40c4d, 0x9abfd8766a33735c,
	0x0e3ea96b5304a7d0, 0xad0c42d6fc585992, 0x187306c89bc215a9, 0xd4a60abcf3792b95,
	0xf935451de4f21df2, 0xa9538f0419755787, 0xdb9acddff56ca510, 0xd06c98cd5c0975eb,
	0xe612a3cb9ecba951, 0xc766e62cfcadaf96, 0xee64435a9752fe72, 0xa192d576b245165a,
	0x0a8787bf8ecb74b2, 0x81b3e73d20b49b6f, 0x7fa8220ba3b2ecea, 0x245731c13ca42499,
	0xb78dbfaf3a8d83bd, 0xea1ad565322a1a0b, 0x60e61c23a3795013, 0x6606d7e446282b93,
	0x6ca4ecb15c5f91e1, 0x9f626da15c9625f3, 0xe51b38608ef25f57, 0x958a324ceb064572,
};

static void the_paper_example_is_met(void **state)
{
	static const uint8_t message[15] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};

	(void)state;
	assert_true(siphash(&paper_key, message, 15) == 0xa129ca6149be45e5);
}

static void all_official_vectors_are_met(void **state)
{
	uint8_t message[64];

	(void)state;
	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)i;
	for (size_t len = 0; len < 64; len++) {
		struct block b = block_copy(message, len);

		if (siphash(&paper_key, b.p, len) != vectors[len])
			fail_msg("vector %zu differs", len);
		block_free(&b);
	}
}

/* hash(bytes(range(n))) of CPython 3.11 with PYTHONHASHSEED=0, which is a key of zeros; n from 1. */
static void tables_use_siphash_1_3(void **state)
{
	static const struct siphash_key zeros = {0, 0};
	static const uint64_t of_python[16] = {
		0x68a914128e01e473, 0x010bac45c41e3669, 0x4d4c9a4a8ef6e0ad, 0x7cc43f98813e4dbd,
		0x5abe2169dff36275, 0xe3c25f87624f1cdb, 0x2f098ab0c751325a, 0xead411e67ebe2eea,
		0x75927f9d95124362, 0xaf9f77a65ab51a1d, 0xfe64ce8b6617fcff, 0xa6baf4fb0f9fe1c2,
		0xa0cf3211850f8e0d, 0x7f86049379fbfe67, 0xf30eb725bb91c9ea, 0x8972188433a5c5b7,
	};
	uint8_t message[16];

	(void)state;
	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)i;
	for (size_t len = 1; len <= sizeof(message); len++) {
		struct block b = block_copy(message, len);

		if (siphash_table(&zeros, b.p, len) != of_python[len - 1])
			fail_msg("of %zu bytes", len);
		block_free(&b);
	}
}

static void each_bit_of_the_key_counts(void **state)
{
	uint64_t before = siphash(&paper_key, "message", 7);
	uint64_t place = siphash_table(&paper_key, "message", 7);

	(void)state;
	for (unsigned int bit = 0; bit < 64; bit++) {
		struct siphash_key a = paper_key, b = paper_key;

		a.k0 ^= (uint64_t)1 << bit;
		b.k1 ^= (uint64_t)1 << bit;
		assert_true(siphash(&a, "message", 7) != before);
		assert_true(siphash(&b, "message", 7) != before);
		assert_true(siphash_table(&a, "message", 7) != place);
		assert_true(siphash_table(&b, "message", 7) != place);
	}
}

static void trailing_zeros_count(void **state)
{
	static const uint8_t zeros[32];

	(void)state;
	for (size_t a = 0; a <= 32; a++)
		for (size_t b = a + 1; b <= 32; b++)
			assert_true(siphash(&paper_key, zeros, a) != siphash(&paper_key, zeros, b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_paper_example_is_met),
		cmocka_unit_test(all_official_vectors_are_met),
		cmocka_unit_test(tables_use_siphash_1_3),
		cmocka_unit_test(each_bit_of_the_key_counts),
		cmocka_unit_test(trailing_zeros_count),
	};

	return cmocka_run_group_tests_name("siphash", tests, NULL, NULL);
}
