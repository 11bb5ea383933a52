/* SPDX-License-Identifier: BSD-2-Clause */
/* conn.h - a TCP client as a pure state machine: events and time in, segments and a deadline out. */
#ifndef TCPSHAKE_TCP_CONN_H
#define TCPSHAKE_TCP_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ns.h"
#include "tcp/profile.h"
#include "wire/seg.h"
#include "wire/state.h"

/* What every connection of a run shares; must outlive them. */
struct conn_config {
	struct profile profile; /* the SYN, and the TTL of every segment */
	uint8_t tos;
	bool ecn; /* ask for ECN: ECE and CWR in the SYN (RFC 3168 6.1.1) */
	unsigned int syn_retries;
	unsigned int fin_retries; /* of FIN and data */
	bool data_on_ack; /* what a stream has by then goes with the handshake's third segment */
	ns_t rto;         /* of the first SYN */
	ns_t timeout;     /* wait after a segment's last transmission; 0: that transmission's RTO */
};

enum conn_event {
	CONN_OPEN,    /* active OPEN: send the SYN */
	CONN_SEGMENT, /* a segment arrived */
	CONN_TIMER,   /* conn_deadline() is due */
	CONN_SEND,    /* the owner wrote to the stream, or consumed of it */
	CONN_CLOSE,   /* CLOSE: send FIN, behind all that was written */
	CONN_ABORT,   /* ABORT: reset, leave nothing at the peer */
	CONN_FORGET,  /* the peer cannot be reached: CLOSED, and nothing is sent */
};

struct stream;

/*
 * RFC 9293 3.3.1's variables and what a handshake and a close need besides. See conn.c. What only a
 * connection needs that carries data lies in its stream: a half-open one is to be small.
 */
struct conn {
	const struct conn_config *cfg;
	struct stream *stream; /* or NULL */
	ns_t deadline;
	uint32_t iss, snd_una, snd_nxt; /* SND.UNA, SND.NXT */
	union {
		uint32_t rcv_nxt; /* RCV.NXT */
		uint32_t
			rst_seq; /* SYN_SENT and CLOSED have none: of the reset that waits to be sent */
	};
	uint32_t snd_wnd; /* largest window the peer offered, bytes */
	uint32_t rto_us;
	uint32_t sent_ms;   /* when the oldest unacknowledged segment was last sent */
	uint32_t ts_last;   /* TSval of our last segment */
	uint32_t ts_recent; /* TS.Recent (RFC 7323 4.3) */
	uint16_t mss;       /* to advertise */
	uint16_t ip_id;
	uint16_t quiet_ms; /* when we last answered an unacceptable segment without data */
	uint8_t state;     /* enum tcp_state; written by conn_set_state() alone */
	uint8_t pending;   /* segments waiting to be sent, of enum in conn_internal.h */
	uint8_t tries;     /* transmissions of the oldest unacknowledged segment */
	uint8_t flags;     /* of enum in conn_internal.h */
	uint8_t peer_wscale;
};

/* A closed connection that will use this ISS and advertise this MSS. */
void conn_init(struct conn *c, const struct conn_config *cfg, uint32_t iss, uint16_t mss);

/*
 * Before CONN_OPEN: carry the bytes of this stream, which must outlive the connection's use. Without one,
 * data that arrives is acknowledged and dropped. NULL, after the connection's last use, lets go of it.
 */
void conn_attach(struct conn *c, struct stream *s);

/* An authentic ICMP error: no more than `room` bytes of options and data fit into a packet on the way. */
void conn_path_mtu(struct conn *c, uint16_t room, ns_t now);

/* Tell what happened. `seg` only for CONN_SEGMENT. Afterwards ask conn_next() until it says no. */
void conn_event(struct conn *c, enum conn_event ev, const struct seg *seg, ns_t now);

/* The next segment to send, if any. */
bool conn_next(struct conn *c, struct seg *out, ns_t now);

/* When CONN_TIMER is due, or NS_NEVER. */
ns_t conn_deadline(const struct conn *c);

enum tcp_state conn_state(const struct conn *c);

/* Nothing more will happen by itself: CLOSED or TIME_WAIT, and no segment waits to be sent. */
bool conn_settled(const struct conn *c);

#endif
