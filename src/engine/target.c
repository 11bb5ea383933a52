/* SPDX-License-Identifier: BSD-2-Clause */
/* target.c - counters and statistics of one target, and their summary. */
#include "engine/target.h"

#include <string.h>

#include "net/route.h"

int target_init(struct target *t, const struct engine_target *spec, uint64_t expected)
{
	memset(t, 0, sizeof(*t));
	t->spec = spec;
	return stats_init(&t->rtt, expected);
}

void target_fini(struct target *t)
{
	stats_fini(&t->rtt);
}

void target_count(struct target *t, enum track_take take)
{
	switch (take) {
	case TRACK_DUPLICATE:
		t->duplicates++;
		break;
	case TRACK_LATE:
		t->late++;
		break;
	case TRACK_SPOOFED:
		t->spoofed++;
		break;
	case TRACK_TAKEN:
	case TRACK_IGNORED:
		break;
	}
}

static uint64_t *counter_of(struct target *t, const char *state)
{
	if (strcmp(state, "open") == 0)
		return &t->open;
	if (strcmp(state, "closed") == 0)
		return &t->closed;
	if (strcmp(state, "filtered") == 0)
		return &t->filtered;
	if (strcmp(state, "unreachable") == 0)
		return &t->unreachable;
	return &t->errors;
}

/* By the words of cookies_verdict_name(). */
static void count_verdict(struct verdicts_record *v, const char *verdict)
{
	const struct {
		const char *name;
		int64_t *count;
	} counts[] = {
		{"active", &v->active},
		{"proxy", &v->proxy},
		{"not-active-now", &v->not_active_now},
		{"capable", &v->capable},
		{"intermittent", &v->intermittent},
		{"inconclusive", &v->inconclusive},
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		*counts[i].count += strcmp(counts[i].name, verdict) == 0;
}

static void count_check(struct checks_record *c, const char *verdict, int8_t changed)
{
	const struct {
		const char *name;
		int64_t *count;
	} counts[] = {
		{"pass", &c->pass},
		{"info", &c->info},
		{"warn", &c->warn},
		{"fail", &c->fail},
		{"inconclusive", &c->inconclusive},
		{"skipped", &c->skipped},
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		*counts[i].count += strcmp(counts[i].name, verdict) == 0;
	if (changed < 0)
		c->changed = FIELD_NULL;
	else
		c->changed += changed;
}

void target_add(struct target *t, const struct answer *a, const struct expect_list *expects)
{
	++*counter_of(t, a->state);
	t->syn_retransmits += (uint64_t)a->syn_retransmits;
	t->failed += a->failed;
	if (a->rtt != NS_NONE)
		stats_add(&t->rtt, a->rtt);
	if (a->record.type == &check_record_type) {
		count_check(&t->checks, a->verdict, a->changed);
		t->has_checks = true;
		stacks_add(&t->stacks, a->stacks);
	} else if (a->verdict != NULL) {
		count_verdict(&t->cookies, a->verdict);
		t->has_verdicts = true;
	}
	expect_attempt(expects, t->standing, &a->record);
}

const char *target_state(const struct target *t)
{
	if (t->open > 0)
		return "open";
	if (t->closed > 0)
		return "closed";
	if (t->unreachable > 0)
		return "unreachable";
	if (t->filtered > 0)
		return "filtered";
	return t->errors > 0 ? "error" : NULL;
}

static void fill_counts(const struct target *t, struct summary_record *s)
{
	uint64_t sent = t->open + t->closed + t->filtered + t->unreachable + t->errors;

	s->sent = (int64_t)sent;
	s->open = (int64_t)t->open;
	s->closed = (int64_t)t->closed;
	s->filtered = (int64_t)t->filtered;
	s->unreachable = (int64_t)t->unreachable;
	s->errors = (int64_t)t->errors;
	s->loss_percent =
		sent == 0 ? -1 : (double)(sent - t->open - t->closed) * 100.0 / (double)sent;
	s->syn_retransmits = (int64_t)t->syn_retransmits;
	s->duplicates = (int64_t)t->duplicates;
	s->late = (int64_t)t->late;
	s->spoofed = (int64_t)t->spoofed;
	s->corrupt = (int64_t)t->corrupt;
	s->unreset = (int64_t)t->unreset;
	s->failed = t->spec->plan == NULL ? FIELD_NULL : (int64_t)t->failed;
}

static void fill_rtt(struct target *t, struct summary_record *s)
{
	s->rtt_samples = (int64_t)t->rtt.count;
	s->rtt = rtt_record_of(&t->rtt);
}

/* Expectations about the state decide whether the target failed, the others whether it disappoints. */
static void judge(const struct target *t, const struct expect_list *expects,
                  const struct summary_record *s, const struct expectation_record *out,
                  struct engine_outcome *o)
{
	o->state_ok = expect_has_state(expects) || t->open > 0;
	o->expectations = !t->has_checks || t->checks.changed == FIELD_NULL
	                          ? t->checks.fail == 0
	                          : t->checks.changed == 0;
	o->protocol = t->failed == 0;
	o->local = t->errors > 0 || s->capture_dropped > 0 || t->unreset > 0;
	for (uint32_t i = 0; i < expects->count; i++) {
		if (out[i].held != 0)
			continue;
		if (expect_is_state(&expects->term[i]))
			o->state_ok = false;
		else
			o->expectations = false;
	}
}

void target_summary(struct target *t, const struct expect_list *expects, uint64_t capture_dropped,
                    ns_t wall, struct summary_record *s, struct expectation_record *out,
                    struct engine_outcome *outcome)
{
	struct record record = {.type = &summary_record_type, .data = s};
	struct text fingerprint;

	memset(s, 0, sizeof(*s));
	s->time = wall;
	s->target = t->spec->name;
	route_addr_text(&t->spec->remote.addr, s->address);
	s->port = t->spec->remote.port;
	s->family = t->spec->remote.addr.family;
	s->state = target_state(t);
	s->capture_dropped = (int64_t)capture_dropped;
	fill_counts(t, s);
	fill_rtt(t, s);
	s->cookies = t->cookies;
	if (!t->has_verdicts)
		s->cookies.active = FIELD_NULL;
	s->checks = t->checks;
	fingerprint = text_into(s->fingerprint, sizeof(s->fingerprint));
	stacks_text(&fingerprint, &t->stacks);
	if (!t->has_checks)
		s->checks.pass = FIELD_NULL;
	s->capture.frames = FIELD_NULL;
	expect_summary(expects, t->standing, &record, out);
	s->expectations = (struct field_list){out, expects->count};
	judge(t, expects, s, out, outcome);
	s->verdict =
		outcome->state_ok && outcome->expectations && outcome->protocol && !outcome->local
			? "pass"
			: "fail";
}
