/* SPDX-License-Identifier: BSD-2-Clause */
/* ranges.c - a sorted array; few ranges are there at once, so all is done by walking it. */
#include "tcp/ranges.h"

#include <string.h>

void ranges_init(struct ranges *rs)
{
	rs->count = 0;
	rs->additions = 0;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Put `n` ranges at `at` in the place of those from `at` to before `end`; n is 0 or 1. */
static void replace(struct ranges *rs, uint32_t at, uint32_t end, const struct range *with,
                    uint32_t n)
{
	memmove(&rs->list[at + n], &rs->list[end], (rs->count - end) * sizeof(rs->list[0]));
	if (n > 0)
		rs->list[at] = *with;
	rs->count = rs->count - (end - at) + n;
}

bool ranges_add(struct ranges *rs, uint64_t from, uint64_t to)
{
	struct range joined = {.from = from, .to = to, .touched = rs->additions + 1};
	uint32_t at = 0, end;

	if (from >= to)
		return true;
	while (at < rs->count && rs->list[at].to < from)
		at++;
	for (end = at; end < rs->count && rs->list[end].from <= to; end++) {
		joined.from = least(joined.from, rs->list[end].from);
		joined.to = most(joined.to, rs->list[end].to);
	}
	if (end == at && rs->count == RANGES_MAX)
		return false;
	rs->additions++;
	replace(rs, at, end, &joined, 1);
	return true;
}

void ranges_cut(struct ranges *rs, uint64_t below)
{
	uint32_t end = 0;

	while (end < rs->count && rs->list[end].to <= below)
		end++;
	replace(rs, 0, end, NULL, 0);
	if (rs->count > 0)
		rs->list[0].from = most(rs->list[0].from, below);
}

uint64_t ranges_held(const struct ranges *rs, uint64_t from, uint64_t to)
{
	uint64_t held = 0;

	for (uint32_t i = 0; i < rs->count; i++) {
		uint64_t a = most(from, rs->list[i].from), b = least(to, rs->list[i].to);

		held += a < b ? b - a : 0;
	}
	return held;
}

bool ranges_hole(const struct ranges *rs, uint64_t from, uint64_t to, struct range *hole)
{
	uint32_t i = 0;

	for (; i < rs->count && rs->list[i].from <= from; i++)
		from = most(from, rs->list[i].to);
	if (from >= to)
		return false;
	if (i < rs->count)
		to = least(to, rs->list[i].from);
	*hole = (struct range){.from = from, .to = to};
	return true;
}

size_t ranges_latest(const struct ranges *rs, struct range *out, size_t max)
{
	size_t n = 0;

	for (uint32_t i = 0; i < rs->count; i++) {
		size_t at = n < max ? n : max;

		while (at > 0 && out[at - 1].touched < rs->list[i].touched) {
			if (at < max)
				out[at] = out[at - 1];
			at--;
		}
		if (at < max)
			out[at] = rs->list[i];
		n += n < max ? 1 : 0;
	}
	return n;
}
