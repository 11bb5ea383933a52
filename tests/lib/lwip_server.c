/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwip_server.c - an application on lwIP's TCP, over a tap of the name that PRECONFIGURED_TAPIF has.
 *
 *     lwip_server ADDRESS PREFIX-LENGTH GATEWAY PORT
 *
 * As driver.py it closes at the end of file, and does what the bytes of its clients say: C close,
 * W shutdown (then read on), D send 100 bytes, X send 100 bytes and close. It uses the callbacks of
 * lwIP, as the library of Debian has room for four sockets only; of connections there may be any
 * number. Prints "ready".
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lwip/ip4_addr.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/tcp.h"
#include "lwip/tcpip.h"
#include "netif/tapif.h"

#define ANSWER_BYTES 100

static struct netif interface;

/* --- a connection: its callbacks run in the thread of lwIP, one at a time --- */

/* Returns false if the connection is as before: no memory for its FIN. Else it is the stack's alone. */
static bool client_close(struct tcp_pcb *pcb)
{
	tcp_recv(pcb, NULL);
	tcp_err(pcb, NULL);
	return tcp_close(pcb) == ERR_OK;
}

static void client_answer(struct tcp_pcb *pcb)
{
	char answer[ANSWER_BYTES];

	memset(answer, 'x', sizeof(answer));
	if (tcp_write(pcb, answer, sizeof(answer), TCP_WRITE_FLAG_COPY) == ERR_OK)
		tcp_output(pcb);
}

/* Returns false when the connection is closed. */
static bool client_command(struct tcp_pcb *pcb, char command)
{
	switch (command) {
	case 'C':
		return !client_close(pcb);
	case 'D':
		client_answer(pcb);
		return true;
	case 'W':
		tcp_shutdown(pcb, 0, 1);
		return true;
	case 'X':
		client_answer(pcb);
		return !client_close(pcb);
	default:
		return true;
	}
}

/* Data, or the end of file: no data. */
static err_t client_read(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t err)
{
	uint16_t at;
	bool open = true;

	(void)arg;
	(void)err;
	if (data == NULL) {
		client_close(pcb);
		return ERR_OK;
	}
	/* What is read before a close, or the close would reset. */
	tcp_recved(pcb, data->tot_len);
	for (at = 0; at < data->tot_len && open; at++)
		open = client_command(pcb, (char)pbuf_get_at(data, at));
	pbuf_free(data);
	return ERR_OK;
}

static err_t client_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	if (err != ERR_OK || pcb == NULL)
		return ERR_VAL;
	tcp_recv(pcb, client_read);
	return ERR_OK;
}

/* --- the stack --- */

static bool begin(const ip4_addr_t *address, const ip4_addr_t *mask, const ip4_addr_t *gateway,
                  uint16_t port)
{
	struct tcp_pcb *pcb;

	if (netif_add(&interface, address, mask, gateway, NULL, tapif_init, tcpip_input) == NULL)
		return false;
	netif_set_default(&interface);
	netif_set_up(&interface);
	netif_set_link_up(&interface);
	pcb = tcp_new();
	if (pcb == NULL || tcp_bind(pcb, IP_ADDR_ANY, port) != ERR_OK)
		return false;
	pcb = tcp_listen(pcb);
	if (pcb == NULL)
		return false;
	tcp_accept(pcb, client_accept);
	return true;
}

int main(int argc, char **argv)
{
	ip4_addr_t address, mask, gateway;
	unsigned long bits, port;
	bool works;

	if (argc != 5 || !ip4addr_aton(argv[1], &address) || !ip4addr_aton(argv[3], &gateway)) {
		fprintf(stderr, "usage: lwip_server ADDRESS PREFIX-LENGTH GATEWAY PORT\n");
		return 2;
	}
	bits = strtoul(argv[2], NULL, 10);
	port = strtoul(argv[4], NULL, 10);
	if (bits < 1 || bits > 32 || port < 1 || port > UINT16_MAX) {
		fprintf(stderr, "lwip_server: %s/%s: no such prefix or port\n", argv[2], argv[4]);
		return 2;
	}
	ip4_addr_set_u32(&mask, lwip_htonl(UINT32_MAX << (32 - bits)));

	tcpip_init(NULL, NULL);
	LOCK_TCPIP_CORE();
	works = begin(&address, &mask, &gateway, (uint16_t)port);
	UNLOCK_TCPIP_CORE();
	if (!works) {
		fprintf(stderr, "lwip_server: no interface, or no listener\n");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
