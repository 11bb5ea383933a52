/* SPDX-License-Identifier: BSD-2-Clause */
/* http2_internal.h - what the parts of HTTP/2 share: the stage, and its streams. */
#ifndef TCPSHAKE_APP_HTTP2_INTERNAL_H
#define TCPSHAKE_APP_HTTP2_INTERNAL_H

#include <nghttp2/nghttp2.h>

#include "app/http.h"
#include "app/say.h"

/* RFC 9113 6.5.2 recommends that servers allow at least so many, and so few we open until they say more. */
#define HTTP2_STREAMS_MAX  100

#define HTTP2_FRAME_HEADER 9 /* bytes */

/* One request and its response. */
struct http2_stream {
	int32_t id;     /* 0: the place is free */
	size_t sent;    /* bytes of the request's body */
	int status;     /* of the head that is being read, or was read last */
	size_t head;    /* what that counts, by RFC 9113 6.5.2 */
	uint32_t heads; /* how many informational ones there were */
	bool headed;    /* the final head is complete */
	bool ended;     /* so is the response */
	uint64_t body;
};

struct http2 {
	struct stage stage;
	const struct http_config *cfg;
	struct app_listener listener;
	enum stage_status status;
	struct stage_failure failure;
	struct http_result result;
	nghttp2_session *session;
	bool dead;            /* nghttp2 said that the session is not to be used any more */
	bool going_away;      /* the peer takes no new streams */
	bool windows_told[2]; /* the first WINDOW_UPDATE, by enum app_from */
	uint32_t begun, open; /* requests; streams */
	uint32_t refused; /* streams that the peer did not take, whose requests are made again */
	uint64_t got, frames; /* bytes and frames of the peer */
	uint64_t uploaded;
	char fault[120]; /* nghttp2's words for the peer's last mistake */
	/* What is to come out of output() next, memory of nghttp2; and what is told with its last byte. */
	const uint8_t *pending;
	size_t pending_len;
	uint64_t put;
	bool held;
	enum app_mark held_mark;
	char held_text[SAY_MAX + 1];
	/* The first bytes of the peer, until it is known that it speaks HTTP/2. */
	uint8_t first[HTTP2_FRAME_HEADER];
	size_t first_len;
	struct http2_stream stream[HTTP2_STREAMS_MAX];
};

void http2_fail(struct http2 *h, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* How many requests are to be made in all. */
uint32_t http2_wanted(const struct http2 *h);

/* The stream of this number, or NULL: it is closed, or none of ours. 0 finds a free place. */
struct http2_stream *http2_stream_find(struct http2 *h, int32_t id);

/* A session whose callbacks keep *h up to date. False without memory. */
bool http2_session_new(struct http2 *h);

/* Open a stream for each request that may be sent now. */
void http2_ask(struct http2 *h);

#endif
