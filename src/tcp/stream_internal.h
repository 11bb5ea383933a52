/* SPDX-License-Identifier: BSD-2-Clause */
/* stream_internal.h - what a connection with a stream keeps besides struct conn; for conn and stream. */
#ifndef TCPSHAKE_TCP_STREAM_INTERNAL_H
#define TCPSHAKE_TCP_STREAM_INTERNAL_H

#include "base/ns.h"
#include "tcp/cong.h"
#include "tcp/ranges.h"
#include "tcp/rcvq.h"
#include "tcp/rto.h"
#include "tcp/sndq.h"
#include "tcp/stream.h"

#define STREAM_NO_FIN UINT64_MAX

/* What the sender knows of losses. */
enum stream_mode {
	STREAM_OPEN,    /* of none */
	STREAM_RECOVER, /* duplicate ACKs showed one (RFC 6582, RFC 6675) */
	STREAM_LOSS,    /* the timer did: all that is under way is taken for lost (RFC 6298) */
};

/*
 * The sender counts in offsets, from 0 for the first byte; its FIN, if any, is the offset after the last. Of
 * what is under way, [una, nxt), all below `lost_to` is taken for lost but for what `sacked` holds; of that
 * all below `repeated` was sent again.
 */
struct stream_sender {
	struct sndq q;
	uint64_t una, nxt; /* SND.UNA, SND.NXT */
	uint64_t lost_to, repeated;
	uint64_t
		recover; /* SND.NXT when the loss was noted; the loss is over when that is acknowledged */
	struct ranges sacked;
	struct cong cong;
	struct rtt rtt;
	uint64_t timed_to; /* the RTT sample under way ends with the ACK of this (Karn) */
	ns_t timed_at;     /* and began then; NS_NONE: there is none */
	ns_t last_at;      /* data was last sent */
	uint64_t retransmits;
	uint32_t wnd;      /* SND.WND */
	uint32_t wl1, wl2; /* SND.WL1, SND.WL2 */
	uint32_t dupacks;
	uint16_t room;     /* of the path, for options and data; 0: what conn advertises */
	uint16_t peer_mss; /* of its SYN, or the default */
	uint16_t mss;      /* data in a full-sized segment */
	uint8_t mode;      /* enum stream_mode */
	uint8_t probes;    /* of the closed window, in a row */
	bool v6;
	bool closing; /* a FIN follows what was written */
	bool force;   /* the next repetition goes out whatever the congestion window says */
	bool persist; /* conn's timer waits for the window to open (RFC 9293 3.8.6.1) */
	bool probe;   /* a probe of the window is to be sent now */
};

struct stream_receiver {
	struct rcvq q;
	uint64_t fin;      /* where the peer's FIN stands, or STREAM_NO_FIN */
	ns_t ack_at;       /* a delayed ACK is due, or NS_NEVER */
	uint32_t edge;     /* sequence number up to which the window was ever offered */
	uint32_t last_ack; /* Last.ACK.sent (RFC 7323 4.3) */
	uint32_t segments; /* taken since the last ACK */
	uint8_t quick;     /* segments that are still acknowledged at once */
	bool ended;        /* the FIN, and all before it, is there */
};

struct stream_fastopen {
	uint8_t cookie[STREAM_COOKIE_MAX], given[STREAM_COOKIE_MAX];
	uint8_t len, given_len;
	bool wanted;   /* the first SYN is to have the option */
	bool accepted; /* the SYN-ACK acknowledged data of the SYN */
};

struct stream {
	struct stream_sender out;
	struct stream_fastopen tfo;
	struct stream_receiver in;
	bool first_ack; /* the third segment of the handshake waits, and is to have no data */
};

#endif
