/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_packet.c - fuzzes packet_decode(), and seg_text() and the options of what it finds. */
#include "fuzz.h"

#include "wire/link.h"
#include "wire/packet.h"

/* The first byte of the input chooses one; 12345 is no link type. New ones stand behind, for the corpora. */
static const int link_types[] = {
	LINK_NULL,      LINK_ETHERNET, LINK_RAW,        LINK_LOOP,
	LINK_SLL,       LINK_IPV4,     LINK_IPV6,       LINK_SLL2,
	12345,          LINK_PPP,      LINK_FDDI,       LINK_PPP_HDLC,
	LINK_PPP_ETHER, LINK_C_HDLC,   LINK_IEEE802_11, LINK_IEEE802_11_RADIOTAP,
};

#define LINK_TYPES (sizeof(link_types) / sizeof(link_types[0]))

static void check_text(const struct seg *s)
{
	char whole[512], small[24];
	struct text t = text_into(whole, sizeof(whole)), cut = text_into(small, sizeof(small));

	seg_text(&t, s, s->seq - 7, s->ack);
	seg_text(&cut, s, s->seq - 7, s->ack);
	MUST(strlen(whole) == t.len && t.len < sizeof(whole) - 1);
	MUST(whole[t.len - 1] != ' ');
	MUST(strlen(small) == cut.len && strncmp(whole, small, cut.len) == 0);
}

static void check_addresses(const struct packet *p)
{
	MUST(p->src.addr.family == ADDR_V4 || p->src.addr.family == ADDR_V6);
	MUST(p->src.addr.family == p->dst.addr.family);
	MUST(p->src.addr.scope == 0 && p->dst.addr.scope == 0);
}

static void check_tcp(const struct packet *p, const uint8_t *frame, size_t caplen)
{
	const struct seg *s = &p->seg;
	const uint8_t *end = frame + caplen;

	check_addresses(p);
	MUST(s->opt_len <= TCPOPT_SPACE && s->opt_len % 4 == 0);
	MUST((s->flags & ~0xfff) == 0 && s->ip.flow <= 0xfffff);
	if (p->src.addr.family == ADDR_V4)
		MUST(s->ip.flow == 0);
	else
		MUST(s->ip.id == 0 && !s->ip.df);
	MUST(s->payload == NULL || (s->payload > frame && s->payload < end));
	MUST(s->payload == NULL || s->payload_len > 0);
	/* A checksum can only be judged with all of the payload at hand. */
	if (p->csum != CSUM_UNKNOWN && s->payload_len > 0)
		MUST(s->payload != NULL && (size_t)(end - s->payload) >= s->payload_len);
	check_text(s);
	(void)seg_opts(s);
}

static void check_icmp(const struct packet *p)
{
	check_addresses(p);
	MUST(p->src.port == 0 && p->dst.port == 0);
	MUST(p->icmp.meaning <= ICMP_PARAMETER_PROBLEM);
	MUST(addr_len(&p->icmp.src.addr) != 0);
	MUST(p->icmp.src.addr.family == p->icmp.dst.addr.family);
}

/* Byte 0: the link type. Byte 1: how many bytes more the frame had than were captured. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet p;
	uint8_t *frame;
	int link_type;

	if (size < 2)
		return 0;
	link_type = link_types[data[0] % LINK_TYPES];
	frame = exact_copy(data + 2, size - 2);
	packet_decode(&p, link_type, frame, size - 2, size - 2 + data[1]);
	MUST(p.kind <= PACKET_ICMP);
	MUST(link_known(link_type) || p.kind == PACKET_OTHER);
	if (p.kind == PACKET_TCP)
		check_tcp(&p, frame, size - 2);
	if (p.kind == PACKET_ICMP)
		check_icmp(&p);
	free(frame);
	return 0;
}
