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

void ns_rfc3339(char out[static NS_RFC3339_MAX], ns_t stamp)
{
	time_t sec = (time_t)(stamp / NS_SEC);
	long frac = (long)(stamp % NS_SEC);
	struct tm tm;
	size_t len;

	if (frac < 0) {
		frac += NS_SEC;
		sec--;
	}
	if (gmtime_r(&sec, &tm) == NULL || tm.tm_year > 8099)
		snprintf(out, NS_RFC3339_MAX, "9999-12-31T23:59:59.");
	else
		strftime(out, NS_RFC3339_MAX, "%Y-%m-%dT%H:%M:%S.", &tm);
	len = strlen(out);
	len += digits_put_padded(out + len, (uint64_t)frac, 9);
	out[len] = 'Z';
	out[len + 1] = '\0';
}
