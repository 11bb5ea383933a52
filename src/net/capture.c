/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture.c - a libpcap handle in immediate, non-blocking mode.
 *
 * Own frames are seen with PACKET_OUTGOING and carry the kernel's transmit stamp. On loopback every
 * frame passes the tap twice; libpcap drops the outgoing copy. No promiscuous mode: our segments come
 * to this host's addresses anyway.
 */
#include "net/capture.h"

#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "wire/link.h"

/* Frames handed over at a time: a peer that never stops sending must not keep timers from being looked at. */
#define READ_FRAMES 256

struct capture {
	pcap_t *pcap;
	int link_type;
};

/* libpcap's DLT_ numbers are those of files but for these. */
static int link_type_of(int dlt)
{
	return dlt == DLT_RAW ? LINK_RAW : dlt == DLT_LOOP ? LINK_LOOP : dlt;
}

static int configure(pcap_t *p, int snaplen, int ring_bytes)
{
	pcap_set_snaplen(p, snaplen);
	pcap_set_promisc(p, 0);
	pcap_set_immediate_mode(p, 1);
	pcap_set_buffer_size(p, ring_bytes);
	pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO);
	return pcap_activate(p);
}

/* A sentence for what pcap_activate() returned. */
static int activate_error(pcap_t *p, const char *ifname, int code, struct err *e)
{
	if (code == PCAP_ERROR_PERM_DENIED)
		return err_set(e, ERR_LOCAL,
		               "capturing on '%s': permission denied (needs CAP_NET_RAW)", ifname);
	if (code == PCAP_ERROR_NO_SUCH_DEVICE)
		return err_set(e, ERR_LOCAL, "no such interface '%s': `ip link` lists them",
		               ifname);
	if (code == PCAP_ERROR_IFACE_NOT_UP)
		return err_set(e, ERR_LOCAL, "interface '%s' is down: `ip link set %s up`", ifname,
		               ifname);
	return err_set(e, ERR_LOCAL, "capturing on '%s': %s", ifname,
	               pcap_geterr(p)[0] != '\0' ? pcap_geterr(p) : pcap_statustostr(code));
}

static int set_filter(struct capture *c, const char *ifname, const char *filter, struct err *e)
{
	struct bpf_program program;
	int rc;

	if (pcap_compile(c->pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0)
		return err_set(e, ERR_LOCAL, "capture filter for '%s': %s", ifname,
		               pcap_geterr(c->pcap));
	rc = pcap_setfilter(c->pcap, &program);
	pcap_freecode(&program);
	if (rc != 0)
		return err_set(e, ERR_LOCAL, "capture filter on '%s': %s", ifname,
		               pcap_geterr(c->pcap));
	return 0;
}

int capture_open(struct capture **out, const char *ifname, int snaplen, int ring_bytes,
                 const char *filter, struct err *e)
{
	struct capture *c = calloc(1, sizeof(*c));
	char text[PCAP_ERRBUF_SIZE] = "";
	int code;

	if (c == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	c->pcap = pcap_create(ifname, text);
	if (c->pcap == NULL) {
		err_set(e, ERR_LOCAL, "capturing on '%s': %s", ifname, text);
		goto fail;
	}
	code = configure(c->pcap, snaplen, ring_bytes);
	if (code < 0) {
		activate_error(c->pcap, ifname, code, e);
		goto fail;
	}
	if (strcmp(ifname, "any") == 0)
		pcap_set_datalink(c->pcap,
		                  DLT_LINUX_SLL2); /* tells the interface; SLL where refused */
	c->link_type = link_type_of(pcap_datalink(c->pcap));
	if (!link_known(c->link_type)) {
		err_set(e, ERR_LOCAL, "interface '%s' has link type %s, which is not supported",
		        ifname, pcap_datalink_val_to_name(pcap_datalink(c->pcap)));
		goto fail;
	}
	if (set_filter(c, ifname, filter, e) != 0)
		goto fail;
	if (pcap_setnonblock(c->pcap, 1, text) != 0) {
		err_set(e, ERR_LOCAL, "capturing on '%s': %s", ifname, text);
		goto fail;
	}
	*out = c;
	return 0;
fail:
	capture_close(c);
	return -1;
}

void capture_close(struct capture *c)
{
	if (c == NULL)
		return;
	if (c->pcap != NULL)
		pcap_close(c->pcap);
	free(c);
}

int capture_fd(const struct capture *c)
{
	return pcap_get_selectable_fd(c->pcap);
}

int capture_link_type(const struct capture *c)
{
	return c->link_type;
}

struct hand_over {
	const struct capture *c;
	frame_fn *fn;
	void *ctx;
};

static void on_packet(u_char *user, const struct pcap_pkthdr *h, const u_char *bytes)
{
	const struct hand_over *to = (const void *)user;
	struct frame f = {
		.bytes = bytes,
		.caplen = h->caplen,
		.len = h->len,
		.stamp =
			(ns_t)h->ts.tv_sec * NS_SEC + h->ts.tv_usec, /* nanoseconds, as asked for */
		.link_type = to->c->link_type,
	};

	to->fn(to->ctx, &f);
}

int capture_read(struct capture *c, frame_fn *fn, void *ctx, struct err *e)
{
	struct hand_over to = {.c = c, .fn = fn, .ctx = ctx};

	if (pcap_dispatch(c->pcap, READ_FRAMES, on_packet, (u_char *)&to) < 0)
		return err_set(e, ERR_LOCAL, "capture failed: %s", pcap_geterr(c->pcap));
	return 0;
}

uint64_t capture_dropped(struct capture *c)
{
	struct pcap_stat st;

	return pcap_stats(c->pcap, &st) == 0 ? st.ps_drop : 0;
}
