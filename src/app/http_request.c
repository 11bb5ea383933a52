/* SPDX-License-Identifier: BSD-2-Clause */
/* http_request.c - joins our header fields with the user's. */
#include "app/http_request.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/version.h"

/* RFC 9110 5.6.2: the characters of a name. */
static const char token[] = "!#$%&'*+-.^_`|~0123456789"
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool http_header_valid(const char *line)
{
	size_t name = strspn(line, token);

	if (name == 0 || line[name] != ':')
		return false;
	for (const char *p = line + name; *p != '\0'; p++)
		if (((unsigned char)*p < ' ' && *p != '\t') || *p == 0x7f)
			return false;
	return true;
}

bool http_field_is(const struct http_field *f, const char *name)
{
	return strlen(name) == f->name_len && strncasecmp(f->name, name, f->name_len) == 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct http_field field_of(const char *line)
{
	struct http_field f = {.name = line, .name_len = strspn(line, token)};

	assert(http_header_valid(line));
	f.value = line + f.name_len + 1;
	while (is_blank(*f.value))
		f.value++;
	f.value_len = strlen(f.value);
	while (f.value_len > 0 && is_blank(f.value[f.value_len - 1]))
		f.value_len--;
	return f;
}

bool http_config_has(const struct http_config *cfg, const char *name)
{
	for (uint32_t i = 0; i < cfg->headers; i++) {
		struct http_field f = field_of(cfg->header[i]);

		if (http_field_is(&f, name))
			return true;
	}
	return false;
}

static void add_ours(struct http_fields *out, const struct http_config *cfg, const char *name,
                     const char *value)
{
	if (http_config_has(cfg, name))
		return;
	out->list[out->count++] = (struct http_field){
		.name = name,
		.name_len = strlen(name),
		.value = value,
		.value_len = strlen(value),
	};
}

/* RFC 9110 8.6: a method that has a meaning for content says its length even where that is none. */
static bool tells_length(const struct http_config *cfg)
{
	return cfg->body != NULL || strcmp(cfg->method, "POST") == 0 ||
	       strcmp(cfg->method, "PUT") == 0 || strcmp(cfg->method, "PATCH") == 0;
}

void http_fields_of(const struct http_config *cfg, struct http_fields *out)
{
	assert(cfg->headers <= HTTP_HEADERS_MAX);
	out->count = 0;
	digits_put(out->length, (int64_t)(cfg->body == NULL ? 0 : cfg->body_len));
	add_ours(out, cfg, "Host", cfg->authority);
	add_ours(out, cfg, "User-Agent", "tcpshake/" VERSION);
	add_ours(out, cfg, "Accept", "*/*");
	if (tells_length(cfg))
		add_ours(out, cfg, "Content-Length", out->length);
	for (uint32_t i = 0; i < cfg->headers; i++)
		out->list[out->count++] = field_of(cfg->header[i]);
}

static bool is_own(const char *const *own, const struct http_field *f)
{
	for (; *own != NULL; own++)
		if (strncasecmp(*own, f->name, f->name_len) == 0 && (*own)[f->name_len] == ':')
			return true;
	return false;
}

/* Enough for the head, whatever is left out. */
static size_t head_room(const struct http_config *cfg, const struct http_fields *fields,
                        const char *const *own)
{
	size_t room = strlen(cfg->method) + strlen(cfg->path) + sizeof("  HTTP/1.1\r\n\r\n");

	for (uint32_t i = 0; i < fields->count; i++)
		room += fields->list[i].name_len + fields->list[i].value_len + strlen(": \r\n");
	for (; *own != NULL; own++)
		room += strlen(*own) + strlen("\r\n");
	return room;
}

static void add_field(struct text *t, const struct http_field *f)
{
	text_add(t, "%.*s: %.*s\r\n", (int)f->name_len, f->name, (int)f->value_len, f->value);
}

char *http_request_head(const struct http_config *cfg, const char *const *own)
{
	struct http_fields fields;
	size_t room;
	char *head;
	struct text t;

	http_fields_of(cfg, &fields);
	room = head_room(cfg, &fields, own);
	head = malloc(room);
	if (head == NULL)
		return NULL;
	t = text_into(head, room);
	text_add(&t, "%s %s HTTP/1.1\r\n", cfg->method, cfg->path);
	for (uint32_t i = 0; i < fields.count; i++)
		if (!is_own(own, &fields.list[i]))
			add_field(&t, &fields.list[i]);
	for (; *own != NULL; own++)
		text_add(&t, "%s\r\n", *own);
	text_add(&t, "\r\n");
	return head;
}
