/* SPDX-License-Identifier: BSD-2-Clause */
/* conn_internal.h - what the files of conn share; nobody else includes it. */
#ifndef TCPSHAKE_TCP_CONN_INTERNAL_H
#define TCPSHAKE_TCP_CONN_INTERNAL_H

#include "tcp/conn.h"

/* Bits of conn.pending, in the order of sending. */
enum {
	SEND_SYN = 1,
	SEND_SYN_ACK = 2,
	SEND_ACK = 4,
	SEND_FIN = 8,      /* of a connection without a stream */
	SEND_RST = 16,     /* at rst_seq */
	SEND_RST_TOO = 32, /* at SND.NXT */
};

/* Bits of conn.flags. */
enum {
	TS_ON = 1,         /* both sides sent the timestamps option in their SYN */
	WSCALE_ON = 2,     /* both sides sent window scale */
	RST_ANSWERED = 4,  /* this SYN's unacceptable ACK was answered */
	SYN_ANSWERED = 32, /* so was a SYN without ACK */
	SACK_ON = 16,      /* both sides offered SACK */
};

/* The only writer of conn.state. */
void conn_set_state(struct conn *c, enum tcp_state s);

/* Milliseconds of `now`: the clock of timestamps and RTT samples. */
uint32_t conn_ms(ns_t now);

ns_t conn_rto(const struct conn *c);

/* Start the retransmission timer for a segment that was not sent before. */
void conn_arm(struct conn *c, ns_t now);

/* As before, for one that was. */
void conn_arm_again(struct conn *c, ns_t now);

/* Was it sent as often as it may be? */
bool conn_exhausted(const struct conn *c);

/* Note a reset at this sequence number for sending; only in SYN_SENT and CLOSED. */
void conn_queue_rst(struct conn *c, uint32_t seq);

/* CONN_SEGMENT: conn_input.c. */
void conn_input(struct conn *c, const struct seg *s, ns_t now);

/* FIN_WAIT_2: the peer has this long to say something. */
void conn_await_fin(struct conn *c, ns_t now);

/* Our FIN is acknowledged; the peer's arrived: conn_input.c. */
void conn_fin_acked(struct conn *c, ns_t now);
void conn_fin_arrived(struct conn *c);

/* What our timestamps say at this time. */
uint32_t conn_ts_clock(const struct conn *c, ns_t now);

/* A segment with the variables of the moment; the caller adds its `len` bytes of data: conn_build.c. */
void conn_build(struct conn *c, struct seg *out, uint16_t flags, uint32_t seq, uint32_t len,
                ns_t now);

/* The following are of connections with a stream. */

/* The sequence number of an offset of what we send. */
uint32_t conn_seq_at(const struct conn *c, uint64_t offset);

/* The SYN's option and then its data, where they are due: conn_fastopen.c. */
void conn_fastopen_option(const struct conn *c, struct wr *w);
void conn_fastopen_put(struct conn *c, struct seg *syn);

/* The SYN-ACK came, which may bring a cookie, and acknowledge this much of the SYN's data. */
void conn_fastopen_answer(struct conn *c, const struct seg *s, uint32_t data);

/* The peer's SYN came; and the segment that completes the handshake: conn_stream.c. */
void conn_stream_syn(struct conn *c, const struct seg *s);
void conn_stream_established(struct conn *c, uint32_t ack);

/* A sample of the round-trip time was taken: NS_NONE for one that means nothing. */
void conn_stream_sample(struct conn *c, ns_t sample);

/* CONN_SEND: conn_receive.c. */
void conn_stream_read(struct conn *c);

/* An acceptable ACK, and text with its FIN: conn_acked.c, conn_receive.c. */
void conn_stream_acked(struct conn *c, const struct seg *s, ns_t now);
void conn_stream_text(struct conn *c, const struct seg *s, ns_t now);

/* The window field to send now, which counts as offered, and SACK blocks: conn_receive.c. */
uint16_t conn_stream_window(struct conn *c);
void conn_stream_sack(const struct conn *c, struct wr *w);

/* A segment with an ACK leaves: conn_receive.c. */
void conn_stream_acking(struct conn *c);

/* The next segment with data or FIN; and where a segment without them stands: conn_send.c. */
bool conn_stream_next(struct conn *c, struct seg *out, ns_t now);
uint32_t conn_stream_ack_seq(const struct conn *c);

/* conn_deadline() is due. False: the peer is to be given up. conn_timer.c. */
bool conn_stream_timer(struct conn *c, ns_t now);

/* All that is under way must be sent again, for a reason that is not congestion: conn_acked.c. */
void conn_stream_resend(struct conn *c);

#endif
