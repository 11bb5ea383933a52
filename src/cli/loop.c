/* SPDX-License-Identifier: BSD-2-Clause */
/* loop.c - ppoll over the device and the signals. */
#include "cli/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "result/summary_record.h"

static int open_signals(struct err *e)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGQUIT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of the report */
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd >= 0 ? fd : err_sys(e, ERR_LOCAL, errno, "signalfd");
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

static void on_signal(int fd, struct engine *en)
{
	struct engine_sink status = {.summary = print_status};
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGQUIT)
			engine_summaries(en, &status, ns_realtime());
		else
			engine_stop(en, ns_monotonic());
	}
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

int loop_run(struct engine *en, struct device *device, struct output *out, struct err *e)
{
	int signals = open_signals(e);
	struct pollfd p[2] = {{.fd = device->ops->fd(device), .events = POLLIN},
	                      {.fd = signals, .events = POLLIN}};
	ns_t now, wall;
	int rc = 0;

	if (signals < 0)
		return -1;
	prctl(PR_SET_TIMERSLACK, 1);
	ns_both(&now, &wall);
	progress_start(&out->progress, now);
	engine_start(en, now, wall);
	while (rc == 0 && !engine_done(en, now)) {
		wait_until(p, 2, ns_min(engine_deadline(en), progress_deadline(&out->progress)));
		if ((p[1].revents & POLLIN) != 0)
			on_signal(signals, en);
		ns_both(&now, &wall);
		if (output_broken(out))
			engine_stop(en, now);
		rc = engine_turn(en, now, wall, e);
		progress_show(&out->progress, en, now);
	}
	progress_clear(&out->progress);
	close(signals);
	return rc;
}
