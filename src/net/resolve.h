/* SPDX-License-Identifier: BSD-2-Clause */
/* resolve.h - names to addresses by c-ares, with the time that took. */
#ifndef TCPSHAKE_NET_RESOLVE_H
#define TCPSHAKE_NET_RESOLVE_H

#include <stdint.h>

#include "base/err.h"
#include "base/ns.h"
#include "wire/addr.h"

#define RESOLVE_ADDRS_MAX 64 /* more addresses of one name are left out */

enum resolve_status {
	RESOLVE_OK,
	RESOLVE_NXDOMAIN, /* there is no such name */
	RESOLVE_NO_ADDR,  /* there is, without an address of the family asked for */
	RESOLVE_SERVFAIL, /* the server answered that it could not, or refused */
	RESOLVE_TIMEOUT,  /* no server answered */
	RESOLVE_STOPPED,  /* the caller wanted to wait no longer */
};

struct resolved {
	enum resolve_status status;
	char detail[120]; /* the library's words, where status is not RESOLVE_OK */
	ns_t took;        /* query to answer, by the monotonic clock */
	uint32_t count;
	struct addr addr[RESOLVE_ADDRS_MAX]; /* in the order in which to try them (RFC 6724) */
};

/*
 * Look up `count` names side by side: hosts file, then DNS, as resolv.conf says. `family` ADDR_NONE
 * asks for both. out[i] answers names[i]. Gives up when `stop_fd` (-1: none) becomes readable.
 * -1 with ERR_LOCAL only when the resolver cannot start.
 */
int resolve_names(const char *const *names, struct resolved *out, uint32_t count,
                  enum addr_family family, int stop_fd, struct err *e);

#endif
