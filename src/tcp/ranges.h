/* SPDX-License-Identifier: BSD-2-Clause */
/* ranges.h - which parts of a byte stream are there: a bounded list of ranges, in order and apart. */
#ifndef TCPSHAKE_TCP_RANGES_H
#define TCPSHAKE_TCP_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RANGES_MAX 64

/* Offsets from `from` to before `to`. */
struct range {
	uint64_t from, to;
	uint32_t touched; /* when it last grew: a count of additions */
};

struct ranges {
	struct range list[RANGES_MAX];
	uint32_t count;
	uint32_t additions;
};

void ranges_init(struct ranges *rs);

/* Add a part, joined with those that it meets. False: there is no room for one more, nothing changed. */
bool ranges_add(struct ranges *rs, uint64_t from, uint64_t to);

/* Forget all below. */
void ranges_cut(struct ranges *rs, uint64_t below);

/* How many bytes of this part are there. */
uint64_t ranges_held(const struct ranges *rs, uint64_t from, uint64_t to);

/* The first stretch of this part that is not there; false when all is. */
bool ranges_hole(const struct ranges *rs, uint64_t from, uint64_t to, struct range *hole);

/* Up to `max` ranges, the one that grew last first. Returns how many. */
size_t ranges_latest(const struct ranges *rs, struct range *out, size_t max);

#endif
