/* SPDX-License-Identifier: BSD-2-Clause */
/* moments.c - stamps of messages: theirs at once, ours when the capture has seen their last byte. */
#include "probe/moments.h"

void moments_init(struct moments *m, struct message_log *log)
{
	m->finished = m->request = m->first_byte = m->response = NS_NONE;
	m->upgrade = m->ping = m->pong = m->fin = m->reading = m->data = NS_NONE;
	m->log = log;
	m->held = false;
	m->count = 0;
}

static void keep_first(ns_t *at, ns_t stamp)
{
	if (*at == NS_NONE)
		*at = stamp;
}

static void mark(struct moments *m, enum app_mark what, ns_t stamp)
{
	switch (what) {
	case APP_FINISHED:
		if (m->finished == NS_NONE || stamp > m->finished)
			m->finished = stamp;
		break;
	case APP_REQUEST:
		keep_first(&m->request, stamp);
		break;
	case APP_FIRST_BYTE:
		keep_first(&m->first_byte, stamp);
		break;
	case APP_RESPONSE:
		m->response = stamp;
		break;
	case APP_UPGRADE:
		keep_first(&m->upgrade, stamp);
		break;
	case APP_PING:
		keep_first(&m->ping, stamp);
		break;
	case APP_PONG:
		keep_first(&m->pong, stamp);
		break;
	case APP_NOTE:
	case APP_HEAD:
		break;
	}
}

static uint32_t keep(struct moments *m, const struct app_message *message, ns_t stamp)
{
	if (m->log == NULL || message->text == NULL)
		return MESSAGE_NONE;
	return message_log_add(m->log, stamp, message->from == APP_CLIENT ? "out" : "in",
	                       message->protocol, message->text);
}

void moments_message(void *ctx, const struct app_message *message)
{
	struct moments *m = ctx;
	/* A body that lasts until the connection ends was complete before. */
	ns_t stamp = message->mark == APP_RESPONSE ? m->data : m->reading;

	if (message->from == APP_SERVER) {
		keep(m, message, stamp);
		mark(m, message->mark, stamp);
		return;
	}
	if (m->count == MOMENTS_PENDING_MAX)
		return; /* more at once than a server would take, too */
	m->pending[m->count++] = (struct moments_pending){.end = MOMENTS_UNWRITTEN,
	                                                  .mark = message->mark,
	                                                  .held = m->held,
	                                                  .number = keep(m, message, NS_NONE)};
}

void moments_written(struct moments *m, uint64_t end)
{
	for (uint32_t i = 0; i < m->count; i++)
		if (m->pending[i].end == MOMENTS_UNWRITTEN && !m->pending[i].held)
			m->pending[i].end = end;
}

void moments_release(struct moments *m)
{
	m->held = false;
	for (uint32_t i = 0; i < m->count; i++)
		m->pending[i].held = false;
}

void moments_again(struct moments *m)
{
	m->request = NS_NONE;
	moments_message(m, &(struct app_message){.from = APP_CLIENT, .mark = APP_REQUEST});
}

void moments_captured(struct moments *m, uint64_t end, ns_t stamp)
{
	uint32_t left = 0;

	for (uint32_t i = 0; i < m->count; i++) {
		const struct moments_pending p = m->pending[i];

		if (p.end > end) {
			m->pending[left++] = p;
			continue;
		}
		if (m->log != NULL)
			message_log_time(m->log, p.number, stamp);
		mark(m, p.mark, stamp);
	}
	m->count = left;
}
