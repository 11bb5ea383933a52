/* SPDX-License-Identifier: BSD-2-Clause */
/* track.h - watches both ends of one connection, from captured segments only. */
#ifndef TCPSHAKE_TCP_TRACK_H
#define TCPSHAKE_TCP_TRACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ns.h"
#include "wire/seg.h"
#include "wire/state.h"

/* The two ends; the client is who sent the first SYN. Also: who sent a segment. */
enum track_side {
	TRACK_CLIENT,
	TRACK_SERVER,
};

/* What became of a segment. The last three change nothing; an ignored one can leave a finding. */
enum track_take {
	TRACK_TAKEN,
	TRACK_DUPLICATE, /* the server's SYN-ACK, or reset of a SYN, once more */
	TRACK_LATE,      /* the answer to a SYN that its sender had given up (it sent a reset) */
	TRACK_IGNORED, /* no receiver would act on it: old, without ACK, a reset that is not exact */
	TRACK_SPOOFED, /* does not acknowledge what the other end sent, or lies outside its window */
};

/* One end, as its own segments and those that passed towards it show it. */
struct track_end {
	uint32_t iss;
	uint32_t nxt;   /* one past the highest sequence number it sent */
	uint32_t acked; /* the highest acknowledgment it sent: its RCV.NXT, at least */
	uint32_t fin;   /* sequence number of its FIN */
	uint16_t win;   /* of its last segment, not scaled */
	uint8_t wscale; /* of its SYN */
	uint8_t state;  /* enum tcp_state; written by track_set_state() alone */
	uint16_t seen;  /* of enum track_seen */
};

enum track_seen {
	SEEN_SYN = 1,        /* it sent a SYN: iss and nxt are known */
	SEEN_ACK = 2,        /* it sent an ACK: acked is known */
	SEEN_FIN = 4,        /* it sent a FIN: fin is known */
	SEEN_FIN_ACKED = 8,  /* and the other end acknowledged it */
	SEEN_RST = 16,       /* it reset the connection */
	SEEN_TS = 32,        /* its SYN offered timestamps */
	SEEN_WSCALE = 64,    /* its SYN offered window scale */
	SEEN_SACKOK = 128,   /* its SYN offered SACK */
	SEEN_REPEAT = 256,   /* it sent something twice: a segment was lost, or its answer */
	SEEN_RST_LATE = 512, /* its reset came when both FINs were already acknowledged */
	SEEN_ASSUMED =
		1024, /* its SYN was not captured: iss and nxt are what the first segment shows */
	SEEN_MUTE = 2048, /* and nothing of it was captured so far, only what acknowledges it */
};

struct track {
	struct track_end end[2]; /* by enum track_side */
	ns_t syn_first,
		syn_last;   /* stamps of the client's SYNs; syn_last: the last before the answer */
	ns_t answer;        /* stamp of the first SYN-ACK, or of the reset that refused the SYN */
	ns_t third;         /* stamp of the client's first ACK of the SYN-ACK */
	ns_t last;          /* stamp of the last segment that was taken until it was over */
	uint32_t syn_tsval; /* TSval of the SYN at syn_last */
	uint16_t findings;  /* bits of enum track_finding: the server's, and what is nobody's */
	uint16_t client_findings;
	uint32_t
		fin_us; /* the client's first FIN: microseconds after syn_first, see SHAPE_FIN_TIMED */
	uint16_t syn_sent; /* SYNs of the client, the first included */
	uint16_t shape;    /* of enum in close.h: how the answer and the FINs met */
};

/* Rules that were broken, and evidence that is missing. track_finding_info() explains each. */
enum track_finding {
	FIND_ACKED_UNSENT,
	FIND_FIN_MOVED,
	FIND_DATA_AFTER_FIN,
	FIND_OPTION_UNASKED,
	FIND_TS_MISSING,
	FIND_REPLY_TO_RST,
	FIND_REFUSAL_SEQ,
	FIND_RST_INEXACT,
	FIND_RST_FOR_FIN,
	FIND_SERVER_RST,
	FIND_NO_FIN,
	FIND_FIN_UNACKED,
	FIND_RST_UNSEEN,
	FIND_HOST_RST,
	FIND_SYN_OPTION_LATER,
	FIND_FRAMES_MISSING,
	FIND_COUNT,
};

/* Told of each change of state, in order; also that an end which refused is, as it was, CLOSED. */
typedef void track_change_fn(void *ctx, enum track_side who, enum tcp_state to);

void track_init(struct track *t);

/*
 * As track_init(), for a capture file: it may begin anywhere, hold one direction only, and lack frames. An
 * end whose SYN is not there is taken as its segments, or those that acknowledge it, show it.
 */
void track_init_anywhere(struct track *t);

/* The handshake was completed, or its end was seen by what came after. */
bool track_opened(const struct track *t);

/* Does the tracker know a connection that was open when its first segment was captured? */
bool track_midstream(const struct track *t);

/*
 * Are both ends done: refused, reset, or each FIN acknowledged? What still comes is late: a run that ended
 * here and its capture, which goes on, agree if they leave it out.
 */
bool track_over(const struct track *t);

/*
 * Feed one captured segment: who sent it, and its capture stamp. `changed` (may be NULL) hears the
 * changes of state that it caused.
 */
enum track_take track_feed(struct track *t, enum track_side from, const struct seg *s, ns_t stamp,
                           track_change_fn *changed, void *ctx);

/*
 * A frame of `from` is not fed, as its checksum is wrong. If its receiver acknowledges it all the same, the
 * fault was the capture's.
 */
void track_note_damaged(struct track *t, enum track_side from);

/* The host's own kernel reset the connection: whatever was measured is void. */
void track_note_host_rst(struct track *t);

enum tcp_state track_state(const struct track *t, enum track_side who);

/* Did `who` send a segment that held sequence number `seq`? For ICMP quotes in captures. */
bool track_sent(const struct track *t, enum track_side who, uint32_t seq);

/*
 * Answer's stamp minus SYN's stamp, if exactly one SYN can have caused the answer: it was the only
 * one sent before it, or the SYN-ACK echoes the TSval of the last (Karn). Else NS_NONE. Also NS_NONE
 * when the answer took so long that it may be the server's own retransmission of a lost SYN-ACK
 * (RFC 6298 2.1: not before one second), unless the SYN was sent once and the FIN's ACK took as long.
 */
ns_t track_rtt(const struct track *t);

/* First SYN to the client's first ACK of the SYN-ACK; NS_NONE when there was none. */
ns_t track_handshake(const struct track *t);

/* Was the SYN refused by a reset? */
bool track_refused(const struct track *t);

/* The server answered the SYN with a SYN-ACK. */
bool track_answered(const struct track *t);

/* A segment of either end was seen twice: the path loses segments, or delays them beyond the RTO. */
bool track_lossy(const struct track *t);

#endif
