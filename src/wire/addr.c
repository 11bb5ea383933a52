/* SPDX-License-Identifier: BSD-2-Clause */
/* addr.c - compare, parse and print addresses. */
#include "wire/addr.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/digits.h"

size_t addr_len(const struct addr *a)
{
	if (a->family == ADDR_NONE)
		return 0;
	return a->family == ADDR_V4 ? 4 : 16;
}

bool addr_same(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool endpoint_same(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && addr_same(&a->addr, &b->addr);
}

bool tuple_same(const struct tuple *a, const struct tuple *b)
{
	return endpoint_same(&a->local, &b->local) && endpoint_same(&a->remote, &b->remote);
}

bool addr_is_link_local(const struct addr *a)
{
	return a->family == ADDR_V6 && a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

bool addr_is_unusable(const struct addr *a)
{
	static const uint8_t zeros[16];

	if (a->family == ADDR_NONE || memcmp(a->bytes, zeros, 16) == 0)
		return true;
	if (a->family == ADDR_V6)
		return a->bytes[0] == 0xff;
	return a->bytes[0] == 0 || a->bytes[0] >= 224;
}

bool addr_parse(const char *s, struct addr *out, char zone[static ADDR_ZONE_MAX])
{
	char host[ADDR_TEXT_MAX];
	const char *percent = strchr(s, '%');
	size_t len = percent == NULL ? strlen(s) : (size_t)(percent - s);
	uint8_t bytes[16];

	zone[0] = '\0';
	if (len >= sizeof(host))
		return false;
	memcpy(host, s, len);
	host[len] = '\0';
	if (percent == NULL && inet_pton(AF_INET, host, bytes) == 1) {
		*out = addr_from(bytes, 4);
		return true;
	}
	if (inet_pton(AF_INET6, host, bytes) != 1)
		return false;
	*out = addr_from(bytes, 16);
	if (percent == NULL)
		return true;
	if (percent[1] == '\0' || strlen(percent + 1) >= ADDR_ZONE_MAX)
		return false;
	memcpy(zone, percent + 1, strlen(percent + 1) + 1);
	return true;
}

static const char *format_v4(const struct addr *a, char *out)
{
	char *at = out;

	for (int i = 0; i < 4; i++) {
		at += digits_put(at, a->bytes[i]);
		*at++ = i < 3 ? '.' : '\0';
	}
	return out;
}

const char *addr_format(const struct addr *a, char out[static ADDR_TEXT_MAX])
{
	size_t len;

	out[0] = '\0';
	if (a->family == ADDR_NONE)
		return out;
	if (a->family == ADDR_V4)
		return format_v4(a, out);
	inet_ntop(AF_INET6, a->bytes, out, ADDR_TEXT_MAX);
	len = strlen(out);
	if (a->scope != 0 && addr_is_link_local(a))
		snprintf(out + len, ADDR_TEXT_MAX - len, "%%%u", a->scope);
	return out;
}

const char *endpoint_format(const struct endpoint *e, char out[static ENDPOINT_TEXT_MAX])
{
	char host[ADDR_TEXT_MAX];
	bool v6 = e->addr.family == ADDR_V6;

	addr_format(&e->addr, host);
	snprintf(out, ENDPOINT_TEXT_MAX, "%s%s%s:%u", v6 ? "[" : "", host, v6 ? "]" : "", e->port);
	return out;
}
