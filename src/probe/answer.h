/* SPDX-License-Identifier: BSD-2-Clause */
/* answer.h - what an attempt came to: a record, and what the target's statistics want of it. */
#ifndef TCPSHAKE_PROBE_ANSWER_H
#define TCPSHAKE_PROBE_ANSWER_H

#include "probe/lane.h"
#include "probe/stacks.h"
#include "result/check_record.h"
#include "result/cookies_record.h"
#include "result/field.h"
#include "result/probe_record.h"

#define ANSWER_LINE_MAX 512

/* What the session knows of an attempt that has ended. */
struct attempt {
	const struct lane *lane; /* `lanes` of them; those not used have sent nothing */
	uint32_t lanes;
	const char *target;  /* as it was given */
	const char *address; /* as text */
	uint16_t port;
	enum addr_family family;
	uint64_t seq;    /* number of the attempt at its target, from 1 */
	ns_t began;      /* by the wall clock */
	ns_t waited;     /* since then */
	ns_t dns;        /* how long its name took; NS_NONE but for the first attempt */
	bool times_void; /* the wall clock was stepped meanwhile: stamps do not compare */
};

struct answer {
	struct record record; /* its data lies in the store below */
	const char *state;    /* open closed filtered unreachable error */
	ns_t rtt;             /* NS_NONE: no sample */
	int64_t syn_retransmits;
	const char *verdict; /* of `cookies`, `close` and `conform`; NULL: another question */
	int8_t changed;      /* against --baseline; negative: there is none */
	struct stacks_match stacks; /* systems that answer a check so */
	bool failed;                /* what was to be spoken on the connection went wrong */
	bool linger; /* a segment was lost on an open connection: the peer may need us once more */
	char line[ANSWER_LINE_MAX]; /* the record in one line */
	union {
		struct {
			struct probe_record record;
			struct lane_lists lists;
		} probe;
		struct cookies_record cookies;
		struct check_record check;
	} store;
};

/* Answer with the record of the attempt's one lane. */
void answer_by_lane(struct answer *out, const struct attempt *a);

/* That record was amended: write its line anew. */
void answer_put_line(struct answer *out);

#endif
