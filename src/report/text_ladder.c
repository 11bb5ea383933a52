/* SPDX-License-Identifier: BSD-2-Clause */
/* text_ladder.c - segments between two ends, a line each. */
#include "report/text.h"

/* "+0.000123  S 0:0(0) win 64240 -->            SYN_SENT / -". */
static void rung(struct report *r, const struct segment_record *s)
{
	bool out = s->direction[0] == 'o';
	char frame[24] = "";

	if (s->frame != FIELD_NULL)
		snprintf(frame, sizeof(frame), "%lld ", (long long)s->frame);
	fprintf(r->out, "    %s%s%+11.6f %s %-74s %11s | %s%s\n", text_paint(r, TEXT_DIM), frame,
	        (double)s->time / 1e9, out ? "-->" : "<--", s->text,
	        s->client == NULL ? "-" : s->client, s->server == NULL ? "-" : s->server,
	        text_paint(r, TEXT_PLAIN));
}

void text_ladder(struct report *r, const struct field_list *segments)
{
	const struct segment_record *s = segments->items;

	for (uint32_t i = 0; i < segments->count; i++)
		rung(r, &s[i]);
}
