/* SPDX-License-Identifier: BSD-2-Clause */
/* One end of the link: an interface, with packet sockets to take frames off it and put them on. */
#ifndef TESTLINK_WIRE_H
#define TESTLINK_WIRE_H

#include "testlink_frame.h"

struct wire {
	const char *name;
	unsigned ifindex;
	int rx;
	int tx;
	bool lost_carrier; /* an error said so; to be looked into with wire_state() */
};

enum received { RECEIVED_NONE, RECEIVED_FRAME, RECEIVED_BROKEN };

enum wire_state { WIRE_GONE, WIRE_DOWN, WIRE_UP };

int64_t monotonic_ns(void);

/* False after a line on stderr. */
bool wire_open(struct wire *w, const char *name);

/* *arrival is the kernel's stamp, on CLOCK_MONOTONIC. RECEIVED_BROKEN: one frame was lost. */
enum received wire_receive(struct wire *w, struct frame *f, int64_t *arrival);
bool wire_send(struct wire *w, const struct frame *f);

enum wire_state wire_state(const struct wire *w);

/* Frames the kernel dropped since the last call because they were not read in time. */
uint64_t wire_overruns(const struct wire *w);

#endif
