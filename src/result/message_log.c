/* SPDX-License-Identifier: BSD-2-Clause */
/* message_log.c - a bounded list of messages. */
#include "result/message_log.h"

#include <stdio.h>

uint32_t message_log_add(struct message_log *l, ns_t stamp, const char *direction,
                         const char *protocol, const char *text)
{
	uint32_t n = l->count;

	if (n == MESSAGE_LOG_MAX) {
		l->missed++;
		snprintf(l->text[n - 1], MESSAGE_TEXT_MAX,
		         "... and %u more messages, which were not kept", l->missed);
		return MESSAGE_NONE;
	}
	snprintf(l->text[n], MESSAGE_TEXT_MAX, "%s", text);
	l->stamp[n] = stamp;
	l->message[n] = (struct message_record){
		.direction = direction, .protocol = protocol, .text = l->text[n]};
	l->count++;
	return n;
}

void message_log_time(struct message_log *l, uint32_t number, ns_t stamp)
{
	if (number != MESSAGE_NONE)
		l->stamp[number] = stamp;
}

/* Message `n` behind those of the first n that are not later. */
static void insert(struct message_log *l, uint32_t n)
{
	uint32_t at = n;

	for (; at > 0 && l->sorted[at - 1].time > l->message[n].time; at--)
		l->sorted[at] = l->sorted[at - 1];
	l->sorted[at] = l->message[n];
}

struct field_list message_log_list(struct message_log *l, ns_t origin)
{
	ns_t before = 0;

	for (uint32_t i = 0; i < l->count; i++) {
		if (l->stamp[i] != NS_NONE && origin != NS_NONE)
			before = l->stamp[i] - origin;
		l->message[i].time = before;
		insert(l, i);
	}
	return (struct field_list){l->sorted, l->count};
}
