/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_conform.c - fuzzes a check of TCP with a peer that answers anything at any time.
 *
 * The first two bytes choose the case. Each six bytes then are an event: what kind, which lane, which of our
 * recent segments it refers to, what is added to the numbers that would be right, flags and data.
 */
#include "fuzz.h"

#include "probe/conform.h"

#define RECENT   16
#define SENT_MAX 20000

struct peer {
	void *probe;
	struct lane lane[CONFORM_LANES];
	struct probe_output recent[RECENT];
	uint32_t sent;
	ns_t now;
};

static struct check_cases cases;

static void pump(struct peer *p)
{
	struct probe_output out;

	while (conform_probe.next(p->probe, &out, p->now)) {
		struct lane *l = &p->lane[out.lane];
		struct probe_input in = {.lane = out.lane,
		                         .seg = &out.seg,
		                         .track = &l->track,
		                         .stamp = p->now,
		                         .now = p->now};

		MUST(out.lane < CONFORM_LANES);
		MUST(p->sent < SENT_MAX);
		p->recent[p->sent++ % RECENT] = out;
		lane_note_sent(l, &out.seg);
		in.take = lane_out(l, &out.seg, p->now);
		conform_probe.sent(p->probe, &in);
	}
}

static void answer(struct peer *p, const uint8_t *e)
{
	static const uint32_t shifts[] = {0, 1, 0xffffffff, 1000, 64000, 0x80000000, 4, 101};
	const struct probe_output *to = &p->recent[e[1] % RECENT];
	const uint8_t opts[] = {2, 4, 5, 180, 8, 10, 0, 0, 1, 0, 0, 0, 0, 7, 1, 1};
	struct seg s = {.flags = e[4],
	                .seq = to->seg.ack + shifts[e[2] % 8],
	                .ack = to->seg.seq + seg_len(&to->seg) + shifts[e[3] % 8],
	                .win = e[5] & 1 ? 0 : 64240,
	                .payload_len = e[5] & 2 ? e[3] * 16U : 0,
	                .good_csum = (e[5] & 8) != 0,
	                .opt_len = e[5] & 16 ? sizeof(opts) : 0};
	uint32_t lane = e[5] & 4 ? e[0] % CONFORM_LANES : to->lane;
	struct probe_input in = {.lane = lane,
	                         .seg = &s,
	                         .track = &p->lane[lane].track,
	                         .stamp = p->now,
	                         .now = p->now};

	memcpy(s.opt, opts, s.opt_len);
	in.take = lane_in(&p->lane[lane], &s, p->now);
	if (conform_probe.heard(p->probe, &in) == TRACK_TAKEN)
		lane_believe(&p->lane[lane], &s, p->now);
}

/* Pass time as far as the event says; the timer is called when it is due. */
static void wait_for(struct peer *p, ns_t span)
{
	ns_t end = p->now + span;

	for (ns_t due = conform_probe.deadline(p->probe); due <= end;
	     due = conform_probe.deadline(p->probe)) {
		p->now = due > p->now ? due : p->now + 1;
		conform_probe.timer(p->probe, p->now);
		pump(p);
	}
	p->now = end > p->now ? end : p->now;
}

static void check_answer(struct peer *p)
{
	struct attempt a = {.lane = p->lane,
	                    .lanes = CONFORM_LANES,
	                    .target = "t",
	                    .address = "192.0.2.7",
	                    .family = ADDR_V4,
	                    .seq = 1,
	                    .dns = NS_NONE};
	static struct answer out;
	const struct check_record *r = &out.store.check;

	conform_probe.answer(p->probe, &a, &out);
	MUST(r->verdict != NULL && r->state != NULL && r->id != NULL && r->precondition != NULL);
	MUST(r->tries <= CONFORM_TRIES);
	MUST(strlen(r->got) < sizeof(r->got) && strlen(r->note) < sizeof(r->note));
}

static void run(struct peer *p, const uint8_t *data, size_t size)
{
	for (size_t at = 3; at + 6 <= size; at += 6) {
		if (data[at] >= 0xf0)
			wait_for(p, (ns_t)data[at + 1] * (1 + data[at + 2]) * 100 * NS_US);
		else if (data[at] == 0xef)
			conform_probe.unreachable(p->probe, data[at + 1] % CONFORM_LANES);
		else
			answer(p, data + at);
		pump(p);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct peer p;
	struct check_choice all = {.conform = true, .noisy = true, .intrusive = true, .slow = true};
	struct conform_config cfg = {.profile = *profile_find("linux"),
	                             .syn_retries = 2,
	                             .rto = NS_SEC,
	                             .cases = &cases,
	                             .closed_port = 1};
	struct probe_start start = {.room = 1460,
	                            .key = {1, 2},
	                            .lanes = CONFORM_LANES,
	                            .port = 80,
	                            .now = NS_SEC,
	                            .seq = 1};
	struct err e;

	MUST(check_cases_choose(&cases, &all, &e) == 0);
	if (size > 2) {
		start.seq = 1 + (data[0] | (uint64_t)(data[1] & 1) << 8);
		start.state = data[2] & 1 ? "open" : NULL;
	}
	memset(&p, 0, sizeof(p));
	for (uint32_t i = 0; i < CONFORM_LANES; i++)
		lane_init(&p.lane[i], NULL);
	p.now = NS_SEC;
	p.probe = calloc(1, conform_probe.state_size(&cfg));
	MUST(p.probe != NULL);
	conform_probe.start(p.probe, &cfg, &start);
	pump(&p);
	run(&p, data, size);
	wait_for(&p, 1800 * NS_SEC); /* it always comes to an end by itself */
	MUST(conform_probe.done(p.probe));
	check_answer(&p);
	conform_probe.stop(p.probe, p.now);
	pump(&p);
	MUST(conform_probe.done(p.probe));
	free(p.probe);
	return 0;
}
