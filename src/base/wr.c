/* SPDX-License-Identifier: BSD-2-Clause */
/* wr.c - bounded writes with a sticky failure. */
#include "base/wr.h"

#include <string.h>

struct wr wr_into(void *bytes, size_t cap)
{
	uint8_t *p = bytes;

	return (struct wr){.start = p, .p = p, .end = p + cap, .failed = false};
}

bool wr_ok(const struct wr *w)
{
	return !w->failed;
}

size_t wr_len(const struct wr *w)
{
	return (size_t)(w->p - w->start);
}

/* Room for `len` bytes, or NULL and failed. */
static uint8_t *reserve(struct wr *w, size_t len)
{
	uint8_t *p = w->p;

	if (w->failed || (size_t)(w->end - w->p) < len) {
		w->failed = true;
		return NULL;
	}
	w->p += len;
	return p;
}

void wr_bytes(struct wr *w, const void *bytes, size_t len)
{
	uint8_t *p = reserve(w, len);

	if (p != NULL && len > 0)
		memcpy(p, bytes, len);
}

void wr_zeros(struct wr *w, size_t len)
{
	uint8_t *p = reserve(w, len);

	if (p != NULL && len > 0)
		memset(p, 0, len);
}

void wr_u8(struct wr *w, uint8_t v)
{
	wr_bytes(w, &v, 1);
}

void wr_be16(struct wr *w, uint16_t v)
{
	wr_bytes(w, (uint8_t[]){(uint8_t)(v >> 8), (uint8_t)v}, 2);
}

void wr_be32(struct wr *w, uint32_t v)
{
	wr_be16(w, (uint16_t)(v >> 16));
	wr_be16(w, (uint16_t)v);
}

void wr_host16(struct wr *w, uint16_t v)
{
	wr_bytes(w, &v, sizeof(v));
}

void wr_host32(struct wr *w, uint32_t v)
{
	wr_bytes(w, &v, sizeof(v));
}
