/* SPDX-License-Identifier: BSD-2-Clause */
/* netns.h - enter a network namespace as `ip netns exec` does. */
#ifndef TCPSHAKE_NET_NETNS_H
#define TCPSHAKE_NET_NETNS_H

#include "base/err.h"

/*
 * Enter the namespace of this name (/run/netns/NAME) or path (with a '/'). For a name, the files of
 * /etc/netns/NAME replace those of /etc in a private mount namespace. Needs CAP_SYS_ADMIN.
 * -1 with ERR_LOCAL.
 */
int netns_enter(const char *name_or_path, struct err *e);

#endif
