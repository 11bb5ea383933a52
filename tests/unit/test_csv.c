/* SPDX-License-Identifier: BSD-2-Clause */
/* test_csv.c - attempts as RFC 4180 lines: columns, quotes, nulls. */
#include "../lib/check.h"

#include "report/report.h"
#include "result/probe_record.h"
#include "result/summary_record.h"

#define HEADER                                                                                     \
	"time,target,address,port,family,seq,state,reason,rtt_us,handshake_us,syn_sent,syn_"       \
	"retransmits,"                                                                             \
	"timestamps,reply.ttl,reply.window,reply.mss,reply.wscale,reply.sack,reply.timestamps,"    \
	"reply.ecn,"                                                                               \
	"reply.df,reply.ip_id,phases.dns_us,phases.tcp_us,phases."                                 \
	"tls_us,"                                                                                  \
	"phases.http_us,phases.ws_us,phases.close_us,close.kind,close.first,close.verdict,close."  \
	"client,"                                                                                  \
	"close.server,close.close_us,tls.version,tls.cipher,tls.group,tls.alpn,tls.resumed,tls."   \
	"early_data,tls.certificate.subject,tls.certificate.issuer,tls.certificate.days_left,tls." \
	"certificate.chain,tls.certificate.verified,tls.certificate.reason,"                       \
	"http.version,http.status,http.ttfb_us,http.body_bytes,http.responses,http.requests,http." \
	"after,http."                                                                              \
	"idle_us,http.goaway,ws.status,ws.ping_rtt_us,ws.close_code,ws.protocol,url,fastopen,"     \
	"detail,"                                                                                  \
	"source_port,icmp.type,icmp.code,icmp.from,cookie_hint\r\n"

static struct probe_record null_record(void)
{
	struct probe_record r = {
		.time = NS_NONE,
		.port = FIELD_NULL,
		.family = FIELD_NULL,
		.seq = FIELD_NULL,
		.source_port = FIELD_NULL,
		.rtt = NS_NONE,
		.handshake = NS_NONE,
		.syn_sent = FIELD_NULL,
		.syn_retransmits = FIELD_NULL,
		.reply = {FIELD_NULL, FIELD_NULL, FIELD_NULL, FIELD_NULL, FIELD_NULL, -1, -1, -1,
	                  -1},
		.icmp = {FIELD_NULL, FIELD_NULL, ""},
		.phases = {NS_NONE, NS_NONE, NS_NONE, NS_NONE, NS_NONE, NS_NONE},
		.close = {.duration = NS_NONE},
	};

	exchange_record_init(&r.exchange);
	return r;
}

static void check_written(const struct record_type *type, const void *data, const char *want)
{
	static const struct report_options options = {.rows = &probe_record_type};
	struct report r = {.format = &report_csv, .options = &options};
	char *text;
	size_t len;

	r.out = open_memstream(&text, &len);
	report_begin(&r, 0);
	if (data != NULL)
		report_record(&r, &(struct record){type, data});
	fflush(r.out);
	assert_memory_equal(text, HEADER, strlen(HEADER));
	assert_string_equal(text + strlen(HEADER), want);
	fclose(r.out);
	free(text);
}

static void the_header_names_every_column(void **state)
{
	(void)state;
	check_written(NULL, NULL, "");
}

static void nulls_are_empty_cells(void **state)
{
	struct probe_record r = null_record();

	(void)state;
	check_written(&probe_record_type, &r,
	              ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r\n");
}

static void values_stand_under_their_names(void **state)
{
	static const char *const client[] = {"SYN_SENT", "ESTABLISHED"};
	static const char *const server[] = {"SYN_RCVD"};
	struct probe_record r = {
		.time = 1700000000123456789,
		.target = "example.net",
		.address = "2001:db8::7",
		.port = 443,
		.family = 6,
		.seq = 2,
		.source_port = 40001,
		.state = "open",
		.reason = "syn-ack",
		.rtt = 12431056,
		.handshake = 12500000,
		.syn_sent = 1,
		.syn_retransmits = 0,
		.timestamps = "kernel",
		.reply = {54, 65535, 1400, 9, FIELD_NULL, 1, 0, 0, -1},
		.icmp = {FIELD_NULL, FIELD_NULL, ""},
		.cookie_hint = "window-0",
		.phases = {2500000, 12500000, NS_NONE, NS_NONE, NS_NONE, 20000000},
		.close = {.kind = "fin-4",
	                  .first = "client",
	                  .verdict = "pass",
	                  .client = {client, 2},
	                  .server = {server, 1},
	                  .duration = 20000000},
	};

	(void)state;
	exchange_record_init(&r.exchange);
	check_written(
		&probe_record_type, &r,
		"2023-11-14T22:13:20.123456789Z,example.net,2001:db8::7,443,6,2,open,syn-ack,"
		"12431.056,"
		"12500,1,0,kernel,54,65535,1400,9,true,false,false,,,2500,12500,,,,20000,"
		"fin-4,client,"
		"pass,SYN_SENT "
		"ESTABLISHED,SYN_RCVD,20000,,,,,,,,,,,,,,,,,,,,,,,,,,,,,40001,,,,window-0\r\n");
}

static void check_target(const char *target, const char *cell)
{
	struct probe_record r = null_record();
	char want[128];

	r.target = target;
	snprintf(want, sizeof(want),
	         ",%s,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r\n", cell);
	check_written(&probe_record_type, &r, want);
}

/* RFC 4180 2.5 to 2.7. */
static void cells_are_quoted_where_they_must_be(void **state)
{
	(void)state;
	check_target("plain name", "plain name");
	check_target("a,b", "\"a,b\"");
	check_target("say \"hi\"", "\"say \"\"hi\"\"\"");
	check_target("\"", "\"\"\"\"");
	check_target("two\nlines", "\"two\nlines\"");
	check_target("two\r\nlines", "\"two\r\nlines\"");
	check_target("gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f");
	check_target("", "");
}

static void summaries_are_no_rows(void **state)
{
	static const struct summary_record s = {.target = "example.net"};

	(void)state;
	check_written(&summary_record_type, &s, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_names_every_column),
		cmocka_unit_test(nulls_are_empty_cells),
		cmocka_unit_test(values_stand_under_their_names),
		cmocka_unit_test(cells_are_quoted_where_they_must_be),
		cmocka_unit_test(summaries_are_no_rows),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
