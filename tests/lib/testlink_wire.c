/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The receiving socket sees all that comes in, the sending one has protocol 0 and sees nothing.
 * Both speak virtio_net_hdr, so that offload metadata crosses the link unharmed.
 */
#include "testlink_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

enum { BUFFER = 32 << 20 };

static const int64_t second = 1000000000;

static int64_t to_ns(const struct timespec *t)
{
	return t->tv_sec * second + t->tv_nsec;
}

int64_t monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return to_ns(&t);
}

static bool set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) == 0;
}

/* Beyond the system's limit where permitted, up to it elsewhere (in a user namespace). */
static bool set_buffer(int fd, int force, int plain)
{
	return set(fd, SOL_SOCKET, force, BUFFER) || set(fd, SOL_SOCKET, plain, BUFFER);
}

static int open_socket(unsigned ifindex, int protocol)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons((uint16_t)protocol),
		.sll_ifindex = (int)ifindex,
	};
	/* Protocol 0 until bind(): no frames of other interfaces slip in. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || !set(fd, SOL_PACKET, PACKET_VNET_HDR, 1) ||
	    !set(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1) ||
	    !set(fd, SOL_SOCKET, SO_TIMESTAMPNS, protocol != 0) ||
	    !set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF) ||
	    !set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0)
		return -1;
	return fd;
}

static bool set_promiscuous(const struct wire *w)
{
	struct packet_mreq m = {.mr_ifindex = (int)w->ifindex, .mr_type = PACKET_MR_PROMISC};

	return setsockopt(w->rx, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &m, sizeof(m)) == 0;
}

bool wire_open(struct wire *w, const char *name)
{
	w->name = name;
	w->ifindex = if_nametoindex(name);
	w->lost_carrier = false;
	if (w->ifindex && (w->rx = open_socket(w->ifindex, ETH_P_ALL)) >= 0 &&
	    (w->tx = open_socket(w->ifindex, 0)) >= 0 && set_promiscuous(w))
		return true;
	fprintf(stderr, "testlink: interface '%s': %s\n", name, strerror(errno));
	return false;
}

/* The stamp is wall-clock time; its age is what survives a step of that clock best. */
static int64_t stamp_to_monotonic(struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	struct timespec stamp, wall;
	int64_t age;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
		return monotonic_ns();
	memcpy(&stamp, CMSG_DATA(c), sizeof(stamp));
	/* In this order an interruption between the clocks makes a frame late, never early. */
	clock_gettime(CLOCK_REALTIME, &wall);
	age = to_ns(&wall) - to_ns(&stamp);
	return monotonic_ns() - (age > 0 && age < 10 * second ? age : 0);
}

static enum received failed_receive(struct wire *w)
{
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
		return RECEIVED_NONE;
	if (errno == ENETDOWN || errno == ENXIO || errno == ENODEV) {
		w->lost_carrier = true;
		return RECEIVED_NONE;
	}
	return RECEIVED_BROKEN; /* EINVAL: offload metadata that virtio_net_hdr cannot say */
}

enum received wire_receive(struct wire *w, struct frame *f, int64_t *arrival)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct timespec))];
	struct iovec v[] = {{&f->vnet, sizeof(f->vnet)}, {f->data, sizeof(f->data)}};
	struct msghdr m = {
		.msg_iov = v,
		.msg_iovlen = 2,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(w->rx, &m, MSG_DONTWAIT);

	if (n < 0)
		return failed_receive(w);
	if ((size_t)n < sizeof(f->vnet) || m.msg_flags & MSG_TRUNC)
		return RECEIVED_BROKEN;
	f->len = (uint32_t)((size_t)n - sizeof(f->vnet));
	*arrival = stamp_to_monotonic(&m);
	return RECEIVED_FRAME;
}

bool wire_send(struct wire *w, const struct frame *f)
{
	struct iovec v[] = {
		{(void *)(uintptr_t)&f->vnet, sizeof(f->vnet)},
		{(void *)(uintptr_t)f->data, f->len},
	};
	struct msghdr m = {.msg_iov = v, .msg_iovlen = 2};

	if (sendmsg(w->tx, &m, MSG_DONTWAIT) >= 0)
		return true;
	if (errno == ENETDOWN || errno == ENXIO || errno == ENODEV)
		w->lost_carrier = true;
	return false;
}

enum wire_state wire_state(const struct wire *w)
{
	struct ifreq request;

	memset(&request, 0, sizeof(request));
	/* By index: another interface may have got the name meanwhile. */
	if (!if_indextoname(w->ifindex, request.ifr_name))
		return WIRE_GONE;
	if (ioctl(w->tx, SIOCGIFFLAGS, &request) != 0)
		return WIRE_GONE;
	return request.ifr_flags & IFF_RUNNING && request.ifr_flags & IFF_UP ? WIRE_UP : WIRE_DOWN;
}

uint64_t wire_overruns(const struct wire *w)
{
	struct tpacket_stats stats = {0, 0};
	socklen_t len = sizeof(stats);

	if (getsockopt(w->rx, SOL_PACKET, PACKET_STATISTICS, &stats, &len) != 0)
		return 0;
	return stats.tp_drops;
}
