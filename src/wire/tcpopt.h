/* SPDX-License-Identifier: BSD-2-Clause */
/* tcpopt.h - TCP options: encode, decode and text, from one table. */
#ifndef TCPSHAKE_WIRE_TCPOPT_H
#define TCPSHAKE_WIRE_TCPOPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rd.h"
#include "base/text.h"
#include "base/wr.h"

#define TCPOPT_SPACE 40 /* the header's room for options: 60 - 20 bytes */

/* IANA "TCP Option Kind Numbers". */
enum tcpopt_kind {
	TCPOPT_KIND_EOL = 0,
	TCPOPT_KIND_NOP = 1,
	TCPOPT_KIND_MSS = 2,    /* RFC 9293 3.7.1 */
	TCPOPT_KIND_WSCALE = 3, /* RFC 7323 2.2 */
	TCPOPT_KIND_SACKOK = 4, /* RFC 2018 2 */
	TCPOPT_KIND_SACK = 5,   /* RFC 2018 3 */
	TCPOPT_KIND_TS = 8,     /* RFC 7323 3.2 */
	TCPOPT_KIND_MD5 = 19,   /* RFC 2385 */
	TCPOPT_KIND_MPTCP = 30, /* RFC 8684 3 */
	TCPOPT_KIND_TFO = 34,   /* RFC 7413 4.1.1 */
};

/* What an option block says. The last one wins where an option stands twice. */
struct tcpopts {
	bool mss_present, wscale_present, sackok, ts_present;
	bool malformed; /* a length that cannot be: what stands before it was read */
	uint16_t mss;
	uint8_t wscale; /* as sent; more than 14 counts as 14 (RFC 7323 2.3) */
	uint32_t tsval, tsecr;
};

/* Decode `len` option bytes. Unknown options are skipped (RFC 9293 MUST-6). */
struct tcpopts tcpopt_decode(const uint8_t *raw, size_t len);

/* Has it an option of this kind? Then `value` reads what follows its length byte. */
bool tcpopt_find(const uint8_t *raw, size_t len, uint8_t kind, struct rd *value);

/* Append "<mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>" in wire order; nothing for no options. */
void tcpopt_text(struct text *t, const uint8_t *raw, size_t len);

/* As tcpopt_text() without timestamps' numbers: "<mss 1460,sackOK,TS,nop,wscale 7>". */
void tcpopt_text_short(struct text *t, const uint8_t *raw, size_t len);

/* Write one option. */
void tcpopt_put_nop(struct wr *w);
void tcpopt_put_mss(struct wr *w, uint16_t mss);
void tcpopt_put_wscale(struct wr *w, uint8_t shift);
void tcpopt_put_sackok(struct wr *w);
void tcpopt_put_ts(struct wr *w, uint32_t tsval, uint32_t tsecr);

/* A block of the SACK option: its first sequence number, and the one after its last (RFC 2018 3). */
struct tcpopt_block {
	uint32_t from, to;
};

void tcpopt_put_sack(struct wr *w, const struct tcpopt_block *blocks, size_t n);

/* Read the next block behind tcpopt_find(). False: there is none. */
bool tcpopt_next_sack(struct rd *value, struct tcpopt_block *b);

/* A cookie, or the request for one if `len` is 0. */
void tcpopt_put_fastopen(struct wr *w, const uint8_t *cookie, size_t len);

#endif
