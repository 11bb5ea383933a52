/* SPDX-License-Identifier: BSD-2-Clause */
/* flows.h - the connections of a capture file that are held: a bounded table, oldest first. */
#ifndef TCPSHAKE_ENGINE_FLOWS_H
#define TCPSHAKE_ENGINE_FLOWS_H

#include <stdbool.h>
#include <stdint.h>

#include "tcp/completeness.h"
#include "tcp/connstate.h"
#include "tcp/track.h"
#include "wire/packet.h"

#define FLOWS_NONE      UINT32_MAX
#define FLOW_FRAMES_MAX 3 /* findings whose frame is remembered: the first ones */

/* Both ends, the lower one first, so that either direction has the same key. */
struct flow_key {
	uint8_t addr[2][16];
	uint16_t port[2];
	uint16_t family; /* enum addr_family */
};

/* What one end sent. */
struct flow_sent {
	uint64_t bytes; /* of user data, repeated ones too */
	uint32_t segments;
	uint16_t retransmits, syn, syn_ack, fin, rst; /* stop at their maximum */
};

enum flow_opened {
	FLOW_SYN,     /* its first frame is a SYN */
	FLOW_SYN_ACK, /* its first frame is a SYN-ACK: the SYN is missing */
	FLOW_MID,     /* neither: the connection was there before */
};

/* Which of the lists a flow is in; by what may be forgotten first. */
enum flow_phase {
	FLOW_CLOSED, /* over: it stays a while for what is late */
	FLOW_ASKED,  /* a SYN without an answer */
	FLOW_HALF,   /* an answer without its acknowledgment */
	FLOW_OPEN,
	FLOW_PHASES,
};

/* One connection, in less than 400 bytes with its part of the table. */
struct flow {
	struct flow_key key;
	uint8_t client; /* which end of the key is the client */
	uint8_t based;  /* bits: base of that end is known */
	struct track track;
	struct completeness completeness;
	ns_t first, last; /* stamps */
	uint64_t visited
		[2]; /* by enum track_side: states in order, four bits each, the last lowest */
	struct flow_sent sent[2]; /* by enum track_side */
	struct connstate connstate;
	uint32_t stream;                  /* number of the connection in its file, from 0 */
	uint32_t first_frame, last_frame; /* numbers in the file, from 1 */
	uint32_t base[2]; /* by key: sequence number of its SYN, or before its first frame */
	uint32_t older;   /* the connection before on the same key, until this one is answered */
	uint32_t number;  /* its own */
	uint32_t next, prev, chain; /* in its list and bucket */
	uint32_t found_frame[FLOW_FRAMES_MAX], reset_frame;
	uint8_t found[FLOW_FRAMES_MAX]; /* enum track_finding + 1, + FLOW_OF_CLIENT; 0: none */
	uint8_t phase;                  /* enum flow_phase */
	uint8_t hint;                   /* enum flow_hint */
	uint8_t reset;                  /* enum flow_reset */
	uint8_t icmp;       /* enum icmp_meaning of an error that quotes it, or ICMP_IGNORED */
	uint8_t opened : 2; /* enum flow_opened */
	bool reused : 1;    /* a new connection on a key that another one had */
	bool keyed : 1;     /* it stands for its key */
	bool held : 1;      /* from flows_add() to flows_drop() */
};

#define FLOW_OF_CLIENT 0x80

/* Reasons to look for SYN cookies. */
enum flow_hint {
	FLOW_HINT_NONE,
	FLOW_HINT_WINDOW_0,     /* the SYN-ACK has no window, as of a proxy */
	FLOW_HINT_OPTIONS_LOST, /* another SYN-ACK of this server has options that this one lacks */
	FLOW_HINT_LINEAR,       /* two ISNs on one tuple differ as the client's do */
};

/* The first reset that ended it, and when in its life. */
enum flow_reset {
	FLOW_NO_RESET,
	FLOW_REFUSED,          /* the SYN */
	FLOW_HALF_OPEN,        /* before the handshake was complete */
	FLOW_ABORTED,          /* nobody had begun to close */
	FLOW_AFTER_FIN,        /* instead of its own FIN */
	FLOW_AFTER_OWN_FIN,    /* of one who had closed: data came, or it gave up */
	FLOW_BY_CLIENT = 0x80, /* and the client sent it */
};

struct flows;

/* A table of at most `max` flows, or NULL without memory. It grows as they come. */
struct flows *flows_new(uint32_t max);
void flows_free(struct flows *t); /* NULL is allowed */

/* The key of a frame; `side` becomes which of its ends sent it. */
struct flow_key flows_key(const struct packet *p, uint8_t *side);

struct flow *flows_find(struct flows *t, const struct flow_key *key); /* NULL: none */

/* A new one, in no list; it stands for its key from now on. NULL: the table is full, or memory is. */
struct flow *flows_add(struct flows *t, const struct flow_key *key);

/* Put `f` at the end of the list of this phase. */
void flows_touch(struct flows *t, struct flow *f, enum flow_phase phase);

/* Take `f` out of its list and from its key; it stays until flows_drop(). */
void flows_detach(struct flows *t, struct flow *f);
void flows_drop(struct flows *t, struct flow *f);

/* Forget all at once. */
void flows_clear(struct flows *t);

/* The one that was touched longest ago, or NULL. */
struct flow *flows_oldest(struct flows *t, enum flow_phase phase);

struct flow *flows_at(struct flows *t, uint32_t number);

/* The number of a flow that is held: the first from `from` on, or FLOWS_NONE. */
uint32_t flows_next(struct flows *t, uint32_t from);
uint32_t flows_count(const struct flows *t);
bool flows_full(const struct flows *t);

#endif
