/* SPDX-License-Identifier: BSD-2-Clause */
/* outcome.c - a check fails by its verdict, a probe where its port is not open. */
#include "report/outcome.h"

#include <string.h>

#include "base/text.h"
#include "result/check_record.h"
#include "result/comparison_record.h"
#include "result/connection_record.h"
#include "result/cookies_record.h"

/* "192.0.2.7:80 ", or the name that has no address. */
static void put_place(struct text *t, const char *name, const char *address, int64_t port)
{
	bool v6 = strchr(address, ':') != NULL;

	if (address[0] == '\0') {
		text_add(t, "%s ", name);
		return;
	}
	text_add(t, "%s%s%s", v6 ? "[" : "", address, v6 ? "]" : "");
	if (port != FIELD_NULL)
		text_add(t, ":%lld", (long long)port);
	text_add(t, " ");
}

static enum outcome_kind kind_of_check(const struct check_record *c)
{
	if (c->state != NULL && strcmp(c->state, "open") != 0)
		return OUTCOME_FAILED; /* as the exit code says */
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
	struct text name;

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
	name = text_into(out->name, sizeof(out->name));
	put_place(&name, c->target, c->address, c->port);
	if (c->id != NULL)
		text_add(&name, "%s %s %s", c->id, c->precondition, c->title);
	else
		text_add(&name, "%s", c->reason);
}

static void of_probe(const struct probe_record *p, struct outcome *out)
{
	struct text name;
	bool open = strcmp(p->state, "open") == 0, failed = p->exchange.failed;

	*out = (struct outcome){
		.kind = open && !failed ? OUTCOME_PASSED : OUTCOME_FAILED,
		.verdict = failed ? p->reason : p->state,
		.why = p->detail != NULL ? p->detail : p->reason,
		.expected = "open",
		.got = failed ? p->reason : p->state,
		.time = p->handshake,
		.segments = p->segments,
		.messages = p->exchange.messages,
	};
	name = text_into(out->name, sizeof(out->name));
	if (p->exchange.url != NULL)
		text_add(&name, "%s at ", p->exchange.url);
	put_place(&name, p->target, p->address, p->port);
	text_add(&name, "seq=%lld %s", (long long)p->seq,
	         p->exchange.spoken ? "exchange" : "handshake");
}

static void of_cookies(const struct cookies_record *c, struct outcome *out)
{
	struct text name;
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
	name = text_into(out->name, sizeof(out->name));
	put_place(&name, c->target, c->address, c->port);
	text_add(&name, "seq=%lld SYN cookies", (long long)c->seq);
}

static int rank(const char *verdict)
{
	return strcmp(verdict, "fail") == 0 ? 2 : strcmp(verdict, "warn") == 0;
}

/* The worst finding: what, by whom, in which frame. */
static const char *worst_finding(const struct connection_record *c, struct outcome *out)
{
	struct text t = text_into(out->worst, sizeof(out->worst));
	const struct finding_record *f = c->findings.items, *worst = f;

	for (uint32_t i = 1; i < c->findings.count; i++)
		if (rank(f[i].verdict) > rank(worst->verdict))
			worst = &f[i];
	if (c->findings.count == 0)
		return c->close.kind;
	text_add(&t, "%s", worst->id);
	if (worst->by != NULL)
		text_add(&t, " by the %s", worst->by);
	if (worst->frame != FIELD_NULL)
		text_add(&t, " in frame %lld", (long long)worst->frame);
	text_add(&t, ": %s", worst->detail);
	return out->worst;
}

/* A connection fails where it was never open, and where a rule was broken. */
static void of_connection(const struct connection_record *c, struct outcome *out)
{
	struct text name;
	bool broken = strcmp(c->close.verdict, "fail") == 0;
	bool open = strcmp(c->state, "open") == 0;

	*out = (struct outcome){
		.kind = broken || !open ? OUTCOME_FAILED : OUTCOME_PASSED,
		.verdict = open ? c->close.verdict : c->state,
		.why = open ? NULL : c->reason,
		.got = open ? c->close.kind : c->state,
		.time = c->handshake,
		.segments = c->frames,
	};
	if (open)
		out->why = worst_finding(c, out);
	name = text_into(out->name, sizeof(out->name));
	text_add(&name, "%s: ", c->file);
	put_place(&name, NULL, c->client.address, c->client.port);
	text_add(&name, "to ");
	put_place(&name, NULL, c->server.address, c->server.port);
	text_add(&name, "stream %lld", (long long)c->stream);
}

static void of_comparison(const struct comparison_record *c, struct outcome *out)
{
	struct text name;

	*out = (struct outcome){
		.kind = c->failed > 0 ? OUTCOME_FAILED : OUTCOME_PASSED,
		.verdict = c->failed > 0 ? c->reason : "pass",
		.why = c->reason,
		.time = c->total,
	};
	name = text_into(out->name, sizeof(out->name));
	text_add(&name, "%s by %s, %lld requests", c->target, c->variant, (long long)c->requests);
}

bool outcome_of(const struct record *r, struct outcome *out)
{
	if (r->type == &check_record_type)
		of_check(r->data, out);
	else if (r->type == &probe_record_type)
		of_probe(r->data, out);
	else if (r->type == &cookies_record_type)
		of_cookies(r->data, out);
	else if (r->type == &comparison_record_type)
		of_comparison(r->data, out);
	else if (r->type == &connection_record_type)
		of_connection(r->data, out);
	else
		return false;
	return true;
}
