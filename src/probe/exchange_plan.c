/* SPDX-License-Identifier: BSD-2-Clause */
/* exchange_plan.c - from attempt to attempt. */
#include "probe/exchange_plan.h"

#include <string.h>

void exchange_plan_clear(struct exchange_plan *p)
{
	tls_session_free(p->session);
	p->session = NULL;
}

enum probe_ready exchange_plan_ready(const void *plan)
{
	const struct exchange_plan *p = plan;

	if (p == NULL || p->variant == NULL)
		return PROBE_READY;
	if (p->before != NULL && p->before->left > 0)
		return PROBE_WAIT;
	return p->left > 0 ? PROBE_READY : PROBE_SPENT;
}

/* What the attempt has fetched; one that failed will not be better the next time. */
static void count_responses(struct exchange_plan *plan, const struct talk *t)
{
	const struct http_result *r = talk_http(t);
	uint32_t got = r == NULL ? 0 : r->responses;

	if (talk_status(t) == STAGE_FAILED || got == 0)
		got = plan->together ? plan->left : 1;
	plan->left -= got < plan->left ? got : plan->left;
}

/* The newest one, as each is for one use (RFC 8446 C.4). */
static void take_session(struct exchange_plan *plan, const struct talk *t)
{
	struct tls_session *session = t->tls == NULL ? NULL : tls_take_session(t->tls);

	if (session == NULL)
		return;
	tls_session_free(plan->session);
	plan->session = session;
	memcpy(plan->alpn, tls_result(t->tls)->alpn, sizeof(plan->alpn));
}

/* RFC 7413 4.1.3: the newest one counts. */
static void take_cookie(struct exchange_plan *plan, const struct talk *t)
{
	uint8_t cookie[EXCHANGE_COOKIE_MAX];
	size_t len = stream_fastopen_cookie(t->stream, cookie);

	if (len == 0)
		return;
	memcpy(plan->cookie, cookie, len);
	plan->cookie_len = (uint8_t)len;
}

void exchange_plan_learn(struct exchange_plan *plan, const struct exchange_config *cfg,
                         const struct talk *t)
{
	if (cfg->fastopen)
		take_cookie(plan, t);
	if (cfg->resume)
		take_session(plan, t);
	if (plan->variant != NULL)
		count_responses(plan, t);
}
