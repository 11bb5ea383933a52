/* SPDX-License-Identifier: BSD-2-Clause */
/* http_response.h - HTTP/1.x responses, read piece by piece from the bytes of a connection. */
#ifndef TCPSHAKE_APP_HTTP_RESPONSE_H
#define TCPSHAKE_APP_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rd.h"

#define HTTP_HEAD_MAX          65536
#define HTTP_INFORMATIONAL_MAX 16 /* 1xx before a response */

enum http_event {
	RESPONSE_MORE,   /* nothing yet: more bytes are needed */
	RESPONSE_BEGINS, /* a final response (or a 101): so much of its status is there */
	RESPONSE_HEAD,   /* a head is complete; one of a 1xx, too */
	RESPONSE_ENDS,   /* the response is complete */
	RESPONSE_BROKEN, /* and stays so; see http_response_trouble() */
};

/* What is known of the response whose head was read last. */
struct http_response_info {
	int status;
	char version[8]; /* "1.1" */
	char line[100];  /* "HTTP/1.1 200 OK"; may hold any byte of the peer but NUL */
	bool keeps;      /* the connection can be used on after it */
	bool by_close;   /* the end of the connection was the end of its body */
	uint64_t body;   /* bytes of it so far */
	/* of all responses */
	uint64_t all_heads, all_bodies;
};

/* Hears the header fields of each response. Longer ones than 63 and 511 bytes are cut. */
typedef void http_field_fn(void *ctx, const char *name, const char *value);

struct http_response;

/*
 * A reader of responses one after the other. It fails when all bodies together have more than `body_max`
 * bytes (0: no limit). `field` may be NULL. NULL without memory.
 */
struct http_response *http_response_new(uint64_t body_max, http_field_fn *field, void *ctx);
void http_response_free(struct http_response *r); /* NULL is allowed */

/* The next response is one to this method. To be called before each. */
void http_response_expect(struct http_response *r, const char *method);

/*
 * Read on, up to the next event or the end of the bytes. What follows RESPONSE_ENDS is left unread; what
 * follows the head of a 101 is read by no one here: that response ends with it.
 */
enum http_event http_response_next(struct http_response *r, struct rd *in);

/*
 * The connection ended. RESPONSE_ENDS: that was the end of the body; RESPONSE_MORE: no byte of the response
 * that is awaited had come, if one is.
 */
enum http_event http_response_eof(struct http_response *r);

const struct http_response_info *http_response_info(const struct http_response *r);
const char *http_response_trouble(const struct http_response *r);

#endif
