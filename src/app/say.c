/* SPDX-License-Identifier: BSD-2-Clause */
/* say.c - text that may hold a peer's bytes ends on a terminal, so it is printable ASCII on one line. */
#include "app/say.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

#define HEX_MAX 12 /* bytes shown of what is no text */

static bool is_printable(char c)
{
	return c >= ' ' && c <= '~';
}

static void make_harmless(char *s)
{
	for (; *s != '\0'; s++)
		if (!is_printable(*s))
			*s = '?';
}

void say_mark(const struct app_listener *l, const struct app_message *m)
{
	if (l->message != NULL)
		l->message(l->ctx, m);
}

void say(const struct app_listener *l, const struct app_message *m, const char *fmt, ...)
{
	char text[SAY_MAX + 1];
	struct app_message told = *m;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	make_harmless(text);
	told.text = text;
	say_mark(l, &told);
}

void say_failure(struct stage_failure *f, const char *reason, const char *fmt, ...)
{
	va_list ap;

	f->reason = reason;
	va_start(ap, fmt);
	vsnprintf(f->detail, sizeof(f->detail), fmt, ap);
	va_end(ap);
	make_harmless(f->detail);
}

/* The length of the first line, or 0 where something in it is no text. */
static size_t text_len(const uint8_t *bytes, size_t len)
{
	size_t n = 0;

	while (n < len && bytes[n] != '\r' && bytes[n] != '\n') {
		if (!is_printable((char)bytes[n]) && bytes[n] != '\t')
			return 0;
		n++;
	}
	return n;
}

/* A guess for who speaks other protocols at this port. */
static const char *guess(const uint8_t *bytes, size_t len)
{
	if (len >= 3 && (bytes[0] == 0x15 || bytes[0] == 0x16) && bytes[1] == 3)
		return " (TLS?)";
	/* a SETTINGS frame of stream 0, RFC 9113 6.5 */
	if (len >= 9 && bytes[0] == 0 && bytes[3] == 4 && bytes[5] == 0 && bytes[8] == 0)
		return " (HTTP/2?)";
	return "";
}

void say_bytes(char *out, size_t cap, const uint8_t *bytes, size_t len)
{
	struct text t = text_into(out, cap);
	size_t line = text_len(bytes, len);

	if (line > 0) {
		text_add(&t, "%.*s", (int)(line > SAY_MAX ? SAY_MAX : line), (const char *)bytes);
		return;
	}
	for (size_t i = 0; i < len && i < HEX_MAX; i++)
		text_add(&t, i == 0 ? "%02x" : " %02x", bytes[i]);
	text_add(&t, "%s", guess(bytes, len));
}
