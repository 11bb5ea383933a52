/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_read.c - what happened in these captures? */
#include "cli/command.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/loop.h"
#include "cli/output.h"
#include "cli/read_view.h"
#include "engine/replay.h"
#include "sandbox/caps.h"

struct reading {
	const struct options *o;
	struct output *out;
	struct engine_sink sink;
	struct read_view *view;
	struct replay *replay;
	struct expect_standing standing[EXPECT_MAX];
	int stop_fd;
	bool stopped;
};

static void show(void *ctx, const struct connection_record *r)
{
	struct reading *g = ctx;

	g->sink.record(g->sink.ctx, &(struct record){&connection_record_type, r});
}

static void on_connection(void *ctx, const struct connection_record *r)
{
	struct reading *g = ctx;

	expect_attempt(&g->o->expects, g->standing, &(struct record){&connection_record_type, r});
	read_view_add(g->view, r);
}

static void on_warning(void *ctx, const char *text)
{
	struct reading *g = ctx;

	g->sink.warning(g->sink.ctx, text);
}

static bool on_progress(void *ctx, const char *file, int permille, uint64_t frames)
{
	struct reading *g = ctx;
	struct pollfd p = {.fd = g->stop_fd, .events = POLLIN};
	char line[160];

	if (permille >= 0)
		snprintf(line, sizeof(line), "%.100s: %d %%, %llu frames", file, permille / 10,
		         (unsigned long long)frames);
	else
		snprintf(line, sizeof(line), "%.100s: %llu frames", file,
		         (unsigned long long)frames);
	progress_say(&g->out->progress, line, ns_monotonic());
	g->stopped = poll(&p, 1, 0) > 0 || output_broken(g->out);
	return g->stopped;
}

/* Tell of what is still held, and sum up. */
static void sum_up(struct reading *g)
{
	struct summary_record s;
	struct expectation_record expectations[EXPECT_MAX];
	const struct options *o = g->o;
	const struct expect_list *x = &o->expects;
	bool held = true;

	replay_end(g->replay);
	if (read_view_cut(g->view))
		on_warning(g,
		           "--sort holds a hundred thousand connections: the others are missing; "
		           "--top N holds the first N of all");
	read_view_end(g->view);
	replay_summary(g->replay, &s);
	if (s.sent == 0 && (o->read.choice.by_stream || o->read.choice.ends > 0))
		on_warning(g, "--flow: no such connection");
	s.time = ns_realtime();
	expect_summary(x, g->standing, &(struct record){&summary_record_type, &s}, expectations);
	s.expectations = (struct field_list){expectations, x->count};
	for (uint32_t i = 0; i < x->count; i++)
		held = held && expectations[i].held != 0;
	s.verdict = held ? "pass" : "fail";
	if (!held)
		g->out->code = exit_worse(g->out->code, EXIT_EXPECTATION);
	g->sink.record(g->sink.ctx, &(struct record){&summary_record_type, &s});
	memset(g->standing, 0, sizeof(g->standing));
}

static void read_files(struct reading *g)
{
	const struct options *o = g->o;
	struct err e;

	for (int i = 0; i < o->word_count && !g->stopped; i++) {
		enum replay_status status = replay_file(g->replay, o->words[i], &e);

		if (status != REPLAY_READ)
			output_error(g->out, &e);
		if (!o->read.join && status != REPLAY_UNREAD)
			sum_up(g);
	}
	if (o->read.join)
		sum_up(g);
}

/* Nobody types a capture. */
static int check_input(const struct options *o, struct err *e)
{
	for (int i = 0; i < o->word_count; i++)
		if (strcmp(o->words[i], "-") == 0 && isatty(STDIN_FILENO) == 1)
			return err_set(e, ERR_USAGE,
			               "'-': standard input is a terminal: pipe a capture into it");
	return 0;
}

/* Everything that can fail before the first file. */
static int prepare(struct reading *g, struct output *out, struct loop_signals *signals,
                   struct err *e)
{
	const struct options *o = g->o;
	struct replay_config cfg = {
		.max_flows = o->read.max_flows,
		.filter = o->read.filter,
		.choice = o->read.choice,
		.join = o->read.join,
	};
	struct replay_sink sink = {.ctx = g,
	                           .connection = on_connection,
	                           .warning = on_warning,
	                           .progress = on_progress};

	if (output_open(out, o, e) != 0 || check_input(o, e) != 0 ||
	    caps_drop_but_reading(e) != 0 || loop_signals_open(signals, e) != 0)
		return -1;
	cfg.ladders = o->verbose || output_wants_segments(out);
	g->sink = output_sink(out);
	g->stop_fd = cfg.stop_fd = signals->stop;
	g->view = read_view_new(&o->read, show, g);
	if (g->view == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	return replay_new(&g->replay, &cfg, &sink, e);
}

enum exit_code cmd_read(const struct options *o)
{
	static struct output out; /* large */
	struct loop_signals signals = {.stop = -1, .status = -1};
	struct reading g = {.o = o, .out = &out};
	struct err e;

	if (isatty(STDOUT_FILENO) != 1)
		setvbuf(stdout, NULL, _IOFBF, 1 << 18);
	if (prepare(&g, &out, &signals, &e) != 0) {
		output_error(&out, &e);
	} else {
		out.options.many = o->word_count > 1 && !o->read.join;
		progress_start(&out.progress, ns_monotonic());
		read_files(&g);
		progress_clear(&out.progress);
	}
	output_close(&out, 0, NULL);
	replay_free(g.replay);
	read_view_free(g.view);
	loop_signals_close(&signals);
	return out.code;
}
