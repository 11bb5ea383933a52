/* SPDX-License-Identifier: BSD-2-Clause */
/* check_seen.h - what replies amount to: each kind is a bit, so that rules are sets. */
#ifndef TCPSHAKE_PROBE_CHECK_SEEN_H
#define TCPSHAKE_PROBE_CHECK_SEEN_H

#include <stdint.h>

#include "base/text.h"
#include "scenario/stepper.h"

/* Numbers are of the segment that is answered: SEG.SEQ, SEG.ACK, SEG.LEN, and RCV.NXT before it. */
enum check_seen {
	SAW_ACK = 1 << 0, /* ACK of RCV.NXT: a duplicate or a challenge, the wire cannot tell */
	SAW_ACK_PART = 1 << 1, /* of some of what was sent */
	SAW_ACK_ALL = 1 << 2,  /* of all of it: SEG.SEQ + SEG.LEN */
	SAW_ACK_ODD = 1 << 3,  /* of anything else */
	SAW_RST = 1 << 4,      /* without ACK, at SEG.ACK (RFC 9293 3.5.2) */
	SAW_RST_ACK = 1 << 5,  /* at 0, of SEG.SEQ + SEG.LEN */
	SAW_RST_BOTH = 1 << 6, /* with ACK where there should be none, or of an open connection */
	SAW_RST_ODD = 1 << 7,  /* with other numbers */
	SAW_SYN_ACK = 1 << 8,  /* of our SYN */
	SAW_SYN_ACK_AGAIN = 1 << 9, /* the one of this connection once more */
	SAW_SYN_ACK_ODD = 1 << 10,  /* of something else */
	SAW_ISN_LOW = 1 << 11,      /* a new ISN that is not above what was sent before */
	SAW_FIN = 1 << 12,
	SAW_FIN_AGAIN = 1 << 13,
	SAW_DATA = 1 << 14,
	SAW_REPEATS = 1 << 15,    /* the same segment three times */
	SAW_BACKOFF = 1 << 16,    /* with growing pauses */
	SAW_NO_TS = 1 << 17,      /* a segment without timestamps where they were agreed on */
	SAW_SYN_OPTION = 1 << 18, /* MSS, window scale or SACK-permitted outside of a SYN */
	SAW_UNASKED = 1 << 19,    /* an option in the SYN-ACK that the SYN did not have */
	SAW_ECE = 1 << 20,        /* ECE in the SYN-ACK */
	SAW_CWR = 1 << 21,        /* CWR in the SYN-ACK */
	SAW_TFO = 1 << 22,        /* a cookie of Fast Open in the SYN-ACK */
	SAW_MPTCP = 1 << 23,
	SAW_LARGE = 1 << 24,    /* more user data in a segment than our MSS allows, */
	SAW_JOINED = 1 << 30,   /* or in several that a device or kernel joined (GSO, GRO) */
	SAW_BEYOND = 1 << 25,   /* user data beyond our window */
	SAW_MERGED = 1 << 26,   /* the FIN came with the ACK of ours: three segments end it */
	SAW_ECT = 1 << 27,      /* the SYN-ACK is ECN-capable in its IP header */
	SAW_ISN_NEAR = 1 << 28, /* three connections, three ISNs that lie close together */
	SAW_SILENCE = 1 << 29,  /* none of SAW_ANSWERS; set by check_judge() */
};

#define SAW_MUCH      (UINT64_C(1) << 31) /* more user data than one segment may hold */
#define SAW_SACK      (UINT64_C(1) << 32) /* SACK blocks */
#define SAW_NO_SACK   (UINT64_C(1) << 33) /* the SYN-ACK of the connection does not permit them */
#define SAW_ISN_CLOCK (UINT64_C(1) << 34) /* three ISNs of one tuple follow a clock */
#define SAW_RST_TS    (UINT64_C(1) << 35) /* a reset with timestamps */

#define SAW_ANY_ACK   (SAW_ACK | SAW_ACK_PART | SAW_ACK_ALL | SAW_ACK_ODD)
#define SAW_ANY_RST   (SAW_RST | SAW_RST_ACK | SAW_RST_BOTH | SAW_RST_ODD)
#define SAW_CONSUMED  (SAW_ACK_PART | SAW_ACK_ALL)

/* What servers send anyway, asked or not: no answer by itself. */
#define SAW_ANSWERS (SAW_ANY_ACK | SAW_ANY_RST | SAW_SYN_ACK | SAW_SYN_ACK_ODD)

/* One reply to one segment. `irs` is the ISN of the server in this connection. */
uint64_t check_seen_one(const struct step_sent *sent, const struct step_reply *r, uint32_t irs);

/* All that a stepper kept of this part of its steps. */
uint64_t check_seen(const struct stepper *st, uint8_t part);

/* "ACK, RST" in the words of a report; "silence" for nothing. */
void check_seen_text(struct text *t, uint64_t seen);

#endif
