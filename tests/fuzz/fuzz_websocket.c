/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_websocket.c - fuzzes WebSocket with a server that answers anything.
 *
 * The first byte chooses what is asked, and whether the 101 need not be in the data; the second how long the
 * pieces are in which the rest comes. The key and our masks, and so the pong, are always the same.
 */
#include "stages.h"

#include "app/websocket.h"

/* Bits of the first byte. */
enum choice_bit {
	UPGRADED = 1,  /* the 101 is given */
	PROTOCOL = 2,  /* a subprotocol is asked for */
	EXTENSION = 4, /* and an extension */
	TRICKLE = 8,   /* output has room for one byte */
};

static const char given[] = "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
			    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

static void check_result(const struct stage *s, const struct stages_heard *h)
{
	const struct ws_result *r = ws_result(s);

	MUST(!r->upgraded || r->status == 101);
	MUST(r->upgraded || (!r->pong && r->close_code == 0 && stage_status(s) != STAGE_DONE));
	MUST(r->upgraded == (h->mark[APP_UPGRADE] == 1) || stage_status(s) == STAGE_FAILED);
	MUST(r->pong == (h->mark[APP_PONG] == 1));
	MUST(h->mark[APP_PING] <= 1 && h->mark[APP_REQUEST] == 1);
	MUST(stage_status(s) != STAGE_DONE || r->pong || r->close_code != 0);
	MUST(r->close_code == 0 || (r->close_code >= 1000 && r->close_code < 5000));
	MUST(memchr(r->protocol, '\0', sizeof(r->protocol)) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t bits = size > 0 ? data[0] : 0;
	struct http_config http = {.scheme = "ws", .authority = "h", .method = "GET", .path = "/"};
	struct ws_config cfg = {.http = &http, .mask = 7};
	struct stages_heard heard = {0};
	struct app_listener l = {.message = stages_message, .ctx = &heard};
	size_t cap = (bits & TRICKLE) != 0 ? 1 : 100;
	struct stage *s;

	if (size < 2)
		return 0;
	if ((bits & PROTOCOL) != 0)
		http.header[http.headers++] = "Sec-WebSocket-Protocol: a, bc";
	if ((bits & EXTENSION) != 0)
		http.header[http.headers++] = "Sec-WebSocket-Extensions: x";
	memcpy(cfg.key, "the sample nonce", 16);
	s = ws_new(&cfg, &l);
	MUST(s != NULL);
	stages_drain(s, &heard, cap);
	if ((bits & UPGRADED) != 0) {
		stage_input(s, (const uint8_t *)given, sizeof(given) - 1);
		MUST(ws_result(s)->upgraded);
		stages_drain(s, &heard, cap);
	}
	stages_run(s, &heard, data + 2, size - 2, data[1], cap);
	check_result(s, &heard);
	s->ops->free(s);
	return 0;
}
