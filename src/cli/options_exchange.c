/* SPDX-License-Identifier: BSD-2-Clause */
/* options_exchange.c - options of targets that are URLs: TLS, HTTP, WebSocket. */
#include <stdio.h>
#include <string.h>

#include "app/http.h"
#include "cli/options_internal.h"

#define REQUESTS_MAX     1000         /* on one connection */
#define COMPARE_INTERVAL (10 * NS_US) /* one after the other, without a pause */
#define SEGMENT_MAX      536          /* what every segment can carry */

const char *const compare_names[COMPARE_VARIANTS] = {
	[COMPARE_HTTP1] = "http/1.1",
	[COMPARE_HTTP1_CLOSE] = "http/1.1-close",
	[COMPARE_HTTP2] = "h2",
};

static int set_tls_version(struct options *o, const struct option_row *row, const char *value,
                           struct err *e)
{
	if (strcmp(value, "1.2") != 0 && strcmp(value, "1.3") != 0)
		return option_bad(row, value, "1.2 or 1.3", e);
	o->exchange.tls.min = o->exchange.tls.max = value;
	return 0;
}

/* "h2,http/1.1" into its words. */
static int set_alpn(struct options *o, const struct option_row *row, const char *value,
                    struct err *e)
{
	struct exchange_options *x = &o->exchange;
	char *save = NULL;
	size_t n = 0;

	if (*value == '\0' || strlen(value) >= sizeof(x->alpn_text))
		return option_bad(row, value, "protocols such as h2,http/1.1", e);
	snprintf(x->alpn_text, sizeof(x->alpn_text), "%s", value);
	for (char *w = strtok_r(x->alpn_text, ",", &save); w != NULL;
	     w = strtok_r(NULL, ",", &save)) {
		if (n == OPTIONS_ALPN_MAX)
			return option_bad(row, value, "at most 8 protocols", e);
		x->alpn[n++] = w;
	}
	x->alpn[n] = NULL;
	return 0;
}

static int apply_tls(struct options *o, const struct option_row *row, const char *value,
                     struct err *e)
{
	struct exchange_options *x = &o->exchange;

	switch (row->id) {
	case OPT_CA:
		x->tls.ca = value;
		return 0;
	case OPT_INSECURE:
		x->tls.insecure = true;
		return 0;
	case OPT_SNI:
		x->sni = value;
		return 0;
	case OPT_TLS:
		return set_tls_version(o, row, value, e);
	case OPT_ALPN:
		return set_alpn(o, row, value, e);
	case OPT_CERT:
		x->tls.cert = value;
		return 0;
	case OPT_KEY:
		x->tls.key = value;
		return 0;
	case OPT_TLS_RESUME:
		x->resume = true;
		return 0;
	case OPT_TLS_TIMEOUT:
		return option_duration(row, value, 1, NS_NEVER, "more than 0", &x->tls_timeout, e);
	default:
		return 1;
	}
}

static int add_header(struct options *o, const struct option_row *row, const char *value,
                      struct err *e)
{
	struct exchange_options *x = &o->exchange;

	if (!http_header_valid(value))
		return option_bad(row, value, "'Name: value'", e);
	if (x->headers == HTTP_HEADERS_MAX)
		return option_bad(row, value, "at most 32 of them", e);
	x->header[x->headers++] = value;
	return 0;
}

static bool is_token(const char *s)
{
	return *s != '\0' && s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-")] == '\0';
}

static bool is_path(const char *s)
{
	const char *at = s;

	while (*at > ' ' && *at <= '~' && *at != '#')
		at++;
	return *s == '/' && *at == '\0';
}

static int set_requests(const struct option_row *row, const char *value, uint32_t *out,
                        struct err *e)
{
	uint64_t n = 0;
	int rc = option_number(row, value, 1, REQUESTS_MAX, &n, e);

	*out = (uint32_t)n;
	return rc;
}

/* Only this version from now on. False: another one was asked for. */
static bool restrict_to(struct exchange_options *x, enum http_version v)
{
	if (x->version != HTTP_VERSION_ANY && x->version != v)
		return false;
	x->version = v;
	return true;
}

static int set_version(struct options *o, enum http_version v, struct err *e)
{
	if (restrict_to(&o->exchange, v))
		return 0;
	return err_set(e, ERR_USAGE, "--http1.1 and --http2 exclude each other");
}

static int apply_http(struct options *o, const struct option_row *row, const char *value,
                      struct err *e)
{
	struct exchange_options *x = &o->exchange;

	switch (row->id) {
	case OPT_METHOD:
		x->method = value;
		return is_token(value) ? 0
		                       : option_bad(row, value,
		                                    "a method in capital letters, such as HEAD", e);
	case OPT_HEADER:
		return add_header(o, row, value, e);
	case OPT_PATH:
		x->path = value;
		return is_path(value) ? 0
		                      : option_bad(row, value, "a path such as /status?a=%20", e);
	case OPT_HTTP1:
		return set_version(o, HTTP_VERSION_1, e);
	case OPT_HTTP2:
		return set_version(o, HTTP_VERSION_2, e);
	case OPT_KEEPALIVE:
		return set_requests(row, value, &x->keepalive, e);
	case OPT_STREAMS:
		return set_requests(row, value, &x->streams, e);
	case OPT_IDLE:
		return option_duration(row, value, 0, NS_NEVER, "not less than 0", &x->idle, e);
	case OPT_HTTP_TIMEOUT:
		return option_duration(row, value, 1, NS_NEVER, "more than 0", &x->http_timeout, e);
	case OPT_WS_TIMEOUT:
		return option_duration(row, value, 1, NS_NEVER, "more than 0", &x->ws_timeout, e);
	default:
		return 1;
	}
}

static int compare_find(const char *word, size_t len)
{
	for (int v = 0; v < COMPARE_VARIANTS; v++)
		if (strlen(compare_names[v]) == len && strncmp(compare_names[v], word, len) == 0)
			return v;
	return -1;
}

/* False where it is there already. */
static bool add_variant(struct exchange_options *x, enum compare_variant v)
{
	for (uint32_t i = 0; i < x->compare_count; i++)
		if (x->compare[i] == v)
			return false;
	x->compare[x->compare_count++] = v;
	return true;
}

static int set_compare(struct options *o, const struct option_row *row, const char *value,
                       struct err *e)
{
	const char *at = value;

	for (;;) {
		size_t len = strcspn(at, ",");
		int v = compare_find(at, len);

		if (v < 0 || !add_variant(&o->exchange, (enum compare_variant)v))
			return option_bad(row, value,
			                  "some of http/1.1,http/1.1-close,h2, each once", e);
		if (at[len] == '\0')
			return 0;
		at += len + 1;
	}
}

/* Those that plain TCP has, too. */
static int apply_start(struct options *o, const struct option_row *row)
{
	switch (row->id) {
	case OPT_DATA_ON_ACK:
		o->exchange.data_on_ack = true;
		return 0;
	case OPT_TFO:
		o->exchange.fastopen = true;
		return 0;
	default:
		return 1;
	}
}

int option_apply_exchange(struct options *o, const struct option_row *row, const char *value,
                          struct err *e)
{
	int rc = apply_start(o, row);

	if (rc <= 0)
		return rc;
	rc = apply_tls(o, row, value, e);
	if (rc > 0)
		rc = apply_http(o, row, value, e);
	if (rc > 0 && row->id == OPT_COMPARE)
		rc = set_compare(o, row, value, e);
	if (rc == 0 && o->exchange.first == NULL)
		o->exchange.first = row->name;
	return rc;
}

static int check_requests(struct exchange_options *x, struct err *e)
{
	if (x->compare_count > 0 && (x->streams > 0 || x->keepalive > 0 || x->version != 0))
		return err_set(e, ERR_USAGE,
		               "--compare chooses versions and requests itself: no --http1.1, "
		               "--http2, --keepalive or --streams");
	if (x->streams > 0 && x->keepalive > 0)
		return err_set(e, ERR_USAGE,
		               "--keepalive and --streams exclude each other: HTTP/1.1 asks one "
		               "after the other, HTTP/2 side by side");
	if (x->streams > 0 && !restrict_to(x, HTTP_VERSION_2))
		return err_set(e, ERR_USAGE, "--streams and --http1.1 exclude each other");
	if (x->keepalive > 0 && !restrict_to(x, HTTP_VERSION_1))
		return err_set(e, ERR_USAGE,
		               "--keepalive and --http2 exclude each other: use --streams");
	return 0;
}

int options_check_exchange(struct options *o, struct err *e)
{
	struct exchange_options *x = &o->exchange;

	if (x->compare_count > 0 && o->interval == commands[o->command].interval)
		o->interval = COMPARE_INTERVAL;

	if (o->data != NULL && o->flags_given && strlen(o->data) > SEGMENT_MAX)
		return err_set(e, ERR_USAGE,
		               "--data '...': need at most %d bytes: what every segment can carry",
		               SEGMENT_MAX);
	if (o->flags_given && (x->first != NULL || x->fastopen || x->data_on_ack))
		return err_set(e, ERR_USAGE,
		               "--flags sends one segment: there is no connection for --%s",
		               x->first != NULL ? x->first
		               : x->fastopen    ? "tfo"
		                                : "data-on-ack");
	if (x->tls.key != NULL && x->tls.cert == NULL)
		return err_set(e, ERR_USAGE, "--key '%s' needs --cert", x->tls.key);
	return check_requests(x, e);
}
