/* SPDX-License-Identifier: BSD-2-Clause */
/* digits.h - numbers as text, where millions are written. */
#ifndef TCPSHAKE_BASE_DIGITS_H
#define TCPSHAKE_BASE_DIGITS_H

#include <stddef.h>
#include <stdint.h>

#define DIGITS_MAX 24 /* any 64-bit number with its sign and a final NUL */

/* Write `v` in decimal with a final NUL; returns its length. */
size_t digits_put(char *out, int64_t v);

/* As above, with zeros in front up to `width` digits; for numbers that are not negative. */
size_t digits_put_padded(char *out, uint64_t v, size_t width);

#endif
