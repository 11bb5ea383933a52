/* SPDX-License-Identifier: BSD-2-Clause */
/* seg.c - questions about a segment and its text forms. */
#include "wire/seg.h"

#include <assert.h>
#include <string.h>

/* Letters in packetdrill's order; ACK is the dot at the end. */
static const struct {
	uint16_t bit;
	char letter;
	const char *name;
} flags[] = {
	{SEG_FIN, 'F', "fin"}, {SEG_SYN, 'S', "syn"}, {SEG_RST, 'R', "rst"},
	{SEG_PSH, 'P', "psh"}, {SEG_URG, 'U', "urg"}, {SEG_ECE, 'E', "ece"},
	{SEG_CWR, 'W', "cwr"}, {SEG_AE, 'A', "ae"},   {SEG_ACK, '.', "ack"},
};

#define FLAG_COUNT (sizeof(flags) / sizeof(flags[0]))

uint32_t seg_len(const struct seg *s)
{
	uint32_t len = s->payload_len;

	if ((s->flags & SEG_SYN) != 0)
		len++;
	if ((s->flags & SEG_FIN) != 0)
		len++;
	return len;
}

bool seg_has(const struct seg *s, unsigned int set, unsigned int clear)
{
	return (s->flags & set) == set && (s->flags & clear) == 0;
}

struct tcpopts seg_opts(const struct seg *s)
{
	return tcpopt_decode(s->opt, s->opt_len);
}

void seg_set_opts(struct seg *s, const struct wr *w)
{
	size_t len = wr_len(w);
	size_t pad = -len & 3;

	assert(wr_ok(w) && len + pad <= TCPOPT_SPACE);
	memset(s->opt, TCPOPT_KIND_NOP, pad);
	memcpy(s->opt + pad, w->start, len);
	s->opt_len = (uint8_t)(len + pad);
}

void seg_flags_text(struct text *t, uint16_t set)
{
	bool any = false;

	for (size_t i = 0; i < FLAG_COUNT; i++) {
		if ((set & flags[i].bit) == 0)
			continue;
		text_add(t, "%c", flags[i].letter);
		any = true;
	}
	if (!any)
		text_add(t, "-");
}

void seg_text(struct text *t, const struct seg *s, uint32_t seq_base, uint32_t ack_base)
{
	uint32_t seq = s->seq - seq_base;

	seg_flags_text(t, s->flags);
	text_add(t, " %u:%u(%u)", seq, seq + s->payload_len, s->payload_len);
	if ((s->flags & SEG_ACK) != 0)
		text_add(t, " ack %u", s->ack - ack_base);
	text_add(t, " win %u", s->win);
	if ((s->flags & SEG_URG) != 0)
		text_add(t, " urg %u", s->urg);
	if (s->opt_len > 0 && s->opt[0] != TCPOPT_KIND_EOL) {
		text_add(t, " ");
		tcpopt_text(t, s->opt, s->opt_len);
	}
}

static bool flag_find(const char *name, size_t len, uint16_t *bit)
{
	for (size_t i = 0; i < FLAG_COUNT; i++) {
		if (strlen(flags[i].name) == len && strncmp(flags[i].name, name, len) == 0) {
			*bit = flags[i].bit;
			return true;
		}
	}
	*bit = 0;
	return len == 4 && strncmp(name, "none", 4) == 0;
}

bool seg_flags_parse(const char *s, uint16_t *out)
{
	uint16_t set = 0;

	for (;;) {
		size_t len = strcspn(s, ",");
		uint16_t bit;

		if (!flag_find(s, len, &bit))
			return false;
		set |= bit;
		if (s[len] == '\0')
			break;
		s += len + 1;
	}
	*out = set;
	return true;
}
