/* SPDX-License-Identifier: BSD-2-Clause */
/* websocket.h - RFC 6455: the upgrade, a ping and its pong, and the closing handshake. */
#ifndef TCPSHAKE_APP_WEBSOCKET_H
#define TCPSHAKE_APP_WEBSOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "app/http.h"

struct ws_config {
	/* Authority, path and headers of the upgrade request; those of Sec-WebSocket-Protocol ask for it. */
	const struct http_config *http;
	uint8_t key[16]; /* the nonce of Sec-WebSocket-Key */
	uint32_t mask;   /* seeds the masks of our frames */
};

struct ws_result {
	int64_t status;     /* of the response to the upgrade; 0: none came */
	bool upgraded;      /* 101, and Sec-WebSocket-Accept is right */
	bool pong;          /* our ping was answered with its own data */
	int64_t close_code; /* of the peer's Close frame; 1005: it had none; 0: no Close came */
	char protocol[64];  /* Sec-WebSocket-Protocol chosen, or empty */
};

/*
 * STAGE_DONE when the upgrade, the ping and the closing handshake are complete, and also when the server
 * ends the connection in place of a Close, or closes first: then `close_code` or `pong` are missing. Another
 * status than 101 is the failure "http-status".
 *
 * The listener hears, in order: our upgrade request, the first byte and the head of the response, "Ping",
 * "Pong", "Close 1000", theirs, with their marks; and as notes what the server sends unasked, but for its
 * data. NULL without memory. The configuration must outlive the stage.
 */
struct stage *ws_new(const struct ws_config *cfg, const struct app_listener *l);
const struct ws_result *ws_result(const struct stage *s);

#endif
