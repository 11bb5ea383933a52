/* SPDX-License-Identifier: BSD-2-Clause */
/* choice.h - which connections of a capture file are meant: by number, or by their ends. */
#ifndef TCPSHAKE_ENGINE_CHOICE_H
#define TCPSHAKE_ENGINE_CHOICE_H

#include "base/err.h"
#include "engine/flows.h"

/* An end: an address, a port, or both. */
struct choice_end {
	struct addr addr; /* ADDR_NONE: any */
	uint16_t port;    /* 0: any */
};

struct choice {
	bool by_stream;
	uint32_t stream;
	uint8_t ends; /* of end[] that are meant: 0, then all connections are */
	struct choice_end end[2];
};

/*
 * Parse "17" (the stream), "192.0.2.7", "192.0.2.7:443", "[2001:db8::7]:443", ":443", or two of these ends
 * joined by a "-". -1 with ERR_USAGE.
 */
int choice_parse(struct choice *c, const char *s, struct err *e);

bool choice_fits(const struct choice *c, const struct flow *f);

#endif
