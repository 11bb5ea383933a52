/* SPDX-License-Identifier: BSD-2-Clause */
/* bpf.c - a program for each link type. */
#include "net/bpf.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/link.h"

#define SNAPLEN   262144
#define TYPES_MAX 16 /* link types in one run; more have no program, and so no match */

struct program {
	int link_type;
	bool usable;
	struct bpf_program code;
};

struct bpf {
	char *expression;
	unsigned int count;
	struct program program[TYPES_MAX];
};

/* LINKTYPE_RAW is the one number that files and libpcap do not share. */
static int dlt_of(int link_type)
{
	return link_type == LINK_RAW ? DLT_RAW : link_type;
}

/* `reason` becomes what libpcap says. */
static bool compile(struct program *p, const char *expression, int link_type,
                    char reason[static PCAP_ERRBUF_SIZE])
{
	pcap_t *dead = pcap_open_dead(dlt_of(link_type), SNAPLEN);

	p->link_type = link_type;
	p->usable = false;
	if (dead == NULL)
		return false;
	p->usable = pcap_compile(dead, &p->code, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (!p->usable)
		snprintf(reason, PCAP_ERRBUF_SIZE, "%s", pcap_geterr(dead));
	pcap_close(dead);
	return p->usable;
}

int bpf_new(struct bpf **out, const char *expression, struct err *e)
{
	struct bpf *b = calloc(1, sizeof(*b));
	char reason[PCAP_ERRBUF_SIZE] = "out of memory";

	if (b == NULL || (b->expression = strdup(expression)) == NULL) {
		free(b);
		return err_set(e, ERR_LOCAL, "out of memory");
	}
	b->count = 1;
	if (!compile(&b->program[0], expression, LINK_ETHERNET, reason)) {
		bpf_free(b);
		return err_set(e, ERR_USAGE, "--filter '%s': %s (see pcap-filter(7))", expression,
		               reason);
	}
	*out = b;
	return 0;
}

void bpf_free(struct bpf *b)
{
	if (b == NULL)
		return;
	for (unsigned int i = 0; i < b->count; i++)
		if (b->program[i].usable)
			pcap_freecode(&b->program[i].code);
	free(b->expression);
	free(b);
}

static const struct program *program_for(struct bpf *b, int link_type)
{
	char reason[PCAP_ERRBUF_SIZE];

	for (unsigned int i = 0; i < b->count; i++)
		if (b->program[i].link_type == link_type)
			return &b->program[i];
	if (b->count == TYPES_MAX)
		return NULL;
	compile(&b->program[b->count], b->expression, link_type, reason);
	return &b->program[b->count++];
}

bool bpf_match(struct bpf *b, const struct frame *f)
{
	const struct program *p = program_for(b, f->link_type);
	struct pcap_pkthdr header = {.caplen = f->caplen, .len = f->len};

	return p != NULL && p->usable && pcap_offline_filter(&p->code, &header, f->bytes) != 0;
}
