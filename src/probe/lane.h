/* SPDX-License-Identifier: BSD-2-Clause */
/* lane.h - what the frames of one tuple show, whatever the probe asked. An attempt has one lane or more. */
#ifndef TCPSHAKE_PROBE_LANE_H
#define TCPSHAKE_PROBE_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "probe/close_fill.h"
#include "result/history.h"
#include "result/probe_record.h"
#include "tcp/close.h"
#include "tcp/track.h"
#include "wire/icmp.h"

#define LANE_STATES_MAX 10 /* more changes of state than one connection can have */

/* The header facts of the first believed answer. */
struct lane_reply {
	bool present;
	uint16_t flags, win, ip_id;
	uint8_t ttl;
	bool df;
	uint8_t opt_len;
	uint8_t opt[TCPOPT_SPACE];
};

/* A segment that was handed to the kernel and not yet seen by the capture. */
struct lane_sent {
	uint32_t seq;
	uint16_t flags, ip_id;
};

#define LANE_UNSENT_MAX 4 /* resets of one tuple: one for each SYN of a test for cookies */

#define LANE_SENT_MAX   40 /* more than a probe sends before the capture is read */

struct lane {
	struct track track; /* fed only where `tracked` */
	bool tracked;       /* this is one connection of an ordinary client */
	bool labelled;      /* its lines in the history begin with the port */
	uint16_t port;      /* our source port */
	ns_t first;         /* stamp of our first segment; NS_NONE: none was captured */
	ns_t answered;      /* stamp of the first believed answer; of use where reply.present */
	uint32_t sent;      /* segments handed to the kernel */
	uint32_t seq_first, seq_end; /* the sequence numbers they used */
	uint32_t reply_seq;          /* sequence number of the first believed answer */
	uint32_t ack_heard;          /* of the peer's last segment with ACK, where not tracked */
	uint32_t captured;           /* of ours, seen by the capture */
	uint8_t pending_count;       /* sent and not captured yet: pending[], oldest first */
	struct lane_sent pending[LANE_SENT_MAX];
	uint8_t unsent_count;             /* resets that the kernel refused to send: unsent[] */
	uint32_t unsent[LANE_UNSENT_MAX]; /* their sequence numbers */
	int send_error;                   /* errno of a segment that the kernel refused, or 0 */
	bool host_rst;                    /* this host's kernel reset the connection */
	bool next_hop_silent; /* what we sent never left: the neighbour does not answer ARP or ND */
	bool icmp_present;
	uint8_t icmp_type, icmp_code; /* of the error that ended it */
	enum icmp_meaning icmp_meaning;
	struct addr icmp_from;
	struct lane_reply reply;
	uint8_t states[2][LANE_STATES_MAX]; /* by enum track_side: states visited, in order */
	uint8_t state_count[2];
	struct history *history; /* of the attempt; NULL unless segments are wanted */
};

/* A tracked lane without label and port: those are set afterwards. */
void lane_init(struct lane *l, struct history *history);

/* The kernel took a segment of ours. */
void lane_note_sent(struct lane *l, const struct seg *s);

/*
 * A captured segment of ours, or of the peer. What became of it, by the tracker's rules (TRACK_IGNORED
 * without one); TRACK_SPOOFED also for one that only looks like ours.
 */
enum track_take lane_out(struct lane *l, const struct seg *s, ns_t stamp);
enum track_take lane_in(struct lane *l, const struct seg *s, ns_t stamp);

/* A segment of the peer is believed: the first that answers is remembered. */
void lane_believe(struct lane *l, const struct seg *s, ns_t stamp);

/*
 * An ICMP error quotes a segment of this lane. TRACK_TAKEN: it decides the lane and is remembered.
 * TRACK_IGNORED: it says nothing of reachability, or an answer came before. TRACK_SPOOFED: it quotes a
 * sequence number that we never sent.
 */
enum track_take lane_icmp(struct lane *l, const struct icmp_error *e, const struct addr *from,
                          ns_t stamp);

/* All segments that were sent have passed the capture. */
bool lane_all_captured(const struct lane *l);

/* What answered, in the words of records: state, reason, and more for people (or NULL). */
struct lane_outcome {
	const char *state, *reason, *detail;
};

struct lane_outcome lane_outcome(const struct lane *l);

/* Backing store of a record's lists; must live as long as the record is read. */
struct lane_lists {
	const char *client[LANE_STATES_MAX], *server[LANE_STATES_MAX];
	struct finding_record findings[CLOSE_FINDINGS_MAX];
	char options[128];
	char flags[16];
};

/*
 * Fill what follows from frames: everything but target, address, port, seq, dns and waited. With
 * `times_void` the wall clock was stepped meanwhile: stamps do not compare.
 */
void lane_record(const struct lane *l, bool times_void, struct probe_record *r,
                 struct lane_lists *lists);

#endif
