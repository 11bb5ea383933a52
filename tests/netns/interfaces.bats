#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# A host with several interfaces: route and source come from the kernel, or are asked for and then
# either used or refused loudly.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# A has va to B (10.66.0, fd66) and wa to C (10.67.0, fd67), and a second address on each.
make_network() {
	ns_pair A B
	ns_add C
	ip link add name wa index 12 netns "${NS_PREFIX}A" type veth peer name wc index 13 netns "${NS_PREFIX}C"
	ns_address A wa 10.67.0.1/24 fd67::1/64
	ns_address C wc 10.67.0.2/24 fd67::2/64
	ip -n "${NS_PREFIX}A" addr add 10.66.0.9/24 dev va
	ip -n "${NS_PREFIX}A" addr add fd66::9/64 dev va nodad
	ns_settle A wa 10.67.0.2 fd67::2
	for ns in B C; do
		ns_spawn $ns "$PYTHON" "$LIB/server.py" --port 7 --mode close >/dev/null
		ns_wait_listen $ns 7
	done
}

quick() {
	probe_json A -c 1 -W 200ms --syn-retries 0 "$@"
}

@test "each target is reached by its interface with its source, in one run" {
	watch A va
	watch A wa other
	quick 10.66.0.2:7 10.67.0.2:7 '[fd66::2]:7' '[fd67::2]:7'
	watched A va
	watched A wa other
	exits 0
	sees '{f.src for f in tcp if f.f == "S"} == {"10.66.0.1", "fd66::1"} or {f.src for f in tcp if f.f == "S"} == {"10.66.0.1", "fd66::9"}' \
		'{f.src for f in frames("other") if f.f == "S"} == {"10.67.0.1", "fd67::1"}' \
		'[x["open"] for x in summaries] == [1] * 4'
}

@test "--source chooses among the addresses of the interface" {
	watch A va
	quick --source 10.66.0.9 10.66.0.2:7
	watched A va
	exits 0
	sees '{f.src for f in sent} == {"10.66.0.9"} and len(got) > 0' 'p["state"] == "open"'
	watch A va
	quick --source fd66::9 '[fd66::2]:7'
	watched A va
	exits 0
	sees '{f.src for f in sent} == {"fd66::9"}' 'p["state"] == "open"'
}

@test "-I with the interface of the route is fine" {
	quick -I wa 10.67.0.2:7 '[fd67::2]:7'
	exits 0
}

@test "-I with an interface that has no route there fails loudly and sends nothing by the other" {
	watch A va
	quick -I wa 10.66.0.2:7
	watched A va
	[ "$status" -ne 0 ]
	sees 'tcp == []' 'all(x["state"] != "open" for x in probes)' 'err != "" or p["reason"] == "icmp-host-unreachable"'
}

@test "-I with an interface that is down fails loudly and names it" {
	ip -n "${NS_PREFIX}A" link add dn0 type dummy 2>/dev/null || ip -n "${NS_PREFIX}A" link add dn0 type veth peer name dn1
	quick -I dn0 10.66.0.2:7
	ip -n "${NS_PREFIX}A" link del dn0
	exits 5
	sees 'err != ""'
}

@test "--source of another interface is used as asked, or refused, never replaced" {
	watch A wa
	quick --source 10.66.0.9 10.67.0.2:7
	watched A wa
	sees 'all(f.src == "10.66.0.9" for f in syns)'
	[ "$status" -ne 0 ] || sees 'p["state"] == "open"'
}

@test "--source that this host does not have is refused" {
	quick --source 10.67.0.77 10.67.0.2:7
	exits 5
	sees '"--source" in err and "10.67.0.77" in err' 'err.count("\n") == 1'
	quick --source fd67::77 '[fd67::2]:7'
	exits 5
}

@test "a policy route by source is followed" {
	ip -n "${NS_PREFIX}A" addr add 10.69.0.1/32 dev wa
	ip -n "${NS_PREFIX}C" route add 10.69.0.1/32 dev wc
	ip -n "${NS_PREFIX}C" addr add 10.70.0.2/32 dev wc
	ip -n "${NS_PREFIX}A" rule add from 10.69.0.1 lookup 99
	ip -n "${NS_PREFIX}A" route add default via 10.67.0.2 dev wa table 99
	quick --source 10.69.0.1 10.70.0.2:7
	exits 0
	sees 'p["state"] == "open"'
	quick 10.70.0.2:7
	exits 5
}

@test "more interfaces than captures: each target is measured on its own" {
	local i targets=()
	for i in $(seq 1 12); do
		ip link add name "x$i" netns "${NS_PREFIX}A" type veth peer name "y$i" netns "${NS_PREFIX}B"
		ip -n "${NS_PREFIX}A" addr add "10.80.$i.1/24" dev "x$i"
		ip -n "${NS_PREFIX}B" addr add "10.80.$i.2/24" dev "y$i"
		ip -n "${NS_PREFIX}A" link set "x$i" up
		ip -n "${NS_PREFIX}B" link set "y$i" up
		targets+=("10.80.$i.2:7")
	done
	ns_settle A x12 10.80.12.2
	watch A x12
	probe_json A -c 3 -i 50ms "${targets[@]}"
	watched A x12
	exits 0
	sees '[x["open"] for x in summaries] == [3] * 12' 'all(x["duplicates"] == x["spoofed"] == 0 for x in summaries)' \
		'len(syns) == 3' 'all(near(x["rtt_us"], rtt(s) / 1e3, '"$(soak 500 20)"') for x, s in
			zip(sorted((x for x in probes if x["address"] == "10.80.12.2"), key=lambda x: x["time"]), attempts(tcp)))'
	for i in $(seq 1 12); do
		ip -n "${NS_PREFIX}A" link del "x$i"
	done
}
