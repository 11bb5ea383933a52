/* SPDX-License-Identifier: BSD-2-Clause */
/* segs.c - the notation's parser and the two players, for conn and for track. */
#include "segs.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tcp/close.h"
#include "tcp/conn.h"
#include "tcp/stream.h"
#include "tcp/track.h"
#include "wire/state.h"

#define LADDER_MAX  16384
#define QUEUE_MAX   64
#define PAYLOAD_MAX 65536

static const uint8_t payload[PAYLOAD_MAX];

/* --- the parser --- */

static void bad_line(const char *line, const char *why)
{
	fprintf(stderr, "test line \"%s\": %s\n", line, why);
	abort();
}

static void skip(const char **p, const char *what)
{
	size_t len = strlen(what);

	if (strncmp(*p, what, len) != 0)
		bad_line(*p, what);
	*p += len;
}

static bool skip_if(const char **p, const char *what)
{
	size_t len = strlen(what);

	if (strncmp(*p, what, len) != 0)
		return false;
	*p += len;
	return true;
}

/* A decimal number modulo 2^32, with an optional sign. */
static uint32_t number(const char **p)
{
	char *end;
	long long v = strtoll(*p, &end, 10);

	if (end == *p)
		bad_line(*p, "not a number");
	*p = end;
	return (uint32_t)v;
}

static uint16_t parse_flags(const char **p)
{
	static const char letters[] = "FSRP.UEWA"; /* in the order of the bits */
	uint16_t set = 0;

	if (skip_if(p, "-"))
		return 0;
	for (; **p != ' '; (*p)++) {
		const char *at = **p == '\0' ? NULL : strchr(letters, **p);

		if (at == NULL)
			bad_line(*p, "not a flag");
		set |= (uint16_t)(1U << (at - letters));
	}
	return set;
}

/* "sack 21:31 11:13": relative to the numbers of the end that receives it. */
static void parse_sack(const char **p, struct wr *w)
{
	struct tcpopt_block blocks[4];
	size_t n = 0;

	do {
		blocks[n].from = number(p);
		skip(p, ":");
		blocks[n++].to = number(p);
	} while (n < 4 && skip_if(p, " "));
	tcpopt_put_sack(w, blocks, n);
}

/* "FO" asks for a cookie, "FO abcd" has these letters as one. */
static void parse_cookie(const char **p, struct wr *w)
{
	size_t len;

	skip_if(p, " ");
	len = strcspn(*p, ",>");
	tcpopt_put_fastopen(w, (const uint8_t *)*p, len);
	*p += len;
}

static void parse_option(const char **p, struct segs_line *l, struct wr *w)
{
	uint32_t val;

	if (skip_if(p, "mss ")) {
		tcpopt_put_mss(w, (uint16_t)number(p));
	} else if (skip_if(p, "wscale ")) {
		tcpopt_put_wscale(w, (uint8_t)number(p));
	} else if (skip_if(p, "sackOK")) {
		tcpopt_put_sackok(w);
	} else if (skip_if(p, "TS val ")) {
		val = number(p);
		skip(p, " ecr ");
		l->ecr_absolute = skip_if(p, "@");
		tcpopt_put_ts(w, val, number(p));
	} else if (skip_if(p, "sack ")) {
		parse_sack(p, w);
	} else if (skip_if(p, "FO")) {
		parse_cookie(p, w);
	} else {
		skip(p, "nop");
		tcpopt_put_nop(w);
	}
}

static void parse_options(const char **p, struct segs_line *l)
{
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));

	while (!skip_if(p, ">")) {
		parse_option(p, l, &w);
		skip_if(p, ",");
	}
	seg_set_opts(&l->seg, &w);
}

static void parse_numbers(const char **p, struct segs_line *out)
{
	struct seg *s = &out->seg;
	uint32_t end;

	out->seq_absolute = skip_if(p, "@");
	s->seq = number(p);
	skip(p, ":");
	end = number(p);
	skip(p, "(");
	s->payload_len = number(p);
	skip(p, ")");
	if (s->payload_len > PAYLOAD_MAX || (!out->seq_absolute && end - s->seq != s->payload_len))
		bad_line(*p, "the length does not fit the numbers");
	s->payload = s->payload_len > 0 ? payload : NULL;
	if (skip_if(p, " ack ")) {
		out->ack_absolute = skip_if(p, "@");
		s->ack = number(p);
	}
	out->win_given = skip_if(p, " win ");
	s->win = out->win_given ? (uint16_t)number(p) : 65535;
}

void segs_parse(const char *line, struct segs_line *out)
{
	const char *p = line + 2;

	memset(out, 0, sizeof(*out));
	out->from_client = line[0] == '>';
	out->seg.flags = parse_flags(&p);
	skip(&p, " ");
	parse_numbers(&p, out);
	out->opts_given = skip_if(&p, " <");
	if (out->opts_given)
		parse_options(&p, out);
	if (skip_if(&p, " : "))
		snprintf(out->note, sizeof(out->note), "%s", p);
	else if (*p != '\0')
		bad_line(line, "something follows");
}

/* --- relative and absolute numbers --- */

/* Where an end's numbers begin. */
struct base {
	uint32_t iss, ts;
};

static void add_be32(uint8_t *at, uint32_t d)
{
	uint32_t v = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];

	v += d;
	at[0] = (uint8_t)(v >> 24);
	at[1] = (uint8_t)(v >> 16);
	at[2] = (uint8_t)(v >> 8);
	at[3] = (uint8_t)v;
}

/* What options say of the two clocks, and of the peer's numbers. */
static void shift_options(struct seg *s, uint32_t dval, uint32_t decr, uint32_t dpeer)
{
	size_t i = 0;

	while (i < s->opt_len) {
		if (s->opt[i] == TCPOPT_KIND_SACK)
			for (size_t at = i + 2; at < i + s->opt[i + 1]; at += 4)
				add_be32(s->opt + at, dpeer);
		if (s->opt[i] == TCPOPT_KIND_TS) {
			add_be32(s->opt + i + 2, dval);
			if ((s->flags & SEG_ACK) != 0) /* RFC 7323 3.2: else it is 0 */
				add_be32(s->opt + i + 6, decr);
		}
		i += s->opt[i] == TCPOPT_KIND_NOP ? 1 : s->opt[i + 1];
	}
}

static void make_absolute(struct segs_line *l, struct base self, struct base peer)
{
	if (!l->seq_absolute)
		l->seg.seq += self.iss;
	if ((l->seg.flags & SEG_ACK) != 0 && !l->ack_absolute)
		l->seg.ack += peer.iss;
	shift_options(&l->seg, self.ts, l->ecr_absolute ? 0 : peer.ts, peer.iss);
}

static void make_relative(struct seg *s, struct base self, struct base peer)
{
	s->seq -= self.iss;
	if ((s->flags & SEG_ACK) != 0)
		s->ack -= peer.iss;
	shift_options(s, -self.ts, -peer.ts, -peer.iss);
}

/* One set of places where the numbers begin, and so wrap around. */
struct variant {
	struct base client, server;
	ns_t start;
};

#define MS_WRAP ((ns_t)4294967296 * NS_MS) /* here a count of milliseconds exceeds 32 bits */

static const struct variant variants[] = {
	{{1000, 70000}, {500000, 900000}, 5 * NS_SEC},
	{{0xffffffff, 0xffffffff}, {0xfffffffe, 0xffffffff}, MS_WRAP - 1},
	{{0xfffffffe, 0xfffffc00}, {0x7fffffff, 0xfffffe00}, MS_WRAP - 700 * NS_MS},
	{{0x7ffffffe, 0x7fffffff}, {0xfffffc00, 0x7fffff00}, MS_WRAP / 2},
};

/* --- what both players have --- */

struct ladder {
	char buf[LADDER_MAX];
	struct text text;
	ns_t start;
	bool failed;
};

static void ladder_init(struct ladder *l, const struct variant *v)
{
	l->text = text_into(l->buf, sizeof(l->buf));
	l->start = v->start;
	l->failed = false;
}

static void ladder_time(struct ladder *l, ns_t now)
{
	text_add(&l->text, "%10.6f  ", (double)(now - l->start) / (double)NS_SEC);
}

static void ladder_fail(struct ladder *l, const char *expected, const char *got)
{
	if (l->failed)
		return;
	l->failed = true;
	fprintf(stderr, "%s    expected: %s\n         got: %s\n", l->text.s, expected, got);
}

static ns_t parse_wait(const char *line)
{
	ns_t d;

	if (!text_duration(line + 1, &d))
		bad_line(line, "not a duration");
	return d;
}

/* Does `line` begin with this word? `rest`: what follows the space. */
static bool word(const char *line, const char *w, const char **rest)
{
	size_t len = strlen(w);

	if (strncmp(line, w, len) != 0 || (line[len] != ' ' && line[len] != '\0'))
		return false;
	*rest = line[len] == ' ' ? line + len + 1 : line + len;
	return true;
}

static void duration_text(struct text *t, ns_t d)
{
	if (d == NS_NONE)
		text_add(t, "none");
	else if (d == NS_NEVER)
		text_add(t, "never");
	else
		text_add(t, "%" PRId64 " ns", d);
}

static void check_duration(struct ladder *l, const char *what, const char *expected, ns_t got)
{
	char buf[80];
	struct text t = text_into(buf, sizeof(buf));
	ns_t d = strcmp(expected, "none") == 0 ? NS_NONE : NS_NEVER;

	if (d == NS_NEVER && strcmp(expected, "never") != 0 && !text_duration(expected, &d))
		bad_line(expected, "not a duration");
	if (d == got)
		return;
	text_add(&t, "%s ", what);
	duration_text(&t, got);
	ladder_fail(l, expected, buf);
}

/* --- the player for conn --- */

struct conn_player {
	struct ladder ladder;
	struct conn_config cfg;
	struct conn conn;
	struct variant v;
	ns_t now;
	struct seg queue[QUEUE_MAX]; /* what conn sent and no line has expected yet, relative */
	size_t queued, taken;
	bool ts_known; /* the client's timestamp base is learnt from its first SYN */
	struct stream *stream;
	uint8_t bytes[PAYLOAD_MAX]; /* of the segment that arrives, or of a call */
};

static void set_config(struct conn_config *cfg, const struct segs_conn *with)
{
	const char *name = with->profile != NULL ? with->profile : "minimal";

	*cfg = (struct conn_config){
		.profile = with->own != NULL ? *with->own : *profile_find(name),
		.ecn = with->ecn,
		.syn_retries = with->syn_retries > 0 ? with->syn_retries : 2,
		.fin_retries = with->fin_retries > 0 ? with->fin_retries : 2,
		.rto = with->rto > 0 ? with->rto : NS_SEC,
		.timeout = with->timeout,
		.data_on_ack = with->data_on_ack,
	};
}

static void learn_clock(struct conn_player *p, const struct seg *s)
{
	struct tcpopts o = seg_opts(s);

	if (p->ts_known || !o.ts_present)
		return;
	p->ts_known = true;
	p->v.client.ts = o.tsval - (uint32_t)((p->now / NS_MS) - (p->v.start / NS_MS));
}

static void ladder_seg(struct ladder *l, ns_t now, char dir, const struct seg *s)
{
	ladder_time(l, now);
	text_add(&l->text, "%c ", dir);
	seg_text(&l->text, s, 0, 0);
	text_add(&l->text, "\n");
}

/* Byte n of what the client writes and the server sends. */
static uint8_t byte_at(uint64_t n)
{
	return (uint8_t)(n * 7 + n / 251);
}

/* `s` has relative numbers; data begins at 1. */
static void check_payload(struct conn_player *p, const struct seg *s)
{
	for (uint32_t i = 0; i < s->payload_len; i++) {
		if (s->payload[i] == byte_at(s->seq - ((s->flags & SEG_SYN) != 0 ? 0 : 1) + i))
			continue;
		ladder_fail(&p->ladder, "what was written", "another byte");
		return;
	}
}

static void fill_payload(struct conn_player *p, struct segs_line *l)
{
	struct seg *s = &l->seg;
	const char *note = l->note;

	for (uint32_t i = 0; i < s->payload_len; i++)
		p->bytes[i] = byte_at(s->seq - 1 + i);
	s->payload = s->payload_len > 0 ? p->bytes : NULL;
	s->payload_here = skip_if(&note, "captured ") ? number(&note) : s->payload_len;
}

/* What must hold whenever conn has spoken. */
static void check_conn_invariants(struct conn_player *p)
{
	enum tcp_state s = conn_state(&p->conn);
	bool settled = s == STATE_CLOSED || s == STATE_TIME_WAIT;
	bool waiting = !settled && s != STATE_ESTABLISHED && s != STATE_CLOSE_WAIT;

	if (settled != conn_settled(&p->conn))
		ladder_fail(&p->ladder, "settled in CLOSED and TIME_WAIT alone", state_name(s));
	if (settled && conn_deadline(&p->conn) != NS_NEVER)
		ladder_fail(&p->ladder, "no deadline when settled", state_name(s));
	if (waiting && conn_deadline(&p->conn) == NS_NEVER)
		ladder_fail(&p->ladder, "a deadline where the peer is waited for", state_name(s));
}

static void conn_call(struct conn_player *p, enum conn_event ev, const struct seg *in)
{
	struct seg s;

	conn_event(&p->conn, ev, in, p->now);
	while (conn_next(&p->conn, &s, p->now)) {
		if (p->queued == QUEUE_MAX) {
			ladder_fail(&p->ladder, "an end", "segments without end");
			break;
		}
		learn_clock(p, &s);
		make_relative(&s, p->v.client, p->v.server);
		check_payload(p, &s);
		p->queue[p->queued++] = s;
	}
	check_conn_invariants(p);
}

static void expect_silence(struct conn_player *p)
{
	char buf[160];
	struct text t = text_into(buf, sizeof(buf));

	if (p->taken == p->queued)
		return;
	text_add(&t, "> ");
	seg_text(&t, &p->queue[p->taken], 0, 0);
	ladder_fail(&p->ladder, "nothing more", buf);
}

static bool seg_matches(const struct segs_line *l, const struct seg *s)
{
	const struct seg *e = &l->seg;

	return s->flags == e->flags && s->seq == e->seq && s->payload_len == e->payload_len &&
	       ((s->flags & SEG_ACK) == 0 || s->ack == e->ack) &&
	       (!l->win_given || s->win == e->win) &&
	       (!l->opts_given ||
	        (s->opt_len == e->opt_len && memcmp(s->opt, e->opt, s->opt_len) == 0));
}

static void expect_seg(struct conn_player *p, const char *line)
{
	struct segs_line l;
	char buf[160];
	struct text t = text_into(buf, sizeof(buf));

	segs_parse(line, &l);
	if (p->taken == p->queued) {
		ladder_fail(&p->ladder, line, "nothing");
		return;
	}
	text_add(&t, "> ");
	seg_text(&t, &p->queue[p->taken], 0, 0);
	if (!seg_matches(&l, &p->queue[p->taken]))
		ladder_fail(&p->ladder, line, buf);
	ladder_seg(&p->ladder, p->now, '>', &p->queue[p->taken++]);
}

static void inject(struct conn_player *p, const char *line)
{
	struct segs_line l;

	segs_parse(line, &l);
	ladder_seg(&p->ladder, p->now, '<', &l.seg);
	fill_payload(p, &l);
	make_absolute(&l, p->v.server, p->v.client);
	conn_call(p, CONN_SEGMENT, &l.seg);
}

static void let_time_pass(struct conn_player *p, ns_t d)
{
	ns_t until = p->now + d;

	if (conn_deadline(&p->conn) < until)
		ladder_fail(&p->ladder, "no timer within this wait",
		            "one that is due before its end");
	p->now = until;
	if (conn_deadline(&p->conn) == until)
		conn_call(p, CONN_TIMER, NULL);
}

static bool play_call(struct conn_player *p, const char *line)
{
	static const struct {
		const char *name;
		enum conn_event ev;
	} calls[] = {
		{"OPEN", CONN_OPEN},   {"SEND", CONN_SEND},   {"CLOSE", CONN_CLOSE},
		{"ABORT", CONN_ABORT}, {"TIMER", CONN_TIMER}, {"FORGET", CONN_FORGET},
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(line, calls[i].name) != 0)
			continue;
		ladder_time(&p->ladder, p->now);
		text_add(&p->ladder.text, "%s\n", line);
		conn_call(p, calls[i].ev, NULL);
		return true;
	}
	return false;
}

static void write_bytes(struct conn_player *p, const char *line, uint32_t n)
{
	uint64_t at = stream_written(p->stream);

	for (uint32_t i = 0; i < n; i++)
		p->bytes[i] = byte_at(at + i);
	if (n > PAYLOAD_MAX || stream_write(p->stream, p->bytes, n) != n)
		ladder_fail(&p->ladder, line, "no room");
}

static void check_count(struct conn_player *p, const char *line, uint64_t want, uint64_t got)
{
	char buf[40];
	struct text t = text_into(buf, sizeof(buf));

	text_add(&t, "%" PRIu64, got);
	if (want != got)
		ladder_fail(&p->ladder, line, buf);
}

static void read_bytes(struct conn_player *p)
{
	const uint8_t *at;
	size_t len;

	while (at = stream_peek(p->stream, &len), len > 0) {
		for (size_t i = 0; i < len; i++)
			if (at[i] != byte_at(stream_consumed(p->stream) + i))
				ladder_fail(&p->ladder, "what was sent", "another byte");
		stream_consume(p->stream, len);
	}
}

static uint64_t waiting(const struct conn_player *p)
{
	return stream_arrived(p->stream) - stream_consumed(p->stream);
}

static void check_cookie(struct conn_player *p, const char *line, const char *want)
{
	uint8_t got[STREAM_COOKIE_MAX];
	size_t len = stream_fastopen_cookie(p->stream, got);

	if (len != strlen(want) || memcmp(got, want, len) != 0)
		ladder_fail(&p->ladder, line, "another cookie");
}

/* The lines of streams. */
static bool play_stream(struct conn_player *p, const char *line)
{
	const char *rest;

	if (p->stream == NULL)
		return false;
	if (word(line, "PUT", &rest)) {
		write_bytes(p, line, number(&rest));
	} else if (word(line, "WRITE", &rest)) {
		write_bytes(p, line, number(&rest));
		conn_call(p, CONN_SEND, NULL);
	} else if (word(line, "READ", &rest)) {
		check_count(p, line, number(&rest), waiting(p));
		read_bytes(p);
		conn_call(p, CONN_SEND, NULL);
	} else if (word(line, "WAITING", &rest)) {
		check_count(p, line, number(&rest), waiting(p));
	} else if (word(line, "ACKED", &rest)) {
		check_count(p, line, number(&rest), stream_acked(p->stream));
	} else if (word(line, "ENDED", &rest)) {
		check_count(p, line, strcmp(rest, "yes") == 0, stream_ended(p->stream));
	} else if (word(line, "COOKIE", &rest)) {
		check_cookie(p, line, rest);
	} else if (word(line, "ROOM", &rest)) {
		conn_path_mtu(&p->conn, (uint16_t)number(&rest), p->now);
		conn_call(p, CONN_SEND, NULL);
	} else {
		return false;
	}
	return true;
}

static void play_conn_line(struct conn_player *p, const char *line)
{
	const char *rest;

	if (line[0] == '>') {
		expect_seg(p, line);
		return;
	}
	expect_silence(p);
	if (line[0] == '<') {
		inject(p, line);
	} else if (line[0] == '+') {
		let_time_pass(p, parse_wait(line));
	} else if (word(line, "=", &rest)) {
		if (strcmp(rest, state_name(conn_state(&p->conn))) != 0)
			ladder_fail(&p->ladder, line, state_name(conn_state(&p->conn)));
	} else if (word(line, "due", &rest)) {
		ns_t at = conn_deadline(&p->conn);

		check_duration(&p->ladder, "due", rest, at == NS_NEVER ? at : at - p->now);
	} else if (!play_stream(p, line) && !play_call(p, line)) {
		bad_line(line, "unknown");
	}
}

static void attach(struct conn_player *p, const struct segs_conn *with)
{
	if (!with->stream)
		return;
	p->stream = stream_new();
	if (with->cookie != NULL)
		stream_fastopen(p->stream, (const uint8_t *)with->cookie, strlen(with->cookie));
	conn_attach(&p->conn, p->stream);
}

static bool play_conn_once(const struct segs_conn *with, const char *const lines[], size_t n,
                           const struct variant *v)
{
	static struct conn_player p; /* large */

	memset(&p, 0, sizeof(p));
	ladder_init(&p.ladder, v);
	set_config(&p.cfg, with);
	p.v = *v;
	p.now = v->start;
	conn_init(&p.conn, &p.cfg, v->client.iss, 1460);
	attach(&p, with);
	for (size_t i = 0; i < n && !p.ladder.failed; i++)
		play_conn_line(&p, lines[i]);
	expect_silence(&p);
	stream_free(p.stream);
	return !p.ladder.failed;
}

bool segs_play_conn(const struct segs_conn *with, const char *const lines[], size_t n)
{
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		if (!play_conn_once(with, lines, n, &variants[i])) {
			fprintf(stderr, "with ISS %u, the peer's %u\n", variants[i].client.iss,
			        variants[i].server.iss);
			return false;
		}
	}
	return true;
}

/* --- the player for track --- */

struct track_player {
	struct ladder ladder;
	struct track track;
	struct variant v;
	ns_t now;
	char states[2][256]; /* the names of all states of an end, in order */
	struct text names[2];
};

static void note_change(void *ctx, enum track_side who, enum tcp_state to)
{
	struct track_player *p = ctx;

	text_add(&p->names[who], "%s%s", p->names[who].len > 0 ? " " : "", state_name(to));
}

static const char *take_name(enum track_take t)
{
	static const char *const names[] = {
		[TRACK_TAKEN] = "taken",     [TRACK_DUPLICATE] = "duplicate", [TRACK_LATE] = "late",
		[TRACK_IGNORED] = "ignored", [TRACK_SPOOFED] = "spoofed",
	};

	return names[t];
}

static void check_take(struct track_player *p, const char *line, const char *note,
                       enum track_take got, const struct track *before)
{
	bool found = strcmp(note, "found") == 0;
	const char *expected = found ? "ignored" : note[0] == '\0' ? "taken" : note;
	struct track after = p->track;

	if (strcmp(expected, take_name(got)) != 0)
		ladder_fail(&p->ladder, line, take_name(got));
	if (got == TRACK_TAKEN || got == TRACK_DUPLICATE)
		return;
	if (found && after.findings == before->findings &&
	    after.client_findings == before->client_findings)
		ladder_fail(&p->ladder, line, "no finding");
	if (found) {
		after.findings = before->findings;
		after.client_findings = before->client_findings;
	}
	if (memcmp(&after, before, sizeof(after)) != 0)
		ladder_fail(&p->ladder, line, "a changed tracker");
}

static void play_track_seg(struct track_player *p, const char *line)
{
	struct track before = p->track;
	struct segs_line l;
	enum track_take got;

	segs_parse(line, &l);
	ladder_seg(&p->ladder, p->now, line[0], &l.seg);
	if (l.from_client)
		make_absolute(&l, p->v.client, p->v.server);
	else
		make_absolute(&l, p->v.server, p->v.client);
	got = track_feed(&p->track, l.from_client ? TRACK_CLIENT : TRACK_SERVER, &l.seg, p->now,
	                 note_change, p);
	check_take(p, line, l.note, got, &before);
}

static void check_text(struct track_player *p, const char *line, const char *expected,
                       const char *got)
{
	if (strcmp(expected, got) != 0)
		ladder_fail(&p->ladder, line, got);
}

static void check_states(struct track_player *p, const char *line, const char *rest)
{
	char got[64];

	snprintf(got, sizeof(got), "%s %s", state_name(track_state(&p->track, TRACK_CLIENT)),
	         state_name(track_state(&p->track, TRACK_SERVER)));
	check_text(p, line, rest, got);
}

static void check_close(struct track_player *p, const char *line, const char *rest)
{
	struct close c = close_judge(&p->track);
	const char *first = close_first_name(c.first);
	char got[80];

	snprintf(got, sizeof(got), "%s %s %s", close_kind_name(c.kind), first != NULL ? first : "-",
	         close_verdict_name(c.verdict));
	check_text(p, line, rest, got);
}

static void check_found(struct track_player *p, const char *line, const char *rest,
                        uint32_t findings)
{
	char got[256];
	struct text t = text_into(got, sizeof(got));

	for (unsigned int f = 0; f < FIND_COUNT; f++)
		if ((findings & 1U << f) != 0)
			text_add(&t, "%s%s", t.len > 0 ? " " : "",
			         track_finding_info((enum track_finding)f)->id);
	check_text(p, line, rest, t.len > 0 ? got : "-");
}

static bool play_track_check(struct track_player *p, const char *line)
{
	const char *rest;

	if (word(line, "=", &rest))
		check_states(p, line, rest);
	else if (word(line, "client", &rest))
		check_text(p, line, rest, p->states[TRACK_CLIENT]);
	else if (word(line, "server", &rest))
		check_text(p, line, rest, p->states[TRACK_SERVER]);
	else if (word(line, "close", &rest))
		check_close(p, line, rest);
	else if (word(line, "found", &rest))
		check_found(p, line, rest, close_judge(&p->track).findings);
	else if (word(line, "client-found", &rest))
		check_found(p, line, rest, close_judge(&p->track).client_findings);
	else if (word(line, "midstream", &rest))
		check_text(p, line, rest, track_midstream(&p->track) ? "yes" : "no");
	else if (word(line, "rtt", &rest))
		check_duration(&p->ladder, "rtt", rest, track_rtt(&p->track));
	else if (word(line, "handshake", &rest))
		check_duration(&p->ladder, "handshake", rest, track_handshake(&p->track));
	else if (word(line, "duration", &rest))
		check_duration(&p->ladder, "duration", rest, close_judge(&p->track).duration);
	else if (word(line, "lossy", &rest))
		check_text(p, line, rest, track_lossy(&p->track) ? "yes" : "no");
	else
		return false;
	return true;
}

static void play_track_line(struct track_player *p, const char *line)
{
	if (line[0] == '>' || line[0] == '<')
		play_track_seg(p, line);
	else if (line[0] == '+')
		p->now += parse_wait(line);
	else if (strcmp(line, "host-rst") == 0)
		track_note_host_rst(&p->track);
	else if (strcmp(line, "anywhere") == 0)
		track_init_anywhere(&p->track);
	else if (strcmp(line, "damaged client") == 0)
		track_note_damaged(&p->track, TRACK_CLIENT);
	else if (strcmp(line, "damaged server") == 0)
		track_note_damaged(&p->track, TRACK_SERVER);
	else if (!play_track_check(p, line))
		bad_line(line, "unknown");
}

static bool play_track_once(const char *const lines[], size_t n, const struct variant *v)
{
	static struct track_player p; /* large */

	memset(&p, 0, sizeof(p));
	ladder_init(&p.ladder, v);
	p.v = *v;
	p.now = v->start;
	for (size_t i = 0; i < 2; i++)
		p.names[i] = text_into(p.states[i], sizeof(p.states[i]));
	track_init(&p.track);
	for (size_t i = 0; i < n && !p.ladder.failed; i++)
		play_track_line(&p, lines[i]);
	return !p.ladder.failed;
}

bool segs_play_track(const char *const lines[], size_t n)
{
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		if (!play_track_once(lines, n, &variants[i])) {
			fprintf(stderr, "with ISS %u, the server's %u\n", variants[i].client.iss,
			        variants[i].server.iss);
			return false;
		}
	}
	return true;
}
