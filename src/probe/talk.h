/* SPDX-License-Identifier: BSD-2-Clause */
/* talk.h - the stages of one connection, joined to its byte stream: TLS below, HTTP or WebSocket above. */
#ifndef TCPSHAKE_PROBE_TALK_H
#define TCPSHAKE_PROBE_TALK_H

#include "app/stage.h"
#include "app/websocket.h"
#include "probe/exchange.h"
#include "probe/moments.h"
#include "tcp/stream.h"

#define TALK_EARLY_MAX 4096 /* bytes of a request that may go as 0-RTT data */

struct talk {
	const struct exchange_plan *plan;
	struct moments *moments;
	struct stream *stream;
	struct tls *tls;   /* NULL: none is spoken */
	struct stage *top; /* NULL: none, or not yet: which one ALPN decides */
	struct ws_config ws;
	struct stage_failure failure; /* of the first stage that failed, or of the owner */
	const char *alpn;             /* that `top` was made for; NULL: in clear */
	bool ended;                   /* the stages know that the peer will send nothing more */
	bool parted;                  /* goodbye was said */
	uint8_t early[TALK_EARLY_MAX];
	size_t early_len; /* sent as 0-RTT data, to be sent again if that is rejected */
};

/* What an attempt's talk needs besides its plan. */
struct talk_start {
	struct tls_context *tls;
	bool resume;       /* take up the plan's session, if it has one */
	uint32_t nonce[2]; /* for what nobody should guess */
	int64_t wall;      /* seconds since 1970 */
};

/* -1 without memory. Free with talk_free() in any case. */
int talk_init(struct talk *t, const struct exchange_plan *plan, const struct talk_start *s,
              struct stream *stream, struct moments *m);
void talk_free(struct talk *t);

/* Move what arrived into the stages, and what they want sent into the stream. */
void talk_read(struct talk *t);
void talk_write(struct talk *t);

/* Has TLS, where it is spoken, come to its end? */
bool talk_secure(const struct talk *t);

/* All that was to be said was said, or something failed. */
enum stage_status talk_status(const struct talk *t);

/* The server said that it will close the connection. */
bool talk_closes(const struct talk *t);

/* What HTTP came to; NULL where it is not spoken. */
const struct http_result *talk_http(const struct talk *t);

/* Say goodbye in every protocol that has a word for it, unless the peer has gone. */
void talk_part(struct talk *t);

/* The owner gives up: the phase took too long, the connection was reset. */
void talk_fail(struct talk *t, const char *reason, const char *detail);

#endif
