/* SPDX-License-Identifier: BSD-2-Clause */
/* caps.h - capabilities: kept permitted until the sockets are open, then dropped for good. */
#ifndef TCPSHAKE_SANDBOX_CAPS_H
#define TCPSHAKE_SANDBOX_CAPS_H

#include <stdbool.h>

#include "base/err.h"

enum caps_which {
	CAPS_NET_RAW,
	CAPS_NET_ADMIN,        /* only makes the guard stronger */
	CAPS_NET_BIND_SERVICE, /* for source ports below 1024 */
	CAPS_SYS_ADMIN,        /* for --netns */
};

/* May this process use the capability (is it permitted)? */
bool caps_permitted(enum caps_which which);

/*
 * Take everything out of the effective set, or put one permitted capability into it: names are
 * resolved and files opened without. -1 with ERR_LOCAL.
 */
int caps_lower(struct err *e);
int caps_raise(enum caps_which which, struct err *e);

/* Give up every capability, in all sets, and the ways to get one back. -1 with ERR_LOCAL. */
int caps_drop(struct err *e);

/*
 * The same, but that who could read the files of others until now still can (CAP_DAC_READ_SEARCH): for
 * captures that are opened one after the other.
 */
int caps_drop_but_reading(struct err *e);

#endif
