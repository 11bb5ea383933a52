/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_probe.h - the command `probe`. */
#ifndef TCPSHAKE_CLI_CMD_PROBE_H
#define TCPSHAKE_CLI_CMD_PROBE_H

#include "cli/exit.h"

/* Run with argv[0] the command's name, or the program's where it was left out. */
enum exit_code cmd_probe(int argc, char **argv);

#endif
