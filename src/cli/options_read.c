/* SPDX-License-Identifier: BSD-2-Clause */
/* options_read.c - the options of `read`. */
#include "cli/options_internal.h"
#include "cli/read_view.h"

static int set_sort(struct options *o, const struct option_row *row, const char *value,
                    struct err *e)
{
	o->read.ascending = *value == '+';
	o->read.sort = value + (*value == '+');
	return read_view_sorts(o->read.sort)
	               ? 0
	               : option_bad(row, value,
	                            "a field of `connection` that has a value: tcpshake(1)", e);
}

int option_apply_read(struct options *o, const struct option_row *row, const char *value,
                      struct err *e)
{
	uint64_t n = 0;
	int rc;

	switch (row->id) {
	case OPT_FILTER:
		o->read.filter = value;
		return *value != '\0' ? 0 : option_bad(row, value, "a pcap expression", e);
	case OPT_FLOW:
		return choice_parse(&o->read.choice, value, e);
	case OPT_ONLY:
		return read_view_only(value, &o->read.only)
		               ? 0
		               : option_bad(row, value, "a list of " READ_VIEW_KINDS, e);
	case OPT_SORT:
		return set_sort(o, row, value, e);
	case OPT_TOP:
		rc = option_number(row, value, 1, 1000000, &n, e);
		o->read.top = (uint32_t)n;
		return rc;
	case OPT_JOIN:
		o->read.join = true;
		return 0;
	case OPT_MAX_FLOWS:
		rc = option_number(row, value, 16, 100000000, &n, e);
		o->read.max_flows = (uint32_t)n;
		return rc;
	default:
		return 1;
	}
}
