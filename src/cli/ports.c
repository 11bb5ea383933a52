/* SPDX-License-Identifier: BSD-2-Clause */
/* ports.c - parse and walk a list of ports. */
#include "cli/ports.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* "80" or "8000-8010". */
static bool parse_range(const char *s, uint16_t *first, uint16_t *last)
{
	char part[16];
	const char *dash = strchr(s, '-');
	uint64_t a, b;

	if (strlen(s) >= sizeof(part))
		return false;
	snprintf(part, sizeof(part), "%.*s", (int)(dash == NULL ? strlen(s) : (size_t)(dash - s)),
	         s);
	if (!text_u64(part, 1, UINT16_MAX, &a))
		return false;
	b = a;
	if (dash != NULL && !text_u64(dash + 1, a, UINT16_MAX, &b))
		return false;
	*first = (uint16_t)a;
	*last = (uint16_t)b;
	return true;
}

bool ports_parse(struct ports *p, const char *s)
{
	p->ranges = 0;
	for (;;) {
		char part[16];
		size_t len = strcspn(s, ",");

		if (len >= sizeof(part) || p->ranges == PORTS_RANGES_MAX)
			return false;
		snprintf(part, sizeof(part), "%.*s", (int)len, s);
		if (!parse_range(part, &p->range[p->ranges].first, &p->range[p->ranges].last))
			return false;
		p->ranges++;
		if (s[len] == '\0')
			return true;
		s += len + 1;
	}
}

/* Does the port stand in one of the first `ranges` ranges? */
static bool is_in(const struct ports *p, uint32_t ranges, uint32_t port)
{
	for (uint32_t r = 0; r < ranges; r++)
		if (port >= p->range[r].first && port <= p->range[r].last)
			return true;
	return false;
}

uint16_t ports_get(const struct ports *p, uint32_t i)
{
	for (uint32_t r = 0; r < p->ranges; r++)
		for (uint32_t port = p->range[r].first; port <= p->range[r].last; port++)
			if (!is_in(p, r, port) && i-- == 0)
				return (uint16_t)port;
	return 0;
}
