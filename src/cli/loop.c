/* SPDX-License-Identifier: BSD-2-Clause */
/* loop.c - ppoll over the device and the signals. */
#include "cli/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "result/summary_record.h"

/* nohup has SIGHUP ignored. A shell ignores SIGINT for what it starts with &, and kill -INT means it. */
static bool is_unwanted(int signal)
{
	struct sigaction was;

	return signal == SIGHUP && sigaction(signal, NULL, &was) == 0 && was.sa_handler == SIG_IGN;
}

/* A descriptor that becomes readable by one of these signals; the list ends with 0. */
static int open_one(const int *signals, struct err *e)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	for (; *signals != 0; signals++)
		if (!is_unwanted(*signals))
			sigaddset(&set, *signals);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd >= 0 ? fd : err_sys(e, ERR_LOCAL, errno, "signalfd");
}

int loop_signals_open(struct loop_signals *s, struct err *e)
{
	static const int stop[] = {SIGINT, SIGTERM, SIGHUP, 0}, status[] = {SIGQUIT, 0};

	signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of the report */
	s->status = -1;
	s->stop = open_one(stop, e);
	if (s->stop >= 0)
		s->status = open_one(status, e);
	return s->stop >= 0 && s->status >= 0 ? 0 : -1;
}

void loop_signals_close(struct loop_signals *s)
{
	if (s->stop > 0)
		close(s->stop);
	if (s->status > 0)
		close(s->status);
}

/* ping's status line, one a target. */
static void print_status(void *ctx, const struct record *r, const struct engine_outcome *o)
{
	const struct summary_record *s = r->data;

	(void)ctx;
	(void)o;
	fprintf(stderr, "%s port %lld: %lld/%lld open, %.4g%% loss", s->address, (long long)s->port,
	        (long long)s->open, (long long)s->sent, s->loss_percent < 0 ? 0 : s->loss_percent);
	if (s->rtt_samples > 0)
		fprintf(stderr, ", rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms",
		        (double)s->rtt.min / 1e6, (double)s->rtt.avg / 1e6,
		        (double)s->rtt.max / 1e6, (double)s->rtt.mdev / 1e6);
	fputc('\n', stderr);
}

/* Did a signal arrive? It is taken. */
static bool take(int fd)
{
	struct signalfd_siginfo info;
	bool any = false;

	while (read(fd, &info, sizeof(info)) == sizeof(info))
		any = true;
	return any;
}

static void wait_until(struct pollfd *p, nfds_t n, ns_t deadline)
{
	ns_t left = deadline - ns_monotonic();
	struct timespec ts;

	if (left < 0)
		left = 0;
	ts = (struct timespec){.tv_sec = left / NS_SEC, .tv_nsec = left % NS_SEC};
	ppoll(p, n, deadline == NS_NEVER ? NULL : &ts, NULL);
}

void loop_run(struct engine *en, struct device *device, struct output *out,
              const struct loop_signals *signals)
{
	struct pollfd p[3] = {{.fd = device->ops->fd(device), .events = POLLIN},
	                      {.fd = signals->stop, .events = POLLIN},
	                      {.fd = signals->status, .events = POLLIN}};
	struct engine_sink status = {.summary = print_status};
	struct err e;
	ns_t now, wall;
	prctl(PR_SET_TIMERSLACK, 1);
	ns_both(&now, &wall);
	progress_start(&out->progress, now);
	engine_start(en, now, wall);
	while (!engine_done(en, now)) {
		wait_until(p, 3, ns_min(engine_deadline(en), progress_deadline(&out->progress)));
		ns_both(&now, &wall);
		if (take(signals->stop) || output_broken(out))
			engine_stop(en, now);
		if (take(signals->status))
			engine_summaries(en, &status, wall);
		if (engine_turn(en, now, wall, &e) != 0) {
			output_error(out, &e);
			engine_stop(en, now);
		}
		progress_show(&out->progress, en, now);
	}
	progress_clear(&out->progress);
}
