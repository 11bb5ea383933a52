/* SPDX-License-Identifier: BSD-2-Clause */
/* targets.h - what the user wants to try, as words: hosts and ports, not yet looked up. */
#ifndef TCPSHAKE_CLI_TARGETS_H
#define TCPSHAKE_CLI_TARGETS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define TARGETS_HOST_MAX 256 /* RFC 1035: 255 bytes */

enum target_scheme {
	SCHEME_TCP, /* also where none was given */
	SCHEME_TLS,
	SCHEME_HTTP,
	SCHEME_HTTPS,
	SCHEME_WS,
	SCHEME_WSS,
};

struct target_word {
	char host[TARGETS_HOST_MAX]; /* a name or an address, without brackets */
	uint16_t port;               /* 0: none was given */
	enum target_scheme scheme;
	char *path; /* of a URL, with its query; NULL: none was given */
};

/* What a scheme is: its name without "://", its own port (0: none), and whether it has TLS below. */
struct scheme {
	const char *name;
	uint16_t port;
	bool tls;
	bool path; /* it can have one */
};

extern const struct scheme schemes[]; /* by enum target_scheme */

struct target_words {
	uint32_t count, capacity;
	struct target_word *word;
};

/*
 * Add the targets among command-line words: "host", "host:port", "[v6]:port", "host" "port", and
 * URLs of the schemes above. -1 with ERR_NAME for an invalid one, ERR_USAGE for an unknown scheme.
 */
int targets_add_words(struct target_words *t, char *const *words, int count, struct err *e);

/* Add the targets of a file ("-": standard input), one a line; '#' begins a comment. */
int targets_add_file(struct target_words *t, const char *path, struct err *e);

void targets_free(struct target_words *t);

#endif
