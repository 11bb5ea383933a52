/* SPDX-License-Identifier: BSD-2-Clause */
/* targets.c - parse TARGET in all its forms. */
#include "cli/targets.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "wire/addr.h"

const struct scheme schemes[] = {
	[SCHEME_TCP] = {.name = "tcp"},
	[SCHEME_TLS] = {.name = "tls", .tls = true},
	[SCHEME_HTTP] = {.name = "http", .port = 80, .path = true},
	[SCHEME_HTTPS] = {.name = "https", .port = 443, .tls = true, .path = true},
	[SCHEME_WS] = {.name = "ws", .port = 80, .path = true},
	[SCHEME_WSS] = {.name = "wss", .port = 443, .tls = true, .path = true},
};

static int invalid(const char *word, const char *why, struct err *e)
{
	return err_set(e, ERR_NAME, "invalid target '%.200s': %s", word, why);
}

static bool is_digits(const char *s)
{
	return *s != '\0' && s[strspn(s, "0123456789")] == '\0';
}

static int set_port(struct target_word *w, const char *word, const char *digits, struct err *e)
{
	uint64_t port;

	if (!text_u64(digits, 1, UINT16_MAX, &port))
		return invalid(word, "the port must be a number from 1 to 65535", e);
	w->port = (uint16_t)port;
	return 0;
}

static int set_host(struct target_word *w, const char *word, const char *host, size_t len,
                    struct err *e)
{
	if (len == 0)
		return invalid(word, "there is no host", e);
	if (len >= sizeof(w->host))
		return invalid(word, "the name is longer than 255 bytes", e);
	memcpy(w->host, host, len);
	w->host[len] = '\0';
	for (size_t i = 0; i < len; i++)
		if (!isgraph((unsigned char)host[i]) || strchr("/\\\"'<>?*@[]", host[i]) != NULL)
			return invalid(word, "that is no host name or address", e);
	return 0;
}

/* "[v6]" or "[v6]:port". */
static int parse_bracketed(struct target_word *w, const char *word, const char *s, struct err *e)
{
	const char *end = strchr(s, ']');
	char zone[ADDR_ZONE_MAX];
	struct addr a;

	if (end == NULL || set_host(w, word, s + 1, (size_t)(end - s - 1), e) != 0 ||
	    !addr_parse(w->host, &a, zone) || a.family != ADDR_V6)
		return invalid(word, "an IPv6 address must stand in the brackets", e);
	if (end[1] == '\0')
		return 0;
	if (end[1] != ':')
		return invalid(word, "only a colon and a port may follow the bracket", e);
	return set_port(w, word, end + 2, e);
}

static int parse_host_port(struct target_word *w, const char *word, const char *s, struct err *e)
{
	const char *colon = strchr(s, ':');

	w->port = 0;
	if (*s == '[')
		return parse_bracketed(w, word, s, e);
	if (colon == NULL || strchr(colon + 1, ':') != NULL) /* two colons: a bare IPv6 address */
		return set_host(w, word, s, strlen(s), e);
	if (set_host(w, word, s, (size_t)(colon - s), e) != 0)
		return -1;
	return set_port(w, word, colon + 1, e);
}

static bool is_scheme(enum target_scheme s, const char *name, size_t len)
{
	return strlen(schemes[s].name) == len && strncasecmp(name, schemes[s].name, len) == 0;
}

static int parse_scheme(struct target_word *w, const char *word, size_t len, struct err *e)
{
	for (w->scheme = SCHEME_TCP; w->scheme <= SCHEME_WSS; w->scheme++)
		if (is_scheme(w->scheme, word, len))
			return 0;
	return err_set(e, ERR_USAGE,
	               "target '%.200s': the scheme must be tcp, tls, http, https, ws or wss",
	               word);
}

/* The path of a URL as it goes into a request: what cannot stand there is refused, not mended. */
static int set_path(struct target_word *w, const char *word, const char *path, struct err *e)
{
	char why[40];
	size_t len = strcspn(path, "#"); /* a fragment is not sent (RFC 9110 4.2.5) */

	if (len == 0 || (len == 1 && *path == '/'))
		return 0;
	if (!schemes[w->scheme].path) {
		snprintf(why, sizeof(why), "a %s:// target has no path", schemes[w->scheme].name);
		return invalid(word, why, e);
	}
	for (size_t i = 0; i < len; i++)
		if (path[i] <= ' ' || path[i] > '~')
			return invalid(word, "in a path, spaces and such are written %20", e);
	if (asprintf(&w->path, "%s%.*s", *path == '/' ? "" : "/", (int)len, path) < 0) {
		w->path = NULL;
		return err_set(e, ERR_LOCAL, "out of memory for targets");
	}
	return 0;
}

static int parse_url(struct target_word *w, const char *word, const char *after, struct err *e)
{
	char host_port[TARGETS_HOST_MAX + 8];
	size_t len = strcspn(after, "/?#");

	if (parse_scheme(w, word, (size_t)(after - word) - strlen("://"), e) != 0)
		return -1;
	if (len >= sizeof(host_port))
		return invalid(word, "the name is longer than 255 bytes", e);
	snprintf(host_port, sizeof(host_port), "%.*s", (int)len, after);
	if (strchr(host_port, '@') != NULL)
		return invalid(word,
		               "user and password are not sent from a URL: use --header "
		               "'Authorization: ...'",
		               e);
	if (parse_host_port(w, word, host_port, e) != 0)
		return -1;
	return set_path(w, word, after + len, e);
}

static int parse_word(struct target_word *w, const char *word, struct err *e)
{
	const char *scheme = strstr(word, "://");

	w->port = 0;
	w->scheme = SCHEME_TCP;
	w->path = NULL;
	if (scheme == NULL && strstr(word, ":/") != NULL)
		return invalid(word, "a URL has two slashes behind its scheme: https://host/", e);
	if (scheme != NULL)
		return parse_url(w, word, scheme + 3, e);
	return parse_host_port(w, word, word, e);
}

static struct target_word *append(struct target_words *t, struct err *e)
{
	if (t->count == t->capacity) {
		uint32_t capacity = t->capacity == 0 ? 16 : t->capacity * 2;
		struct target_word *grown = reallocarray(t->word, capacity, sizeof(*grown));

		if (grown == NULL) {
			err_set(e, ERR_LOCAL, "out of memory for targets");
			return NULL;
		}
		t->word = grown;
		t->capacity = capacity;
	}
	t->word[t->count].path = NULL;
	return &t->word[t->count++];
}

int targets_add_words(struct target_words *t, char *const *words, int count, struct err *e)
{
	for (int i = 0; i < count; i++) {
		struct target_word *w = append(t, e);

		if (is_digits(words[i]))
			return invalid(words[i],
			               "a port needs a host before it (and the optional value of "
			               "an option a '=', as in --load=32)",
			               e);
		if (w == NULL || parse_word(w, words[i], e) != 0)
			return -1;
		if (w->port == 0 && i + 1 < count && is_digits(words[i + 1])) {
			if (set_port(w, words[i + 1], words[i + 1], e) != 0)
				return -1;
			i++;
		}
	}
	return 0;
}

/* One line of a file: a target in one or two words. */
static int add_line(struct target_words *t, char *line, struct err *e)
{
	char *words[2];
	char *save = NULL;
	int count = 0;

	line[strcspn(line, "#\r\n")] = '\0';
	for (char *w = strtok_r(line, " \t", &save); w != NULL; w = strtok_r(NULL, " \t", &save)) {
		if (count == 2)
			return err_set(e, ERR_NAME, "'%s' is one word too many", w);
		words[count++] = w;
	}
	return targets_add_words(t, words, count, e);
}

int targets_add_file(struct target_words *t, const char *path, struct err *e)
{
	bool std = strcmp(path, "-") == 0;
	FILE *f = std ? stdin : fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	unsigned int number = 0;
	int rc = 0;

	if (f == NULL)
		return err_sys(e, ERR_LOCAL, errno, "opening '%s'", path);
	while (rc == 0 && getline(&line, &size, f) >= 0) {
		number++;
		rc = add_line(t, line, e);
		if (rc != 0)
			err_wrap(e, "%s line %u", std ? "standard input" : path, number);
	}
	if (rc == 0 && ferror(f) != 0)
		rc = err_sys(e, ERR_LOCAL, errno, "reading '%s'", path);
	free(line);
	if (!std)
		fclose(f);
	return rc;
}

void targets_free(struct target_words *t)
{
	for (uint32_t i = 0; i < t->count; i++)
		free(t->word[i].path);
	free(t->word);
	*t = (struct target_words){.count = 0};
}
