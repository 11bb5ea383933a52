/* SPDX-License-Identifier: BSD-2-Clause */
/* segs.h - tests as tables of text: segments in packetdrill notation, played to conn or track. */
#ifndef TCPSHAKE_TESTS_LIB_SEGS_H
#define TCPSHAKE_TESTS_LIB_SEGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/ns.h"
#include "tcp/profile.h"
#include "wire/seg.h"

/*
 * A line is one of
 *
 *	> S. 0:0(0) ack 1 win 64240 <mss 1460,nop,wscale 7>    a segment of the client
 *	< . 1:1(0) ack 2                                       a segment of the server
 *	+1.5s                                                  time passes
 *
 * and what the two players add below. Numbers are relative: sequence numbers to their sender's ISS,
 * timestamps to their sender's clock at the start, in milliseconds (TS val 0). They may be negative,
 * and an '@' in front makes them absolute. A window that is not written is not compared (sent: 65535),
 * nor are options; "<>" demands that there are none.
 *
 * Each table is played several times, with ISNs, timestamps and clocks that wrap around at different
 * places. On a mismatch the ladder so far is printed, and the result is false.
 */

/* The configuration of conn for a test; zero means the default behind the name. */
struct segs_conn {
	const char *profile; /* "minimal" */
	bool stream;         /* attach one */
	const char *cookie;  /* for Fast Open: "" asks for one; NULL: without */
	bool data_on_ack;
	unsigned int syn_retries; /* 2 */
	unsigned int fin_retries; /* 2 */
	ns_t rto;                 /* 1 s */
	ns_t timeout;             /* 0: the last transmission's RTO */
	bool ecn;
	const struct profile *own; /* instead of a named one */
};

/*
 * Play against a fresh conn. "<" lines go in, ">" lines must come out, and nothing else may. Besides:
 *
 *	OPEN SEND CLOSE ABORT FORGET TIMER   the calls (TIMER: whether it is due or not)
 *	WRITE 3000                     so many bytes into the stream, then SEND
 *	PUT 3000                       as before without SEND
 *	READ 100                       exactly so many are there to be read: read them, then SEND
 *	WAITING 100                    so many are there, and stay
 *	ENDED yes | ENDED no           stream_ended()
 *	ACKED 100                      stream_acked()
 *	COOKIE abcd                    stream_fastopen_cookie(), or nothing for none
 *	ROOM 1200                      conn_path_mtu()
 *	= FIN_WAIT_1                   the state now
 *	due 1s | due never             the time from now to conn_deadline()
 *
 * While time passes, the timer is called when it is due, which must be at the very end of the wait.
 * With a stream, each byte of a segment must be what was written there, each byte read what the server's
 * numbers say; a note behind ">" or "<" is ": captured 10" where less of the payload was captured.
 *
 * After each line a state that waits for the peer must have a deadline, and a settled one none.
 */
bool segs_play_conn(const struct segs_conn *with, const char *const lines[], size_t n);

/*
 * Play to a fresh tracker: all segments go in. What becomes of one is written behind a colon, "taken"
 * if nothing is; where it is ignored, spoofed or late, the tracker must not change by a bit ("found":
 * it is ignored but leaves a finding). Besides:
 *
 *	anywhere                       at the front: a tracker of a capture that begins anywhere
 *	damaged client                 a frame of this end is not fed, as its checksum is wrong
 *	host-rst                       the host's kernel reset the connection
 *	= ESTABLISHED SYN_RCVD         client's and server's state now
 *	client SYN_SENT ESTABLISHED    all states that an end took, in order
 *	server SYN_RCVD ESTABLISHED
 *	close fin-4 client pass        kind, first ("-" when unknown), verdict
 *	found no-fin fin-unacked       exactly these findings, in the order of the enum, "-" for none
 *	client-found acked-unsent      the same for the client's
 *	midstream yes | midstream no
 *	rtt 10ms | rtt none
 *	handshake 10ms | handshake none
 *	duration 10ms | duration none
 *	lossy yes | lossy no
 */
bool segs_play_track(const char *const lines[], size_t n);

/* A cmocka test of conn: its configuration, and the lines in braces. */
#define SEGS_CONN(name, with, ...)                                                                 \
	static void name(void **state)                                                             \
	{                                                                                          \
		static const char *const lines[] = __VA_ARGS__;                                    \
                                                                                                   \
		(void)state;                                                                       \
		assert_true(segs_play_conn(&(with), lines, sizeof(lines) / sizeof(lines[0])));     \
	}

/* A cmocka test of track: the lines in braces. */
#define SEGS_TRACK(name, ...)                                                                      \
	static void name(void **state)                                                             \
	{                                                                                          \
		static const char *const lines[] = __VA_ARGS__;                                    \
                                                                                                   \
		(void)state;                                                                       \
		assert_true(segs_play_track(lines, sizeof(lines) / sizeof(lines[0])));             \
	}

/* What a ">" or "<" line says, before any base was added. */
struct segs_line {
	struct seg seg;
	bool from_client;
	bool seq_absolute, ack_absolute, ecr_absolute;
	bool win_given, opts_given;
	char note[24]; /* behind the colon */
};

/* Aborts with a message where the line is malformed: a bug of the test. */
void segs_parse(const char *line, struct segs_line *out);

#endif
