/* SPDX-License-Identifier: BSD-2-Clause */
/* ground.h - what a live run stands on: guarded source ports, captures, raw sockets. */
#ifndef TCPSHAKE_ENGINE_GROUND_H
#define TCPSHAKE_ENGINE_GROUND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/engine.h"
#include "net/device.h"
#include "net/route.h"

/* One address and port, and the kernel's way there. */
struct ground_target {
	struct endpoint remote;
	struct route route;
	bool any_link;   /* answers may come by another interface than they are asked by */
	bool bound;      /* send by the route's interface, whatever the kernel would choose */
	bool own_source; /* the route's source was asked for: choose routes for it */
	uint32_t link;   /* out: number of the device's link */
	uint32_t seen;   /* out: the link with which its frames are handed over */
};

struct ground_config {
	uint32_t ports;                 /* source ports wanted */
	uint16_t first_port, last_port; /* out of these; 0: the host's ephemeral ports */
	bool whole_frames;              /* capture all bytes, not only headers */
};

struct ground {
	struct rstguard *guard;
	struct device *device;
	uint32_t port_count;
	uint16_t *ports;
	uint32_t link_count;
	struct device_link *links;
	bool untested; /* the guard's self-test was not possible: loopback is down or filtered */
};

/*
 * Open all of it, and test that the guard holds, for both families in use. Needs CAP_NET_RAW; nothing
 * later does. -1 with ERR_LOCAL; ground_close() in either case.
 */
int ground_open(struct ground *g, const struct ground_config *cfg, struct ground_target *targets,
                uint32_t target_count, struct err *e);
void ground_close(struct ground *g);

#endif
