/* SPDX-License-Identifier: BSD-2-Clause */
/* websocket_frame.h - frames of RFC 6455: the server's read one by one, ours written. */
#ifndef TCPSHAKE_APP_WEBSOCKET_FRAME_H
#define TCPSHAKE_APP_WEBSOCKET_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rd.h"

#define WS_PAYLOAD_MAX 125                  /* of a control frame */
#define WS_FRAME_MAX   (6 + WS_PAYLOAD_MAX) /* a control frame with its mask */

enum ws_kind {
	WS_NONE, /* no whole frame is there */
	WS_DATA, /* text, binary or a continuation; not kept */
	WS_PING,
	WS_PONG,
	WS_CLOSE,
	WS_BROKEN, /* and stays so; see ws_frames_trouble() */
};

/* A control frame. */
struct ws_control {
	uint8_t payload[WS_PAYLOAD_MAX];
	size_t len;
};

struct ws_frames;

/*
 * `seed` makes the masks. `extended`: an extension may use the reserved bits of data frames. NULL without
 * memory.
 */
struct ws_frames *ws_frames_new(uint32_t seed, bool extended);
void ws_frames_free(struct ws_frames *f); /* NULL is allowed */

/*
 * Read up to the end of the next frame. Of a control frame *got has the payload, which may come in pieces: it
 * must be the same in all calls. Bytes may be taken that belong to later frames, so go on until WS_NONE.
 * Frames are limited in length, number and sum.
 */
enum ws_kind ws_frames_next(struct ws_frames *f, struct rd *in, struct ws_control *got);
const char *ws_frames_trouble(const struct ws_frames *f);

/* Write a control frame; its length, or 0 without memory. */
size_t ws_frames_put(struct ws_frames *f, enum ws_kind kind, const struct ws_control *c,
                     uint8_t out[WS_FRAME_MAX]);

#endif
