#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# A link in the middle of the path that takes less than those at its ends: routers say so (RFC 1191), and segments
# become shorter.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/servers.sh
. "$LIB/servers.sh"

setup_file() { file_setup make_network; }
setup() {
	test_setup
	need nginx
}
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

make_network() {
	ns_router A R B
	ip -n "${NS_PREFIX}R" link set rb mtu 1300
	servers_make
	nginx_start B
}

# A body of twenty kilobytes to this address, as PUT/$2.
put() {
	printf -v long '%020000d' 7
	probe_json A -c 1 -v --method PUT --data "$long" "http://$1/put/$2"
	exits 0
	sees 'p["reason"] == "syn-ack" and p["http"]["status"] in (201, 204)' \
		'any("icmp" in s["segment"] for s in p["segments"])' 'p["close"]["verdict"] == "pass"'
	[ "$(cat "$PUT/$2")" = "$long" ]
}

@test "IPv4: what was too big is sent again, in shorter segments" {
	put 10.66.2.2 four
	sees 'any("(1248)" in s["segment"] for s in p["segments"])'
}

@test "IPv6: the same by Packet Too Big" {
	put '[fd66:2::2]' six
	sees 'any("(1228)" in s["segment"] for s in p["segments"])'
}

@test "--data without a URL, too" {
	printf -v long '%03000d' 7
	spawn sink B "$PYTHON" -c 'import socket
s = socket.create_server(("10.66.2.2", 7000))
c = s.accept()[0]
print(sum(iter(lambda: len(c.recv(65536)), 0)), flush=True)'
	ns_wait_listen B 7000
	probe_json A -c 1 -v --data "$long" 10.66.2.2:7000
	exits 0
	sees 'p["close"]["kind"] == "fin-4" or p["close"]["kind"] == "fin-3"'
	grep -q '^3000$' "$BATS_TEST_TMPDIR/sink.log"
}
