/* SPDX-License-Identifier: BSD-2-Clause */
/* timeline.h - segments, and the messages that they completed, in one order. */
#ifndef TCPSHAKE_RESULT_TIMELINE_H
#define TCPSHAKE_RESULT_TIMELINE_H

#include "result/probe_record.h"

/* Either of the two is next; start from {segments, messages}. */
struct timeline {
	struct field_list segments; /* of struct segment_record */
	struct field_list messages; /* of struct message_record */
	uint32_t segment, message;  /* taken so far */
};

/*
 * The next one: a segment, or a message, which follows the segment that completed it. False: there is none;
 * else one of the two is not NULL.
 */
bool timeline_next(struct timeline *t, const struct segment_record **segment,
                   const struct message_record **message);

#endif
