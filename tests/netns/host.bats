#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# This host: its kernel must not answer for us, keeps no rule of ours, and what privileges we have are
# gone before the first SYN; signals, and a death in mid-run.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# A --- B directly, and C --- D with 200 ms each way. Port 7 is open, 10 filtered.
make_network() {
	local ns
	ns_pair A B
	ns_one_cpu A va # a busy machine's veth reorders: a late ACK would be reset by the server
	ns_one_cpu B vb
	ns_link C D -- --delay 200ms
	for ns in B D; do
		ns_spawn $ns "$PYTHON" "$LIB/server.py" --port 7 --mode close >/dev/null
		rules $ns 'tcp dport 10 drop'
		ns_wait_listen $ns 7
	done
	ns_settle C va 10.66.0.2 fd66::2
	ns_settle D vb 10.66.0.1 fd66::1
}

# seen COUNT [NAME]: that many frames have been captured.
seen() {
	ns_wait_for 10 eval '[ "$("$PYTHON" "$LIB/pcap.py" "$BATS_TEST_TMPDIR/'"${2:-wire}"'.pcap" | grep -c "\[")" -ge '"$1"' ]'
}

no_rules() { # NS
	[ -z "$(ns_exec "$1" nft list ruleset)" ]
}

# --- the guard ---

@test "over 200 connections no reset goes out on any tuple" {
	watch A va
	probe_json A -c "$(soak 200 1000)" -i 3ms 10.66.0.2:7
	watched A va
	exits 0
	sees '[str(f) for f in tcp if "R" in f.f] == []' 'all(x["close"]["verdict"] == "pass" for x in probes)' 's["errors"] == 0'
	no_rules A
}

@test "over IPv6 no reset goes out on any tuple" {
	watch A va
	probe_json A -c 100 -i 3ms '[fd66::2]:7'
	watched A va
	exits 0
	sees '[str(f) for f in tcp if "R" in f.f] == []'
}

@test "over loopback no reset goes out on any tuple" {
	serve A 7 close
	watch A lo
	probe_json A -c 50 -i 3ms 127.0.0.1:7 '[::1]:7'
	watched A lo
	exits 0
	# The self-test's own: to ports that are bound by nobody's connection, and before the first SYN.
	sees 'min(f.t for f in tcp if f.f == "S" and f.dport == 7) > 0' \
		'[str(f) for f in tcp if "R" in f.f and 7 in (f.sport, f.dport)] == []'
}

@test "with --close rst and --half-open every reset is ours: one a connection" {
	watch A va
	probe_json A -c 50 -i 3ms --close rst 10.66.0.2:7
	watched A va
	sees 'sum("R" in f.f for f in sent) == 50' 'len({f.sport for f in sent if "R" in f.f}) == 50'
	watch A va
	probe_json A -c 50 -i 3ms --half-open 10.66.0.2:7
	watched A va
	sees 'sum("R" in f.f for f in sent) == 50' 'len({f.sport for f in sent if "R" in f.f}) == 50'
}

@test "the source ports are reserved while the run lasts, and free after it" {
	probe_start A -c 0 -i 50ms --source-port 40000-40001 -w 30 10.66.0.2:7
	ns_wait_for 5 grep -q 'seq=2 open' "$BATS_TEST_TMPDIR/out"
	run ! ns_exec A timeout 5 "$PYTHON" -c 'import socket; socket.create_server(("", 40000))'
	kill -INT "$running"
	probe_end
	ns_exec A timeout 5 "$PYTHON" -c 'import socket; socket.create_server(("", 40000))'
}

@test "with loopback down the guard cannot be tested: a warning, and it still works" {
	ip -n "${NS_PREFIX}A" link set lo down
	watch A va
	probe_json A -c 5 -i 10ms 10.66.0.2:7
	watched A va
	ip -n "${NS_PREFIX}A" link set lo up
	exits 0
	sees 's["open"] == 5' 'err.count("\n") == 1 and "warning" in err and "loopback" in err' 'not any("R" in f.f for f in tcp)'
}

@test "with loopback up there is no warning" {
	for _ in 1 2 3 4 5; do
		probe_json A -c 1 10.66.0.2:7 '[fd66::2]:7'
		exits 0
		sees 'err == ""'
	done
}

@test "more attempts than source ports: a warning once, the others wait, and -w ends it" {
	probe_json A -c 10 -i 20ms -w 1 --source-port 40000-40002 10.66.0.2:7
	exits 0
	sees 's["sent"] == 3 and s["open"] == 3' 'err.count("\n") == 1 and "source ports" in err and "warning" in err'
}

@test "a port is not used twice for one target within a run, but for two targets it may be" {
	watch A va
	probe_json A -c 20 -i 5ms 10.66.0.2:7 '[fd66::2]:7'
	watched A va
	exits 0
	sees 'len({(f.dst, f.sport) for f in tcp if f.f == "S"}) == 40'
}

# --- death ---

@test "killed in mid-run: no rule, and no SYN-RECV older than two seconds" {
	watch C va
	probe_start C -c 0 -i 10ms 10.66.0.2:7
	seen 30
	kill -KILL "$running"
	status=0
	wait "$running" || status=$?
	no_rules C
	[ -z "$(ns_exec C ss -Htan)" ]
	ns_wait_for 3 none_in D 7 SYN-RECV
	watched C va
	# What was half open then, the kernel has reset, as it should for connections it does not know.
	sees 'any(f.f == "R" for f in sent)'
}

@test "killed with half-open ones: no SYN-RECV older than two seconds" {
	watch C va
	probe_start C -c 0 -i 10ms --half-open 10.66.0.2:7
	seen 30
	kill -KILL "$running"
	wait "$running" || true
	ns_wait_for 3 none_in D 7 SYN-RECV
	watched C va
	no_rules C
}

# --- signals ---

@test "Ctrl-C prints the summary, and resets what is open" {
	watch C va
	probe_start C -c 0 -i 20ms 10.66.0.2:7
	ns_wait_for 5 grep -q 'seq=3 open' "$BATS_TEST_TMPDIR/out"
	kill -INT "$running"
	probe_end 3
	exits 0
	sees '"--- 10.66.0.2:7 handshake statistics ---" in out' '"rtt min/avg/max/mdev = 40" in out'
	ns_wait_for 2 none_in D 7 SYN-RECV ESTAB CLOSE-WAIT LAST-ACK
	watched C va
	no_rules C
}

@test "SIGTERM does as Ctrl-C does, before any answer too" {
	watch C va
	probe_start C -c 0 -i 20ms --json --source-port 40000-40999 10.66.0.2:7
	ns_wait_for 10 eval '"$PYTHON" "$LIB/pcap.py" "$BATS_TEST_TMPDIR/wire.pcap" | grep -q ":4000[1-9] > .*\[S\]"'
	kill -TERM "$running"
	probe_end 3
	sees 's["open"] == 0' 'json.loads(out)["type"] == "run"'
	ns_wait_for 2 none_in D 7 SYN-RECV ESTAB CLOSE-WAIT LAST-ACK
}

@test "Ctrl-C before the first SYN is no death by a signal: JSON is valid, a summary or none" {
	# At once, and after each of some milliseconds: wherever the start-up then is.
	for delay in 0 0.01 0.02 0.03 0.05; do
		probe_start A -c 0 -i 20ms --json 10.66.0.2:7
		ns_wait_for 5 test -s "$BATS_TEST_TMPDIR/out" || ns_wait_for 5 grep -q tcpshake "/proc/$running/comm"
		sleep "$delay"
		kill -INT "$running"
		probe_end 3
		[ "$status" -lt 128 ]
		sees 'json.loads(out)["type"] == "run"'
	done
}

@test "Ctrl-C exits by the rules: 1 for a target that did not answer in time" {
	probe_start A -c 0 -i 100ms -W 50ms --syn-retries 0 10.66.0.2:10
	ns_wait_for 5 grep -q 'seq=2 filtered' "$BATS_TEST_TMPDIR/out"
	kill -INT "$running"
	probe_end 3
	exits 1
}

@test "an attempt that Ctrl-C interrupts before its time is not counted as lost" {
	probe_start A -c 0 -i 60 --json -o "text:$BATS_TEST_TMPDIR/text" 10.66.0.2:7 10.66.0.2:10
	ns_wait_for 5 grep -q 'seq=1 open' "$BATS_TEST_TMPDIR/text"
	kill -INT "$running"
	probe_end 3
	sees 'summaries[0]["open"] == 1' 'summaries[1]["sent"] == 0'
}

@test "SIGQUIT prints running statistics and goes on" {
	probe_start A -c 0 -i 20ms -o text 10.66.0.2:7
	ns_wait_for 5 grep -q 'seq=3 open' "$BATS_TEST_TMPDIR/out"
	kill -QUIT "$running"
	ns_wait_for 5 grep -qs 'rtt min/avg/max/mdev' "$BATS_TEST_TMPDIR/err"
	before=$(wc -l <"$BATS_TEST_TMPDIR/out")
	ns_wait_for 5 eval '[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -gt '"$((before + 3))"' ]'
	sees '"handshake statistics" not in out' 'err.count("\n") == 1 and "10.66.0.2" in err and "0% loss" in err'
	kill -INT "$running"
	probe_end 3
	exits 0
}

@test "signals during a run of several targets end all of them" {
	probe_start A -c 0 -i 20ms --json -o "jsonl:$BATS_TEST_TMPDIR/lines" 10.66.0.2:7 '[fd66::2]:7' 10.66.0.2:9
	ns_wait_for 5 grep -q '"seq":3' "$BATS_TEST_TMPDIR/lines"
	kill -INT "$running"
	probe_end 3
	exits 1
	sees 'len(summaries) == 3' 'sum(x["sent"] for x in summaries) == len(probes)'
}

# --- capabilities ---

# all_gone PID: it has no capability that it could use or get.
all_gone() {
	grep Cap "/proc/$1/status"
	[ "$(awk '/^Cap(Inh|Prm|Eff|Amb):/ && $2 ~ /^0+$/ { n++ } END { print n + 0 }' "/proc/$1/status")" -eq 4 ]
	grep -q '^NoNewPrivs:[[:space:]]*1$' "/proc/$1/status"
}

# waits_powerless COMMAND...: a run at the filtered port has dropped all before its first SYN.
waits_powerless() {
	watch A va
	start_in A "$@" -c 1 --json 10.66.0.2:10
	seen 1
	all_gone "$running"
	kill -INT "$running"
	probe_end 3
	watched A va
	sees 'syns[0].f == "S"'
}

@test "as root all capabilities are gone before the first SYN" {
	waits_powerless "$TCPSHAKE"
}

@test "a user with CAP_NET_RAW on the file alone: it works, and the capability is gone before the first SYN" {
	mkdir -p "$NS_TMP/bin"
	cp "$TCPSHAKE" "$NS_TMP/bin/able"
	chmod 755 "$NS_TMP" "$NS_TMP/bin" "$NS_TMP/bin/able"
	chmod o+x "$(dirname "$NS_TMP")"
	setcap cap_net_raw+ep "$NS_TMP/bin/able"
	run_in A setpriv --reuid 65534 --regid 65534 --clear-groups "$NS_TMP/bin/able" -c 20 -i 5ms --json \
		10.66.0.2:7 '[fd66::2]:7' 10.66.0.2:9
	exits 1
	sees '[x["state"] for x in summaries] == ["open", "open", "closed"]' 'err == ""'
	waits_powerless setpriv --reuid 65534 --regid 65534 --clear-groups "$NS_TMP/bin/able"
}

@test "for a user with CAP_NET_RAW alone the guard holds: no reset over 100 connections" {
	mkdir -p "$NS_TMP/bin"
	cp "$TCPSHAKE" "$NS_TMP/bin/able"
	chmod 755 "$NS_TMP" "$NS_TMP/bin" "$NS_TMP/bin/able"
	chmod o+x "$(dirname "$NS_TMP")"
	setcap cap_net_raw+ep "$NS_TMP/bin/able"
	watch A va
	run_in A setpriv --reuid 65534 --regid 65534 --clear-groups "$NS_TMP/bin/able" -c 50 -i 3ms --json \
		10.66.0.2:7 '[fd66::2]:7'
	watched A va
	exits 0
	sees '[str(f) for f in tcp if "R" in f.f] == []' '[x["open"] for x in summaries] == [50, 50]'
}
