/* SPDX-License-Identifier: BSD-2-Clause */
/* step.h - what one end of a hand-driven connection does, as data: send, wait, look. */
#ifndef TCPSHAKE_SCENARIO_STEP_H
#define TCPSHAKE_SCENARIO_STEP_H

#include <stdint.h>

#include "wire/seg.h"
#include "wire/state.h"

enum step_op {
	STEP_END,    /* of the array */
	STEP_SEND,   /* one segment */
	STEP_UNTIL,  /* wait for one of `events`; the last segment is sent again `tries` times */
	STEP_LISTEN, /* wait for `ms` and a round trip, or until one of `events` */
	STEP_FILL,   /* send data until the server closes its window, for `ms` at most */
	STEP_STATE,  /* the tracker says that the server is in `state` */
	STEP_MARK,   /* what is heard from here on is what was asked for */
};

/* What a sequence or acknowledgment number is counted from. All are of our end's point of view. */
enum step_base {
	STEP_NONE,      /* 0: the segment has no such number */
	STEP_ISS,       /* our initial sequence number */
	STEP_SND_NXT,   /* the next that we send: RCV.NXT of a server that keeps the rules */
	STEP_SND_EDGE,  /* the end of the window that the server advertised: SND.NXT + SND.WND */
	STEP_RCV_NXT,   /* the next that we expect, after all that the server sent, its FIN too */
	STEP_RCV_ACKED, /* the last that we acknowledged */
};

struct step_number {
	uint8_t base; /* enum step_base */
	int32_t add;
};

enum step_options {
	STEP_OPT_PLAIN, /* as in any later segment: timestamps where negotiated */
	STEP_OPT_SYN,   /* those of an ordinary client's SYN */
	STEP_OPT_RAW,   /* `raw`, and nothing else */
	STEP_OPT_GIVEN, /* the same, its last option with what the SYN-ACK gave; without, if it gave none */
	STEP_OPT_NEW,  /* timestamps where negotiated, in a SYN or reset, too: TSval advances, */
	STEP_OPT_SAME, /* or is the last once more, */
	STEP_OPT_OLD,  /* or one before it */
};

/* Facts of the connection that a step can wait for. They stay true. */
enum step_event {
	STEP_EV_SYN_ACK = 1, /* our SYN is answered */
	STEP_EV_ACKED = 2,   /* all that we sent is acknowledged */
	STEP_EV_DATA = 4,    /* the server sent user data */
	STEP_EV_FIN = 8,     /* and its FIN: nothing before it is missing */
	STEP_EV_RST = 16,
	STEP_EV_REPLY = 32, /* anything, since the last STEP_SEND */
	STEP_EV_REPEATS =
		64,        /* its SYN-ACK, FIN or probe of our window was repeated often enough */
	STEP_EV_NEW = 128, /* a SYN that was no opening of ours has a SYN-ACK */
};

/* What of the server's is acknowledged meanwhile. */
enum step_acks {
	STEP_ACK_NOTHING,
	STEP_ACK_DATA, /* but not its FIN */
	STEP_ACK_ALL,
};

struct step {
	uint8_t op; /* enum step_op */

	/* STEP_SEND */
	uint8_t unless;  /* of enum step_event: not sent after one of these */
	uint8_t options; /* enum step_options */
	uint16_t flags;
	struct step_number seq, ack;
	const char *data; /* NULL: none. STEP_REQUEST: what makes the server speak or close */
	const char *raw;  /* option bytes of STEP_OPT_RAW and STEP_OPT_GIVEN */
	uint8_t raw_len;  /* a multiple of four */
	uint16_t win;     /* from here on; 0: as before, at first the usual one */
	bool window_0;    /* advertise no window */
	bool counts;      /* SND.NXT moves behind it: a segment that a client would send */
	uint8_t ecn;      /* of the IP header */
	bool bad_csum;    /* its checksum is wrong */

	/* STEP_UNTIL, STEP_LISTEN */
	uint8_t events; /* of enum step_event */
	uint8_t acks;   /* enum step_acks */
	uint8_t tries;
	uint16_t ms; /* of UNTIL: for the whole wait; 0: as long as the tries take */

	uint8_t state; /* STEP_STATE: enum tcp_state */
};

/* Stands for the configured request in `data`. */
extern const char STEP_REQUEST[];

#endif
