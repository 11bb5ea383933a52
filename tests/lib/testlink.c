/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * testlink joins two network interfaces as a slow and lossy wire, for kernels without netem.
 *
 * A frame is read with the kernel's arrival stamp, meets its fate, waits in the queue of its
 * direction until stamp + delay, and is sent on the other interface. What happens to the n-th frame
 * of a direction depends on the seed and n alone, not on timing or on other options. With any
 * impairment but delay and jitter, TCP that awaits segmentation is cut first, so that loss, rate
 * and --drop-nth speak of frames as a real wire carries them.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* ppoll(); NOLINT(bugprone-reserved-identifier) */
#endif
#include "testlink_options.h"
#include "testlink_queue.h"
#include "testlink_wire.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
	EXIT_USAGE = 3,
	SLOTS = 4096,          /* frames in the delay line, beyond those waiting for --rate */
	BURST = 64,            /* frames read from one side before the others get a turn */
	SPIN_NS = 60000,       /* what a sleeping process wakes up too late by */
	RECHECK_NS = 20000000, /* while an interface is not up */
};

struct direction {
	const struct impairment *how;
	struct wire *from;
	struct wire *to;
	struct queue queue;
	uint64_t seed;
	uint64_t seen[2]; /* frames that are not, and that are, open to loss and the like */
	int64_t tcp_seen;
	int64_t last_due; /* no frame overtakes, but those that --reorder picks */
	int64_t *sent;    /* ring of how->queue: when the last frames left the FIFO of --rate */
	int64_t next_sent;
	int64_t rate_free; /* when that FIFO will be empty */

	uint64_t forwarded; /* copies included */
	uint64_t lost;
	uint64_t duplicated;
	uint64_t reordered;
	uint64_t corrupted;
	uint64_t queue_dropped; /* no room, here or at either interface */
};

struct link {
	struct wire wire[WAYS];
	struct direction way[WAYS];
	const char *ready; /* file still to be made */
	int signals;
};

static struct frame incoming, piece; /* too large for the stack; never live across calls */

static uint64_t mix(uint64_t x) /* the finalizer of splitmix64 */
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
	return x ^ (x >> 31);
}

enum purpose { LOSS, DUPLICATE, REORDER, CORRUPT, WHICH_BIT, JITTER, PURPOSES };

static uint64_t draw(const struct direction *d, bool harmable, uint64_t n, enum purpose p)
{
	uint64_t key = (n * PURPOSES + p) * 2 + harmable + 1;

	return mix(d->seed + key * 0x9e3779b97f4a7c15U);
}

static bool chance(const struct direction *d, uint64_t n, enum purpose p, int64_t threshold)
{
	return (int64_t)(draw(d, true, n, p) >> 32) < threshold;
}

static bool is_nth(struct direction *d)
{
	d->tcp_seen++;
	for (int i = 0; i < d->how->drops; i++)
		if (d->how->drop_nth[i] == d->tcp_seen)
			return true;
	return false;
}

static int64_t jittered(const struct direction *d, bool harmable, uint64_t n)
{
	int64_t range = d->how->jitter, delay = d->how->delay;

	if (range)
		delay +=
			(int64_t)(draw(d, harmable, n, JITTER) % (2 * (uint64_t)range + 1)) - range;
	return delay > 0 ? delay : 0;
}

/* When the last bit of a frame has left the FIFO of --rate, or -1 if the FIFO is full. */
static int64_t serialize(struct direction *d, uint32_t bytes, int64_t arrival)
{
	int64_t *oldest = &d->sent[d->next_sent];

	if (d->how->rate == 0)
		return arrival;
	if (*oldest > arrival)
		return -1;
	if (d->rate_free < arrival)
		d->rate_free = arrival;
	d->rate_free += (int64_t)bytes * 8 * 1000000000 / d->how->rate;
	*oldest = d->rate_free;
	d->next_sent = (d->next_sent + 1) % d->how->queue;
	return d->rate_free;
}

static bool enqueue(struct direction *d, const struct frame *f, int64_t due)
{
	struct frame *slot = queue_slot(&d->queue);

	if (!slot) {
		d->queue_dropped++;
		return false;
	}
	frame_copy(f, slot);
	queue_push(&d->queue, slot, due);
	return true;
}

static int64_t keep_order(struct direction *d, int64_t due)
{
	if (due > d->last_due)
		d->last_due = due;
	return d->last_due;
}

/* One frame as the wire carries it. */
static void admit(struct direction *d, struct frame *f, bool tcp, int64_t arrival)
{
	const struct impairment *how = d->how;
	bool harmable = tcp || !how->only_tcp;
	uint64_t n = d->seen[harmable]++;
	bool nth = tcp && is_nth(d);
	int64_t due;

	if (nth || (harmable && chance(d, n, LOSS, how->loss))) {
		d->lost++;
		return;
	}
	due = serialize(d, f->len, arrival);
	if (due < 0) {
		d->queue_dropped++;
		return;
	}
	due += jittered(d, harmable, n);
	if (harmable && chance(d, n, REORDER, how->reorder)) {
		due += how->reorder_delay;
		d->reordered++;
	} else {
		due = keep_order(d, due);
	}
	if (harmable && chance(d, n, CORRUPT, how->corrupt))
		d->corrupted += frame_corrupt(f, draw(d, true, n, WHICH_BIT));
	if (enqueue(d, f, due) && harmable && chance(d, n, DUPLICATE, how->duplicate))
		d->duplicated += enqueue(d, f, due);
}

static bool only_delays(const struct impairment *how)
{
	return !(how->loss || how->duplicate || how->reorder || how->corrupt || how->rate ||
	         how->drops);
}

static void admit_segments(struct direction *d, int64_t arrival)
{
	bool tcp = frame_is_tcp(&incoming);
	uint32_t segments = only_delays(d->how) ? 1 : frame_segments(&incoming);

	if (segments == 1)
		admit(d, &incoming, tcp, arrival);
	for (uint32_t i = 0; segments > 1 && i < segments; i++) {
		frame_segment(&incoming, i, &piece);
		admit(d, &piece, tcp, arrival);
	}
}

static void read_burst(struct direction *d)
{
	int64_t arrival;

	for (int i = 0; i < BURST; i++) {
		enum received got = wire_receive(d->from, &incoming, &arrival);

		if (got == RECEIVED_NONE)
			return;
		if (got == RECEIVED_FRAME)
			admit_segments(d, arrival);
		else
			d->queue_dropped++;
	}
}

static void send_due(struct direction *d, int64_t now)
{
	const struct frame *f;

	for (; (f = queue_head(&d->queue)) && f->due <= now; queue_pop(&d->queue)) {
		if (wire_send(d->to, f))
			d->forwarded++;
		else
			d->queue_dropped++;
	}
}

static int64_t next_due(const struct link *l)
{
	const struct frame *ab = queue_head(&l->way[AB].queue);
	const struct frame *ba = queue_head(&l->way[BA].queue);

	if (!ab || !ba)
		return ab ? ab->due : ba ? ba->due : INT64_MAX;
	return ab->due < ba->due ? ab->due : ba->due;
}

static void spin_until(int64_t due)
{
	while (monotonic_ns() < due)
		;
}

/*
 * Sleeps until a frame comes in, or is nearly due. Frames that come in during the spin lose
 * nothing: the kernel has stamped them. False: a signal asks for the end.
 */
static bool wait_for_work(struct link *l, int64_t limit)
{
	struct pollfd fds[] = {
		{l->wire[AB].rx, POLLIN, 0},
		{l->wire[BA].rx, POLLIN, 0},
		{l->signals, POLLIN, 0},
	};
	int64_t due = next_due(l), left = due == INT64_MAX ? INT64_MAX : due - monotonic_ns();
	int64_t sleep = left < limit ? left - SPIN_NS : limit;
	struct timespec t = {0, 0};

	if (sleep > 0)
		t = (struct timespec){sleep / 1000000000, sleep % 1000000000};
	if (ppoll(fds, 3, sleep == INT64_MAX ? NULL : &t, NULL) < 0 && errno != EINTR)
		return false;
	for (int w = AB; w < WAYS; w++)
		if (fds[w].revents)
			read_burst(&l->way[w]);
	due = next_due(l);
	if (due != INT64_MAX && due - monotonic_ns() <= SPIN_NS)
		spin_until(due);
	return !(fds[2].revents & POLLIN);
}

static bool make_ready(const char *path)
{
	FILE *f = fopen(path, "we");

	if (f && fprintf(f, "%d\n", (int)getpid()) > 0 && fclose(f) == 0)
		return true;
	fprintf(stderr, "testlink: file '%s': %s\n", path, strerror(errno));
	return false;
}

/* Only looks while there is reason to. False: an interface is gone, or the file cannot be made. */
static bool check_wires(struct link *l)
{
	bool up = true;

	for (int w = AB; w < WAYS; w++) {
		enum wire_state state = WIRE_UP;

		if (l->wire[w].lost_carrier || l->ready)
			state = wire_state(&l->wire[w]);
		if (state == WIRE_GONE)
			return false;
		l->wire[w].lost_carrier = state != WIRE_UP;
		up &= state == WIRE_UP;
	}
	if (up && l->ready) {
		if (!make_ready(l->ready))
			return false;
		l->ready = NULL;
	}
	return true;
}

static void forward(struct link *l)
{
	do {
		int64_t now = monotonic_ns();

		send_due(&l->way[AB], now);
		send_due(&l->way[BA], now);
		if (!check_wires(l))
			return;
	} while (wait_for_work(l, l->ready || l->wire[AB].lost_carrier || l->wire[BA].lost_carrier
	                                  ? RECHECK_NS
	                                  : INT64_MAX));
}

static bool open_direction(struct link *l, const struct options *o, enum way w)
{
	struct direction *d = &l->way[w];

	d->how = &o->way[w];
	d->from = &l->wire[w];
	d->to = &l->wire[w == AB ? BA : AB];
	d->seed = mix((uint64_t)o->seed * WAYS + w);
	d->sent = calloc((size_t)d->how->queue, sizeof(*d->sent));
	if (d->sent && queue_init(&d->queue, SLOTS + (size_t)d->how->queue))
		return true;
	fprintf(stderr, "testlink: %s\n", strerror(errno));
	return false;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static bool open_link(struct link *l, const struct options *o)
{
	l->ready = o->ready;
	l->signals = open_signals();
	prctl(PR_SET_TIMERSLACK, 1UL);
	return l->signals >= 0 && wire_open(&l->wire[AB], o->iface[AB]) &&
	       wire_open(&l->wire[BA], o->iface[BA]) && open_direction(l, o, AB) &&
	       open_direction(l, o, BA);
}

static bool write_stats(const struct link *l, const char *path)
{
	static const char *const names[WAYS] = {"ab", "ba"};
	FILE *f = fopen(path, "we");
	bool ok = f != NULL;

	for (int w = AB; ok && w < WAYS; w++) {
		const struct direction *d = &l->way[w];

		ok = fprintf(f,
		             "%s forwarded=%" PRIu64 " lost=%" PRIu64 " duplicated=%" PRIu64
		             " reordered=%" PRIu64 " corrupted=%" PRIu64 " queue_dropped=%" PRIu64
		             "\n",
		             names[w], d->forwarded, d->lost, d->duplicated, d->reordered,
		             d->corrupted, d->queue_dropped + wire_overruns(d->from)) > 0;
	}
	if (f && fclose(f) == 0 && ok)
		return true;
	fprintf(stderr, "testlink: file '%s': %s\n", path, strerror(errno));
	return false;
}

static void choose_seed(struct options *o)
{
	uint32_t random = 0;

	if (!o->seeded && getrandom(&random, sizeof(random), 0) == sizeof(random))
		o->seed = random;
	printf("testlink: seed %" PRId64 "\n", o->seed);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct options options;
	static struct link link;

	if (!options_parse(&options, argc, argv))
		return EXIT_USAGE;
	if (options.help) {
		options_usage();
		return EXIT_SUCCESS;
	}
	choose_seed(&options);
	if (!open_link(&link, &options))
		return EXIT_FAILURE;
	forward(&link);
	if (options.stats && !write_stats(&link, options.stats))
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
