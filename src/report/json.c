/* SPDX-License-Identifier: BSD-2-Clause */
/* json.c - one JSON document for the whole run. */
#include "report/json_write.h"
#include "report/report.h"

static void begin(struct report *r, ns_t wall)
{
	char time[NS_RFC3339_MAX];

	ns_rfc3339(time, wall);
	fprintf(r->out,
	        "{\"schema\":\"" JSON_SCHEMA "\",\"type\":\"run\",\"time\":\"%s\",\"records\":[",
	        time);
}

static void record(struct report *r, const struct record *rec)
{
	fputs(r->count > 0 ? ",\n" : "\n", r->out);
	json_write_record(r->out, rec);
}

static void end(struct report *r)
{
	fputs("\n]}\n", r->out);
}

const struct report_format report_json = {
	.name = "json",
	.help = "one document with all records",
	.begin = begin,
	.record = record,
	.end = end,
};
