/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_checks.c - does the target keep the rules of TCP? The commands `close` and `conform`. */
#include "cli/command.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/baseline.h"
#include "cli/run.h"
#include "net/route.h"
#include "probe/check_request.h"
#include "probe/conform.h"

static struct conform_config config_of(const struct options *o)
{
	return (struct conform_config){
		.profile = o->profile,
		.tos = o->tos,
		.syn_retries = o->syn_retries,
		.rto = o->rto,
		.timeout = o->timeout,
		.ecn = o->ecn,
		.cases = &o->cases,
		.request = o->request,
		.request_len = o->request_len,
		.wait_fin = o->wait_fin,
		.closed_port = o->closed_port,
	};
}

static void failed(const struct engine_sink *sink, const struct place_failure *f)
{
	struct check_record rec;

	check_record_init(&rec);
	rec.time = ns_realtime();
	rec.target = f->name;
	rec.port = f->port != 0 ? f->port : FIELD_NULL;
	rec.family = f->addr.family != ADDR_NONE ? f->addr.family : FIELD_NULL;
	rec.state = "error";
	rec.reason = f->reason;
	route_addr_text(&f->addr, rec.address);
	sink->record(sink->ctx, &(struct record){&check_record_type, &rec});
}

static void describe(const struct options *o, const struct engine_target *t, struct text *out)
{
	const char *what = o->command == COMMAND_CLOSE ? "teardown" : "conformance";
	bool get_sent = !o->send_given && !o->wait_fin && check_request(t->remote.port) != NULL;

	text_add(out, "%u check%s of %s, closed port %u", o->cases.count,
	         o->cases.count == 1 ? "" : "s", what, o->closed_port);
	if (o->send_given)
		text_add(out, ", asks with %u byte%s", o->request_len,
		         o->request_len == 1 ? "" : "s");
	else if (get_sent)
		text_add(out, ", asks with HTTP/1.0");
	else
		text_add(out, o->wait_fin ? ", waits for its FIN" : ", asks nothing");
}

/* A case may need several connections, and no port is used twice within four minutes. */
static int check_ports(const struct options *o, const struct engine_target *targets, uint32_t count,
                       struct err *e)
{
	uint32_t given = o->last_source_port - o->first_source_port + 1U;

	(void)targets;
	(void)count;
	if (o->first_source_port == 0 || given >= CONFORM_LANES)
		return 0;
	return err_set(
		e, ERR_USAGE,
		"--source-port: a check needs %u ports, these are %u; %u would serve all of them",
		CONFORM_LANES, given, CONFORM_LANES * o->cases.count);
}

enum exit_code cmd_checks(const struct options *o)
{
	struct conform_config config = config_of(o);
	struct check_baseline baseline = {.count = 0};
	struct question q = {
		.probe = &conform_probe,
		.config = &config,
		.attempts = o->cases.count,
		.segments = true,
		.describe = describe,
		.failed = failed,
		.announce = check_ports,
	};
	enum exit_code code;
	struct err e;

	if (o->baseline != NULL && baseline_read(o->baseline, &baseline, &e) != 0) {
		fprintf(stderr, "tcpshake: %s\n", e.text);
		return exit_of_err(&e);
	}
	config.baseline = o->baseline != NULL ? &baseline : NULL;
	code = run_question(o, &q);
	free(baseline.at);
	return code;
}
