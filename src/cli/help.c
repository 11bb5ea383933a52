/* SPDX-License-Identifier: BSD-2-Clause */
/* help.c - what --help and --tests print, from options.def and the table of tests. */
#include <stdio.h>
#include <string.h>

#include "cli/options_internal.h"
#include "probe/cookies_plan.h"

/* "-c, --count N" or "    --load[=N]". */
static void option(const struct option_row *r)
{
	char left[48], arg[24] = "";

	if (r->arg != NULL && r->arg[0] == '[')
		snprintf(arg, sizeof(arg), "[=%s", r->arg + 1);
	else if (r->arg != NULL)
		snprintf(arg, sizeof(arg), " %s", r->arg);
	snprintf(left, sizeof(left), "%s%c%s%s%s%s", r->letter != 0 ? "-" : "   ",
	         r->letter != 0 ? r->letter : ' ', r->letter != 0 && r->name != NULL ? ", " : "",
	         r->name != NULL ? "--" : "", r->name != NULL ? r->name : "", arg);
	printf("  %-28s %s\n", left, r->help);
}

/* The options of this command under their titles; a group without any is left out. */
static void list_options(enum command_id command)
{
	const char *title = NULL;

	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *r = &option_rows[i];

		if (r->id == OPT_GROUP) {
			title = r->help;
			continue;
		}
		if ((r->commands & 1U << command) == 0)
			continue;
		if (title != NULL)
			printf("\n%s\n", title);
		title = NULL;
		option(r);
	}
}

static void usage(enum command_id command)
{
	if (command != COMMAND_PROBE) {
		printf("usage: tcpshake %s [OPTIONS] %s...\n\n", commands[command].name,
		       commands[command].takes);
	} else {
		puts("usage: tcpshake [COMMAND] [OPTIONS] TARGET...\n");
		for (size_t i = 0; i < COMMANDS; i++)
			printf("  %-28s %s\n", commands[i].name, commands[i].help);
		puts("\n`tcpshake COMMAND --help` has the options of a command; these are those of "
		     "probe.\n");
	}
}

/* What a command does, and what it leaves alone. */
static const char *const abouts[COMMANDS] = {
	[COMMAND_PROBE] = "Measures TCP handshakes with hand-built segments.",
	[COMMAND_COOKIES] =
		"Tells from outside whether a server, or a box before it, answers SYNs with SYN\n"
		"cookies. Never more than one half-open connection, but for --load.",
	[COMMAND_CLOSE] =
		"Drives a server through the ways in which a TCP connection can end, and judges\n"
		"each by RFC 9293 and its kin. Every connection is reset at the end.",
	[COMMAND_CONFORM] =
		"Checks a server's TCP by RFC 9293 and its kin: those of close, and connection\n"
		"setup, acknowledgments, options. Every connection is reset at the end.",
	[COMMAND_READ] = "Judges the TCP connections of capture files (pcap and pcapng, also gzip "
			 "and zstd):\n"
			 "who opened them, how long the handshake took, how they ended, which "
			 "rules were broken.",
};

void options_help(enum command_id command)
{
	usage(command);
	puts(abouts[command]);
	puts(command == COMMAND_READ ? "FILE: a capture file, or - for standard input"
	                             : "TARGET: host, host:port, [v6]:port, 'host port', or a URL: "
	                               "tcp:// tls:// http:// "
	                               "https:// ws:// wss://");
	list_options(command);
	puts("\n"
	     "DUR: 10ms, 2s, 500us, 1.5 (seconds)\n"
	     "Exit: 0 as expected, 1 a target failed, 2 a name did not resolve, 3 usage,\n"
	     "      4 an expectation did not hold or a check failed, 5 local trouble,\n"
	     "      6 TLS, HTTP or WebSocket failed. More in tcpshake(1).");
}

/* How a check behaves, where that has to be asked for. */
static const char *manner(const struct check *c)
{
	switch ((enum check_manner)c->manner) {
	case CHECK_SAFE:
		break;
	case CHECK_NOISY:
		return " [--noisy]";
	case CHECK_INTRUSIVE:
		return " [--intrusive]";
	case CHECK_SLOW:
		return " [--slow]";
	}
	return "";
}

void options_help_checks(const struct check_cases *cases)
{
	for (uint32_t i = 0; i < cases->count; i++) {
		const struct check_case *k = &cases->at[i];
		char expected[200];
		struct text t = text_into(expected, sizeof(expected));

		check_seen_text(&t, k->check->expect);
		printf("%-5s %-11s %s [%s]%s\n", k->check->id, state_name(k->state),
		       k->check->title, k->check->rfc, manner(k->check));
		printf("%18sexpected: %s%s%s\n", "", expected,
		       k->check->note != NULL ? "; known: " : "",
		       k->check->note != NULL ? k->check->note : "");
	}
}

void options_help_tests(void)
{
	puts("test       segments  when                  question");
	for (unsigned int t = 0; t < COOKIES_TESTS; t++) {
		const struct cookies_test_info *i = cookies_test_info(t);
		const char *when = t == COOKIES_CORE ? "always"
		                   : i->slow         ? "--silence (slow)"
		                   : i->intrusive    ? "--prove (intrusive)"
		                                     : "where it helps";

		printf("%-10s %8u  %-20s  %s\n", i->name, i->segments, when, i->help);
	}
	puts("\n"
	     "Options, window and MSS index of the core's SYN-ACKs are looked at in any case.\n"
	     "--tests=LIST makes the tests of the list besides the core, and no others.");
}
