/* SPDX-License-Identifier: BSD-2-Clause */
/* gather.h - a record on its way to a stream: stdio once a word would cost more than the words. */
#ifndef TCPSHAKE_REPORT_GATHER_H
#define TCPSHAKE_REPORT_GATHER_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct gather {
	FILE *out;
	size_t len;
	char bytes[4096];
};

/* Begin with nothing. In two steps: the bytes need not be cleared for each record. */
static inline void gather_to(struct gather *g, FILE *out)
{
	g->out = out;
	g->len = 0;
}

/* Hand everything to the stream, whose state tells whether that failed. */
void gather_flush(struct gather *g);

/* As gather_put(), where there is no room left. */
void gather_beyond(struct gather *g, const char *s, size_t len);

static inline void gather_put(struct gather *g, const char *s, size_t len)
{
	if (len > sizeof(g->bytes) - g->len) {
		gather_beyond(g, s, len);
		return;
	}
	memcpy(g->bytes + g->len, s, len);
	g->len += len;
}

static inline void gather_text(struct gather *g, const char *s)
{
	gather_put(g, s, strlen(s));
}

/* Room for `need` bytes (fewer than `bytes` has), to be written there and then added to `len`. */
static inline char *gather_room(struct gather *g, size_t need)
{
	if (need > sizeof(g->bytes) - g->len)
		gather_flush(g);
	return g->bytes + g->len;
}

#endif
