/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - which command? */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/version.h"
#include "cli/command.h"
#include "cli/options.h"

/* Names that belong to commands of later versions: they are no hosts. */
static const char *const reserved[] = {"scan", "run", "trace", "serve"};

/* "cookie", "Probe", "probes": a slip, rather than a host of that name. */
static bool is_like_command(const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i < COMMANDS; i++) {
		size_t full = strlen(commands[i].name), least = len < full ? len : full;

		if (len + 1 >= full && len <= full + 1 &&
		    strncasecmp(word, commands[i].name, least) == 0)
			return true;
	}
	return strcmp(word, "help") == 0;
}

static int unknown(const char *word)
{
	fprintf(stderr, "tcpshake: unknown command '%s': this version knows", word);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(stderr, "%s %s",
		        i == 0              ? ""
		        : i + 1 == COMMANDS ? " and"
		                            : ",",
		        commands[i].name);
	fprintf(stderr, " (a host of that name: `tcpshake probe %s`)\n", word);
	return EXIT_USAGE;
}

static enum exit_code show(const struct options *o)
{
	if (o->what == OPTIONS_SHOW_HELP)
		options_help(o->command);
	else if (o->what == OPTIONS_SHOW_TESTS)
		options_help_tests();
	else if (o->what == OPTIONS_SHOW_CHECKS)
		options_help_checks(&o->cases);
	else
		puts("tcpshake " VERSION);
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return EXIT_EXPECTED;
	fprintf(stderr, "tcpshake: writing standard output: %s\n", strerror(errno));
	return EXIT_LOCAL;
}

static enum exit_code run(enum command_id id, int argc, char **argv)
{
	static struct options o; /* large */
	struct err e;

	if (options_parse(&o, id, argc, argv, &e) != 0) {
		fprintf(stderr, "tcpshake: %s\n", e.text);
		return EXIT_USAGE;
	}
	return o.what == OPTIONS_RUN ? commands[id].run(&o) : show(&o);
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(word, commands[i].name) == 0)
			return (int)run((enum command_id)i, argc - 1, argv + 1);
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strcmp(word, reserved[i]) == 0)
			return unknown(word);
	if (is_like_command(word))
		return unknown(word);
	return (int)run(COMMAND_PROBE, argc, argv);
}
