/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - strict parsing: what is not wholly a number is no number. */
#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool text_u64(const char *s, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		uint64_t digit = (uint64_t)(*s - '0');

		if (*s < '0' || *s > '9' || v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	if (v < min || v > max)
		return false;
	*out = v;
	return true;
}

/* The end of a sign, digits and a fraction at `s`, or NULL when there are no digits. */
static const char *number_end(const char *s)
{
	size_t whole, fraction = 0;

	if (*s == '-' || *s == '+')
		s++;
	whole = strspn(s, "0123456789");
	s += whole;
	if (*s == '.') {
		fraction = strspn(s + 1, "0123456789");
		s += 1 + fraction;
	}
	return whole + fraction > 0 ? s : NULL;
}

static bool number_and_unit(const char *s, double *value, const char **unit)
{
	char *end;

	*unit = number_end(s);
	*value = strtod(s, &end);
	/* strtod() also takes "inf", "nan", "0x10", "1e3" and leading space. */
	return *unit == end && isfinite(*value);
}

bool text_double(const char *s, double *out)
{
	const char *unit;
	double v;

	if (!number_and_unit(s, &v, &unit) || *unit != '\0')
		return false;
	*out = v;
	return true;
}

bool text_duration(const char *s, ns_t *out)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = {{"", 1e9}, {"s", 1e9},  {"ms", 1e6},  {"us", 1e3},
	             {"ns", 1}, {"m", 60e9}, {"h", 3600e9}};
	const char *unit;
	double v;

	if (!number_and_unit(s, &v, &unit) || v < 0)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(unit, units[i].unit) != 0)
			continue;
		if (v * units[i].ns > 9e18 / 2)
			return false;
		*out = (ns_t)llround(v * units[i].ns);
		return true;
	}
	return false;
}

struct text text_into(char *buf, size_t cap)
{
	buf[0] = '\0';
	return (struct text){.s = buf, .cap = cap, .len = 0};
}

void text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->s + t->len, t->cap - t->len, fmt, ap);
	va_end(ap);
	if (n > 0)
		t->len = t->len + (size_t)n < t->cap ? t->len + (size_t)n : t->cap - 1;
}
