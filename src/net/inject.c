/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inject.c - struct seg to libnet calls; the only door to libnet.
 *
 * Each segment is built anew (libnet 1.1.6 miscounts when a block is resized in place), options are
 * padded by seg_set_opts() (libnet's own padding reads beyond its array).
 */
#include "net/inject.h"

#include <errno.h>
#include <libnet.h>
#include <stdlib.h>
#include <string.h>

struct inject {
	libnet_t *net;
	enum addr_family family;
};

static int bind_interface(int fd, const char *ifname, struct err *e)
{
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, ifname, (socklen_t)strlen(ifname)) != 0)
		return err_sys(e, ERR_LOCAL, errno, "binding to interface '%s'", ifname);
	return 0;
}

/* The kernel does not look into our header for the source by which it is to choose a route. */
static int bind_source(int fd, const struct addr *source, struct err *e)
{
	struct sockaddr_in sin = {.sin_family = AF_INET};
	struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6, .sin6_scope_id = source->scope};
	bool v4 = source->family == ADDR_V4;
	char text[ADDR_TEXT_MAX];

	memcpy(&sin.sin_addr, source->bytes, sizeof(sin.sin_addr));
	memcpy(&sin6.sin6_addr, source->bytes, sizeof(sin6.sin6_addr));
	if (bind(fd, v4 ? (struct sockaddr *)&sin : (struct sockaddr *)&sin6,
	         v4 ? sizeof(sin) : sizeof(sin6)) != 0)
		return err_sys(e, ERR_LOCAL, errno, "source address '%s'",
		               addr_format(source, text));
	return 0;
}

int inject_open(struct inject **out, enum addr_family family, const char *ifname,
                const struct addr *source, struct err *e)
{
	struct inject *in = calloc(1, sizeof(*in));
	char text[LIBNET_ERRBUF_SIZE];

	if (in == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	in->family = family;
	in->net = libnet_init(family == ADDR_V4 ? LIBNET_RAW4 : LIBNET_RAW6, NULL, text);
	if (in->net == NULL) {
		free(in);
		text[strcspn(text, "\n")] = '\0';
		return err_set(e, ERR_LOCAL, "opening a raw socket: %s", text);
	}
	/* libnet 1.1.6 ignores the device of a RAW4 handle: bind it here. */
	if ((ifname != NULL && bind_interface(libnet_getfd(in->net), ifname, e) != 0) ||
	    (source != NULL && bind_source(libnet_getfd(in->net), source, e) != 0)) {
		inject_close(in);
		return -1;
	}
	*out = in;
	return 0;
}

void inject_close(struct inject *in)
{
	if (in == NULL)
		return;
	libnet_destroy(in->net);
	free(in);
}

/* The bytes of the header block of this type, before libnet joins the blocks. */
static uint8_t *block(libnet_t *net, uint8_t type)
{
	for (libnet_pblock_t *p = net->protocol_blocks; p != NULL; p = p->next)
		if (p->type == type)
			return p->buf;
	return NULL;
}

static bool build_tcp(libnet_t *net, const struct tuple *t, const struct seg *s)
{
	uint32_t len = LIBNET_TCP_H + s->opt_len + s->payload_len;
	uint8_t *header;

	if (s->opt_len > 0 && libnet_build_tcp_options(s->opt, s->opt_len, net, 0) < 0)
		return false;
	if (libnet_build_tcp(t->local.port, t->remote.port, s->seq, s->ack, (uint8_t)s->flags,
	                     s->win, 0, s->urg, (uint16_t)len, s->payload, s->payload_len, net,
	                     0) < 0)
		return false;
	header = block(net, LIBNET_PBLOCK_TCP_H);
	if (header == NULL)
		return false;
	header[12] |=
		(uint8_t)(s->flags >> 8 & 0x0f); /* AE and the reserved bits: libnet has none */
	return true;
}

static bool build_ipv4(libnet_t *net, const struct tuple *t, const struct seg *s)
{
	uint32_t len = LIBNET_IPV4_H + LIBNET_TCP_H + s->opt_len + s->payload_len;
	uint32_t src, dst;

	memcpy(&src, t->local.addr.bytes, 4);
	memcpy(&dst, t->remote.addr.bytes, 4);
	return libnet_build_ipv4((uint16_t)len, s->ip.tos, s->ip.id, s->ip.df ? IP_DF : 0,
	                         s->ip.ttl, IPPROTO_TCP, 0, src, dst, NULL, 0, net, 0) >= 0;
}

static bool build_ipv6(libnet_t *net, const struct tuple *t, const struct seg *s)
{
	uint32_t len = LIBNET_TCP_H + s->opt_len + s->payload_len;
	struct libnet_in6_addr src, dst;
	uint8_t *header;

	memcpy(&src, t->local.addr.bytes, 16);
	memcpy(&dst, t->remote.addr.bytes, 16);
	if (libnet_build_ipv6(s->ip.tos, 0, (uint16_t)len, IPPROTO_TCP, s->ip.ttl, src, dst, NULL,
	                      0, net, 0) < 0)
		return false;
	header = block(net, LIBNET_PBLOCK_IPV6_H);
	if (header == NULL)
		return false;
	header[1] |= (uint8_t)(s->ip.flow >> 16 & 0x0f); /* libnet 1.1.6 garbles flow labels */
	header[2] = (uint8_t)(s->ip.flow >> 8);
	header[3] = (uint8_t)s->ip.flow;
	return true;
}

int inject_send(struct inject *in, const struct tuple *t, const struct seg *s)
{
	bool built;

	libnet_clear_packet(in->net);
	built = build_tcp(in->net, t, s) &&
	        (in->family == ADDR_V4 ? build_ipv4(in->net, t, s) : build_ipv6(in->net, t, s));
	if (!built)
		return EINVAL;
	errno = 0;
	if (libnet_write(in->net) >= 0)
		return 0;
	return errno != 0 ? errno : EIO;
}
