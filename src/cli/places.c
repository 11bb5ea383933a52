/* SPDX-License-Identifier: BSD-2-Clause */
/* places.c - names to addresses to routes. */
#include "cli/places.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/resolve.h"
#include "net/route.h"

/* What holds for every target. */
struct rules {
	const struct options *o;
	enum addr_family family;
	uint32_t oif; /* of -I, or 0 */
	bool source_given;
	int stop_fd;
	struct addr source;
};

static int check_source(struct rules *r, struct err *e)
{
	char zone[ADDR_ZONE_MAX];

	if (r->o->source == NULL)
		return 0;
	if (!addr_parse(r->o->source, &r->source, zone))
		return err_set(e, ERR_USAGE, "--source '%s': need an IPv4 or IPv6 address",
		               r->o->source);
	if (zone[0] != '\0' && route_ifindex(zone, &r->source.scope, e) != 0)
		return -1;
	if (addr_is_link_local(&r->source) && r->source.scope == 0)
		r->source.scope = r->oif;
	if (!route_is_local(&r->source))
		return err_set(
			e, ERR_LOCAL,
			"--source '%s' is not an address of this host: `ip address` lists them",
			r->o->source);
	if (r->family != ADDR_NONE && r->family != r->source.family)
		return err_set(e, ERR_USAGE, "--source '%s' is not of the family that -%d asks for",
		               r->o->source, (int)r->family);
	r->family = (enum addr_family)r->source.family;
	r->source_given = true;
	return 0;
}

/* --- growing lists --- */

static int out_of_memory(struct err *e)
{
	return err_set(e, ERR_LOCAL, "out of memory for targets");
}

static int add_failure(struct places *p, const struct place_failure *f, struct err *e)
{
	struct place_failure *grown = reallocarray(p->failure, p->failures + 1, sizeof(*grown));

	if (grown == NULL)
		return out_of_memory(e);
	p->failure = grown;
	p->failure[p->failures++] = *f;
	return 0;
}

static int add_place(struct places *p, const struct place *place, struct err *e)
{
	if (p->count == PLACES_MAX)
		return err_set(e, ERR_USAGE, "more than %d addresses and ports in one run",
		               PLACES_MAX);
	if ((p->count & (p->count - 1)) == 0) { /* powers of two: double */
		struct place *grown =
			reallocarray(p->place, p->count == 0 ? 1 : p->count * 2, sizeof(*grown));

		if (grown == NULL)
			return out_of_memory(e);
		p->place = grown;
	}
	p->place[p->count++] = *place;
	return 0;
}

/* --- one address --- */

/* Why this address cannot be tried at all; NULL when it can. */
static const char *unfit(const struct rules *r, const struct addr *a)
{
	if (addr_is_unusable(a))
		return "it is not the address of a host";
	if (r->family != ADDR_NONE && r->family != a->family)
		return a->family == ADDR_V4 ? "it is an IPv4 address, IPv6 was asked for"
		                            : "it is an IPv6 address, IPv4 was asked for";
	if (addr_is_link_local(a) && a->scope == 0 && r->oif == 0)
		return "a link-local address needs an interface: ADDRESS%eth0, or -I eth0";
	return NULL;
}

/* To an address of another interface the answers come by that one, if the path back is like that. */
static bool is_usual_source(const struct ground_target *t, uint32_t oif)
{
	struct route usual;
	struct err ignored;

	return route_get(&t->remote.addr, oif, NULL, &usual, &ignored) == 0 &&
	       addr_same(&usual.source, &t->route.source);
}

static int add_address(struct places *p, const struct rules *r, const struct target_word *w,
                       const struct addr *a, uint16_t port, ns_t dns, struct err *e)
{
	struct place_failure failure = {
		.name = w->host, .port = port, .addr = *a, .reason = "no-route"};
	struct place place = {
		.name = w->host, .word = w, .dns = dns, .ground = {.remote = {*a, port}}};
	const char *why = unfit(r, a);
	uint32_t oif = r->oif != 0 ? r->oif : a->scope;

	if (why != NULL) {
		char text[ADDR_TEXT_MAX];

		err_set(&failure.err, ERR_NAME, "invalid target '%s': %s", addr_format(a, text),
		        why);
		return add_failure(p, &failure, e);
	}
	place.ground.bound = oif != 0;
	place.ground.own_source = r->source_given;
	place.ground.remote.addr.scope = oif != 0 && addr_is_link_local(a) ? oif : 0;
	if (route_get(a, oif, r->source_given ? &r->source : NULL, &place.ground.route,
	              &failure.err) != 0)
		return add_failure(p, &failure, e);
	place.ground.any_link = r->source_given && !is_usual_source(&place.ground, oif);
	return add_place(p, &place, e);
}

/* --- one target --- */

/* ADDR or [ADDR]. */
static bool parse_address(const char *s, struct addr *out)
{
	char plain[ADDR_TEXT_MAX], zone[ADDR_ZONE_MAX];
	size_t len = strlen(s);
	struct err ignored;

	if (*s == '[' && s[len - 1] == ']') {
		s++;
		len -= 2;
	}
	if (len >= sizeof(plain))
		return false;
	memcpy(plain, s, len);
	plain[len] = '\0';
	if (!addr_parse(plain, out, zone))
		return false;
	return zone[0] == '\0' || route_ifindex(zone, &out->scope, &ignored) == 0;
}

/* PORT or '*'; 0 for the latter. */
static bool parse_port(const char *s, size_t len, uint16_t *out)
{
	char digits[8];
	uint64_t port;

	if (len >= sizeof(digits))
		return false;
	memcpy(digits, s, len);
	digits[len] = '\0';
	*out = 0;
	if (strcmp(digits, "*") == 0)
		return true;
	if (!text_u64(digits, 1, UINT16_MAX, &port))
		return false;
	*out = (uint16_t)port;
	return true;
}

/* HOST:PORT:ADDR for this host and port? 1, and the address is in *addr; else 0. -1 for a bad one. */
static int match_resolve(const char *spec, const char *host, uint16_t port, struct addr *addr,
                         struct err *e)
{
	const char *first = strchr(spec, ':');
	const char *second = first == NULL ? NULL : strchr(first + 1, ':');
	size_t host_len = first == NULL ? 0 : (size_t)(first - spec);
	uint16_t for_port;

	if (second == NULL || host_len == 0 ||
	    !parse_port(first + 1, (size_t)(second - first - 1), &for_port) ||
	    !parse_address(second + 1, addr))
		return err_set(e, ERR_USAGE, "--resolve '%s': need HOST:PORT:ADDR", spec);
	return strlen(host) == host_len && strncasecmp(host, spec, host_len) == 0 &&
	       (for_port == 0 || for_port == port);
}

/* The next address, from *i on, that --resolve gives for this host and port. */
static bool next_override(const struct options *o, const char *host, uint16_t port, uint32_t *i,
                          struct addr *addr)
{
	struct err ignored;

	while (*i < o->resolve_count)
		if (match_resolve(o->resolve[(*i)++], host, port, addr, &ignored) > 0)
			return true;
	return false;
}

static bool is_overridden(const struct options *o, const char *host, uint16_t port)
{
	struct addr ignored;
	uint32_t i = 0;

	return next_override(o, host, port, &i, &ignored);
}

/* Every --resolve must be right, also those that no target needs: later ones rely on it. */
static int check_overrides(const struct options *o, struct err *e)
{
	struct addr ignored;

	for (uint32_t i = 0; i < o->resolve_count; i++)
		if (match_resolve(o->resolve[i], "", 0, &ignored, e) < 0)
			return -1;
	return 0;
}

/* The i-th port to try of a word: its own, those of -p, or its scheme's. 0 behind the last. */
static uint16_t port_of(const struct rules *r, const struct target_word *w, uint32_t i)
{
	if (w->port != 0)
		return i == 0 ? w->port : 0;
	if (!r->o->ports_given && schemes[w->scheme].port != 0)
		return i == 0 ? schemes[w->scheme].port : 0;
	return ports_get(&r->o->ports, i);
}

/* Add the addresses that --resolve gives: as with names, all of them or the first of the family. */
static int add_overrides(struct places *p, const struct rules *r, const struct target_word *w,
                         uint16_t port, struct err *e)
{
	struct addr addr, other = {.family = ADDR_NONE};
	bool any = false;
	uint32_t i = 0;

	while (next_override(r->o, w->host, port, &i, &addr)) {
		if (r->family != ADDR_NONE && r->family != addr.family) {
			other = addr;
			continue;
		}
		if (add_address(p, r, w, &addr, port, NS_NONE, e) != 0)
			return -1;
		any = true;
		if (!r->o->all_addresses)
			break;
	}
	return any ? 0 : add_address(p, r, w, &other, port, NS_NONE, e); /* and be told why not */
}

/* Add the ports of a word for which --resolve has an address. *left: some have none. */
static int add_overridden(struct places *p, const struct rules *r, const struct target_word *w,
                          bool *left, struct err *e)
{
	uint16_t port;

	*left = false;
	for (uint32_t i = 0; (port = port_of(r, w, i)) != 0; i++) {
		if (!is_overridden(r->o, w->host, port))
			*left = true;
		else if (add_overrides(p, r, w, port, e) != 0)
			return -1;
	}
	return 0;
}

/* Add the other ports of a word at an address that was found for it. */
static int add_ports(struct places *p, const struct rules *r, const struct target_word *w,
                     const struct addr *a, ns_t dns, struct err *e)
{
	uint16_t port;

	for (uint32_t i = 0; (port = port_of(r, w, i)) != 0; i++) {
		if (!is_overridden(r->o, w->host, port) &&
		    add_address(p, r, w, a, port, i == 0 ? dns : NS_NONE, e) != 0)
			return -1;
	}
	return 0;
}

static const char *reason_of(enum resolve_status s)
{
	switch (s) {
	case RESOLVE_NXDOMAIN:
	case RESOLVE_NO_ADDR:
		return "dns-nxdomain";
	case RESOLVE_SERVFAIL:
		return "dns-servfail";
	case RESOLVE_TIMEOUT:
	case RESOLVE_STOPPED:
		return "dns-timeout";
	case RESOLVE_OK:
		break;
	}
	return NULL;
}

static int name_failed(struct places *p, const struct target_word *w, const struct resolved *found,
                       struct err *e)
{
	struct place_failure f = {
		.name = w->host, .port = w->port, .reason = reason_of(found->status)};

	switch (found->status) {
	case RESOLVE_NXDOMAIN:
		err_set(&f.err, ERR_NAME, "%s: no such name (NXDOMAIN)", w->host);
		break;
	case RESOLVE_NO_ADDR:
		err_set(&f.err, ERR_NAME, "%s: the name has no address of the family asked for",
		        w->host);
		break;
	case RESOLVE_SERVFAIL:
		err_set(&f.err, ERR_NAME, "%s: the name server failed: %s", w->host, found->detail);
		break;
	case RESOLVE_TIMEOUT:
		err_set(&f.err, ERR_NAME, "%s: no name server answered: %s", w->host,
		        found->detail);
		break;
	case RESOLVE_STOPPED:
		err_set(&f.err, ERR_NAME, "%s: the look-up was stopped", w->host);
		break;
	case RESOLVE_OK:
		break;
	}
	return add_failure(p, &f, e);
}

static int add_resolved(struct places *p, const struct rules *r, const struct target_word *w,
                        const struct resolved *found, struct err *e)
{
	uint32_t n = r->o->all_addresses ? found->count : 1;

	if (found->status != RESOLVE_OK)
		return name_failed(p, w, found, e);
	for (uint32_t i = 0; i < n; i++)
		if (add_ports(p, r, w, &found->addr[i], found->took, e) != 0)
			return -1;
	return 0;
}

/* A literal address needs no look-up: 1 when it was one. */
static int add_literal(struct places *p, const struct rules *r, const struct target_word *w,
                       struct err *e)
{
	char zone[ADDR_ZONE_MAX];
	struct addr a;

	if (!addr_parse(w->host, &a, zone))
		return 0;
	if (zone[0] != '\0' && route_ifindex(zone, &a.scope, e) != 0)
		return -1;
	return add_ports(p, r, w, &a, NS_NONE, e) == 0 ? 1 : -1;
}

/* --- all targets --- */

/* Add what needs no name server. The words that do are listed in pending[]. */
static int add_known(struct places *p, const struct rules *r, const struct target_words *words,
                     const struct target_word **pending, uint32_t *count, struct err *e)
{
	*count = 0;
	for (uint32_t i = 0; i < words->count; i++) {
		const struct target_word *w = &words->word[i];
		int rc = add_literal(p, r, w, e);
		bool left = false;

		if (rc < 0 || (rc == 0 && add_overridden(p, r, w, &left, e) != 0))
			return -1;
		if (left)
			pending[(*count)++] = w;
	}
	return 0;
}

/* The number of this word's name among names[], where each name stands once. */
static uint32_t name_index(const char **names, uint32_t *count, const char *host)
{
	for (uint32_t i = 0; i < *count; i++)
		if (strcasecmp(names[i], host) == 0)
			return i;
	names[*count] = host;
	return (*count)++;
}

static int resolve_pending(struct places *p, const struct rules *r,
                           const struct target_word **pending, uint32_t count, struct err *e)
{
	const char **names = calloc(count + 1, sizeof(*names));
	uint32_t *index = calloc(count + 1, sizeof(*index));
	struct resolved *found = NULL;
	uint32_t distinct = 0;
	int rc = -1;

	if (names == NULL || index == NULL) {
		out_of_memory(e);
		goto out;
	}
	for (uint32_t i = 0; i < count; i++)
		index[i] = name_index(names, &distinct, pending[i]->host);
	found = calloc(distinct + 1, sizeof(*found));
	if (found == NULL) {
		out_of_memory(e);
		goto out;
	}
	if (resolve_names(names, found, distinct, r->family, r->stop_fd, e) != 0)
		goto out;
	for (uint32_t i = 0; i < count; i++)
		if (add_resolved(p, r, pending[i], &found[index[i]], e) != 0)
			goto out;
	rc = 0;
out:
	free(names);
	free(index);
	free(found);
	return rc;
}

static int compare_remotes(const void *a, const void *b)
{
	const struct place *x = *(const struct place *const *)a,
			   *y = *(const struct place *const *)b;
	const struct endpoint *ex = &x->ground.remote, *ey = &y->ground.remote;
	int order = memcmp(ex->addr.bytes, ey->addr.bytes, sizeof(ex->addr.bytes));

	if (order == 0)
		order = (int)ex->port - (int)ey->port;
	if (order == 0)
		order = (int)ex->addr.family - (int)ey->addr.family;
	return order != 0 ? order : (x > y) - (x < y);
}

/* Two names may lead to one address and port: they must not share source ports. */
static int rank_places(struct places *p, struct err *e)
{
	struct place **sorted = calloc(p->count + 1, sizeof(struct place *));

	if (sorted == NULL)
		return out_of_memory(e);
	for (uint32_t i = 0; i < p->count; i++)
		sorted[i] = &p->place[i];
	qsort(sorted, p->count, sizeof(struct place *), compare_remotes);
	p->ranks = 1;
	for (uint32_t i = 1; i < p->count; i++) {
		if (endpoint_same(&sorted[i]->ground.remote, &sorted[i - 1]->ground.remote))
			sorted[i]->rank = sorted[i - 1]->rank + 1;
		if (sorted[i]->rank >= p->ranks)
			p->ranks = sorted[i]->rank + 1;
	}
	free(sorted);
	return 0;
}

int places_find(struct places *p, const struct target_words *words, const struct options *o,
                int stop_fd, struct err *e)
{
	struct rules r = {.o = o, .family = o->family, .stop_fd = stop_fd};
	const struct target_word **pending;
	uint32_t count;
	int rc;

	memset(p, 0, sizeof(*p));
	if ((o->ifname != NULL && route_ifindex(o->ifname, &r.oif, e) != 0) ||
	    check_source(&r, e) != 0 || check_overrides(o, e) != 0)
		return -1;
	pending = calloc(words->count, sizeof(*pending));
	if (pending == NULL)
		return out_of_memory(e);
	rc = add_known(p, &r, words, pending, &count, e);
	if (rc == 0 && count > 0)
		rc = resolve_pending(p, &r, pending, count, e);
	free(pending);
	return rc == 0 ? rank_places(p, e) : rc;
}

void places_free(struct places *p)
{
	free(p->place);
	free(p->failure);
	memset(p, 0, sizeof(*p));
}
