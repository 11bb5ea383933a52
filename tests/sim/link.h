/* SPDX-License-Identifier: BSD-2-Clause */
/* link.h - two one-way links that lose, delay, double and reorder segments, from a seed. */
#ifndef TCPSHAKE_TESTS_SIM_LINK_H
#define TCPSHAKE_TESTS_SIM_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ns.h"
#include "base/rng.h"
#include "wire/seg.h"

#define LINK_FRAMES 128 /* at most under way at once */

enum link_way {
	TO_SERVER,
	TO_CLIENT,
};

struct link_config {
	unsigned int loss[2]; /* in a thousand, by enum link_way */
	unsigned int twice;   /* delivered twice, in a thousand */
	unsigned int late;    /* held back by up to late_by, in a thousand */
	ns_t late_by;
	ns_t delay, jitter;
};

struct frame {
	struct seg seg;
	ns_t due;
	uint32_t id;    /* counts what was sent, both ways together */
	uint32_t cause; /* id of the SYN that an answer answers */
	enum link_way way;
};

struct link {
	struct link_config cfg;
	struct rng *rng;
	struct frame frames[LINK_FRAMES];
	size_t count;
	uint32_t sent; /* both ways */
	uint32_t lost[2];
	uint32_t overtaken[2]; /* deliveries before an earlier one */
	bool full;
};

void link_init(struct link *l, const struct link_config *cfg, struct rng *rng);

/* Hand over a segment. Returns how many copies will arrive: 0, 1 or 2. Its id is `sent` before. */
unsigned int link_send(struct link *l, enum link_way way, const struct seg *s, uint32_t cause,
                       ns_t now);

/* When the next frame arrives, or NS_NEVER. */
ns_t link_due(const struct link *l);

/* Take the frame that is due first. */
struct frame link_take(struct link *l);

#endif
