/* SPDX-License-Identifier: BSD-2-Clause */
/* rd.c - bounded reads with a sticky failure. */
#include "base/rd.h"

#include <string.h>

struct rd rd_from(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	return (struct rd){.p = p, .end = len == 0 ? p : p + len, .failed = false};
}

bool rd_ok(const struct rd *r)
{
	return !r->failed;
}

size_t rd_left(const struct rd *r)
{
	return r->failed ? 0 : (size_t)(r->end - r->p);
}

const uint8_t *rd_bytes(struct rd *r, size_t len)
{
	const uint8_t *p = r->p;

	if (rd_left(r) < len || r->failed) {
		r->failed = true;
		return NULL;
	}
	if (len > 0)
		r->p += len;
	return p;
}

uint8_t rd_u8(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 1);

	return p == NULL ? 0 : p[0];
}

uint16_t rd_be16(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 2);

	if (p == NULL)
		return 0;
	return (uint16_t)(p[0] << 8 | p[1]);
}

uint32_t rd_be32(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 4);

	return p == NULL ? 0
	                 : (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

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

void rd_skip(struct rd *r, size_t len)
{
	(void)rd_bytes(r, len);
}

struct rd rd_sub(struct rd *r, size_t len)
{
	const uint8_t *p = rd_bytes(r, len);
	struct rd sub = rd_from(p, p == NULL ? 0 : len);

	sub.failed = p == NULL && (len > 0 || r->failed);
	return sub;
}
