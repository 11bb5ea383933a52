/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tls_data.c - after the handshake: data both ways, the end of a connection; and the key log. */
#include "test_tls_peer.h"

#include <sys/stat.h>

/* --- data --- */

#define MEGABYTE 1048576

static void fill(uint8_t *bytes, size_t len)
{
	uint32_t x = 1;

	for (size_t i = 0; i < len; i++) {
		x = x * 1103515245 + 12345;
		bytes[i] = (uint8_t)(x >> 16);
	}
}

/* The server's next bytes, which must be those at *done. */
static void server_compare(struct server *s, const uint8_t *want, size_t *done)
{
	uint8_t got[20000];
	int n;

	while ((n = SSL_read(s->ssl, got, sizeof(got))) > 0) {
		assert_memory_equal(got, want + *done, (size_t)n);
		*done += (size_t)n;
	}
}

static void a_megabyte_goes(void **state)
{
	uint8_t *bytes = malloc(MEGABYTE);
	size_t written = 0, arrived = 0;
	struct talk t;

	(void)state;
	fill(bytes, MEGABYTE);
	talk_begin(&t, w.context, &to_web, w.server);
	assert_int_equal(tls_write(t.tls, bytes, 10), 0);
	talk_on(&t);
	while (arrived < MEGABYTE) {
		size_t n = tls_write(t.tls, bytes + written, MEGABYTE - written);

		assert_true(n < MEGABYTE / 2); /* it does not hold all of it */
		written += n;
		assert_true(talk_send(&t));
		server_compare(&t.server, bytes, &arrived);
	}
	assert_int_equal(written, MEGABYTE);
	assert_done(&t);
	talk_end(&t);
	free(bytes);
}

static void a_megabyte_comes(void **state)
{
	uint8_t *bytes = malloc(MEGABYTE), got[5000];
	size_t arrived = 0, n;
	struct talk t;

	(void)state;
	fill(bytes, MEGABYTE);
	talk_begin(&t, w.context, &to_web, w.server);
	t.piece = 1448;
	talk_on(&t);
	assert_int_equal(tls_read(t.tls, got, sizeof(got)), 0);
	for (size_t sent = 0; sent < MEGABYTE; sent += MEGABYTE / 8) {
		SSL_write(t.server.ssl, bytes + sent, MEGABYTE / 8);
		talk_receive(&t);
		while ((n = tls_read(t.tls, got, sizeof(got))) > 0) {
			assert_memory_equal(got, bytes + arrived, n);
			arrived += n;
		}
	}
	assert_int_equal(arrived, MEGABYTE);
	assert_false(tls_eof(t.tls));
	assert_done(&t);
	talk_end(&t);
	free(bytes);
}

static void an_owner_that_never_reads_does_not_fill_the_memory(void **state)
{
	uint8_t *bytes = calloc(1, MEGABYTE);
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &to_web, w.server);
	talk_on(&t);
	SSL_write(t.server.ssl, bytes, MEGABYTE);
	talk_receive(&t);
	assert_done(&t);
	SSL_write(t.server.ssl, bytes, 1);
	talk_receive(&t);
	assert_failed(&t, "protocol-error", "the peer sends more than is read");
	talk_end(&t);
	free(bytes);
}

/* --- the end --- */

static void goodbye_is_a_close_notify(void **state)
{
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &to_web, w.server);
	talk_on(&t);
	t.stage->ops->goodbye(t.stage);
	assert_false(noted(&t.ours, "Alert close_notify"));
	talk_send(&t);
	assert_true(noted(&t.ours, "Alert close_notify"));
	assert_int_equal(SSL_get_shutdown(t.server.ssl), SSL_RECEIVED_SHUTDOWN);
	talk_end(&t);
}

static void a_close_notify_ends_what_there_is_to_read(void **state)
{
	uint8_t got[16];
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &to_web, w.server);
	talk_on(&t);
	SSL_write(t.server.ssl, "last", 4);
	SSL_shutdown(t.server.ssl);
	talk_receive(&t);
	assert_true(noted(&t.theirs, "Alert close_notify"));
	assert_true(tls_result(t.tls)->close_notify);
	assert_false(tls_eof(t.tls));
	assert_int_equal(tls_read(t.tls, got, sizeof(got)), 4);
	assert_true(tls_eof(t.tls));
	assert_int_equal(tls_write(t.tls, got, 4), 4);
	assert_done(&t);
	talk_end(&t);
}

static void an_end_without_close_notify_is_seen(void **state)
{
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &to_web, w.server);
	talk_on(&t);
	t.stage->ops->eof(t.stage);
	assert_true(tls_eof(t.tls));
	assert_false(tls_result(t.tls)->close_notify);
	assert_done(&t);
	talk_end(&t);
}

static void goodbye_during_the_handshake_says_nothing(void **state)
{
	struct talk t;

	(void)state;
	talk_begin(&t, w.context, &to_web, w.server);
	talk_send(&t);
	t.stage->ops->goodbye(t.stage);
	assert_false(talk_send(&t));
	assert_int_equal(stage_status(t.stage), STAGE_RUNNING);
	talk_end(&t);
}

/* --- the key log --- */

/* Lines that begin with a label, in the file. */
static int count_lines(const char *path, const char *label)
{
	FILE *f = fopen(path, "r");
	char line[1024];
	int n = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		n += strncmp(line, label, strlen(label)) == 0;
	fclose(f);
	return n;
}

static void secrets_are_appended_to_the_key_log(void **state)
{
	const char *path = "/tmp/test_tls.keylog";
	struct tls_context *c;
	struct stat st;
	struct talk t;

	(void)state;
	unlink(path);
	for (int i = 1; i <= 2; i++) {
		c = context_with((struct tls_settings){.keylog = path});
		talk_begin(&t, c, &to_web, w.server);
		talk_on(&t);
		assert_null(tls_context_trouble(c));
		assert_int_equal(count_lines(path, "CLIENT_HANDSHAKE_TRAFFIC_SECRET "), i);
		assert_int_equal(count_lines(path, "SERVER_HANDSHAKE_TRAFFIC_SECRET "), i);
		assert_int_equal(count_lines(path, "CLIENT_TRAFFIC_SECRET_0 "), i);
		assert_int_equal(count_lines(path, "SERVER_TRAFFIC_SECRET_0 "), i);
		talk_end(&t);
		tls_context_free(c);
	}
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	unlink(path);
}

static void a_key_log_that_cannot_be_written_is_no_failure(void **state)
{
	struct tls_context *c = context_with((struct tls_settings){.keylog = "/nowhere/keys"});
	struct talk t;

	(void)state;
	assert_string_equal(tls_context_trouble(c),
	                    "no secrets are logged to '/nowhere/keys': No such file or directory");
	tls_context_free(c);
	c = context_with((struct tls_settings){.keylog = "/dev/full"});
	assert_null(tls_context_trouble(c));
	talk_begin(&t, c, &to_web, w.server);
	talk_on(&t);
	assert_done(&t);
	assert_string_equal(tls_context_trouble(c),
	                    "no secrets are logged to '/dev/full': No space left on device");
	talk_end(&t);
	tls_context_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_megabyte_goes),
		cmocka_unit_test(a_megabyte_comes),
		cmocka_unit_test(an_owner_that_never_reads_does_not_fill_the_memory),
		cmocka_unit_test(goodbye_is_a_close_notify),
		cmocka_unit_test(a_close_notify_ends_what_there_is_to_read),
		cmocka_unit_test(an_end_without_close_notify_is_seen),
		cmocka_unit_test(goodbye_during_the_handshake_says_nothing),
		cmocka_unit_test(secrets_are_appended_to_the_key_log),
		cmocka_unit_test(a_key_log_that_cannot_be_written_is_no_failure),
	};

	return cmocka_run_group_tests(tests, world_make, world_end);
}
