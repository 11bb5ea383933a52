/* SPDX-License-Identifier: BSD-2-Clause */
/* conn_timer.c - what silence says of a stream: something was lost, or the window stays closed. */
#include "tcp/conn_internal.h"
#include "tcp/stream_internal.h"

#define PROBES_MAX 10

/* RFC 9293 3.8.6.1: at the RTO first, then ever more rarely. */
static bool probe_window(struct conn *c, ns_t now)
{
	struct stream_sender *out = &c->stream->out;

	if (out->probes == PROBES_MAX)
		return false;
	out->probes++;
	out->probe = true;
	c->deadline = now + ns_min(conn_rto(c) << out->probes, RTO_MAX);
	return true;
}

/*
 * RFC 6298 5.4 to 5.6, RFC 5681 3.1. All is taken for lost, even what was SACKed: the peer may have thrown it
 * away (RFC 2018 8), and if not it says so again.
 */
static void lose_all(struct conn *c, ns_t now)
{
	struct stream_sender *out = &c->stream->out;

	cong_timeout(&out->cong, (uint32_t)(out->nxt - out->una), c->tries > 1);
	out->mode = STREAM_LOSS;
	out->recover = out->nxt;
	out->dupacks = 0;
	out->timed_at = NS_NONE;
	ranges_init(&out->sacked);
	conn_stream_resend(c);
	c->rto_us = (uint32_t)(rto_backoff(conn_rto(c)) / NS_US);
	conn_arm_again(c, now);
}

bool conn_stream_timer(struct conn *c, ns_t now)
{
	struct stream_sender *out = &c->stream->out;

	c->deadline = NS_NEVER;
	if (out->una == out->nxt && !out->persist)
		return true;
	/* A window that was closed behind what is under way: its first byte probes it. */
	if (!out->persist && out->wnd == 0 && out->una < out->q.written) {
		out->persist = true;
		out->probes = 0;
	}
	if (out->persist)
		return probe_window(c, now);
	if (conn_exhausted(c))
		return false;
	lose_all(c, now);
	return true;
}
