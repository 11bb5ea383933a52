/* SPDX-License-Identifier: BSD-2-Clause */
/* check_stage.c - see check_stage.h. */
#include "check_stage.h"

#include "check.h"

static const char *const words[] = {
	[APP_FINISHED] = "finished", [APP_REQUEST] = "request",   [APP_FIRST_BYTE] = "first byte",
	[APP_HEAD] = "head",         [APP_RESPONSE] = "response", [APP_UPGRADE] = "upgrade",
	[APP_PING] = "ping",         [APP_PONG] = "pong",
};

static void on_message(void *ctx, const struct app_message *m)
{
	struct stage_log *log = ctx;
	size_t room = sizeof(log->text) - log->len;
	int n;

	assert_true(m->text != NULL || m->mark != APP_NOTE);
	assert_true(m->text == NULL || strlen(m->text) <= 120);
	for (const char *p = m->text; p != NULL && *p != '\0'; p++)
		assert_true(*p >= ' ' && *p <= '~');
	if (log->protocol != NULL && strcmp(m->protocol, log->protocol) == 0)
		log->changed = true;
	else if (log->protocol != NULL)
		assert_true(log->before != NULL && !log->changed &&
		            strcmp(m->protocol, log->before) == 0);
	n = snprintf(log->text + log->len, room, "%c%s%s%s%s%s\n",
	             m->from == APP_CLIENT ? '>' : '<', m->text == NULL ? "" : " ",
	             m->text == NULL ? "" : m->text, m->mark == APP_NOTE ? "" : " (",
	             m->mark == APP_NOTE ? "" : words[m->mark], m->mark == APP_NOTE ? "" : ")");
	assert_true(n > 0 && (size_t)n < room);
	log->len += (size_t)n;
}

struct app_listener stage_log_listener(struct stage_log *log)
{
	log->len = 0;
	log->text[0] = '\0';
	return (struct app_listener){.message = on_message, .ctx = log};
}

void stage_feed(struct stage *s, const void *bytes, size_t len, size_t step)
{
	const uint8_t *p = bytes;

	while (len > 0) {
		size_t n = step == 0 || step > len ? len : step;
		struct block piece = block_copy(p, n);

		stage_input(s, piece.p, piece.len);
		block_free(&piece);
		p += n;
		len -= n;
	}
}

size_t stage_drain(struct stage *s, void *out, size_t cap, size_t step)
{
	uint8_t *p = out;
	size_t len = 0, n;

	do {
		size_t most = cap - len;

		if (step != 0 && step < most)
			most = step;
		n = stage_output(s, p + len, most);
		assert_true(n <= most);
		len += n;
	} while (n > 0 && len < cap);
	return len;
}
