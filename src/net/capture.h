/* SPDX-License-Identifier: BSD-2-Clause */
/* capture.h - live capture by libpcap: both directions, nanosecond stamps, nothing lost in silence. */
#ifndef TCPSHAKE_NET_CAPTURE_H
#define TCPSHAKE_NET_CAPTURE_H

#include <stdint.h>

#include "base/err.h"
#include "base/ns.h"

/* Enough for every header of a handshake; and for frames as local links hand them up, unsplit. */
#define CAPTURE_SNAPLEN_HEADERS 256
#define CAPTURE_SNAPLEN_ALL     262144

struct capture;

/* One captured frame. The bytes are valid during the call that hands them over. */
struct frame {
	const uint8_t *bytes;
	uint32_t caplen, len; /* captured, and on the wire */
	ns_t stamp;           /* CLOCK_REALTIME, by the kernel */
	int link_type;        /* enum link_type, or one that link_known() does not know */
};

typedef void frame_fn(void *ctx, const struct frame *f);

/*
 * Open interface `ifname` ("any" for all) with `snaplen` and a ring of `ring_bytes`, filtered by the
 * pcap expression `filter`. Needs CAP_NET_RAW. -1 with ERR_LOCAL; close with capture_close().
 */
int capture_open(struct capture **out, const char *ifname, int snaplen, int ring_bytes,
                 const char *filter, struct err *e);
void capture_close(struct capture *c); /* NULL is allowed */

/* Readable when frames wait. */
int capture_fd(const struct capture *c);

int capture_link_type(const struct capture *c);

/* Hand over all frames that wait, without blocking. -1 when the interface failed. */
int capture_read(struct capture *c, frame_fn *fn, void *ctx, struct err *e);

/* Frames that the filter matched and the ring had no room for, since capture_open(). */
uint64_t capture_dropped(struct capture *c);

#endif
