/* SPDX-License-Identifier: BSD-2-Clause */
/* rd.c - bounded reads with a sticky failure. */
#include "base/rd.h"

#include <string.h>

uint32_t rd_host32(struct rd *r)
{
	uint32_t v;

	rd_copy(r, &v, sizeof(v));
	return v;
}

void rd_copy(struct rd *r, void *out, size_t len)
{
	const uint8_t *p = rd_bytes(r, len);

	if (len == 0)
		return;
	if (p == NULL)
		memset(out, 0, len);
	else
		memcpy(out, p, len);
}

struct rd rd_sub(struct rd *r, size_t len)
{
	const uint8_t *p = rd_bytes(r, len);
	struct rd sub = rd_from(p, p == NULL ? 0 : len);

	sub.failed = p == NULL && (len > 0 || r->failed);
	return sub;
}
