/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device_live.c - the kernel's interfaces as a device.
 *
 * Opening a libpcap handle costs tens of milliseconds (the kernel waits for grace periods), so there is
 * one an interface, and from nine interfaces on one for all of them ("any").
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "net/device.h"
#include "net/inject.h"
#include "net/route.h"
#include "wire/link.h"
#include "wire/packet.h"

#define RING_HEADERS (4 * 1024 * 1024)
#define RING_WHOLE   (32 * 1024 * 1024)

struct live_link {
	struct device_link link;
	struct inject *v4, *v6; /* shared between links, but for those that has_own() */
};

struct live {
	struct device device;
	int epoll;
	bool any; /* one capture for all interfaces */
	uint32_t captures;
	struct capture *capture[DEVICE_LINKS_MAX]; /* NULL: it failed */
	uint32_t captured_link[DEVICE_LINKS_MAX];  /* whose frames it sees */
	struct inject *v4, *v6;                    /* not bound to an interface */
	uint32_t count;
	struct live_link links[];
};

/* Does this link need raw sockets of its own? */
static bool has_own(const struct device_link *l)
{
	return l->bound || l->source.family != ADDR_NONE;
}

static int live_send(struct device *d, uint32_t link, const struct tuple *t, const struct seg *s)
{
	const struct live_link *l = &((const struct live *)d)->links[link];

	return inject_send(t->remote.addr.family == ADDR_V4 ? l->v4 : l->v6, t, s);
}

struct deliver {
	const struct live *live;
	uint32_t link;
	device_frame_fn *fn;
	void *ctx;
};

static uint32_t link_of(const struct live *live, uint32_t ifindex)
{
	for (uint32_t i = 0; i < live->count; i++)
		if (live->links[i].link.ifindex == ifindex)
			return i;
	return DEVICE_LINK_OTHER;
}

/* On "any" the frame itself names its interface. */
static void on_frame(void *ctx, const struct frame *f)
{
	const struct deliver *to = ctx;
	struct rd r = rd_from(f->bytes, f->caplen);

	if (to->live->any && f->link_type == LINK_SLL2) {
		uint32_t ifindex = link_decode(&r, f->link_type).ifindex;

		to->fn(to->ctx, link_of(to->live, ifindex), f);
		return;
	}
	to->fn(to->ctx, to->link, f);
}

/* An interface that fails is told once; the others go on. */
static int capture_failed(struct live *live, uint32_t i, struct err *e)
{
	epoll_ctl(live->epoll, EPOLL_CTL_DEL, capture_fd(live->capture[i]), NULL);
	capture_close(live->capture[i]);
	live->capture[i] = NULL;
	return err_wrap(e, "interface '%s'",
	                live->any ? "any" : live->links[live->captured_link[i]].link.ifname);
}

static int live_read(struct device *d, device_frame_fn *fn, void *ctx, struct err *e)
{
	struct live *live = (struct live *)d;
	int rc = 0;

	for (uint32_t i = 0; i < live->captures; i++) {
		struct deliver to = {
			.live = live, .link = live->captured_link[i], .fn = fn, .ctx = ctx};

		if (live->capture[i] != NULL &&
		    capture_read(live->capture[i], on_frame, &to, e) != 0)
			rc = capture_failed(live, i, e);
	}
	return rc;
}

static int live_fd(const struct device *d)
{
	return ((const struct live *)d)->epoll;
}

/* The capture that sees this link's frames, or NULL when it failed. */
static struct capture *capture_of(const struct live *live, uint32_t link)
{
	uint32_t seen = link_of(live, live->links[link].link.ifindex);

	for (uint32_t i = 0; i < live->captures; i++)
		if (live->any || live->captured_link[i] == seen)
			return live->capture[i];
	return NULL;
}

static uint64_t live_dropped(struct device *d, uint32_t link)
{
	struct capture *c = capture_of((const struct live *)d, link);

	return c == NULL ? 0 : capture_dropped(c);
}

static bool live_silent(struct device *d, uint32_t link, const struct addr *next_hop)
{
	return route_is_silent(((const struct live *)d)->links[link].link.ifindex, next_hop);
}

static void live_close(struct device *d)
{
	struct live *live = (struct live *)d;

	for (uint32_t i = 0; i < live->count; i++) {
		if (has_own(&live->links[i].link)) {
			inject_close(live->links[i].v4);
			inject_close(live->links[i].v6);
		}
	}
	inject_close(live->v4);
	inject_close(live->v6);
	for (uint32_t i = 0; i < live->captures; i++)
		capture_close(live->capture[i]);
	if (live->epoll >= 0)
		close(live->epoll);
	free(live);
}

static const struct device_ops live_ops = {
	.send = live_send,
	.read = live_read,
	.fd = live_fd,
	.dropped = live_dropped,
	.silent = live_silent,
	.close = live_close,
};

static int add_capture(struct live *live, const char *ifname, const struct filter *filter,
                       bool whole, struct err *e)
{
	struct epoll_event ev = {.events = EPOLLIN};
	char text[FILTER_TEXT_MAX];
	struct capture *c;

	filter_text(filter, text);
	if (capture_open(&c, ifname, whole ? CAPTURE_SNAPLEN_ALL : CAPTURE_SNAPLEN_HEADERS,
	                 whole ? RING_WHOLE : RING_HEADERS, text, e) != 0)
		return -1;
	live->capture[live->captures++] = c;
	if (epoll_ctl(live->epoll, EPOLL_CTL_ADD, capture_fd(c), &ev) != 0)
		return err_sys(e, ERR_LOCAL, errno, "watching interface '%s'", ifname);
	return 0;
}

static int open_captures(struct live *live, const struct filter *filter, bool whole, struct err *e)
{
	live->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (live->epoll < 0)
		return err_sys(e, ERR_LOCAL, errno, "epoll");
	if (live->count > DEVICE_LINKS_MAX)
		live->any = true;
	if (live->any)
		return add_capture(live, "any", filter, whole, e);
	for (uint32_t i = 0; i < live->count; i++) {
		if (link_of(live, live->links[i].link.ifindex) != i)
			continue; /* another way out by the same interface */
		live->captured_link[live->captures] = i;
		if (add_capture(live, live->links[i].link.ifname, filter, whole, e) != 0)
			return -1;
	}
	return 0;
}

/* The handle for one family of a link: its own where the link is bound, else the common one. */
static int want_inject(struct live_link *l, enum addr_family family, struct inject **common,
                       struct inject **mine, struct err *e)
{
	const struct addr *source = l->link.source.family == family ? &l->link.source : NULL;

	if (has_own(&l->link))
		return inject_open(mine, family, l->link.bound ? l->link.ifname : NULL, source, e);
	if (*common == NULL && inject_open(common, family, NULL, NULL, e) != 0)
		return -1;
	*mine = *common;
	return 0;
}

static int open_injects(struct live *live, struct err *e)
{
	for (uint32_t i = 0; i < live->count; i++) {
		struct live_link *l = &live->links[i];

		if (l->link.v4 && want_inject(l, ADDR_V4, &live->v4, &l->v4, e) != 0)
			return -1;
		if (l->link.v6 && want_inject(l, ADDR_V6, &live->v6, &l->v6, e) != 0)
			return -1;
	}
	return 0;
}

int device_open_live(struct device **out, const struct device_link *links, uint32_t count,
                     const struct filter *filter, bool any, bool whole_frames, struct err *e)
{
	struct live *live = calloc(1, sizeof(*live) + count * sizeof(live->links[0]));

	if (live == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	live->device.ops = &live_ops;
	live->epoll = -1;
	live->any = any;
	live->count = count;
	for (uint32_t i = 0; i < count; i++)
		live->links[i].link = links[i];
	if (open_captures(live, filter, whole_frames, e) != 0 || open_injects(live, e) != 0) {
		live_close(&live->device);
		return -1;
	}
	*out = &live->device;
	return 0;
}

int device_link_type(const struct device *d, uint32_t link)
{
	return capture_link_type(capture_of((const struct live *)d, link));
}

struct inject *device_inject(const struct device *d, enum addr_family family)
{
	const struct live *live = (const struct live *)d;

	for (uint32_t i = 0; i < live->count; i++) {
		struct inject *in = family == ADDR_V4 ? live->links[i].v4 : live->links[i].v6;

		if (in != NULL && !has_own(&live->links[i].link))
			return in;
	}
	return NULL;
}
