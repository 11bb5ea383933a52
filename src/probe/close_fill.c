/* SPDX-License-Identifier: BSD-2-Clause */
/* close_fill.c - names for the judgement of a close. */
#include "probe/close_fill.h"

/* What says that evidence is missing is nobody's doing. */
static const char *who(const struct track_finding_info *info, const char *end)
{
	return info->verdict == CLOSE_INCONCLUSIVE ? NULL : end;
}

static uint32_t add(uint32_t set, const char *end, struct finding_record *out)
{
	uint32_t n = 0;

	for (unsigned int f = 0; f < FIND_COUNT; f++) {
		const struct track_finding_info *info = track_finding_info((enum track_finding)f);

		if ((set & 1U << f) != 0)
			out[n++] = (struct finding_record){
				.id = info->id,
				.by = who(info, end),
				.verdict = close_verdict_name(info->verdict),
				.detail = info->text,
				.rule = info->rule,
				.check = info->check,
				.frame = FIELD_NULL,
			};
	}
	return n;
}

void close_fill(const struct close *c, struct close_record *r,
                struct finding_record findings[static CLOSE_FINDINGS_MAX])
{
	uint32_t n = add(c->findings, "server", findings);

	n += add(c->client_findings, "client", findings + n);
	r->kind = close_kind_name(c->kind);
	r->first = close_first_name(c->first);
	r->verdict = close_verdict_name(c->verdict);
	r->duration = c->duration;
	r->findings = (struct field_list){findings, n};
}
