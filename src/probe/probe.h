/* SPDX-License-Identifier: BSD-2-Clause */
/* probe.h - a question asked of a target: what a session calls, what a probe answers. */
#ifndef TCPSHAKE_PROBE_PROBE_H
#define TCPSHAKE_PROBE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/ns.h"
#include "base/siphash.h"
#include "probe/answer.h"
#include "wire/seg.h"

/*
 * An attempt has lanes, numbered from 0: tuples that differ in our port. Most probes use one. No lane's
 * tuple was used within the last four minutes.
 */

/* What a probe is told when an attempt starts. */
struct probe_start {
	uint32_t iss;  /* keyed hash of lane 0's tuple and the attempt's number (tcp/isn.h) */
	uint32_t iss2; /* a second such number, for what else must not be guessed */
	struct siphash_key key; /* of the attempt, for numbers of other lanes; known to nobody */
	uint32_t lanes;         /* that may be used: as many as asked for, or fewer */
	uint16_t port;          /* of the target */
	uint16_t room;          /* bytes of user data that fit into a packet on the way */
	bool v6;
	bool local;        /* the target is an address of this host, by its routing table */
	uint64_t seq;      /* number of the attempt at its target, from 1 */
	const char *state; /* of the target by the attempts before: "open"; NULL: the first */
	void *plan;        /* of the target: engine_target.plan */
	ns_t now;
	ns_t wall; /* the same moment by the wall clock */
};

/* A captured segment. */
struct probe_input {
	uint32_t lane;
	const struct seg *seg;
	enum track_take take;      /* the tracker's opinion; TRACK_IGNORED on lanes without one */
	const struct track *track; /* of the lane, after this segment */
	uint32_t uncaptured;       /* segments of the lane that were sent and not captured yet */
	ns_t stamp;                /* of the capture */
	ns_t now;
};

/* A segment to send. */
struct probe_output {
	uint32_t lane;
	struct seg seg;
};

/* May the next attempt at a target begin? */
enum probe_ready {
	PROBE_READY,
	PROBE_WAIT,  /* when another attempt at the same address has ended, maybe */
	PROBE_SPENT, /* there is nothing more to do there */
};

/*
 * `p` is the probe's state of one attempt, `cfg` its configuration. After each of the calls that may
 * cause segments, the session asks next() until it says no, and then deadline().
 */
struct probe_ops {
	const char *name;
	bool tracked;    /* each lane is one ordinary connection: let the tracker watch it */
	bool alone;      /* one attempt at a time at each address: they would disturb one another */
	bool gated;      /* the first attempt at a target ends before others begin */
	bool ordered;    /* records come in the order of attempts, whichever ends first */
	bool unlabelled; /* lanes are used one after the other: their segments need no port */
	enum probe_ready (*ready)(const void *plan); /* of the target's plan; NULL: it always is */
	size_t (*state_size)(const void *cfg);       /* bytes of `p` */
	uint32_t (*lanes)(const void *cfg);          /* tuples that an attempt wants; NULL: one */

	/* The port at the target that a lane goes to: `port`, but for one that has its own; NULL: all. */
	uint16_t (*remote_port)(const void *cfg, uint32_t lane, uint16_t port);
	void (*start)(void *p, const void *cfg, const struct probe_start *s);

	/* The peer sent this. Returns what the session is to count it as: mostly in->take. */
	enum track_take (*heard)(void *p, const struct probe_input *in);
	void (*sent)(void *p, const struct probe_input *in); /* ours was captured; may be NULL */

	/* An ICMP error, or this host's refusal to send, ended it. */
	void (*unreachable)(void *p, uint32_t lane);

	/* An ICMP error: only `room` bytes of options and data fit into a packet. May be NULL. */
	void (*too_big)(void *p, uint32_t lane, uint16_t room, ns_t now);
	void (*timer)(void *p, ns_t now);
	void (*stop)(void *p, ns_t now);   /* the run ends: leave nothing behind */
	bool (*unfinished)(const void *p); /* ending it now would hide the rest; NULL: never */
	bool (*next)(void *p, struct probe_output *out, ns_t now);
	ns_t (*deadline)(const void *p); /* when timer() is due, or NS_NEVER */

	/* The question is answered, as far as the probe is concerned. */
	bool (*done)(const void *p);
	void (*answer)(const void *p, const struct attempt *a, struct answer *out);

	/*
	 * The record is out: give back what start() took. Segments of the connection may still come, and are
	 * to be answered. May be NULL.
	 */
	void (*release)(void *p);
};

#endif
