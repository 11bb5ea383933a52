/* SPDX-License-Identifier: BSD-2-Clause */
/* engine.h - runs attempts at targets over a device: time and frames in, records out. */
#ifndef TCPSHAKE_ENGINE_ENGINE_H
#define TCPSHAKE_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "net/device.h"
#include "net/route.h"
#include "probe/expect.h"
#include "probe/probe.h"
#include "result/field.h"

/* One address and port to try. The strings must outlive the engine. */
struct engine_target {
	const char *name; /* as it was given */
	struct endpoint remote;
	struct addr source;
	uint32_t mtu;
	uint32_t link; /* number of the device's link by which it is reached */
	uint32_t seen; /* the link with which the device hands its frames over */
	bool any_link; /* answers may come by another one */
	uint32_t rank; /* how many targets before it have the same address and port */
	struct addr
		next_hop; /* the neighbour by which it is reached; ADDR_NONE: this host itself */
	ns_t dns;         /* how long its name took, or NS_NONE */
	void *plan;       /* what the probe is to do there, besides; may be NULL */
};

struct engine_config {
	const struct probe_ops *probe;
	const void *probe_config;
	uint32_t ranks; /* targets that share one address and port, at most; 1 where all differ */
	uint64_t count; /* attempts at each target; 0: until the deadline or engine_stop() */
	ns_t interval;
	ns_t deadline; /* for the whole run, from engine_start(); 0: none */
	ns_t first_rto; /* an attempt that is interrupted within it says nothing and is not counted */
	ns_t linger;    /* at the end, for connections on which a segment was lost */
	uint32_t segments; /* of each attempt, that are kept for its record; 0: none */
	const struct expect_list *expects;
};

/* How a target came out, for the exit code. */
struct engine_outcome {
	bool state_ok;     /* its state is the one expected */
	bool expectations; /* the other expectations hold */
	bool protocol;     /* TLS, HTTP or WebSocket did what they should at every attempt */
	bool local;        /* this host could not send, lost frames or spoilt the measurement */
};

/* Where results go. All pointers are valid during the call only. */
struct engine_sink {
	void *ctx;
	void (*record)(void *ctx, const struct record *r);
	void (*summary)(void *ctx, const struct record *r, const struct engine_outcome *o);
	void (*event)(void *ctx,
	              const char *text); /* something a reader wants to know: a late reply */
	void (*warning)(void *ctx, const char *text); /* what limits the measurement */
	/* A frame of the run passed; `verdict` is the line of the attempt it decided, or NULL. */
	void (*frame)(void *ctx, uint32_t link, const struct frame *f, bool outbound,
	              const char *verdict);
	/* An attempt was decided without a frame. */
	void (*verdict)(void *ctx, uint32_t link, const char *verdict);
};

struct engine;

/*
 * An engine for these targets, with `ports` as source ports. Configuration, targets, ports and device
 * are the caller's and must outlive it. -1 with ERR_LOCAL without memory. Close with engine_close().
 */
int engine_open(struct engine **out, const struct engine_config *cfg,
                const struct engine_sink *sink, const struct engine_target *targets,
                uint32_t target_count, const uint16_t *ports, uint32_t port_count,
                struct device *device, struct err *e);
void engine_close(struct engine *en); /* NULL is allowed */

/* Bytes of user data that fit into a packet to this target without options (RFC 9293 3.7.1). */
uint16_t engine_room(const struct engine_target *t);

/* How many source ports a run uses, if there are enough: no reuse within four minutes. */
uint32_t engine_ports_wanted(const struct engine_config *cfg);

/* Begin. `now` is monotonic, `wall` the same moment by the wall clock, here and below. */
void engine_start(struct engine *en, ns_t now, ns_t wall);

/* When engine_turn() is due at the latest, frames or not; NS_NEVER when nothing is planned. */
ns_t engine_deadline(const struct engine *en);

/* Take what arrived, do what is due. -1 with ERR_LOCAL when an interface failed. */
int engine_turn(struct engine *en, ns_t now, ns_t wall, struct err *e);

/* Start nothing new, reset what is open. More turns are needed until engine_done(). */
void engine_stop(struct engine *en, ns_t now);

struct engine_progress {
	uint64_t ended;   /* attempts whose record is out */
	uint64_t planned; /* 0: without end */
	uint32_t running;
};

struct engine_progress engine_progress(const struct engine *en);

bool engine_done(const struct engine *en, ns_t now);

/* Give the summary of every target, as it stands now, to `sink->summary`. */
void engine_summaries(struct engine *en, const struct engine_sink *sink, ns_t wall);

#endif
