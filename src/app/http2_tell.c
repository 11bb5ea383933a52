/* SPDX-License-Identifier: BSD-2-Clause */
/* http2_tell.c - what is told of frames that carry no request and no response. */
#include "app/http2_tell.h"

#include "app/http.h"
#include "app/say.h"

const char *http2_error_name(uint32_t code)
{
	return nghttp2_http2_strerror(code);
}

void http2_tell(const struct app_listener *l, enum app_from from, const nghttp2_frame *frame)
{
	const struct app_message m = {.from = from, .protocol = "HTTP/2", .mark = APP_NOTE};
	const char *ack = (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0 ? " ACK" : "";

	switch (frame->hd.type) {
	case NGHTTP2_SETTINGS:
		say(l, &m, "SETTINGS%s", ack);
		break;
	case NGHTTP2_PING:
		say(l, &m, "PING%s", ack);
		break;
	case NGHTTP2_WINDOW_UPDATE:
		say(l, &m, "WINDOW_UPDATE");
		break;
	case NGHTTP2_RST_STREAM:
		say(l, &m, "RST_STREAM stream %d: %s", frame->hd.stream_id,
		    http2_error_name(frame->rst_stream.error_code));
		break;
	case NGHTTP2_GOAWAY:
		say(l, &m, "GOAWAY %s, last stream %d", http2_error_name(frame->goaway.error_code),
		    frame->goaway.last_stream_id);
		break;
	default:
		break; /* a number of the peer's, not an enum of ours */
	}
}
