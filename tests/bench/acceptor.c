/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acceptor.c - acceptor FIRST LAST: listens on these ports and closes each connection once its peer has sent
 * anything, or closed. As quick as a server can be, so that what a bench sees is the kernel and the prober.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static int poller, first_client;

static void watch(int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0) {
		perror("epoll_ctl");
		exit(1);
	}
}

static int listen_on(int port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons((in_port_t)port)};
	int on = 1, fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) != 0 || listen(fd, 4096) != 0) {
		perror("listen");
		exit(1);
	}
	watch(fd);
	return fd;
}

static void serve(int fd)
{
	char data[4096];

	if (fd >= first_client) {
		if (read(fd, data, sizeof(data)) >= 0 || errno != EAGAIN)
			close(fd);
		return;
	}
	for (int client; (client = accept4(fd, NULL, NULL, SOCK_NONBLOCK)) >= 0;)
		watch(client);
}

int main(int argc, char **argv)
{
	struct rlimit files;
	struct epoll_event events[256];

	if (argc != 3) {
		fprintf(stderr, "usage: acceptor FIRST LAST\n");
		return 2;
	}
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	poller = epoll_create1(0);
	for (int port = (int)strtol(argv[1], NULL, 10); port <= (int)strtol(argv[2], NULL, 10);
	     port++)
		first_client = listen_on(port) + 1;
	for (;;) {
		int count = epoll_wait(poller, events, 256, -1);
		for (int i = 0; i < count; i++)
			serve(events[i].data.fd);
	}
}
