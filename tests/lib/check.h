/* SPDX-License-Identifier: BSD-2-Clause */
/* check.h - what unit tests share: cmocka, exactly sized blocks from hex, a repeatable seed. */
#ifndef TCPSHAKE_TESTS_LIB_CHECK_H
#define TCPSHAKE_TESTS_LIB_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define CHECK_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Bytes in a heap block of exactly their size, so that the sanitizer sees a read past the end. */
struct block {
	uint8_t *p;
	size_t len;
};

static inline struct block block_copy(const void *bytes, size_t len)
{
	struct block b = {.p = malloc(len), .len = len};

	if (b.p == NULL)
		abort();
	if (len > 0)
		memcpy(b.p, bytes, len);
	return b;
}

static inline uint8_t check_nibble(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c);

	if (c == '\0' || at == NULL)
		abort();
	return (uint8_t)(at - digits);
}

/* From lower-case hex digits; spaces may stand between bytes. */
static inline struct block block_hex(const char *hex)
{
	uint8_t bytes[2048];
	size_t len = 0;

	for (; *hex != '\0'; hex++) {
		if (*hex == ' ')
			continue;
		if (len == sizeof(bytes))
			abort();
		bytes[len] = (uint8_t)(check_nibble(hex[0]) << 4);
		bytes[len++] |= check_nibble(hex[1]);
		hex++;
	}
	return block_copy(bytes, len);
}

/* The first `len` bytes of another block. */
static inline struct block block_prefix(const struct block *b, size_t len)
{
	return block_copy(b->p, len);
}

static inline void block_free(struct block *b)
{
	free(b->p);
	*b = (struct block){.p = NULL, .len = 0};
}

/* A seed that differs per run; CHECK_SEED in the environment repeats the one a failure printed. */
static inline uint64_t check_seed(void)
{
	const char *given = getenv("CHECK_SEED");
	struct timespec now;

	if (given != NULL)
		return strtoull(given, NULL, 10);
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

#endif
