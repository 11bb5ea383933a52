/* SPDX-License-Identifier: BSD-2-Clause */
/* websocket_frame.c - the door to wslay. Of data frames nothing is kept but the order they must come in. */
#include "app/websocket_frame.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

#include "base/rng.h"
#include "base/wr.h"

#define FRAME_MAX  1048576U /* bytes of a frame */
#define FRAMES_MAX 10000
#define BYTES_MAX  16777216U /* of all frames */

struct ws_frames {
	wslay_frame_context_ptr context;
	struct rng masks;
	struct rd *in; /* during ws_frames_next() */
	struct wr out; /* during ws_frames_put() */
	bool extended;
	bool in_frame, in_message; /* of more than one frame */
	uint64_t left;             /* of this frame */
	uint32_t frames;
	uint64_t bytes;
	char trouble[120];
};

/* --- what wslay calls --- */

static ssize_t on_read(uint8_t *buf, size_t len, int flags, void *ctx)
{
	struct ws_frames *f = ctx;
	size_t left = rd_left(f->in);

	(void)flags;
	len = len < left ? len : left;
	rd_copy(f->in, buf, len);
	return (ssize_t)len;
}

static ssize_t on_write(const uint8_t *data, size_t len, int flags, void *ctx)
{
	struct ws_frames *f = ctx;

	(void)flags;
	wr_bytes(&f->out, data, len);
	return wr_ok(&f->out) ? (ssize_t)len : -1;
}

static int on_mask(uint8_t *buf, size_t len, void *ctx)
{
	struct ws_frames *f = ctx;

	for (size_t i = 0; i < len; i++)
		buf[i] = (uint8_t)rng_next(&f->masks);
	return 0;
}

struct ws_frames *ws_frames_new(uint32_t seed, bool extended)
{
	const struct wslay_frame_callbacks callbacks = {
		.send_callback = on_write, .recv_callback = on_read, .genmask_callback = on_mask};
	struct ws_frames *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	rng_seed(&f->masks, seed);
	f->extended = extended;
	if (wslay_frame_context_init(&f->context, &callbacks, f) != 0) {
		free(f);
		return NULL;
	}
	return f;
}

void ws_frames_free(struct ws_frames *f)
{
	if (f == NULL)
		return;
	wslay_frame_context_free(f->context);
	free(f);
}

/* --- reading --- */

static enum ws_kind kind_of(uint8_t opcode)
{
	switch (opcode) {
	case WSLAY_CONTINUATION_FRAME:
	case WSLAY_TEXT_FRAME:
	case WSLAY_BINARY_FRAME:
		return WS_DATA;
	case WSLAY_PING:
		return WS_PING;
	case WSLAY_PONG:
		return WS_PONG;
	case WSLAY_CONNECTION_CLOSE:
		return WS_CLOSE;
	default:
		return WS_BROKEN; /* a number of the peer's, not an enum of ours */
	}
}

static void __attribute__((format(printf, 2, 3)))
complain(struct ws_frames *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->trouble, sizeof(f->trouble), fmt, ap);
	va_end(ap);
}

/* RFC 6455 5.4: the first frame of a message says its type, those that continue it do not. */
static bool is_in_order(struct ws_frames *f, const struct wslay_frame_iocb *io)
{
	bool goes_on = io->opcode == WSLAY_CONTINUATION_FRAME;

	if (kind_of(io->opcode) != WS_DATA)
		return true;
	if (goes_on != f->in_message)
		return false;
	f->in_message = io->fin == 0;
	return true;
}

/* A frame begins. False where there must be none like it. */
static bool may_begin(struct ws_frames *f, const struct wslay_frame_iocb *io)
{
	bool reserved = io->rsv != 0 && (!f->extended || kind_of(io->opcode) != WS_DATA);

	f->frames++;
	f->bytes += io->payload_length < FRAME_MAX ? io->payload_length : FRAME_MAX;
	f->left = io->payload_length;
	if (io->payload_length > FRAME_MAX)
		complain(f, "a frame of %llu bytes", (unsigned long long)io->payload_length);
	else if (f->frames > FRAMES_MAX)
		complain(f, "a flood of %u frames", f->frames);
	else if (f->bytes > BYTES_MAX)
		complain(f, "more than %u bytes of data", BYTES_MAX);
	else if (io->mask != 0)
		complain(f, "frame %u of the server is masked", f->frames);
	else if (reserved)
		complain(f, "reserved bits in frame %u", f->frames);
	else if (kind_of(io->opcode) == WS_BROKEN)
		complain(f, "a frame with opcode %u", io->opcode);
	else if (!is_in_order(f, io))
		complain(f, "frame %u is out of order", f->frames);
	return f->trouble[0] == '\0';
}

/* Take a piece of a frame. */
static enum ws_kind take(struct ws_frames *f, const struct wslay_frame_iocb *io,
                         struct ws_control *got)
{
	if (!f->in_frame) {
		if (!may_begin(f, io))
			return WS_BROKEN;
		f->in_frame = true;
		got->len = 0;
	}
	if (kind_of(io->opcode) != WS_DATA && io->data_length > 0) {
		assert(got->len + io->data_length <= WS_PAYLOAD_MAX); /* wslay has seen to it */
		memcpy(got->payload + got->len, io->data, io->data_length);
		got->len += io->data_length;
	}
	f->left -= io->data_length;
	if (f->left > 0)
		return WS_NONE;
	f->in_frame = false;
	return kind_of(io->opcode);
}

enum ws_kind ws_frames_next(struct ws_frames *f, struct rd *in, struct ws_control *got)
{
	enum ws_kind kind = WS_NONE;
	struct wslay_frame_iocb io;

	if (f->trouble[0] != '\0')
		return WS_BROKEN;
	f->in = in;
	while (kind == WS_NONE) {
		ssize_t n = wslay_frame_recv(f->context, &io);

		if (n == WSLAY_ERR_WANT_READ)
			return WS_NONE;
		if (n < 0) {
			complain(f, "the header of frame %u is against RFC 6455 5.2",
			         f->frames + 1);
			return WS_BROKEN;
		}
		kind = take(f, &io, got);
	}
	return kind;
}

const char *ws_frames_trouble(const struct ws_frames *f)
{
	return f->trouble;
}

/* --- writing --- */

size_t ws_frames_put(struct ws_frames *f, enum ws_kind kind, const struct ws_control *c,
                     uint8_t out[WS_FRAME_MAX])
{
	struct wslay_frame_iocb io = {
		.fin = 1,
		.opcode = kind == WS_PING   ? WSLAY_PING
	                  : kind == WS_PONG ? WSLAY_PONG
	                                    : WSLAY_CONNECTION_CLOSE,
		.mask = 1,
		.payload_length = c->len,
		.data = c->payload,
		.data_length = c->len,
	};

	f->out = wr_into(out, WS_FRAME_MAX);
	if (wslay_frame_send(f->context, &io) < 0)
		return 0;
	return wr_len(&f->out);
}
