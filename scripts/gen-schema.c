/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gen-schema.c - the JSON Schema of json and jsonl output, from the declared fields of the records.
 *
 * A value may be null where its type has a null. The enums below are what the fields' help texts only
 * describe; a test holds real output against the schema, so a value that is missing here shows.
 */
#include <stdio.h>
#include <string.h>

#include "report/json_write.h"
#include "result/check_record.h"
#include "result/comparison_record.h"
#include "result/connection_record.h"
#include "result/cookies_record.h"
#include "result/probe_record.h"
#include "result/summary_record.h"

#define ID "https://tcpshake.invalid/tcpshake.schema.json"

/* RFC 3339, UTC, nanoseconds: not every validator knows the format. */
#define TIME_FORMAT                                                                                \
	"\"format\": \"date-time\", "                                                              \
	"\"pattern\": \"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{9}Z$\""

static const struct record_type *const types[] = {
	&probe_record_type,      &cookies_record_type, &check_record_type,
	&connection_record_type, &summary_record_type, &comparison_record_type,
};

#define TYPES (sizeof(types) / sizeof(types[0]))

/* Fields that hold one of a few words, by their path from the record's type. */
static const struct {
	const char *path;
	const char *words; /* separated by spaces */
} enums[] = {
	{"probe.state", "open closed filtered unreachable error"},
	{"probe.segments.direction", "out in"},
	{"probe.close.kind", "fin-4 fin-3 simultaneous half-closed half-open rst none"},
	{"probe.close.first", "client server both"},
	{"probe.close.verdict", "pass warn fail inconclusive"},
	{"probe.close.findings.verdict", "pass warn fail inconclusive"},
	{"probe.cookie_hint", "window-0 options-lost"},
	{"probe.tls.version", "1.2 1.3"},
	{"probe.http.version", "1.0 1.1 2"},
	{"probe.http.after", "kept close fin"},
	{"probe.messages.direction", "out in"},
	{"probe.fastopen", "cookie no-cookie accepted ignored"},
	{"comparison.variant", "http/1.1 http/1.1-close h2"},
	{"cookies.state", "open closed filtered unreachable error"},
	{"cookies.verdict", "active proxy not-active-now capable intermittent inconclusive"},
	{"cookies.implementation", "linux synproxy xdp dpvs freebsd pf unknown"},
	{"cookies.segments.direction", "out in"},
	{"check.precondition",
         "CLOSED LISTEN SYN_RCVD ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 CLOSE_WAIT CLOSING LAST_ACK "
         "TIME_WAIT"},
	{"check.verdict", "pass info warn fail inconclusive skipped"},
	{"check.segments.direction", "out in"},
	{"check.state", "open closed filtered unreachable error"},
	{"check.baseline", "pass info warn fail inconclusive skipped"},
	{"connection.state", "open closed filtered unreachable"},
	{"connection.close.kind", "fin-4 fin-3 simultaneous half-closed half-open rst none"},
	{"connection.close.first", "client server both"},
	{"connection.close.verdict", "pass warn fail inconclusive"},
	{"connection.findings.verdict", "warn fail inconclusive"},
	{"connection.findings.by", "client server"},
	{"connection.conn_state", "SF S0 S1 S2 S3 SH SHR REJ RSTO RSTR RSTOS0 RSTRH OTH"},
	{"connection.slowest", "syn-retransmits server-side client-side"},
	{"connection.opened", "syn syn-ack midstream"},
	{"connection.reset.by", "client server"},
	{"connection.reset.why", "refused half-open aborted after-fin after-own-fin"},
	{"connection.cookie_hint", "window-0 options-lost linear"},
	{"connection.frames.direction", "out in"},
	{"summary.state", "open closed filtered unreachable error"},
	{"summary.verdict", "pass fail"},
};

static void indent(int depth)
{
	printf("\n%*s", depth * 2, "");
}

static const char *words_of(const char *path)
{
	for (size_t i = 0; i < sizeof(enums) / sizeof(enums[0]); i++)
		if (strcmp(enums[i].path, path) == 0)
			return enums[i].words;
	return NULL;
}

static void put_enum(const char *words)
{
	printf(", \"enum\": [");
	while (*words != '\0') {
		size_t len = strcspn(words, " ");

		printf("\"%.*s\", ", (int)len, words);
		words += len + (words[len] == ' ');
	}
	printf("null]");
}

static void put_object(const struct field *fields, const char *path, int depth);

/* The members of a field's schema, without the braces around them. */
static void put_type(const struct field *f, const char *path, int depth)
{
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_CHARS:
		printf("\"type\": [\"string\", \"null\"]");
		if (words_of(path) != NULL)
			put_enum(words_of(path));
		break;
	case FIELD_INT:
		printf("\"type\": [\"integer\", \"null\"]");
		break;
	case FIELD_US:
		printf("\"type\": [\"number\", \"null\"]");
		break;
	case FIELD_PERCENT:
		printf("\"type\": [\"number\", \"null\"], \"minimum\": 0, \"maximum\": 100");
		break;
	case FIELD_FRACTION:
		printf("\"type\": [\"number\", \"null\"], \"minimum\": 0, \"maximum\": 1");
		break;
	case FIELD_NUMBERS:
		printf("\"type\": \"object\", \"additionalProperties\": {\"type\": \"number\"}");
		break;
	case FIELD_BOOL:
		printf("\"type\": [\"boolean\", \"null\"]");
		break;
	case FIELD_TIME:
		printf("\"type\": [\"string\", \"null\"], " TIME_FORMAT);
		break;
	case FIELD_OBJECT:
		printf("\"type\": \"object\", ");
		put_object(f->sub, path, depth);
		break;
	case FIELD_OPTIONAL:
		printf("\"type\": [\"object\", \"null\"], ");
		put_object(f->sub, path, depth);
		break;
	case FIELD_TEXTS:
		printf("\"type\": \"array\", \"items\": {\"type\": \"string\"}");
		break;
	case FIELD_OBJECTS:
		printf("\"type\": [\"array\", \"null\"], \"items\": {\"type\": \"object\", ");
		put_object(f->sub, path, depth);
		putchar('}');
		break;
	}
}

/* One property. Help texts are JSON strings as they are, but for what json_write_string() escapes. */
static void put_property(const struct field *f, const char *path, int depth)
{
	indent(depth);
	json_write_string(stdout, f->name);
	printf(": {\"description\": ");
	json_write_string(stdout, f->help);
	printf(", ");
	put_type(f, path, depth);
	putchar('}');
}

static void put_fields(const struct field *fields, const char *path, int depth)
{
	for (const char *comma = ""; fields->name != NULL; fields++, comma = ",") {
		char inner[128];

		snprintf(inner, sizeof(inner), "%s.%s", path, fields->name);
		printf("%s", comma);
		put_property(fields, inner, depth);
	}
}

static void put_required(const struct field *fields, const char *first)
{
	printf("\"additionalProperties\": false, \"required\": [%s", first);
	for (const char *comma = *first == '\0' ? "" : ", "; fields->name != NULL;
	     fields++, comma = ", ")
		printf("%s\"%s\"", comma, fields->name);
	putchar(']');
}

/* "required" and "properties" of the fields. */
static void put_object(const struct field *fields, const char *path, int depth)
{
	put_required(fields, "");
	printf(", \"properties\": {");
	put_fields(fields, path, depth + 1);
	putchar('}');
}

/* A record: its fields, and what every record has. */
static void put_record(const struct record_type *t)
{
	indent(2);
	printf("\"%s\": {\"type\": \"object\", ", t->name);
	put_required(t->fields, "\"schema\", \"type\"");
	printf(", \"properties\": {");
	indent(3);
	printf("\"schema\": {\"const\": \"" JSON_SCHEMA "\"},");
	indent(3);
	printf("\"type\": {\"const\": \"%s\"},", t->name);
	put_fields(t->fields, t->name, 3);
	printf("}}");
}

static void put_references(void)
{
	printf("\"oneOf\": [");
	for (size_t i = 0; i < TYPES; i++)
		printf("%s{\"$ref\": \"#/$defs/%s\"}", i > 0 ? ", " : "", types[i]->name);
}

/* The document of -o json. */
static void put_run(void)
{
	indent(2);
	printf("\"run\": {\"type\": \"object\", \"additionalProperties\": false,");
	indent(3);
	printf("\"required\": [\"schema\", \"type\", \"time\", \"records\"], \"properties\": {");
	indent(3);
	printf("\"schema\": {\"const\": \"" JSON_SCHEMA "\"}, \"type\": {\"const\": \"run\"},");
	indent(3);
	printf("\"time\": {\"description\": \"when the run began\", \"type\": "
	       "\"string\", " TIME_FORMAT "},");
	indent(3);
	printf("\"records\": {\"type\": \"array\", \"items\": {");
	put_references();
	printf("]}}}}");
}

int main(void)
{
	printf("{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"$id\": \"" ID
	       "\",");
	indent(1);
	printf("\"title\": \"tcpshake\",");
	indent(1);
	printf("\"description\": \"A document of -o json, or a line of -o jsonl\",");
	indent(1);
	put_references();
	printf(", {\"$ref\": \"#/$defs/run\"}],");
	indent(1);
	printf("\"$defs\": {");
	for (size_t i = 0; i < TYPES; i++) {
		put_record(types[i]);
		putchar(',');
	}
	put_run();
	printf("}}\n");
	return fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : 1;
}
