/* SPDX-License-Identifier: BSD-2-Clause */
/* digits.c - decimal without a format string. */
#include "base/digits.h"

#include <string.h>

/* Four at a time: a division by a constant for each digit would take most of the time. */
static size_t count(uint64_t v)
{
	for (size_t n = 0;; n += 4, v /= 10000) {
		if (v < 10)
			return n + 1;
		if (v < 100)
			return n + 2;
		if (v < 1000)
			return n + 3;
		if (v < 10000)
			return n + 4;
	}
}

/* The digits of `v` end before `end`. Two at a time, for the same reason. */
static void put_before(char *end, uint64_t v)
{
	static const char pairs[] = "00010203040506070809"
				    "10111213141516171819"
				    "20212223242526272829"
				    "30313233343536373839"
				    "40414243444546474849"
				    "50515253545556575859"
				    "60616263646566676869"
				    "70717273747576777879"
				    "80818283848586878889"
				    "90919293949596979899";

	while (v >= 100) {
		end -= 2;
		memcpy(end, &pairs[v % 100 * 2], 2);
		v /= 100;
	}
	if (v >= 10)
		memcpy(end - 2, &pairs[v * 2], 2);
	else
		end[-1] = (char)('0' + v);
}

size_t digits_put_padded(char *out, uint64_t v, size_t width)
{
	size_t len;

	if (v < 10 && width <= 1) { /* as most numbers are */
		out[0] = (char)('0' + v);
		out[1] = '\0';
		return 1;
	}
	len = count(v);
	if (width > DIGITS_MAX - 1)
		width = DIGITS_MAX - 1;
	if (len < width) {
		memset(out, '0', width - len);
		len = width;
	}
	put_before(out + len, v);
	out[len] = '\0';
	return len;
}

size_t digits_put(char *out, int64_t v)
{
	if (v >= 0)
		return digits_put_padded(out, (uint64_t)v, 1);
	*out = '-';
	return 1 + digits_put_padded(out + 1, -(uint64_t)v, 1);
}
