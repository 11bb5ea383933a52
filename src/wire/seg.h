/* SPDX-License-Identifier: BSD-2-Clause */
/* seg.h - one TCP segment as a value: what is sent, and what was seen. */
#ifndef TCPSHAKE_WIRE_SEG_H
#define TCPSHAKE_WIRE_SEG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/tcpopt.h"

/* The header's control bits (RFC 9293 3.1, RFC 3168 6.1, RFC 9768 3.1 for AE). */
enum seg_flag {
	SEG_FIN = 0x001,
	SEG_SYN = 0x002,
	SEG_RST = 0x004,
	SEG_PSH = 0x008,
	SEG_ACK = 0x010,
	SEG_URG = 0x020,
	SEG_ECE = 0x040,
	SEG_CWR = 0x080,
	SEG_AE = 0x100,
	SEG_RESERVED = 0xe00,
};

/* The IP header's part of a segment, in both directions. */
struct seg_ip {
	uint8_t ttl;   /* TTL or hop limit */
	uint8_t tos;   /* type of service or traffic class, with the two ECN bits */
	bool df;       /* IPv4 don't fragment; IPv6 never fragments on the way, so false */
	uint16_t id;   /* IPv4 identification, 0 for IPv6 */
	uint32_t flow; /* IPv6 flow label, 0 for IPv4 */
};

struct seg {
	uint32_t seq, ack; /* SEG.SEQ, SEG.ACK */
	uint16_t flags;    /* of enum seg_flag */
	uint16_t win;      /* SEG.WND as it stands in the header, not scaled */
	uint16_t urg;      /* urgent pointer */
	uint8_t opt_len;   /* bytes of opt; a multiple of four */
	uint8_t opt[TCPOPT_SPACE];
	uint32_t payload_len; /* bytes of user data, also where fewer were captured */
	const uint8_t
		*payload;      /* what was captured of it, in the frame's own memory; may be NULL */
	uint32_t payload_here; /* of one that was captured: bytes that lie there */
	bool bad_csum;         /* to be sent with a wrong checksum */
	bool opt_cut;          /* captured without all of its options */
	bool good_csum; /* captured with a complete and right one: no device or kernel joined or cut it */
	struct seg_ip ip;
};

/* SEG.LEN: user data plus one each for SYN and FIN (RFC 9293 3.4). */
uint32_t seg_len(const struct seg *s);

/* All of `set` and none of `clear`. */
bool seg_has(const struct seg *s, unsigned int set, unsigned int clear);

/* The decoded options. */
struct tcpopts seg_opts(const struct seg *s);

/* Take the bytes written to `w` as options, padded with NOPs in front to a multiple of four. */
void seg_set_opts(struct seg *s, const struct wr *w);

/*
 * Append the segment in packetdrill notation, "S. 0:0(0) ack 1 win 65535 <mss 1460>", with
 * sequence numbers relative to the bases (pass 0 for absolute ones).
 */
void seg_text(struct text *t, const struct seg *s, uint32_t seq_base, uint32_t ack_base);

/* Append the flags as packetdrill writes them: "S", "S.", "F.", "." and "-" for none. */
void seg_flags_text(struct text *t, uint16_t set);

/* Parse "syn,ece" or "fin,psh,urg" or "none". False when a name is unknown. */
bool seg_flags_parse(const char *s, uint16_t *flags);

#endif
