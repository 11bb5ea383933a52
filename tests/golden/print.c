/* SPDX-License-Identifier: BSD-2-Clause */
/* print.c - feeds the packets of a file to a tracker each connection, and prints what it makes of them. */
#include "print.h"

#include <inttypes.h>
#include <pcap/pcap.h>
#include <string.h>

#include "tcp/close.h"
#include "tcp/track.h"
#include "wire/link.h"
#include "wire/packet.h"

#define FLOWS_MAX  16
#define STATES_MAX 32

struct flow {
	struct endpoint end[2]; /* by enum track_side */
	struct track track;
	enum tcp_state states[2][STATES_MAX];
	unsigned int count[2];
};

struct page {
	FILE *out;
	int link_type;
	unsigned int number, host_rst;
	ns_t first;
	unsigned int flows;
	struct flow flow[FLOWS_MAX];
};

/* --- whose packet is it? --- */

/* The flow of these endpoints, and which of them sent. NULL: there is none. */
static struct flow *find(struct page *p, const struct endpoint *src, const struct endpoint *dst,
                         enum track_side *from)
{
	for (unsigned int i = 0; i < p->flows; i++) {
		for (int side = 0; side < 2; side++) {
			struct flow *f = &p->flow[i];

			if (!endpoint_same(&f->end[side], src) ||
			    !endpoint_same(&f->end[!side], dst))
				continue;
			*from = (enum track_side)side;
			return f;
		}
	}
	return NULL;
}

/* The client is who sends first, unless that is a SYN-ACK. */
static struct flow *find_or_add(struct page *p, const struct packet *packet, enum track_side *from)
{
	struct flow *f = find(p, &packet->src, &packet->dst, from);

	if (f != NULL || p->flows == FLOWS_MAX)
		return f;
	f = &p->flow[p->flows++];
	*from = seg_has(&packet->seg, SEG_SYN | SEG_ACK, 0) ? TRACK_SERVER : TRACK_CLIENT;
	f->end[*from] = packet->src;
	f->end[!*from] = packet->dst;
	track_init(&f->track);
	return f;
}

static void on_change(void *ctx, enum track_side who, enum tcp_state to)
{
	struct flow *f = ctx;

	if (f->count[who] < STATES_MAX)
		f->states[who][f->count[who]++] = to;
}

/* --- packets --- */

static const char *take_name(enum track_take take)
{
	switch (take) {
	case TRACK_TAKEN:
		return "taken";
	case TRACK_DUPLICATE:
		return "duplicate";
	case TRACK_LATE:
		return "late";
	case TRACK_IGNORED:
		return "ignored";
	case TRACK_SPOOFED:
		break;
	}
	return "spoofed";
}

static const char *meaning_name(enum icmp_meaning m)
{
	switch (m) {
	case ICMP_NET_UNREACHABLE:
		return "net unreachable";
	case ICMP_HOST_UNREACHABLE:
		return "host unreachable";
	case ICMP_PORT_UNREACHABLE:
		return "port unreachable";
	case ICMP_ADMIN_PROHIBITED:
		return "prohibited";
	case ICMP_TTL_EXCEEDED:
		return "TTL exceeded";
	case ICMP_PARAMETER_PROBLEM:
		return "parameter problem";
	case ICMP_IGNORED:
		break;
	}
	return "no matter";
}

static const char *endpoint_text(const struct endpoint *e)
{
	static char text[4][ENDPOINT_TEXT_MAX];
	static unsigned int n;

	n = (n + 1) % 4;
	return endpoint_format(e, text[n]);
}

/* Relative to what the tracker knows; to itself where that is nothing, but a reset is absolute there. */
static uint32_t base_of(const struct track_end *e, const struct seg *s, uint32_t number)
{
	if ((e->seen & SEEN_SYN) != 0)
		return e->iss;
	return (s->flags & SEG_RST) != 0 ? 0 : number;
}

static void print_segment(const struct page *p, const struct flow *f, enum track_side from,
                          const struct seg *s)
{
	const struct track_end *self = &f->track.end[from], *peer = &f->track.end[!from];
	char buf[256];
	struct text t = text_into(buf, sizeof(buf));

	seg_text(&t, s, base_of(self, s, s->seq), base_of(peer, s, s->ack));
	fprintf(p->out, " %s", buf);
}

static void print_tcp(struct page *p, const struct packet *packet, ns_t stamp)
{
	enum track_side from = TRACK_CLIENT;
	struct flow *f = find_or_add(p, packet, &from);
	const char *take = "corrupt";

	fprintf(p->out, "tcp %s > %s", endpoint_text(&packet->src), endpoint_text(&packet->dst));
	if (f == NULL) {
		fputs(" | too many connections\n", p->out);
		return;
	}
	if (p->number == p->host_rst)
		track_note_host_rst(&f->track);
	if (!csum_is_wrong(packet->csum))
		take = take_name(track_feed(&f->track, from, &packet->seg, stamp, on_change, f));
	print_segment(p, f, from, &packet->seg);
	fprintf(p->out, " | %s %s | %s\n", state_name(track_state(&f->track, TRACK_CLIENT)),
	        state_name(track_state(&f->track, TRACK_SERVER)), take);
}

static void print_icmp(struct page *p, const struct packet *packet)
{
	const struct icmp_error *e = &packet->icmp;
	enum track_side from = TRACK_CLIENT;
	const struct flow *f = find(p, &e->src, &e->dst, &from);
	char src[ADDR_TEXT_MAX], dst[ADDR_TEXT_MAX];
	bool known = f != NULL && (f->track.end[from].seen & SEEN_SYN) != 0;

	fprintf(p->out, "icmp %s > %s type %u code %u: %s, quotes %s > %s seq %" PRId32 " | %s\n",
	        addr_format(&packet->src.addr, src), addr_format(&packet->dst.addr, dst), e->type,
	        e->code, meaning_name(e->meaning), endpoint_text(&e->src), endpoint_text(&e->dst),
	        known ? (int32_t)(e->seq - f->track.end[from].iss) : 0,
	        f != NULL && track_sent(&f->track, from, e->seq) ? "genuine" : "spoofed");
}

static void print_packet(struct page *p, const struct pcap_pkthdr *h, const u_char *bytes)
{
	ns_t stamp = (ns_t)h->ts.tv_sec * NS_SEC + h->ts.tv_usec;
	struct packet packet;

	if (p->number++ == 0)
		p->first = stamp;
	fprintf(p->out, "%u %.6f ", p->number, (double)(stamp - p->first) / 1e9);
	packet_decode(&packet, p->link_type, bytes, h->caplen, h->len);
	switch (packet.kind) {
	case PACKET_TCP:
		print_tcp(p, &packet, stamp);
		break;
	case PACKET_ICMP:
		print_icmp(p, &packet);
		break;
	case PACKET_OTHER:
		fputs("other\n", p->out);
		break;
	case PACKET_DAMAGED:
		fputs("damaged\n", p->out);
		break;
	}
}

/* --- connections --- */

static void print_states(const struct page *p, const struct flow *f, enum track_side who,
                         const char *name)
{
	fprintf(p->out, "  %s:", name);
	for (unsigned int i = 0; i < f->count[who]; i++)
		fprintf(p->out, " %s", state_name(f->states[who][i]));
	fputc('\n', p->out);
}

static void print_time(const struct page *p, const char *name, ns_t t)
{
	if (t == NS_NONE)
		fprintf(p->out, " %s=null", name);
	else
		fprintf(p->out, " %s=%.3f ms", name, (double)t / 1e6);
}

static void print_flow(const struct page *p, const struct flow *f)
{
	struct close c = close_judge(&f->track);
	const char *first = close_first_name(c.first);

	fprintf(p->out, "%s > %s\n", endpoint_text(&f->end[TRACK_CLIENT]),
	        endpoint_text(&f->end[TRACK_SERVER]));
	print_states(p, f, TRACK_CLIENT, "client");
	print_states(p, f, TRACK_SERVER, "server");
	fprintf(p->out, "  syns=%u", f->track.syn_sent);
	print_time(p, "rtt", track_rtt(&f->track));
	print_time(p, "handshake", track_handshake(&f->track));
	print_time(p, "close", c.duration);
	fprintf(p->out, "\n  close: %s, first: %s, %s%s\n", close_kind_name(c.kind),
	        first == NULL ? "-" : first, close_verdict_name(c.verdict),
	        track_lossy(&f->track) ? ", lossy" : "");
	for (unsigned int i = 0; i < FIND_COUNT; i++) {
		const struct track_finding_info *info = track_finding_info((enum track_finding)i);

		if ((c.findings & 1U << i) != 0)
			fprintf(p->out, "  %s: %s: %s [%s]\n", close_verdict_name(info->verdict),
			        info->id, info->text, info->rule);
	}
}

/* libpcap's DLT_ numbers are those of files but for this. */
static int link_type_of(int dlt)
{
	return dlt == DLT_RAW ? LINK_RAW : dlt;
}

bool print_capture(FILE *out, const char *path, unsigned int host_rst)
{
	static struct page p;
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *in =
		pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error);
	struct pcap_pkthdr *h;
	const u_char *bytes;
	int rc;

	if (in == NULL) {
		fprintf(stderr, "golden: %s\n", error);
		return false;
	}
	memset(&p, 0, sizeof(p));
	p.out = out;
	p.link_type = link_type_of(pcap_datalink(in));
	p.host_rst = host_rst;
	while ((rc = pcap_next_ex(in, &h, &bytes)) == 1)
		print_packet(&p, h, bytes);
	if (rc == PCAP_ERROR)
		fprintf(stderr, "golden: %s: %s\n", path, pcap_geterr(in));
	pcap_close(in);
	for (unsigned int i = 0; i < p.flows; i++)
		print_flow(&p, &p.flow[i]);
	return rc != PCAP_ERROR;
}
