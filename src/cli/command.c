/* SPDX-License-Identifier: BSD-2-Clause */
/* command.c - the table of commands. */
#include "cli/command.h"

#include "result/cookies_record.h"
#include "result/probe_record.h"

const struct command commands[COMMANDS] = {
	[COMMAND_PROBE] = {"probe", "how long do handshakes take? (the default)",
                           &probe_record_type, 5, cmd_probe},
	[COMMAND_COOKIES] = {"cookies", "does the target answer with SYN cookies?",
                             &cookies_record_type, 1, cmd_cookies},
};
