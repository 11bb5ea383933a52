/* SPDX-License-Identifier: BSD-2-Clause */
/* run.h - one connection between conn and the simulated server, with a tracker at the client. */
#ifndef TCPSHAKE_TESTS_SIM_RUN_H
#define TCPSHAKE_TESTS_SIM_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link.h"
#include "server.h"
#include "tcp/conn.h"
#include "tcp/stream.h"
#include "tcp/track.h"

#define RUN_SEGMENTS_MAX 600             /* a run that sends more goes in circles */
#define RUN_TIME_MAX     (7200 * NS_SEC) /* as one that takes longer */
#define RUN_STATES_MAX   64
#define RUN_CONNECTIONS  8

/* What the owner of the client wants. */
enum plan {
	PLAN_CLOSE, /* closes some time after it is established */
	PLAN_WAIT,  /* leaves the first FIN to the server */
	PLAN_ABORT, /* aborts at some time, whatever the state */
	PLAN_COUNT,
};

struct states {
	enum tcp_state list[RUN_STATES_MAX];
	size_t count;
};

/* What the server used of the sequence numbers of one connection: [iss, top). */
struct sent {
	uint32_t iss, top;
};

/* What the capture at the client hands to the tracker. */
struct captured {
	struct seg seg;
	ns_t stamp;
	enum track_side from;
};

struct run {
	struct rng rng;
	bool print; /* the ladder, to standard output */
	ns_t start, now;

	/* the client's side */
	struct conn_config conn_cfg;
	struct conn conn;
	struct stream *stream; /* of its data; NULL: none */
	uint16_t data_len;
	uint32_t iss;
	enum plan plan;
	ns_t send_after, close_after, eof_delay, linger; /* the plan */
	ns_t send_at, close_at, abort_at, gone_at;       /* the same as times */
	bool opened, eof, aborted, settled, gone;
	enum tcp_state final; /* of conn when its owner went */

	/* between them */
	struct link link;
	ns_t sent_at[RUN_SEGMENTS_MAX]; /* by frame id */
	bool prompt[RUN_SEGMENTS_MAX];  /* by frame id: the server's reply to a SYN, at once */

	/* the server's side */
	struct server_config server_cfg;
	struct server server;
	struct states server_states;
	struct sent server_sent[RUN_CONNECTIONS]; /* the latest ones, by server_count modulo that */
	size_t server_count;
	uint32_t lost_at_close; /* segments lost before the client began to send, close or reset */
	bool data_sent, closing;

	/* the observer */
	struct track track;
	struct states tracked; /* of the server */
	struct captured log[2 * RUN_SEGMENTS_MAX];
	size_t logged;
	ns_t answered_syn; /* when the SYN was sent that the first answer answers */
	bool answer_seen, answer_prompt;

	const char *failure; /* the rule that was broken, or NULL */
};

/* One sort of path; the rest of a run is drawn from its seed. */
struct path {
	const char *name;
	unsigned int loss[2]; /* in a thousand, by enum link_way */
	unsigned int twice, late;
};

/* Play the run of this seed to its end. Afterwards run_check() judges it. */
void run_play(struct run *r, const struct path *path, uint64_t seed, bool print);

/* The first rule that was broken, in words; NULL when all were kept. */
const char *run_check(const struct run *r);

/*
 * The RTT is that of an answer which the server's timer repeated, as the first was lost. Nothing but
 * its time shows that, so the tracker guesses, and may be wrong now and then.
 */
bool run_rtt_misled(const struct run *r);

#endif
