/* SPDX-License-Identifier: BSD-2-Clause */
/* device.h - how segments leave and frames arrive: the engine's only contact with the network. */
#ifndef TCPSHAKE_NET_DEVICE_H
#define TCPSHAKE_NET_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "net/capture.h"
#include "net/filter.h"
#include "wire/addr.h"
#include "wire/seg.h"

struct device;

#define DEVICE_LINK_OTHER UINT32_MAX /* an interface that is none of the links */

/* A frame arrived on link number `link`. */
typedef void device_frame_fn(void *ctx, uint32_t link, const struct frame *f);

struct device_ops {
	/* Send by link `link`. 0, or the errno of the refusal. */
	int (*send)(struct device *d, uint32_t link, const struct tuple *t, const struct seg *s);
	/* Hand over the frames that wait. -1 when an interface failed: told once, the others go on. */
	int (*read)(struct device *d, device_frame_fn *fn, void *ctx, struct err *e);
	int (*fd)(const struct device *d);                    /* readable when frames wait */
	uint64_t (*dropped)(struct device *d, uint32_t link); /* frames lost on this link so far */
	/* The neighbour by which segments would leave does not answer, so they did not. */
	bool (*silent)(struct device *d, uint32_t link, const struct addr *next_hop);
	void (*close)(struct device *d);
};

/* What every device begins with. */
struct device {
	const struct device_ops *ops;
};

/* One way out: an interface to capture on, and the families sent by it. */
struct device_link {
	char ifname[16];
	uint32_t ifindex;
	bool v4, v6;
	bool bound;         /* send by this interface even where the kernel would choose another */
	struct addr source; /* choose routes for this source; ADDR_NONE: the kernel's own choice */
};

/*
 * The live device: a libpcap handle per interface, a libnet handle per family. Frames are handed over
 * with the first link of their interface. With `any`, or more than DEVICE_LINKS_MAX interfaces, it
 * captures on all of them. Needs CAP_NET_RAW. -1 with ERR_LOCAL; close by ops->close.
 */
#define DEVICE_LINKS_MAX 8
int device_open_live(struct device **out, const struct device_link *links, uint32_t count,
                     const struct filter *filter, bool any, bool whole_frames, struct err *e);

/* The link type of a live device's link (enum link_type). */
int device_link_type(const struct device *d, uint32_t link);

/* A handle of the live device to send with, for the guard's self-test. NULL when there is none. */
struct inject *device_inject(const struct device *d, enum addr_family family);

#endif
