/* SPDX-License-Identifier: BSD-2-Clause */
/* test_reassembly.c - tests that the parts of IP datagrams add up to one segment, in any order. */
#include "../lib/check.h"

#include "engine/reassembly.h"
#include "wire/ip.h"
#include "wire/link.h"

/* 192.0.2.7 > 198.51.100.9; a first part is a segment with 20 bytes of header. */
static struct packet part(uint32_t id, uint32_t offset, uint32_t len, bool more)
{
	static const uint8_t src[] = {192, 0, 2, 7}, dst[] = {198, 51, 100, 9};
	static const uint8_t data[] = "data";
	struct packet p = {.kind = PACKET_OTHER};

	p.src.addr = addr_from(src, 4);
	p.dst.addr = addr_from(dst, 4);
	p.frag = (struct fragment){.present = true,
	                           .more = more,
	                           .offset = (uint16_t)offset,
	                           .id = id,
	                           .len = len,
	                           .proto = IP_PROTO_TCP};
	if (offset != 0)
		return p;
	p.kind = len < 20 ? PACKET_DAMAGED : PACKET_TCP;
	p.src.port = 40000;
	p.dst.port = 443;
	p.seg.seq = 1000 + id;
	p.seg.flags = SEG_ACK;
	p.seg.payload_len = len - 20;
	p.seg.payload = data;
	return p;
}

/* A table, and a short way to feed it; what was fed last is in `p`. */
struct bench {
	struct reassembly r;
	struct packet p;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	*state = b;
	if (b == NULL)
		return -1;
	memset(&b->r, 0xa5, sizeof(b->r));
	reassembly_init(&b->r);
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static bool feed_at(struct bench *b, ns_t stamp, uint32_t id, uint32_t offset, uint32_t len,
                    bool more)
{
	b->p = part(id, offset, len, more);
	return reassembly_feed(&b->r, &b->p, stamp);
}

static bool feed(struct bench *b, uint32_t id, uint32_t offset, uint32_t len, bool more)
{
	return feed_at(b, NS_SEC, id, offset, len, more);
}

static void check_whole(const struct bench *b, uint32_t id, uint32_t payload_len)
{
	assert_int_equal(b->p.kind, PACKET_TCP);
	assert_int_equal(b->p.src.port, 40000);
	assert_int_equal(b->p.dst.port, 443);
	assert_int_equal(b->p.seg.seq, 1000 + id);
	assert_int_equal(b->p.seg.payload_len, payload_len);
	assert_null(b->p.seg.payload);
	assert_false(b->p.seg.good_csum);
	assert_int_equal(b->p.csum, CSUM_UNKNOWN);
	assert_false(b->p.frag.present);
}

static void whole_packets_pass_as_they_are(void **state)
{
	struct bench *b = *state;
	struct packet p = part(1, 0, 120, false), before;

	p.frag = (struct fragment){.present = false};
	p.csum = CSUM_GOOD;
	p.seg.good_csum = true;
	before = p;
	assert_true(reassembly_feed(&b->r, &p, NS_SEC));
	assert_memory_equal(&p, &before, sizeof(p));
	assert_int_equal(reassembly_lost(&b->r), 0);
}

static void parts_in_order_are_one_segment(void **state)
{
	struct bench *b = *state;

	assert_false(feed(b, 7, 0, 1480, true));
	assert_false(feed(b, 7, 1480, 1480, true));
	assert_true(feed(b, 7, 2960, 41, false));
	check_whole(b, 7, 2981);
	assert_int_equal(reassembly_lost(&b->r), 0);
}

/* All 24 orders of four parts. */
static void parts_in_any_order_are_one_segment(void **state)
{
	struct bench *b = *state;
	uint32_t id = 0;

	for (uint32_t order = 0; order < 256; order++) {
		uint32_t seen = 0;
		bool whole = false;

		for (uint32_t i = 0; i < 4; i++)
			seen |= 1U << (order >> i * 2 & 3);
		if (seen != 15)
			continue;
		id++;
		for (uint32_t i = 0; i < 4; i++) {
			uint32_t at = order >> i * 2 & 3;

			assert_false(whole);
			whole = feed(b, id, at * 24, at == 3 ? 5 : 24, at != 3);
		}
		assert_true(whole);
		check_whole(b, id, 57);
	}
	assert_int_equal(id, 24);
	assert_int_equal(reassembly_lost(&b->r), 0);
}

static void copies_count_once(void **state)
{
	struct bench *b = *state;

	assert_false(feed(b, 7, 0, 40, true));
	assert_false(feed(b, 7, 0, 40, true));
	assert_false(feed(b, 7, 48, 8, false));
	assert_false(feed(b, 7, 48, 8, false));
	assert_true(feed(b, 7, 40, 8, true));
	check_whole(b, 7, 36);
	/* and what comes after the whole, too */
	assert_false(feed(b, 7, 0, 40, true));
	assert_false(feed(b, 7, 40, 8, true));
	assert_false(feed(b, 7, 48, 8, false));
	assert_int_equal(reassembly_lost(&b->r), 0);
}

static void overlaps_count_once(void **state)
{
	struct bench *b = *state;

	assert_false(feed(b, 7, 0, 40, true));
	assert_false(feed(b, 7, 64, 40, true));
	assert_false(feed(b, 7, 32, 40, true)); /* over both */
	assert_false(feed(b, 7, 8, 16, true));  /* within */
	assert_true(feed(b, 7, 96, 13, false));
	check_whole(b, 7, 89);
	assert_int_equal(reassembly_lost(&b->r), 0);
}

/* The header is that of the part that was captured first. */
static void a_second_first_part_changes_nothing(void **state)
{
	struct bench *b = *state;
	struct packet other = part(7, 0, 32, true);

	assert_false(feed(b, 7, 0, 40, true));
	other.seg.seq = 5;
	assert_false(reassembly_feed(&b->r, &other, NS_SEC));
	assert_true(feed(b, 7, 40, 8, false));
	check_whole(b, 7, 28);
}

static void datagrams_are_told_apart(void **state)
{
	struct bench *b = *state;
	struct packet from, to, proto;

	from = to = proto = part(7, 40, 8, false);
	from.src.addr.bytes[3]++;
	to.dst.addr.bytes[3]++;
	proto.frag.proto = 60;
	assert_false(feed(b, 7, 0, 40, true));
	assert_false(reassembly_feed(&b->r, &from, NS_SEC));
	assert_false(reassembly_feed(&b->r, &to, NS_SEC));
	assert_false(reassembly_feed(&b->r, &proto, NS_SEC));
	assert_false(feed(b, 8, 40, 8, false));
	assert_true(feed(b, 7, 40, 8, false));
	check_whole(b, 7, 28);
	/* what stands behind an extension header may have been no TCP */
	assert_int_equal(reassembly_lost(&b->r), 3);
}

static void an_incomplete_datagram_is_lost_with_age(void **state)
{
	struct bench *b = *state;

	assert_false(feed_at(b, NS_SEC, 7, 0, 40, true));
	assert_int_equal(reassembly_lost(&b->r), 1);
	/* at the limit it is still completed */
	assert_true(feed_at(b, 31 * NS_SEC, 7, 40, 8, false));
	assert_int_equal(reassembly_lost(&b->r), 0);
	assert_false(feed_at(b, 40 * NS_SEC, 8, 0, 40, true));
	assert_false(feed_at(b, 70 * NS_SEC + 1, 8, 40, 8, false));
	assert_int_equal(b->r.lost, 1);
	/* what was late begins a new one */
	assert_true(feed_at(b, 71 * NS_SEC, 8, 0, 40, true));
	check_whole(b, 8, 28);
	assert_int_equal(reassembly_lost(&b->r), 1);
}

static void an_identification_comes_again(void **state)
{
	struct bench *b = *state;

	assert_false(feed_at(b, NS_SEC, 7, 0, 40, true));
	assert_true(feed_at(b, NS_SEC, 7, 40, 8, false));
	assert_false(feed_at(b, 2 * NS_SEC, 7, 0, 40, true));
	assert_false(feed_at(b, 2 * NS_SEC + 1, 7, 0, 48, true));
	assert_true(feed_at(b, 2 * NS_SEC + 2, 7, 48, 8, false));
	check_whole(b, 7, 36);
	assert_int_equal(reassembly_lost(&b->r), 0);
}

static void the_oldest_is_evicted(void **state)
{
	struct bench *b = *state;

	for (uint32_t id = 0; id < REASSEMBLY_DATAGRAMS; id++)
		assert_false(feed_at(b, NS_SEC + id, id, 0, 40, true));
	assert_int_equal(b->r.lost, 0);
	assert_false(feed_at(b, 2 * NS_SEC, 1000, 0, 40, true));
	assert_int_equal(b->r.lost, 1);
	/* all but that one are complete with their other part */
	for (uint32_t id = 1; id < REASSEMBLY_DATAGRAMS; id++)
		assert_true(feed_at(b, 2 * NS_SEC, id, 40, 8, false));
	/* those that are done make room before any that is not */
	for (uint32_t id = 2000; id < 2000 + REASSEMBLY_DATAGRAMS - 1; id++)
		assert_false(feed_at(b, 2 * NS_SEC + id, id, 0, 40, true));
	assert_int_equal(b->r.lost, 1);
	assert_true(feed_at(b, 3 * NS_SEC, 1000, 40, 8, false));
	assert_int_equal(reassembly_lost(&b->r), REASSEMBLY_DATAGRAMS);
}

static void a_header_cut_by_the_first_part_is_lost(void **state)
{
	struct bench *b = *state;

	assert_false(feed(b, 7, 0, 16, true));
	assert_int_equal(b->r.lost, 1);
	assert_false(feed(b, 7, 16, 40, false));
	assert_false(feed(b, 8, 16, 40, false));
	assert_false(feed(b, 8, 0, 16, true));
	assert_int_equal(reassembly_lost(&b->r), 2);
}

static void contradictions_are_lost(void **state)
{
	struct bench *b = *state;

	/* two ends */
	assert_false(feed(b, 1, 40, 8, false));
	assert_false(feed(b, 1, 48, 8, false));
	assert_int_equal(b->r.lost, 1);
	assert_false(feed(b, 1, 0, 40, true));
	/* more behind the end, and an end before more */
	assert_false(feed(b, 2, 40, 8, false));
	assert_false(feed(b, 2, 48, 8, true));
	assert_int_equal(b->r.lost, 2);
	assert_false(feed(b, 3, 48, 8, true));
	assert_false(feed(b, 3, 40, 8, false));
	assert_int_equal(reassembly_lost(&b->r), 3);
	/* a part that is no multiple of 8 counts to the last one; here the header is not whole then */
	assert_false(feed(b, 4, 0, 23, true));
	assert_false(feed(b, 4, 16, 1, false));
	assert_int_equal(reassembly_lost(&b->r), 4);
	assert_false(feed(b, 5, 0, 47, true));
	assert_true(feed(b, 5, 40, 1, false));
	check_whole(b, 5, 21);
	assert_int_equal(reassembly_lost(&b->r), 4);
}

static void a_datagram_beyond_the_greatest_is_lost(void **state)
{
	struct bench *b = *state;

	assert_false(feed(b, 1, 0, 65528, true));
	assert_true(feed(b, 1, 65528, 7, false));
	check_whole(b, 1, 65515);
	assert_false(feed(b, 2, 0, 65528, true));
	assert_false(feed(b, 2, 65528, 8, false));
	assert_int_equal(reassembly_lost(&b->r), 1);
	assert_false(feed(b, 3, 8, UINT32_MAX, false));
	assert_int_equal(reassembly_lost(&b->r), 2);
}

static void too_many_holes_are_lost(void **state)
{
	struct bench *b = *state;

	for (uint32_t i = 0; i < REASSEMBLY_RANGES; i++)
		assert_false(feed(b, 7, i * 16, i == 0 ? 24 : 8, true));
	assert_int_equal(b->r.lost, 0);
	assert_false(feed(b, 7, 512, 8, true)); /* one was joined to the first, so there is room */
	assert_int_equal(b->r.lost, 0);
	assert_false(feed(b, 7, 528, 8, true));
	assert_int_equal(reassembly_lost(&b->r), 1);
	/* where they are filled as they come, any number will do */
	for (uint32_t i = 0; i < 500; i++)
		assert_false(feed(b, 8, i * 8, i == 0 ? 24 : 8, true));
	assert_true(feed(b, 8, 4000, 8, false));
	check_whole(b, 8, 3988);
}

/* Feed frames of raw IP; which of them is the whole segment, and what it has of user data. */
static int decoded(struct bench *b, const char *const *frames, uint32_t *payload_len)
{
	int whole = -1;

	for (int i = 0; frames[i] != NULL; i++) {
		struct block frame = block_hex(frames[i]);

		packet_decode(&b->p, LINK_RAW, frame.p, frame.len, frame.len);
		if (reassembly_feed(&b->r, &b->p, NS_SEC)) {
			assert_int_equal(whole, -1);
			assert_int_equal(b->p.kind, PACKET_TCP);
			assert_int_equal(b->p.src.port, 443);
			*payload_len = b->p.seg.payload_len;
			whole = i;
		}
		block_free(&frame);
	}
	return whole;
}

/* 2001:db8::7 > 2001:db8::9, payload length and next header to be given */
#define V6_HEAD(len, next)                                                                         \
	"60000000 " len next "40 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000"   \
	" 00000009 "

static void decoded_frames_are_one_segment(void **state)
{
	static const char *const v4[] = {
		/* id 7, offset 32, flags [none], length 25; offset 0, flags [+], length 48 */
		"45000019 00070004 40060000 c0000207 c6336409 3031323334",
		"45000030 00072000 40060000 c0000207 c6336409 01bb9c40 00001389 000003e9 501801f6 "
		"00000000 30313233 34353637",
		/* offset 24, flags [+], length 28 */
		"4500001c 00072003 40060000 c0000207 c6336409 30313233 34353637",
		NULL,
	};
	static const char *const v6[] = {
		/* frag (0x0000abcd:0|28), of which 24 count, as it is not the last; (0x0000abcd:24|5) */
		V6_HEAD("0024",
	                "2c") "06000001 0000abcd 01bb9c40 00001389 000003e9 501801f6 00000000 "
			      "30313233 34353637",
		V6_HEAD("000d", "2c") "06000018 0000abcd 30313233 34",
		NULL,
	};
	static const char *const options[] = {
		/* destination options (padn) before TCP are part of the whole: 8 bytes, then 20 of TCP */
		V6_HEAD("000d", "2c") "3c000020 0000abce 30313233 34",
		V6_HEAD("0028",
	                "2c") "3c000001 0000abce 06000104 00000000 01bb9c40 00001389 000003e9 "
			      "501801f6 00000000 30313233",
		NULL,
	};
	struct bench *b = *state;
	uint32_t payload_len = 0;

	assert_int_equal(decoded(b, v4, &payload_len), 2);
	assert_int_equal(payload_len, 17);
	assert_int_equal(decoded(b, v6, &payload_len), 1);
	assert_int_equal(payload_len, 9);
	assert_int_equal(decoded(b, options, &payload_len), 1);
	assert_int_equal(payload_len, 9);
	assert_int_equal(reassembly_lost(&b->r), 0);
}

/* Parts at random, many of them absurd: lengths stay within bounds, every datagram has one end. */
static void random_parts_do_no_harm(void **state)
{
	struct bench *b = *state;
	uint64_t seed = check_seed(), x = seed | 1;

	for (uint32_t i = 0; i < 200000; i++) {
		uint32_t offset, len;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		offset = (uint32_t)(x >> 8 & 15) * 8;
		len = (uint32_t)(x >> 16 & 63);
		if (feed_at(b, (ns_t)i * NS_MS, (uint32_t)x & 127, offset, len,
		            (x >> 24 & 7) != 0) &&
		    b->p.seg.payload_len > 65535)
			fail_msg("payload of %u; CHECK_SEED=%llu repeats it", b->p.seg.payload_len,
			         (unsigned long long)seed);
	}
	assert_true(reassembly_lost(&b->r) < 200000);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whole_packets_pass_as_they_are),
		TEST(parts_in_order_are_one_segment),
		TEST(parts_in_any_order_are_one_segment),
		TEST(copies_count_once),
		TEST(overlaps_count_once),
		TEST(a_second_first_part_changes_nothing),
		TEST(datagrams_are_told_apart),
		TEST(an_incomplete_datagram_is_lost_with_age),
		TEST(an_identification_comes_again),
		TEST(the_oldest_is_evicted),
		TEST(a_header_cut_by_the_first_part_is_lost),
		TEST(contradictions_are_lost),
		TEST(a_datagram_beyond_the_greatest_is_lost),
		TEST(too_many_holes_are_lost),
		TEST(decoded_frames_are_one_segment),
		TEST(random_parts_do_no_harm),
	};

	return cmocka_run_group_tests_name("reassembly", tests, NULL, NULL);
}
