/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.h - the two byte streams of one connection, as its owner sees them. The sender's half of the rules
 * (what to send again, how much may be under way) and the receiver's (what is in order, what window to offer)
 * are conn's, which a stream is attached to.
 */
#ifndef TCPSHAKE_TCP_STREAM_H
#define TCPSHAKE_TCP_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that wait to be sent or acknowledged, at most; and bytes that wait to be read, in order or not. */
#define STREAM_SEND_MAX    (64 * 1024)
#define STREAM_RECEIVE_MAX (1024 * 1024)

struct stream;

/* All memory that the connection will ever need. NULL without memory. */
struct stream *stream_new(void);
void stream_free(struct stream *s); /* NULL is allowed */

/* Append bytes to be sent; how many there was room for. Then tell conn by CONN_SEND. */
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

#endif
