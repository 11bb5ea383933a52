/* SPDX-License-Identifier: BSD-2-Clause */
/* close.c - from the tracker's facts to kind and verdict of a close; the table of findings. */
#include "tcp/close.h"

#include <assert.h>

/* clang-format off */
static const struct track_finding_info infos[] = {
	[FIND_ACKED_UNSENT] = {"acked-unsent", "A2", CLOSE_FAIL,
		"acknowledged more than the other end had sent", "RFC 9293 3.4"},
	[FIND_FIN_MOVED] = {"fin-moved", "T14", CLOSE_FAIL,
		"its FIN came again with another sequence number", "RFC 9293 3.4"},
	[FIND_DATA_AFTER_FIN] = {"data-after-fin", "T5", CLOSE_FAIL,
		"sent data beyond its FIN", "RFC 9293 3.10.4"},
	[FIND_OPTION_UNASKED] = {"option-unasked", "P5", CLOSE_FAIL,
		"the SYN-ACK carries an option that the SYN did not offer", "RFC 7323 2.2, 3.2; RFC 2018 2"},
	[FIND_TS_MISSING] = {"ts-missing", "P4", CLOSE_FAIL,
		"a segment lacks the negotiated timestamps", "RFC 7323 3.2"},
	[FIND_REPLY_TO_RST] = {"reply-to-rst", "H20", CLOSE_WARN,
		"answered a reset with a reset", "RFC 9293 3.5.2"},
	[FIND_REFUSAL_SEQ] = {"refusal-seq", "H18", CLOSE_WARN,
		"the reset that refused the SYN has a sequence number other than 0", "RFC 9293 3.10.7.1"},
	[FIND_RST_INEXACT] = {"rst-inexact", "R12", CLOSE_WARN,
		"a reset lies in the window but not at its next sequence number",
		"RFC 5961 3.2"},
	[FIND_RST_FOR_FIN] = {"rst-for-fin", "T1", CLOSE_WARN,
		"the server answered the client's FIN with a reset instead of its own FIN", "RFC 9293 3.6"},
	[FIND_SERVER_RST] = {"server-rst", NULL, CLOSE_WARN,
		"the server reset a connection that nobody had begun to close", "RFC 9293 3.5.2"},
	[FIND_NO_FIN] = {"no-fin", "T7", CLOSE_INCONCLUSIVE,
		"the other end acknowledged the FIN and never sent its own: its application kept it open, or "
		"was cut off",
		"RFC 9293 3.6"},
	[FIND_FIN_UNACKED] = {"fin-unacked", "T4", CLOSE_INCONCLUSIVE,
		"a FIN was never acknowledged: loss or a filter cannot be excluded", "RFC 9293 3.6"},
	[FIND_RST_UNSEEN] = {"end-unseen", NULL, CLOSE_INCONCLUSIVE,
		"no end of the connection was captured", "RFC 9293 3.6"},
	[FIND_HOST_RST] = {"host-rst", NULL, CLOSE_INCONCLUSIVE,
		"this host's kernel reset the connection: the measurement is void", "guard"},
	[FIND_SYN_OPTION_LATER] = {"syn-option-later", "O8", CLOSE_FAIL,
		"a segment that is no SYN carries MSS, window scale or SACK-permitted",
		"RFC 9293 3.1 MUST-65"},
	[FIND_FRAMES_MISSING] = {"frames-missing", NULL, CLOSE_INCONCLUSIVE,
		"what was acknowledged was not captured: the capture lacks frames", "RFC 9293 3.4"},
};
/* clang-format on */

static_assert(sizeof(infos) / sizeof(infos[0]) == FIND_COUNT, "every finding is explained");
static_assert(FIND_COUNT <= 16, "findings fit track.findings");

const struct track_finding_info *track_finding_info(enum track_finding f)
{
	return &infos[f];
}

const char *close_kind_name(enum close_kind k)
{
	static const char *const names[] = {
		[CLOSE_NONE] = "none",
		[CLOSE_FIN_4] = "fin-4",
		[CLOSE_FIN_3] = "fin-3",
		[CLOSE_SIMULTANEOUS] = "simultaneous",
		[CLOSE_HALF_CLOSED] = "half-closed",
		[CLOSE_HALF_OPEN] = "half-open",
		[CLOSE_RST] = "rst",
	};

	return names[k];
}

const char *close_verdict_name(enum close_verdict v)
{
	static const char *const names[] = {
		[CLOSE_PASS] = "pass",
		[CLOSE_WARN] = "warn",
		[CLOSE_FAIL] = "fail",
		[CLOSE_INCONCLUSIVE] = "inconclusive",
	};

	return names[v];
}

const char *close_first_name(enum close_first f)
{
	static const char *const names[] = {
		[CLOSE_FIRST_UNKNOWN] = NULL,
		[CLOSE_FIRST_CLIENT] = "client",
		[CLOSE_FIRST_SERVER] = "server",
		[CLOSE_FIRST_BOTH] = "both",
	};

	return names[f];
}

/* What both ends have in common, by bits of enum track_seen. */
static bool both(const struct track *t, unsigned int seen)
{
	return (t->end[TRACK_CLIENT].seen & t->end[TRACK_SERVER].seen & seen) == seen;
}

static bool either(const struct track *t, unsigned int seen)
{
	return ((t->end[TRACK_CLIENT].seen | t->end[TRACK_SERVER].seen) & seen) != 0;
}

static enum close_kind kind_of(const struct track *t)
{
	if (track_refused(t))
		return CLOSE_RST;
	if (!track_answered(t) && !track_opened(t))
		return CLOSE_NONE;
	if (!track_opened(t))
		return (t->shape & SHAPE_SERVER_RST) != 0 ? CLOSE_RST : CLOSE_HALF_OPEN;
	if (both(t, SEEN_FIN) && !either(t, SEEN_RST)) {
		if ((t->shape & SHAPE_CROSSED) != 0)
			return CLOSE_SIMULTANEOUS;
		return (t->shape & SHAPE_MERGED) != 0 ? CLOSE_FIN_3 : CLOSE_FIN_4;
	}
	if (either(t, SEEN_FIN_ACKED) && !both(t, SEEN_FIN) && (t->shape & SHAPE_SERVER_RST) == 0)
		return CLOSE_HALF_CLOSED;
	return either(t, SEEN_RST) ? CLOSE_RST : CLOSE_NONE;
}

static enum close_first first_of(const struct track *t, enum close_kind kind)
{
	if (kind == CLOSE_SIMULTANEOUS)
		return CLOSE_FIRST_BOTH;
	if (kind == CLOSE_NONE)
		return CLOSE_FIRST_UNKNOWN;
	if ((t->shape & SHAPE_CLIENT_FIRST) != 0)
		return CLOSE_FIRST_CLIENT;
	if ((t->shape & SHAPE_SERVER_FIRST) != 0)
		return CLOSE_FIRST_SERVER;
	if ((t->shape & SHAPE_CLIENT_RST) != 0)
		return CLOSE_FIRST_CLIENT;
	if ((t->shape & SHAPE_SERVER_RST) != 0 || track_refused(t))
		return CLOSE_FIRST_SERVER;
	return CLOSE_FIRST_UNKNOWN;
}

static bool fin_unacked(const struct track_end *e)
{
	return (e->seen & (SEEN_FIN | SEEN_FIN_ACKED)) == SEEN_FIN;
}

/* A server that had sent its FIN may reset what still comes; before a capture began it may have. */
static uint32_t server_reset(const struct track *t)
{
	if ((t->end[TRACK_SERVER].seen & SEEN_FIN) != 0 || track_midstream(t))
		return 0;
	return (t->end[TRACK_CLIENT].seen & SEEN_FIN) != 0 ? 1U << FIND_RST_FOR_FIN
	                                                   : 1U << FIND_SERVER_RST;
}

/* What only the whole of the connection shows. */
static uint32_t missing(const struct track *t, enum close_kind kind)
{
	const struct track_end *client = &t->end[TRACK_CLIENT], *server = &t->end[TRACK_SERVER];
	uint32_t found = 0;

	bool lacks = (t->findings & 1U << FIND_FRAMES_MISSING) != 0;

	if (kind == CLOSE_HALF_CLOSED && !lacks)
		found |= 1U << FIND_NO_FIN;
	if ((kind == CLOSE_HALF_OPEN || kind == CLOSE_NONE) &&
	    (track_answered(t) || track_opened(t)) && !either(t, SEEN_RST))
		found |= 1U << FIND_RST_UNSEEN;
	if ((t->shape & SHAPE_SERVER_RST) != 0)
		found |= server_reset(t);
	else if (fin_unacked(client) || (fin_unacked(server) && (t->shape & SHAPE_CLIENT_RST) == 0))
		found |= 1U << FIND_FIN_UNACKED;
	return found;
}

/* A broken MUST outweighs missing evidence, and that outweighs a deviation. */
static enum close_verdict worst(uint32_t findings)
{
	enum close_verdict v = CLOSE_PASS;

	for (unsigned int f = 0; f < FIND_COUNT; f++) {
		if ((findings & 1U << f) == 0)
			continue;
		if (infos[f].verdict == CLOSE_FAIL)
			return CLOSE_FAIL;
		if (infos[f].verdict > v)
			v = infos[f].verdict;
	}
	return v;
}

struct close close_judge(const struct track *t)
{
	struct close c = {.kind = kind_of(t), .duration = NS_NONE};

	c.first = first_of(t, c.kind);
	c.findings = t->findings | missing(t, c.kind);
	c.client_findings = t->client_findings;
	c.verdict = worst(c.findings | c.client_findings);
	if (!track_answered(t) && !track_refused(t) && !track_opened(t) && c.verdict == CLOSE_PASS)
		c.verdict = CLOSE_INCONCLUSIVE;
	if (t->third != NS_NONE)
		c.duration = t->last - t->third;
	return c;
}
