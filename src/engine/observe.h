/* SPDX-License-Identifier: BSD-2-Clause */
/* observe.h - what one frame of a capture file changes in what is known of its connection. */
#ifndef TCPSHAKE_ENGINE_OBSERVE_H
#define TCPSHAKE_ENGINE_OBSERVE_H

#include "engine/flows.h"

/* A frame with its place in the file. */
struct observed {
	const struct packet *packet;
	ns_t stamp;
	uint32_t frame; /* from 1 */
	uint8_t side;   /* of the key: which end sent it */
	bool damaged;   /* its checksum is wrong: no receiver took it */
	bool copy;      /* the capture had it a moment ago: its receiver got it once */
	bool own;       /* the capture is one of our own: it lacks no frame */
};

/* Begin a flow with its first frame, which is still to be counted and judged. */
void observe_first(struct flow *f, const struct observed *o, bool reused);

/* Does this SYN begin another connection on the same key? */
bool observe_begins_anew(const struct flow *f, const struct observed *o);

/* What tools count for it, by flags alone. */
void observe_count(struct flow *f, const struct observed *o);

/* What its receiver makes of it. Not for damaged frames. */
enum track_take observe_segment(struct flow *f, const struct observed *o);

enum track_side observe_sender(const struct flow *f, const struct observed *o);

/* By what may be forgotten first. */
enum flow_phase observe_phase(const struct flow *f);

#endif
