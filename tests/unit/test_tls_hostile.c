/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tls_hostile.c - peers that refuse, stop, speak something else, or never stop. */
#include "test_tls_peer.h"

#include "app/tls_internal.h"

/* What we have to say goes nowhere. */
static void drop(struct talk *t)
{
	size_t len;

	do {
		struct block b = talk_take(t);

		len = b.len;
		free(b.p);
	} while (len > 0);
}

/* A peer that answers our ClientHello with these bytes. */
static void answer(struct talk *t, const void *bytes, size_t len)
{
	talk_begin(t, w.context, &to_web, w.server);
	drop(t);
	talk_hand(t, (const uint8_t *)bytes, len);
	drop(t);
}

/* --- alerts --- */

static void check_alert(uint8_t code, const char *name)
{
	const uint8_t alert[] = {21, 3, 3, 0, 2, 2, code};
	char text[64];
	struct talk t;

	snprintf(text, sizeof(text), "Alert fatal %s", name);
	answer(&t, alert, sizeof(alert));
	assert_failed(&t, "tls-alert", name);
	assert_notes(&t.theirs, text);
	assert_notes(&t.ours, "ClientHello");
	assert_false(tls_result(t.tls)->known);
	talk_end(&t);
}

static void alerts_have_the_names_of_rfc_8446(void **state)
{
	(void)state;
	check_alert(10, "unexpected_message");
	check_alert(20, "bad_record_mac");
	check_alert(22, "record_overflow");
	check_alert(40, "handshake_failure");
	check_alert(42, "bad_certificate");
	check_alert(43, "unsupported_certificate");
	check_alert(44, "certificate_revoked");
	check_alert(45, "certificate_expired");
	check_alert(46, "certificate_unknown");
	check_alert(47, "illegal_parameter");
	check_alert(48, "unknown_ca");
	check_alert(49, "access_denied");
	check_alert(50, "decode_error");
	check_alert(51, "decrypt_error");
	check_alert(70, "protocol_version");
	check_alert(71, "insufficient_security");
	check_alert(80, "internal_error");
	check_alert(86, "inappropriate_fallback");
	check_alert(109, "missing_extension");
	check_alert(110, "unsupported_extension");
	check_alert(112, "unrecognized_name");
	check_alert(113, "bad_certificate_status_response");
	check_alert(115, "unknown_psk_identity");
	check_alert(116, "certificate_required");
	check_alert(120, "no_application_protocol");
	check_alert(77, "alert 77");
	check_alert(255, "alert 255");
}

static void a_warning_is_told_and_no_failure(void **state)
{
	static const uint8_t alert[] = {21, 3, 3, 0, 2, 1, 112};
	struct talk t;

	(void)state;
	answer(&t, alert, sizeof(alert));
	assert_int_equal(stage_status(t.stage), STAGE_RUNNING);
	assert_notes(&t.theirs, "Alert unrecognized_name");
	talk_end(&t);
}

static void a_close_notify_in_the_handshake_is_an_end(void **state)
{
	static const uint8_t alert[] = {21, 3, 3, 0, 2, 1, 0};
	struct talk t;

	(void)state;
	answer(&t, alert, sizeof(alert));
	assert_failed(&t, "protocol-error", "the connection was closed during the handshake");
	assert_notes(&t.theirs, "Alert close_notify");
	talk_end(&t);
}

/* --- no TLS --- */

static void check_garbage(const void *bytes, size_t len, const char *detail)
{
	for (size_t piece = 1; piece <= len; piece += len - 1) {
		struct talk t;

		talk_begin(&t, w.context, &to_web, w.server);
		drop(&t);
		t.piece = piece;
		talk_hand(&t, (const uint8_t *)bytes, len);
		t.stage->ops->eof(t.stage);
		assert_int_equal(stage_status(t.stage), STAGE_FAILED);
		if (piece > 1)
			assert_failed(&t, "protocol-error", detail);
		assert_memory_equal(t.stage->ops->failure(t.stage)->detail, detail, 28);
		talk_end(&t);
	}
}

#define GARBAGE(text, detail) check_garbage(text, sizeof(text) - 1, detail)

static void who_speaks_no_tls_is_shown(void **state)
{
	(void)state;
	GARBAGE("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n",
	        "the peer does not speak TLS: HTTP/1.1 400 Bad Request");
	GARBAGE("SSH-2.0-OpenSSH_9.2p1\r\n", "the peer does not speak TLS: SSH-2.0-OpenSSH_9.2p1");
	GARBAGE("GET / HTTP/1.1\r\n", "the peer does not speak TLS: GET / HTTP/1.1");
	GARBAGE("220 ", "the peer does not speak TLS: 220 ");
	GARBAGE("\x00\x00\x00\x07\x80\xff\x1b[2J",
	        "the peer does not speak TLS: 00 00 00 07 80 ff 1b 5b 32 4a");
	GARBAGE("\x16\x02\x01\x00\x10xxxxxxxx",
	        "the peer does not speak TLS: 16 02 01 00 10 78 78 78 78 78 78 78");
	GARBAGE("\x16\x03\x01\xff\xffxxxxxxxx",
	        "the peer does not speak TLS: 16 03 01 ff ff 78 78 78 78 78 78 78 (TLS?)");
}

static void who_spoke_tls_before_is_not_told_otherwise(void **state)
{
	static const char stream[] = "\x15\x03\x03\x00\x02\x01\x70HTTP/1.1 500 Oops";
	struct talk t;

	(void)state;
	answer(&t, stream, sizeof(stream));
	assert_failed(&t, "protocol-error", "wrong version number");
	talk_end(&t);
}

/* A record that holds no message, and a message that cannot be. */
static void records_with_nonsense_are_refused(void **state)
{
	static const uint8_t nonsense[] = {22, 3, 3, 0, 8, 99, 0, 0, 4, 1, 2, 3, 4};
	static const uint8_t early[] = {23, 3, 3, 0, 3, 1, 2, 3};
	static const uint8_t beat[] = {24, 3, 3, 0, 3, 1, 0, 0};
	struct talk t;

	(void)state;
	answer(&t, nonsense, sizeof(nonsense));
	assert_failed(&t, "protocol-error", "unexpected message");
	assert_true(noted(&t.ours, "Alert fatal unexpected_message"));
	talk_end(&t);
	answer(&t, early, sizeof(early));
	assert_failed(&t, "protocol-error", "unexpected message");
	talk_end(&t);
	answer(&t, beat, sizeof(beat));
	assert_int_equal(stage_status(t.stage), STAGE_FAILED);
	talk_end(&t);
}

/* A ServerHello of TLS 1.0, with nothing else wrong. */
static void a_server_of_old_versions_only_is_refused(void **state)
{
	uint8_t hello[5 + 4 + 38] = {22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1};
	struct talk t;

	(void)state;
	hello[5 + 4 + 2 + 32 + 1] = 0xc0;
	hello[5 + 4 + 2 + 32 + 2] = 0x09;
	answer(&t, hello, sizeof(hello));
	assert_failed(&t, "protocol-error", "unsupported protocol");
	assert_notes(&t.theirs, "ServerHello");
	assert_notes(&t.ours, "ClientHello, Alert fatal protocol_version");
	assert_false(tls_result(t.tls)->known);
	talk_end(&t);
}

/* --- flights that stop or are spoilt --- */

/* The server's answer to our ClientHello, for this conversation only. */
static struct block flight(struct talk *t, SSL_CTX *ctx)
{
	char *bytes;
	long len;

	talk_begin(t, w.context, &to_web, ctx);
	talk_send(t);
	len = BIO_get_mem_data(t->server.out, &bytes);
	assert_true(len > 500);
	return block_copy(bytes, (size_t)len);
}

static SSL_CTX *server_at_most(int version)
{
	SSL_CTX *ctx = server_context(&w.web);

	SSL_CTX_set_max_proto_version(ctx, version);
	return ctx;
}

/* Whether the flight was longer than `cut` bytes. */
static bool check_cut(SSL_CTX *ctx, size_t cut)
{
	struct talk t;
	struct block b = flight(&t, ctx);
	bool cut_short = cut + 16 < b.len; /* the length of a signature varies */

	if (cut_short) {
		talk_hand(&t, b.p, cut);
		assert_int_equal(stage_status(t.stage), STAGE_RUNNING);
		t.stage->ops->eof(t.stage);
		assert_failed(&t, "protocol-error",
		              "the connection was closed during the handshake");
		drop(&t);
	}
	free(b.p);
	talk_end(&t);
	return cut_short;
}

static void a_flight_may_stop_at_every_byte(void **state)
{
	(void)state;
	for (int v = TLS1_2_VERSION; v <= TLS1_3_VERSION; v++) {
		SSL_CTX *ctx = server_at_most(v);
		size_t cut = 0;

		while (check_cut(ctx, cut))
			cut++;
		assert_true(cut > 500);
		SSL_CTX_free(ctx);
	}
}

/* Any byte that is another: at its end nothing runs on, and nobody was let in. */
static bool check_spoilt(SSL_CTX *ctx, size_t at)
{
	struct talk t;
	struct block b = flight(&t, ctx);
	bool there = at < b.len;

	if (there) {
		b.p[at] ^= 0x41;
		talk_hand(&t, b.p, b.len);
		t.stage->ops->eof(t.stage);
		assert_int_equal(stage_status(t.stage), STAGE_FAILED);
		assert_non_null(t.stage->ops->failure(t.stage)->reason);
		assert_true(strlen(t.stage->ops->failure(t.stage)->detail) > 0);
		drop(&t);
	}
	free(b.p);
	talk_end(&t);
	return there;
}

static void a_flight_may_be_spoilt_at_every_byte(void **state)
{
	(void)state;
	for (int v = TLS1_2_VERSION; v <= TLS1_3_VERSION; v++) {
		SSL_CTX *ctx = server_at_most(v);

		/* RFC 8446 5.1: what version the first record claims is of no account. */
		for (size_t at = 0; at == 2 || check_spoilt(ctx, at); at++)
			;
		SSL_CTX_free(ctx);
	}
}

/* --- peers that never stop --- */

#define ENDLESS 1000

static void check_endless(const void *record, size_t len)
{
	struct talk t;

	answer(&t, record, len);
	for (int i = 0; i < ENDLESS && stage_status(t.stage) == STAGE_RUNNING; i++) {
		talk_hand(&t, (const uint8_t *)record, len);
		drop(&t);
	}
	assert_int_equal(stage_status(t.stage), STAGE_FAILED);
	assert_true(t.all.count <= TLS_MESSAGES_MAX);
	talk_end(&t);
}

static void records_without_end_are_too_many(void **state)
{
	static const uint8_t warning[] = {21, 3, 3, 0, 2, 1, 112};
	static const uint8_t change[] = {20, 3, 3, 0, 1, 1};
	static const uint8_t empty[] = {22, 3, 3, 0, 0};
	static const uint8_t request[] = {22, 3, 3, 0, 4, 0, 0, 0, 0};

	(void)state;
	check_endless(warning, sizeof(warning));
	check_endless(change, sizeof(change));
	check_endless(empty, sizeof(empty));
	check_endless(request, sizeof(request));
}

/* One record of thousands of messages is told in part. */
static void a_record_full_of_messages_is_too_many(void **state)
{
	static uint8_t record[5 + 16384] = {22, 3, 3, 64, 0}; /* HelloRequests are all zeros */
	struct talk t;

	(void)state;
	answer(&t, record, sizeof(record));
	assert_failed(&t, "protocol-error", "too many messages");
	assert_int_equal(t.all.count, TLS_MESSAGES_MAX);
	talk_end(&t);
}

/* The server says something again and again after the handshake. */
static void check_chatter(int version, void (*say)(SSL *ssl), const char *text)
{
	SSL_CTX *ctx = server_at_most(version);
	struct talk t;

	talk_begin(&t, w.context, &to_web, ctx);
	talk_on(&t);
	assert_done(&t);
	for (int i = 0; i < ENDLESS && stage_status(t.stage) == STAGE_DONE; i++) {
		say(t.server.ssl);
		talk_receive(&t);
		drop(&t);
	}
	assert_failed(&t, "protocol-error", "too many messages");
	assert_true(noted(&t.theirs, text));
	assert_true(t.all.count <= TLS_MESSAGES_MAX);
	talk_end(&t);
	SSL_CTX_free(ctx);
}

static void say_key_update(SSL *ssl)
{
	assert_int_equal(SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED), 1);
	assert_int_equal(SSL_do_handshake(ssl), 1);
}

static void say_ticket(SSL *ssl)
{
	assert_int_equal(SSL_new_session_ticket(ssl), 1);
	assert_int_equal(SSL_do_handshake(ssl), 1);
}

static void key_updates_and_tickets_without_end_are_too_many(void **state)
{
	(void)state;
	check_chatter(TLS1_3_VERSION, say_key_update, "KeyUpdate");
	check_chatter(TLS1_3_VERSION, say_ticket, "NewSessionTicket");
}

/* --- after the handshake --- */

static void a_key_update_is_answered_with_the_next_data(void **state)
{
	uint8_t got[8];
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &to_web, w.server);
	talk_on(&t);
	say_key_update(t.server.ssl);
	talk_receive(&t);
	assert_true(noted(&t.theirs, "KeyUpdate"));
	assert_int_equal(tls_write(t.tls, (const uint8_t *)"data", 4), 4);
	talk_send(&t);
	assert_true(noted(&t.ours, "KeyUpdate"));
	assert_int_equal(SSL_read(t.server.ssl, got, sizeof(got)), 4);
	SSL_write(t.server.ssl, "back", 4);
	talk_receive(&t);
	assert_int_equal(tls_read(t.tls, got, sizeof(got)), 4);
	assert_done(&t);
	talk_end(&t);
}

static void a_new_handshake_is_refused(void **state)
{
	SSL_CTX *ctx = server_at_most(TLS1_2_VERSION);
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &to_web, ctx);
	talk_on(&t);
	SSL_renegotiate(t.server.ssl);
	SSL_do_handshake(t.server.ssl);
	talk_receive(&t);
	assert_true(noted(&t.theirs, "HelloRequest"));
	talk_send(&t);
	assert_true(noted(&t.ours, "Alert no_renegotiation"));
	assert_done(&t);
	talk_end(&t);
	SSL_CTX_free(ctx);
}

static void garbage_after_the_handshake_is_a_failure(void **state)
{
	static const uint8_t garbage[] = {23, 3,  3,  0,  20, 1,  2,  3,  4,  5,  6,  7, 8,
	                                  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &to_web, w.server);
	talk_on(&t);
	talk_hand(&t, garbage, sizeof(garbage));
	assert_failed(&t, "protocol-error", "decryption failed or bad record mac");
	assert_true(tls_eof(t.tls));
	drop(&t);
	assert_true(noted(&t.ours, "Alert fatal bad_record_mac"));
	talk_end(&t);
}

static void what_comes_after_a_failure_is_ignored(void **state)
{
	static const uint8_t alert[] = {21, 3, 3, 0, 2, 2, 40}, change[] = {20, 3, 3, 0, 1, 1};
	struct talk t;

	(void)state;
	answer(&t, alert, sizeof(alert));
	for (int i = 0; i < 10; i++) {
		talk_hand(&t, alert, sizeof(alert));
		talk_hand(&t, change, sizeof(change));
	}
	t.stage->ops->eof(t.stage);
	t.stage->ops->goodbye(t.stage);
	drop(&t);
	assert_failed(&t, "tls-alert", "handshake_failure");
	assert_notes(&t.all, "ClientHello, Alert fatal handshake_failure");
	talk_end(&t);
}

/* --- borders of records --- */

static size_t record_len(const struct talk *t, const uint8_t *bytes, size_t len)
{
	struct block b = block_copy(bytes, len);
	size_t n = tls_record_len(t->tls, b.p, b.len);

	free(b.p);
	return n;
}

static void records_end_where_their_headers_say(void **state)
{
	static const uint8_t two[] = {22, 3, 3, 0, 2, 9, 9, 22, 3, 3, 0, 0};
	static uint8_t longest[5 + 0x4800 + 9] = {23, 3, 3, 0x48, 0};
	static const uint8_t text[] = "HTTP/1.1";
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &to_web, w.server);
	assert_int_equal(record_len(&t, two, 0), 0);
	for (size_t len = 1; len <= sizeof(two); len++)
		assert_int_equal(record_len(&t, two, len), len < 7 ? len : 7);
	assert_int_equal(record_len(&t, two + 7, 5), 5);
	assert_int_equal(record_len(&t, longest, sizeof(longest)), 5 + 0x4800);
	longest[4] = 1; /* no record */
	assert_int_equal(record_len(&t, longest, sizeof(longest)), sizeof(longest));
	assert_int_equal(record_len(&t, text, sizeof(text)), sizeof(text));
	stage_input(t.stage, two, 3); /* in a header, then in a body */
	assert_int_equal(record_len(&t, two + 3, sizeof(two) - 3), 4);
	stage_input(t.stage, two + 3, 3);
	assert_int_equal(record_len(&t, two + 6, sizeof(two) - 6), 1);
	talk_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alerts_have_the_names_of_rfc_8446),
		cmocka_unit_test(a_warning_is_told_and_no_failure),
		cmocka_unit_test(a_close_notify_in_the_handshake_is_an_end),
		cmocka_unit_test(who_speaks_no_tls_is_shown),
		cmocka_unit_test(who_spoke_tls_before_is_not_told_otherwise),
		cmocka_unit_test(records_with_nonsense_are_refused),
		cmocka_unit_test(a_server_of_old_versions_only_is_refused),
		cmocka_unit_test(a_flight_may_stop_at_every_byte),
		cmocka_unit_test(a_flight_may_be_spoilt_at_every_byte),
		cmocka_unit_test(records_without_end_are_too_many),
		cmocka_unit_test(a_record_full_of_messages_is_too_many),
		cmocka_unit_test(key_updates_and_tickets_without_end_are_too_many),
		cmocka_unit_test(a_key_update_is_answered_with_the_next_data),
		cmocka_unit_test(a_new_handshake_is_refused),
		cmocka_unit_test(garbage_after_the_handshake_is_a_failure),
		cmocka_unit_test(what_comes_after_a_failure_is_ignored),
		cmocka_unit_test(records_end_where_their_headers_say),
	};

	return cmocka_run_group_tests(tests, world_make, world_end);
}
