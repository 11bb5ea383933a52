/* SPDX-License-Identifier: BSD-2-Clause */
/* check_seen.c - from the numbers of a reply to what it amounts to. */
#include "probe/check_seen.h"

#include "probe/check_isn.h"
#include "tcp/seq.h"

static uint64_t seen_rst(const struct step_sent *sent, const struct step_reply *r)
{
	bool has_ack = (r->flags & SEG_ACK) != 0;
	bool exact = r->seq == sent->ack || r->seq == r->rcv_nxt;

	if (!has_ack)
		return exact ? SAW_RST : SAW_RST_ODD;
	if (r->seq == 0 && r->ack == sent->seq + sent->len)
		return SAW_RST_ACK;
	if (exact)
		return SAW_RST_BOTH;
	return SAW_RST_ODD;
}

/* What the SYN-ACK carries, against what the SYN did. */
static uint64_t seen_offer(const struct step_sent *sent, const struct step_reply *r)
{
	const uint16_t tfo = stepper_option(TCPOPT_KIND_TFO),
		       mptcp = stepper_option(TCPOPT_KIND_MPTCP);
	const uint16_t asked =
		(uint16_t)(stepper_option(TCPOPT_KIND_WSCALE) | stepper_option(TCPOPT_KIND_SACKOK) |
	                   stepper_option(TCPOPT_KIND_TS) | tfo | mptcp);

	return ((r->flags & SEG_ECE) != 0 ? SAW_ECE : 0) |
	       ((r->flags & SEG_CWR) != 0 ? SAW_CWR : 0) | (r->ecn != 0 ? SAW_ECT : 0) |
	       ((r->opt_kinds & tfo) != 0 ? SAW_TFO : 0) |
	       ((r->opt_kinds & mptcp) != 0 ? SAW_MPTCP : 0) |
	       ((r->opt_kinds & asked & ~sent->opt_kinds) != 0 ? SAW_UNASKED : 0);
}

/*
 * The ISN of a new connection is above the largest number of the one before (RFC 9293 MAY-2). `irs` is 0
 * where there was none.
 */
static bool isn_is_low(const struct step_sent *sent, const struct step_reply *r, uint32_t irs)
{
	bool used = irs != 0 && seq_lt(irs + 1, sent->rcv_nxt);

	return used && r->seq != irs && seq_lt(r->seq, sent->rcv_nxt);
}

static uint64_t seen_syn_ack(const struct step_sent *sent, const struct step_reply *r, uint32_t irs)
{
	uint64_t set = 0;
	bool answers = (sent->flags & SEG_SYN) != 0 && seq_lt(sent->seq, r->ack) &&
	               seq_le(r->ack, sent->seq + sent->len);

	if (r->seq == irs && r->rcv_nxt == irs + 1)
		return SAW_SYN_ACK_AGAIN;
	if (!answers)
		return r->seq == irs ? SAW_SYN_ACK_AGAIN : SAW_SYN_ACK_ODD;
	if (isn_is_low(sent, r, irs))
		set |= SAW_ISN_LOW;
	if (sent->len > 1 && r->ack == sent->seq + sent->len)
		set |= SAW_ACK_ALL;
	return set | SAW_SYN_ACK | seen_offer(sent, r);
}

static uint64_t seen_ack(const struct step_sent *sent, const struct step_reply *r)
{
	uint32_t end = sent->seq + sent->len;
	bool bare = r->payload == 0 && (r->flags & SEG_FIN) == 0;

	if ((r->flags & SEG_ACK) == 0)
		return 0;
	if (r->ack == sent->snd_nxt)
		return bare ? SAW_ACK : 0; /* data and FINs carry it anyway */
	if (seq_lt(r->ack, sent->snd_nxt))
		return bare ? SAW_ACK_ODD : 0; /* sent before ours arrived */
	if (seq_lt(end, r->ack))
		return SAW_ACK_ODD;
	return r->ack == end ? SAW_ACK_ALL : SAW_ACK_PART;
}

static uint64_t seen_text(const struct step_sent *sent, const struct step_reply *r)
{
	const uint16_t of_syn =
		(uint16_t)(stepper_option(TCPOPT_KIND_MSS) | stepper_option(TCPOPT_KIND_WSCALE) |
	                   stepper_option(TCPOPT_KIND_SACKOK));
	uint64_t set = 0;

	if (r->payload > 0)
		set |= SAW_DATA;
	if ((r->flags & SEG_FIN) != 0)
		set |= seq_lt(r->seq + r->payload, r->rcv_nxt) ? SAW_FIN_AGAIN : SAW_FIN;
	if ((r->opt_kinds & of_syn) != 0)
		set |= SAW_SYN_OPTION;
	if (sent->window_0 && r->payload > 1)
		set |= SAW_BEYOND;
	return set;
}

uint64_t check_seen_one(const struct step_sent *sent, const struct step_reply *r, uint32_t irs)
{
	if ((r->flags & SEG_RST) != 0)
		return seen_rst(sent, r);
	if ((r->flags & (SEG_SYN | SEG_ACK)) == (SEG_SYN | SEG_ACK))
		return seen_syn_ack(sent, r, irs);
	return seen_ack(sent, r) | seen_text(sent, r);
}

/* --- what several replies, or the agreed options, show --- */

static uint64_t seen_agreed(const struct stepper *st, const struct step_reply *r)
{
	uint64_t set = 0;

	if (st->ts_on && (r->opt_kinds & stepper_option(TCPOPT_KIND_TS)) == 0 &&
	    (r->flags & SEG_RST) == 0)
		set |= SAW_NO_TS;
	if (st->ts_on && (r->opt_kinds & stepper_option(TCPOPT_KIND_TS)) != 0 &&
	    (r->flags & SEG_RST) != 0)
		set |= SAW_RST_TS;
	if ((r->opt_kinds & stepper_option(TCPOPT_KIND_SACK)) != 0)
		set |= SAW_SACK;
	if (r->payload > st->mss_told)
		set |= r->whole ? SAW_LARGE : SAW_JOINED;
	return set;
}

/* Was all of ours first acknowledged by a FIN? */
static uint64_t seen_merged(const struct step_sent *sent, const struct step_reply *r, uint64_t set)
{
	bool all = (r->flags & SEG_ACK) != 0 && sent->len > 0 && r->ack == sent->seq + sent->len;

	return all && (set & SAW_ACK_ALL) == 0 && (r->flags & SEG_FIN) != 0 ? SAW_MERGED : 0;
}

uint64_t check_seen(const struct stepper *st, uint8_t part)
{
	uint64_t set = 0;
	uint32_t payload = 0;
	double rate;

	for (uint8_t i = 0; i < st->reply_count; i++) {
		const struct step_reply *r = &st->reply[i];
		const struct step_sent *sent = st->sent_count > 0 ? &st->sent[r->sent] : &st->last;

		if (r->part != part)
			continue;
		payload += r->payload;
		set |= seen_merged(sent, r, set);
		set |= check_seen_one(sent, r, st->irs) | seen_agreed(st, r);
	}
	if (payload > st->mss_told)
		set |= SAW_MUCH;
	if (!st->sack_on)
		set |= SAW_NO_SACK;
	if (check_isn_clock(st, part, &rate))
		set |= SAW_ISN_CLOCK;
	if (st->repeats >= 2)
		set |= SAW_REPEATS | (st->backs_off ? SAW_BACKOFF : 0);
	return st->sent_count > 0 ? set : set & ~(uint64_t)SAW_ANY_ACK; /* nothing to acknowledge */
}

void check_seen_text(struct text *t, uint64_t seen)
{
	static const struct {
		uint64_t bit;
		const char *name;
	} names[] = {
		{SAW_SYN_ACK, "SYN-ACK"},
		{SAW_SYN_ACK_AGAIN, "the SYN-ACK again"},
		{SAW_SYN_ACK_ODD, "SYN-ACK of something else"},
		{SAW_ISN_LOW, "ISN too low"},
		{SAW_ACK, "ACK"},
		{SAW_ACK_ALL, "ACK of all"},
		{SAW_ACK_PART, "ACK of a part"},
		{SAW_ACK_ODD, "ACK of something else"},
		{SAW_DATA, "data"},
		{SAW_LARGE, "larger than the MSS"},
		{SAW_JOINED, "segments joined on their way up"},
		{SAW_BEYOND, "beyond the window"},
		{SAW_FIN, "FIN"},
		{SAW_FIN_AGAIN, "FIN again"},
		{SAW_REPEATS, "repeated"},
		{SAW_BACKOFF, "with backoff"},
		{SAW_RST, "RST"},
		{SAW_RST_ACK, "RST,ACK"},
		{SAW_RST_BOTH, "RST,ACK of a connection"},
		{SAW_RST_ODD, "RST with other numbers"},
		{SAW_RST_TS, "with timestamps"},
		{SAW_SACK, "with SACK"},
		{SAW_NO_TS, "no timestamps"},
		{SAW_SYN_OPTION, "option of a SYN"},
		{SAW_UNASKED, "option that was not asked for"},
		{SAW_ECE, "ECE"},
		{SAW_CWR, "CWR"},
		{SAW_TFO, "Fast Open cookie"},
		{SAW_MPTCP, "MPTCP"},
		{SAW_ECT, "ECN-capable"},
		{SAW_SILENCE, "silence"},
	};
	bool any = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((seen & names[i].bit) == 0)
			continue;
		text_add(t, "%s%s", any ? ", " : "", names[i].name);
		any = true;
	}
	if (!any)
		text_add(t, "silence");
}
