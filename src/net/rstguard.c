/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rstguard.c - keep the kernel from resetting our connections.
 *
 * Theory of operation
 *
 * A SYN-ACK for a connection that the kernel does not know is answered with a reset, before we could
 * send the ACK. A socket that listens on our source port changes who is asked: the segment reaches that
 * socket, and three checks there come before any answer (tcp_v4_rcv(), Linux 6.18):
 * - TCP_MD5SIG_EXT: keys of prefix length 0, for :: and for ::ffff:0.0.0.0 on a dual-stack socket, match
 *   every peer; a segment without a signature is dropped. Needs CONFIG_TCP_MD5SIG.
 * - IP_MINTTL and IPV6_MINHOPCOUNT of 255: dropped unless the sender is on this link and sends 255.
 * - a socket filter that returns 0. Needs CAP_NET_ADMIN since the kernels of mid-2026.
 * All are tried, each alone suffices. The capture's tap lies before all of them.
 *
 * The self-test sends the SYN-ACK twice over loopback: first to a guard, then to a port that is bound
 * but does not listen. A raw socket must hear the reset of the second and none of the first; it hears
 * them in order, so nothing has to be waited for.
 */
#include "net/rstguard.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/in6.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ns.h"
#include "base/rd.h"
#include "base/rng.h"

/* File descriptors left for everything that is not a guard. */
#define SPARE_FDS 64

/* How long the self-test waits for the reset that must come. */
#define SELFTEST_WAIT_MS 200

struct rstguard {
	uint32_t count;
	unsigned int means;
	bool v4_only; /* the host has no IPv6 */
	struct {
		int fd;
		uint16_t port;
	} guard[];
};

/* --- one guard --- */

static bool set_md5(int fd, const struct in6_addr *any)
{
	struct tcp_md5sig sig = {
		.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX, .tcpm_prefixlen = 0, .tcpm_keylen = 8};
	struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6, .sin6_addr = *any};

	memcpy(&sig.tcpm_addr, &sin6, sizeof(sin6));
	rng_secret(sig.tcpm_key, sig.tcpm_keylen);
	return setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG_EXT, &sig, sizeof(sig)) == 0;
}

static bool set_md5_v4(int fd)
{
	struct tcp_md5sig sig = {
		.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX, .tcpm_prefixlen = 0, .tcpm_keylen = 8};
	struct sockaddr_in sin = {.sin_family = AF_INET};

	memcpy(&sig.tcpm_addr, &sin, sizeof(sin));
	rng_secret(sig.tcpm_key, sig.tcpm_keylen);
	return setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG_EXT, &sig, sizeof(sig)) == 0;
}

static unsigned int try_md5(int fd, bool v4_only)
{
	static const struct in6_addr mapped_any = {.s6_addr = {[10] = 0xff, [11] = 0xff}};

	if (v4_only)
		return set_md5_v4(fd) ? RSTGUARD_MD5 : 0;
	return set_md5(fd, &in6addr_any) && set_md5(fd, &mapped_any) ? RSTGUARD_MD5 : 0;
}

static unsigned int try_minttl(int fd, bool v4_only)
{
	int most = 255;

	if (setsockopt(fd, IPPROTO_IP, IP_MINTTL, &most, sizeof(most)) != 0)
		return 0;
	if (!v4_only && setsockopt(fd, IPPROTO_IPV6, IPV6_MINHOPCOUNT, &most, sizeof(most)) != 0)
		return 0;
	return RSTGUARD_MINTTL;
}

static unsigned int try_filter(int fd)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = {.len = 1, .filter = &nothing};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == 0
	               ? RSTGUARD_FILTER
	               : 0;
}

static int bind_port(int fd, bool v4_only, uint16_t port)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int off = 0;

	if (v4_only)
		return bind(fd, (struct sockaddr *)&sin, sizeof(sin));
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	return bind(fd, (struct sockaddr *)&sin6, sizeof(sin6));
}

/* The guard's socket, or -1 with errno (EADDRINUSE: try another port). */
static int open_guard(struct rstguard *g, uint16_t port, unsigned int *means)
{
	int fd = socket(g->v4_only ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int saved;

	if (fd < 0)
		return -1;
	if (bind_port(fd, g->v4_only, port) == 0) {
		*means = try_md5(fd, g->v4_only) | try_minttl(fd, g->v4_only) | try_filter(fd);
		if (listen(fd, 1) == 0)
			return fd;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

/* --- the pool --- */

static void ephemeral_range(uint16_t *first, uint16_t *last)
{
	unsigned int a = 0, b = 0;
	FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");

	if (f == NULL || fscanf(f, "%u %u", &a, &b) != 2 || a < 1024 || b > 65535 || a > b) {
		a = 32768;
		b = 60999;
	}
	if (f != NULL)
		fclose(f);
	*first = (uint16_t)a;
	*last = (uint16_t)b;
}

static uint32_t fd_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return 256;
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
	if (r.rlim_cur <= SPARE_FDS)
		return 1;
	return r.rlim_cur > SPARE_FDS + 65536 ? 65536 : (uint32_t)r.rlim_cur - SPARE_FDS;
}

/* Walk through [first, last] from a random start, so that runs after each other use other ports. */
static void fill(struct rstguard *g, uint32_t want, uint16_t first, uint16_t last, int *errnum)
{
	uint32_t span = (uint32_t)last - first + 1;
	uint64_t start;

	rng_secret(&start, sizeof(start));
	start %= span > want ? span - want + 1 : 1;
	g->means = RSTGUARD_MD5 | RSTGUARD_MINTTL | RSTGUARD_FILTER;
	for (uint32_t i = 0; i < span && g->count < want; i++) {
		uint16_t port = (uint16_t)(first + (start + i) % span);
		unsigned int means = 0;
		int fd = open_guard(g, port, &means);

		if (fd < 0) {
			*errnum = errno;
			if (errno == EADDRINUSE)
				continue;
			return;
		}
		g->means &= means;
		g->guard[g->count].fd = fd;
		g->guard[g->count++].port = port;
	}
}

static bool host_has_ipv6(void)
{
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int rstguard_open(struct rstguard **out, uint32_t want, uint16_t first, uint16_t last,
                  struct err *e)
{
	uint32_t most = fd_limit();
	struct rstguard *g;
	int errnum = EADDRINUSE;

	if (first == 0) {
		ephemeral_range(&first, &last);
		if (most >
		    ((uint32_t)last - first + 1) / 2) /* the host's programs need some, too */
			most = ((uint32_t)last - first + 1) / 2;
	}
	if (want > most)
		want = most;
	g = calloc(1, sizeof(*g) + want * sizeof(g->guard[0]));
	if (g == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	g->v4_only = !host_has_ipv6();
	fill(g, want, first, last, &errnum);
	if (g->count == 0) {
		rstguard_close(g);
		if (errnum == EACCES)
			return err_set(e, ERR_LOCAL,
			               "source port %u: ports below 1024 need CAP_NET_BIND_SERVICE",
			               first);
		return err_sys(e, ERR_LOCAL, errnum, "no source port of %u-%u is free", first,
		               last);
	}
	if (g->means == 0) {
		rstguard_close(g);
		return err_set(e, ERR_LOCAL,
		               "this kernel offers no way to keep it from resetting our"
		               " connections (TCP_MD5SIG_EXT, IP_MINTTL, SO_ATTACH_FILTER)");
	}
	*out = g;
	return 0;
}

void rstguard_close(struct rstguard *g)
{
	if (g == NULL)
		return;
	for (uint32_t i = 0; i < g->count; i++)
		close(g->guard[i].fd);
	free(g);
}

uint32_t rstguard_count(const struct rstguard *g)
{
	return g->count;
}

uint16_t rstguard_port(const struct rstguard *g, uint32_t i)
{
	return g->guard[i].port;
}

/* --- the self-test --- */

static struct addr loopback(enum addr_family family)
{
	static const uint8_t v4[4] = {127, 0, 0, 1}, v6[16] = {[15] = 1};

	return family == ADDR_V4 ? addr_from(v4, 4) : addr_from(v6, 16);
}

/* A raw socket that hears TCP to the loopback address. */
static int open_ear(enum addr_family family)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	bool v4 = family == ADDR_V4;
	int fd = socket(v4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	                IPPROTO_TCP);

	if (fd < 0)
		return -1;
	if (bind(fd, v4 ? (struct sockaddr *)&sin : (struct sockaddr *)&sin6,
	         v4 ? sizeof(sin) : sizeof(sin6)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A bound port that does not listen: what arrives there is reset. */
static int open_unguarded(const struct rstguard *g, uint16_t *port)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	int fd = socket(g->v4_only ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (bind_port(fd, g->v4_only, 0) != 0 ||
	    getsockname(fd, (struct sockaddr *)&ss, &len) != 0) {
		close(fd);
		return -1;
	}
	/* sin_port and sin6_port stand at the same place. */
	memcpy(port, (const uint8_t *)&ss + 2, sizeof(*port));
	*port = ntohs(*port);
	return fd;
}

static int send_syn_ack(struct inject *in, enum addr_family family, uint16_t from, uint16_t to)
{
	struct tuple t = {.local = {loopback(family), from}, .remote = {loopback(family), to}};
	struct seg s = {
		.flags = SEG_SYN | SEG_ACK, .win = 1024, .ip = {.ttl = 64, .df = true, .id = 1}};

	rng_secret(&s.seq, sizeof(s.seq));
	rng_secret(&s.ack, sizeof(s.ack));
	return inject_send(in, &t, &s);
}

/* The ports of a reset that the ear heard; false for anything else. */
static bool heard_reset(const uint8_t *bytes, size_t len, enum addr_family family, uint16_t *from,
                        uint16_t *to)
{
	struct rd r = rd_from(bytes, len);

	if (family == ADDR_V4)
		rd_skip(&r, (size_t)((rd_u8(&r) & 0x0f) * 4 - 1));
	*from = rd_be16(&r);
	*to = rd_be16(&r);
	rd_skip(&r, 9);
	return (rd_u8(&r) & SEG_RST) != 0 && rd_ok(&r);
}

/* Listen until the reset of the unguarded port was heard, or time is up. */
static enum rstguard_test listen_for_resets(int ear, enum addr_family family, uint16_t guarded,
                                            uint16_t unguarded)
{
	ns_t end = ns_monotonic() + SELFTEST_WAIT_MS * NS_MS;
	enum rstguard_test result = RSTGUARD_HOLDS;

	for (ns_t left = end - ns_monotonic(); left > 0; left = end - ns_monotonic()) {
		struct pollfd p = {.fd = ear, .events = POLLIN};
		uint8_t bytes[128];
		uint16_t from, to;
		ssize_t n = recv(ear, bytes, sizeof(bytes), 0);

		if (n < 0) {
			poll(&p, 1, (int)(left / NS_MS) + 1);
			continue;
		}
		if (!heard_reset(bytes, (size_t)n, family, &from, &to))
			continue;
		if (from == guarded && to == unguarded)
			result = RSTGUARD_LEAKS;
		if (from == unguarded && to == guarded)
			return result;
	}
	return result == RSTGUARD_LEAKS ? RSTGUARD_LEAKS : RSTGUARD_UNTESTABLE;
}

enum rstguard_test rstguard_selftest(const struct rstguard *g, struct inject *in,
                                     enum addr_family family)
{
	enum rstguard_test result = RSTGUARD_UNTESTABLE;
	uint16_t guarded = g->guard[0].port, unguarded = 0;
	int ear = open_ear(family);
	int other = open_unguarded(g, &unguarded);

	if (ear >= 0 && other >= 0 && send_syn_ack(in, family, unguarded, guarded) == 0 &&
	    send_syn_ack(in, family, guarded, unguarded) == 0)
		result = listen_for_resets(ear, family, guarded, unguarded);
	if (ear >= 0)
		close(ear);
	if (other >= 0)
		close(other);
	return result;
}
