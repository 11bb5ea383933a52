/* SPDX-License-Identifier: BSD-2-Clause */
/* filter.c - pcap expressions from ports and hosts. */
#include "net/filter.h"

#include "base/text.h"

void filter_add_host(struct filter *f, const struct addr *a)
{
	if (a->family == ADDR_V4)
		f->v4 = true;
	else
		f->v6 = true;
	for (size_t i = 0; i < f->hosts && i < FILTER_HOSTS_MAX; i++)
		if (addr_same(&f->host[i], a))
			return;
	if (f->hosts < FILTER_HOSTS_MAX)
		f->host[f->hosts] = *a;
	if (f->hosts <= FILTER_HOSTS_MAX)
		f->hosts++;
}

static void add_hosts(struct text *t, const struct filter *f)
{
	if (f->hosts == 0 || f->hosts > FILTER_HOSTS_MAX)
		return;
	text_add(t, " and (");
	for (size_t i = 0; i < f->hosts; i++) {
		struct addr plain = f->host[i];
		char a[ADDR_TEXT_MAX];

		plain.scope = 0;
		text_add(t, "%shost %s", i > 0 ? " or " : "", addr_format(&plain, a));
	}
	text_add(t, ")");
}

/*
 * pcap reads no ports behind IPv6 extension headers: such packets of our hosts pass whole. ICMPv6
 * errors are types 1 to 4.
 */
static void add_flows(struct text *t, const struct filter *f)
{
	text_add(t, "(tcp portrange %u-%u", f->first_port, f->last_port);
	add_hosts(t, f);
	text_add(t, ")");
	if (f->v4)
		text_add(t,
		         " or (icmp and (icmp[0] = 3 or icmp[0] = 4 or icmp[0] = 5 or icmp[0] = 11"
		         " or icmp[0] = 12))");
	if (!f->v6)
		return;
	text_add(t, " or (icmp6 and ip6[40] >= 1 and ip6[40] <= 4)");
	text_add(t, " or (ip6 and (ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 44 or ip6[6] = 60)");
	add_hosts(t, f);
	text_add(t, ")");
}

const char *filter_text(const struct filter *f, char out[static FILTER_TEXT_MAX])
{
	struct text t = text_into(out, FILTER_TEXT_MAX);

	add_flows(&t, f);
	return out;
}
