/* SPDX-License-Identifier: BSD-2-Clause */
/* connection_record.c - declared fields of a connection, and its one-line form. */
#include "result/connection_record.h"

#include <string.h>

static const struct field endpoint_fields[] = {
	FIELD(endpoint_record, "address", FIELD_CHARS, address, "its address"),
	FIELD(endpoint_record, "port", FIELD_INT, port, "its port"),
	{.name = NULL},
};

static const struct field sent_fields[] = {
	FIELD(sent_record, "segments", FIELD_INT, segments, "segments that it sent"),
	FIELD(sent_record, "bytes", FIELD_INT, bytes, "of user data, repeated ones too"),
	FIELD(sent_record, "retransmits", FIELD_INT, retransmits,
              "segments sent again; stops at 65535"),
	FIELD(sent_record, "syn", FIELD_INT, syn, "SYNs without ACK"),
	FIELD(sent_record, "syn_ack", FIELD_INT, syn_ack, "SYN-ACKs"),
	FIELD(sent_record, "fin", FIELD_INT, fin, "FINs"),
	FIELD(sent_record, "rst", FIELD_INT, rst, "resets"),
	{.name = NULL},
};

static const struct field reset_fields[] = {
	FIELD(reset_record, "by", FIELD_TEXT, by, "client or server"),
	FIELD(reset_record, "why", FIELD_TEXT, why,
              "refused half-open aborted after-fin (of the other end) after-own-fin"),
	FIELD(reset_record, "frame", FIELD_INT, frame, "number of the frame"),
	{.name = NULL},
};

static const struct field connection_fields[] = {
	FIELD(connection_record, "time", FIELD_TIME, time, "of the first frame"),
	FIELD(connection_record, "file", FIELD_TEXT, file, "the capture file, as it was given"),
	FIELD(connection_record, "stream", FIELD_INT, stream,
              "number of the connection in the file, from 0"),
	FIELD_WITH(connection_record, "client", FIELD_OBJECT, client, endpoint_fields, 0,
                   "who sent the first SYN"),
	FIELD_WITH(connection_record, "server", FIELD_OBJECT, server, endpoint_fields, 0,
                   "the other end"),
	FIELD(connection_record, "rtt_us", FIELD_US, rtt,
              "last SYN to SYN-ACK, where one SYN alone can have caused it"),
	FIELD(connection_record, "initial_rtt_us", FIELD_US, initial_rtt,
              "as tcp.analysis.initial_rtt of Wireshark"),
	FIELD(connection_record, "syn_to_synack_us", FIELD_US, syn_to_synack,
              "last SYN before the SYN-ACK to it: the server's side of the capture"),
	FIELD(connection_record, "synack_to_ack_us", FIELD_US, synack_to_ack,
              "SYN-ACK to the client's ACK: the client's side"),
	FIELD(connection_record, "syn_retransmits", FIELD_INT, syn_retransmits, "SYNs sent again"),
	FIELD(connection_record, "completeness", FIELD_INT, completeness,
              "as tcp.completeness of Wireshark: 1 SYN, 2 SYN-ACK, 4 ACK, 8 data, 16 FIN, 32 RST"),
	FIELD(connection_record, "completeness_label", FIELD_TEXT, completeness_label,
              "its name there"),
	FIELD(connection_record, "conn_state", FIELD_TEXT, conn_state,
              "as conn_state of Zeek: SF S0 REJ RSTO ..."),
	FIELD(connection_record, "history", FIELD_TEXT, history, "as history of Zeek: ShADadFf"),
	FIELD_WITH(connection_record, "close", FIELD_OBJECT, close, close_record_fields, 0,
                   "how it ended, as of a probe"),
	FIELD(connection_record, "client_state", FIELD_TEXT, client_state,
              "the client's last state"),
	FIELD(connection_record, "server_state", FIELD_TEXT, server_state,
              "the server's last state"),
	FIELD(connection_record, "segments", FIELD_INT, segments, "segments of both ends"),
	FIELD(connection_record, "bytes", FIELD_INT, bytes,
              "user data of both ends, repeated ones too"),
	FIELD_WITH(connection_record, "findings", FIELD_OBJECTS, findings, finding_record_fields,
                   sizeof(struct finding_record), "those of close, with their frames"),
	/* Beyond the contract: */
	FIELD(connection_record, "state", FIELD_TEXT, state,
              "open, closed, filtered (not answered) or unreachable"),
	FIELD(connection_record, "reason", FIELD_TEXT, reason, "why"),
	FIELD(connection_record, "handshake_us", FIELD_US, handshake,
              "first SYN to the client's ACK of the SYN-ACK"),
	FIELD(connection_record, "slowest", FIELD_TEXT, slowest,
              "part of the handshake: syn-retransmits, server-side or client-side"),
	FIELD_WITH(connection_record, "reset", FIELD_OPTIONAL, reset, reset_fields, 0,
                   "the first reset that ended it"),
	FIELD(connection_record, "opened", FIELD_TEXT, opened,
              "what its first frame is: syn, syn-ack or midstream"),
	FIELD(connection_record, "reused", FIELD_BOOL, reused,
              "had its ports another connection before?"),
	FIELD(connection_record, "cookie_hint", FIELD_TEXT, cookie_hint,
              "window-0, options-lost or linear: a reason to run `tcpshake cookies`"),
	FIELD(connection_record, "duration_us", FIELD_US, duration, "first frame to the last"),
	FIELD(connection_record, "first_frame", FIELD_INT, first_frame,
              "number in the file, from 1"),
	FIELD(connection_record, "last_frame", FIELD_INT, last_frame, "number in the file, from 1"),
	FIELD_WITH(connection_record, "by_client", FIELD_OBJECT, by_client, sent_fields, 0,
                   "what the client sent"),
	FIELD_WITH(connection_record, "by_server", FIELD_OBJECT, by_server, sent_fields, 0,
                   "what the server sent"),
	FIELD_WITH(connection_record, "frames", FIELD_OBJECTS, frames, segment_record_fields,
                   sizeof(struct segment_record), "every segment, with -v"),
	{.name = NULL},
};

const struct record_type connection_record_type = {"connection", connection_fields};

void connection_record_init(struct connection_record *r)
{
	memset(r, 0, sizeof(*r));
	r->time = r->rtt = r->initial_rtt = r->syn_to_synack = r->synack_to_ack = r->handshake =
		r->duration = r->close.duration = NS_NONE;
	r->completeness = r->stream = FIELD_NULL;
	r->reused = -1;
}

static void put_end(struct text *t, const struct endpoint_record *e)
{
	bool v6 = strchr(e->address, ':') != NULL;

	text_add(t, "%s%s%s:%lld", v6 ? "[" : "", e->address, v6 ? "]" : "", (long long)e->port);
}

static void put_handshake(struct text *t, const struct connection_record *r)
{
	if (r->syn_to_synack != NS_NONE) {
		text_add(t, " syn-ack after ");
		probe_record_ms(t, r->syn_to_synack);
	}
	if (r->synack_to_ack != NS_NONE) {
		text_add(t, ", ack after ");
		probe_record_ms(t, r->synack_to_ack);
	}
	if (r->syn_retransmits > 0)
		text_add(t, ", %lld SYN%s sent again", (long long)r->syn_retransmits,
		         r->syn_retransmits == 1 ? "" : "s");
}

static void put_close(struct text *t, const struct connection_record *r)
{
	text_add(t, " close=%s", r->close.kind);
	if (r->close.first != NULL)
		text_add(t, " by %s", r->close.first);
	text_add(t, " %s", r->close.verdict);
	if (r->reset.by != NULL)
		text_add(t, ", reset by %s (%s)", r->reset.by, r->reset.why);
}

void connection_record_line(struct text *t, const struct connection_record *r)
{
	text_add(t, "%lld ", (long long)r->stream);
	put_end(t, &r->client);
	text_add(t, " > ");
	put_end(t, &r->server);
	text_add(t, " %s", r->state);
	if (strcmp(r->opened, "syn") != 0)
		text_add(t, " (%s)",
		         strcmp(r->opened, "midstream") == 0 ? "midstream" : "SYN not captured");
	else if (strcmp(r->state, "open") != 0)
		text_add(t, " (%s)", r->reason);
	put_handshake(t, r);
	text_add(t, " %s %s", r->conn_state, r->history);
	put_close(t, r);
	text_add(t, ", %lld segment%s, %lld bytes", (long long)r->segments,
	         r->segments == 1 ? "" : "s", (long long)r->bytes);
	if (r->cookie_hint != NULL)
		text_add(t, ", SYN cookies? %s", r->cookie_hint);
}
