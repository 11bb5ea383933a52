/* SPDX-License-Identifier: BSD-2-Clause */
/* route.c - RTM_GETROUTE and RTM_GETLINK by libmnl. */
#include "net/route.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"

/* One request and its one answer; -1 with errno where the kernel refuses. */
static int ask(struct nlmsghdr *request, mnl_cb_t on_answer, void *ctx)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);
	char buf[8192];
	ssize_t n = -1;
	int saved;

	if (nl == NULL)
		return -1;
	request->nlmsg_seq = 1;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) == 0 &&
	    mnl_socket_sendto(nl, request, request->nlmsg_len) > 0)
		n = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	if (n > 0)
		n = mnl_cb_run(buf, (size_t)n, 1, mnl_socket_get_portid(nl), on_answer, ctx);
	saved = errno;
	mnl_socket_close(nl);
	errno = saved;
	return n < 0 ? -1 : 0;
}

static void take_metrics(const struct nlattr *metrics, struct route *out)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested (a, metrics)
		if (mnl_attr_get_type(a) == RTAX_MTU && mnl_attr_get_payload_len(a) >= 4)
			out->mtu = mnl_attr_get_u32(a);
}

static int on_route(const struct nlmsghdr *nlh, void *ctx)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	struct route *out = ctx;
	const struct nlattr *a;

	if (nlh->nlmsg_type != RTM_NEWROUTE)
		return MNL_CB_OK;
	out->local = rtm->rtm_type == RTN_LOCAL;
	mnl_attr_for_each (a, nlh, sizeof(*rtm)) {
		size_t len = mnl_attr_get_payload_len(a);

		switch (mnl_attr_get_type(a)) {
		case RTA_OIF:
			out->ifindex = mnl_attr_get_u32(a);
			break;
		case RTA_GATEWAY:
			if (len == 4 || len == 16)
				out->next_hop = addr_from(mnl_attr_get_payload(a), len);
			break;
		case RTA_PREFSRC:
			if (len == 4 || len == 16)
				out->source = addr_from(mnl_attr_get_payload(a), len);
			break;
		case RTA_METRICS:
			take_metrics(a, out);
			break;
		default:
			break;
		}
	}
	return MNL_CB_OK;
}

static int request_route(const struct addr *dst, uint32_t oif, const struct addr *source,
                         struct route *out)
{
	char buf[512];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtmsg *rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
	size_t len = addr_len(dst);

	nlh->nlmsg_type = RTM_GETROUTE;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	rtm->rtm_family = dst->family == ADDR_V4 ? AF_INET : AF_INET6;
	rtm->rtm_dst_len = (unsigned char)(len * 8);
	mnl_attr_put(nlh, RTA_DST, len, dst->bytes);
	if (source != NULL) {
		rtm->rtm_src_len = (unsigned char)(len * 8);
		mnl_attr_put(nlh, RTA_SRC, len, source->bytes);
	}
	if (oif != 0)
		mnl_attr_put_u32(nlh, RTA_OIF, oif);
	return ask(nlh, on_route, out);
}

static int on_link(const struct nlmsghdr *nlh, void *ctx)
{
	uint32_t *mtu = ctx;
	const struct nlattr *a;

	mnl_attr_for_each (a, nlh, sizeof(struct ifinfomsg))
		if (mnl_attr_get_type(a) == IFLA_MTU)
			*mtu = mnl_attr_get_u32(a);
	return MNL_CB_OK;
}

static uint32_t link_mtu(uint32_t ifindex)
{
	char buf[512];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	uint32_t mtu = 0;

	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	ifi->ifi_family = AF_UNSPEC;
	ifi->ifi_index = (int)ifindex;
	if (ask(nlh, on_link, &mtu) != 0 || mtu == 0)
		return 1500;
	return mtu;
}

int route_get(const struct addr *dst, uint32_t oif, const struct addr *source, struct route *out,
              struct err *e)
{
	char text[ADDR_TEXT_MAX];

	memset(out, 0, sizeof(*out));
	if (request_route(dst, oif, source, out) != 0)
		return err_sys(e, ERR_LOCAL, errno, "no route to %s", addr_format(dst, text));
	if (source != NULL)
		out->source = *source;
	if (out->ifindex == 0 || out->source.family == ADDR_NONE ||
	    if_indextoname(out->ifindex, out->ifname) == NULL)
		return err_set(e, ERR_LOCAL,
		               "no route to %s: the kernel names no interface or source for it",
		               addr_format(dst, text));
	if (addr_is_link_local(&out->source))
		out->source.scope = out->ifindex;
	if (out->mtu == 0)
		out->mtu = link_mtu(out->ifindex);
	if (out->mtu > UINT16_MAX) /* lo: no IP packet is longer */
		out->mtu = UINT16_MAX;
	if (out->next_hop.family == ADDR_NONE && !out->local)
		out->next_hop = *dst;
	return 0;
}

int route_ifindex(const char *ifname, uint32_t *out, struct err *e)
{
	char name[IF_NAMESIZE];
	uint64_t index;

	*out = if_nametoindex(ifname);
	if (*out == 0 && text_u64(ifname, 1, INT32_MAX, &index) &&
	    if_indextoname((unsigned int)index, name) != NULL)
		*out = (uint32_t)index;
	if (*out == 0)
		return err_set(e, ERR_LOCAL, "no such interface '%s': `ip link` lists them",
		               ifname);
	return 0;
}

const char *route_addr_text(const struct addr *a, char out[static ADDR_TEXT_MAX])
{
	struct addr plain = *a;
	char name[IF_NAMESIZE];
	size_t len;

	if (!addr_is_link_local(a) || if_indextoname(a->scope, name) == NULL)
		return addr_format(a, out);
	plain.scope = 0;
	addr_format(&plain, out);
	len = strlen(out);
	snprintf(out + len, ADDR_TEXT_MAX - len, "%%%s", name);
	return out;
}

struct neighbour {
	uint16_t state; /* NUD_ bits */
};

static int on_neighbour(const struct nlmsghdr *nlh, void *ctx)
{
	const struct ndmsg *nd = mnl_nlmsg_get_payload(nlh);
	struct neighbour *n = ctx;

	n->state = nd->ndm_state;
	return MNL_CB_OK;
}

bool route_is_silent(uint32_t ifindex, const struct addr *next_hop)
{
	char buf[512];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ndmsg *nd = mnl_nlmsg_put_extra_header(nlh, sizeof(*nd));
	struct neighbour n = {.state = 0};

	if (next_hop->family == ADDR_NONE)
		return false;
	nlh->nlmsg_type = RTM_GETNEIGH;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nd->ndm_family = next_hop->family == ADDR_V4 ? AF_INET : AF_INET6;
	nd->ndm_ifindex = (int)ifindex;
	mnl_attr_put(nlh, NDA_DST, addr_len(next_hop), next_hop->bytes);
	return ask(nlh, on_neighbour, &n) == 0 && (n.state & (NUD_INCOMPLETE | NUD_FAILED)) != 0;
}

bool route_is_local(const struct addr *a)
{
	struct route r = {.local = false};

	return request_route(a, a->scope, NULL, &r) == 0 && r.local;
}
