/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_cookies.c - fuzzes the cookies probe with a peer that answers anything at any time.
 *
 * Each six bytes are an event: what kind, which lane, which of our recent segments it refers to, what is
 * added to the numbers that would be right, flags and options.
 */
#include "fuzz.h"

#include "probe/cookies.h"
#include "probe/cookies_plan.h"

#define LANES    24
#define RECENT   16
#define SENT_MAX 20000

struct peer {
	void *probe;
	struct lane lane[LANES];
	struct probe_output recent[RECENT];
	uint32_t lanes, sent;
	ns_t now;
};

static void pump(struct peer *p)
{
	struct probe_output out;

	while (cookies_probe.next(p->probe, &out, p->now)) {
		struct probe_input in = {
			.lane = out.lane, .seg = &out.seg, .stamp = p->now, .now = p->now};

		MUST(out.lane < p->lanes);
		MUST(p->sent < SENT_MAX);
		p->recent[p->sent++ % RECENT] = out;
		lane_note_sent(&p->lane[out.lane], &out.seg);
		lane_out(&p->lane[out.lane], &out.seg, p->now);
		cookies_probe.sent(p->probe, &in);
	}
}

static void answer(struct peer *p, const uint8_t *e)
{
	static const uint32_t shifts[] = {0, 1, 0xffffffff, 1U << 30, 64000, 0x80000000};
	const struct probe_output *to = &p->recent[e[1] % RECENT];
	uint8_t opts[2][12] = {{2, 4, 5, 180, 4, 2, 1, 3, 3, 7, 0, 0}, {2, 4, 5, 180}};
	struct seg s = {.flags = e[4],
	                .seq = to->seg.ack + shifts[e[2] % 6] + (e[2] & 0x40 ? 77777 : 0),
	                .ack = to->seg.seq + 1 + shifts[e[3] % 6],
	                .win = e[5] & 1 ? 0 : 64240,
	                .opt_len = e[5] & 2 ? 12 : 4};
	struct probe_input in = {.lane = e[5] & 4 ? e[0] % p->lanes : to->lane,
	                         .seg = &s,
	                         .stamp = p->now,
	                         .now = p->now};
	enum track_take take;

	memcpy(s.opt, opts[(e[5] & 2) == 0], s.opt_len);
	lane_in(&p->lane[in.lane], &s, p->now);
	take = cookies_probe.heard(p->probe, &in);
	if (take == TRACK_TAKEN)
		lane_believe(&p->lane[in.lane], &s, p->now);
}

/* Pass time as far as the event says; the timer is called when it is due. */
static void wait_for(struct peer *p, ns_t span)
{
	ns_t end = p->now + span;

	for (ns_t due = cookies_probe.deadline(p->probe); due <= end;
	     due = cookies_probe.deadline(p->probe)) {
		p->now = due > p->now ? due : p->now + 1;
		cookies_probe.timer(p->probe, p->now);
		pump(p);
	}
	p->now = end > p->now ? end : p->now;
}

static void check_answer(struct peer *p)
{
	struct attempt a = {.lane = p->lane,
	                    .lanes = LANES,
	                    .target = "t",
	                    .address = "192.0.2.7",
	                    .family = ADDR_V4,
	                    .dns = NS_NONE};
	static struct answer out;
	const struct cookies_record *r = &out.store.cookies;

	cookies_probe.answer(p->probe, &a, &out);
	MUST(r->verdict != NULL && r->state != NULL && r->implementation != NULL);
	MUST(r->confidence <= 0.999999);
	MUST((r->confidence < 0) == (strcmp(r->verdict, "inconclusive") == 0));
	MUST(r->evidence.count <= COOKIES_EVIDENCE_MAX);
	MUST(strlen(out.line) < sizeof(out.line) - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct peer p;
	struct cookies_config cfg = {.profile = *profile_find("linux"),
	                             .syn_retries = 2,
	                             .rto = NS_SEC,
	                             .load = size > 0 && data[0] & 1 ? 8 : 0};
	struct probe_start start = {.room = 1460, .key = {1, 2}, .now = NS_SEC};

	cookies_tests_parse("all", &cfg.enabled);
	cfg.forced = size > 1 ? data[1] & 0x3ff & ~1U : 0;
	memset(&p, 0, sizeof(p));
	for (uint32_t i = 0; i < LANES; i++) {
		lane_init(&p.lane[i], NULL);
		p.lane[i].tracked = false;
	}
	p.now = NS_SEC;
	/* A run may have fewer source ports than it asked for. */
	start.lanes = p.lanes = size > 2 && data[2] & 1 ? 5 : cookies_probe.lanes(&cfg);
	MUST(p.lanes <= LANES);
	p.probe = calloc(1, cookies_probe.state_size(&cfg));
	MUST(p.probe != NULL);
	cookies_probe.start(p.probe, &cfg, &start);
	pump(&p);
	for (size_t at = 2; at + 6 <= size; at += 6) {
		if (data[at] >= 0xf0)
			wait_for(&p, (ns_t)data[at + 1] * (1 + data[at + 2]) * 100 * NS_US);
		else if (data[at] == 0xef)
			cookies_probe.unreachable(p.probe, data[at + 1] % p.lanes);
		else
			answer(&p, data + at);
		pump(&p);
	}
	wait_for(&p, 600 * NS_SEC); /* it always comes to an end by itself */
	MUST(cookies_probe.done(p.probe));
	check_answer(&p);
	cookies_probe.stop(p.probe, p.now);
	pump(&p);
	MUST(cookies_probe.done(p.probe));
	free(p.probe);
	return 0;
}
