#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Names: from the hosts file, from a name server in the namespace, and from ones that fail. The files
# are those of /etc/netns/NAME (see ip-netns(8)), for --netns too.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() {
	test_setup
	name_server 10.66.0.2
}
teardown() { test_teardown; }
teardown_file() {
	local made
	ns_cleanup
	made=/etc/netns/${NS_PREFIX}A
	[ ! -d "$made" ] || rm -r "$made"
	rmdir /etc/netns 2>/dev/null || true
}

# dnsmasq is at 10.66.0.2, the server that fails at 10.66.0.3, nobody at 10.66.0.4 (silent).
make_network() {
	ns_pair A B
	ns_add C
	for last in 3 4 21 22 23 24 25 26 27 28 29 30; do
		ip -n "${NS_PREFIX}B" addr add 10.66.0.$last/24 dev vb
	done
	rules B 'ip daddr 10.66.0.4 udp dport 53 drop'
	ns_spawn B "$PYTHON" "$LIB/server.py" --port 7 --mode close >/dev/null
	etc=/etc/netns/${NS_PREFIX}A
	mkdir -p "$etc"
	printf '10.66.0.2 file.test\nfd66::2 file.test\n10.66.0.21 both.test\n' >"$etc/hosts"
	: >"$etc/resolv.conf"
	for last in 21 22 23 24 25 26 27 28 29 30; do
		echo "10.66.0.$last ten.test"
	done >"$NS_TMP/ten"
	ns_spawn B dnsmasq --keep-in-foreground --user=root --no-resolv --no-hosts --pid-file= --bind-interfaces \
		--listen-address=10.66.0.2 --local=/test/ --addn-hosts="$NS_TMP/ten" \
		--host-record=one.test,10.66.0.2,fd66::2 --host-record=four.test,10.66.0.2 \
		--host-record=six.test,fd66::2 --host-record=both.test,10.66.0.22 --cname=alias.test,one.test >/dev/null
	ns_spawn B "$PYTHON" "$LIB/dns.py" 10.66.0.3 10.66.0.21 >/dev/null
	ns_wait_listen B 7
	ns_wait_for 5 eval '[ "$(ns_exec B ss -Huln "sport = :53" | wc -l)" -ge 2 ]'
}

name_server() { # ADDRESS...
	printf 'nameserver %s\n' "$@" >"/etc/netns/${NS_PREFIX}A/resolv.conf"
}

quick() {
	probe_json A -c 1 -W 300ms --syn-retries 0 "$@"
}

# unresolved NAME REASON: it does not resolve, for that reason; the port and no address is told.
unresolved() {
	quick "$1:7"
	exits 2
	sees 'p["state"] == "error"' "p['reason'] == '$2'" "p['target'] == '$1'" \
		'p["address"] is None and p["family"] is None and p["rtt_us"] is None and p["reply"] is None' \
		"err.count('\n') == 1 and '$1' in err" 'len(records) == 1'
}

@test "a name has the address that the name server gives" {
	quick four.test:7
	exits 0
	sees 'p["target"] == "four.test" and p["address"] == "10.66.0.2" and p["state"] == "open"'
	quick six.test:7
	exits 0
	sees 'p["address"] == "fd66::2"'
	quick alias.test:7
	exits 0
	sees 'p["target"] == "alias.test"'
}

@test "-4 and -6 choose the family of a name that has both" {
	quick -4 one.test:7
	exits 0
	sees 'p["address"] == "10.66.0.2" and len(summaries) == 1'
	quick -6 one.test:7
	exits 0
	sees 'p["address"] == "fd66::2" and len(summaries) == 1'
	quick one.test:7
	exits 0
	sees 'len(summaries) == 1'
}

@test "the output says which address of a name was tried" {
	probe A -c 1 -4 one.test:7
	exits 0
	sees 'out.startswith("TCPSHAKE one.test (10.66.0.2):7 from 10.66.0.1, ")' '"--- 10.66.0.2:7 handshake" in out'
}

@test "-n prints addresses only" {
	probe A -n -c 1 -4 one.test:7
	exits 0
	sees '"one.test" not in out' 'out.startswith("TCPSHAKE 10.66.0.2:7 from ")'
}

@test "the hosts file comes before the name server" {
	quick -4 both.test:7
	exits 0
	sees 'p["address"] == "10.66.0.21"'
	name_server 10.66.0.4
	quick -4 file.test:7
	exits 0
	sees 'p["address"] == "10.66.0.2"'
}

@test "NXDOMAIN is told" {
	unresolved none.test dns-nxdomain
}

@test "a name without an address of the family asked for is told" {
	quick -6 four.test:7
	exits 2
	sees 'p["reason"] == "dns-nxdomain" and p["state"] == "error"' '"four.test" in err and "family" in err'
	quick -4 six.test:7
	exits 2
	sees 'p["reason"] == "dns-nxdomain"'
	name_server 10.66.0.3
	unresolved nodata.test dns-nxdomain
}

@test "SERVFAIL and other refusals of a name server are told" {
	name_server 10.66.0.3
	unresolved servfail.test dns-servfail
	unresolved refused.test dns-servfail
	unresolved notimp.test dns-servfail
}

@test "a name server that does not answer is a timeout, after some seconds" {
	name_server 10.66.0.4
	begin=$(ns_centiseconds)
	unresolved silent.test dns-timeout
	took=$(($(ns_centiseconds) - begin))
	[ "$took" -gt 300 ] && [ "$took" -lt 1500 ]
}

@test "Ctrl-C while a name is looked up ends the run at once, and JSON is valid" {
	name_server 10.66.0.4
	can_watch
	spawn dns B tcpdump -i vb -n -U --immediate-mode -Z root -w "$BATS_TEST_TMPDIR/dns.pcap" 'udp dst port 53'
	ns_wait_for 5 grep -qs 'listening on' "$BATS_TEST_TMPDIR/dns.log"
	probe_start A -c 1 --json silent.test:7
	ns_wait_for 5 grep -qsa silent "$BATS_TEST_TMPDIR/dns.pcap"
	kill -INT "$running"
	probe_end 1
	[ "$status" -lt 128 ]
	sees 'json.loads(out)["type"] == "run"'
}

@test "a name server that is not there is a timeout, at once" {
	name_server 10.66.0.21 # that host answers with port unreachable
	unresolved one.test dns-timeout
}

@test "the second name server is asked when the first fails" {
	name_server 10.66.0.21 10.66.0.2
	quick -4 one.test:7
	exits 0
	sees 'p["address"] == "10.66.0.2"'
}

@test "an answer that is no DNS message is no address" {
	name_server 10.66.0.3
	for name in garbage.test short.test; do
		quick -4 $name:7
		exits 2
		sees 'p["state"] == "error" and p["reason"] in ("dns-servfail", "dns-timeout")'
	done
}

@test "dns_us is the time of the look-up, on the first attempt alone, and in no other time" {
	name_server 10.66.0.3
	watch A va
	probe_json A -c 3 -i 20ms -4 slow.test:7
	watched A va
	exits 0
	sees '150e3 <= p["phases"]["dns_us"] <= 1e6' '[x["phases"]["dns_us"] for x in probes[1:]] == [None, None]' \
		'all(near(x["rtt_us"], rtt(segments) / 1e3, 20) for x, segments in matched(tcp))' \
		'all(x["handshake_us"] < 50e3 for x in probes)' 'p["phases"]["tcp_us"] == p["handshake_us"]'
}

@test "dns_us is null for an address, and for a name that was not looked up" {
	quick 10.66.0.2:7
	sees 'p["phases"]["dns_us"] is None'
	quick --resolve one.test:7:10.66.0.2 one.test:7
	sees 'p["phases"]["dns_us"] is None'
}

@test "dns can be expected to be fast" {
	name_server 10.66.0.3
	quick -4 --expect 'dns<10ms' slow.test:7
	exits 4
	probe_json A -c 3 -i 10ms -4 --expect 'dns<2s' slow.test:7
	exits 0
}

@test "one address of ten is tried, and with --all-addresses all ten, side by side" {
	quick ten.test:7
	exits 0
	sees 'len(summaries) == 1'
	begin=$(ns_centiseconds)
	probe_json A -c 2 -i 100ms --all-addresses ten.test:7
	[ $(($(ns_centiseconds) - begin)) -lt 200 ]
	exits 0
	sees '{x["address"] for x in summaries} == {f"10.66.0.{i}" for i in range(21, 31)}' \
		'all(x["open"] == 2 and x["target"] == "ten.test" for x in summaries)' \
		'len([x for x in probes if x["phases"]["dns_us"] is not None]) == 10' \
		'all(x["seq"] == 1 for x in probes if x["phases"]["dns_us"] is not None)'
}

@test "--all-addresses fails if one of them fails, and shows the others" {
	rules B 'ip daddr 10.66.0.25 tcp dport 7 reject with tcp reset' || true
	quick --all-addresses ten.test:7
	flush_rules B
	rules B 'ip daddr 10.66.0.4 udp dport 53 drop'
	exits 1
	sees '[x["address"] for x in summaries if x["verdict"] == "fail"] == ["10.66.0.25"]' 'len(summaries) == 10'
}

@test "both families of a name are tried with --all-addresses" {
	quick --all-addresses one.test:7
	exits 0
	sees '{x["address"] for x in summaries} == {"10.66.0.2", "fd66::2"}'
}

@test "one name at several ports is looked up once" {
	can_watch
	spawn dns B tcpdump -i vb -n -U --immediate-mode -Z root -w "$BATS_TEST_TMPDIR/dns.pcap" 'udp dst port 53'
	ns_wait_for 5 grep -qs 'listening on' "$BATS_TEST_TMPDIR/dns.log"
	quick -4 -p 7,9,10 one.test one.test:7
	kill "$spawned"
	ns_wait_for 5 test_ended "$spawned"
	sees 'len(frames("dns")) == 1' 'len(summaries) >= 3'
}

@test "a name that fails stops no other" {
	quick none.test:7 10.66.0.2:7 four.test:7
	exits 2
	sees 'sorted(x["state"] for x in probes) == ["error", "open", "open"]' '[x["verdict"] for x in summaries] == ["pass", "pass"]'
}

@test "--netns NAME reads the resolv.conf and the hosts of that namespace" {
	run_in C "$TCPSHAKE" --netns "${NS_PREFIX}A" -c 1 --json -4 one.test:7 file.test:7
	exits 0
	sees '{(x["target"], x["address"]) for x in summaries} == {("one.test", "10.66.0.2"), ("file.test", "10.66.0.2")}'
}

@test "--netns leaves the files of this host as they were" {
	before=$(cat /etc/resolv.conf /etc/hosts /proc/self/mounts | cksum)
	run_in C "$TCPSHAKE" --netns "${NS_PREFIX}A" -c 1 -4 one.test:7
	exits 0
	[ "$(cat /etc/resolv.conf /etc/hosts /proc/self/mounts | cksum)" = "$before" ]
}

@test "--netns PATH enters the namespace and reads this host's files, as nsenter does" {
	run_in C "$TCPSHAKE" --netns "/run/netns/${NS_PREFIX}A" -c 1 --json 10.66.0.2:7
	exits 0
}
