/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_http2.c - fuzzes HTTP/2 with a server that sends anything.
 *
 * The first byte chooses what is asked, the second how long the pieces are in which the rest comes, and the
 * room that output() has.
 */
#include "stages.h"

#include "app/http.h"

/* Bits of the first byte. */
enum choice_bit {
	OF_HEAD = 1,
	MANY = 2,   /* more requests than streams may be open */
	LITTLE = 4, /* a limit of ten bytes */
	UPLOAD = 8, /* a request with a body */
	EARLY = 16, /* the server speaks before anything was sent */
	BEGUN = 32, /* its SETTINGS need not be in the data */
};

#define UPLOAD_LEN 100000

static void check_result(const struct stage *s, const struct stages_heard *h,
                         const struct http_config *cfg)
{
	const struct http_result *r = http2_result(s);

	MUST(r->responses <= cfg->requests);
	MUST(stage_status(s) != STAGE_DONE || r->responses > 0);
	MUST(stage_status(s) != STAGE_DONE || r->responses == cfg->requests || r->goaway != 0);
	MUST(r->status == 0 || (r->status >= 200 && r->status <= 999));
	MUST(r->streams_reset <= cfg->requests);
	MUST(h->mark[APP_RESPONSE] == r->responses);
	MUST(h->mark[APP_HEAD] >= r->responses && h->mark[APP_HEAD] <= cfg->requests);
	MUST(h->mark[APP_FIRST_BYTE] >= h->mark[APP_HEAD]);
	MUST(h->mark[APP_REQUEST] <= cfg->requests);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t body[UPLOAD_LEN], settings[] = {0, 0, 0, 4, 0, 0, 0, 0, 0};
	uint8_t bits = size > 0 ? data[0] : 0;
	struct http_config cfg = {
		.scheme = "http",
		.authority = "h",
		.method = (bits & OF_HEAD) != 0 ? "HEAD" : "POST",
		.path = "/",
		.requests = (bits & MANY) != 0 ? 150 : 1,
		.body_max = (bits & LITTLE) != 0 ? 10 : 0,
		.body = (bits & UPLOAD) != 0 ? body : NULL,
		.body_len = (bits & MANY) != 0 ? UPLOAD_LEN / 100 : UPLOAD_LEN,
	};
	struct stages_heard heard = {0};
	struct app_listener l = {.message = stages_message, .ctx = &heard};
	struct stage *s;

	if (size < 2)
		return 0;
	s = http2_new(&cfg, &l);
	MUST(s != NULL);
	if ((bits & EARLY) == 0)
		stages_drain(s, &heard, 1000);
	if ((bits & BEGUN) != 0)
		stage_input(s, settings, sizeof(settings));
	stages_run(s, &heard, data + 2, size - 2, data[1] >> 2, (size_t)(data[1] & 3) * 1000 + 1);
	check_result(s, &heard, &cfg);
	s->ops->free(s);
	return 0;
}
