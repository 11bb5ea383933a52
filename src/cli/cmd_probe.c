/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_probe.c - how long do handshakes take? */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/exchange.h"
#include "cli/run.h"
#include "net/route.h"
#include "probe/handshake.h"
#include "probe/single.h"

/* FIN and data are repeated more often than a SYN: a peer that answered once is worth an orderly end. */
#define FIN_RETRIES 4

static uint16_t data_len(const struct options *o)
{
	return o->data == NULL ? 0 : (uint16_t)strlen(o->data);
}

static struct handshake_config handshake_of(const struct options *o)
{
	return (struct handshake_config){
		.conn = {.profile = o->profile,
	                 .tos = o->tos,
	                 .ecn = o->ecn,
	                 .syn_retries = o->syn_retries,
	                 .fin_retries = FIN_RETRIES,
	                 .rto = o->rto,
	                 .timeout = o->timeout},
		.end = o->end,
		.data = (const uint8_t *)o->data,
		.data_len = data_len(o),
	};
}

static struct single_config single_of(const struct options *o)
{
	return (struct single_config){
		.profile = o->profile,
		.flags = o->flags,
		.tos = o->tos,
		.timeout = o->timeout > 0 ? o->timeout : o->rto,
		.data = (const uint8_t *)o->data,
		.data_len = data_len(o),
	};
}

static void failed(const struct engine_sink *sink, const struct place_failure *f)
{
	struct probe_record rec = {
		.time = ns_realtime(),
		.target = f->name,
		.port = f->port != 0 ? f->port : FIELD_NULL,
		.family = f->addr.family != ADDR_NONE ? f->addr.family : FIELD_NULL,
		.seq = 1,
		.source_port = FIELD_NULL,
		.state = "error",
		.reason = f->reason,
		.rtt = NS_NONE,
		.handshake = NS_NONE,
		.reply = {FIELD_NULL, FIELD_NULL, FIELD_NULL, FIELD_NULL, FIELD_NULL, -1, -1, -1,
	                  -1},
		.icmp = {FIELD_NULL, FIELD_NULL, ""},
		.phases = {NS_NONE, NS_NONE, NS_NONE, NS_NONE, NS_NONE, NS_NONE},
		.close = {.kind = "none", .duration = NS_NONE},
	};

	exchange_record_init(&rec.exchange);
	route_addr_text(&f->addr, rec.address);
	sink->record(sink->ctx, &(struct record){&probe_record_type, &rec});
}

static void describe_options(const struct options *o, const struct engine_target *t,
                             struct text *out)
{
	const struct profile *p = &o->profile;
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));
	struct tcpopts sent;

	profile_put_options(p, &w, profile_mss(p, engine_room(t)), 0);
	sent = tcpopt_decode(bytes, wr_len(&w));
	if (sent.mss_present)
		text_add(out, " mss %u", sent.mss);
	text_add(out, "%s%s", sent.sackok ? " sackOK" : "", sent.ts_present ? " TS" : "");
	if (sent.wscale_present)
		text_add(out, " wscale %u", sent.wscale);
}

static void describe(const struct options *o, const struct engine_target *t, struct text *out)
{
	if (o->flags_given) {
		text_add(out, "segment ");
		seg_flags_text(out, o->flags);
	} else {
		text_add(out, "SYN");
	}
	if (!o->flags_given || (o->flags & SEG_SYN) != 0)
		describe_options(o, t, out);
	if (t->plan != NULL)
		exchange_describe(t->plan, out);
}

enum exit_code cmd_probe(const struct options *o)
{
	struct handshake_config handshake = handshake_of(o);
	struct single_config single = single_of(o);
	struct exchange_job job = {.probe = {.name = NULL}};
	struct err e;
	struct question q = {
		.probe = o->flags_given ? &single_probe : &handshake_probe,
		.config = o->flags_given ? (const void *)&single : (const void *)&handshake,
		.describe = describe,
		.failed = failed,
	};

	if (exchange_question(&q, &job, o, &handshake.conn, &e) != 0) {
		fprintf(stderr, "tcpshake: %s\n", e.text);
		return exit_of_err(&e);
	}
	return run_question(o, &q);
}
