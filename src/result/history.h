/* SPDX-License-Identifier: BSD-2-Clause */
/* history.h - the segments of one attempt, in order, for people to read. */
#ifndef TCPSHAKE_RESULT_HISTORY_H
#define TCPSHAKE_RESULT_HISTORY_H

#include <stdint.h>

#include "base/ns.h"
#include "result/probe_record.h"

#define HISTORY_MAX      48  /* lines kept of a handshake */
#define HISTORY_MAX_LONG 600 /* of a connection that is used */
#define HISTORY_LAST     16  /* of those, the lines after a gap: how it ended */
#define HISTORY_TEXT_MAX 160

struct history {
	uint32_t max, count;
	uint32_t missed; /* segments for which there was no room: a line stands in their place */
	ns_t origin;     /* stamp that times are relative to; NS_NONE: all is at 0 so far */
	char (*text)[HISTORY_TEXT_MAX];
	struct segment_record *segment;
};

/* A fixed number of histories. Nothing is allocated after history_pool_new(). */
struct history_pool;

/* `count` of them, with room for `max` lines each. NULL without memory. */
struct history_pool *history_pool_new(uint32_t count, uint32_t max);
void history_pool_free(struct history_pool *p); /* NULL is allowed */

/* An empty history, or NULL when all are taken. Give it back with history_put(). */
struct history *history_take(struct history_pool *p);
void history_put(struct history_pool *p, struct history *h); /* NULL is allowed */

/*
 * Add a segment with its capture stamp; when there is no room, those in the middle make some.
 * `text` is copied; the other strings must be constants.
 */
void history_add(struct history *h, ns_t stamp, const char *direction, const char *text,
                 const char *client, const char *server);

#endif
