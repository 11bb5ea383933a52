/* SPDX-License-Identifier: BSD-2-Clause */
/* wr.h - a bounded cursor that writes bytes. */
#ifndef TCPSHAKE_BASE_WR_H
#define TCPSHAKE_BASE_WR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A write past the end changes nothing and makes the cursor fail; it stays failed. */
struct wr {
	uint8_t *start;
	uint8_t *p;
	uint8_t *end;
	bool failed;
};

struct wr wr_into(void *bytes, size_t cap);

bool wr_ok(const struct wr *w);
size_t wr_len(const struct wr *w); /* bytes written so far */

void wr_u8(struct wr *w, uint8_t v);
void wr_be16(struct wr *w, uint16_t v);
void wr_be32(struct wr *w, uint32_t v);
void wr_host16(struct wr *w, uint16_t v); /* this host's byte order (pcapng) */
void wr_host32(struct wr *w, uint32_t v);
void wr_bytes(struct wr *w, const void *bytes, size_t len);
void wr_zeros(struct wr *w, size_t len);

#endif
