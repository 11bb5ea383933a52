/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * connect.c - connect ADDRESS PORT COUNT INTERVAL_US: what a program with plain sockets would report
 * as the time of a handshake. Prints the local port and the wall time of connect() in microseconds,
 * one line a connection.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double one(const struct sockaddr_in *to, unsigned int *port)
{
	struct timespec before, after;
	struct sockaddr_in own;
	socklen_t size = sizeof(own);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	clock_gettime(CLOCK_MONOTONIC, &before);
	int failed = connect(fd, (const struct sockaddr *)to, sizeof(*to));
	clock_gettime(CLOCK_MONOTONIC, &after);
	if (failed || getsockname(fd, (struct sockaddr *)&own, &size) != 0) {
		perror("connect");
		exit(1);
	}
	close(fd);
	*port = ntohs(own.sin_port);
	return (double)(after.tv_sec - before.tv_sec) * 1e6 +
	       (double)(after.tv_nsec - before.tv_nsec) / 1e3;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	struct timespec next;
	unsigned int port;

	if (argc != 5 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
		fprintf(stderr, "usage: connect ADDRESS PORT COUNT INTERVAL_US\n");
		return 2;
	}
	to.sin_port = htons((in_port_t)(int)strtol(argv[2], NULL, 10));
	clock_gettime(CLOCK_MONOTONIC, &next);
	for (int left = (int)strtol(argv[3], NULL, 10); left > 0; left--) {
		double us = one(&to, &port);
		printf("%u %.3f\n", port, us);
		next.tv_nsec += (int)strtol(argv[4], NULL, 10) * 1000;
		next.tv_sec += next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
	return 0;
}
