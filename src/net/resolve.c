/* SPDX-License-Identifier: BSD-2-Clause */
/* resolve.c - the only door to c-ares. */
#include "net/resolve.h"

#include <ares.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Two tries of two seconds a server: a name is given up in about six seconds. */
#define TRY_MS 2000
#define TRIES  2

/* Names asked for at a time. */
#define BATCH 32

struct query {
	const char *name;
	struct resolved *out;
	ns_t started;
	bool refused; /* no server answered, or all refused: c-ares does not tell which */
};

static enum resolve_status status_of(int code)
{
	switch (code) {
	case ARES_SUCCESS:
		return RESOLVE_OK;
	case ARES_ENOTFOUND:
	case ARES_EBADNAME:
		return RESOLVE_NXDOMAIN;
	case ARES_ENODATA:
		return RESOLVE_NO_ADDR;
	case ARES_ETIMEOUT:
	case ARES_ECONNREFUSED:
		return RESOLVE_TIMEOUT;
	case ARES_ECANCELLED:
	case ARES_EDESTRUCTION:
		return RESOLVE_STOPPED;
	default:
		return RESOLVE_SERVFAIL;
	}
}

static void take_addresses(struct resolved *out, const struct ares_addrinfo *info)
{
	for (const struct ares_addrinfo_node *n = info->nodes; n != NULL; n = n->ai_next) {
		struct sockaddr_in sin;
		struct sockaddr_in6 sin6;

		if (out->count == RESOLVE_ADDRS_MAX)
			return;
		if (n->ai_family == AF_INET) {
			memcpy(&sin, n->ai_addr, sizeof(sin));
			out->addr[out->count++] = addr_from(&sin.sin_addr, 4);
		} else if (n->ai_family == AF_INET6) {
			memcpy(&sin6, n->ai_addr, sizeof(sin6));
			out->addr[out->count] = addr_from(&sin6.sin6_addr, 16);
			out->addr[out->count++].scope = sin6.sin6_scope_id;
		}
	}
}

static void on_answer(void *arg, int code, int timeouts, struct ares_addrinfo *info)
{
	struct query *q = arg;

	(void)timeouts;
	q->out->took = ns_monotonic() - q->started;
	q->refused = code == ARES_ECONNREFUSED;
	q->out->status = status_of(code);
	snprintf(q->out->detail, sizeof(q->out->detail), "%s",
	         code == ARES_SUCCESS ? "" : ares_strerror(code));
	if (info != NULL) {
		take_addresses(q->out, info);
		ares_freeaddrinfo(info);
	}
	if (q->out->status == RESOLVE_OK && q->out->count == 0)
		q->out->status = RESOLVE_NO_ADDR;
}

/* One turn of the resolver's sockets. False when no query is left, or the caller wants to stop. */
static bool turn(ares_channel channel, int stop_fd)
{
	ares_socket_t socks[ARES_GETSOCK_MAXNUM];
	struct timeval most = {.tv_sec = TRY_MS / 1000}, tv;
	struct pollfd p[ARES_GETSOCK_MAXNUM + 1] = {{.fd = stop_fd, .events = POLLIN}};
	unsigned int bits = (unsigned int)ares_getsock(channel, socks, ARES_GETSOCK_MAXNUM);
	nfds_t n = 1;

	for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
		/* As ARES_GETSOCK_READABLE() and its like, without a shift into the sign. */
		short events = (short)((bits >> i & 1U) * POLLIN |
		                       (bits >> (i + ARES_GETSOCK_MAXNUM) & 1U) * POLLOUT);
		if (events != 0)
			p[n++] = (struct pollfd){.fd = socks[i], .events = events};
	}
	if (n == 1)
		return false;
	ares_timeout(channel, &most, &tv);
	poll(p, n, (int)(tv.tv_sec * 1000 + tv.tv_usec / 1000 + 1));
	if ((p[0].revents & POLLIN) != 0)
		return false;
	for (nfds_t i = 1; i < n; i++)
		ares_process_fd(channel, (p[i].revents & ~POLLOUT) != 0 ? p[i].fd : ARES_SOCKET_BAD,
		                (p[i].revents & POLLOUT) != 0 ? p[i].fd : ARES_SOCKET_BAD);
	ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* timeouts */
	return true;
}

/*
 * By default c-ares asks the next server when one fails, and in the end says only that none was there.
 * With ARES_FLAG_NOCHECKRESP it tells what the first that answers says.
 */
static int open_channel(ares_channel *channel, int flags, struct err *e)
{
	struct ares_options options = {.timeout = TRY_MS, .tries = TRIES, .flags = flags};
	int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | (flags != 0 ? ARES_OPT_FLAGS : 0);
	int code = ares_library_init(ARES_LIB_INIT_ALL);

	if (code == ARES_SUCCESS)
		code = ares_init_options(channel, &options, mask);
	if (code != ARES_SUCCESS)
		return err_set(e, ERR_LOCAL, "starting the resolver: %s", ares_strerror(code));
	return 0;
}

/* Ask for one batch, and wait for the answers. What is still open when it ends was stopped. */
static void ask(ares_channel channel, struct query *q, uint32_t count, enum addr_family family,
                int stop_fd)
{
	struct ares_addrinfo_hints hints = {
		.ai_family = family == ADDR_NONE ? AF_UNSPEC
	                     : family == ADDR_V4 ? AF_INET
	                                         : AF_INET6,
		.ai_socktype = SOCK_STREAM,
	};

	for (uint32_t i = 0; i < count; i++)
		ares_getaddrinfo(channel, q[i].name, NULL, &hints, on_answer, &q[i]);
	while (turn(channel, stop_fd))
		;
	ares_cancel(channel);
}

/* The queries that came to nothing without a reason, moved to the front: their number. */
static uint32_t unexplained(struct query *q, uint32_t count)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++)
		if (q[i].refused)
			q[n++] = q[i];
	return n;
}

static int ask_twice(struct query *q, uint32_t count, enum addr_family family, int stop_fd,
                     struct err *e)
{
	ares_channel channel;

	if (open_channel(&channel, 0, e) != 0)
		return -1;
	ask(channel, q, count, family, stop_fd);
	ares_destroy(channel);
	count = unexplained(q, count);
	if (count > 0) {
		if (open_channel(&channel, ARES_FLAG_NOCHECKRESP, e) != 0)
			return -1;
		ask(channel, q, count, family, stop_fd);
		ares_destroy(channel);
	}
	return 0;
}

int resolve_names(const char *const *names, struct resolved *out, uint32_t count,
                  enum addr_family family, int stop_fd, struct err *e)
{
	int rc = 0;

	/* In batches, so that each query's bookkeeping can live on the stack. */
	for (uint32_t done = 0; rc == 0 && done < count;) {
		struct query q[BATCH];
		uint32_t n = 0;

		for (; n < BATCH && done + n < count; n++) {
			memset(&out[done + n], 0, sizeof(out[0]));
			q[n] = (struct query){.name = names[done + n],
			                      .out = &out[done + n],
			                      .started = ns_monotonic()};
		}
		rc = ask_twice(q, n, family, stop_fd, e);
		done += n;
	}
	ares_library_cleanup();
	return rc;
}
