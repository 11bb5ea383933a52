/* SPDX-License-Identifier: BSD-2-Clause */
/* gather.c - from the gathered bytes to the stream. */
#include "report/gather.h"

void gather_flush(struct gather *g)
{
	fwrite_unlocked(g->bytes, 1, g->len, g->out);
	g->len = 0;
}

void gather_beyond(struct gather *g, const char *s, size_t len)
{
	gather_flush(g);
	if (len > sizeof(g->bytes))
		fwrite_unlocked(s, 1, len, g->out);
	else
		gather_put(g, s, len);
}
