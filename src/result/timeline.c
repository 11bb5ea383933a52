/* SPDX-License-Identifier: BSD-2-Clause */
/* timeline.c - two lists in the order of their times are merged. */
#include "result/timeline.h"

bool timeline_next(struct timeline *t, const struct segment_record **segment,
                   const struct message_record **message)
{
	const struct segment_record *s = t->segments.items;
	const struct message_record *m = t->messages.items;

	*segment = t->segment < t->segments.count ? &s[t->segment] : NULL;
	*message = t->message < t->messages.count ? &m[t->message] : NULL;
	if (*segment != NULL && *message != NULL) {
		if ((*message)->time < (*segment)->time)
			*segment = NULL;
		else
			*message = NULL;
	}
	t->segment += *segment != NULL;
	t->message += *message != NULL;
	return *segment != NULL || *message != NULL;
}
