/* SPDX-License-Identifier: BSD-2-Clause */
/* jsonl.c - one JSON object a line, flushed at once. */
#include "report/json_write.h"
#include "report/report.h"

static void record(struct report *r, const struct record *rec)
{
	json_write_record(r->out, rec);
	fputc('\n', r->out);
	report_flush(r);
}

const struct report_format report_jsonl = {
	.name = "jsonl",
	.help = "one object a line",
	.record = record,
};
