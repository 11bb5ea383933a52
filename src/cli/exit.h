/* SPDX-License-Identifier: BSD-2-Clause */
/* exit.h - exit codes, and which one wins. */
#ifndef TCPSHAKE_CLI_EXIT_H
#define TCPSHAKE_CLI_EXIT_H

#include "base/err.h"

enum exit_code {
	EXIT_EXPECTED = 0, /* all targets as expected */
	EXIT_TARGET = 1,   /* some target failed */
	EXIT_NAME = 2,     /* a name did not resolve, or a target is invalid */
	EXIT_USAGE = 3,
	EXIT_EXPECTATION = 4, /* reachable, but an --expect did not hold */
	EXIT_LOCAL = 5,       /* this host: permission, route, interface, capture losses */
	EXIT_PROTOCOL = 6,    /* TCP was fine, TLS, HTTP or WebSocket failed */
};

/* Of two codes of one run, the one that the process exits with: the first of 3, 5, 2, 1, 6, 4. */
enum exit_code exit_worse(enum exit_code a, enum exit_code b);

enum exit_code exit_of_err(const struct err *e);

#endif
