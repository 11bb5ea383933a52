/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies.h - does the target answer SYNs with SYN cookies? */
#ifndef TCPSHAKE_PROBE_COOKIES_H
#define TCPSHAKE_PROBE_COOKIES_H

#include "probe/probe.h"
#include "tcp/profile.h"

struct cookies_config {
	struct profile profile; /* order of options, window scale, SACK, TTL, base MSS */
	uint8_t tos;
	bool ecn;
	bool own_win; /* send the profile's window, not one that tells itself from others */
	uint8_t syn_retries;
	ns_t rto, timeout; /* as in conn_config */
	uint32_t enabled;  /* tests that may be made where they help (probe/cookies_plan.h) */
	uint32_t forced;   /* and those that are made in any case */
	uint32_t load;     /* half-open connections at most; 0: no load */
};

/*
 * Drives the tests of cookies_plan.h, each on a lane of its own, one after the other: never more than
 * one half-open connection at a time and address, but for --load. Its configuration is cookies_config.
 */
extern const struct probe_ops cookies_probe;

#endif
