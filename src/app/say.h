/* SPDX-License-Identifier: BSD-2-Clause */
/* say.h - how stages speak: to their listener, and of their failure; a peer's words are made harmless. */
#ifndef TCPSHAKE_APP_SAY_H
#define TCPSHAKE_APP_SAY_H

#include "app/message.h"
#include "app/stage.h"

/* The longest text of a message; more is cut. */
#define SAY_MAX 120

/* Tell a message. What is no printable ASCII shows as '?'. */
void say(const struct app_listener *l, const struct app_message *m, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Tell a message as it is; without text where it has none. */
void say_mark(const struct app_listener *l, const struct app_message *m);

/* Fill in why a stage failed; the same care for the text. `reason` must be a constant. */
void say_failure(struct stage_failure *f, const char *reason, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* What a peer sent in place of what was awaited: its first line, or in hex where that is no text. */
void say_bytes(char *out, size_t cap, const uint8_t *bytes, size_t len);

#endif
