/* SPDX-License-Identifier: BSD-2-Clause */
/* test_source.c - streams of bytes: plain, gzip, zstd, from memory, files and pipes; and damaged ones. */
#include "../lib/check.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "net/source.h"

#define PLAIN_LEN ((size_t)1500000)

static uint8_t plain[PLAIN_LEN];

/* Compressible, but not to nothing. */
static int make_plain(void **state)
{
	uint32_t x = 1;

	(void)state;
	for (size_t i = 0; i < PLAIN_LEN; i++) {
		x = x * 1664525 + 1013904223;
		plain[i] = (uint8_t)((x >> 24) & 0x3f);
	}
	return 0;
}

static struct block gzip(const uint8_t *bytes, size_t len)
{
	size_t room = len + len / 10 + 100;
	uint8_t *out = malloc(room);
	z_stream z = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)len};
	struct block b;

	z.next_out = out;
	z.avail_out = (uInt)room;
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	b = block_copy(out, z.total_out);
	deflateEnd(&z);
	free(out);
	return b;
}

static struct block zstd(const uint8_t *bytes, size_t len)
{
	size_t room = ZSTD_compressBound(len);
	uint8_t *out = malloc(room);
	size_t n = ZSTD_compress(out, room, bytes, len, 3);
	struct block b;

	assert_false(ZSTD_isError(n));
	b = block_copy(out, n);
	free(out);
	return b;
}

typedef struct block packer(const uint8_t *bytes, size_t len);

static struct block join(struct block a, struct block b)
{
	uint8_t *both = malloc(a.len + b.len);
	struct block out;

	memcpy(both, a.p, a.len);
	memcpy(both + a.len, b.p, b.len);
	out = block_copy(both, a.len + b.len);
	free(both);
	block_free(&a);
	block_free(&b);
	return out;
}

/* Read it all in pieces of changing size; gives how many bytes came. They must be those of `plain`. */
static size_t drain(struct source *s)
{
	size_t at = 0, step = 1;
	const uint8_t *p;

	while ((p = source_need(s, step)) != NULL) {
		assert_true(at + step <= PLAIN_LEN);
		assert_memory_equal(p, plain + at, step);
		source_take(s, step);
		at += step;
		assert_true(source_at(s) == at);
		step = step * 7 % 5003 + 1;
	}
	step = source_left(s);
	p = source_need(s, step);
	assert_non_null(p);
	assert_memory_equal(p, plain + at, step);
	source_take(s, step);
	assert_null(source_need(s, 1));
	return at + step;
}

static void check_whole(const struct block *b, size_t len)
{
	struct source *s = source_memory(b->p, b->len);

	assert_int_equal(drain(s), len);
	assert_null(source_error(s));
	assert_int_equal(source_progress(s), b->len == 0 ? -1 : 1000);
	source_close(s);
}

static void every_form_gives_the_same_bytes(void **state)
{
	static const size_t lengths[] = {0, 1, 2, 3, 4, 5, 100, 262143, 262144, 262145, PLAIN_LEN};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(lengths); i++) {
		struct block b = block_copy(plain, lengths[i]);
		struct block gz = gzip(plain, lengths[i]), zs = zstd(plain, lengths[i]);

		check_whole(&b, lengths[i]);
		check_whole(&gz, lengths[i]);
		check_whole(&zs, lengths[i]);
		block_free(&b);
		block_free(&gz);
		block_free(&zs);
	}
}

static void members_and_frames_follow_each_other(void **state)
{
	struct block b =
		join(gzip(plain, 1000), join(gzip(plain + 1000, 0), gzip(plain + 1000, 500000)));

	(void)state;
	check_whole(&b, 501000);
	b = join(b, block_hex("00000000000000000000"));
	check_whole(&b, 501000);
	block_free(&b);
	b = join(zstd(plain, 1000), join(zstd(plain + 1000, 0), zstd(plain + 1000, 500000)));
	check_whole(&b, 501000);
	b = join(block_hex("502a4d18 03000000 aabbcc"), b);
	check_whole(&b, 501000);
	block_free(&b);
}

/* Cut behind each byte: what comes is a beginning of the whole, and the cut is told. */
static void check_cuts(packer *pack, const char *error)
{
	struct block b = pack(plain, 3000);

	for (size_t len = 4; len < b.len; len++) {
		struct block cut = block_prefix(&b, len);
		struct source *s = source_memory(cut.p, cut.len);

		assert_true(drain(s) <= 3000);
		assert_non_null(source_error(s));
		assert_string_equal(source_error(s), error);
		source_close(s);
		block_free(&cut);
	}
	block_free(&b);
}

static void an_early_end_is_told(void **state)
{
	(void)state;
	check_cuts(gzip, "gzip data ends early");
	check_cuts(zstd, "zstd data ends early");
}

/* A byte behind what is packed is wrong, or what follows it is something else. */
static void check_damage(struct block b, size_t at, const char *error)
{
	struct source *s;

	b.p[at] ^= 0xff;
	s = source_memory(b.p, b.len);
	while (source_need(s, 100) != NULL)
		source_take(s, 100);
	assert_non_null(source_error(s));
	assert_int_equal(strncmp(source_error(s), error, strlen(error)), 0);
	source_close(s);
	block_free(&b);
}

static void damage_is_told(void **state)
{
	struct block b = gzip(plain, 3000);

	(void)state;
	check_damage(gzip(plain, 3000), b.len - 6, "damaged gzip data"); /* CRC */
	check_damage(gzip(plain, 3000), 10, "damaged gzip data");
	check_damage(join(b, block_hex("000000000000")), b.len + 2, "damaged gzip data");
	check_damage(zstd(plain, 3000), 6, "damaged zstd data (");
	check_damage(join(zstd(plain, 3000), block_hex("0000000000000000")), 10,
	             "damaged zstd data (");
}

/* Any byte changed: no crash, no over-read, no hang. */
static void any_changed_byte_is_survived(void **state)
{
	packer *const packers[] = {gzip, zstd};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct block b = packers[i](plain, 600);

		for (size_t at = 0; at < 8 * b.len; at++) {
			struct source *s;

			b.p[at / 8] ^= (uint8_t)(1 << at % 8);
			s = source_memory(b.p, b.len);
			while (source_need(s, 100) != NULL)
				source_take(s, 100);
			source_close(s);
			b.p[at / 8] ^= (uint8_t)(1 << at % 8);
		}
		block_free(&b);
	}
}

static void much_can_be_needed_at_once(void **state)
{
	struct block b = gzip(plain, PLAIN_LEN);
	struct source *s = source_memory(b.p, b.len);
	const uint8_t *p;

	(void)state;
	assert_non_null(source_need(s, 10));
	source_take(s, 10);
	p = source_need(s, PLAIN_LEN - 10);
	assert_non_null(p);
	assert_memory_equal(p, plain + 10, PLAIN_LEN - 10);
	assert_null(source_need(s, SOURCE_NEED_MAX));
	assert_int_equal(source_left(s), PLAIN_LEN - 10);
	assert_null(source_error(s));
	source_close(s);
	block_free(&b);
}

/* --- files and pipes --- */

static void check_file(struct block b)
{
	char path[] = "/tmp/test_source.XXXXXX";
	int fd = mkstemp(path);
	struct source *s;
	struct err e;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, b.p, b.len), b.len);
	close(fd);
	assert_int_equal(source_open(&s, path, &e), 0);
	assert_int_equal(source_progress(s), 0);
	assert_non_null(source_need(s, PLAIN_LEN / 2));
	source_take(s, PLAIN_LEN / 2);
	assert_true(source_progress(s) > 300 && source_progress(s) < 700);
	source_close(s);
	assert_int_equal(source_open(&s, path, &e), 0);
	assert_int_equal(drain(s), PLAIN_LEN);
	assert_null(source_error(s));
	assert_int_equal(source_progress(s), 1000);
	source_close(s);
	unlink(path);
	block_free(&b);
}

static void files_are_read_and_progress_is_known(void **state)
{
	(void)state;
	check_file(block_copy(plain, PLAIN_LEN));
	check_file(gzip(plain, PLAIN_LEN));
	check_file(zstd(plain, PLAIN_LEN));
}

/* Standard input is a pipe. */
static void check_pipe(struct block b)
{
	int ends[2], was = dup(STDIN_FILENO);
	struct source *s;
	struct err e;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	assert_int_equal(source_open(&s, "-", &e), 0);
	assert_int_equal(write(ends[1], b.p, b.len), b.len);
	close(ends[1]);
	assert_int_equal(source_progress(s), -1);
	assert_int_equal(drain(s), 5000);
	assert_null(source_error(s));
	source_close(s);
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
	dup2(was, STDIN_FILENO);
	close(was);
	block_free(&b);
}

static void standard_input_is_read(void **state)
{
	(void)state;
	check_pipe(block_copy(plain, 5000));
	check_pipe(gzip(plain, 5000));
	check_pipe(zstd(plain, 5000));
}

static void what_cannot_be_opened_is_an_error(void **state)
{
	struct source *s;
	struct err e;

	(void)state;
	assert_int_equal(source_open(&s, "/no/such/file", &e), -1);
	assert_int_equal(e.kind, ERR_LOCAL);
	assert_string_equal(e.text, "opening '/no/such/file': No such file or directory");
	assert_int_equal(source_open(&s, "/tmp", &e), -1);
	assert_int_equal(e.kind, ERR_LOCAL);
	assert_string_equal(e.text, "'/tmp' is a directory: name a file");
	source_close(NULL);
}

/* The first page of a process's memory is not mapped: read() fails with EIO. */
static void a_read_error_is_told(void **state)
{
	struct source *s;
	struct err e;

	(void)state;
	assert_int_equal(source_open(&s, "/proc/self/mem", &e), 0);
	assert_null(source_need(s, 1));
	assert_int_equal(source_left(s), 0);
	assert_string_equal(source_error(s), "read error: Input/output error");
	source_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_gives_the_same_bytes),
		cmocka_unit_test(members_and_frames_follow_each_other),
		cmocka_unit_test(an_early_end_is_told),
		cmocka_unit_test(damage_is_told),
		cmocka_unit_test(any_changed_byte_is_survived),
		cmocka_unit_test(much_can_be_needed_at_once),
		cmocka_unit_test(files_are_read_and_progress_is_known),
		cmocka_unit_test(standard_input_is_read),
		cmocka_unit_test(what_cannot_be_opened_is_an_error),
		cmocka_unit_test(a_read_error_is_told),
	};

	return cmocka_run_group_tests_name("source", tests, make_plain, NULL);
}
