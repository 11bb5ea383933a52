/* SPDX-License-Identifier: BSD-2-Clause */
/* conform_internal.h - what the files of a case share; nobody else includes it. */
#ifndef TCPSHAKE_PROBE_CONFORM_INTERNAL_H
#define TCPSHAKE_PROBE_CONFORM_INTERNAL_H

#include "probe/check_cleanup.h"
#include "probe/conform.h"
#include "scenario/stepper.h"

#define CONFORM_NO_LANE 0xff

enum conform_phase {
	CONFORM_STEPPING,
	CONFORM_CLEANING,
	CONFORM_OVER,
};

/* What a try came to. */
struct conform_try {
	enum check_verdict verdict;
	const char *why;
	uint64_t seen;
	enum check_after after;
	uint32_t isn;    /* of its SYN-ACK */
	double isn_rate; /* of the clock behind several, a microsecond; 0: none */
	bool judged;     /* the state was reached: `seen` and `after` are of the check */
	uint8_t lane;
	uint8_t stamps; /* of what was heard, for checks that are timed */
	ns_t at[6];     /* since the server's FIN, or its SYN-ACK */
};

struct conform {
	const struct conform_config *cfg;
	struct check_case which;
	struct siphash_key key;
	uint16_t room, request_len;
	const char *request;
	const char *before; /* state of the target by the attempts before, or NULL */
	uint8_t phase, lane, gate_lane, tries;
	bool v6;
	bool gate;         /* the first case of its target */
	bool closed;       /* the port is not open: nothing was checked */
	bool out_of_reach; /* nothing makes the server close */
	bool unreachable, stopped;
	bool few_ports;    /* for as many connections as a case may need */
	uint32_t gate_isn; /* where it was asked by a connection of its own */
	uint8_t late_due;  /* lanes on which a reset is due */
	uint8_t resets_left[CONFORM_LANES];
	uint32_t late_seq[CONFORM_LANES];
	struct cleanup cleanup[CONFORM_LANES];
	struct conform_try result[CONFORM_TRIES];
	struct stepper_config sc;
	struct stepper st;
};

/* Judge the try whose stepper has ended. */
void conform_note_try(struct conform *c);

/* Do the tries so far decide, where `most` are possible? */
bool conform_is_decided(const struct conform *c, uint8_t most);

void conform_answer(const void *p, const struct attempt *a, struct answer *out);

#endif
