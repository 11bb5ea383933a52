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

struct rd rd_from(const void *bytes, size_t len);

bool rd_ok(const struct rd *r);
size_t rd_left(const struct rd *r); /* bytes not yet read; 0 when failed */

uint8_t rd_u8(struct rd *r);
uint16_t rd_be16(struct rd *r);
uint32_t rd_be32(struct rd *r);
uint32_t rd_host32(struct rd *r); /* this host's byte order (DLT_NULL) */

/* The next `len` bytes in place, or NULL (and failed) when there are fewer. */
const uint8_t *rd_bytes(struct rd *r, size_t len);

/* Copy the next `len` bytes; zeros when there are fewer. */
void rd_copy(struct rd *r, void *out, size_t len);

void rd_skip(struct rd *r, size_t len);

/* A cursor over the next `len` bytes, which are skipped here; failed when there are fewer. */
struct rd rd_sub(struct rd *r, size_t len);

#endif
