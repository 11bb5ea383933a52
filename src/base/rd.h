/* SPDX-License-Identifier: BSD-2-Clause */
/* rd.h - a bounded cursor that reads bytes of a frame; the only way packet bytes are read. */
#ifndef TCPSHAKE_BASE_RD_H
#define TCPSHAKE_BASE_RD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A read past the end returns 0 and makes the cursor fail; it stays failed, so a decoder may do
 * many reads and ask rd_ok() once. The bytes are the caller's and must outlive the cursor.
 *
 * Where many numbers stand in a row, take them with rd_sub() and ask rd_ok(): everything here is inline, so
 * the compiler sees that reads within cannot fail, and one comparison is left for all.
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

/* Move on by `len` bytes. False, and failed, when there are fewer. */
static inline bool rd_take(struct rd *r, size_t len)
{
	if (rd_left(r) < len || r->failed) {
		r->failed = true;
		return false;
	}
	if (len > 0)
		r->p += len;
	return true;
}

/* The next `len` bytes in place, or NULL (and failed) when there are fewer. */
static inline const uint8_t *rd_bytes(struct rd *r, size_t len)
{
	const uint8_t *p = r->p;

	return rd_take(r, len) ? p : NULL;
}

static inline uint8_t rd_u8(struct rd *r)
{
	const uint8_t *p = r->p;

	if (!rd_take(r, 1))
		return 0;
	return p[0];
}

static inline uint16_t rd_be16(struct rd *r)
{
	const uint8_t *p = r->p;

	if (!rd_take(r, 2))
		return 0;
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t rd_be32(struct rd *r)
{
	const uint8_t *p = r->p;

	if (!rd_take(r, 4))
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t rd_be64(struct rd *r)
{
	const uint8_t *p = r->p;

	if (!rd_take(r, 8))
		return 0;
	return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
	       (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
	       (uint64_t)p[6] << 8 | p[7];
}

static inline void rd_skip(struct rd *r, size_t len)
{
	(void)rd_take(r, len);
}

/* Copy the next `len` bytes; zeros when there are fewer. */
static inline void rd_copy(struct rd *r, void *out, size_t len)
{
	const uint8_t *p = r->p;
	bool there = rd_take(r, len);

	if (len == 0)
		return;
	if (there)
		memcpy(out, p, len);
	else
		memset(out, 0, len);
}

/* In this host's byte order (DLT_NULL). */
static inline uint32_t rd_host32(struct rd *r)
{
	uint32_t v;

	rd_copy(r, &v, sizeof(v));
	return v;
}

/* A cursor over the next `len` bytes, which are skipped here; failed when there are fewer. */
static inline struct rd rd_sub(struct rd *r, size_t len)
{
	struct rd sub = rd_from(r->p, 0);

	sub.failed = !rd_take(r, len);
	if (!sub.failed)
		sub.end = r->p;
	return sub;
}

#endif
