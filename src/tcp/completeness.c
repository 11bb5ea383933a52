/* SPDX-License-Identifier: BSD-2-Clause */
/* completeness.c - bits and a time from flags alone. */
#include "tcp/completeness.h"

void completeness_init(struct completeness *c, bool reused)
{
	*c = (struct completeness){
		.syn = NS_NONE,
		.initial_rtt = NS_NONE,
		.bits = reused ? COMPLETENESS_SYN : 0,
		.begun = reused,
	};
}

static uint8_t bits_of(const struct seg *s)
{
	bool syn = (s->flags & SEG_SYN) != 0, ack = (s->flags & SEG_ACK) != 0;
	uint8_t bits = 0;

	if (syn && ack)
		bits |= COMPLETENESS_SYN_ACK;
	if (ack && !syn)
		bits |= s->payload_len > 0 ? COMPLETENESS_DATA : COMPLETENESS_ACK;
	if (ack && (s->flags & SEG_FIN) != 0)
		bits |= COMPLETENESS_FIN;
	if ((s->flags & SEG_RST) != 0)
		bits |= COMPLETENESS_RST;
	return bits;
}

/* Data in a SYN counts here (Fast Open), and nowhere else. */
static void feed_first(struct completeness *c, const struct seg *s)
{
	c->begun = true;
	if (seg_has(s, SEG_SYN, SEG_ACK))
		c->bits = COMPLETENESS_SYN | (s->payload_len > 0 ? COMPLETENESS_DATA : 0);
	else
		c->first = bits_of(s);
}

void completeness_feed(struct completeness *c, const struct seg *s, ns_t stamp)
{
	if (!c->begun)
		feed_first(c, s);
	else
		c->bits |= bits_of(s) | c->first;
	if (seg_has(s, SEG_SYN, SEG_ACK))
		c->syn = stamp;
	else if (seg_has(s, SEG_ACK, SEG_SYN) && c->initial_rtt == NS_NONE && c->syn != NS_NONE &&
	         stamp != c->syn)
		c->initial_rtt = stamp - c->syn;
}

const char *completeness_label(uint8_t bits)
{
	switch (bits) {
	case 1:
		return "Incomplete, SYN_SENT";
	case 3:
		return "Incomplete, CLIENT_ESTABLISHED";
	case 7:
		return "Incomplete, ESTABLISHED";
	case 15:
		return "Incomplete, DATA";
	case 31:
	case 47:
	case 63:
		return "Complete, WITH_DATA";
	case 23:
	case 39:
	case 55:
		return "Complete, NO_DATA";
	default:
		return "Incomplete";
	}
}
