/* SPDX-License-Identifier: BSD-2-Clause */
/* check_matrix.c - numbers of recorded replies are relative: R is the server's RCV.NXT, S its SND.NXT. */
#include "check_matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/check_steps.h"

#define R      1000000000U
#define S      2000000000U
#define WINDOW 65535

bool matrix_read(const char *path, void (*each)(const struct matrix_row *row, void *ctx), void *ctx)
{
	FILE *f = fopen(path, "r");
	char line[1024];

	if (f == NULL)
		return false;
	for (bool header = true; fgets(line, sizeof(line), f) != NULL; header = false) {
		struct matrix_row row = {.state = ""};

		if (!header &&
		    sscanf(line, "%31[^\t]\t%31[^\t]\t%31[^\t]\t%511[^\t]\t%31[^\t]", row.state,
		           row.segment, row.before, row.replies, row.after) == 5)
			each(&row, ctx);
	}
	fclose(f);
	return true;
}

const struct step *matrix_steps(const char *segment)
{
	static const struct {
		const char *name;
		const struct step *steps;
	} stimuli[] = {
#define STIMULUS(name) {#name, check_##name},
		CHECK_STIMULI(STIMULUS)
#undef STIMULUS
	};

	for (size_t i = 0; i < sizeof(stimuli) / sizeof(stimuli[0]); i++)
		if (strcmp(stimuli[i].name, segment) == 0)
			return stimuli[i].steps;
	return NULL;
}

uint16_t matrix_state(const char *name)
{
	for (unsigned int s = 0; s < STATE_COUNT; s++)
		if (strcmp(state_name((enum tcp_state)s), name) == 0)
			return (uint16_t)(1U << s);
	return strcmp(name, "FIN_WAIT_2_ORPHAN") == 0 ? CHECK_ORPHAN : 0;
}

const struct check *matrix_check(const struct matrix_row *row)
{
	for (const struct check *c = NULL; (c = checks_next(c)) != NULL;)
		if (c->steps == matrix_steps(row->segment) &&
		    (c->states & matrix_state(row->state)) != 0)
			return c;
	return NULL;
}

/* --- replies --- */

static bool fin_unacked(const char *state)
{
	return strcmp(state, "LAST_ACK") == 0 || strcmp(state, "FIN_WAIT_1") == 0 ||
	       strcmp(state, "CLOSING") == 0;
}

static uint32_t number(const char *state, struct step_number n)
{
	bool connected = strcmp(state, "LISTEN") != 0 && strcmp(state, "CLOSED") != 0;

	switch ((enum step_base)n.base) {
	case STEP_NONE:
		return 0;
	case STEP_ISS:
		return R - (connected ? 1 : 0) + (uint32_t)n.add;
	case STEP_SND_NXT:
		return R + (uint32_t)n.add;
	case STEP_SND_EDGE:
		return R + WINDOW + (uint32_t)n.add;
	case STEP_RCV_NXT:
		return S + (uint32_t)n.add;
	case STEP_RCV_ACKED:
		return S - (fin_unacked(state) ? 1 : 0) + (uint32_t)n.add;
	}
	return 0;
}

static struct step_sent sent_of(const struct matrix_row *row)
{
	const struct step *s = matrix_steps(row->segment);
	struct seg seg = {.flags = s->flags,
	                  .payload_len = s->data != NULL ? (uint32_t)strlen(s->data) : 0};

	return (struct step_sent){.seq = number(row->state, s->seq),
	                          .ack = number(row->state, s->ack),
	                          .len = seg_len(&seg),
	                          .flags = s->flags,
	                          .snd_nxt = R,
	                          .rcv_nxt = S};
}

/* "S+1", "R-4", "0"; "x" was too far away to be written so. */
static uint32_t relative(const char *s)
{
	if (s[0] == 'S')
		return S + (uint32_t)strtol(s + 1, NULL, 10);
	if (s[0] == 'R')
		return R + (uint32_t)strtol(s + 1, NULL, 10);
	return s[0] == 'x' ? S + 500000000U : 0;
}

static uint16_t flags_of(const char *s)
{
	static const char letters[] = "FSRP.UEW";
	uint16_t set = 0;

	for (; *s != '\0'; s++)
		if (strchr(letters, *s) != NULL)
			set |= (uint16_t)(1U << (strchr(letters, *s) - letters));
	return set;
}

/* ". S+0 ack R+4", "F. S-1 ack R+0 len 5", "S. x ack R+1 <mss 1460>". */
static struct step_reply reply_of(const char *text)
{
	struct step_reply r = {.rcv_nxt = S};
	const char *ack = strstr(text, " ack "), *len = strstr(text, " len ");
	char flags[16] = "", seq[24] = "";

	sscanf(text, "%15s %23s", flags, seq);
	r.flags = flags_of(flags);
	r.seq = relative(seq);
	r.ack = ack != NULL ? relative(ack + 5) : 0;
	r.payload = len != NULL ? (uint32_t)strtoul(len + 5, NULL, 10) : 0;
	return r;
}

uint32_t matrix_seen(const struct matrix_row *row)
{
	struct step_sent sent = sent_of(row);
	uint32_t irs = strcmp(row->state, "SYN_RCVD") == 0 ? S - 1 : S - 3, seen = 0;
	char copy[512], *rest = copy, *one;

	snprintf(copy, sizeof(copy), "%s", row->replies);
	while ((one = strsep(&rest, ";")) != NULL) {
		struct step_reply r;

		while (*one == ' ')
			one++;
		if (*one == '-' || *one == '\0')
			continue;
		r = reply_of(one);
		if (r.flags == SEG_RST && strncmp(one, "R x", 3) == 0)
			r.seq = sent.ack; /* too far from S to be written */
		seen |= check_seen_one(&sent, &r, irs);
	}
	return seen;
}

/* Has the server's end taken our FIN? */
static bool took_fin(const char *before, const char *after)
{
	bool had = strcmp(before, "CLOSING") == 0 || strcmp(before, "LAST-ACK") == 0 ||
	           strcmp(before, "CLOSE-WAIT") == 0 || strcmp(before, "TIME-WAIT") == 0;

	return !had && (strcmp(after, "CLOSE-WAIT") == 0 || strcmp(after, "LAST-ACK") == 0 ||
	                strcmp(after, "TIME-WAIT") == 0);
}

enum check_after matrix_after(const struct matrix_row *row)
{
	uint16_t state = matrix_state(row->state);

	if (row->after[0] == '?' || (state & (CHECK_ORPHAN | IN(LISTEN) | IN(CLOSED))) != 0)
		return AFTER_UNASKED;
	if (strncmp(row->after, "CLOSED", 6) == 0)
		return AFTER_GONE;
	return took_fin(row->before, row->after) ? AFTER_CONSUMED : AFTER_KEPT;
}
