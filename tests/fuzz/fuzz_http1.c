/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_http1.c - fuzzes HTTP/1.1 with a server that answers anything.
 *
 * The first byte chooses what is asked, the second how long the pieces are in which the rest comes.
 */
#include "stages.h"

#include "app/http.h"

/* Bits of the first byte. */
enum choice_bit {
	OF_HEAD = 1,
	MORE = 2,   /* three requests */
	LITTLE = 4, /* a limit of ten bytes */
	UPLOAD = 8, /* a request with a body */
	EARLY = 16, /* the server speaks before anything was sent */
	FINAL = 32, /* Connection: close with the last */
};

static void check_result(const struct stage *s, const struct stages_heard *h,
                         const struct http_config *cfg)
{
	const struct http_result *r = http1_result(s);

	MUST(r->responses <= cfg->requests);
	MUST(stage_status(s) != STAGE_DONE || r->responses > 0);
	MUST(stage_status(s) != STAGE_DONE || cfg->body_max == 0 || r->body_bytes <= cfg->body_max);
	MUST(r->status == 0 || (r->status >= 200 && r->status <= 999));
	MUST(r->responses == 0 ||
	     (r->status != 0 && r->after != HTTP_UNKNOWN && r->version[0] == '1'));
	MUST(h->mark[APP_RESPONSE] == r->responses);
	MUST(h->mark[APP_HEAD] >= r->responses && h->mark[APP_HEAD] <= r->responses + 1);
	MUST(h->mark[APP_FIRST_BYTE] >= h->mark[APP_HEAD]);
	MUST(h->mark[APP_REQUEST] <= cfg->requests);
	MUST(!r->closed_early || (r->responses < cfg->requests && r->after == HTTP_KEPT));
}

static struct http_result run(const uint8_t *data, size_t size, uint8_t bits, size_t piece)
{
	struct http_config cfg = {
		.scheme = "http",
		.authority = "h",
		.method = (bits & OF_HEAD) != 0 ? "HEAD" : "POST",
		.path = "/",
		.requests = (bits & MORE) != 0 ? 3 : 1,
		.body_max = (bits & LITTLE) != 0 ? 10 : 0,
		.body = (bits & UPLOAD) != 0 ? (const uint8_t *)"0123456789" : NULL,
		.body_len = 10,
		.close = (bits & FINAL) != 0,
	};
	struct stages_heard heard = {0};
	struct app_listener l = {.message = stages_message, .ctx = &heard};
	struct stage *s = http1_new(&cfg, &l);
	struct http_result r;

	MUST(s != NULL);
	if ((bits & EARLY) == 0)
		stages_drain(s, &heard, 100);
	stages_run(s, &heard, data, size, piece, 100);
	check_result(s, &heard, &cfg);
	r = *http1_result(s);
	r.goaway = stage_status(s) == STAGE_DONE;
	s->ops->free(s);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_result whole, parts;

	if (size < 2)
		return 0;
	whole = run(data + 2, size - 2, data[0], data[1]);
	if ((data[0] & (MORE | EARLY)) != 0)
		return 0;
	/* the pieces in which one response comes make no difference, but for what a failure has counted */
	parts = run(data + 2, size - 2, data[0], 1);
	MUST(whole.goaway == parts.goaway && whole.responses == parts.responses);
	MUST(whole.status == parts.status && whole.after == parts.after);
	MUST(whole.goaway == 0 ||
	     (whole.body_bytes == parts.body_bytes && whole.head_bytes == parts.head_bytes));
	return 0;
}
