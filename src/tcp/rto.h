/* SPDX-License-Identifier: BSD-2-Clause */
/* rto.h - the retransmission timeout (RFC 6298), and the round-trip times that it follows from. */
#ifndef TCPSHAKE_TCP_RTO_H
#define TCPSHAKE_TCP_RTO_H

#include "base/ns.h"

/* RFC 6298 2.5 permits a maximum of at least 60 s. */
#define RTO_MAX (60 * NS_SEC)

/* RFC 6298 5.7: the RTO after a SYN had to be repeated and no sample was taken. */
#define RTO_AFTER_LOST_SYN (3 * NS_SEC)

/*
 * The RTO from a connection's first RTT sample (RFC 6298 2.2): SRTT + 4 * RTTVAR = 3 R. Not less than
 * one second (2.4), or than `initial` where the user chose a shorter first RTO.
 */
ns_t rto_first(ns_t sample, ns_t initial);

/*
 * RFC 6298 2.4 wants a second at least; Linux, which its clients beside us are measured with, adds 200 ms to
 * the SRTT at least. A lost request shall not cost our user five times what it costs curl.
 */
#define RTO_ABOVE_SRTT (200 * NS_MS)

/* What a connection that carries data learns of its round-trip time. Zeros: nothing yet. */
struct rtt {
	ns_t srtt, var;
};

void rtt_sample(struct rtt *r, ns_t sample);

/* SRTT + 4 * RTTVAR (RFC 6298 2.3), where the second part is `least` or more. */
ns_t rtt_rto(const struct rtt *r, ns_t least);

/* Twice the RTO (RFC 6298 5.5), at most RTO_MAX; one that began beyond that stays as it is. */
ns_t rto_backoff(ns_t rto);

#endif
