/* SPDX-License-Identifier: BSD-2-Clause */
/* options.c - from words to rows of options.def, which options_apply.c turns into struct options. */
#include "cli/options_internal.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "probe/cookies_load.h"
#include "probe/cookies_plan.h"

#define PROBE   (1U << COMMAND_PROBE)
#define COOKIES (1U << COMMAND_COOKIES)
#define CHECKS  (1U << COMMAND_CLOSE | 1U << COMMAND_CONFORM)
#define READ    (1U << COMMAND_READ)
#define PROBING (~READ)
#define ALL     (~0U)

const struct option_row option_rows[] = {
#define GROUP(title)                                  {OPT_GROUP, NULL, 0, NULL, title, ALL},
#define OPTION(id, name, letter, arg, help, commands) {OPT_##id, name, letter, arg, help, commands},
#include "cli/options.def"
#undef GROUP
#undef OPTION
};

#define ROW_COUNT (sizeof(option_rows) / sizeof(option_rows[0]))

const size_t option_row_count = ROW_COUNT;

/* --- getopt's tables --- */

static int argument_of(const struct option_row *row)
{
	if (row->arg == NULL)
		return no_argument;
	return row->arg[0] == '[' ? optional_argument : required_argument;
}

static void make_tables(struct option *longs, char *shorts)
{
	*shorts++ = ':'; /* tell a missing argument from an unknown option */
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (option_rows[i].letter != 0) {
			*shorts++ = option_rows[i].letter;
			if (argument_of(&option_rows[i]) == required_argument)
				*shorts++ = ':';
		}
		if (option_rows[i].name != NULL)
			*longs++ = (struct option){.name = option_rows[i].name,
			                           .has_arg = argument_of(&option_rows[i]),
			                           .val = option_rows[i].id};
	}
	*shorts = '\0';
	*longs = (struct option){.name = NULL};
}

static const struct option_row *row_find(int got)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (option_rows[i].id == got ||
		    (option_rows[i].letter != 0 && option_rows[i].letter == got))
			return &option_rows[i];
	return NULL;
}

static int unknown_option(int got, char **argv, struct err *e)
{
	const struct option_row *row = row_find(optopt);
	char name[32];

	if (row != NULL && got == ':') {
		option_name(row, name);
		return err_set(e, ERR_USAGE, "%s needs a value: %s", name, row->arg);
	}
	if (row !=
	    NULL) /* getopt complains of a known one only for a value that it does not take */
		return err_set(e, ERR_USAGE, "--%s takes no value", row->name);
	if (optopt != 0)
		return err_set(e, ERR_USAGE, "unknown option '-%c': `tcpshake --help` lists them",
		               optopt);
	return err_set(e, ERR_USAGE, "unknown option '%s': `tcpshake --help` lists them",
	               argv[optind - 1]);
}

static int not_of_command(const struct options *o, const struct option_row *row, struct err *e)
{
	char name[32];

	option_name(row, name);
	return err_set(e, ERR_USAGE,
	               "%s is no option of `tcpshake %s`: `tcpshake %s --help` lists them", name,
	               commands[o->command].name, commands[o->command].name);
}

/* One pass over the words; with `profile_only` just to find --profile, whose table others amend. */
static int walk(struct options *o, int argc, char **argv, bool profile_only, struct err *e)
{
	struct option longs[ROW_COUNT + 1];
	char shorts[ROW_COUNT * 2 + 2];
	int got;

	make_tables(longs, shorts);
	optind = 0; /* start anew, permute */
	opterr = 0;
	while ((got = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_row *row = row_find(got);

		if (got == '?' || got == ':')
			return unknown_option(got, argv, e);
		if ((row->commands & 1U << o->command) == 0)
			return not_of_command(o, row, e);
		if (profile_only && row->id == OPT_PROFILE) {
			const struct profile *p = profile_find(optarg);

			if (p == NULL)
				return option_bad(row, optarg, "linux, windows, freebsd or minimal",
				                  e);
			o->profile = *p;
		}
		if (!profile_only && option_apply(o, row, optarg, e) != 0)
			return -1;
	}
	return 0;
}

/* --- what does not go together --- */

static int check_flags(const struct options *o, struct err *e)
{
	if (o->flags_given && o->end == HANDSHAKE_HALF_OPEN)
		return err_set(e, ERR_USAGE,
		               "--half-open and --flags exclude each other: "
		               "--flags syn sends one SYN and resets what answers");
	if (o->flags_given && o->ecn)
		return err_set(e, ERR_USAGE,
		               "--ecn and --flags exclude each other: name ece,cwr in --flags");
	return 0;
}

/* One look under load a minute: its half-open connections are somebody's memory. */
#define LOAD_INTERVAL_MIN (60 * NS_SEC)

static int check_load(const struct options *o, struct err *e)
{
	if (o->load == 0 && o->load_beyond)
		return err_set(e, ERR_USAGE,
		               "--load-beyond-160 allows what --load=N asks for, and "
		               "there is no --load");
	if (o->load > COOKIES_LOAD_POLITE && !o->load_beyond)
		return err_set(e, ERR_USAGE,
		               "--load '%u': more than %d half-open connections need "
		               "--load-beyond-160, too",
		               o->load, COOKIES_LOAD_POLITE);
	if (o->load > 0 && o->count != 1 && o->interval < LOAD_INTERVAL_MIN)
		return err_set(
			e, ERR_USAGE,
			"--load more than once: need an interval of a minute or more, -i 1m");
	return 0;
}

static int check_tests(const struct options *o, struct err *e)
{
	if (o->what == OPTIONS_SHOW_TESTS && o->word_count > 0)
		return err_set(e, ERR_USAGE,
		               "--tests alone lists the tests: choose some with --tests=LIST");
	if (o->no_timestamps && (o->tests & COOKIES_WITH_TIMESTAMPS) != 0)
		return err_set(e, ERR_USAGE,
		               "--no-timestamps excludes the tests that send them: "
		               "options, ts-bits");
	return 0;
}

static int check_checks(struct options *o, struct err *e)
{
	if (o->command != COMMAND_CLOSE && o->command != COMMAND_CONFORM)
		return 0;
	if (o->wait_fin && o->send_given)
		return err_set(e, ERR_USAGE,
		               "--send and --wait-fin exclude each other: the server closes when "
		               "asked, or by itself");
	if (o->what == OPTIONS_SHOW_CHECKS) /* all of them, whatever they do */
		o->checks.noisy = o->checks.intrusive = o->checks.slow = true;
	return check_cases_choose(&o->cases, &o->checks, e);
}

static int check_read(const struct options *o, struct err *e)
{
	unsigned int stdins = 0;

	for (int i = 0; o->command == COMMAND_READ && i < o->word_count; i++)
		stdins += strcmp(o->words[i], "-") == 0;
	if (o->command == COMMAND_READ && o->word_count == 0 && o->what == OPTIONS_RUN)
		return err_set(e, ERR_USAGE,
		               "no capture file: tcpshake read FILE..., or - for standard input");
	if (stdins > 1)
		return err_set(e, ERR_USAGE, "'-': standard input can be read once");
	return 0;
}

/* An expectation of a field that this command's records do not have could never hold. */
static int check_expects(const struct options *o, struct err *e)
{
	for (uint32_t i = 0; i < o->expects.count && o->baseline == NULL; i++)
		if (strncmp(o->expects.term[i].text, "checks.changed", 14) == 0)
			return err_set(e, ERR_USAGE, "--expect '%s' needs --baseline",
			               o->expects.term[i].text);
	for (uint32_t i = 0; i < o->expects.count; i++)
		if (!expect_fits(&o->expects.term[i], commands[o->command].record))
			return err_set(e, ERR_USAGE,
			               "--expect '%s': `tcpshake %s` has no such field",
			               o->expects.term[i].text, commands[o->command].name);
	return 0;
}

int options_parse(struct options *o, enum command_id command, int argc, char **argv, struct err *e)
{
	memset(o, 0, sizeof(*o));
	o->command = command;
	o->count = commands[command].count;
	o->interval = commands[command].interval;
	o->checks.conform = command == COMMAND_CONFORM;
	o->read.max_flows = READ_FLOWS_DEFAULT;
	o->closed_port = 1;
	o->rto = NS_SEC;
	o->syn_retries = 2;
	o->profile = *profile_find("linux");
	o->exchange.tls_timeout = o->exchange.ws_timeout = 10 * NS_SEC;
	o->exchange.http_timeout = 30 * NS_SEC;
	ports_parse(&o->ports, "80");
	if (walk(o, argc, argv, true, e) != 0 || walk(o, argc, argv, false, e) != 0)
		return -1;
	o->words = argv + optind;
	o->word_count = argc - optind;
	if (check_flags(o, e) != 0 || check_load(o, e) != 0 || check_tests(o, e) != 0 ||
	    check_checks(o, e) != 0 || options_check_exchange(o, e) != 0)
		return -1;
	return check_read(o, e) != 0 ? -1 : check_expects(o, e);
}
