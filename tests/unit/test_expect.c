/* SPDX-License-Identifier: BSD-2-Clause */
/* test_expect.c - --expect: every field, every operator, null, units, and each error's sentence. */
#include "../lib/check.h"

#include "probe/expect.h"
#include "result/probe_record.h"

static struct expect_list list;
static struct expect_standing standing[EXPECT_MAX];
static struct expectation_record out[EXPECT_MAX];

static const struct probe_record an_attempt = {
	.address = "192.0.2.7",
	.port = 443,
	.family = 4,
	.state = "open",
	.reason = "syn-ack",
	.rtt = 12431000,
	.handshake = 13000000,
	.reply = {.ttl = 54,
                  .window = 65535,
                  .mss = 1400,
                  .wscale = 9,
                  .ip_id = 0,
                  .sack = 1,
                  .timestamps = 0,
                  .ecn = 0,
                  .df = 1},
	.phases = {.dns = 2500000},
	.close = {.kind = "fin-4", .first = "client", .verdict = "pass", .duration = 20000000},
};

static const struct summary_record a_summary = {
	.state = "open",
	.sent = 5,
	.open = 4,
	.closed = 0,
	.filtered = 1,
	.loss_percent = 20,
	.syn_retransmits = 2,
	.rtt_samples = 4,
	.rtt = {.min = 12101000,
                .avg = 12612000,
                .max = 13402000,
                .mdev = 412000,
                .p50 = 12400000,
                .p90 = 13200000,
                .p95 = 13402000,
                .p99 = 13402000},
};

static void begin(const char *arg)
{
	struct err e = {.kind = ERR_NONE};

	memset(&list, 0, sizeof(list));
	memset(standing, 0, sizeof(standing));
	if (expect_parse(&list, arg, &e) != 0)
		fail_msg("%s: %s", arg, e.text);
}

static void attempt(const struct probe_record *p)
{
	expect_attempt(&list, standing, &(struct record){&probe_record_type, p});
}

static const struct expectation_record *summary(const struct summary_record *s)
{
	expect_summary(&list, standing, &(struct record){&summary_record_type, s}, out);
	return out;
}

/* How one term comes out for one attempt and its target. */
static const struct expectation_record *outcome(const char *term, const struct probe_record *p)
{
	begin(term);
	attempt(p);
	return summary(&a_summary);
}

struct row {
	const char *term;
	bool held;
	const char *got;
};

static void check_rows(const struct row *rows, size_t n, const struct probe_record *p)
{
	for (size_t i = 0; i < n; i++) {
		const struct expectation_record *x = outcome(rows[i].term, p);

		if (x->held != rows[i].held || strcmp(x->got, rows[i].got) != 0 ||
		    strcmp(x->expression, rows[i].term) != 0)
			fail_msg("%s: held %d, got '%s'", x->expression, x->held, x->got);
	}
}

/* Each row of the table once; together they show that no field reads another one's value. */
static void every_field_is_known(void **state)
{
	static const struct row rows[] = {
		{"state=open", true, "open"},
		{"reason=syn-ack", true, "syn-ack"},
		{"address=192.0.2.7", true, "192.0.2.7"},
		{"port=443", true, "443"},
		{"family=4", true, "4"},
		{"rtt<20ms", true, "12431us"},
		{"handshake<1s", true, "13000us"},
		{"dns<3ms", true, "2500us"},
		{"ttl=54", true, "54"},
		{"window=65535", true, "65535"},
		{"mss>=1400", true, "1400"},
		{"wscale=9", true, "9"},
		{"sack=true", true, "true"},
		{"timestamps=false", true, "false"},
		{"ecn=no", true, "false"},
		{"df=yes", true, "true"},
		{"close=fin-4|fin-3", true, "fin-4"},
		{"close.kind=fin-4", true, "fin-4"},
		{"close.first=client", true, "client"},
		{"close.verdict=pass", true, "pass"},
		{"close.time=20ms", true, "20000us"},
		{"rtt.min=12.101ms", true, "12101us"},
		{"rtt.avg=12.612ms", true, "12612us"},
		{"rtt.max=13402us", true, "13402us"},
		{"rtt.mdev<500us", true, "412us"},
		{"rtt.p50<=12.4ms", true, "12400us"},
		{"rtt.p90=0.0132", true, "13200us"},
		{"rtt.p95<20ms", true, "13402us"},
		{"rtt.p99=13402000ns", true, "13402us"},
		{"rtt_samples=4", true, "4"},
		{"loss<=20%", true, "20%"},
		{"sent=5", true, "5"},
		{"open=4", true, "4"},
		{"closed=0", true, "0"},
		{"filtered=1", true, "1"},
		{"unreachable=0", true, "0"},
		{"syn_retransmits=2", true, "2"},
		{"duplicates=0", true, "0"},
		{"late=0", true, "0"},
		{"spoofed=0", true, "0"},
		{"capture_dropped=0", true, "0"},
	};

	(void)state;
	check_rows(rows, CHECK_COUNT(rows), &an_attempt);
}

static void operators_compare(void **state)
{
	static const struct row rows[] = {
		{"mss=1400", true, "1400"},   {"mss==1400", true, "1400"},
		{"mss=1401", false, "1400"},  {"mss!=1400", false, "1400"},
		{"mss!=1401", true, "1400"},  {"mss<1400", false, "1400"},
		{"mss<1401", true, "1400"},   {"mss<=1400", true, "1400"},
		{"mss<=1399", false, "1400"}, {"mss>1400", false, "1400"},
		{"mss>1399", true, "1400"},   {"mss>=1400", true, "1400"},
		{"mss>=1401", false, "1400"}, {"mss=1400.0", true, "1400"},
		{"mss>-1", true, "1400"},
	};

	(void)state;
	check_rows(rows, CHECK_COUNT(rows), &an_attempt);
}

static void one_alternative_is_enough_but_not_for_unequal(void **state)
{
	static const struct row rows[] = {
		{"close=fin-3|fin-4", true, "fin-4"},
		{"close=fin-3|rst", false, "fin-4"},
		{"close!=fin-3|rst", true, "fin-4"},
		{"close!=fin-3|fin-4", false, "fin-4"},
		{"close!=fin-4|fin-3", false, "fin-4"},
		{"mss=1460|1400", true, "1400"},
		{"mss!=1460|1400", false, "1400"},
		{"mss!=1460|536", true, "1400"},
		{"rtt<1ms|15ms", true, "12431us"},
		{"df=false|true", true, "true"},
		{"state=closed|open", true, "open"},
	};

	(void)state;
	check_rows(rows, CHECK_COUNT(rows), &an_attempt);
}

/* They could never hold, or with != never fail. */
static void words_that_a_field_cannot_have_are_refused(void **state)
{
	static const char *const terms[] = {"close=fin",
	                                    "close=fin-44",
	                                    "close=FIN-4",
	                                    "close!=fin-5|fin-4",
	                                    "state=opne",
	                                    "cookies=disabled",
	                                    "cookies=not_active_now",
	                                    "cookies=active proxy",
	                                    "cookies.load=full"};
	struct err e;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(terms); i++) {
		memset(&list, 0, sizeof(list));
		if (expect_parse(&list, terms[i], &e) == 0)
			fail_msg("%s was taken", terms[i]);
		assert_int_equal(e.kind, ERR_USAGE);
		assert_non_null(strstr(e.text, "is none of: "));
	}
	begin("reason=syn-ack|anything,cookies=not-active-now|capable");
}

static void a_null_does_not_hold(void **state)
{
	static const char *const terms[] = {
		"rtt<20ms", "rtt!=20ms",           "mss!=1460", "df=false",
		"df!=true", "close.first!=server", "ttl>=0",
	};
	struct probe_record p = an_attempt;

	(void)state;
	p.rtt = NS_NONE;
	p.reply = (struct reply_record){FIELD_NULL, FIELD_NULL, FIELD_NULL, FIELD_NULL, FIELD_NULL,
	                                -1,         -1,         -1,         -1};
	p.close.first = NULL;
	for (size_t i = 0; i < CHECK_COUNT(terms); i++) {
		const struct expectation_record *x = outcome(terms[i], &p);

		if (x->held || x->got[0] != '\0')
			fail_msg("%s: held %d, got '%s'", terms[i], x->held, x->got);
	}
}

/* A name is looked up once: dns_us is null in all later attempts. */
static void a_null_of_dns_says_nothing(void **state)
{
	struct probe_record later = an_attempt;

	(void)state;
	later.phases.dns = NS_NONE;
	begin("dns<3ms");
	attempt(&an_attempt);
	attempt(&later);
	assert_true(summary(&a_summary)->held);
	assert_string_equal(out->got, "2500us");
	begin("dns<2ms");
	attempt(&an_attempt);
	attempt(&later);
	assert_false(summary(&a_summary)->held);
}

static void a_field_of_an_attempt_must_hold_for_every_attempt(void **state)
{
	struct probe_record slow = an_attempt;

	(void)state;
	slow.rtt = 30 * NS_MS;
	begin("rtt<20ms");
	attempt(&an_attempt);
	attempt(&slow);
	attempt(&an_attempt);
	assert_false(summary(&a_summary)->held);
	assert_string_equal(out->got, "30000us"); /* the first that did not hold */
	begin("rtt<20ms");
	attempt(&an_attempt);
	attempt(&an_attempt);
	assert_true(summary(&a_summary)->held);
}

static void what_was_never_seen_does_not_hold(void **state)
{
	(void)state;
	begin("rtt<20ms,loss<=50%");
	summary(&a_summary);
	assert_false(out[0].held);
	assert_string_equal(out[0].got, "");
	assert_true(out[1].held);
}

/* Summaries are also made while the run goes on (SIGQUIT). */
static void a_summary_changes_no_standing(void **state)
{
	struct summary_record bad = a_summary;

	(void)state;
	begin("loss<=20%");
	bad.loss_percent = 50;
	assert_false(summary(&bad)->held);
	assert_string_equal(out->got, "50%");
	assert_true(summary(&a_summary)->held);
	assert_string_equal(out->got, "20%");
}

static void percentages_may_have_a_sign(void **state)
{
	static const struct row rows[] = {
		{"loss=20%", true, "20%"}, {"loss=20", true, "20%"},    {"loss<20.5%", true, "20%"},
		{"loss<20", false, "20%"}, {"loss>19.99", true, "20%"},
	};

	(void)state;
	check_rows(rows, CHECK_COUNT(rows), &an_attempt);
}

static void terms_are_joined_by_commas_and_kept_in_order(void **state)
{
	struct err e;

	(void)state;
	begin("rtt<20ms,loss<=1%,close=fin-4|fin-3");
	assert_int_equal(expect_parse(&list, "mss>=1400", &e), 0);
	assert_int_equal(list.count, 4);
	assert_string_equal(list.term[0].text, "rtt<20ms");
	assert_string_equal(list.term[1].text, "loss<=1%");
	assert_string_equal(list.term[2].text, "close=fin-4|fin-3");
	assert_string_equal(list.term[3].text, "mss>=1400");
	attempt(&an_attempt);
	summary(&a_summary);
	assert_true(out[0].held && !out[1].held && out[2].held && out[3].held);
}

static void terms_about_the_state_are_told_apart(void **state)
{
	(void)state;
	begin("rtt<20ms,reason=rst");
	assert_false(expect_has_state(&list));
	begin("rtt<20ms,state=closed");
	assert_true(expect_has_state(&list));
	assert_false(expect_is_state(&list.term[0]));
	assert_true(expect_is_state(&list.term[1]));
}

static void check_error(const char *arg, const char *want)
{
	struct err e = {.kind = ERR_NONE};

	memset(&list, 0, sizeof(list));
	if (expect_parse(&list, arg, &e) != -1)
		fail_msg("'%s' is parsed", arg);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(e.text, want);
}

static void each_mistake_has_its_sentence(void **state)
{
	(void)state;
	check_error("", "--expect '': need FIELD OP VALUE, OP one of = != < <= > >=");
	check_error("rtt", "--expect 'rtt': need FIELD OP VALUE, OP one of = != < <= > >=");
	check_error("rtt!20ms",
	            "--expect 'rtt!20ms': need FIELD OP VALUE, OP one of = != < <= > >=");
	check_error("rtt<20ms,", "--expect '': need FIELD OP VALUE, OP one of = != < <= > >=");
	check_error("rt<20ms",
	            "--expect 'rt<20ms': no field 'rt': see EXPECTATIONS in tcpshake(1)");
	check_error("rtt <20ms",
	            "--expect 'rtt <20ms': no field 'rtt ': see EXPECTATIONS in tcpshake(1)");
	check_error("=1", "--expect '=1': no field '': see EXPECTATIONS in tcpshake(1)");
	check_error("tls.x=1.3",
	            "--expect 'tls.x=1.3': no field 'tls.x': see EXPECTATIONS in tcpshake(1)");
	check_error("tls.version=1.1", "--expect 'tls.version=1.1': '1.1' is none of: 1.2 1.3");
	check_error("rtt<", "--expect 'rtt<': '' is not a duration such as 20ms");
	check_error("rtt<20x", "--expect 'rtt<20x': '20x' is not a duration such as 20ms");
}

static void each_value_must_fit_its_field(void **state)
{
	(void)state;
	check_error("rtt<fast", "--expect 'rtt<fast': 'fast' is not a duration such as 20ms");
	check_error("rtt<-1ms", "--expect 'rtt<-1ms': '-1ms' is not a duration such as 20ms");
	check_error("rtt<1ms|", "--expect 'rtt<1ms|': '' is not a duration such as 20ms");
	check_error("mss<9|>1", "--expect 'mss<9|>1': '>1' is not a number");
	check_error("rtt<1ms||2ms", "--expect 'rtt<1ms||2ms': '' is not a duration such as 20ms");
	check_error("rtt<<1ms", "--expect 'rtt<<1ms': '<1ms' is not a duration such as 20ms");
	check_error("loss<1%%", "--expect 'loss<1%%': '1%%' is not a percentage such as 1%");
	check_error("loss<%", "--expect 'loss<%': '%' is not a percentage such as 1%");
	check_error("mss=1k", "--expect 'mss=1k': '1k' is not a number");
	check_error("sent=nan", "--expect 'sent=nan': 'nan' is not a number");
	check_error("df=maybe", "--expect 'df=maybe': 'maybe' is not true or false");
	check_error("close=", "--expect 'close=': '' is not a word");
	check_error("close<fin-4", "--expect 'close<fin-4': close is a word: use = or !=");
	check_error("state>=open", "--expect 'state>=open': state is a word: use = or !=");
}

static void long_terms_and_many_are_refused(void **state)
{
	char arg[200] = "reason=";
	struct err e;

	(void)state;
	memset(arg + 7, 'x', 64);
	arg[7 + 64] = '\0';
	memset(&list, 0, sizeof(list));
	assert_int_equal(expect_parse(&list, arg, &e), -1);
	assert_true(strstr(e.text, "': the value is too long") != NULL);
	arg[7 + 63] = '\0';
	assert_int_equal(expect_parse(&list, arg, &e), 0);
	memset(arg + 7, 'x', 150);
	arg[7 + 150] = '\0';
	check_error(arg,
	            "--expect 'reason=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...': the term is too long");
	memset(&list, 0, sizeof(list));
	for (int i = 0; i < EXPECT_MAX; i++)
		assert_int_equal(expect_parse(&list, "rtt<1s", &e), 0);
	assert_int_equal(expect_parse(&list, "rtt<1s", &e), -1);
	assert_string_equal(e.text, "--expect: more than 32 terms");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_known),
		cmocka_unit_test(operators_compare),
		cmocka_unit_test(one_alternative_is_enough_but_not_for_unequal),
		cmocka_unit_test(words_that_a_field_cannot_have_are_refused),
		cmocka_unit_test(a_null_does_not_hold),
		cmocka_unit_test(a_null_of_dns_says_nothing),
		cmocka_unit_test(a_field_of_an_attempt_must_hold_for_every_attempt),
		cmocka_unit_test(what_was_never_seen_does_not_hold),
		cmocka_unit_test(a_summary_changes_no_standing),
		cmocka_unit_test(percentages_may_have_a_sign),
		cmocka_unit_test(terms_are_joined_by_commas_and_kept_in_order),
		cmocka_unit_test(terms_about_the_state_are_told_apart),
		cmocka_unit_test(each_mistake_has_its_sentence),
		cmocka_unit_test(each_value_must_fit_its_field),
		cmocka_unit_test(long_terms_and_many_are_refused),
	};

	return cmocka_run_group_tests_name("expect", tests, NULL, NULL);
}
