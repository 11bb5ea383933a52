/* SPDX-License-Identifier: BSD-2-Clause */
/* rd.h - a bounded cursor that reads bytes of a frame; the only way packet bytes are read. */
#ifndef TCPSHAKE_BASE_RD_H
#define TCPSHAKE_BASE_RD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A read past the end returns 0 and makes the cursor fail; it stays failed, so a decoder may do
 * many reads and ask rd_ok() once. The bytes are the caller's and must outlive the cursor.
 */
struct rd {
	const uint8_t *p;
	const uint8_t *end;
	bool failed;
};

static inline struct rd rd_from(const void *bytes, size_t len)
{
	const uint8_t *p = (const uint8_t *)bytes;

	return (struct rd){.p = p, .end = len == 0 ? p : p + len, .failed = false};
}

static inline bool rd_ok(const struct rd *r)
{
	return !r->failed;
}

/* Bytes not yet read; 0 when failed. */
static inline size_t rd_left(const struct rd *r)
{
	return r->failed ? 0 : (size_t)(r->end - r->p);
}

/* The next `len` bytes in place, or NULL (and failed) when there are fewer. */
static inline const uint8_t *rd_bytes(struct rd *r, size_t len)
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

static inline uint8_t rd_u8(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 1);

	return p == NULL ? 0 : p[0];
}

static inline uint16_t rd_be16(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 2);

	if (p == NULL)
		return 0;
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t rd_be32(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 4);

	return p == NULL ? 0
	                 : (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void rd_skip(struct rd *r, size_t len)
{
	(void)rd_bytes(r, len);
}

uint32_t rd_host32(struct rd *r); /* this host's byte order (DLT_NULL) */

/* Copy the next `len` bytes; zeros when there are fewer. */
void rd_copy(struct rd *r, void *out, size_t len);

/* A cursor over the next `len` bytes, which are skipped here; failed when there are fewer. */
struct rd rd_sub(struct rd *r, size_t len);

#endif
