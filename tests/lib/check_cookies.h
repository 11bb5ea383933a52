/* SPDX-License-Identifier: BSD-2-Clause */
/* check_cookies.h - the cookies probe against a server of check_listeners.h, over a path, in virtual time. */
#ifndef TCPSHAKE_TESTS_LIB_CHECK_COOKIES_H
#define TCPSHAKE_TESTS_LIB_CHECK_COOKIES_H

#include "check_listeners.h"
#include "probe/cookies.h"

#define CHECK_FRAMES 16384

/* What each way of the path does to a frame. */
struct check_path {
	ns_t delay, jitter;
	double loss, duplicate;
};

enum check_to {
	TO_CAPTURE, /* ours, seen by the capture on its way out */
	TO_SERVER,
	TO_US,
	TO_US_FORGED, /* by somebody who does not see our segments */
};

struct check_frame {
	ns_t due;
	uint64_t order;
	enum check_to to;
	uint32_t lane;
	struct seg seg;
};

struct check_cookies {
	struct listener server;
	struct check_path path;
	struct cookies_config cfg;
	bool local;   /* the target is this host */
	bool forgers; /* with each answer come forged ones; the run fails where one is believed */
	ns_t stop;    /* when the run is ended from outside; NS_NEVER */
	uint64_t seed;
	ns_t icmp; /* when an ICMP error for lane 0 arrives; NS_NEVER */
	uint64_t lost_out,
		lost_in;     /* bit n: segment n of ours, or of the server's, is lost; from 1 */
	ns_t dead;           /* from then on all is lost; NS_NEVER */
	ns_t set_at, set_by; /* somebody sets the wall clock: stamps jump; NS_NEVER */

	/* What came of it. */
	ns_t ended; /* when the probe was done, from the first SYN */
	uint32_t syns, segments, replies, spoofed;
	double most_syns;    /* in any second */
	uint32_t most_batch; /* segments sent at one time */
	struct answer answer;
	const struct cookies_record *r;

	struct rng rng;
	ns_t now;
	uint64_t order;
	uint32_t waiting;
	struct check_frame frame[CHECK_FRAMES];
	ns_t syn_at[8192];
	void *probe;
	uint32_t lanes;
	struct lane *lane;
};

/* A run against this server over a clean path of 20 ms; change what the test is about, then run. */
void check_cookies_init(struct check_cookies *c, enum listener_kind kind, bool v6, uint64_t seed);

/* Until the probe is done and for a minute after it, as an engine would; then `answer` is filled. */
void check_cookies_run(struct check_cookies *c);

/* The number of this name in the evidence of this test; fails where it is not there. */
double check_number(const struct check_cookies *c, const char *test, const char *name);

/* Fails unless these are the verdict and the implementation. */
void check_verdict(const struct check_cookies *c, const char *verdict, const char *implementation);

/* The result of this test, or NULL where it was not made. */
const char *check_result(const struct check_cookies *c, const char *test);

#endif
