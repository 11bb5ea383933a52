/* SPDX-License-Identifier: BSD-2-Clause */
/* replay.h - capture files, frame by frame, through the tracker that watches live runs. */
#ifndef TCPSHAKE_ENGINE_REPLAY_H
#define TCPSHAKE_ENGINE_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/choice.h"
#include "net/savefile.h"
#include "result/connection_record.h"
#include "result/summary_record.h"

struct replay_config {
	uint32_t max_flows; /* connections held at a time */
	const char *filter; /* a pcap expression, or NULL: frames that do not match are not there */
	struct choice choice; /* connections that are told of */
	bool ladders;         /* keep their segments */
	int stop_fd;          /* readable: wait no longer for a pipe; -1: none */
	bool join;            /* all files are one capture */
};

/* Who is told. A record and its lists are valid during the call. */
struct replay_sink {
	void *ctx;
	void (*connection)(void *ctx, const struct connection_record *r);

	/* Something of a file that cannot be read; may be NULL. */
	void (*warning)(void *ctx, const char *text);

	/* Now and then: thousandths of the file that are read, or -1. True: stop reading. */
	bool (*progress)(void *ctx, const char *file, int permille, uint64_t frames);
};

enum replay_status {
	REPLAY_READ,
	REPLAY_DAMAGED, /* what was readable has been taken */
	REPLAY_UNREAD,  /* it does not open, or is no capture file */
};

struct replay;

/* -1 with ERR_USAGE for a filter that does not compile, ERR_LOCAL without memory. */
int replay_new(struct replay **out, const struct replay_config *cfg, const struct replay_sink *sink,
               struct err *e);
void replay_free(struct replay *r); /* NULL is allowed */

/*
 * Read a file ("-": standard input) to its end. With an error where it is not REPLAY_READ. `path` must
 * outlive the replay.
 */
enum replay_status replay_file(struct replay *r, const char *path, struct err *e);

/* The same for an open file, which `name` names in records and errors; it is closed. */
enum replay_status replay_savefile(struct replay *r, struct savefile *file, const char *name,
                                   struct err *e);

/* Tell of the connections that are held, in the order in which they began, and forget them. */
void replay_end(struct replay *r);

/* What was found since the last call: fills all but time and expectations. After replay_end(). */
void replay_summary(struct replay *r, struct summary_record *s);

#endif
