/* SPDX-License-Identifier: BSD-2-Clause */
/* text_cookies.c - a look for SYN cookies in words for people who have not read how it works. */
#include <stdio.h>
#include <string.h>

#include "report/text.h"

/* --- evidence --- */

struct phrase {
	const char *test, *result, *text;
};

static const struct phrase phrases[] = {
	{"second-syn", "syn-ack",
         "a second SYN, without a reset before, got a SYN-ACK of its own: no half-open connection "
         "was kept"},
	{"second-syn", "challenge-ack",
         "a second SYN got a challenge ACK: the half-open connection of the first was there"},
	{"second-syn", "same-syn-ack",
         "a second SYN got the first SYN-ACK again: the half-open connection of the first was "
         "there"},
	{"second-syn", "rst", "a second SYN got a reset"},
	{"second-syn", "silence", "a second SYN got no answer"},
	{"isn", "linear", "the server's sequence numbers follow ours exactly, as a cookie's do"},
	{"isn", "linear-once", "the server's sequence numbers follow ours in one pair of answers"},
	{"isn", "linear-and-stepped",
         "they follow ours in one pair; in the other a cookie's minute went by"},
	{"isn", "stepped", "they may follow ours, with a cookie's minute gone by"},
	{"isn", "clock",
         "the server's sequence numbers follow a clock of 64 ns, as Linux's do without cookies"},
	{"isn", "unrelated", "the server's sequence numbers follow neither ours nor a clock"},
	{"options", "lost",
         "SACK and window scale, offered without timestamps, are lost, as in a cookie"},
	{"options", "kept", "SACK or window scale, offered without timestamps, are kept"},
	{"options", "changed", "SACK and window scale came in one SYN-ACK and not in the other"},
	{"mss-index", "as-table", "another MSS moves the sequence number as Linux's table says"},
	{"mss-index", "other", "another MSS moves the sequence number, not as Linux's table says"},
	{"mss-index", "none", "another MSS does not move the sequence number"},
	{"window", "zero",
         "the SYN-ACK has window 0: who sent it has no connection to a server yet"},
	{"window", "open", "the SYN-ACK has an open window, as of a host"},
	{"bare-syn", "mss", "a SYN without options got an MSS, as from the kernel's XDP program"},
	{"bare-syn", "no-mss", "a SYN without options got none, as from netfilter's SYNPROXY"},
	{"options-with-timestamps", "kept", "with timestamps SACK or window scale are kept"},
	{"options-with-timestamps", "lost", "with timestamps SACK and window scale are lost, too"},
	{"ts-bits", "match",
         "the low bits of the timestamps repeat what was offered, as in a cookie"},
	{"ts-bits", "mismatch", "the low bits of the timestamps do not repeat what was offered"},
	{"ack", "ack", "an ACK far outside the window was answered by a half-open connection"},
	{"ack", "rst",
         "an ACK far outside the window got a reset: no half-open connection was kept"},
	{"ack", "silence", "an ACK far outside the window got no answer"},
	{"same-syn", "same-isn", "the same SYN got the same sequence number after a reset"},
	{"same-syn", "new-isn", "the same SYN got another sequence number after a reset"},
	{"bsd", "match",
         "the sequence numbers decode to what was offered, as FreeBSD's and pf's do"},
	{"bsd", "mismatch", "the sequence numbers do not decode as FreeBSD's and pf's do"},
	{"trivial", "constant", "on every port the sequence number is ours plus one constant"},
	{"trivial", "differs",
         "on another port the sequence number is not ours plus the same constant"},
	{"silence", "never-repeated", "the SYN-ACK was not sent again"},
	{"silence", "repeated", "the SYN-ACK was sent again: its sender remembers the SYN"},
	{"prove", "accepted",
         "a bare ACK opened a connection after a reset: only a cookie can do that"},
	{"prove", "refused", "a bare ACK after a reset was refused"},
	{"prove", "silence", "a bare ACK after a reset was not answered"},
	{"load", "not-run",
         "no load was put on: that is for a server seen to keep half-open connections"},
	{"load", "cookies",
         "under load cookies appeared, at that SYN: on Linux its number is the backlog and 2"},
	{"load", "options-lost", "under load options were lost, but no cookie was proved"},
	{"load", "dropped",
         "under load SYNs were dropped from that one on: on Linux its number is the backlog and 2"},
	{"load", "no-answer",
         "nothing was answered from that SYN on, nor after the resets, which may not have "
         "arrived: the path, a filter or the server"},
	{"load", "refused", "under load a SYN was reset"},
	{"load", "slowed", "under load answers became slow: the ramp was ended"},
	{"load", "no-switch", "up to that many half-open connections SYNs were answered as before"},
	{"load", "interrupted", "the run ended before the ramp did"},
};

static const char *phrase(const struct evidence_record *e)
{
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (strcmp(phrases[i].test, e->test) == 0 &&
		    strcmp(phrases[i].result, e->result) == 0)
			return phrases[i].text;
	return e->result;
}

static void evidence(struct report *r, const struct cookies_record *c,
                     const struct evidence_record *e)
{
	const struct field_number *n = e->detail.items;

	text_prefix(r, c->time, c->address, c->port);
	fprintf(r->out, "  %s %s: %s", e->test, e->result, phrase(e));
	for (uint32_t i = 0; i < e->detail.count; i++) {
		char number[FIELD_NUMBER_MAX];

		field_double_text(number, n[i].value);
		fprintf(r->out, "%s%s=%s", i == 0 ? " [" : " ", n[i].name, number);
	}
	fputs(e->detail.count > 0 ? "]\n" : "\n", r->out);
}

/* --- what it means --- */

struct meaning {
	const char *verdict;
	const char *implementation; /* NULL: any other */
	const char *load;           /* the result of --load; NULL: any other, or none */
	const char *is, *is_not;
};

static const struct meaning meanings[] = {
	{"active", "linux", "cookies",
         "Under this load Linux answers SYNs with cookies; without it, it kept half-open "
         "connections.",
         "that cookies were in use before, or are now."},
	{"active", "linux", NULL,
         "Linux answers SYNs with cookies now: its queue for SYNs is full, or tcp_syncookies is 2. "
         "Connections opened meanwhile without timestamps lose window scale and SACK.",
         "that it is attacked: a small backlog overflows by ordinary load."},
	{"active", "freebsd", NULL,
         "FreeBSD answers SYNs with cookies alone: its SYN cache overflowed, or is switched off.",
         "that it is attacked, or that this lasts."},
	{"active", "pf", NULL,
         "pf answers SYNs with cookies, on the host or on a firewall before it.",
         "that a server listens on this port."},
	{"active", NULL, NULL,
         "Something answers SYNs without keeping anything, and knows its answers again.",
         "that it is attacked; which system does that is not known."},
	{"proxy", NULL, NULL,
         "A box before the server, or the server's own firewall, answers SYNs with cookies. The "
         "server hears of a connection only once its handshake is complete.",
         "that a server listens on this port. Whether it uses cookies itself cannot be seen."},
	{"not-active-now", NULL, "dropped",
         "The server kept half-open connections for our SYNs. When its queue for them was full it "
         "dropped SYNs: it used no cookies then, either.",
         "that it never will: they can be switched on at any time."},
	{"not-active-now", NULL, "no-answer",
         "The server kept half-open connections for our SYNs, until nothing was answered any more.",
         "that its queue was full, or that cookies are disabled: look again."},
	{"not-active-now", NULL, "no-switch",
         "The server kept half-open connections for our SYNs, as many as it was sent.",
         "that cookies are disabled: its queue for SYNs holds more than that."},
	{"not-active-now", NULL, NULL,
         "The server kept a half-open connection for our SYN: it used no cookies for it.",
         "that cookies are disabled: most systems use them only when the queue for SYNs is full "
         "(--load tries that)."},
	{"capable", NULL, NULL,
         "The server keeps half-open connections, but its sequence numbers are valid cookies: it "
         "can do without them at any time.",
         "that it does so now."},
	{"intermittent", NULL, NULL,
         "Some SYNs were answered with cookies and others were not: the queue for SYNs is at its "
         "limit, or several servers share the address.",
         "that cookies are always or never in use: look again, with -c."},
	{"inconclusive", NULL, NULL, "The evidence does not allow a verdict.",
         "that there are no cookies."},
};

static bool is_any_or(const char *wanted, const char *is)
{
	return wanted == NULL || strcmp(wanted, is) == 0;
}

static const struct meaning *meaning(const struct cookies_record *c)
{
	const struct meaning *m = meanings;
	const char *load = "";

	for (uint32_t i = 0; i < c->evidence.count; i++)
		if (strcmp(c->evidences[i].test, "load") == 0)
			load = c->evidences[i].result;
	while (strcmp(m->verdict, c->verdict) != 0 ||
	       !is_any_or(m->implementation, c->implementation) || !is_any_or(m->load, load))
		m++;
	return m;
}

static void means(struct report *r, const struct cookies_record *c)
{
	const struct meaning *m = meaning(c);

	if (strcmp(c->state, "open") != 0)
		return; /* of a port that is not open nothing can be said */
	text_prefix(r, c->time, c->address, c->port);
	fprintf(r->out, "  means: %s\n", m->is);
	text_prefix(r, c->time, c->address, c->port);
	fprintf(r->out, "  does not mean: %s\n", m->is_not);
}

/* --- the record --- */

static enum text_color color_of(const struct cookies_record *c)
{
	if (strcmp(c->verdict, "inconclusive") == 0)
		return TEXT_RED;
	return strcmp(c->verdict, "intermittent") == 0 ? TEXT_YELLOW : TEXT_GREEN;
}

static void segments(struct report *r, const struct cookies_record *c)
{
	const struct segment_record *s = c->segments.items;

	for (uint32_t i = 0; i < c->segments.count; i++, s++) {
		text_prefix(r, ns_add(c->time, s->time), c->address, c->port);
		text_segment(r, c->seq, s);
	}
}

void text_cookies(struct report *r, const struct cookies_record *c)
{
	char buf[512];
	struct text t = text_into(buf, sizeof(buf));

	if (r->options->quiet || c->address[0] == '\0')
		return; /* without an address nothing was tried: that is a diagnostic, on stderr */
	segments(r, c);
	text_prefix(r, c->time, c->address, c->port);
	cookies_record_line(&t, c);
	fprintf(r->out, "%s%s%s\n", text_paint(r, color_of(c)), buf, text_paint(r, TEXT_PLAIN));
	for (uint32_t i = 0; i < c->evidence.count; i++)
		evidence(r, c, &c->evidences[i]);
	means(r, c);
	report_flush(r);
}

/* --- the summary --- */

static void count(struct report *r, const char *name, int64_t n, const char **comma)
{
	if (n == 0)
		return;
	fprintf(r->out, "%s%lld %s", *comma, (long long)n, name);
	*comma = ", ";
}

void text_cookies_counts(struct report *r, const struct summary_record *s)
{
	const struct verdicts_record *v = &s->cookies;
	const char *comma = ": ";

	fprintf(r->out, "%lld %s", (long long)s->sent, s->sent == 1 ? "look" : "looks");
	if (v->active != FIELD_NULL) {
		count(r, "active", v->active, &comma);
		count(r, "proxy", v->proxy, &comma);
		count(r, "not-active-now", v->not_active_now, &comma);
		count(r, "capable", v->capable, &comma);
		count(r, "intermittent", v->intermittent, &comma);
		count(r, "inconclusive", v->inconclusive, &comma);
	}
	comma = "; ";
	count(r, "closed", s->closed, &comma);
	count(r, "filtered", s->filtered, &comma);
	count(r, "unreachable", s->unreachable, &comma);
	count(r, s->errors == 1 ? "error" : "errors", s->errors, &comma);
	count(r, "SYN retransmits", s->syn_retransmits, &comma);
	count(r, "spoofed", s->spoofed, &comma);
	count(r, "corrupt", s->corrupt, &comma);
	count(r, "not reset", s->unreset, &comma);
	count(r, "frames lost by the capture", s->capture_dropped, &comma);
	fputc('\n', r->out);
}
