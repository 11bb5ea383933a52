/* SPDX-License-Identifier: BSD-2-Clause */
/* progress.h - one line on a terminal while nothing else is printed. */
#ifndef TCPSHAKE_CLI_PROGRESS_H
#define TCPSHAKE_CLI_PROGRESS_H

#include <stdbool.h>

#include "base/ns.h"
#include "engine/engine.h"

struct progress {
	bool enabled; /* standard error is a terminal */
	bool shown;   /* a line stands there now */
	ns_t next;    /* when it may be written again */
};

/* Begin; nothing is shown before a second has passed in silence. */
void progress_start(struct progress *p, ns_t now);

/* When progress_show() is due, or NS_NEVER. */
ns_t progress_deadline(const struct progress *p);

/* Write the line, or renew it, if it is due. */
void progress_show(struct progress *p, const struct engine *en, ns_t now);

/* The same with a line of one's own. */
void progress_say(struct progress *p, const char *line, ns_t now);

/* Take the line away: something else is about to be printed. */
void progress_clear(struct progress *p);

#endif
