/* SPDX-License-Identifier: BSD-2-Clause */
/* command.c - the table of commands. */
#include "cli/command.h"

#include "result/check_record.h"
#include "result/connection_record.h"
#include "result/cookies_record.h"
#include "result/probe_record.h"

/* Between checks: some 25 connections a second, each of a few segments. */
#define CHECKS_INTERVAL (40 * NS_MS)

const struct command commands[COMMANDS] = {
	[COMMAND_PROBE] = {"probe", "how long do handshakes take? (the default)",
                           &probe_record_type, 5, NS_SEC, "TARGET", cmd_probe},
	[COMMAND_COOKIES] = {"cookies", "does the target answer with SYN cookies?",
                             &cookies_record_type, 1, NS_SEC, "TARGET", cmd_cookies},
	[COMMAND_CLOSE] = {"close", "does it tear connections down by the book?",
                           &check_record_type, 1, CHECKS_INTERVAL, "TARGET", cmd_checks},
	[COMMAND_CONFORM] = {"conform", "which rules of TCP does it keep, check by check?",
                             &check_record_type, 1, CHECKS_INTERVAL, "TARGET", cmd_checks},
	[COMMAND_READ] = {"read", "what happened in these captures?", &connection_record_type, 0, 0,
                          "FILE", cmd_read},
};
