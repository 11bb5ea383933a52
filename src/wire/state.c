/* SPDX-License-Identifier: BSD-2-Clause */
/* state.c - names of the TCP states. */
#include "wire/state.h"

#include <assert.h>

static const char *const names[] = {
	[STATE_CLOSED] = "CLOSED",           [STATE_LISTEN] = "LISTEN",
	[STATE_SYN_SENT] = "SYN_SENT",       [STATE_SYN_RCVD] = "SYN_RCVD",
	[STATE_ESTABLISHED] = "ESTABLISHED", [STATE_FIN_WAIT_1] = "FIN_WAIT_1",
	[STATE_FIN_WAIT_2] = "FIN_WAIT_2",   [STATE_CLOSE_WAIT] = "CLOSE_WAIT",
	[STATE_CLOSING] = "CLOSING",         [STATE_LAST_ACK] = "LAST_ACK",
	[STATE_TIME_WAIT] = "TIME_WAIT",
};

static_assert(sizeof(names) / sizeof(names[0]) == STATE_COUNT, "every state has a name");

const char *state_name(enum tcp_state s)
{
	return names[s];
}
