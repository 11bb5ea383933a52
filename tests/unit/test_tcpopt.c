/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tcpopt.c - tests that options are written, read and printed, whatever their bytes. */
#include "../lib/check.h"

#include "wire/tcpopt.h"

/* options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7] (Linux) */
static const char linux_syn[] = "020405b4 0402080a 075bcd15 00000000 01030307";

/* options [mss 1460,nop,wscale 8,nop,nop,sackOK] (Windows) */
static const char windows_syn[] = "020405b4 01030308 01010402";

/* options [mss 1460,nop,wscale 6,nop,nop,TS val 1 ecr 2,sackOK,eol] (macOS) */
static const char macos_syn[] = "020405b4 01030306 0101080a 00000001 00000002 04020000";

static struct tcpopts decode(const char *hex)
{
	struct block b = block_hex(hex);
	struct tcpopts o = tcpopt_decode(b.p, b.len);

	block_free(&b);
	return o;
}

static void a_linux_syn_is_decoded(void **state)
{
	struct tcpopts o = decode(linux_syn);

	(void)state;
	assert_true(o.mss_present && o.wscale_present && o.sackok && o.ts_present);
	assert_false(o.malformed);
	assert_int_equal(o.mss, 1460);
	assert_int_equal(o.wscale, 7);
	assert_int_equal(o.tsval, 123456789);
	assert_int_equal(o.tsecr, 0);
}

static void a_windows_syn_is_decoded(void **state)
{
	struct tcpopts o = decode(windows_syn);

	(void)state;
	assert_true(o.mss_present && o.wscale_present && o.sackok);
	assert_false(o.ts_present || o.malformed);
	assert_int_equal(o.mss, 1460);
	assert_int_equal(o.wscale, 8);
}

static void a_macos_syn_is_decoded(void **state)
{
	struct tcpopts o = decode(macos_syn);

	(void)state;
	assert_true(o.mss_present && o.wscale_present && o.sackok && o.ts_present);
	assert_false(o.malformed);
	assert_int_equal(o.wscale, 6);
	assert_int_equal(o.tsval, 1);
	assert_int_equal(o.tsecr, 2);
}

static void no_options_are_nothing(void **state)
{
	struct tcpopts o = tcpopt_decode(NULL, 0);

	(void)state;
	assert_false(o.mss_present || o.wscale_present || o.sackok || o.ts_present || o.malformed);
}

static void the_end_of_options_ends_them(void **state)
{
	struct tcpopts o = decode("04020002 0405b402");

	(void)state;
	assert_true(o.sackok);
	assert_false(o.mss_present || o.malformed);
}

static void the_last_of_an_option_wins(void **state)
{
	struct tcpopts o = decode("02040001 02040002 03030103 0302");

	(void)state;
	assert_int_equal(o.mss, 2);
	assert_int_equal(o.wscale, 2);
}

static void a_large_window_scale_is_kept_as_sent(void **state)
{
	struct tcpopts o = decode("0303ff");

	(void)state;
	assert_int_equal(o.wscale, 255);
}

static void unknown_options_are_skipped(void **state)
{
	/* MD5 (19) of 18 bytes, TFO cookie request (34), experiment (253) of 4, then the MSS */
	struct tcpopts o = decode("1312000102030405060708090a0b0c0d0e0f 2202 fd04f989 02040218");

	(void)state;
	assert_true(o.mss_present);
	assert_false(o.malformed);
	assert_int_equal(o.mss, 0x218);
}

/* From no padding to forty bytes full of it, in front and behind, as NOPs and as EOL. */
static void every_padding_is_accepted(void **state)
{
	static const uint8_t mss[] = {2, 4, 0x05, 0xb4};

	(void)state;
	for (size_t front = 0; front <= 36; front++) {
		for (size_t behind = 0; front + behind <= 36; behind++) {
			for (int filler = TCPOPT_KIND_EOL; filler <= TCPOPT_KIND_NOP; filler++) {
				uint8_t raw[TCPOPT_SPACE];
				struct block b;
				struct tcpopts o;

				memset(raw, TCPOPT_KIND_NOP, front);
				memcpy(raw + front, mss, 4);
				memset(raw + front + 4, filler, behind);
				b = block_copy(raw, front + 4 + behind);
				o = tcpopt_decode(b.p, b.len);
				block_free(&b);
				assert_true(o.mss_present && o.mss == 1460 && !o.malformed);
			}
		}
	}
}

/* The option lengths of RFC 9293, 7323 and 2018; another length of these kinds says nothing. */
static void each_kind_counts_at_its_own_length_only(void **state)
{
	(void)state;
	for (unsigned int kind = 2; kind < 256; kind++) {
		for (uint8_t len = 2; len <= TCPOPT_SPACE; len++) {
			struct block b =
				block_copy((const uint8_t[TCPOPT_SPACE]){(uint8_t)kind, len}, len);
			struct tcpopts o = tcpopt_decode(b.p, b.len);

			block_free(&b);
			assert_false(o.malformed);
			assert_int_equal(o.mss_present, kind == 2 && len == 4);
			assert_int_equal(o.wscale_present, kind == 3 && len == 3);
			assert_int_equal(o.sackok, kind == 4 && len == 2);
			assert_int_equal(o.ts_present, kind == 8 && len == 10);
		}
	}
}

/* SACK-permitted, then an option of any kind and length byte in 10 bytes of room. */
static void impossible_lengths_are_malformed(void **state)
{
	(void)state;
	for (unsigned int kind = 2; kind < 256; kind++) {
		for (unsigned int len = 0; len < 256; len++) {
			const uint8_t raw[12] = {4, 2, (uint8_t)kind, (uint8_t)len};
			struct block b = block_copy(raw, sizeof(raw));
			struct tcpopts o = tcpopt_decode(b.p, b.len);

			block_free(&b);
			assert_int_equal(o.malformed, len < 2 || len > 10);
			assert_true(o.sackok);
		}
	}
}

static void a_kind_without_a_length_is_malformed(void **state)
{
	struct tcpopts o = decode("0402 02");

	(void)state;
	assert_true(o.malformed && o.sackok);
	assert_false(o.mss_present);
}

static void nothing_after_an_impossible_length_is_read(void **state)
{
	struct tcpopts o = decode("0500 020405b4");

	(void)state;
	assert_true(o.malformed);
	assert_false(o.mss_present);
}

/* An option is present in a prefix just when all of it is; the prefix is malformed in between. */
static void options_cut_at_each_byte_keep_what_is_whole(void **state)
{
	struct block b = block_hex(linux_syn);

	(void)state;
	for (size_t cut = 0; cut <= b.len; cut++) {
		struct block part = block_prefix(&b, cut);
		struct tcpopts o = tcpopt_decode(part.p, cut);
		bool whole =
			cut == 0 || cut == 4 || cut == 6 || cut == 16 || cut == 17 || cut == 20;

		block_free(&part);
		assert_int_equal(o.mss_present, cut >= 4);
		assert_int_equal(o.sackok, cut >= 6);
		assert_int_equal(o.ts_present, cut >= 16);
		assert_int_equal(o.wscale_present, cut >= 20);
		assert_int_equal(o.malformed, !whole);
	}
	block_free(&b);
}

static void texts_are_those_of_packetdrill(void **state)
{
	static const struct {
		const char *hex, *text, *brief;
	} rows[] = {
		{"", "", ""},
		{linux_syn, "<mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7>",
	         "<mss 1460,sackOK,TS,nop,wscale 7>"},
		{windows_syn, "<mss 1460,nop,wscale 8,nop,nop,sackOK>",
	         "<mss 1460,nop,wscale 8,nop,nop,sackOK>"},
		{macos_syn, "<mss 1460,nop,wscale 6,nop,nop,TS val 1 ecr 2,sackOK>",
	         "<mss 1460,nop,wscale 6,nop,nop,TS,sackOK>"},
		{"080affffffffffffffff", "<TS val 4294967295 ecr 4294967295>", "<TS>"},
		{"00000000", "", ""},
		{"01", "<nop>", "<nop>"},
		{"2202", "<opt34>", "<opt34>"},
		{"fd04f989", "<opt253:f989>", "<opt253:f989>"},
		{"0203ff", "<opt2:ff>", "<opt2:ff>"},
		{"0802", "<opt8>", "<opt8>"},
		{"02", "<malformed>", "<malformed>"},
		{"0200", "<malformed>", "<malformed>"},
		{"0402 0205b4", "<sackOK,malformed>", "<sackOK,malformed>"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct block b = block_hex(rows[i].hex);
		char buf[300], brief[300];
		struct text t = text_into(buf, sizeof(buf)), s = text_into(brief, sizeof(brief));

		tcpopt_text(&t, b.p, b.len);
		tcpopt_text_short(&s, b.p, b.len);
		assert_string_equal(buf, rows[i].text);
		assert_string_equal(brief, rows[i].brief);
		block_free(&b);
	}
}

static void text_is_appended(void **state)
{
	char buf[32];
	struct text t = text_into(buf, sizeof(buf));

	(void)state;
	text_add(&t, "S ");
	tcpopt_text(&t, (const uint8_t[]){4, 2}, 2);
	assert_string_equal(buf, "S <sackOK>");
}

static void written_options_have_the_bytes_of_the_rfcs(void **state)
{
	uint8_t buf[TCPOPT_SPACE];
	struct wr w = wr_into(buf, sizeof(buf));
	struct block expected = block_hex(linux_syn);

	(void)state;
	tcpopt_put_mss(&w, 1460);
	tcpopt_put_sackok(&w);
	tcpopt_put_ts(&w, 123456789, 0);
	tcpopt_put_nop(&w);
	tcpopt_put_wscale(&w, 7);
	assert_true(wr_ok(&w));
	assert_int_equal(wr_len(&w), expected.len);
	assert_memory_equal(buf, expected.p, expected.len);
	block_free(&expected);
}

static void what_was_written_is_read_back(void **state)
{
	uint8_t buf[TCPOPT_SPACE];
	struct wr w = wr_into(buf, sizeof(buf));
	struct tcpopts o;

	(void)state;
	tcpopt_put_ts(&w, 0xfedcba98, 0x89abcdef);
	tcpopt_put_wscale(&w, 14);
	tcpopt_put_mss(&w, 0xfedc);
	tcpopt_put_sackok(&w);
	o = tcpopt_decode(buf, wr_len(&w));
	assert_int_equal(o.tsval, 0xfedcba98);
	assert_int_equal(o.tsecr, 0x89abcdef);
	assert_int_equal(o.wscale, 14);
	assert_int_equal(o.mss, 0xfedc);
	assert_true(o.sackok && !o.malformed);
}

static void one_option_is_found(void **state)
{
	struct block b = block_hex("020405b4 220a0102 03040506 07080101 0402");
	struct rd value;

	(void)state;
	assert_true(tcpopt_find(b.p, b.len, TCPOPT_KIND_TFO, &value));
	assert_int_equal(rd_left(&value), 8);
	assert_int_equal(rd_u8(&value), 1);
	assert_true(tcpopt_find(b.p, b.len, TCPOPT_KIND_SACKOK, &value));
	assert_int_equal(rd_left(&value), 0);
	assert_false(tcpopt_find(b.p, b.len, TCPOPT_KIND_MPTCP, &value));
	assert_false(tcpopt_find(b.p, 5, TCPOPT_KIND_TFO, &value));
	block_free(&b);
}

/* RFC 2018 3: what is written is read, and a block that is cut off is none. */
static void sack_blocks_are_read_as_written(void **state)
{
	static const struct tcpopt_block blocks[] = {{0xfffffff0, 5}, {100, 200}};
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));
	struct tcpopt_block b;
	struct rd value;

	(void)state;
	tcpopt_put_sack(&w, blocks, 2);
	assert_int_equal(wr_len(&w), 18);
	assert_true(tcpopt_find(bytes, wr_len(&w), TCPOPT_KIND_SACK, &value));
	for (size_t i = 0; i < 2; i++) {
		assert_true(tcpopt_next_sack(&value, &b));
		assert_int_equal(b.from, blocks[i].from);
		assert_int_equal(b.to, blocks[i].to);
	}
	assert_false(tcpopt_next_sack(&value, &b));
	value = rd_from(bytes + 2, 15);
	assert_true(tcpopt_next_sack(&value, &b));
	assert_false(tcpopt_next_sack(&value, &b));
}

/* RFC 7413 4.1.1. */
static void cookies_are_written(void **state)
{
	uint8_t bytes[TCPOPT_SPACE];
	struct wr w = wr_into(bytes, sizeof(bytes));

	(void)state;
	tcpopt_put_fastopen(&w, NULL, 0);
	tcpopt_put_fastopen(&w, (const uint8_t *)"abcd", 4);
	assert_int_equal(wr_len(&w), 8);
	assert_memory_equal(bytes,
	                    "\x22\x02\x22\x06"
	                    "abcd",
	                    8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_option_is_found),
		cmocka_unit_test(a_linux_syn_is_decoded),
		cmocka_unit_test(a_windows_syn_is_decoded),
		cmocka_unit_test(a_macos_syn_is_decoded),
		cmocka_unit_test(no_options_are_nothing),
		cmocka_unit_test(the_end_of_options_ends_them),
		cmocka_unit_test(the_last_of_an_option_wins),
		cmocka_unit_test(a_large_window_scale_is_kept_as_sent),
		cmocka_unit_test(unknown_options_are_skipped),
		cmocka_unit_test(every_padding_is_accepted),
		cmocka_unit_test(each_kind_counts_at_its_own_length_only),
		cmocka_unit_test(impossible_lengths_are_malformed),
		cmocka_unit_test(a_kind_without_a_length_is_malformed),
		cmocka_unit_test(nothing_after_an_impossible_length_is_read),
		cmocka_unit_test(options_cut_at_each_byte_keep_what_is_whole),
		cmocka_unit_test(texts_are_those_of_packetdrill),
		cmocka_unit_test(text_is_appended),
		cmocka_unit_test(written_options_have_the_bytes_of_the_rfcs),
		cmocka_unit_test(what_was_written_is_read_back),
		cmocka_unit_test(sack_blocks_are_read_as_written),
		cmocka_unit_test(cookies_are_written),
	};

	return cmocka_run_group_tests_name("tcpopt", tests, NULL, NULL);
}
