/* SPDX-License-Identifier: BSD-2-Clause */
/* choice.c - one end against another, in either order. */
#include "engine/choice.h"

#include <stdlib.h>
#include <string.h>

#define END_MAX 80

static bool parse_number(const char *s, unsigned long most, unsigned long *out)
{
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	*out = strtoul(s, &end, 10);
	return *end == '\0' && *out <= most;
}

static bool parse_port(const char *s, uint16_t *out)
{
	unsigned long port;

	if (!parse_number(s, 65535, &port) || port == 0)
		return false;
	*out = (uint16_t)port;
	return true;
}

/* Cut the port off: what stands behind the only colon, or behind "]:". */
static bool split_port(char *s, uint16_t *port)
{
	char *close = strrchr(s, ']'), *colon = strrchr(s, ':');

	if (*s == '[') {
		if (close == NULL || (close[1] != '\0' && close[1] != ':'))
			return false;
		if (close[1] == ':' && !parse_port(close + 2, port))
			return false;
		*close = '\0';
		memmove(s, s + 1, strlen(s));
		return true;
	}
	if (colon == NULL || strchr(s, ':') != colon)
		return true; /* none, or an IPv6 address without brackets */
	*colon = '\0';
	return parse_port(colon + 1, port);
}

static bool parse_end(const char *s, size_t len, struct choice_end *out)
{
	char buf[END_MAX], zone[ADDR_ZONE_MAX];

	*out = (struct choice_end){.port = 0};
	if (len == 0 || len >= sizeof(buf))
		return false;
	memcpy(buf, s, len);
	buf[len] = '\0';
	if (!split_port(buf, &out->port))
		return false;
	return buf[0] == '\0' ? out->port != 0 : addr_parse(buf, &out->addr, zone);
}

int choice_parse(struct choice *c, const char *s, struct err *e)
{
	const char *dash = strchr(s, '-');
	unsigned long stream;

	*c = (struct choice){.by_stream = false};
	if (parse_number(s, UINT32_MAX - 1, &stream)) {
		c->by_stream = true;
		c->stream = (uint32_t)stream;
		return 0;
	}
	c->ends = dash == NULL ? 1 : 2;
	if (parse_end(s, dash == NULL ? strlen(s) : (size_t)(dash - s), &c->end[0]) &&
	    (dash == NULL || parse_end(dash + 1, strlen(dash + 1), &c->end[1])))
		return 0;
	return err_set(e, ERR_USAGE,
	               "--flow '%s': need a stream's number, ADDRESS, ADDRESS:PORT, :PORT, or two "
	               "of these "
	               "ends as END-END",
	               s);
}

static bool end_fits(const struct choice_end *c, const struct flow *f, unsigned int side)
{
	struct addr a = addr_from(f->key.addr[side], f->key.family == ADDR_V4 ? 4 : 16);

	return (c->port == 0 || c->port == f->key.port[side]) &&
	       (c->addr.family == ADDR_NONE || addr_same(&c->addr, &a));
}

bool choice_fits(const struct choice *c, const struct flow *f)
{
	if (c->by_stream)
		return f->stream == c->stream;
	if (c->ends == 0)
		return true;
	if (c->ends == 1)
		return end_fits(&c->end[0], f, 0) || end_fits(&c->end[0], f, 1);
	return (end_fits(&c->end[0], f, 0) && end_fits(&c->end[1], f, 1)) ||
	       (end_fits(&c->end[0], f, 1) && end_fits(&c->end[1], f, 0));
}
