/* SPDX-License-Identifier: BSD-2-Clause */
/* connstate.c - two small state machines and the letters of what passed. */
#include "tcp/connstate.h"

#include <ctype.h>
#include <string.h>

#include "tcp/seq.h"

/* Bits of connstate.letters. */
enum letter {
	LETTER_S,
	LETTER_H,
	LETTER_F,
	LETTER_R,
	LETTER_A,
	LETTER_D,
	LETTER_I,
	LETTER_Q,
};

static const char letter_chars[] = "SHFRADIQ";

/* Of connstate.repeats. */
enum counted {
	COUNTED_DAMAGED,
	COUNTED_REPEATED,
	COUNTED_WINDOW_0,
};

static const char counted_chars[] = "CTW";

void connstate_init(struct connstate *c, bool flipped)
{
	memset(c, 0, sizeof(*c));
	if (flipped)
		c->history[c->len++] = '^';
}

/* --- letters --- */

static void put(struct connstate *c, enum track_side from, char letter)
{
	if (c->len < CONNSTATE_HISTORY_MAX)
		c->history[c->len++] =
			(char)(from == TRACK_CLIENT ? letter : tolower((unsigned char)letter));
}

/* Each kind once an end; S, H, F and R once more for another sequence number. S and H are one kind. */
static void note(struct connstate *c, enum track_side from, enum letter what, uint32_t seq)
{
	unsigned int kind = what <= LETTER_H ? 1U << LETTER_S | 1U << LETTER_H : 1U << what;
	bool had = (c->letters[from] & kind) != 0;
	bool numbered = what <= LETTER_R;
	uint8_t slot = what == LETTER_S ? 0 : (uint8_t)(what - 1);

	if (had && (!numbered || c->last[from][slot] == seq))
		return;
	if (numbered)
		c->last[from][slot] = seq;
	c->letters[from] |= (uint8_t)(1U << what);
	put(c, from, letter_chars[what]);
}

/* At the first, the tenth and the hundredth. */
static void count(struct connstate *c, enum track_side from, enum counted what)
{
	uint8_t n = c->repeats[from][what];

	if (n == UINT8_MAX)
		return;
	c->repeats[from][what] = ++n;
	while (n >= 10 && n % 10 == 0)
		n /= 10;
	if (n == 1)
		put(c, from, counted_chars[what]);
}

static void note_flags(struct connstate *c, enum track_side from, const struct seg *s)
{
	bool syn = (s->flags & SEG_SYN) != 0, fin = (s->flags & SEG_FIN) != 0,
	     rst = (s->flags & SEG_RST) != 0;

	if (syn + fin + rst > 1)
		note(c, from, fin && rst ? LETTER_I : LETTER_Q, s->seq);
	else if (syn)
		note(c, from, (s->flags & SEG_ACK) != 0 ? LETTER_H : LETTER_S, s->seq);
	else if (fin)
		note(c, from, LETTER_F, s->seq + s->payload_len);
	else if (rst)
		note(c, from, LETTER_R, s->seq);
	else if (s->payload_len > 0)
		note(c, from, LETTER_D, s->seq);
	else if ((s->flags & SEG_ACK) != 0)
		note(c, from, LETTER_A, s->seq);
}

/* What the sequence numbers show: sent again, or something before it missing. */
static void note_sequence(struct connstate *c, enum track_side from, const struct seg *s)
{
	uint32_t end = s->seq + seg_len(s);
	bool known = c->end[from] != CONNSTATE_INACTIVE;

	if (known && s->payload_len > 0 && seq_le(s->seq + s->payload_len, c->top[from]))
		count(c, from, COUNTED_REPEATED);
	if (!known || seq_lt(c->top[from], end))
		c->top[from] = end;
}

static void note_window(struct connstate *c, enum track_side from, enum track_side to,
                        const struct seg *s)
{
	if (s->win == 0 && (s->flags & SEG_RST) == 0 && c->end[to] != CONNSTATE_CLOSED &&
	    c->end[from] != CONNSTATE_RESET)
		count(c, from, COUNTED_WINDOW_0);
}

/* --- states --- */

static void set(struct connstate *c, enum track_side who, enum connstate_end to)
{
	if (to == CONNSTATE_RESET && c->end[who] == CONNSTATE_CLOSED)
		c->closed |= (uint8_t)(1U << who);
	c->end[who] = (uint8_t)to;
}

static void first_syn(struct connstate *c, enum track_side from, enum track_side to, uint16_t flags)
{
	if (from == TRACK_CLIENT) {
		set(c, from, (flags & SEG_ACK) != 0 ? CONNSTATE_SYN_ACK_SENT : CONNSTATE_SYN_SENT);
		return;
	}
	set(c, from, CONNSTATE_ESTABLISHED);
	if (c->end[to] == CONNSTATE_SYN_SENT)
		set(c, to, CONNSTATE_ESTABLISHED);
}

/* Each flag has its effect, in this order. */
static void inactive(struct connstate *c, enum track_side from, enum track_side to, uint16_t flags)
{
	if ((flags & SEG_SYN) != 0)
		first_syn(c, from, to, flags);
	if ((flags & SEG_FIN) != 0)
		set(c, from, CONNSTATE_CLOSED);
	if ((flags & SEG_RST) != 0)
		set(c, from, CONNSTATE_RESET);
	if (c->end[from] == CONNSTATE_INACTIVE)
		set(c, from,
		    (flags & SEG_ACK) != 0 && c->end[to] == CONNSTATE_ESTABLISHED
		            ? CONNSTATE_ESTABLISHED
		            : CONNSTATE_PARTIAL);
}

static void asked(struct connstate *c, enum track_side from, uint16_t flags)
{
	if ((flags & SEG_FIN) != 0)
		set(c, from, CONNSTATE_CLOSED);
	if ((flags & SEG_RST) != 0)
		set(c, from, CONNSTATE_RESET);
}

static void active(struct connstate *c, enum track_side from, enum track_side to, uint16_t flags)
{
	if (c->end[from] == CONNSTATE_PARTIAL && c->end[to] == CONNSTATE_INACTIVE &&
	    (flags & (SEG_SYN | SEG_ACK)) == SEG_SYN)
		set(c, from, CONNSTATE_SYN_SENT);
	if ((flags & SEG_RST) != 0) {
		set(c, from, CONNSTATE_RESET);
	} else if ((flags & SEG_FIN) != 0) {
		set(c, from, CONNSTATE_CLOSED);
		if (c->end[to] == CONNSTATE_RESET && (c->closed & 1U << to) != 0)
			c->end[to] = CONNSTATE_CLOSED; /* after both FINs its reset is none */
	}
}

static void step(struct connstate *c, enum track_side from, enum track_side to, const struct seg *s)
{
	bool bare = s->payload_len == 0 && (s->flags & (SEG_SYN | SEG_FIN | SEG_RST)) == 0;

	switch ((enum connstate_end)c->end[from]) {
	case CONNSTATE_INACTIVE:
		if (!(bare && from == TRACK_SERVER && c->end[to] == CONNSTATE_SYN_SENT))
			inactive(c, from, to, s->flags);
		break;
	case CONNSTATE_SYN_SENT:
	case CONNSTATE_SYN_ACK_SENT:
		asked(c, from, s->flags);
		break;
	case CONNSTATE_PARTIAL:
	case CONNSTATE_ESTABLISHED:
		active(c, from, to, s->flags);
		break;
	case CONNSTATE_CLOSED:
		if ((s->flags & SEG_RST) != 0 && c->end[to] != CONNSTATE_CLOSED)
			set(c, from, CONNSTATE_RESET);
		break;
	case CONNSTATE_RESET:
		break;
	}
}

void connstate_feed(struct connstate *c, enum track_side from, const struct seg *s, bool damaged)
{
	enum track_side to = from == TRACK_CLIENT ? TRACK_SERVER : TRACK_CLIENT;

	if (damaged) {
		count(c, from, COUNTED_DAMAGED);
		return;
	}
	note_flags(c, from, s);
	note_window(c, from, to, s);
	note_sequence(c, from, s);
	c->data[from] = c->data[from] || s->payload_len > 0;
	step(c, from, to, s);
}

/* --- the name of both states --- */

static bool one_way(uint8_t end)
{
	return end == CONNSTATE_INACTIVE || end == CONNSTATE_PARTIAL;
}

/* A SYN, then a reset of its sender, and nothing of the other end between them. */
static bool syn_then_reset(const struct connstate *c)
{
	const char *h = c->history + (c->history[0] == '^');
	const char *reset = strchr(h, 'R');

	if (*h != 'S' || reset == NULL)
		return false;
	return strcspn(h, "HAFGIQ") > (size_t)(reset - h);
}

static const char *reset_name(const struct connstate *c, uint8_t o, uint8_t r)
{
	bool silent = !c->data[TRACK_CLIENT] && !c->data[TRACK_SERVER];

	if (r == CONNSTATE_RESET) {
		if (o == CONNSTATE_SYN_SENT || o == CONNSTATE_SYN_ACK_SENT ||
		    (o == CONNSTATE_RESET && silent))
			return "REJ";
		return one_way(o) ? "RSTRH" : "RSTR";
	}
	if (one_way(r))
		return syn_then_reset(c) ? "RSTOS0" : "OTH";
	return "RSTO";
}

const char *connstate_name(const struct connstate *c)
{
	uint8_t o = c->end[TRACK_CLIENT], r = c->end[TRACK_SERVER];

	if (o == CONNSTATE_RESET || r == CONNSTATE_RESET)
		return reset_name(c, o, r);
	if (o == CONNSTATE_CLOSED && r == CONNSTATE_CLOSED)
		return "SF";
	if (o == CONNSTATE_CLOSED)
		return one_way(r) ? "SH" : "S2";
	if (r == CONNSTATE_CLOSED)
		return one_way(o) ? "SHR" : "S3";
	if (o == CONNSTATE_SYN_SENT && r == CONNSTATE_INACTIVE)
		return "S0";
	return o == CONNSTATE_ESTABLISHED && r == CONNSTATE_ESTABLISHED ? "S1" : "OTH";
}
