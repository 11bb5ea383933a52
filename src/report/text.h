/* SPDX-License-Identifier: BSD-2-Clause */
/* text.h - what the files of the text report share: one a kind of record. */
#ifndef TCPSHAKE_REPORT_TEXT_H
#define TCPSHAKE_REPORT_TEXT_H

#include "report/report.h"
#include "result/check_record.h"
#include "result/connection_record.h"
#include "result/cookies_record.h"
#include "result/probe_record.h"
#include "result/summary_record.h"

enum text_color {
	TEXT_PLAIN,
	TEXT_RED,
	TEXT_GREEN,
	TEXT_YELLOW,
	TEXT_DIM,
};

/* The terminal's code for a colour; empty where there is none. */
const char *text_paint(const struct report *r, enum text_color color);

/* "192.0.2.7:443" or "[2001:db8::7]:443". */
void text_endpoint(FILE *out, const char *address, unsigned int port);

/* What every line of an attempt begins with: the time with -D, the target where there are several. */
void text_prefix(struct report *r, ns_t time, const char *address, int64_t port);

/* "seq=1 +0.000123 > S 0:0(0) win 64240 <mss 1460>   SYN_SENT / -". */
void text_segment(struct report *r, int64_t seq, const struct segment_record *s);

/* What a segment completed: "seq=1 +0.021 < TLS ServerHello". */
void text_message(struct report *r, int64_t seq, const struct message_record *m);

/* How long each phase took, where more than TCP was spoken. */
void text_phases(struct report *r, const struct probe_record *p);

/* "[1700000000.123456] " with -D. */
void text_stamp(struct report *r, ns_t time);

/* Segments with times and the states of both ends, one a line. */
void text_ladder(struct report *r, const struct field_list *segments);

/* A connection of a capture file in a line; with -v what was found, and its segments. */
void text_connection(struct report *r, const struct connection_record *c);

/* What a capture file holds, and the times of its handshakes. */
void text_capture(struct report *r, const struct summary_record *s);

/* A look for SYN cookies: verdict, evidence, what it means and what it does not. */
void text_cookies(struct report *r, const struct cookies_record *c);

/* A check in a line; with what was expected and a ladder where it failed, or with -v. */
void text_check(struct report *r, const struct check_record *c);

/* "75 checks: 60 pass ...", and what system answers so. */
void text_check_counts(struct report *r, const struct summary_record *s);

/* "5 looks: 4 active, 1 intermittent; 0 closed ...". */
void text_cookies_counts(struct report *r, const struct summary_record *s);

#endif
