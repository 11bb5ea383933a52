/* SPDX-License-Identifier: BSD-2-Clause */
/* check_stage.h - drives a stage of app/ from a test: bytes in and out, and what the listener heard. */
#ifndef TCPSHAKE_TESTS_LIB_CHECK_STAGE_H
#define TCPSHAKE_TESTS_LIB_CHECK_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/stage.h"

/*
 * What a stage told, a line a message: "> GET / HTTP/1.1 (request)", "< (first byte)", "< HTTP/1.1 200 OK
 * (head)"; notes have no word behind them. Every text must be printable and of at most 120 bytes.
 */
struct stage_log {
	const char *protocol; /* of every message; NULL: not compared */
	const char *before;   /* but of those before its first one; NULL: there are none */
	bool changed;         /* there was one of `protocol` */
	char text[16384];
	size_t len;
};

struct app_listener stage_log_listener(struct stage_log *log);

/* Feed bytes, `step` at a time (0: all at once), each piece in a block of its own size. */
void stage_feed(struct stage *s, const void *bytes, size_t len, size_t step);

/* Take what the stage has to send, `step` bytes at a time (0: as many as fit); how many there were. */
size_t stage_drain(struct stage *s, void *out, size_t cap, size_t step);

#endif
