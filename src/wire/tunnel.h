/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel.h - IP packets in IP packets: IPIP, 6in4, GRE, PPTP, VXLAN, GENEVE, GTP-U. */
#ifndef TCPSHAKE_WIRE_TUNNEL_H
#define TCPSHAKE_WIRE_TUNNEL_H

#include <stdbool.h>

#include "base/rd.h"
#include "wire/ip.h"

/*
 * Is the payload of `outer`, at which `r` stands, certainly a tunnel with an IP packet in it? Then `r`
 * stands behind the headers of that packet, which are in `inner` (not the same as `outer`). Else, or
 * when a header is cut short, false; `r` and `inner` are of no use then.
 */
bool tunnel_decode(struct rd *r, const struct ip *outer, struct ip *inner);

#endif
