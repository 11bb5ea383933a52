/* SPDX-License-Identifier: BSD-2-Clause */
/* probe_record.h - the record of one attempt. */
#ifndef TCPSHAKE_RESULT_PROBE_RECORD_H
#define TCPSHAKE_RESULT_PROBE_RECORD_H

#include "base/text.h"
#include "result/exchange_record.h"
#include "result/field.h"
#include "wire/addr.h"
#include "wire/state.h"

/* One segment of the attempt, for -v. */
struct segment_record {
	ns_t time;             /* since the attempt's first segment */
	const char *direction; /* "out" or "in" */
	const char *text;      /* packetdrill notation, relative sequence numbers */
	const char *client;    /* state of either end after it; NULL: not known yet */
	const char *server;
	int64_t frame; /* of a capture file, from 1; FIELD_NULL */
};

extern const struct field segment_record_fields[];

/* A rule that was broken, or evidence that is missing. */
struct finding_record {
	const char *id;
	const char *by; /* "client" or "server"; NULL: nobody's */
	const char *verdict;
	const char *detail;
	const char *rule;
	const char *check; /* of `conform`, or NULL */
	int64_t frame;     /* of a capture file, from 1; FIELD_NULL */
};

/* What the answer's headers say. */
struct reply_record {
	int64_t ttl, window, mss, wscale, ip_id;
	int8_t sack, timestamps, ecn, df;
};

struct icmp_record {
	int64_t type, code;
	char from[ADDR_TEXT_MAX];
};

struct phases_record {
	ns_t dns, tcp, tls, http, ws, close;
};

struct close_record {
	const char *kind, *first, *verdict;
	struct field_list client, server; /* names of the states, in order */
	ns_t duration;
	struct field_list findings;
};

struct probe_record {
	ns_t time; /* stamp of the first segment */
	const char *target;
	char address[ADDR_TEXT_MAX];
	int64_t port, family, seq, source_port;
	const char *state, *reason;
	const char *detail; /* more about the reason, or NULL */
	ns_t rtt, handshake;
	int64_t syn_sent, syn_retransmits;
	const char *timestamps; /* who stamped the segments */
	struct reply_record reply;
	struct icmp_record icmp;
	const char *cookie_hint; /* why a look for SYN cookies is worth while, or NULL */
	struct phases_record phases;
	struct close_record close;
	struct exchange_record exchange; /* what was spoken above TCP */
	struct field_list segments;      /* of struct segment_record; NULL without -v */

	/* For text alone: */
	const char *reply_options; /* "<mss 1460,sackOK,TS,nop,wscale 7>" */
	const char *reply_flags;   /* of an answer to --flags; NULL for a handshake */
	ns_t waited;               /* from the first segment to giving up */
};

extern const struct record_type probe_record_type;

extern const struct field finding_record_fields[];

/* Of a struct close_record; other records have one, too. */
extern const struct field close_record_fields[];

/*
 * The attempt in one line: "seq=1 open rtt=12.431 ms ttl=54 win=65535 <mss 1400,sackOK,TS,nop,wscale 9>
 * close=fin-4 pass".
 */
void probe_record_line(struct text *t, const struct probe_record *r);

/* "12.431 ms". */
void probe_record_ms(struct text *t, ns_t d);

#endif
