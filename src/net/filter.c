/* SPDX-License-Identifier: BSD-2-Clause */
/* filter.c - pcap expressions from ports and hosts. */
#include "net/filter.h"

#include "base/text.h"

/* Add to a list of FILTER_HOSTS_MAX; a count beyond that says that not all are in it. */
static void add_once(struct addr *list, size_t *count, const struct addr *a)
{
	for (size_t i = 0; i < *count && i < FILTER_HOSTS_MAX; i++)
		if (addr_same(&list[i], a))
			return;
	if (*count < FILTER_HOSTS_MAX)
		list[*count] = *a;
	if (*count <= FILTER_HOSTS_MAX)
		++*count;
}

void filter_add_host(struct filter *f, const struct addr *a)
{
	if (a->family == ADDR_V4)
		f->v4 = true;
	else
		f->v6 = true;
	add_once(f->host, &f->hosts, a);
}

void filter_add_source(struct filter *f, const struct addr *a)
{
	add_once(f->source, &f->sources, a);
}

/* "host A or host B" */
static void add_list(struct text *t, const char *what, const struct addr *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct addr plain = list[i];
		char a[ADDR_TEXT_MAX];

		plain.scope = 0;
		text_add(t, "%s%s %s", i > 0 ? " or " : "", what, addr_format(&plain, a));
	}
}

static void add_hosts(struct text *t, const struct filter *f)
{
	if (f->hosts == 0 || f->hosts > FILTER_HOSTS_MAX)
		return;
	text_add(t, " and (");
	add_list(t, "host", f->host, f->hosts);
	text_add(t, ")");
}

static void add_reflections(struct text *t, const struct filter *f)
{
	if (f->sources == 0 || f->sources > FILTER_HOSTS_MAX)
		return;
	text_add(t, "not (inbound and (");
	add_list(t, "src host", f->source, f->sources);
	text_add(t, ")) and ");
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

const char *filter_text(const struct filter *f, bool loopback, char out[static FILTER_TEXT_MAX])
{
	struct text t = text_into(out, FILTER_TEXT_MAX);

	if (!loopback)
		add_reflections(&t, f);
	text_add(&t, "(");
	add_flows(&t, f);
	text_add(&t, ")");
	return out;
}
