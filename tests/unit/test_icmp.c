/* SPDX-License-Identifier: BSD-2-Clause */
/* test_icmp.c - tests of the meaning of every ICMP error and of the segment it quotes. */
#include "../lib/check.h"

#include "wire/icmp.h"

/* ICMP host 192.0.2.7 unreachable - admin prohibited filter, length 36
 * IP (tos 0x0, ttl 1, id 17185, offset 0, flags [DF], proto TCP (6), length 60)
 * 198.51.100.9.40000 > 192.0.2.7.443: seq 3735928559
 */
static const char quote4[] =
	"030dc159 00000000 4500003c 43214000 01064a57 c6336409 c0000207 9c4001bb deadbeef";

/* ICMP6, destination unreachable, unreachable port, 2001:db8::7 tcp port 443
 * IP6 (hlim 1, next-header TCP (6) payload length: 40)
 * 2001:db8::9.40000 > 2001:db8::7.443: Flags [S], seq 3735928559
 */
static const char quote6[] =
	"01043cf2 00000000 60000000 00280601 20010db8 00000000 00000000 00000009 20010db8 00000000"
	"00000000 00000007 9c4001bb deadbeef 00000000 a002faf0 e1830000 020405b4 0402080a 075bcd15"
	"00000000 01030307";

/* ICMP host 192.0.2.7 unreachable; the quoted IP header has options (RR 0.0.0.0,EOL) */
static const char quote4_options[] =
	"0301c165 00000000 47000030 00010000 4006817c c6336409 c0000207 07070400 00000000 9c4001bb"
	"deadbeef";

/* ICMP6, time exceeded in-transit; the quote has a destination options header */
static const char quote6_ext[] =
	"0300fdf5 00000000 60000000 001c3c01 20010db8 00000000 00000000 00000009 20010db8 00000000"
	"00000000 00000007 06000104 00000000 9c4001bb deadbeef 00000000 50022000 f8c70000";

/* ICMP time exceeded in-transit; quoted: id 1, offset 40, flags [none], proto TCP (6) */
static const char quote4_later_fragment[] =
	"0b00282f 00000000 4500001c 00010005 40068e92 c6336409 c0000207 30313233 34353637";

static bool decode(const char *hex, bool v6, struct icmp_error *out)
{
	struct block b = block_hex(hex);
	struct rd r = rd_from(b.p, b.len);
	bool is_error = icmp_decode(&r, v6, out);

	block_free(&b);
	return is_error;
}

static void an_icmp_error_names_the_quoted_segment(void **state)
{
	struct icmp_error e;
	char text[ENDPOINT_TEXT_MAX];

	(void)state;
	assert_true(decode(quote4, false, &e));
	assert_int_equal(e.type, 3);
	assert_int_equal(e.code, 13);
	assert_int_equal(e.meaning, ICMP_ADMIN_PROHIBITED);
	assert_string_equal(endpoint_format(&e.src, text), "198.51.100.9:40000");
	assert_string_equal(endpoint_format(&e.dst, text), "192.0.2.7:443");
	assert_int_equal(e.seq, 0xdeadbeef);
}

static void an_icmpv6_error_names_the_quoted_segment(void **state)
{
	struct icmp_error e;
	char text[ENDPOINT_TEXT_MAX];

	(void)state;
	assert_true(decode(quote6, true, &e));
	assert_int_equal(e.type, 1);
	assert_int_equal(e.code, 4);
	assert_int_equal(e.meaning, ICMP_PORT_UNREACHABLE);
	assert_string_equal(endpoint_format(&e.src, text), "[2001:db8::9]:40000");
	assert_string_equal(endpoint_format(&e.dst, text), "[2001:db8::7]:443");
	assert_int_equal(e.seq, 0xdeadbeef);
}

static void headers_before_the_quoted_segment_are_skipped(void **state)
{
	struct icmp_error e;

	(void)state;
	assert_true(decode(quote4_options, false, &e));
	assert_int_equal(e.meaning, ICMP_HOST_UNREACHABLE);
	assert_int_equal(e.src.port, 40000);
	assert_int_equal(e.seq, 0xdeadbeef);
	assert_true(decode(quote6_ext, true, &e));
	assert_int_equal(e.meaning, ICMP_TTL_EXCEEDED);
	assert_int_equal(e.src.port, 40000);
	assert_int_equal(e.seq, 0xdeadbeef);
}

static void a_quoted_later_fragment_has_no_ports(void **state)
{
	struct icmp_error e;

	(void)state;
	assert_false(decode(quote4_later_fragment, false, &e));
}

/* Each code that means something, one a row; 12 and ICMPv6 4 mean the same with any code. */
static const struct {
	uint8_t type, code;
	enum icmp_meaning meaning;
} v4_codes[] =
	{
		{3, 0, ICMP_NET_UNREACHABLE},   /* net unreachable (RFC 792) */
		{3, 1, ICMP_HOST_UNREACHABLE},  /* host unreachable */
		{3, 2, ICMP_PORT_UNREACHABLE},  /* protocol unreachable */
		{3, 3, ICMP_PORT_UNREACHABLE},  /* port unreachable */
		{3, 5, ICMP_NET_UNREACHABLE},   /* source route failed */
		{3, 6, ICMP_NET_UNREACHABLE},   /* destination network unknown (RFC 1122) */
		{3, 7, ICMP_HOST_UNREACHABLE},  /* destination host unknown */
		{3, 8, ICMP_HOST_UNREACHABLE},  /* source host isolated */
		{3, 9, ICMP_ADMIN_PROHIBITED},  /* network administratively prohibited */
		{3, 10, ICMP_ADMIN_PROHIBITED}, /* host administratively prohibited */
		{3, 11, ICMP_NET_UNREACHABLE},  /* network unreachable for type of service */
		{3, 12, ICMP_HOST_UNREACHABLE}, /* host unreachable for type of service */
		{3, 13, ICMP_ADMIN_PROHIBITED}, /* communication prohibited (RFC 1812) */
		{3, 14, ICMP_ADMIN_PROHIBITED}, /* host precedence violation */
		{3, 15, ICMP_ADMIN_PROHIBITED}, /* precedence cutoff in effect */
		{11, 0, ICMP_TTL_EXCEEDED},     /* in transit; 1 is reassembly */
},
  v6_codes[] = {
	  {1, 0, ICMP_NET_UNREACHABLE},  /* no route to destination (RFC 4443) */
	  {1, 1, ICMP_ADMIN_PROHIBITED}, /* administratively prohibited */
	  {1, 2, ICMP_NET_UNREACHABLE},  /* beyond scope of source address */
	  {1, 3, ICMP_HOST_UNREACHABLE}, /* address unreachable */
	  {1, 4, ICMP_PORT_UNREACHABLE}, /* port unreachable */
	  {1, 5, ICMP_ADMIN_PROHIBITED}, /* source address failed policy */
	  {1, 6, ICMP_ADMIN_PROHIBITED}, /* reject route to destination */
	  {3, 0, ICMP_TTL_EXCEEDED},     /* hop limit exceeded; 1 is reassembly */
};

static enum icmp_meaning v4_expected(unsigned int type, unsigned int code)
{
	for (size_t i = 0; i < CHECK_COUNT(v4_codes); i++)
		if (v4_codes[i].type == type && v4_codes[i].code == code)
			return v4_codes[i].meaning;
	return type == 12 ? ICMP_PARAMETER_PROBLEM : ICMP_IGNORED;
}

static enum icmp_meaning v6_expected(unsigned int type, unsigned int code)
{
	for (size_t i = 0; i < CHECK_COUNT(v6_codes); i++)
		if (v6_codes[i].type == type && v6_codes[i].code == code)
			return v6_codes[i].meaning;
	return type == 4 ? ICMP_PARAMETER_PROBLEM : ICMP_IGNORED;
}

/* Decode the quote under another type and code; out is only filled for errors. */
static bool decode_as(struct block *b, unsigned int type, unsigned int code, bool v6,
                      struct icmp_error *out)
{
	struct rd r = rd_from(b->p, b->len);

	b->p[0] = (uint8_t)type;
	b->p[1] = (uint8_t)code;
	return icmp_decode(&r, v6, out);
}

static void every_icmp_type_and_code_has_its_meaning(void **state)
{
	struct block b = block_hex(quote4);
	struct icmp_error e;

	(void)state;
	for (unsigned int type = 0; type < 256; type++) {
		bool is_error = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;

		for (unsigned int code = 0; code < 256; code++) {
			if (decode_as(&b, type, code, false, &e) != is_error)
				fail_msg("type %u code %u: error or not?", type, code);
			if (is_error && e.meaning != v4_expected(type, code))
				fail_msg("type %u code %u means %d", type, code, (int)e.meaning);
		}
	}
	block_free(&b);
}

static void every_icmpv6_type_and_code_has_its_meaning(void **state)
{
	struct block b = block_hex(quote6);
	struct icmp_error e;

	(void)state;
	for (unsigned int type = 0; type < 256; type++) {
		bool is_error = type >= 1 && type <= 4;

		for (unsigned int code = 0; code < 256; code++) {
			if (decode_as(&b, type, code, true, &e) != is_error)
				fail_msg("type %u code %u: error or not?", type, code);
			if (is_error && e.meaning != v6_expected(type, code))
				fail_msg("type %u code %u means %d", type, code, (int)e.meaning);
		}
	}
	block_free(&b);
}

static void a_quote_of_another_protocol_is_no_error_for_us(void **state)
{
	struct block b = block_hex(quote4);

	(void)state;
	for (unsigned int proto = 0; proto < 256; proto++) {
		struct rd r = rd_from(b.p, b.len);
		struct icmp_error e;

		b.p[8 + 9] = (uint8_t)proto;
		assert_int_equal(icmp_decode(&r, false, &e), proto == 6);
	}
	block_free(&b);
}

/* The IP header and eight bytes are needed, and are enough. */
static void errors_cut_at_each_byte_need_the_quoted_eight_bytes(void **state)
{
	static const struct {
		const char *hex;
		bool v6;
		size_t need;
	} rows[] = {
		{quote4, false, 8 + 20 + 8},
		{quote4_options, false, 8 + 28 + 8},
		{quote6, true, 8 + 40 + 8},
		{quote6_ext, true, 8 + 40 + 8 + 8},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct block b = block_hex(rows[i].hex);

		for (size_t cut = 0; cut <= b.len; cut++) {
			struct block part = block_prefix(&b, cut);
			struct rd r = rd_from(part.p, cut);
			struct icmp_error e;

			assert_int_equal(icmp_decode(&r, rows[i].v6, &e), cut >= rows[i].need);
			block_free(&part);
		}
		block_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_icmp_error_names_the_quoted_segment),
		cmocka_unit_test(an_icmpv6_error_names_the_quoted_segment),
		cmocka_unit_test(headers_before_the_quoted_segment_are_skipped),
		cmocka_unit_test(a_quoted_later_fragment_has_no_ports),
		cmocka_unit_test(every_icmp_type_and_code_has_its_meaning),
		cmocka_unit_test(every_icmpv6_type_and_code_has_its_meaning),
		cmocka_unit_test(a_quote_of_another_protocol_is_no_error_for_us),
		cmocka_unit_test(errors_cut_at_each_byte_need_the_quoted_eight_bytes),
	};

	return cmocka_run_group_tests_name("icmp", tests, NULL, NULL);
}
