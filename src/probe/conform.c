/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conform.c - one case: connections, one after the other, until a verdict stands.
 *
 * Theory of operation
 *
 * A try is one connection: the steps to the state, those of the check, the question what became of it
 * (check_recipe.c), then the clean-up (check_cleanup.c). A try that passes decides. Any other result needs
 * a second try that has it too, of three at most: a lost segment looks like a broken rule, but not twice.
 *
 * The first case of a target is its gate: where the port turns out not to be open, nothing more is sent.
 */
#include "probe/conform.h"

#include <string.h>

#include "base/wr.h"
#include "probe/check_cleanup.h"
#include "probe/check_request.h"
#include "probe/conform_internal.h"

/* Answers to what arrives when all is over: a server that repeats itself for ever has no more. */
#define RESETS_MAX 4

/* --- lanes and numbers --- */

static uint32_t lanes(const void *cfg)
{
	(void)cfg;
	return CONFORM_LANES;
}

static uint16_t remote_port(const void *cfg, uint32_t lane, uint16_t port)
{
	const struct conform_config *c = cfg;

	return lane < CONFORM_TRIES ? port : c->closed_port;
}

static size_t state_size(const void *cfg)
{
	(void)cfg;
	return sizeof(struct conform);
}

/* A number of this attempt that nobody else knows. */
static uint32_t secret(const struct conform *c, uint32_t which)
{
	uint8_t bytes[4];
	struct wr w = wr_into(bytes, sizeof(bytes));

	wr_be32(&w, which);
	return (uint32_t)siphash(&c->key, bytes, wr_len(&w));
}

static bool to_closed_port(const struct conform *c)
{
	return c->which.state == STATE_CLOSED;
}

static bool has_connection(const struct conform *c)
{
	return c->which.state != STATE_CLOSED && c->which.state != STATE_LISTEN;
}

/* Tries that this case may have; one lane of the first case may be the gate's. */
static uint8_t tries_max(const struct conform *c)
{
	if (to_closed_port(c))
		return CONFORM_CLOSED;
	return c->gate_lane == CONFORM_NO_LANE ? CONFORM_TRIES : CONFORM_TRIES - 1;
}

/* --- a try --- */

static void start_stepper(struct conform *c, uint32_t lane, const struct step *const *part,
                          uint8_t parts, ns_t now)
{
	const struct conform_config *cfg = c->cfg;

	c->lane = (uint8_t)lane;
	c->phase = CONFORM_STEPPING;
	c->sc = (struct stepper_config){
		.profile = &cfg->profile,
		.timestamps = c->which.check->timestamps,
		.mss = profile_mss(&cfg->profile, c->room),
		.v6 = c->v6,
		.tos = cfg->tos,
		.syn_retries = cfg->syn_retries,
		.rto = cfg->rto,
		.timeout = cfg->timeout,
		.ecn = cfg->ecn,
		.request = c->request,
		.request_len = c->request_len,
		.iss = secret(c, lane * 4),
		.foreign = secret(c, lane * 4 + 1),
		.ts_base = secret(c, lane * 4 + 2),
	};
	stepper_start(&c->st, &c->sc, part, parts, now);
}

static void start_try(struct conform *c, ns_t now)
{
	const struct check *check = c->which.check;
	const struct step *part[] = {check_recipe(check, c->which.state, c->request_len > 0),
	                             check->steps, check_ask_after};
	bool ask = has_connection(c) && !check->no_after;

	start_stepper(c, to_closed_port(c) ? CONFORM_TRIES + c->tries : c->tries, part, ask ? 3 : 2,
	              now);
}

static void start_gate(struct conform *c, ns_t now)
{
	const struct step *part[] = {check_recipe(NULL, STATE_SYN_RCVD, true)};

	c->gate_lane = CONFORM_TRIES - 1;
	start_stepper(c, c->gate_lane, part, 1, now);
}

static void start_cleanup(struct conform *c, ns_t now)
{
	struct cleanup *k = &c->cleanup[c->lane];

	c->phase = CONFORM_CLEANING;
	if (c->st.syn_ack != NS_NONE || c->st.peer_ack != c->sc.iss)
		cleanup_start(k, stepper_reset_seq(&c->st), stepper_reset_ack(&c->st), c->st.turn,
		              now);
	else if ((has_connection(c) || c->lane == c->gate_lane) &&
	         (c->st.events & STEP_EV_RST) == 0)
		cleanup_start(k, c->sc.iss + 1, c->sc.foreign, c->st.turn, now);
}

static void over(struct conform *c)
{
	c->phase = CONFORM_OVER;
}

static void after_cleanup(struct conform *c, ns_t now)
{
	if (c->stopped || c->closed || c->out_of_reach || conform_is_decided(c, tries_max(c)))
		over(c);
	else
		start_try(c, now);
}

static void end_try(struct conform *c, ns_t now)
{
	if (c->lane == c->gate_lane) {
		c->closed = c->st.end != STEPPER_DONE;
		c->gate_isn = c->st.irs;
	} else {
		conform_note_try(c);
	}
	if (c->gate && c->st.syn_ack == NS_NONE && has_connection(c))
		c->closed = true; /* no second try needed: the port is not open */
	start_cleanup(c, now);
}

/* Go on where a try or its clean-up has ended. */
static void advance(struct conform *c, ns_t now)
{
	if (c->phase == CONFORM_STEPPING && c->st.end != STEPPER_RUNNING)
		end_try(c, now);
	if (c->phase == CONFORM_CLEANING && cleanup_over(&c->cleanup[c->lane]))
		after_cleanup(c, now);
}

/* --- what a session calls --- */

/* The application decides whether this state is ever reached: where nothing makes it, nothing is tried. */
static bool is_out_of_reach(const struct conform *c)
{
	if (c->request_len > 0)
		return false;
	for (const struct step *s = c->which.check->steps; s->op != STEP_END; s++)
		if (s->data == STEP_REQUEST)
			return true;
	return check_server_closes_first(c->which.state) && !c->cfg->wait_fin;
}

static void choose_request(struct conform *c, uint16_t port)
{
	c->request = c->cfg->request;
	c->request_len = c->cfg->request_len;
	if (c->request_len > 0 || c->cfg->wait_fin || check_request(port) == NULL)
		return;
	c->request = check_request(port);
	c->request_len = (uint16_t)strlen(c->request);
}

static void start(void *p, const void *cfg, const struct probe_start *s)
{
	struct conform *c = p;
	const struct check_cases *cases = ((const struct conform_config *)cfg)->cases;

	memset(c, 0, sizeof(*c));
	c->cfg = cfg;
	c->which = cases->at[(s->seq - 1) % cases->count];
	c->key = s->key;
	c->room = s->room;
	c->v6 = s->v6;
	c->gate = s->state == NULL;
	c->gate_lane = CONFORM_NO_LANE;
	c->before = s->state;
	memset(c->resets_left, RESETS_MAX, sizeof(c->resets_left));
	choose_request(c, s->port);
	c->out_of_reach = is_out_of_reach(c);
	c->few_ports = s->lanes < CONFORM_LANES;
	if (c->few_ports || (!c->gate && (strcmp(s->state, "open") != 0 || c->out_of_reach)))
		over(c);
	else if (c->gate && (!has_connection(c) || c->out_of_reach))
		start_gate(c, s->now);
	else
		start_try(c, s->now);
}

static void reset_late(struct conform *c, const struct probe_input *in)
{
	if ((in->seg->flags & SEG_RST) != 0 || (in->seg->flags & SEG_ACK) == 0 ||
	    c->resets_left[in->lane] == 0)
		return;
	c->resets_left[in->lane]--;
	c->late_due |= (uint8_t)(1U << in->lane);
	c->late_seq[in->lane] = in->seg->ack;
}

static bool heard_now(struct conform *c, const struct probe_input *in)
{
	if (c->phase == CONFORM_STEPPING) {
		if (!stepper_heard(&c->st, in->seg, in->stamp, in->now))
			return false;
		stepper_note_state(&c->st, track_state(in->track, TRACK_SERVER), in->now);
	} else {
		cleanup_heard(&c->cleanup[in->lane], in->seg, in->now);
	}
	return true;
}

static enum track_take heard(void *p, const struct probe_input *in)
{
	struct conform *c = p;

	if (c->phase == CONFORM_OVER || in->lane != c->lane) {
		reset_late(c, in);
		return TRACK_DUPLICATE;
	}
	if (!heard_now(c, in))
		return TRACK_SPOOFED;
	advance(c, in->now);
	return TRACK_TAKEN;
}

static void sent(void *p, const struct probe_input *in)
{
	struct conform *c = p;

	if (c->phase != CONFORM_STEPPING || in->lane != c->lane)
		return;
	stepper_note_state(&c->st, track_state(in->track, TRACK_SERVER), in->now);
	advance(c, in->now);
}

static void stop(void *p, ns_t now)
{
	struct conform *c = p;

	if (c->stopped || c->phase == CONFORM_OVER)
		return;
	c->stopped = true;
	if (c->phase == CONFORM_STEPPING)
		start_cleanup(c, now);
	advance(c, now);
}

static void unreachable(void *p, uint32_t lane)
{
	struct conform *c = p;

	if (lane != c->lane)
		return;
	c->unreachable = true;
	c->closed = c->closed || c->gate;
	over(c);
}

static void timer(void *p, ns_t now)
{
	struct conform *c = p;

	if (c->phase == CONFORM_STEPPING)
		stepper_timer(&c->st, now);
	else if (c->phase == CONFORM_CLEANING)
		cleanup_timer(&c->cleanup[c->lane], now);
	advance(c, now);
}

static bool next_late(struct conform *c, struct probe_output *out)
{
	for (uint32_t i = 0; i < CONFORM_LANES; i++) {
		if ((c->late_due & 1U << i) == 0)
			continue;
		c->late_due &= (uint8_t) ~(1U << i);
		out->lane = i;
		stepper_build_reset(&c->st, c->late_seq[i], &out->seg);
		return true;
	}
	return false;
}

static bool next_step(struct conform *c, struct probe_output *out, ns_t now)
{
	out->lane = c->lane;
	return c->phase == CONFORM_STEPPING && stepper_next(&c->st, &out->seg, now);
}

static bool next_cleanup(struct conform *c, struct probe_output *out, ns_t now)
{
	struct seg wanted;

	if (c->phase != CONFORM_CLEANING || !cleanup_next(&c->cleanup[c->lane], &wanted, now))
		return false;
	stepper_build_reset(&c->st, wanted.seq, &out->seg);
	out->seg.flags = wanted.flags;
	out->seg.ack = wanted.ack;
	out->lane = c->lane;
	return true;
}

static bool next(void *p, struct probe_output *out, ns_t now)
{
	struct conform *c = p;

	if (next_step(c, out, now))
		return true;
	advance(c, now); /* the last step may have been that segment */
	return next_step(c, out, now) || next_cleanup(c, out, now) || next_late(c, out);
}

static ns_t deadline(const void *p)
{
	const struct conform *c = p;

	switch ((enum conform_phase)c->phase) {
	case CONFORM_STEPPING:
		return stepper_deadline(&c->st);
	case CONFORM_CLEANING:
		return cleanup_deadline(&c->cleanup[c->lane]);
	case CONFORM_OVER:
		break;
	}
	return NS_NEVER;
}

static bool done(const void *p)
{
	const struct conform *c = p;

	return c->phase == CONFORM_OVER;
}

const struct probe_ops conform_probe = {
	.name = "conform",
	.tracked = true,
	.gated = true,
	.ordered = true,
	.unlabelled = true,
	.state_size = state_size,
	.lanes = lanes,
	.remote_port = remote_port,
	.start = start,
	.heard = heard,
	.sent = sent,
	.unreachable = unreachable,
	.timer = timer,
	.stop = stop,
	.next = next,
	.deadline = deadline,
	.done = done,
	.answer = conform_answer,
};
