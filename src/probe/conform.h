/* SPDX-License-Identifier: BSD-2-Clause */
/* conform.h - is a server's TCP by the book? Each attempt is one case: a check in one state. */
#ifndef TCPSHAKE_PROBE_CONFORM_H
#define TCPSHAKE_PROBE_CONFORM_H

#include "probe/check.h"
#include "probe/check_cases.h"
#include "probe/probe.h"
#include "tcp/profile.h"

#define CONFORM_TRIES  3 /* connections to the target that a verdict may need */
#define CONFORM_CLOSED 2 /* and to the closed port */
#define CONFORM_LANES  (CONFORM_TRIES + CONFORM_CLOSED)

struct conform_config {
	struct profile profile;
	uint8_t tos;
	uint8_t syn_retries;
	ns_t rto;
	ns_t timeout; /* as of struct stepper_config */
	bool ecn;
	const struct check_cases *cases;       /* attempt N is case (N - 1) modulo their number */
	const struct check_baseline *baseline; /* NULL: none */
	const char *request;                   /* what makes the server close */
	uint16_t request_len; /* 0: what check_request() has for the port, if anything */
	bool wait_fin;        /* ask nothing: it closes by itself */
	uint16_t closed_port;
};

/* Its configuration is conform_config. */
extern const struct probe_ops conform_probe;

#endif
