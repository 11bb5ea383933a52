/* SPDX-License-Identifier: BSD-2-Clause */
/* tls_messages.c - the messages of both ends: theirs told as they come, ours as they go out. */
#include "app/tls_internal.h"

#include <stdio.h>
#include <string.h>

#include "app/say.h"
#include "base/rd.h"

#define TYPE_SERVER_HELLO 2
#define TYPE_FINISHED     20
#define ALERT_FATAL       2

/* RFC 8446 4.1.3: SHA-256 of "HelloRetryRequest", where a ServerHello has its random. */
static const uint8_t retry_random[32] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
	0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
	0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

static bool is_retry(const uint8_t *bytes, size_t len)
{
	struct rd r = rd_from(bytes, len);
	const uint8_t *random;

	rd_skip(&r, 1 + 3 + 2); /* type, length, legacy_version */
	random = rd_bytes(&r, sizeof(retry_random));
	return random != NULL && memcmp(random, retry_random, sizeof(retry_random)) == 0;
}

/* --- whom it is told, and when --- */

static void tell(const struct tls *t, enum app_from from, enum app_mark mark, const char *text)
{
	struct app_message m = {.from = from, .protocol = "TLS", .mark = mark};

	say(&t->listener, &m, "%s", text);
}

/* A message's last byte is that of the record that was made last. */
static void queue(struct tls *t, enum app_mark mark, const char *text)
{
	struct tls_sent *s;

	if (t->sent_count == TLS_SENT_MAX) {
		t->too_many = true;
		return;
	}
	s = &t->sent[(t->sent_first + t->sent_count++) % TLS_SENT_MAX];
	*s = (struct tls_sent){.end = t->made, .mark = mark};
	snprintf(s->text, sizeof(s->text), "%s", text);
}

static void note(struct tls *t, enum app_from from, enum app_mark mark, const char *text)
{
	if (t->messages >= TLS_MESSAGES_MAX) {
		t->too_many = true;
		return;
	}
	t->messages++;
	if (from == APP_CLIENT)
		queue(t, mark, text);
	else
		tell(t, from, mark, text);
}

size_t tls_messages_room(const struct tls *t, size_t cap)
{
	uint64_t room;

	if (t->sent_count == 0)
		return cap;
	room = t->sent[t->sent_first].end - t->given;
	return room < cap ? (size_t)room : cap;
}

void tls_messages_given(struct tls *t)
{
	while (t->sent_count > 0 && t->sent[t->sent_first].end <= t->given) {
		const struct tls_sent *s = &t->sent[t->sent_first];

		t->sent_first = (t->sent_first + 1) % TLS_SENT_MAX;
		t->sent_count--;
		tell(t, APP_CLIENT, s->mark, s->text);
	}
}

/* --- what OpenSSL tells us --- */

static void note_handshake(struct tls *t, enum app_from from, const uint8_t *bytes, size_t len)
{
	char room[48];
	bool hello = from == APP_SERVER && bytes[0] == TYPE_SERVER_HELLO;

	if (hello && is_retry(bytes, len)) {
		note(t, from, APP_NOTE, "HelloRetryRequest");
		return;
	}
	t->hello = t->hello || hello;
	note(t, from, bytes[0] == TYPE_FINISHED ? APP_FINISHED : APP_NOTE,
	     tls_handshake_name(bytes[0], room, sizeof(room)));
}

static void note_alert(struct tls *t, enum app_from from, uint8_t level, uint8_t alert)
{
	char room[48], text[80];

	snprintf(text, sizeof(text), "Alert %s%s", level == ALERT_FATAL ? "fatal " : "",
	         tls_alert_name(alert, room, sizeof(room)));
	note(t, from, APP_NOTE, text);
}

/* OpenSSL shows a record's header when the record is made, and a message of ours once its records are. */
static void note_record(struct tls *t, const uint8_t *header, size_t len)
{
	struct rd r = rd_from(header, len);

	rd_skip(&r, 3);
	t->made += (uint64_t)TLS_HEADER_LEN + rd_be16(&r);
}

void tls_messages_seen(int ours, int version, int type, const void *bytes, size_t len, SSL *ssl,
                       void *arg)
{
	struct tls *t = (struct tls *)SSL_get_app_data(ssl);
	enum app_from from = ours ? APP_CLIENT : APP_SERVER;
	const uint8_t *p = (const uint8_t *)bytes;

	(void)version;
	(void)arg;
	if (type == SSL3_RT_HEADER && ours)
		note_record(t, p, len);
	else if (type == SSL3_RT_HANDSHAKE && len > 0)
		note_handshake(t, from, p, len);
	else if (type == SSL3_RT_ALERT && len >= 2)
		note_alert(t, from, p[0], p[1]);
	else if (type == SSL3_RT_CHANGE_CIPHER_SPEC && ours)
		note(t, from, APP_NOTE, "ChangeCipherSpec");
}

void tls_messages_cipher_change(struct tls *t)
{
	note(t, APP_SERVER, APP_NOTE, "ChangeCipherSpec");
}
