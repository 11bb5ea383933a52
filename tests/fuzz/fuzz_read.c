/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_read.c - fuzzes the command `read`: from the bytes of a capture file to records as JSON text. */
#include "fuzz.h"

#include "engine/replay.h"
#include "report/json_write.h"
#include "wire/state.h"

/* Bits of the first byte. */
enum choice_bit {
	TWICE = 1,   /* the same file once more */
	JOINED = 2,  /* and both are one capture */
	LADDERS = 4, /* keep segments */
	FEW = 8,     /* connections: the table is full soon */
	ONE = 16,    /* of them alone is told */
	FILTERED = 32,
};

static uint64_t connections;

static bool is_one_of(const char *s, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(s, names[i]) == 0)
			return true;
	return false;
}

static bool is_state(const char *s)
{
	for (int i = 0; i < STATE_COUNT; i++)
		if (strcmp(s, state_name((enum tcp_state)i)) == 0)
			return true;
	return false;
}

static void check_states(const struct field_list *list)
{
	const char *const *names = list->items;

	for (uint32_t i = 0; i < list->count; i++)
		MUST(is_state(names[i]));
}

static void check_sent(const struct sent_record *s)
{
	MUST(s->segments >= 0 && s->bytes >= 0 && s->retransmits >= 0);
	MUST(s->syn >= 0 && s->syn_ack >= 0 && s->fin >= 0 && s->rst >= 0);
	MUST(s->retransmits <= s->segments && s->syn + s->syn_ack <= s->segments);
}

static void check_names(const struct connection_record *r)
{
	static const char *const states[] = {"open", "closed", "filtered", "unreachable"};
	static const char *const verdicts[] = {"pass", "warn", "fail", "inconclusive"};
	static const char *const kinds[] = {"none",        "fin-4",     "fin-3", "simultaneous",
	                                    "half-closed", "half-open", "rst"};
	static const char *const opened[] = {"syn", "syn-ack", "midstream"};

	MUST(is_one_of(r->state, states, 4) && r->reason != NULL);
	MUST(is_one_of(r->close.verdict, verdicts, 4));
	MUST(is_one_of(r->close.kind, kinds, 7));
	MUST(is_one_of(r->opened, opened, 3));
	MUST(r->client_state == NULL || is_state(r->client_state));
	MUST(r->server_state == NULL || is_state(r->server_state));
	MUST(r->conn_state[0] != '\0' && strlen(r->history) <= 19);
	MUST((r->reset.by == NULL) == (r->reset.why == NULL));
	check_states(&r->close.client);
	check_states(&r->close.server);
}

static void check_frames(const struct connection_record *r)
{
	const struct finding_record *f = r->findings.items;
	const struct segment_record *s = r->frames.items;

	MUST(r->first_frame >= 1 && r->first_frame <= r->last_frame);
	MUST(r->segments >= 1 && r->segments <= r->last_frame - r->first_frame + 1);
	for (uint32_t i = 0; i < r->findings.count; i++) {
		MUST(f[i].id != NULL && f[i].verdict != NULL);
		MUST(f[i].frame == FIELD_NULL || f[i].frame >= r->first_frame);
	}
	for (uint32_t i = 0; i < r->frames.count; i++)
		MUST(s[i].text[0] != '\0' && s[i].frame >= 1);
}

static void on_connection(void *ctx, const struct connection_record *r)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)ctx;
	connections++;
	MUST(r->stream >= 0 && r->completeness >= 0 && r->completeness < 64);
	MUST(r->syn_retransmits >= 0 && r->bytes >= 0);
	check_names(r);
	check_sent(&r->by_client);
	check_sent(&r->by_server);
	check_frames(r);
	MUST(out != NULL);
	json_write_record(out, &(struct record){&connection_record_type, r});
	fclose(out);
	MUST(len > 2 && text[0] == '{' && text[len - 1] == '}' && strlen(text) == len);
	free(text);
}

static void check_summary(struct replay *r, uint64_t told)
{
	struct summary_record s;

	replay_summary(r, &s);
	MUST((uint64_t)s.sent == told);
	MUST(s.open + s.closed + s.filtered + s.unreachable == s.sent);
	MUST(s.capture.segments <= s.capture.frames && s.capture.damaged <= s.capture.segments);
	MUST(s.capture.dropped >= 0 && s.capture.datagrams_lost >= 0);
	MUST(s.rtt_samples <= s.sent);
}

static void feed(struct replay *r, const uint8_t *data, size_t size)
{
	uint8_t *file = exact_copy(data, size);
	struct savefile *f;
	struct err e;

	if (savefile_from(&f, source_memory(file, size), "file", &e) == 0)
		(void)replay_savefile(r, f, "file", &e);
	free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t bits = size > 0 ? data[0] : 0;
	struct replay_config cfg = {
		.max_flows = (bits & FEW) != 0 ? 2 : 1000,
		.filter = (bits & FILTERED) != 0 ? "tcp port 443" : NULL,
		.choice = {.by_stream = (bits & ONE) != 0},
		.ladders = (bits & LADDERS) != 0,
		.join = (bits & JOINED) != 0,
	};
	struct replay_sink sink = {.connection = on_connection};
	struct replay *r;
	struct err e;

	if (size == 0)
		return 0;
	MUST(replay_new(&r, &cfg, &sink, &e) == 0);
	connections = 0;
	feed(r, data + 1, size - 1);
	if ((bits & TWICE) != 0) {
		if (!cfg.join)
			replay_end(r);
		feed(r, data + 1, size - 1);
	}
	replay_end(r);
	check_summary(r, connections);
	replay_free(r);
	return 0;
}
