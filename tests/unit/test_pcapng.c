/* SPDX-License-Identifier: BSD-2-Clause */
/* test_pcapng.c - capture files: read back with libpcap, and block by block by hand. */
#include "../lib/check.h"

#include <fcntl.h>
#include <pcap/pcap.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/pcapng.h"
#include "wire/link.h"

static char path[64];

static int make_path(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/test_pcapng.XXXXXX");
	fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

static const uint8_t frame_bytes[64] = {
	0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x08, 0x00, 0x45, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
};

static struct frame frame(uint32_t caplen, uint32_t len, ns_t stamp)
{
	return (struct frame){.bytes = frame_bytes, .caplen = caplen, .len = len, .stamp = stamp};
}

static struct pcapng *open_file(void)
{
	struct pcapng *p;
	struct err e;

	assert_int_equal(pcapng_open(&p, path, "tcpshake 1.2.3", &e), 0);
	return p;
}

static void close_file(struct pcapng *p)
{
	struct err e;

	assert_int_equal(pcapng_close(p, &e), 0);
}

static void add(struct pcapng *p, int number, const struct frame *f, bool outbound,
                const char *comment)
{
	struct err e;

	assert_int_equal(pcapng_frame(p, number, f, outbound, comment, &e), 0);
}

static int interface(struct pcapng *p, const char *name, int link_type)
{
	struct err e;

	return pcapng_interface(p, name, link_type, 262144, &e);
}

/* --- by libpcap --- */

static pcap_t *reader(void)
{
	char e[PCAP_ERRBUF_SIZE];
	pcap_t *r = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, e);

	if (r == NULL)
		fail_msg("%s", e);
	return r;
}

static void check_read(pcap_t *r, const struct frame *want)
{
	struct pcap_pkthdr *h;
	const u_char *bytes;

	assert_int_equal(pcap_next_ex(r, &h, &bytes), 1);
	assert_int_equal(h->caplen, want->caplen);
	assert_int_equal(h->len, want->len);
	assert_true((ns_t)h->ts.tv_sec * NS_SEC + h->ts.tv_usec == want->stamp);
	assert_memory_equal(bytes, want->bytes, want->caplen);
}

static void frames_come_back_to_the_nanosecond(void **state)
{
	static const ns_t stamps[] = {
		0,          1,          999999999,           NS_SEC, 1700000000123456789,
		4294967295, 4294967296, 4102444800000000001,
	};
	struct pcapng *p = open_file();
	struct pcap_pkthdr *h;
	const u_char *bytes;
	pcap_t *r;

	(void)state;
	assert_int_equal(interface(p, "eth0", LINK_ETHERNET), 0);
	for (size_t i = 0; i < CHECK_COUNT(stamps); i++) {
		struct frame f = frame(60, 60, stamps[i]);

		add(p, 0, &f, i % 2 == 0, i % 3 == 0 ? "a comment" : NULL);
	}
	close_file(p);
	r = reader();
	for (size_t i = 0; i < CHECK_COUNT(stamps); i++) {
		struct frame f = frame(60, 60, stamps[i]);

		check_read(r, &f);
	}
	assert_int_equal(pcap_next_ex(r, &h, &bytes), PCAP_ERROR_BREAK);
	pcap_close(r);
}

static void frames_of_every_length_come_back(void **state)
{
	struct pcapng *p = open_file();
	pcap_t *r;

	(void)state;
	interface(p, "eth0", LINK_ETHERNET);
	for (uint32_t len = 0; len <= 64; len++) {
		struct frame f = frame(len, len + 1000, len);

		add(p, 0, &f, true, len % 2 == 0 ? "x" : "a comment of some length");
	}
	close_file(p);
	r = reader();
	for (uint32_t len = 0; len <= 64; len++) {
		struct frame f = frame(len, len + 1000, len);

		check_read(r, &f);
	}
	pcap_close(r);
}

static void link_types_are_kept(void **state)
{
	static const int types[] = {LINK_ETHERNET, LINK_SLL, LINK_SLL2, LINK_NULL, LINK_IPV4};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(types); i++) {
		struct frame f = frame(60, 60, 5);
		struct pcapng *p = open_file();
		pcap_t *r;

		interface(p, "any", types[i]);
		add(p, 0, &f, true, NULL);
		close_file(p);
		r = reader();
		assert_int_equal(pcap_datalink(r), types[i]);
		assert_int_equal(pcap_snapshot(r), 262144);
		pcap_close(r);
	}
}

static void raw_ip_is_libpcaps_raw(void **state)
{
	struct frame f = frame(20, 20, 5);
	struct pcapng *p = open_file();
	pcap_t *r;

	(void)state;
	interface(p, "tun0", LINK_RAW);
	add(p, 0, &f, true, NULL);
	close_file(p);
	r = reader();
	assert_int_equal(pcap_datalink(r), DLT_RAW);
	pcap_close(r);
}

/* --- by hand: draft-ietf-opsawg-pcapng 3.1, 3.5, 4.1 to 4.3, 4.6 --- */

static uint8_t file_bytes[65536];
static size_t file_len;

static void load(void)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, file_bytes, sizeof(file_bytes));

	assert_true(n > 0);
	file_len = (size_t)n;
	close(fd);
}

static uint32_t u32(size_t at)
{
	uint32_t v;

	assert_true(at + 4 <= file_len);
	memcpy(&v, file_bytes + at, 4);
	return v;
}

static uint16_t u16(size_t at)
{
	uint16_t v;

	assert_true(at + 2 <= file_len);
	memcpy(&v, file_bytes + at, 2);
	return v;
}

/* Start of the n-th block. Each must be whole, aligned, and say its length twice. */
static size_t block(unsigned int n)
{
	size_t at = 0;

	load();
	for (;; n--) {
		uint32_t len = u32(at + 4);

		assert_true(len >= 12 && len % 4 == 0 && at + len <= file_len);
		assert_int_equal(u32(at + len - 4), len);
		if (n == 0)
			return at;
		at += len;
	}
}

/* The n-th option with this code in the list at `at`; its length, and its bytes. */
static uint16_t option(size_t at, uint16_t code, unsigned int n, const uint8_t **bytes)
{
	for (; u16(at) != 0; at += 4 + ((u16(at + 2) + 3U) & ~3U)) {
		if (u16(at) != code || n-- > 0)
			continue;
		*bytes = file_bytes + at + 4;
		return u16(at + 2);
	}
	*bytes = NULL;
	return 0;
}

static void check_text_option(size_t at, uint16_t code, unsigned int n, const char *want)
{
	const uint8_t *bytes;
	uint16_t len = option(at, code, n, &bytes);

	if (want == NULL) {
		assert_null(bytes);
		return;
	}
	assert_non_null(bytes);
	assert_int_equal(len, strlen(want));
	assert_memory_equal(bytes, want, len);
}

#define OPTIONS_OF_PACKET(at, caplen) ((at) + 28 + (((caplen) + 3U) & ~3U))

static void section_and_interface_say_who_and_what(void **state)
{
	struct pcapng *p = open_file();
	const uint8_t *bytes;
	size_t at;

	(void)state;
	assert_int_equal(interface(p, "eth0", LINK_ETHERNET), 0);
	assert_int_equal(interface(p, "tun7", LINK_RAW), 1);
	close_file(p);
	at = block(0);
	assert_int_equal(u32(at), 0x0a0d0d0a);
	assert_int_equal(u32(at + 8), 0x1a2b3c4d);
	assert_int_equal(u16(at + 12), 1);
	assert_int_equal(u16(at + 14), 0);
	check_text_option(at + 24, 4, 0, "tcpshake 1.2.3");
	at = block(2);
	assert_int_equal(u32(at), 1);
	assert_int_equal(u16(at + 8), LINK_RAW);
	assert_int_equal(u32(at + 12), 262144);
	check_text_option(at + 16, 2, 0, "tun7");
	assert_int_equal(option(at + 16, 9, 0, &bytes), 1);
	assert_int_equal(bytes[0], 9);
}

static void packets_carry_direction_and_comment(void **state)
{
	struct frame f = frame(33, 60, 0x0102030405060708);
	struct pcapng *p = open_file();
	const uint8_t *bytes;
	size_t at;

	(void)state;
	interface(p, "eth0", LINK_ETHERNET);
	interface(p, "eth1", LINK_ETHERNET);
	add(p, 1, &f, true, "seq=1 open");
	add(p, 0, &f, false, NULL);
	close_file(p);
	at = block(3);
	assert_int_equal(u32(at), 6);
	assert_int_equal(u32(at + 8), 1);
	assert_int_equal(u32(at + 12), 0x01020304);
	assert_int_equal(u32(at + 16), 0x05060708);
	assert_int_equal(u32(at + 20), 33);
	assert_int_equal(u32(at + 24), 60);
	assert_int_equal(option(OPTIONS_OF_PACKET(at, 33), 2, 0, &bytes), 4);
	assert_int_equal(bytes[0] & 3, 2); /* outbound */
	check_text_option(OPTIONS_OF_PACKET(at, 33), 1, 0, "seq=1 open");
	at = block(4);
	assert_int_equal(u32(at + 8), 0);
	assert_int_equal(option(OPTIONS_OF_PACKET(at, 33), 2, 0, &bytes), 4);
	assert_int_equal(bytes[0] & 3, 1); /* inbound */
	check_text_option(OPTIONS_OF_PACKET(at, 33), 1, 0, NULL);
}

static void long_comments_are_cut(void **state)
{
	struct frame f = frame(60, 60, 5);
	struct pcapng *p = open_file();
	char comment[PCAPNG_COMMENT_MAX + 300];
	const uint8_t *bytes;

	(void)state;
	memset(comment, 'x', sizeof(comment) - 1);
	comment[sizeof(comment) - 1] = '\0';
	interface(p, "eth0", LINK_ETHERNET);
	add(p, 0, &f, true, comment);
	comment[PCAPNG_COMMENT_MAX] = '\0';
	add(p, 0, &f, true, comment);
	close_file(p);
	for (unsigned int i = 2; i <= 3; i++)
		assert_int_equal(option(OPTIONS_OF_PACKET(block(i), 60), 1, 0, &bytes),
		                 PCAPNG_COMMENT_MAX);
	pcap_close(reader());
}

static void statistics_carry_losses_and_verdicts(void **state)
{
	const char *comments[300];
	struct pcapng *p = open_file();
	const uint8_t *bytes;
	uint64_t dropped;
	struct err e;
	size_t at;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(comments); i++)
		comments[i] = i % 2 == 0 ? "seq=1 filtered: no answer to 3 SYNs in 7.0 s" : "odd";
	interface(p, "eth0", LINK_ETHERNET);
	assert_int_equal(
		pcapng_statistics(p, 0, 0x123456789aU, comments, CHECK_COUNT(comments), &e), 0);
	assert_int_equal(pcapng_statistics(p, 0, 0, NULL, 0, &e), 0);
	close_file(p);
	at = block(2);
	assert_int_equal(u32(at), 5);
	assert_int_equal(u32(at + 8), 0);
	assert_int_equal(option(at + 20, 5, 0, &bytes), 8);
	memcpy(&dropped, bytes, 8);
	assert_true(dropped == 0x123456789aU);
	for (unsigned int i = 0; i < CHECK_COUNT(comments); i++)
		check_text_option(at + 20, 1, i, comments[i]);
	check_text_option(at + 20, 1, CHECK_COUNT(comments), NULL);
	assert_int_equal(u32(block(3)), 5);
	pcap_close(reader());
}

/* --- errors --- */

static void a_file_that_cannot_be_made_is_an_error(void **state)
{
	struct pcapng *p;
	struct err e;

	(void)state;
	assert_int_equal(pcapng_open(&p, "/no/such/dir/f.pcapng", "t", &e), -1);
	assert_int_equal(e.kind, ERR_LOCAL);
	assert_string_equal(
		e.text, "opening '/no/such/dir/f.pcapng' for writing: No such file or directory");
	assert_int_equal(pcapng_close(NULL, &e), 0);
}

static void a_full_disk_is_told_at_the_end_at_the_latest(void **state)
{
	struct frame f = frame(60, 60, 5);
	struct pcapng *p;
	struct err e;

	(void)state;
	assert_int_equal(pcapng_open(&p, "/dev/full", "t", &e), 0);
	assert_int_equal(pcapng_interface(p, "eth0", LINK_ETHERNET, 256, &e), 0);
	assert_int_equal(pcapng_frame(p, 0, &f, true, NULL, &e), 0);
	assert_int_equal(pcapng_close(p, &e), -1);
	assert_int_equal(e.kind, ERR_LOCAL);
	assert_string_equal(e.text, "writing '/dev/full': No space left on device");
}

static void a_full_disk_is_told_on_the_way(void **state)
{
	struct frame f = frame(60, 60, 5);
	struct pcapng *p;
	struct err e = {.kind = ERR_NONE};
	int rc = 0, frames = 0;

	(void)state;
	assert_int_equal(pcapng_open(&p, "/dev/full", "t", &e), 0);
	pcapng_interface(p, "eth0", LINK_ETHERNET, 256, &e);
	for (; rc == 0 && frames < 10000; frames++)
		rc = pcapng_frame(p, 0, &f, true, NULL, &e);
	assert_int_equal(rc, -1);
	assert_string_equal(e.text, "writing '/dev/full': No space left on device");
	pcapng_close(p, &e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_back_to_the_nanosecond),
		cmocka_unit_test(frames_of_every_length_come_back),
		cmocka_unit_test(link_types_are_kept),
		cmocka_unit_test(raw_ip_is_libpcaps_raw),
		cmocka_unit_test(section_and_interface_say_who_and_what),
		cmocka_unit_test(packets_carry_direction_and_comment),
		cmocka_unit_test(long_comments_are_cut),
		cmocka_unit_test(statistics_carry_losses_and_verdicts),
		cmocka_unit_test(a_file_that_cannot_be_made_is_an_error),
		cmocka_unit_test(a_full_disk_is_told_at_the_end_at_the_latest),
		cmocka_unit_test(a_full_disk_is_told_on_the_way),
	};

	return cmocka_run_group_tests_name("pcapng", tests, make_path, remove_path);
}
