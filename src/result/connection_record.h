/* SPDX-License-Identifier: BSD-2-Clause */
/* connection_record.h - the record of one connection of a capture file. */
#ifndef TCPSHAKE_RESULT_CONNECTION_RECORD_H
#define TCPSHAKE_RESULT_CONNECTION_RECORD_H

#include "base/text.h"
#include "result/field.h"
#include "result/probe_record.h"
#include "wire/addr.h"

struct endpoint_record {
	char address[ADDR_TEXT_MAX];
	int64_t port;
};

/* What one end sent. */
struct sent_record {
	int64_t segments, bytes, retransmits, syn, syn_ack, fin, rst;
};

struct reset_record {
	const char *by, *why;
	int64_t frame;
};

struct connection_record {
	ns_t time; /* stamp of the first frame */
	const char *file;
	int64_t stream; /* number in the file, from 0 */
	struct endpoint_record client, server;
	const char *state, *reason; /* as those of a probe */
	ns_t rtt, initial_rtt, syn_to_synack, synack_to_ack, handshake;
	const char *slowest; /* part of the handshake */
	int64_t syn_retransmits, completeness;
	const char *completeness_label, *conn_state, *history;
	struct close_record close;
	const char *client_state, *server_state; /* the last; NULL: never known */
	int64_t segments, bytes;                 /* bytes: of user data, repeated ones too */
	struct field_list findings;              /* those of `close` */
	struct reset_record reset;
	const char *opened; /* by what its first frame is: "syn", "syn-ack" or "midstream" */
	int8_t reused;      /* its tuple had another connection before */
	const char *cookie_hint;
	ns_t duration; /* first frame to the last */
	int64_t first_frame, last_frame;
	struct sent_record by_client, by_server;
	struct field_list frames; /* of struct segment_record; NULL without -v */
};

extern const struct record_type connection_record_type;

/* An empty record: nothing was observed. */
void connection_record_init(struct connection_record *r);

/*
 * "0 192.0.2.1:50000 > 192.0.2.7:443 open syn-ack after 12.431 ms, ack after 0.044 ms SF ShADadFf close=fin-4
 * by client pass, 10 segments, 1234 bytes".
 */
void connection_record_line(struct text *t, const struct connection_record *r);

#endif
