/* SPDX-License-Identifier: BSD-2-Clause */
/* test_filter.c - the capture filter, compiled by libpcap and run on frames made by hand. */
#include "../lib/check.h"

#include <pcap/pcap.h>

#include "base/wr.h"
#include "net/filter.h"

/* --- frames --- */

enum { TCP = 6, UDP = 17, ICMP = 1, ICMP6 = 58 };

struct made {
	uint8_t bytes[160];
	size_t len;
};

static struct addr address(const char *s)
{
	char zone[ADDR_ZONE_MAX];
	struct addr a;

	assert_true(addr_parse(s, &a, zone));
	return a;
}

/* Ethernet and IP, with `extension` (0: none) between IPv6 and the payload. */
static void put_headers(struct wr *w, const struct addr *src, const struct addr *dst, uint8_t proto,
                        uint8_t extension)
{
	bool v4 = src->family == ADDR_V4;

	wr_zeros(w, 12);
	wr_be16(w, v4 ? 0x0800 : 0x86dd);
	if (v4) {
		wr_be32(w, 0x45000040);
		wr_be32(w, 0x00004000);
		wr_be32(w, 0x40000000 | (uint32_t)proto << 16);
	} else {
		wr_be32(w, 0x60000000);
		wr_be16(w, 64);
		wr_u8(w, extension != 0 ? extension : proto);
		wr_u8(w, 64);
	}
	wr_bytes(w, src->bytes, addr_len(src));
	wr_bytes(w, dst->bytes, addr_len(dst));
	if (extension != 0) {
		wr_u8(w, proto);
		wr_zeros(w, 7);
	}
}

static struct made ports_frame(const char *src, uint16_t sport, const char *dst, uint16_t dport,
                               uint8_t proto, uint8_t extension)
{
	struct addr s = address(src), d = address(dst);
	struct made m;
	struct wr w = wr_into(m.bytes, sizeof(m.bytes));

	put_headers(&w, &s, &d, proto, extension);
	wr_be16(&w, sport);
	wr_be16(&w, dport);
	wr_zeros(&w, 8);
	wr_be32(&w, 0x50020000);
	wr_zeros(&w, 4);
	m.len = wr_len(&w);
	return m;
}

static struct made icmp_frame(const char *src, const char *dst, uint8_t type)
{
	struct addr s = address(src), d = address(dst);
	struct made m;
	struct wr w = wr_into(m.bytes, sizeof(m.bytes));

	put_headers(&w, &s, &d, s.family == ADDR_V4 ? ICMP : ICMP6, 0);
	wr_u8(&w, type);
	wr_zeros(&w, 35);
	m.len = wr_len(&w);
	return m;
}

/* --- the filter --- */

static const struct filter *made_filter(const char *const *hosts, size_t n)
{
	static struct filter f;

	memset(&f, 0, sizeof(f));
	f.first_port = 40000;
	f.last_port = 40099;
	for (size_t i = 0; i < n; i++) {
		struct addr a = address(hosts[i]);

		filter_add_host(&f, &a);
	}
	return &f;
}

static void compile(const struct filter *f, int link_type, struct bpf_program *out)
{
	pcap_t *dead = pcap_open_dead(link_type, 65535);
	char text[FILTER_TEXT_MAX];

	if (pcap_compile(dead, out, filter_text(f, text), 1, PCAP_NETMASK_UNKNOWN) != 0)
		fail_msg("%s: %s", text, pcap_geterr(dead));
	pcap_close(dead);
}

static bool passes(const struct bpf_program *p, const struct made *m)
{
	struct pcap_pkthdr h = {.caplen = (bpf_u_int32)m->len, .len = (bpf_u_int32)m->len};

	return pcap_offline_filter(p, &h, m->bytes) > 0;
}

static void check_tcp(const struct bpf_program *p, const char *src, uint16_t sport, const char *dst,
                      uint16_t dport, bool want)
{
	struct made m = ports_frame(src, sport, dst, dport, TCP, 0);

	if (passes(p, &m) != want)
		fail_msg("%s:%u > %s:%u %s", src, sport, dst, dport,
		         want ? "is stopped" : "passes");
}

static void our_flows_pass_in_both_directions(void **state)
{
	static const char *const hosts[] = {"192.0.2.7", "2001:db8::7"};
	struct bpf_program p;

	(void)state;
	compile(made_filter(hosts, 2), DLT_EN10MB, &p);
	for (uint16_t port = 40000; port <= 40099; port += 33) {
		check_tcp(&p, "198.51.100.2", port, "192.0.2.7", 443, true);
		check_tcp(&p, "192.0.2.7", 443, "198.51.100.2", port, true);
		check_tcp(&p, "2001:db8::2", port, "2001:db8::7", 443, true);
		check_tcp(&p, "2001:db8::7", 443, "2001:db8::2", port, true);
	}
	pcap_freecode(&p);
}

static void other_ports_and_hosts_do_not(void **state)
{
	static const char *const hosts[] = {"192.0.2.7", "2001:db8::7"};
	struct bpf_program p;

	(void)state;
	compile(made_filter(hosts, 2), DLT_EN10MB, &p);
	check_tcp(&p, "198.51.100.2", 39999, "192.0.2.7", 443, false);
	check_tcp(&p, "198.51.100.2", 40100, "192.0.2.7", 443, false);
	check_tcp(&p, "192.0.2.7", 443, "198.51.100.2", 39999, false);
	check_tcp(&p, "2001:db8::2", 40100, "2001:db8::7", 443, false);
	check_tcp(&p, "198.51.100.2", 40000, "192.0.2.8", 443, false);
	check_tcp(&p, "192.0.2.8", 443, "198.51.100.2", 40000, false);
	check_tcp(&p, "2001:db8::2", 40000, "2001:db8::8", 443, false);
	pcap_freecode(&p);
}

static void udp_on_our_ports_does_not(void **state)
{
	static const char *const hosts[] = {"192.0.2.7", "2001:db8::7"};
	struct made v4 = ports_frame("192.0.2.7", 443, "198.51.100.2", 40000, UDP, 0);
	struct made v6 = ports_frame("2001:db8::7", 443, "2001:db8::2", 40000, UDP, 0);
	struct bpf_program p;

	(void)state;
	compile(made_filter(hosts, 2), DLT_EN10MB, &p);
	assert_false(passes(&p, &v4));
	assert_false(passes(&p, &v6));
	pcap_freecode(&p);
}

/* RFC 792: 3 unreachable, 4 source quench, 5 redirect, 11 time exceeded, 12 parameter problem. */
static void icmp_errors_pass_from_any_router(void **state)
{
	static const char *const hosts[] = {"192.0.2.7"};
	struct bpf_program p;

	(void)state;
	compile(made_filter(hosts, 1), DLT_EN10MB, &p);
	for (unsigned int type = 0; type < 256; type++) {
		struct made m = icmp_frame("203.0.113.1", "198.51.100.2", (uint8_t)type);
		bool error = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;

		if (passes(&p, &m) != error)
			fail_msg("ICMP type %u", type);
	}
	pcap_freecode(&p);
}

/* RFC 4443: 1 unreachable, 2 packet too big, 3 time exceeded, 4 parameter problem. */
static void icmpv6_errors_pass_from_any_router(void **state)
{
	static const char *const hosts[] = {"2001:db8::7"};
	struct bpf_program p;

	(void)state;
	compile(made_filter(hosts, 1), DLT_EN10MB, &p);
	for (unsigned int type = 0; type < 256; type++) {
		struct made m = icmp_frame("2001:db8::1", "2001:db8::2", (uint8_t)type);

		if (passes(&p, &m) != (type >= 1 && type <= 4))
			fail_msg("ICMPv6 type %u", type);
	}
	pcap_freecode(&p);
}

static void a_family_that_is_not_used_has_no_icmp(void **state)
{
	static const char *const v4[] = {"192.0.2.7"}, *const v6[] = {"2001:db8::7"};
	struct made error4 = icmp_frame("203.0.113.1", "198.51.100.2", 3);
	struct made error6 = icmp_frame("2001:db8::1", "2001:db8::2", 1);
	struct bpf_program p;

	(void)state;
	compile(made_filter(v4, 1), DLT_EN10MB, &p);
	assert_true(passes(&p, &error4));
	assert_false(passes(&p, &error6));
	pcap_freecode(&p);
	compile(made_filter(v6, 1), DLT_EN10MB, &p);
	assert_false(passes(&p, &error4));
	assert_true(passes(&p, &error6));
	pcap_freecode(&p);
}

/* pcap finds no ports behind them, so the packets of our hosts pass whole. */
static void extension_headers_of_our_hosts_pass(void **state)
{
	static const char *const hosts[] = {"2001:db8::7"};
	static const uint8_t extensions[] = {0, 43, 44, 60};
	struct bpf_program p;

	(void)state;
	compile(made_filter(hosts, 1), DLT_EN10MB, &p);
	for (size_t i = 0; i < CHECK_COUNT(extensions); i++) {
		struct made ours =
			ports_frame("2001:db8::7", 443, "2001:db8::2", 40000, TCP, extensions[i]);
		struct made other =
			ports_frame("2001:db8::8", 443, "2001:db8::2", 40000, TCP, extensions[i]);

		assert_true(passes(&p, &ours));
		if (extensions[i] != 0) /* 0 means none in this test's frames, too */
			assert_false(passes(&p, &other));
	}
	pcap_freecode(&p);
}

static void repeated_hosts_count_once(void **state)
{
	static const char *const hosts[] = {"192.0.2.7", "192.0.2.7", "2001:db8::7", "192.0.2.7"};
	const struct filter *f = made_filter(hosts, 4);

	(void)state;
	assert_int_equal(f->hosts, 2);
	assert_true(f->v4 && f->v6);
}

/* Hosts 192.0.2.1 ... 192.0.2.n. */
static void add_hosts(struct filter *f, unsigned int n)
{
	*f = (struct filter){.first_port = 40000, .last_port = 40099};
	for (unsigned int i = 1; i <= n; i++) {
		struct addr a = {.family = ADDR_V4, .bytes = {192, 0, 2, (uint8_t)i}};

		filter_add_host(f, &a);
	}
}

static void sixteen_hosts_are_listed(void **state)
{
	struct bpf_program p;
	struct filter f;

	(void)state;
	add_hosts(&f, 16);
	assert_int_equal(f.hosts, 16);
	compile(&f, DLT_EN10MB, &p);
	check_tcp(&p, "198.51.100.2", 40000, "192.0.2.1", 443, true);
	check_tcp(&p, "192.0.2.16", 443, "198.51.100.2", 40000, true);
	check_tcp(&p, "198.51.100.2", 40000, "192.0.2.17", 443, false);
	pcap_freecode(&p);
}

static void of_more_hosts_the_ports_must_do(void **state)
{
	struct bpf_program p;
	struct filter f;

	(void)state;
	add_hosts(&f, 200);
	assert_int_equal(f.hosts, FILTER_HOSTS_MAX + 1);
	compile(&f, DLT_EN10MB, &p);
	check_tcp(&p, "198.51.100.2", 40000, "192.0.2.200", 443, true);
	check_tcp(&p, "203.0.113.9", 443, "198.51.100.2", 40000, true);
	check_tcp(&p, "203.0.113.9", 443, "198.51.100.2", 50000, false);
	pcap_freecode(&p);
}

/* The longest text there can be: nothing may be cut off, whatever the addresses. */
static void the_longest_expression_fits(void **state)
{
	char text[FILTER_TEXT_MAX];
	struct bpf_program p;
	struct filter f = {.first_port = 10000, .last_port = 65535, .v4 = true};

	(void)state;
	for (unsigned int i = 0; i < FILTER_HOSTS_MAX; i++) {
		struct addr a = {.family = ADDR_V6, .scope = 4000000000U + i};

		memset(a.bytes, 0xee, sizeof(a.bytes));
		a.bytes[15] = (uint8_t)i;
		filter_add_host(&f, &a);
	}
	assert_int_equal(f.hosts, FILTER_HOSTS_MAX);
	assert_true(strlen(filter_text(&f, text)) < FILTER_TEXT_MAX / 2);
	assert_null(strchr(text, '%')); /* pcap knows no zones */
	compile(&f, DLT_EN10MB, &p);
	pcap_freecode(&p);
}

static void it_compiles_for_every_kind_of_interface(void **state)
{
	static const char *const hosts[] = {"192.0.2.7", "2001:db8::7", "fe80::1"};
	static const int types[] = {DLT_EN10MB,     DLT_RAW,  DLT_LINUX_SLL,
	                            DLT_LINUX_SLL2, DLT_NULL, DLT_LOOP};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(types); i++) {
		struct bpf_program p;

		compile(made_filter(hosts, 3), types[i], &p);
		pcap_freecode(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_flows_pass_in_both_directions),
		cmocka_unit_test(other_ports_and_hosts_do_not),
		cmocka_unit_test(udp_on_our_ports_does_not),
		cmocka_unit_test(icmp_errors_pass_from_any_router),
		cmocka_unit_test(icmpv6_errors_pass_from_any_router),
		cmocka_unit_test(a_family_that_is_not_used_has_no_icmp),
		cmocka_unit_test(extension_headers_of_our_hosts_pass),
		cmocka_unit_test(repeated_hosts_count_once),
		cmocka_unit_test(sixteen_hosts_are_listed),
		cmocka_unit_test(of_more_hosts_the_ports_must_do),
		cmocka_unit_test(the_longest_expression_fits),
		cmocka_unit_test(it_compiles_for_every_kind_of_interface),
	};

	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
