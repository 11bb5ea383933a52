/* SPDX-License-Identifier: BSD-2-Clause */
/* message_log.h - the messages of one attempt, in the order in which they were told. */
#ifndef TCPSHAKE_RESULT_MESSAGE_LOG_H
#define TCPSHAKE_RESULT_MESSAGE_LOG_H

#include <stdint.h>

#include "result/exchange_record.h"

#define MESSAGE_LOG_MAX  256 /* messages kept; later ones are counted only */
#define MESSAGE_TEXT_MAX 128

struct message_log {
	uint32_t count, missed;
	char text[MESSAGE_LOG_MAX][MESSAGE_TEXT_MAX];
	ns_t stamp[MESSAGE_LOG_MAX];
	struct message_record message[MESSAGE_LOG_MAX], sorted[MESSAGE_LOG_MAX];
};

#define MESSAGE_NONE UINT32_MAX

/*
 * Add a message; its time is a stamp, or NS_NONE where its segment was not captured yet. `text` is copied,
 * the other strings must be constants. Returns its number for message_log_time(), MESSAGE_NONE without room.
 */
uint32_t message_log_add(struct message_log *l, ns_t stamp, const char *direction,
                         const char *protocol, const char *text);

/* The segment of message `number` was captured. */
void message_log_time(struct message_log *l, uint32_t number, ns_t stamp);

/*
 * All of them in the order of their times, which are since `origin`. What was never captured has the time
 * of what was told before it.
 */
struct field_list message_log_list(struct message_log *l, ns_t origin);

#endif
