#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# What a real kernel on the other side, or a router on the way, answers, and what is made of it.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() {
	test_teardown
	[ -n "$NO_NAMESPACES" ] || flush_rules B
}
teardown_file() { ns_cleanup; }

# A --- B and C --- R --- D. Port 7 of B and D answers.
make_network() {
	ns_pair A B
	ns_router C R D
	for ns in B D; do
		ns_spawn $ns "$PYTHON" "$LIB/server.py" --port 7 --mode close >/dev/null
		ns_wait_listen $ns 7
		ns_exec $ns sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
	done
	ns_spawn A "$PYTHON" "$LIB/server.py" --port 7 --mode close >/dev/null
	ns_wait_listen A 7
	# A neighbour that does not answer is given up after 0.3 s, not 3 s.
	ns_exec R sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0 \
		net.ipv4.neigh.rb.retrans_time_ms=100 net.ipv6.neigh.rb.retrans_time_ms=100
	ns_exec A sysctl -qw net.ipv4.neigh.va.retrans_time_ms=100 net.ipv6.neigh.va.retrans_time_ms=100
}

quick() {
	local ns=$1
	shift
	probe_json "$ns" -c 1 -W 200ms --syn-retries 0 "$@"
}

@test "an open port is open, in both families" {
	watch A va
	quick A 10.66.0.2:7 '[fd66::2]:7'
	watched A va
	exits 0
	sees '[(x["state"], x["reason"]) for x in probes] == [("open", "syn-ack")] * 2' \
		'all(near(x["rtt_us"], rtt(segments) / 1e3, 20) for x, segments in matched(tcp))' \
		'all(x["handshake_us"] > x["rtt_us"] for x in probes)'
}

@test "a closed port is closed, with a round trip time, in both families" {
	watch A va
	quick A 10.66.0.2:9 '[fd66::2]:9'
	watched A va
	exits 1
	sees '[(x["state"], x["reason"]) for x in probes] == [("closed", "rst")] * 2' \
		'all(near(x["rtt_us"], rtt(segments) / 1e3, 20) for x, segments in matched(tcp))' \
		'all(x["handshake_us"] is None and x["syn_sent"] == 1 for x in probes)' \
		'[f.f for f in tcp] == ["S", "RA"] * 2' 'all(x["loss_percent"] == 0 and x["closed"] == 1 for x in summaries)'
}

@test "a dropped SYN is filtered, in both families" {
	rules B 'tcp dport 9 drop'
	quick A 10.66.0.2:9 '[fd66::2]:9'
	exits 1
	sees '[(x["state"], x["reason"]) for x in probes] == [("filtered", "timeout")] * 2' \
		'all(x["rtt_us"] is None and x["reply"] is None and x["icmp"] is None for x in probes)' \
		'all(x["loss_percent"] == 100 for x in summaries)'
}

@test "a firewall that resets is closed, as a host without a server is" {
	rules B 'tcp dport 9 reject with tcp reset'
	quick A 10.66.0.2:9 '[fd66::2]:9'
	exits 1
	sees '[(x["state"], x["reason"]) for x in probes] == [("closed", "rst")] * 2'
}

@test "each kind of ICMP rejection has its reason, and its type, code and sender are told" {
	rules B \
		'meta nfproto ipv4 tcp dport 20 reject with icmp type net-unreachable' \
		'meta nfproto ipv4 tcp dport 21 reject with icmp type host-unreachable' \
		'meta nfproto ipv4 tcp dport 22 reject with icmp type prot-unreachable' \
		'meta nfproto ipv4 tcp dport 23 reject with icmp type port-unreachable' \
		'meta nfproto ipv4 tcp dport 24 reject with icmp type net-prohibited' \
		'meta nfproto ipv4 tcp dport 25 reject with icmp type host-prohibited' \
		'meta nfproto ipv4 tcp dport 26 reject with icmp type admin-prohibited'
	watch A va
	quick A -p 20-26 10.66.0.2
	watched A va
	exits 1
	sees 'all(x["state"] == "unreachable" and x["icmp"]["from"] == "10.66.0.2" for x in probes)' \
		'{x["port"]: (x["icmp"]["type"], x["icmp"]["code"], x["reason"]) for x in probes} == {
			20: (3, 0, "icmp-net-unreachable"), 21: (3, 1, "icmp-host-unreachable"),
			22: (3, 2, "icmp-port-unreachable"), 23: (3, 3, "icmp-port-unreachable"),
			24: (3, 9, "icmp-admin-prohibited"), 25: (3, 10, "icmp-admin-prohibited"),
			26: (3, 13, "icmp-admin-prohibited")}' \
		'{f.quoted.dport: (f.type, f.code) for f in icmp} == {x["port"]: (x["icmp"]["type"], x["icmp"]["code"]) for x in probes}' \
		'all(x["unreachable"] == 1 and x["loss_percent"] == 100 and x["rtt_samples"] == 0 for x in summaries)'
}

@test "each kind of ICMPv6 rejection has its reason, and its type, code and sender are told" {
	rules B \
		'meta nfproto ipv6 tcp dport 20 reject with icmpv6 type no-route' \
		'meta nfproto ipv6 tcp dport 21 reject with icmpv6 type admin-prohibited' \
		'meta nfproto ipv6 tcp dport 22 reject with icmpv6 type addr-unreachable' \
		'meta nfproto ipv6 tcp dport 23 reject with icmpv6 type port-unreachable' \
		'meta nfproto ipv6 tcp dport 24 reject with icmpv6 type policy-fail' \
		'meta nfproto ipv6 tcp dport 25 reject with icmpv6 type reject-route'
	quick A -p 20-25 fd66::2
	exits 1
	sees 'all(x["state"] == "unreachable" and x["icmp"]["from"] == "fd66::2" for x in probes)' \
		'{x["port"]: (x["icmp"]["type"], x["icmp"]["code"], x["reason"]) for x in probes} == {
			20: (1, 0, "icmp-net-unreachable"), 21: (1, 1, "icmp-admin-prohibited"),
			22: (1, 3, "icmp-host-unreachable"), 23: (1, 4, "icmp-port-unreachable"),
			24: (1, 5, "icmp-admin-prohibited"), 25: (1, 6, "icmp-admin-prohibited")}'
}

@test "a rejection ends the attempt at once and nothing more is sent" {
	rules B 'tcp dport 9 reject with icmpx port-unreachable'
	watch A va
	probe_json A -c 1 10.66.0.2:9 '[fd66::2]:9'
	watched A va
	exits 1
	sees '[f.f for f in tcp] == ["S", "S"]' 'all(x["syn_sent"] == 1 for x in probes)'
}

@test "an answer that comes after all counts more than a rejection by another host" {
	# The rejection first: state is unreachable; SYN-ACKs after it are late, not a second result.
	rules B 'tcp dport 9 reject with icmpx port-unreachable'
	quick A -c 3 -i 10ms 10.66.0.2:9
	sees 's["sent"] == 3 and s["unreachable"] == 3 and len(probes) == 3'
}

@test "over a router the target is reached, in both families" {
	quick C 10.66.2.2:7 '[fd66:2::2]:7'
	exits 0
	sees '[x["state"] for x in probes] == ["open"] * 2' 'all(x["reply"]["ttl"] == 63 for x in probes)'
}

@test "a TTL of 1 is exceeded at the router, which is named" {
	quick C --ttl 1 10.66.2.2:7 '[fd66:2::2]:7'
	exits 1
	sees '[(x["state"], x["reason"]) for x in probes] == [("unreachable", "ttl-exceeded")] * 2' \
		'[x["icmp"] for x in sorted(probes, key=lambda x: x["family"])] == [
			{"type": 11, "code": 0, "from": "10.66.1.254"}, {"type": 3, "code": 0, "from": "fd66:1::fe"}]'
}

@test "a TTL of 2 is enough for one router" {
	quick C --ttl 2 10.66.2.2:7 '[fd66:2::2]:7'
	exits 0
}

@test "a router without a route says net unreachable" {
	# The kernel says so once a second (route.error_cost), and not before a while after other errors.
	quick C --syn-retries 3 --rto 700ms -W 2s 10.99.0.1:7 '[fd99::1]:7'
	exits 1
	sees '[(x["state"], x["reason"]) for x in probes] == [("unreachable", "icmp-net-unreachable")] * 2'
}

@test "a host that does not answer the router is unreachable" {
	probe_json C -c 1 -W 2s --syn-retries 0 10.66.2.77:7 '[fd66:2::77]:7'
	exits 1
	sees '[(x["state"], x["reason"]) for x in probes] == [("unreachable", "icmp-host-unreachable")] * 2' \
		'{x["icmp"]["from"] for x in probes} == {"10.66.1.254", "fd66:1::fe"}'
}

@test "a neighbour that does not answer is unreachable, as ping says" {
	probe_json A -c 1 -W 2s --syn-retries 0 10.66.0.77:7 '[fd66::77]:7'
	exits 1
	sees '[(x["state"], x["reason"]) for x in probes] == [("unreachable", "icmp-host-unreachable")] * 2'
}

@test "this host's own firewall is local trouble, not the target's answer" {
	ns_exec A nft 'add table inet out; add chain inet out o { type filter hook output priority 0; }; add rule inet out o tcp dport 9 drop'
	quick A 10.66.0.2:9
	flush_rules A
	exits 5
	sees 'p["state"] == "error" and p["reason"] == "no-permission"'
}

@test "loopback: open and closed, in both families, once each and never doubled" {
	quick A 127.0.0.1:7 '[::1]:7' 127.0.0.1:9 '[::1]:9'
	exits 1
	sees 'sorted((x["family"], x["port"], x["state"]) for x in probes) == [
		(4, 7, "open"), (4, 9, "closed"), (6, 7, "open"), (6, 9, "closed")]' \
		'all(x["duplicates"] == x["spoofed"] == x["late"] == 0 for x in summaries)' \
		'all(x["close"]["verdict"] == "pass" for x in probes)'
}

@test "loopback's SYN has the MSS that the kernel's own would have" {
	watch A lo
	quick A 127.0.0.1:7 '[::1]:7'
	watched A lo
	sees 'sorted(f.option("mss") for f in tcp if f.f == "S") == [65475, 65495]'
	probe A -c 1 127.0.0.1:7
	sees '"SYN mss 65495 " in out'
}

@test "an own address of the host is reached over loopback" {
	quick A 10.66.0.1:7 '[fd66::1]:7'
	exits 0
	sees '[x["state"] for x in probes] == ["open"] * 2' 'all(x["duplicates"] == 0 for x in summaries)'
}

link_local() { # NS DEV
	ip -n "$NS_PREFIX$1" -6 -o addr show dev "$2" scope link | awk '{ sub("/.*", "", $4); print $4 }'
}

@test "a link-local address is reached with its zone, or with -I" {
	peer=$(link_local B vb)
	own=$(link_local A va)
	watch A va
	quick A "[$peer%va]:7"
	watched A va
	exits 0
	sees "p['state'] == 'open' and p['address'] == '$peer%va'" "{f.src for f in sent} == {'$own'}" \
		'near(p["rtt_us"], rtt(attempts(tcp)[0]) / 1e3, 20)'
	quick A -I va "[$peer]:7" "[$peer]:9"
	exits 1
	sees 'sorted(x["state"] for x in probes) == ["closed", "open"]'
}

@test "a link-local address that nobody has is no crash and no open" {
	probe_json A -c 1 -W 2s --syn-retries 0 '[fe80::77%va]:7'
	exits 1
	sees 'p["state"] in ("unreachable", "filtered")'
}

@test "a VLAN interface carries a handshake" {
	ip -n "${NS_PREFIX}A" link add link va name va.5 type vlan id 5 || skip "no VLANs in this kernel"
	ip -n "${NS_PREFIX}B" link add link vb name vb.5 type vlan id 5
	ns_address A va.5 10.67.0.1/24 fd67::1/64
	ns_address B vb.5 10.67.0.2/24 fd67::2/64
	ns_settle A va.5 10.67.0.2 fd67::2
	probe_json A -c 2 -i 10ms 10.67.0.2:7 '[fd67::2]:7'
	exits 0
	sees '[x["open"] for x in summaries] == [2, 2]' 'all(x["duplicates"] == 0 for x in summaries)'
	ip -n "${NS_PREFIX}A" link del va.5
	ip -n "${NS_PREFIX}B" link del vb.5
}

@test "a link without Ethernet headers carries a handshake" {
	ip -n "${NS_PREFIX}A" link add tun66 type ipip local 10.66.0.1 remote 10.66.0.2 2>/dev/null ||
		skip "no ipip tunnels in this kernel"
	ip -n "${NS_PREFIX}B" link add tun66 type ipip local 10.66.0.2 remote 10.66.0.1
	ip -n "${NS_PREFIX}A" addr add 10.68.0.1/24 dev tun66
	ip -n "${NS_PREFIX}B" addr add 10.68.0.2/24 dev tun66
	ip -n "${NS_PREFIX}A" link set tun66 up
	ip -n "${NS_PREFIX}B" link set tun66 up
	probe_json A -c 2 -i 10ms 10.68.0.2:7
	exits 0
	sees 's["open"] == 2 and s["duplicates"] == 0'
	ip -n "${NS_PREFIX}A" link del tun66
	ip -n "${NS_PREFIX}B" link del tun66
}
