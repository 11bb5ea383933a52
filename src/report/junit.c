/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * junit.c - the XML that build servers read: a test suite with a test case for each attempt.
 *
 * The counts stand in the first line, so the document is written at the end.
 */
#include <stdlib.h>

#include <libxml/tree.h>

#include "report/outcome.h"
#include "report/report.h"

static void set(xmlNode *node, const char *key, const char *value)
{
	xmlNewProp(node, BAD_CAST key, BAD_CAST(value != NULL ? value : ""));
}

static void set_number(xmlNode *node, const char *key, unsigned int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	set(node, key, text);
}

static void begin(struct report *r, ns_t wall)
{
	char time[NS_RFC3339_MAX];
	xmlDoc *doc = xmlNewDoc(BAD_CAST "1.0");
	xmlNode *root = xmlNewNode(NULL, BAD_CAST "testsuite");

	xmlDocSetRootElement(doc, root);
	ns_rfc3339(time, wall);
	set(root, "name", "tcpshake");
	set(root, "timestamp", time);
	r->state = doc;
}

/* "expected: ...\ngot: ...\n" and the segments. */
static void explain(xmlNode *node, const struct outcome *o)
{
	const struct segment_record *s = o->segments.items;
	char line[256];

	snprintf(line, sizeof(line), "expected: %s; got: %s [%s]\n",
	         o->expected != NULL ? o->expected : "-", o->got != NULL ? o->got : "-",
	         o->rfc != NULL ? o->rfc : "-");
	xmlNodeAddContent(node, BAD_CAST line);
	for (uint32_t i = 0; i < o->segments.count; i++) {
		snprintf(line, sizeof(line), "%+.6f %c %s\n", (double)s[i].time / 1e9,
		         s[i].direction[0] == 'o' ? '>' : '<', s[i].text);
		xmlNodeAddContent(node, BAD_CAST line);
	}
}

static void record(struct report *r, const struct record *rec)
{
	xmlNode *test, *inside;
	struct outcome o;
	char seconds[32];

	if (!outcome_of(rec, &o))
		return;
	test = xmlNewChild(xmlDocGetRootElement(r->state), NULL, BAD_CAST "testcase", NULL);
	set(test, "classname", rec->type->name);
	set(test, "name", o.name);
	snprintf(seconds, sizeof(seconds), "%.6f", o.time != NS_NONE ? (double)o.time / 1e9 : 0.0);
	set(test, "time", seconds);
	r->tests++;
	if (o.kind == OUTCOME_PASSED)
		return;
	inside = xmlNewChild(test, NULL, BAD_CAST(o.kind == OUTCOME_FAILED ? "failure" : "skipped"),
	                     NULL);
	set(inside, "message", o.why);
	if (o.kind == OUTCOME_FAILED) {
		r->failed++;
		set(inside, "type", o.verdict);
		explain(inside, &o);
	} else {
		r->skipped++;
	}
}

static void end(struct report *r)
{
	xmlDoc *doc = r->state;
	xmlNode *root = xmlDocGetRootElement(doc);
	xmlChar *text = NULL;
	int len = 0;

	set_number(root, "tests", r->tests);
	set_number(root, "failures", r->failed);
	set_number(root, "errors", 0);
	set_number(root, "skipped", r->skipped);
	xmlDocDumpFormatMemoryEnc(doc, &text, &len, "UTF-8", 1);
	if (text != NULL)
		fwrite(text, 1, (size_t)len, r->out);
	xmlFree(text);
	xmlFreeDoc(doc);
	r->state = NULL;
}

const struct report_format report_junit = {
	.name = "junit",
	.help = "XML for build servers",
	.begin = begin,
	.record = record,
	.end = end,
};
