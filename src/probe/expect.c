/* SPDX-License-Identifier: BSD-2-Clause */
/* expect.c - parse expectations and hold records against them. */
#include "probe/expect.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "result/check_record.h"
#include "result/cookies_record.h"

enum unit {
	UNIT_TEXT,
	UNIT_NUMBER,
	UNIT_DURATION, /* fields in microseconds; values like 20ms */
	UNIT_PERCENT,  /* values may end in % */
	UNIT_BOOL,
};

struct expect_field {
	const char *name;
	enum expect_scope scope;
	const char *path; /* declared field */
	enum unit unit;
	bool null_is_absent; /* a null says nothing, rather than that the term does not hold */
};

static const struct expect_field fields[] = {
	{"state", EXPECT_SUMMARY, "state", UNIT_TEXT, false},
	{"reason", EXPECT_ATTEMPT, "reason", UNIT_TEXT, false},
	{"address", EXPECT_ATTEMPT, "address", UNIT_TEXT, false},
	{"port", EXPECT_ATTEMPT, "port", UNIT_NUMBER, false},
	{"family", EXPECT_ATTEMPT, "family", UNIT_NUMBER, false},
	{"rtt", EXPECT_ATTEMPT, "rtt_us", UNIT_DURATION, false},
	{"handshake", EXPECT_ATTEMPT, "handshake_us", UNIT_DURATION, false},
	{"dns", EXPECT_ATTEMPT, "phases.dns_us", UNIT_DURATION, true},
	{"ttl", EXPECT_ATTEMPT, "reply.ttl", UNIT_NUMBER, false},
	{"window", EXPECT_ATTEMPT, "reply.window", UNIT_NUMBER, false},
	{"mss", EXPECT_ATTEMPT, "reply.mss", UNIT_NUMBER, false},
	{"wscale", EXPECT_ATTEMPT, "reply.wscale", UNIT_NUMBER, false},
	{"sack", EXPECT_ATTEMPT, "reply.sack", UNIT_BOOL, false},
	{"timestamps", EXPECT_ATTEMPT, "reply.timestamps", UNIT_BOOL, false},
	{"ecn", EXPECT_ATTEMPT, "reply.ecn", UNIT_BOOL, false},
	{"df", EXPECT_ATTEMPT, "reply.df", UNIT_BOOL, false},
	{"close", EXPECT_ATTEMPT, "close.kind", UNIT_TEXT, false},
	{"close.kind", EXPECT_ATTEMPT, "close.kind", UNIT_TEXT, false},
	{"close.first", EXPECT_ATTEMPT, "close.first", UNIT_TEXT, false},
	{"close.verdict", EXPECT_ATTEMPT, "close.verdict", UNIT_TEXT, false},
	{"close.time", EXPECT_ATTEMPT, "close.close_us", UNIT_DURATION, false},
	{"cookies", EXPECT_ATTEMPT, "verdict", UNIT_TEXT, false},
	{"cookies.implementation", EXPECT_ATTEMPT, "implementation", UNIT_TEXT, false},
	{"cookies.confidence", EXPECT_ATTEMPT, "confidence", UNIT_NUMBER, false},
	{"cookies.segments", EXPECT_ATTEMPT, "segments_sent", UNIT_NUMBER, false},
	{"cookies.time", EXPECT_ATTEMPT, "duration_us", UNIT_DURATION, false},
	{"cookies.load", EXPECT_ATTEMPT, "load", UNIT_TEXT, false},
	{"cookies.load_at", EXPECT_ATTEMPT, "load_at", UNIT_NUMBER, false},
	{"cookies.load_held", EXPECT_ATTEMPT, "load_held", UNIT_NUMBER, false},
	{"tls.version", EXPECT_ATTEMPT, "tls.version", UNIT_TEXT, false},
	{"tls.cipher", EXPECT_ATTEMPT, "tls.cipher", UNIT_TEXT, false},
	{"tls.group", EXPECT_ATTEMPT, "tls.group", UNIT_TEXT, false},
	{"tls.alpn", EXPECT_ATTEMPT, "tls.alpn", UNIT_TEXT, false},
	{"tls.resumed", EXPECT_ATTEMPT, "tls.resumed", UNIT_BOOL, false},
	{"tls.early_data", EXPECT_ATTEMPT, "tls.early_data", UNIT_BOOL, false},
	{"tls.certificate.days_left", EXPECT_ATTEMPT, "tls.certificate.days_left", UNIT_NUMBER,
         false},
	{"tls.certificate.verified", EXPECT_ATTEMPT, "tls.certificate.verified", UNIT_BOOL, false},
	{"tls.certificate.subject", EXPECT_ATTEMPT, "tls.certificate.subject", UNIT_TEXT, false},
	{"tls.certificate.issuer", EXPECT_ATTEMPT, "tls.certificate.issuer", UNIT_TEXT, false},
	{"http.version", EXPECT_ATTEMPT, "http.version", UNIT_TEXT, false},
	{"http.status", EXPECT_ATTEMPT, "http.status", UNIT_NUMBER, false},
	{"http.ttfb", EXPECT_ATTEMPT, "http.ttfb_us", UNIT_DURATION, false},
	{"http.body", EXPECT_ATTEMPT, "http.body_bytes", UNIT_NUMBER, false},
	{"fastopen", EXPECT_ATTEMPT, "fastopen", UNIT_TEXT, false},
	{"http.responses", EXPECT_ATTEMPT, "http.responses", UNIT_NUMBER, false},
	{"http.after", EXPECT_ATTEMPT, "http.after", UNIT_TEXT, false},
	{"http.idle", EXPECT_ATTEMPT, "http.idle_us", UNIT_DURATION, false},
	{"ws.status", EXPECT_ATTEMPT, "ws.status", UNIT_NUMBER, false},
	{"ws.ping", EXPECT_ATTEMPT, "ws.ping_rtt_us", UNIT_DURATION, false},
	{"ws.close_code", EXPECT_ATTEMPT, "ws.close_code", UNIT_NUMBER, false},
	{"phases.tcp", EXPECT_ATTEMPT, "phases.tcp_us", UNIT_DURATION, false},
	{"phases.tls", EXPECT_ATTEMPT, "phases.tls_us", UNIT_DURATION, false},
	{"phases.http", EXPECT_ATTEMPT, "phases.http_us", UNIT_DURATION, false},
	{"phases.ws", EXPECT_ATTEMPT, "phases.ws_us", UNIT_DURATION, false},
	{"phases.close", EXPECT_ATTEMPT, "phases.close_us", UNIT_DURATION, false},
	{"rtt.min", EXPECT_SUMMARY, "rtt_us.min", UNIT_DURATION, false},
	{"rtt.avg", EXPECT_SUMMARY, "rtt_us.avg", UNIT_DURATION, false},
	{"rtt.max", EXPECT_SUMMARY, "rtt_us.max", UNIT_DURATION, false},
	{"rtt.mdev", EXPECT_SUMMARY, "rtt_us.mdev", UNIT_DURATION, false},
	{"rtt.p50", EXPECT_SUMMARY, "rtt_us.p50", UNIT_DURATION, false},
	{"rtt.p90", EXPECT_SUMMARY, "rtt_us.p90", UNIT_DURATION, false},
	{"rtt.p95", EXPECT_SUMMARY, "rtt_us.p95", UNIT_DURATION, false},
	{"rtt.p99", EXPECT_SUMMARY, "rtt_us.p99", UNIT_DURATION, false},
	{"rtt_samples", EXPECT_SUMMARY, "rtt_samples", UNIT_NUMBER, false},
	{"loss", EXPECT_SUMMARY, "loss_percent", UNIT_PERCENT, false},
	{"sent", EXPECT_SUMMARY, "sent", UNIT_NUMBER, false},
	{"open", EXPECT_SUMMARY, "open", UNIT_NUMBER, false},
	{"closed", EXPECT_SUMMARY, "closed", UNIT_NUMBER, false},
	{"filtered", EXPECT_SUMMARY, "filtered", UNIT_NUMBER, false},
	{"unreachable", EXPECT_SUMMARY, "unreachable", UNIT_NUMBER, false},
	{"failed", EXPECT_SUMMARY, "failed", UNIT_NUMBER, false},
	{"syn_retransmits", EXPECT_SUMMARY, "syn_retransmits", UNIT_NUMBER, false},
	{"duplicates", EXPECT_SUMMARY, "duplicates", UNIT_NUMBER, false},
	{"late", EXPECT_SUMMARY, "late", UNIT_NUMBER, false},
	{"spoofed", EXPECT_SUMMARY, "spoofed", UNIT_NUMBER, false},
	{"capture_dropped", EXPECT_SUMMARY, "capture_dropped", UNIT_NUMBER, false},
	{"checks.pass", EXPECT_SUMMARY, "checks.pass", UNIT_NUMBER, false},
	{"checks.info", EXPECT_SUMMARY, "checks.info", UNIT_NUMBER, false},
	{"checks.warn", EXPECT_SUMMARY, "checks.warn", UNIT_NUMBER, false},
	{"checks.fail", EXPECT_SUMMARY, "checks.fail", UNIT_NUMBER, false},
	{"checks.inconclusive", EXPECT_SUMMARY, "checks.inconclusive", UNIT_NUMBER, false},
	{"checks.skipped", EXPECT_SUMMARY, "checks.skipped", UNIT_NUMBER, false},
	{"checks.changed", EXPECT_SUMMARY, "checks.changed", UNIT_NUMBER, false},
};

/* The words that a field can have, where they are few: another one is a slip that would never be seen. */
static const struct {
	const char *path;
	const char *words;
} vocabularies[] = {
	{"state", "open closed filtered unreachable error"},
	{"close.kind", "fin-4 fin-3 simultaneous half-closed half-open rst none"},
	{"close.first", "client server both"},
	{"close.verdict", "pass warn fail inconclusive"},
	{"tls.version", "1.2 1.3"},
	{"http.version", "1.0 1.1 2"},
	{"http.after", "kept close fin"},
	{"fastopen", "cookie no-cookie accepted ignored"},
	{"verdict", "active proxy not-active-now capable intermittent inconclusive"},
	{"implementation", "linux synproxy xdp dpvs freebsd pf unknown"},
	{"load",
         "cookies options-lost dropped no-answer refused slowed no-switch interrupted not-run"},
};

/* --- parsing --- */

static const struct expect_field *field_find(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strlen(fields[i].name) == len && strncmp(fields[i].name, name, len) == 0)
			return &fields[i];
	return NULL;
}

/* The operator at `s`; its length, or 0. */
static size_t op_at(const char *s, enum expect_op *op)
{
	static const struct {
		const char *text;
		enum expect_op op;
	} ops[] = {{"<=", EXPECT_LE}, {">=", EXPECT_GE}, {"!=", EXPECT_NE}, {"==", EXPECT_EQ},
	           {"=", EXPECT_EQ},  {"<", EXPECT_LT},  {">", EXPECT_GT}};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (strncmp(s, ops[i].text, strlen(ops[i].text)) == 0) {
			*op = ops[i].op;
			return strlen(ops[i].text);
		}
	}
	return 0;
}

static bool parse_bool(const char *s, double *out)
{
	static const char *const words[] = {"false", "true", "no", "yes", "0", "1"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(s, words[i]) == 0) {
			*out = (double)(i & 1);
			return true;
		}
	}
	return false;
}

/* One VALUE as a number in the field's unit. */
static bool parse_number(enum unit unit, const char *s, double *out)
{
	char buf[64];
	size_t len = strlen(s);
	ns_t d;

	switch (unit) {
	case UNIT_TEXT:
		return false;
	case UNIT_NUMBER:
		return text_double(s, out);
	case UNIT_BOOL:
		return parse_bool(s, out);
	case UNIT_DURATION:
		if (!text_duration(s, &d))
			return false;
		*out = (double)d / 1e3;
		return true;
	case UNIT_PERCENT:
		snprintf(buf, sizeof(buf), "%.*s",
		         (int)(len > 0 && s[len - 1] == '%' ? len - 1 : len), s);
		return text_double(buf, out);
	}
	return false;
}

/* Cut the next VALUE out of "a|b|c". Returns what is left, or NULL after the last. */
static const char *next_value(const char *s, char out[64])
{
	size_t len = strcspn(s, "|");

	snprintf(out, 64, "%.*s", (int)len, s);
	return s[len] == '|' ? s + len + 1 : NULL;
}

static const char *example(enum unit unit)
{
	switch (unit) {
	case UNIT_DURATION:
		return "a duration such as 20ms";
	case UNIT_PERCENT:
		return "a percentage such as 1%";
	case UNIT_BOOL:
		return "true or false";
	case UNIT_NUMBER:
		return "a number";
	case UNIT_TEXT:
		break;
	}
	return "a word";
}

/* The words that may stand there; NULL: any. */
static const char *vocabulary(const char *path)
{
	for (size_t i = 0; i < sizeof(vocabularies) / sizeof(vocabularies[0]); i++)
		if (strcmp(vocabularies[i].path, path) == 0)
			return vocabularies[i].words;
	return NULL;
}

static bool is_word_of(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; (at = strstr(at, word)) != NULL; at += len)
		if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

static int check_word(const struct expect *t, const char *word, struct err *e)
{
	const char *words = vocabulary(t->field->path);

	if (words == NULL || (strchr(word, ' ') == NULL && is_word_of(words, word)))
		return 0;
	return err_set(e, ERR_USAGE, "--expect '%s': '%s' is none of: %s", t->text, word, words);
}

static int check_values(const struct expect *t, struct err *e)
{
	const char *rest = t->value;
	char one[64];
	double n;

	if (t->field->unit == UNIT_TEXT && t->op != EXPECT_EQ && t->op != EXPECT_NE)
		return err_set(e, ERR_USAGE, "--expect '%s': %s is a word: use = or !=", t->text,
		               t->field->name);
	while (rest != NULL) {
		rest = next_value(rest, one);
		if (one[0] == '\0' ||
		    (t->field->unit != UNIT_TEXT && !parse_number(t->field->unit, one, &n)))
			return err_set(e, ERR_USAGE, "--expect '%s': '%s' is not %s", t->text, one,
			               example(t->field->unit));
		if (t->field->unit == UNIT_TEXT && check_word(t, one, e) != 0)
			return -1;
	}
	return 0;
}

static int parse_term(struct expect *t, const char *term, size_t len, struct err *e)
{
	size_t name_len, op_len, value_len;

	if (len >= sizeof(t->text))
		return err_set(e, ERR_USAGE, "--expect '%.40s...': the term is too long", term);
	snprintf(t->text, sizeof(t->text), "%.*s", (int)len, term);
	name_len = strcspn(t->text, "=!<>");
	op_len = op_at(t->text + name_len, &t->op);
	if (op_len == 0)
		return err_set(
			e, ERR_USAGE,
			"--expect '%s': need FIELD OP VALUE, OP one of = != < <= > >=", t->text);
	t->field = field_find(t->text, name_len);
	if (t->field == NULL)
		return err_set(e, ERR_USAGE,
		               "--expect '%s': no field '%.*s': see EXPECTATIONS in tcpshake(1)",
		               t->text, (int)name_len, t->text);
	value_len = strlen(t->text + name_len + op_len);
	if (value_len >= sizeof(t->value))
		return err_set(e, ERR_USAGE, "--expect '%s': the value is too long", t->text);
	memcpy(t->value, t->text + name_len + op_len, value_len + 1);
	return check_values(t, e);
}

int expect_parse(struct expect_list *list, const char *arg, struct err *e)
{
	for (;;) {
		size_t len = strcspn(arg, ",");

		if (list->count == EXPECT_MAX)
			return err_set(e, ERR_USAGE, "--expect: more than %d terms", EXPECT_MAX);
		if (parse_term(&list->term[list->count], arg, len, e) != 0)
			return -1;
		list->count++;
		if (arg[len] == '\0')
			return 0;
		arg += len + 1;
	}
}

bool expect_fits(const struct expect *term, const struct record_type *type)
{
	const struct expect_field *f = term->field;

	/* Checks have a verdict, too, but not one of cookies. */
	if (strncmp(f->name, "cookies", strlen("cookies")) == 0 && type != &cookies_record_type)
		return false;
	if (strncmp(f->name, "checks", strlen("checks")) == 0 && type != &check_record_type)
		return false;
	return f->scope == EXPECT_SUMMARY || field_declared(type, f->path);
}

bool expect_is_state(const struct expect *term)
{
	return strcmp(term->field->path, "state") == 0;
}

bool expect_has(const struct expect_list *list, const char *name)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (strcmp(list->term[i].field->name, name) == 0)
			return true;
	return false;
}

bool expect_has_state(const struct expect_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (expect_is_state(&list->term[i]))
			return true;
	return false;
}

/* --- holding records against terms --- */

static bool compare(enum expect_op op, double got, double want)
{
	switch (op) {
	case EXPECT_EQ:
		return fabs(got - want) < 1e-9;
	case EXPECT_NE:
		return fabs(got - want) >= 1e-9;
	case EXPECT_LT:
		return got < want;
	case EXPECT_LE:
		return got <= want;
	case EXPECT_GT:
		return got > want;
	case EXPECT_GE:
		return got >= want;
	}
	return false;
}

static bool matches(const struct expect *t, const struct field_value *v, const char *want)
{
	double n = 0;

	if (t->field->unit == UNIT_TEXT)
		return (strcmp(v->text, want) == 0) == (t->op == EXPECT_EQ);
	return parse_number(t->field->unit, want, &n) && compare(t->op, v->number, n);
}

/* One alternative is enough, but for != all must differ. */
static bool holds(const struct expect *t, const struct field_value *v)
{
	const char *rest = t->value;
	char one[64];

	if (v->null)
		return false;
	while (rest != NULL) {
		bool match;

		rest = next_value(rest, one);
		match = matches(t, v, one);
		if (match != (t->op == EXPECT_NE))
			return match;
	}
	return t->op == EXPECT_NE;
}

static void describe(const struct expect *t, const struct field_value *v, char out[64])
{
	char number[FIELD_NUMBER_MAX];

	if (v->null) {
		out[0] = '\0';
	} else if (!v->numeric) {
		snprintf(out, 64, "%s", v->text);
	} else if (t->field->unit == UNIT_DURATION) {
		field_us_text(number, (ns_t)llround(v->number * 1e3));
		snprintf(out, 64, "%sus", number);
	} else if (t->field->unit == UNIT_BOOL) {
		snprintf(out, 64, "%s", v->number != 0 ? "true" : "false");
	} else {
		snprintf(out, 64, "%.10g%s", v->number, t->field->unit == UNIT_PERCENT ? "%" : "");
	}
}

static void check(const struct expect *t, struct expect_standing *s, const struct record *r)
{
	struct field_value v;

	if (s->failed || !field_get(r, t->field->path, &v) || (v.null && t->field->null_is_absent))
		return;
	s->checked = true;
	s->failed = !holds(t, &v);
	describe(t, &v, s->got);
}

void expect_attempt(const struct expect_list *list, struct expect_standing *standing,
                    const struct record *attempt)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (list->term[i].field->scope == EXPECT_ATTEMPT)
			check(&list->term[i], &standing[i], attempt);
}

void expect_summary(const struct expect_list *list, struct expect_standing *standing,
                    const struct record *summary, struct expectation_record *out)
{
	for (uint32_t i = 0; i < list->count; i++) {
		const struct expect *t = &list->term[i];
		struct expect_standing s = standing[i];

		if (t->field->scope == EXPECT_SUMMARY)
			check(t, &s, summary);
		out[i] = (struct expectation_record){.expression = t->text,
		                                     .held = s.checked && !s.failed};
		memcpy(out[i].got, s.got, sizeof(out[i].got));
	}
}
