/* SPDX-License-Identifier: BSD-2-Clause */
/* check.c - what must hold after every run, whatever the path did. */
#include "run.h"

#include <string.h>

#include "tcp/close.h"

static uint32_t lost(const struct run *r)
{
	return r->link.lost[TO_SERVER] + r->link.lost[TO_CLIENT];
}

static bool reordered(const struct run *r)
{
	return r->link.overtaken[TO_SERVER] + r->link.overtaken[TO_CLIENT] > 0;
}

static const char *check_end(const struct run *r)
{
	if (r->link.full)
		return "more segments are under way than can be";
	if (!r->gone)
		return "conn never settled, and nothing more will happen";
	return NULL;
}

/*
 * A connection stays at the server only where the path swallowed the news. Of a reset that is one
 * segment at the least; of a FIN it is every transmission, as one that arrives makes the server close
 * by itself.
 */
static const char *check_left_behind(const struct run *r)
{
	uint32_t needed = r->aborted ? 1 : r->conn_cfg.fin_retries + 1;

	if (server_holds(&r->server) && lost(r) - r->lost_at_close < needed)
		return "a connection was left at the server without enough losses to excuse it";
	return NULL;
}

/* The server gives up only after all its repetitions, or what answered them, were lost, but for one. */
static const char *check_server_gave_up(const struct run *r)
{
	unsigned int least = r->server_cfg.syn_retries < r->server_cfg.retries
	                             ? r->server_cfg.syn_retries
	                             : r->server_cfg.retries;

	if (r->server.gave_up && lost(r) + (reordered(r) ? 1 : 0) < least)
		return "the server gave up although too little was lost";
	return NULL;
}

/*
 * All that conn sent and received was captured, so what it became was seen. Only a reset that follows
 * on a gap is believed by the tracker, as the gap may be the capture's, and challenged by conn.
 */
static const char *check_client_state(const struct run *r)
{
	bool reset = (r->track.end[TRACK_SERVER].seen & (SEEN_RST | SEEN_RST_LATE)) != 0;

	if (reset && (r->link.lost[TO_CLIENT] > 0 || reordered(r)))
		return NULL;
	if (track_state(&r->track, TRACK_CLIENT) != r->final)
		return "the tracker's state of the client is not conn's";
	return NULL;
}

static bool took(const struct states *s, enum tcp_state what)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i] == what)
			return true;
	return false;
}

static bool subsequence(const struct states *part, const struct states *whole)
{
	size_t at = 0;

	for (size_t i = 0; i < whole->count && at < part->count; i++)
		if (whole->list[i] == part->list[at])
			at++;
	return at == part->count;
}

/*
 * What the tracker cannot know is whether a segment that it saw leave arrives, and whether the server
 * still has the connection then. Where all arrive, in order, and the server does not reset it or give
 * it up by itself meanwhile, every state that is reported of the server was really taken, in that
 * order. Two more exceptions: of FINs that cross, the server's can be lost; what is seen then looks as
 * if it came later. And of a server that refuses, its CLOSED is reported, which it never entered.
 */
static const char *check_server_states(const struct run *r)
{
	if (r->link.lost[TO_SERVER] > 0 || reordered(r))
		return NULL;
	if (r->server_cfg.reset_after != NS_NEVER || r->server.gave_up)
		return NULL;
	if (track_refused(&r->track))
		return NULL;
	if (r->link.lost[TO_CLIENT] > 0 && took(&r->server_states, STATE_CLOSING))
		return NULL;
	if (!subsequence(&r->tracked, &r->server_states))
		return "the tracker reports states that the server did not take";
	return NULL;
}

static const char *check_rtt(const struct run *r)
{
	ns_t rtt = track_rtt(&r->track);

	if (r->track.answer == NS_NONE)
		return rtt == NS_NONE ? NULL : "there is an RTT without an answer";
	if (rtt == NS_NONE && r->track.syn_sent == 1 && r->track.answer - r->answered_syn < NS_SEC)
		return "the prompt answer to the only SYN has no RTT";
	if (rtt == NS_NONE)
		return NULL;
	if (rtt != r->track.answer - r->answered_syn)
		return "the RTT is credited to another SYN than the answered one";
	return NULL;
}

bool run_rtt_misled(const struct run *r)
{
	return track_rtt(&r->track) != NS_NONE && !r->answer_prompt && r->server_cfg.rto >= NS_SEC;
}

static const char *check_verdict(const struct run *r)
{
	struct close c = close_judge(&r->track);
	bool fins = c.kind == CLOSE_FIN_4 || c.kind == CLOSE_FIN_3 || c.kind == CLOSE_SIMULTANEOUS;

	if (c.verdict == CLOSE_FAIL)
		return "the verdict on a conformant server is \"fail\"";
	if (r->final == STATE_TIME_WAIT && r->server_cfg.reset_after == NS_NEVER &&
	    (!fins || c.verdict != CLOSE_PASS))
		return "conn is in TIME_WAIT, but the close is not judged a good one";
	if (c.kind == CLOSE_FIN_3 && lost(r) == 0 && !reordered(r) &&
	    c.first == CLOSE_FIRST_CLIENT && r->server_cfg.close_delay > 0 &&
	    r->server_cfg.close_after == NS_NEVER)
		return "the server acknowledged first, but its FIN is said to have done so";
	return NULL;
}

/* The same capture file, read again. */
static const char *check_replay(const struct run *r)
{
	struct track again;

	track_init(&again);
	for (size_t i = 0; i < r->logged; i++)
		track_feed(&again, r->log[i].from, &r->log[i].seg, r->log[i].stamp, NULL, NULL);
	return memcmp(&again, &r->track, sizeof(again)) == 0 ? NULL
	                                                     : "a replay gives another result";
}

const char *run_check(const struct run *r)
{
	static const char *(*const checks[])(const struct run *r) = {
		check_end,           check_left_behind, check_server_gave_up, check_client_state,
		check_server_states, check_rtt,         check_verdict,        check_replay,
	};
	const char *failure = r->failure;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && failure == NULL; i++)
		failure = checks[i](r);
	return failure;
}
