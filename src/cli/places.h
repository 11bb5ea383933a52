/* SPDX-License-Identifier: BSD-2-Clause */
/* places.h - targets looked up: addresses, routes, ports; and those that came to nothing. */
#ifndef TCPSHAKE_CLI_PLACES_H
#define TCPSHAKE_CLI_PLACES_H

#include <stdint.h>

#include "base/err.h"
#include "cli/options.h"
#include "cli/targets.h"
#include "engine/ground.h"

#define PLACES_MAX 65536 /* addresses and ports in one run */

/* One address and port to try. */
struct place {
	const char *name; /* as given; in the target words */
	const struct target_word *word;
	uint32_t rank; /* how many places before it have the same address and port */
	ns_t dns;
	struct ground_target ground;
};

/* A target that cannot be tried. */
struct place_failure {
	const char *name;
	uint16_t port;
	struct addr addr;   /* ADDR_NONE where it is the name that failed */
	const char *reason; /* as in records */
	struct err err;     /* the sentence for people, and whether it is a name or this host */
};

struct places {
	uint32_t count, failures;
	uint32_t ranks; /* places that share one address and port, at most; 1 where all differ */
	struct place *place;
	struct place_failure *failure;
};

/*
 * Look up all names side by side (until `stop_fd` is readable), then ask the kernel for a route to each
 * address. -1 for what concerns the whole run (ERR_LOCAL: no such interface, a source that is not ours;
 * ERR_USAGE: --resolve).
 */
int places_find(struct places *p, const struct target_words *words, const struct options *o,
                int stop_fd, struct err *e);

void places_free(struct places *p);

#endif
