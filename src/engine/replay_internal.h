/* SPDX-License-Identifier: BSD-2-Clause */
/* replay_internal.h - what the files of the replay share; nobody else includes it. */
#ifndef TCPSHAKE_ENGINE_REPLAY_INTERNAL_H
#define TCPSHAKE_ENGINE_REPLAY_INTERNAL_H

#include "engine/copies.h"
#include "engine/hints.h"
#include "engine/observe.h"
#include "engine/reassembly.h"
#include "engine/replay.h"
#include "net/bpf.h"
#include "result/ladder.h"
#include "result/stats.h"

#define LINKS_TOLD   8
#define SENDERS_BITS 16

struct replay {
	struct replay_config cfg;
	struct replay_sink sink;
	struct flows *flows;
	struct ladders *ladders; /* NULL: none are wanted */
	struct bpf *filter;      /* NULL: none */
	struct hints hints;
	struct copies copies;
	struct reassembly parts;
	uint8_t trust[1U << SENDERS_BITS]; /* in a sender's checksums, by a hash of its address */
	const char *file;                  /* as records have it: of joined ones the first */
	const char *reading;               /* the one that is read */
	uint32_t streams, frame;           /* of this file */
	ns_t now;                          /* stamp of the last frame that has one */
	ns_t next_expiry;
	bool own;                  /* the file is one of tcpshake's own */
	bool unstamped;            /* it has frames without a stamp: times mean nothing */
	uint32_t told[LINKS_TOLD]; /* link types that cannot be read, + 1 */
	struct summary_record counts;
	struct stats rtt, handshake;
};

/* Give a flow its frame: a segment, or an ICMP error that quotes one (replay_flows.c). */
void replay_segment(struct replay *r, struct observed *o);
void replay_icmp(struct replay *r, const struct packet *p);

/* This sender's checksums are wrong by design: somebody acknowledged what seemed damaged (replay.c). */
void replay_distrust(struct replay *r, const struct addr *sender);

/* Tell of a flow, and of the one that it may have replaced, and forget both. */
void replay_finish(struct replay *r, struct flow *f);

/* Tell of what is over for so long that nothing more is to come. */
void replay_expire(struct replay *r);

/* Tell the sink of a flow, and count it (replay_record.c). */
void replay_tell(struct replay *r, const struct flow *f);

#endif
