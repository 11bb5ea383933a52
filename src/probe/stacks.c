/* SPDX-License-Identifier: BSD-2-Clause */
/* stacks.c - compares answers with those of known systems. */
#include "probe/stacks.h"

#include <stddef.h>

#include "probe/check_steps.h"

/* Fewer answers than these are those of many systems. */
#define ANSWERS_MIN 20

/* And a system that differs in more than one of so many is another one. */
#define UNLIKE_MAX 5

static const char *const names[STACKS] = {
	[STACK_LINUX] = "Linux 6.18",   [STACK_LWIP] = "lwIP 2.1",       [STACK_GVISOR] = "gVisor",
	[STACK_SLIRP] = "libslirp 4.7", [STACK_PASST] = "passt of 2023",
};

static const struct {
	uint8_t state;
	const struct step *steps;
	const char *answers; /* a letter for each of enum stack */
} table[] = {
#define STACK(state, segment, answers) {STATE_##state, check_##segment, answers},
#include "probe/stacks.def"
#undef STACK
};

/* The letter of stacks.def for what was seen. */
static char letter_of(uint64_t seen)
{
	static const struct {
		uint64_t bits;
		char letter;
	} letters[] = {
		{SAW_SYN_ACK | SAW_SYN_ACK_AGAIN | SAW_SYN_ACK_ODD, 'S'},
		{SAW_RST, 'R'},
		{SAW_ANY_RST, 'Q'},
		{SAW_ACK_ALL | SAW_ACK_PART, 'n'},
		{SAW_ACK, 'a'},
	};

	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if ((seen & letters[i].bits) != 0)
			return letters[i].letter;
	return '-';
}

struct stacks_match stacks_compare(const struct check_case *c, uint64_t seen)
{
	struct stacks_match m = {.known = 0};
	char got = letter_of(seen);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].state != c->state || table[i].steps != c->check->steps)
			continue;
		for (unsigned int s = 0; s < STACKS; s++) {
			m.known |= (uint8_t)((table[i].answers[s] != '?') << s);
			m.alike |= (uint8_t)((table[i].answers[s] == got) << s);
		}
		break;
	}
	return m;
}

void stacks_add(struct stacks_tally *t, struct stacks_match m)
{
	for (unsigned int s = 0; s < STACKS; s++) {
		t->known[s] = (uint16_t)(t->known[s] + (m.known >> s & 1));
		t->alike[s] = (uint16_t)(t->alike[s] + (m.alike >> s & 1));
	}
}

/* Share of answers that are alike, in thousandths. */
static unsigned int share(const struct stacks_tally *t, unsigned int s)
{
	return t->known[s] < ANSWERS_MIN ? 0 : t->alike[s] * 1000U / t->known[s];
}

void stacks_text(struct text *out, const struct stacks_tally *t)
{
	unsigned int best = 0;

	for (unsigned int s = 1; s < STACKS; s++)
		if (share(t, s) > share(t, best))
			best = s;
	if (share(t, best) == 0)
		return;
	if ((t->known[best] - t->alike[best]) * UNLIKE_MAX > t->known[best])
		text_add(out, "no known system (most like ");
	text_add(out, "%s: %u of %u", names[best], t->alike[best], t->known[best]);
	if ((t->known[best] - t->alike[best]) * UNLIKE_MAX > t->known[best])
		text_add(out, ")");
}
