/* SPDX-License-Identifier: BSD-2-Clause */
/* addr.h - IP addresses, endpoints and the two ends of a connection, as values. */
#ifndef TCPSHAKE_WIRE_ADDR_H
#define TCPSHAKE_WIRE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum addr_family {
	ADDR_NONE = 0,
	ADDR_V4 = 4,
	ADDR_V6 = 6,
};

/* The bytes come first: so they are read as they are copied, in one piece, which is several times as fast. */
struct addr {
	uint8_t bytes[16]; /* network order; IPv4 uses the first four, the rest are 0 */
	uint32_t scope;    /* interface index of a link-local IPv6 address, else 0 */
	uint8_t family;    /* enum addr_family */
};

struct endpoint {
	struct addr addr;
	uint16_t port; /* host order */
};

/* A connection's two ends, as seen from this host. */
struct tuple {
	struct endpoint local;
	struct endpoint remote;
};

#define ADDR_TEXT_MAX     64 /* an address with its zone, as a name or a number */
#define ENDPOINT_TEXT_MAX 72 /* "[address]:port" */
#define ADDR_ZONE_MAX     16 /* an interface name, as IFNAMSIZ */

/* From `len` bytes (4 or 16) in network order. */
static inline struct addr addr_from(const void *bytes, size_t len)
{
	struct addr a = {.family = len == 4 ? ADDR_V4 : ADDR_V6, .scope = 0};

	memcpy(a.bytes, bytes, len == 4 ? 4 : 16);
	return a;
}

/* Number of bytes of the address: 4, 16, or 0 for ADDR_NONE. */
size_t addr_len(const struct addr *a);

/* Same family and bytes. The scope does not count: frames do not carry it. */
bool addr_same(const struct addr *a, const struct addr *b);
bool endpoint_same(const struct endpoint *a, const struct endpoint *b);
bool tuple_same(const struct tuple *a, const struct tuple *b);

/* IPv6 fe80::/10: the address means nothing without an interface. */
bool addr_is_link_local(const struct addr *a);

/* Not the address of one host: 0.0.0.0, ::, multicast, 255.255.255.255. */
bool addr_is_unusable(const struct addr *a);

/*
 * Parse "192.0.2.7", "2001:db8::1" or "fe80::1%eth0". The zone ("eth0", or empty) is copied to
 * `zone`; turning it into a scope needs the system (net/route.h). False when `s` is no address.
 */
bool addr_parse(const char *s, struct addr *out, char zone[static ADDR_ZONE_MAX]);

/* "192.0.2.7" or "2001:db8::1"; a scope follows as "%3". Returns `out`. */
const char *addr_format(const struct addr *a, char out[static ADDR_TEXT_MAX]);

/* "192.0.2.7:443" or "[2001:db8::1]:443". Returns `out`. */
const char *endpoint_format(const struct endpoint *e, char out[static ENDPOINT_TEXT_MAX]);

#endif
