/* SPDX-License-Identifier: BSD-2-Clause */
/* check_request.c - HTTP/1.0 on web ports: the answer ends with the connection (RFC 1945 1.3). */
#include "probe/check_request.h"

#include <stddef.h>

const char *check_request(uint16_t port)
{
	/* With TLS, too: a server closes on a client that speaks something else. */
	static const uint16_t web[] = {80, 443, 8000, 8008, 8080, 8443, 8888};

	for (size_t i = 0; i < sizeof(web) / sizeof(web[0]); i++)
		if (web[i] == port)
			return "GET / HTTP/1.0\r\n\r\n";
	return NULL;
}
