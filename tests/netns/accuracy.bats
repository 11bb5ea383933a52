#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Numbers held against a separate tcpdump on the same interface, read by a reader of our own; and what
# the server's SYN-ACK says held against how that server was set up.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

make_network() {
	ns_pair A B
	ns_spawn B "$PYTHON" "$LIB/server.py" --port 7 --mode close >/dev/null
	ns_wait_listen B 7
	ns_exec B sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
}

# exact COUNT TARGET: each round trip equals that of the capture: difference in microseconds, median and
# 99th percentile. The taps of one interface stamp what comes in one after the other; when another
# machine's load comes between them a run is spoiled, but not three in a row. How far apart they stamp is
# the machine's speed: only a soak holds it to a microsecond.
exact() {
	local try
	for try in 1 2 3; do
		watch A va
		probe_json A -c "$1" -i 3ms "$2"
		watched A va
		exits 0
		sees "len(probes) == $1 and all(x['state'] == 'open' and x['syn_sent'] == 1 for x in probes)" \
			'[x["seq"] for x, s in matched(tcp) if rtt(s) is None] == []'
		sees 'percentile([abs(x["rtt_us"] - rtt(s) / 1e3) for x, s in matched(tcp)], 50) <= '"$(soak 5 1)" \
			'percentile([abs(x["rtt_us"] - rtt(s) / 1e3) for x, s in matched(tcp)], 99) <= '"$(soak 50 5)" &&
			return 0
		echo "# try $try"
	done
	return 1
}

@test "the round trip of each attempt is tcpdump's, on an idle host" {
	exact "$(soak 200 1000)" 10.66.0.2:7
}

@test "the round trip of each attempt is tcpdump's, with a core busy" {
	spawn busy A timeout 120 sh -c 'while :; do :; done'
	exact "$(soak 200 1000)" 10.66.0.2:7
}

@test "the round trip of each attempt is tcpdump's, over IPv6" {
	exact "$(soak 100 1000)" '[fd66::2]:7'
}

@test "handshake and close times are tcpdump's" {
	watch A va
	probe_json A -c 100 -i 3ms 10.66.0.2:7
	watched A va
	sees 'percentile([abs(x["handshake_us"] - (s[2].t - s[0].t) / 1e3) for x, s in matched(tcp)], 50) <= '"$(soak 5 2)" \
		'percentile([abs(x["close"]["close_us"] - (s[-1].t - s[2].t) / 1e3) for x, s in matched(tcp)], 50) <= '"$(soak 5 2)"
}

@test "--write holds exactly the frames of the run, stamped as tcpdump stamps them" {
	rules B 'tcp dport 10 drop' 'tcp dport 11 reject with icmpx port-unreachable'
	watch A va
	probe_json A -c 20 -i 5ms -W 50ms --syn-retries 1 --rto 50ms --write "$BATS_TEST_TMPDIR/run.pcapng" \
		10.66.0.2:7 '[fd66::2]:7' 10.66.0.2:9 10.66.0.2:10 10.66.0.2:11
	watched A va
	flush_rules B
	exits 1
	sees 'len(written) == len(tcp) + len(icmp)' \
		'sorted(f.data for f in written) == sorted(f.data for f in tcp + icmp)' \
		'percentile([abs(a.t - b.t) for a, b in zip(sorted(written, key=lambda f: f.data), sorted(tcp + icmp, key=lambda f: f.data))], 50) <= 1000' \
		'percentile([abs(a.t - b.t) for a, b in zip(sorted(written, key=lambda f: f.data), sorted(tcp + icmp, key=lambda f: f.data))], 90) <= 5000'
}

@test "--write comments each attempt's verdict once, on the frame that decided or for the interface" {
	rules B 'tcp dport 10 drop' 'tcp dport 11 reject with icmpx port-unreachable'
	probe_json A -c 3 -i 10ms -W 50ms --syn-retries 0 -o "text:$BATS_TEST_TMPDIR/text" \
		--write "$BATS_TEST_TMPDIR/run.pcapng" 10.66.0.2:7 10.66.0.2:9 10.66.0.2:10 10.66.0.2:11
	flush_rules B
	sees 'len([f for f in written if f.comment]) + len(pcapng("run.pcapng")[2]) == 12' \
		'sorted([f.comment for f in written if f.comment] + pcapng("run.pcapng")[2])
			== sorted(l.split(" ", 1)[1] for l in text("text").splitlines() if " seq=" in l)' \
		'all(f.quoted is not None and "unreachable" in f.comment for f in written if f.comment and f.quoted)' \
		'any(f.comment and f.quoted for f in written)'
	tshark -n -r "$BATS_TEST_TMPDIR/run.pcapng" -Y 'frame.comment contains "open"' >"$BATS_TEST_TMPDIR/open" 2>/dev/null
	[ "$(wc -l <"$BATS_TEST_TMPDIR/open")" -eq 3 ]
}

@test "--write from loopback, and from several interfaces, opens in tshark" {
	serve A 7 close
	probe_json A -c 3 -i 10ms --write "$BATS_TEST_TMPDIR/run.pcapng" 127.0.0.1:7 10.66.0.2:7
	exits 0
	sees 'sorted(pcapng("run.pcapng")[1]) == ["lo", "va"]' '{f.interface for f in written} == {"lo", "va"}' \
		'len(attempts(written)) == 6' 'all(f.interface == "lo" if f.src == "127.0.0.1" else f.interface == "va" for f in written)'
	[ "$(tshark -n -r "$BATS_TEST_TMPDIR/run.pcapng" -Y 'tcp.flags == 0x012' 2>/dev/null | wc -l)" -eq 6 ]
}

@test "-v tells states that the wire bears out" {
	watch A va
	probe_json A -v -c 5 -i 20ms 10.66.0.2:7
	watched A va
	sees 'all(len(x["segments"]) == len(s) for x, s in matched(tcp))' \
		'all(near(a["time_us"], (b.t - s[0].t) / 1e3, 50) for x, s in matched(tcp) for a, b in zip(x["segments"], s))' \
		'all((a["direction"] == "out") == (b.src == "10.66.0.1") for x, s in matched(tcp) for a, b in zip(x["segments"], s))' \
		'all(a["segment"].split()[0] == b.f.replace("A", ".").replace("F.", "F.") for x, s in matched(tcp) for a, b in zip(x["segments"], s))' \
		'[(a["client"], a["server"]) for a in p["segments"]][:3] == [("SYN_SENT", None), ("SYN_SENT", "SYN_RCVD"), ("ESTABLISHED", "ESTABLISHED")]' \
		'[(a["client"], a["server"]) for a in p["segments"]][-1] == ("TIME_WAIT", "CLOSED")'
}

# with_server SETTING...: sysctls of the server's host for one probe.
with_server() {
	ns_exec B sysctl -qw "$@"
	probe_json A -c 1 10.66.0.2:7
	exits 0
}

@test "a server without timestamps, window scaling or SACK is told as such" {
	with_server net.ipv4.tcp_timestamps=0
	sees 'p["reply"]["timestamps"] is False and p["reply"]["sack"] is True and p["reply"]["wscale"] is not None'
	with_server net.ipv4.tcp_timestamps=1 net.ipv4.tcp_window_scaling=0
	sees 'p["reply"]["timestamps"] is True and p["reply"]["wscale"] is None'
	with_server net.ipv4.tcp_window_scaling=1 net.ipv4.tcp_sack=0
	sees 'p["reply"]["sack"] is False and p["reply"]["wscale"] is not None'
	with_server net.ipv4.tcp_sack=1
	sees 'p["reply"]["sack"] is True and p["reply"]["ecn"] is False'
}

@test "a server that does ECN agrees to it, one that does not does not" {
	ns_exec B sysctl -qw net.ipv4.tcp_ecn=1
	probe_json A -c 1 --ecn 10.66.0.2:7 '[fd66::2]:7'
	sees 'all(x["reply"]["ecn"] is True for x in probes)'
	ns_exec B sysctl -qw net.ipv4.tcp_ecn=0
	probe_json A -c 1 --ecn 10.66.0.2:7
	sees 'p["reply"]["ecn"] is False'
	ns_exec B sysctl -qw net.ipv4.tcp_ecn=2
}

@test "TTL and MSS of the server are told as they are" {
	ns_exec B sysctl -qw net.ipv4.ip_default_ttl=77 net.ipv6.conf.vb.hop_limit=78
	ip -n "${NS_PREFIX}B" link set vb mtu 1300
	probe_json A -c 1 10.66.0.2:7 '[fd66::2]:7'
	ns_exec B sysctl -qw net.ipv4.ip_default_ttl=64 net.ipv6.conf.vb.hop_limit=64
	ip -n "${NS_PREFIX}B" link set vb mtu 1500
	exits 0
	sees '{x["family"]: (x["reply"]["ttl"], x["reply"]["mss"]) for x in probes} == {4: (77, 1260), 6: (78, 1240)}'
}

@test "a step of the wall clock is not asked of this machine, but times never are negative" {
	probe_json A -c 50 -i 2ms 10.66.0.2:7
	sees 'all(0 < x["rtt_us"] <= x["handshake_us"] and x["close"]["close_us"] >= 0 for x in probes)'
}
