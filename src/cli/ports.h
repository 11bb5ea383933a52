/* SPDX-License-Identifier: BSD-2-Clause */
/* ports.h - a list of ports such as 22,80,8000-8010. */
#ifndef TCPSHAKE_CLI_PORTS_H
#define TCPSHAKE_CLI_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#define PORTS_RANGES_MAX 64

struct ports {
	uint32_t ranges;
	struct {
		uint16_t first, last;
	} range[PORTS_RANGES_MAX];
};

/* False when it is no such list; ports are 1 to 65535. */
bool ports_parse(struct ports *p, const char *s);

/* The i-th port of the list, where each counts once, or 0 behind its end. */
uint16_t ports_get(const struct ports *p, uint32_t i);

#endif
