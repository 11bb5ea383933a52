/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stepper.c - from step to step.
 *
 * Theory of operation
 *
 * run() is at one step at a time. A send is handed out by stepper_next(); the waits end by what
 * stepper_heard() learns (stepper_input.c) or by the timer. What is heard after STEP_MARK is kept with
 * the segment that it may answer; what it means is for others to say.
 */
#include "scenario/stepper_internal.h"

#include <string.h>

#include "tcp/rto.h"
#include "tcp/seq.h"

const char STEP_REQUEST[] = "request";

/* What jitter and a busy peer may add to two round-trip times, and the least that is worth waiting. */
#define RTO_SLACK (100 * NS_MS)
#define RTO_MIN   (200 * NS_MS)

/* The capture sees our own segments at once; the tracker then knows the server's state. */
#define STATE_WAIT (300 * NS_MS)

/* How long a wait without `tries` lasts at most. */
#define WAIT_MAX (60 * NS_SEC)

static const struct step *step_of(const struct stepper *st)
{
	return &st->part[st->at_part][st->at_step];
}

void stepper_start(struct stepper *st, const struct stepper_config *cfg,
                   const struct step *const *part, uint8_t parts, ns_t now)
{
	memset(st, 0, sizeof(*st));
	st->cfg = cfg;
	memcpy(st->part, part, parts * sizeof(*part));
	st->parts = parts;
	st->rto = cfg->rto;
	st->turn = st->syn_ack = st->fin = st->repeated = NS_NONE;
	st->pause = NS_NEVER;
	st->snd_nxt = st->peer_ack = cfg->iss;
	st->rcv_nxt = st->rcv_acked = cfg->foreign;
	st->snd_wnd = UINT16_MAX;
	st->tsval = cfg->ts_base;
	stepper_run(st, now);
}

/* --- waits --- */

static ns_t slack(const struct stepper *st)
{
	return st->turn == NS_NONE ? 0 : st->turn;
}

static void enter_until(struct stepper *st, const struct step *s, ns_t now)
{
	bool syn = (st->last.flags & (SEG_SYN | SEG_ACK)) == SEG_SYN;

	st->tries = syn ? st->cfg->syn_retries : s->tries;
	if (!syn)
		st->rto = 2 * slack(st) + RTO_SLACK < RTO_MIN ? RTO_MIN : 2 * slack(st) + RTO_SLACK;
	st->give_up = now + (s->ms > 0 ? s->ms * NS_MS + slack(st) : WAIT_MAX);
	st->deadline =
		st->tries > 0 || s->ms == 0 ? ns_min(now + st->rto, st->give_up) : st->give_up;
}

static void enter(struct stepper *st, const struct step *s, ns_t now)
{
	st->entered = true;
	switch ((enum step_op)s->op) {
	case STEP_UNTIL:
		enter_until(st, s, now);
		break;
	case STEP_LISTEN:
		st->deadline = now + s->ms * NS_MS + slack(st);
		break;
	case STEP_STATE:
		st->deadline = now + STATE_WAIT;
		break;
	case STEP_FILL:
		st->give_up = now + s->ms * NS_MS;
		break;
	case STEP_SEND:
		st->deadline = now;
		break;
	case STEP_END:
	case STEP_MARK:
		break;
	}
}

static void mark(struct stepper *st)
{
	st->marked = true;
	st->sent_count = st->reply_count = st->repeats = 0;
	st->backs_off = false;
	st->events &= (uint16_t) ~(STEP_EV_REPEATS | STEP_EV_REPLY);
}

/* Is the step that we are at done by what is known? */
static bool is_satisfied(struct stepper *st, const struct step *s)
{
	switch ((enum step_op)s->op) {
	case STEP_UNTIL:
	case STEP_LISTEN:
		return (st->events & s->events) != 0;
	case STEP_STATE:
		return st->state == s->state;
	case STEP_MARK:
		mark(st);
		return true;
	case STEP_SEND:
		return (st->events & s->unless) != 0;
	case STEP_FILL: /* by the timer */
	case STEP_END:
		break;
	}
	return false;
}

void stepper_stop(struct stepper *st, enum stepper_end how)
{
	st->end = (uint8_t)how;
	st->deadline = NS_NEVER;
}

static void advance(struct stepper *st)
{
	st->at_step++;
	st->entered = st->resend = false;
	while (step_of(st)->op == STEP_END && st->at_part + 1 < st->parts) {
		st->at_part++;
		st->at_step = 0;
	}
}

void stepper_run(struct stepper *st, ns_t now)
{
	while (st->end == STEPPER_RUNNING) {
		const struct step *s = step_of(st);

		if (s->op == STEP_END) {
			stepper_stop(st, STEPPER_DONE);
			return;
		}
		if (!st->entered)
			enter(st, s, now);
		if (!is_satisfied(st, s))
			return;
		advance(st);
	}
}

/* A reset before the mark, where nobody waits for one: what was to be asked cannot be. */
void stepper_note_reset(struct stepper *st)
{
	if (st->end == STEPPER_RUNNING && !st->marked && (step_of(st)->events & STEP_EV_RST) == 0)
		stepper_stop(st, STEPPER_RESET);
}

uint8_t stepper_acks(const struct stepper *st)
{
	const struct step *s = step_of(st);

	return st->end == STEPPER_RUNNING && (s->op == STEP_UNTIL || s->op == STEP_LISTEN)
	               ? s->acks
	               : STEP_ACK_NOTHING;
}

void stepper_note_state(struct stepper *st, enum tcp_state server, ns_t now)
{
	st->state = (uint8_t)server;
	stepper_run(st, now);
}

static void on_until(struct stepper *st, const struct step *s, ns_t now)
{
	if (now < st->give_up && st->tries > 0) {
		bool last = --st->tries == 0 && st->cfg->timeout > 0;

		st->resend = true;
		st->rto = rto_backoff(st->rto);
		st->deadline = ns_min(now + (last ? st->cfg->timeout : st->rto), st->give_up);
		return;
	}
	if (now < st->give_up && s->ms > 0) {
		st->deadline = st->give_up;
		return;
	}
	stepper_stop(st, s->events == STEP_EV_FIN ? STEPPER_NO_FIN : STEPPER_NO_ANSWER);
}

void stepper_timer(struct stepper *st, ns_t now)
{
	const struct step *s = step_of(st);

	if (now < stepper_deadline(st))
		return;
	switch ((enum step_op)s->op) {
	case STEP_UNTIL:
		on_until(st, s, now);
		return;
	case STEP_LISTEN:
		advance(st);
		break;
	case STEP_STATE:
		stepper_stop(st, STEPPER_STATE);
		return;
	case STEP_FILL:
		if (!stepper_is_full(st, now)) {
			stepper_stop(st, STEPPER_NOT_FULL);
			return;
		}
		advance(st);
		break;
	case STEP_SEND:
	case STEP_MARK:
	case STEP_END:
		return;
	}
	stepper_run(st, now);
}

ns_t stepper_deadline(const struct stepper *st)
{
	if (st->end != STEPPER_RUNNING)
		return NS_NEVER;
	return step_of(st)->op == STEP_FILL ? stepper_fill_deadline(st) : st->deadline;
}

/* --- segments --- */

static void note_send(struct stepper *st, const struct step *s, const struct seg *out, ns_t now)
{
	st->last = (struct step_sent){.seq = out->seq,
	                              .ack = out->ack,
	                              .len = seg_len(out),
	                              .flags = out->flags,
	                              .opt_kinds = stepper_options(out),
	                              .window_0 = s->window_0,
	                              .snd_nxt = st->snd_nxt,
	                              .rcv_nxt = st->rcv_nxt};
	if (st->sent_count < STEPPER_SENT)
		st->sent[st->sent_count++] = st->last;
	st->sent_at = now;
	st->events &= (uint16_t)~STEP_EV_REPLY;
	if (!s->counts)
		return;
	if ((out->flags & SEG_SYN) != 0)
		st->mss_told = seg_opts(out).mss_present ? seg_opts(out).mss
		               : st->cfg->v6             ? 1220
		                                         : 536;
	st->snd_nxt = out->seq + seg_len(out);
	st->events &= (uint16_t)~STEP_EV_ACKED;
	if ((out->flags & SEG_ACK) != 0 && s->ack.base != STEP_NONE)
		st->rcv_acked = out->ack;
}

/* The step whose segment a wait may send again: the last one before it. */
static const struct step *step_to_repeat(const struct stepper *st)
{
	const struct step *s = step_of(st);

	while (s > st->part[st->at_part] && s->op != STEP_SEND)
		s--;
	return s;
}

static bool next_again(struct stepper *st, struct seg *out)
{
	const struct step *s = step_to_repeat(st);

	st->resend = false;
	if (s->op != STEP_SEND)
		return false;
	stepper_build(st, s, out);
	out->seq = st->last.seq;
	out->ack = (s->flags & SEG_ACK) != 0 ? st->rcv_acked : 0;
	return true;
}

static bool next_ack(struct stepper *st, struct seg *out)
{
	static const struct step ack = {.op = STEP_SEND,
	                                .flags = SEG_ACK,
	                                .seq = {STEP_SND_NXT, 0},
	                                .ack = {STEP_RCV_ACKED, 0}};

	st->ack_due = false;
	stepper_build(st, &ack, out);
	return true;
}

static bool next_fill(struct stepper *st, struct seg *out, ns_t now)
{
	struct step s;

	if (!stepper_next_fill(st, &s))
		return false;
	stepper_build(st, &s, out);
	note_send(st, &s, out, now);
	return true;
}

bool stepper_next(struct stepper *st, struct seg *out, ns_t now)
{
	const struct step *s = step_of(st);

	if (st->end != STEPPER_RUNNING)
		return false;
	if (st->ack_due)
		return next_ack(st, out);
	if (st->resend)
		return next_again(st, out);
	if (s->op == STEP_FILL)
		return next_fill(st, out, now);
	if (s->op != STEP_SEND)
		return false;
	stepper_build(st, s, out);
	note_send(st, s, out, now);
	advance(st);
	stepper_run(st, now);
	return true;
}
