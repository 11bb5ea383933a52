/* SPDX-License-Identifier: BSD-2-Clause */
/* http2_tell.h - frames of HTTP/2 in words: those that have the same ones whoever sent them. */
#ifndef TCPSHAKE_APP_HTTP2_TELL_H
#define TCPSHAKE_APP_HTTP2_TELL_H

#include <nghttp2/nghttp2.h>

#include "app/message.h"

/* SETTINGS, PING, WINDOW_UPDATE, RST_STREAM and GOAWAY, as notes; nothing of other frames. */
void http2_tell(const struct app_listener *l, enum app_from from, const nghttp2_frame *frame);

#endif
