/* SPDX-License-Identifier: BSD-2-Clause */
/* answer.c - the answer of a probe whose attempt is one connection. */
#include "probe/answer.h"

#include <stdio.h>
#include <string.h>

/* Only a connection on which something was lost may still need us: our last ACK may be lost, too. */
static bool may_need_us(const struct track *t)
{
	return track_handshake(t) != NS_NONE && track_lossy(t);
}

static void fill_attempt(const struct attempt *a, struct probe_record *r)
{
	memset(r, 0, sizeof(*r));
	exchange_record_init(&r->exchange);
	r->target = a->target;
	snprintf(r->address, sizeof(r->address), "%s", a->address);
	r->port = a->port;
	r->family = a->family;
	r->seq = (int64_t)a->seq;
	r->source_port = a->lane->port;
	r->waited = a->waited;
}

void answer_by_lane(struct answer *out, const struct attempt *a)
{
	struct probe_record *r = &out->store.probe.record;

	fill_attempt(a, r);
	lane_record(a->lane, a->times_void, r, &out->store.probe.lists);
	r->phases.dns = a->dns;
	if (r->time == NS_NONE)
		r->time = a->began;
	out->record = (struct record){&probe_record_type, r};
	out->state = r->state;
	out->rtt = r->rtt;
	out->syn_retransmits = r->syn_retransmits;
	out->verdict = NULL;
	out->changed = -1;
	out->stacks = (struct stacks_match){.known = 0};
	out->failed = false;
	out->linger = may_need_us(&a->lane->track);
	answer_put_line(out);
}

void answer_put_line(struct answer *out)
{
	struct text t = text_into(out->line, sizeof(out->line));

	probe_record_line(&t, out->record.data);
}
