/* SPDX-License-Identifier: BSD-2-Clause */
/* route.h - the kernel's way to a destination: interface, source address, MTU (rtnetlink). */
#ifndef TCPSHAKE_NET_ROUTE_H
#define TCPSHAKE_NET_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "wire/addr.h"

#define ROUTE_IFNAME_MAX 16 /* IFNAMSIZ */

struct route {
	struct addr source;   /* what the kernel would use */
	struct addr next_hop; /* gateway or destination; ADDR_NONE: this host */
	uint32_t ifindex;     /* the interface by which it leaves; lo for this host itself */
	char ifname[ROUTE_IFNAME_MAX];
	uint32_t mtu; /* of the route, else of the interface; bytes */
	bool local;   /* the destination is an address of this host */
};

/*
 * Ask the kernel for the route to `dst`, leaving by interface `oif` (0: any) and from `source`
 * (NULL: the kernel's choice). -1 with ERR_LOCAL when there is none.
 */
int route_get(const struct addr *dst, uint32_t oif, const struct addr *source, struct route *out,
              struct err *e);

/* The index of an interface, by its name or as a number. -1 with ERR_LOCAL when there is none. */
int route_ifindex(const char *ifname, uint32_t *out, struct err *e);

/* As addr_format(), with the interface's name as zone: "fe80::1%eth0". Returns `out`. */
const char *route_addr_text(const struct addr *a, char out[static ADDR_TEXT_MAX]);

/* Has the kernel asked for this neighbour's link-layer address (ARP, ND) and got no answer? */
bool route_is_silent(uint32_t ifindex, const struct addr *next_hop);

/* Is this an address of this host? Only such a one may be a source. */
bool route_is_local(const struct addr *a);

#endif
