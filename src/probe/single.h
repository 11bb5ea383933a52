/* SPDX-License-Identifier: BSD-2-Clause */
/* single.h - one hand-built segment of any flags, and whatever answers it (--flags). */
#ifndef TCPSHAKE_PROBE_SINGLE_H
#define TCPSHAKE_PROBE_SINGLE_H

#include "probe/probe.h"
#include "tcp/profile.h"

struct single_config {
	struct profile profile; /* options where the segment has SYN; window, TTL */
	uint16_t flags;         /* of enum seg_flag */
	uint8_t tos;
	ns_t timeout;        /* how long to wait for a reply */
	const uint8_t *data; /* payload, or NULL */
	uint16_t data_len;
};

/* Its configuration is single_config. */
extern const struct probe_ops single_probe;

#endif
