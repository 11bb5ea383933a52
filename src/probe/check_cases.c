/* SPDX-License-Identifier: BSD-2-Clause */
/* check_cases.c - from the tables, and what is asked for, to the cases of a run. */
#include "probe/check_cases.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static bool is_wanted(const struct check_choice *w, const struct check *c)
{
	switch ((enum check_manner)c->manner) {
	case CHECK_SAFE:
		return true;
	case CHECK_NOISY:
		return w->noisy;
	case CHECK_INTRUSIVE:
		return w->intrusive;
	case CHECK_SLOW:
		return w->slow;
	}
	return false;
}

/* Does "T4", "t4:LAST_ACK" or "T*" at `name` mean this case? A star leaves the kinds to the choice. */
static bool is_named(const char *name, size_t len, const struct check_choice *w,
                     const struct check *c, enum tcp_state state)
{
	size_t id = strlen(c->id);
	const char *want = state_name(state);

	if (len > 1 && name[len - 1] == '*')
		return strncasecmp(name, c->id, len - 1) == 0 && is_wanted(w, c);
	if (strncasecmp(name, c->id, id < len ? id : len) != 0 || len < id)
		return false;
	if (len == id)
		return true;
	return name[id] == ':' && len - id - 1 == strlen(want) &&
	       strncasecmp(name + id + 1, want, len - id - 1) == 0;
}

/* Is it in the list? A name's own mark is set in `used`, so that those that fit nothing are found. */
static bool is_listed(const struct check_choice *w, const struct check *c, enum tcp_state state,
                      uint64_t *used)
{
	const char *list = w->list;

	bool found = false;

	for (unsigned int i = 0;; i++) {
		size_t len = strcspn(list, ",");

		if (is_named(list, len, w, c, state)) {
			found = true;
			*used |= (uint64_t)1 << i % 64;
		}
		if (list[len] == '\0')
			return found;
		list += len + 1;
	}
}

static void add_states(struct check_cases *out, const struct check_choice *w, const struct check *c,
                       uint64_t *used)
{
	for (unsigned int s = 0; s < STATE_COUNT; s++) {
		if ((c->tried & 1U << s) == 0 || (!w->conform && !check_of_close(c)))
			continue;
		if (w->list != NULL ? !is_listed(w, c, (enum tcp_state)s, used) : !is_wanted(w, c))
			continue;
		assert(out->count < CHECK_CASES_MAX);
		out->at[out->count++] = (struct check_case){c, (enum tcp_state)s};
	}
}

/* The first name of the list that fits no case. */
static int unknown(const struct check_choice *w, uint64_t used, struct err *e)
{
	const char *list = w->list;

	for (unsigned int i = 0; (used >> i & 1) != 0; i++)
		list += strcspn(list, ",") + 1;
	return err_set(e, ERR_USAGE,
	               "--case '%.*s': no such check of `tcpshake %s`, or not in this state: "
	               "--list has them all",
	               (int)strcspn(list, ","), list, w->conform ? "conform" : "close");
}

#define NAMES_MAX 63

int check_cases_choose(struct check_cases *out, const struct check_choice *choice, struct err *e)
{
	uint64_t used = 0, all;
	unsigned int names = 1;

	for (const char *s = choice->list; s != NULL && *s != '\0'; s++)
		names += *s == ',';
	if (names > NAMES_MAX)
		return err_set(e, ERR_USAGE, "--case: at most %d names", NAMES_MAX);
	out->count = 0;
	for (const struct check *c = NULL; (c = checks_next(c)) != NULL;)
		add_states(out, choice, c, &used);
	all = ((uint64_t)1 << names) - 1;
	return choice->list != NULL && used != all ? unknown(choice, used, e) : 0;
}

static bool has_port(const struct check_baseline *b, uint16_t port)
{
	for (uint32_t i = 0; i < b->count; i++)
		if (b->at[i].port == port)
			return true;
	return false;
}

bool check_baseline_find(const struct check_baseline *b, const struct check_case *c, uint8_t family,
                         uint16_t port, enum check_verdict *out)
{
	bool any_port = !has_port(b, port);

	for (uint32_t i = 0; i < b->count; i++) {
		const struct check_earlier *x = &b->at[i];

		if (x->family != family || (x->port != port && !any_port) ||
		    strcmp(x->id, c->check->id) != 0 ||
		    strcmp(x->precondition, state_name(c->state)) != 0)
			continue;
		*out = x->verdict;
		return true;
	}
	return false;
}

static bool is_kept(enum check_verdict v)
{
	return v == CHECK_PASS || v == CHECK_INFO;
}

bool check_changed(enum check_verdict before, enum check_verdict now)
{
	if (before == CHECK_INCONCLUSIVE || now == CHECK_INCONCLUSIVE)
		return false;
	return before != now && !(is_kept(before) && is_kept(now));
}

enum check_verdict check_verdict_parse(const char *name)
{
	unsigned int v = 0;

	while (v < CHECK_VERDICTS && strcmp(check_verdict_name((enum check_verdict)v), name) != 0)
		v++;
	return (enum check_verdict)v;
}
