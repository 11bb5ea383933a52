/* SPDX-License-Identifier: BSD-2-Clause */
/* close.h - how a connection ended, and whether both ends kept the rules. */
#ifndef TCPSHAKE_TCP_CLOSE_H
#define TCPSHAKE_TCP_CLOSE_H

#include "base/ns.h"
#include "tcp/track.h"

/* Bits of track.shape: how the answer and the FINs met. Written by track.c alone. */
enum {
	SHAPE_AMBIGUOUS = 1,    /* more than one SYN can have caused the answer */
	SHAPE_CLIENT_FIRST = 2, /* the client's FIN came first */
	SHAPE_SERVER_FIRST = 4, /* the server's FIN came first */
	SHAPE_CROSSED = 8,      /* the second FIN was sent without knowledge of the first */
	SHAPE_MERGED = 16,      /* the first FIN was acknowledged by the second */
	SHAPE_CLIENT_RST = 32,  /* the client reset it first, before both FINs were acknowledged */
	SHAPE_SERVER_RST = 64,  /* as before, the server */
	SHAPE_REFUSED = 128,    /* the SYN was refused by a reset */
	SHAPE_FIN_AGAIN = 256,  /* the client's FIN was sent more than once */
	SHAPE_SYN_AGAIN = 1024, /* the SYN was sent more than once before the answer */
	SHAPE_FIN_TIMED = 512,  /* track.fin_us is how long its acknowledgment took */
	SHAPE_ANYWHERE = 2048,  /* the capture may begin anywhere, and lack frames */
	SHAPE_LACKS_CLIENT = 8192, /* frames of the client were not fed: damaged, or so it seemed */
	SHAPE_LACKS_SERVER = 16384, /* the same of the server */
	SHAPE_OPENED = 32768,       /* both SYNs were acknowledged, or what followed shows it */
	SHAPE_MIDSTREAM = 4096,     /* and did: the connection was open before its first segment */
};

enum close_kind {
	CLOSE_NONE,         /* no end was seen */
	CLOSE_FIN_4,        /* FIN, ACK, FIN, ACK */
	CLOSE_FIN_3,        /* FIN, FIN and ACK in one, ACK */
	CLOSE_SIMULTANEOUS, /* the FINs crossed */
	CLOSE_HALF_CLOSED,  /* one FIN was acknowledged, the other never came */
	CLOSE_HALF_OPEN,    /* the handshake was never completed */
	CLOSE_RST,
};

enum close_verdict {
	CLOSE_PASS,
	CLOSE_WARN,         /* a SHOULD was broken, or a known deviation was seen */
	CLOSE_FAIL,         /* a MUST was broken */
	CLOSE_INCONCLUSIVE, /* evidence is missing */
};

/* Who began to close: the first FIN, or the reset where there was none. */
enum close_first {
	CLOSE_FIRST_UNKNOWN,
	CLOSE_FIRST_CLIENT,
	CLOSE_FIRST_SERVER,
	CLOSE_FIRST_BOTH,
};

struct close {
	enum close_kind kind;
	enum close_first first;
	enum close_verdict verdict;
	uint32_t findings; /* bits of enum track_finding: the server's, and what is nobody's */
	uint32_t client_findings;
	ns_t duration; /* third segment of the handshake to the last segment; NS_NONE without one */
};

/* Judge what the tracker has seen so far. */
struct close close_judge(const struct track *t);

struct track_finding_info {
	const char *id;
	const char *check; /* the check of `conform` that asks the same, or NULL */
	enum close_verdict verdict;
	const char *text; /* what was seen */
	const char *rule; /* where the rule stands */
};

const struct track_finding_info *track_finding_info(enum track_finding f);

const char *close_kind_name(enum close_kind k);
const char *close_verdict_name(enum close_verdict v);
const char *close_first_name(enum close_first f); /* NULL when unknown */

#endif
