/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - which command? */
#include <stdio.h>
#include <string.h>

#include "cli/cmd_probe.h"

static const struct {
	const char *name;
	enum exit_code (*run)(int argc, char **argv);
} commands[] = {
	{"probe", cmd_probe},
};

/* Names that belong to commands of later versions: they are no hosts. */
static const char *const reserved[] = {"cookies", "close", "conform", "scan",
                                       "run",     "read",  "trace",   "serve"};

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(word, commands[i].name) == 0)
			return (int)commands[i].run(argc - 1, argv + 1);
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		if (strcmp(word, reserved[i]) == 0) {
			fprintf(stderr,
			        "tcpshake: unknown command '%s': this version knows probe\n", word);
			return EXIT_USAGE;
		}
	}
	return (int)cmd_probe(argc, argv);
}
