#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Options that shape the run: how many, how often, how long, from which port, and how it ends.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# Port 7 answers, 8 closes late, 9 is closed, 10 is silent.
make_network() {
	ns_pair A B
	ns_spawn B "$PYTHON" "$LIB/server.py" --port 7 --mode close >/dev/null
	rules B 'tcp dport 10 drop'
	ns_wait_listen B 7
}

# gaps: milliseconds between one SYN and the next, as an expression.
GAPS='[(b.t - a.t) / 1e6 for a, b in zip(syns, syns[1:])]'

took() { # MOST MILLISECONDS: of the command after them
	local begin most=$1
	shift
	begin=$(ns_centiseconds)
	"$@"
	[ $((($(ns_centiseconds) - begin) * 10)) -le "$most" ] || {
		echo "took more than $most ms"
		return 1
	}
}

@test "-c is the number of attempts, numbered from 1" {
	on_wire -c 4 -i 10ms --json 10.66.0.2:7
	exits 0
	sees '[x["seq"] for x in probes] == [1, 2, 3, 4]' 's["sent"] == 4 and s["open"] == 4' 'len(syns) == 4' \
		'len(summaries) == 1'
}

@test "five attempts a second apart are the default" {
	# Seen without waiting for all of them: two SYNs, and -w ends it.
	on_wire -w 1.2 --json 10.66.0.2:7
	exits 0
	sees 's["sent"] == 2' "near(${GAPS}[0], 1000, 100)"
	probe_json A -i 1ms 10.66.0.2:7
	sees 's["sent"] == 5'
}

@test "-c 0 goes on until -w" {
	on_wire -c 0 -i 20ms -w 500ms --json 10.66.0.2:7
	exits 0
	sees '20 <= s["sent"] <= 26' 's["sent"] == len(probes) == len(syns)'
}

@test "-i is the time from one attempt to the next, also while one waits" {
	on_wire -c 4 -i 100ms -W 50ms --syn-retries 0 --json 10.66.0.2:10
	exits 1
	sees "len(syns) == 4 and all(near(g, 100, 30) for g in $GAPS)"
	on_wire -c 10 -i 5ms -W 300ms --syn-retries 0 --json 10.66.0.2:10
	sees "len(syns) == 10 and syns[-1].t - syns[0].t < 200e6" 's["filtered"] == 10'
}

@test "-W is the wait after the last transmission" {
	took 1000 on_wire -c 1 -W 200ms --syn-retries 1 --rto 100ms -o json -o "text:$BATS_TEST_TMPDIR/text" 10.66.0.2:10
	exits 1
	sees 'len(syns) == 2' 'p["state"] == "filtered" and p["reason"] == "timeout"' \
		'"no answer to 2 SYNs in 0.3 s" in text("text")'
}

@test "without -W the wait after the last SYN is its RTO" {
	watch A va
	took 700 probe A -c 1 --syn-retries 1 --rto 100ms --json 10.66.0.2:10
	watched A va
	sees 'len(syns) == 2' "near(${GAPS}[0], 100, 30)"
	sees 'near((__import__("datetime").datetime.fromisoformat(s["time"][:26] + "+00:00").timestamp() - syns[0].t / 1e9), 0.3, 0.1)'
}

@test "--syn-retries and --rto make the schedule of SYNs, which doubles" {
	on_wire -c 1 --syn-retries 3 --rto 50ms --json 10.66.0.2:10
	exits 1
	sees "len(syns) == 4 and all(near(g, want, 30) for g, want in zip($GAPS, [50, 100, 200]))" \
		'len({f.seq for f in syns}) == 1 and len({f.sport for f in syns}) == 1' \
		'len({f.option("ts")[0] for f in syns}) == 4' \
		'p["syn_sent"] == 4 and p["syn_retransmits"] == 3' 's["syn_retransmits"] == 3'
}

@test "--syn-retries 0 sends one SYN" {
	on_wire -c 1 --syn-retries 0 --rto 50ms --json 10.66.0.2:10
	sees 'len(syns) == 1' 'p["syn_sent"] == 1 and p["syn_retransmits"] == 0'
}

@test "three SYNs, a second and two apart, end after 7.0 s by default" {
	on_wire -c 1 -o json -o "text:$BATS_TEST_TMPDIR/text" 10.66.0.2:10
	exits 1
	sees "len(syns) == 3 and near(${GAPS}[0], 1000, 100) and near(${GAPS}[1], 2000, 100)" \
		'"no answer to 3 SYNs in 7.0 s" in text("text")'
}

@test "what is given up is reset, in case its SYN-ACK was lost" {
	on_wire -c 1 --syn-retries 0 --rto 50ms 10.66.0.2:10
	sees '[f.f for f in sent] == ["S", "R"]' 'sent[1].seq == sent[0].seq + 1'
}

@test "-w ends a run in the middle of attempts: the first counts, later ones had no time" {
	took 800 probe_json A -c 3 -i 100ms -w 150ms 10.66.0.2:10
	exits 1
	sees 's["sent"] == 1 and s["filtered"] == 1' 'len(probes) == 1'
}

@test "-w does not delay a run that is done" {
	took 800 probe A -c 1 -w 60 10.66.0.2:7
	exits 0
}

@test "--close fin ends with FIN and never with a reset; --close rst with one exact reset" {
	on_wire -c 3 -i 10ms --close fin --json 10.66.0.2:7
	exits 0
	sees 'not any("R" in f.f for f in tcp)' 'sum("F" in f.f for f in sent) == 3' \
		'all(x["close"]["kind"] in ("fin-3", "fin-4") and x["close"]["first"] == "client" for x in probes)'
	on_wire -c 1 --close rst --json 10.66.0.2:7
	exits 0
	sees '[f.f for f in sent] == ["S", "A", "R"]' 'sent[2].seq == sent[1].seq == sent[0].seq + 1' \
		'p["close"]["kind"] == "rst" and p["close"]["first"] == "client" and p["close"]["verdict"] == "pass"'
}

@test "--half-open resets after the SYN-ACK and completes nothing" {
	on_wire -c 2 -i 10ms --half-open --json 10.66.0.2:7
	exits 0
	sees '[f.f for f in tcp] == ["S", "SA", "R"] * 2' 'sent[1].seq == sent[0].seq + 1' \
		'p["state"] == "open" and p["rtt_us"] > 0 and p["handshake_us"] is None' \
		'p["close"]["kind"] == "half-open"'
	none_in B 7 SYN-RECV
}

@test "--half-open and --close exclude nothing: half-open wins in any order" {
	on_wire -c 1 --half-open --close fin 10.66.0.2:7
	exits 0
	sees '[f.f for f in tcp] == ["S", "SA", "R"]'
	on_wire -c 1 --close rst --half-open 10.66.0.2:7
	sees '[f.f for f in tcp] == ["S", "SA", "R"]'
}

@test "--source-port N is the source port" {
	on_wire -c 1 --source-port 4711 10.66.0.2:7
	exits 0
	sees '{f.sport for f in sent} == {4711}'
}

@test "--source-port N-M is the range, each used once before any is used again" {
	on_wire -c 6 -i 10ms --source-port 40000-40005 10.66.0.2:7
	exits 0
	sees 'sorted(f.sport for f in syns) == list(range(40000, 40006))'
}

@test "source ports are free ephemeral ones unless asked for" {
	on_wire -c 3 -i 10ms 10.66.0.2:7
	range=$(ns_exec A cat /proc/sys/net/ipv4/ip_local_port_range)
	sees "all(${range%%[[:space:]]*} <= f.sport <= ${range##*[[:space:]]} for f in syns)"
}

@test "a source port that a program of this host uses is local trouble, and named" {
	serve A 4712 close
	probe A -c 1 --source-port 4712 10.66.0.2:7
	complains 5 4712
}

@test "the options of a run are told in the header line" {
	probe A -c 1 --mss 1234 --no-sack --wscale none --no-timestamps 10.66.0.2:7
	sees 'out.splitlines()[0] == "TCPSHAKE 10.66.0.2:7 from 10.66.0.1, SYN mss 1234"'
	probe A -c 1 10.66.0.2:7
	sees 'out.splitlines()[0] == "TCPSHAKE 10.66.0.2:7 from 10.66.0.1, SYN mss 1460 sackOK TS wscale 7"'
}

@test "--netns NAME and --netns PATH run in that namespace" {
	run_in B "$TCPSHAKE" --netns "${NS_PREFIX}A" -c 1 --json 10.66.0.2:7
	exits 0
	sees 'p["state"] == "open"'
	run_in B "$TCPSHAKE" --netns "/run/netns/${NS_PREFIX}A" -c 1 --source 10.66.0.1 --json 10.66.0.2:7
	exits 0
	sees 'p["state"] == "open"'
}
