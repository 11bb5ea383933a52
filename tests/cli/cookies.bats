#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# The command cookies on the command line: what it prints in each format, its exit codes, its options.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() {
	[ -n "$NO_NAMESPACES" ] || mode 1
	test_teardown
}
teardown_file() { ns_cleanup; }

# Port 7 is open, 9 closed, 10 filtered.
make_network() {
	ns_pair A B
	ns_spawn B "$PYTHON" "$LIB/server.py" --port 7 --mode close >/dev/null
	rules B 'tcp dport 10 drop'
	ns_wait_listen B 7
}

mode() {
	ns_exec B sysctl -qw "net.ipv4.tcp_syncookies=$1"
}

# --- text ---

@test "text: a verdict, its evidence with numbers, what it means and what it does not" {
	probe A cookies 10.66.0.2:7
	exits 0
	sees 'err == ""' '__import__("re").fullmatch(
		r"TCPSHAKE 10\.66\.0\.2:7 from 10\.66\.0\.1, SYN cookies: core, others where they help\n"
		r"seq=1 not-active-now linux confidence=0\.999999 rtt=\d+\.\d{3} ms segments=6\n"
		r"  second-syn challenge-ack: [^\n]+ \[d1=\d+ rtt_us=[\d.]+ seq_from_isn=1 ack_from_iss=1\]\n"
		r"  isn clock: [^\n]+ \[e13=-\d+ ticks=\d+ ticks_min=\d+ ticks_max=\d+ chance=[\d.e-]+\]\n"
		r"  options kept: [^\n]+ \[sack_offered=1 sack=1 wscale_offered=7 wscale=\d+ mss=1460\]\n"
		r"  window open: [^\n]+ \[window=\d+ ttl=64 ip_id=0 ip_id_sent=\d+\]\n"
		r"  means: [A-Z][^\n]+\.\n"
		r"  does not mean: that [^\n]+\.\n"
		r"--- 10\.66\.0\.2:7 SYN cookie statistics ---\n"
		r"1 look: 1 not-active-now\n"
		r"rtt min/avg/max/mdev = [\d./]+ ms, p50/p90/p95/p99 = [\d./]+ ms\n", out)'
	mode 2
	probe A cookies 10.66.0.2:7
	sees '"seq=1 active linux confidence=0.999999" in out' '"  isn linear: " in out' '" e12=0 e23=-3 " in out or "[e12=0 e23=-3 " in out' \
		'"  mss-index as-table: " in out and "[step=-3 expected=-3 mss=1460 other_mss=536]" in out' \
		'"  means: Linux answers SYNs with cookies now" in out' '"disabled" not in out'
}

@test "text of several targets and looks: each line says whose it is, and the summary counts verdicts" {
	probe A cookies -c 2 -i 50ms 10.66.0.2:7 '[fd66::2]:7'
	exits 0
	sees 'out.count("\n10.66.0.2:7 seq=") == 2 and out.count("\n[fd66::2]:7 seq=") == 2' \
		'out.count("\n10.66.0.2:7   isn clock: ") == 2' 'out.count("2 looks: 2 not-active-now\n") == 2'
}

@test "-q leaves the summary, -D puts the time in front, -v shows every segment by its port" {
	probe A cookies -q 10.66.0.2:7
	sees '"seq=" not in out and "1 look: 1 not-active-now" in out'
	probe A cookies -D 10.66.0.2:7
	sees '__import__("re").search(r"^\[\d+\.\d{6}\] seq=1 ", out, 8)' '__import__("re").search(r"^\[\d+\.\d{6}\]   isn ", out, 8)'
	probe A cookies -v --source-port 42000-42020 10.66.0.2:7
	sees '"seq=1 +0.000000 > 42" in out' 'out.count(" > 42") == 6 and out.count(" < 42") == 3' \
		'__import__("re").search(r" > (42\d\d\d): S 0:0\(0\) win \d+ <mss 1460,nop,nop,sackOK,nop,wscale 7>", out)' \
		'__import__("re").search(r" < 42\d\d\d: \. 1:1\(0\) ack 1 ", out)'
}

@test "what is not open is said in the verdict's line" {
	probe A cookies 10.66.0.2:9
	exits 1
	sees '"seq=1 inconclusive closed: rst " in out' '"1 look: 1 inconclusive; 1 closed\n" in out'
	probe A cookies --rto 30ms 10.66.0.2:10
	exits 1
	sees '"seq=1 inconclusive filtered: timeout " in out'
}

# --- json, csv, pcapng ---

@test "json and jsonl have the contract's keys, and fit the schema" {
	KEYS='{"schema", "type", "time", "target", "address", "port", "family", "seq", "state", "reason", "verdict",
		"implementation", "confidence", "evidence", "segments_sent", "duration_us", "rtt_us", "load", "load_at", "load_held", "segments"}'
	for mode in 1 2; do
		mode $mode
		probe_json A cookies --tests=all --load 10.66.0.2:7 -v
		exits 0
		sees "set(look) == $KEYS" 'look["type"] == "cookies" and look["schema"] == "tcpshake/1"' \
			'all(set(e) == {"test", "result", "detail"} for e in look["evidence"])' \
			'all(type(n) in (int, float) for e in look["evidence"] for n in e["detail"].values())' \
			'all(x["segment"] and x["direction"] in ("out", "in") for x in look["segments"])' \
			's["cookies"] == {v.replace("-", "_"): int(v == look["verdict"]) for v in
				("active", "proxy", "not-active-now", "capable", "intermittent", "inconclusive")}'
		"$PYTHON" "$ROOT/scripts/validate-json" "$BUILD/tcpshake.schema.json" <"$BATS_TEST_TMPDIR/out"
	done
	probe A cookies -o jsonl -c 2 -i 50ms 10.66.0.2:7 10.66.0.2:9 nosuch.invalid
	"$PYTHON" "$ROOT/scripts/validate-json" "$BUILD/tcpshake.schema.json" <"$BATS_TEST_TMPDIR/out"
	sees '[x["type"] for x in records].count("cookies") == 5 and len(summaries) == 2' \
		'any(x["state"] == "error" and x["reason"].startswith("dns-") and x["verdict"] == "inconclusive" for x in looks)'
	exits 2
}

@test "the other commands' summaries have no verdicts of cookies" {
	probe_json A -c 1 10.66.0.2:7
	sees 's["cookies"] is None' '"cookie_hint" in p'
}

@test "csv has a row a look and no evidence" {
	probe A cookies -o csv -c 2 -i 50ms 10.66.0.2:7
	exits 0
	sees 'out.splitlines()[0] == "time,target,address,port,family,seq,state,reason,verdict,implementation,confidence,segments_sent,duration_us,rtt_us,load,load_at,load_held"' \
		'len(out.splitlines()) == 3 and ",open,syn-ack,not-active-now,linux,0.999999,6," in out.splitlines()[1]'
}

@test "--write keeps the frames, with the verdict at the one that decided it" {
	probe A cookies -c 2 -i 50ms --write "$BATS_TEST_TMPDIR/run.pcapng" -o "json:$BATS_TEST_TMPDIR/run" 10.66.0.2:7
	exits 0
	sees 'len(written) == 18' 'sum("not-active-now linux" in (f.comment or "") for f in written) == 2'
}

# --- exit codes and expectations ---

@test "a verdict is no failure; --expect cookies makes it one" {
	probe A cookies -q --expect cookies=not-active-now 10.66.0.2:7
	exits 0
	sees '"expect cookies=not-active-now: holds (not-active-now)" in out'
	mode 2
	probe A cookies -q --expect cookies=not-active-now 10.66.0.2:7
	exits 4
	sees '"expect cookies=not-active-now: does not hold (active)" in out'
	probe A cookies -q --expect 'cookies=active|proxy,cookies.implementation=linux,cookies.confidence>0.99' 10.66.0.2:7
	exits 0
	probe A cookies -q --expect 'cookies.segments<=6,cookies.time<1s,rtt<100ms,rtt.max<100ms,loss=0%' 10.66.0.2:7
	exits 0
	probe A cookies -q --expect state=closed 10.66.0.2:9
	exits 0
	probe A cookies -q --expect cookies=inconclusive 10.66.0.2:9
	exits 1
}

@test "an expectation of a field that the command's records do not have is refused" {
	probe A cookies --expect close=fin-4 10.66.0.2:7
	complains 3 --expect "'close=fin-4'" 'tcpshake cookies'
	probe A --expect cookies=active 10.66.0.2:7
	complains 3 --expect "'cookies=active'" 'tcpshake probe'
}

@test "monitoring: -c 0 until Ctrl-C, all that was seen is summed up" {
	probe_start A cookies -c 0 -i 60ms --json 10.66.0.2:7
	sleep 3 # a busy machine starts late
	kill -INT "$running"
	probe_end
	exits 0
	sees 'len(looks) >= 10 and all(k["verdict"] in ("not-active-now", "inconclusive") for k in looks)' \
		'sum(k["verdict"] == "inconclusive" for k in looks) <= 1' 's["sent"] == len(looks)'
}

# --- its options ---

@test "--tests lists the tests, and takes names of them" {
	probe A cookies --tests
	exits 0
	for name in core options ts-bits ack same-syn bsd trivial silence prove; do
		grep -q "^$name  *[0-9]" "$BATS_TEST_TMPDIR/out"
	done
	probe A cookies --tests=core,options 10.66.0.2:7
	exits 0
	sees '"SYN cookies: core, options\n" in out' '"  options-with-timestamps kept: " in out' '"segments=8\n" in out'
	probe A cookies --tests=core,nonsense 10.66.0.2:7
	complains 3 --tests "'core,nonsense'"
	probe A cookies --tests all 10.66.0.2:7
	complains 3 --tests '--tests=LIST'
	probe A cookies --no-timestamps --tests=ts-bits 10.66.0.2:7
	complains 3 --no-timestamps ts-bits
}

@test "one source port is enough for the core" {
	probe_json A cookies --source-port 43000 10.66.0.2:7
	exits 0
	sees 'look["verdict"] == "not-active-now" and look["segments_sent"] == 6'
	on_wire cookies --source-port 43100-43110 --json 10.66.0.2:7
	sees 'all(43100 <= f.sport <= 43110 for f in sent)'
}

@test "-W and --syn-retries say how long a silent port is waited for" {
	probe_json A cookies --rto 50ms --syn-retries 1 -W 100ms 10.66.0.2:10
	exits 1
	sees 's["syn_retransmits"] == 1' 'look["segments_sent"] == 4' # two SYNs, a reset and one more for loss
}

@test "without CAP_NET_RAW it says what is needed" {
	run_in A setpriv --bounding-set -net_raw --inh-caps -all --reuid 65534 --clear-groups "$TCPSHAKE" cookies 10.66.0.2:7
	exits 5
	sees '"CAP_NET_RAW" in err and out.count("seq=") == 0'
}
