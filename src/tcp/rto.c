/* SPDX-License-Identifier: BSD-2-Clause */
/* rto.c - RFC 6298 for the few segments of a handshake and a close. */
#include "tcp/rto.h"

ns_t rto_first(ns_t sample, ns_t initial)
{
	ns_t floor = ns_min(NS_SEC, initial);
	ns_t rto = 3 * sample;

	if (rto < floor)
		return floor;
	return ns_min(rto, RTO_MAX);
}

ns_t rto_backoff(ns_t rto)
{
	return rto > RTO_MAX ? rto : ns_min(2 * rto, RTO_MAX);
}
