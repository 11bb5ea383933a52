/* SPDX-License-Identifier: BSD-2-Clause */
/* inject.h - send hand-built segments by libnet over a raw socket. */
#ifndef TCPSHAKE_NET_INJECT_H
#define TCPSHAKE_NET_INJECT_H

#include "base/err.h"
#include "wire/addr.h"
#include "wire/seg.h"

struct inject;

/*
 * Open a raw socket of one family. It leaves by interface `ifname` unless that is NULL, and by the
 * routes for address `source` (policy routing asks for it) unless that is NULL. Needs CAP_NET_RAW.
 * -1 with ERR_LOCAL; close with inject_close().
 */
int inject_open(struct inject **out, enum addr_family family, const char *ifname,
                const struct addr *source, struct err *e);
void inject_close(struct inject *in); /* NULL is allowed */

/*
 * Send `s` from t->local to t->remote, whose family is that of inject_open(). 0, or the errno of the
 * kernel's refusal (EPERM, ENETUNREACH, EMSGSIZE ...), which is a result of the attempt.
 */
int inject_send(struct inject *in, const struct tuple *t, const struct seg *s);

#endif
