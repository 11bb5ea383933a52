/* SPDX-License-Identifier: BSD-2-Clause */
/* replay_record.c - a flow as a record, and what records come to. */
#include "engine/replay_internal.h"

#include <string.h>

#include "engine/connection.h"

static void count_close(struct capture_record *c, const struct connection_record *r)
{
	c->reset += r->reset.by != NULL && strcmp(r->reset.why, "refused") != 0;
	c->half_open += strcmp(r->close.kind, "half-open") == 0;
	c->warned += strcmp(r->close.verdict, "warn") == 0;
	c->failed += strcmp(r->close.verdict, "fail") == 0;
	c->retransmits += r->by_client.retransmits + r->by_server.retransmits;
	c->midstream += strcmp(r->opened, "midstream") == 0;
}

static void count(struct replay *r, const struct connection_record *c)
{
	struct summary_record *s = &r->counts;

	s->sent++;
	s->open += strcmp(c->state, "open") == 0;
	s->closed += strcmp(c->state, "closed") == 0;
	s->filtered += strcmp(c->state, "filtered") == 0;
	s->unreachable += strcmp(c->state, "unreachable") == 0;
	s->syn_retransmits += c->syn_retransmits;
	count_close(&s->capture, c);
	if (c->rtt != NS_NONE)
		stats_add(&r->rtt, c->rtt);
	if (c->handshake != NS_NONE)
		stats_add(&r->handshake, c->handshake);
}

void replay_tell(struct replay *r, const struct flow *f)
{
	struct connection_record rec;
	struct connection_lists lists;

	if (!choice_fits(&r->cfg.choice, f))
		return;
	connection_fill(f, &rec, &lists);
	rec.file = r->file;
	if (r->unstamped)
		connection_untime(&rec);
	if (r->ladders != NULL)
		rec.frames = ladder_list(r->ladders, f->number, f->first);
	count(r, &rec);
	r->sink.connection(r->sink.ctx, &rec);
}
