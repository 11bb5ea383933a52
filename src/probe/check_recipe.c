/* SPDX-License-Identifier: BSD-2-Clause */
/* check_recipe.c - how a server is brought into a state, and asked afterwards whether it still is. */
#include "probe/check.h"

#include <stddef.h>

#include "probe/check_notation.h"

/* clang-format off */
#define SEND(...)     {.op = STEP_SEND, .counts = true, __VA_ARGS__}
#define UNTIL(...)    {.op = STEP_UNTIL, __VA_ARGS__}
#define LISTEN(t, a)  {.op = STEP_LISTEN, .ms = (t), .acks = (a)}
#define REACHED(s)    {.op = STEP_STATE, .state = STATE_##s}, {.op = STEP_MARK}, {.op = STEP_END}

#define SYN      SEND(.flags = SEG_SYN, .seq = {STEP_ISS, 0}, .options = STEP_OPT_SYN), \
                 UNTIL(.events = STEP_EV_SYN_ACK)
#define ACK      SEND(.flags = SEG_ACK, .seq = R(0), .ack = S(0))
#define OPEN     SYN, ACK, ACK, LISTEN(50, STEP_ACK_ALL) /* twice: one may be lost */
#define FIN      SEND(.flags = SEG_FIN | SEG_ACK, .seq = R(0), .ack = S(0))
#define ACKED    UNTIL(.events = STEP_EV_ACKED, .tries = 4, .ms = 4000, .acks = STEP_ACK_DATA)
#define SERVER_FIN(t) UNTIL(.events = STEP_EV_FIN, .tries = 4, .ms = (t), .acks = STEP_ACK_DATA)
#define ASKED    SYN, ACK, ACK, LISTEN(50, STEP_ACK_DATA), \
                 SEND(.flags = SEG_PSH | SEG_ACK, .seq = R(0), .ack = S(0), .data = STEP_REQUEST), \
                 SERVER_FIN(5000)
#define WAITED   SYN, ACK, ACK, SERVER_FIN(30000)
#define FINISHED ACK, ACK, LISTEN(50, STEP_ACK_ALL)
#define CROSSED  SEND(.flags = SEG_FIN | SEG_ACK, .seq = R(0), .ack = UNA(0)), ACKED, \
                 LISTEN(50, STEP_ACK_DATA) /* a FIN that was sent again has two answers */
/* clang-format on */

static const struct step nothing[] = {{.op = STEP_MARK}, {.op = STEP_END}};
static const struct step syn_rcvd[] = {SYN, LISTEN(20, STEP_ACK_NOTHING), REACHED(SYN_RCVD)};
static const struct step established[] = {OPEN, REACHED(ESTABLISHED)};
/* The window is closed from the start: stacks need not believe that it shrinks (RFC 9293 SHLD-14). */
static const struct step no_window[] = {
	SYN, SEND(.flags = SEG_ACK, .seq = R(0), .ack = S(0), .window_0 = true),
	SEND(.flags = SEG_ACK, .seq = R(0), .ack = S(0), .window_0 = true),
	LISTEN(50, STEP_ACK_NOTHING), REACHED(ESTABLISHED)};

static const struct step close_wait[] = {OPEN, FIN, ACKED, LISTEN(200, STEP_ACK_DATA),
                                         REACHED(CLOSE_WAIT)};
static const struct step last_ack[] = {OPEN, FIN, SERVER_FIN(3000), REACHED(LAST_ACK)};

static const struct step fin_wait_1[] = {ASKED, REACHED(FIN_WAIT_1)};
static const struct step fin_wait_2[] = {ASKED, FINISHED, REACHED(FIN_WAIT_2)};
static const struct step closing[] = {ASKED, CROSSED, REACHED(CLOSING)};
static const struct step time_wait[] = {
	ASKED, FINISHED, FIN, ACKED, LISTEN(50, STEP_ACK_ALL), REACHED(TIME_WAIT)};

/* The same where the server closes without being asked. */
static const struct step fin_wait_1_idle[] = {WAITED, REACHED(FIN_WAIT_1)};
static const struct step fin_wait_2_idle[] = {WAITED, FINISHED, REACHED(FIN_WAIT_2)};
static const struct step closing_idle[] = {WAITED, CROSSED, REACHED(CLOSING)};
static const struct step time_wait_idle[] = {
	WAITED, FINISHED, FIN, ACKED, LISTEN(50, STEP_ACK_ALL), REACHED(TIME_WAIT)};

const struct step *check_recipe(const struct check *c, enum tcp_state state, bool request)
{
	if (c != NULL && c->no_window)
		return no_window;
	switch (state) {
	case STATE_CLOSED:
	case STATE_LISTEN:
		return nothing;
	case STATE_SYN_RCVD:
		return syn_rcvd;
	case STATE_ESTABLISHED:
		return established;
	case STATE_CLOSE_WAIT:
		return close_wait;
	case STATE_LAST_ACK:
		return last_ack;
	case STATE_FIN_WAIT_1:
		return request ? fin_wait_1 : fin_wait_1_idle;
	case STATE_FIN_WAIT_2:
		return request ? fin_wait_2 : fin_wait_2_idle;
	case STATE_CLOSING:
		return request ? closing : closing_idle;
	case STATE_TIME_WAIT:
		return request ? time_wait : time_wait_idle;
	case STATE_SYN_SENT:
		break; /* a server that listens is never there */
	}
	return nothing;
}

bool check_server_closes_first(enum tcp_state state)
{
	return state == STATE_FIN_WAIT_1 || state == STATE_FIN_WAIT_2 || state == STATE_CLOSING ||
	       state == STATE_TIME_WAIT;
}

/* A keep-alive (RFC 9293 3.8.4), three times at most. It is old, so nothing comes of it. */
const struct step check_ask_after[] = {
	{.op = STEP_SEND, .flags = SEG_ACK, .seq = R(-1), .ack = UNA(0)},
	UNTIL(.events = STEP_EV_REPLY, .tries = 2, .ms = 1500),
	{.op = STEP_END},
};
