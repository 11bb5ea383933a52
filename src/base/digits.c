/* SPDX-License-Identifier: BSD-2-Clause */
/* digits.c - decimal without a format string. */
#include "base/digits.h"

size_t digits_put_padded(char *out, uint64_t v, size_t width)
{
	char last_first[DIGITS_MAX];
	size_t n = 0, len;

	do {
		last_first[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	while (n < width && n < DIGITS_MAX - 1)
		last_first[n++] = '0';
	len = n;
	while (n > 0)
		*out++ = last_first[--n];
	*out = '\0';
	return len;
}

size_t digits_put(char *out, int64_t v)
{
	if (v >= 0)
		return digits_put_padded(out, (uint64_t)v, 1);
	*out = '-';
	return 1 + digits_put_padded(out + 1, -(uint64_t)v, 1);
}
