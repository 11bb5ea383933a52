/* SPDX-License-Identifier: BSD-2-Clause */
/* pcapng.h - write the frames of a run to a pcapng file, with comments. */
#ifndef TCPSHAKE_NET_PCAPNG_H
#define TCPSHAKE_NET_PCAPNG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "net/capture.h"

#define PCAPNG_COMMENT_MAX 400 /* longer ones are cut */

/* A file of the pcapng format (draft-ietf-opsawg-pcapng), nanosecond stamps. */
struct pcapng;

/* Create or truncate `path` and write the section header. -1 with ERR_LOCAL. */
int pcapng_open(struct pcapng **out, const char *path, const char *program, struct err *e);

/* Declare an interface before its first frame. Returns its number in the file, or -1. */
int pcapng_interface(struct pcapng *p, const char *name, int link_type, uint32_t snaplen,
                     struct err *e);

/* Write a frame of interface `number`; `comment` may be NULL. -1 when the disk refuses. */
int pcapng_frame(struct pcapng *p, int number, const struct frame *f, bool outbound,
                 const char *comment, struct err *e);

/* Write the statistics of an interface: frames lost, and a comment per verdict without a frame. */
int pcapng_statistics(struct pcapng *p, int number, uint64_t dropped, const char *const *comments,
                      unsigned int count, struct err *e);

/* Flush and close. -1 when the last bytes could not be written; the file is closed all the same. */
int pcapng_close(struct pcapng *p, struct err *e); /* NULL is allowed */

#endif
