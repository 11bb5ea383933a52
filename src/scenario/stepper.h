/* SPDX-License-Identifier: BSD-2-Clause */
/* stepper.h - does the steps of one connection and keeps what was heard. The only interpreter of steps. */
#ifndef TCPSHAKE_SCENARIO_STEPPER_H
#define TCPSHAKE_SCENARIO_STEPPER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ns.h"
#include "scenario/step.h"
#include "tcp/profile.h"

#define STEPPER_PARTS   4  /* arrays of steps, one after the other */
#define STEPPER_SENT    16 /* segments remembered since the mark */
#define STEPPER_REPLIES 24 /* the first ones, and the last */
#define STEPPER_GIVEN   16 /* bytes of a Fast Open cookie (RFC 7413 4.1.1), or of an MPTCP key */

struct stepper_config {
	const struct profile *profile; /* what our SYN offers; timestamps only where `timestamps` */
	bool timestamps;
	uint16_t mss;
	bool v6;
	uint8_t tos;
	uint8_t syn_retries;
	ns_t rto;     /* of the first SYN */
	ns_t timeout; /* after the last transmission of a segment; 0: its RTO */
	bool ecn;     /* our SYN asks for ECN */
	const char *request;
	uint16_t request_len;
	uint32_t iss, foreign; /* our ISN, and what is acknowledged where nothing was received */
	uint32_t ts_base;
};

/* A segment of ours, with what the numbers were before it. */
struct step_sent {
	uint32_t seq, ack, len; /* len: SEG.LEN */
	uint16_t flags;
	uint16_t opt_kinds; /* as of a reply */
	bool window_0;
	uint32_t snd_nxt, rcv_nxt;
};

/* A segment of the server. */
struct step_reply {
	ns_t stamp;
	uint32_t seq, ack;
	uint32_t rcv_nxt; /* what we expected before it */
	uint32_t payload;
	uint16_t flags;
	uint16_t opt_kinds; /* the options that it carries, by stepper_option() */
	bool whole;         /* as it was on the wire: its checksum is complete */
	uint8_t ecn;        /* of the IP header */
	uint8_t sent;       /* index of our last segment before it */
	uint8_t part;       /* the part in which it was heard */
};

/* The bit of an option's kind: those below 13, Fast Open and MPTCP have one. */
uint16_t stepper_option(uint8_t kind);

enum stepper_end {
	STEPPER_RUNNING,
	STEPPER_DONE,
	STEPPER_NO_ANSWER, /* a STEP_UNTIL waited in vain */
	STEPPER_NO_FIN,    /* the same, for the server's FIN */
	STEPPER_RESET,     /* the server reset the connection before the mark */
	STEPPER_STATE,     /* STEP_STATE: it is in another one */
	STEPPER_NOT_FULL,  /* STEP_FILL: its window stays open */
};

struct stepper {
	const struct stepper_config *cfg;
	const struct step *part[STEPPER_PARTS];
	uint8_t parts, at_part, at_step;
	uint8_t end;          /* enum stepper_end */
	uint8_t state;        /* of the server, as the tracker last said: enum tcp_state */
	uint16_t events;      /* of enum step_event */
	uint8_t tries;        /* left, of this STEP_UNTIL */
	uint8_t repeats;      /* of the server's SYN-ACK, FIN or window probe, since the mark */
	uint32_t filled;      /* bytes that STEP_FILL has sent */
	bool full;            /* and then the server closed its window, at full_at */
	bool backs_off;       /* a pause between them was longer than one before */
	bool entered;         /* the step at which we are has begun */
	bool resend, ack_due; /* to be sent next */
	bool marked;
	bool ts_on;    /* both sides offered timestamps */
	bool scaled;   /* and window scales */
	bool sack_on;  /* and SACK */
	bool fin_seen; /* rcv_nxt counts a FIN */
	uint8_t peer_wscale;
	uint16_t win; /* to advertise from now on; 0: the usual */
	ns_t rto, deadline, give_up, full_at;
	ns_t turn;            /* first SYN to SYN-ACK, as it was scheduled; NS_NONE: not yet */
	ns_t sent_at;         /* the last segment was handed out */
	ns_t syn_ack, fin;    /* stamps of the server's first, or NS_NONE */
	ns_t repeated, pause; /* stamp of the last of those repeated; the shortest pause */
	uint32_t snd_nxt, snd_wnd, irs, rcv_nxt, rcv_acked, peer_ack, tsval, ts_recent;
	uint32_t fin_end;
	uint32_t other_isn;    /* of its SYN-ACK to a SYN that was no opening of ours */
	bool other;            /* there was one */
	uint32_t mss_told;     /* by our SYN: no segment may hold more; without, RFC 9293 3.7.1 */
	struct step_sent last; /* the last STEP_SEND */
	uint8_t given[STEPPER_GIVEN],
		given_len; /* by its SYN-ACK: a Fast Open cookie or MPTCP key */
	uint8_t sent_count, reply_count;
	struct step_sent sent[STEPPER_SENT];
	struct step_reply reply[STEPPER_REPLIES];
};

/* Begin with the steps of `parts` arrays, each ended by STEP_END. They and `cfg` outlive the stepper. */
void stepper_start(struct stepper *st, const struct stepper_config *cfg,
                   const struct step *const *part, uint8_t parts, ns_t now);

/*
 * The server sent this. False when its numbers are nowhere near the connection's: a forgery or a stray;
 * nothing has changed then.
 */
bool stepper_heard(struct stepper *st, const struct seg *s, ns_t stamp, ns_t now);

/* The tracker's opinion of the server's state, after any frame. */
void stepper_note_state(struct stepper *st, enum tcp_state server, ns_t now);

void stepper_timer(struct stepper *st, ns_t now);

/* The next segment to send, if one is due now. */
bool stepper_next(struct stepper *st, struct seg *out, ns_t now);

ns_t stepper_deadline(const struct stepper *st); /* NS_NEVER once it has ended */

/* Where the server's RCV.NXT is, by its own word where it gave one: a reset there is exact. */
uint32_t stepper_reset_seq(const struct stepper *st);

/* What to acknowledge there: one past what the server sent. */
uint32_t stepper_reset_ack(const struct stepper *st);

/* Fill `out` with a reset at `seq`. */
void stepper_build_reset(const struct stepper *st, uint32_t seq, struct seg *out);

#endif
