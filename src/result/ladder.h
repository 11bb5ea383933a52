/* SPDX-License-Identifier: BSD-2-Clause */
/* ladder.h - the segments of connections of a capture file, for people to read; bounded in all. */
#ifndef TCPSHAKE_RESULT_LADDER_H
#define TCPSHAKE_RESULT_LADDER_H

#include "result/probe_record.h"

/* Many lists of segments. Times are kept as stamps until ladder_list() is asked. */
struct ladders;

/* At most so many segments in all, and in one list. NULL without memory. */
struct ladders *ladders_new(uint32_t most, uint32_t most_each);
void ladders_free(struct ladders *l); /* NULL is allowed */

/* Add a segment to list `number`: `s->time` is its stamp, `s->text` is copied. Without room it is counted. */
void ladder_add(struct ladders *l, uint32_t number, const struct segment_record *s);

/* All of it, with times since `origin`; valid until ladder_drop(). */
struct field_list ladder_list(struct ladders *l, uint32_t number, ns_t origin);

/* Forget list `number`, if there is one. */
void ladder_drop(struct ladders *l, uint32_t number);

#endif
