/* SPDX-License-Identifier: BSD-2-Clause */
/* print.h - a capture file as text: its packets, and how its connections ended. */
#ifndef TCPSHAKE_TESTS_GOLDEN_PRINT_H
#define TCPSHAKE_TESTS_GOLDEN_PRINT_H

#include <stdbool.h>
#include <stdio.h>

/*
 * A line a packet:
 *
 *	NUMBER TIME tcp SOURCE > DESTINATION SEGMENT | CLIENT SERVER | what the tracker made of it
 *	NUMBER TIME icmp FROM > TO type T code C: MEANING, quotes SOURCE > DESTINATION seq N | genuine
 *	NUMBER TIME other                and "damaged"
 *
 * TIME is since the first packet, sequence numbers are relative to their sender's ISS, CLIENT and
 * SERVER are the states after it. Then, for each connection, how it went and how it ended. Packet
 * `host_rst` (0: none) is a reset by the client's own kernel. False, after a message on standard error,
 * when the file cannot be read.
 */
bool print_capture(FILE *out, const char *path, unsigned int host_rst);

#endif
