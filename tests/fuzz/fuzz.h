/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz.h - what the fuzz targets share: their entry point, exact copies and an assertion. */
#ifndef TCPSHAKE_TESTS_FUZZ_FUZZ_H
#define TCPSHAKE_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libFuzzer's entry point; replay.c calls it too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An invariant: what does not hold ends the run and keeps the input. */
#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);    \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* A block of exactly `len` bytes, so that the sanitizer sees a read past the end. */
static inline uint8_t *exact_copy(const void *bytes, size_t len)
{
	uint8_t *p = calloc(1, len);

	MUST(p != NULL);
	if (len > 0)
		memcpy(p, bytes, len);
	return p;
}

#endif
