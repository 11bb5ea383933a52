/* SPDX-License-Identifier: BSD-2-Clause */
/* csum.h - the Internet checksum and what a captured TCP checksum can tell. */
#ifndef TCPSHAKE_WIRE_CSUM_H
#define TCPSHAKE_WIRE_CSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/addr.h"

enum csum_verdict {
	CSUM_UNKNOWN, /* the frame is cut short: nothing can be said */
	CSUM_GOOD,    /* complete and right */
	CSUM_DEFERRED, /* only the pseudo-header is summed: a local kernel left the rest to hardware */
	CSUM_BAD,      /* damaged on the way */
	CSUM_ABSENT, /* wrong, and 0: damaged, or nobody summed it (captures made by programs) */
};

/* Would its receiver refuse it? */
bool csum_is_wrong(enum csum_verdict v);

/* Ones' complement sum of `len` bytes (RFC 1071), to be added to others and folded. */
uint32_t csum_add(uint32_t sum, const uint8_t *bytes, size_t len);

/* Fold a sum to 16 bits; its complement is the checksum field. */
uint16_t csum_fold(uint32_t sum);

/* Sum of the pseudo-header (RFC 9293 3.1; RFC 8200 8.1) of `len` bytes of protocol `proto`. */
uint32_t csum_pseudo(const struct addr *src, const struct addr *dst, uint8_t proto, uint32_t len);

/*
 * Judge the checksum of the TCP segment at `tcp`, `len` bytes of which `caplen` were captured.
 * Frames of local kernels are captured before hardware would complete them (CSUM_DEFERRED).
 */
enum csum_verdict csum_tcp(const struct addr *src, const struct addr *dst, const uint8_t *tcp,
                           size_t caplen, size_t len);

#endif
