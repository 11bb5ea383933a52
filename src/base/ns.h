/* SPDX-License-Identifier: BSD-2-Clause */
/* ns.h - time as signed nanoseconds, and the two clocks it is read from. */
#ifndef TCPSHAKE_BASE_NS_H
#define TCPSHAKE_BASE_NS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Nanoseconds. Two origins exist and never mix: a *stamp* is a capture time (CLOCK_REALTIME, as the
 * kernel stamps frames), everything called `now`, `when` or `deadline` is CLOCK_MONOTONIC. Only
 * differences of two values with the same origin mean anything.
 */
typedef int64_t ns_t;

#define NS_NEVER INT64_MAX /* a deadline that does not come */
#define NS_NONE  INT64_MIN /* a stamp or duration that was not observed */
#define NS_US    ((ns_t)1000)
#define NS_MS    ((ns_t)1000000)
#define NS_SEC   ((ns_t)1000000000)

/* Now, by the monotonic clock: for deadlines. */
ns_t ns_monotonic(void);

/* Now, by the wall clock: the origin of capture stamps. */
ns_t ns_realtime(void);

/*
 * Both clocks at one moment. A process may be put aside between two readings, so the pair that was
 * read fastest out of a few is given: the two belong together within microseconds.
 */
void ns_both(ns_t *monotonic, ns_t *realtime);

/* a + b, where NS_NEVER stays NS_NEVER. */
ns_t ns_add(ns_t a, ns_t b);

/* The earlier of two deadlines. */
ns_t ns_min(ns_t a, ns_t b);

#define NS_RFC3339_MAX 36

/* Write `stamp` as RFC 3339 UTC with nine decimals ("2026-11-21T03:31:00.123456789Z"). */
void ns_rfc3339(char out[static NS_RFC3339_MAX], ns_t stamp);

#endif
