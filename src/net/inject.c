/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inject.c - struct seg to libnet calls; the only door to libnet.
 *
 * libnet crafts, a raw socket of our own sends: libnet 1.1.6 spends milliseconds on opening its own
 * (thousands of setsockopt calls), cannot bind it to an interface or a source, and gives a link-local
 * destination no scope. Each segment is built anew (libnet miscounts when a block is resized in place);
 * options are padded by seg_set_opts() (libnet's own padding reads beyond its array).
 */
#include "net/inject.h"

#include <errno.h>
#include <libnet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct inject {
	libnet_t *net; /* crafts only: it has no socket */
	enum addr_family family;
	int fd;
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

/* IPPROTO_RAW: what is sent begins with the IP header, and nothing is received. */
static int open_socket(struct inject *in, const char *ifname, const struct addr *source,
                       struct err *e)
{
	in->fd = socket(in->family == ADDR_V4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC,
	                IPPROTO_RAW);
	if (in->fd < 0)
		return err_sys(e, ERR_LOCAL, errno, "opening a raw socket (needs CAP_NET_RAW)");
	if (ifname != NULL && bind_interface(in->fd, ifname, e) != 0)
		return -1;
	return source != NULL ? bind_source(in->fd, source, e) : 0;
}

int inject_open(struct inject **out, enum addr_family family, const char *ifname,
                const struct addr *source, struct err *e)
{
	struct inject *in = calloc(1, sizeof(*in));
	char text[LIBNET_ERRBUF_SIZE];

	if (in == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	in->family = family;
	in->fd = -1;
	in->net = libnet_init(LIBNET_NONE, NULL, text);
	if (in->net == NULL)
		err_set(e, ERR_LOCAL, "starting libnet: %.*s", (int)strcspn(text, "\n"), text);
	if (in->net == NULL || open_socket(in, ifname, source, e) != 0) {
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
	if (in->net != NULL)
		libnet_destroy(in->net);
	if (in->fd >= 0)
		close(in->fd);
	free(in);
}

#define TCP_CSUM_AT 16 /* in the TCP header (RFC 9293 3.1) */

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

/* The port stays 0: the kernel would take it for a protocol number. */
static ssize_t send_packet(const struct inject *in, const struct addr *to, const uint8_t *packet,
                           uint32_t len)
{
	struct sockaddr_in sin = {.sin_family = AF_INET};
	struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6, .sin6_scope_id = to->scope};
	bool v4 = in->family == ADDR_V4;

	memcpy(&sin.sin_addr, to->bytes, sizeof(sin.sin_addr));
	memcpy(&sin6.sin6_addr, to->bytes, sizeof(sin6.sin6_addr));
	return sendto(in->fd, packet, len, 0,
	              v4 ? (struct sockaddr *)&sin : (struct sockaddr *)&sin6,
	              v4 ? sizeof(sin) : sizeof(sin6));
}

int inject_send(struct inject *in, const struct tuple *t, const struct seg *s)
{
	uint8_t *packet = NULL;
	uint32_t len = 0;
	bool built;
	int rc;

	libnet_clear_packet(in->net);
	built = build_tcp(in->net, t, s) &&
	        (in->family == ADDR_V4 ? build_ipv4(in->net, t, s) : build_ipv6(in->net, t, s));
	if (!built || libnet_pblock_coalesce(in->net, &packet, &len) < 0)
		return EINVAL;
	if (s->bad_csum)
		packet[(in->family == ADDR_V4 ? LIBNET_IPV4_H : LIBNET_IPV6_H) + TCP_CSUM_AT] ^=
			0xff;
	rc = send_packet(in, &t->remote.addr, packet, len) >= 0 ? 0 : errno;
	libnet_adv_free_packet(in->net, packet);
	return rc;
}
