/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stepper_fill.c - data that an application does not read, until the server has no room for more.
 *
 * A window that stays closed for a while is full; one that opens again is that of an application that is
 * only slow. No more than ten segments are under way: RFC 6928's initial window, and it stays that.
 */
#include "scenario/stepper_internal.h"

#include "tcp/seq.h"

/* More than the receive buffer of a connection that nobody reads: the application does read. */
#define FILL_MAX (1U << 20)

#define SETTLED  (300 * NS_MS)
#define FLIGHT   10 /* segments */

#define Z8       "zzzzzzzz"
#define Z64      Z8 Z8 Z8 Z8 Z8 Z8 Z8 Z8
#define Z512     Z64 Z64 Z64 Z64 Z64 Z64 Z64 Z64

static const char chunk[] = Z512;

#define CHUNK (sizeof(chunk) - 1)

bool stepper_next_fill(struct stepper *st, struct step *out)
{
	uint32_t flight = st->snd_nxt - st->peer_ack + CHUNK;

	if (flight > st->snd_wnd || flight > FLIGHT * CHUNK || st->filled >= FILL_MAX ||
	    (st->events & STEP_EV_RST) != 0)
		return false;
	st->filled += CHUNK;
	*out = (struct step){.op = STEP_SEND,
	                     .flags = SEG_PSH | SEG_ACK,
	                     .seq = {STEP_SND_NXT, 0},
	                     .ack = {STEP_RCV_ACKED, 0},
	                     .data = chunk,
	                     .counts = true};
	return true;
}

void stepper_note_room(struct stepper *st, ns_t now)
{
	bool full = st->filled > 0 && st->snd_wnd < CHUNK && st->peer_ack == st->snd_nxt;

	if (full && !st->full)
		st->full_at = now;
	st->full = full;
}

ns_t stepper_fill_deadline(const struct stepper *st)
{
	bool over = st->filled >= FILL_MAX || (st->events & STEP_EV_RST) != 0;

	if (st->full)
		return ns_min(st->give_up, st->full_at + SETTLED);
	return over ? 0 : st->give_up;
}

bool stepper_is_full(const struct stepper *st, ns_t now)
{
	return st->full && now >= st->full_at + SETTLED;
}
