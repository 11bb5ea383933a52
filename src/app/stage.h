/* SPDX-License-Identifier: BSD-2-Clause */
/* stage.h - a protocol over a byte stream: bytes in, bytes out, and an outcome. No I/O, no clock. */
#ifndef TCPSHAKE_APP_STAGE_H
#define TCPSHAKE_APP_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/message.h"

enum stage_status {
	STAGE_RUNNING,
	STAGE_DONE,   /* it has all that it wanted; the connection may be used on, or closed */
	STAGE_FAILED, /* see stage_failure */
};

/* Why a stage failed, in the words of records, and for people. Both empty while it has not. */
struct stage_failure {
	const char *
		reason; /* "tls-alert" "tls-certificate" "protocol-error" ...; a constant, or NULL */
	char detail[160]; /* "certificate has expired", "chunk size is no number" */
};

struct stage;

/*
 * What a stage can be asked. The owner calls output() after start and after each input until it gives
 * nothing. Memory and work are bounded, whatever the peer sends.
 */
struct stage_ops {
	/* The peer's next bytes, in order. Those after STAGE_DONE or STAGE_FAILED are ignored. */
	void (*input)(struct stage *s, const uint8_t *bytes, size_t len);
	/* The peer will send nothing more. */
	void (*eof)(struct stage *s);
	/* Up to `cap` bytes to send next; returns how many. */
	size_t (*output)(struct stage *s, uint8_t *out, size_t cap);
	enum stage_status (*status)(const struct stage *s);
	const struct stage_failure *(*failure)(const struct stage *s);
	/*
	 * STAGE_DONE: say goodbye where the protocol has a word for it (close_notify, GOAWAY), by output().
	 * May do nothing.
	 */
	void (*goodbye)(struct stage *s);
	void (*free)(struct stage *s);
};

/* What every stage begins with. */
struct stage {
	const struct stage_ops *ops;
};

/* The calls above in short. */
static inline void stage_input(struct stage *s, const uint8_t *bytes, size_t len)
{
	s->ops->input(s, bytes, len);
}

static inline size_t stage_output(struct stage *s, uint8_t *out, size_t cap)
{
	return s->ops->output(s, out, cap);
}

static inline enum stage_status stage_status(const struct stage *s)
{
	return s->ops->status(s);
}

#endif
