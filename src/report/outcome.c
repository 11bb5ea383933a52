/* SPDX-License-Identifier: BSD-2-Clause */
/* outcome.c - a check fails by its verdict, a probe where its port is not open. */
#include "report/outcome.h"

#include <stdio.h>
#include <string.h>

#include "result/check_record.h"
#include "result/cookies_record.h"

static enum outcome_kind kind_of_check(const struct check_record *c)
{
	if (c->changed >= 0 && strcmp(c->verdict, "inconclusive") != 0)
		return c->changed == 1 ? OUTCOME_FAILED : OUTCOME_PASSED;
	if (strcmp(c->verdict, "fail") == 0)
		return OUTCOME_FAILED;
	if (strcmp(c->verdict, "inconclusive") == 0 || strcmp(c->verdict, "skipped") == 0)
		return OUTCOME_SKIPPED;
	return OUTCOME_PASSED;
}

static void of_check(const struct check_record *c, struct outcome *out)
{
	*out = (struct outcome){
		.kind = kind_of_check(c),
		.verdict = c->verdict,
		.why = c->note,
		.expected = c->expected,
		.got = c->got,
		.rfc = c->rfc,
		.time = NS_NONE,
		.segments = c->segments,
	};
	snprintf(out->name, sizeof(out->name), "%s:%lld %s %s %s", c->address, (long long)c->port,
	         c->id != NULL ? c->id : "-", c->precondition != NULL ? c->precondition : "-",
	         c->title != NULL ? c->title : c->reason);
}

static void of_probe(const struct probe_record *p, struct outcome *out)
{
	bool open = strcmp(p->state, "open") == 0;

	*out = (struct outcome){
		.kind = open ? OUTCOME_PASSED : OUTCOME_FAILED,
		.verdict = p->state,
		.why = p->detail != NULL ? p->detail : p->reason,
		.expected = "open",
		.got = p->state,
		.time = p->handshake,
		.segments = p->segments,
	};
	snprintf(out->name, sizeof(out->name), "%s:%lld seq=%lld handshake", p->address,
	         (long long)p->port, (long long)p->seq);
}

static void of_cookies(const struct cookies_record *c, struct outcome *out)
{
	bool open = strcmp(c->state, "open") == 0;

	*out = (struct outcome){
		.kind = !open                                     ? OUTCOME_FAILED
	                : strcmp(c->verdict, "inconclusive") == 0 ? OUTCOME_SKIPPED
	                                                          : OUTCOME_PASSED,
		.verdict = c->verdict,
		.why = c->detail != NULL ? c->detail : c->reason,
		.got = c->verdict,
		.time = c->duration,
		.segments = c->segments,
	};
	snprintf(out->name, sizeof(out->name), "%s:%lld seq=%lld SYN cookies", c->address,
	         (long long)c->port, (long long)c->seq);
}

bool outcome_of(const struct record *r, struct outcome *out)
{
	if (r->type == &check_record_type)
		of_check(r->data, out);
	else if (r->type == &probe_record_type)
		of_probe(r->data, out);
	else if (r->type == &cookies_record_type)
		of_cookies(r->data, out);
	else
		return false;
	return true;
}
