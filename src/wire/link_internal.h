/* SPDX-License-Identifier: BSD-2-Clause */
/* link_internal.h - what the files of link share. */
#ifndef TCPSHAKE_WIRE_LINK_INTERNAL_H
#define TCPSHAKE_WIRE_LINK_INTERNAL_H

#include <stdint.h>

#include "base/rd.h"

/*
 * Read the header of an IEEE 802.11 frame and its LLC header. The EtherType of what follows, or
 * ETHERTYPE_NONE for all but whole, unencrypted data frames.
 */
uint16_t link_wlan(struct rd *r);

/* The same behind a radiotap header, which may say that the frame was damaged: ETHERTYPE_NONE. */
uint16_t link_radiotap(struct rd *r);

#endif
