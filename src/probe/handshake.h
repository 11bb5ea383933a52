/* SPDX-License-Identifier: BSD-2-Clause */
/* handshake.h - the main question: how long does a handshake take, and how does it end? */
#ifndef TCPSHAKE_PROBE_HANDSHAKE_H
#define TCPSHAKE_PROBE_HANDSHAKE_H

#include "probe/probe.h"
#include "tcp/conn.h"

enum handshake_end {
	HANDSHAKE_FIN,       /* close in order */
	HANDSHAKE_RST,       /* complete the handshake, then reset */
	HANDSHAKE_HALF_OPEN, /* reset after the SYN-ACK */
};

struct handshake_config {
	struct conn_config conn;
	enum handshake_end end;
	const uint8_t *data; /* sent once established; NULL for none */
	uint16_t data_len;   /* at most what one segment of 536 bytes carries */
};

/* Drives a conn through open, data if configured, and close. Its configuration is handshake_config. */
extern const struct probe_ops handshake_probe;

#endif
