/* SPDX-License-Identifier: BSD-2-Clause */
/* options_internal.h - what the files of the command line share; nobody else includes it. */
#ifndef TCPSHAKE_CLI_OPTIONS_INTERNAL_H
#define TCPSHAKE_CLI_OPTIONS_INTERNAL_H

#include <stddef.h>

#include "cli/options.h"

/* Long options without a short letter get numbers beyond characters. */
enum option_id {
	OPT_FIRST = 256,
#define GROUP(title)
#define OPTION(id, name, letter, arg, help, commands) OPT_##id,
#include "cli/options.def"
#undef GROUP
#undef OPTION
	OPT_GROUP, /* no option: the title of those that follow */
};

/* A row of options.def. */
struct option_row {
	int id;
	const char *name;
	char letter;
	const char *arg; /* in brackets where it may be left out */
	const char *help;
	unsigned int commands; /* bit 1 << enum command_id */
};

extern const struct option_row option_rows[];
extern const size_t option_row_count;

/* Set what an option says; `value` is NULL without one. -1 with ERR_USAGE. */
int option_apply(struct options *o, const struct option_row *row, const char *value, struct err *e);

/* The same for those of `read` alone (options_read.c); 1: it is none of them. */
int option_apply_read(struct options *o, const struct option_row *row, const char *value,
                      struct err *e);

/* The same for those of URLs (options_exchange.c). */
int option_apply_exchange(struct options *o, const struct option_row *row, const char *value,
                          struct err *e);

/* What of those does not go together. -1 with ERR_USAGE. */
int options_check_exchange(struct options *o, struct err *e);

/* Parse a duration within bounds, which `want` says in words. -1 with ERR_USAGE. */
int option_duration(const struct option_row *row, const char *value, ns_t min, ns_t max,
                    const char *want, ns_t *out, struct err *e);

/* Parse a number within bounds. -1 with ERR_USAGE. */
int option_number(const struct option_row *row, const char *value, uint64_t min, uint64_t max,
                  uint64_t *out, struct err *e);

/* Refuse a value: quotes it, names the option and says what it needs to be. Returns -1. */
int option_bad(const struct option_row *row, const char *value, const char *want, struct err *e);

/* "-c" or "--syn-retries": how a message names the option. */
void option_name(const struct option_row *row, char out[32]);

#endif
