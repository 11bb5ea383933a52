/* SPDX-License-Identifier: BSD-2-Clause */
/* test_compare.c - attempts added up by the way in which they were made. */
#include "../lib/check.h"

#include "cli/compare.h"
#include "result/probe_record.h"
#include "result/summary_record.h"

struct heard {
	uint32_t records, summaries;
	struct comparison_record last;
};

static void on_record(void *ctx, const struct record *r)
{
	(void)r;
	((struct heard *)ctx)->records++;
}

static void on_summary(void *ctx, const struct record *r, const struct engine_outcome *o)
{
	struct heard *h = ctx;

	(void)o;
	assert_ptr_equal(r->type, &comparison_record_type);
	h->summaries++;
	h->last = *(const struct comparison_record *)r->data;
}

static void attempt(struct engine_sink *s, const char *variant, const char *state, bool failed)
{
	struct probe_record p = {.time = 5, .target = "a", .state = state, .handshake = 7};

	exchange_record_init(&p.exchange);
	p.exchange.variant = variant;
	p.exchange.failed = failed;
	p.exchange.segments = 10;
	p.exchange.bytes = 100;
	if (strcmp(state, "open") != 0)
		p.handshake = NS_NONE;
	else if (!failed) {
		p.exchange.total = 1000;
		p.exchange.http.responses = 2;
	}
	s->record(s->ctx, &(struct record){&probe_record_type, &p});
}

static void end(struct engine_sink *s)
{
	struct summary_record sum = {.target = "a"};
	struct engine_outcome outcome = {.state_ok = true};

	s->summary(s->ctx, &(struct record){&summary_record_type, &sum}, &outcome);
}

static void attempts_are_added_up_by_their_way(void **state)
{
	struct options o = {
		.exchange = {.compare_count = 2, .compare = {COMPARE_HTTP1_CLOSE, COMPARE_HTTP2}}};
	struct heard h = {.records = 0};
	struct engine_sink reports = {.ctx = &h, .record = on_record, .summary = on_summary};
	struct engine_sink s;
	struct compare c;

	(void)state;
	compare_init(&c, &o);
	assert_int_equal(c.count, 2);
	s = compare_sink(&c, &reports);
	attempt(&s, compare_names[COMPARE_HTTP1_CLOSE], "open", false);
	attempt(&s, compare_names[COMPARE_HTTP1_CLOSE], "open", false);
	attempt(&s, compare_names[COMPARE_HTTP1_CLOSE], "filtered", false);
	attempt(&s, compare_names[COMPARE_HTTP2], "open", true);
	assert_int_equal(h.records, 0);
	end(&s);
	assert_string_equal(h.last.variant, "http/1.1-close");
	assert_int_equal(h.last.connections, 3);
	assert_int_equal(h.last.handshakes, 2);
	assert_int_equal(h.last.requests, 4);
	assert_int_equal(h.last.segments, 30);
	assert_int_equal(h.last.bytes, 300);
	assert_int_equal(h.last.total, 2000);
	assert_int_equal(h.last.failed, 1);
	end(&s);
	assert_string_equal(h.last.variant, "h2");
	assert_int_equal(h.last.connections, 1);
	assert_int_equal(h.last.total, NS_NONE);
	assert_int_equal(h.last.failed, 1);
	end(&s);
	assert_int_equal(h.summaries, 2);
}

static void verbose_shows_the_attempts_too(void **state)
{
	struct options o = {.verbose = true,
	                    .exchange = {.compare_count = 1, .compare = {COMPARE_HTTP1}}};
	struct heard h = {.records = 0};
	struct engine_sink reports = {.ctx = &h, .record = on_record, .summary = on_summary};
	struct engine_sink s;
	struct compare c;

	(void)state;
	compare_init(&c, &o);
	s = compare_sink(&c, &reports);
	attempt(&s, compare_names[COMPARE_HTTP1], "open", false);
	attempt(&s, NULL, "error", false);
	assert_int_equal(h.records, 2);
}

static void one_url_of_http_can_be_compared(void **state)
{
	static char *const good[] = {(char *)"HTTPS://a/"}, *const bad[] = {(char *)"tls://a:1"};
	struct options o = {.count = 5};
	struct err e;

	(void)state;
	assert_int_equal(compare_check(&o, &e), 0);
	o.exchange.compare_count = 1;
	o.words = (char **)good;
	o.word_count = 1;
	assert_int_equal(compare_check(&o, &e), 0);
	o.words = (char **)bad;
	assert_int_equal(compare_check(&o, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	o.words = (char **)good;
	o.all_addresses = true;
	assert_int_equal(compare_check(&o, &e), -1);
	o.all_addresses = false;
	o.count = 0;
	assert_int_equal(compare_check(&o, &e), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attempts_are_added_up_by_their_way),
		cmocka_unit_test(verbose_shows_the_attempts_too),
		cmocka_unit_test(one_url_of_http_can_be_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
