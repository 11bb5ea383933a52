/* SPDX-License-Identifier: BSD-2-Clause */
/* progress.c - "3 of 5 attempts, 1 waiting", rewritten in place. */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#define SILENCE NS_SEC
#define RENEW   (200 * NS_MS)

void progress_start(struct progress *p, ns_t now)
{
	p->enabled = isatty(STDERR_FILENO) == 1;
	p->shown = false;
	p->next = now + SILENCE;
}

ns_t progress_deadline(const struct progress *p)
{
	return p->enabled ? p->next : NS_NEVER;
}

void progress_show(struct progress *p, const struct engine *en, ns_t now)
{
	struct engine_progress e = engine_progress(en);

	if (!p->enabled || now < p->next)
		return;
	p->next = now + RENEW;
	p->shown = true;
	fprintf(stderr, "\r%llu", (unsigned long long)e.ended);
	if (e.planned > 0)
		fprintf(stderr, " of %llu", (unsigned long long)e.planned);
	fprintf(stderr, " attempts, %u waiting for an answer\033[K", e.running);
}

void progress_say(struct progress *p, const char *line, ns_t now)
{
	if (!p->enabled || now < p->next)
		return;
	p->next = now + RENEW;
	p->shown = true;
	fprintf(stderr, "\r%s\033[K", line);
}

void progress_clear(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
	p->next = ns_monotonic() + SILENCE;
}
