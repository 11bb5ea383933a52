/* SPDX-License-Identifier: BSD-2-Clause */
/* options.h - the command line as data. */
#ifndef TCPSHAKE_CLI_OPTIONS_H
#define TCPSHAKE_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/ns.h"
#include "cli/command.h"
#include "cli/ports.h"
#include "engine/choice.h"
#include "probe/check_cases.h"
#include "probe/exchange.h"
#include "probe/expect.h"
#include "probe/handshake.h"
#include "probe/single.h"
#include "wire/addr.h"

#define OPTIONS_OUTPUTS_MAX 8
#define OPTIONS_RESOLVE_MAX 64
#define READ_FLOWS_DEFAULT  1000000
#define OPTIONS_REQUEST_MAX 512 /* what every segment can carry */

enum options_what {
	OPTIONS_RUN,
	OPTIONS_SHOW_HELP,
	OPTIONS_SHOW_VERSION,
	OPTIONS_SHOW_TESTS,  /* of the command `cookies` */
	OPTIONS_SHOW_CHECKS, /* of the commands `close` and `conform` */
};

/* Of the command `read`. */
struct read_options {
	const char *filter; /* a pcap expression, or NULL */
	struct choice choice;
	unsigned int only; /* of enum read_only; 0: all */
	const char *sort;  /* a field's path, or NULL */
	bool ascending;
	uint32_t top; /* 0: all */
	bool join;
	uint32_t max_flows;
};

enum http_version {
	HTTP_VERSION_ANY, /* what ALPN gives; in clear: 1.1 */
	HTTP_VERSION_1,
	HTTP_VERSION_2,
};

#define OPTIONS_ALPN_MAX 8

/* Ways of --compare. */
enum compare_variant {
	COMPARE_HTTP1,
	COMPARE_HTTP1_CLOSE,
	COMPARE_HTTP2,
	COMPARE_VARIANTS,
};

extern const char *const compare_names[COMPARE_VARIANTS];

/* Of targets that are URLs: what is spoken above TCP. */
struct exchange_options {
	const char *first; /* the first of these options that was given, for messages; NULL */
	struct tls_settings tls;
	const char *sni;
	char alpn_text[128];
	const char *alpn[OPTIONS_ALPN_MAX + 1]; /* NULL-terminated */
	bool resume;
	const char *method, *path; /* NULL where not given */
	const char *header[HTTP_HEADERS_MAX];
	uint32_t headers;
	enum http_version version;
	uint32_t keepalive, streams; /* 0 where not given */
	ns_t idle, tls_timeout, http_timeout, ws_timeout;
	bool fastopen, data_on_ack;
	uint32_t compare_count;                         /* 0: no comparison */
	enum compare_variant compare[COMPARE_VARIANTS]; /* in the order given */
};

struct options {
	enum options_what what;
	enum command_id command;
	uint64_t count;
	ns_t interval, timeout, deadline, rto; /* timeout, deadline: 0 where not given */
	struct ports ports;                    /* for targets that name none */
	bool ports_given;                      /* else: 80, or what a URL's scheme says */
	enum addr_family family;               /* ADDR_NONE: any */
	bool all_addresses;
	const char *resolve
		[OPTIONS_RESOLVE_MAX]; /* HOST:PORT:ADDR, checked when targets are looked up */
	uint32_t resolve_count;
	const char *targets_file, *ifname, *source, *netns;
	uint16_t first_source_port, last_source_port; /* 0: ephemeral */
	struct profile profile;                       /* with the overrides applied */
	bool win_given, no_timestamps;                /* overrides that matter as such */
	uint8_t tos;
	bool ecn;
	uint8_t syn_retries;
	enum handshake_end end;
	bool flags_given;
	uint16_t flags;
	const char *data;
	uint32_t tests; /* of enum cookies_test, to be made in any case; 0: none was named */
	bool tests_given;
	uint32_t load; /* 0: none */
	bool load_beyond;
	struct check_choice checks;
	char case_list[1024];              /* of every --case */
	struct check_cases cases;          /* what that comes to */
	char request[OPTIONS_REQUEST_MAX]; /* of --send */
	uint16_t request_len;
	bool send_given, wait_fin;
	uint16_t closed_port;
	const char *baseline; /* a file */
	struct exchange_options exchange;
	struct read_options read;
	const char *outputs[OPTIONS_OUTPUTS_MAX];
	uint32_t output_count;
	const char *write_path;
	struct expect_list expects;
	bool quiet, verbose, numeric, timestamps;
	enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color;
	char **words; /* what is no option: the targets */
	int word_count;
};

/*
 * Parse the words after the command's name, which is argv[0]. -1 with ERR_USAGE. `argv` must outlive the
 * options.
 */
int options_parse(struct options *o, enum command_id command, int argc, char **argv, struct err *e);

/* What --help prints for a command, what --tests does, and --list. */
void options_help(enum command_id command);
void options_help_tests(void);
void options_help_checks(const struct check_cases *cases);

#endif
