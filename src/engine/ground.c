/* SPDX-License-Identifier: BSD-2-Clause */
/* ground.c - opens guards, captures and raw sockets, in that order, and tests the guard. */
#include "engine/ground.h"

#include <stdlib.h>
#include <string.h>

#include "net/inject.h"
#include "net/rstguard.h"

static bool same_link(const struct device_link *l, const struct ground_target *t)
{
	return l->ifindex == t->route.ifindex && l->bound == t->bound &&
	       (!t->own_source || addr_same(&l->source, &t->route.source));
}

/* One link an interface, and one more where it is bound for some targets and not for others. */
static int find_links(struct ground *g, struct ground_target *targets, uint32_t count,
                      struct err *e)
{
	g->links = calloc(count, sizeof(*g->links));
	if (g->links == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	for (uint32_t i = 0; i < count; i++) {
		uint32_t n = 0;

		while (n < g->link_count && !same_link(&g->links[n], &targets[i]))
			n++;
		if (n == g->link_count) {
			struct device_link *l = &g->links[g->link_count++];

			memcpy(l->ifname, targets[i].route.ifname, sizeof(l->ifname));
			l->ifindex = targets[i].route.ifindex;
			l->bound = targets[i].bound;
			if (targets[i].own_source)
				l->source = targets[i].route.source;
		}
		targets[i].link = n;
		targets[i].seen = 0;
		while (g->links[targets[i].seen].ifindex != targets[i].route.ifindex)
			targets[i].seen++;
		if (targets[i].remote.addr.family == ADDR_V4)
			g->links[n].v4 = true;
		else
			g->links[n].v6 = true;
	}
	return 0;
}

static int open_guard(struct ground *g, const struct ground_config *cfg, struct err *e)
{
	if (rstguard_open(&g->guard, cfg->ports, cfg->first_port, cfg->last_port, e) != 0)
		return -1;
	g->port_count = rstguard_count(g->guard);
	g->ports = calloc(g->port_count, sizeof(*g->ports));
	if (g->ports == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	for (uint32_t i = 0; i < g->port_count; i++)
		g->ports[i] = rstguard_port(g->guard, i);
	return 0;
}

static void make_filter(const struct ground *g, const struct ground_target *targets, uint32_t count,
                        struct filter *f)
{
	memset(f, 0, sizeof(*f));
	f->first_port = UINT16_MAX;
	for (uint32_t i = 0; i < g->port_count; i++) {
		if (g->ports[i] < f->first_port)
			f->first_port = g->ports[i];
		if (g->ports[i] > f->last_port)
			f->last_port = g->ports[i];
	}
	for (uint32_t i = 0; i < count; i++)
		filter_add_host(f, &targets[i].remote.addr);
}

/* By a handle that is not bound to an interface: loopback is another one. */
static enum rstguard_test test_family(const struct ground *g, enum addr_family family)
{
	struct inject *in = device_inject(g->device, family);
	struct inject *own = NULL;
	enum rstguard_test result;
	struct err ignored;

	if (in == NULL && inject_open(&own, family, NULL, NULL, &ignored) != 0)
		return RSTGUARD_UNTESTABLE;
	result = rstguard_selftest(g->guard, in != NULL ? in : own, family);
	inject_close(own);
	return result;
}

static int test_guard(struct ground *g, const struct filter *f, struct err *e)
{
	for (int v = 4; v <= 6; v += 2) {
		enum addr_family family = v == 4 ? ADDR_V4 : ADDR_V6;

		if ((v == 4 && !f->v4) || (v == 6 && !f->v6))
			continue;
		switch (test_family(g, family)) {
		case RSTGUARD_HOLDS:
			break;
		case RSTGUARD_UNTESTABLE:
			g->untested = true;
			break;
		case RSTGUARD_LEAKS:
			return err_set(
				e, ERR_LOCAL,
				"this host's kernel resets IPv%d connections in spite of the guard"
				" (a probe of a guarded port over loopback was reset)",
				v);
		}
	}
	return 0;
}

int ground_open(struct ground *g, const struct ground_config *cfg, struct ground_target *targets,
                uint32_t target_count, struct err *e)
{
	struct filter f;
	bool any = false;

	memset(g, 0, sizeof(*g));
	if (find_links(g, targets, target_count, e) != 0 || open_guard(g, cfg, e) != 0)
		return -1;
	make_filter(g, targets, target_count, &f);
	for (uint32_t i = 0; i < target_count; i++)
		any = any || targets[i].any_link;
	if (device_open_live(&g->device, g->links, g->link_count, &f, any, cfg->whole_frames, e) !=
	    0)
		return -1;
	return test_guard(g, &f, e);
}

void ground_close(struct ground *g)
{
	if (g->device != NULL)
		g->device->ops->close(g->device);
	rstguard_close(g->guard);
	free(g->ports);
	free(g->links);
	memset(g, 0, sizeof(*g));
}
