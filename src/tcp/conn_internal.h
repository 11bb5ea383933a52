/* SPDX-License-Identifier: BSD-2-Clause */
/* conn_internal.h - what the three files of conn share; nobody else includes it. */
#ifndef TCPSHAKE_TCP_CONN_INTERNAL_H
#define TCPSHAKE_TCP_CONN_INTERNAL_H

#include "tcp/conn.h"

/* Bits of conn.pending, in the order of sending. */
enum {
	SEND_SYN = 1,
	SEND_SYN_ACK = 2,
	SEND_ACK = 4,
	SEND_DATA = 8,
	SEND_FIN = 16,
	SEND_RST = 32,     /* rst_seq[0] */
	SEND_RST_TOO = 64, /* rst_seq[1] */
};

/* Bits of conn.flags. */
enum {
	TS_ON = 1,         /* both sides sent the timestamps option in their SYN */
	WSCALE_ON = 2,     /* both sides sent window scale */
	RST_ANSWERED = 4,  /* this SYN's unacceptable ACK was answered */
	SYN_ANSWERED = 32, /* so was a SYN without ACK */
	DATA_SENT = 8,
	SACK_ON = 16, /* both sides offered SACK */
};

/* The only writer of conn.state. */
void conn_set_state(struct conn *c, enum tcp_state s);

/* Milliseconds of `now`: the clock of timestamps and RTT samples. */
uint32_t conn_ms(ns_t now);

ns_t conn_rto(const struct conn *c);
bool conn_data_unacked(const struct conn *c);

/* Start the retransmission timer for a segment that was not sent before. */
void conn_arm(struct conn *c, ns_t now);

/* Note a reset at this sequence number for sending. */
void conn_queue_rst(struct conn *c, uint32_t seq);

/* CONN_SEGMENT: conn_input.c. */
void conn_input(struct conn *c, const struct seg *s, ns_t now);

#endif
