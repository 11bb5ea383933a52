/* SPDX-License-Identifier: BSD-2-Clause */
/* rto.c - RFC 6298: from one sample for a handshake and a close, from many for what lies between. */
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

/* RFC 6298 2.2 and 2.3. */
void rtt_sample(struct rtt *r, ns_t sample)
{
	ns_t off = r->srtt > sample ? r->srtt - sample : sample - r->srtt;

	if (sample <= 0)
		sample = 1; /* of a coarse clock; zero is "unknown" */
	if (r->srtt == 0) {
		r->srtt = sample;
		r->var = sample / 2;
		return;
	}
	r->var += (off - r->var) / 4;
	r->srtt += (sample - r->srtt) / 8;
	if (r->srtt == 0)
		r->srtt = 1;
}

ns_t rtt_rto(const struct rtt *r, ns_t least)
{
	ns_t above = 4 * r->var;

	return ns_min(r->srtt + (above > least ? above : least), RTO_MAX);
}
