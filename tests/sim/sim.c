/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sim.c - thousands of connections over bad paths, under a virtual clock.
 *
 *	sim [COUNT [FIRST-SEED]]    COUNT runs on each path (4000), seeds from FIRST-SEED (1)
 *	sim replay PATH SEED        print the ladder of one run
 *
 * Each run follows from its path and seed alone; a failure prints both and the ladder.
 */
#include "run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tcp/close.h"

static const struct path paths[] = {
	{.name = "quiet"},
	{.name = "lossy", .loss = {100, 100}, .twice = 20, .late = 20},
	{.name = "awful", .loss = {400, 400}, .twice = 100, .late = 100},
	{.name = "deaf-client", .loss = {0, 300}, .twice = 20},
	{.name = "deaf-server", .loss = {300, 0}, .twice = 20},
	{.name = "disorder", .twice = 200, .late = 300},
};

#define MISLED_ONE_IN 100 /* runs; the worst path loses two segments in five */

#define PATHS         (sizeof(paths) / sizeof(paths[0]))

static struct run run; /* large */

static void report(const struct run *r, const struct path *path, uint64_t seed, const char *failure)
{
	struct close c = close_judge(&r->track);

	printf("path %s, seed %" PRIu64 ": %s\n", path->name, seed,
	       failure != NULL ? failure : "all rules were kept");
	printf("conn %s, tracker %s and %s, server %s; close %s, %s, findings %#x\n",
	       state_name(r->final), state_name(track_state(&r->track, TRACK_CLIENT)),
	       state_name(track_state(&r->track, TRACK_SERVER)), state_name(r->server.state),
	       close_kind_name(c.kind), close_verdict_name(c.verdict), c.findings);
}

static int replay(const struct path *path, uint64_t seed)
{
	const char *failure;

	run_play(&run, path, seed, true);
	failure = run_check(&run);
	report(&run, path, seed, failure);
	return failure != NULL;
}

static int replay_by_name(const char *name, const char *seed_text)
{
	uint64_t seed;

	for (size_t i = 0; i < PATHS; i++)
		if (strcmp(paths[i].name, name) == 0 && text_u64(seed_text, 0, UINT64_MAX, &seed))
			return replay(&paths[i], seed);
	fprintf(stderr, "sim: no such path or seed: %s %s\n", name, seed_text);
	return 2;
}

struct tally {
	uint64_t runs, time_wait, segments, misled;
};

static bool play_path(const struct path *path, uint64_t first, uint64_t count)
{
	struct tally t = {0};

	for (uint64_t seed = first; seed < first + count; seed++) {
		run_play(&run, path, seed, false);
		if (run_check(&run) != NULL) {
			replay(path, seed);
			return false;
		}
		t.runs++;
		t.segments += run.link.sent;
		t.time_wait += run.final == STATE_TIME_WAIT;
		t.misled += run_rtt_misled(&run);
	}
	printf("%-12s %" PRIu64 " runs, %" PRIu64 " segments, %" PRIu64
	       " ended in TIME_WAIT, %" PRIu64 " RTTs misled\n",
	       path->name, t.runs, t.segments, t.time_wait, t.misled);
	if (t.misled * MISLED_ONE_IN <= t.runs)
		return true;
	printf("more than one RTT in %d is that of a repeated answer\n", MISLED_ONE_IN);
	return false;
}

int main(int argc, char **argv)
{
	uint64_t count = 4000, first = 1;
	bool ok = true;

	if (argc == 4 && strcmp(argv[1], "replay") == 0)
		return replay_by_name(argv[2], argv[3]);
	if (argc > 3 || (argc > 1 && !text_u64(argv[1], 1, UINT32_MAX, &count)) ||
	    (argc > 2 && !text_u64(argv[2], 0, UINT32_MAX, &first))) {
		fprintf(stderr, "usage: sim [COUNT [FIRST-SEED]] | sim replay PATH SEED\n");
		return 2;
	}
	for (size_t i = 0; i < PATHS && ok; i++)
		ok = play_path(&paths[i], first, count);
	return ok ? 0 : 1;
}
