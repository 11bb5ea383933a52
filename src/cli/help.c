/* SPDX-License-Identifier: BSD-2-Clause */
/* help.c - what --help prints, from options.def. */
#include <stdio.h>

#include "cli/options.h"

static void option(const char *name, char letter, const char *arg, const char *help)
{
	char left[40];

	snprintf(left, sizeof(left), "%s%c%s%s%s%s%s", letter != 0 ? "-" : "   ",
	         letter != 0 ? letter : ' ', letter != 0 && name != NULL ? ", " : "",
	         name != NULL ? "--" : "", name != NULL ? name : "", arg != NULL ? " " : "",
	         arg != NULL ? arg : "");
	printf("  %-28s %s\n", left, help);
}

void options_help(void)
{
	puts("usage: tcpshake [probe] [OPTIONS] TARGET...\n"
	     "\n"
	     "Measures TCP handshakes with hand-built segments.\n"
	     "TARGET: host, host:port, [v6]:port, 'host port' or tcp://host:port");
#define GROUP(title)                        printf("\n%s\n", title);
#define OPTION(id, name, letter, arg, help) option(name, letter, arg, help);
#include "cli/options.def"
#undef GROUP
#undef OPTION
	puts("\n"
	     "DUR: 10ms, 2s, 500us, 1.5 (seconds)\n"
	     "Exit: 0 as expected, 1 a target failed, 2 a name did not resolve, 3 usage,\n"
	     "      4 an expectation did not hold, 5 local trouble. More in tcpshake(1).");
}
