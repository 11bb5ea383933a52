/* SPDX-License-Identifier: BSD-2-Clause */
/* check.h - a rule of TCP that can be checked from outside, as data: state, segments, replies, verdicts. */
#ifndef TCPSHAKE_PROBE_CHECK_H
#define TCPSHAKE_PROBE_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "probe/check_seen.h"
#include "scenario/step.h"

enum check_verdict {
	CHECK_PASS,
	CHECK_INFO, /* legitimate, worth knowing */
	CHECK_WARN, /* a SHOULD is not kept, or a MUST in a way that systems are known for */
	CHECK_FAIL, /* a MUST is broken, and no legitimate reason is known */
	CHECK_INCONCLUSIVE, /* evidence is missing */
	CHECK_SKIPPED,      /* the state was not reached, by the choice of an application */
	CHECK_VERDICTS,
};

/* What a case may do to the server. */
enum check_manner {
	CHECK_SAFE,      /* nothing that it does not see every day: some resets and strays */
	CHECK_NOISY,     /* unusual flags: an intrusion detection may report them */
	CHECK_INTRUSIVE, /* malformed options, an MSS of 0 (one known stack crashes), a full buffer */
	CHECK_SLOW,      /* takes minutes */
};

/* What became of the connection, by a keep-alive probe (RFC 9293 3.8.4) after the check. */
enum check_after {
	AFTER_KEPT = 1,     /* it answers as before */
	AFTER_CONSUMED = 2, /* it answers, and acknowledges something of the check */
	AFTER_GONE = 4,     /* a reset */
	AFTER_UNKNOWN = 8,  /* no answer */
	AFTER_UNASKED = 16,
};

/* The first rule that fits decides. */
struct check_rule {
	uint64_t all;  /* these are seen */
	uint64_t any;  /* at least one of these is seen; 0: whatever is */
	uint8_t after; /* of enum check_after; 0: any */
	uint8_t verdict;
	const char *why; /* NULL where the title says it */
};

/* States are sets of 1 << enum tcp_state. */
#define IN(state) (1U << STATE_##state)

/* FIN_WAIT_2 of a server whose application has closed its socket: looks the same until data comes. */
#define CHECK_ORPHAN (1U << 15)

struct check {
	const char *id, *title, *rfc;
	uint16_t states; /* in which the rules hold */
	uint16_t tried;  /* of those, the ones in which a run tries it */
	uint8_t manner;  /* enum check_manner */
	bool timestamps; /* the connection has them */
	bool no_after;   /* no keep-alive afterwards: it would disturb, or says nothing */
	bool timed;      /* when something came matters */
	bool thrice;     /* what three connections together show */
	bool no_window;  /* the connection begins with our window closed */
	const struct step *steps;
	const struct check_rule *rules;
	uint64_t expect;  /* what is expected, for people; rules say more */
	const char *note; /* on systems that are known to differ, or NULL */
};

/* The tables, each ended by a check without id. `close` has the first, `conform` both. */
extern const struct check checks_close[], checks_conform[];

/* The check after `c` of both tables; of the first for NULL, NULL after the last. */
const struct check *checks_next(const struct check *c);

bool check_of_close(const struct check *c);

/*
 * The steps that bring a server into a state, for a check or (NULL) any. Where it closes first, the request
 * makes it; without one it is waited for.
 */
const struct step *check_recipe(const struct check *c, enum tcp_state state, bool request);

/* The steps that ask it afterwards. */
extern const struct step check_ask_after[];

/* Does the server send its FIN first on the way to this state? Then something must make it. */
bool check_server_closes_first(enum tcp_state state);

const char *check_verdict_name(enum check_verdict v);

/* Judge what was seen and what became of it. `why` is what the rule says, or NULL. */
enum check_verdict check_judge(const struct check *c, uint64_t seen, enum check_after after,
                               const char **why);

#endif
