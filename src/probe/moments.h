/* SPDX-License-Identifier: BSD-2-Clause */
/* moments.h - when messages passed: their stamps are those of the segments that completed them. */
#ifndef TCPSHAKE_PROBE_MOMENTS_H
#define TCPSHAKE_PROBE_MOMENTS_H

#include "app/message.h"
#include "base/ns.h"
#include "result/message_log.h"

#define MOMENTS_PENDING_MAX 256 /* messages of ours that were not captured yet */

/* A message of ours and where it ends in our stream. */
struct moments_pending {
	uint64_t end; /* MOMENTS_UNWRITTEN: its bytes have not reached the stream yet */
	enum app_mark mark;
	bool held;
	uint32_t number; /* in the log */
};

#define MOMENTS_UNWRITTEN UINT64_MAX

/* All stamps are NS_NONE until they are known. */
struct moments {
	ns_t finished;   /* the later TLS Finished */
	ns_t request;    /* the first request */
	ns_t first_byte; /* of the first response */
	ns_t response;   /* the last byte of the last response */
	ns_t upgrade;    /* the end of the 101 */
	ns_t ping, pong;
	ns_t fin;                /* the server's FIN, with all before it */
	ns_t reading;            /* stamp of the segment that is being read */
	struct message_log *log; /* NULL: messages are not kept */
	ns_t data;               /* of the last segment with bytes of what TLS protects */
	bool held;               /* messages told now reach the stream later than what others say */
	uint32_t count;
	struct moments_pending pending[MOMENTS_PENDING_MAX];
};

void moments_init(struct moments *m, struct message_log *log);

/* An app_message_fn; `ctx` is a struct moments. */
void moments_message(void *ctx, const struct app_message *message);

/* Messages told so far are in the stream up to `end`; but not those that were told while `held`. */
void moments_written(struct moments *m, uint64_t end);

/* Those, too, from now on. */
void moments_release(struct moments *m);

/* The first request is sent once more: it begins again. */
void moments_again(struct moments *m);

/* Our stream was captured up to `end`, by a segment with this stamp. */
void moments_captured(struct moments *m, uint64_t end, ns_t stamp);

#endif
