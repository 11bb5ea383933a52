/* SPDX-License-Identifier: BSD-2-Clause */
/* server.h - a listening TCP endpoint by RFC 9293 and RFC 5961, written apart from src/tcp. */
#ifndef TCPSHAKE_TESTS_SIM_SERVER_H
#define TCPSHAKE_TESTS_SIM_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ns.h"
#include "base/rng.h"
#include "wire/seg.h"
#include "wire/state.h"

#define SERVER_QUEUE 32

struct server_config {
	bool refuse;             /* nobody listens */
	bool timestamps, wscale; /* taken up where offered */
	bool syn_ack_again; /* a repeated SYN gets the SYN-ACK again (Linux), not an ACK (RFC) */
	bool limit_acks;    /* one ACK in half a second to empty unacceptable segments */
	bool reset_on_eof;  /* closes with unread data: reset instead of FIN (RFC 9293 3.6.1) */
	unsigned int syn_retries; /* of the SYN-ACK */
	unsigned int retries;     /* of data and FIN */
	ns_t rto;
	uint32_t data_len; /* sent once established, in segments of 400 bytes */
	ns_t close_after;  /* from ESTABLISHED; NS_NEVER: only after the client's FIN */
	ns_t close_delay;  /* from the client's FIN; 0: its ACK and our FIN in one segment */
	ns_t reset_after;  /* from ESTABLISHED; NS_NEVER: never */
};

typedef void server_change_fn(void *ctx, enum tcp_state to);

struct server {
	const struct server_config *cfg;
	struct rng *rng;
	server_change_fn *changed;
	void *ctx;
	enum tcp_state state; /* LISTEN when there is no connection */
	uint32_t irs, rcv_nxt;
	uint32_t iss, snd_una, snd_nxt;
	uint32_t ts_recent;
	uint32_t syn; /* id of the frame whose SYN made this connection */
	ns_t rto, resend_at, close_at, reset_at, wait_until;
	ns_t quiet_until;
	unsigned int tries, connections;
	bool ts_on, wscale_on, ack_due, closed; /* closed: the application called CLOSE */
	bool gave_up;                           /* some connection ended by too many repetitions */
	struct seg queue[SERVER_QUEUE];
	size_t queued;
};

void server_init(struct server *s, const struct server_config *cfg, struct rng *rng,
                 server_change_fn *changed, void *ctx);

/* A segment arrived; `id` is its frame's. */
void server_segment(struct server *s, const struct seg *in, uint32_t id, ns_t now);

ns_t server_due(const struct server *s);
void server_timer(struct server *s, ns_t now);

/* The next segment to send, if any. */
bool server_next(struct server *s, struct seg *out);

/* Is a connection left, open or half-open? TIME_WAIT is none. */
bool server_holds(const struct server *s);

#endif
