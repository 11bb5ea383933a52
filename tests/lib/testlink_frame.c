/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames from a local kernel carry unfinished checksums and up to 64 KiB of TCP in one piece. The
 * virtio_net_hdr says so and the receiving kernel believes it, hence a plain wire passes it on.
 * A wire that harms frames needs real ones: they are cut to segments here, and a bit is flipped
 * only under a complete checksum, or the receiver would not notice.
 *
 * Frames with VLAN tags, IPv6 extension headers or IP fragments count as "not TCP".
 */
#include "testlink_frame.h"

#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

enum {
	IPV4_MIN = 20,
	IPV6_LEN = 40,
	TCP_MIN = 20,
	TCP_DOFF = 12, /* offsets in the TCP header */
	TCP_FLAGS = 13,
	TCP_CHECK = 16,
	FIN_PSH = 0x09,
	CWR = 0x80,
};

/* The transport header and its payload inside a frame. */
struct l4 {
	uint32_t offset;
	uint32_t len;
	uint8_t protocol;
};

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void put16(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static void put32(uint8_t *p, uint32_t value)
{
	put16(p, value >> 16);
	put16(p + 2, value);
}

static uint64_t sum16(const uint8_t *p, size_t len, uint64_t sum)
{
	for (; len > 1; p += 2, len -= 2)
		sum += get16(p);
	return len ? sum + (uint64_t)(*p << 8) : sum;
}

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static bool find_ipv4(const struct frame *f, struct l4 *l4)
{
	const uint8_t *ip = f->data + ETH_HLEN;
	uint32_t header, total;

	if (f->len < ETH_HLEN + IPV4_MIN)
		return false;
	header = (ip[0] & 15U) * 4;
	total = get16(ip + 2);
	if (header < IPV4_MIN || total < header || total > f->len - ETH_HLEN)
		return false;
	*l4 = (struct l4){ETH_HLEN + header, total - header, ip[9]};
	return (get16(ip + 6) & 0x3fff) == 0; /* no fragment */
}

static bool find_ipv6(const struct frame *f, struct l4 *l4)
{
	const uint8_t *ip = f->data + ETH_HLEN;

	if (f->len < ETH_HLEN + IPV6_LEN)
		return false;
	*l4 = (struct l4){ETH_HLEN + IPV6_LEN, get16(ip + 4), ip[6]};
	return l4->len <= f->len - l4->offset;
}

static bool find_l4(const struct frame *f, struct l4 *l4)
{
	if (f->len < ETH_HLEN)
		return false;
	switch (get16(f->data + 12)) {
	case ETH_P_IP:
		return find_ipv4(f, l4);
	case ETH_P_IPV6:
		return find_ipv6(f, l4);
	default:
		return false;
	}
}

static bool find_tcp(const struct frame *f, struct l4 *l4)
{
	return find_l4(f, l4) && l4->protocol == IPPROTO_TCP && l4->len >= TCP_MIN;
}

bool frame_is_tcp(const struct frame *f)
{
	struct l4 l4;

	return find_tcp(f, &l4);
}

static uint32_t tcp_header(const struct frame *f, const struct l4 *tcp)
{
	return (f->data[tcp->offset + TCP_DOFF] >> 4) * 4U;
}

uint32_t frame_segments(const struct frame *f)
{
	int gso = f->vnet.gso_type & ~VIRTIO_NET_HDR_GSO_ECN;
	uint32_t header, size = f->vnet.gso_size;
	struct l4 tcp;

	if (gso != VIRTIO_NET_HDR_GSO_TCPV4 && gso != VIRTIO_NET_HDR_GSO_TCPV6)
		return 1;
	if (size == 0 || !find_tcp(f, &tcp))
		return 1;
	header = tcp_header(f, &tcp);
	if (header < TCP_MIN || tcp.len <= header)
		return 1;
	return (tcp.len - header + size - 1) / size;
}

/* Lengths and checksums of a frame whose TCP part is `len` bytes long. */
static void finish_segment(struct frame *f, uint32_t tcp_offset, uint32_t len, uint32_t index)
{
	uint8_t *ip = f->data + ETH_HLEN;
	uint8_t *tcp = f->data + tcp_offset;
	uint64_t pseudo = IPPROTO_TCP + len;

	if (ip[0] >> 4 == 4) {
		put16(ip + 2, tcp_offset - ETH_HLEN + len);
		put16(ip + 4, get16(ip + 4) + index);
		put16(ip + 10, 0);
		put16(ip + 10, fold(sum16(ip, tcp_offset - ETH_HLEN, 0)));
		pseudo = sum16(ip + 12, 8, pseudo);
	} else {
		put16(ip + 4, len);
		pseudo = sum16(ip + 8, 32, pseudo);
	}
	put16(tcp + TCP_CHECK, 0);
	put16(tcp + TCP_CHECK, fold(sum16(tcp, len, pseudo)));
}

void frame_segment(const struct frame *src, uint32_t index, struct frame *dst)
{
	struct l4 tcp = {0, 0, 0};
	uint32_t header, payload, from, size;
	uint8_t *out;

	find_tcp(src, &tcp);
	header = tcp_header(src, &tcp);
	payload = tcp.len - header;
	from = index * src->vnet.gso_size;
	size = payload - from < src->vnet.gso_size ? payload - from : src->vnet.gso_size;

	memset(&dst->vnet, 0, sizeof(dst->vnet));
	memcpy(dst->data, src->data, tcp.offset + header);
	memcpy(dst->data + tcp.offset + header, src->data + tcp.offset + header + from, size);
	dst->len = tcp.offset + header + size;

	out = dst->data + tcp.offset;
	put32(out + 4, get32(out + 4) + from);
	if (from + size < payload)
		out[TCP_FLAGS] &= (uint8_t)~FIN_PSH;
	if (index > 0 && src->vnet.gso_type & VIRTIO_NET_HDR_GSO_ECN)
		out[TCP_FLAGS] &= (uint8_t)~CWR; /* RFC 3168 CWR is said once */
	finish_segment(dst, tcp.offset, header + size, index);
}

void frame_copy(const struct frame *src, struct frame *dst)
{
	dst->len = src->len;
	dst->vnet = src->vnet;
	memcpy(dst->data, src->data, src->len);
}

/* The field holds the sum of the pseudo header; the rest of the packet is still to be added. */
static void complete_checksum(struct frame *f)
{
	uint32_t start = f->vnet.csum_start, field = start + f->vnet.csum_offset;
	uint16_t sum;

	if (!(f->vnet.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) || field + 2 > f->len)
		return;
	sum = fold(sum16(f->data + start, f->len - start, 0));
	put16(f->data + field, sum ? sum : 0xffff); /* 0 is "no checksum" in UDP */
	memset(&f->vnet, 0, sizeof(f->vnet));
}

bool frame_corrupt(struct frame *f, uint64_t random)
{
	struct l4 l4;
	uint32_t byte;

	if (f->len <= ETH_HLEN || f->vnet.gso_type != VIRTIO_NET_HDR_GSO_NONE)
		return false;
	complete_checksum(f);
	f->vnet.flags = 0;
	if (find_tcp(f, &l4)) {
		/* A wrong data offset is a malformed header before it is a wrong checksum. */
		byte = (uint32_t)((random >> 8) % (l4.len - 1));
		byte += byte >= TCP_DOFF;
	} else {
		if (!find_l4(f, &l4) || l4.len == 0)
			l4 = (struct l4){ETH_HLEN, f->len - ETH_HLEN, 0};
		byte = (uint32_t)((random >> 8) % l4.len);
	}
	f->data[l4.offset + byte] ^= (uint8_t)(1U << (random & 7));
	return true;
}
