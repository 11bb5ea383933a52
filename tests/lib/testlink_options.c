/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options are rows of a table: a name, the unit its value is written in, and the field of struct
 * impairment it sets. --ab and --ba choose which of the two directions later options write to.
 */
#include "testlink_options.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *suffix;
	double factor;
};

static const struct unit durations[] = {
	{"", 1e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}, {NULL, 0},
};
static const struct unit percents[] = {
	{"", 4294967296.0 / 100},
	{"%", 4294967296.0 / 100},
	{NULL, 0},
};
static const struct unit rates[] = {
	{"", 1}, {"bit", 1}, {"kbit", 1e3}, {"mbit", 1e6}, {"gbit", 1e9}, {NULL, 0},
};
static const struct unit counts[] = {
	{"", 1},
	{NULL, 0},
};

struct setting {
	const char *name;
	const struct unit *units;
	double least;
	double most;
	size_t offset;
};

#define FIELD(name) offsetof(struct impairment, name)

static const double hour = 3600e9;
static const double always = 4294967296.0;
static const double exact = 9007199254740992.0; /* integers a double still tells apart */

static const struct setting settings[] = {
	{"--delay", durations, 0, hour, FIELD(delay)},
	{"--jitter", durations, 0, hour, FIELD(jitter)},
	{"--reorder-delay", durations, 1, hour, FIELD(reorder_delay)},
	{"--loss", percents, 0, always, FIELD(loss)},
	{"--duplicate", percents, 0, always, FIELD(duplicate)},
	{"--reorder", percents, 0, always, FIELD(reorder)},
	{"--corrupt", percents, 0, always, FIELD(corrupt)},
	{"--rate", rates, 1, 1e12, FIELD(rate)},
	{"--queue", counts, 1, 100000, FIELD(queue)},
};

static bool complain(const char *what, const char *value)
{
	fprintf(stderr, "testlink: %s '%s'\n", what, value);
	return false;
}

static bool parse_scaled(const char *text, const struct unit *units, double least, double most,
                         int64_t *out)
{
	char *end;
	double value;

	if (!isdigit((unsigned char)*text)) /* strtod() also takes signs, "nan" and blanks */
		return false;
	value = strtod(text, &end);
	while (units->suffix && strcmp(units->suffix, end) != 0)
		++units;
	if (!units->suffix)
		return false;
	value *= units->factor;
	if (!(value >= least && value <= most))
		return false;
	*out = (int64_t)(value + 0.5);
	return true;
}

static bool add_drop(struct impairment *way, const char *text)
{
	if (way->drops == DROP_NTH_MAX)
		return complain("more than 16 times --drop-nth, at", text);
	if (!parse_scaled(text, counts, 1, exact, &way->drop_nth[way->drops]))
		return complain("bad value for --drop-nth:", text);
	way->drops++;
	return true;
}

static bool set_field(struct impairment *way, const struct setting *s, const char *text)
{
	int64_t value;

	if (!parse_scaled(text, s->units, s->least, s->most, &value)) {
		fprintf(stderr, "testlink: bad value for %s: '%s'\n", s->name, text);
		return false;
	}
	memcpy((char *)way + s->offset, &value, sizeof(value));
	return true;
}

static const struct setting *find_setting(const char *name)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (strcmp(settings[i].name, name) == 0)
			return &settings[i];
	return NULL;
}

/* Options of one direction; false if there is no such option or its value is bad. */
static bool set_way(struct options *o, const bool chosen[WAYS], const char *name, const char *value)
{
	const struct setting *s = find_setting(name);

	if (!s && strcmp(name, "--drop-nth") != 0)
		return complain("unknown option", name);
	if (!value)
		return complain("no value after", name);
	for (int w = AB; w < WAYS; w++)
		if (chosen[w] &&
		    !(s ? set_field(&o->way[w], s, value) : add_drop(&o->way[w], value)))
			return false;
	return true;
}

/* Words without a value; false if `name` is none of them. */
static bool set_flag(struct options *o, bool chosen[WAYS], const char *name)
{
	if (strcmp(name, "--ab") == 0 || strcmp(name, "--ba") == 0 || strcmp(name, "--both") == 0) {
		chosen[AB] = strcmp(name, "--ba") != 0;
		chosen[BA] = strcmp(name, "--ab") != 0;
		return true;
	}
	if (strcmp(name, "--only-tcp") == 0) {
		for (int w = AB; w < WAYS; w++)
			o->way[w].only_tcp |= chosen[w];
		return true;
	}
	return false;
}

/* Options of the whole link; *known tells whether `name` was one of them. */
static bool set_global(struct options *o, const char *name, const char *value, bool *known)
{
	const char **path = strcmp(name, "--ready") == 0   ? &o->ready
	                    : strcmp(name, "--stats") == 0 ? &o->stats
	                                                   : NULL;

	*known = path || strcmp(name, "--seed") == 0;
	if (!*known)
		return true;
	if (!value)
		return complain("no value after", name);
	if (path) {
		*path = value;
		return true;
	}
	o->seeded = true;
	return parse_scaled(value, counts, 0, exact, &o->seed) ||
	       complain("bad value for --seed:", value);
}

static bool set_interfaces(struct options *o, int argc, char **argv)
{
	if (argc < WAYS)
		return complain("two interfaces wanted, given", argc ? argv[0] : "");
	if (argc > WAYS)
		return complain("unexpected argument", argv[WAYS]);
	if (strcmp(argv[AB], argv[BA]) == 0)
		return complain("both ends are", argv[AB]);
	o->iface[AB] = argv[AB];
	o->iface[BA] = argv[BA];
	return true;
}

static void set_defaults(struct options *o)
{
	memset(o, 0, sizeof(*o));
	for (int w = AB; w < WAYS; w++)
		o->way[w].queue = 1000;
}

static void set_reorder_delay(struct impairment *way)
{
	if (way->reorder_delay == 0)
		way->reorder_delay = way->delay ? 2 * way->delay : 5000000;
}

bool options_parse(struct options *o, int argc, char **argv)
{
	bool chosen[WAYS] = {true, true};
	bool known;
	int i;

	set_defaults(o);
	for (i = 1; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (strcmp(argv[i], "--help") == 0) {
			o->help = true;
			return true;
		}
		if (set_flag(o, chosen, argv[i]))
			continue;
		if (!set_global(o, argv[i], value, &known))
			return false;
		if (!known && !set_way(o, chosen, argv[i], value))
			return false;
		i++;
	}
	set_reorder_delay(&o->way[AB]);
	set_reorder_delay(&o->way[BA]);
	return set_interfaces(o, argc - i, argv + i);
}

void options_usage(void)
{
	puts("usage: testlink [options] IF_A IF_B\n"
	     "Joins two interfaces as a slow and lossy wire until SIGTERM.\n"
	     "  --ab | --ba | --both   later options are for frames A to B | B to A | both\n"
	     "  --delay DUR            one way (20ms, 500us, 1.5 seconds)\n"
	     "  --jitter DUR           uniform, plus or minus; keeps the order of frames\n"
	     "  --loss PERCENT         --duplicate PERCENT   --corrupt PERCENT (one bit)\n"
	     "  --reorder PERCENT      hold these back by --reorder-delay DUR (2 x delay, or 5ms)\n"
	     "  --rate BITS            10mbit; --queue FRAMES may wait (1000), then tail drop\n"
	     "  --drop-nth N           drop the N-th TCP frame; up to 16 times\n"
	     "  --only-tcp             loss, duplicate, reorder, corrupt spare all but TCP\n"
	     "  --seed N               same frames, same fate\n"
	     "  --ready FILE           made, with the process id in it, once frames pass\n"
	     "  --stats FILE           written on exit, one line per direction");
}
