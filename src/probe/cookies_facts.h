/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_facts.h - from recorded replies to facts: what each core shows, and what the other tests add. */
#ifndef TCPSHAKE_PROBE_COOKIES_FACTS_H
#define TCPSHAKE_PROBE_COOKIES_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "probe/cookies_seen.h"

/* What answered the second SYN, for which no reset had made room. */
enum cookies_second {
	SECOND_UNSENT,
	SECOND_SILENCE,
	SECOND_SYN_ACK, /* one of its own: the server keeps no half-open connection, or replaces it */
	SECOND_CHALLENGE, /* an ACK of the half-open connection of the first */
	SECOND_SAME, /* the first SYN-ACK once more: so do FreeBSD and others with a SYN cache */
	SECOND_RST,
};

/* Two SYN-ACKs of one tuple. */
struct cookies_pair {
	bool seen;
	int32_t residue; /* s2 - s1 - (x2 - x1) */
	enum syncookie_relation relation;
	bool timed;       /* how long lay between them is known */
	bool clock;       /* the ISN advanced as Linux's clock did */
	uint32_t ticks;   /* by which it advanced */
	ns_t least, most; /* that may have passed at the server */
	double chance;    /* that a random ISN fits as well: linear, stepped or by the clock */
};

enum cookies_pair_index {
	PAIR_1_2,
	PAIR_2_3,
	PAIR_1_3,
	PAIRS,
};

/* One run of the core. */
struct cookies_round {
	const struct cookies_tuple *tuple;
	enum cookies_second second;
	struct cookies_pair pair[PAIRS];
	bool cookies;         /* an ISN follows ours */
	bool twice;           /* in both independent pairs */
	bool state;           /* a half-open connection spoke, or the ISN follows a clock */
	bool firm;            /* and nothing in this round speaks against it */
	bool options_changed; /* from one SYN-ACK to another */
	bool quiet;           /* neither of the later SYNs was answered */
	double cookies_chance, state_chance; /* that what shows either came about otherwise */
};

enum cookies_tristate {
	NOT_KNOWN,
	HOLDS,
	FAILS,
};

/*
 * That options which come and go are no sign of cookies: of 600 cookies without timestamps all had lost
 * their options, of 600 other SYN-ACKs none. With 95 % confidence that is at most 3 in 600.
 */
#define COOKIES_OPTIONS_CHANCE 0.005

struct cookies_facts {
	bool answered;   /* some SYN got a SYN-ACK */
	uint32_t rounds; /* cores that ended after a SYN-ACK */
	struct cookies_round round[3];
	uint32_t cookies, state, mixed; /* rounds that show cookies, state, both */
	bool twice, firm;               /* of any round */
	bool stateless; /* a second SYN got a SYN-ACK whose ISN follows neither ours nor a clock */
	bool same;      /* a second SYN got the first SYN-ACK again */
	bool quiet;     /* no later SYN was answered in any round */
	bool window_0;  /* SYN-ACKs have window 0 */
	bool clock;     /* an ISN follows Linux's clock */
	bool shifted;   /* indices are shifted as in DPVS */
	bool index_seen; /* the MSS changed within one minute and index_step is what the ISN made of it */
	int index_step, index_expected;
	bool tabled; /* the step is one of a known table: more than a constant was added to our ISN */
	enum cookies_tristate trivial; /* ISN minus ours is the same on all tuples */
	enum cookies_tristate
		far_ack; /* a half-open connection answered an ACK outside the window */
	enum cookies_tristate same_isn; /* the same SYN got the same ISN again, on each tuple */
	uint32_t same_isns;             /* such tuples */
	enum cookies_tristate proved;   /* a bare ACK opened a connection */
	enum cookies_tristate bare_mss; /* a SYN without any option got an MSS */
	enum cookies_tristate contrast; /* options are lost, but not with timestamps */
	uint32_t ts_pairs, ts_matches;  /* TSvals that differ in their low bits as the offers do */
	bool ts_direct;                 /* the low bits are the offer itself, without an offset */
	uint32_t ts_values;             /* TSvals that were looked at for that */
	uint32_t isns, freebsd, pf;     /* distinct ISNs, and those that decode to their offer */
	uint32_t freebsd_only, pf_only; /* of those, the ones that tell the two apart */
	uint32_t silent, repeated;      /* of --silence: tuples without and with another SYN-ACK */
	uint32_t unanswered; /* tries after an answer on their tuple that nothing answered */
};

void cookies_facts(const struct cookies_seen *seen, struct cookies_facts *f);

/* syncookie_options_lost() of a SYN and its SYN-ACK. */
bool cookies_options_lost(const struct cookies_shot *s);

/* Has this test been started? */
bool cookies_started(const struct cookies_seen *seen, enum cookies_test t);

#endif
