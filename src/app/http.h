/* SPDX-License-Identifier: BSD-2-Clause */
/* http.h - what HTTP/1.1 and HTTP/2 have in common: what is asked, and what came back. */
#ifndef TCPSHAKE_APP_HTTP_H
#define TCPSHAKE_APP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/message.h"
#include "app/stage.h"

#define HTTP_HEADERS_MAX 32

struct http_config {
	const char *scheme;                   /* "http" or "https" */
	const char *authority;                /* Host: "example.net", "[::1]:8080" */
	const char *method;                   /* "GET" */
	const char *path;                     /* "/index.html?q" */
	const char *header[HTTP_HEADERS_MAX]; /* "Name: value"; replaces ours of that name */
	uint32_t headers;
	const uint8_t *body; /* or NULL */
	size_t body_len;
	/* HTTP/1.1: one after the other on the connection; HTTP/2: side by side; 0: one */
	uint32_t requests;
	bool close;        /* HTTP/1.1: ask for Connection: close with the last one */
	uint64_t body_max; /* of all responses' bodies together; more is a failure; 0: no limit */
};

/* Is this a field that may stand in `header`? The caller asks, and refuses what is none. */
bool http_header_valid(const char *line);

/* What the server does with an HTTP/1.1 connection after the last response, as its head says. */
enum http_after {
	HTTP_UNKNOWN,
	HTTP_KEPT,  /* it stays open */
	HTTP_CLOSE, /* Connection: close, or HTTP/1.0 */
};

struct http_result {
	uint32_t responses;  /* complete ones */
	int64_t status;      /* of the first response; 0: none came */
	char version[8];     /* "1.0" "1.1" "2" */
	uint64_t body_bytes; /* of all responses, decoded from chunks */
	uint64_t head_bytes; /* of all response heads */
	bool by_close;       /* the length of a body was told by the end of the connection */
	bool closed_early;   /* HTTP/1.1: it ended, unannounced, where one more response was due */
	enum http_after after;
	uint32_t goaway;        /* HTTP/2: error code of the peer's GOAWAY + 1; 0: none */
	uint32_t streams_reset; /* HTTP/2: those that ended without their response */
};

/*
 * The listener hears each request ("GET / HTTP/1.1") when its last byte comes out of output(), the first byte
 * of each response, the end of its head ("HTTP/1.1 200 OK"), and its own end ("end of response, 1234
 * bytes"), with their marks. Of an informational response (RFC 9110 15.2) it hears the head alone, as a
 * note; so the first byte of any response is told once enough of its status is there to tell it from those.
 *
 * A status of 400 and more is no failure here. A server that announces or makes an end before all requests
 * were sent is none either: STAGE_DONE with fewer responses than requests. NULL without memory. The
 * configuration must outlive the stage.
 */
struct stage *http1_new(const struct http_config *cfg, const struct app_listener *l);
const struct http_result *http1_result(const struct stage *s);

/*
 * The same by nghttp2. The listener hears "client preface", "SETTINGS", "HEADERS stream 1: GET /",
 * "HEADERS stream 1: 200", "DATA stream 1: end, 1234 bytes" and so on; of WINDOW_UPDATEs the first of each
 * side, of DATA the end. A stream that is reset, or a GOAWAY with an error, is a failure; a GOAWAY without
 * one is STAGE_DONE with the responses that came, if any did. After STAGE_DONE input() and output() go on,
 * for goodbye()'s sake.
 */
struct stage *http2_new(const struct http_config *cfg, const struct app_listener *l);
const struct http_result *http2_result(const struct stage *s);

/* A name of an HTTP/2 error code: "PROTOCOL_ERROR". */
const char *http2_error_name(uint32_t code);

#endif
