/* SPDX-License-Identifier: BSD-2-Clause */
/* http_request.h - what a request says in any version of HTTP: header fields, ours and the user's. */
#ifndef TCPSHAKE_APP_HTTP_REQUEST_H
#define TCPSHAKE_APP_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/http.h"
#include "base/digits.h"

struct http_field {
	const char *name, *value; /* not terminated: see the lengths */
	size_t name_len, value_len;
};

/* A list that points into a configuration, and into itself: it is not to be copied. */
struct http_fields {
	struct http_field list[HTTP_HEADERS_MAX + 4];
	uint32_t count;
	char length[DIGITS_MAX]; /* Content-Length */
};

/*
 * Host, User-Agent, Accept and, where there is a body or a method that has one, Content-Length; then the
 * user's, each of which takes the place of ours of its name.
 */
void http_fields_of(const struct http_config *cfg, struct http_fields *out);

/* A field's name in any case. */
bool http_field_is(const struct http_field *f, const char *name);

/* Did the user set a field of this name? */
bool http_config_has(const struct http_config *cfg, const char *name);

/*
 * The head of an HTTP/1.1 request, to be freed; NULL without memory. `own` are lines that the protocol
 * needs ("Upgrade: websocket"), up to NULL: they go last, and in place of the user's fields of those names.
 */
char *http_request_head(const struct http_config *cfg, const char *const *own);

#endif
