/* SPDX-License-Identifier: BSD-2-Clause */
/* websocket_upgrade.c - the rules of RFC 6455 4.1 for the response to our upgrade. */
#include "app/websocket_upgrade.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "app/http_request.h"
#include "base/text.h"

/* RFC 6455 1.3: what the server appends to the key. */
#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

bool ws_upgrade_init(struct ws_upgrade *u, const struct ws_config *cfg)
{
	char joined[sizeof(u->key) + sizeof(GUID)];
	uint8_t sha1[DIGEST_SHA1_LEN];

	memset(u, 0, sizeof(*u));
	u->http = cfg->http;
	digest_base64(u->key, cfg->key, sizeof(cfg->key));
	snprintf(joined, sizeof(joined), "%s" GUID, u->key);
	if (!digest_sha1(sha1, joined, strlen(joined)))
		return false;
	digest_base64(u->accept, sha1, sizeof(sha1));
	return true;
}

char *ws_upgrade_request(const struct ws_upgrade *u)
{
	struct http_config http = *u->http;
	char key[sizeof("Sec-WebSocket-Key: ") + sizeof(u->key)];
	const char *const own[] = {"Upgrade: websocket", "Connection: Upgrade", key,
	                           "Sec-WebSocket-Version: 13", NULL};

	http.method = "GET";
	http.body = NULL;
	snprintf(key, sizeof(key), "Sec-WebSocket-Key: %s", u->key);
	return http_request_head(&http, own);
}

/* The next element of a list (RFC 9110 5.6.1) from *at on, and its length; NULL: no more. */
static const char *element(const char **at, size_t *len)
{
	const char *s = *at + strspn(*at, ", \t");

	*len = strcspn(s, ",");
	*at = s + *len;
	while (*len > 0 && (s[*len - 1] == ' ' || s[*len - 1] == '\t'))
		--*len;
	return *s == '\0' ? NULL : s;
}

/* Is `word` an element of the list? */
static bool lists(const char *list, const char *word, bool any_case)
{
	const char *e;
	size_t len;

	while ((e = element(&list, &len)) != NULL)
		if (len == strlen(word) &&
		    (any_case ? strncasecmp(e, word, len) : strncmp(e, word, len)) == 0)
			return true;
	return false;
}

/* Did the user's fields ask for this subprotocol? */
static bool is_asked(const struct ws_upgrade *u, const char *protocol)
{
	static const char name[] = "Sec-WebSocket-Protocol:";

	for (uint32_t i = 0; i < u->http->headers; i++)
		if (strncasecmp(u->http->header[i], name, strlen(name)) == 0 &&
		    lists(u->http->header[i] + strlen(name), protocol, false))
			return true;
	return false;
}

static void is_wrong(struct ws_upgrade *u, const char *what, const char *value)
{
	struct text t = text_into(u->wrong, sizeof(u->wrong));

	text_add(&t, "%s%s%s", what, value[0] == '\0' ? "" : " ", value);
}

/* A value without the spaces behind it. */
static void trim(char *out, size_t cap, const char *value)
{
	struct text t = text_into(out, cap);

	text_add(&t, "%s", value);
	while (t.len > 0 && (out[t.len - 1] == ' ' || out[t.len - 1] == '\t'))
		out[--t.len] = '\0';
}

static void take_protocol(struct ws_upgrade *u, const char *value)
{
	struct text t;

	if (u->protocol[0] != '\0')
		is_wrong(u, "more than one Sec-WebSocket-Protocol", "");
	else if (!is_asked(u, value))
		is_wrong(u, "a subprotocol that was not asked for:", value);
	if (u->wrong[0] != '\0')
		return;
	t = text_into(u->protocol, sizeof(u->protocol));
	text_add(&t, "%s", value);
}

void ws_upgrade_field(void *upgrade, const char *name, const char *value)
{
	struct ws_upgrade *u = upgrade;
	char trimmed[512];

	trim(trimmed, sizeof(trimmed), value);
	value = trimmed;
	if (u->wrong[0] != '\0')
		return;
	if (strcasecmp(name, "Connection") == 0) {
		u->connection = u->connection || lists(value, "upgrade", true);
	} else if (strcasecmp(name, "Upgrade") == 0) {
		u->upgrade = strcasecmp(value, "websocket") == 0;
		if (!u->upgrade)
			is_wrong(u, "an upgrade to", value);
	} else if (strcasecmp(name, "Sec-WebSocket-Accept") == 0) {
		u->accepted = strcmp(value, u->accept) == 0;
		if (!u->accepted)
			is_wrong(u, "a wrong Sec-WebSocket-Accept:", value);
	} else if (strcasecmp(name, "Sec-WebSocket-Extensions") == 0) {
		if (!http_config_has(u->http, name))
			is_wrong(u, "an extension that was not asked for:", value);
	} else if (strcasecmp(name, "Sec-WebSocket-Protocol") == 0) {
		take_protocol(u, value);
	}
}

void ws_upgrade_forget(struct ws_upgrade *u)
{
	u->upgrade = u->connection = u->accepted = false;
	u->protocol[0] = u->wrong[0] = '\0';
}

const char *ws_upgrade_wrong(const struct ws_upgrade *u)
{
	if (u->wrong[0] != '\0')
		return u->wrong;
	if (!u->upgrade)
		return "no Upgrade: websocket in the response";
	if (!u->connection)
		return "no Connection: upgrade in the response";
	return u->accepted ? NULL : "no Sec-WebSocket-Accept in the response";
}
