/* SPDX-License-Identifier: BSD-2-Clause */
/* command.h - the commands, one file each: cmd_NAME.c. */
#ifndef TCPSHAKE_CLI_COMMAND_H
#define TCPSHAKE_CLI_COMMAND_H

#include <stdint.h>

#include "cli/exit.h"
#include "result/field.h"

struct options;

struct command {
	const char *name;
	const char *help;
	const struct record_type *record; /* of each attempt */
	uint64_t count;                   /* attempts, where -c does not say */
	ns_t interval;                    /* between them, where -i does not say */
	const char *takes;                /* what the words after the options are */
	enum exit_code (*run)(const struct options *o);
};

enum command_id {
	COMMAND_PROBE,
	COMMAND_COOKIES,
	COMMAND_CLOSE,
	COMMAND_CONFORM,
	COMMAND_READ,
	COMMANDS,
};

/* By enum command_id; the first is meant where no command is named. */
extern const struct command commands[COMMANDS];

enum exit_code cmd_probe(const struct options *o);
enum exit_code cmd_cookies(const struct options *o);
enum exit_code cmd_checks(const struct options *o); /* close and conform */
enum exit_code cmd_read(const struct options *o);

#endif
