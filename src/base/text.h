/* SPDX-License-Identifier: BSD-2-Clause */
/* text.h - strict numbers and durations from text, and text built in a bounded buffer. */
#ifndef TCPSHAKE_BASE_TEXT_H
#define TCPSHAKE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ns.h"

/* A whole decimal number in [min, max]; nothing before or after it. False: *out is unchanged. */
bool text_u64(const char *s, uint64_t min, uint64_t max, uint64_t *out);

/* A duration: "10ms" "2s" "500us" "100ns" "1m" "1h", or plain seconds "1.5". Not negative. */
bool text_duration(const char *s, ns_t *out);

/* A decimal number with an optional sign and fraction; nothing before or after it. */
bool text_double(const char *s, double *out);

/* Text grows in the caller's buffer; what does not fit is cut, and the end is always marked. */
struct text {
	char *s;
	size_t cap;
	size_t len;
};

struct text text_into(char *buf, size_t cap);
void text_add(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
