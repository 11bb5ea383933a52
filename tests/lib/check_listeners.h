/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_listeners.h - listeners as pure functions: what systems and boxes answer to a SYN, an ACK, a reset.
 *
 * Formats follow net/ipv4/syncookies.c (Linux 6.12), tcp_syncache.c (FreeBSD), pf_syncookies.c and DPVS;
 * each was written from its description, not taken from it.
 */
#ifndef TCPSHAKE_TESTS_LIB_CHECK_LISTENERS_H
#define TCPSHAKE_TESTS_LIB_CHECK_LISTENERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ns.h"
#include "base/rng.h"
#include "base/siphash.h"
#include "wire/seg.h"

enum listener_kind {
	LISTENER_LINUX,         /* half-open connections, up to the backlog */
	LISTENER_LINUX_COOKIES, /* tcp_syncookies 2 */
	LISTENER_SYNPROXY,      /* netfilter */
	LISTENER_XDP,           /* the kernel's synproxy program */
	LISTENER_DPVS,
	LISTENER_FREEBSD,      /* SYN cache, ISNs are cookies */
	LISTENER_FREEBSD_ONLY, /* net.inet.tcp.syncookies_only */
	LISTENER_PF,           /* pf with set syncookies always */
	LISTENER_PF_SYNPROXY,  /* pf with synproxy state */
	LISTENER_RANDOM_STATE, /* half-open connections with random ISNs, challenge ACKs: OpenBSD */
	LISTENER_CACHE,        /* a SYN cache with random ISNs: NetBSD */
	LISTENER_REPLACES,     /* each SYN replaces the half-open connection; random ISNs */
	LISTENER_MAC,          /* stateless, the ISN is a keyed hash of all that the SYN says */
	LISTENER_RANDOM,       /* stateless, random ISNs */
	LISTENER_TRIVIAL,      /* stateless, ISN = ours + a constant */
	LISTENER_CLOSED,
	LISTENER_DEAD,
	LISTENER_KINDS,
};

#define LISTENER_PORTS 1200 /* client ports, from 0 */

/* A half-open connection. */
struct listener_half_open {
	bool used;
	uint32_t x, s;
	uint16_t mss;
	ns_t again;       /* when the SYN-ACK is sent again */
	uint8_t repeats;  /* how often it was */
	bool answered;    /* when the backlog was full */
	uint32_t refused; /* the SYN that got a reset */
	ns_t challenged;  /* when the last challenge ACK was sent */
	struct seg answer;
};

struct listener {
	enum listener_kind kind;
	bool v6;
	bool dead_options; /* offers neither SACK nor window scale: an option contrast shows nothing */
	bool cookies;      /* LISTENER_LINUX sends cookies when the backlog is full, else drops */
	uint32_t backlog; /* LISTENER_LINUX: half-open connections before that; 0: no limit */
	double flap;      /* LISTENER_LINUX: chance that a SYN finds the queue full */
	ns_t minute;      /* when the cookies' minute changes first */
	bool repeats;     /* LISTENER_REPLACES answers the same SYN with the same SYN-ACK */
	bool per_port;    /* LISTENER_TRIVIAL adds another constant for each port */
	bool once;    /* LISTENER_LINUX answers no second SYN of a port when the backlog is full */
	bool refuses; /* a SYN's first try gets a reset, the next a SYN-ACK */
	bool random;  /* LISTENER_LINUX: what looks like its cookies is none: random ISNs */
	bool deaf;    /* to resets, and limits no challenge ACKs */
	uint32_t ignored[2]; /* from these ports SYNs are lost, always; 0: from none */
	bool rewrites; /* a box before it changes sequence numbers, anew for each connection */
	bool strict;   /* that box also drops a second SYN of a connection */
	struct siphash_key key;
	struct rng rng;
	uint32_t half_open;   /* now */
	uint32_t most;        /* at the most */
	uint32_t connections; /* bare ACKs that were accepted */
	struct listener_half_open port[LISTENER_PORTS];
	struct {
		bool used, closed;
		uint32_t a, b; /* what is added to our numbers, and to the server's */
	} box[LISTENER_PORTS];
};

void listener_init(struct listener *s, enum listener_kind kind, bool v6, uint64_t seed);

/* Our segment from this port arrives; true when `out` answers it. */
bool listener_hears(struct listener *s, uint32_t port, const struct seg *in, ns_t now,
                    struct seg *out);

/* A SYN-ACK that is due again; true when `out` is one, from this port. */
bool listener_repeats(struct listener *s, ns_t now, uint32_t *port, struct seg *out);

#endif
