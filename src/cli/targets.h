/* SPDX-License-Identifier: BSD-2-Clause */
/* targets.h - what the user wants to try, as words: hosts and ports, not yet looked up. */
#ifndef TCPSHAKE_CLI_TARGETS_H
#define TCPSHAKE_CLI_TARGETS_H

#include <stdint.h>

#include "base/err.h"

#define TARGETS_HOST_MAX 256 /* RFC 1035: 255 bytes */

struct target_word {
	char host[TARGETS_HOST_MAX]; /* a name or an address, without brackets */
	uint16_t port;               /* 0: none was given */
};

struct target_words {
	uint32_t count, capacity;
	struct target_word *word;
};

/*
 * Add the targets among command-line words: "host", "host:port", "[v6]:port", "host" "port", and
 * "tcp://host:port". -1 with ERR_NAME for an invalid one, ERR_USAGE for a scheme that is not built.
 */
int targets_add_words(struct target_words *t, char *const *words, int count, struct err *e);

/* Add the targets of a file ("-": standard input), one a line; '#' begins a comment. */
int targets_add_file(struct target_words *t, const char *path, struct err *e);

void targets_free(struct target_words *t);

#endif
