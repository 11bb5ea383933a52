/* SPDX-License-Identifier: BSD-2-Clause */
/* websocket_upgrade.h - the opening handshake of RFC 6455: the request, and what a 101 must say. */
#ifndef TCPSHAKE_APP_WEBSOCKET_UPGRADE_H
#define TCPSHAKE_APP_WEBSOCKET_UPGRADE_H

#include <stdbool.h>

#include "app/digest.h"
#include "app/websocket.h"

struct ws_upgrade {
	const struct http_config *http;
	char key[DIGEST_BASE64_CAP(16)];                 /* Sec-WebSocket-Key */
	char accept[DIGEST_BASE64_CAP(DIGEST_SHA1_LEN)]; /* what must come back */
	/* fields that came */
	bool upgrade, connection, accepted;
	char protocol[64];
	char wrong[120]; /* the first thing that must not be; empty: none */
};

/* False where there is no SHA-1. */
bool ws_upgrade_init(struct ws_upgrade *u, const struct ws_config *cfg);

/* The request, to be freed; NULL without memory. */
char *ws_upgrade_request(const struct ws_upgrade *u);

/* A field of a response (an http_field_fn); and forget all, as what follows is another head. */
void ws_upgrade_field(void *upgrade, const char *name, const char *value);
void ws_upgrade_forget(struct ws_upgrade *u);

/* After the head of a 101: what is wrong with it (RFC 6455 4.1), or NULL. */
const char *ws_upgrade_wrong(const struct ws_upgrade *u);

#endif
