/* SPDX-License-Identifier: BSD-2-Clause */
/* conform_answer.c - from tries to a verdict, and to a record. */
#include <stdio.h>
#include <string.h>

#include "probe/check_isn.h"
#include "probe/conform_internal.h"
#include "tcp/seq.h"

/* ISNs of three connections within this distance: by chance once in some million times. */
#define ISN_NEAR (1 << 20)

enum part {
	PART_RECIPE,
	PART_CHECK,
	PART_AFTER,
};

/* --- one try --- */

static enum check_after after_of(const struct stepper *st)
{
	enum check_after after = AFTER_UNKNOWN;

	if (st->parts <= PART_AFTER)
		return AFTER_UNASKED;
	for (uint8_t i = 0; i < st->reply_count; i++) {
		const struct step_reply *r = &st->reply[i];

		if (r->part != PART_AFTER)
			continue;
		if ((r->flags & SEG_RST) != 0)
			return AFTER_GONE;
		if ((r->flags & SEG_ACK) != 0)
			after = seq_lt(st->snd_nxt, r->ack) ? AFTER_CONSUMED : AFTER_KEPT;
	}
	return after;
}

static const char *why_not_closed(const struct conform *c)
{
	if (c->which.state == STATE_LAST_ACK)
		return "the application did not close within three seconds of our FIN";
	return c->request_len > 0
	               ? "the server did not close within five seconds of the request: --send "
	                 "STRING"
	               : "the server did not close by itself within half a minute";
}

/* The state was not reached. Whose choice was that? */
static void note_unreached(const struct conform *c, struct conform_try *t)
{
	const struct stepper *st = &c->st;
	bool server_first = st->fin_seen && (st->events & STEP_EV_FIN) != 0;

	t->verdict = CHECK_INCONCLUSIVE;
	switch ((enum stepper_end)st->end) {
	case STEPPER_NO_FIN:
		t->verdict = CHECK_SKIPPED;
		t->why = why_not_closed(c);
		return;
	case STEPPER_STATE:
		if (server_first)
			t->verdict = CHECK_SKIPPED;
		t->why = server_first
		                 ? "the application closes at once: the server does not stay there"
		                 : "the server is in another state";
		return;
	case STEPPER_RESET:
		if (check_server_closes_first(c->which.state))
			t->verdict = CHECK_SKIPPED;
		t->why = st->syn_ack == NS_NONE
		                 ? "the SYN was refused"
		                 : "the server reset the connection on the way there";
		return;
	case STEPPER_NOT_FULL:
		t->verdict = CHECK_SKIPPED;
		t->why = "the application reads what is sent: its window does not close";
		return;
	case STEPPER_RUNNING:
	case STEPPER_DONE:
	case STEPPER_NO_ANSWER:
		t->why = "no answer on the way there";
		return;
	}
}

/* The last six. */
static uint8_t first_stamp(const struct stepper *st)
{
	return st->reply_count > 6 ? (uint8_t)(st->reply_count - 6) : 0;
}

static void note_stamps(const struct stepper *st, struct conform_try *t)
{
	ns_t base = st->fin != NS_NONE ? st->fin : st->syn_ack;

	for (uint8_t i = first_stamp(st); i < st->reply_count; i++)
		if (st->reply[i].part == PART_CHECK && base != NS_NONE && st->reply[i].stamp > base)
			t->at[t->stamps++] = st->reply[i].stamp - base;
}

static uint32_t isn_of(const struct stepper *st)
{
	for (uint8_t i = 0; i < st->reply_count; i++)
		if ((st->reply[i].flags & (SEG_SYN | SEG_ACK)) == (SEG_SYN | SEG_ACK))
			return st->reply[i].seq;
	return 0;
}

void conform_note_try(struct conform *c)
{
	const struct stepper *st = &c->st;
	struct conform_try *t = &c->result[c->tries++];
	bool through = st->end == STEPPER_DONE ||
	               (st->end == STEPPER_NO_ANSWER && st->at_part == PART_AFTER);

	*t = (struct conform_try){.lane = c->lane};
	if (!through) {
		note_unreached(c, t);
		return;
	}
	if (c->which.check->timestamps && !st->ts_on) {
		t->verdict = CHECK_SKIPPED;
		t->why = "the connection has no timestamps";
		return;
	}
	t->judged = true;
	t->seen = check_seen(st, PART_CHECK);
	t->after = after_of(st);
	t->isn = isn_of(st);
	check_isn_clock(st, PART_CHECK, &t->isn_rate);
	note_stamps(st, t);
	t->verdict = check_judge(c->which.check, t->seen, t->after, &t->why);
}

/* --- several --- */

static uint8_t count_of(const struct conform *c, enum check_verdict v)
{
	uint8_t n = 0;

	for (uint8_t i = 0; i < c->tries; i++)
		n += c->result[i].verdict == v;
	return n;
}

static bool is_good(enum check_verdict v)
{
	return v == CHECK_PASS || v == CHECK_INFO || v == CHECK_SKIPPED;
}

/* Loss makes silence, and a reset that never arrived: it does not make such an answer. */
static bool is_proven(const struct conform_try *t)
{
	return (t->seen & SAW_ANSWERS) != 0 || t->after == AFTER_CONSUMED || t->after == AFTER_GONE;
}

static uint8_t proven(const struct conform *c, enum check_verdict v)
{
	uint8_t n = 0;

	for (uint8_t i = 0; i < c->tries; i++)
		n += c->result[i].verdict == v && is_proven(&c->result[i]);
	return n;
}

bool conform_is_decided(const struct conform *c, uint8_t most)
{
	if (c->tries == 0)
		return false;
	if (c->tries == most)
		return true;
	if (c->which.check->thrice)
		return false;
	return is_good(c->result[c->tries - 1].verdict) || proven(c, CHECK_WARN) == 2 ||
	       count_of(c, CHECK_INCONCLUSIVE) == 2;
}

static const struct conform_try *first_of(const struct conform *c, enum check_verdict v)
{
	for (uint8_t i = 0; i < c->tries; i++)
		if (c->result[i].verdict == v)
			return &c->result[i];
	return NULL;
}

/* The gate's connection is one of the three, where there was one. */
static struct conform_try all_isns(const struct conform *c)
{
	struct conform_try t = c->result[c->tries - 1];
	bool gate = c->gate_lane != CONFORM_NO_LANE;
	bool near = c->tries + gate >= CONFORM_TRIES &&
	            (!gate || seq_near(c->gate_isn, t.isn, ISN_NEAR));

	for (uint8_t i = 0; i < c->tries; i++)
		near = near && (c->result[i].seen & SAW_SYN_ACK) != 0 &&
		       seq_near(c->result[i].isn, t.isn, ISN_NEAR);
	if (near)
		t.seen |= SAW_ISN_NEAR;
	t.verdict = check_judge(c->which.check, t.seen, t.after, &t.why);
	return t;
}

/*
 * What the tries come to. A fail or a warning must be one in all of them; where another went well, loss
 * explains it, unless answers proved it twice.
 */
static struct conform_try decided(const struct conform *c)
{
	struct conform_try t = c->result[c->tries - 1];

	if (c->which.check->thrice)
		return all_isns(c);
	if (count_of(c, t.verdict) == c->tries)
		return t;
	if (proven(c, CHECK_FAIL) >= 2 || proven(c, CHECK_WARN) >= 2) {
		t = *first_of(c, proven(c, CHECK_FAIL) >= 2 ? CHECK_FAIL : CHECK_WARN);
		t.verdict = CHECK_WARN;
		return t;
	}
	if (is_good(t.verdict))
		return t;
	t.verdict = CHECK_INCONCLUSIVE;
	if (count_of(c, CHECK_INCONCLUSIVE) < 2)
		t.why = "every try came out differently: segments may be lost";
	return t;
}

static struct conform_try result_of(const struct conform *c)
{
	struct conform_try t = {.verdict = CHECK_INCONCLUSIVE, .after = AFTER_UNASKED};

	if (c->closed || (c->before != NULL && strcmp(c->before, "open") != 0))
		t.why = "the port is not open";
	else if (c->few_ports)
		t.why = "too few source ports";
	else if (c->unreachable)
		t.why = "an ICMP error, or this host, ended it";
	else if (c->stopped)
		t.why = "interrupted";
	else if (c->tries > 0)
		return decided(c);
	else if (c->out_of_reach)
		t = (struct conform_try){.verdict = CHECK_SKIPPED,
		                         .why = "what makes the server close is not known: --send "
		                                "STRING, or --wait-fin",
		                         .after = AFTER_UNASKED};
	return t;
}

/* --- the record --- */

static void put_times(struct text *t, const struct conform_try *r)
{
	for (uint8_t i = 0; i < r->stamps; i++)
		text_add(t, "%s%.2f", i == 0 ? " at " : ", ", (double)r->at[i] / 1e9);
	if (r->stamps > 0)
		text_add(t, " s");
}

static void put_got(const struct conform *c, const struct conform_try *r, struct text *t)
{
	static const struct {
		enum check_after after;
		const char *text;
	} fates[] = {
		{AFTER_KEPT, "; the connection is still there"},
		{AFTER_CONSUMED, "; it was taken"},
		{AFTER_GONE, "; the connection is gone"},
		{AFTER_UNKNOWN, "; no answer afterwards"},
	};
	uint64_t seen = r->seen;

	if (!r->judged)
		return;
	if (!c->which.check->timed)
		seen &= ~(uint64_t)(SAW_REPEATS | SAW_BACKOFF);
	check_seen_text(t, seen != 0 ? seen : SAW_SILENCE);
	if (c->which.check->timed)
		put_times(t, r);
	if (r->isn_rate > 0)
		text_add(t, "; ISN +%.2f per us", r->isn_rate);
	for (size_t i = 0; i < sizeof(fates) / sizeof(fates[0]); i++)
		if (r->after == fates[i].after)
			text_add(t, "%s", fates[i].text);
}

static void put_note(const struct conform *c, const struct conform_try *r, struct text *t)
{
	const char *known = c->which.check->note;

	if (r->why != NULL)
		text_add(t, "%s", r->why);
	if (known != NULL && (r->verdict == CHECK_WARN || r->verdict == CHECK_FAIL))
		text_add(t, "%s(known: %s)", r->why != NULL ? " " : "", known);
	if (r->verdict == CHECK_WARN && proven(c, CHECK_FAIL) >= 2)
		text_add(t, ", in %u of %u tries", proven(c, CHECK_FAIL), c->tries);
}

static void put_baseline(const struct conform *c, const struct conform_try *r, uint8_t family,
                         struct check_record *out)
{
	enum check_verdict before;

	if (c->cfg->baseline == NULL)
		return;
	out->changed = r->verdict == CHECK_FAIL; /* also where the case is a new one */
	if (!check_baseline_find(c->cfg->baseline, &c->which, family, (uint16_t)out->port, &before))
		return;
	out->baseline = check_verdict_name(before);
	out->changed = check_changed(before, r->verdict);
}

static const char *state_of(const struct conform *c, const struct attempt *a, const char **reason)
{
	struct lane_outcome o = lane_outcome(&a->lane[c->lane]);

	*reason = NULL;
	if (c->before != NULL && strcmp(c->before, "open") != 0)
		return c->before;
	if (a->lane[c->lane].host_rst || c->closed || c->unreachable) {
		*reason = o.reason;
		return o.state;
	}
	return "open";
}

static void fill(const struct conform *c, const struct attempt *a, const struct conform_try *r,
                 struct check_record *out)
{
	struct text expected = text_into(out->expected, sizeof(out->expected));
	struct text got = text_into(out->got, sizeof(out->got));
	struct text note = text_into(out->note, sizeof(out->note));
	const struct check *check = c->which.check;

	out->time = a->lane[r->lane].first != NS_NONE ? a->lane[r->lane].first : a->began;
	out->target = a->target;
	snprintf(out->address, sizeof(out->address), "%s", a->address);
	out->port = a->port;
	out->family = a->family;
	out->seq = (int64_t)a->seq;
	out->id = check->id;
	out->title = check->title;
	out->rfc = check->rfc;
	out->precondition = state_name(c->which.state);
	out->verdict = check_verdict_name(r->verdict);
	out->tries = c->tries;
	out->source_port = c->tries > 0 ? a->lane[r->lane].port : FIELD_NULL;
	out->remote_port = c->which.state == STATE_CLOSED ? c->cfg->closed_port : a->port;
	out->gone = c->cleanup[r->lane].phase == CLEANUP_IDLE ? -1 : c->cleanup[r->lane].gone;
	out->rtt = a->times_void || !a->lane[r->lane].tracked ? NS_NONE
	                                                      : track_rtt(&a->lane[r->lane].track);
	check_seen_text(&expected, check->expect);
	put_got(c, r, &got);
	put_note(c, r, &note);
	put_baseline(c, r, (uint8_t)(a->family), out);
	if (a->lane->history != NULL)
		out->segments =
			(struct field_list){a->lane->history->segment, a->lane->history->count};
}

void conform_answer(const void *p, const struct attempt *a, struct answer *out)
{
	const struct conform *c = p;
	struct conform_try r = result_of(c);
	struct check_record *rec = &out->store.check;
	struct text line = text_into(out->line, sizeof(out->line));
	const char *reason;

	check_record_init(rec);
	out->state = state_of(c, a, &reason);
	if (a->lane[c->lane].host_rst)
		r = (struct conform_try){.verdict = CHECK_INCONCLUSIVE,
		                         .why = "this host's kernel reset the connection",
		                         .after = AFTER_UNASKED};
	fill(c, a, &r, rec);
	rec->state = out->state;
	rec->reason = reason;
	check_record_line(&line, rec);
	out->record = (struct record){&check_record_type, rec};
	out->rtt = rec->rtt;
	out->syn_retransmits = 0;
	out->verdict = rec->verdict;
	out->changed = rec->changed;
	out->stacks =
		r.judged ? stacks_compare(&c->which, r.seen) : (struct stacks_match){.known = 0};
	out->failed = false;
	out->linger = false;
}
