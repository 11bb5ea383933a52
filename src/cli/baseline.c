/* SPDX-License-Identifier: BSD-2-Clause */
/* baseline.c - the only reader of JSON: a document of -o json, or objects one after the other. */
#include "cli/baseline.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s != NULL ? s : "";
}

/* Take an object, where it is a check. -1 without memory. */
static int add_check(struct check_baseline *b, const json_t *object)
{
	enum check_verdict v = check_verdict_parse(text_of(object, "verdict"));
	struct check_earlier *more;

	if (strcmp(text_of(object, "type"), "check") != 0 || v == CHECK_VERDICTS ||
	    text_of(object, "id")[0] == '\0')
		return 0;
	more = realloc(b->at, (b->count + 1) * sizeof(*more));
	if (more == NULL)
		return -1;
	b->at = more;
	b->at[b->count] = (struct check_earlier){.verdict = v};
	b->at[b->count].port = (uint16_t)json_integer_value(json_object_get(object, "port"));
	b->at[b->count].family = (uint8_t)json_integer_value(json_object_get(object, "family"));
	snprintf(b->at[b->count].id, sizeof(b->at->id), "%s", text_of(object, "id"));
	snprintf(b->at[b->count].precondition, sizeof(b->at->precondition), "%s",
	         text_of(object, "precondition"));
	b->count++;
	return 0;
}

static int add_value(struct check_baseline *b, const json_t *value)
{
	const json_t *records = json_object_get(value, "records");

	if (!json_is_array(records))
		return add_check(b, value);
	for (size_t i = 0; i < json_array_size(records); i++)
		if (add_check(b, json_array_get(records, i)) != 0)
			return -1;
	return 0;
}

/* Is there more than white space? */
static bool has_more(FILE *f)
{
	int c;

	do
		c = getc(f);
	while (isspace(c));
	if (c != EOF)
		ungetc(c, f);
	return c != EOF;
}

/* Every JSON value of the file, up to its end. */
static int read_values(FILE *f, const char *path, struct check_baseline *b, struct err *e)
{
	json_error_t je;

	while (has_more(f)) {
		json_t *value = json_loadf(f, JSON_DISABLE_EOF_CHECK, &je);
		int rc;

		if (value == NULL)
			return err_set(
				e, ERR_USAGE,
				"--baseline '%s': line %d: %s: is it JSON of an earlier run?", path,
				je.line, je.text);
		rc = add_value(b, value);
		json_decref(value);
		if (rc != 0)
			return err_set(e, ERR_LOCAL, "out of memory");
	}
	if (b->count == 0)
		return err_set(
			e, ERR_USAGE,
			"--baseline '%s' has no checks: write it with `tcpshake close --json`",
			path);
	return 0;
}

int baseline_read(const char *path, struct check_baseline *out, struct err *e)
{
	FILE *f = fopen(path, "re");
	int rc;

	*out = (struct check_baseline){.count = 0};
	if (f == NULL)
		return err_sys(e, ERR_USAGE, errno, "--baseline: opening '%s'", path);
	rc = read_values(f, path, out, e);
	fclose(f);
	if (rc != 0) {
		free(out->at);
		out->at = NULL;
	}
	return rc;
}
