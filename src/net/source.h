/* SPDX-License-Identifier: BSD-2-Clause */
/* source.h - a stream of bytes from a file, a pipe or memory; gzip and zstd are unpacked on the way. */
#ifndef TCPSHAKE_NET_SOURCE_H
#define TCPSHAKE_NET_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* The most that can be had at once; the buffer grows only as bytes really come. */
#define SOURCE_NEED_MAX ((size_t)64 << 20)

/* One reader from front to end. What is packed is known by its first bytes, not by its name. */
struct source;

/*
 * Open `path`, "-" for standard input (which source_close() leaves open). Nothing is read yet.
 * -1 with ERR_LOCAL, also for a directory.
 */
int source_open(struct source **out, const char *path, struct err *e);

/*
 * From now on a pipe or terminal is at its end, too, when `stop_fd` has become readable and nothing has come
 * for half a second. -1: never.
 */
void source_stop_by(struct source *s, int stop_fd);

/* Read from memory, which must outlive the source. NULL when there is no memory left. */
struct source *source_memory(const void *bytes, size_t len);

/*
 * The next `n` bytes (at most SOURCE_NEED_MAX) in one piece, without moving on; valid until the next
 * call that needs more than is there. NULL when fewer are left: because the end is near, or because
 * of source_error(). May block on a pipe.
 */
const uint8_t *source_need(struct source *s, size_t n);

/* Move on by `n` bytes, at most as many as the last source_need() gave. */
void source_take(struct source *s, size_t n);

/* Bytes that can be had without reading on: after source_need() gave NULL, all that will ever come. */
size_t source_left(const struct source *s);

/* Bytes taken so far, of the unpacked stream. */
uint64_t source_at(const struct source *s);

/*
 * Why the stream ended before its end, as in "damaged gzip data", or NULL. Bytes from before the
 * fault may still be there: it counts once source_need() gave NULL. Lives as long as the source.
 */
const char *source_error(const struct source *s);

/* How much of the file, as it is on the disk, was used: 0 to 1000, or -1 where its size is unknown. */
int source_progress(const struct source *s);

void source_close(struct source *s); /* NULL is allowed */

#endif
