/* SPDX-License-Identifier: BSD-2-Clause */
/* stages.h - what the targets that fuzz stages of app/ share: a listener that checks, and a way to drive. */
#ifndef TCPSHAKE_TESTS_FUZZ_STAGES_H
#define TCPSHAKE_TESTS_FUZZ_STAGES_H

#include "fuzz.h"

#include "app/stage.h"

#define STAGES_PUT_MAX 4194304 /* more than this no stage has to send, whatever it hears */

struct stages_heard {
	uint32_t messages, mark[APP_PONG + 1];
	size_t put;
};

static inline void stages_message(void *ctx, const struct app_message *m)
{
	struct stages_heard *h = ctx;

	MUST(m->from == APP_CLIENT || m->from == APP_SERVER);
	MUST(m->protocol != NULL && (unsigned int)m->mark <= APP_PONG);
	MUST((m->text == NULL) == (m->mark == APP_FIRST_BYTE));
	MUST(m->text == NULL || strlen(m->text) <= 120);
	for (const char *p = m->text; p != NULL && *p != '\0'; p++)
		MUST(*p >= ' ' && *p <= '~');
	h->messages++;
	h->mark[m->mark]++;
}

/* What must hold at any time. */
static inline void stages_check(const struct stage *s)
{
	const struct stage_failure *f = s->ops->failure(s);

	MUST((stage_status(s) == STAGE_FAILED) == (f->reason != NULL));
	MUST((f->reason != NULL) == (f->detail[0] != '\0'));
	for (const char *p = f->detail; *p != '\0'; p++)
		MUST(*p >= ' ' && *p <= '~');
}

/* Take all that there is to send, `cap` bytes at a time. */
static inline void stages_drain(struct stage *s, struct stages_heard *h, size_t cap)
{
	uint8_t *out = malloc(cap);
	size_t n;

	MUST(out != NULL);
	while ((n = stage_output(s, out, cap)) > 0) {
		MUST(n <= cap);
		h->put += n;
		MUST(h->put < STAGES_PUT_MAX);
	}
	free(out);
	stages_check(s);
}

/* Feed all in pieces of `piece` bytes (0: at once), and drain after each; then the end. An outcome is due. */
static inline void stages_run(struct stage *s, struct stages_heard *h, const uint8_t *data,
                              size_t size, size_t piece, size_t cap)
{
	enum stage_status before;

	while (size > 0) {
		size_t n = piece == 0 || piece > size ? size : piece;
		uint8_t *bytes = exact_copy(data, n);

		before = stage_status(s);
		stage_input(s, bytes, n);
		free(bytes);
		MUST(before == STAGE_RUNNING || before == stage_status(s));
		stages_drain(s, h, cap);
		MUST(before == STAGE_RUNNING || before == stage_status(s));
		data += n;
		size -= n;
	}
	before = stage_status(s);
	s->ops->eof(s);
	MUST(stage_status(s) != STAGE_RUNNING);
	MUST(before == STAGE_RUNNING || before == stage_status(s));
	s->ops->goodbye(s);
	stages_drain(s, h, cap);
	MUST(stage_status(s) != STAGE_RUNNING);
}

#endif
