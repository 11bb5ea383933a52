/* SPDX-License-Identifier: BSD-2-Clause */
/* output.c - the engine's sink: every report, the capture file, warnings on standard error. */
#include "cli/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/version.h"
#include "result/comparison_record.h"

/* Verdicts without a frame that the file's statistics can hold. */
#define VERDICTS_MAX 4096

/* no-color.org: set and not empty. */
static bool no_color(void)
{
	const char *s = getenv("NO_COLOR");

	return s != NULL && *s != '\0';
}

static bool want_color(const struct options *o)
{
	const char *term = getenv("TERM");

	if (o->color != COLOR_AUTO)
		return o->color == COLOR_ALWAYS;
	return isatty(STDOUT_FILENO) == 1 && !no_color() && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

int output_open(struct output *out, const struct options *o, struct err *e)
{
	unsigned int to_stdout = 0;

	memset(out, 0, sizeof(*out));
	out->options = (struct report_options){
		.rows = o->exchange.compare_count > 0 ? &comparison_record_type
	                                              : commands[o->command].record,
		.quiet = o->quiet,
		.verbose = o->verbose,
		.timestamps = o->timestamps,
		.numeric = o->numeric,
		.color = want_color(o),
		.terminal = isatty(STDOUT_FILENO) == 1,
		.buffered = o->command == COMMAND_READ && isatty(STDOUT_FILENO) != 1,
	};
	for (uint32_t i = 0; i < o->output_count || i == 0; i++) {
		if (report_open(&out->report[i], o->output_count == 0 ? "text" : o->outputs[i],
		                &out->options, e) != 0)
			return -1;
		if (out->report[i].path == NULL && to_stdout++ > 0)
			return err_set(e, ERR_USAGE,
			               "-o '%s': two outputs share standard output: give one a "
			               "file, FORMAT:FILE",
			               o->outputs[i]);
		report_begin(&out->report[out->reports++], ns_realtime());
	}
	if (o->write_path != NULL)
		return pcapng_open(&out->file, o->write_path, "tcpshake " VERSION, e);
	return 0;
}

int output_links(struct output *out, const struct device_link *links, uint32_t count,
                 const struct device *device, struct err *e)
{
	for (uint32_t i = 0; out->file != NULL && i < count; i++)
		if (pcapng_interface(out->file, links[i].ifname, device_link_type(device, i),
		                     CAPTURE_SNAPLEN_ALL, e) < 0)
			return -1;
	return 0;
}

void output_error(struct output *out, const struct err *e)
{
	progress_clear(&out->progress);
	fprintf(stderr, "tcpshake: %s\n", e->text);
	out->code = exit_worse(out->code, exit_of_err(e));
}

bool output_broken(const struct output *out)
{
	for (uint32_t i = 0; i < out->reports; i++)
		if (out->report[i].error != 0)
			return true;
	return false;
}

bool output_wants_segments(const struct output *out)
{
	for (uint32_t i = 0; i < out->reports; i++)
		if (out->report[i].format->segments)
			return true;
	return false;
}

/* --- the sink --- */

static void on_record(void *ctx, const struct record *r)
{
	struct output *out = ctx;

	progress_clear(&out->progress);
	for (uint32_t i = 0; i < out->reports; i++)
		report_record(&out->report[i], r);
}

static enum exit_code code_of(const struct engine_outcome *o)
{
	if (o->local)
		return EXIT_LOCAL;
	if (!o->state_ok)
		return EXIT_TARGET;
	if (!o->protocol)
		return EXIT_PROTOCOL;
	return o->expectations ? EXIT_EXPECTED : EXIT_EXPECTATION;
}

static void on_summary(void *ctx, const struct record *r, const struct engine_outcome *o)
{
	struct output *out = ctx;

	on_record(out, r);
	out->code = exit_worse(out->code, code_of(o));
}

static void on_event(void *ctx, const char *text)
{
	struct output *out = ctx;

	progress_clear(&out->progress);
	for (uint32_t i = 0; i < out->reports; i++)
		report_event(&out->report[i], text);
}

static void on_warning(void *ctx, const char *text)
{
	struct output *out = ctx;

	progress_clear(&out->progress);
	fprintf(stderr, "tcpshake: warning: %s\n", text);
}

static void file_error(struct output *out, const struct err *e)
{
	if (!out->file_failed)
		output_error(out, e);
	out->file_failed = true;
}

static void on_frame(void *ctx, uint32_t link, const struct frame *f, bool outbound,
                     const char *verdict)
{
	struct output *out = ctx;
	struct err e;

	if (out->file == NULL || out->file_failed)
		return;
	if (pcapng_frame(out->file, link == DEVICE_LINK_OTHER ? 0 : (int)link, f, outbound, verdict,
	                 &e) != 0)
		file_error(out, &e);
}

static void on_verdict(void *ctx, uint32_t link, const char *verdict)
{
	struct output *out = ctx;

	(void)link;
	if (out->file == NULL || out->verdicts == VERDICTS_MAX)
		return;
	if (out->verdict == NULL)
		out->verdict = calloc(VERDICTS_MAX, sizeof(*out->verdict));
	if (out->verdict != NULL && (out->verdict[out->verdicts] = strdup(verdict)) != NULL)
		out->verdicts++;
}

struct engine_sink output_sink(struct output *out)
{
	return (struct engine_sink){
		.ctx = out,
		.record = on_record,
		.summary = on_summary,
		.event = on_event,
		.warning = on_warning,
		.frame = on_frame,
		.verdict = on_verdict,
	};
}

/* --- the end --- */

static void close_file(struct output *out, uint32_t links, struct device *device)
{
	struct err e;

	for (uint32_t i = 0; i < links && device != NULL && !out->file_failed; i++) {
		uint64_t dropped = device->ops->dropped(device, i);

		if (pcapng_statistics(out->file, (int)i, dropped, (const char *const *)out->verdict,
		                      i == 0 ? out->verdicts : 0, &e) != 0)
			file_error(out, &e);
	}
	if (pcapng_close(out->file, &e) != 0)
		file_error(out, &e);
}

void output_close(struct output *out, uint32_t links, struct device *device)
{
	struct err e;

	if (out->file != NULL)
		close_file(out, links, device);
	for (uint32_t i = 0; i < out->reports; i++)
		if (report_close(&out->report[i], &e) != 0)
			output_error(out, &e);
	for (uint32_t i = 0; i < out->verdicts; i++)
		free(out->verdict[i]);
	free(out->verdict);
}
