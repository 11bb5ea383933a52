/* SPDX-License-Identifier: BSD-2-Clause */
/* options_apply.c - from an option and its value to a field of struct options. */
#include "cli/options_internal.h"

#include <stdio.h>
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "probe/cookies_load.h"
#include "probe/cookies_plan.h"
#include "tcp/rto.h"
#include "wire/tcpopt.h"

/* The least interval: with one segment each, 100,000 a second. */
#define INTERVAL_MIN (10 * NS_US)

/* "-c" or "--syn-retries": how a message names the option. */
void option_name(const struct option_row *row, char out[32])
{
	if (row->letter != 0)
		snprintf(out, 32, "-%c", row->letter);
	else
		snprintf(out, 32, "--%s", row->name);
}

int option_bad(const struct option_row *row, const char *value, const char *want, struct err *e)
{
	char name[32];

	option_name(row, name);
	return err_set(e, ERR_USAGE, "%s '%.200s': need %s", name, value, want);
}

int option_number(const struct option_row *row, const char *value, uint64_t min, uint64_t max,
                  uint64_t *out, struct err *e)
{
	char want[64];

	if (text_u64(value, min, max, out))
		return 0;
	snprintf(want, sizeof(want), "a number from %llu to %llu", (unsigned long long)min,
	         (unsigned long long)max);
	return option_bad(row, value, want, e);
}

/* At least `min` and at most `max`; `want` says so in words. */
int option_duration(const struct option_row *row, const char *value, ns_t min, ns_t max,
                    const char *want, ns_t *out, struct err *e)
{
	ns_t d;

	if (!text_duration(value, &d))
		return option_bad(row, value, "a duration such as 10ms, 2s or 1.5", e);
	if (d < min || d > max)
		return option_bad(row, value, want, e);
	*out = d;
	return 0;
}

/* "none", or a number for the profile's option of this kind. */
static int set_profile_option(struct options *o, const struct option_row *row, uint8_t kind,
                              const char *value, uint64_t max, struct err *e)
{
	bool *sent = kind == TCPOPT_KIND_MSS ? &o->profile.mss_sent : &o->profile.wscale_sent;
	uint64_t n;

	*sent = strcmp(value, "none") != 0;
	if (!*sent)
		return 0;
	if (!text_u64(value, 0, max, &n))
		return option_bad(row, value, max == 14 ? "none or 0 to 14" : "none or 0 to 65535",
		                  e);
	profile_offer(&o->profile, kind);
	if (kind == TCPOPT_KIND_MSS)
		o->profile.mss = (uint32_t)n;
	else
		o->profile.wscale = (uint8_t)n;
	return 0;
}

static int set_source_ports(struct options *o, const struct option_row *row, const char *value,
                            struct err *e)
{
	struct ports p;

	if (!ports_parse(&p, value) || p.ranges != 1)
		return option_bad(row, value, "a port, or a range such as 40000-40999", e);
	o->first_source_port = p.range[0].first;
	o->last_source_port = p.range[0].last;
	return 0;
}

static int set_close(struct options *o, const struct option_row *row, const char *value,
                     struct err *e)
{
	if (strcmp(value, "fin") != 0 && strcmp(value, "rst") != 0)
		return option_bad(row, value, "fin or rst", e);
	if (o->end != HANDSHAKE_HALF_OPEN)
		o->end = value[0] == 'f' ? HANDSHAKE_FIN : HANDSHAKE_RST;
	return 0;
}

static int set_color(struct options *o, const struct option_row *row, const char *value,
                     struct err *e)
{
	if (strcmp(value, "auto") == 0)
		o->color = COLOR_AUTO;
	else if (strcmp(value, "always") == 0)
		o->color = COLOR_ALWAYS;
	else if (strcmp(value, "never") == 0)
		o->color = COLOR_NEVER;
	else
		return option_bad(row, value, "auto, always or never", e);
	return 0;
}

static int add_output(struct options *o, const struct option_row *row, const char *value,
                      struct err *e)
{
	if (o->output_count == OPTIONS_OUTPUTS_MAX)
		return option_bad(row, value, "at most 8 outputs", e);
	o->outputs[o->output_count++] = value;
	return 0;
}

static int add_resolve(struct options *o, const struct option_row *row, const char *value,
                       struct err *e)
{
	if (o->resolve_count == OPTIONS_RESOLVE_MAX)
		return option_bad(row, value, "at most 64 of them", e);
	o->resolve[o->resolve_count++] = value;
	return 0;
}

/* Options that shape the run and where it goes. */
static int apply_run(struct options *o, const struct option_row *row, const char *value,
                     struct err *e)
{
	switch (row->id) {
	case OPT_COUNT:
		return option_number(row, value, 0, UINT32_MAX, &o->count, e);
	case OPT_INTERVAL:
		return option_duration(row, value, INTERVAL_MIN, NS_NEVER, "at least 10us",
		                       &o->interval, e);
	case OPT_TIMEOUT:
		return option_duration(row, value, 1, NS_NEVER, "more than 0", &o->timeout, e);
	case OPT_DEADLINE:
		return option_duration(row, value, 1, NS_NEVER, "more than 0", &o->deadline, e);
	case OPT_PORT:
		o->ports_given = true;
		return ports_parse(&o->ports, value)
		               ? 0
		               : option_bad(row, value,
		                            "ports from 1 to 65535 such as 22,80,8000-8010", e);
	case OPT_IPV4:
	case OPT_IPV6:
		if (o->family != ADDR_NONE &&
		    o->family != (row->id == OPT_IPV4 ? ADDR_V4 : ADDR_V6))
			return err_set(e, ERR_USAGE, "-4 and -6 exclude each other");
		o->family = row->id == OPT_IPV4 ? ADDR_V4 : ADDR_V6;
		return 0;
	case OPT_ALL_ADDRESSES:
		o->all_addresses = true;
		return 0;
	case OPT_RESOLVE:
		return add_resolve(o, row, value, e);
	case OPT_TARGETS:
		o->targets_file = value;
		return 0;
	case OPT_INTERFACE:
		o->ifname = value;
		return 0;
	case OPT_SOURCE:
		o->source = value;
		return 0;
	case OPT_SOURCE_PORT:
		return set_source_ports(o, row, value, e);
	case OPT_NETNS:
		o->netns = value;
		return 0;
	default:
		return 1; /* not one of these */
	}
}

static int apply_flags(struct options *o, const struct option_row *row, const char *value,
                       struct err *e)
{
	o->flags_given = true;
	if (!seg_flags_parse(value, &o->flags))
		return option_bad(row, value,
		                  "names of fin syn rst psh ack urg ece cwr ae, or none", e);
	return 0;
}

/* Options that shape segments and connections. */
static int apply_segment(struct options *o, const struct option_row *row, const char *value,
                         struct err *e)
{
	uint64_t n = 0;
	int rc = 0;

	switch (row->id) {
	case OPT_PROFILE:
		return 0; /* read first, by walk() */
	case OPT_TTL:
		rc = option_number(row, value, 1, 255, &n, e);
		o->profile.ttl = (uint8_t)n;
		return rc;
	case OPT_TOS:
		rc = option_number(row, value, 0, 255, &n, e);
		o->tos = (uint8_t)n;
		return rc;
	case OPT_MSS:
		return set_profile_option(o, row, TCPOPT_KIND_MSS, value, 65535, e);
	case OPT_WSCALE:
		return set_profile_option(o, row, TCPOPT_KIND_WSCALE, value, 14, e);
	case OPT_NO_SACK:
		o->profile.sack = false;
		return 0;
	case OPT_NO_TIMESTAMPS:
		o->no_timestamps = true;
		o->profile.timestamps = false;
		return 0;
	case OPT_WIN:
		o->win_given = true;
		rc = option_number(row, value, 0, 65535, &n, e);
		o->profile.win = (uint16_t)n;
		return rc;
	case OPT_ECN:
		o->ecn = true;
		return 0;
	case OPT_FLAGS:
		return apply_flags(o, row, value, e);
	case OPT_DATA:
		o->data = value;
		return 0;
	case OPT_SYN_RETRIES:
		rc = option_number(row, value, 0, 20, &n, e);
		o->syn_retries = (uint8_t)n;
		return rc;
	case OPT_RTO:
		return option_duration(row, value, NS_MS, RTO_MAX, "1ms to 60s", &o->rto, e);
	case OPT_HALF_OPEN:
		o->end = HANDSHAKE_HALF_OPEN;
		return 0;
	case OPT_CLOSE:
		return set_close(o, row, value, e);
	default:
		return 1;
	}
}

static int set_tests(struct options *o, const struct option_row *row, const char *value,
                     struct err *e)
{
	if (value == NULL) {
		o->what = OPTIONS_SHOW_TESTS;
		return 0;
	}
	o->tests_given = true;
	return cookies_tests_parse(value, &o->tests)
	               ? 0
	               : option_bad(row, value,
	                            "names of tests, or all: `tcpshake cookies --tests` "
	                            "lists them",
	                            e);
}

static int set_load(struct options *o, const struct option_row *row, const char *value,
                    struct err *e)
{
	uint64_t n = COOKIES_LOAD_DEFAULT;

	if (value != NULL && option_number(row, value, 1, COOKIES_LOAD_MAX, &n, e) != 0)
		return -1;
	o->load = (uint32_t)n;
	return 0;
}

/* Options of `cookies`. */
static int apply_cookies(struct options *o, const struct option_row *row, const char *value,
                         struct err *e)
{
	switch (row->id) {
	case OPT_TESTS:
		return set_tests(o, row, value, e);
	case OPT_SILENCE:
		o->tests |= COOKIES_BIT(COOKIES_SILENCE);
		return 0;
	case OPT_PROVE:
		o->tests |= COOKIES_BIT(COOKIES_PROVE);
		return 0;
	case OPT_LOAD:
		return set_load(o, row, value, e);
	case OPT_LOAD_BEYOND:
		o->load_beyond = true;
		return 0;
	default:
		return 1;
	}
}

/* The value of a digit, 16 for what is none. */
static unsigned int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";

	return (unsigned int)strcspn(digits, (char[]){(char)tolower((unsigned char)c), '\0'});
}

/* One character at `s`, escaped or not; the length of what it was, 0 where that is malformed. */
static size_t unescape(const char *s, char *out)
{
	static const char from[] = "rnt0\\", to[] = "\r\n\t\0\\";
	const char *at;

	*out = *s;
	if (*s != '\\')
		return 1;
	if (s[1] == 'x' && hex_digit(s[2]) < 16 && hex_digit(s[3]) < 16) {
		*out = (char)(hex_digit(s[2]) * 16 + hex_digit(s[3]));
		return 4;
	}
	at = s[1] != '\0' ? strchr(from, s[1]) : NULL;
	if (at == NULL)
		return 0;
	*out = to[at - from];
	return 2;
}

static int set_send(struct options *o, const struct option_row *row, const char *value,
                    struct err *e)
{
	o->send_given = true;
	o->request_len = 0;
	if (*value == '\0')
		return option_bad(row, value, "at least a byte", e);
	for (const char *s = value; *s != '\0';) {
		size_t len = unescape(s, &o->request[o->request_len]);

		if (len == 0)
			return option_bad(row, value, "escapes \\r \\n \\t \\0 \\\\ \\xHH only", e);
		if (++o->request_len == OPTIONS_REQUEST_MAX)
			return option_bad(row, "...", "fewer than 512 bytes", e);
		s += len;
	}
	return 0;
}

static int add_cases(struct options *o, const struct option_row *row, const char *value,
                     struct err *e)
{
	size_t len = strlen(o->case_list);

	if (len + strlen(value) + 2 > sizeof(o->case_list))
		return option_bad(row, "...", "fewer than 1024 characters", e);
	snprintf(o->case_list + len, sizeof(o->case_list) - len, "%s%s",
	         o->checks.list != NULL ? "," : "", value);
	o->checks.list = o->case_list;
	return 0;
}

/* Options of `close` and `conform`. */
static int apply_checks(struct options *o, const struct option_row *row, const char *value,
                        struct err *e)
{
	uint64_t n = 0;
	int rc;

	switch (row->id) {
	case OPT_CASE:
		return add_cases(o, row, value, e);
	case OPT_LIST:
		o->what = OPTIONS_SHOW_CHECKS;
		return 0;
	case OPT_SEND:
		return set_send(o, row, value, e);
	case OPT_WAIT_FIN:
		o->wait_fin = true;
		return 0;
	case OPT_CLOSED_PORT:
		rc = option_number(row, value, 1, 65535, &n, e);
		o->closed_port = (uint16_t)n;
		return rc;
	case OPT_NOISY:
		o->checks.noisy = true;
		return 0;
	case OPT_INTRUSIVE:
		o->checks.intrusive = true;
		return 0;
	case OPT_SLOW:
		o->checks.slow = true;
		return 0;
	case OPT_BASELINE:
		o->baseline = value;
		return 0;
	default:
		return 1;
	}
}

static int apply_result(struct options *o, const struct option_row *row, const char *value,
                        struct err *e)
{
	switch (row->id) {
	case OPT_OUTPUT:
		return add_output(o, row, value, e);
	case OPT_JSON:
		return add_output(o, row, "json", e);
	case OPT_WRITE:
		o->write_path = value;
		return 0;
	case OPT_EXPECT:
		return expect_parse(&o->expects, value, e);
	case OPT_QUIET:
		o->quiet = true;
		return 0;
	case OPT_VERBOSE:
		o->verbose = true;
		return 0;
	case OPT_NUMERIC:
		o->numeric = true;
		return 0;
	case OPT_TIMESTAMPS:
		o->timestamps = true;
		return 0;
	case OPT_COLOR:
		return set_color(o, row, value, e);
	case OPT_VERSION:
		o->what = OPTIONS_SHOW_VERSION;
		return 0;
	default:
		o->what = OPTIONS_SHOW_HELP;
		return 0;
	}
}

int option_apply(struct options *o, const struct option_row *row, const char *value, struct err *e)
{
	int rc = apply_run(o, row, value, e);

	if (rc > 0)
		rc = apply_segment(o, row, value, e);
	if (rc > 0)
		rc = apply_cookies(o, row, value, e);
	if (rc > 0)
		rc = apply_checks(o, row, value, e);
	if (rc > 0)
		rc = option_apply_exchange(o, row, value, e);
	if (rc > 0)
		rc = option_apply_read(o, row, value, e);
	return rc > 0 ? apply_result(o, row, value, e) : rc;
}
