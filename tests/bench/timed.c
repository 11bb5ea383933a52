/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timed.c - timed FILE COMMAND...: runs it and appends to FILE: wall time (ms, exec to exit),
 * processor time (ms, user and system), largest resident set (KiB) and exit status. Small itself, as
 * the kernel counts the memory of the process that calls exec, too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double milliseconds(struct timeval tv)
{
	return (double)tv.tv_sec * 1e3 + (double)tv.tv_usec / 1e3;
}

int main(int argc, char **argv)
{
	struct timespec from, to;
	struct rusage used;
	int status;
	FILE *out = argc > 2 ? fopen(argv[1], "ae") : NULL;

	if (out == NULL) {
		fprintf(stderr, "usage: timed FILE COMMAND...\n");
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &from);
	pid_t pid = vfork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0) {
		perror("timed");
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	fprintf(out, "%.3f %.3f %.3f %ld %d\n",
	        (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6,
	        milliseconds(used.ru_utime), milliseconds(used.ru_stime), used.ru_maxrss,
	        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return fclose(out) == 0 ? 0 : 2;
}
