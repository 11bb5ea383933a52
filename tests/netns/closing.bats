#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# How connections end with servers of every manner, and what is left at the server after the run.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup ns_pair A B; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# A state of the server's that must not outlive a run.
LEFT='SYN-RECV ESTAB FIN-WAIT-1 FIN-WAIT-2 CLOSE-WAIT CLOSING LAST-ACK'

nothing_left() { # PORT [SECONDS]
	# shellcheck disable=SC2086 # a list
	ns_wait_for "${2:-1}" none_in B "$1" $LEFT
}

# kinds KIND...: every attempt ended in one of these ways.
kinds() {
	printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/kinds"
	sees 'all(x["close"]["kind"] in text("kinds").split() for x in probes)'
}

@test "a server that closes at our FIN: fin-3 or fin-4, by the book, and as the wire shows it" {
	serve B 7 close
	watch A va
	probe_json A -c 20 -i 5ms 10.66.0.2:7 '[fd66::2]:7'
	watched A va
	exits 0
	kinds fin-3 fin-4
	sees 'all(x["close"]["first"] == "client" and x["close"]["verdict"] == "pass" and x["close"]["findings"] == [] for x in probes)' \
		'all((len([f for f in segments if f.src == segments[0].dst]) == 2) == (x["close"]["kind"] == "fin-3")
			for x, segments in matched(tcp))' \
		'all(x["close"]["client"][-1] == "TIME_WAIT" and x["close"]["server"][-1] == "CLOSED" for x in probes)' \
		'all(x["close"]["client"][:3] == ["SYN_SENT", "ESTABLISHED", "FIN_WAIT_1"] for x in probes)' \
		'all(near(x["close"]["close_us"], (segments[-1].t - segments[2].t) / 1e3, 50) for x, segments in matched(tcp))'
	nothing_left 7
}

@test "a server that waits before it closes: fin-4" {
	serve B 7 slow 100ms
	probe_json A -c 3 -i 10ms 10.66.0.2:7
	exits 0
	kinds fin-4
	sees 'all(x["close"]["close_us"] >= 100e3 and x["close"]["verdict"] == "pass" for x in probes)' \
		'p["close"]["server"] == ["SYN_RCVD", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED"]'
	nothing_left 7
}

@test "a server that waits longer than -W: half-closed, inconclusive, and reset" {
	serve B 7 slow 700ms
	watch A va
	probe_json A -c 2 -i 10ms -W 150ms 10.66.0.2:7
	watched A va
	exits 0
	kinds half-closed
	sees 'all(x["close"]["verdict"] == "inconclusive" and x["close"]["findings"][0]["id"] == "no-fin" for x in probes)' \
		'sum(f.f == "R" for f in sent) == 2' 'all(f.seq == next(g.ack for g in reversed(got) if g.dport == f.sport) for f in sent if f.f == "R")'
	nothing_left 7
}

@test "a server that never closes: half-closed after -W, then reset, and its socket is gone" {
	serve B 7 hold
	probe_json A -c 3 -i 10ms -W 150ms 10.66.0.2:7
	exits 0
	kinds half-closed
	sees 'all(x["close"]["first"] == "client" for x in probes)'
	nothing_left 7
}

@test "a server that closes at once: an orderly close, whoever is first" {
	serve B 7 close-now
	probe_json A -c 20 -i 5ms 10.66.0.2:7
	exits 0
	kinds fin-3 fin-4 simultaneous
	sees 'all(x["close"]["verdict"] == "pass" and x["close"]["first"] in ("client", "server", "both") for x in probes)'
	nothing_left 7
}

@test "a server whose FIN crosses ours: simultaneous, and both began" {
	serve B 7 close-now
	# Our FIN is held up, so that the server's comes first on its way.
	rules B 'tcp dport 7 tcp flags & (fin|ack) == fin|ack limit rate 1/hour burst 1 packets drop'
	watch A va
	probe_json A -c 1 --rto 300ms 10.66.0.2:7
	watched A va
	flush_rules B
	exits 0
	kinds simultaneous
	sees 'p["close"]["first"] == "both" and p["close"]["verdict"] == "pass"' \
		'p["close"]["client"] == ["SYN_SENT", "ESTABLISHED", "FIN_WAIT_1", "CLOSING", "TIME_WAIT"]' \
		'sum("F" in f.f for f in sent) == 2'
	nothing_left 7
}

@test "a server that speaks first: its data is acknowledged, the close is orderly" {
	serve B 7 banner hello
	watch A va
	probe_json A -c 5 -i 10ms 10.66.0.2:7
	watched A va
	exits 0
	kinds fin-3 fin-4
	sees 'all(x["close"]["verdict"] == "pass" for x in probes)' 'sum(f.payload == b"hello\r\n" for f in got) == 5' \
		'not any("R" in f.f for f in tcp)'
	nothing_left 7
}

@test "a server that resets at once is open, and its close is a reset" {
	serve B 7 rst
	probe_json A -c 5 -i 10ms 10.66.0.2:7
	exits 0
	kinds rst
	sees 'all(x["state"] == "open" and x["close"]["verdict"] == "warn" for x in probes)' \
		'all(x["close"]["findings"][0]["id"] in ("server-rst", "rst-for-fin") for x in probes)'
	nothing_left 7
}

@test "a server that resets for our FIN is told so" {
	serve B 7 rst-on-fin
	probe_json A -c 5 -i 10ms 10.66.0.2:7
	exits 0
	kinds rst
	sees 'all(x["close"]["verdict"] == "warn" and [f["id"] for f in x["close"]["findings"]] == ["rst-for-fin"] for x in probes)' \
		'all(x["close"]["first"] == "client" for x in probes)'
	nothing_left 7
}

@test "a server that streams on after our FIN: half-closed, and nothing of it is left" {
	serve B 7 stream
	PROBE_LIMIT=20 probe_json A -c 1 -W 100ms 10.66.0.2:7
	# A flood may outrun the capture, which then says so with exit 5.
	[ "$status" -eq 0 ] || { exits 5 && sees 's["capture_dropped"] > 0'; }
	kinds half-closed rst
	nothing_left 7 3
}

@test "--half-open leaves nothing, also with many at a time" {
	serve B 7 close
	watch A va
	probe_json A -c 50 -i 1ms --half-open 10.66.0.2:7
	watched A va
	exits 0
	kinds half-open
	sees 'sum(f.f == "R" for f in sent) == 50 and s["open"] == 50' 'not any(f.f == "A" for f in sent)'
	none_in B 7 SYN-RECV ESTAB
}

@test "a full accept queue is filtered, and no half-open connection stays" {
	serve B 7 no-accept -- --backlog 1
	probe_json A -c 6 -i 20ms -W 300ms --syn-retries 1 --rto 200ms 10.66.0.2:7
	exits 0
	sees '0 < s["open"] < 6 and s["filtered"] > 0' 's["open"] + s["filtered"] == 6'
	ns_wait_for 2 none_in B 7 SYN-RECV
}

@test "100 connections a millisecond apart all complete and close, and a second later none is left" {
	serve B 7 close
	probe_json A -c 100 -i 1ms 10.66.0.2:7
	exits 0
	sees 's["open"] == 100 and s["syn_retransmits"] == 0 and s["capture_dropped"] == 0' \
		'all(x["close"]["verdict"] == "pass" for x in probes)'
	kinds fin-3 fin-4 simultaneous
	ns_wait_for 1 none_in B 7 SYN-RECV CLOSE-WAIT LAST-ACK
}

@test "several targets side by side close as each of them does" {
	serve B 7 close
	serve B 8 hold
	serve B 11 rst-on-fin
	probe_json A -c 5 -i 20ms -W 150ms 10.66.0.2:7 10.66.0.2:8 10.66.0.2:9 10.66.0.2:11 '[fd66::2]:7'
	exits 1
	sees '[x["sent"] for x in summaries] == [5] * 5' \
		'all(x["close"]["kind"] in {7: ("fin-3", "fin-4"), 8: ("half-closed",), 9: ("rst",), 11: ("rst",)}[x["port"]] for x in probes)'
	for port in 7 8 11; do
		nothing_left $port
	done
}

@test "data that the server echoes is taken and acknowledged" {
	serve B 7 echo
	probe_json A -c 5 -i 10ms --data hello 10.66.0.2:7
	exits 0
	kinds fin-3 fin-4
	sees 'all(x["close"]["verdict"] == "pass" for x in probes)'
	nothing_left 7
}
