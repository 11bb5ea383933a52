/* SPDX-License-Identifier: BSD-2-Clause */
/* ns.c - the only place that reads a clock, and the text form of a stamp. */
#include "base/ns.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/digits.h"

static ns_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (ns_t)ts.tv_sec * NS_SEC + ts.tv_nsec;
}

ns_t ns_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

ns_t ns_realtime(void)
{
	return read_clock(CLOCK_REALTIME);
}

void ns_both(ns_t *monotonic, ns_t *realtime)
{
	ns_t best = NS_NEVER;

	for (int i = 0; i < 5 && best > 20 * NS_US; i++) {
		ns_t before = ns_monotonic();
		ns_t wall = ns_realtime();
		ns_t after = ns_monotonic();

		if (after - before < best) {
			best = after - before;
			*monotonic = after;
			*realtime = wall;
		}
	}
}

ns_t ns_add(ns_t a, ns_t b)
{
	if (a == NS_NEVER || b == NS_NEVER || (b > 0 && a > NS_NEVER - b))
		return NS_NEVER;
	return a + b;
}

ns_t ns_min(ns_t a, ns_t b)
{
	return a < b ? a : b;
}

/* A number of so many digits and what follows it; returns where the next begins. */
static char *part(char *out, uint64_t v, size_t width, char after)
{
	out += digits_put_padded(out, v, width);
	*out = after;
	return out + 1;
}

void ns_rfc3339(char out[static NS_RFC3339_MAX], ns_t stamp)
{
	time_t sec = (time_t)(stamp / NS_SEC);
	long frac = (long)(stamp % NS_SEC);
	struct tm tm;
	char *at;

	if (frac < 0) {
		frac += NS_SEC;
		sec--;
	}
	if (gmtime_r(&sec, &tm) == NULL || tm.tm_year < -1900 || tm.tm_year > 8099)
		tm = (struct tm){.tm_year = 8099,
		                 .tm_mon = 11,
		                 .tm_mday = 31,
		                 .tm_hour = 23,
		                 .tm_min = 59,
		                 .tm_sec = 59};
	at = part(out, (uint64_t)((int64_t)tm.tm_year + 1900), 4, '-');
	at = part(at, (unsigned int)tm.tm_mon + 1, 2, '-');
	at = part(at, (unsigned int)tm.tm_mday, 2, 'T');
	at = part(at, (unsigned int)tm.tm_hour, 2, ':');
	at = part(at, (unsigned int)tm.tm_min, 2, ':');
	at = part(at, (unsigned int)tm.tm_sec, 2, '.');
	at = part(at, (uint64_t)frac, 9, 'Z');
	*at = '\0';
}
