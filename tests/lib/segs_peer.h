/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * segs_peer.h - a server that takes and gives bytes, for tests of conn with a stream.
 *
 * It shares no code with conn, and is simple: a map of bytes that came, go-back-n with what SACK says left
 * out. It judges what it hears: no byte may be wrong, none beyond the window, no ACK of what was not sent.
 */
#ifndef TCPSHAKE_TESTS_LIB_SEGS_PEER_H
#define TCPSHAKE_TESTS_LIB_SEGS_PEER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ns.h"
#include "wire/seg.h"

#define PEER_BYTES_MAX (1536 * 1024) /* either way */

struct peer_config {
	uint32_t iss;
	uint32_t give;   /* bytes to send, then a FIN */
	uint32_t buffer; /* of its receiver; at most 1 MiB */
	uint16_t mss;    /* announced */
	uint16_t client_mss;
	uint8_t wscale;
	bool ts, sack, scaling;
	bool fastopen; /* take data of a SYN with a cookie, and give cookies */
	bool joins;    /* send up to eight segments as one, as a capture shows them */
	bool lazy;     /* the application reads now and then, not at once */
	ns_t rto;
};

struct peer {
	struct peer_config cfg;
	bool known, open; /* a SYN came; and the handshake's ACK */
	bool ts_on, sack_on, scaling_on;
	uint32_t client_iss, ts_recent;
	uint8_t client_shift;
	uint32_t server_sent; /* segments */

	/* offsets of what it receives */
	uint32_t rcv, read, edge, last_ack;
	uint32_t fin; /* where the client's FIN stands; UINT32_MAX: not known */
	bool fin_in;
	uint8_t came[PEER_BYTES_MAX];
	uint32_t latest; /* of a byte that came out of order last, for SACK */

	/* offsets of what it sends; the FIN is the last */
	uint32_t una, nxt, client_edge, resend, resend_to, cwnd, dupacks;
	uint8_t sacked[PEER_BYTES_MAX];
	ns_t timer, rto;
	bool syn_ack, ack, probe;

	const char *failure; /* the rule that the client broke */
};

/* Byte n of what the client (or the server) says, and those behind it. */
const uint8_t *peer_bytes(bool client, uint32_t n);

void peer_init(struct peer *p, const struct peer_config *cfg);
void peer_input(struct peer *p, const struct seg *s, ns_t now);
bool peer_next(struct peer *p, struct seg *out, ns_t now);
ns_t peer_due(const struct peer *p);
void peer_timer(struct peer *p, ns_t now);

/* The application reads up to `n` bytes. */
void peer_read(struct peer *p, uint32_t n);

/* It has all, and all that it gave was taken. */
bool peer_done(const struct peer *p);

#endif
