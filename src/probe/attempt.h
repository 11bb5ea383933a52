/* SPDX-License-Identifier: BSD-2-Clause */
/* attempt.h - what the frames of one attempt show, whatever the probe asked. */
#ifndef TCPSHAKE_PROBE_ATTEMPT_H
#define TCPSHAKE_PROBE_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "result/history.h"
#include "result/probe_record.h"
#include "tcp/close.h"
#include "tcp/track.h"
#include "wire/icmp.h"

#define ATTEMPT_STATES_MAX   10 /* more changes of state than one connection can have */
#define ATTEMPT_FINDINGS_MAX FIND_COUNT

/* The header facts of the first believed answer. */
struct attempt_reply {
	bool present;
	uint16_t flags, win, ip_id;
	uint8_t ttl;
	bool df;
	uint8_t opt_len;
	uint8_t opt[TCPOPT_SPACE];
};

/* A segment that was handed to the kernel and not yet seen by the capture. */
struct attempt_sent {
	uint32_t seq;
	uint16_t flags, ip_id;
};

#define ATTEMPT_SENT_MAX 8 /* more than a probe sends before the capture is read */

struct attempt {
	struct track track;
	ns_t first;    /* stamp of our first segment; NS_NONE: none was captured */
	ns_t answered; /* stamp of the first believed answer; of use where reply.present */
	uint32_t sent; /* segments handed to the kernel */
	uint32_t seq_first, seq_end; /* the sequence numbers they used */
	uint32_t captured;           /* of ours, seen by the capture */
	uint8_t pending_count;       /* sent and not captured yet: pending[], oldest first */
	struct attempt_sent pending[ATTEMPT_SENT_MAX];
	int send_error;       /* errno of a segment that the kernel refused, or 0 */
	bool next_hop_silent; /* what we sent never left: the neighbour does not answer ARP or ND */
	bool times_void;      /* the wall clock was stepped meanwhile: stamps do not compare */
	bool icmp_present;
	uint8_t icmp_type, icmp_code; /* of the error that ended it */
	enum icmp_meaning icmp_meaning;
	struct addr icmp_from;
	struct attempt_reply reply;
	uint8_t states[2][ATTEMPT_STATES_MAX]; /* by enum track_side: states visited, in order */
	uint8_t state_count[2];
	struct history *history; /* NULL unless segments are wanted */
};

void attempt_init(struct attempt *a, struct history *history);

/* The kernel took a segment of ours. */
void attempt_note_sent(struct attempt *a, const struct seg *s);

/*
 * A captured segment of ours, or of the peer. What became of it, by the tracker's rules; TRACK_SPOOFED
 * also for one that only looks like ours.
 */
enum track_take attempt_out(struct attempt *a, const struct seg *s, ns_t stamp);
enum track_take attempt_in(struct attempt *a, const struct seg *s, ns_t stamp);

/* A segment of the peer is believed: the first that answers is remembered. */
void attempt_believe(struct attempt *a, const struct seg *s, ns_t stamp);

/*
 * An ICMP error quotes a segment of this attempt. TRACK_TAKEN: it decides the attempt and is
 * remembered. TRACK_IGNORED: it says nothing of reachability, or an answer came before. TRACK_SPOOFED:
 * it quotes a sequence number that we never sent.
 */
enum track_take attempt_icmp(struct attempt *a, const struct icmp_error *e, const struct addr *from,
                             ns_t stamp);

/* All segments that were sent have passed the capture. */
bool attempt_all_captured(const struct attempt *a);

/* Backing store of a record's lists; must live as long as the record is read. */
struct attempt_lists {
	const char *client[ATTEMPT_STATES_MAX], *server[ATTEMPT_STATES_MAX];
	struct finding_record findings[ATTEMPT_FINDINGS_MAX];
	char options[128];
	char flags[16];
};

/* Fill what follows from frames: everything but target, address, port, seq, dns and waited. */
void attempt_record(const struct attempt *a, struct probe_record *r, struct attempt_lists *lists);

#endif
