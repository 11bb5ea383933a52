/* SPDX-License-Identifier: BSD-2-Clause */
/* plans.h - from URLs and options to what is spoken at each place. */
#ifndef TCPSHAKE_CLI_PLANS_H
#define TCPSHAKE_CLI_PLANS_H

#include "cli/options.h"
#include "cli/places.h"
#include "probe/exchange.h"

/* More than this of response bodies, all together on a connection, is too much. */
#define PLANS_BODY_MAX (1ULL << 30)

/* The plan of one place, and the texts it points to. */
struct place_plan {
	struct exchange_plan plan;
	char authority[TARGETS_HOST_MAX + 8]; /* "example.net", "[::1]:8080" */
	char *url;
};

struct plans {
	struct place_plan *list; /* one for each place */
	uint32_t count;
	struct tls_context *tls; /* NULL where no place speaks TLS */
};

/* Is there more to do than handshakes at any of these places? */
bool plans_wanted(const struct options *o, const struct places *p);

/* What to offer for one version of HTTP alone. */
const char *const *plans_alpn(bool http2);

/* Options that no target would obey are a slip that would never be seen: -1 with ERR_USAGE. */
int plans_check(const struct options *o, const struct places *p, struct err *e);

/* -1 with ERR_USAGE for a file that cannot be read. */
int plans_make(struct plans *plans, const struct options *o, const struct places *p, struct err *e);
void plans_free(struct plans *plans);

#endif
