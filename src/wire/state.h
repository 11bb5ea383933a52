/* SPDX-License-Identifier: BSD-2-Clause */
/* state.h - the states of a TCP endpoint and their names. */
#ifndef TCPSHAKE_WIRE_STATE_H
#define TCPSHAKE_WIRE_STATE_H

/* RFC 9293 3.3.2. */
enum tcp_state {
	STATE_CLOSED,
	STATE_LISTEN,
	STATE_SYN_SENT,
	STATE_SYN_RCVD,
	STATE_ESTABLISHED,
	STATE_FIN_WAIT_1,
	STATE_FIN_WAIT_2,
	STATE_CLOSE_WAIT,
	STATE_CLOSING,
	STATE_LAST_ACK,
	STATE_TIME_WAIT,
};

#define STATE_COUNT (STATE_TIME_WAIT + 1)

/* "FIN_WAIT_1" and so on. */
const char *state_name(enum tcp_state s);

#endif
