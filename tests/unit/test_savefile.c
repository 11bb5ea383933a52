/* SPDX-License-Identifier: BSD-2-Clause */
/* test_savefile.c - frames of pcap and pcapng files of every kind, cut anywhere, and damaged ones. */
#include "../lib/check.h"

#include <unistd.h>
#include <zlib.h>

#include "net/pcapng.h"
#include "net/savefile.h"
#include "wire/link.h"

/* --- files in memory: numbers in either byte order --- */

static uint8_t file[65536];
static size_t file_len;
static bool big;

static void begin_file(bool big_endian)
{
	file_len = 0;
	big = big_endian;
}

static void put(uint64_t v, size_t bytes)
{
	assert_true(file_len + bytes <= sizeof(file));
	for (size_t i = 0; i < bytes; i++)
		file[file_len++] = (uint8_t)(v >> 8 * (big ? bytes - 1 - i : i));
}

static void put32(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	put(a, 4);
	put(b, 4);
	put(c, 4);
	put(d, 4);
}

/* Frame bytes tell their place: 1, 2, 3 ... */
static void put_bytes(size_t len, size_t padded)
{
	for (size_t i = 0; i < padded; i++)
		put(i < len ? (uint8_t)(i + 1) : 0, 1);
}

static void pcap_head(uint32_t magic, unsigned int minor, uint32_t snaplen, uint32_t network)
{
	put(magic, 4);
	put(2, 2);
	put(minor, 2);
	put32(0, 0, snaplen, network);
}

static void pcap_record(uint32_t seconds, uint32_t part, uint32_t caplen, uint32_t len)
{
	put32(seconds, part, caplen, len);
	put_bytes(caplen, caplen);
}

/* Where the block that is being written began. */
static size_t block_at;

static void block_begin(uint32_t type)
{
	block_at = file_len;
	put(type, 4);
	put(0, 4);
}

static void block_end(void)
{
	size_t end = file_len + 4, total = end - block_at;

	put(total, 4);
	file_len = block_at + 4;
	put(total, 4);
	file_len = end;
}

static void section(void)
{
	block_begin(0x0a0d0d0a);
	put(0x1a2b3c4d, 4);
	put(1, 2);
	put(0, 2);
	put(UINT64_MAX, 8);
	block_end();
}

/* `resolution` and `offset` only where they are not negative, and not 0. */
static void interface(uint16_t link_type, uint32_t snaplen, int resolution, int64_t offset)
{
	block_begin(1);
	put(link_type, 2);
	put(0, 2);
	put(snaplen, 4);
	put(2, 2); /* a name of three bytes */
	put(3, 2);
	put_bytes(3, 4);
	if (resolution >= 0) {
		put(9, 2);
		put(1, 2);
		file[file_len] = (uint8_t)resolution;
		file_len += 4;
	}
	if (offset != 0) {
		put(14, 2);
		put(8, 2);
		put((uint64_t)offset, 8);
	}
	put(0, 4);
	block_end();
}

static void packet_head(uint32_t number, uint64_t units, uint32_t caplen, uint32_t len)
{
	put(number, 4);
	put32((uint32_t)(units >> 32), (uint32_t)units, caplen, len);
}

static void packet(uint32_t number, uint64_t units, uint32_t caplen, uint32_t len)
{
	block_begin(6);
	packet_head(number, units, caplen, len);
	put_bytes(caplen, (caplen + 3) & ~3U);
	block_end();
}

static void packet_old(uint16_t number, uint64_t units, uint32_t caplen, uint32_t len)
{
	block_begin(2);
	put(number, 2);
	put(7, 2); /* drops */
	put32((uint32_t)(units >> 32), (uint32_t)units, caplen, len);
	put_bytes(caplen, (caplen + 3) & ~3U);
	block_end();
}

static void packet_simple(uint32_t caplen, uint32_t len)
{
	block_begin(3);
	put(len, 4);
	put_bytes(caplen, (caplen + 3) & ~3U);
	block_end();
}

static void other_block(uint32_t type, size_t len)
{
	block_begin(type);
	put_bytes(len, len);
	block_end();
}

/* --- reading them --- */

/* The file is in a block of exactly its size, for the sanitizer. */
static struct block held;

static struct savefile *open_bytes(const void *bytes, size_t len)
{
	struct savefile *f;
	struct err e;

	held = block_copy(bytes, len);
	if (savefile_from(&f, source_memory(held.p, held.len), "x", &e) != 0)
		fail_msg("%s", e.text);
	return f;
}

static void close_bytes(struct savefile *f)
{
	savefile_close(f);
	block_free(&held);
}

static struct savefile *open_file(void)
{
	return open_bytes(file, file_len);
}

static void expect(struct savefile *f, uint32_t caplen, uint32_t len, ns_t stamp, int link_type)
{
	uint64_t before = savefile_frames(f);
	struct frame out;

	if (savefile_next(f, &out) != SAVEFILE_FRAME)
		fail_msg("no frame: %s", savefile_error(f));
	assert_int_equal(out.caplen, caplen);
	assert_int_equal(out.len, len);
	assert_true(out.stamp == stamp);
	assert_int_equal(out.link_type, link_type);
	for (uint32_t i = 0; i < caplen; i++)
		assert_int_equal(out.bytes[i], (uint8_t)(i + 1));
	assert_true(savefile_frames(f) == before + 1);
}

static void expect_end(struct savefile *f)
{
	struct frame out;

	for (int i = 0; i < 2; i++)
		assert_int_equal(savefile_next(f, &out), SAVEFILE_END);
	assert_string_equal(savefile_error(f), "");
	close_bytes(f);
}

static void expect_damage(struct savefile *f, const char *error)
{
	struct frame out;

	for (int i = 0; i < 2; i++)
		assert_int_equal(savefile_next(f, &out), SAVEFILE_DAMAGED);
	assert_string_equal(savefile_error(f), error);
	close_bytes(f);
}

/* What is in file[] is refused with this sentence. */
static void refused(const char *error)
{
	struct block b = block_copy(file, file_len);
	struct savefile *f;
	struct err e;

	assert_int_equal(savefile_from(&f, source_memory(b.p, b.len), "x", &e), -1);
	assert_int_equal(e.kind, ERR_LOCAL);
	assert_string_equal(e.text, error);
	block_free(&b);
}

/* --- pcap --- */

static void every_magic_in_both_byte_orders(void **state)
{
	static const struct {
		uint32_t magic;
		ns_t unit;
		size_t more;
	} rows[] = {{0xa1b2c3d4, 1000, 0}, {0xa1b23c4d, 1, 0}, {0xa1b2cd34, 1000, 8}};

	(void)state;
	for (size_t i = 0; i < 2 * CHECK_COUNT(rows); i++) {
		struct savefile *f;

		begin_file(i % 2 == 1);
		pcap_head(rows[i / 2].magic, 4, 65535, 1);
		for (uint32_t n = 0; n < 3; n++) {
			put32(4294967295U - n, 999999, 50 + n, 60);
			put_bytes(0, rows[i / 2].more);
			put_bytes(50 + n, 50 + n);
		}
		f = open_file();
		for (uint32_t n = 0; n < 3; n++)
			expect(f, 50 + n, 60,
			       (4294967295 - (ns_t)n) * NS_SEC + 999999 * rows[i / 2].unit,
			       LINK_ETHERNET);
		expect_end(f);
	}
}

static void old_versions_have_the_lengths_swapped(void **state)
{
	static const struct {
		unsigned int minor;
		uint32_t first, second, caplen, len;
	} rows[] = {
		{2, 60, 20, 20, 60}, {2, 20, 20, 20, 20}, {3, 60, 20, 20, 60},
		{3, 20, 60, 20, 60}, {4, 20, 60, 20, 60}, {4, 20, 10, 20, 20}, /* broken */
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct savefile *f;

		begin_file(i % 2 == 1);
		pcap_head(0xa1b2c3d4, rows[i].minor, 65535, 1);
		put32(5, 6, rows[i].first, rows[i].second);
		put_bytes(20, 20);
		f = open_file();
		expect(f, 20, rows[i].len, 5 * NS_SEC + 6 * NS_US, LINK_ETHERNET);
		expect_end(f);
	}
}

static void link_types_are_common_ones(void **state)
{
	static const struct {
		uint32_t network;
		int link_type;
	} rows[] = {
		{0, LINK_NULL},
		{1, LINK_ETHERNET},
		{12, LINK_RAW},
		{14, LINK_RAW},
		{101, LINK_RAW},
		{276, LINK_SLL2},
		{0x24000001, LINK_ETHERNET},
		{65535, 65535},
		{147, 147},
		{0xfc00000c, LINK_RAW},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct savefile *f;

		begin_file(false);
		pcap_head(0xa1b2c3d4, 4, 65535, rows[i].network);
		pcap_record(1, 0, 9, 9);
		f = open_file();
		expect(f, 9, 9, NS_SEC, rows[i].link_type);
		expect_end(f);
	}
}

static void claims_of_frames_are_limited(void **state)
{
	(void)state;
	begin_file(false);
	pcap_head(0xa1b2c3d4, 4, 65535, 1);
	pcap_record(1, 0, 9, 9);
	put32(2, 0, 4000000000U, 60);
	put_bytes(60, 60);
	{
		struct savefile *f = open_file();

		expect(f, 9, 9, NS_SEC, LINK_ETHERNET);
		expect_damage(f, "frame 2 at byte 49 claims 4000000000 bytes");
	}
	begin_file(false);
	pcap_head(0xa1b2c3d4, 4, 65535, 1);
	put32(2, 0, 262145, 262145);
	expect_damage(open_file(), "frame 1 at byte 24 claims 262145 bytes");
	begin_file(false);
	pcap_head(0xa1b2c3d4, 4, 0xffffffff, 1);
	put32(2, 0, 67108864, 67108864);
	expect_damage(open_file(), "frame 1 at byte 24 claims 67108864 bytes");
	begin_file(false);
	pcap_head(0xa1b2c3d4, 4, 300000, 1);
	put32(2, 0, 300000, 300000);
	expect_damage(open_file(), "cut short within frame 1, at byte 40");
}

/* --- cut behind each byte --- */

/* `ends` are the sizes at which the file is whole, the first of them with no frame. */
static void check_cuts(const size_t *ends, size_t frames, size_t header)
{
	for (size_t len = 0; len <= file_len; len++) {
		struct block b = block_prefix(&(struct block){file, file_len}, len);
		struct savefile *f;
		struct frame out;
		struct err e;
		size_t n = 0, whole = 0;

		if (savefile_from(&f, source_memory(b.p, b.len), "x", &e) != 0) {
			assert_true(len < header);
			block_free(&b);
			continue;
		}
		assert_true(len >= header);
		while (savefile_next(f, &out) == SAVEFILE_FRAME)
			n++;
		while (whole < frames && ends[whole] <= len)
			whole++;
		assert_int_equal(n, whole);
		if (len == header || (whole > 0 && ends[whole - 1] == len))
			assert_string_equal(savefile_error(f), "");
		savefile_close(f);
		block_free(&b);
	}
}

static void a_pcap_file_may_be_cut_anywhere(void **state)
{
	size_t ends[4];

	(void)state;
	begin_file(true);
	pcap_head(0xa1b2c3d4, 4, 65535, 1);
	for (uint32_t i = 0; i < 4; i++) {
		pcap_record(i, 0, 20 * i, 60);
		ends[i] = file_len;
	}
	check_cuts(ends, 4, 24);
	file_len -= 3;
	{
		struct savefile *f = open_file();

		for (uint32_t i = 0; i < 3; i++)
			expect(f, 20 * i, 60, i * NS_SEC, LINK_ETHERNET);
		expect_damage(f, "cut short within frame 4, at byte 205");
	}
	file_len = 24 + 7;
	expect_damage(open_file(), "cut short within frame 1, at byte 31");
	file_len = 23;
	refused("'x': cut short before the first frame, at byte 23");
}

static void a_pcapng_file_may_be_cut_anywhere(void **state)
{
	size_t ends[4], borders[] = {28, 0, 0};
	struct savefile *f;

	(void)state;
	begin_file(true);
	section();
	interface(1, 0, 9, 0);
	borders[1] = file_len;
	packet(0, 5, 11, 60);
	ends[0] = file_len;
	packet_old(0, 6, 12, 60);
	ends[1] = file_len;
	other_block(5, 24);
	borders[2] = file_len;
	packet_simple(13, 13);
	ends[2] = file_len;
	packet(0, 7, 0, 60);
	ends[3] = file_len;
	check_cuts(ends, 4, 28);
	for (size_t i = 0; i < 3; i++) {
		f = open_bytes(file, borders[i]);
		for (size_t n = 0; n < 4 && ends[n] <= borders[i]; n++)
			expect(f, (uint32_t)(11 + n), 60, (ns_t)(5 + n), LINK_ETHERNET);
		expect_end(f);
	}
	expect_damage(open_bytes(file, ends[0] - 1), "cut short within frame 1, at byte 111");
	expect_damage(open_bytes(file, 30), "cut short before the first frame, at byte 30");
	f = open_bytes(file, borders[2] - 4);
	expect(f, 11, 60, 5, LINK_ETHERNET);
	expect(f, 12, 60, 6, LINK_ETHERNET);
	expect_damage(f, "cut short after frame 2, at byte 188");
}

/* --- pcapng --- */

static void each_interface_has_its_own_link_type_and_clock(void **state)
{
	static const struct {
		int resolution;
		int64_t offset;
		uint64_t units;
		ns_t stamp;
	} rows[] = {
		{-1, 0, 1700000000123456, 1700000000123456000},
		{6, 0, 1700000000123456, 1700000000123456000},
		{9, 0, 1700000000123456789, 1700000000123456789},
		{0, 0, 1700000000, 1700000000000000000},
		{3, 0, 1700000000123, 1700000000123000000},
		{12, 0, 1700000123456789123, 1700000123456789},
		{19, 0, UINT64_MAX, 1844674407},
		{20, 0, UINT64_MAX, 184467440},
		{28, 0, UINT64_MAX, 1},
		{29, 0, UINT64_MAX, 0},
		{127, 0, UINT64_MAX, 0},
		{0x80 | 10, 0, (1700000000U * 1024ULL) + 512, 1700000000500000000},
		{0x80 | 32, 0, (5ULL << 32) + (1ULL << 30), 5250000000},
		{0x80 | 60, 0, (5ULL << 60) + (1ULL << 59), 5500000000},
		{0x80 | 63, 0, 3ULL << 62, 1500000000},
		{0x80 | 64, 0, 3ULL << 62, 750000000},
		{0x80 | 127, 0, UINT64_MAX, 0},
		{0x80, 0, 1700000000, 1700000000000000000},
		{6, 1000, 1, 1000000001000},
		{6, -1000, 1000500000, 500000000},
		{6, -2, 500000, -1500000000},
		{0, 0, UINT64_MAX, NS_NONE},
		{0, 0, 9223372037, NS_NONE},
		{9, INT64_MAX, UINT64_MAX, NS_NONE},
		{9, INT64_MIN, 0, NS_NONE},
		{0x80, INT64_MIN, UINT64_MAX, NS_NONE},
	};

	(void)state;
	for (int order = 0; order < 2; order++) {
		struct savefile *f;

		begin_file(order == 1);
		section();
		for (size_t i = 0; i < CHECK_COUNT(rows); i++)
			interface((uint16_t)(100 + i), 0, rows[i].resolution, rows[i].offset);
		for (size_t i = CHECK_COUNT(rows); i-- > 0;)
			packet((uint32_t)i, rows[i].units, 10, 20);
		f = open_file();
		for (size_t i = CHECK_COUNT(rows); i-- > 0;)
			expect(f, 10, 20, rows[i].stamp, (int)(100 + i));
		expect_end(f);
	}
}

static void all_packet_blocks_are_read(void **state)
{
	(void)state;
	for (int order = 0; order < 2; order++) {
		struct savefile *f;

		begin_file(order == 1);
		section();
		other_block(4, 40); /* names */
		interface(12, 96, -1, 0);
		interface(276, 0, 9, 0);
		packet(1, 5, 33, 60);
		packet(0, 5, 33, 20); /* broken: more than there was */
		other_block(0x0bad, 0);
		packet_old(1, 6, 34, 60);
		packet_simple(96, 1500);
		packet_simple(20, 20);
		f = open_file();
		expect(f, 33, 60, 5, LINK_SLL2);
		expect(f, 33, 33, 5000, LINK_RAW);
		expect(f, 34, 60, 6, LINK_SLL2);
		expect(f, 96, 1500, NS_NONE, LINK_RAW);
		expect(f, 20, 20, NS_NONE, LINK_RAW);
		expect_end(f);
	}
}

static void sections_of_both_orders_follow_each_other(void **state)
{
	struct savefile *f;

	(void)state;
	begin_file(false);
	for (int i = 0; i < 4; i++) {
		big = i % 2 == 1;
		section();
		interface((uint16_t)(200 + i), 0, 9, 0);
		packet(0, 0x0102030405060708 + (uint64_t)i, 10, 20);
	}
	section();
	packet(0, 1, 10, 20);
	f = open_file();
	for (int i = 0; i < 4; i++)
		expect(f, 10, 20, 0x0102030405060708 + i, 200 + i);
	expect_damage(f, "frame 5 at byte 476 is of interface 0, which was not declared");
}

/* A section, an interface (from 28), a frame (68 to 111); what follows is damaged. */
static void begin_damaged(void)
{
	begin_file(true);
	section();
	interface(1, 0, 9, 0);
	packet(0, 5, 11, 60);
}

static void damaged(const char *error)
{
	struct savefile *f = open_file();

	expect(f, 11, 60, 5, LINK_ETHERNET);
	expect_damage(f, error);
}

static void a_block(uint32_t type, uint32_t total, uint32_t again)
{
	begin_damaged();
	put(type, 4);
	put(total, 4);
	put_bytes(0, total > 12 && total < 1000 ? total - 12 : 0);
	put(again, 4);
}

static void damaged_blocks_are_told(void **state)
{
	(void)state;
	a_block(99, 8, 8);
	damaged("the block at byte 112 claims 8 bytes");
	a_block(99, 0, 0);
	damaged("the block at byte 112 claims 0 bytes");
	a_block(99, 18, 18);
	damaged("the block at byte 112 claims 18 bytes");
	a_block(6, 4000000000U, 0);
	damaged("the block at byte 112 claims 4000000000 bytes");
	a_block(99, 16, 20);
	damaged("the block at byte 112 has two lengths, 16 and 20");
	a_block(6, 28, 28);
	damaged("frame 2 at byte 112 has a block of 28 bytes, which is too short");
	a_block(3, 12, 12);
	damaged("frame 2 at byte 112 has a block of 12 bytes, which is too short");
	a_block(1, 16, 16);
	damaged("the interface at byte 112 is too short");
	a_block(0x0a0d0d0a, 28, 28);
	damaged("the section at byte 112 has no byte order");
}

static void damaged_frames_are_told(void **state)
{
	(void)state;
	begin_damaged();
	packet(1, 5, 11, 60);
	damaged("frame 2 at byte 112 is of interface 1, which was not declared");
	begin_damaged();
	packet_old(65535, 5, 11, 60);
	damaged("frame 2 at byte 112 is of interface 65535, which was not declared");
	begin_damaged();
	block_begin(6);
	packet_head(0, 5, 4000000000U, 60);
	put_bytes(60, 60);
	block_end();
	damaged("frame 2 at byte 112 claims 4000000000 bytes in a block of 92");
	begin_damaged();
	packet_simple(60, 64);
	packet_simple(60, 65);
	damaged("frame 2 at byte 112 claims 64 bytes in a block of 76");
}

static void damaged_interfaces_are_told(void **state)
{
	static const uint16_t options[][2] = {{9, 0}, {14, 4}, {2, 100}, {9, 65535}};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(options); i++) {
		begin_damaged();
		block_begin(1);
		put_bytes(0, 8);
		put(options[i][0], 2);
		put(options[i][1], 2);
		put_bytes(0, 8);
		block_end();
		damaged("the interface at byte 112 has a damaged option");
	}
}

static void interfaces_have_a_limit(void **state)
{
	enum { BLOCK = 20, COUNT = 65537 };
	uint8_t *many = malloc(28 + (size_t)BLOCK * COUNT);

	(void)state;
	begin_file(false);
	section();
	memcpy(many, file, 28);
	begin_file(false);
	block_begin(1);
	put_bytes(0, 8);
	block_end();
	for (size_t i = 0; i < COUNT; i++)
		memcpy(many + 28 + i * BLOCK, file, BLOCK);
	expect_damage(open_bytes(many, 28 + (size_t)BLOCK * COUNT),
	              "more than 65536 interfaces at byte 1310748");
	expect_end(open_bytes(many, 28 + (size_t)BLOCK * (COUNT - 1)));
	free(many);
}

/* --- what is no capture file --- */

static void text(const char *s, size_t len)
{
	begin_file(false);
	memcpy(file, s, len);
	file_len = len;
}

static void other_files_are_refused(void **state)
{
	(void)state;
	text("", 0);
	refused("'x' is empty: name a capture file (pcap or pcapng)");
	text("GET / HTTP/1.1\r\n", 16);
	refused("'x': not a capture file (pcap or pcapng), it begins with 'GET / HT'");
	text("\xd4\xc3\xb2", 3);
	refused("'x': not a capture file (pcap or pcapng), it begins with d4 c3 b2");
	text("\x7f"
	     "ELF\2\1\1\0\0\0",
	     10);
	refused("'x': not a capture file (pcap or pcapng), it begins with 7f 45 4c 46 02 01 01 00");
	text("snoop\0\0\0\0\0\0\2", 12);
	refused("'x' is a snoop capture: convert it with `editcap -F pcapng`");
	text("\3757zXZ\0", 6);
	refused("'x' is compressed by xz, which is not known here: unpack it first");
	begin_file(true);
	pcap_head(0xa1b2c3d4, 5, 65535, 1);
	refused("'x': version 2.5 of the pcap format is not known");
	begin_file(true);
	section();
	file[13] = 2;
	refused("'x': version 2.0 of the pcapng format is not known");
	file[8] = 0;
	refused("'x': the section at byte 0 has no byte order");
}

static void files_that_cannot_be_opened_are_errors(void **state)
{
	struct savefile *f;
	struct err e;

	(void)state;
	assert_int_equal(savefile_open(&f, "/no/such/file", &e), -1);
	assert_string_equal(e.text, "opening '/no/such/file': No such file or directory");
	assert_int_equal(savefile_open(&f, "/dev/null", &e), -1);
	assert_string_equal(e.text, "'/dev/null' is empty: name a capture file (pcap or pcapng)");
	assert_int_equal(savefile_from(&f, NULL, "x", &e), -1);
	assert_string_equal(e.text, "out of memory");
	savefile_close(NULL);
}

/* --- packed --- */

static size_t gzip_file(uint8_t *out, size_t room)
{
	z_stream z = {.next_in = file, .avail_in = (uInt)file_len};
	size_t len;

	z.next_out = out;
	z.avail_out = (uInt)room;
	assert_int_equal(deflateInit2(&z, 0, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	len = z.total_out;
	deflateEnd(&z);
	return len;
}

static void packed_files_are_read_and_their_damage_told(void **state)
{
	uint8_t packed[1024];
	struct savefile *f;
	size_t len;

	(void)state;
	begin_file(false);
	pcap_head(0xa1b23c4d, 4, 65535, 1);
	pcap_record(1, 2, 60, 60);
	pcap_record(1, 3, 50, 60);
	len = gzip_file(packed, sizeof(packed));
	f = open_bytes(packed, len);
	expect(f, 60, 60, NS_SEC + 2, LINK_ETHERNET);
	expect(f, 50, 60, NS_SEC + 3, LINK_ETHERNET);
	expect_end(f);
	f = open_bytes(packed, len - 20);
	expect(f, 60, 60, NS_SEC + 2, LINK_ETHERNET);
	expect_damage(f, "gzip data ends early after frame 1");
	packed[len - 8] ^= 1; /* CRC */
	f = open_bytes(packed, len);
	expect(f, 60, 60, NS_SEC + 2, LINK_ETHERNET);
	expect(f, 50, 60, NS_SEC + 3, LINK_ETHERNET);
	expect_damage(f, "damaged gzip data after frame 2");
	memcpy(file, packed, 20);
	file_len = 20;
	refused("'x': gzip data ends early before the first frame");
	file_len = 10;
	refused("'x': gzip data ends early");
}

/* --- whatever the bytes --- */

static void read_all(struct block *b)
{
	struct savefile *f;
	struct frame out;
	struct err e;
	uint32_t sum = 0;

	if (savefile_from(&f, source_memory(b->p, b->len), "x", &e) != 0)
		return;
	while (savefile_next(f, &out) == SAVEFILE_FRAME) {
		assert_true(out.caplen <= out.len);
		for (uint32_t i = 0; i < out.caplen; i++)
			sum += out.bytes[i];
	}
	assert_true(sum < UINT32_MAX);
	savefile_close(f);
}

static void any_changed_byte_is_survived(void **state)
{
	static const uint8_t values[] = {0, 1, 2, 3, 6, 0x7f, 0x80, 0xff};

	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		struct block b;

		begin_damaged();
		packet_old(0, 6, 12, 60);
		packet_simple(13, 13);
		if (kind < 2) {
			begin_file(kind == 1);
			pcap_head(kind == 1 ? 0xa1b2c3d4 : 0xa1b2cd34, 4, 65535, 1);
			for (uint32_t i = 0; i < 5; i++)
				pcap_record(i, 0, 20 * i, 60);
		}
		b = block_copy(file, file_len);
		for (size_t at = 0; at < b.len * CHECK_COUNT(values); at++) {
			uint8_t *byte = &b.p[at / CHECK_COUNT(values)], was = *byte;

			*byte = values[at % CHECK_COUNT(values)];
			read_all(&b);
			*byte = was;
		}
		block_free(&b);
	}
}

/* --- what we write --- */

static void our_own_files_come_back(void **state)
{
	static const ns_t stamps[] = {0, 1, 999999999, 1700000000123456789, (ns_t)1 << 62};
	char path[] = "/tmp/test_savefile.XXXXXX";
	int fd = mkstemp(path);
	uint8_t bytes[64];
	struct savefile *f;
	struct frame out;
	struct pcapng *p;
	struct err e;

	(void)state;
	close(fd);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i + 1);
	assert_int_equal(pcapng_open(&p, path, "tcpshake 1.2.3", &e), 0);
	pcapng_interface(p, "eth0", LINK_ETHERNET, 262144, &e);
	pcapng_interface(p, "any", LINK_SLL2, 256, &e);
	for (uint32_t i = 0; i < 5; i++)
		for (int n = 0; n < 2; n++)
			pcapng_frame(p, n,
			             &(struct frame){.bytes = bytes,
			                             .caplen = 60 + i,
			                             .len = 100,
			                             .stamp = stamps[i]},
			             n == 0, n == 0 ? "a comment" : NULL, &e);
	pcapng_statistics(p, 0, 3, NULL, 0, &e);
	assert_int_equal(pcapng_close(p, &e), 0);
	assert_int_equal(savefile_open(&f, path, &e), 0);
	for (uint32_t i = 0; i < 5; i++) {
		expect(f, 60 + i, 100, stamps[i], LINK_ETHERNET);
		expect(f, 60 + i, 100, stamps[i], LINK_SLL2);
	}
	assert_int_equal(savefile_next(f, &out), SAVEFILE_END);
	assert_int_equal(savefile_progress(f), 1000);
	savefile_close(f);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_magic_in_both_byte_orders),
		cmocka_unit_test(old_versions_have_the_lengths_swapped),
		cmocka_unit_test(link_types_are_common_ones),
		cmocka_unit_test(claims_of_frames_are_limited),
		cmocka_unit_test(a_pcap_file_may_be_cut_anywhere),
		cmocka_unit_test(a_pcapng_file_may_be_cut_anywhere),
		cmocka_unit_test(each_interface_has_its_own_link_type_and_clock),
		cmocka_unit_test(all_packet_blocks_are_read),
		cmocka_unit_test(sections_of_both_orders_follow_each_other),
		cmocka_unit_test(damaged_blocks_are_told),
		cmocka_unit_test(damaged_frames_are_told),
		cmocka_unit_test(damaged_interfaces_are_told),
		cmocka_unit_test(interfaces_have_a_limit),
		cmocka_unit_test(other_files_are_refused),
		cmocka_unit_test(files_that_cannot_be_opened_are_errors),
		cmocka_unit_test(packed_files_are_read_and_their_damage_told),
		cmocka_unit_test(any_changed_byte_is_survived),
		cmocka_unit_test(our_own_files_come_back),
	};

	return cmocka_run_group_tests_name("savefile", tests, NULL, NULL);
}
