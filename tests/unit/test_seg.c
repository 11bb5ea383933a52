/* SPDX-License-Identifier: BSD-2-Clause */
/* test_seg.c - tests of a segment's length, flags, options and text. */
#include "../lib/check.h"

#include "wire/seg.h"

static void syn_and_fin_take_a_sequence_number_each(void **state)
{
	struct seg s = {.payload_len = 10};

	(void)state;
	assert_int_equal(seg_len(&s), 10);
	s.flags = SEG_SYN;
	assert_int_equal(seg_len(&s), 11);
	s.flags = SEG_FIN | SEG_ACK;
	assert_int_equal(seg_len(&s), 11);
	s.flags = SEG_SYN | SEG_FIN;
	assert_int_equal(seg_len(&s), 12);
	s.flags = SEG_RST | SEG_PSH | SEG_ACK | SEG_URG | SEG_ECE | SEG_CWR | SEG_AE | SEG_RESERVED;
	assert_int_equal(seg_len(&s), 10);
}

static void flags_are_asked_for_in_both_ways(void **state)
{
	struct seg s = {.flags = SEG_SYN | SEG_ACK};

	(void)state;
	assert_true(seg_has(&s, SEG_SYN, SEG_RST));
	assert_true(seg_has(&s, SEG_SYN | SEG_ACK, 0));
	assert_true(seg_has(&s, 0, 0));
	assert_false(seg_has(&s, SEG_SYN | SEG_RST, 0));
	assert_false(seg_has(&s, SEG_SYN, SEG_ACK | SEG_RST));
}

static void options_are_padded_in_front_to_a_multiple_of_four(void **state)
{
	(void)state;
	for (size_t len = 0; len <= TCPOPT_SPACE; len++) {
		struct seg s = {.opt_len = 99};
		uint8_t raw[TCPOPT_SPACE];
		struct wr w = wr_into(raw, sizeof(raw));
		size_t pad = (4 - len % 4) % 4;

		for (size_t i = 0; i < len; i++)
			wr_u8(&w, (uint8_t)(100 + i));
		seg_set_opts(&s, &w);
		assert_int_equal(s.opt_len, len + pad);
		for (size_t i = 0; i < pad; i++)
			assert_int_equal(s.opt[i], TCPOPT_KIND_NOP);
		assert_memory_equal(s.opt + pad, raw, len);
	}
}

static void options_set_are_options_got(void **state)
{
	struct seg s = {.opt_len = 0};
	uint8_t raw[TCPOPT_SPACE];
	struct wr w = wr_into(raw, sizeof(raw));
	struct tcpopts o;

	(void)state;
	tcpopt_put_wscale(&w, 5);
	tcpopt_put_mss(&w, 536);
	seg_set_opts(&s, &w);
	o = seg_opts(&s);
	assert_true(o.mss_present && o.wscale_present && !o.malformed);
	assert_int_equal(o.mss, 536);
	assert_int_equal(o.wscale, 5);
}

static void only_the_bytes_of_opt_len_are_options(void **state)
{
	struct seg s = {.opt_len = 4, .opt = {1, 1, 1, 1, 2, 4, 5, 180}};

	(void)state;
	assert_false(seg_opts(&s).mss_present);
	s.opt_len = 8;
	assert_true(seg_opts(&s).mss_present);
}

static void flags_print_as_packetdrill_writes_them(void **state)
{
	static const struct {
		uint16_t flags;
		const char *text;
	} rows[] = {
		{0, "-"},
		{SEG_SYN, "S"},
		{SEG_SYN | SEG_ACK, "S."},
		{SEG_FIN | SEG_ACK, "F."},
		{SEG_ACK, "."},
		{SEG_PSH | SEG_ACK, "P."},
		{SEG_RST, "R"},
		{SEG_SYN | SEG_ECE | SEG_CWR, "SEW"},
		{SEG_SYN | SEG_ECE | SEG_CWR | SEG_AE, "SEWA"},
		{SEG_URG | SEG_ACK, "U."},
		{0x1ff, "FSRPUEWA."},
		{SEG_RESERVED, "-"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		char buf[16];
		struct text t = text_into(buf, sizeof(buf));

		seg_flags_text(&t, rows[i].flags);
		assert_string_equal(buf, rows[i].text);
	}
}

static void segments_print_in_packetdrill_notation(void **state)
{
	static const struct {
		struct seg seg;
		uint32_t seq_base, ack_base;
		const char *text;
	} rows[] = {
		{{.seq = 1000, .flags = SEG_SYN, .win = 64240, .opt_len = 4, .opt = {2, 4, 5, 180}},
	         0,
	         0,
	         "S 1000:1000(0) win 64240 <mss 1460>"},
		{{.seq = 7, .ack = 1001, .flags = SEG_SYN | SEG_ACK, .win = 65535},
	         7,
	         1000,
	         "S. 0:0(0) ack 1 win 65535"},
		{{.seq = 8, .ack = 9, .flags = SEG_PSH | SEG_ACK, .win = 1, .payload_len = 5},
	         7,
	         8,
	         "P. 1:6(5) ack 1 win 1"},
		{{.seq = 4, .ack = 2, .flags = SEG_ACK, .payload_len = 10},
	         UINT32_MAX,
	         UINT32_MAX - 1,
	         ". 5:15(10) ack 4 win 0"},
		{{.seq = UINT32_MAX, .flags = SEG_RST, .payload_len = 2},
	         0,
	         0,
	         "R 4294967295:1(2) win 0"},
		{{.flags = SEG_RST, .ack = 77}, 0, 0, "R 0:0(0) win 0"},
		{{.flags = 0, .ack = 77, .urg = 5}, 0, 0, "- 0:0(0) win 0"},
		{{.flags = SEG_URG, .urg = 5}, 0, 0, "U 0:0(0) win 0 urg 5"},
		{{.flags = SEG_SYN, .opt_len = 4, .opt = {0}}, 0, 0, "S 0:0(0) win 0"},
		{{.flags = SEG_SYN, .opt_len = 4, .opt = {1, 3, 9, 9}},
	         0,
	         0,
	         "S 0:0(0) win 0 <nop,malformed>"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		char buf[200];
		struct text t = text_into(buf, sizeof(buf));

		seg_text(&t, &rows[i].seg, rows[i].seq_base, rows[i].ack_base);
		assert_string_equal(buf, rows[i].text);
	}
}

static void flag_names_are_parsed(void **state)
{
	static const struct {
		const char *s;
		uint16_t flags;
	} rows[] = {
		{"none", 0},
		{"fin", SEG_FIN},
		{"syn", SEG_SYN},
		{"rst", SEG_RST},
		{"psh", SEG_PSH},
		{"ack", SEG_ACK},
		{"urg", SEG_URG},
		{"ece", SEG_ECE},
		{"cwr", SEG_CWR},
		{"ae", SEG_AE},
		{"syn,ece", SEG_SYN | SEG_ECE},
		{"fin,psh,urg", SEG_FIN | SEG_PSH | SEG_URG},
		{"syn,syn", SEG_SYN},
		{"fin,syn,rst,psh,ack,urg,ece,cwr,ae", 0x1ff},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		uint16_t flags = 0xeeee;

		assert_true(seg_flags_parse(rows[i].s, &flags));
		assert_int_equal(flags, rows[i].flags);
	}
}

static void what_is_no_flag_is_refused(void **state)
{
	static const char *const rows[] = {
		"",      ",",    "syn,", ",syn",    "syn,,ack", "SYN",
		"sy",    "synn", "a",    "syn ack", "syn, ack", " syn",
		"nonee", "non",  "S.",   "0x02",    "2",        "syn;ack",
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct block b = block_copy(rows[i], strlen(rows[i]) + 1);
		uint16_t flags = 0xeeee;

		if (seg_flags_parse((const char *)b.p, &flags))
			fail_msg("\"%s\" was read as %#x", rows[i], flags);
		assert_int_equal(flags, 0xeeee);
		block_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(syn_and_fin_take_a_sequence_number_each),
		cmocka_unit_test(flags_are_asked_for_in_both_ways),
		cmocka_unit_test(options_are_padded_in_front_to_a_multiple_of_four),
		cmocka_unit_test(options_set_are_options_got),
		cmocka_unit_test(only_the_bytes_of_opt_len_are_options),
		cmocka_unit_test(flags_print_as_packetdrill_writes_them),
		cmocka_unit_test(segments_print_in_packetdrill_notation),
		cmocka_unit_test(flag_names_are_parsed),
		cmocka_unit_test(what_is_no_flag_is_refused),
	};

	return cmocka_run_group_tests_name("seg", tests, NULL, NULL);
}
