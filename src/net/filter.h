/* SPDX-License-Identifier: BSD-2-Clause */
/* filter.h - the capture filter that lets our flows through and nothing else. */
#ifndef TCPSHAKE_NET_FILTER_H
#define TCPSHAKE_NET_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/addr.h"

#define FILTER_HOSTS_MAX 16 /* more hosts than that are not listed: the ports must do */
#define FILTER_TEXT_MAX  4096

struct filter {
	uint16_t first_port, last_port; /* hull of our source ports */
	size_t hosts; /* how many of host[]; FILTER_HOSTS_MAX + 1: too many to list */
	struct addr host[FILTER_HOSTS_MAX];
	bool v4, v6; /* families in use */
};

/* Add a peer's address; repeated ones count once. */
void filter_add_host(struct filter *f, const struct addr *a);

/*
 * Write a pcap expression: TCP between our ports and the hosts in either direction, and the ICMP
 * errors that may quote it. VLAN tags need no mention: the kernel takes them off before it filters.
 * Returns `out`.
 */
const char *filter_text(const struct filter *f, char out[static FILTER_TEXT_MAX]);

#endif
