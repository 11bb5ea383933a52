/* SPDX-License-Identifier: BSD-2-Clause */
/* sequence.h - how the connections of the tests of conn begin. */
#ifndef TCPSHAKE_TESTS_CONN_SEQUENCE_H
#define TCPSHAKE_TESTS_CONN_SEQUENCE_H

#include "../lib/check.h"
#include "../lib/segs.h"

/* Without options; the sample of 10 ms makes the RTO one second (RFC 6298 2.4). */
#define OPENED                                                                                     \
	"OPEN", "> S 0:0(0)", "+10ms", "< S. 0:0(0) ack 1", "> . 1:1(0) ack 1", "= ESTABLISHED"

/* The profile "linux" at a peer with the same options. */
#define OPENED_TS                                                                                  \
	"OPEN", "> S 0:0(0) <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>", "+10ms",               \
		"< S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>",                 \
		"> . 1:1(0) ack 1 <nop,nop,TS val 10 ecr 0>", "= ESTABLISHED"

/* With a stream and the profile "linux": a peer without timestamps; the RTO is 210 ms. */
#define OPENED_SACK                                                                                \
	"OPEN", "> S 0:0(0)", "+10ms", "< S. 0:0(0) ack 1 <mss 1460,sackOK,nop,wscale 7>",         \
		"> . 1:1(0) ack 1 win 8192 <>"

/* As before, with any profile: a peer with no option but its MSS. */
#define OPENED_BARE                                                                                \
	"OPEN", "> S 0:0(0)", "+10ms", "< S. 0:0(0) ack 1 <mss 1000>", "> . 1:1(0) ack 1 win 65535"

/* The states in which the peer's FIN or the end is still awaited. */
#define IN_FIN_WAIT_1 OPENED, "CLOSE", "> F. 1:1(0) ack 1", "= FIN_WAIT_1"
#define IN_FIN_WAIT_2 IN_FIN_WAIT_1, "< . 1:1(0) ack 2", "= FIN_WAIT_2"
#define IN_CLOSING    IN_FIN_WAIT_1, "< F. 1:1(0) ack 1", "> . 2:2(0) ack 2", "= CLOSING"
#define IN_TIME_WAIT  IN_FIN_WAIT_2, "< F. 1:1(0) ack 2", "> . 2:2(0) ack 2", "= TIME_WAIT"
#define IN_CLOSE_WAIT OPENED, "< F. 1:1(0) ack 1", "> . 1:1(0) ack 2", "= CLOSE_WAIT"
#define IN_LAST_ACK   IN_CLOSE_WAIT, "CLOSE", "> F. 1:1(0) ack 2", "= LAST_ACK"
#define IN_SYN_RCVD   "OPEN", "> S 0:0(0)", "+10ms", "< S 0:0(0)", "> S. 0:0(0) ack 1", "= SYN_RCVD"

#endif
