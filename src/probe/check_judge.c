/* SPDX-License-Identifier: BSD-2-Clause */
/* check_judge.c - the first rule that fits. */
#include <stddef.h>

#include "probe/check.h"

const char *check_verdict_name(enum check_verdict v)
{
	static const char *const names[CHECK_VERDICTS] = {
		[CHECK_PASS] = "pass",
		[CHECK_INFO] = "info",
		[CHECK_WARN] = "warn",
		[CHECK_FAIL] = "fail",
		[CHECK_INCONCLUSIVE] = "inconclusive",
		[CHECK_SKIPPED] = "skipped",
	};

	return names[v];
}

bool check_of_close(const struct check *c)
{
	for (const struct check *d = checks_close; d->id != NULL; d++)
		if (d == c)
			return true;
	return false;
}

const struct check *checks_next(const struct check *c)
{
	if (c == NULL)
		return checks_close;
	if (c[1].id != NULL)
		return c + 1;
	return check_of_close(c) ? checks_conform : NULL;
}

static bool fits(const struct check_rule *r, uint64_t seen, enum check_after after)
{
	if ((seen & r->all) != r->all)
		return false;
	if (r->any != 0 && (seen & r->any) == 0)
		return false;
	return r->after == 0 || (r->after & after) != 0;
}

enum check_verdict check_judge(const struct check *c, uint64_t seen, enum check_after after,
                               const char **why)
{
	const struct check_rule *r = c->rules;

	if ((seen & SAW_ANSWERS) == 0)
		seen |= SAW_SILENCE;
	while (!fits(r, seen, after))
		r++;
	*why = r->why;
	return (enum check_verdict)r->verdict;
}
