/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_cookies.c - does the target answer with SYN cookies? */
#include "cli/command.h"

#include <stdio.h>

#include "cli/run.h"
#include "net/route.h"
#include "probe/cookies.h"
#include "probe/cookies_load.h"
#include "probe/cookies_plan.h"

/* Tests that may be made unasked: none that is slow or that an application notices. */
static uint32_t enabled_tests(const struct options *o)
{
	uint32_t set = 0;

	if (o->tests_given)
		return o->tests;
	cookies_tests_parse("all", &set);
	return o->no_timestamps ? set & ~(uint32_t)COOKIES_WITH_TIMESTAMPS : set;
}

static struct cookies_config config_of(const struct options *o)
{
	return (struct cookies_config){
		.profile = o->profile,
		.tos = o->tos,
		.ecn = o->ecn,
		.own_win = o->win_given,
		.syn_retries = o->syn_retries,
		.rto = o->rto,
		.timeout = o->timeout,
		.enabled = enabled_tests(o),
		.forced = o->tests,
		.load = o->load,
	};
}

static void failed(const struct engine_sink *sink, const struct place_failure *f)
{
	struct cookies_record rec;

	cookies_record_init(&rec);
	rec.time = ns_realtime();
	rec.target = f->name;
	rec.port = f->port != 0 ? f->port : FIELD_NULL;
	rec.family = f->addr.family != ADDR_NONE ? f->addr.family : FIELD_NULL;
	rec.seq = 1;
	rec.state = "error";
	rec.reason = f->reason;
	route_addr_text(&f->addr, rec.address);
	sink->record(sink->ctx, &(struct record){&cookies_record_type, &rec});
}

static void describe(const struct options *o, const struct engine_target *t, struct text *out)
{
	(void)t;
	text_add(out, "SYN cookies: core");
	for (unsigned int i = COOKIES_CORE + 1; i < COOKIES_TESTS; i++)
		if ((o->tests & COOKIES_BIT(i)) != 0)
			text_add(out, ", %s", cookies_test_info(i)->name);
	if (!o->tests_given)
		text_add(out, ", others where they help");
	if (o->load > 0)
		text_add(out, ", load up to %u", o->load);
}

/* Fewer would show less than was asked for. */
static int check_ports(const struct options *o, struct err *e)
{
	struct cookies_config config = config_of(o);
	uint32_t wanted = cookies_probe.lanes(&config);
	uint32_t given = o->last_source_port - o->first_source_port + 1U;

	if (o->first_source_port == 0 || given >= wanted)
		return 0;
	return err_set(e, ERR_USAGE, "--source-port: --load=%u needs %u ports, these are %u",
	               o->load, wanted, given);
}

/* What --load is about to do, and to whom. */
static int announce(const struct options *o, const struct engine_target *targets, uint32_t count,
                    struct err *e)
{
	char remote[ENDPOINT_TEXT_MAX], source[ADDR_TEXT_MAX];

	if (o->load == 0)
		return 0;
	if (count > 1)
		return err_set(e, ERR_USAGE,
		               "--load wants one target, one address and one port: these are %u",
		               count);
	if (check_ports(o, e) != 0)
		return -1;
	endpoint_format(&targets->remote, remote);
	route_addr_text(&targets->source, source);
	fprintf(stderr,
	        "tcpshake: load: about to hold up to %u half-open connections at %s, from %s, ",
	        o->load, remote, source);
	if (targets->next_hop.family == ADDR_NONE)
		fputs("one by one", stderr);
	else
		fprintf(stderr, "at most %d SYNs a second", COOKIES_LOAD_RATE);
	fputs("; all are reset afterwards. Meanwhile the server may refuse others.\n", stderr);
	return 0;
}

enum exit_code cmd_cookies(const struct options *o)
{
	struct cookies_config config = config_of(o);
	struct question q = {
		.probe = &cookies_probe,
		.config = &config,
		.describe = describe,
		.failed = failed,
		.announce = announce,
	};

	return run_question(o, &q);
}
