#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Options that shape segments: what they do is looked up on the wire, in a capture beside the run.

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

make_network() {
	ns_pair A B
	ns_spawn B "$PYTHON" "$LIB/server.py" --port 7 --mode close >/dev/null
	ns_wait_listen B 7
}

# one ARGUMENT...: one handshake with these options, on the wire; it succeeds.
one() {
	on_wire -c 1 "$@" 10.66.0.2:7
	exits 0
}

# options_of FILE: the kinds of the first SYN's options as tshark shows them.
options_of() {
	tshark -n -r "$1" -Y 'tcp.flags == 0x002' -T fields -e tcp.option_kind 2>/dev/null | head -n 1
}

LINUX_SYN='[("mss", 1460), ("sackok", None), ("ts", syns[0].option("ts")), ("nop", None), ("wscale", 7)]'

@test "the SYN is that of Linux: options, window, TTL, DF, and correct checksums" {
	one --json
	[ "$(options_of "$BATS_TEST_TMPDIR/wire.pcap")" = 2,4,8,1,3 ]
	sees 'len(syns) == 1' "syns[0].options == $LINUX_SYN" 'syns[0].win == 64240' 'syns[0].ttl == 64' \
		'all(f.df and f.tos == 0 and f.sums for f in sent)' 'syns[0].option("ts")[1] == 0' \
		'syns[0].ack == 0 and syns[0].urg == 0 and syns[0].f == "S"' \
		'len({f.id for f in sent}) == len(sent)'
}

@test "the SYN over IPv6 has a hop limit of 64, a flow label of its own and an MSS of 1440" {
	on_wire -c 2 -i 10ms '[fd66::2]:7'
	exits 0
	sees 'all(f.v == 6 and f.ttl == 64 and f.sums for f in sent)' 'syns[0].option("mss") == 1440' \
		'len({struct.unpack("!I", f.data[14:18])[0] & 0xfffff for f in sent}) == 2' \
		'all(struct.unpack("!I", f.data[14:18])[0] & 0xfffff for f in sent)'
}

@test "--profile linux sends MSS, SACK, timestamps, NOP, window scale" {
	one --profile linux
	[ "$(options_of "$BATS_TEST_TMPDIR/wire.pcap")" = 2,4,8,1,3 ]
	sees "syns[0].options == $LINUX_SYN" 'syns[0].win == 64240 and syns[0].ttl == 64'
}

@test "--profile windows sends MSS, NOP, window scale, NOP, NOP, SACK and a TTL of 128" {
	one --profile windows
	[ "$(options_of "$BATS_TEST_TMPDIR/wire.pcap")" = 2,1,3,1,1,4 ]
	sees 'syns[0].ttl == 128 and syns[0].win == 64240 and syns[0].option("wscale") == 8' \
		'all(f.ttl == 128 and f.option("ts") is None for f in sent)'
}

@test "--profile freebsd sends MSS, NOP, window scale, SACK, timestamps" {
	one --profile freebsd
	[ "$(options_of "$BATS_TEST_TMPDIR/wire.pcap")" = 2,1,3,4,8 ]
	sees 'syns[0].win == 65535 and syns[0].option("wscale") == 6 and syns[0].ttl == 64'
}

@test "--profile minimal sends the MSS alone" {
	one --profile minimal
	[ "$(options_of "$BATS_TEST_TMPDIR/wire.pcap")" = 2 ]
	sees 'syns[0].options == [("mss", 1460)]' 'all(f.options == [] for f in sent if f.f != "S")'
}

@test "--profile is amended by other options, wherever they stand" {
	one --ttl 9 --no-sack --profile windows
	sees 'syns[0].ttl == 9' 'syns[0].kinds == ["mss", "nop", "wscale"]'
	one --profile minimal --wscale 3
	sees 'syns[0].option("mss") == 1460 and syns[0].option("wscale") == 3' \
		'len(syns[0].kinds) % 4 == 3' # 4 + 3 + a NOP
}

@test "--ttl is the TTL or hop limit of every segment" {
	one --ttl 33
	sees 'all(f.ttl == 33 for f in sent)'
	one --ttl 255
	sees 'all(f.ttl == 255 for f in sent)'
	on_wire -c 1 --ttl 33 '[fd66::2]:7'
	sees 'all(f.ttl == 33 for f in sent)'
}

@test "--tos is the type of service or traffic class of every segment" {
	one --tos 184
	sees 'all(f.tos == 184 for f in sent) and len(sent) > 3'
	on_wire -c 1 --tos 184 '[fd66::2]:7'
	sees 'all(f.tos == 184 for f in sent) and len(sent) > 3'
}

@test "--mss N is the MSS that the SYN advertises" {
	one --mss 536
	sees 'syns[0].option("mss") == 536'
	one --mss 65535
	sees 'syns[0].option("mss") == 65535'
	one --mss 0
	sees 'syns[0].option("mss") == 0'
}

@test "--mss none leaves the option out" {
	one --mss none
	sees 'syns[0].kinds == ["sackok", "ts", "nop", "wscale"]' 'syns[0].sums'
}

@test "--wscale N and none are the window scale that the SYN offers, and later windows follow it" {
	one --wscale 14
	sees 'syns[0].option("wscale") == 14' 'sent[1].win == 64240 >> 14'
	one --wscale 0
	sees 'syns[0].option("wscale") == 0' 'sent[1].win == 64240'
	one --wscale none
	sees 'syns[0].kinds == ["mss", "sackok", "ts"]' 'got[0].option("wscale") is None' 'sent[1].win == 64240'
}

@test "--no-sack leaves SACK out and pads the timestamps" {
	one --no-sack
	sees '"sackok" not in syns[0].kinds and {"mss", "ts", "wscale"} < set(syns[0].kinds)' \
		'"sackok" not in got[0].kinds' 'syns[0].sums'
}

@test "--no-timestamps leaves them out of all segments" {
	one --no-timestamps
	sees 'syns[0].kinds == ["mss", "nop", "nop", "sackok", "nop", "wscale"]' 'syns[0].sums' 'all("ts" not in f.kinds for f in tcp)'
}

@test "every combination of options makes a whole header with a right checksum" {
	watch A va
	for mss in 'mss 1000' 'mss none'; do
		for wscale in 'wscale 4' 'wscale none'; do
			for more in '' --no-sack --no-timestamps '--no-sack --no-timestamps'; do
				# shellcheck disable=SC2086 # several words
				probe A -c 1 --half-open --${mss} --${wscale} $more 10.66.0.2:7
				exits 0
			done
		done
	done
	watched A va
	sees 'len(syns) == 16' 'all(f.sums for f in sent)' \
		'len({tuple(sorted(k for k in f.kinds if k != "nop")) for f in syns}) == 16' \
		'all((f.data[46] >> 4) * 4 == len(f.data) - 34 for f in syns)'
}

@test "--win is the window of the SYN" {
	one --win 1234
	sees 'syns[0].win == 1234' 'sent[1].win == 1234 >> 7'
	one --win 0 --wscale none
	sees 'syns[0].win == 0'
}

@test "--ecn asks with ECE and CWR, and the answer of a server that does ECN is told" {
	ns_exec B sysctl -qw net.ipv4.tcp_ecn=1
	one --ecn --json
	sees 'syns[0].f == "SEW"' 'p["reply"]["ecn"] is True' 'all(f.tos == 0 for f in sent)' \
		'all(f.f.count("W") == 0 for f in sent[1:])'
	one --json
	sees 'syns[0].f == "S"' 'p["reply"]["ecn"] is False'
	ns_exec B sysctl -qw net.ipv4.tcp_ecn=0
	one --ecn --json
	sees 'syns[0].f == "SEW"' 'p["reply"]["ecn"] is False'
	ns_exec B sysctl -qw net.ipv4.tcp_ecn=2
}

@test "--data is sent once connected, before the FIN, in one segment" {
	for data in x xy 'odd' "$(printf 'y%.0s' {1..536})"; do
		one --data "$data" --json
		sees "[f.payload.decode() for f in sent if f.payload] == ['$data']" 'all(f.sums for f in sent)' \
			'[f.f for f in sent if f.payload] == ["PA"]' \
			'[f.f for f in sent].index("PA") < [f.f for f in sent].index("FA")' \
			'p["close"]["verdict"] == "pass"'
	done
}

@test "--data reaches the server and is acknowledged before the end" {
	serve B 8 echo
	on_wire -c 1 --data hello --json 10.66.0.2:8
	exits 0
	sees '[f.payload for f in got if f.payload] == [b"hello"]' 'all(f.f.find("R") < 0 for f in tcp)'
}

@test "--flags sends each combination as asked" {
	local port=100 letters=()
	watch A va
	while read -r list letter; do
		letters+=("${letter#-}")
		probe A -c 1 -W 20ms --flags "$list" 10.66.0.2:$((++port))
		[ "$status" -le 1 ]
	done <<-END
		syn S
		fin F
		rst R
		psh P
		ack A
		urg U
		ece E
		cwr W
		ae e
		none -
		syn,ack SA
		syn,ece,cwr SEW
		syn,fin FS
		fin,psh,urg FPU
		rst,ack RA
		psh,ack PA
		syn,rst SR
		fin,syn,rst,psh,ack,urg,ece,cwr,ae FSRPAUEWe
	END
	watched A va
	printf '%s\n' "${letters[@]}" >"$BATS_TEST_TMPDIR/wanted"
	# The first segment to each port.
	sees 'list({f.dport: f.f for f in reversed(sent)}.values())[::-1] == text("wanted").split("\n")[:-1]' \
		'all(f.sums for f in sent)'
}

@test "--flags syn is answered by a SYN-ACK, which is reset at once" {
	on_wire -c 1 --json --flags syn 10.66.0.2:7
	exits 0
	sees '[f.f for f in tcp] == ["S", "SA", "R"]' 'sent[1].seq == got[0].ack' \
		'p["state"] == "open" and p["reason"] == "syn-ack"' 'near(p["rtt_us"], (got[0].t - sent[0].t) / 1e3, 20)'
}

@test "--flags ack and --flags fin are answered by what the kernel answers" {
	# A listening socket: RST for an ACK; silence for a lone FIN (RFC 9293 3.10.7.2).
	on_wire -c 1 --json --flags ack 10.66.0.2:7
	exits 1
	sees '[f.f for f in tcp] == ["A", "R"]' 'p["state"] == "closed" and p["reason"] == "rst"' 'p["rtt_us"] > 0'
	on_wire -c 1 -W 100ms --json --flags fin 10.66.0.2:7
	exits 1
	sees '[f.f for f in tcp] == ["F"]' 'p["state"] == "filtered" and p["reason"] == "timeout"'
	# A closed port: RST for both.
	on_wire -c 1 --json --flags fin,psh,urg 10.66.0.2:9
	exits 1
	sees '[f.f for f in tcp] == ["FPU", "RA"]' 'p["state"] == "closed"'
}

@test "--flags none to a closed port is answered by a reset, to an open one by nothing" {
	on_wire -c 1 -W 100ms --json --flags none 10.66.0.2:9
	sees '[f.f for f in tcp] == ["", "RA"]' 'p["state"] == "closed"'
	on_wire -c 1 -W 100ms --json --flags none 10.66.0.2:7
	sees '[f.f for f in tcp] == [""]' 'p["state"] == "filtered"'
}

@test "--flags carries --data, --ttl, --tos and --win, and the options only with a SYN" {
	on_wire -c 1 -W 100ms --flags psh,ack --data hello --ttl 9 --tos 8 --win 77 10.66.0.2:7
	sees 'sent[0].payload == b"hello" and sent[0].ttl == 9 and sent[0].tos == 8 and sent[0].win == 77' \
		'sent[0].options == []' 'sent[0].sums'
	on_wire -c 1 --flags syn --mss 999 --no-sack 10.66.0.2:7
	sees 'sent[0].option("mss") == 999 and "sackok" not in sent[0].kinds'
}

@test "--flags sends one segment an attempt and never again" {
	rules B 'tcp dport 7 drop'
	on_wire -c 3 -i 20ms -W 100ms --json --flags syn 10.66.0.2:7
	exits 1
	# What might be open though its SYN-ACK was lost is reset.
	sees 'len(syns) == 3' 'len({f.seq for f in syns}) == 3' '{f.f for f in sent} == {"S", "R"}' \
		'[x["state"] for x in probes] == ["filtered"] * 3'
}

@test "sequence numbers, ports and IP identifications differ from attempt to attempt" {
	on_wire -c 20 -i 5ms 10.66.0.2:7
	exits 0
	sees 'len(syns) == 20' 'len({f.sport for f in syns}) == 20' 'len({f.seq for f in syns}) == 20' \
		'len({f.id for f in syns}) >= 19' \
		'len({(b.seq - a.seq) & 0xffffffff for a, b in zip(syns, syns[1:])}) == 19'
}

@test "the MSS follows the MTU of the route" {
	ip -n "${NS_PREFIX}A" link set dev va mtu 1400
	one --half-open
	sees 'syns[0].option("mss") == 1360'
	on_wire -c 1 --half-open '[fd66::2]:7'
	sees 'syns[0].option("mss") == 1340'
	ip -n "${NS_PREFIX}A" link set dev va mtu 1500
	ip -n "${NS_PREFIX}A" route add 10.66.0.2/32 dev va src 10.66.0.1 mtu 1300
	one --half-open
	sees 'syns[0].option("mss") == 1260'
	ip -n "${NS_PREFIX}A" route del 10.66.0.2/32 dev va
}
