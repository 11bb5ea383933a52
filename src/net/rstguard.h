/* SPDX-License-Identifier: BSD-2-Clause */
/* rstguard.h - source ports on which the kernel answers nothing, so that we may. */
#ifndef TCPSHAKE_NET_RSTGUARD_H
#define TCPSHAKE_NET_RSTGUARD_H

#include <stdint.h>

#include "base/err.h"
#include "net/inject.h"

/*
 * A pool of guarded ports. The kernel resets connections it does not know; a guard is a listening
 * socket on the source port that makes it drop their segments in silence, after the capture has seen
 * them. No firewall rule is needed and nothing outlives the process. The port is reserved against the
 * host's own use meanwhile. What it does, and why, stands in rstguard.c.
 */
struct rstguard;

enum rstguard_means {
	RSTGUARD_MD5 =
		1, /* TCP_MD5SIG_EXT for every address: segments without a signature are dropped */
	RSTGUARD_MINTTL =
		2, /* IP_MINTTL, IPV6_MINHOPCOUNT 255: dropped unless sent with 255 on this link */
	RSTGUARD_FILTER =
		4, /* SO_ATTACH_FILTER that takes nothing; CAP_NET_ADMIN on newer kernels */
};

/*
 * Open guards on `want` ports out of [first, last], or of the host's ephemeral ports when first is 0 (of
 * these at most half); as few gaps between them as other sockets leave. Opens fewer where ports or file
 * descriptors run out; none is an error (ERR_LOCAL). Close with rstguard_close().
 */
int rstguard_open(struct rstguard **out, uint32_t want, uint16_t first, uint16_t last,
                  struct err *e);
void rstguard_close(struct rstguard *g); /* NULL is allowed */

uint32_t rstguard_count(const struct rstguard *g);
uint16_t rstguard_port(const struct rstguard *g, uint32_t i);

enum rstguard_test {
	RSTGUARD_HOLDS,
	RSTGUARD_LEAKS,      /* the kernel reset a segment to a guarded port */
	RSTGUARD_UNTESTABLE, /* loopback is down or filtered: nothing can be said */
};

/* Send one SYN-ACK to a guard over loopback and see that no reset comes back. Takes no time to speak of. */
enum rstguard_test rstguard_selftest(const struct rstguard *g, struct inject *in,
                                     enum addr_family family);

#endif
