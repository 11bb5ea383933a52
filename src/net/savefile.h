/* SPDX-License-Identifier: BSD-2-Clause */
/* savefile.h - read the frames of a capture file: pcap of every kind, pcapng, plain or packed. */
#ifndef TCPSHAKE_NET_SAVEFILE_H
#define TCPSHAKE_NET_SAVEFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "net/capture.h"
#include "net/source.h"

struct savefile;

/*
 * Open `path` ("-": standard input) and read its header. -1 with ERR_LOCAL, also for what is no
 * capture file; close with savefile_close().
 */
int savefile_open(struct savefile **out, const char *path, struct err *e);

/*
 * The same from a source, which `name` names in errors. The source (NULL: there was no memory) is the
 * savefile's from here on, and closed where this fails.
 */
int savefile_from(struct savefile **out, struct source *s, const char *name, struct err *e);

enum savefile_next {
	SAVEFILE_FRAME,
	SAVEFILE_END,     /* exactly behind a frame or block */
	SAVEFILE_DAMAGED, /* see savefile_error(); what came before is good */
};

/*
 * The next frame. Its bytes are valid until the next call; its stamp is in ns since the epoch, or
 * NS_NONE where the file has none or one that ns_t cannot hold; caplen is never above len. After the
 * last one the answer stays the same.
 */
enum savefile_next savefile_next(struct savefile *f, struct frame *out);

/*
 * After SAVEFILE_DAMAGED, what is wrong and where, without a full stop; else "". Bytes count from 0
 * in the unpacked stream: those where a record begins, or the length of the file where it is cut short.
 */
const char *savefile_error(const struct savefile *f);

/* Frames given so far. */
uint64_t savefile_frames(const struct savefile *f);

/* How much of the file was read: 0 to 1000, or -1 where its size is unknown. */
int savefile_progress(const struct savefile *f);

/* Is it one of tcpshake's own (--write)? Then no frame of a connection is missing at its beginning. */
bool savefile_is_own(const struct savefile *f);

void savefile_close(struct savefile *f); /* NULL is allowed */

#endif
