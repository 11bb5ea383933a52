/* SPDX-License-Identifier: BSD-2-Clause */
/* check_request.h - what makes a server answer and close, where the user does not say. */
#ifndef TCPSHAKE_PROBE_CHECK_REQUEST_H
#define TCPSHAKE_PROBE_CHECK_REQUEST_H

#include <stdint.h>

/* The request for a server at this port; NULL: none is known. */
const char *check_request(uint16_t port);

#endif
