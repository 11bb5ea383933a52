/* SPDX-License-Identifier: BSD-2-Clause */
/* output.h - where a run's results go: reports, the capture file, standard error. */
#ifndef TCPSHAKE_CLI_OUTPUT_H
#define TCPSHAKE_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/exit.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "engine/engine.h"
#include "net/pcapng.h"
#include "report/report.h"

struct output {
	struct report_options options;
	struct report report[OPTIONS_OUTPUTS_MAX];
	uint32_t reports;
	struct pcapng *file; /* NULL without --write */
	bool file_failed;    /* said once, then no longer written */
	uint32_t verdicts;   /* of attempts that no frame decided */
	char **verdict;
	struct progress progress;
	enum exit_code code; /* the worst so far */
};

/* Open and begin all reports, and open the capture file. -1 with ERR_USAGE or ERR_LOCAL. */
int output_open(struct output *out, const struct options *o, struct err *e);

/* Declare the interfaces of the capture file. */
int output_links(struct output *out, const struct device_link *links, uint32_t count,
                 const struct device *device, struct err *e);

/* The engine's sink that feeds all of it. */
/* Does a format draw segments, asked for or not? */
bool output_wants_segments(const struct output *out);

struct engine_sink output_sink(struct output *out);

/* End and close everything; `device` (may be NULL) tells what the captures lost. */
void output_close(struct output *out, uint32_t links, struct device *device);

/* Say "tcpshake: text" on standard error, and let the exit code follow. */
void output_error(struct output *out, const struct err *e);

/* A report could not be written (a closed pipe, a full disk): there is no use in going on. */
bool output_broken(const struct output *out);

#endif
