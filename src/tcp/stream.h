/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.h - the two byte streams of one connection, as its owner sees them.
 *
 * What to send again, how much may be under way, what is in order and what window to offer is the business of
 * conn, which a stream is attached to (conn_attach() in conn.h).
 */
#ifndef TCPSHAKE_TCP_STREAM_H
#define TCPSHAKE_TCP_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that wait to be sent or acknowledged, at most; and bytes that wait to be read, in order or not. */
#define STREAM_SEND_MAX    (64UL * 1024)
#define STREAM_RECEIVE_MAX (1024UL * 1024)

#define STREAM_COOKIE_MAX  16 /* RFC 7413 4.1.1 */

struct stream;

/* All memory that the connection will ever need, for one connection. NULL without memory. */
struct stream *stream_new(void);
void stream_free(struct stream *s); /* NULL is allowed */

/*
 * Before CONN_OPEN: `room` bytes of TCP options and data fit into a packet on the way, and the peer's MSS is
 * that of IPv6 where it does not say (RFC 9293 3.7.1). Without this call: what conn advertises, and IPv4.
 */
void stream_path(struct stream *s, uint16_t room, bool v6);

/*
 * Before CONN_OPEN: TCP Fast Open (RFC 7413). Without a cookie the SYN asks for one; with one it carries it,
 * and what is written by then, as far as it fits. A SYN that is repeated is an ordinary one.
 */
void stream_fastopen(struct stream *s, const uint8_t *cookie, size_t len);

/* The SYN-ACK acknowledged data that came with the SYN. */
bool stream_fastopen_accepted(const struct stream *s);

/* The cookie that the SYN-ACK gave; 0 for none. */
size_t stream_fastopen_cookie(const struct stream *s, uint8_t out[static STREAM_COOKIE_MAX]);

/*
 * Append bytes to be sent; how many there was room for: none after CONN_CLOSE. Then tell conn by CONN_SEND.
 */
size_t stream_write(struct stream *s, const void *bytes, size_t len);
size_t stream_room(const struct stream *s);

/* Bytes that arrived in order and were not consumed: where they lie together, and how many do. */
const uint8_t *stream_peek(const struct stream *s, size_t *len);
void stream_consume(struct stream *s,
                    size_t len); /* then tell conn by CONN_SEND: the window grows */

/* Offsets from 0: bytes written, acknowledged, arrived in order, and consumed. */
uint64_t stream_written(const struct stream *s);
uint64_t stream_acked(const struct stream *s);
uint64_t stream_arrived(const struct stream *s);
uint64_t stream_consumed(const struct stream *s);

/* The peer's FIN arrived, and all before it: after what there is to read comes nothing. */
bool stream_ended(const struct stream *s);

/* Segments that were sent with bytes, or a FIN, that had been sent before. */
uint64_t stream_retransmits(const struct stream *s);

#endif
