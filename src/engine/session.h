/* SPDX-License-Identifier: BSD-2-Clause */
/* session.h - one attempt: joins a probe, its lanes with their trackers, the device and a deadline. */
#ifndef TCPSHAKE_ENGINE_SESSION_H
#define TCPSHAKE_ENGINE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/siphash.h"
#include "engine/target.h"
#include "probe/lane.h"
#include "probe/probe.h"
#include "wire/packet.h"

enum session_phase {
	SESSION_IDLE,
	SESSION_RUNNING,
	SESSION_ENDED, /* its record is out; it still answers what arrives */
};

struct session {
	struct lane *lane; /* of the run's number of them; their ports are set */
	void *probe;       /* the probe's state */
	struct history *history;
	struct target *target;
	uint64_t seq;      /* number of the attempt at its target, from 1 */
	ns_t began;        /* monotonic */
	ns_t retry;        /* when to send resets that were refused; NS_NEVER: there are none */
	uint8_t retries;   /* so far */
	uint32_t unreset;  /* that could not be sent at all */
	struct seg unsent; /* one of them, but for its sequence number */
	ns_t flush; /* when to end without the capture of all we sent; NS_NEVER: not yet asked for */
	uint8_t phase;        /* enum session_phase */
	bool discarded;       /* interrupted before it could say anything: no record */
	bool unreported;      /* it has ended, and its record waits for those before it */
	ns_t waited;          /* how long it took */
	uint32_t clock_steps; /* of the run, when the attempt began */
};

/* What sessions of a run share. */
struct session_env {
	const struct engine_config *cfg;
	const struct engine_sink *sink;
	struct device *device;
	struct siphash_key isn_key;
	struct history_pool *histories; /* NULL unless segments are wanted */
	uint32_t lanes;                 /* of each session */
	uint64_t attempts;              /* of the whole run: part of each ISS */
	uint32_t running;
	uint32_t clock_steps; /* how often the wall clock jumped */
	ns_t linger_until;
	ns_t wall_offset; /* wall clock minus monotonic clock */
};

void session_tuple(const struct session_env *env, const struct session *s, uint32_t lane,
                   struct tuple *out);

/* Begin an attempt on an idle or ended session. */
void session_start(struct session_env *env, struct session *s, ns_t now);

/*
 * A frame of this session's lane was captured. True when it decided the attempt: its record is out, and
 * its verdict stands in `line`.
 */
bool session_segment(struct session_env *env, struct session *s, uint32_t lane,
                     const struct packet *p, ns_t stamp, bool outbound, ns_t now,
                     char line[static ANSWER_LINE_MAX]);
bool session_icmp(struct session_env *env, struct session *s, uint32_t lane, const struct packet *p,
                  ns_t stamp, ns_t now, char line[static ANSWER_LINE_MAX]);

/* Give the sink the record of an attempt that is `unreported`. */
void session_report(struct session_env *env, struct session *s);

/* Give back what the attempt's probe holds; session_report() does so, too. */
void session_release(struct session_env *env, struct session *s);

/* session_deadline() is due. */
void session_timer(struct session_env *env, struct session *s, ns_t now);
ns_t session_deadline(const struct session_env *env, const struct session *s);

/*
 * The run ends: reset what is open. An attempt that may still have been answered (it is younger than the
 * first RTO) is not counted; but the first, which the user's own deadline left without an answer, is.
 */
void session_stop(struct session_env *env, struct session *s, bool deadline, ns_t now);

#endif
